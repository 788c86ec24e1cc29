"""Breaks lines after sentences: where a mark ends one, and what follows does not go on with it."""

import re

import pyarrow as pa
import pyarrow.compute as pc

CANDIDATE = r"[.!?…।؟۔][^\s]*[ \t]+\S|[。！？｡][^\n]"
CLOSING = "\"'”’»›)\\]}」』）】*_"
# After a mark of a script with spaces a sentence ends at whitespace; after 。！？ right there.
END = re.compile(
    rf"(?P<before>[^\s]*?)(?P<mark>[.!?…।؟۔॥]+[{CLOSING}]*)[ \t]+(?=(?P<next>\S))"
    rf"|(?P<full>[。！？｡]+[{CLOSING}]*)[ \t\u3000]*(?=[^\s{CLOSING}。！？｡])"
)
# Words after which a full stop does not end a sentence, although a capital or a number may follow.
ABBREVIATIONS = frozenset(
    "mr mrs ms dr prof st jr sr rev hon gen col sgt lt capt gov sen rep pres vs v fig figs eq eqs"
    " no nos vol vols ch sec pp p ed eds al cf approx ca resp dept univ inc ltd co corp bros est"
    " e.g i.e eg ie viz jan feb mar apr jun jul aug sep sept oct nov dec mt ft ave blvd rd"
    " hr frau bzw z.b d.h u.a ggf mme mlle sra srta".split()
)
OPENING = "\"'“‘«‹([{「『（【*_#-"
ITEM = re.compile(r"(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,4})")
INITIALS = re.compile(r"(?:[^\W\d_]\.)*[^\W\d_]")


def apply(batch, params):
    texts = batch.column("value")
    candidates = pc.fill_null(pc.match_substring_regex(texts, CANDIDATE), False)
    broken = [END.sub(_broken, text) for text in pc.filter(texts, candidates).to_pylist()]
    return {"value": pc.replace_with_mask(texts, candidates, pa.array(broken, texts.type))}


def _broken(found):
    if found["full"]:
        return found["full"] + "\n"
    return found["before"] + found["mark"] + "\n" if _is_end(found) else found[0]


def _is_end(found):
    if found["next"].islower():
        return False
    if not found["mark"].startswith(".") or found["mark"].startswith(".."):
        return True
    word = found["before"].lstrip(OPENING)
    if _begins_line(found) and ITEM.fullmatch(word):
        return False
    return not (word.lower() in ABBREVIATIONS or (word and INITIALS.fullmatch(word)))


def _begins_line(found):
    """Whether nothing but marks stands before the word: `1. First`, `- a. second`."""
    line = found.string[: found.start()].rpartition("\n")[2]
    return not line.strip(" \t" + OPENING)
