"""Propose, attempt, keep the best: the loop, the bench on which plans are tried, and what is written."""

from dataevolver.evolver.evolution import Evolution, evolve_project
from dataevolver.evolver.loop import Bench, Budget, Generation, Trial, evolve

__all__ = ["Bench", "Budget", "Evolution", "Generation", "Trial", "evolve", "evolve_project"]
