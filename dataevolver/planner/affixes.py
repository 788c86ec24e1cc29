"""Boilerplate at the edges of texts: frequent in the rows, hardly ever in the exemplars.

An opening ends at its first delimiter (`A: `, `Certainly! `); an ending is the last sentence from a
phrase that many last sentences begin with (`The answer is 93.`) and holds nothing that the text
before it does not say.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from dataevolver.planner.declaring import (
    Declaration,
    column_word,
    columns_parameter,
    declare,
    jinja_text,
    operator_word,
    text_examples,
)
from dataevolver.planner.formats import NumberStyle, write_number
from dataevolver.planner.likeness import NUMBER
from dataevolver.planner.proposals import NewOperator
from dataevolver.yamlfile import Plain

_FREQUENT = 0.03  # of the rows must carry an affix for it to be worth a rule
_CHANCE = 0.1  # that exemplars lack what rows have, were both alike: above this it tells nothing
_RARE = 0.1  # times its share of the rows is the most that exemplars may carry
_LONGEST_OPENING = 60
_LONGEST_ENDING = 160
_MOST_PHRASES = 8
_FEW_WORDS = 3  # of an opening that ends in a full stop or comma: "Of course."
_REDUNDANT = 0.7  # of the endings' contents must stand in the text before
OPENING = (r"^\s*(?:", r")\s*")  # around the phrases' patterns, joined by |
ENDING = (r"\s*(?:", rf")[^\n]{{0,{_LONGEST_ENDING}}}\s*\z")
_OPENING = re.compile(rf"\s*([^\n:!,.]{{1,{_LONGEST_OPENING}}}(?:[:!,.](?=\s)|:(?=\S)))[^\S\n]*")
_LAST = re.compile(r"(?:^|(?<=[.!?\n]))\s*([^.!?\n](?:[^.!?\n]|[.!?](?=[^\sA-Z]))*[.!?]*\s*)$")
_MARKUP = re.compile(r"<[^<>]+>|&\w+;")
_TOKEN = re.compile(r"\w+(?:['’]\w+)*|[^\w\s]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Affix:
    """Phrases at one edge of a column's texts, with patterns valid in RE2 and in Python."""

    side: str  # opening | ending
    phrases: tuple[str, ...]
    patterns: tuple[str, ...]  # one a phrase
    share: float  # of the rows
    exemplar_share: float

    def cut(self, text: str) -> str:
        """The text without it, as the made operator gives it."""
        return self.matcher.sub("", text, count=1)

    @property
    def matcher(self) -> re.Pattern[str]:
        before, after = OPENING if self.side == "opening" else ENDING
        return re.compile(before + "|".join(self.patterns) + after.replace(r"\z", r"\Z"), re.ASCII)


def mine_openings(values: Sequence[str], exemplars: Sequence[str]) -> Affix | None:
    """Openings such as `Answer: ` or `Sure! `, all of them in one affix."""
    phrases = _distinctive(values, exemplars, _opening_phrase)
    if not phrases:
        return None
    return _affix("opening", phrases, values, exemplars)


def mine_endings(values: Sequence[str], exemplars: Sequence[str]) -> Affix | None:
    """Last sentences that start alike and only repeat what was said."""
    counts: Counter[str] = Counter()
    for text in values:
        counts.update(_starts(last_sentence(text)))
    theirs: Counter[str] = Counter()
    for text in exemplars:
        theirs.update(_starts(last_sentence(text)))
    phrases: list[str] = []
    for phrase, count in _ranked(counts, len(values)):
        rare = theirs[phrase] / max(1, len(exemplars)) <= _RARE * count / len(values)
        if not rare or _is_covered(phrase, phrases):
            continue
        longest = _longest_as_frequent(phrase, counts)
        if _redundancy(values, longest) >= _REDUNDANT:
            phrases.append(longest)
    if not phrases:
        return None
    return _affix("ending", phrases[:_MOST_PHRASES], values, exemplars)


def _is_covered(phrase: str, phrases: Sequence[str]) -> bool:
    """Whether texts that begin with the phrase begin with, or go on to, one that is taken."""
    return any(phrase.startswith(known) or known.startswith(phrase) for known in phrases)


def _longest_as_frequent(phrase: str, counts: Counter[str]) -> str:
    """`The answer is` for `The answer`, when nearly all go on like that."""
    longer = [
        known
        for known, count in counts.items()
        if known.startswith(phrase) and count >= 0.95 * counts[phrase]
    ]
    return max(longer, key=lambda known: (len(known), known))


