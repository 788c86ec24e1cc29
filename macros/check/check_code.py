"""Whether texts compile as Python, which runs nothing of them."""

import warnings

import pyarrow as pa

NAME = "<text>"


def apply(batch, params):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # compiling warns of things such as '\d'
        rows = [_wrong(text, params["longest"]) for text in batch.column("value").to_pylist()]
    return {
        "reason": pa.array([reason for reason, _ in rows], pa.string()),
        "detail": pa.array([detail for _, detail in rows], pa.string()),
    }


def _wrong(text, longest):
    """Why a text goes, and where it is wrong; both None for one that stays."""
    if text is None:
        return None, None
    if not text.strip():
        return "no code", None
    if len(text) > longest:
        return f"longer than {longest} characters", None
    try:
        compile(text, NAME, "exec", dont_inherit=True)
    except SyntaxError as error:
        return "does not compile as Python", f"line {error.lineno}: {error.msg}"
    except (ValueError, MemoryError, RecursionError) as error:  # null bytes; nested too deeply
        return "does not compile as Python", str(error) or "nested too deeply"
    return None, None
