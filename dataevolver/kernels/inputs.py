"""The rows of a step with two inputs: the first to be worked on, the second to learn from."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from dataevolver.kernels.numbers import Whole
from dataevolver.kernels.rows import slices


@dataclass(frozen=True, slots=True)
class Batches:
    """Record batches in a file, which may be gone through more than once."""

    path: str

    def __iter__(self) -> Iterator[Any]:
        with pa.OSFile(self.path, "rb") as file:
            rows = pa.ipc.open_file(file)
            for number in range(rows.num_record_batches):
                yield rows.get_batch(number)


def set_apart(reader: Any, folder: Path) -> tuple[Batches, Any]:
    """The batches of a step's first input, by way of a file in `folder`, and a table of its second.

    Raises ValueError unless the step has two inputs.
    """
    if "__input" not in reader.schema.names:
        raise ValueError("compares two inputs: name both in from")
    others = []
    path = str(folder / "rows")
    with pa.OSFile(path, "wb") as file, pa.ipc.new_file(file, reader.schema) as own:
        for batch in reader:
            is_own = pc.equal(batch.column("__input"), 0)
            own.write_batch(batch.filter(is_own))
            others.append(batch.filter(pc.invert(is_own)))
    return Batches(path), pa.Table.from_batches(others, reader.schema)


def set_aside(reader: Any, folder: Path) -> Batches:
    """The batches of a step's only input, by way of a file in `folder`, to be read twice."""
    path = str(folder / "rows")
    with pa.OSFile(path, "wb") as file, pa.ipc.new_file(file, reader.schema) as own:
        for batch in reader:
            own.write_batch(batch)
    return Batches(path)


def pieces(batches: Iterable[Any], column: str = "column") -> Iterator[tuple[Whole, Any]]:
    """Ids and texts of a few rows at a time."""
    for batch in batches:
        texts = batch.column(column)
        sizes = pc.fill_null(pc.binary_length(texts), 0).to_numpy(zero_copy_only=False)
        ids = batch.column("__id").to_numpy()
        for first, last in slices(sizes):
            yield ids[first:last], texts.slice(first, last - first)
