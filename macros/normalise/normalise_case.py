"""Capital and small letters by Unicode's full rules: ß is SS in capitals, Σ ends a word as ς."""

import re

import pyarrow as pa

# str.title() begins a word after an apostrophe or a digit, too: Don'T, 3Rd.
TAIL = re.compile(r"['’](?<=\w['’])[^\W\d_]{1,2}\b(?!['’])")
NUMBERED = re.compile(r"[0-9][^\W\d_]+")
BEGINNING = re.compile(r"(?:[.!?…][\"')\]”’»]*\s+|\n\s*)[\"'“‘«(\[¿¡]*[^\W\d_]")
FIRST = re.compile(r"\W*[^\W\d_]")
PRONOUN = re.compile(r"i(?<=\bi)\b(?!\.)")
TURKIC = frozenset(("tr", "az"))
TO_CAPITALS = str.maketrans("iı", "İI")
TO_SMALL = str.maketrans({"İ": "i", "I": "ı"})


def apply(batch, params):
    texts = batch.column("value")
    form, language = params["form"], params["language"]
    values = texts.to_pylist()
    written = [
        text if text is None or (params["shouted_only"] and not text.isupper())
        else _written(text, form, language)
        for text in values
    ]  # fmt: skip
    return {"value": pa.array(written, texts.type)}


def _written(text, form, language):
    turkic = language in TURKIC
    if form == "upper":
        return (text.translate(TO_CAPITALS) if turkic else text).upper()
    small = (text.translate(TO_SMALL) if turkic else text).lower()
    if form == "lower":
        return small
    if form == "title":
        return NUMBERED.sub(_lowered, TAIL.sub(_lowered, _titled(small, turkic)))
    if language == "en" and "i" in small:
        small = PRONOUN.sub("I", small)
    raised = BEGINNING.sub(lambda found: _raised(found[0], turkic), small)
    return FIRST.sub(lambda found: _raised(found[0], turkic), raised, count=1)


def _lowered(found):
    return found[0].lower()


def _titled(small, turkic):
    return re.sub(r"\bi", "İ", small).title() if turkic else small.title()


def _raised(text, turkic):
    last = text[-1]
    return text[:-1] + ("İ" if turkic and last == "i" else last.title())
