"""The format in which exemplars give an answer: a literal lead and a slot at the end of a text.

`... so she has 93 left.` + `#### 93` is a lead of `#### ` on a line of its own, whose slot holds
numbers written without commas. What fills the slot in raw rows is found by `suppliers`.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from dataevolver.planner.likeness import NUMBER, SENTENCE_END, text_of, texts
from dataevolver.profiler import Row

_MOST = 0.9  # of the exemplars must share a lead: it is a rule, not a habit
_ENOUGH = 0.5  # of the raw rows must be able to fill the slot
_MINIMUM = 5  # exemplars; fewer show no rule
_DRESS = re.compile(r"[$€£,%\s]")
_PLAIN = re.compile(r"[-+]?(?:\d{1,18}(?:\.\d*)?|\.\d+)", re.ASCII)
_LETTER = re.compile(r"\(?([A-Ja-j])\)?\.?")
_SIX_PLACES = Decimal("0.000001")


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberStyle:
    """How numbers are written. `decimals`: a fixed number of places, or None for as few as it takes."""

    commas: bool = False
    decimals: int | None = None

    def __str__(self) -> str:
        places = (
            "no trailing zeros"
            if self.decimals is None
            else f"{self.decimals} decimal place{'' if self.decimals == 1 else 's'}"
        )
        return f"{'with' if self.commas else 'no'} thousands commas, {places}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Format:
    """`lead` + slot + `tail` at the end of a text; `line`: on a line of its own.

    `whole` says that the slot is all of the text, as in a column of bare numbers.
    """

    column: str
    lead: str
    tail: str
    slot: str  # number | letter | text
    line: bool
    share: float
    style: NumberStyle = NumberStyle()

    @property
    def whole(self) -> bool:
        return not self.lead and not self.tail

    @property
    def joint(self) -> str:
        """What stands between the body and the lead."""
        return "\n" if self.line else " "

    def parts(self, text: str) -> tuple[str, str]:
        """(body, slot) of a text in this format; (text, "") of another."""
        body, joint, last = _cut_last(text, self.line)
        if not last.startswith(self.lead) or not last.endswith(self.tail):
            return text, ""
        slot = last[len(self.lead) : len(last) - len(self.tail) or None]
        return (body, slot) if joint or self.whole else (text, "")

    def holds(self, text: str) -> bool:
        """Whether the text ends as the format asks, the slot in the exemplars' style."""
        slot = self.parts(text)[1]
        if self.slot == "number":
            return slot != "" and write_number(slot, self.style) == slot
        return slot != "" and (self.slot != "letter" or _LETTER.fullmatch(slot) is not None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Supplier:
    """Where raw rows keep what the slot wants. An empty column: the last number of the body."""

    column: str
    share: float  # rows whose value fits the slot
    agreement: float  # of these, how many say the same as the last number of the body


def mine_format(exemplars: Sequence[Row], column: str) -> Format | None:
    """The answer format of a column, or None when the exemplars show no rule."""
    values = [text for text in texts(exemplars, column) if text.strip()]
    if len(values) < max(_MINIMUM, 0.8 * len(exemplars)):
        return None
    line = sum("\n" in text.strip() for text in values) >= _MOST * len(values)
    ends = [_cut_last(text, line)[2] for text in values]
    lead = shared_start(ends)
    tail = shared_start([text[len(lead) :][::-1] for text in ends])[::-1]
    slots = [
        text[len(lead) : len(text) - len(tail) or None]
        for text in ends
        if text.startswith(lead) and text.endswith(tail)
    ]
    slot = _slot_type(slots)
    if not slot or (not re.search(r"[^\s\d]", lead + tail) and not _bare(values, slot)):
        return None
    if not lead.strip() and not tail.strip():
        lead = tail = ""
    style = number_style(slots) if slot == "number" else NumberStyle()
    return Format(
        column=column,
        lead=lead,
        tail=tail,
        slot=slot,
        line=line,
        share=len(slots) / len(values),
        style=style,
    )


def number_style(values: Sequence[str]) -> NumberStyle:
    """The style of numbers: commas when most thousands have them, places when nearly all agree."""
    thousands = [text for text in values if re.search(r"\d{1,3},\d{3}|\d{4}", text)]
    commas = sum("," in text for text in thousands) * 2 > len(thousands) if thousands else False
    places = Counter(len(text.partition(".")[2].rstrip("%")) for text in values)
    most, count = max(places.items(), key=lambda pair: (pair[1], -pair[0]))
    fixed = most > 0 and count >= _MOST * len(values)
    return NumberStyle(commas=commas, decimals=most if fixed else None)


def write_number(text: str, style: NumberStyle) -> str | None:
    """The number in `text` in that style, rounded to six places; None when it is not a number."""
    plain = _DRESS.sub("", text)
    if _PLAIN.fullmatch(plain) is None:
        return None
    value = Decimal(plain).quantize(_SIX_PLACES, rounding=ROUND_HALF_UP)
    if style.decimals is not None:
        value = value.quantize(Decimal(1).scaleb(-style.decimals), rounding=ROUND_HALF_UP)
        return f"{value:,f}" if style.commas else f"{value:f}"
    written = f"{value:,f}" if style.commas else f"{value:f}"
    return written.rstrip("0").rstrip(".")


def last_number(text: str) -> str:
    """The last number in a text, as it stands; empty when there is none."""
    found = NUMBER.findall(text)
    return found[-1] if found else ""


def same_number(one: str, other: str) -> bool:
    """Whether two texts write the same number."""
    written = write_number(one, NumberStyle())
    return written is not None and written == write_number(other, NumberStyle())


def fits(text: str, slot: str) -> bool:
    """Whether a value can fill a slot of that type."""
    if slot == "number":
        return write_number(text, NumberStyle()) is not None
    if slot == "letter":
        return _LETTER.fullmatch(text.strip()) is not None
    return bool(text.strip()) and len(text.split()) <= 8


def suppliers(
    rows: Sequence[Row], bodies: Sequence[str], columns: Sequence[str], shape: Format
) -> tuple[Supplier, ...]:
    """Columns that can fill the slot, best first; then the body's own last number."""
    found = []
    for column in columns:
        values = [text_of(row.get(column)) for row in rows]
        fitting = [number for number, text in enumerate(values) if fits(text, shape.slot)]
        if len(fitting) >= _ENOUGH * len(rows):
            agreement = _agreement([(bodies[i], values[i]) for i in fitting], shape)
            found.append(
                Supplier(column=column, share=len(fitting) / len(rows), agreement=agreement)
            )
    found.sort(key=lambda supplier: (-supplier.agreement, -supplier.share, supplier.column))
    if shape.slot == "number":
        own = sum(bool(last_number(body)) for body in bodies) / max(1, len(bodies))
        if own >= _ENOUGH:
            found.append(Supplier(column="", share=own, agreement=1.0))
    return tuple(found)


def keeps_agreement(exemplars: Sequence[Row], shape: Format) -> bool:
    """Whether the exemplars' slot repeats the last number before it."""
    parts = [shape.parts(text) for text in texts(exemplars, shape.column)]
    return shape.slot == "number" and _agreement(parts, shape) >= _MOST


def _agreement(pairs: Sequence[tuple[str, str]], shape: Format) -> float:
    if shape.slot == "number":
        agreeing = sum(same_number(last_number(body), slot) for body, slot in pairs)
    else:
        agreeing = sum(slot.strip() != "" and slot.strip() in body for body, slot in pairs)
    return agreeing / max(1, len(pairs))


def _cut_last(text: str, line: bool) -> tuple[str, str, str]:
    """(before, joint, last line or sentence) of the stripped text."""
    stripped = text.strip()
    if line:
        return stripped.rpartition("\n")
    ends = list(SENTENCE_END.finditer(stripped))
    if not ends:
        return "", "", stripped
    return stripped[: ends[-1].start()], " ", stripped[ends[-1].end() :]


def shared_start(values: Sequence[str]) -> str:
    """The longest start that most values share, cut back to where a word or number begins."""
    start = ""
    while True:
        following = Counter(
            text[len(start)] for text in values if text.startswith(start) and len(text) > len(start)
        )
        if not following:
            break
        character, count = min(following.items(), key=lambda pair: (-pair[1], pair[0]))
        if count < _MOST * len(values):
            break
        start += character
    begins = re.sub(r"[\d.,]+$", "", start)
    inside = any(re.match(r"\w", text[len(begins) :]) for text in values if text.startswith(begins))
    return re.sub(r"[^\W\d]+$", "", begins) if inside else begins


def _slot_type(slots: Sequence[str]) -> str:
    if not slots:
        return ""
    for slot in ("number", "letter"):
        if sum(fits(text, slot) for text in slots) >= _MOST * len(slots):
            return slot
    short = sum(len(text.split()) <= 4 for text in slots) >= _MOST * len(slots)
    return "text" if short and len(set(slots)) > 1 else ""


def _bare(values: Sequence[str], slot: str) -> bool:
    """Whether the texts are nothing but slots of a type that has a format."""
    return slot != "text" and sum(fits(text, slot) for text in values) >= _MOST * len(values)
