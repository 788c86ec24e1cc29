"""Plan -> its file, in the one way in which we write it."""

from __future__ import annotations

from collections.abc import Mapping

from dataevolver.operators import Operator
from dataevolver.plans.plan import Plan, Step
from dataevolver.yamlfile import Plain, dump


def plan_text(plan: Plan, catalog: Mapping[str, Operator] | None = None) -> str:
    """The plan's file in canonical form: fixed order of keys, only what is not the default.

    With a catalog, the parameters of each step are in the order in which its operator declares
    them. Comments of an earlier text are not known here: `edits.apply_edits` keeps them.
    """
    header = {key: value for key, value in plan_tree(plan).items() if key != "steps"}
    if not plan.steps:
        return dump(header) + "steps: []\n"
    steps = (dump([step_tree(step, catalog)], indent=2) for step in plan.steps)
    return f"{dump(header)}steps:\n" + "\n".join(steps)


def plan_tree(plan: Plan, catalog: Mapping[str, Operator] | None = None) -> dict[str, Plain]:
    """What the file holds, in the order in which it is written."""
    optional: dict[str, Plain] = {"description": plan.description, "optimize": plan.optimize}
    tree: dict[str, Plain] = {
        "dve": 1,
        "plan": plan.name,
        "description": plan.description,
        "source": plan.source,
        "exemplars": plan.exemplars,
        "optimize": plan.optimize,
        "steps": [step_tree(step, catalog) for step in plan.steps],
    }
    return {key: value for key, value in tree.items() if key not in optional or optional[key]}


def step_tree(step: Step, catalog: Mapping[str, Operator] | None = None) -> dict[str, Plain]:
    """What the file holds of a step, in the order in which it is written."""
    tree: dict[str, Plain] = {
        "id": step.id,
        "operator": step.operator,
        "from": list(step.inputs),
        "with": {name: step.arguments[name] for name in argument_order(step, catalog)},
        "tags": list(step.tags),
        "rationale": step.rationale,
        "origin": step.origin,
    }
    return {key: value for key, value in tree.items() if value}


def argument_order(step: Step, catalog: Mapping[str, Operator] | None = None) -> tuple[str, ...]:
    """The names of the step's arguments: as declared, then those unknown as they were written."""
    operator = (catalog or {}).get(step.operator)
    declared = [parameter.name for parameter in operator.parameters] if operator else []
    known = [name for name in declared if name in step.arguments]
    return (*known, *(name for name in step.arguments if name not in declared))
