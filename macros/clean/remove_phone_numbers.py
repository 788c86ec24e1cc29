"""Removes phone numbers in the forms that tell them from other numbers."""

from dataevolver.kernels.personal import masked


def apply(batch, params):
    return {"value": masked(batch.column("value"), ["phone"], lambda *_: params["replacement"])}
