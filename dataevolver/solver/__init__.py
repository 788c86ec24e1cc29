"""Can the steps of a plan run, in which order, and what is missing?"""

from dataevolver.solver.explain import explain
from dataevolver.solver.resolution import Catalog, Resolution, ResolvedStep, State
from dataevolver.solver.solve import solve

__all__ = ["Catalog", "Resolution", "ResolvedStep", "State", "explain", "solve"]
