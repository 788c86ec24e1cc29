"""Writes raw.jsonl and exemplars.jsonl beside itself: short conversations, all made up.

What is asked and answered stands in exchanges.md and exchanges_foreign.md. Each exchange is told
in one conversation: three conversations of each topic are exemplars, the others become raw rows
with the sins of `SINS`. Run it again and the files are the same, byte for byte.
"""

import json
import random
import re
from pathlib import Path

ROWS = 400
FOREIGN = 32  # rows in other languages
TWICE = 20  # rows that stand twice; what is then missing to ROWS is told again in other words
LENGTHS = [1, 1, 1, 1, 1, 1, 2, 2, 2, 3]  # exchanges of a conversation

SYSTEMS = ["You are a helpful assistant.", "Answer briefly and clearly."]
GREETINGS = ["", "", "", "", "Hi! ", "Hello! ", "Hey, ", "Good evening. ", "Hello again. "]
GREETINGS += ["Quick question: ", "I have a question. ", "Maybe you know this: "]
FOLLOW_UPS = ["", "", "Thanks. ", "Good to know. ", "I see. ", "That helps. ", "All right. "]
FOLLOW_UPS += ["And another thing: ", "One more: ", "Interesting. ", "Next question. "]
OPENINGS = ["Certainly! ", "Certainly! ", "Great question! ", "Of course! ", "Happy to help! "]
ENDINGS = [" I hope this helps!", " I hope this helps!", " Anything else?"]
ENDINGS += [" Let me know if you have any other questions."]


def topics(name: str) -> dict[str, list[tuple[str, str]]]:
    """The questions and answers of a file below each of its headings."""
    found = {}
    text = Path(__file__).with_name(name).read_text(encoding="utf-8")
    for topic in text.split("\n## ")[1:]:
        heading, *exchanges = topic.split("\n### ")
        found[heading.strip()] = [tuple(each.strip().split("\n", 1)) for each in exchanges]
    return found


def deal(exchanges: list[tuple[str, str]], chance: random.Random) -> list[list[tuple[str, str]]]:
    """All exchanges once, by chance, cut into those of one conversation each."""
    deck = chance.sample(exchanges, len(exchanges))
    hands = []
    while deck:
        count = chance.choice(LENGTHS)
        hands.append(deck[:count])
        deck = deck[count:]
    return hands


def choose(text: str, chance: random.Random) -> str:
    """The text with one of the alternatives of each `{a|b}`."""
    return re.sub(r"\{([^{}]*\|[^{}]*)\}", lambda found: chance.choice(found[1].split("|")), text)


def turn(role: str, content: str) -> dict:
    return {"role": role, "content": content}


def conversation(system: str, exchanges: list, chance: random.Random) -> list[dict]:
    """The exchanges as turns, with a word of greeting or thanks, at times after a system turn."""
    messages = []
    if chance.random() < 0.25:
        messages.append(turn("system", chance.choice([system, system, *SYSTEMS])))
    for place, (question, answer) in enumerate(exchanges):
        opening = chance.choice(FOLLOW_UPS if place else GREETINGS)
        messages.append(turn("user", opening + choose(question, chance)))
        messages.append(turn("assistant", choose(answer, chance)))
    return messages


# ------------------------------------------------------------------ the sins of raw data


def of_assistant(change):
    """The change on each turn of the assistant."""

    def sin(messages: list[dict], chance: random.Random) -> list[dict]:
        return [
            turn(message["role"], change(message["content"], chance))
            if message["role"] == "assistant"
            else message
            for message in messages
        ]

    return sin


def of_everyone(change):
    """The change on each turn."""

    def sin(messages: list[dict], chance: random.Random) -> list[dict]:
        return [turn(message["role"], change(message["content"], chance)) for message in messages]

    return sin


def filler(text: str, chance: random.Random) -> str:
    opening = chance.choice(OPENINGS) if chance.random() < 0.8 else ""
    ending = chance.choice(ENDINGS) if chance.random() < 0.6 else ""
    return opening + text + ending


