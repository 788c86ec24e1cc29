"""The solver on plans in files: tests/cases/solver/*.yml."""

from __future__ import annotations

from typing import Any

import pytest
from case_files import cases
from small_operators import columns, operator

from dataevolver.errors import DataEvolverError
from dataevolver.plans import read_plan
from dataevolver.solver import Resolution, solve


def _solve(case: dict[str, Any]) -> Resolution:
    catalog = {name: operator(name, declared) for name, declared in case["operators"].items()}
    sources = {name: columns(written) for name, written in case["sources"].items()}
    return solve(read_plan(case["plan"], "p.yml"), catalog, sources)


@pytest.mark.parametrize("case", [*cases("solver/order")])
def test_a_plan_resolves_as_its_case_says(case: dict[str, Any]) -> None:
    try:
        resolution = _solve(case)
    except DataEvolverError as error:
        assert str(error) == case.get("error", "").rstrip("\n")
        return
    assert [step.id for step in resolution.steps] == case["order"]
