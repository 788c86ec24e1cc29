"""A small classifier of rows against exemplars, whose weights a person can read.

Logistic regression on named features, fitted with equal weight on both sides by Newton's method; the
score says how much a text reads like an exemplar, 0 to 1.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dataevolver.planner.declaring import Declaration, column_word, declare, operator_word, readable
from dataevolver.planner.likeness import Numbers
from dataevolver.planner.proposals import NewOperator
from dataevolver.yamlfile import Plain

_WORDS = 24  # word features, those that tell the sides apart best
_PENALTY = 2.0  # on squared weights: few exemplars must not fit themselves
_SEEN = 4  # texts of one side that must have a word
_STEPS = 12
_LEAST = 0.02  # weights below this are left out of the body
WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)?")

MEASURES: Mapping[str, Callable[[str], float]] = {
    "characters": lambda text: float(np.log1p(len(text))),
    "line_breaks": lambda text: float(np.log1p(text.count("\n"))),
    "digits": lambda text: sum(mark.isdigit() for mark in text) / max(1, len(text)),
    "capitals": lambda text: sum(mark.isupper() for mark in text) / max(1, len(text)),
    "symbols": lambda text: len(re.findall(r"[^\w\s]", text)) / max(1, len(text)),
    "word_length": lambda text: len(text) / (1 + text.count(" ") + text.count("\n")),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Classifier:
    """`measures`: name -> (mean, spread, weight); `words`: word -> weight when it is in the text."""

    bias: float
    measures: Mapping[str, tuple[float, float, float]]
    words: Mapping[str, float]
    accuracy: float  # balanced, on rows and exemplars held out of the fit

    def score(self, text: str) -> float:
        total = self.bias
        for name, (mean, spread, weight) in self.measures.items():
            total += weight * (MEASURES[name](text) - mean) / spread
        held = set(WORD.findall(text.lower()))
        total += sum(weight for word, weight in self.words.items() if word in held)
        return float(1.0 / (1.0 + np.exp(-np.clip(total, -30.0, 30.0))))


def fit_classifier(values: Sequence[str], exemplars: Sequence[str]) -> Classifier | None:
    """Fitted on three quarters of each side; None when the rest is not told apart (below 0.6)."""
    if len(exemplars) < 12 or len(values) < 24:
        return None
    train = [text for place, text in enumerate(values) if place % 4]
    held = values[::4]
    train_exemplars = [text for place, text in enumerate(exemplars) if place % 4]
    fitted = _fit(train, train_exemplars)
    recall = sum(fitted.score(text) > 0.5 for text in exemplars[::4]) / len(exemplars[::4])
    rejected = sum(fitted.score(text) <= 0.5 for text in held) / len(held)
    accuracy = (recall + rejected) / 2
    if accuracy < 0.6:
        return None
    return Classifier(
        bias=fitted.bias, measures=fitted.measures, words=fitted.words, accuracy=accuracy
    )


def score_operator(column: str, classifier: Classifier, values: Sequence[str]) -> NewOperator:
    """Writes the score as a column; the weights stand in the body, largest first."""
    given = sorted((text for text in values if readable(text) and text.strip()), key=len)
    chosen: list[str | None] = [*given[:: max(1, len(given) // 3)][:3], "", None]
    scores = [None if text is None else round(classifier.score(text), 6) for text in chosen]
    example: dict[str, Plain] = {
        "with": {"column": "text"},
        "given": [{"text": text} for text in chosen],
        "expect": [{"text_likeness": score} for score in scores],
    }
    declaration = Declaration(
        name=operator_word(f"{column_word(column)} likeness"),
        summary="Score from 0 to 1 how much a text reads like the exemplars.",
        language="python",
        parameters={
            "column": {"type": "column", "of": "text", "description": "The text to score."},
            "score": {
                "type": "name",
                "default": "${column}_likeness",
                "description": "The column for the score.",
            },
        },
        inputs=[{"column": "$column", "type": "text"}],
        outputs=[{"column": "$score", "type": "number"}],
        addresses=["quality"],
        examples=[example],
    )
    measures = sorted(classifier.measures.items(), key=lambda item: -abs(item[1][2]))
    words = sorted(classifier.words.items(), key=lambda item: (-abs(item[1]), item[0]))
    body = _SCORE_BODY.format(
        bias=classifier.bias,
        measures="".join(f"    {name!r}: {numbers!r},\n" for name, numbers in measures),
        words="".join(f"    {word!r}: {weight!r},\n" for word, weight in words),
    )
    why = f"it tells exemplars from rows in {classifier.accuracy:.0%} of texts held out of its fit"
    return declare(declaration, body, why)


_SCORE_BODY = '''"""How much a text reads like the exemplars: a logistic regression with the weights below.

