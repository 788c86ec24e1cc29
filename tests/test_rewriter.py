"""The rewriter on plans in files; on plans made by chance see test_solver_search.py."""

from __future__ import annotations

from typing import Any

import pytest
from case_files import cases
from solver_case import found, resolve

from dataevolver.rewriter import rewrite


@pytest.mark.parametrize("case", cases("rewriter/order"))
def test_a_resolution_is_rewritten_as_its_case_says(case: dict[str, Any]) -> None:
    resolution = resolve(case)
    rewritten = rewrite(resolution)
    assert found(rewritten, case) == {key: case[key] for key in found(rewritten, case)}
    assert (rewritten is resolution) or case.get("optimize")
    assert rewrite(rewritten) == rewritten
