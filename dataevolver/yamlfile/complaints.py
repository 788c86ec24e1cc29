"""What is wrong with one value, and what to write instead where YAML guessed."""

from __future__ import annotations

import re
from collections.abc import Mapping

from dataevolver.errors import nearest
from dataevolver.yamlfile.loading import Node
from dataevolver.yamlfile.shapes import Integer, ListOf, Number, OneOf, Shape, Simple, Text


def complaint(node: Node, shape: Simple) -> tuple[str, str] | None:
    """Message and hint when the node itself (not its parts) does not fit."""
    kind, wanted = kind_of(node), shape.kind
    fits = wanted in ("any", kind) or (wanted == "number" and kind == "integer")
    if not fits:
        return f"must be {called(shape)}, {instead(node)}", _way_out(node, wanted)
    if isinstance(shape, Text):
        return _text_complaint(str(node.value), shape)
    if isinstance(shape, Integer | Number):
        return _bound_complaint(node.value, shape)
    if isinstance(shape, ListOf) and isinstance(node.value, tuple):
        short = len(node.value) < shape.minimum
        items = "item" if shape.minimum == 1 else "items"
        return (f"needs at least {shape.minimum} {items}", "") if short else None
    return None


def instead(node: Node) -> str:
    """How a message names what is there: "not a list", "but 1.10 is a number"."""
    kind = kind_of(node)
    if kind == "null":
        return "but is empty"
    if kind == "text":
        return "but is text" if node.quoted or len(node.written) > 40 else f'not "{node.value}"'
    if kind in ("list", "mapping"):
        return f"not a {kind}"
    return f"but {node.written} is a {'boolean' if kind == 'boolean' else 'number'}"


def kind_of(node: Node) -> str:
    """The node's kind, in the words of a shape's `kind`."""
    value = node.value
    if value is None:
        return "null"
    if isinstance(value, bool):
        return "boolean"
    if isinstance(value, str):
        return "text"
    if isinstance(value, int):
        return "integer"
    if isinstance(value, float):
        return "number"
    return "list" if isinstance(value, tuple) else "mapping"


def called(shape: Shape) -> str:
    """How a message names what is wanted: "a whole number", "one of row, global"."""
    if isinstance(shape, OneOf):
        return " or ".join(called(choice) for choice in shape.shapes)
    if isinstance(shape, Text) and shape.choices:
        return f"one of {', '.join(shape.choices)}"
    if isinstance(shape, Text) and (shape.what or shape.pattern):
        return shape.what or f"text that matches {shape.pattern}"
    return shape.called


def _text_complaint(value: str, shape: Text) -> tuple[str, str] | None:
    if shape.choices and value not in shape.choices:
        return f'must be one of {", ".join(shape.choices)}, not "{_cut(value)}"', _closest(
            value, shape
        )
    if shape.pattern and not re.fullmatch(shape.pattern, value):
        but = "" if shape.private else f', not "{_cut(value)}"'
        return f"must be {called(shape)}{but}", ""
    return None


def _closest(value: str, shape: Text) -> str:
    hint = nearest(value, shape.choices)
    return hint if hint.startswith("did you mean") else ""


def _bound_complaint(value: object, shape: Integer | Number) -> tuple[str, str] | None:
    if not isinstance(value, int | float):
        return None
    low, high = shape.minimum, shape.maximum
    if low is not None and low == high and value != low:
        return f"must be {low}, not {value}", ""
    if low is not None and value < low:
        return f"must be at least {low}, not {value}", ""
    if high is not None and value > high:
        return f"must be at most {high}, not {value}", ""
    return None


_NUMERAL = re.compile(r"[-+]?0[0-9]+|[-+]?0o[0-7]+|[-+]?0x[0-9a-fA-F]+|[-+]?[0-9][0-9_]*")
_TRUTHS = {"yes": "true", "on": "true", "y": "true", "no": "false", "off": "false", "n": "false"}


def _way_out(node: Node, wanted: str) -> str:
    """What to write when YAML took the text for another type than was meant."""
    if wanted == "text" and node.written not in ("", "~") and not isinstance(node.value, str):
        return f'quote it: "{node.written}"'
    if wanted == "text" and isinstance(node.value, Mapping):
        return 'text that holds ": " must be in quotes'
    if wanted == "list" and kind_of(node) not in ("null", "mapping", "list"):
        return f"write [{node.written}]"
    if not isinstance(node.value, str):
        return ""
    if wanted in ("integer", "number", "boolean") and node.quoted:
        return "remove the quotes" if _reads_as(node.value, wanted) else ""
    if wanted == "boolean" and node.value.lower() in _TRUTHS:
        return f"write {_TRUTHS[node.value.lower()]}"
    if wanted in ("integer", "number") and _NUMERAL.fullmatch(node.value):
        return f"write {_numeral(node.value)}"
    return ""


def _reads_as(text: str, wanted: str) -> bool:
    patterns = {"boolean": "true|false", "integer": "-?[0-9]+", "number": r"-?[0-9]*\.?[0-9]+"}
    return re.fullmatch(patterns[wanted], text) is not None


def _numeral(text: str) -> str:
    """`010` is meant as 10 by most who write it, as 8 by YAML 1.1: both are offered."""
    sign, digits = ("-", text[1:]) if text.startswith("-") else ("", text.lstrip("+"))
    if digits.startswith(("0x", "0o")):
        return f"{sign}{int(digits, 0)}"
    digits = digits.replace("_", "")
    decimal = digits.lstrip("0") or "0"
    if digits.startswith("0") and not set(digits) & set("89") and len(digits) > 1:
        return f"{sign}{decimal} (or {sign}{int(digits, 8)} if octal was meant)"
    return f"{sign}{decimal}"


def _cut(value: str) -> str:
    return value if len(value) <= 60 else f"{value[:57]}..."
