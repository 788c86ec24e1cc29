"""Changes to a plan: as values, and spliced into its text."""

from dataevolver.edits.edit import UNSET, Add, Edit, Move, Remove, Replace, Set, Unset, apply
from dataevolver.edits.formatting import format_plan
from dataevolver.edits.splice import apply_edits

__all__ = [
    "UNSET",
    "Add",
    "Edit",
    "Move",
    "Remove",
    "Replace",
    "Set",
    "Unset",
    "apply",
    "apply_edits",
    "format_plan",
]
