"""Chinese text in terminal cells."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from tui.commands.cells import cell_width, pad, wrap

CHINESE = st.text(alphabet="核对两份名单入户ab1，。、）（《》-", max_size=80)


def test_han_characters_are_two_cells_wide() -> None:
    assert cell_width("疑点A：") == 7
    assert cell_width("é") == 1  # with a combining accent
    assert pad("疑点", 6) + "|" == "疑点  |"
    assert pad("12", 6, right=True) == "    12"


def test_latin_words_stay_whole_and_marks_stay_off_the_start() -> None:
    assert wrap("疑点写到 findings.xlsx 里", 12) == ["疑点写到", "findings.xlsx", "里"]
    assert wrap("一二三四五，六七", 10) == ["一二三四", "五，六七"]
    assert wrap("", 10) == [""]


@given(CHINESE, st.integers(8, 40))
def test_wrapping_loses_nothing_but_spaces(text: str, width: int) -> None:
    lines = wrap(text, width)
    assert "".join("".join(lines).split()) == "".join(text.split())
    assert [line for line in lines[1:] if line[:1] in set("，。、）》")] == []