def markup(text: str, chance: random.Random) -> str:
    paragraphs = text.replace("&", "&amp;").replace("“", "&quot;").replace("”", "&quot;")
    if chance.random() < 0.5:
        return "<p>" + paragraphs.replace(". ", ".</p><p>") + "</p>"
    return paragraphs.replace(". ", ".<br/>").replace("’", "&#39;")


def mojibake(text: str, chance: random.Random) -> str:
    """UTF-8 that somebody read as Windows-1252: `crème` becomes `crÃ¨me`."""
    singly = (bytes([byte]) for byte in text.encode("utf-8"))
    return "".join(byte.decode("cp1252", "ignore") or byte.decode("latin-1") for byte in singly)


def spaces(text: str, chance: random.Random) -> str:
    between, behind = chance.choice([".  ", ".\n\n\n"]), chance.choice(["  ", "\n", " \t\n"])
    return text.replace(". ", between) + behind


def cut_off(messages: list[dict], chance: random.Random) -> list[dict]:
    """The last answer ends in the middle of a sentence."""
    *before, last = messages
    words = last["content"].split(" ")
    kept = chance.randint(len(words) // 3, len(words) - 3)
    return [*before, turn(last["role"], " ".join(words[:kept]).rstrip(".,;:!?”"))]


def empty_turn(messages: list[dict], chance: random.Random) -> list[dict]:
    place = chance.randrange(len(messages))
    emptied = turn(messages[place]["role"], chance.choice(["", " ", "\n"]))
    return [*messages[:place], emptied, *messages[place + 1 :]]


def wrong_order(messages: list[dict], chance: random.Random) -> list[dict]:
    """A turn is missing or stands twice, so that one role speaks two times in a row."""
    place = len(messages) - chance.choice([1, 2])
    if len(messages) > 2 and chance.random() < 0.5:
        return messages[: place - 1] + messages[place:]
    return messages[: place + 1] + messages[place:]


SINS = [  # the share of rows, and where from
    (0.12, {"assistant_log", "web_widget", "export"}, cut_off),
    (0.70, {"assistant_log"}, of_assistant(filler)),
    (0.80, {"web_widget"}, of_everyone(markup)),
    (1.00, {"export"}, of_everyone(mojibake)),
    (0.30, {"assistant_log", "export"}, of_everyone(spaces)),
    (0.12, {"assistant_log", "web_widget", "export"}, empty_turn),
    (0.12, {"assistant_log", "web_widget", "export"}, wrong_order),
]


def raw_row(messages: list[dict], chance: random.Random) -> dict:
    source = chance.choice(["assistant_log", "assistant_log", "web_widget", "export"])
    for share, sources, sin in SINS:
        if source in sources and chance.random() < share:
            messages = sin(messages, chance)
    return {"messages": messages, "source": source}


def raw_rows(told: list[tuple[str, list]], chance: random.Random) -> list[dict]:
    rows = [raw_row(conversation(*each, chance), chance) for each in told]
    foreign = [each for some in topics("exchanges_foreign.md").values() for each in some]
    for question, answer in chance.sample(foreign, FOREIGN):
        messages = [turn("user", question), turn("assistant", answer)]
        rows.append({"messages": messages, "source": "export"})
    again = chance.sample(told, ROWS - TWICE - len(rows))
    rows += [raw_row(conversation(*each, chance), chance) for each in again]
    rows += chance.sample(rows, TWICE)
    return chance.sample(rows, len(rows))


def write(name: str, rows: list[dict]) -> None:
    lines = [json.dumps(row, ensure_ascii=False) + "\n" for row in rows]
    Path(__file__).with_name(name).write_text("".join(lines), encoding="utf-8", newline="\n")


def main() -> None:
    chance = random.Random(2024)
    exemplars, told = [], []
    for system, exchanges in topics("exchanges.md").items():
        hands = deal(exchanges, chance)
        exemplars += [conversation(system, hand, chance) for hand in hands[:3]]
        told += [(system, hand) for hand in hands[3:]]
    write("exemplars.jsonl", [{"messages": messages} for messages in exemplars])
    write("raw.jsonl", raw_rows(told, chance))


if __name__ == "__main__":
    main()
