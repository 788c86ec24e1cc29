"""Strict YAML: what is read, what is refused, and that what we write reads back the same."""

from __future__ import annotations

from typing import Any

import jsonschema
import pytest
import yaml
from case_files import cases
from hypothesis import given
from hypothesis import strategies as st

from dataevolver.errors import Place, SpecError
from dataevolver.yamlfile import (
    Anything,
    Boolean,
    Field,
    Integer,
    ListOf,
    MapOf,
    Null,
    Number,
    OneOf,
    Record,
    Tagged,
    Text,
    decode,
    dump,
    json_schema,
    load,
    plain,
    read,
)

WORD = Text(pattern="[a-z][a-z0-9_]*", what="a word of a-z, 0-9 and _")
STEP = Record(
    {
        "id": Field(WORD, required=True, description="Its name."),
        "rows": Field(Integer(minimum=1), default=1),
        "share": Field(Number(minimum=0, maximum=1)),
        "fast": Field(Boolean(), default=False),
        "kind": Field(Text(choices=("row", "keyed", "global")), default="row"),
        "from": Field(OneOf((WORD, ListOf(WORD, minimum=1), Null())), default=("raw",)),
        "sizes": Field(MapOf(Integer(), "[a-z]+", "lower-case letters"), default={}),
        "with": Field(Anything()),
        "key": Field(Text(pattern="[A-Z_]+", what="the name of a variable", private=True)),
        "test": Field(
            Tagged(
                "kind",
                {
                    "range": Record(
                        {
                            "kind": Field(Text(choices=("range",)), required=True),
                            "low": Field(Number(), required=True),
                        },
                        "range test",
                    ),
                    "rows": Record({"kind": Field(Text(choices=("rows",)), required=True)}, "test"),
                },
                "test",
            )
        ),
    },
    "step",
)


def untuple(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: untuple(item) for key, item in value.items()}
    return [untuple(item) for item in value] if isinstance(value, list | tuple) else value


@pytest.mark.parametrize("case", cases("yamlfile/refused"))
def test_strict_loading_refuses(case: Any) -> None:
    with pytest.raises(SpecError) as error:
        load(case["text"], "file.yml")
    assert str(error.value) == case["error"]


@pytest.mark.parametrize("case", cases("yamlfile/accepted"))
def test_strict_loading_accepts(case: Any) -> None:
    assert repr(plain(load(case["text"], "file.yml"))) == repr(case["value"])


YAMLISH = st.lists(
    st.sampled_from(
        ["a", "1", ":", ": ", "-", "- ", "\n", "  ", "\n  ", "[", "]", "{", "}", ", ", "'", '"']
    )
    | st.sampled_from(
        ["&a ", "*a", "!t ", "|", ">", "#", "%", "@", "?", "? ", "---\n", "...", "\\", "<<"]
    )
    | st.characters(),
    max_size=25,
)


@given(YAMLISH)
def test_any_text_is_read_or_refused_with_a_place(parts: list[str]) -> None:
    try:
        load("".join(parts), "file.yml")
    except SpecError as error:
        assert all(problem.place and problem.place.line for problem in error.problems)


def test_twenty_levels_are_enough() -> None:
    assert load("[" * 20 + "]" * 20, "file.yml").place_of(0, 0).column == 3


@pytest.mark.parametrize("case", cases("yamlfile/shapes"))
def test_reading_by_a_shape_gives_the_value_or_every_problem(case: Any) -> None:
    value, problems = read(load(case["text"], "file.yml"), STEP)
    assert "\n".join(str(problem) for problem in problems) == case.get("problems", "")
    if not problems:
        assert untuple(value) == case["value"]


@pytest.mark.parametrize("case", cases("yamlfile/shapes"))
def test_the_schema_for_editors_agrees_with_reading(case: Any) -> None:
    node = load(case["text"], "file.yml")
    schema = json_schema(STEP, "step")
    jsonschema.Draft202012Validator.check_schema(schema)
    accepted = jsonschema.Draft202012Validator(schema).is_valid(plain(node))
    assert accepted == (not read(node, STEP)[1])


@pytest.mark.parametrize(
    ("character", "message", "hint"),
    [
        (
            "\0",
            "a NUL character",
            '\n  is this a text file? in double quotes NUL is written "\\0"',
        ),
        ("\x07", "the character U+0007", '\n  in double quotes it is written "\\x07"'),
        ("\ud800", "the character U+D800", ""),
    ],
)
def test_a_control_character_gives_one_clear_error(character: str, message: str, hint: str) -> None:
    with pytest.raises(SpecError) as error:
        load(f"a: 1\nb: {character}{character}\n", "file.yml")
    assert str(error.value) == f"file.yml:2:4: {message} may not stand in YAML{hint}"


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_bytes_that_are_not_utf8_are_named_with_their_place(mark: bytes) -> None:
    with pytest.raises(SpecError) as error:
        decode(mark + b"a: 1\nb: caf\xe9\n", "file.yml")
    assert str(error.value) == "file.yml:2:7: byte 0xe9 is not UTF-8\n  save the file as UTF-8"
    assert decode(b"\xef\xbb\xbfa: 1", "file.yml") == "a: 1"


