"""What runs keep and drop by language, length, source and file, and the warnings and tests of it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import pyarrow.parquet as pq
import pytest
from project_case import PLAN_HEAD, TINY, ProjectCase

from dataevolver.evaluator import Slice, foremost, is_lopsided, slice_of, slice_value

# As the tools of the field count: words between spaces; all but ASCII letters is special.
SPACED_WORDS: Mapping[str, str] = {
    "operators/filter/spaced_words.yml": (
        "name: spaced_words\nversion: 1\nsummary: Keep texts of enough words between spaces.\n"
        "language: sql\nscope: row\nrows: fewer\naddresses: [length]\nparameters:\n"
        '  columns: {type: columns, of: text, description: "Texts."}\n'
        '  minimum: {type: integer, description: "Words."}\n'
        'inputs: [{column: "$columns", type: text}]\ncost: 0.001\nexamples:\n'
        "  - with: {columns: [text], minimum: 2}\n"
        "    given: [{text: one two}, {text: one}]\n"
        "    expect: [{text: one two}]\n    dropped: {1: too few words}\n"
    ),
    "macros/filter/spaced_words.sql": (
        "CASE WHEN len(string_split({{ value }}, ' ')) < {{ params.minimum | literal }} "
        "THEN 'too few words' END\n"
    ),
    "operators/filter/ascii_share.yml": (
        "name: ascii_share\nversion: 1\nsummary: Drop texts of special characters.\n"
        "language: sql\nscope: row\nrows: fewer\nparameters:\n"
        '  columns: {type: columns, of: text, description: "Texts."}\n'
        'inputs: [{column: "$columns", type: text}]\ncost: 0.001\nexamples:\n'
        "  - with: {columns: [text]}\n    given: [{text: one}]\n    expect: [{text: one}]\n"
    ),
    "macros/filter/ascii_share.sql": (
        "CASE WHEN length(regexp_replace({{ value }}, '[a-zA-Z ]', '', 'g')) > "
        "0.25 * length({{ value }}) THEN 'too many special characters' END\n"
    ),
}
TEXTS: Mapping[str, str] = {
    "en": "The train to the coast leaves from the main station every hour, line {n}.",
    "de": "Der Zug an die Küste fährt jede Stunde vom Hauptbahnhof ab, Linie {n}.",
    "zh": "开往海边的火车每小时从中央车站发车，请提前到达月台等候，第{n}线路。",
    "ja": "海へ行く電車は毎時、中央駅から出ますので、早めに来てください、{n}番線です。",
    "hi": "तट के लिए ट्रेन हर घंटे मुख्य स्टेशन से चलती है, लाइन {n} पर।",
}
FILTERS = (
    "  - {id: words, operator: spaced_words, with: {columns: [text], minimum: 4}}\n"
    "  - {id: special, operator: ascii_share, with: {columns: [text]}}\n"
)


def lines(rows: Sequence[Mapping[str, Any]]) -> str:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def texts(**rows: int) -> list[dict[str, Any]]:
    """So many rows of each language."""
    return [
        {"text": TEXTS[language].format(n=n)}
        for language, many in rows.items()
        for n in range(many)
    ]


def written(
    rows: Sequence[Mapping[str, Any]], steps: str = FILTERS, more: str = ""
) -> Mapping[str, str]:
    return {
        **SPACED_WORDS,
        "raw.jsonl": lines(rows),
        "dve_project.yml": TINY["dve_project.yml"] + more,
        "plans/prepare.yml": f"{PLAN_HEAD}steps:\n{steps}",
    }


def found(project: ProjectCase, *kinds: str) -> dict[str, tuple[int, int]]:
    """The rows and the kept rows of the last run's slices of some kinds."""
    value = json.loads(project.dve("slices", "--output", "json").out)
    return {one["value"]: (one["rows"], one["kept"]) for one in value if one["kind"] in kinds}


def test_a_recipe_that_wipes_out_languages_says_so(project: ProjectCase) -> None:
    project.write(written(texts(en=60, de=20, zh=10, ja=10, hi=10)))
    answer = project.dve("run")
    assert answer.code == 0
    assert [line for line in answer.out.splitlines() if line.startswith("warning")] == [
        "warning: language hi: 10 of 10 rows dropped (100%), mostly: too many special characters",
        "warning: language ja: 10 of 10 rows dropped (100%), mostly: too few words",
        "warning: language zh: 10 of 10 rows dropped (100%), mostly: too few words",
    ]
    assert answer.out.splitlines()[-1] == "what every slice kept and dropped: `dve slices`"


def test_our_own_filters_suit_the_script(project: ProjectCase) -> None:
    steps = (
        "  - {id: words, operator: filter_words, with: {columns: [text], minimum: 8}}\n"
        "  - {id: special, operator: filter_special_characters, "
        "with: {columns: [text], maximum: 0.25}}\n"
    )
    project.write(written(texts(en=20, de=10, zh=10, ja=10, hi=10), steps))
    assert "warning" not in project.dve("run").out
    assert found(project, "language") == {
        "en": (20, 20), "de": (10, 10), "hi": (10, 10), "ja": (10, 10), "zh": (10, 10),
    }  # fmt: skip


