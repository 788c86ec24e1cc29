"""Regular expressions as DuckDB reads them (RE2): what is wrong with one, before anything runs.

RE2 is no part of Python. What it does not have is found here; the rest is said in Python's words
and left to Python to judge.
"""

from __future__ import annotations

import re
import warnings
from functools import lru_cache

_MOST_REPEATS = 1000
_CLASS = r"(?P<class>\[:\^?[a-z]+:\]|\\[pP](?:\{\^?\w+\}|[A-Z])|\\x\{[0-9A-Fa-f]+\})"
_ESCAPE = r"(?P<escape>\\(?:.|\Z))"
_INSIDE = re.compile(f"{_CLASS}|{_ESCAPE}", re.DOTALL)
_TOKEN = re.compile(
    rf"""
      \\Q(?P<quoted>.*?)(?:\\E|\Z)
    | (?P<set>\[\^?\]?(?:\[:\^?[a-z]+:\]|\\.|[^\]\\])*\])
    | {_CLASS}
    | {_ESCAPE}
    | \(\?(?:P<\w+>|:)
    | \(\?(?=[imsU-])(?P<flags>[imsU]*(?:-[imsU]+)?[:)])
    | (?P<unknown>\(\?(?:P?.|\Z)|(?:[*+?]|\{{\d+(?:,\d*)?\}})\+)
    | \{{(?P<least>\d+)(?:,(?P<most>\d*))?\}}
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPES = frozenset("adfnrstvwxzABCDSWbE0")
_PYTHONS = {r"\z": r"\Z", r"\C": "."}


@lru_cache(maxsize=1024)
def complaint(pattern: str) -> str | None:
    """Why a pattern cannot be read ("..., which RE2 does not know"), or None."""
    for found in _TOKEN.finditer(pattern):
        unknown = found["unknown"] or _unknown_escape(found["set"] or found["escape"] or "")
        if unknown:
            return f'is no pattern: it has "{unknown}", which RE2 does not know'
        repeats = max(int(found["least"] or 0), int(found["most"] or 0))
        if repeats > _MOST_REPEATS:
            return (
                f"is no pattern: it repeats {repeats} times, and RE2 at most {_MOST_REPEATS} times"
            )
    try:
        _compiled(pattern)
    except (re.error, OverflowError, RecursionError) as error:
        reason = error.msg if isinstance(error, re.error) else "too large"
        return f"is no pattern: {reason}"
    return None


def groups(pattern: str) -> int:
    """How many groups a pattern that can be read has."""
    return _compiled(pattern).groups


def _compiled(pattern: str) -> re.Pattern[str]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return re.compile(_TOKEN.sub(_in_python, pattern))


def _unknown_escape(text: str) -> str:
    """A letter or digit behind a backslash that stands for nothing, such as a back reference."""
    escapes = (found["escape"] or "" for found in _INSIDE.finditer(text))
    return next((one for one in escapes if one[1:].isalnum() and one[1] not in _ESCAPES), "")


def _in_python(found: re.Match[str]) -> str:
    """The same, as far as it matters whether it can be read."""
    kinds = found.groupdict()
    if kinds.get("quoted") is not None:
        return re.escape(kinds["quoted"])
    if kinds.get("set"):
        return _INSIDE.sub(_in_python, kinds["set"])
    if kinds.get("flags"):
        return "(?:" if kinds["flags"].endswith(":") else ""
    return "a" if kinds["class"] else _PYTHONS.get(found[0], found[0])
