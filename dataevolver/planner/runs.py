"""Fixed wordings: where all exemplars go on alike after a word that rows have too, and rows do not.

`FROM table WHERE` against `FROM TABLE AS t WHERE`: between the shared words FROM and WHERE rows
hold one fixed run of tokens and exemplars another, so one is written for the other. And what all
exemplars begin or end with is put where rows lack it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dataevolver.planner.formats import shared_start
from dataevolver.planner.layout import Rewrite

_LACKING = 0.5  # share of rows with a fixed edge from which it is no lack
_FIXED = 0.9  # of the texts on one side must hold a token or go on alike
_MINIMUM = 5  # exemplars
_LONGEST = 8  # tokens of a run
_MOST = 3  # wordings
_TOKEN = re.compile(r"\w+|[^\w\s]")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wording:
    """`before` and `after` are shared; rows hold `ours` between them where exemplars hold `theirs`."""

    before: str
    after: str
    ours: tuple[str, ...]
    theirs: tuple[str, ...]
    share: float  # of the rows

    def rewrite(self) -> Rewrite:
        """As a replacement, valid in RE2 and Python."""
        ours = r"\s*".join(_escaped(token) for token in (self.before, *self.ours, self.after))
        theirs = " ".join((self.before, *self.theirs, self.after))
        between = f'between "{self.before}" and "{self.after}"'
        return Rewrite(
            pattern=ours,
            replacement=theirs.replace("\\", "\\\\"),
            habit=f'have "{" ".join(self.theirs)}" {between}',
            ours=1.0 - self.share,
            theirs=1.0,
        )


def mine_wordings(values: Sequence[str], exemplars: Sequence[str]) -> tuple[Wording, ...]:
    """The wordings in which the sides differ, in the order in which exemplars have them."""
    ours = [tuple(_TOKEN.findall(text)) for text in values]
    theirs = [tuple(_TOKEN.findall(text)) for text in exemplars]
    if len(theirs) < _MINIMUM or not ours:
        return ()
    shared = _frequent(ours) & _frequent(theirs)
    found = []
    for before in sorted(shared):
        their_run, our_run = _run(theirs, before, shared), _run(ours, before, shared)
        if their_run is None or our_run is None or their_run == our_run:
            continue
        if their_run[-1] == our_run[-1]:
            found.append(_wording(before, our_run, their_run, ours))
    return tuple([wording for wording in found if wording.share >= _FIXED / 2][:_MOST])


def _wording(
    before: str, ours: Sequence[str], theirs: Sequence[str], rows: Sequence[Sequence[str]]
) -> Wording:
    held = sum(before in tokens for tokens in rows)
    return Wording(
        before=before,
        after=ours[-1],
        ours=tuple(ours[:-1]),
        theirs=tuple(theirs[:-1]),
        share=held / len(rows),
    )


def _frequent(texts: Sequence[Sequence[str]]) -> set[str]:
    """Tokens that nearly every text holds exactly once: places that can be told apart."""
    counts = Counter(token for tokens in texts for token in set(tokens) if tokens.count(token) == 1)
    return {token for token, count in counts.items() if count >= _FIXED * len(texts)}


def _run(texts: Sequence[Sequence[str]], before: str, shared: set[str]) -> tuple[str, ...] | None:
    """What nearly all texts hold after the token, up to a shared token; None if they vary."""
    rests = [
        tuple(tokens[tokens.index(before) + 1 :][: _LONGEST + 1])
        for tokens in texts
        if before in tokens
    ]
    run: list[str] = []
    for place in range(_LONGEST + 1):
        following = Counter(rest[place] for rest in rests if place < len(rest))
        token, count = min(following.items(), key=_most_first, default=("", 0))
        if count < _FIXED * len(rests):
            return None
        run.append(token)
        if token in shared:
            return tuple(run)
    return None


def mine_edges(values: Sequence[str], exemplars: Sequence[str]) -> tuple[Rewrite, ...]:
    """What nearly all exemplars begin or end with, for rows that mostly do not."""
    texts = [text for text in exemplars if text.strip()]
    if len(texts) < max(_MINIMUM, _FIXED * len(exemplars)):
        return ()
    found = []
    opening = shared_start(texts)
    ending = shared_start([text[::-1] for text in texts])[::-1]
    with_opening = _share(values, lambda text: text.lstrip().startswith(opening.strip()))
    with_ending = _share(values, lambda text: text.rstrip().endswith(ending.strip()))
    if opening.strip() and with_opening <= _LACKING:
        found.append(
            Rewrite(
                pattern=rf"^\s*([^\s{_in_class(opening.strip()[0])}])",
                replacement=_literally(opening) + r"\1",
                habit=f'begin with "{opening}"',
                ours=with_opening,
                theirs=1.0,
            )
        )
    if ending.strip() and with_ending <= _LACKING:
        found.append(
            Rewrite(
                pattern=rf"([^\s{_in_class(ending.strip()[-1])}])\s*$",
                replacement=r"\1" + _literally(ending),
                habit=f'end with "{ending}"',
                ours=with_ending,
                theirs=1.0,
            )
        )
    return tuple(found)


def _share(values: Sequence[str], holds: Callable[[str], bool]) -> float:
    return sum(holds(text) for text in values) / max(1, len(values))


def _most_first(pair: tuple[str, int]) -> tuple[int, str]:
    return -pair[1], pair[0]


def _literally(text: str) -> str:
    return text.replace("\\", "\\\\")


def _in_class(sign: str) -> str:
    return f"\\{sign}" if sign in "]\\^-" else sign


def _escaped(token: str) -> str:
    return re.sub(r"([\\.^$*+?()\[\]{}|])", r"\\\1", token)
