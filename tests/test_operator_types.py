"""Binding: what parameters make of an operator's ports and facts."""

from __future__ import annotations

from dataevolver.library import builtin, load_catalog
from dataevolver.operators import bind

CATALOG = load_catalog([builtin()])


def test_a_default_may_name_other_parameters() -> None:
    bound = bind(CATALOG["filter_language"], {"column": "answer", "languages": ["en"]})
    assert bound.parameters["language_column"] == "answer_language"
    assert [port.column for port in bound.inputs] == [
        "answer_language",
        "answer_language_confidence",
    ]


def test_a_text_that_is_given_may_hold_dollar_signs() -> None:
    arguments = {"columns": ["answer"], "pattern": r"^\$columns$"}
    assert bind(CATALOG["filter_regex"], arguments).parameters["pattern"] == r"^\$columns$"


def test_a_map_gives_its_keys_and_its_values() -> None:
    bound = bind(CATALOG["rename_columns"], {"mapping": {"a": "b", "c": "d"}})
    assert [port.column for port in bound.inputs] == ["a", "c"]
    assert [port.column for port in bound.outputs] == ["b", "d"]
    assert bound.removes == ("a", "c")
