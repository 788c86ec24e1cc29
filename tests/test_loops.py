"""Loops of words are kept once, and then there are none left."""

from __future__ import annotations

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from dataevolver.kernels.loops import without_loops

WORDS = st.sampled_from(["a", "b", "0", "天", "long-word"])
TEXTS = st.lists(
    st.one_of(st.none(), st.lists(WORDS, max_size=16).map(" ".join)), min_size=1, max_size=6
)


def loop_in(words: list[str], size: int, times: int) -> bool:
    for period in range(1, size + 1):
        for at in range(len(words) - period * times + 1):
            unit = words[at : at + period]
            if words[at : at + period * times] == unit * times and set(unit) != {"0"}:
                return True
    return False


def cleaned(texts: list[str | None], size: int, times: int) -> list[str | None]:
    found = without_loops(pa.array(texts, pa.string()), size, times)
    return [old if new is None else new for old, new in zip(texts, found, strict=True)]


@settings(max_examples=200, deadline=None)
@given(TEXTS, st.integers(1, 4), st.integers(2, 4))
def test_no_loop_is_left_and_texts_without_one_stay(
    texts: list[str | None], size: int, times: int
) -> None:
    left = cleaned(texts, size, times)
    for before, after in zip(texts, left, strict=True):
        words = (before or "").replace("-", " ").split()
        assert (after is None) == (before is None)
        assert (before == after) == (not loop_in(words, size, times))
        assert not loop_in((after or "").replace("-", " ").split(), size, times)
        assert set((after or "").split()) == set((before or "").split())
    assert cleaned(left, size, times) == left


def test_loops_of_loops_go() -> None:
    assert cleaned(["no no no no yes " * 5 + "end"], 20, 4) == ["no yes end"]
