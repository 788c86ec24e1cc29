"""What a step can do, as its YAML declares it, and what that means once parameters are given."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from dataevolver.columns import parse_path
from dataevolver.conditions import complaint, read_condition
from dataevolver.patterns import complaint as pattern_complaint

Value = str | int | float | bool | None | Sequence["Value"] | Mapping[str, "Value"]

TABLE = "table"  # the subject of a fact about the whole table
ALL = "*"  # in `removes`: every column but those that are written
FROM_INPUTS = ("same", "item", "nested")  # types of outputs that follow from those of the inputs
_REFERENCE = re.compile(r"\$\{(\w+)\}|\$(\w+)(\.values)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameter:
    """`type`: column, columns, name, string, integer, number, boolean, list, map, condition or any.

    `of` is what a column holds (text, number, any...) or what a list's items are; a text may be a
    `pattern`. A parameter
    without a default must be given. A text default may refer to others: `${column}_language`.
    """

    name: str
    type: str
    description: str
    of: str = "any"
    required: bool = True
    default: Value = None
    choices: tuple[Value, ...] = ()
    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Port:
    """A column that is read or written. `column` is a name or `$parameter`."""

    column: str
    type: str = "any"
    optional: bool = False


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Fact:
    """`subject` is a column path, `$parameter` or `table`; `name` is a word or `word(column)`."""

    subject: str
    name: str

    def __str__(self) -> str:
        return f"{self.subject}: {self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Example:
    """A unit test. `expect` lists the rows that stay; `dropped` and `failed` give reasons by row number.

    `{$repeat: "ab ", $times: 3}` in a row stands for "ab ab ab " (`written_out`). `others` are the
    rows of the second input, the third, ...
    """

    arguments: Mapping[str, Value]
    given: tuple[Mapping[str, Value], ...]
    expect: tuple[Mapping[str, Value], ...]
    dropped: Mapping[int, str]
    failed: Mapping[int, str]
    others: tuple[tuple[Mapping[str, Value], ...], ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Operator:
    """One declaration. `body` is the text of its template, Python module or prompt."""

    name: str
    version: int
    summary: str
    language: str  # sql | python | llm
    scope: str  # row | keyed | global
    rows: str  # same | fewer | more
    category: str
    parameters: tuple[Parameter, ...]
    inputs: tuple[Port, ...]
    outputs: tuple[Port, ...]
    removes: tuple[str, ...]
    requires: tuple[Fact, ...]
    provides: tuple[Fact, ...]
    keeps: tuple[Fact, ...]
    conflicts: tuple[str, ...]
    tags: tuple[str, ...]
    addresses: tuple[str, ...]
    suggest: Mapping[str, Value]
    fails: bool  # the body has a `fail` part: a reason for rows whose value cannot be processed
    cost: float  # relative seconds for a million characters; the solver and the rewriter compare it
    examples: Sequence[Example]
    body: str
    body_path: str  # as templates are named: "clean/strip_markup.sql"
    library: str  # "dataevolver" for ours, else the project's name
    path: str  # the declaration's file, for messages
    tables: int = 1  # inputs that a step has to have; more than one are named in `from`
    extra: str = ""  # the optional dependency of this package that the body imports
    counterparts: Mapping[str, tuple[str, ...]] = field(default_factory=dict)  # names elsewhere
    body_file: str = ""  # the body's file, for messages; empty where it is not on disk
    is_tested: bool = False  # declaration and body were checked before they were shipped
    kernels: str = ""  # sha256 of dataevolver.kernels' source where the body imports it

    @property
    def body_shown(self) -> str:
        """How messages name the body."""
        return self.body_file or self.body_path

    def parameter(self, name: str) -> Parameter | None:
        """The parameter of that name, or None."""
        return next((known for known in self.parameters if known.name == name), None)

    @property
    def digest(self) -> str:
        """sha256 (64 hex) of all that can change what the operator does to data."""
        return fingerprint(
            [
                self.name, self.version, self.language, self.scope, self.rows, self.body,
                [[p.name, p.type, p.of, p.default] for p in self.parameters],
                [[p.column, p.type, p.optional] for p in (*self.inputs, *self.outputs)],
                list(self.removes), self.fails, self.kernels,
            ]
        )  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Bound:
    """An operator with its parameters filled in: ports and facts name real columns."""

    operator: Operator
    parameters: Mapping[str, Value]  # in declared order, defaults included
    inputs: tuple[Port, ...]  # `column` is a column path
    outputs: tuple[Port, ...]
    removes: tuple[str, ...]
    requires: tuple[Fact, ...]
    provides: tuple[Fact, ...]
    keeps: tuple[Fact, ...]


REPEAT, TIMES = "$repeat", "$times"


def written_out(value: Value) -> Value:
    """An example's value with every `{$repeat: TEXT, $times: N}` as the text that it stands for."""
    if isinstance(value, Mapping):
        if REPEAT in value:
            return str(value[REPEAT]) * int(str(value[TIMES]))
        return {key: written_out(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [written_out(item) for item in value]
    return value


def fingerprint(value: object) -> str:
    """sha256 (64 hex digits) of the value's canonical JSON: sorted keys, no spaces."""
    text = json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def bind(operator: Operator, arguments: Mapping[str, Value]) -> Bound:
    """Fill in parameters. The arguments must have been checked (`plans.check_arguments`)."""
    values: dict[str, Value] = {}
    for parameter in operator.parameters:
        given = parameter.name in arguments
        value = arguments[parameter.name] if given else parameter.default
        derived = isinstance(value, str) and not given  # a text that was given may hold any `$`
        values[parameter.name] = _substitute(str(value), values) if derived else value
    named = _named(operator, values)
    return Bound(
        operator=operator,
        parameters=values,
        inputs=_ports(operator.inputs, named, _condition_kinds(operator, values)),
        outputs=_ports(operator.outputs, named, {}),
        removes=tuple(name for text in operator.removes for name in _expand(text, named)),
        requires=_facts(operator.requires, named),
        provides=_facts(operator.provides, named),
        keeps=_facts(operator.keeps, named),
    )


def columns_of(text: str, bound: Bound) -> tuple[str, ...]:
    """The columns that a declared port names once parameters are given: `$columns` is each of them."""
    return tuple(_expand(text, _named(bound.operator, bound.parameters)))


def references(text: str) -> tuple[str, ...]:
    """The parameters that a port, a fact or a default refers to: `unique($column)` -> column."""
    return tuple(found[1] or found[2] for found in _REFERENCE.finditer(text))


def check_value(parameter: Parameter, value: Value) -> str | None:
    """Why a value does not do for a parameter ("must be a whole number, not 1.5"), or None."""
    if value is None:
        may = parameter.type == "any" or not (parameter.required or parameter.default is not None)
        return None if may else "may not be null"
    if parameter.type == "map":
        return _check_map(parameter, value)
    if parameter.type == "condition":
        return (
            complaint(value) if isinstance(value, str) else _check_item(parameter, "string", value)
        )
    if parameter.type not in ("list", "columns"):
        return _check_item(parameter, parameter.type, value)
    if isinstance(value, str) or not isinstance(value, Sequence):
        return f"must be a list, not {_shown(value)}"
    if parameter.type == "list":
        return _first(_check_item(parameter, parameter.of, item) for item in value)
    if not value:
        return "needs at least one column"
    twice = next((item for item in value if list(value).count(item) > 1), None)
    if twice is not None:
        return f"names {_shown(twice)} twice"
    return _first(_check_item(parameter, "column", item) for item in value)


def _check_map(parameter: Parameter, value: Value) -> str | None:
    if not isinstance(value, Mapping):
        return f"must be a mapping, not {_shown(value)}"
    return _first(_check_item(parameter, parameter.of, item) for item in value.values())


def _check_item(parameter: Parameter, kind: str, value: Value) -> str | None:
    """Check one value of a kind that is no list and no map, and the parameter's bounds."""
    if not _is_kind(kind, value):
        return f"must be {_KINDS[kind][1]}, not {_shown(value)}"
    if kind in ("string", "pattern") and parameter.of == "pattern":
        return pattern_complaint(str(value))
    if parameter.choices and value not in parameter.choices:
        return f"must be one of {', '.join(map(_shown, parameter.choices))}, not {_shown(value)}"
    if isinstance(value, int | float):
        low, high = parameter.minimum, parameter.maximum
        if low is not None and value < low:
            return f"must be at least {low}, not {_shown(value)}"
        if high is not None and value > high:
            return f"must be at most {high}, not {_shown(value)}"
    return None


def _is_kind(kind: str, value: Value) -> bool:
    if kind not in _KINDS:
        return True
    if isinstance(value, bool) and kind != "boolean":
        return False
    if not isinstance(value, _KINDS[kind][0]):
        return False
    if kind not in ("column", "name") or not isinstance(value, str):
        return True
    path = parse_path(value)
    if path is None or "\0" in value:
        return False
    return kind == "column" or not (path.field or path.column.startswith("__"))


_KINDS: Mapping[str, tuple[type | tuple[type, ...], str]] = {
    "column": (str, 'a column ("text", "messages[].content")'),
    "name": (str, 'the name of a column (without dots, brackets or a leading "__")'),
    "string": (str, "text"),
    "pattern": (str, "text"),
    "integer": (int, "a whole number"),
    "number": ((int, float), "a number"),
    "boolean": (bool, "true or false"),
}


def _first(complaints: Iterable[str | None]) -> str | None:
    return next((complaint for complaint in complaints if complaint is not None), None)


def _shown(value: Value) -> str:
    text = json.dumps(value, ensure_ascii=False)
    return text if len(text) <= 60 else f"{text[:57]}..."


def _named(operator: Operator, values: Mapping[str, Value]) -> Mapping[str, Value]:
    """What `$parameter` stands for: of a condition, the columns that it reads."""
    read = {
        parameter.name: tuple(read_condition(str(values[parameter.name])).columns)
        for parameter in operator.parameters
        if parameter.type == "condition" and values[parameter.name] is not None
    }
    return {**values, **read} if read else values


def _condition_kinds(operator: Operator, values: Mapping[str, Value]) -> Mapping[str, str]:
    """What the conditions take their columns for."""
    return {
        column: kind
        for parameter in operator.parameters
        if parameter.type == "condition" and values[parameter.name] is not None
        for column, kind in read_condition(str(values[parameter.name])).columns.items()
    }


def _ports(
    ports: Sequence[Port], values: Mapping[str, Value], kinds: Mapping[str, str]
) -> tuple[Port, ...]:
    """A port without a type has the one that `kinds` knows."""
    return tuple(
        Port(
            column=column,
            type=kinds.get(column, port.type) if port.type == "any" else port.type,
            optional=port.optional,
        )
        for port in ports
        for column in _expand(port.column, values)
    )


def _facts(facts: Sequence[Fact], values: Mapping[str, Value]) -> tuple[Fact, ...]:
    return tuple(
        Fact(subject=subject, name=name)
        for fact in facts
        for subject in _expand(fact.subject, values)
        for name in _expand(fact.name, values)
    )


def _expand(text: str, values: Mapping[str, Value]) -> list[str]:
    """`$columns` becomes each of its columns (`$map` its keys, `$map.values` its values), null nothing."""
    found = _REFERENCE.search(text)
    if found is None:
        return [text]
    value = values[found[1] or found[2]]
    if value is None:
        return []
    if isinstance(value, Mapping):
        choices = [str(item) for item in (value.values() if found[3] else value)]
    elif isinstance(value, str) or not isinstance(value, Sequence):
        choices = [str(value)]
    else:
        choices = [str(item) for item in value]
    return [text[: found.start()] + choice + text[found.end() :] for choice in choices]


def _substitute(text: str, values: Mapping[str, Value]) -> str:
    return _REFERENCE.sub(
        lambda found: (
            str(values[found[1] or found[2]]) if (found[1] or found[2]) in values else found[0]
        ),
        text,
    )
