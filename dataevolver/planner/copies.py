"""Marked spans of the exemplars that repeat what stands around them: `= <<6*25=150>>150`.

Found by alignment: a pair of marks that rows lack, and between them the text before the opening mark
(squeezed to the characters that spans use) up to a hinge, then the text behind the closing mark.
"""

from __future__ import annotations

import inspect
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from dataevolver.planner.declaring import (
    Declaration,
    column_word,
    columns_parameter,
    declare,
    operator_word,
    text_examples,
)
from dataevolver.planner.proposals import NewOperator
from dataevolver.planner.sums import is_right, value_of
from dataevolver.yamlfile import Plain

_SHARE = 0.5  # of the exemplars must have the marks
_ABSENT = 0.02  # of the rows may have them
_COPIED = 0.6  # of the spans must be a copy of what surrounds them
_DRESSED = 0.02  # of the copies must have left a character out
_REACH = 60  # characters of a span and of the text before it


@dataclass(frozen=True, slots=True, kw_only=True)
class Copying:
    """How spans are written. `inside` are the characters of a span, `dressing` what it leaves out."""

    opening: str
    closing: str
    hinge: str
    inside: str
    dressing: str
    share: float  # of the exemplars
    copied: float  # of their spans

    def pattern(self) -> str:
        """Left side with an operation in it, hinge, dressing and the number that results."""
        signs = _class("".join(sign for sign in self.inside if not sign.isalnum() and sign != "."))
        parts = _class(self.inside + self.dressing)
        dressing = _class(self.dressing)
        hinge = re.escape(self.hinge)
        left = rf"(?<![\w.,(])[\d(][{parts},]*?[{signs}][{parts},]*?"
        return rf"({left})([{dressing}]*{hinge}[{dressing}]*)(\d[\d,]*(?:\.\d+)?)(?![\d{hinge}])"

    def apply(self, text: str) -> str:
        """The text with its spans, as the made operator writes them."""

        def written(found: re.Match[str]) -> str:
            left, middle, result = found.groups()
            calculation = re.sub(f"[{_class(self.dressing + ',')}]", "", left)
            bare_result = result.replace(",", "")
            if not is_right(calculation, bare_result):
                return found[0]
            span = calculation + self.hinge + bare_result
            return f"{left}{middle}{self.opening}{span}{self.closing}{result}"

        return re.sub(self.pattern(), written, text)


def mine_copying(values: Sequence[str], exemplars: Sequence[str]) -> Copying | None:
    """The marks and what they repeat, or None when exemplars have no such spans."""
    for opening, closing in _marks(values, exemplars):
        found = _align(opening, closing, exemplars)
        if found is not None:
            return found
    return None


def copy_operator(column: str, copying: Copying, values: Sequence[str]) -> NewOperator:
    """Writes the marked spans; a Python body, for they are rewritten copies of the text."""
    example = f"{copying.opening}6*25{copying.hinge}150{copying.closing}"
    marks: dict[str, Plain] = {"opening": copying.opening, "closing": copying.closing}
    declaration = Declaration(
        name=operator_word(f"mark {column_word(column)} calculations"),
        summary=f"Repeat each calculation between {copying.opening} and {copying.closing} before its result.",
        language="python",
        parameters={
            "columns": columns_parameter(),
            "opening": {"type": "string", "description": "The mark before the repetition."},
            "closing": {"type": "string", "description": "The mark behind it."},
        },
        inputs=[{"column": "$columns", "type": "text"}],
        outputs=[{"column": "$columns", "type": "text"}],
        addresses=["structure", "characters"],
        examples=text_examples({"columns": ["text"], **marks}, values, copying.apply),
    )
    body = _COPY_BODY.format(
        before=f"6 * 25 {copying.hinge} 150",
        after=f"6 * 25 {copying.hinge} {example}150",
        pattern=copying.pattern(),
        dressing=f"[{_class(copying.dressing + ',')}]",
        hinge=copying.hinge,
        value_of=inspect.getsource(value_of),
        is_right=inspect.getsource(is_right),
    )
    why = (
        f"{copying.share:.0%} of the exemplars have such marks in {column}, and "
        f"{copying.copied:.0%} of these repeat what surrounds them"
    )
    return declare(declaration, body, why)


