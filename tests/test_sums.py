"""Calculations in texts: only what is one has a value, and only a right result is right."""

from __future__ import annotations

import pytest

from dataevolver.planner.copies import mine_copying
from dataevolver.planner.sums import is_right, value_of


@pytest.mark.parametrize(
    ("text", "value"),
    [("6*25", 150), ("3+3*8", 27), ("(3+3)*8", 48), ("7/2", 3.5), ("10-2-3", 5), ("8/0", None)],
)
def test_sums_products_and_brackets_have_a_value(text: str, value: float | None) -> None:
    assert value_of(text) == value


@pytest.mark.parametrize(
    "text", ["", "6*", "a+1", "2**9", "(1", "__import__('os')", "08+1", "1,2", "True"]
)
def test_nothing_else_has_one(text: str) -> None:
    assert value_of(text) is None


def test_a_result_may_be_rounded_at_its_last_digit() -> None:
    assert is_right("10/3", "3.33")
    assert not is_right("10/3", "3.2")
    assert is_right("7/2", "4")


EXEMPLARS = [
    f"He has {n} * {n + 1} = <<{n}*{n + 1}={n * (n + 1)}>>{n * (n + 1)} coins.\nIt costs ${n} + $5 = $<<{n}+5={n + 5}>>{n + 5}."
    for n in range(3, 40)
]


def test_calculations_are_repeated_whole_and_only_where_they_are_right() -> None:
    copying = mine_copying([f"She has {n} + 2 = {n + 2} hats." for n in range(40)], EXEMPLARS)
    assert copying is not None
    assert copying.apply("The prairie covers 64,535 + 522 = 65,057 acres.") == (
        "The prairie covers 64,535 + 522 = <<64535+522=65057>>65,057 acres."
    )
    for wrong in (
        "The lot costs $120,000 / 4 = $31,000.",  # not the result
        "That is 2,000.00 * 0.25 = 50.00 a month.",
        "In total 11 * (10 + 18) = 11 * 28 = 308.",  # 11 is not the result of the first part
    ):
        assert "<<11*(10+18)" not in copying.apply(wrong)
        assert "31000>>" not in copying.apply(wrong)
        assert "0.25=50" not in copying.apply(wrong)
