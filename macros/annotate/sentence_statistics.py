"""How a text's sentences are built, by what can be counted in any script."""

from dataevolver.kernels import measured, share

BREAKS = ",;:，；：、،؛"


def apply(batch, params):
    return measured(batch.column("value"), statistics)


def statistics(text):
    sentences, words = text.sentences(), text.words()
    sizes = text.inside(sentences, text.begun(words))
    breaks = sentences.total(text.inside(sentences, text.among(BREAKS)))
    return {
        "sentences": sentences.counts,
        "mean": share(sentences.total(sizes), sentences.counts),
        "longest": sentences.largest(sizes),
        "clauses": share(breaks + sentences.counts, sentences.counts),
    }
