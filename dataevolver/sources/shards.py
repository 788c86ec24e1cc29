"""Output in several files of about one size."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Protocol

import pyarrow as pa
import pyarrow.parquet as pq

from dataevolver.sources.placing import placed_together, shard_paths


class Sink(Protocol):
    """A file that is being written."""

    def write(self, batch: pa.RecordBatch) -> None:
        """Add rows."""

    def size(self) -> int:
        """Bytes so far."""

    def close(self) -> None:
        """Finish the file."""


class ParquetSink:
    """Rows as Parquet, a row group a batch."""

    def __init__(self, path: Path, schema: pa.Schema) -> None:
        self._file = path.open("wb")
        self._writer = pq.ParquetWriter(self._file, schema, compression="zstd")

    def write(self, batch: pa.RecordBatch) -> None:
        """Add rows."""
        self._writer.write_batch(batch)

    def size(self) -> int:
        """Bytes so far."""
        return self._file.tell()

    def close(self) -> None:
        """Finish the file."""
        self._writer.close()
        self._file.close()


def write_shards(
    batches: Iterable[pa.RecordBatch],
    output: Path,
    shard_bytes: int,
    open_sink: Callable[[Path], Sink],
) -> tuple[Path, ...]:
    """Write rows in their order to files that end with the batch which fills it; the files.

    No rows make one file without any. All are there in the end, or none is new.
    """
    with placed_together(output) as folder:
        number, sink = 0, open_sink(folder / f"{0:05d}")
        try:
            for batch in batches:
                if sink.size() >= shard_bytes:
                    sink.close()
                    number += 1
                    sink = open_sink(folder / f"{number:05d}")
                sink.write(batch)
        finally:
            sink.close()
    return shard_paths(output)
