"""Arithmetic word problems with endless variety, for the tests of the gap: clean ones, and the usual sins."""

from __future__ import annotations

import random
from collections.abc import Callable

Problem = dict[str, object]

_VOCABULARY = """
people: Ada Ben Chloe Dev Esra Finn Gina Hugo Iris Jan Kofi Lena Mona Nils Omar Pia Quinn Rosa Sven Tara
things: apples pencils stamps marbles candles ribbons buttons tickets postcards shells muffins bricks
  lamps kites drums spoons blankets lemons magnets puzzles
places: shed kitchen library garage museum bakery garden harbour attic workshop station cellar
days: Monday Tuesday Wednesday Thursday Friday Saturday Sunday
colours: red green silver wooden tiny broken heavy old painted cheap striped golden
"""


def _words(kind: str) -> list[str]:
    entries = _VOCABULARY.replace("\n  ", " ").strip().splitlines()
    return next(line.split()[1:] for line in entries if line.startswith(f"{kind}:"))


_OPENINGS = (
    "{who} keeps {a} {colour} {things} in the {place}.",
    "In the {place} there are {a} {colour} {things}, and all of them belong to {who}.",
    "Last {day} {who} bought {a} {colour} {things} for the {place}.",
    "{who}'s uncle left {a} {colour} {things} behind in a {place} by the river.",
)
_TURNS = (
    "On {day} {other} brings {b} more {things} and puts them in a box.",
    "Then {other}, who lives next to the {place}, adds {b} {things}.",
    "A neighbour called {other} gives {b} further {things} away to {who} on {day}.",
)
_ASKS = (
    "How many {things} does {who} have now?",
    "What is the number of {things} at the end of {day}?",
    "How many {colour} or other {things} are there altogether?",
)


def problems(count: int, seed: int) -> list[Problem]:
    """Rows with `question` and `answer`; the answer ends in a line `#### N`."""
    return [_problem(random.Random(f"{seed}/{number}")) for number in range(count)]


def _problem(chance: random.Random) -> Problem:
    first, second, factor = chance.randint(3, 90), chance.randint(2, 60), chance.randint(2, 6)
    words = {
        "who": chance.choice(_words("people")), "other": chance.choice(_words("people")), "a": first, "b": second,
        "things": chance.choice(_words("things")), "place": chance.choice(_words("places")),
        "day": chance.choice(_words("days")), "colour": chance.choice(_words("colours")),
    }  # fmt: skip
    parts = [chance.choice(_OPENINGS), chance.choice(_TURNS), chance.choice(_ASKS)]
    total = first + second
    steps = [f"Together that is {first} + {second} = {total} {words['things']}."]
    if chance.random() < 0.5:
        parts.insert(2, "Each of them is then cut into {c} pieces.")
        steps.append(f"Cut in pieces this makes {total} * {factor} = {total * factor}.")
        total *= factor
    if chance.random() < 0.4:
        steps.insert(0, f"{words['who']} starts with {first} in the {words['place']}.")
    question = " ".join(parts).format(**words, c=factor)
    return {"question": question, "answer": "\n".join([*steps, f"#### {total}"])}


def damaged(
    rows: list[Problem], sin: Callable[[Problem], Problem], share: float, seed: int = 0
) -> list[Problem]:
    """The rows with a sin in a share of them; a larger share holds the rows of a smaller one."""
    draws = [random.Random(f"{seed}/{number}").random() for number in range(len(rows))]
    return [sin(row) if draw < share else row for row, draw in zip(rows, draws, strict=True)]


def in_markup(row: Problem) -> Problem:
    """The answer as an HTML page."""
    lines = str(row["answer"]).splitlines()
    return {**row, "answer": "<div>" + "".join(f"<p>{line}</p>" for line in lines) + "</div>"}


def in_boilerplate(row: Problem) -> Problem:
    """The answer between two phrases that no exemplar has."""
    return {
        **row,
        "answer": f"Sure, here is the answer you want. {row['answer']}\nI hope this helps!",
    }


def cut_off(row: Problem) -> Problem:
    """The answer without its second half."""
    answer = str(row["answer"])
    return {**row, "answer": answer[: len(answer) // 2]}


def contradicting(row: Problem) -> Problem:
    """The final number is not the one that was worked out."""
    body, _, final = str(row["answer"]).rpartition(" ")
    return {**row, "answer": f"{body} {int(final) + 7}"}


def as_conversation(row: Problem) -> Problem:
    """Question and answer as two turns."""
    turns = [("user", row["question"]), ("assistant", row["answer"])]
    return {"messages": [{"role": role, "content": text} for role, text in turns]}
