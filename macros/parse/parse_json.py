"""Values of JSON that a text is, or holds: fenced, or anywhere in prose."""

import json
import re

import orjson
import pyarrow as pa

from dataevolver.kernels.fences import FENCED, code_of

STEP = re.compile(r'\.?(?:"(?P<quoted>[^"]*)"|(?P<name>[^.\[\]"]+))|\[(?P<number>-?\d+)\]')
OPENING = re.compile(r"[{\[]")
TRIES = 50  # places in prose where JSON may begin
KINDS = {
    "texts": pa.string(),
    "numbers": pa.float64(),
    "integers": pa.int64(),
    "booleans": pa.bool_(),
    "lists": pa.list_(pa.string()),
    "turns": pa.list_(pa.struct([("role", pa.string()), ("content", pa.string())])),
}
MISFIT = {
    "numbers": "not a number",
    "integers": "not a whole number",
    "booleans": "not true or false",
    "lists": "not a list",
    "turns": "not a list of turns",
}
NOTHING = object()


def apply(batch, params):
    texts = batch.column("value").to_pylist()
    values = [_value(text) for text in texts]
    failed = ["no JSON" if value is NOTHING else None for value in values]
    answers = {}
    for kind, arrow in KINDS.items():
        for column, path in params[kind].items():
            steps = _steps(path)
            cells = [_cell(value, steps, kind) for value in values]
            for row, cell in enumerate(cells):
                if cell is NOTHING:
                    failed[row] = failed[row] or f"{column}: {MISFIT[kind]}"
                    cells[row] = None
            answers[column] = pa.array(cells, arrow)
    if params["invalid"] == "null":
        return answers
    return {**answers, "failed": pa.array(failed, pa.string())}


def _value(text):
    """The JSON value of a text; None for a text that is null or blank, NOTHING where there is none."""
    if text is None or not text.strip():
        return None
    whole = _parsed(text)
    if whole is not NOTHING:
        return whole
    if "```" in text:
        blocks = (_parsed(code_of(block)) for block in FENCED.finditer(text))
        found = next((value for value in blocks if isinstance(value, dict | list)), NOTHING)
        if found is not NOTHING:
            return found
    return _within(text)


def _parsed(text):
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError:
        return NOTHING


def _within(text):
    """The first object in a text, or the first list that is more than a reference such as [1]."""
    at = tries = 0
    while (found := OPENING.search(text, at)) and tries < TRIES:
        at, tries = found.end(), tries + 1
        try:
            value, end = DECODER.raw_decode(text, found.start())
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict) or any(isinstance(item, str | dict | list) for item in value):
            return value
        at = end
    return NOTHING


def _refused(name):
    raise ValueError(f"{name} is not JSON")


DECODER = json.JSONDecoder(parse_constant=_refused)


def _steps(path):
    """`$.items[0]."a b"` or `items[0]` as names and numbers."""
    text = path.removeprefix("$")
    steps = list(STEP.finditer(text))
    if "".join(step[0] for step in steps) != text:
        raise ValueError(f"not a path: {path}")
    return [
        int(step["number"]) if step["number"] else step["quoted"] or step["name"] for step in steps
    ]


def _cell(value, steps, kind):
    for step in steps:
        if isinstance(step, int):
            inside = isinstance(value, list) and -len(value) <= step < len(value)
        else:
            inside = isinstance(value, dict) and step in value
        if not inside:
            return None
        value = value[step]
    return None if value is None or value is NOTHING else TYPED[kind](value)


def _text(value):
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _number(value):
    return (
        NOTHING if isinstance(value, bool) or not isinstance(value, int | float) else float(value)
    )


def _integer(value):
    number = _number(value)
    whole = number is not NOTHING and number == int(number) and abs(value) < 2**63
    return int(value) if whole else NOTHING


def _boolean(value):
    return value if isinstance(value, bool) else NOTHING


def _list(value):
    if not isinstance(value, list):
        return NOTHING
    return [None if item is None else _text(item) for item in value]


def _turns(value):
    """Turns by role and content, or by from and value as ShareGPT has them."""
    if not isinstance(value, list) or not all(isinstance(turn, dict) for turn in value):
        return NOTHING
    turns = [
        (turn.get("role", turn.get("from")), turn.get("content", turn.get("value")))
        for turn in value
    ]
    if not all(isinstance(role, str) for role, _content in turns):
        return NOTHING
    return [
        {"role": role, "content": None if content is None else _text(content)}
        for role, content in turns
    ]


TYPED = {
    "texts": _text,
    "numbers": _number,
    "integers": _integer,
    "booleans": _boolean,
    "lists": _list,
    "turns": _turns,
}
