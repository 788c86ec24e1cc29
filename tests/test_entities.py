"""mask_entities: what patterns find, what a pipeline finds, and no word to the network."""

from __future__ import annotations

import socket
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dataevolver.library import builtin, load_catalog
from dataevolver.operators import bind

spacy = pytest.importorskip("spacy", reason="needs the extra pii")
pytest.importorskip("presidio_analyzer", reason="needs the extra pii")

OPERATOR = load_catalog([builtin()])["mask_entities"]
LETTERS = st.lists(st.sampled_from([*"aefAFxw:-._/+ \n", "com", "ffff", "www.", "天"])).map("".join)


@cache
def body() -> Mapping[str, Any]:
    namespace: dict[str, Any] = {}
    exec(OPERATOR.body, namespace)
    return namespace


def parameters(**arguments: Any) -> dict[str, Any]:
    return dict(bind(OPERATOR, {"columns": ["text"], **arguments}).parameters)


def masked(texts: Sequence[str | None], **arguments: Any) -> list[str | None]:
    rows = pa.record_batch({"value": pa.array(texts, pa.string())})
    return body()["apply"](rows, parameters(**arguments))["value"].to_pylist()  # type: ignore[no-any-return]


@pytest.fixture(scope="module")
def model(tmp_path_factory: pytest.TempPathFactory) -> str:
    """A folder with a pipeline that knows Ada Lovelace, Berlin and a company."""
    pipeline = spacy.blank("en")
    pipeline.add_pipe("entity_ruler").add_patterns(
        [
            {"label": "PERSON", "pattern": "Ada Lovelace"},
            {"label": "GPE", "pattern": "Berlin"},
            {"label": "ORG", "pattern": "Example GmbH"},
        ]
    )
    folder: Path = tmp_path_factory.mktemp("pipeline")
    pipeline.to_disk(folder)
    return str(folder)


def test_what_a_pipeline_finds_is_masked_with_what_patterns_find(model: str) -> None:
    text = "Ada Lovelace of Example GmbH, Berlin: ada@example.com"
    assert masked([text, None, ""], model=model) == [
        "<PERSON> of <ORGANIZATION>, <LOCATION>: <EMAIL_ADDRESS>",
        None,
        "",
    ]
    assert masked([text], model=model, entities=["PERSON"], replacement="X") == [
        "X of Example GmbH, Berlin: ada@example.com"
    ]


def test_without_a_pipeline_names_stay() -> None:
    assert masked(["Ada Lovelace, ada@example.com"]) == ["Ada Lovelace, <EMAIL_ADDRESS>"]


def test_a_long_text_is_masked_piece_by_piece(model: str) -> None:
    times = 3_000
    long = "We met Ada Lovelace, in Berlin. " * times
    assert masked([long], model=model) == ["We met <PERSON>, in <LOCATION>. " * times]


@pytest.mark.parametrize(
    "text", ["", "a" * 25_000, "天" * 25_000, "a b\n" * 9_000, "天。" * 15_000]
)
def test_pieces_are_the_text(text: str) -> None:
    pieces = list(body()["_pieces"](text))
    assert "".join(pieces) == text
    longest = body()["PIECE"]
    assert all(longest // 2 < len(piece) <= longest for piece in pieces[:-1])


def test_a_pipeline_that_is_not_there_is_told() -> None:
    with pytest.raises(ValueError) as caught:
        masked([None], model="no_such_pipeline")
    assert str(caught.value) == (
        "there is no spaCy pipeline no_such_pipeline: neither a package nor a folder"
    )


def test_an_entity_that_cannot_be_found_is_told() -> None:
    with pytest.raises(ValueError) as caught:
        masked([None], entities=["PERSON", "URL"])
    assert str(caught.value).startswith(
        "presidio finds no PERSON in the language en without a model, but CREDIT_CARD, "
    )


def test_nothing_is_asked_of_the_network(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: Any) -> None:
        raise AssertionError(arguments)

    monkeypatch.setattr(socket, "getaddrinfo", refuse)
    monkeypatch.setattr(socket.socket, "connect", refuse)
    body()["_engine"].cache_clear()
    assert masked(["mail ada@example.com"]) == ["mail <EMAIL_ADDRESS>"]


@settings(max_examples=200, deadline=None)
@given(LETTERS)
def test_a_text_that_is_passed_over_holds_nothing(text: str) -> None:
    if not body()["_may_hold"](pa.array([text]), {"model": None})[0].as_py():
        assert list(body()["_analyser"](parameters(threshold=0.01))(text)) == []
