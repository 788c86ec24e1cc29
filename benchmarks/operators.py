"""How fast each operator is on one core, as docs/operator_speed.md shows it.

    python benchmarks/operators.py --english FILE.jsonl --corpus FOLDER --write docs/operator_speed.md

See README.md beside this file.
"""

from __future__ import annotations

import argparse
import datetime
import importlib.metadata
import json
import platform
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from pathlib import Path

import duckdb
import jinja2
import pyarrow as pa

from dataevolver.bodies import answer_all, answer_batch, load_body
from dataevolver.columns import Columns
from dataevolver.compiler import MARK_TYPE, Segment, compile_plan
from dataevolver.errors import CompileError, DataEvolverError
from dataevolver.library import builtin, load_catalog, templates
from dataevolver.operators import Bound, Example, Operator, Port, Value, bind, written_out
from dataevolver.plans import Plan
from dataevolver.project import Source
from dataevolver.solver import Resolution, ResolvedStep, State
from dataevolver.solver.effects import after, merge
from dataevolver.sources import ingest

MODELS = frozenset({"language", "token_count", "perplexity", "quality_classifier", "embedding"})
WANTED = 40  # MB/s of a row operator without a model
PIECE = 2_500  # characters of a text, as long as a web page's
SMALL, LARGE = 1_000_000, 10_000_000  # bytes of text: to try, and to measure what is fast
LONGEST = 10_000  # characters of an example's value that is repeated; longer ones try sizes
USUAL: Mapping[str, Mapping[str, Value]] = {  # where an example's argument suits its few words only
    "chunk_text": {"maximum": 1_000},
    "dedup_passages": {"size": 50},
}
LANGUAGES = {"english": "en", "other": "ru"}  # said where an operator wants to be told
ROWS = 20_000  # where an operator reads no text
BATCH = 2_048


@dataclass(frozen=True, slots=True, kw_only=True)
class Speed:
    """`texts`: prose, or an example's own rows where the operator cannot do anything with prose."""

    megabytes: float  # a second; 0 where no text is read
    rows: float  # a second
    texts: str


def pieces(texts: Sequence[str], size: int) -> list[str]:
    """Texts of PIECE characters, `size` bytes in all and no two alike, cut from others in turn."""
    joined = "\n\n".join(texts)
    found, start, total = [], 0, 0
    while total < size:
        piece = (joined[start:] + joined[:start])[:PIECE] if start + PIECE > len(joined) else joined[start : start + PIECE]  # fmt: skip
        found.append(piece)
        total += len(piece.encode())
        start = (start + PIECE - 7) % len(joined)
    return found


def usable(operator: Operator) -> Iterator[tuple[Example, Bound]]:
    """Each example twice: with only the first one of several `columns`, and as it is."""
    for example in operator.examples:
        if not written(example.given):
            continue
        few = {name: first_only(operator, name, value) for name, value in example.arguments.items()}
        for arguments in (few, example.arguments):
            yield example, bind(operator, {**arguments, **USUAL.get(operator.name, {})})


def first_only(operator: Operator, name: str, value: Value) -> Value:
    parameter = operator.parameter(name)
    several = (
        parameter is not None and parameter.type == "columns" and isinstance(value, list | tuple)
    )
    return list(value[:1]) if several else value  # type: ignore[index]


def written(rows: Sequence[Mapping[str, Value]]) -> list[Mapping[str, Value]]:
    """An example's rows, without those that are there for their size."""
    found = [{name: written_out(value) for name, value in row.items()} for row in rows]
    return [row for row in found if len(json.dumps(row, default=str)) <= LONGEST]


