"""Work on several threads, answers in the order of the questions."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

Question = TypeVar("Question")
Answer = TypeVar("Answer")


def in_order(
    ask: Callable[[Question], Answer], questions: Iterable[Question], threads: int
) -> Iterator[Answer]:
    """What `ask` says to each; no more than twice as many as threads are held at a time."""
    if threads <= 1:
        yield from map(ask, questions)
        return
    with ThreadPoolExecutor(threads) as pool:
        waiting: deque[Future[Answer]] = deque()
        for question in questions:
            waiting.append(pool.submit(ask, question))
            if len(waiting) >= 2 * threads:
                yield waiting.popleft().result()
        while waiting:
            yield waiting.popleft().result()
