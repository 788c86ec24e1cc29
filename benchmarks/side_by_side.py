"""One recipe with `dve run`, Data-Juicer and datatrove on one machine: cost, and which rows are kept.

    python benchmarks/side_by_side.py --records 80000

See README.md beside this file.
"""

from __future__ import annotations

import argparse
import importlib.metadata
import json
import os
import platform
import shutil
import subprocess
import sys
import venv
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median

from kept import by_kind, differences, families, kept_ids, read_made, rejections
from processes import Measured, measure

HERE = Path(__file__).resolve().parent
RECIPE = HERE / "recipe"
MAKER = HERE.parents[1] / "shared" / "research" / "bench" / "make_corpus.py"
WORKERS = 2
OURS = "dve"
BY_HAND = "by hand"  # the same plan's SQL and Python, called by a script

# What each tool needs to run the recipe. Data-Juicer installs what it misses while it runs, torch
# with CUDA among it; with these there it misses nothing, and OFFLINE lets nothing through.
ENVIRONMENTS: Mapping[str, Sequence[str]] = {
    OURS: ("--editable", str(HERE.parent)),
    "data-juicer": (
        "torch==2.13.0", "py-data-juicer==1.6.1", "aiohttp", "ftfy", "matplotlib", "nltk", "ray==2.60.0",
        "scipy", "selectolax",
    ),
    "datatrove": ("datatrove[processing]==0.10.1", "orjson", "spacy"),
}  # fmt: skip
TOOLS = (OURS, BY_HAND, "data-juicer", "datatrove")
DISTRIBUTIONS = {OURS: "dataevolver-dve", "data-juicer": "py-data-juicer", "datatrove": "datatrove"}
OFFLINE = {"PIP_NO_INDEX": "1", "UV_OFFLINE": "1", "HF_HUB_OFFLINE": "1"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Bench:
    """The folders of one corpus size and the command of each tool."""

    folder: Path  # holds corpus/ and a folder for each tool
    environments: Path
    memory_limit: str = ""  # of ours

    @property
    def corpus(self) -> Path:
        return self.folder / "corpus"

    def program(self, tool: str, name: str) -> str:
        environment = OURS if tool == BY_HAND else tool
        return str(self.environments / environment / "bin" / name)


def command(bench: Bench, tool: str) -> list[str]:
    corpus, folder = str(bench.corpus / "corpus.jsonl"), bench.folder / tool
    if tool == OURS:
        return [bench.program(tool, "dve"), "run", "--project-dir", str(folder)]
    if tool == BY_HAND:
        script, output = str(HERE / "by_hand.py"), str(folder / "output.jsonl")
        python = bench.program(tool, "python")
        return [python, script, str(folder / "code.pickle"), corpus, output, str(WORKERS)]
    if tool == "data-juicer":
        return [
            bench.program(tool, "dj-process"),
            *("--config", str(RECIPE / "data_juicer.yml"), "--np", str(WORKERS)),
            *("--dataset_path", corpus, "--export_path", str(folder / "output.jsonl")),
        ]
    script = str(RECIPE / "datatrove_recipe.py")
    return [bench.program(tool, "python"), script, corpus, str(folder), str(WORKERS)]


def outputs(bench: Bench, tool: str) -> list[Path]:
    folder = bench.folder / tool
    if tool == "datatrove":
        return sorted((folder / "output").glob("*.jsonl"))
    return [folder / ("output/prepare.jsonl" if tool == OURS else "output.jsonl")]


def start_afresh(bench: Bench, tool: str) -> None:
    """No result and no cache of an earlier run stays."""
    folder = bench.folder / tool
    shutil.rmtree(folder, ignore_errors=True)
    if tool in (OURS, BY_HAND):
        shutil.copytree(RECIPE, folder, ignore=shutil.ignore_patterns("*.py", "data_juicer.yml"))
        if bench.memory_limit:
            target = f"targets:\n  duckdb: {{type: duckdb, memory_limit: {bench.memory_limit}}}\n"
            with (folder / "dve_project.yml").open("a", encoding="utf-8") as file:
                file.write(target)
    else:
        folder.mkdir()
    if tool == BY_HAND:
        code = [
            str(HERE / "by_hand.py"),
            "--prepare",
            str(folder),
            "prepare",
            str(folder / "code.pickle"),
        ]
        subprocess.run([bench.program(tool, "python"), *code], check=True)
        shutil.rmtree(folder / "target")


def run(bench: Bench, tool: str) -> Measured:
    folder = bench.folder / tool
    caches = {"HOME": str(folder), "HF_HOME": str(folder / "cache"), "XDG_CACHE_HOME": str(folder)}
    log = bench.folder / f"{tool}.log"
    return measure(command(bench, tool), environment={**OFFLINE, **caches}, log=log)


def make_environment(folder: Path, requirements: Sequence[str]) -> None:
    """A virtual environment with these packages; one that is there already is taken as it is."""
    if (folder / "ready").exists():
        return
    venv.create(folder, with_pip=True, clear=True)
    pip = [str(folder / "bin" / "python"), "-m", "pip", "install", "--quiet"]
    subprocess.run([*pip, *requirements], check=True)
    (folder / "ready").touch()


def make_corpus(folder: Path, maker: Path, records: int) -> None:
    """corpus.jsonl and truth.jsonl, and forty clean rows as exemplars, which `dve run` does not read."""
    if (folder / "exemplars.jsonl").exists():
        return
    subprocess.run([sys.executable, str(maker), str(folder), "--docs", str(records)], check=True, stdout=sys.stderr)  # fmt: skip
    clean = [row.id for row in read_made(folder) if row.kind == "clean"][:40]
    lines = (folder / "corpus.jsonl").read_text(encoding="utf-8").splitlines(keepends=True)
    (folder / "exemplars.jsonl").write_text("".join(lines[row] for row in clean), encoding="utf-8")


@dataclass(frozen=True, slots=True)
class Runs:
    """Of one tool: each run on nothing, and each run of the same again."""

    first: list[Measured] = field(default_factory=list)
    again: list[Measured] = field(default_factory=list)

    def wall(self) -> float:
        return median(one.wall for one in self.first)


AllRuns = Mapping[str, Runs]


def measure_all(bench: Bench, tools: Sequence[str], rounds: int) -> AllRuns:
    """A run on nothing and the same again, the latter of others once. The order turns every round."""
    runs = {tool: Runs() for tool in tools}
    for number in range(rounds):
        turn = number % len(tools)
        for tool in (*tools[turn:], *tools[:turn]):
            start_afresh(bench, tool)
            runs[tool].first.append(run(bench, tool))
            print(f"round {number + 1} {tool}: {runs[tool].first[-1].wall:.1f} s", file=sys.stderr)
            if tool == OURS or (number == 0 and tool != BY_HAND):
                runs[tool].again.append(run(bench, tool))
                print(f"  again: {runs[tool].again[-1].wall:.1f} s", file=sys.stderr)
    return runs


def table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(header)} |"
    yield f"|{'-|' * len(header)}"
    for row in rows:
        yield f"| {' | '.join(row)} |"
    yield ""


