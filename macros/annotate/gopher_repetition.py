"""The repetition rules of Gopher (Rae et al. 2021, table A1)."""

import numpy as np
import pyarrow.compute as pc

from dataevolver.kernels import again, changed, failed_rules, measured, mixed

READ = 300_000  # characters: of a longer text the start tells whether it repeats itself
TOP = {2: 0.20, 3: 0.18, 4: 0.16}  # share of the characters of words in the n-gram that covers most
AGAIN = {5: 0.15, 6: 0.14, 7: 0.13, 8: 0.12, 9: 0.11, 10: 0.10}  # in n-grams that were there before
STEP = np.uint64(0x9E3779B97F4A7C15)
ROW_BITS = np.uint64(20)


def apply(batch, params):
    texts = batch.column("value")
    read = pc.utf8_slice_codeunits(texts, 0, READ)
    return {"name": failed_rules(measured(read, _rules), texts)}


def _rules(text):
    hashes = text.hasher()
    rules = {}
    for name, spans in (("lines", text.lines()), ("paragraphs", text.paragraphs())):
        copies = again(spans, hashes(spans))
        in_copies = spans.total(spans.sizes * copies)
        rules[f"repeated_{name}"] = spans.total(copies) > 0.3 * spans.counts
        rules[f"characters_in_repeated_{name}"] = in_copies > 0.2 * spans.total(spans.sizes)
    words = text.words()
    letters = words.total(words.sizes)
    before = np.append(0, np.cumsum(words.sizes))

    def rows(places):
        return np.searchsorted(words.offsets, places, "right") - 1

    for size, places, copies, times in _repeated(words, hashes(words)):
        if size in TOP:
            covers = (before[places + size] - before[places]) * times
            most = np.zeros(len(letters), np.int64)
            np.maximum.at(most, rows(places), covers)
            rules[f"top_{size}_gram"] = most > TOP[size] * letters
        else:
            covered = _covered(places[copies], size)
            total = np.bincount(rows(covered), words.sizes[covered], len(letters))
            rules[f"repeated_{size}_grams"] = total > AGAIN[size] * letters
    return rules


def _covered(starts, size):
    """The words that lie in a run of this size from one of these starts, each once."""
    inside = np.sort((starts[:, None] + np.arange(size)).ravel())
    return inside[changed(inside)]


def _repeated(words, hashes):
    """For each size the n-grams that a text has more than once: size, first word, whether it was there
    before, how often it is there.

    What repeats with n + 1 words repeats with n, so that after the pairs only few are left to sort.
    """
    owners = np.repeat(np.arange(len(words.offsets) - 1, dtype=np.uint64), words.counts)
    ends = words.offsets[1:][owners.astype(np.int64)]
    places, found = np.arange(len(hashes)), hashes
    for size in range(2, max(AGAIN) + 1):
        whole = places + size <= ends[places]
        places, found = places[whole], found[whole]
        found = mixed(found * STEP + hashes[places + size - 1])
        keys = (found >> ROW_BITS) | (owners[places] << (np.uint64(64) - ROW_BITS))
        order = np.argsort(keys, kind="stable")
        same = keys[order[1:]] == keys[order[:-1]]
        copy, several = np.zeros((2, len(order)), bool)
        copy[1:] = several[1:] = same
        several[:-1] |= same
        order, copy = order[several], copy[several]
        firsts = np.flatnonzero(~copy)
        counts = np.diff(np.append(firsts, len(order)))
        yield size, places[order], copy, np.repeat(counts, counts)
        order = np.sort(order)
        places, found = places[order], found[order]
