"""CPU seconds before any row is touched: `dve --help`, `dve parse` of 200 steps, a run of no steps.

    python benchmarks/start_up.py --dve .venv/bin/dve

See README.md beside this file.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from statistics import median

from processes import measure

from dataevolver.library import builtin, load_catalog
from dataevolver.operators import Operator
from dataevolver.yamlfile import dump

STEPS = 200
TARGETS: Mapping[str, float] = {"--help": 0.2, "parse": 0.7, "run": 0.6}


def steps(catalog: Mapping[str, Operator]) -> list[Mapping[str, object]]:
    """Every operator that asks for no more than text columns, in turn."""
    simple = [
        operator.name
        for operator in catalog.values()
        if [known.name for known in operator.parameters if known.required] == ["columns"]
        and [port.type for port in operator.inputs] == ["text"]
    ]
    names = [simple[number % len(simple)] for number in range(STEPS)]
    return [
        {"id": f"step_{number}", "operator": name, "with": {"columns": ["text"]}}
        for number, name in enumerate(names)
    ]


def make_project(folder: Path) -> None:
    """A project with the plans `long` and `empty` over ten rows."""
    rows = "".join(json.dumps({"text": f"Row {number}."}) + "\n" for number in range(10))
    (folder / "rows.jsonl").write_text(rows, encoding="utf-8")
    files = {"path": "rows.jsonl"}
    project = {"dve": 1, "name": "start", "sources": {"raw": files}, "exemplars": {"expert": files}}
    (folder / "dve_project.yml").write_text(dump(project), encoding="utf-8")
    (folder / "plans").mkdir()
    for name, written in (("long", steps(load_catalog([builtin()]))), ("empty", [])):
        plan = {"dve": 1, "plan": name, "source": "raw", "exemplars": "expert", "steps": written}
        (folder / "plans" / f"{name}.yml").write_text(dump(plan), encoding="utf-8")


def cpu(command: Sequence[str], folder: Path, rounds: int) -> list[float]:
    """Of each round after a first one, which may compile Python modules."""
    found = [
        measure(command, environment={}, log=folder / "log.txt").cpu for _ in range(rounds + 1)
    ]
    return found[1:]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--dve", default="dve", help="the command")
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    print("| command | CPU, s | from .. to | wanted |\n|-|-|-|-|")
    with tempfile.TemporaryDirectory() as path:
        folder = Path(path)
        make_project(folder)
        for words in (("--help",), ("parse",), ("run", "empty")):
            where = () if words == ("--help",) else ("--project-dir", path)
            found = cpu([options.dve, *words, *where], folder, options.rounds)
            print(f"| `dve {' '.join(words)}` | {median(found):.2f} | {min(found):.2f} to {max(found):.2f} | {TARGETS[words[0]]} |")  # fmt: skip


if __name__ == "__main__":
    main()
