"""The door to the optional `embeddings` extra."""

from __future__ import annotations

import importlib
from pathlib import Path

from dataevolver.errors import Problem, SpecError
from dataevolver.evaluator.guards import Encoder

_EXTRA = 'pip install "dataevolver-dve[embeddings]"'


def load_encoder(path: Path) -> Encoder:
    """Sentence vectors by the model in that folder; it is never downloaded.

    Raises SpecError when the folder holds no model or sentence-transformers is not installed.
    """
    if not (path / "config.json").is_file():
        message = f"embeddings.model: there is no sentence-transformers model in {path}"
        hint = "give the folder that holds config.json and the weights"
        raise SpecError(Problem(message=message, hint=hint))
    try:
        module = importlib.import_module("dataevolver.evaluator.embeddings")
    except ModuleNotFoundError as error:
        if (error.name or "").partition(".")[0] not in ("sentence_transformers", "torch"):
            raise
        message = "embeddings.model: sentence-transformers is not installed"
        raise SpecError(Problem(message=message, hint=_EXTRA)) from error
    encoder: Encoder = module.SentenceEncoder(path)
    return encoder
