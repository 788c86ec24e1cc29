"""What is kept of runs and evaluations."""

from dataevolver.artifacts.history import Entry, add_to_history, last_headline, read_history
from dataevolver.artifacts.locking import keep_lock, lock_differences
from dataevolver.artifacts.runs import (
    RESULTS,
    STEPS,
    SUMMARY,
    Ending,
    Request,
    RunFolder,
    latest_run,
    open_run,
    read_request,
    read_results,
    read_slices,
    write_manifest,
    write_results,
)

__all__ = [
    "RESULTS",
    "STEPS",
    "SUMMARY",
    "Ending",
    "Entry",
    "Request",
    "RunFolder",
    "add_to_history",
    "keep_lock",
    "last_headline",
    "latest_run",
    "lock_differences",
    "open_run",
    "read_history",
    "read_request",
    "read_results",
    "read_slices",
    "write_manifest",
    "write_results",
]
