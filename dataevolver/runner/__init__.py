"""CompiledPlan -> RunResult: the work itself, on DuckDB in this process."""

from dataevolver.runner.results import RunResult, StepResult

__all__ = ["RunResult", "StepResult"]
