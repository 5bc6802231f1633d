"""Texts in cells: cut, filled, wrapped with their roles; bars; characters of certain width; names of keys."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len
from rich.style import Style

from casebook.language import use_language
from tui.widgets.bar import bar
from tui.widgets.glyphs import is_ambiguous, narrow
from tui.widgets.key_names import key_name
from tui.widgets.lines import Line, cell, clean, cut, line_width, spread, strip_of, wrapped

TEXT = st.text(alphabet="核对两份名单入户，。（）ab1 ·𠮷\t\x1b\u200b", max_size=40)
PIECES = st.lists(st.tuples(TEXT, st.sampled_from(("", "dim", "title"))), max_size=6)


def plain(line: Line) -> str:
    return "".join(text for text, _role in line)


@given(TEXT, st.integers(0, 30))
def test_a_cell_is_exactly_as_wide_as_told(text: str, width: int) -> None:
    assert cell_len(cell(text, width)) == width
    assert cell_len(cut(text, width)) <= width


def test_what_was_cut_says_so() -> None:
    assert cut("三岔镇红旗村", 8) == "三岔镇.."
    assert cut("三岔镇", 6) == "三岔镇"
    assert cell("12", 5, right=True) == "   12"


@given(TEXT)
def test_nothing_that_moves_the_cursor_is_drawn(text: str) -> None:
    assert not set(clean(text)) & set("\t\x1b\u200b\n")


@given(PIECES, st.integers(4, 40), st.integers(0, 2))
def test_wrapped_pieces_keep_text_roles_and_width(pieces: Line, width: int, indent: int) -> None:
    lines = wrapped(pieces, width, indent)
    assert [line for line in lines if line_width(line) > width] == []
    before = [(char, role) for text, role in pieces for char in clean(text) if not char.isspace()]
    after = [(char, role) for line in lines for text, role in line for char in text if not char.isspace()]
    assert after == before


def test_wrapping_breaks_between_han_and_never_before_a_mark() -> None:
    assert [plain(line) for line in wrapped([("一二三四，五六", "")], 8)] == ["一二三", "四，五六"]
    assert [plain(line) for line in wrapped([("写到 findings.xlsx", "")], 13)] == ["写到", "findings.xlsx"]
    assert [plain(line) for line in wrapped([("数据（", ""), ("文件）", "")], 6)] == ["数据", "（文", "件）"]


def test_both_ends_of_a_line() -> None:
    assert plain(spread([("左", "")], [("右", "")], 10)) == "左      右"
    assert plain(spread([("左左左", "")], [("右", "")], 7)) == "左左左"


@given(PIECES, st.integers(0, 30))
def test_a_strip_is_exactly_as_wide_as_told(pieces: Line, width: int) -> None:
    assert strip_of(pieces, width, lambda role: Style()).cell_length == width


@given(st.integers(1, 60), st.integers(0, 50), st.integers(0, 50), st.integers(0, 50))
def test_only_the_whole_fills_a_bar(width: int, settled: int, waiting: int, rest: int) -> None:
    total = settled + waiting + rest
    line = bar(width, total, [(settled, "bar-good"), (waiting, "bar-warn")])
    cells = {role: cell_len(text) for text, role in line}
    assert sum(cells.values()) == width
    assert ("bar-track" in cells) == (rest > 0 or total == 0)
    if settled and width > 2:
        assert cells["bar-good"] >= 1


@given(st.text(max_size=30))
def test_narrow_text_has_certain_width_and_keeps_its_place(text: str) -> None:
    assert not any(map(is_ambiguous, narrow(text)))
    assert len(narrow(text)) == len(text)


def test_the_dot_of_a_name_has_a_narrow_stand_in() -> None:
    assert narrow("阿依·买买提") == "阿依･买买提"
    assert not is_ambiguous("中") and not is_ambiguous("，") and not is_ambiguous("✓")
    assert all(map(is_ambiguous, "·…“”→①×●─█"))


@pytest.mark.parametrize(
    ("key", "name"),
    [("enter", "回车"), ("space", "空格"), ("escape", "Esc"), ("f1", "F1"), ("ctrl+p", "^P"), ("slash", "/")],
)
def test_key_names(key: str, name: str) -> None:
    use_language("zh")
    assert key_name(key) == name
    assert not any(map(is_ambiguous, key_name(key)))
