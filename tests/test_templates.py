"""The projects that `dve init` copies: they load, and their data is what their generator writes."""

from __future__ import annotations

import itertools
import json
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import ftfy
import pytest

from dataevolver.evaluator.overlap import copies, near_duplicates
from dataevolver.plans import read_plan
from dataevolver.project import load_project
from dataevolver.sources import ingest, read_rows

TEMPLATES = Path(__file__).parents[1] / "project_template"
NAMES = ("arithmetic", "conversations")
FILLER = "Certainly!|Great question!|Of course!|Happy to help!|I hope this helps|Anything else\\?"


def rows(template: str, name: str) -> list[dict[str, Any]]:
    text = (TEMPLATES / template / "data" / f"{name}.jsonl").read_text(encoding="utf-8")
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize("name", NAMES)
def test_the_generator_writes_the_committed_data(name: str, tmp_path: Path) -> None:
    data = TEMPLATES / name / "data"
    for file in (*data.glob("*.py"), *data.glob("*.md")):
        shutil.copy(file, tmp_path)
    subprocess.run([sys.executable, str(tmp_path / "make_data.py")], check=True)
    for file in ("raw.jsonl", "exemplars.jsonl"):
        assert (tmp_path / file).read_bytes() == (data / file).read_bytes()
    assert all(file.stat().st_size < 400_000 for file in data.iterdir())


@pytest.mark.parametrize("name", NAMES)
def test_a_template_is_a_project_that_loads(name: str, tmp_path: Path) -> None:
    project = load_project(TEMPLATES / name)
    plan_file = TEMPLATES / name / "plans" / f"{project.evolve.plan}.yml"
    plan = read_plan(plan_file.read_text(encoding="utf-8"), plan_file.name)
    assert (project.name, plan.name, plan.steps) == (name, "prepare", ())
    raw = ingest(project.sources[plan.source], project.root, tmp_path)
    assert raw.warnings == ()
    assert project.source_field in raw.columns
    exemplars = read_rows(project.exemplars[plan.exemplars], project.root)
    assert len(exemplars) == {"arithmetic": 60, "conversations": 90}[name]


@pytest.mark.parametrize("name", NAMES)
def test_no_folder_of_a_template_is_empty_or_lost_in_an_archive(name: str) -> None:
    for folder in ("data", "macros", "operators", "plans"):
        assert any((TEMPLATES / name / folder).iterdir())
    assert (TEMPLATES / name / ".gitignore").read_text() == "target/\noutput/\n"


def test_arithmetic_exemplars_are_right_in_form_and_number() -> None:
    found = rows("arithmetic", "exemplars")
    assert len(found) == len({row["question"] for row in found}) == 60
    for row in found:
        assert list(row) == ["question", "answer"]
        *sentences, last = row["answer"].split("\n")
        assert re.fullmatch(r"#### [1-9][0-9]*", last)
        assert re.findall(r"[0-9]+", sentences[-1])[-1] == last.removeprefix("#### ")
        assert all(sentence.endswith(".") for sentence in sentences)
        assert ftfy.fix_text(row["question"]) == row["question"]
        for left, sign, right, result in re.findall(
            r"([0-9]+) ([-+*/]) ([0-9]+) = ([0-9]+)", row["answer"]
        ):
            assert calculate(int(left), sign, int(right)) == int(result)


def calculate(left: int, sign: str, right: int) -> float:
    return {"+": left + right, "-": left - right, "*": left * right, "/": left / right}[sign]


