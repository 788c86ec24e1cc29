"""Breaks lines after sentences: where a mark ends one, and what follows does not go on with it."""

import re

from dataevolver.kernels.rewriting import rewritten

CANDIDATE = r"[.!?…।؟۔][^\s]*[ \t]+\S|[。！？｡][^\n]"
CLOSING = "\"'”’»›)\\]}」』）】*_"
SPACED = ".!?…।؟۔॥"
FULL = "。！？｡"
# Most sentences: a mark after a word too long to be an abbreviation, and a capital after it.
SURE = re.compile(r"([.!?])(?<=[a-z]{5}.)(?<!approx.)[ \t]+(?=[A-Z])")
# After a mark of a script with spaces a sentence ends at whitespace; after 。！？ right there. Only
# the first mark of a run begins a match: 10 MB of dots are read once.
END = re.compile(
    rf"[{SPACED}{FULL}](?:"
    rf"(?<=[{SPACED}])(?<![{SPACED}]{{2}})[{SPACED}]*[{CLOSING}]*[ \t]+(?=[^\sa-z])"
    rf"|(?<=[{FULL}])(?<![{FULL}]{{2}})[{FULL}]*[{CLOSING}]*[ \t\u3000]*(?=[^\s{CLOSING}{FULL}]))"
)
# Words after which a full stop does not end a sentence although a capital follows, or a number.
TITLES = frozenset(
    "mr mrs ms dr prof st rev hon gen col sgt lt capt gov sen rep pres vs e.g i.e eg ie viz cf ca"
    " approx resp hr frau z.b d.h u.a bzw mme mlle sra srta".split()
)
COUNTED = frozenset(
    "no nos fig figs eq eqs vol vols ch sec p pp art nr jan feb mar apr jun jul aug sep sept oct nov"
    " dec".split()
)
OPENING = "\"'“‘«‹([{「『（【*_#-"
ITEM = re.compile(r"(?:\d{1,3}|[a-zA-Z]|[ivxIVX]{1,4})")
READ = 40  # characters before a full stop that tell whether it ends a sentence
LONGEST = 8  # characters of an abbreviation, with its inner full stops
ACRONYM = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]")


def apply(batch, params):
    return {"value": rewritten(batch.column("value"), CANDIDATE, _in_lines)}


def _in_lines(text):
    return END.sub(_broken, SURE.sub(r"\1\n", text))


def _broken(found):
    end = found[0]
    return end.rstrip() + "\n" if _is_end(end, found.string, found.start(), found.end()) else end


def _is_end(end, text, start, stop):
    if end[0] in FULL:
        return True
    if text[stop].islower():
        return False
    if end[0] != "." or end[1] == ".":
        return True
    return _is_full_stop(text[max(0, start - READ) : start], start, text[stop])


def _is_full_stop(before, place, after):
    """Whether the word at the end of `before` is no abbreviation, initial or item number."""
    words = before.split()
    if not words or before[-1].isspace():
        return True
    word = words[-1].lstrip(OPENING)
    if len(word) > LONGEST:
        return True
    small = word.lower()
    if small in TITLES or (small in COUNTED and after.isdigit()) or ACRONYM.fullmatch(word):
        return False
    if ITEM.fullmatch(word) and _begins_line(before[: len(before) - len(word)], place):
        return False
    return not (len(word) == 1 and word.isupper() and words[-2:-1] and words[-2][0].isupper())


def _begins_line(before, place):
    """Whether nothing but marks stands before the word: `1. First`, `- a. second`, `J. Smith`."""
    line = before.rpartition("\n")
    return (place <= READ or line[1] == "\n") and not line[2].strip(" \t" + OPENING)
