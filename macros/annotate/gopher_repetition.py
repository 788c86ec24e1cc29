"""The repetition rules of Gopher (Rae et al. 2021, table A1)."""

import numpy as np
import pyarrow.compute as pc

from dataevolver.kernels import again, changed, failed_rules, measured, mixed, recurring

READ = 300_000  # characters: of a longer text the start tells whether it repeats itself
TOP = {2: 0.20, 3: 0.18, 4: 0.16}  # share of the characters of words in the n-gram that covers most
AGAIN = {5: 0.15, 6: 0.14, 7: 0.13, 8: 0.12, 9: 0.11, 10: 0.10}  # in n-grams that were there before
STEP = np.uint64(0x9E3779B97F4A7C15)


def apply(batch, params):
    texts = batch.column("value")
    read = pc.utf8_slice_codeunits(texts, 0, READ)
    return {"name": failed_rules(measured(read, _rules), texts)}


def _rules(text):
    hashes, lines, words = text.hasher(), text.lines(), text.words()
    rules = {}
    for name, spans in (("lines", lines), ("paragraphs", text.paragraphs(lines))):
        copies = again(spans, hashes(spans))
        in_copies = spans.total(spans.sizes * copies)
        rules[f"repeated_{name}"] = spans.total(copies) > 0.3 * spans.counts
        rules[f"characters_in_repeated_{name}"] = in_copies > 0.2 * spans.total(spans.sizes)
    return rules | _rules_of_words(words, hashes(words))


def _rules_of_words(words, hashes):
    """What lies in repeated runs of n + 1 words lies in those of n: from runs of five on only texts
    are looked at that repeat enough for the strictest rule."""
    sizes, before = words.sizes, np.append(0, np.cumsum(words.sizes))
    letters = np.diff(before[words.offsets])
    nobody = np.zeros(len(letters), bool)
    rules = {f"top_{size}_gram": nobody for size in TOP}
    rules |= {f"repeated_{size}_grams": nobody for size in AGAIN}
    looked_at = ~nobody
    for size, places, rows, copy in _repeated(words, hashes, looked_at):
        if size in TOP:
            firsts = np.flatnonzero(~copy)
            times = np.diff(np.append(firsts, len(places)))
            first = places[firsts]
            most = np.zeros(len(letters))
            np.maximum.at(most, rows[firsts], (before[first + size] - before[first]) * times)
            rules[f"top_{size}_gram"] = most > TOP[size] * letters
        else:
            covered = _covered(places[copy], size)
            owners = np.searchsorted(words.offsets, covered, "right") - 1
            total = np.bincount(owners, sizes[covered], len(letters))
            rules[f"repeated_{size}_grams"] = total > AGAIN[size] * letters
            looked_at &= total > min(AGAIN.values()) * letters
    return rules


def _covered(starts, size):
    """The words that lie in a run of this size from one of these starts, each once."""
    inside = np.sort((starts[:, None] + np.arange(size)).ravel())
    return inside[changed(inside)]


def _repeated(words, hashes, looked_at):
    """For each size the runs of words that a text has more than once: size, first word, text, whether
    it was there before. Of texts that are no longer `looked_at` no more is told.

    What repeats with n + 1 words repeats with n, so that after the pairs only few are left to sort.
    """
    rows = np.repeat(np.arange(len(looked_at)), words.counts)
    places = np.flatnonzero(rows[1:] == rows[:-1])  # where a pair begins
    found = hashes + rows.astype(np.uint64) * STEP  # two texts share no run
    found, rows = found[places], rows[places]
    for size in range(2, max(AGAIN) + 1):
        found = mixed(found * STEP + hashes[places + size - 1])
        order, first = recurring(found)
        yield size, places[order], rows[order], ~first
        order = np.sort(order)
        order = order[
            looked_at[rows[order]] & (places[order] + size < words.offsets[1:][rows[order]])
        ]
        if not len(order):
            return
        places, rows, found = places[order], rows[order], found[order]
