"""Python operators called on Arrow batches, here or in a process of their own.

This package is all that such a process imports, so it imports little.
"""

from dataevolver.bodies.arrays import answer_schema, arrow_type
from dataevolver.bodies.body import Body, answer_all, answer_batch, load_body

__all__ = ["Body", "answer_all", "answer_batch", "answer_schema", "arrow_type", "load_body"]
