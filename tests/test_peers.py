"""What other tools got wrong, run as whole projects."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from case_files import cases
from project_case import PLAN_HEAD, ProjectCase

from dataevolver.yamlfile import dump

EDGE_CASES = Path(__file__).parents[2] / "shared" / "research" / "bench" / "edge_cases.jsonl"

# Tried in this module, in test_outputs.py; the last wants a model, and there is none yet.
ELSEWHERE = {"shorter-plan-resume", "shard-size", "llm-none"}


def raw_text(case: Mapping[str, Any]) -> str:
    if "text" in case:
        return str(case["text"])
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in case["raw"])


@pytest.mark.parametrize("case", cases("peers/bugs"))
def test_what_other_tools_get_wrong(case: Mapping[str, Any], project: ProjectCase) -> None:
    steps = dump({"steps": case["steps"]})
    project.write({"raw.jsonl": raw_text(case), "plans/prepare.yml": PLAN_HEAD + steps})
    answer = project.dve("run")
    assert answer.code == case.get("code", 0), answer.err
    assert case.get("says", "") in answer.err
    if "rows" in case:
        assert project.rows() == case["rows"]
        rejected = project.rows("output/prepare.rejected.jsonl")
        reasons = {str(row["source_row"]): row["reason"] for row in rejected}
        assert reasons == case.get("rejected", reasons)
        if len({json.dumps(step.get("from")) for step in case["steps"]}) == 1:
            made = sum("chunk" in row for row in case["rows"])  # rows out of one row
            gone = len({row["source_row"] for row in rejected})
            assert made or gone + len(case["rows"]) == len(case.get("raw", case["rows"]))


def test_a_shorter_plan_uses_what_a_longer_one_left(project: ProjectCase) -> None:
    steps = [
        {"id": "near", "operator": "dedup_near", "with": {"column": "text"}},
        {"id": "best", "operator": "top_k", "with": {"score": "s", "count": 1}},
    ]
    rows = "".join(json.dumps({"text": f"row {n}", "s": n}) + "\n" for n in range(3))
    project.write({"raw.jsonl": rows, "plans/prepare.yml": PLAN_HEAD + dump({"steps": steps})})
    assert project.dve("run").code == 0
    project.write({"raw.jsonl": rows, "plans/prepare.yml": PLAN_HEAD + dump({"steps": steps[:1]})})
    answer = project.dve("run")
    assert (answer.code, len(project.rows())) == (0, 3)
    assert "reused" in answer.err and "success" not in answer.err


def test_every_known_mistake_of_others_is_tried() -> None:
    if not EDGE_CASES.exists():
        pytest.skip(f"the list of them is not there: {EDGE_CASES}")
    with EDGE_CASES.open(encoding="utf-8") as lines:
        known = {json.loads(line)["id"] for line in lines}
    tried = {case.values[0]["name"] for case in cases("peers/bugs")}
    assert known - tried <= ELSEWHERE
