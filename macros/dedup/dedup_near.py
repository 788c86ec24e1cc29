"""Near duplicates: MinHash finds the pairs worth comparing, exact Jaccard decides.

A text becomes the set of its runs of `size` tokens. A token is a word, or one letter of a script
without spaces; a text with fewer tokens is taken by runs of characters. Candidate pairs share a
band of their MinHash signatures; each is verified on the sets themselves, so no pair below the
threshold is ever joined, and a pair just at it is missed once in a thousand times. On real texts
at least 99.8 % of the rows go that exact comparison removes at 0.5, 0.7 and 0.9, and no other
(tests/test_minhash.py). Duplicates form connected components, of which the lowest id stays, or
the best score.

Everything is ordered by id first: neither threads nor the order of rows change the result. Sets and
keys lie in files; memory holds slices of them and less than 400 bytes for each row.
"""

from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from dataevolver.kernels import (
    band_keys,
    bands_for,
    connected,
    ends_of,
    in_order,
    mixed,
    pairs_of,
    preferred,
    shingle_sets,
    signatures,
    similarities,
    slices,
)

JUDGED = 128  # values of two signatures that are compared before the sets themselves
MARGIN = 0.15  # by so much their agreement (deviation up to 0.044) may fall short of the threshold
BLOCK = 1 << 17  # shingles whose signatures are made together
ANSWER = pa.schema([("__id", pa.int64()), ("reason", pa.string()), ("detail", pa.string())])


def apply(reader, params):
    with TemporaryDirectory(dir=params.get("__spill")) as folder:
        sets = Sets(Path(folder), params.get("__threads", 1))
        sets.read(reader, params["size"])
        group = sets.components(params["threshold"])
    rank = sets.scores if params["prefer"] == "lowest" else -sets.scores
    survivors = sets.ids[preferred(group, rank)]
    gone = survivors != sets.ids
    details = [f"of row {survivor}" for survivor in survivors[gone].tolist()]
    reasons = ["near duplicate"] * len(details)
    return pa.table([sets.ids[gone], reasons, details], schema=ANSWER)


