"""A plan in a case, resolved: its operators, its columns, its steps, and what is expected of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from case_files import CASES
from small_operators import columns, operator

from dataevolver.plans import read_plan
from dataevolver.solver import Resolution, explain, solve
from dataevolver.yamlfile import load, plain

HEADER = "dve: 1\nplan: p\nsource: raw\nexemplars: expert\n"


def shared() -> dict[str, Any]:
    path = CASES / "solver" / "operators.yml"
    declared: Any = plain(load(path.read_text(encoding="utf-8"), str(path)))
    return dict(declared)


def resolve(case: Mapping[str, Any]) -> Resolution:
    declared = {**shared(), **case.get("operators", {})}
    catalog = {name: operator(name, written) for name, written in declared.items()}
    sources = {name: columns(written) for name, written in case["sources"].items()}
    head = HEADER + ("optimize: true\n" if case.get("optimize") else "")
    steps = f"steps:\n{case['steps']}" if case["steps"] else "steps: []\n"
    return solve(read_plan(head + steps, "p.yml"), catalog, sources)


def found(resolution: Resolution, case: Mapping[str, Any]) -> dict[str, Any]:
    """What the case expects, as it is."""
    last = resolution.steps[-1].after if resolution.steps else None
    every: dict[str, Any] = {
        "order": [step.id for step in resolution.steps],
        "inserted": {s.id: s.inserted_for for s in resolution.steps if s.inserted_for},
        "moved": {step.id: step.moved for step in resolution.steps if step.moved},
        "inputs": {step.id: list(step.inputs) for step in resolution.steps},
        "parameters": {
            step.id: {
                name: list(value) if isinstance(value, tuple) else value
                for name, value in step.bound.parameters.items()
            }
            for step in resolution.steps
            if step.inserted_for
        },
        "reads": sorted(resolution.sources),
        "columns": {name: str(kind) for name, kind in last.columns.items()} if last else {},
        "facts": sorted(map(str, last.facts)) if last else [],
        "stale": sorted(last.stale) if last else [],
        "explain": {name: explain(resolution, name) + "\n" for name in case.get("explain", {})},
    }
    return {key: every[key] for key in case if key in every}
