"""JSON Schemas of all file kinds, for editors: made of the shapes that check at run time."""

from __future__ import annotations

from collections.abc import Mapping

from dataevolver.library import OPERATOR_SHAPE
from dataevolver.locks import LOCK_SHAPE
from dataevolver.plans import PLAN_SHAPE
from dataevolver.project.shape import PROJECT_SHAPE
from dataevolver.yamlfile import json_schema


def schemas() -> Mapping[str, Mapping[str, object]]:
    """By kind of file: project, operator, plan, lock."""
    shapes = {
        "project": PROJECT_SHAPE,
        "operator": OPERATOR_SHAPE,
        "plan": PLAN_SHAPE,
        "lock": LOCK_SHAPE,
    }
    return {kind: json_schema(shape, f"dve {kind}") for kind, shape in shapes.items()}
