"""Resolution -> CompiledPlan: templates become SQL and Python that may run."""

from dataevolver.compiler.compiled import CompiledPlan, CompiledStep, Ports, Segment

__all__ = ["CompiledPlan", "CompiledStep", "Ports", "Segment"]
