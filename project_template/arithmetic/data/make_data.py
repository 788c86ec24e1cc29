"""Writes raw.jsonl and exemplars.jsonl beside itself: arithmetic word problems, all made up.

The exemplars are clean. The raw rows hold problems of the same kind as they come out of forums,
exports and worksheets: with other field names and with the sins of `SINS`. Run it again and
the files are the same, byte for byte.
"""

import html
import json
import random
from pathlib import Path

NAMES = """
    Ada Amir Anaïs Ben Björn Chloé Dana Emil Farah Greta Hugo Ines Jonas José Jürgen Kofi Lena Lina
    Marta Mei Nadia Nils Núria Olga Omar Priya Renée Rosa Samir Søren Tara Theo Uma Viktor Yuki Zoë
""".split()
THINGS = """
    apples beads biscuits books bottles bricks buttons candles cards coins cups eggs flowers
    lemons marbles oranges pears pencils plates plums postcards shells stamps stickers tomatoes
""".split()
PLACES = "bakery|bookshop|farm|florist|garden centre|library|market|school|theatre|workshop".split("|")
ANIMALS = "ducks goats hens horses rabbits sheep".split()
CURRENCIES = "$ £ €".split()

# A story: ways to ask, the numbers it draws (from, to), and the steps that solve it. A step is
# (its result, left, operation, right, a sentence in which {sum} is "3 * 4 = 12").
STORIES = [
    (
        [
            "{name} fills {a} baskets with {b} {things} each and gives {c} of them to a neighbour. How many {things} are left?",
            "There are {a} baskets of {b} {things} in {name}'s kitchen. {c} {things} go to a neighbour. How many stay?",
        ],
        {"a": (3, 12), "b": (4, 25), "c": (5, 40)},
        [
            ("d", "a", "*", "b", "{name} has {sum} {things} at first."),
            ("e", "d", "-", "c", "After the gift there are {sum}."),
        ],
    ),
    (
        [
            "{name} saves {money}{a} a week. How much is missing after {b} weeks for a bicycle that costs {money}{c}?",
            "A bicycle costs {money}{c}. {name} puts {money}{a} aside every week for {b} weeks. How much more is needed?",
        ],
        {"a": (6, 25), "b": (4, 12), "c": (150, 480)},
        [
            ("d", "a", "*", "b", "In {b} weeks {name} saves {sum}."),
            ("e", "c", "-", "d", "What is missing is {sum}."),
        ],
    ),
    (
        [
            "A {place} sold {a} {things} on Monday, {b} on Tuesday and {c} on Wednesday. How many did it sell altogether?",
            "On three days a {place} sells {a}, {b} and {c} {things}. How many {things} does it sell in total?",
        ],
        {"a": (12, 95), "b": (12, 95), "c": (12, 95)},
        [
            ("d", "a", "+", "b", "On the first two days it sells {sum}."),
            ("e", "d", "+", "c", "With the third day that makes {sum}."),
        ],
    ),
    (
        [
            "{name} and {other} share {t} {things} equally among {b} children. How many does each child get?",
            "{t} {things} are handed out to {b} children by {name} and {other}, the same number to each. How many does one child get?",
        ],
        {"t": (24, 180), "b": (3, 12)},
        [("d", "t", "/", "b", "Each child gets {sum}.")],
    ),
    (
        [
            "The {place} has {a} shelves with {b} {things} on each, and {c} more {things} in a box. How many is that in all?",
            "How many {things} does the {place} have, if {b} stand on each of {a} shelves and {c} lie in a box?",
        ],
        {"a": (3, 15), "b": (6, 40), "c": (5, 60)},
        [
            ("d", "a", "*", "b", "On the shelves there are {sum}."),
            ("e", "d", "+", "c", "Together with the box that is {sum}."),
        ],
    ),
    (
        [
            "{name} is {a} years old. {other} is {b} times as old. How old will {other} be in {c} years?",
            "In {c} years, how old will {other} be, who today is {b} times as old as {name}, aged {a}?",
        ],
        {"a": (4, 15), "b": (2, 4), "c": (2, 20)},
        [
            ("d", "a", "*", "b", "Today {other} is {sum} years old."),
            ("e", "d", "+", "c", "In {c} years that will be {sum}."),
        ],
    ),
    (
        [
            "A train has {a} coaches with {b} seats each. {c} seats are taken. How many are free?",
            "{c} people sit in a train of {a} coaches. Each coach has {b} seats. How many seats stay empty?",
        ],
        {"a": (3, 9), "b": (36, 88), "c": (40, 190)},
        [
            ("d", "a", "*", "b", "The train has {sum} seats."),
            ("e", "d", "-", "c", "Without those that are taken there remain {sum}."),
        ],
    ),
    (
        [
            "{name} buys {a} {things} at {money}{b} each and pays with a note of {money}{c}. How much change is there?",
            "One of the {things} costs {money}{b}. {name} takes {a} and hands over {money}{c}. How much comes back?",
        ],
        {"a": (2, 9), "b": (2, 12), "c": (50, 100)},
        [
            ("d", "a", "*", "b", "The {things} cost {sum} together."),
            ("e", "c", "-", "d", "The change is {sum}."),
        ],
    ),
    (
        [
            "A farmer keeps {a} {animals}. {b} are sold and then {c} young ones are born. How many {animals} are there now?",
            "Of {a} {animals} a farmer sells {b}. In spring {c} are born. How many does the farmer have?",
        ],
        {"a": (30, 120), "b": (5, 28), "c": (3, 25)},
        [
            ("d", "a", "-", "b", "After the sale {sum} {animals} are left."),
            ("e", "d", "+", "c", "With the young ones there are {sum}."),
        ],
    ),
    (
        [
            "{name} reads {a} pages a day for {b} days. The book has {c} pages. How many pages are still to read?",
            "A book of {c} pages lies on {name}'s desk. At {a} pages a day, how many are left after {b} days?",
        ],
        {"a": (8, 40), "b": (3, 14), "c": (180, 620)},
        [
            ("d", "a", "*", "b", "{name} has read {sum} pages."),
            ("e", "c", "-", "d", "Still to read are {sum}."),
        ],
    ),
    (
        [
            "{a} {things} are packed into boxes of {b}. Each box is sold for {money}{c}. How much money do all the boxes bring?",
            "The {place} packs {a} {things}, {b} to a box, and asks {money}{c} a box. How much does it earn when all are sold?",
        ],
        {"a": (24, 160), "b": (4, 12), "c": (3, 15)},
        [
            ("d", "a", "/", "b", "The number of boxes is {sum}."),
            ("e", "d", "*", "c", "All boxes together bring {sum}."),
        ],
    ),
    (
        [
            "{name} runs {a} rounds of {b} metres, and {other} runs {c} metres in all. How many metres more does {name} run?",
            "How many metres farther is {name}'s run of {a} rounds, {b} metres each, than {other}'s run of {c} metres?",
        ],
        {"a": (4, 12), "b": (200, 400), "c": (300, 900)},
        [
            ("d", "a", "*", "b", "{name} runs {sum} metres."),
            ("e", "d", "-", "c", "The difference is {sum}."),
        ],
    ),
    (
        [
            "A recipe for {a} people needs {t} grams of flour. {name} cooks for {c} people. How many grams are needed?",
            "{t} grams of flour are enough for {a} people. How many grams does {name} need for {c}?",
        ],
        {"a": (2, 8), "t": (200, 960), "c": (3, 20)},
        [
            ("d", "t", "/", "a", "One person needs {sum} grams."),
            ("e", "d", "*", "c", "For {c} people {name} needs {sum}."),
        ],
    ),
    (
        [
            "{name} has {a} {things} and {other} has {b}. They put them together and make {c} equal piles. How many are in a pile?",
            "From {name}'s {a} {things} and {other}'s {b} they lay {c} equal piles. How large is each pile?",
        ],
        {"a": (12, 80), "b": (12, 80), "c": (2, 8)},
        [
            ("d", "a", "+", "b", "Together they have {sum} {things}."),
            ("e", "d", "/", "c", "In each pile there are {sum}."),
        ],
    ),
    (
        [
            "The {place} opens {a} hours a day, {b} days a week. How many hours is it open in {c} weeks?",
            "How many hours does a {place} open in {c} weeks, with {b} days a week and {a} hours a day?",
        ],
        {"a": (4, 11), "b": (4, 7), "c": (2, 12)},
        [
            ("d", "a", "*", "b", "In one week it is open for {sum} hours."),
            ("e", "d", "*", "c", "In {c} weeks that makes {sum}."),
        ],
    ),
    (
        [
            "A tank holds {a} litres. {name} takes out {b} buckets of {c} litres and pours in {e} litres of rain water. How many litres are in it?",
            "{name} draws {b} buckets of {c} litres from a tank with {a} litres. Rain adds {e} litres. How full is the tank?",
        ],
        {"a": (180, 500), "b": (3, 12), "c": (5, 12), "e": (10, 60)},
        [
            ("d", "b", "*", "c", "The buckets hold {sum} litres."),
            ("f", "a", "-", "d", "Without them the tank has {sum} litres."),
            ("g", "f", "+", "e", "With the rain there are {sum}."),
        ],
    ),
    (
        [
            "A ticket for the {place} costs {money}{a} for adults and {money}{b} for children. What do {c} adults and {d} children pay?",
            "{c} adults and {d} children go to the {place}. Adults pay {money}{a}, children {money}{b}. What do they pay together?",
        ],
        {"a": (7, 18), "b": (2, 6), "c": (2, 6), "d": (2, 9)},
        [
            ("e", "a", "*", "c", "The adults pay {sum}."),
            ("f", "b", "*", "d", "The children pay {sum}."),
            ("g", "e", "+", "f", "Together they pay {sum}."),
        ],
    ),
    (
        [
            "{name} plants {a} rows of {b} tulips and {c} rows of {d} roses. How many plants is that?",
            "In a garden stand {a} rows of {b} tulips, and {c} rows of {d} roses that {name} planted. How many plants are there?",
        ],
        {"a": (3, 9), "b": (6, 16), "c": (2, 8), "d": (3, 12)},
        [
            ("e", "a", "*", "b", "There are {sum} tulips."),
            ("f", "c", "*", "d", "There are {sum} roses."),
            ("g", "e", "+", "f", "In all that is {sum}."),
        ],
    ),
    (
        [
            "{name} earns {money}{a} an hour and works {b} hours. After {money}{c} for the bus, how much is left?",
            "For {b} hours of work at {money}{a} an hour, less {money}{c} for the bus, how much does {name} keep?",
        ],
        {"a": (11, 28), "b": (4, 9), "c": (3, 12)},
        [
            ("d", "a", "*", "b", "The work brings {sum}."),
            ("e", "d", "-", "c", "After the bus {name} keeps {sum}."),
        ],
    ),
    (
        [
            "A ribbon is {t} centimetres long. {name} cuts off {a} centimetres and divides the rest into {b} pieces. How long is a piece?",
            "After {a} centimetres are cut from a ribbon of {t}, {name} makes {b} equal pieces. How many centimetres does one have?",
        ],
        {"t": (90, 300), "a": (6, 60), "b": (3, 9)},
        [
            ("d", "t", "-", "a", "What remains is {sum} centimetres."),
            ("e", "d", "/", "b", "Each piece has {sum}."),
        ],
    ),
    (
        [
            "{name} collects {a} {things} in spring, twice as many in summer and {c} in autumn. How many is that together?",
            "In spring {name} finds {a} {things}, in summer double that, in autumn {c}. How many {things} are there in the end?",
        ],
        {"a": (8, 45), "two": (2, 2), "c": (5, 50)},
        [
            ("d", "a", "*", "two", "In summer there are {sum}."),
            ("e", "a", "+", "d", "Spring and summer make {sum}."),
            ("f", "e", "+", "c", "With autumn the sum is {sum}."),
        ],
    ),
    (
        [
            "The {place} had {a} visitors on Saturday and {b} fewer on Sunday. How many came on both days?",
            "{a} people visit the {place} on Saturday. On Sunday {b} fewer come. How many visitors is that?",
        ],
        {"a": (120, 480), "b": (15, 110)},
        [
            ("c", "a", "-", "b", "On Sunday there are {sum} visitors."),
            ("d", "a", "+", "c", "On both days together there are {sum}."),
        ],
    ),
]

