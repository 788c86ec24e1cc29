"""Texts in bulk for Python operators: tokens, runs of tokens and sets of them, as hashes.

Pure functions over Arrow and numpy arrays. They read Arrow's own bytes, release the interpreter
for most of their time (several threads may call them at once) and need about thirty times the
bytes of what they are given: `slices` cuts a batch into pieces of which that is little.
The digest of an operator whose body imports this package depends on its source.
"""

from dataevolver.kernels.characters import characters, letters
from dataevolver.kernels.codes import (
    CAPITAL,
    DIGIT,
    LETTER,
    SINGLE,
    SPACE,
    SYMBOL,
    Codes,
    Spans,
    again,
    code_points,
    measured,
    share,
)
from dataevolver.kernels.components import connected, preferred
from dataevolver.kernels.inputs import pieces, set_apart
from dataevolver.kernels.minhash import (
    band_keys,
    bands_for,
    ends_of,
    pairs_of,
    signatures,
    similarities,
)
from dataevolver.kernels.numbers import changed, distinct, mixed, ranges, recurring
from dataevolver.kernels.phrases import words_in_phrases
from dataevolver.kernels.rows import Rows, slices
from dataevolver.kernels.rules import failed_rules
from dataevolver.kernels.runs import repeated, runs
from dataevolver.kernels.shingles import shingle_sets
from dataevolver.kernels.small_words import (
    SMALL_WORDS,
    found_in,
    hashes_of,
    small_word_counts,
    small_words,
)
from dataevolver.kernels.threads import in_order
from dataevolver.kernels.tokens import lines, words
from dataevolver.kernels.vectors import blocks, gathered

__all__ = [
    "CAPITAL",
    "DIGIT",
    "LETTER",
    "SINGLE",
    "SMALL_WORDS",
    "SPACE",
    "SYMBOL",
    "Codes",
    "Rows",
    "Spans",
    "again",
    "band_keys",
    "bands_for",
    "blocks",
    "changed",
    "characters",
    "code_points",
    "connected",
    "distinct",
    "ends_of",
    "failed_rules",
    "found_in",
    "gathered",
    "hashes_of",
    "in_order",
    "letters",
    "lines",
    "measured",
    "mixed",
    "pairs_of",
    "pieces",
    "preferred",
    "ranges",
    "recurring",
    "repeated",
    "runs",
    "set_apart",
    "share",
    "shingle_sets",
    "signatures",
    "similarities",
    "slices",
    "small_word_counts",
    "small_words",
    "words",
    "words_in_phrases",
]
