"""What a YAML value must look like: one declaration checks files and makes the editors' schema.

A shape's `kind` is that of the nodes that fit it; `called` is what messages say.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import ClassVar

from dataevolver.yamlfile.loading import Plain


@dataclass(frozen=True, slots=True, kw_only=True)
class Text:
    """Text that matches `pattern` as a whole (`what` says it in words) or is one of `choices`.

    Messages do not repeat a `private` text: where a name is wanted, people paste a key.
    """

    kind: ClassVar[str] = "text"
    called: ClassVar[str] = "text"

    pattern: str = ""
    what: str = ""
    choices: tuple[str, ...] = ()
    private: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Integer:
    """A whole number within bounds, both included."""

    kind: ClassVar[str] = "integer"
    called: ClassVar[str] = "a whole number"

    minimum: int | None = None
    maximum: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Number:
    """A number within bounds, both included."""

    kind: ClassVar[str] = "number"
    called: ClassVar[str] = "a number"

    minimum: float | None = None
    maximum: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Boolean:
    """true or false."""

    kind: ClassVar[str] = "boolean"
    called: ClassVar[str] = "true or false"


@dataclass(frozen=True, slots=True, kw_only=True)
class Null:
    """Nothing: `null`, `~` or an empty value. Of use in a OneOf."""

    kind: ClassVar[str] = "null"
    called: ClassVar[str] = "empty"


@dataclass(frozen=True, slots=True, kw_only=True)
class Anything:
    """Any value."""

    kind: ClassVar[str] = "any"
    called: ClassVar[str] = "any value"


@dataclass(frozen=True, slots=True)
class ListOf:
    """A list of `item`, read as a tuple."""

    kind: ClassVar[str] = "list"
    called: ClassVar[str] = "a list"

    item: Shape
    minimum: int = 0


@dataclass(frozen=True, slots=True)
class MapOf:
    """A mapping with free keys, which match `key_pattern` as a whole (`key_what` in words)."""

    kind: ClassVar[str] = "mapping"
    called: ClassVar[str] = "a mapping"

    value: Shape
    key_pattern: str = ""
    key_what: str = ""


@dataclass(frozen=True, slots=True)
class Field:
    """One key of a Record. A key that is not written reads as `default`."""

    shape: Shape
    required: bool = False
    default: Plain = None
    description: str = ""


@dataclass(frozen=True, slots=True)
class Record:
    """A mapping with known keys. `what` is how messages call it: "step", "source"."""

    kind: ClassVar[str] = "mapping"
    called: ClassVar[str] = "a mapping"

    fields: Mapping[str, Field]
    what: str = ""


@dataclass(frozen=True, slots=True)
class Tagged:
    """A mapping whose key `tag` says which of the records it is. Each record has that key too."""

    kind: ClassVar[str] = "mapping"
    called: ClassVar[str] = "a mapping"

    tag: str
    records: Mapping[str, Record]
    what: str = ""


@dataclass(frozen=True, slots=True)
class OneOf:
    """Any one of several shapes, which differ in kind: text or a list of text."""

    shapes: tuple[Simple, ...]


Simple = Text | Integer | Number | Boolean | Null | Anything | ListOf | MapOf | Record | Tagged
Shape = Simple | OneOf