A positive weight speaks for an exemplar. Fitted on the exemplars and on raw rows by `dve evolve`.
"""

import math
import re

import pyarrow as pa

BIAS = {bias}
# measure: (mean, spread, weight); the measure counts as (value - mean) / spread
MEASURES = {{
{measures}}}
# word: weight, when the word is in the text
WORDS = {{
{words}}}
WORD = re.compile(r"[^\\W\\d_]+(?:'[^\\W\\d_]+)?")
VALUES = {{
    "characters": lambda text: math.log1p(len(text)),
    "line_breaks": lambda text: math.log1p(text.count("\\n")),
    "digits": lambda text: sum(mark.isdigit() for mark in text) / max(1, len(text)),
    "capitals": lambda text: sum(mark.isupper() for mark in text) / max(1, len(text)),
    "symbols": lambda text: len(re.findall(r"[^\\w\\s]", text)) / max(1, len(text)),
    "word_length": lambda text: len(text) / (1 + text.count(" ") + text.count("\\n")),
}}


def likeness(text):
    """0 to 1: the logistic function of the weighted sum."""
    total = BIAS
    for name, (mean, spread, weight) in MEASURES.items():
        total += weight * (VALUES[name](text) - mean) / spread
    held = set(WORD.findall(text.lower()))
    total += sum(weight for word, weight in WORDS.items() if word in held)
    return 1.0 / (1.0 + math.exp(-min(30.0, max(-30.0, total))))


def apply(batch, params):
    """The score column, null for null."""
    texts = batch.column("value").to_pylist()
    scores = [None if text is None else likeness(text) for text in texts]
    return {{"score": pa.array(scores, pa.float64())}}
'''


def _fit(values: Sequence[str], exemplars: Sequence[str]) -> Classifier:
    words = _telling_words(values, exemplars)
    texts = [*values, *exemplars]
    measured = np.array([[measure(text) for measure in MEASURES.values()] for text in texts])
    mean, spread = measured.mean(axis=0), np.maximum(measured.std(axis=0), 1e-6)
    held = [set(WORD.findall(text.lower())) for text in texts]
    present = np.array([[float(word in found) for word in words] for found in held])
    features = np.hstack([(measured - mean) / spread, present.reshape(len(texts), len(words))])
    labels = np.array([0.0] * len(values) + [1.0] * len(exemplars))
    shares = np.where(labels > 0, 0.5 / len(exemplars), 0.5 / len(values)) * len(exemplars) * 2
    weights = _newton(np.hstack([np.ones((len(texts), 1)), features]), labels, shares)
    rounded = [round(float(weight), 3) for weight in weights]
    count = len(MEASURES)
    return Classifier(
        bias=rounded[0],
        measures={
            name: (round(float(mean[k]), 4), round(float(spread[k]), 4), rounded[1 + k])
            for k, name in enumerate(MEASURES)
            if abs(rounded[1 + k]) >= _LEAST
        },
        words={
            word: rounded[1 + count + k]
            for k, word in enumerate(words)
            if abs(rounded[1 + count + k]) >= _LEAST
        },
        accuracy=0.0,
    )


def _newton(features: Numbers, labels: Numbers, shares: Numbers) -> Numbers:
    weights = np.zeros(features.shape[1])
    penalty = np.full(features.shape[1], _PENALTY)
    penalty[0] = 1e-6
    for _ in range(_STEPS):
        expected = 1.0 / (1.0 + np.exp(-np.clip(features @ weights, -30, 30)))
        gradient = features.T @ (shares * (expected - labels)) + penalty * weights
        curve = (features * (shares * expected * (1 - expected) + 1e-9)[:, None]).T @ features
        weights = weights - np.linalg.solve(curve + np.diag(penalty), gradient)
    return weights


def _telling_words(values: Sequence[str], exemplars: Sequence[str]) -> list[str]:
    """Words whose shares of texts differ most between the sides, by their pooled standard error."""
    ours = _document_shares(values)
    theirs = _document_shares(exemplars)
    ranked = []
    for word in sorted({*ours, *theirs}):
        if max(ours[word], theirs[word]) < _SEEN:
            continue
        one, other = ours[word] / len(values), theirs[word] / len(exemplars)
        pooled = (ours[word] + theirs[word] + 1) / (len(values) + len(exemplars) + 2)
        noise = np.sqrt(pooled * (1 - pooled) * (1 / len(values) + 1 / len(exemplars)))
        ranked.append((-abs(one - other) / float(noise), word))
    return [word for distance, word in sorted(ranked)[:_WORDS] if distance < -2.5]


def _document_shares(values: Sequence[str]) -> Counter[str]:
    return Counter(word for text in values for word in set(WORD.findall(text.lower())))
