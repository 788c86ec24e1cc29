"""English contractions written out. Each is found at its apostrophe; the word before it decides."""

import re

from dataevolver.kernels.rewriting import rewritten

ENDING = r"['’](?:t|re|ve|ll|m|s|d|T|RE|VE|LL|M|S|D)\b"
APOSTROPHE = re.compile(ENDING)
WORD = re.compile(r"[a-zA-Z]+\Z")
NEGATED = frozenset(
    "do does did is are was were have has had would could should might must need dare ought".split()
)
IRREGULAR = {"can": "cannot", "won": "will not", "shan": "shall not"}
VERBS = {"re": "are", "ve": "have", "ll": "will"}
PRONOUNS = frozenset("i you he she it we they that there here what who where how when why".split())
# After these words 's is "has" and 'd is "had".
PERFECT = re.compile(
    r"\s+(?:\w+ly\s+|never\s+|always\s+|just\s+)?(?:been|got|had|become|gone|taken|better)\b"
)


def apply(batch, params):
    texts = batch.column("value")
    ambiguous = params["ambiguous"]
    return {"value": rewritten(texts, ENDING, lambda text: _expanded(text, ambiguous))}


def _expanded(text, ambiguous):
    pieces, at = [], 0
    for ending in APOSTROPHE.finditer(text):
        word = WORD.search(text, max(at, ending.start() - 12), ending.start())
        if word is None:
            continue
        whole = _whole(word[0], ending[0][1:].lower(), text, ending.end(), ambiguous)
        if whole is not None:
            pieces += [text[at : word.start()], _cased(whole, word[0])]
            at = ending.end()
    return "".join(pieces) + text[at:]


def _whole(word, ending, text, end, ambiguous):
    """A word and its ending in full, in small letters; None where that is not sure."""
    small = word.lower()
    if ending == "t":
        stem = small.removesuffix("n")
        return IRREGULAR.get(small) or (
            f"{stem} not" if stem != small and stem in NEGATED else None
        )
    if ending in VERBS:
        return f"{small} {VERBS[ending]}"
    if ending == "m":
        return "i am" if small == "i" else None
    if (small, ending) == ("let", "s"):
        return "let us"
    if not ambiguous or small not in PRONOUNS:
        return None
    perfect = PERFECT.match(text, end)
    if ending == "s":
        return (
            None if small in ("i", "you", "we", "they") else f"{small} {'has' if perfect else 'is'}"
        )
    return f"{small} {'had' if perfect else 'would'}"


def _cased(whole, word):
    """As the word was written: CAN'T is CANNOT, Don't is Do not, I'm is I am."""
    if len(word) > 1 and word.isupper():
        return whole.upper()
    return word[0] + whole[1:]
