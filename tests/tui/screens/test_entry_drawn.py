"""What holds on the entry screen at every size, in both languages, and how its panels are drawn."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from casebook.language import Language
from casebook.store.casebook import Casebook
from tests.tui.screens.entry_flows import entry, press, visit_book
from tests.tui.screens.looking import assert_sound_at_every_size, grid, shown
from tui.screens.app import RuhuApp
from tui.screens.entry_codes import codes_of, match, toggled
from tui.screens.entry_find import choice_targets, found
from tui.screens.entry_view import ChoiceView
from tui.widgets.markup import marked, plain

PLACES = {
    "text": (),
    "codes": ("enter",),
    "several": ("f3", *"105", "enter", "1"),
    "wrong": ("f3", *"103", "enter", *"130", "enter"),
    "warned": ("f3", *"103", "enter", *"110", "enter"),
    "note": ("f3", *"107", "enter"),
    "member": ("pagedown", "down"),
    "end": ("f3", *"203 w", "down", "down", "enter", "enter"),
    "list": ("f3", *"301", "enter"),
    "grid": ("pagedown", "down", "f4", "2"),
    "grid text": ("pagedown", "f4"),
    "grid end": ("pagedown", "f4", "down", "down", "down"),
    "jump": ("f3",),
    "search": ("enter", "slash"),
    "why": ("enter", "f6"),
    "remark": ("f2",),
    "reason": ("f3", *"103", "enter", *"110", "enter", "enter"),
    "troubles": ("f10",),
    "remove": ("pagedown", "down", "delete"),
    "help": ("f1",),
    "palette": ("ctrl+p",),
}
IN_ENGLISH = ("text", "several", "warned", "end", "grid", "jump", "why", "reason", "troubles", "help")


@pytest.fixture
def visits(tmp_path: Path) -> Iterator[Casebook]:
    with visit_book(tmp_path) as book:
        yield book


def _keys(place: str) -> list[str]:
    return ["space" if key == " " else key for key in PLACES[place]]


@pytest.mark.parametrize(
    ("place", "language"), [*((place, "zh") for place in PLACES), *((place, "en") for place in IN_ENGLISH)]
)
async def test_entry_screen(
    place: str, language: Language, visits: Casebook, in_language: Callable[[Language], None]
) -> None:
    in_language(language)
    app = RuhuApp(visits)
    async with app.run_test(size=(80, 24)) as pilot:
        await entry(pilot)
        await press(pilot, *_keys(place))
        await assert_sound_at_every_size(app, pilot, edges=language == "zh")


async def test_on_a_small_screen_the_question_and_its_choices_are_there(visits: Casebook) -> None:
    app = RuhuApp(visits)
    async with app.run_test(size=(40, 12)) as pilot:
        await entry(pilot)
        await press(pilot, *_keys("several"))
        lines = shown(app)
        assert "慢性病" in lines and "[x] 高血压" in lines and "都没有" in lines and "问题 0" in lines


async def test_the_picture(visits: Casebook) -> None:
    """Outline, question, help and progress as they stand at 120 columns."""
    app = RuhuApp(visits)
    async with app.run_test(size=(120, 36)) as pilot:
        await entry(pilot)
        await press(pilot, "enter", "2", "f3", *"105", "enter", "1", "2")
        lines = shown(app)
        for text in (
            "目录", "一 基本情况 3/6", " ✓ 102 性别", " > 105 慢性病", "   106 哪一年起", "二 家庭成员 3/9",
            "105 慢性病  必答  可多选", "过去 12 个月，医生说过您有这些病吗？", "1 [x] 高血压", "9 [ ] 都没有",
            "说明", "读出全部选项", "这题决定问不问", "✓ 106 哪一年起", "本部分已答", "102 性别  女",
            "撤销 3 步  第 1 部分 3/6  全卷 6/18  问题 0", "数字 选",
        ):  # fmt: skip
            assert text in lines, text


async def test_labels_come_in_the_language_of_the_interface(
    visits: Casebook, in_language: Callable[[Language], None]
) -> None:
    in_language("en")
    app = RuhuApp(visits)
    async with app.run_test(size=(120, 36)) as pilot:
        await entry(pilot)
        await press(pilot, "enter")
        assert "1 Base" in shown(app) and "102 Sex" in shown(app) and "男 en" in shown(app)


async def test_a_light_theme_and_a_resize(visits: Casebook) -> None:
    app = RuhuApp(visits)
    async with app.run_test(size=(80, 24)) as pilot:
        page = await entry(pilot)
        await press(pilot, "f12")
        await pilot.resize_terminal(120, 36)
        await press(pilot, "down", "up")
        assert "说明" in shown(app) or page.has_class("-wide")
        rows = [number for number, line in enumerate(grid(app)) if " 张三 " in line and number > 2]
        assert page.typed.region.y in rows


async def test_a_click_chooses_and_jumps(visits: Casebook) -> None:
    app = RuhuApp(visits)
    async with app.run_test(size=(80, 24)) as pilot:
        page = await entry(pilot)
        await press(pilot, "enter")
        lines = grid(app)
        row = next(number for number, line in enumerate(lines) if "( ) 女" in line)
        await pilot.click(offset=(40, row))
        await press(pilot)
        await pilot.pause()
        await press(pilot, "f6", "escape")
        assert page.view.question is not None and page.view.question.ref == "/data/base/age"
        row = next(number for number, line in enumerate(grid(app)) if "105 慢性病" in line)
        await pilot.click(offset=(6, row))
        await press(pilot, "f6", "escape")
        assert page.view.question.ref == "/data/base/ill"


# What needs no screen


def test_codes() -> None:
    assert codes_of(["1", "2", "99"]) == ("1", "2", "99")
    assert codes_of(["yes", "2"]) == ("1", "2")


@pytest.mark.parametrize(
    ("codes", "typed", "at", "waits"),
    [
        ("01 02 06", "1", 0, False),
        ("01 02 06", "0", None, True),
        ("01 02 06", "06", 2, False),
        ("1 2 10 11", "1", 0, True),
        ("1 2 10 11", "10", 2, False),
        ("1 2 10 11", "2", 1, False),
        ("01 02 10", "1", 0, True),
        ("1 2 99", "9", 2, True),
    ],
)
def test_what_digits_mean(codes: str, typed: str, at: int | None, waits: bool) -> None:
    meant = match(codes.split(), typed)
    assert meant is not None and (meant.at, meant.waits) == (at, waits)


def test_digits_that_begin_no_code() -> None:
    assert match(["1", "2"], "3") is None
    assert match(["1", "2"], "12") is None


def test_what_stands_alone_clears_the_others() -> None:
    order = ["1", "2", "9"]
    assert toggled(["2"], "1", order) == ["1", "2"]
    assert toggled(["1", "2"], "9", order, ["9"]) == ["9"]
    assert toggled(["9"], "2", order, ["9"]) == ["2"]
    assert toggled(["1", "2"], "1", order) == ["2"]


def test_the_likeliest_is_found_first() -> None:
    listed = [("a", "1", "东山村"), ("b", "2", "山东"), ("c", "12", "西山"), ("d", "3", "三等")]
    targets = choice_targets([ChoiceView(value, name, code) for value, code, name in listed])
    assert [one.value for one in found(targets, "1")] == ["a", "c"]
    assert [one.value for one in found(targets, "山")] == ["b", "a", "c"]
    assert [one.value for one in found(targets, "sd")] == ["b", "d"]
    assert [one.value for one in found(targets, "ds")] == ["a"]
    assert found(targets, "") == targets


def test_a_choice_is_found_by_its_other_names_and_by_the_code_that_is_stored() -> None:
    stroke = ChoiceView("I60-I64", "脑卒中", "29", "脑梗死 中风")
    targets = choice_targets([ChoiceView("I10-I15", "高血压", "31"), stroke, ChoiceView("02", "双女户", "02")])
    for typed in ("中风", "zf", "i60", "nzz", "29"):
        assert [one.name for one in found(targets, typed)] == ["脑卒中"]
    assert [one.note for one in targets] == ["I10-I15", "I60-I64 脑梗死 中风", ""]


def test_markup() -> None:
    assert marked("是否有**医生**说过") == [("是否有", ""), ("医生", "strong"), ("说过", "")]
    assert plain("# 标题\n<span style='color:red'>红</span> [页](http://x.invalid) a_b_c 3 &lt; 4 \\*x\\*") == (
        "标题 红 页 a_b_c 3 < 4 *x*"
    )
