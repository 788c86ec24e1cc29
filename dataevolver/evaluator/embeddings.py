"""Sentence embeddings, when a project names a model: for topics, fidelity and diversity.

The only module that needs the `embeddings` extra. Import it only where a model is named.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sentence_transformers import SentenceTransformer

from dataevolver.evaluator.vectors import Vectors

_BATCH = 32


class SentenceEncoder:
    """Texts to unit vectors; a text that was seen before is not encoded again."""

    def __init__(self, folder: Path) -> None:
        self._model = SentenceTransformer(str(folder), device="cpu", local_files_only=True)
        self._known: dict[str, Vectors] = {}

    def __call__(self, texts: Sequence[str]) -> Vectors:
        """Texts x dimensions, each of length 1."""
        missing = sorted({text for text in texts if text not in self._known}, key=_by_length)
        if missing:
            found = self._model.encode(
                missing, batch_size=_BATCH, normalize_embeddings=True, show_progress_bar=False
            )
            self._known.update(zip(missing, np.asarray(found, np.float32), strict=True))
        return np.stack([self._known[text] for text in texts])


def _by_length(text: str) -> tuple[int, str]:
    return len(text), text
