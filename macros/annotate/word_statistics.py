"""How long a text's words are, and what they are made of."""

from dataevolver.kernels import CAPITAL, DIGIT, SINGLE, SYMBOL, measured, share


def apply(batch, params):
    return measured(batch.column("value"), statistics)


def statistics(text):
    words, pieces = text.words(), text.pieces()
    spaced = text.kinds[words.starts] != SINGLE
    lettered = text.inside(pieces, (text.kinds != SYMBOL) & (text.kinds != DIGIT)) > 0
    shouted = (text.inside(words, text.kinds == CAPITAL) == words.sizes) & (words.sizes > 1)
    return {
        "mean": share(words.total(words.sizes * spaced), words.total(spaced)),
        "longest": words.largest(words.sizes),
        "lettered": share(pieces.total(lettered), pieces.counts),
        "capitals": share(words.total(shouted), words.total(spaced)),
    }
