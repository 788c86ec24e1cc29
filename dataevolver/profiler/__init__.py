"""What rows are like: attributes that the exemplars define, and columns in natural units."""

from dataevolver.profiler.attributes import Attribute, Definition, Matrix
from dataevolver.profiler.language import LANGUAGE_READ, UNKNOWN, language_of, languages_of
from dataevolver.profiler.memory import remembered
from dataevolver.profiler.pages import is_page, visible_text
from dataevolver.profiler.profile import Attributes, mine_attributes, profile
from dataevolver.profiler.relations import Relation
from dataevolver.profiler.rows import (
    Field,
    Row,
    canonical,
    fields_of,
    plain_text,
    row_text,
    text_at,
)
from dataevolver.profiler.summary import STATISTICS, ColumnSummary, Summary, summarise
from dataevolver.profiler.text import FUNCTION_WORDS, measure_text
from dataevolver.profiler.text import NAMES as TEXT_MEASURES
from dataevolver.profiler.words import lines_of, magnitudes, skeleton, words

__all__ = [
    "FUNCTION_WORDS",
    "LANGUAGE_READ",
    "STATISTICS",
    "TEXT_MEASURES",
    "UNKNOWN",
    "Attribute",
    "Attributes",
    "ColumnSummary",
    "Definition",
    "Field",
    "Matrix",
    "Relation",
    "Row",
    "Summary",
    "canonical",
    "fields_of",
    "is_page",
    "language_of",
    "languages_of",
    "lines_of",
    "magnitudes",
    "measure_text",
    "mine_attributes",
    "plain_text",
    "profile",
    "remembered",
    "row_text",
    "skeleton",
    "summarise",
    "text_at",
    "visible_text",
    "words",
]
