"""Resolution -> CompiledPlan: templates become SQL and Python that may run."""

from dataevolver.compiler.compiled import CompiledPlan, CompiledStep, Segment
from dataevolver.compiler.fused import MARK_TYPE
from dataevolver.compiler.paths import reference
from dataevolver.compiler.plan import compile_plan

__all__ = [
    "MARK_TYPE",
    "CompiledPlan",
    "CompiledStep",
    "Segment",
    "compile_plan",
    "reference",
]