# The same in other languages: how to ask, the step, how to say the answer.
FOREIGN = [
    ("{name} tiene {a} cajas con {b} naranjas cada una. ¿Cuántas naranjas tiene en total?", "En total tiene {a} * {b} = {c}.", "La respuesta es {c}.0."),
    ("En cada uno de los {a} estantes hay {b} libros de {name}. ¿Cuántos libros hay?", "Hay {a} * {b} = {c} libros.", "La respuesta es {c}.0."),
    ("{name} kauft {a} Packungen mit je {b} Stiften. Wie viele Stifte sind das?", "Das sind {a} * {b} = {c} Stifte.", "Die Antwort ist {c}.0."),
    ("Im Garten von {name} stehen {a} Reihen mit je {b} Rosen. Wie viele Rosen sind es?", "Es sind {a} * {b} = {c} Rosen.", "Die Antwort ist {c}.0."),
    ("{name} achète {a} sachets de {b} billes. Combien de billes cela fait-il ?", "Cela fait {a} * {b} = {c} billes.", "La réponse est {c}.0."),
    ("Il y a {a} tables avec {b} chaises dans l'école de {name}. Combien de chaises y a-t-il ?", "Il y a {a} * {b} = {c} chaises.", "La réponse est {c}.0."),
    ("小美有{a}盒铅笔，每盒{b}支。一共有多少支铅笔？", "一共有{a} * {b} = {c}支铅笔。", "答案是{c}.0。"),
    ("果园里有{a}排苹果树，每排{b}棵。一共有多少棵苹果树？", "一共有{a} * {b} = {c}棵苹果树。", "答案是{c}.0。"),
]  # fmt: skip

