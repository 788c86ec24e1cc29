"""Spaces around punctuation, where rows and exemplars have different habits.

`so far . 6922` against `so far. 6922`, or the other way round where the exemplars are tokenised.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from dataevolver.planner.declaring import (
    Declaration,
    column_word,
    columns_parameter,
    declare,
    jinja_text,
    operator_word,
    text_examples,
)
from dataevolver.planner.proposals import NewOperator
from dataevolver.yamlfile import Plain

_MARKS = (".", ",", "?", "!", ";", ":", ")", "%", "'s")
_CONCERNED = 0.02  # share of the rows that the habit must touch
_HARDLY = 0.02  # of a mark's places: a habit that the exemplars do not have
_NEARLY_ALL = 0.9
_CLOSE = (r"(\w)[ \t]+(", r")(\W|\z)")  # around the marks' patterns, joined by |
_APART = (r"([^\s.,])(", r")(\s|\z)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Spacing:
    """Marks that lose the space before them, and marks that get one."""

    close: tuple[str, ...]
    apart: tuple[str, ...]
    share: float  # rows that change

    def apply(self, text: str) -> str:
        """The text with the exemplars' spacing, as the made operator gives it."""
        for pattern, replacement in self._rules():
            text = re.sub(pattern, replacement, text, flags=re.ASCII)
        return text

    def _rules(self) -> tuple[tuple[str, str], ...]:
        """Python pattern and replacement, in the order in which they apply."""
        found = []
        if self.close:
            found.append((_CLOSE[0] + "|".join(_patterns(self.close)) + _CLOSE[1], r"\1\2\3"))
        if self.apart:
            found.append((_APART[0] + "|".join(_patterns(self.apart)) + _APART[1], r"\1 \2\3"))
        return tuple((pattern.replace(r"\z", r"\Z"), text) for pattern, text in found)


def mine_spacing(values: Sequence[str], exemplars: Sequence[str]) -> Spacing | None:
    """The marks whose spacing in the rows is not that of the exemplars, or None."""
    close, apart = [], []
    for mark in _MARKS:
        spaced, places, rows = _habit(values, mark)
        their_spaced, their_places, _ = _habit(exemplars, mark)
        if their_places < 5 or not places:
            continue
        theirs = their_spaced / their_places
        if theirs <= _HARDLY and rows >= _CONCERNED * len(values):
            close.append(mark)
        elif theirs >= _NEARLY_ALL and spaced / places <= 1 - _NEARLY_ALL:
            apart.append(mark)
    if not close and not apart:
        return None
    found = Spacing(close=tuple(close), apart=tuple(apart), share=0.0)
    changed = sum(found.apply(text) != text for text in values) / max(1, len(values))
    return Spacing(close=found.close, apart=found.apart, share=changed)


def spacing_operator(column: str, spacing: Spacing, values: Sequence[str]) -> NewOperator:
    """Puts spaces before punctuation, or takes them away, as exemplars do."""
    lists = spacing_arguments(spacing)
    told = {
        "close": "Regular expressions of marks that lose the space before them.",
        "apart": "Regular expressions of marks that get a space before them.",
    }
    parameters: dict[str, Plain] = {"columns": columns_parameter()}
    text = "{{ value }}"
    for name, (before, after), replacement in (
        ("close", _CLOSE, r"\1\2\3"),
        ("apart", _APART, r"\1 \2\3"),
    ):
        if name in lists:
            parameters[name] = {"type": "list", "of": "string", "description": told[name]}
            pattern = f"({jinja_text(before)} ~ params.{name} | join('|') ~ {jinja_text(after)})"
            text = f"regexp_replace(\n  {text},\n  {{{{ {pattern} | literal }}}}, '{replacement}', 'g')"
    declaration = Declaration(
        name=operator_word(f"space {column_word(column)} punctuation"),
        summary="Write the space before punctuation marks as the exemplars do.",
        parameters=parameters,
        inputs=[{"column": "$columns", "type": "text"}],
        outputs=[{"column": "$columns", "type": "text"}],
        addresses=["characters"],
        examples=text_examples({"columns": ["text"], **lists}, values, spacing.apply),
    )
    body = f"{{# `so far .` becomes `so far.` or the other way round #}}\n{text}\n"
    return declare(declaration, body, f"{spacing.share:.0%} of the rows change in {column}")


def spacing_arguments(spacing: Spacing) -> dict[str, list[str]]:
    """The marks by what happens to them, as the made operator wants them."""
    lists = {"close": _patterns(spacing.close), "apart": _patterns(spacing.apart)}
    return {name: marks for name, marks in lists.items() if marks}


def _habit(values: Sequence[str], mark: str) -> tuple[int, int, int]:
    """(places with a space before the mark, all its places, rows with a space before it)."""
    place = re.compile(rf"\w([ \t]*){re.escape(mark)}(?:\W|$)")
    spaced = places = rows = 0
    for text in values:
        found = place.findall(text)
        places += len(found)
        with_space = sum(gap != "" for gap in found)
        spaced += with_space
        rows += with_space > 0
    return spaced, places, rows


def _patterns(marks: Sequence[str]) -> list[str]:
    return [re.sub(r"([.?)])", r"\\\1", mark) for mark in marks]