def test_a_node_knows_the_text_that_wrote_it() -> None:
    text = "a: 1\r\nsteps:\r\n  - id: 'é😀'\r\n    with: [1, 2]\r\nb: x\r\n"
    node = load(text, "file.yml")
    assert isinstance(node.value, dict)
    step = node.value["steps"].value[0]
    assert text[step.value["id"].start : step.value["id"].end] == "'é😀'"
    assert text[step.value["with"].start : step.value["with"].end] == "[1, 2]"
    assert node.place_of("steps", 0, "with") == Place(file="file.yml", line=4, column=5)
    assert node.place_of("steps", 0, "with", 1) == Place(file="file.yml", line=4, column=15)
    assert node.place_of("steps", 0, "nowhere") == node.place_of("steps", 0)


# ---- writing

TEXT = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"]), max_size=20),
    st.text(
        st.sampled_from("ab 0_.\0:-#'\"\\\n\t,[]{}~|>%=\u2028\x85\ufeff\u00a0é😀eE+"), max_size=15
    ),
    st.from_regex(r"[-+]?[0-9_.:eExXobfTtZ]{1,8}", fullmatch=True),
    st.sampled_from(["yes", "No", "null", "~", "=", "<<", "---", "...", "y", "0", ".inf", "1e3"]),
)
SCALAR = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(2**63), 2**63 - 1),
    st.floats(allow_nan=False, allow_infinity=False),
    TEXT,
)
VALUE = st.recursive(
    SCALAR,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(TEXT, inner, max_size=4),
    max_leaves=10,
)


@given(VALUE, st.sampled_from([0, 2, 6]))
def test_what_is_written_reads_back_the_same(value: Any, indent: int) -> None:
    text = dump(value, indent)
    assert repr(plain(load(text, "file.yml"))) == repr(value)
    assert dump(plain(load(text, "file.yml")), indent) == text


@given(VALUE)
def test_a_yaml_1_1_reader_takes_what_is_written_for_the_same(value: Any) -> None:
    assert repr(yaml.safe_load(dump(value))) == repr(value)


MISTAKEN = """
0o17 0x1F 1e3 1E5 1_000 010 .5 +1 12:30 2024-01-01 .inf -.INF .NaN ~ Null << = y N on Off yes
#a [a {a *a &a !a %a @a `a 'a "a a: ? -
"""


@pytest.mark.parametrize("text", [*MISTAKEN.split(), "", " a", "a ", "a: b", "a #b"])
def test_text_that_some_reader_takes_for_something_else_is_quoted(text: str) -> None:
    assert dump(text)[0] in "'\""


def test_lines_are_written_one_way() -> None:
    value = {
        "dve": 1,
        "rationale": "31 % of raw outputs hold HTML; markup gap 0.58 -> 0.01.",
        "columns": ["instruction", "$output", "messages[].content"],
        "pattern": r"\d+\s",
        "share": 1e-05,
        "text": "two\n  lines\n",
        "cut": "two\nlines",
        "blanks": "one \ntwo",
        "hidden": "a\u200bb",
        "empty": [[], {}, None],
        "steps": [{"id": "a", "with": {"sizes": [1, 2]}}, "x\ny", [[1], {"b": {}}]],
        "long": ["a" * 60, "b" * 60],
    }
    assert dump(value, 2) == (
        "  dve: 1\n"
        "  rationale: 31 % of raw outputs hold HTML; markup gap 0.58 -> 0.01.\n"
        '  columns: [instruction, $output, "messages[].content"]\n'
        "  pattern: \\d+\\s\n"
        "  share: 1.0e-05\n"
        "  text: |\n    two\n      lines\n"
        "  cut: |-\n    two\n    lines\n"
        '  blanks: "one \\ntwo"\n'
        '  hidden: "a\\u200Bb"\n'
        "  empty:\n    - []\n    - {}\n    - null\n"
        "  steps:\n"
        "    - id: a\n      with:\n        sizes: [1, 2]\n"
        "    - |-\n      x\n      y\n"
        "    - - [1]\n      - b: {}\n"
        f"  long:\n    - {'a' * 60}\n    - {'b' * 60}\n"
    )


@pytest.mark.parametrize(
    ("value", "message"),
    [
        ("\ud83d", "text that holds half of a surrogate pair cannot be written as YAML: '\\ud83d'"),
        ([float("inf")], "inf is not a finite number and cannot be written as YAML"),
        ({"a": 2**63}, "9223372036854775808 does not fit in 64 bits and cannot be written as YAML"),
        ({"k" * 1001: 1}, f'the key "{"k" * 40}..." is longer than 1000 characters'),
    ],
)
def test_what_yaml_cannot_hold_is_an_error(value: Any, message: str) -> None:
    with pytest.raises(SpecError) as error:
        dump(value)
    assert str(error.value) == message