OPERATIONS = {
    "+": lambda left, right: left + right,
    "-": lambda left, right: left - right,
    "*": lambda left, right: left * right,
    "/": lambda left, right: left // right if left % right == 0 else 0,
}


def solve(chance: random.Random) -> tuple[str, list[str], int]:
    """A question, the sentences that solve it, and the result; each number on the way is positive."""
    asks, ranges, steps = chance.choice(STORIES)
    name = chance.choice(NAMES)
    words = {
        "name": name,
        "other": chance.choice([other for other in NAMES if other != name]),
        "things": chance.choice(THINGS),
        "place": chance.choice(PLACES),
        "animals": chance.choice(ANIMALS),
        "money": chance.choice(CURRENCIES),
    }
    while True:
        numbers = {letter: chance.randint(*limits) for letter, limits in ranges.items()}
        sentences = []
        for result, left, sign, right, sentence in steps:
            numbers[result] = OPERATIONS[sign](numbers[left], numbers[right])
            sum_ = f"{numbers[left]} {sign} {numbers[right]} = {numbers[result]}"
            sentences.append(sentence.format(sum=sum_, **words, **numbers))
        if min(numbers.values()) > 0:
            break
    question = chance.choice(asks).format(**words, **numbers)
    return question[0].upper() + question[1:], sentences, numbers[steps[-1][0]]


