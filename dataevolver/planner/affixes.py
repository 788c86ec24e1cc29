"""Boilerplate at the edges of texts: frequent in the rows, hardly ever in the exemplars.

An opening ends at its first delimiter (`A: `, `Certainly! `) or is a first sentence that is repeated
word for word. An ending is a last sentence repeated word for word, or one from a phrase that many
last sentences begin with (`The answer is 93.`) and that holds nothing that the text before it does
not say. What speaks of the text's own topic, counts or asks as exemplars ask is none.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
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
from dataevolver.profiler import FUNCTION_WORDS
from dataevolver.yamlfile import Plain

_FREQUENT = 0.03  # of the rows must carry an affix for it to be worth a rule
_REPEATED = 0.01  # the same of a sentence word for word, where such sentences tell together
_CHANCE = 0.05  # that exemplars lack what rows have, were both alike: above this it tells nothing
_RARE = 0.1  # times its share of the rows is the most that exemplars may carry
_LONGEST_OPENING = 60  # characters up to a delimiter
_LONGEST_SENTENCE = 160
_MOST_PHRASES = 8
_FEW = 3  # rows
_REDUNDANT = 0.7  # of the endings' contents must stand in the text before
_TOPICAL = 0.2  # more of a phrase's words in the rest of its own texts than in other texts
_ASKING = 0.2  # share of exemplars that end in a question, from which questions are contents
_STEM = 5  # letters by which words of one family are known
OPENING = (r"^\s*(?:", r")\s*")  # around the phrases' patterns, joined by |
ENDING = (
    r"""(?:(\A|[.!?…'"”’)\]>])\s*|\s*\n\s*)(?:""",
    r")(?:[^.!?\n]|[.!?][^\sA-Z])*[.!?]*\s*\z",
)
KEPT = r"\1"  # of an ending's match: the mark that closes the sentence before
_OPENING = re.compile(rf"\s*([^\n:!,.]{{1,{_LONGEST_OPENING}}}(?:[:!,.](?=\s)|:(?=\S)))[^\S\n]*")
_FIRST = re.compile(rf"\s*([^\n.!?]{{1,{_LONGEST_SENTENCE}}}[.!?]+)(?=\s)")
_LAST = re.compile(r"(?:^|(?<=[.!?\n]))\s*([^.!?\n](?:[^.!?\n]|[.!?](?=[^\sA-Z]))*[.!?]*\s*)$")
_TITLE = re.compile(r"\b(?:Mr|Mrs|Ms|Dr|St|Prof)\.$")  # no end of a sentence
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
        return self.matcher.sub(KEPT if self.side == "ending" else "", text, count=1)

    @property
    def matcher(self) -> re.Pattern[str]:
        before, after = OPENING if self.side == "opening" else ENDING
        return re.compile(before + "|".join(self.patterns) + after.replace(r"\z", r"\Z"), re.ASCII)


def mine_openings(values: Sequence[str], exemplars: Sequence[str]) -> Affix | None:
    """Openings such as `Answer: ` or `Sure! `, all of them in one affix."""
    ours = [_opening_phrases(text) for text in values]
    known = Counter(phrase for text in exemplars for phrase in _opening_phrases(text))
    sides = _Sides(values=values, exemplars=exemplars, known=known)
    counts = Counter(phrase for found in ours for phrase in found)
    rare = {
        phrase
        for phrase, count in counts.items()
        if count >= _FEW and sides.is_rare(phrase, count) and not sides.is_content(phrase)
    }
    telling = {phrase for phrase in rare if sides.is_telling(counts[phrase])}
    telling |= rare & sides.telling_together(counts)
    halves = [phrase for phrase in telling if phrase.endswith(",")]
    whole = telling | {phrase for phrase in rare if any(map(phrase.startswith, halves))}
    longest = Counter(
        max(fitting, key=len)
        for found in ours
        if (fitting := [one for one in found if one in whole])
    )
    chosen = [
        phrase
        for phrase, count in _ranked(longest)
        if phrase not in telling or phrase[-1] in ".!?" or sides.is_telling(count)
    ]
    return _affix("opening", sorted(chosen[:_MOST_PHRASES], key=len, reverse=True), sides)


def mine_endings(values: Sequence[str], exemplars: Sequence[str]) -> Affix | None:
    """Last sentences that are repeated, or that start alike and only say again what was said."""
    ours = [last_sentence(text) for text in values]
    known = Counter(start for text in exemplars for start in _starts(last_sentence(text)))
    sides = _Sides(values=values, exemplars=exemplars, known=known)
    counts = Counter(start for sentence in ours for start in _starts(sentence))
    together = sides.telling_together(counts)
    phrases: list[str] = []
    for phrase, count in _ranked(counts):
        telling = phrase in together or sides.is_telling(count)
        if not telling or not sides.is_rare(phrase, count):
            continue
        longest = _longest_as_frequent(phrase, counts)
        if _is_covered(phrase, phrases) or sides.is_content(longest):
            continue
        if longest[-1] in ".!?" or _redundancy(values, longest) >= _REDUNDANT:
            phrases.append(longest)
    return _affix("ending", phrases[:_MOST_PHRASES], sides)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sides:
    """What speaks for and against a phrase. `known`: how many exemplars have it at that edge."""

    values: Sequence[str]
    exemplars: Sequence[str]
    known: Counter[str]

    def is_rare(self, phrase: str, count: int) -> bool:
        """Whether exemplars hardly have what `count` rows have."""
        theirs = self.known[phrase] / max(1, len(self.exemplars))
        return theirs <= _RARE * count / len(self.values)

    def is_telling(self, count: int) -> bool:
        """Whether so many rows have it that exemplars hardly lack it by chance."""
        likely = max(0.0, 1 - count / len(self.values)) ** len(self.exemplars)
        return count >= max(_FEW, _FREQUENT * len(self.values)) and likely < _CHANCE

    def telling_together(self, counts: Counter[str]) -> frozenset[str]:
        """The repeated whole sentences without content, when exemplars hardly have any such.

        Each alone may be lacking by chance. Those that exemplars have are counted as well.
        """
        whole = [
            phrase
            for phrase, count in counts.items()
            if phrase[-1] in ".!?"
            and count >= max(_FEW, _REPEATED * len(self.values))
            and not self.is_content(phrase)
        ]
        ours = sum(counts[phrase] for phrase in whole)
        theirs = sum(self.known[phrase] for phrase in whole) / max(1, len(self.exemplars))
        rare = theirs <= _RARE * ours / max(1, len(self.values))
        return frozenset(whole if rare and self.is_telling(ours) else ())

    def is_content(self, phrase: str) -> bool:
        """Whether it asks where exemplars ask, or its words are the topic of the texts that have it."""
        if "?" in phrase and self._ask():
            return True
        wanted = _stems(phrase)
        if not wanted:
            return False
        matcher = re.compile(_as_pattern(phrase))
        own: list[float] = []
        others: list[float] = []
        for text in self.values:
            rest, found = matcher.subn(" ", text, count=1)
            (own if found else others).append(len(wanted & _stems(rest)) / len(wanted))
        return _mean(own) - _mean(others) > _TOPICAL

    def _ask(self) -> bool:
        asking = sum(text.rstrip().endswith("?") for text in self.exemplars)
        return asking >= _ASKING * max(1, len(self.exemplars))


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
    kept = KEPT if affix.side == "ending" else ""
    body = (
        f"{{# {declaration.summary} #}}\n"
        f"regexp_replace({{{{ value }}}}, {{{{ ({jinja_text(before)} ~ params.{parameter} | join('|') ~ "
        f"{jinja_text(after)}) | literal }}}}, '{kept}')\n"
    )
    why = f"{affix.share:.0%} of the rows have it in {column}, {affix.exemplar_share:.0%} of exemplars"
    return declare(declaration, body, why)


def last_sentence(text: str) -> str:
    """From the last sentence's start; a sentence may follow a full stop without a space."""
    found = _LAST.search(text[-_LONGEST_SENTENCE * 2 :])
    return found[1].strip() if found else ""


def _opening_phrases(text: str) -> tuple[str, ...]:
    """What the text opens with up to a delimiter, and its first sentence, digits as 0.

    The `1.` of a list, markup and statements with numbers are none.
    """
    found = (matcher.match(text) for matcher in (_OPENING, _FIRST))
    phrases = dict.fromkeys(re.sub(r"\d+", "0", match[1]) for match in found if match is not None)
    return tuple(phrase for phrase in phrases if _may_open(phrase))


def _may_open(phrase: str) -> bool:
    worded = re.search(r"[^\W\d_]", phrase) is not None and not _MARKUP.search(phrase)
    return worded and not _TITLE.search(phrase) and not ("0" in phrase and phrase[-1] in ".,?")


def _ranked(counts: Counter[str]) -> list[tuple[str, int]]:
    """Phrases of more rows first, then the shorter."""
    return sorted(counts.items(), key=lambda pair: (-pair[1], len(pair[0]), pair[0]))


def _starts(sentence: str) -> tuple[str, ...]:
    """The sentence's first two to five tokens and all of it, as far as there is no number in it."""
    tokens = list(_TOKEN.finditer(sentence))
    starts = [sentence[: tokens[count - 1].end()] for count in range(2, min(5, len(tokens)) + 1)]
    whole = [sentence] if len(tokens) > 1 and sentence[-1] in ".!?" else []
    return tuple(
        dict.fromkeys(start for start in (*starts, *whole) if NUMBER.search(start) is None)
    )


def _redundancy(values: Sequence[str], phrase: str) -> float:
    """Share of the endings from that phrase whose numbers, else words, stand in the text before."""
    told, total = 0.0, 0
    for text in values:
        sentence = last_sentence(text)
        if sentence.startswith(phrase):
            total += 1
            told += _told(text[: text.rfind(sentence)], sentence[len(phrase) :])
    return told / total if total else 0.0


def _told(before: str, rest: str) -> float:
    """How much of the rest was said before: all of its numbers or nothing, else a share of its words.

    Calculations and questions are never said twice.
    """
    if "=" in rest or "?" in rest:
        return 0.0
    numbers = _numbers(rest)
    if numbers:
        return float(numbers <= _numbers(before))
    wanted = _words(rest)
    return len(wanted & _words(before)) / len(wanted) if wanted else 1.0


def _numbers(text: str) -> set[str]:
    """In one style: 93 and 93.0 say the same."""
    return {write_number(number, NumberStyle()) or number for number in NUMBER.findall(text)}


def _words(text: str) -> set[str]:
    return {token for token in _TOKEN.findall(text) if token[0].isalpha()}


def _stems(text: str) -> frozenset[str]:
    """The beginnings of words that are not the small words of a language."""
    words = (token.lower() for token in _words(text))
    return frozenset(word[:_STEM] for word in words if len(word) > 2 and word not in FUNCTION_WORDS)


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values) if values else 0.0


def _as_pattern(phrase: str) -> str:
    return re.sub(r"\d+", r"\\d+", re.sub(r"([\\.^$*+?()\[\]{}|])", r"\\\1", phrase))


def _bounded(phrase: str) -> str:
    """The pattern of an ending's phrase: all of a sentence, or whole words that it begins with."""
    if phrase[-1] in ".!?":
        return rf"{_as_pattern(phrase)}\s*$"
    return _as_pattern(phrase) + (r"\b" if re.search(r"\w\Z", phrase, re.ASCII) else "")


def _affix(side: str, phrases: Iterable[str], sides: _Sides) -> Affix | None:
    chosen = tuple(phrases)
    if not chosen:
        return None
    written = _as_pattern if side == "opening" else _bounded
    patterns = tuple(written(phrase) for phrase in chosen)
    found = Affix(side=side, phrases=chosen, patterns=patterns, share=0.0, exemplar_share=0.0)

    def share(texts: Sequence[str]) -> float:
        return sum(found.matcher.search(text) is not None for text in texts) / max(1, len(texts))

    return replace(found, share=share(sides.values), exemplar_share=share(sides.exemplars))