def costs(title: str, runs: Mapping[str, Sequence[Measured]]) -> Iterator[str]:
    """Medians, and how many times ours the others are."""
    fields: Mapping[str, Callable[[Measured], float]] = {
        "wall, s": lambda measured: measured.wall,
        "CPU, s": lambda measured: measured.cpu,
        "peak memory, MB": lambda measured: measured.memory / 1e6,
    }
    middle = {
        tool: [median(map(figure, measured)) for figure in fields.values()]
        for tool, measured in runs.items()
    }
    rows = []
    for tool, measured in runs.items():
        walls = [one.wall for one in measured]
        loads = [one.load[0] for one in measured]
        times = [f"{value / ours:.1f}x" for value, ours in zip(middle[tool], middle[OURS], strict=True)]  # fmt: skip
        figures = [f"{value:.1f}" for value in middle[tool][:2]] + [f"{middle[tool][2]:.0f}"]
        cells = [text for pair in zip(figures, times, strict=True) for text in pair]
        rows.append([tool, *cells, f"{min(walls):.1f} to {max(walls):.1f}", f"{min(loads):.1f} to {max(loads):.1f}"])  # fmt: skip
    header = [text for field in fields for text in (field, "of ours")]
    yield from (f"## {title}", "")
    yield from table(["tool", *header, "wall from .. to", "load before"], rows)


def by_size(sizes: Mapping[int, Sequence[Measured]]) -> Iterator[str]:
    """Ours over all sizes: the cost of a row should not grow with their number."""
    rows = []
    for records, first in sizes.items():
        wall, cpu = median(one.wall for one in first), median(one.cpu for one in first)
        memory = median(one.memory for one in first)
        rows.append([f"{records:,}", f"{wall:.1f}", f"{1e6 * wall / records:.0f}", f"{1e6 * cpu / records:.0f}", f"{memory / 1e6:.0f}"])  # fmt: skip
    yield from ("## dve by number of records", "")
    header = ["records", "wall, s", "wall a row, µs", "CPU a row, µs", "peak memory, MB"]
    yield from table(header, rows)


def results(bench: Bench, tools: Sequence[str]) -> Iterator[str]:
    """Which rows each tool kept, by what they were made as."""
    made = read_made(bench.corpus)
    kept = {tool: kept_ids(outputs(bench, tool)) for tool in tools}
    counted = {tool: list(by_kind(made, kept[tool])) for tool in tools}
    yield from ("## Rows kept", "")
    rows = [["all", str(len(made)), *(str(len(kept[tool])) for tool in tools)]]
    for position, (name, number, _) in enumerate(counted[tools[0]]):
        rows.append([name, str(number), *(str(counted[tool][position][2]) for tool in tools)])
    grouped = {tool: families(made, kept[tool]) for tool in tools}
    for name in ("exactly one kept", "none kept", "several kept"):
        total = str(grouped[tools[0]].total())
        rows.append([f"families: {name}", total, *(str(grouped[tool][name]) for tool in tools)])
    yield from table(["made as", "rows", *tools], rows)
    if list(tools) == [OURS]:
        return
    rejected = rejections(bench.folder / OURS / "output" / "prepare.rejected.jsonl")
    for tool in tools:
        if tool not in (OURS, BY_HAND):
            found = differences(made, kept[OURS], kept[tool], rejected)
            yield from (f"### Differences from {tool}", "")
            causes = [[side, cause, str(rows)] for side, counts in found.items() for cause, rows in counts.most_common()]  # fmt: skip
            yield from table(["rows", "cause", "number"], causes)


