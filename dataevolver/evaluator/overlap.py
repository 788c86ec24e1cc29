"""Which texts share runs of words: near-duplicates, copies, contamination. Exact, by an inverted index."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Sequence

from dataevolver.profiler import remembered, words

RUN = 5  # words of a shingle
LEAK = 8  # words of a run that means contamination
HALF = 0.5  # of a text's shingles: a near-duplicate or a copy
_CROWD = 200  # texts of one shingle that are looked at; more are near-duplicates anyway


@remembered
def shingles(text: str, size: int = RUN) -> frozenset[int]:
    """64-bit codes of the word runs; a shorter text is one run of all its words."""
    found = words(text.lower())
    if not found:
        return frozenset()
    starts = range(max(1, len(found) - size + 1))
    return frozenset(_code(" ".join(found[start : start + size])) for start in starts)


def near_duplicates(texts: Sequence[str]) -> list[bool]:
    """For each text whether another one holds at least half of its shingles."""
    every = [shingles(text) for text in texts]
    index = _index(every)
    return [
        bool(runs) and _most_shared(runs, index, skip=number) >= HALF * len(runs)
        for number, runs in enumerate(every)
    ]


def copies(texts: Sequence[str], originals: Sequence[str]) -> list[bool]:
    """For each text whether one single original holds at least half of its shingles."""
    index = _index([shingles(text) for text in originals])
    return [
        bool(runs) and _most_shared(runs, index, skip=-1) >= HALF * len(runs)
        for runs in map(shingles, texts)
    ]


def leaks(texts: Sequence[str], runs: frozenset[int]) -> list[bool]:
    """For each text whether it has one of the eight-word runs."""
    return [not runs.isdisjoint(_whole_runs(text)) for text in texts]


def evaluation_runs(texts: Sequence[str]) -> frozenset[int]:
    """All eight-word runs of an evaluation set; texts shorter than that have none."""
    return frozenset(run for text in texts for run in _whole_runs(text))


def _whole_runs(text: str) -> frozenset[int]:
    return shingles(text, LEAK) if len(words(text)) >= LEAK else frozenset()


def _index(every: Sequence[frozenset[int]]) -> dict[int, list[int]]:
    index: defaultdict[int, list[int]] = defaultdict(list)
    for number, runs in enumerate(every):
        for run in runs:
            index[run].append(number)
    return index


def _most_shared(runs: frozenset[int], index: dict[int, list[int]], *, skip: int) -> int:
    shared = Counter(
        other
        for run in runs
        if len(index.get(run, ())) > (skip >= 0)
        for other in index[run][:_CROWD]
        if other != skip
    )
    return max(shared.values(), default=0)


def _code(run: str) -> int:
    return int.from_bytes(
        hashlib.blake2b(run.encode("utf-8", "replace"), digest_size=8).digest(), "big"
    )
