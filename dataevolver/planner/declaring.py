"""Operators that induction makes, as the two files that a person reads: YAML and body.

Every one is a function of its row alone, its mined values are parameters of the step that uses it,
and its examples are real rows with what becomes of them.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache

from dataevolver.columns import parse_path
from dataevolver.errors import SpecError
from dataevolver.library import read_operator
from dataevolver.operators import Operator
from dataevolver.planner.proposals import NewOperator
from dataevolver.yamlfile import Plain, dump, load

_SHORT = 240  # characters: longer rows make an example that nobody reads
EXAMPLES = 3  # real rows in the examples of an operator


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """What differs between the declarations of made operators."""

    name: str
    summary: str
    parameters: Mapping[str, Plain]
    inputs: Sequence[Plain]
    outputs: Sequence[Plain]
    addresses: Sequence[str]
    examples: Sequence[Plain]
    language: str = "sql"


@lru_cache(maxsize=256)
def read_made(made: NewOperator) -> Operator:
    """The operator that the two texts declare. Raises SpecError when they do not.

    Kept, for every trial of a plan asks for all operators that were made so far.
    """
    operator, problems = read_operator(
        load(made.yaml, f"operators/evolved/{made.name}.yml"),
        body=made.body,
        body_path=f"evolved/{made.name}.{made.extension}",
        library="evolved",
        path=f"operators/evolved/{made.name}.yml",
    )
    if operator is None:
        raise SpecError(problems)
    return operator


def operator_word(text: str) -> str:
    """A name for files and YAML: lower-case words joined by underscores."""
    word = re.sub(r"[^a-z0-9]+", "_", text.lower()).strip("_")
    return word if word[:1].isalpha() else f"column_{word}".rstrip("_")


def column_word(path: str) -> str:
    """A column, or who speaks in a conversation, as part of a name."""
    found = parse_path(path)
    if found is None or not found.field:
        return operator_word(path)
    return operator_word(found.where[1] if found.where else f"{found.column} {found.field}")


def text_examples(
    arguments: Mapping[str, Plain], values: Sequence[str], change: Callable[[str], str]
) -> list[Plain]:
    """Real texts that change, one that does not, empty and null."""
    changed = [text for text in values if readable(text) and change(text) != text]
    same = [text for text in values if readable(text) and text.strip() and change(text) == text]
    chosen: list[str | None] = [*_spread(changed, EXAMPLES), *_spread(same, 1), "", None]
    return [
        {
            "with": dict(arguments),
            "given": [{"text": text} for text in chosen],
            "expect": [{"text": None if text is None else change(text)} for text in chosen],
        }
    ]


def _spread(values: Sequence[str], count: int) -> list[str]:
    """Some of the values, evenly spread, the short ones preferred."""
    short = sorted(values, key=lambda text: (len(text), text))[: max(count, len(values) // 2)]
    return short[:: max(1, len(short) // count)][:count]


def readable(text: str) -> bool:
    return len(text) <= _SHORT and all(ord(character) >= 32 or character == "\n" for character in text) and not re.search(r"[\ud800-\udfff]", text)  # fmt: skip


def columns_parameter() -> Plain:
    return {"type": "columns", "of": "text", "description": "Text columns to change."}


def jinja_text(text: str) -> str:
    """A Jinja string literal."""
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'").replace("\n", "\\n") + "'"


def declare(declaration: Declaration, body: str, why: str) -> NewOperator:
    tree: dict[str, Plain] = {
        "name": declaration.name,
        "version": 1,
        "summary": declaration.summary,
        "language": declaration.language,
        "scope": "row",
        "rows": "same",
        "tags": ["evolved"],
        "parameters": dict(declaration.parameters),
        "inputs": list(declaration.inputs),
        "outputs": list(declaration.outputs),
        "addresses": list(declaration.addresses),
        "examples": list(declaration.examples),
    }
    return NewOperator(
        name=declaration.name,
        yaml=f"# Made by evolve: {why}.\n{dump(tree)}",
        body=body,
        extension="py" if declaration.language == "python" else "sql",
        why=why,
    )
