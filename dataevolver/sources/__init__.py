"""Rows in and out: files of many formats as one typed Parquet, samples of it, finished output."""

from dataevolver.sources.ingest import Ingested, Report, ingest
from dataevolver.sources.outputs import write_output, write_rejected
from dataevolver.sources.placing import SHARD, place_text, placed
from dataevolver.sources.progress import Progress, unheard
from dataevolver.sources.rows import (
    arrow_batches,
    load_rows,
    parquet,
    read_rows,
    sample_rows,
    write_sample,
)

__all__ = [
    "SHARD",
    "Ingested",
    "Progress",
    "Report",
    "arrow_batches",
    "ingest",
    "load_rows",
    "parquet",
    "place_text",
    "placed",
    "read_rows",
    "sample_rows",
    "unheard",
    "write_output",
    "write_rejected",
    "write_sample",
]
