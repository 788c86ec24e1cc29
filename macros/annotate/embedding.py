"""What texts mean as vectors, by a sentence-transformers model on this machine; never a download."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pyarrow as pa
from sentence_transformers import SentenceTransformer

READ = 10_000  # characters: models read fewer than a thousand tokens
TOGETHER = 32
DIGITS = 5  # the last ones depend on which texts are encoded together


def apply(batch, params):
    texts = [text and text[:READ].strip() for text in batch.column("value").to_pylist()]
    chosen = sorted({text for text in texts if text}, key=lambda text: (len(text), text))
    vectors = _model(params["model"]).encode(
        chosen, batch_size=TOGETHER, normalize_embeddings=True, show_progress_bar=False
    )
    found = dict(zip(chosen, np.round(np.asarray(vectors, float), DIGITS).tolist(), strict=True))
    return {"name": pa.array([found.get(text) for text in texts], pa.list_(pa.float64()))}


@cache
def _model(name):
    return SentenceTransformer(str(_folder(name)), device="cpu", local_files_only=True)


def _folder(name):
    """The folder of that name, or the folder `model` in an installed package."""
    package = None if "/" in name else find_spec(name.replace("-", "_"))
    if package is None or not package.submodule_search_locations:
        return Path(name)
    return Path(next(iter(package.submodule_search_locations))) / "model"
