"""Texts cut into chunks: each as long as allowed, its end where the text has its widest gap.

A chunk ends at the last blank line, line, sentence or word (whichever is asked for) that fits,
where there is none at the next smaller thing, and at last between two characters, but never
within one that readers see as one: not before a mark, a variation selector or a joiner, nor
behind a joiner.
"""

import re
import unicodedata
from itertools import islice

import pyarrow as pa

SENTENCE = re.compile(r"(?:[.!?…][\"'”’»)\]]*(?=\s)|[。！？｡．।॥؟۔።៕‼⁉][\"'”’»」』）】]*)")
WORD = re.compile(
    r"[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf"
    r"\u4e00-\u9fff\uf900-\ufaff\uff66-\uff9f\U00020000-\U000323af]|[^\W\u0e00-\u0eff\u1000-\u109f"
    r"\u1780-\u17ff\u3005-\u3007\u3040-\u30ff\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
    r"\uff66-\uff9f\U00020000-\U000323af]+"
)
LEVELS = ("separator", "paragraph", "line", "sentence", "word", "character")
JOINERS = "\u200c\u200d"


def apply(batch, params):
    ids, texts, places = [], [], []
    for row, text in zip(batch.column("__id").to_pylist(), batch.column("column").to_pylist()):
        chunks = [None] if text is None else list(_chunks(text, params))
        ids.extend([row] * len(chunks))
        texts.extend(chunks)
        places.extend([None] if text is None else range(len(chunks)))
    columns = [pa.array(ids, pa.int64()), pa.array(texts, pa.string())]
    return pa.table([*columns, pa.array(places, pa.int64())], names=["__id", "into", "index"])


def _chunks(text, params):
    """The chunks of a text, without the whitespace around them and without empty ones."""
    levels = LEVELS[LEVELS.index(params["keep_whole"]) :]
    if params["separator"] is not None:
        levels = ("separator", *levels)
    begin = 0
    while begin < len(text):
        limit = _limit(text, begin, params["maximum"], params["unit"])
        end = limit if limit == len(text) else _end(text, begin, limit, levels, params["separator"])
        chunk = text[begin:end].strip()
        if chunk:
            yield chunk
        if end == len(text):
            return
        begin = max(begin + 1, _back(text, begin, end, params)) if params["overlap"] else end


def _limit(text, begin, maximum, unit):
    """How far a chunk from `begin` may reach."""
    if unit == "characters":
        return min(len(text), begin + maximum)
    found = next(islice(WORD.finditer(text, begin), maximum, None), None)
    return found.start() if found else len(text)


def _end(text, begin, limit, levels, separator):
    for level in levels:
        end = _LAST[level](text, begin, limit, separator)
        if end > begin:
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
        or "\U0001f3fb" <= right <= "\U0001f3ff"  # skin
        or ("\U0001f1e6" <= left <= "\U0001f1ff" and "\U0001f1e6" <= right <= "\U0001f1ff")  # flags
        or "\U000e0020" <= right <= "\U000e007f"  # flags of regions
    )


def _behind(text, begin, limit, separator):
    found = text.rfind(separator, begin, limit)
    return begin if found < 0 else found + len(separator)


def _back(text, begin, end, params):
    """Where the next chunk begins, so that it repeats the end of this one; at a word's start."""
    if params["unit"] == "words":
        starts = [word.start() for word in WORD.finditer(text, begin, end)]
        return starts[-params["overlap"]] if len(starts) > params["overlap"] else end
    start = max(begin + 1, end - params["overlap"])
    for place in range(start, end):
        if text[place - 1].isspace() and not text[place].isspace():
            return place
    return _character(text, begin, start, None) if start > begin else end


_LAST = {
    "separator": _separator,
    "paragraph": _paragraph,
    "line": _line,
    "sentence": _sentence,
    "word": _word,
    "character": _character,
}
