"""Runs a command and measures it with all of its descendants: wall clock, CPU and memory. Linux only."""

from __future__ import annotations

import os
import subprocess
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

_EVERY = 0.25  # seconds between two looks: each costs some milliseconds for a large process
_TICKS = os.sysconf("SC_CLK_TCK")  # to a second


@dataclass(frozen=True, slots=True, kw_only=True)
class Measured:
    """`memory` is the peak of the proportional set sizes added up: a shared page counts once."""

    wall: float
    cpu: float
    memory: int
    load: tuple[float, float]  # the machine's, one minute's average, before and after


def measure(command: Sequence[str], *, environment: Mapping[str, str], log: Path) -> Measured:
    """The cost of a command that ends with exit code 0; any other is an error that shows the log's end."""
    before = os.getloadavg()[0]
    with log.open("wb") as written:
        start = time.perf_counter()
        process = subprocess.Popen(
            command,
            env={**os.environ, **environment},
            stdin=subprocess.DEVNULL,
            stdout=written,
            stderr=subprocess.STDOUT,
        )
        peak = 0
        seconds: dict[int, float] = {}
        while True:
            processes = dict(_descendants(process.pid))
            seconds |= processes
            peak = max(peak, sum(map(_memory, processes)))
            ended, status, usage = os.wait4(process.pid, os.WNOHANG)
            if ended:
                break
            time.sleep(_EVERY)
        wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        end = log.read_text(encoding="utf-8", errors="replace")[-2000:]
        raise SystemExit(f"{command[0]} ended with {process.returncode}; see {log}\n{end}")
    # The usage holds that of all children that were waited for, to the end; what was seen holds the others, too.
    cpu = max(usage.ru_utime + usage.ru_stime, sum(seconds.values()))
    return Measured(wall=wall, cpu=cpu, memory=peak, load=(before, os.getloadavg()[0]))


def _descendants(root: int) -> Iterator[tuple[int, float]]:
    """The process and all below it, each with the CPU seconds that it has used itself."""
    children: dict[int, list[tuple[int, float]]] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            fields = _read(entry / "stat").rpartition(")")[2].split()
            if fields:
                used = (int(fields[11]) + int(fields[12])) / _TICKS
                children.setdefault(int(fields[1]), []).append((int(entry.name), used))
    waiting = [each for each in children.get(os.getpid(), []) if each[0] == root]
    while waiting:
        process = waiting.pop()
        waiting += children.get(process[0], [])
        yield process


def _memory(process: int) -> int:
    """Proportional set size in bytes; 0 when the process is gone."""
    for line in _read(Path(f"/proc/{process}/smaps_rollup")).splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) * 1024
    return 0


def _read(path: Path) -> str:
    """A process may end while it is looked at."""
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""
