"""Two plans, and what is different between them."""

from dataevolver.differ.difference import Change, LockChange, PlanDiff, StepDiff, diff_plans
from dataevolver.differ.rendering import diff_markdown, diff_text, diff_value

__all__ = [
    "Change",
    "LockChange",
    "PlanDiff",
    "StepDiff",
    "diff_markdown",
    "diff_plans",
    "diff_text",
    "diff_value",
]