class Bench:
    """One operator with its rows in memory, on one thread."""

    def __init__(
        self, operator: Operator, example: Example, bound: Bound, environment: jinja2.Environment
    ) -> None:
        self.operator, self.bound, self.environment = operator, bound, environment
        self.given = written(example.given)
        self.others = [written(rows) for rows in example.others]
        self.derived = {
            str(bound.parameters[known.name]): known.name
            for known in operator.parameters
            if isinstance(known.default, str) and "}_" in known.default
        }
        self.read = [port.column for port in bound.inputs if self.is_text(port)]

    def is_text(self, port: Port) -> bool:
        """Whether it is a column that holds text, also for an operator that takes any type."""
        if port.column in self.derived:  # what another operator found out
            return False
        if port.type != "any":
            return port.type == "text" and "." not in port.column
        return any(isinstance(row.get(port.column), str) for row in self.given)

    def on_prose(self, texts: Sequence[str], language: str) -> Speed | None:
        """None where the operator reads no text, or more than a fifth of the prose fails."""
        if not self.read:
            return None
        few = self.timed(self.filled(pieces(texts, SMALL), language), "prose")
        if few is None or few.megabytes < WANTED / 2:
            return few
        return self.timed(self.filled(pieces(texts, LARGE), language), "prose")

    def on_example(self) -> Speed:
        speed = self.timed(list(islice(cycle(self.given), ROWS)), "its example's")
        assert speed
        return speed

    def filled(self, texts: Sequence[str], language: str) -> list[Mapping[str, Value]]:
        """Rows like the example's, as many as texts, with these in the columns that are read."""
        known = {
            column: language for column, name in self.derived.items() if name.startswith("language")
        }
        return [
            {**row, **known, **{name: texts[number - at] for at, name in enumerate(self.read)}}
            for number, row in enumerate(islice(cycle(self.given), len(texts)))
        ]

    def timed(self, rows: Sequence[Mapping[str, Value]], kind: str) -> Speed | None:
        """Best of two."""
        size = sum(len(str(row.get(name) or "").encode()) for row in rows for name in self.read)
        with duckdb.connect(config={"threads": 1}) as connection:
            sources = {
                f"given_{number}": loaded(connection, f"given_{number}", number, each)
                for number, each in enumerate((rows, *self.others))
            }
            segment = self.compiled(sources)
            is_prose = kind == "prose"
            if is_prose and size < 2 * SMALL and share_failed(connection, segment) > 0.2:
                return None
            best = min(seconds(connection, segment) for _ in range(2))
        return Speed(
            megabytes=size / best / 1e6 if is_prose else 0, rows=len(rows) / best, texts=kind
        )

    def compiled(self, sources: Mapping[str, Columns]) -> Segment:
        states = [
            State(columns=columns, facts=frozenset(), stale=frozenset(), derived={})
            for columns in sources.values()
        ]
        step = ResolvedStep(
            id=self.operator.name,
            bound=self.bound,
            inputs=tuple(sources),
            before=merge(self.bound, states),
            after=after(self.bound, states),
        )
        plan = Plan(name="speed", source="given_0", exemplars="")
        resolution = Resolution(plan=plan, sources=sources, steps=(step,))
        (segment,) = compile_plan(resolution, self.environment).segments
        return segment


def loaded(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    number: int,
    rows: Sequence[Mapping[str, Value]],
) -> Columns:
    """A table like the view of a source in a run."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "rows.jsonl"
        lines = (json.dumps(row, ensure_ascii=False, default=str) + "\n" for row in rows)
        file.write_text("".join(lines), encoding="utf-8")
        read = ingest(Source(name=name, paths=("rows.jsonl",)), Path(folder), Path(folder))
        connection.execute(
            f'CREATE TABLE {name} AS SELECT * REPLACE ("__id" + {number << 40} AS "__id"), '
            f'NULL::{MARK_TYPE} AS "__mark" FROM read_parquet(?)',
            [str(read.path)],
        )
    return read.columns


def answers(connection: duckdb.DuckDBPyConnection, segment: Segment) -> Iterator[pa.RecordBatch]:
    """For SQL the rows with all columns, for Python what the body answers."""
    if segment.language == "sql":
        yield from connection.sql(segment.code).to_arrow_reader(BATCH)
        return
    body, reader = load_body(segment.job), connection.sql(segment.reading).to_arrow_reader(BATCH)
    if segment.scope == "row":
        yield from (answer_batch(body, batch) for batch in reader)
    else:
        with tempfile.TemporaryDirectory() as spill:
            yield from answer_all(
                body, reader, {"__spill": spill, "__threads": 1, "__memory": 2_000_000_000}
            )


def seconds(connection: duckdb.DuckDBPyConnection, segment: Segment) -> float:
    """Of CPU, of all threads: others may be at work on this machine."""
    start = time.process_time()
    for _batch in answers(connection, segment):
        continue
    return time.process_time() - start


def share_failed(connection: duckdb.DuckDBPyConnection, segment: Segment) -> float:
    failed = rows = 0
    for batch in answers(connection, segment):
        rows += batch.num_rows
        if segment.language == "python":
            named = batch.schema.get_field_index("__failed")
            failed += batch.num_rows - batch.column(named).null_count if named >= 0 else 0
        else:
            marks = batch.column(batch.schema.get_field_index("__mark")).to_pylist()
            failed += sum(mark is not None and mark["kind"] == "failed" for mark in marks)
    return failed / max(rows, 1)


def measured(
    operator: Operator, texts: Sequence[str], language: str, environment: jinja2.Environment
) -> Speed:
    """By the first example that works with prose, or else by the first one's own rows."""
    benches = [Bench(operator, *each, environment) for each in usable(operator)]
    for bench in benches:
        try:
            speed = bench.on_prose(texts, language)
        except CompileError:  # other arguments name the columns that were left out
            continue
        if speed:
            return speed
    return benches[1].on_example()


