"""Changes to a plan: as values, and spliced into its text."""

from dataevolver.edits.edit import UNSET, Add, Edit, Move, Remove, Replace, Set, Unset, apply

__all__ = ["UNSET", "Add", "Edit", "Move", "Remove", "Replace", "Set", "Unset", "apply"]
