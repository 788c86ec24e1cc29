"""Cleaners in Python: each row by itself, and no text that makes one slow."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataevolver.kernels.personal import ENTITIES, masked
from dataevolver.library import builtin, load_catalog
from dataevolver.operators import Operator, bind

CATALOG = load_catalog([builtin()])
ARGUMENTS: Mapping[str, Mapping[str, Any]] = {
    "replace_words": {"words": {"a": "b", "a b": "c", "天": "地"}},
    "truncate_text": {"maximum": 5, "boundary": "sentence"},
}
CLEANERS = [
    operator
    for operator in CATALOG.values()
    if (operator.category, operator.language, operator.rows) == ("clean", "python", "same")
    and not operator.extra  # linear in pieces, but presidio's patterns are slow on runs of marks
]
# What is dear to a pattern that tries again at every character of a run.
PIECES = (
    "(", "[", "<", "<a ", "<a b='", "a@", "a.", "1.", "1", "+1 ", "0", "a:", ":", "1-", "12 34 ", "http://(", "www.",
    "。", ". ", "!?", " ", "\n", "|", "| ", "a|b\n", "\t", "# c\n", "/*", "a b ", "Sure! ", "i hope ", "Home\n",
    "DE89 ", "4111 ", "eyJ", "\u200d", "👩‍", "กิ",
)  # fmt: skip
SIZE = 100_000  # bytes of a text; a second of linear work is hours of quadratic work at 10 MB
SECONDS = 1.0
ALPHABET = st.sampled_from(
    [*"ab A1.,!?:;()[]<>/@#|+-\n\t\u200d😀天กا", "a@b.cd", "10.0.0.1", "http://a.b", "Sure! "]
)
TEXTS = st.lists(st.one_of(st.none(), st.lists(ALPHABET, max_size=20).map("".join)), max_size=6)


@cache
def body(name: str) -> Callable[[Any, Mapping[str, Any]], Mapping[str, Any]]:
    namespace: dict[str, Any] = {}
    exec(CATALOG[name].body, namespace)
    return namespace["apply"]  # type: ignore[no-any-return]


def cleaned(operator: Operator, texts: Sequence[str | None]) -> list[str | None]:
    arguments = {"columns": ["text"], **ARGUMENTS.get(operator.name, {})}
    rows = pa.record_batch({"value": pa.array(texts, pa.string())})
    found = body(operator.name)(rows, dict(bind(operator, arguments).parameters))
    return found["value"].to_pylist()  # type: ignore[no-any-return]


@pytest.mark.parametrize("operator", CLEANERS, ids=lambda operator: operator.name)
def test_no_run_of_anything_makes_a_cleaner_slow(operator: Operator) -> None:
    slow = {}
    for piece in PIECES:
        text = piece * (SIZE // len(piece.encode()))
        began = time.process_time()
        cleaned(operator, [text, text + "x"])
        spent = time.process_time() - began
        if spent > SECONDS:
            slow[piece] = spent
    assert slow == {}


@pytest.mark.parametrize("operator", CLEANERS, ids=lambda operator: operator.name)
@settings(max_examples=40, deadline=None)
@given(texts=TEXTS)
def test_a_text_is_cleaned_the_same_alone_and_among_others(
    operator: Operator, texts: list[str | None]
) -> None:
    together = cleaned(operator, texts)
    assert together == [cleaned(operator, [text])[0] for text in texts]
    assert [text is None for text in together] == [text is None for text in texts]


@pytest.mark.parametrize(
    ("name", "real", "wrong"),
    [
        ("card", "5555 5555 5555 4444", "5555 5555 5555 4445"),
        ("card", "371449635398431", "371449635398432"),
        ("iban", "FR14 2004 1010 0505 0001 3M02 606", "FR15 2004 1010 0505 0001 3M02 606"),
        ("chinese_id", "11010519491231002X", "110105194912310021"),
        ("wallet", "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN2", "1BvBMSEYstWetqTFn5Au4m4GFg7xJaNVN3"),
        ("us_ssn", "219-09-9999", "900-09-9999"),
        ("ip", "2001:db8:85a3::8a2e:370:7334", "1:2:3"),
        ("ip", "::ffff:192.0.2.1", "192.0.2.256"),
        ("mac", "3D:F2:C9:A6:B3:4F", "3D:F2:C9:A6:B3"),
        ("phone", "+44 20 7946 0958", "44 20"),
        ("email", "x.y+z@sub.example.org", "x@y"),
        ("secret", "ghp_" + "a1" * 18, "ghp_short"),
    ],
)
def test_check_digits_and_forms_decide_what_is_personal(name: str, real: str, wrong: str) -> None:
    texts = pa.array([f"is {real}, yes", f"is {wrong}, no"])
    found = masked(texts, [name], lambda *_: "#").to_pylist()
    assert found == ["is #, yes", f"is {wrong}, no"]
    assert name in {known for known, _ in ENTITIES}
