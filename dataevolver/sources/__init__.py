"""Rows in and out: files of many formats as one typed Parquet, samples of it, finished output."""

from dataevolver.sources.ingest import Ingested, ingest
from dataevolver.sources.outputs import write_output, write_rejected
from dataevolver.sources.placing import placed
from dataevolver.sources.rows import load_rows, parquet, read_rows, sample_rows, write_sample
from dataevolver.sources.survey import Report

__all__ = [
    "Ingested",
    "Report",
    "ingest",
    "load_rows",
    "parquet",
    "placed",
    "read_rows",
    "sample_rows",
    "write_output",
    "write_rejected",
    "write_sample",
]
