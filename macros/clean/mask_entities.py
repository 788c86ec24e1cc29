"""Writes the kind of an entity in its place, found by presidio: patterns, and a spaCy pipeline.

Nothing is downloaded: neither a pipeline nor the list of the suffixes that domains have.
"""

from functools import cache
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import spacy
from presidio_analyzer import AnalyzerEngine, RecognizerRegistry
from presidio_analyzer.nlp_engine import SpacyNlpEngine
from presidio_analyzer.predefined_recognizers import EmailRecognizer
from tldextract import TLDExtract

PIECE = 10_000  # characters: presidio goes through all words of a text for each thing it finds
CUTS = ("\n", "。", ". ", " ")  # a piece ends with the last of these in its second half
# What the patterns find has a digit, an @, a domain, a scheme or groups of hexadecimal digits.
CANDIDATE = r"\p{Nd}|@|://|[.]\pL|::|[0-9A-Fa-f:][:-][0-9A-Fa-f:]"


def apply(batch, params):
    texts = batch.column("value")
    analyse = _analyser(params)
    held = _may_hold(texts, params)
    masked = [_masked(text, analyse, params) for text in pc.filter(texts, held).to_pylist()]
    return {"value": pc.replace_with_mask(texts, held, pa.array(masked, texts.type))}


def _may_hold(texts, params):
    if params["model"]:
        return texts.is_valid()
    return pc.fill_null(pc.match_substring_regex(texts, CANDIDATE), False)


def _masked(text, analyse, params):
    pieces = list(_pieces(text))
    held = _may_hold(pa.array(pieces, pa.string()), params).to_pylist()
    return "".join(
        _replaced(piece, analyse(piece), params["replacement"]) if may_hold else piece
        for piece, may_hold in zip(pieces, held, strict=True)
    )


def _pieces(text):
    start = 0
    while len(text) - start > PIECE:
        limit = start + PIECE
        ends = (text.rfind(cut, start + PIECE // 2, limit) + len(cut) for cut in CUTS)
        end = next((end for end in ends if end > start + PIECE // 2), limit)
        yield text[start:end]
        start = end
    yield text[start:]


def _replaced(text, found, replacement):
    """What overlaps is one entity, of the kind that is surest, then longest."""
    parts, end = [], len(text)
    for first, last, entity in reversed(_apart(found)):
        parts += [text[last:end], replacement.replace("{ENTITY}", entity)]
        end = first
    return "".join(reversed([*parts, text[:end]]))


def _apart(found):
    spans = []
    for one in sorted(found, key=lambda one: (one.start, one.end, one.entity_type)):
        rank = (one.score, one.end - one.start, one.entity_type)
        if spans and one.start < spans[-1][1]:
            first, last, best = spans.pop()
            spans.append((first, max(last, one.end), max(best, rank)))
        else:
            spans.append((one.start, one.end, rank))
    return [(first, last, entity) for first, last, (_score, _length, entity) in spans]


def _analyser(params):
    """A function of a text that gives presidio's results."""
    language = params["language"]
    engine = _engine(language, params["model"])
    known = engine.get_supported_entities(language)
    wanted = sorted(params["entities"] or known)
    if unknown := sorted(set(wanted) - set(known)):
        means = f"with {params['model']}" if params["model"] else "without a model"
        raise ValueError(
            f"presidio finds no {', '.join(unknown)} in the language {language} {means},"
            f" but {', '.join(sorted(known))}"
        )
    return lambda text: engine.analyze(
        text, language, entities=wanted, score_threshold=params["threshold"]
    )


@cache
def _engine(language, model):
    pipeline = _Pipeline(models=[])
    pipeline.nlp = {language: _loaded(model)}  # its load() would download what is not there
    registry = RecognizerRegistry(supported_languages=[language])
    registry.load_predefined_recognizers(languages=[language], nlp_engine=pipeline)
    if not model:
        registry.remove_recognizer("SpacyRecognizer")
    suffixes = TLDExtract(cache_dir=None, suffix_list_urls=())
    for recognizer in registry.recognizers:
        if isinstance(recognizer, EmailRecognizer):
            recognizer.validate_result = lambda address: bool(suffixes(address).fqdn)
    return AnalyzerEngine(registry=registry, nlp_engine=pipeline, supported_languages=[language])


def _loaded(model):
    if not model:
        return spacy.blank("xx")  # cuts every language into words
    if not _is_installed(model):
        raise ValueError(f"there is no spaCy pipeline {model}: neither a package nor a folder")
    return spacy.load(model)


@cache
def _is_installed(model):
    return spacy.util.is_package(model) or Path(model).is_dir()


class _Pipeline(SpacyNlpEngine):
    """Where a pipeline has no lemmas, words are their own: presidio looks for them near a number."""

    def process_text(self, text, language):
        document = self.nlp[language](text)
        for token in document:
            token.lemma_ = token.lemma_ or token.lower_
        return self._doc_to_nlp_artifact(document, language)