_COPY_BODY = '''"""Repeats calculations as the exemplars do: `{before}` becomes `{after}`.

Only where the result is right: what is wrong is not said twice.
"""

from __future__ import annotations

import ast
import re

import pyarrow as pa

# The left side with an operation in it, the sign that results follow, and the result.
CALCULATION = re.compile(
    r"{pattern}"
)
DRESSING = re.compile(r"{dressing}")  # what a repetition leaves out


def apply(batch, params):
    """`value` with each calculation repeated between the marks, null for null."""

    def repeated(found):
        left, middle, result = found.groups()
        calculation, bare_result = DRESSING.sub("", left), result.replace(",", "")
        if not is_right(calculation, bare_result):
            return found[0]
        inside = calculation + "{hinge}" + bare_result
        return left + middle + params["opening"] + inside + params["closing"] + result

    texts = batch.column("value").to_pylist()
    rewritten = [text if text is None else CALCULATION.sub(repeated, text) for text in texts]
    return {{"value": pa.array(rewritten, pa.string())}}


{value_of}

{is_right}'''


def _marks(values: Sequence[str], exemplars: Sequence[str]) -> list[tuple[str, str]]:
    """Pairs of two-character marks in most exemplars and in hardly any row."""
    counts: Counter[str] = Counter()
    for text in exemplars:
        counts.update({found[1] for found in re.finditer(r"(?=([^\w\s]{2}))", text)})
    often = [mark for mark, count in counts.items() if count >= _SHARE * len(exemplars)]
    lacking = sorted(
        mark
        for mark in often
        if sum(mark in text for text in values) <= _ABSENT * max(1, len(values))
    )
    return [
        (opening, closing)
        for opening in lacking
        for closing in lacking
        if opening != closing
        and all(text.count(opening) == text.count(closing) for text in exemplars)
    ]


def _align(opening: str, closing: str, exemplars: Sequence[str]) -> Copying | None:
    span = re.compile(f"{re.escape(opening)}([^\\n]{{1,{_REACH}}}?){re.escape(closing)}")
    spans = [
        (text[max(0, found.start() - _REACH) : found.start()], found[1], text[found.end() :])
        for text in exemplars
        for found in span.finditer(text)
    ]
    hinge = _hinge([inside for _, inside, _ in spans])
    if not hinge:
        return None
    inside = "".join(sorted({mark for _, held, _ in spans for mark in held} - {hinge}))
    copied = 0
    dressing: Counter[str] = Counter()
    for before, held, after in spans:
        left, _, right = held.rpartition(hinge)
        around = _copied_from(before, left + hinge, inside + hinge)
        if around is not None and after.replace(",", "").startswith(right) and right:
            copied += 1
            dressing.update(set(around) - set(inside) - {hinge})
    marks = "".join(
        mark
        for mark, count in sorted(dressing.items())
        if not mark.isalnum() and count >= _DRESSED * copied
    )
    share = copied / max(1, len(spans))
    if share < _COPIED:
        return None
    having = sum(opening in text for text in exemplars) / max(1, len(exemplars))
    return Copying(
        opening=opening,
        closing=closing,
        hinge=hinge,
        inside=inside,
        dressing=marks,
        share=having,
        copied=share,
    )


def _hinge(spans: Sequence[str]) -> str:
    """The sign that nearly every span has exactly once."""
    signs = {sign for span in spans for sign in span if not sign.isalnum()}
    counts = {sign: sum(span.count(sign) == 1 for span in spans) for sign in sorted(signs)}
    best = max(counts, key=lambda sign: counts[sign], default="")
    return best if best and counts[best] >= 0.95 * len(spans) else ""


def _copied_from(before: str, wanted: str, alphabet: str) -> str | None:
    """The end of `before` which, squeezed to the alphabet, is `wanted`; None when it is not there."""
    position = len(before)
    for sign in reversed(wanted):
        position -= 1
        while position >= 0 and before[position] not in alphabet:
            position -= 1
        if position < 0 or before[position] != sign:
            return None
    return before[position:]


def _class(signs: str) -> str:
    """The characters as the inside of a regular expression's class, digits as a range."""
    others = "".join(sorted(sign for sign in set(signs) if not sign.isdigit()))
    rest = re.sub(r"([\]\\^-])", r"\\\1", others)
    return ("0-9" if any(sign.isdigit() for sign in signs) else "") + rest
