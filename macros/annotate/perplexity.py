"""How surprising a text is to an n-gram model of the step's second input.

Interpolated absolute discounting (Ney, Essen and Kneser 1994): the model of n units takes DISCOUNT
from every count that it has and gives it to the model of n - 1 units, down to an even chance for
all. Counts lie in tables by hash, several times as many entries as the text has units.
"""

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dataevolver.kernels import characters, in_order, mixed, pieces, set_apart, words

UNITS = {"words": words, "characters": characters}
READ = 20_000_000  # bytes of the second input
SCORED = 100_000  # characters of each text: more change its mean little
DISCOUNT = 0.75
MOST_BITS = 22
STEP = np.uint64(0x9E3779B97F4A7C15)


def apply(reader, params):
    units = UNITS[params["unit"]]
    with TemporaryDirectory(dir=params.get("__spill")) as folder:
        own, others = set_apart(reader, Path(folder))
        model = trained(units(_first(others.column("column"))), params["size"])

        def ask(piece):
            ids, texts = piece
            found = perplexities(units(pc.utf8_slice_codeunits(texts, 0, SCORED)), model)
            return ids, pa.array(found, mask=np.isnan(found) | texts.is_null().to_numpy(False))

        answers = list(in_order(ask, pieces(own), params.get("__threads", 1)))
    ids = np.concatenate([ids for ids, _ in answers]) if answers else np.zeros(0, np.int64)
    return pa.table(
        {"__id": ids, "name": pa.chunked_array([one for _, one in answers], pa.float64())}
    )


def _first(texts):
    """The first READ bytes of texts: the arrays of all their units must fit into memory."""
    sizes = pc.fill_null(pc.binary_length(texts), 0).to_numpy()
    return texts.slice(0, max(1, int(np.searchsorted(np.cumsum(sizes), READ)))).combine_chunks()


class Order(NamedTuple):
    """By the hash of n units its count after the discount; by that of the n - 1 before the last,
    one divided by how often they stand there, and the chance that goes to the shorter model."""

    counts: np.ndarray
    scale: np.ndarray
    rest: np.ndarray


class Model(NamedTuple):
    orders: tuple
    shift: np.uint64
    evenly: float


def trained(tokens, size):
    """The model of texts by their units. Raises ValueError where there are none."""
    if not len(tokens.values):
        raise ValueError("needs a second input with text to learn from")
    bits = min(MOST_BITS, max(12, int(4 * len(tokens.values)).bit_length()))
    shift = np.uint64(64 - bits)
    orders = tuple(
        _order(grams, before, shift, 1 << bits)
        for grams, before, _ in _grams(tokens, size, whole=True)
    )
    return Model(orders, shift, 1 / (len(np.unique(tokens.values)) + 1))


def _order(grams, before, shift, entries):
    counts = np.bincount(grams >> shift, minlength=entries)
    totals = np.bincount(before >> shift, minlength=entries)
    _, first = np.unique(grams, return_index=True)
    kinds = np.bincount(before[first] >> shift, minlength=entries)
    rest = np.where(totals > 0, DISCOUNT * kinds / np.maximum(totals, 1), 1)
    parts = (np.maximum(counts - DISCOUNT, 0), 1 / np.maximum(totals, 1), rest)
    return Order(*(part.astype(np.float32) for part in parts))


def perplexities(tokens, model):
    """The perplexity of each text per unit, NaN without units."""
    chances = np.full(len(tokens.values), model.evenly, np.float32)
    known = zip(model.orders, _grams(tokens, len(model.orders), whole=False), strict=True)
    for order, (grams, before, whole) in known:
        place = before >> model.shift
        better = (
            order.counts[grams >> model.shift] * order.scale[place] + order.rest[place] * chances
        )
        chances = np.where(whole, better, chances)
    surprise = np.append(0.0, np.cumsum(-np.log(chances, dtype=np.float64)))
    with np.errstate(invalid="ignore"):
        mean = np.diff(surprise[tokens.offsets]) / tokens.sizes
    return np.round(np.exp(mean), 3)


def _grams(tokens, size, whole):
    """For each number of units up to `size`: hashes of the units up to each, and of those before it,
    and whether all lie in one text; with `whole` only those that do."""
    place = np.arange(len(tokens.values)) - np.repeat(tokens.offsets[:-1], tokens.sizes)
    values = mixed(tokens.values + STEP)
    grams, before = values, np.zeros(len(values), np.uint64)
    for length in range(1, size + 1):
        if length > 1:
            before = np.append(np.uint64(0), grams[:-1])
            grams = mixed(before * STEP + values)
        inside = place >= length - 1
        yield (grams[inside], before[inside], inside[inside]) if whole else (grams, before, inside)
