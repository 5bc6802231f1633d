"""What the tests of the entry screen share: a small form with a question of each kind, a visit of it, keys and what
they left in the casebook."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Sequence
from functools import cache
from pathlib import Path
from typing import Any

from textual.pilot import Pilot

from casebook.store.casebook import Casebook, create_casebook, open_casebook
from casebook.store.facts import area_of
from survey_forms.interview import open_interview
from survey_forms.stored_forms import import_form
from tests.tui.screens.looking import settle
from tui.all_views import VIEWS
from tui.screens.app import RuhuApp
from tui.screens.entry import EntryPage

SURVEYOR = "调查员甲"
VILLAGES = 300

_COLUMNS = (
    "type", "name", "label::中文 (zh)", "label::English (en)", "hint::中文 (zh)", "required", "relevant", "constraint",
    "constraint_message::中文 (zh)", "readonly", "bind::ruhu:warning", "bind::ruhu:warning_msg", "bind::ruhu:code",
    "bind::ruhu:unknown", "bind::ruhu:refused", "bind::ruhu:field", "bind::ruhu:grid", "bind::ruhu:title",
    "bind::ruhu:exclusive", "bind::ruhu:read",
)  # fmt: skip


def _row(kind: str, name: str = "", label: str = "", english: str = "", **more: str) -> dict[str, str]:
    return {"type": kind, "name": name, "label::中文 (zh)": label, "label::English (en)": english, **more}


def _ruhu(**columns: str) -> dict[str, str]:
    return {f"bind::ruhu:{name}": value for name, value in columns.items()}


_SURVEY = [
    _row("begin_group", "base", "基本情况", "Base"),
    _row("text", "head", "户主姓名", "Head", required="yes", **_ruhu(code="101")),
    _row("select_one sex", "sex", "性别", "Sex", required="yes", **_ruhu(code="102", unknown="8", refused="9")),
    _row(
        "integer", "age", "年龄", "Age", constraint=". >= 0 and . <= 120",
        **{"constraint_message::中文 (zh)": "年龄在 0 到 120 之间"},
        **_ruhu(code="103", warning=". > 100", warning_msg="超过 100 岁，请核对"),
    ),
    _row("date", "born", "出生日期", "Born", **_ruhu(code="104")),
    _row(
        "select_multiple ill", "ill", "过去 12 个月，**医生**说过您有这些病吗？", "Which did a **doctor** name?",
        required="yes", **{"hint::中文 (zh)": "读出全部选项"}, **_ruhu(code="105", title="慢性病", exclusive="9"),
    ),
    _row("select_one job", "since", "哪一年起", "Since", relevant="selected(${ill}, '1')", **_ruhu(code="106")),
    _row("note", "told", "下面问每个人", "Now everybody", **_ruhu(code="107")),
    _row("note", "read", "请宣读：下面问每个人", "Read out: now everybody", **_ruhu(code="108", read="yes")),
    _row("end_group"),
    _row("begin_repeat", "member", "家庭成员", "Members"),
    _row("text", "name", "姓名", "Name", required="yes", **_ruhu(code="201", field="person.name", grid="yes")),
    _row("select_one sex", "gender", "性别", "Sex", required="yes", **_ruhu(code="202", grid="yes")),
    _row("select_one job", "job", "职业", "Work", **_ruhu(code="203", grid="yes")),
    _row("integer", "months", "孕几个月", "Months", relevant="${gender} = '2'", **_ruhu(code="204", grid="yes")),
    _row("end_repeat"),
    _row("begin_group", "place", "住址", "Address"),
    _row("select_one village", "village", "行政村", "Village", **_ruhu(code="301")),
    _row("select_one phone", "phone", "电话", "Telephone", **_ruhu(code="302")),
    _row("text", "other", "别的话", "Anything else", **_ruhu(code="303")),
    _row("end_group"),
]  # fmt: skip

_CHOICES = [
    *(("sex", value, label) for value, label in (("1", "男"), ("2", "女"), ("8", "不知道"), ("9", "拒答"))),
    *(("ill", value, label) for value, label in (("1", "高血压"), ("2", "糖尿病"), ("3", "脑卒中"), ("9", "都没有"))),
    *(("job", str(number), f"职业{number}") for number in range(1, 13)),
    *(("phone", f"0{number}", label) for number, label in enumerate(("手机", "座机", "邻居", "没有"), 1)),
    *(("village", f"{number:06}", f"{_name}{number}村") for number, _name in enumerate(["东山", "西河", "南坝"] * 100)),
]


@cache
def _form() -> Path:
    from openpyxl import Workbook

    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    book = Workbook()
    survey = book.active
    survey.title = "survey"
    survey.append(_COLUMNS)
    for row in _SURVEY:
        survey.append([row.get(column, "") for column in _COLUMNS])
    choices = book.create_sheet("choices")
    choices.append(("list_name", "name", "label::中文 (zh)", "label::English (en)"))
    for listed, value, label in _CHOICES:
        choices.append((listed, value, label, f"{label} en"))
    settings = book.create_sheet("settings")
    settings.append(("form_title", "form_id", "version", "default_language", "namespaces"))
    settings.append(("小表", "small", "1", "中文 (zh)", 'ruhu="urn:ruhu:forms"'))
    path = folder / "small.xlsx"
    book.save(path)
    return path


@cache
def _made() -> Path:
    """A closed casebook with the form and one visit of three people."""
    folder = Path(tempfile.mkdtemp())
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    with create_casebook(folder / "甲县.ruhu", name="甲县入户", author=SURVEYOR, views=VIEWS) as book:
        form = import_form(book, _form()).id
        plan_visit(book, form, [("/data/base/head", "张三"), *_people("张三", "李四", "王五")])
    return folder / "甲县.ruhu"


def _people(*names: str) -> list[tuple[str, str]]:
    return [(f"/data/member[{number}]/name", name) for number, name in enumerate(names, 1)]


def plan_visit(book: Casebook, form: str, prefill: Sequence[tuple[str, str]]) -> str:
    """A planned visit, its id."""
    household = {"code": "HH-0417", "township": "三岔镇", "village": "东山村", "head": "张三"}
    body = {
        "form": form, "household": household, "people": [], "prefill": [list(pair) for pair in prefill], "asks": [],
        "round": "2026",
    }  # fmt: skip
    with book.writing() as writing:
        return writing.append("visit", body, area=area_of("三岔镇", "东山村")).id


def visit_book(folder: Path) -> Casebook:
    """A copy of the casebook with the small form's visit, open."""
    shutil.copytree(_made(), folder / "甲县.ruhu")
    return open_casebook(folder / "甲县.ruhu", author=SURVEYOR, views=VIEWS)


