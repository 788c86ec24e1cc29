"""Whether texts are JSON, what kind of value they hold, and which keys of which types."""

import orjson
import pyarrow as pa

KINDS = {
    "text": ("a text", str),
    "number": ("a number", int | float),
    "integer": ("an integer", int),
    "boolean": ("a boolean", bool),
    "list": ("a list", list),
    "object": ("an object", dict),
}


def apply(batch, params):
    unknown = sorted(set(params["types"].values()) - KINDS.keys())
    if unknown:
        raise ValueError(f"no type of JSON: {', '.join(unknown)}")
    rows = [_wrong(text, params) for text in batch.column("value").to_pylist()]
    return {
        "reason": pa.array([reason for reason, _ in rows], pa.string()),
        "detail": pa.array([detail for _, detail in rows], pa.string()),
    }


def _wrong(text, params):
    """Why a text goes, and where; both None for one that stays."""
    if text is None:
        return None, None
    try:
        value = orjson.loads(text)
    except orjson.JSONDecodeError as error:
        return "not JSON", str(error)
    wanted = params["is"]
    if wanted != "any" and not isinstance(value, KINDS[wanted][1]):
        return f"not {KINDS[wanted][0]}", None
    keys = value if isinstance(value, dict) else {}
    missing = next((key for key in params["required"] if key not in keys), None)
    if missing is not None:
        return f"no {missing}", None
    for key, kind in params["types"].items():
        if keys.get(key) is not None and not _is(keys[key], kind):
            return f"{key}: not {KINDS[kind][0]}", None
    return None, None


def _is(value, kind):
    """Truth values are numbers to Python, but not to JSON."""
    return isinstance(value, KINDS[kind][1]) and (kind == "boolean" or not isinstance(value, bool))
