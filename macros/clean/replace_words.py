"""Replaces whole words and phrases, all in one pass, so that no replacement is replaced again.

RE2 marks what may be one, in a time that does not grow with the list; what is around it decides.
"""

import re
from functools import cache

import pyarrow as pa
import pyarrow.compute as pc

# A word goes on with letters, digits, vowel signs and joiners. A letter of a script without spaces
# is a word of its own: nothing around it matters.
INSIDE = re.compile(
    r"[0-9A-Za-z_\u00aa-\u02ff\u0300-\u0dff\u10a0-\u167f\u1800-\u1fff\u200c\u200d\ua640-\uabff]"
)
MARK = "\ue0ff"  # private use


def apply(batch, params):
    texts = batch.column("value")
    ignore_case = params["ignore_case"]
    small = str.lower if ignore_case else str
    words = {small(word): new for word, new in params["words"].items() if word}
    if not words:
        return {"value": texts}
    sign, exact, phrases = _patterns(tuple(words), ignore_case)

    def new(word):
        return words.get(small(word), word)

    def replaced(text, pieces):
        written = pieces.copy()
        for at in range(1, len(pieces), 2):
            before = pieces[at - 1] or "".join(pieces[max(0, at - 2) : at - 1])
            after = pieces[at + 1] or "".join(pieces[at + 2 : at + 3])
            if _stands_alone(pieces[at], before, after):
                written[at] = new(pieces[at])
            elif phrases:
                return exact.sub(lambda found: new(found[0]), text)
        return "".join(written)

    signed = pc.fill_null(pc.match_substring_regex(texts, sign), False)
    found = texts.filter(signed)
    marked = pc.replace_substring_regex(found, pattern=sign, replacement=f"{MARK}\\0{MARK}")
    cleaned = [
        exact.sub(lambda one: new(one[0]), text)
        if MARK in text
        else replaced(text, marks.split(MARK))
        for text, marks in zip(found.to_pylist(), marked.to_pylist(), strict=True)
    ]
    return {"value": pc.replace_with_mask(texts, signed, pa.array(cleaned, texts.type))}


@cache
def _patterns(words, ignore_case):
    """What may be a word (RE2), what is one, and whether what is none may hide one: only phrases do."""
    # The longest first: `New York City` before `New York`.
    ordered = sorted(words, key=lambda word: (-len(word), word))
    sign = ("(?i)" if ignore_case else "") + "|".join(map(re.escape, ordered))
    exact = re.compile("|".join(map(_whole, ordered)), re.IGNORECASE if ignore_case else 0)
    phrases = not all(map(re.compile(f"{INSIDE.pattern}+").fullmatch, words))
    return sign, exact, phrases


def _whole(word):
    before = rf"(?<!{INSIDE.pattern})" if INSIDE.match(word[0]) else ""
    after = rf"(?!{INSIDE.pattern})" if INSIDE.match(word[-1]) else ""
    return before + re.escape(word) + after


def _stands_alone(word, before, after):
    return not (
        (before and INSIDE.match(before[-1]) and INSIDE.match(word[0]))
        or (after and INSIDE.match(after[0]) and INSIDE.match(word[-1]))
    )
