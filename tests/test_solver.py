"""The solver on plans in files: tests/cases/solver/*.yml."""

from __future__ import annotations

from typing import Any

import pytest
from case_files import CASES, cases
from solver_case import found, resolve

from dataevolver.errors import DataEvolverError

FILES = sorted(path.stem for path in (CASES / "solver").glob("*.yml") if path.stem != "operators")


@pytest.mark.parametrize("case", [case for name in FILES for case in cases(f"solver/{name}")])
def test_a_plan_resolves_as_its_case_says(case: dict[str, Any]) -> None:
    if "error" in case:
        with pytest.raises(DataEvolverError) as caught:
            found(resolve(case), case)
        assert f"{caught.value}\n" == case["error"]
        return
    expected = {key: case[key] for key in found(resolve(case), case)}
    assert found(resolve(case), case) == expected
    unknown = set(case) - set(expected) - {"name", "operators", "sources", "steps", "optimize"}
    assert not unknown
