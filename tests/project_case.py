"""Whole projects in a folder of the test's own, and `dve` run on them."""

from __future__ import annotations

import gzip
import json
import os
import re
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from dataevolver.cli import main

PACKAGE = Path(__file__).parents[1]
PLAN_HEAD = "dve: 1\nplan: prepare\nsource: raw\nexemplars: expert\n"
TINY: Mapping[str, str] = {
    "dve_project.yml": (
        "dve: 1\n"
        "name: tiny\n"
        "sources: {raw: {path: raw.jsonl}}\n"
        "exemplars: {expert: {path: good.jsonl}}\n"
    ),
    "raw.jsonl": '{"text": "one  two"}\n{"text": null}\n{"text": "three"}\n',
    "good.jsonl": "".join(json.dumps({"text": f"Sentence {n}."}) + "\n" for n in range(12)),
    "plans/prepare.yml": f"{PLAN_HEAD}steps:\n  - id: spaces\n    operator: normalise_whitespace\n"
    "    with:\n      columns: [text]\n",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What `dve` said: the project's folder reads PROJECT, seconds and process ids read N."""

    code: int
    out: str
    err: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectCase:
    """A project's folder."""

    folder: Path
    capture: pytest.CaptureFixture[str]

    def write(self, files: Mapping[str, Any]) -> None:
        """Write files over those of the tiny project; null takes one away."""
        for name, written in {**TINY, **files}.items():
            path = self.folder / name
            if written is None:
                path.unlink(missing_ok=True)
            else:
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content(written))

    def dve(self, *arguments: str) -> Answer:
        """Run `dve` in this process, in the project's folder."""
        self.capture.readouterr()
        with pytest.raises(SystemExit) as exit_:
            main(list(arguments))
        said = self.capture.readouterr()
        return self.answer(exit_.value.code, said.out, said.err)

    def spawn(self, *arguments: str, **options: Any) -> subprocess.Popen[str]:
        """Start `dve` as a process of its own."""
        return subprocess.Popen(
            [sys.executable, "-m", "dataevolver", *arguments],
            **{
                "cwd": self.folder,
                "env": {**os.environ, "PYTHONPATH": str(PACKAGE)},
                "stdout": subprocess.PIPE,
                "stderr": subprocess.PIPE,
                "text": True,
                **options,
            },
        )

    def process(self, *arguments: str, **options: Any) -> Answer:
        """Run `dve` as a process of its own to its end."""
        with self.spawn(*arguments, **options) as started:
            out, err = started.communicate(timeout=100)
        return self.answer(started.returncode, out, err)

    def answer(self, code: Any, out: str, err: str) -> Answer:
        """The same answer wherever and whenever it was given."""
        return Answer(code=int(code or 0), out=self._settled(out), err=self._settled(err))

    def rows(self, name: str = "output/prepare.jsonl") -> list[Any]:
        """The rows of a JSON Lines file."""
        return [json.loads(line) for line in (self.folder / name).read_bytes().splitlines()]

    def _settled(self, text: str) -> str:
        text = text.replace(str(self.folder), "PROJECT")
        text = re.sub(r"\b\d+\.\d+ s\b", "N s", text)
        text = re.sub(r"\b[0-9a-f]{32}\b", "HASH", text)
        return re.sub(r"\bprocess \d+", "process N", text)


def content(written: Any) -> bytes:
    """A file's bytes: text, or a mapping that says how they are made."""
    if isinstance(written, str):
        return written.encode()
    if "latin1" in written:
        return str(written["latin1"]).encode("latin-1")
    if "lines" in written:
        return "".join(
            written["lines"].replace("%", str(n)) + "\n" for n in range(written["times"])
        ).encode()
    return gzip.compress(written["gzip"].encode())[: -written["cut"]]
