"""The side-by-side recipe in datatrove; run by the Python of its own environment.

    python datatrove_recipe.py CORPUS.jsonl FOLDER WORKERS

datatrove's quality filters bundle rules of their own, so each threshold of the recipe is a
LambdaFilter here. Its exact deduplication writes index files for many machines; a set of
digests does the same work faster on one, so that is what is measured. A stage that is
complete is skipped, as datatrove does with its logging folder.
"""

from __future__ import annotations

import hashlib
import re
import sys
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import ftfy
import orjson
from datatrove.data import Document
from datatrove.executor import LocalPipelineExecutor
from datatrove.pipeline.dedup import (
    MinhashDedupBuckets,
    MinhashDedupCluster,
    MinhashDedupFilter,
    MinhashDedupSignature,
)
from datatrove.pipeline.dedup.minhash import MinhashConfig
from datatrove.pipeline.filters import LambdaFilter
from datatrove.pipeline.formatters.base import BaseFormatter
from datatrove.pipeline.readers import JsonlReader
from datatrove.pipeline.writers.jsonl import JsonlWriter

SPACES = re.compile("[\u00a0\u1680\u2000-\u200a\u202f\u205f\u3000]")
MINHASH = MinhashConfig(n_grams=5, num_buckets=14, hashes_per_bucket=8)  # knee near 0.72


class NormaliseWhitespace(BaseFormatter):
    name = "normalise whitespace"

    def format(self, text: str) -> str:
        return SPACES.sub(" ", text.strip())


class RepairUnicode(BaseFormatter):
    name = "repair unicode"

    def format(self, text: str) -> str:
        return ftfy.fix_text(text)


def special_characters(text: str) -> float:
    """Share of characters that are no letter and no combining mark, as Data-Juicer counts them."""
    special = sum(
        not (character.isalpha() or unicodedata.category(character)[0] == "M") for character in text
    )
    return special / len(text) if text else 0.0


def word_repetition(text: str, size: int = 5) -> float:
    words = text.split()
    counts = Counter(zip(*(words[start:] for start in range(size)), strict=False))
    repeated = sum(count for count in counts.values() if count > 1)
    return repeated / counts.total() if counts else 0.0


def character_repetition(text: str, size: int = 10) -> float:
    """Share of the most frequent n-grams, as many as the root of their number: Data-Juicer's measure."""
    counts = Counter(text[start : start + size] for start in range(len(text) - size + 1))
    frequent = sorted(counts.values(), reverse=True)
    top = min(int(len(frequent) ** 0.5), sum(count > 1 for count in frequent))
    return sum(frequent[:top]) / counts.total() if counts else 0.0


def with_id_as_text(reader: Any, row: dict[str, Any], path: str, number: int) -> dict[str, Any]:
    """datatrove makes up an id for a row whose own is falsy, as 0 is."""
    return {"text": row.pop("text"), "id": str(row.pop("id")), "metadata": row}


def main(corpus: Path, folder: Path, workers: int) -> None:
    def run(name: str, *pipeline: Any, tasks: int = workers) -> None:
        executor = LocalPipelineExecutor(
            pipeline=list(pipeline),
            tasks=tasks,
            workers=workers,
            logging_dir=str(folder / "logs" / name),
        )
        executor.run()

    def at(name: str) -> str:
        return str(folder / name)

    in_shards(corpus, folder / "raw", workers)
    run("filter", JsonlReader(at("raw"), adapter=with_id_as_text), *steps(), writer(at("filtered")))
    without_exact_copies(folder / "filtered", folder / "exact")
    run(
        "signatures",
        JsonlReader(at("exact")),
        MinhashDedupSignature(at("signatures"), config=MINHASH, language="en"),
    )
    run(
        "buckets",
        MinhashDedupBuckets(at("signatures"), at("buckets"), config=MINHASH),
        tasks=MINHASH.num_buckets,
    )
    run("cluster", MinhashDedupCluster(at("buckets"), at("removed"), config=MINHASH), tasks=1)
    run(
        "near_copies",
        JsonlReader(at("exact")),
        MinhashDedupFilter(at("removed")),
        writer(at("output")),
    )


def writer(folder: str) -> JsonlWriter:
    return JsonlWriter(folder, compression=None)


def steps() -> Iterator[Any]:
    """The recipe's row-wise part."""
    rules: tuple[Callable[[str], bool], ...] = (
        lambda text: 100 <= len(text) <= 100_000,
        lambda text: special_characters(text) <= 0.25,
        lambda text: 20 <= len(text.split()) <= 20_000,
        lambda text: word_repetition(text) <= 0.3,
        lambda text: character_repetition(text) <= 0.3,
    )
    yield NormaliseWhitespace()
    yield RepairUnicode()
    for rule in rules:
        yield LambdaFilter(lambda document, rule=rule: holds(rule, document))


def holds(rule: Callable[[str], bool], document: Document) -> bool:
    return rule(document.text)


def in_shards(corpus: Path, folder: Path, shards: int) -> None:
    """One file for each worker, or one alone would have work."""
    if folder.exists():
        return
    folder.mkdir(parents=True)
    files = [(folder / f"{shard:02d}.jsonl").open("wb") for shard in range(shards)]
    with corpus.open("rb") as lines:
        for number, line in enumerate(lines):
            files[number % shards].write(line)
    for file in files:
        file.close()


def without_exact_copies(folder: Path, cleaned: Path) -> None:
    if cleaned.exists():
        return
    cleaned.mkdir()
    seen: set[bytes] = set()
    for path in sorted(folder.glob("*.jsonl")):
        with path.open("rb") as lines, (cleaned / path.name).open("wb") as kept:
            for line in lines:
                digest = hashlib.md5(orjson.loads(line)["text"].encode()).digest()
                if digest not in seen:
                    seen.add(digest)
                    kept.write(line)


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), int(sys.argv[3]))
