"""Texts cut into chunks: each as long as allowed, its end where the text has its widest gap.

A chunk ends at the last blank line, line, sentence or word (whichever is asked for) that fits,
where there is none at the next smaller thing, and at last between two characters, but never
within one that readers see as one: not before a mark, a variation selector or a joiner, nor
behind a joiner.
"""

import re
import unicodedata
from bisect import bisect_left
from itertools import chain, repeat

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from dataevolver.kernels import code_points, slices

SENTENCE = re.compile(r"(?:[.!?…][\"'”’»)\]]*(?=\s)|[。！？｡．।॥؟۔።៕‼⁉][\"'”’»」』）】]*)")
LEVELS = ("separator", "paragraph", "line", "sentence", "word", "character")
JOINERS = "\u200c\u200d"


def apply(batch, params):
    texts = batch.column("column")
    by_words = params["unit"] == "words"
    chunks = [
        [None] if text is None else list(_chunks(text, words, params))
        for text, words in zip(texts.to_pylist(), _words(texts) if by_words else repeat(None))
    ]
    counts = [len(some) for some in chunks]
    places = [None if text is None else place for some in chunks for place, text in enumerate(some)]
    columns = {
        "__id": np.repeat(batch.column("__id").to_numpy(), counts),
        "into": pa.array(list(chain.from_iterable(chunks)), pa.string()),
        "index": pa.array(places, pa.int64()),
    }
    return pa.table(columns)


def _words(texts):
    """Where the words of each text begin."""
    for first, last in slices(pc.fill_null(pc.binary_length(texts), 0).to_numpy()):
        found = code_points(texts.slice(first, last - first))
        words = found.words()
        for row, begin in enumerate(found.offsets[:-1]):
            starts = words.starts[words.offsets[row] : words.offsets[row + 1]]
            yield (starts - begin).tolist()


def _chunks(text, words, params):
    """The chunks of a text, without the whitespace around them and without empty ones."""
    levels = LEVELS[LEVELS.index(params["keep_whole"]) :]
    if params["separator"] is not None:
        levels = ("separator", *levels)
    count, overlap = params["maximum"], params["overlap"]
    begin = 0
    while begin < len(text):
        limit = _ahead(text, begin, count, words)
        end = limit if limit == len(text) else _end(text, begin, limit, levels, params["separator"])
        chunk = text[begin:end].strip()
        if chunk:
            yield chunk
        if end == len(text):
            return
        begin = _back(text, begin, end, overlap, words) if overlap else end


def _ahead(text, begin, count, words):
    """How far a chunk of so many characters, or words, may reach."""
    if words is None:
        return min(len(text), begin + count)
    after = bisect_left(words, begin) + count
    return words[after] if after < len(words) else len(text)


def _back(text, begin, end, overlap, words):
    """Where the next chunk begins, so that it repeats the end of this one: at a word's start."""
    if words is not None:
        start = words[max(0, bisect_left(words, end) - overlap)]
        return _character(text, begin, max(begin + 1, start), None)
    start = max(begin + 1, end - overlap)
    for place in range(start, end):
        if text[place - 1].isspace() and not text[place].isspace():
            return place
    return _character(text, begin, start, None)


def _end(text, begin, limit, levels, separator):
    for level in levels:
        end = _LAST[level](text, begin, limit, separator)
        if end > begin and (end == len(text) or not _are_one(text[end - 1], text[end])):
            return end
    return limit


def _separator(text, begin, limit, separator):
    return _behind(text, begin, limit, separator)


def _paragraph(text, begin, limit, _):
    return _behind(text, begin, limit, "\n\n")


def _line(text, begin, limit, _):
    return _behind(text, begin, limit, "\n")


def _sentence(text, begin, limit, _):
    """Sought from the end in wider and wider windows: few chunks are looked at as a whole."""
    size = 256
    while True:
        first = max(begin, limit - size)
        last = None
        for last in SENTENCE.finditer(text, first, limit + 1):
            end = last.end()
        if last and min(end, limit) > begin:
            return min(end, limit)
        if first == begin:
            return begin
        size *= 8


def _word(text, begin, limit, _):
    """Behind the last whitespace; in a script without spaces, behind the last character."""
    for end in range(limit, begin, -1):
        if text[end - 1].isspace() or (end < len(text) and text[end].isspace()):
            return end
        if limit - end > 256:
            break
    return begin


def _character(text, begin, limit, _):
    end = limit
    while end > begin and end < len(text) and _are_one(text[end - 1], text[end]):
        end -= 1
    if end > begin:
        return end
    end = limit
    while end < len(text) and _are_one(text[end - 1], text[end]):
        end += 1
    return end


def _are_one(left, right):
    if right < "\u0300" and left < "\u0300":
        return left == "\r" and right == "\n"
    return (
        left in JOINERS
        or right in JOINERS
        or unicodedata.category(right)[0] == "M"
        or right in "\u0e33\u0eb3"  # the vowel am, Thai and Lao
        or "\u1160" <= right <= "\u11ff"  # parts of Korean syllables
        or "\U0001f3fb" <= right <= "\U0001f3ff"  # skin
        or ("\U0001f1e6" <= left <= "\U0001f1ff" and "\U0001f1e6" <= right <= "\U0001f1ff")  # flags
        or "\U000e0020" <= right <= "\U000e007f"  # flags of regions
    )


def _behind(text, begin, limit, separator):
    found = text.rfind(separator, begin, limit)
    return begin if found < 0 else found + len(separator)


_LAST = {
    "separator": _separator,
    "paragraph": _paragraph,
    "line": _line,
    "sentence": _sentence,
    "word": _word,
    "character": _character,
}
