"""Texts in bulk for Python operators: tokens, runs of tokens and sets of them, as hashes.

Pure functions over Arrow and numpy arrays. They read Arrow's own bytes, release the interpreter
for most of their time (several threads may call them at once) and need about thirty times the
bytes of what they are given: `slices` cuts a batch into pieces of which that is little.
The digest of an operator whose body imports this package depends on its source.
"""

from dataevolver.kernels.characters import characters, letters
from dataevolver.kernels.numbers import changed, distinct, mixed, ranges
from dataevolver.kernels.rows import Rows, joined, slices
from dataevolver.kernels.runs import repeated, runs
from dataevolver.kernels.threads import in_order
from dataevolver.kernels.tokens import lines, words

__all__ = [
    "Rows",
    "changed",
    "characters",
    "distinct",
    "in_order",
    "joined",
    "letters",
    "lines",
    "mixed",
    "ranges",
    "repeated",
    "runs",
    "slices",
    "words",
]
