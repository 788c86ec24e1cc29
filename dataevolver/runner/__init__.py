"""CompiledPlan -> RunResult: the work itself, on DuckDB in this process."""

from dataevolver.runner.effects import Use, changed_shares
from dataevolver.runner.examples import ExampleFailure, run_examples
from dataevolver.runner.locking import writer_lock
from dataevolver.runner.means import engine_memory
from dataevolver.runner.results import RunResult, StepResult
from dataevolver.runner.running import Report, run
from dataevolver.runner.store import Relation
from dataevolver.runner.stories import Mark, StepStory, preview, story
from dataevolver.runner.writing import write_compiled

__all__ = [
    "ExampleFailure",
    "Mark",
    "Relation",
    "Report",
    "RunResult",
    "StepResult",
    "StepStory",
    "Use",
    "changed_shares",
    "engine_memory",
    "preview",
    "run",
    "run_examples",
    "story",
    "write_compiled",
    "writer_lock",
]
