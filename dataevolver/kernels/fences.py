"""Pairs that enclose: the fences of Markdown's code blocks and the braces of LaTeX."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Mapping

_CLOSING = r"[ \t]*(?P=fence)[`~]*[ \t\r]*$"
# A block that never closes runs to the end of the text, as one that was cut off does.
FENCED = re.compile(
    r"^(?P<indent>[ \t]*)(?P<fence>`{3,}|~{3,})[ \t]*(?P<label>[^\n`]*)\n"
    rf"(?P<code>(?:(?!{_CLOSING}).*\n)*(?:(?!{_CLOSING}).+\Z)?)(?:{_CLOSING}\n?|\Z)",
    re.MULTILINE,
)


def code_of(block: re.Match[str]) -> str:
    """The code of a match of FENCED: without the last line break and the fence's own indentation."""
    code = block["code"].removesuffix("\n")
    return textwrap.dedent(code) if block["indent"] else code


def label_of(block: re.Match[str]) -> str:
    """The language that stands beside the opening fence, in small letters; empty without one."""
    words = block["label"].strip().strip("{}").split(maxsplit=1)
    return words[0].lstrip(".").lower() if words else ""


_BRACE = re.compile(r"\\.|[{}]", re.DOTALL)


def closings(text: str) -> Mapping[int, int]:
    """The place of each brace of a LaTeX text that opens, and of the one that closes it."""
    closing: dict[int, int] = {}
    opened: list[int] = []
    for brace in _BRACE.finditer(text):
        if brace[0] == "{":
            opened.append(brace.start())
        elif brace[0] == "}" and opened:
            closing[opened.pop()] = brace.start()
    return closing
