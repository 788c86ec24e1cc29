"""The value of a calculation that a text writes out. Made operators carry a copy of `value_of`."""

from __future__ import annotations

import ast


def value_of(text: str) -> float | None:
    """The value of sums, products and brackets of numbers; None for anything else."""

    def value(node: ast.expr) -> float | None:
        if isinstance(node, ast.Constant) and isinstance(node.value, (int, float)):
            return None if isinstance(node.value, bool) else float(node.value)
        if not isinstance(node, ast.BinOp):
            return None
        left, right = value(node.left), value(node.right)
        if left is None or right is None:
            return None
        if isinstance(node.op, ast.Add):
            return left + right
        if isinstance(node.op, ast.Sub):
            return left - right
        if isinstance(node.op, ast.Mult):
            return left * right
        return left / right if isinstance(node.op, ast.Div) and right else None

    try:
        return value(ast.parse(text, mode="eval").body)
    except (SyntaxError, ValueError, RecursionError):  # no calculation at all
        return None


def is_right(calculation: str, result: str) -> bool:
    """Whether a result is that of its calculation, up to the rounding of its last digit."""
    found = value_of(calculation)
    decimals = len(result.partition(".")[2])
    return found is not None and abs(found - float(result)) <= 0.51 * 10.0**-decimals