def exemplar(chance: random.Random) -> dict:
    question, sentences, result = solve(chance)
    return {"question": question, "answer": "\n".join([*sentences, f"#### {result}"])}


def raw_row(chance: random.Random) -> dict:
    """A row before the sins: other names, one paragraph, `A:` before and a closing phrase after."""
    question, sentences, result = solve(chance)
    opening = "A: " if chance.random() < 0.6 else ""
    response = f"{opening}{' '.join(sentences)} The answer is {result}.0."
    source = chance.choice(["forum", "export", "worksheet"])
    return {"prompt": question, "response": response, "result": float(result), "source": source}


def foreign_row(chance: random.Random) -> dict:
    question, step, closing = chance.choice(FOREIGN)
    a, b = chance.randint(3, 15), chance.randint(3, 30)
    words = {"name": chance.choice(NAMES), "a": a, "b": b, "c": a * b}
    response = f"{step} {closing}".format(**words)
    return {
        "prompt": question.format(**words),
        "response": response,
        "result": float(a * b),
        "source": "forum",
    }


# ------------------------------------------------------------------ the sins of raw data


def wrong_number(row: dict, chance: random.Random) -> dict:
    """The reasoning is right, but what is said to be the answer is another number."""
    wrong = max(1.0, row["result"] + chance.choice([-10, -2, -1, 1, 2, 5, 10, 100]))
    if wrong == row["result"]:
        wrong += 3
    right = f"The answer is {row['result']}."
    return {
        **row,
        "response": row["response"].replace(right, f"The answer is {wrong}."),
        "result": wrong,
    }


