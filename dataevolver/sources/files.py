"""The files of a source: found by pattern, opened whatever their compression, hashed."""

from __future__ import annotations

import glob
import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import pyarrow as pa

from dataevolver.errors import Place, Problem, SpecError, nearest
from dataevolver.project import Source

FORMATS: Mapping[str, str] = {
    ".jsonl": "jsonl",
    ".ndjson": "jsonl",
    ".json": "json",
    ".csv": "csv",
    ".tsv": "tsv",
    ".tab": "tsv",
    ".parquet": "parquet",
    ".pq": "parquet",
}
_COMPRESSED = (".gz", ".zst", ".zstd")
_MAGIC: Mapping[bytes, str] = {b"\x1f\x8b": "gzip", b"\x28\xb5\x2f\xfd": "zstd"}
_BUFFER = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceFile:
    """`shown` is the path as messages name it: relative to the project where it lies inside."""

    path: Path
    shown: str
    format: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenFile:
    """`stream` gives the decompressed bytes; `raw` tells how far the file itself was read."""

    stream: io.BufferedIOBase
    raw: io.BufferedIOBase


def find_files(source: Source, root: Path) -> tuple[SourceFile, ...]:
    """All files of the source, sorted by path. SpecError with every pattern that finds nothing."""
    known = sorted({"auto", *FORMATS.values()})
    if source.format not in known:
        raise SpecError(
            f'source "{source.name}": unknown format "{source.format}"; known: {", ".join(known)}'
        )
    problems: list[Problem] = []
    found: dict[Path, SourceFile] = {}
    for pattern in source.paths:
        for path in _matches(pattern, root, source.name, problems):
            chosen = _format(path) if source.format == "auto" else source.format
            shown = _shown(path, root)
            if not chosen:
                problems.append(_unknown_format(shown))
            found[path] = SourceFile(path=path, shown=shown, format=chosen)
    if problems:
        raise SpecError([replace(each, place=each.place or source.place) for each in problems])
    return tuple(sorted(found.values(), key=lambda file: file.shown))


@contextmanager
def open_file(file: SourceFile) -> Iterator[OpenFile]:
    """The file's bytes, decompressed when they begin like gzip or zstd. A cut-off file raises OSError."""
    with io.BufferedReader(io.FileIO(file.path), _BUFFER) as raw:
        compression = next(
            (name for magic, name in _MAGIC.items() if raw.peek(4)[:4].startswith(magic)), ""
        )
        if not compression:
            yield OpenFile(stream=raw, raw=raw)
            return
        with pa.CompressedInputStream(raw, compression) as unpacked:
            yield OpenFile(stream=io.BufferedReader(unpacked, _BUFFER), raw=raw)


def digest_files(files: Sequence[SourceFile], options: str) -> str:
    """sha256 (64 hex) of the options, and of the contents and formats in order; not of the names."""
    whole = hashlib.sha256(options.encode())
    for file in files:
        content = hashlib.sha256()
        with reading(file), file.path.open("rb") as stream:
            while piece := stream.read(_BUFFER):
                content.update(piece)
        whole.update(f"\n{file.format} {content.hexdigest()}".encode())
    return whole.hexdigest()


@contextmanager
def reading(file: SourceFile) -> Iterator[None]:
    """Turns what the system says while a file is read into a SpecError that names the file."""
    try:
        yield
    except OSError as error:
        cut_off = "Truncated" in str(error)
        raise SpecError(
            Problem(
                place=Place(file=file.shown),
                message="the compressed file is cut off before its end"
                if cut_off
                else f"cannot be read: {error.strerror or error}",
                hint="copy or download it again" if cut_off or error.errno is None else "",
            )
        ) from error


def _matches(pattern: str, root: Path, name: str, problems: list[Problem]) -> list[Path]:
    literal = root / pattern
    if literal.exists():  # before it is a pattern: names may hold brackets
        if literal.is_file():
            return [literal]
        problems.append(_not_a_file(pattern, literal, name))
        return []
    found = glob.glob(pattern, root_dir=root, recursive=True)  # noqa: PTH207 (absolute ones, too)
    files = [path for path in map(root.joinpath, found) if path.is_file()]
    if not files:
        wild = glob.has_magic(pattern)
        message = f'no file matches "{pattern}"' if wild else f'there is no file "{pattern}"'
        problems.append(_problem(name, message, _near_files(literal)))
    return files


def _not_a_file(pattern: str, path: Path, name: str) -> Problem:
    if path.is_dir():
        hint = f'name the files in it: "{pattern.rstrip("/")}/*.jsonl"'
        return _problem(name, f'"{pattern}" is a folder', hint)
    hint = "it is read more than once, which a pipe or a device does not allow; save it to a file"
    return _problem(name, f'"{pattern}" is not a file', hint)


def _near_files(missing: Path) -> str:
    folder = missing.parent
    if glob.has_magic(str(folder)):
        return ""
    if not folder.is_dir():
        return f'there is no folder "{folder.name}"' if folder.name else ""
    names = [path.name for path in folder.iterdir() if path.is_file()]
    return nearest(missing.name, names)


def _format(path: Path) -> str:
    suffixes = [suffix.lower() for suffix in path.suffixes]
    if suffixes and suffixes[-1] in _COMPRESSED:
        suffixes.pop()
    return FORMATS.get(suffixes[-1], "") if suffixes else ""


def _unknown_format(shown: str) -> Problem:
    *most, last = sorted(set(FORMATS.values()))
    return Problem(
        place=Place(file=shown),
        message="the format cannot be told from the name",
        hint=f"write `format:` under the source: {', '.join(most)} or {last}",
    )


def _shown(path: Path, root: Path) -> str:
    return path.relative_to(root).as_posix() if path.is_relative_to(root) else path.as_posix()


def _problem(name: str, message: str, hint: str) -> Problem:
    return Problem(message=f'source "{name}": {message}', hint=hint)