def test_slices_are_shown_and_kept_with_the_run(project: ProjectCase) -> None:
    project.write(written([*texts(en=60, zh=10), {"text": None}]))
    value = json.loads(project.dve("run", "--output", "json").out)
    shown = json.loads(project.dve("slices", "--output", "json").out)
    assert value["slices"] == shown
    assert shown[0] == {
        "kind": "language", "value": "en", "rows": 60, "kept": 60, "meant": 0, "lost": 0.0,
        "reason": "", "warning": False,
    }  # fmt: skip
    text = project.dve("slices").out
    assert text.splitlines() == [
        "slice     value               rows  kept   lost     most common reason",
        "language  en                    60    60    0 %",
        "language  zh                    10     0  100 %  !  too few words",
        "language  unknown                1     1    0 %",
        "length    0 to 99 characters    71    61   14 %     too few words",
        "! loses more than twice its share",
    ]
    assert project.dve("slices", "nowhere").code == 2


def test_what_a_filter_is_there_to_drop_is_no_warning(project: ProjectCase) -> None:
    steps = (
        "  - {id: english, operator: filter_language, with: {column: text, languages: [en]}}\n"
        "  - {id: long, operator: filter_length, with: {columns: [text], minimum: 100}}\n"
    )
    long = [{"text": TEXTS[code].format(n=n) * 3} for n in range(20) for code in ("en", "de")]
    project.write(written([*texts(en=30), *long], steps))
    assert "warning" not in project.dve("run").out
    assert found(project, "language") == {"en": (50, 20), "de": (20, 0)}


def test_a_test_makes_the_loss_of_a_slice_blocking(project: ProjectCase) -> None:
    rows = texts(en=60, zh=25, ja=25, hi=5)
    project.write(written(rows, more="tests:\n  - {kind: slice_loss, kinds: [language]}\n"))
    answer = project.dve("run")
    assert answer.code == 1
    assert answer.err.endswith(
        'error: test "slice_loss" failed: 2 of 3 slices lose too many rows\n'
        "  language ja: 25 of 25 rows dropped (100%), mostly: too few words\n"
        "  language zh: 25 of 25 rows dropped (100%), mostly: too few words\n"
        "  output/prepare.jsonl was not replaced; mend the plan or the test\n"
    )
    assert not (project.folder / "output").exists()
    assert project.dve("test").code == 1


@pytest.mark.parametrize(
    ("settings", "status"),
    [
        ("accept: {language: [zh, ja]}", "pass"),
        ("accept: {language: [zh]}", "fail"),
        ("minimum_rows: 30", "pass"),
        ("kinds: [length]", "pass"),
        ("kinds: [length], maximum: 0.4", "fail"),
        ("severity: warn", "warn"),
    ],
)
def test_a_project_says_which_losses_it_accepts(
    project: ProjectCase, settings: str, status: str
) -> None:
    tests = f"tests:\n  - {{kind: slice_loss, {settings}}}\n"
    steps = FILTERS.replace("spaced_words", "spaced_words_2")
    operator = {
        name.replace("spaced_words", "spaced_words_2"): text.replace(
            "spaced_words", "spaced_words_2"
        ).replace("addresses: [length]\n", "")
        for name, text in SPACED_WORDS.items()
    }
    project.write({**written(texts(en=60, zh=25, ja=25), steps, tests), **operator})
    assert project.dve("run").code == (1 if status == "fail" else 0)
    run = max((project.folder / "target" / "runs").iterdir())
    results = json.loads((run / "run_results.json").read_text(encoding="utf-8"))
    assert [check["status"] for check in results["checks"]] == [status]


def test_a_kind_that_nobody_knows_is_refused(project: ProjectCase) -> None:
    tests = "tests:\n  - {kind: slice_loss, accept: {tongue: [zh]}, times: 0.5}\n"
    project.write(written(texts(en=1), more=tests))
    answer = project.dve("parse")
    assert answer.code == 2
    assert "tongue" in answer.err
    assert "0.5" in answer.err


def test_turns_count_together_and_numbers_have_no_language(project: ProjectCase) -> None:
    turns = [
        {"messages": [{"role": "user", "content": "Ja?"}, {"role": "assistant", "content": text}]}
        for text in (TEXTS["de"].format(n=n) * 2 for n in range(6))
    ]
    steps = "  - {id: one, operator: sample_rows, with: {count: 3}}\n"
    project.write(written(turns, steps))
    assert project.dve("run").code == 0
    assert found(project, "language", "length") == {
        "de": (6, 3),
        "100 to 299 characters": (6, 3),
    }
    project.write(written([{"n": n} for n in range(6)], steps))
    assert project.dve("run").code == 0
    assert found(project, "language", "length", "source", "file") == {}


