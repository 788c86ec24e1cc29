"""Plain tables for a terminal of any width; wide characters count as two."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

_GAP = "  "
_ELLIPSIS = "…"
_NARROW = 8  # places below which no column is cut


def table(
    heads: Sequence[str], rows: Sequence[Sequence[str]], width: int, wraps: Sequence[int]
) -> list[str]:
    """Lines no wider than `width`; the widest columns of `wraps` are cut to fit; numbers align right."""
    every = [list(heads), *(list(row) for row in rows)]
    sizes = [max(wide(row[column]) for row in every) for column in range(len(heads))]
    spare = width - sum(sizes) - len(_GAP) * (len(heads) - 1)
    while spare < 0 and max((sizes[column] for column in wraps), default=0) > _NARROW:
        sizes[max(wraps, key=lambda column: sizes[column])] -= 1
        spare += 1
    right = [all(_numeric(row[column]) for row in rows) for column in range(len(heads))]
    return [
        _GAP.join(
            _padded(cell, size, is_right)
            for cell, size, is_right in zip(row, sizes, right, strict=True)
        ).rstrip()
        for row in every
    ]


def cut(text: str, width: int) -> str:
    """One line of at most `width` places: line breaks as ↵, what is invisible left out."""
    line = " ↵ ".join(part.strip() for part in text.splitlines() if part.strip())
    shown = "".join(character for character in line if character.isprintable())
    if wide(shown) <= width:
        return shown
    room, kept = width - 1, []
    for character in shown:
        room -= wide(character)
        if room < 0:
            break
        kept.append(character)
    return "".join(kept).rstrip() + _ELLIPSIS


def wide(text: str) -> int:
    """The places that a text takes on a terminal."""
    if text.isascii():
        return len(text)
    return sum(
        0 if unicodedata.combining(letter) else 1 + (unicodedata.east_asian_width(letter) in "WF")
        for letter in text
    )


def _padded(cell: str, size: int, right: bool) -> str:
    shown = cut(cell, size)
    padding = " " * (size - wide(shown))
    return padding + shown if right else shown + padding


def _numeric(cell: str) -> bool:
    return cell.strip("+-±%.,0123456789 ") == ""
