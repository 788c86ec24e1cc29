"""Plans that cheat: each has a small gap or a bounded one, and none is accepted."""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Sequence

import numpy as np
import pytest
from word_problems import Problem, damaged, in_boilerplate, in_markup, problems

from dataevolver.evaluator import (
    Comparison,
    Evaluation,
    Ruler,
    Settings,
    calibrate,
    compare,
    measure,
    split_exemplars,
)
from dataevolver.evaluator.guards import fidelity
from dataevolver.evaluator.overlap import copies, near_duplicates
from dataevolver.evaluator.topics import find_topics, tolerated_shift, topic_shift

ROWS = 300
EXEMPLARS = problems(100, seed=11)
CLEAN = problems(ROWS, seed=12)
RAW = damaged(damaged(CLEAN, in_markup, 0.4, seed=1), in_boilerplate, 0.4, seed=2)
IDS = range(ROWS)
SPLIT = split_exemplars(EXEMPLARS)

Prepared = tuple[list[Problem], list[int]]


@pytest.fixture(scope="module")
def ruler() -> Ruler:
    return calibrate(RAW, IDS, SPLIT)


@pytest.fixture(scope="module")
def before(ruler: Ruler) -> Evaluation:
    return measure(ruler, RAW, IDS)


def _near_copy(row: Problem, chance: random.Random) -> Problem:
    def changed(text: str) -> str:
        words = [word if chance.random() > 0.1 else "very" for word in text.split(" ")]
        return re.sub(r"\d+", lambda _: str(chance.randint(2, 99)), " ".join(words))

    return {name: changed(str(value)) for name, value in row.items()}


def _copies_of_exemplars() -> Prepared:
    return [dict(SPLIT.guide[i % len(SPLIT.guide)]) for i in IDS], list(IDS)


