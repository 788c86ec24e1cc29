"""Checks the equations that a text writes out (`3 + 4 * 2 = 11`); nothing is ever evaluated as code."""

from __future__ import annotations

import re
from collections.abc import Iterator

_NUMBER = r"\$?(?:\d+(?:,\d{3})+(?:\.\d+)?|\d*\.\d+|\d+)"
_EQUATION = re.compile(
    rf"({_NUMBER}(?:\s*[-+*/×÷xX]\s*{_NUMBER})+)\s*=\s*({_NUMBER})(?![\d%]|\s*[-+*/×÷(])"
)
_TOKEN = re.compile(rf"{_NUMBER}|[-+*/×÷xX]")
_INSIDE = frozenset("0123456789.,)+-*/×÷^%=")  # before an equation: it is a part of a longer one


def equations_hold(text: str) -> bool | None:
    """Whether every equation of the text is right (up to the rounding shown); None without equations."""
    checks = [abs(found - shown) <= _slack(result) for found, shown, result in _equations(text)]
    return all(checks) if checks else None


def _equations(text: str) -> Iterator[tuple[float, float, str]]:
    for match in _EQUATION.finditer(text):
        before = text[: match.start()].rstrip()[-1:]
        if before in _INSIDE:
            continue
        value = _value(_TOKEN.findall(match[1]))
        if value is not None:
            yield value, _number(match[2]), match[2]


def _value(tokens: list[str]) -> float | None:
    """Products before sums; None for a division by zero."""
    total, sign, product = 0.0, 1.0, _number(tokens[0])
    for symbol, operand in zip(tokens[1::2], map(_number, tokens[2::2]), strict=True):
        if symbol in "+-":
            total += sign * product
            sign, product = (1.0 if symbol == "+" else -1.0), operand
        elif symbol in "/÷":
            if operand == 0:
                return None
            product /= operand
        else:
            product *= operand
    return total + sign * product


def _slack(shown: str) -> float:
    """Results may be rounded or cut at the last digit shown; never by less than a millionth."""
    decimals = len(shown.partition(".")[2])
    return 1.001 * 10.0**-decimals if decimals else 0.501


def _number(text: str) -> float:
    return float(text.lstrip("$").replace(",", ""))