def cut_operator(column: str, affix: Affix, values: Sequence[str]) -> NewOperator:
    """Cuts mined openings or endings off a text."""
    phrases = " or ".join(f'"{phrase}"' for phrase in affix.phrases)
    edge = "Cut the opening" if affix.side == "opening" else "Cut the last sentence that begins"
    parameter = "openings" if affix.side == "opening" else "beginnings"
    arguments: dict[str, Plain] = {"columns": ["text"], parameter: list(affix.patterns)}
    declaration = Declaration(
        name=operator_word(f"cut {column_word(column)} {affix.side}"),
        summary=f"{edge} {phrases}, which the exemplars do not have.",
        parameters={
            "columns": columns_parameter(),
            parameter: {
                "type": "list",
                "of": "string",
                "description": "Regular expressions of what the cut text begins with.",
            },
        },
        inputs=[{"column": "$columns", "type": "text"}],
        outputs=[{"column": "$columns", "type": "text"}],
        addresses=["boilerplate", "length"],
        examples=text_examples(arguments, values, affix.cut),
    )
    before, after = OPENING if affix.side == "opening" else ENDING
    body = (
        f"{{# {declaration.summary} #}}\n"
        f"regexp_replace({{{{ value }}}}, {{{{ ({jinja_text(before)} ~ params.{parameter} | join('|') ~ "
        f"{jinja_text(after)}) | literal }}}}, '')\n"
    )
    why = f"{affix.share:.0%} of the rows have it in {column}, {affix.exemplar_share:.0%} of exemplars"
    return declare(declaration, body, why)


def last_sentence(text: str) -> str:
    """From the last sentence's start; a sentence may follow a full stop without a space."""
    found = _LAST.search(text[-_LONGEST_ENDING * 2 :])
    return found[1].strip() if found else ""


def _opening_phrase(text: str) -> str:
    """The opening with its digits as 0; the `1.` of a list, markup and statements are none."""
    found = _OPENING.match(text)
    if found is None or _MARKUP.search(found[1]) or not re.search(r"[^\W\d_]", found[1]):
        return ""
    phrase = re.sub(r"\d+", "0", found[1])
    is_statement = phrase[-1] in ".," and (len(phrase.split()) > _FEW_WORDS or "0" in phrase)
    return "" if is_statement else phrase


def _distinctive(
    values: Sequence[str], exemplars: Sequence[str], phrase_of: Callable[[str], str]
) -> list[str]:
    counts = Counter(phrase for text in values if (phrase := phrase_of(text)))
    theirs = Counter(phrase for text in exemplars if (phrase := phrase_of(text)))
    return [
        phrase
        for phrase, count in _ranked(counts, len(values))
        if theirs[phrase] / max(1, len(exemplars)) <= _RARE * count / len(values)
    ][:_MOST_PHRASES]


def _ranked(counts: Counter[str], rows: int) -> list[tuple[str, int]]:
    """Frequent phrases, those of more rows first, then the shorter."""
    frequent = [pair for pair in counts.items() if pair[1] >= max(3, _FREQUENT * rows)]
    return sorted(frequent, key=lambda pair: (-pair[1], len(pair[0]), pair[0]))


def _starts(sentence: str) -> list[str]:
    """The sentence's first two to five tokens, and the whole of a short one."""
    tokens = list(_TOKEN.finditer(sentence))[:6]
    return [
        sentence[: tokens[count - 1].end()]
        for count in range(2, min(5, len(tokens)) + 1)
        if NUMBER.search(sentence[: tokens[count - 1].end()]) is None
    ]


def _redundancy(values: Sequence[str], phrase: str) -> float:
    """Share of the endings from that phrase whose numbers, else words, stand in the text before."""
    told, total = 0.0, 0
    for text in values:
        sentence = last_sentence(text)
        if not sentence.startswith(phrase):
            continue
        total += 1
        before = text[: text.rfind(sentence)]
        rest = sentence[len(phrase) :]
        wanted = _numbers(rest) or _words(rest)
        said = _numbers(before) | _words(before)
        told += len(wanted & said) / len(wanted) if wanted else 1.0
    return told / total if total else 0.0


def _numbers(text: str) -> set[str]:
    """In one style: 93 and 93.0 say the same."""
    return {write_number(number, NumberStyle()) or number for number in NUMBER.findall(text)}


def _words(text: str) -> set[str]:
    return {token for token in _TOKEN.findall(text) if token[0].isalpha()}


def _as_pattern(phrase: str) -> str:
    return re.sub(r"\d+", r"\\d+", re.sub(r"([\\.^$*+?()\[\]{}|])", r"\\\1", phrase))


def _affix(
    side: str, phrases: Sequence[str], values: Sequence[str], exemplars: Sequence[str]
) -> Affix | None:
    """None when so few exemplars might lack the phrases by chance."""
    patterns = tuple(_as_pattern(phrase) for phrase in phrases)
    found = Affix(
        side=side, phrases=tuple(phrases), patterns=patterns, share=0.0, exemplar_share=0.0
    )

    def share(texts: Sequence[str]) -> float:
        return sum(found.matcher.search(text) is not None for text in texts) / max(1, len(texts))

    ours, theirs = share(values), share(exemplars)
    likely = (1 - ours) ** len(exemplars) > _CHANCE
    return None if likely else replace(found, share=ours, exemplar_share=theirs)
