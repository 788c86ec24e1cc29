"""Conversations on one side and flat columns on the other: ways to get from one to the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from dataevolver.planner.declaring import (
    EXAMPLES,
    Declaration,
    declare,
    jinja_text,
    operator_word,
    readable,
)
from dataevolver.planner.likeness import text_of
from dataevolver.planner.proposals import NewOperator
from dataevolver.profiler import Row, fields_of
from dataevolver.sql import identifier
from dataevolver.yamlfile import Plain

_COMMON = 0.1  # share of conversations in which a role must speak


@dataclass(frozen=True, slots=True, kw_only=True)
class Conversation:
    """A column of turns: the keys that say who speaks and what, and who does, in order."""

    column: str
    role: str
    content: str
    roles: tuple[str, ...]

    @property
    def type(self) -> str:
        """As a port declares it."""
        return f"list<struct<{self.role}: text, {self.content}: text>>"

    def part(self, role: str) -> str:
        """The name of the flat column for a role."""
        return f"{self.column}_{role}"

    def first(self, row: Row, role: str) -> str | None:
        """The first text of a role."""
        turns = row.get(self.column)
        for turn in turns if isinstance(turns, (list, tuple)) else ():
            if turn.get(self.role) == role:
                return text_of(turn.get(self.content))
        return None

    def flat(self, row: Row) -> dict[str, object]:
        """The row with a column for each role, and without the conversation."""
        others = {name: value for name, value in row.items() if name != self.column}
        return {**others, **{self.part(role): self.first(row, role) for role in self.roles}}


def conversation_of(rows: Sequence[Row]) -> Conversation | None:
    """The one conversation column of the rows, or None."""
    found = [field for field in fields_of(rows) if field.kind == "conversation" and field.role]
    if len(found) != 1 or not found[0].content:
        return None
    field = found[0]
    counts: Counter[str] = Counter()
    places: Counter[str] = Counter()
    for row in rows:
        turns = row.get(field.name)
        speakers = [
            str(turn.get(field.role)) for turn in (turns if isinstance(turns, list) else ())
        ]
        for role in dict.fromkeys(speakers):
            counts[role] += 1
            places[role] += speakers.index(role)
    common = [role for role, count in counts.items() if count >= _COMMON * len(rows)]
    common.sort(key=lambda role: (places[role] / counts[role], role))
    return Conversation(
        column=field.name, role=field.role, content=field.content, roles=tuple(common)
    )


def split_operator(conversation: Conversation, rows: Sequence[Row]) -> NewOperator:
    """Writes the first text of each role into a column of its own."""
    given = _examples(conversation, rows)
    expect: list[Plain] = [
        {role: conversation.first(row, role) for role in conversation.roles} for row in given
    ]
    arguments: dict[str, Plain] = {
        "conversation": conversation.column,
        "columns": {role: role for role in conversation.roles},
    }
    declaration = Declaration(
        name=operator_word(f"columns from {conversation.column}"),
        summary="Write the first text of each role in a conversation into a column of its own.",
        parameters={
            "conversation": {"type": "column", "of": "list", "description": "The turns."},
            "columns": {"type": "map", "description": "New column to the role that it holds."},
        },
        inputs=[{"column": "$conversation", "type": "list"}],
        outputs=[{"column": "$columns", "type": "text"}],
        addresses=["schema", "conversation"],
        examples=[{"with": arguments, "given": list(given), "expect": expect}],
    )
    body = _SPLIT_BODY.replace("ROLE", identifier(conversation.role)).replace(
        "CONTENT", identifier(conversation.content)
    )
    return declare(declaration, body, "the exemplars are not conversations")


_SPLIT_BODY = """{# the first thing that the role says #}
list_extract(
  list_transform(
    list_filter({{ conversation }}, lambda turn: turn.ROLE = {{ params.columns[output] | literal }}),
    lambda turn: turn.CONTENT
  ),
  1
)
"""


def join_turns_operator(conversation: Conversation, rows: Sequence[Row]) -> NewOperator:
    """Makes a conversation of one text for each role; `rows` have a column for each role."""
    given = _flat_examples(conversation, rows)
    expect: list[Plain] = [
        {
            conversation.column: [
                {conversation.role: role, conversation.content: row[role]}
                for role in conversation.roles
            ]
        }
        for row in given
    ]
    arguments: dict[str, Plain] = {
        "conversation": conversation.column,
        "turns": {role: role for role in conversation.roles},
    }
    declaration = Declaration(
        name=operator_word(f"{conversation.column} from columns"),
        summary="Make a conversation of one turn for each role.",
        parameters={
            "conversation": {"type": "name", "description": "The column for the turns."},
            "turns": {"type": "map", "description": "Role to the column that it says, in order."},
        },
        inputs=[{"column": "$turns.values", "type": "text"}],
        outputs=[{"column": "$conversation", "type": conversation.type}],
        addresses=["schema", "conversation"],
        examples=[{"with": arguments, "given": list(given), "expect": expect}],
    )
    return declare(declaration, _keyed(_JOIN_BODY, conversation), "the exemplars are conversations")


_JOIN_BODY = """[
{%- for role, column in params.turns.items() %}
  { {{ ROLE | literal }}: {{ role | literal }}, {{ CONTENT | literal }}: {{ refs[column] }} }{{ "," if not loop.last }}
{%- endfor %}
]
"""


def rename_turns_operator(
    ours: Conversation, theirs: Conversation, rows: Sequence[Row]
) -> NewOperator:
    """Writes a conversation with other keys and other names for those who speak."""
    roles = role_names(ours, theirs)
    given = _examples(ours, rows)
    expect: list[Plain] = [{theirs.column: _renamed(row, ours, theirs, roles)} for row in given]
    arguments: dict[str, Plain] = {
        "conversation": ours.column,
        "column": theirs.column,
        "roles": dict(roles),
    }
    declaration = Declaration(
        name=operator_word(f"{theirs.column} from {ours.column} turns"),
        summary="Write a conversation with the exemplars' keys and names for those who speak.",
        parameters={
            "conversation": {"type": "column", "of": "list", "description": "The turns."},
            "column": {"type": "name", "description": "The column for the renamed turns."},
            "roles": {"type": "map", "description": "Old name to new name of who speaks."},
        },
        inputs=[{"column": "$conversation", "type": "list"}],
        outputs=[{"column": "$column", "type": theirs.type}],
        addresses=["schema", "conversation"],
        examples=[{"with": arguments, "given": list(given), "expect": expect}],
    )
    body = _keyed(_RENAME_BODY, theirs)
    body = body.replace("OUR_ROLE", identifier(ours.role))
    body = body.replace("OUR_CONTENT", identifier(ours.content))
    return declare(declaration, body, "the exemplars have other names in their turns")


_RENAME_BODY = """list_transform({{ conversation }}, lambda turn: {
  {{ ROLE | literal }}: CASE turn.OUR_ROLE
{%- for old, new in params.roles.items() %}
    WHEN {{ old | literal }} THEN {{ new | literal }}
{%- endfor %}
    ELSE turn.OUR_ROLE END,
  {{ CONTENT | literal }}: turn.OUR_CONTENT
})
"""


def _keyed(body: str, conversation: Conversation) -> str:
    """The body with the conversation's keys as the names that it writes."""
    named = body.replace("{{ ROLE ", f"{{{{ {jinja_text(conversation.role)} ")
    return named.replace("{{ CONTENT ", f"{{{{ {jinja_text(conversation.content)} ")


def role_names(ours: Conversation, theirs: Conversation) -> dict[str, str]:
    """Our roles as the exemplars call them: by name, else in the order in which they speak."""
    same = [role for role in ours.roles if role in theirs.roles]
    free = [role for role in theirs.roles if role not in same]
    rest = [role for role in ours.roles if role not in same]
    if len(free) > len(rest):  # an opening role, such as system, that we do not have
        free = free[len(free) - len(rest) :]
    return dict(zip(rest, free, strict=False))


def _renamed(
    row: Mapping[str, Plain], ours: Conversation, theirs: Conversation, roles: Mapping[str, str]
) -> Plain:
    turns = row[ours.column]
    if not isinstance(turns, (list, tuple)):
        return None
    found: list[Plain] = []
    for turn in turns:
        if isinstance(turn, Mapping):
            role = str(turn[ours.role])
            said = {theirs.role: roles.get(role, role), theirs.content: turn[ours.content]}
            found.append(said)
    return found


def _examples(conversation: Conversation, rows: Sequence[Row]) -> list[dict[str, Plain]]:
    """Short real conversations, reduced to who says what, and none at all."""
    given: list[dict[str, Plain]] = []
    for row in rows:
        turns = row.get(conversation.column)
        if not isinstance(turns, (list, tuple)) or not turns:
            continue
        told: list[Plain] = [
            {
                conversation.role: text_of(turn.get(conversation.role)),
                conversation.content: text_of(turn.get(conversation.content)),
            }
            for turn in turns
        ]
        if readable(str(told)) and len(given) < EXAMPLES:
            given.append({conversation.column: told})
    given.append({conversation.column: None})
    return given


def _flat_examples(conversation: Conversation, rows: Sequence[Row]) -> list[dict[str, Plain]]:
    """Short real texts by role, and empty ones."""
    found: list[dict[str, Plain]] = []
    for row in rows:
        texts = {role: text_of(row.get(conversation.part(role))) for role in conversation.roles}
        if len(found) < EXAMPLES and all(readable(text) for text in texts.values()):
            found.append(dict(texts))
    return [*found, dict.fromkeys(conversation.roles, "")]