class Sets:
    """Each row's set of shingles, in rising order of ids; rows without any are left out."""

    def __init__(self, folder, threads):
        self.folder, self.threads = folder, threads

    def read(self, reader, size):
        """Write the sets end to end and keep where each lies, with a hash of what it holds."""
        parts = [(np.zeros(0, np.int64), np.zeros(0), np.zeros(0, np.int64), np.zeros(0, np.uint64))]
        with (self.folder / "sets").open("wb") as file:
            for part in in_order(lambda piece: shingled(piece, size), pieces(reader), self.threads):
                *kept, members = part
                parts.append(kept)
                file.write(members)
        self.ids, self.scores, self.sizes, self.hashes = map(np.concatenate, zip(*parts, strict=True))
        self.begins = np.cumsum(self.sizes) - self.sizes
        order = np.argsort(self.ids, kind="stable")
        for name in ("ids", "scores", "sizes", "hashes", "begins"):
            setattr(self, name, getattr(self, name)[order])

    def members(self, rows):
        """The sets of some rows, end to end."""
        begins, sizes = self.begins[rows], self.sizes[rows]
        members = np.empty(sizes.sum(), np.uint32)
        if np.array_equal(begins[1:], begins[:-1] + sizes[:-1]):  # as they lie: one read will do
            begins, sizes = begins[:1], np.array([len(members)])
        view, place = memoryview(members).cast("B"), 0
        with (self.folder / "sets").open("rb", buffering=0) as file:
            for begin, size in zip((4 * begins).tolist(), (4 * sizes).tolist(), strict=True):
                file.seek(begin)
                file.readinto(view[place : place + size])
                place += size
        return members

    def components(self, threshold):
        """For each row the first row of its component."""
        if not len(self.ids):
            return np.zeros(0, np.int64)
        _, first, place = np.unique(self.hashes, return_index=True, return_inverse=True)
        rows = np.sort(first)
        lowest = self.joined(rows, threshold)
        return rows[lowest[np.searchsorted(rows, first)[place]]]

    def joined(self, rows, threshold):
        """For each of the rows, whose sets all differ, the place of the first in its component.

        Band by band, so that pairs that an earlier band has joined need no second look.
        """
        bands, width = bands_for(threshold)
        low = self.signed(rows, bands, width)
        lowest = np.arange(len(rows))
        refused = np.zeros(0, np.uint64)
        for band in range(bands):
            keys = np.fromfile(self.folder / "keys", np.uint64, len(rows), offset=8 * band * len(rows))
            pairs = pairs_of(keys)
            left, right = ends_of(pairs)
            pairs = pairs[lowest[left] != lowest[right]]
            pairs = pairs[may_be_near(low, pairs, threshold)]
            pairs = np.setdiff1d(pairs, refused, assume_unique=True)
            near = self.similarities(rows, pairs) >= threshold - 1e-9
            refused = np.sort(np.concatenate([refused, pairs[~near]]))
            lowest = connected(lowest, *ends_of(pairs[near]))
        return lowest

    def similarities(self, rows, pairs):
        """The exact Jaccard similarity of the sets of each pair of places in `rows`."""
        found = np.zeros(len(pairs))
        left, right = ends_of(pairs)
        for first, last in slices(self.sizes[rows[left]] + self.sizes[rows[right]], BLOCK):
            ends = np.concatenate([left[first:last], right[first:last]])
            needed, place = np.unique(ends, return_inverse=True)
            sizes = self.sizes[rows[needed]]
            begins = np.cumsum(sizes) - sizes
            found[first:last] = similarities(
                self.members(rows[needed]), begins, sizes, *np.split(place, 2)
            )
        return found

    def signed(self, rows, bands, width):
        """The low bytes of JUDGED values of each row's signature; the bands' keys go to a file."""
        low = np.empty((len(rows), min(JUDGED, bands * width)), np.uint8)

        def sign(block):
            first, last = block
            chosen = rows[first:last]
            found = signatures(self.members(chosen), self.sizes[chosen], bands * width)
            low[first:last] = found[: low.shape[1]].T.astype(np.uint8)
            with (self.folder / "keys").open("r+b", buffering=0) as file:
                for band, keys in enumerate(band_keys(found, width)):
                    file.seek(8 * (band * len(rows) + first))
                    file.write(keys.tobytes())

        (self.folder / "keys").touch()
        for _ in in_order(sign, slices(self.sizes[rows], BLOCK), self.threads):
            pass
        return low


def pieces(reader):
    """Ids, scores and texts of a few rows at a time."""
    for batch in reader:
        texts = batch.column("column")
        scores = scores_of(batch)
        sizes = pc.fill_null(pc.binary_length(texts), 0).to_numpy(zero_copy_only=False)
        ids = batch.column("__id").to_numpy()
        for first, last in slices(sizes):
            yield ids[first:last], scores[first:last], texts.slice(first, last - first)


def scores_of(batch):
    """As floats; without a score all rows are equal."""
    if "score" not in batch.schema.names:
        return np.zeros(len(batch))
    return batch.column("score").cast(pa.float64()).to_numpy(zero_copy_only=False)


def shingled(piece, size):
    """Ids, scores, sizes and hashes of the sets of shingles, and their members."""
    ids, scores, texts = piece
    members, sizes = shingle_sets(texts, size)
    filled = np.flatnonzero(sizes)
    sizes = sizes[filled]
    starts = np.cumsum(sizes) - sizes
    spread = mixed(members.astype(np.uint64) + np.uint64(1))
    hashes = np.add.reduceat(spread, starts) if len(filled) else spread
    return ids[filled], scores[filled], sizes, hashes, members


def may_be_near(low, pairs, threshold):
    """Whether the signatures of each pair agree nearly as often as they should."""
    near = np.zeros(len(pairs), bool)
    for first in range(0, len(pairs), BLOCK // JUDGED):
        left, right = ends_of(pairs[first : first + BLOCK // JUDGED])
        agreeing = (low[left] == low[right]).mean(1)
        near[first : first + BLOCK // JUDGED] = agreeing >= threshold - MARGIN
    return near
