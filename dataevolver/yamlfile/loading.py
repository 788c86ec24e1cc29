"""Strict YAML: one document, YAML 1.2 scalars, no anchors, no tags, no key twice."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

import yaml

from dataevolver.errors import Place, Problem, SpecError

Scalar = str | int | float | bool | None
Plain = Scalar | Sequence["Plain"] | Mapping[str, "Plain"]

Event = Any  # the stubs of PyYAML leave out the marks, styles and anchors that events have

MAXIMUM_DEPTH = 20

_LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # PyYAML may be built without its C half
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)")
_FLOAT = re.compile(
    r"[-+]?(?:\.[0-9]+|(?:0|[1-9][0-9]*)(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?",
)
_WORDS: Mapping[str, bool | None] = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}
_SURROGATE = re.compile("[\ud800-\udfff]")
_FORBIDDEN = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Node:
    """A value and where it stands. `text[start:end]` (without a byte order mark) writes it.

    `end` of a block mapping or list runs on to the next token, over blank and comment lines.
    """

    value: Scalar | tuple[Node, ...] | Mapping[str, Node]
    place: Place
    start: int = 0
    end: int = 0
    written: str = ""  # a plain scalar as it stands in the file: "1.10", "~"
    quoted: bool = False
    key_places: Mapping[str, Place] = field(default_factory=lambda: MappingProxyType({}))

    def place_of(self, *path: str | int) -> Place:
        """Where the value at a path of keys and positions is; of what is missing, its holder."""
        node, place = self, self.place
        for part in path:
            if isinstance(node.value, Mapping) and part in node.value:
                place = node.key_places[str(part)]
                node = node.value[str(part)]
            elif isinstance(node.value, tuple) and isinstance(part, int) and part < len(node.value):
                node = node.value[part]
                place = node.place
            else:
                break
        return place


def decode(content: bytes, file: str) -> str:
    """The text of a UTF-8 file, without its byte order mark; SpecError when it is not UTF-8."""
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = error.object[: error.start]  # without the mark, as the offset is
        place = Place(
            file=file,
            line=before.count(b"\n") + 1,
            column=error.start - before.rfind(b"\n"),
        )
        problem = Problem(
            message=f"byte 0x{error.object[error.start]:02x} is not UTF-8",
            place=place,
            hint="save the file as UTF-8",
        )
        raise SpecError(problem) from error


def load(text: str, file: str) -> Node:
    """Read one document. Raises SpecError with every structural problem, each with its place."""
    text = text.removeprefix("\ufeff")
    _refuse_control_characters(text, file)
    builder = _Builder(yaml.parse(text, Loader=_LOADER), file)
    try:
        node = builder.document()
    except yaml.MarkedYAMLError as error:
        raise SpecError([*builder.problems, _syntax_problem(error, text, file)]) from error
    if builder.problems:
        raise SpecError(builder.problems)
    return node


def plain(node: Node) -> Plain:
    """The value alone: dicts, lists and scalars."""
    if isinstance(node.value, Mapping):
        return {key: plain(item) for key, item in node.value.items()}
    if isinstance(node.value, tuple):
        return [plain(item) for item in node.value]
    return node.value


def as_json(value: object) -> Any:
    """The value with dicts and lists for any mappings and sequences, as a JSON reader gives them."""
    if isinstance(value, Mapping):
        return {key: as_json(item) for key, item in value.items()}
    if isinstance(value, Sequence) and not isinstance(value, str):
        return [as_json(item) for item in value]
    return value


class _Builder:
    """Builds nodes from parse events and gathers what strict YAML does not allow."""

    def __init__(self, events: Iterator[Event], file: str) -> None:
        self.problems: list[Problem] = []
        self._events = events
        self._file = file

    def document(self) -> Node:
        """The only document; an empty file holds null."""
        empty = Node(value=None, place=Place(file=self._file, line=1, column=1))
        next(self._events)  # the stream's start
        if isinstance(next(self._events), yaml.StreamEndEvent):
            return empty
        node = self._node(next(self._events), depth=1)
        next(self._events)  # the document's end
        following = next(self._events)
        if not isinstance(following, yaml.StreamEndEvent):
            self._refuse(following, "a second document starts here", "one file holds one document")
        return node

    def _node(self, event: Event, depth: int) -> Node:
        if depth > MAXIMUM_DEPTH:
            self._refuse(event, f"more than {MAXIMUM_DEPTH} levels of nesting")
            raise SpecError(self.problems)
        if isinstance(event, yaml.AliasEvent):
            self._refuse(event, f"alias *{event.anchor} is not allowed", "write the value out")
            return Node(value=None, place=self._place(event))
        self._refuse_properties(event)
        if isinstance(event, yaml.MappingStartEvent):
            return self._mapping(event, depth)
        if isinstance(event, yaml.SequenceStartEvent):
            return self._sequence(event, depth)
        return self._scalar(event)

    def _mapping(self, start: Event, depth: int) -> Node:
        items: dict[str, Node] = {}
        places: dict[str, Place] = {}
        while not isinstance(event := next(self._events), yaml.MappingEndEvent):
            key = self._key(event, self._node(event, depth + 1))
            value = self._node(next(self._events), depth + 1)
            if key is None:
                continue
            if key in items:
                first = places[key].line
                self._refuse(event, f'key "{key}" is given twice; first on line {first}')
                continue
            items[key] = value
            places[key] = self._place(event)
        return self._whole(start, event, items, places)

    def _sequence(self, start: Event, depth: int) -> Node:
        items: list[Node] = []
        while not isinstance(event := next(self._events), yaml.SequenceEndEvent):
            items.append(self._node(event, depth + 1))
        return self._whole(start, event, tuple(items), {})

    def _whole(
        self,
        start: Event,
        end: Event,
        value: tuple[Node, ...] | Mapping[str, Node],
        key_places: Mapping[str, Place],
    ) -> Node:
        return Node(
            value=value,
            place=self._place(start),
            start=start.start_mark.index,
            end=end.end_mark.index,
            key_places=key_places,
        )

    def _scalar(self, event: Event) -> Node:
        quoted = bool(event.style)
        value = event.value if quoted else self._resolve(event)
        if isinstance(value, str) and _SURROGATE.search(
            value
        ):  # only PyYAML's Python half lets it by
            self._refuse(event, "half of a surrogate pair is no character")
        return Node(
            value=value,
            place=self._place(event),
            start=event.start_mark.index,
            end=event.end_mark.index,
            written="" if quoted else event.value,
            quoted=quoted,
        )

    def _resolve(self, event: Event) -> Scalar:
        written: str = event.value
        if written in _WORDS:
            return _WORDS[written]
        if _INTEGER.fullmatch(written):
            if len(written) > 20 or not -(2**63) <= int(written) < 2**63:
                self._refuse(event, "the number does not fit in 64 bits", "quote it if it is text")
                return None
            return int(written)
        if _FLOAT.fullmatch(written):
            number = float(written)
            if number in (float("inf"), float("-inf")):
                self._refuse(event, "the number is too large", "quote it if it is text")
            return number
        return written

    def _key(self, event: Event, key: Node) -> str | None:
        """Keys are text. A whole number is taken as its digits: `0:` names row 0."""
        if isinstance(key.value, str):
            if key.value == "<<" and not key.quoted:
                self._refuse(event, 'merge key "<<" is not allowed', "write the keys out")
                return None
            return key.value
        if isinstance(key.value, int) and str(key.value) == key.written:
            return key.written
        hint = f'quote it: "{key.written}"' if key.written else ""
        self._refuse(event, "a key must be text", hint)
        return None

    def _refuse_properties(self, event: Event) -> None:
        if event.anchor:
            self._refuse(event, f"anchor &{event.anchor} is not allowed", "write the value out")
        if event.tag:
            tag = event.tag.replace("tag:yaml.org,2002:", "!!")
            self._refuse(event, f"tag {tag} is not allowed")

    def _refuse(self, event: Event, message: str, hint: str = "") -> None:
        self.problems.append(Problem(message=message, place=self._place(event), hint=hint))

    def _place(self, event: Event) -> Place:
        mark = event.start_mark
        return Place(file=self._file, line=mark.line + 1, column=mark.column + 1)


def _refuse_control_characters(text: str, file: str) -> None:
    found = _FORBIDDEN.search(text)
    if found is None:
        return
    before = text[: found.start()]
    place = Place(
        file=file,
        line=before.count("\n") + 1,
        column=found.start() - before.rfind("\n"),
    )
    code = ord(found[0])
    name, hint = f"the character U+{code:04X}", ""
    if code == 0:
        name, hint = "a NUL character", r'is this a text file? in double quotes NUL is written "\0"'
    elif code < 0x100:
        hint = f'in double quotes it is written "\\x{code:02X}"'
    raise SpecError(
        Problem(
            message=f"{name} may not stand in YAML",
            place=place,
            hint=hint,
        )
    )


_BEGINS = {
    "flow sequence": 'the "[" list',
    "flow mapping": 'the "{" mapping',
    "quoted scalar": "the quoted text",
    "plain scalar": "the text",
    "block scalar": "the block of text",
    "block mapping": "the mapping",
    "block collection": "the list",
    "simple key": "the key",
}


_COMPLAINTS = {
    "end of stream": ("the file ends before the value does", ""),
    "expected key": ("a new key is expected here", "check the quotes and the indentation"),
    "expected '-' indicator": ('a "- " is expected here', ""),
    "expected node content": ("a value is expected here", ""),
    "unknown escape": ('"\\" starts no escape that YAML knows', "use single quotes"),
    "Unicode character escape": ("the escape is no character", ""),
    "mapping values are not allowed": (
        'a ": " is not expected here',
        'quote text that holds ": "; check the indentation',
    ),
}


def _syntax_problem(error: yaml.MarkedYAMLError, text: str, file: str) -> Problem:
    """The parser's complaint, and where what it was reading began (dbt shows only the former)."""
    mark = error.problem_mark
    place = Place(file=file, line=mark.line + 1, column=mark.column + 1) if mark else None
    message, hint = _explain(str(error.problem), text[mark.index : mark.index + 1] if mark else "")
    began = next((name for words, name in _BEGINS.items() if words in str(error.context)), "")
    if began and error.context_mark:
        start = error.context_mark
        hint = hint or f"{began} begins at line {start.line + 1}, column {start.column + 1}"
    return Problem(message=message, place=place or Place(file=file), hint=hint)


def _explain(problem: str, character: str) -> tuple[str, str]:
    if "cannot start any token" in problem:
        if character == "\t":
            return "a tab may not indent YAML", "use spaces"
        return f'"{character}" may not start a value', "quote the text"
    return next(
        (explained for words, explained in _COMPLAINTS.items() if words in problem),
        (problem.removeprefix("did not find ").removeprefix("found "), ""),
    )
