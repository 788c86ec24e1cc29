"""Operators and templates from disk: ours, and a project's own, which come first."""

from dataevolver.library.bodies import check_bodies
from dataevolver.library.catalog import Library, builtin, load_catalog, load_hidden, read_text
from dataevolver.library.declaration import read_operator
from dataevolver.library.shape import EXTENSIONS, OPERATOR_SHAPE
from dataevolver.library.templates import templates

__all__ = [
    "EXTENSIONS",
    "OPERATOR_SHAPE",
    "Library",
    "builtin",
    "check_bodies",
    "load_catalog",
    "load_hidden",
    "read_operator",
    "read_text",
    "templates",
]
