"""Cuts texts that are too long, at a boundary, and never inside a character that a reader sees."""

import re

import pyarrow as pa
import pyarrow.compute as pc

SPACELESS = (
    "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
)
MARKS = "\u0300-\u036f\u0591-\u05c7\u064b-\u065f\u0900-\u0903\u093a-\u094f\u0e31\u0e34-\u0e4e\u200d\ufe0f"
# As in macros/lib/text.sql: a run of letters and digits, or one letter of a script without spaces.
WORD = re.compile(
    rf"[{SPACELESS}][{MARKS}]*|[^\W_{SPACELESS}](?:[^\W_{SPACELESS}]|[{MARKS}'’_-](?=\w))*[{MARKS}]*"
)
SENTENCE = re.compile(r"[.!?…।؟۔]+[\"'”’»)\]]*(?=\s|\Z)|[。！？｡]+[”’」』）]*|\n+|\Z")
# What belongs to the character before it: marks, variation selectors, skin tones, and joined emoji.
ATTACHED = re.compile(rf"(?:[{MARKS}\ufe00-\ufe0f\U0001f3fb-\U0001f3ff]|(?<=\u200d).)")
NEAR = 100  # characters around the cut in which its word is looked for


def apply(batch, params):
    texts = batch.column("value")
    maximum = params["maximum"]
    # A word and a sentence have at least one character each.
    long = pc.fill_null(pc.greater(pc.utf8_length(texts), maximum), False)
    if not pc.any(long, min_count=0).as_py():
        return {"value": texts}
    cut = [_truncated(text, params) for text in texts.filter(long).to_pylist()]
    return {"value": pc.replace_with_mask(texts, long, pa.array(cut, texts.type))}


def _truncated(text, params):
    end = _end(text, params["unit"], params["maximum"])
    if end >= len(text.rstrip()):
        return text
    if params["unit"] == "characters":
        end = _boundary(text, end, params["boundary"])
    return text[:end].rstrip() + params["ending"]


def _end(text, unit, maximum):
    """Where the last of so many characters, words or sentences ends."""
    if unit == "characters":
        return maximum
    end = 0
    for count, found in enumerate((WORD if unit == "words" else SENTENCE).finditer(text), 1):
        if count > maximum:
            return end
        end = found.end()
    return len(text)


def _boundary(text, end, boundary):
    """At or before `end`: after a sentence or a word where there is one, else after a character."""
    if boundary == "sentence":
        ends = [found.end() for found in SENTENCE.finditer(text, 0, end)]
        if len(ends) > 1:
            return ends[-2] if ends[-1] == end else ends[-1]
    if boundary != "character":
        around = WORD.finditer(text, max(0, end - NEAR), end + NEAR)
        cut = next((found for found in around if found.start() < end < found.end()), None)
        if cut is not None and cut.start() > 0:
            return cut.start()
    while 0 < end < len(text) and ATTACHED.match(text, end):
        end -= 1
    return end
