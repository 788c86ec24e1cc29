"""Removes numbers that stand alone; those in names (GPT-4), versions (2.0.1) and dates stay."""

import re
from functools import partial

from dataevolver.kernels.rewriting import rewritten

LATIN = "A-Za-z0-9_\u00c0-\u024f\u0370-\u052f"
# A letter beside it makes it part of a name, another point of a version, a bar or colon of a date.
NUMBER = re.compile(
    rf"(?<![{LATIN}.,:/#@+−-])[+−-]?[$€£¥]?"
    r"(?:[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?|[0-9]+(?:[.,][0-9]+)?)"
    rf"(?:[%‰€£¥]| [%€£¥])?(?![{LATIN}]|[.,:/-][{LATIN}])"
)


def apply(batch, params):
    new = params["replacement"]
    without = partial(NUMBER.sub, lambda _: new)
    return {"value": rewritten(batch.column("value"), "[0-9]", without)}
