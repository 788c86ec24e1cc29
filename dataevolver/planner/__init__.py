"""Proposals for a better plan: `propose` looks at what is off and says what to try next."""

from dataevolver.planner.declaring import read_made
from dataevolver.planner.proposals import (
    Effect,
    Experience,
    Finding,
    Idea,
    Lesson,
    NewOperator,
    Proposal,
    Round,
    Situation,
)
from dataevolver.planner.search import propose

__all__ = [
    "Effect",
    "Experience",
    "Finding",
    "Idea",
    "Lesson",
    "NewOperator",
    "Proposal",
    "Round",
    "Situation",
    "propose",
    "read_made",
]
