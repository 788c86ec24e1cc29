"""The quality rules of Gopher (Rae et al. 2021, appendix A.1.1)."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dataevolver.kernels import (
    DIGIT,
    SINGLE,
    SMALL_WORDS,
    SYMBOL,
    failed_rules,
    found_in,
    hashes_of,
    measured,
    share,
    slices,
    small_words,
    words,
)

HEAD = 500  # characters
ENGLISH = ("the", "be", "to", "of", "and", "that", "have", "with")


def apply(batch, params):
    texts = batch.column("column")
    rules = measured(texts, _by_characters)
    rules["few_stop_words"] = pa.array(_few_stop_words(texts, batch.column("language_column")))
    return {"name": failed_rules(rules, texts)}


def _by_characters(text):
    words, lines, pieces = text.words(), text.lines(), text.pieces()
    count = words.counts
    spaced = text.kinds[words.starts] != SINGLE
    usual = words.total(spaced) > count / 2  # letters of Chinese have no word length
    mean = share(words.total(words.sizes * spaced), words.total(spaced), 5.0)
    ellipses = text.ellipses()
    lettered = text.inside(pieces, (text.kinds != SYMBOL) & (text.kinds != DIGIT)) > 0
    return {
        "few_words": count < 50,
        "many_words": count > 100_000,
        "short_words": usual & (mean < 3),
        "long_words": usual & (mean > 10),
        "many_hashes": text.total(text.among("#")) > 0.1 * count,
        "many_ellipses": text.total(ellipses) > 0.1 * count,
        "bullet_lines": lines.total(text.among("•-*‣●◦")[lines.starts]) > 0.9 * lines.counts,
        "ellipsis_lines": lines.total(ellipses[lines.ends - 1]) > 0.3 * lines.counts,
        "few_lettered_words": pieces.total(lettered) < 0.8 * pieces.counts,
    }


def _few_stop_words(texts, languages):
    """Whether fewer than two of a language's small words are there; false without a list for it.

    The first characters tell it of most texts (three words: the last may be cut off); only where
    they do not, all are read.
    """
    few = np.zeros(len(texts), bool)
    for language in SMALL_WORDS:
        rows = np.flatnonzero(pc.fill_null(pc.equal(languages, language), False))
        known = hashes_of(ENGLISH) if language == "en" else small_words(language)
        if len(rows):
            chosen = texts.take(pa.array(rows))
            few[rows] = _different(pc.utf8_slice_codeunits(chosen, 0, HEAD), known) < 3
            rows = rows[few[rows]]
            few[rows] = _different(texts.take(pa.array(rows)), known) < 2
    return few


def _different(texts, known):
    sizes = pc.fill_null(pc.binary_length(texts), 0).to_numpy(False)
    parts = []
    for first, last in slices(sizes):
        found = words(texts.slice(first, last - first))
        places = found_in(found, known)
        there = np.zeros((last - first, len(known)), bool)
        there[found.owners[places >= 0].astype(np.int64), places[places >= 0]] = True
        parts.append(there.sum(axis=1))
    return np.concatenate(parts) if parts else np.zeros(0)
