"""How far rows are from the exemplars, with an error; and whether one plan is better than another."""

from dataevolver.evaluator.comparison import Comparison, compare, paired_change
from dataevolver.evaluator.encoder import load_encoder
from dataevolver.evaluator.evaluation import (
    PERMUTATIONS,
    AttributeGap,
    Evaluation,
    GroupGap,
    Part,
    WorstRow,
    examine,
    measure,
    natural_words,
)
from dataevolver.evaluator.guards import Encoder, Guard, Settings
from dataevolver.evaluator.losses import run_slices, traits_of_sources
from dataevolver.evaluator.overlap import evaluation_runs, leaks
from dataevolver.evaluator.report import (
    evaluation_text,
    evaluation_value,
    headline,
    slices_lines,
)
from dataevolver.evaluator.ruler import Ruler, calibrate
from dataevolver.evaluator.slices import (
    Outcome,
    Slice,
    foremost,
    is_lopsided,
    slice_of,
    slice_says,
    slice_value,
    slices,
)
from dataevolver.evaluator.split import Split, split_exemplars, whole
from dataevolver.evaluator.traits import row_traits

__all__ = [
    "PERMUTATIONS",
    "AttributeGap",
    "Comparison",
    "Encoder",
    "Evaluation",
    "GroupGap",
    "Guard",
    "Outcome",
    "Part",
    "Ruler",
    "Settings",
    "Slice",
    "Split",
    "WorstRow",
    "calibrate",
    "compare",
    "evaluation_runs",
    "evaluation_text",
    "evaluation_value",
    "examine",
    "foremost",
    "headline",
    "is_lopsided",
    "leaks",
    "load_encoder",
    "measure",
    "natural_words",
    "paired_change",
    "row_traits",
    "run_slices",
    "slice_of",
    "slice_says",
    "slice_value",
    "slices",
    "slices_lines",
    "split_exemplars",
    "traits_of_sources",
    "whole",
]