def _half_copies() -> Prepared:
    rows, ids = _copies_of_exemplars()
    return [*CLEAN[: ROWS // 2], *rows[ROWS // 2 :]], ids


def _near_copies_of_exemplars() -> Prepared:
    chance = random.Random(0)
    rows, ids = _copies_of_exemplars()
    return [_near_copy(row, chance) for row in rows], ids


def _nearest(share: float) -> Prepared:
    ruler = calibrate(RAW, IDS, SPLIT)
    nearness = measure(ruler, RAW, IDS).trace.nearness
    ids = sorted(np.argsort(nearness, kind="stable")[: round(share * ROWS)].tolist())
    return [RAW[i] for i in ids], ids


def _one_good_row() -> Prepared:
    return [CLEAN[0]] * ROWS, list(IDS)


def _one_good_row_with_edits() -> Prepared:
    chance = random.Random(1)
    return [_near_copy(CLEAN[0], chance) for _ in IDS], list(IDS)


def _ten_good_rows() -> Prepared:
    return [CLEAN[i % 10] for i in IDS], list(IDS)


def _ignores_its_source() -> Prepared:
    return [CLEAN[(i + 7) % ROWS] for i in IDS], list(IDS)


CHEATS: dict[str, tuple[Callable[[], Prepared], frozenset[str]]] = {
    "copies of the exemplars": (_copies_of_exemplars, frozenset({"copies", "fidelity"})),
    "half copies": (_half_copies, frozenset({"copies"})),
    "near copies": (_near_copies_of_exemplars, frozenset({"fidelity"})),
    "the nearest 1 %": (lambda: _nearest(0.01), frozenset({"yield"})),
    "the nearest 5 %": (lambda: _nearest(0.05), frozenset({"yield"})),
    "one good row": (_one_good_row, frozenset({"near_duplicates", "diversity", "fidelity"})),
    "one good row, edited": (_one_good_row_with_edits, frozenset({"diversity", "fidelity"})),
    "ten good rows": (_ten_good_rows, frozenset({"near_duplicates", "diversity", "fidelity"})),
    "ignores its source": (_ignores_its_source, frozenset({"fidelity"})),
}


def _judged(ruler: Ruler, before: Evaluation, prepared: Prepared) -> tuple[Evaluation, Comparison]:
    after = measure(ruler, *prepared)
    return after, compare(ruler, before, after, candidates=4)


@pytest.mark.parametrize("name", CHEATS)
def test_a_cheat_is_refused_and_by_which_guard(name: str, ruler: Ruler, before: Evaluation) -> None:
    make, wanted = CHEATS[name]
    after, comparison = _judged(ruler, before, make())
    broken = {guard.name for guard in after.guards if not guard.ok}
    assert broken >= wanted
    assert not comparison.accepted
    assert comparison.verdict.startswith("not accepted: ")


def test_an_honest_plan_breaks_no_guard(ruler: Ruler, before: Evaluation) -> None:
    after, comparison = _judged(ruler, before, (CLEAN, list(IDS)))
    assert [guard.name for guard in after.guards if not guard.ok] == []
    assert comparison.accepted


def test_an_honest_filter_breaks_no_guard(ruler: Ruler, before: Evaluation) -> None:
    ids = [i for i in IDS if RAW[i] is CLEAN[i]]
    after, comparison = _judged(ruler, before, ([RAW[i] for i in ids], ids))
    assert [guard.name for guard in after.guards if not guard.ok] == []
    assert comparison.accepted


def test_raw_rows_that_break_a_guard_themselves_are_not_held_against_a_plan() -> None:
    rows = [*CLEAN[:100], *CLEAN[:40], *[dict(row) for row in SPLIT.guide[:10]]]
    ruler = calibrate(rows, range(150), SPLIT)
    assert measure(ruler, rows, range(150)).guarded


def test_new_fields_do_not_break_fidelity() -> None:
    raw = [{"prompt": row["question"], "reply": row["answer"], "n": i} for i, row in enumerate(RAW)]
    ruler = calibrate(raw, IDS, SPLIT)
    after = measure(ruler, CLEAN, IDS)
    assert after.guarded
    assert compare(ruler, measure(ruler, raw, IDS), after, 4).accepted


def test_keeping_one_topic_is_refused_unless_topics_may_follow_the_exemplars() -> None:
    chess = {"question": "Which piece moves in an L on the board?", "answer": "The knight.\n#### 1"}
    sea = {
        "question": "Which tide follows the full moon at sea?",
        "answer": "A spring tide.\n#### 2",
    }
    rows = [
        {"question": f"{topic['question']} {row['question']}", "answer": f"{row['answer']} {topic['answer']}"}
        for i, row in enumerate(CLEAN)
        for topic in [chess if i % 2 else sea]
    ]  # fmt: skip
    ids = [i for i in IDS if i % 2]
    narrowed = [rows[i] for i in ids]
    for topics, refused in (("preserve", True), ("match", False)):
        ruler = calibrate(rows, IDS, SPLIT, Settings(topics=topics))
        broken = [guard.name for guard in measure(ruler, narrowed, ids).guards if not guard.ok]
        assert ("topics" in broken) is refused


def test_only_new_contamination_counts() -> None:
    exam = "which of the nine muses was held to watch over the stars"
    rows = [{**row, "question": f"{row['question']} {exam}"} for row in RAW[:3]] + RAW[3:]
    other = "where does the last tram of the night stop before the bridge"
    ruler = calibrate(rows, IDS, SPLIT, Settings(evaluation_sets={"exam": [exam, other]}))

    def guard(rows: Sequence[Problem]) -> tuple[float, bool, str]:
        found = measure(ruler, rows, IDS).guards[-1]
        assert found.name == "contamination.exam"
        return found.value, found.ok, found.says

    says = "0 rows newly share eight words in a row with exam (none may); 3 in all"
    assert guard(rows) == (0.0, True, says)
    assert guard([*rows[:-1], {**RAW[-1], "question": other}])[:2] == (1.0, False)


def test_the_yield_floor_is_the_projects() -> None:
    ruler = calibrate(RAW, IDS, SPLIT, Settings(min_yield=0.9))
    found = measure(ruler, RAW[:200], range(200)).guards[0]
    assert (found.name, round(found.value, 3), found.limit, found.ok) == (
        "yield",
        0.667,
        0.9,
        False,
    )
    assert found.says == "67 % of the raw rows are kept (at least 90 %)"


def test_rows_made_from_one_raw_row_do_not_raise_the_yield(ruler: Ruler) -> None:
    ids = [i for i in range(50) for _ in range(6)]
    found = measure(ruler, [CLEAN[i] for i in ids], ids).guards[0]
    assert (found.value, found.ok) == (pytest.approx(1 / 6), False)


def test_fidelity_of_a_shuffle_is_a_half_and_of_the_same_is_one() -> None:
    vectors = np.eye(50, dtype=np.float32)
    same = np.arange(50)
    assert fidelity(vectors, vectors, same) == 1.0
    assert fidelity(vectors, vectors[np.roll(same, 1)], same) == pytest.approx(0.5, abs=0.02)


def test_near_duplicates_and_copies_need_half_of_the_runs() -> None:
    long = "one two three four five six seven eight nine ten eleven twelve"
    texts = [
        long,
        long.replace("twelve", "zero"),
        "another thing entirely, said in nine words or so",
        "",
        "",
    ]
    assert near_duplicates(texts) == [True, True, False, False, False]
    assert copies(["one two three four five six seven", "", "short"], [long, ""]) == [
        True,
        False,
        False,
    ]


def test_the_topic_mix_of_everything_has_not_moved() -> None:
    vectors = np.repeat(np.eye(4, dtype=np.float32), 25, axis=0)
    topics = find_topics(vectors, np.ones(100, bool), seed=0)
    assert topic_shift(topics, np.ones(100, bool)) == 0
    assert topic_shift(topics, np.zeros(100, bool)) == 1
    assert tolerated_shift(topics, np.ones(100, bool), seed=0) == 0.15


def test_dropping_another_language_narrows_no_topic() -> None:
    german = "Im Schuppen liegen {} alte Lampen, und am Montag bringt Lena noch {} neue dazu."
    rows = [
        {"question": german.format(i, i + 3), "answer": f"Zusammen sind es {2 * i + 3}."} if i % 3 == 0 else row
        for i, row in enumerate(CLEAN)
    ]  # fmt: skip
    ids = [i for i in IDS if i % 3]
    ruler = calibrate(rows, IDS, SPLIT)
    assert measure(ruler, [rows[i] for i in ids], ids).guarded