def markup(row: dict, chance: random.Random) -> dict:
    """Tags and entities as a forum keeps them."""
    prompt = html.escape(row["prompt"], quote=True)
    response = html.escape(row["response"], quote=False)
    if chance.random() < 0.5:
        prompt = f"<p>{prompt}</p>"
    if chance.random() < 0.5:
        response = response.replace(". ", ".<br>")
    else:
        response = f'<div class="post"><b>{response}</b></div>'
    return {**row, "prompt": prompt, "response": response}


def mojibake(row: dict, chance: random.Random) -> dict:
    """UTF-8 that somebody read as Windows-1252: `José` becomes `JosÃ©`."""
    return {**row, "prompt": misread(row["prompt"]), "response": misread(row["response"])}


def misread(text: str) -> str:
    singly = (bytes([byte]) for byte in text.encode("utf-8"))
    return "".join(byte.decode("cp1252", "ignore") or byte.decode("latin-1") for byte in singly)


def spaces(row: dict, chance: random.Random) -> dict:
    wide = chance.choice(["  ", "   ", " \t"])
    prompt = row["prompt"].replace(". ", f".{wide}").replace(", ", f",{wide}")
    response = row["response"].replace(" = ", f" ={wide}")
    return {**row, "prompt": f"{prompt}{wide}\n", "response": f"\n{response}{wide}"}


def no_answer(row: dict, chance: random.Random) -> dict:
    return {**row, "response": chance.choice(["", "A:", "   ", None]), "result": None}


def nearly_the_same(row: dict, chance: random.Random) -> dict:
    """The row again with another opening or end."""
    change = chance.choice(
        [
            lambda text: f"Q: {text}",
            lambda text: f"{text} Please help.",
            lambda text: text.replace("How many", "So how many").replace("How much", "So how much"),
            lambda text: text.lower(),
        ]
    )
    return {**row, "prompt": change(row["prompt"])}


SINS = [  # the share of rows, and where from
    (0.09, {"forum", "export", "worksheet"}, wrong_number),
    (0.35, {"forum"}, markup),
    (0.90, {"export"}, mojibake),
    (0.30, {"worksheet"}, spaces),
    (0.04, {"forum", "export", "worksheet"}, no_answer),
]


def raw_rows(chance: random.Random, taken: set[str]) -> list[dict]:
    """800 rows; no question is one of those that are taken."""
    rows = []
    while len(rows) < 710:
        row = raw_row(chance)
        if row["prompt"] in taken:
            continue
        for share, sources, sin in SINS:
            if row["source"] in sources and row["response"] and chance.random() < share:
                row = sin(row, chance)
        rows.append(row)
    rows += [foreign_row(chance) for _ in range(36)]
    rows += [dict(chance.choice(rows)) for _ in range(30)]
    rows += [nearly_the_same(chance.choice(rows), chance) for _ in range(24)]
    chance.shuffle(rows)
    return rows


def write(name: str, rows: list[dict]) -> None:
    lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]
    Path(__file__).with_name(name).write_text("".join(lines), encoding="utf-8", newline="\n")


if __name__ == "__main__":
    exemplars = [exemplar(random.Random(number)) for number in range(60)]
    write("exemplars.jsonl", exemplars)
    write("raw.jsonl", raw_rows(random.Random(2024), {row["question"] for row in exemplars}))