def test_raw_arithmetic_has_each_of_the_usual_sins() -> None:
    found = rows("arithmetic", "raw")
    texts = [f"{row['prompt']} {row['response']}" for row in found]
    sins = {
        "A: in front": sum(str(row["response"]).strip().startswith("A:") for row in found),
        "closing phrase": sum(bool(re.search(r"The answer is [0-9]+\.0", text)) for text in texts),
        "markup": sum(bool(re.search(r"</?(p|div|b|br)\b|&#?\w+;", text)) for text in texts),
        "mojibake": sum("Ã" in text or "Â" in text or "â‚" in text for text in texts),
        "no answer": sum(not (row["response"] or "").strip(" A:") for row in found),
        "duplicates": len(found) - len({json.dumps(row) for row in found}),
        "wrong number": sum(map(contradicts_itself, found)),
    }
    assert len(found) == 800
    least = {
        "A: in front": 350, "closing phrase": 650, "markup": 60, "mojibake": 60,
        "no answer": 20, "duplicates": 20, "wrong number": 40,
    }  # fmt: skip
    assert {sin: count for sin, count in sins.items() if count < least[sin]} == {}


def contradicts_itself(row: Mapping[str, Any]) -> bool:
    numbers = re.findall(r"[0-9]+(?:\.0)?", re.sub("<[^>]+>", " ", row["response"] or ""))
    return len(numbers) > 1 and float(numbers[-1]) != float(numbers[-2])


def test_clean_conversations_alternate_in_whole_sentences() -> None:
    found = rows("conversations", "exemplars")
    assert len(found) == len({json.dumps(row) for row in found}) == 90
    for row in found:
        assert list(row) == ["messages"]
        turns = [message["role"] for message in row["messages"] if message["role"] != "system"]
        assert turns == ["user", "assistant"] * (len(turns) // 2) != []
        for message in row["messages"]:
            assert message["content"] == message["content"].strip() != ""
            assert ftfy.fix_text(message["content"], uncurl_quotes=False) == message["content"]
            assert re.search(r"[.!?][”)]?$", message["content"])
            assert not re.search(rf"[{{}}<>]|{FILLER}", message["content"])


def test_a_twentieth_to_a_third_of_raw_conversations_have_each_of_the_usual_sins() -> None:
    found = rows("conversations", "raw")
    bank = (TEMPLATES / "conversations" / "data" / "exchanges_foreign.md").read_text("utf-8")
    foreign = set(re.findall("(?m)^### (.+)$", bank))
    sins: Counter[str] = Counter()
    for row in found:
        contents = [message["content"] for message in row["messages"]]
        roles = [message["role"] for message in row["messages"]]
        whole = "\n".join(contents)
        sins["empty turn"] += any(not content.strip() for content in contents)
        sins["order"] += any(left == right for left, right in itertools.pairwise(roles))
        sins["markup"] += bool(re.search(r"</p>|<br/>|&#?\w+;", whole))
        sins["filler"] += bool(re.search(FILLER, whole))
        sins["mojibake"] += "â€" in whole or "Ã" in whole or "Â°" in whole
        sins["trailing space"] += any(content != content.rstrip() for content in contents)
        sins["cut off"] += bool(re.search(r"[\w,’]\s*$", contents[-1]))
        sins["other language"] += contents[0] in foreign
    sins["duplicates"] = len(found) - len({json.dumps(row) for row in found})
    assert len(found) == 400
    assert {sin: count for sin, count in sins.items() if not 20 <= count <= 133} == {}


def conversation_texts(name: str) -> list[str]:
    return [
        "\n".join(message["content"] for message in row["messages"])
        for row in rows("conversations", name)
    ]


def test_conversations_are_varied_but_for_the_duplicates_that_were_planted() -> None:
    raw, exemplars = conversation_texts("raw"), conversation_texts("exemplars")
    assert 0.1 < sum(near_duplicates(raw)) / len(raw) < 0.2
    assert not any(near_duplicates(exemplars))
    assert sum(copies(raw, exemplars)) <= 0.01 * len(raw)


@pytest.mark.parametrize("name", NAMES)
def test_no_exemplar_stands_in_the_raw_rows(name: str) -> None:
    raw = {json.dumps(value) for row in rows(name, "raw") for value in row.values()}
    assert not any(
        json.dumps(value) in raw for row in rows(name, "exemplars") for value in row.values()
    )
