"""Parquet files as rows. Their schema tells the types, so they are not surveyed row by row."""

from __future__ import annotations

import datetime
import decimal
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
from pyarrow import types

from dataevolver.errors import Place
from dataevolver.sources.blocks import BadRow, Block, Remark, UnreadableError
from dataevolver.sources.shapes import Observer, Shape

_ROWS = 4096
_OTHERWISE = (
    "copy or download it again; if it is another format, say so by `format:` under the source"
)
_BUFFER = 1 << 20  # bytes read ahead of each column
_PANDAS_INDEX = "__index_level_0__"


def survey_parquet(path: Path, observer: Observer) -> tuple[int, tuple[Remark, ...]]:
    """Takes the schema into the observer's shape; gives the number of rows and what was odd."""
    with _opened(path) as file:
        place = Place(file=observer.file)
        for column in file.schema_arrow:
            if column.name != _PANDAS_INDEX:
                field = observer.root.field(column.name, place)
                if field is not None:
                    _add_type(field, column.type, column.name, place)
        has_index = _PANDAS_INDEX in file.schema_arrow.names
        remarks = (Remark(line=0, kind="pandas index"),) if has_index else ()
        return file.metadata.num_rows, remarks


def read_parquet(path: Path) -> Iterator[Block]:
    """Blocks of rows; times and dates as ISO text, decimals as numbers, maps as key/value lists."""
    with _opened(path) as file:
        fields = [field for field in file.schema_arrow if field.name != _PANDAS_INDEX]
        names = [field.name for field in fields]
        schema = pa.schema([field.with_type(_coarser(field.type)) for field in fields])
        odd = [field.name for field in schema if not _is_plain(field.type)]
        size, total = path.stat().st_size, file.metadata.num_rows
        line = 1
        for batch in file.iter_batches(batch_size=_ROWS, columns=names):
            rows = pa.Table.from_batches([batch]).cast(schema, safe=False).to_pylist()
            for row in rows:
                row.update((name, _plain(row[name])) for name in odd)
            lines = list(range(line, line + len(rows)))
            line += len(rows)
            yield Block(rows=rows, lines=lines, position=size * (line - 1) // total)


def _opened(path: Path) -> pq.ParquetFile:
    try:
        return pq.ParquetFile(path, buffer_size=_BUFFER)  # else row groups are read whole
    except pa.ArrowInvalid as error:
        reason = str(error).split(". ")[0].split("\n")[0]
        bad = BadRow(line=0, reason=f"not a Parquet file: {reason}", hint=_OTHERWISE)
        raise UnreadableError(bad) from error


def _add_type(shape: Shape, kind: pa.DataType, path: str, place: Place) -> None:
    """What a column of that type may hold, as if its rows had been seen."""
    name = _kind(kind, path)
    if name:
        shape.first.setdefault(name, place)
    if name == "list":
        item = shape.inside(place)
        if types.is_map(kind):
            pair = pa.struct([("key", kind.key_type), ("value", kind.item_type)])
            _add_type(item, pair, f"{path}[]", place)
        else:
            _add_type(item, kind.value_type, f"{path}[]", place)
    elif name == "object":
        for inner in kind:
            field = shape.field(inner.name, place)
            if field is not None:
                _add_type(field, inner.type, f"{path}.{inner.name}", place)
    elif types.is_dictionary(kind):
        _add_type(shape, kind.value_type, path, place)


def _kind(kind: pa.DataType, path: str) -> str:
    """A kind of `shapes`, "" where it only decides inside; UnreadableError for what has none."""
    if types.is_null(kind) or types.is_dictionary(kind):
        return ""
    found = [name for name, is_a in _TESTS if is_a(kind)]
    if not found:
        hint = "turn it into text, or leave the column out"
        reason = f'the column "{path}" holds {kind}, which has no meaning here'
        raise UnreadableError(BadRow(line=0, reason=reason, hint=hint))
    return found[0]


def _is_text(kind: pa.DataType) -> bool:
    tests = (types.is_string, types.is_large_string, types.is_string_view)
    return any(is_a(kind) for is_a in tests)


def _is_list(kind: pa.DataType) -> bool:
    tests = (types.is_list, types.is_large_list, types.is_fixed_size_list, types.is_map)
    return any(is_a(kind) for is_a in tests)


_TESTS: tuple[tuple[str, Callable[[pa.DataType], bool]], ...] = (
    ("text", _is_text),
    ("long integer", types.is_uint64),
    ("integer", types.is_integer),
    ("number", types.is_floating),
    ("number", types.is_decimal),
    ("boolean", types.is_boolean),
    ("list", _is_list),
    ("object", types.is_struct),
    ("text", types.is_temporal),
)


def _is_plain(kind: pa.DataType) -> bool:
    """Whether Arrow gives values of this type as JSON would."""
    if types.is_dictionary(kind) or (_is_list(kind) and not types.is_map(kind)):
        return _is_plain(kind.value_type)
    if types.is_struct(kind):
        return all(_is_plain(field.type) for field in kind)
    odd = (types.is_temporal, types.is_decimal, types.is_float16, types.is_map)
    return not any(is_a(kind) for is_a in odd)


def _plain(value: object) -> object:
    """The value as JSON would give it."""
    if isinstance(value, (datetime.date, datetime.time)):
        return value.isoformat()
    if isinstance(value, datetime.timedelta):
        return str(value)
    if isinstance(value, (decimal.Decimal, np.float16)):
        return float(value)
    if isinstance(value, tuple):
        return {"key": _plain(value[0]), "value": _plain(value[1])}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    if isinstance(value, dict):
        return {name: _plain(item) for name, item in value.items()}
    return value


def _coarser(kind: pa.DataType) -> pa.DataType:
    """The type with microseconds for nanoseconds, which Python's times do not hold."""
    if types.is_timestamp(kind) and kind.unit == "ns":
        return pa.timestamp("us", kind.tz)
    if types.is_time64(kind):
        return pa.time64("us")
    if types.is_duration(kind):
        return pa.duration("us")
    if types.is_list(kind):
        return pa.list_(_coarser(kind.value_type))
    if types.is_struct(kind):
        return pa.struct([field.with_type(_coarser(field.type)) for field in kind])
    return kind
