"""A plan: the steps that a person or the planner asked for, and its file."""

from dataevolver.plans.checks import check_arguments, check_inputs
from dataevolver.plans.plan import (
    Plan,
    Step,
    content,
    explicit_inputs,
    fingerprint,
    step_content,
    value_content,
)
from dataevolver.plans.reading import NAME_PATTERN, PLAN_SHAPE, STEP_SHAPE, parse_plan, read_plan
from dataevolver.plans.writing import argument_order, plan_text, plan_tree, step_tree

__all__ = [
    "NAME_PATTERN",
    "PLAN_SHAPE",
    "STEP_SHAPE",
    "Plan",
    "Step",
    "argument_order",
    "check_arguments",
    "check_inputs",
    "content",
    "explicit_inputs",
    "fingerprint",
    "parse_plan",
    "plan_text",
    "plan_tree",
    "read_plan",
    "step_content",
    "step_tree",
    "value_content",
]