def table(speeds: Mapping[str, Mapping[str, Speed]], catalog: Mapping[str, Operator]) -> str:
    lines = [
        "# Speed of the operators",
        "",
        f"On one core, {machine()}.",
        "",
        "MB/s of UTF-8 text through one operator, with the arguments of its first example: English web pages, and rows in eight",
        f"other languages, in texts of {PIECE:,} characters. Row operators that run no model should have at least {WANTED}. Where no",
        "text is read, or prose makes no sense, the rows of an example are repeated. Written by `benchmarks/operators.py`.",
        "",
        "| operator | scope | English, MB/s | other, MB/s | rows/s | input |",
        "|-|-|-:|-:|-:|-|",
    ]
    for name in sorted(speeds, key=lambda each: (catalog[each].category, each)):
        english, other = speeds[name]["english"], speeds[name]["other"]
        scope = f"{catalog[name].scope}, model" if name in MODELS else catalog[name].scope
        cells = [figure(english.megabytes), figure(other.megabytes), f"{english.rows:,.0f}"]
        lines.append(f"| `{name}` | {scope} | {' | '.join(cells)} | {english.texts} |")
    return "\n".join(lines) + "\n"


def figure(megabytes: float) -> str:
    return f"{megabytes:,.0f}" if megabytes >= 10 else f"{megabytes:.1f}" if megabytes else ""


def machine() -> str:
    names = ("dataevolver-dve", "duckdb", "pyarrow", "numpy")
    packages = ", ".join(f"{name} {importlib.metadata.version(name)}" for name in names)
    return f"{cpu()}, {platform.system()}, Python {platform.python_version()}, {packages}, {datetime.date.today()}"


def cpu() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.machine())


def read_texts(options: argparse.Namespace) -> Mapping[str, Sequence[str]]:
    english = [json.loads(line)["text"] for line in options.english.open(encoding="utf-8")]
    kinds = [json.loads(line)["kind"] for line in (options.corpus / "truth.jsonl").open("rb")]
    rows = (options.corpus / "corpus.jsonl").open("rb")
    other = [json.loads(row)["text"] for kind, row in zip(kinds, rows, strict=True) if kind == "foreign"]  # fmt: skip
    return {"english": english, "other": other}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("operators", nargs="*", help="default: all")
    parser.add_argument("--english", type=Path, required=True, help="JSON Lines with English prose in `text`")  # fmt: skip
    parser.add_argument("--corpus", type=Path, required=True, help="a corpus of side_by_side.py; its foreign rows are used")  # fmt: skip
    parser.add_argument("--write", type=Path, help="the Markdown file for the table")
    options = parser.parse_args()
    pa.set_cpu_count(1)
    texts = read_texts(options)
    catalog, environment = load_catalog([builtin()]), templates([builtin()])
    speeds: dict[str, Mapping[str, Speed]] = {}
    for name in options.operators or catalog:
        operator = catalog[name]
        try:
            speeds[name] = {kind: measured(operator, some, LANGUAGES[kind], environment) for kind, some in texts.items()}  # fmt: skip
        except DataEvolverError as error:
            print(f"{name}: {error}", file=sys.stderr)
            continue
        english, other = speeds[name].values()
        slow = operator.scope == "row" and name not in MODELS and 0 < english.megabytes < WANTED
        print(f"{name:32} {operator.scope:6} {figure(english.megabytes):>6} {figure(other.megabytes):>6} MB/s {english.rows:12,.0f} rows/s  {english.texts}{'  SLOW' if slow else ''}", flush=True)  # fmt: skip
    text = table(speeds, catalog)
    if options.write:
        options.write.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
