"""Cases in files: `tests/cases/STAGE/FILE.yml` holds a list, each case with a `name`."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from dataevolver.yamlfile import load, plain

CASES = Path(__file__).parent / "cases"


def cases(name: str) -> list[Any]:
    """Parameters for pytest out of one file, `STAGE/FILE` without its ending."""
    path = CASES / f"{name}.yml"
    listed: Any = plain(load(path.read_text(encoding="utf-8"), str(path)))
    return [pytest.param(case, id=case["name"]) for case in listed]
