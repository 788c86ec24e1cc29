"""The shape of an operator's YAML."""

from __future__ import annotations

from collections.abc import Mapping

from dataevolver.yamlfile import (
    Anything,
    Boolean,
    Field,
    Integer,
    ListOf,
    MapOf,
    Number,
    OneOf,
    Record,
    Text,
)

EXTENSIONS: Mapping[str, str] = {"sql": ".sql", "python": ".py", "llm": ".md"}

PEERS = ("data-juicer", "datatrove", "nemo-curator", "dataflow", "dataevolver")

_WORD_PATTERN = "[a-z][a-z0-9_]*"
_WORD = Text(pattern=_WORD_PATTERN, what="a word of a-z, 0-9 and _")
_WORDS = ListOf(_WORD)
_LINE = Text(pattern=r"\S(?:[^\n]*\S)?", what="one line of text")
_FACT = Text(
    pattern=rf"\S.*: {_WORD_PATTERN}(?:\([^()]+\))?",
    what='a fact such as "$columns: no_markup" or "table: unique($column)"',
)
_KEPT = Text(
    pattern=rf"\S.*: (?:{_WORD_PATTERN}(?:\([^()]+\))?|\*)",
    what='a fact such as "$columns: no_markup", or "$columns: *" for all of them',
)
_PARAMETER_TYPES = (
    "column", "columns", "name", "string", "integer", "number", "boolean", "list", "map", "condition", "any",
)  # fmt: skip
_ITEM_TYPES = (
    "text", "string", "integer", "number", "boolean", "list", "struct", "column", "name",
    "pattern", "any",
)  # fmt: skip

_PARAMETER = Record(
    {
        "type": Field(Text(choices=_PARAMETER_TYPES), required=True),
        "of": Field(
            Text(choices=_ITEM_TYPES),
            default="any",
            description="What a column holds, or what the items of a list or map are.",
        ),
        "description": Field(_LINE, default=""),
        "default": Field(
            Anything(), description="Used when a step gives nothing. Without it a step must."
        ),
        "choices": Field(ListOf(Anything(), minimum=1), default=()),
        "minimum": Field(Number()),
        "maximum": Field(Number()),
    },
    "parameter",
)
_PORT = Record(
    {
        "column": Field(Text(pattern=r"\S.*", what="a column or $parameter"), required=True),
        "type": Field(
            Text(
                pattern=r"text|number|integer|boolean|(?:list|struct)(?:<.+>)?|any|same|item|nested|\$[a-z][a-z0-9_]*",
                what="text, number, integer, boolean, list, struct, any, same, item, nested or $parameter",
            ),
            default="any",
        ),
        "optional": Field(Boolean(), default=False),
    },
    "port",
)
_SUGGESTION = OneOf(
    (
        Text(
            pattern=r"off\.columns|text\.columns"
            r"|exemplars\.[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)?",
            what="off.columns, text.columns, exemplars.ATTRIBUTE.STATISTIC or {try: [...]}",
        ),
        Record({"try": Field(ListOf(Anything(), minimum=1), required=True)}, "suggestion"),
    )
)
_ROW_REASONS = MapOf(Text(), "[0-9]+", "the number of a given row")
_EXAMPLE = Record(
    {
        "with": Field(MapOf(Anything()), default={}, description="Arguments."),
        "given": Field(ListOf(MapOf(Anything())), required=True, description="Rows before."),
        "others": Field(
            ListOf(ListOf(MapOf(Anything()))), default=(), description="Rows of further inputs."
        ),
        "expect": Field(ListOf(MapOf(Anything())), required=True, description="Rows that stay."),
        "dropped": Field(_ROW_REASONS, default={}, description="Reasons by row of `given`."),
        "failed": Field(_ROW_REASONS, default={}, description="Reasons by row of `given`."),
    },
    "example",
)

HEAD_SHAPE = Record(
    {
        "name": Field(_WORD, required=True, description="The file's name without .yml."),
        "version": Field(Integer(minimum=1), default=1),
        "summary": Field(_LINE, required=True, description="One sentence: what it does."),
        "language": Field(Text(choices=tuple(EXTENSIONS)), required=True),
        "scope": Field(
            Text(choices=("row", "keyed", "global")),
            required=True,
            description="row: each row alone; keyed: rows with one key; global: all rows.",
        ),
        "rows": Field(
            Text(choices=("same", "fewer", "more")),
            default="same",
            description="What happens to the number of rows.",
        ),
        "from": Field(
            Integer(minimum=1),
            default=1,
            description="How many inputs a step needs; 2 and more are named in its `from`.",
        ),
        "tags": Field(_WORDS, default=()),
        "parameters": Field(MapOf(_PARAMETER, _WORD_PATTERN, _WORD.what), default={}),
        "inputs": Field(ListOf(_PORT), default=(), description="Columns that are read."),
        "outputs": Field(ListOf(_PORT), default=(), description="Columns that are written."),
        "removes": Field(ListOf(Text()), default=(), description="Columns that are gone after."),
        "requires": Field(ListOf(_FACT), default=(), description="What must hold before."),
        "provides": Field(ListOf(_FACT), default=(), description="What holds after."),
        "keeps": Field(
            ListOf(_KEPT), default=(), description="What survives on columns that are rewritten."
        ),
        "conflicts": Field(
            _WORDS, default=(), description="Operators or tags that may not be in one plan with it."
        ),
        "addresses": Field(_WORDS, default=(), description="Attributes of the gap it can move."),
        "suggest": Field(
            MapOf(_SUGGESTION), default={}, description="How the planner may set parameters."
        ),
        "counterparts": Field(
            MapOf(
                ListOf(_LINE, minimum=1),
                "|".join(PEERS),
                f"one of {', '.join(PEERS)}",
            ),
            default={},
            description="What other tools call it, for people who come from there.",
        ),
        "fails": Field(
            Boolean(), default=False, description="The body also says which rows cannot be done."
        ),
        "extra": Field(
            Text(pattern="[a-z][a-z0-9-]*", what="the name of an extra of dataevolver-dve"),
            default="",
            description="The optional dependency that the body imports.",
        ),
        "cost": Field(
            Number(minimum=0), default=1.0, description="Relative seconds for a million characters."
        ),
    },
    "operator",
)
OPERATOR_SHAPE = Record(
    {
        **HEAD_SHAPE.fields,
        "examples": Field(ListOf(_EXAMPLE, minimum=1), required=True, description="Unit tests."),
    },
    "operator",
)
