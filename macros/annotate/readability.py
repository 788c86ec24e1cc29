"""How easily a text reads: the formulas count syllables, so they are made for one language each."""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dataevolver.kernels import measured, share

# Reading ease = base - a * words per sentence - b * syllables per word.
EASE = {
    "de": (180.0, 1.0, 58.5),  # Amstad 1978
    "en": (206.835, 1.015, 84.6),  # Flesch 1948
    "es": (206.84, 1.02, 60.0),  # Fernández Huerta 1959
    "fr": (207.0, 1.015, 73.6),  # Kandel and Moles 1958
    "it": (217.0, 1.3, 60.0),  # Franchina and Vacca 1986
    "nl": (206.84, 0.93, 77.0),  # Douma 1960
    "ru": (206.835, 1.3, 60.1),  # Oborneva 2006
}
VOWELS = "aeiouyàâäáãåæèêëéìîïíòôöóõøœùûüúýÿаеёиоуыэюя"


def apply(batch, params):
    texts, languages = batch.column("column"), batch.column("language_column")
    ease = np.full(len(texts), np.nan)
    grade = np.full(len(texts), np.nan)
    for language, (base, by_words, by_syllables) in EASE.items():
        rows = np.flatnonzero(pc.fill_null(pc.equal(languages, language), False))
        if not len(rows):
            continue
        counts = measured(texts.take(pa.array(rows)), COUNTS[language in ("en", "fr")])
        words = counts["words"].to_numpy(zero_copy_only=False)
        syllables = counts["syllables"].to_numpy(zero_copy_only=False)
        ease[rows] = base - by_words * words - by_syllables * syllables
        if language == "en":
            grade[rows] = 0.39 * words + 11.8 * syllables - 15.59
    return {"ease": _column(ease), "grade": _column(grade)}


def _counts(silent):
    """Words in a sentence and syllables in a word, the last e being `silent` or not."""

    def counts(text):
        words, sentences = text.words(), text.sentences()
        vowels = text.among(VOWELS + VOWELS.upper())
        begins = vowels.copy()
        begins[1:] &= ~vowels[:-1]
        begins[words.starts] = vowels[words.starts]
        syllables = text.inside(words, begins)
        if silent:  # `made` has one syllable, `table` and `the` keep theirs
            last = words.ends - 1
            before = np.maximum(last - 1, 0)
            mute = text.among("eE")[last] & begins[last] & ~text.among("lL")[before]
            syllables = syllables - (mute & (syllables > 1))
        return {
            "words": share(words.counts, sentences.counts),
            "syllables": share(words.total(np.maximum(syllables, 1)), words.counts),
        }

    return counts


COUNTS = {silent: _counts(silent) for silent in (False, True)}


def _column(values):
    return pa.array(np.round(values, 3), mask=np.isnan(values))
