from __future__ import annotations

import pytest

from exports.layout import ColumnLayout, Look
from exports.row_height import lines_of, row_height


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("姓名", 10, 1),
        ("990000198001010011", 22, 1),
        ("一\n二\n三", 30, 3),
        ("", 10, 1),
        ("字" * 30, 22, 3),
        ("字" * 31, 22, 4),  # each line keeps one character back, for a closing mark that may not begin a line
        ("both numbers are valid and differ", 14, 4),
    ],
)
def test_lines(text: str, width: float, lines: int) -> None:
    assert lines_of(text, width) == lines


def test_a_longer_text_never_takes_fewer_lines() -> None:
    for filler in ("字", "word ", "9", "户 "):
        counts = [lines_of(filler * count, 14) for count in range(60)]
        assert counts == sorted(counts) and counts[-1] > 4


def test_height_is_of_the_highest_wrapped_cell_that_is_shown() -> None:
    columns = (ColumnLayout("", 10), ColumnLayout("", 10, Look(wrap=False)), ColumnLayout("", 10, hidden=True))
    long = "字" * 40
    assert row_height(("短", long, long), columns) == row_height(("短",), columns) == 19
    assert row_height((long, "", ""), columns) > 100
    assert row_height(("字" * 4000,), columns) == 409