def the_visit(book: Casebook) -> str:
    found: str = book.connection.execute("SELECT id FROM visit").fetchone()[0]
    return found


async def entry(pilot: Pilot[None], visit: str = "") -> EntryPage:
    """The entry screen on a visit, ready for keys."""
    app = pilot.app
    assert isinstance(app, RuhuApp)
    await settle(pilot)
    app.go("entry", visit=visit or the_visit(app.book))
    await done(pilot)
    page = app.screen
    assert isinstance(page, EntryPage) and page.view.question is not None
    return page


async def done(pilot: Pilot[None]) -> None:
    """Until every key was answered, saved and painted."""
    for _turn in range(500):
        await settle(pilot)
        if all(page.ready for page in pilot.app.screen_stack if isinstance(page, EntryPage)):
            await settle(pilot)
            return
        await pilot.pause(0.01)
    raise AssertionError("the entry screen never comes to rest")


async def press(pilot: Pilot[None], *keys: str) -> None:
    """Keys one after the other, each with all that follows from it."""
    for key in keys:
        await pilot.press(key)
        await done(pilot)


def here(page: EntryPage) -> str:
    """The ref of the question that is shown, `+` before the end of a repeat."""
    question = page.view.question
    assert question is not None
    return ("+" if question.kind == "add" else "") + question.ref.removeprefix("/data/")


def stored(book: Casebook) -> dict[str, str]:
    """The answers as an interview that is opened anew has them."""
    values = open_interview(book, the_visit(book)).filling.values()
    return {ref.removeprefix("/data/"): text for ref, text in values.items() if "meta/" not in ref}


def facts(book: Casebook) -> list[tuple[str, str]]:
    """Op and ref of every fact of the visit, oldest first."""
    rows: list[Any] = book.connection.execute("SELECT op, ref FROM visit_op ORDER BY clock, fact").fetchall()
    return [(op, ref.removeprefix("/data/")) for op, ref in rows]
