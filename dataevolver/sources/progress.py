"""What long work says of itself to whoever waits for it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Progress:
    """What is being done, and which share of it is, from 0 to 1."""

    what: str
    share: float


def unheard(_: object) -> None:
    """For work that nobody waits for."""
