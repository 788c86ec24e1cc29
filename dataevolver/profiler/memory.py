"""Remembering what was computed of a text: candidates of one round share most of their texts."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import Concatenate, ParamSpec, TypeVar

LONG = 20_000  # characters; longer texts are not remembered, which bounds the memory
_ENTRIES = 1 << 14

_Other = ParamSpec("_Other")
_Result = TypeVar("_Result")


def remembered(
    function: Callable[Concatenate[str, _Other], _Result],
) -> Callable[Concatenate[str, _Other], _Result]:
    """The same pure function of a text, its last 16,384 results kept."""
    cached: Callable[..., _Result] = lru_cache(maxsize=_ENTRIES)(function)

    @wraps(function)
    def recalled(text: str, /, *args: _Other.args, **kwargs: _Other.kwargs) -> _Result:
        if len(text) > LONG:
            return function(text, *args, **kwargs)
        return cached(text, *args, **kwargs)

    return recalled
