"""Removes IP addresses, versions 4 and 6."""

from dataevolver.kernels.personal import masked


def apply(batch, params):
    return {"value": masked(batch.column("value"), ["ip"], lambda *_: params["replacement"])}