def test_a_source_is_a_column_and_a_file(project: ProjectCase) -> None:
    files = {
        "dve_project.yml": TINY["dve_project.yml"].replace("raw.jsonl", '"raw*.jsonl"')
        + "slices: {source: meta.site}\n",
        "raw.jsonl": lines([{"text": f"a b c {n}", "meta": {"site": "wiki"}} for n in range(8)]),
        "raw2.jsonl": lines([{"text": f"abc{n}", "meta": {"site": "mail"}} for n in range(6)])
        + lines([{"text": f"a b c d{n}", "meta": None} for n in range(2)]),
    }
    project.write({**written([]), **files})
    answer = project.dve("run")
    assert found(project, "source") == {"wiki": (8, 8), "mail": (6, 0), "unknown": (2, 2)}
    assert found(project, "file") == {"raw.jsonl": (8, 8), "raw2.jsonl": (8, 2)}
    assert "warning: source mail: 6 of 6 rows dropped (100%), mostly: too few words" in answer.out


def test_a_source_that_is_only_looked_up_is_no_slice(project: ProjectCase) -> None:
    files = {
        "dve_project.yml": TINY["dve_project.yml"].replace(
            "sources: {", "sources: {known: {path: known.jsonl}, other: {path: other.jsonl}, "
        ),
        "known.jsonl": lines(texts(en=3)),
        "other.jsonl": lines(texts(de=4)),
    }
    steps = (
        "  - {id: new, operator: decontaminate_by_equality, from: [raw, known]}\n"
        "  - {id: all, operator: union_rows, from: [new, other]}\n"
    )
    look_up = {
        "operators/dedup/decontaminate_by_equality.yml": (
            "name: decontaminate_by_equality\nversion: 1\nsummary: Drop rows of the second input.\n"
            "language: sql\nscope: global\nrows: more\ncost: 0.001\n"
            "examples:\n  - with: {}\n    given: [{text: a}]\n    expect: [{text: a}]\n"
        ),
        "macros/dedup/decontaminate_by_equality.sql": (
            "SELECT *, 1 AS __ordinal FROM {{ inputs[0] }} "
            "WHERE text NOT IN (SELECT text FROM {{ inputs[1] }})\n"
        ),
    }
    project.write({**written(texts(en=5), steps), **files, **look_up})
    answer = project.dve("run")
    assert answer.code == 0, answer.err
    assert found(project, "file") == {"raw": (5, 2), "other": (4, 4)}


def test_the_traits_of_a_source_are_found_once(project: ProjectCase) -> None:
    project.write(written(texts(en=30, zh=3)))
    project.dve("run")
    (kept,) = (project.folder / "target" / "cache").glob("*.traits.parquet")
    before = kept.stat().st_mtime_ns
    project.dve("run")
    assert kept.stat().st_mtime_ns == before
    table = pq.read_table(kept)
    assert table.column_names == ["__id", "__source", "language", "characters"]
    assert table.column("characters").to_pylist()[0] == len(TEXTS["en"].format(n=0))


def one(value: str, rows: int, kept: int, meant: int = 0) -> Slice:
    return Slice(kind="language", value=value, rows=rows, kept=kept, meant=meant, reason="")


@pytest.mark.parametrize(
    ("first", "second", "is_warned"),
    [
        (one("en", 80, 78), one("de", 20, 10), True),  # 50 % against 12 %
        (one("en", 80, 70), one("de", 20, 17), False),
        (one("en", 50, 20), one("de", 50, 0), True),  # nothing, where 20 % are kept
        (one("en", 50, 20), one("de", 50, 12), False),
        (one("en", 90, 90), one("de", 10, 0, meant=10), False),
        (one("en", 0, 0), one("de", 0, 0), False),
    ],
)
def test_a_slice_is_lopsided_by_what_it_loses_or_by_what_it_keeps(
    first: Slice, second: Slice, is_warned: bool
) -> None:
    assert is_lopsided(second, (first, second)) is is_warned


def test_the_foremost_slices_hold_every_warning() -> None:
    ordinary = [one(str(n), 10, 10) for n in range(5)]
    warned = slice_of({**slice_value(one("zh", 9, 0)), "warning": True})
    assert foremost([*ordinary, warned], 2) == (*ordinary[:2], warned)


def test_evaluating_and_evolving_report_the_slices_too(project: ProjectCase) -> None:
    good = lines(texts(en=40)[20:])
    project.write({**written(texts(en=60, zh=10)), "good.jsonl": good})
    project.dve("run")
    evaluated = project.dve("evaluate").out
    assert re.search(r"^language +zh +10 +0 +100 % +! +too few words$", evaluated, re.MULTILINE)
    assert project.dve("evolve", "--rounds", "0").code == 0
    (summary,) = (project.folder / "target" / "runs").glob("*/summary.md")
    assert "- lopsided: language zh: 10 of 10 rows dropped (100%), mostly: too few words" in (
        summary.read_text(encoding="utf-8")
    )
    history = (project.folder / "evaluations" / "prepare.yml").read_text(encoding="utf-8")
    assert history.count("value: zh") == 2
