"""The compiled plan as files that a person can read and run."""

from __future__ import annotations

from pathlib import Path

from dataevolver.compiler import CompiledPlan, Segment
from dataevolver.sources.placing import placed

_SUFFIXES = {"sql": ".sql", "python": ".py"}


def write_compiled(compiled: CompiledPlan, folder: Path) -> tuple[Path, ...]:
    """Write `01_x.sql` and `02_y.py` into the folder, in order; remove those of earlier plans."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = []
    for segment in compiled.segments:
        path = folder / f"{segment.name}{_SUFFIXES[segment.language]}"
        with placed(path) as unfinished:
            unfinished.write_text(_text(segment), encoding="utf-8")
        paths.append(path)
    for stale in sorted(folder.iterdir()):
        if stale.suffix in _SUFFIXES.values() and stale not in paths:
            stale.unlink()
    return tuple(paths)


def _text(segment: Segment) -> str:
    comment = "--" if segment.language == "sql" else "#"
    steps = ", ".join(f"{step.id} ({step.operator})" for step in segment.steps)
    head = [f"{segment.name}: {steps}", f"reads {', '.join(segment.inputs)}"]
    if segment.language == "python":
        head += [
            "", "apply() gets batches of these rows:", "", *segment.reading.splitlines(),
            "", "and what it gives is put back by:", "", *segment.writing.splitlines(),
        ]  # fmt: skip
    lines = (f"{comment} {line}".rstrip() for line in head)
    return "\n".join(lines) + "\n\n" + segment.code.rstrip("\n") + "\n"