def targets(bench: Bench, runs: AllRuns) -> Iterator[str]:
    """What was wanted, and what came out."""
    ours = runs[OURS]
    made = read_made(bench.corpus)
    kept = kept_ids(outputs(bench, OURS))
    rejected = rejections(bench.folder / OURS / "output" / "prepare.rejected.jsonl")
    near = [row.id for row in made if row.kind == "near_miss"]
    lost = sum(rejected.get(row) == "near_copies" for row in near)
    grouped = families(made, kept)
    memory = max(one.memory for one in ours.first)
    rows = [
        ["second run, unchanged", "under 2 s", f"{median(one.wall for one in ours.again):.1f} s"],
        ["peak memory", "under 1,000 MB", f"{memory / 1e6:,.0f} MB"],
        ["near misses taken for copies", "at most 0.1 %", f"{100 * lost / len(near):.2f} %"],
        ["families with exactly one kept", "at least 99.9 %", f"{100 * grouped['exactly one kept'] / grouped.total():.2f} %"],
    ]  # fmt: skip
    for tool, wanted in (("data-juicer", "at least 10"), ("datatrove", "at least 5")):
        if tool in runs:
            times = runs[tool].wall() / ours.wall()
            rows.append([f"times as fast as {tool}", wanted, f"{times:.1f}"])
    if BY_HAND in runs:
        times = ours.wall() / runs[BY_HAND].wall()
        rows.append(["wall over the same code by hand", "at most 1.15", f"{times:.2f}"])
    yield from ("## Targets", "")
    yield from table(["what", "wanted", "measured"], rows)


def versions(bench: Bench, tools: Sequence[str]) -> str:
    """What ran, on what."""
    found = []
    for tool in filter(DISTRIBUTIONS.__contains__, tools):
        paths = [
            str(path) for path in (bench.environments / tool).glob("lib/python*/site-packages")
        ]
        distributions = importlib.metadata.distributions(name=DISTRIBUTIONS[tool], path=paths)
        found += [f"{tool} {distribution.version}" for distribution in distributions]
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30
    machine = f"{os.cpu_count()} cores, {memory:.0f} GiB, Python {platform.python_version()}"
    return f"{', '.join(found)}; {machine}, {platform.system()} {platform.machine()}"


def report(bench: Bench, tools: Sequence[str], runs: AllRuns, records: int) -> str:
    size = (bench.corpus / "corpus.jsonl").stat().st_size / 1e6
    lines = [f"# Side by side: {records:,} records, {size:.1f} MB", "", versions(bench, tools), ""]
    first = {tool: each.first for tool, each in runs.items()}
    again = {tool: each.again for tool, each in runs.items() if each.again}
    lines += costs(f"From nothing, median of {len(first[OURS])}", first)
    lines += costs("The same again, nothing changed", again)
    lines += targets(bench, runs)
    lines += results(bench, tools)
    return "\n".join(lines)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--corpus-maker", type=Path, default=MAKER, help="FOLDER --docs N writes corpus.jsonl and truth.jsonl")  # fmt: skip
    parser.add_argument("--records", type=int, nargs="+", default=[20_000, 80_000])
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--tools", nargs="+", choices=TOOLS, default=TOOLS)  # fmt: skip
    parser.add_argument("--folder", type=Path, default=Path("target/side_by_side"), help="corpora, environments and results; kept")  # fmt: skip
    parser.add_argument("--memory-limit", default="", help="for dve run, such as 1GB; default: 60 %% of the machine's")  # fmt: skip
    options = parser.parse_args()
    tools = [OURS, *(tool for tool in options.tools if tool != OURS)]
    folder = options.folder.resolve()
    for tool in ENVIRONMENTS.keys() & set(tools):
        make_environment(folder / "environments" / tool, ENVIRONMENTS[tool])
    sizes: dict[int, Sequence[Measured]] = {}
    for records in options.records:
        bench = Bench(
            folder=folder / str(records),
            environments=folder / "environments",
            memory_limit=options.memory_limit,
        )
        make_corpus(bench.corpus, options.corpus_maker, records)
        runs = measure_all(bench, tools, options.rounds)
        sizes[records] = runs[OURS].first
        text = report(bench, tools, runs, records)
        (bench.folder / "report.md").write_text(text, encoding="utf-8")
        raw = {tool: asdict(each) for tool, each in runs.items()}
        (bench.folder / "measured.json").write_text(json.dumps(raw, indent=1), encoding="utf-8")
        print(text)
    print("\n".join(by_size(sizes)))


if __name__ == "__main__":
    main()
