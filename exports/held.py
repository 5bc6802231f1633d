"""Everything held on one person (个人信息清单) as a workbook: each place, what stands there, where it came from; and
who looked at it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from casebook.errors import Place, RuhuError
from casebook.language import N_, _
from casebook.store.access import Access
from casebook.store.clock import local_text
from exports.layout import CENTERED, COUNT, TEXT, ColumnLayout, Look
from exports.list_sheets import SMALL, about_sheet, access_sheet, list_sheet
from exports.ranges import LAST_ROW
from exports.sheet_xml import CellValue
from exports.visit_workbook import Sheet, write_workbook

if TYPE_CHECKING:
    from casebook.store.casebook import Casebook
    from exports.erasing import Found

TITLE = N_("个人信息清单")
_HANDLE = 9


@dataclass(frozen=True, slots=True)
class Held:
    """`places`: when, kind of fact, what stands there, the value, who wrote it, the fact's id, device and number there;
    oldest first. `accesses` are the entries of the access log about the person, oldest first."""

    places: Sequence[Sequence[CellValue]]
    accesses: Sequence[Access]


def held(book: Casebook, found: Found, kind_name: Callable[[str], str]) -> Held:
    """All that is left of a person, in words. `kind_name` says a kind of fact."""
    connection = book.connection
    envelopes = {
        identity: (arrival, kind, wall, author, device, seq)
        for arrival, identity, kind, wall, author, device, seq in connection.execute(
            "SELECT arrival, id, kind, wall, author, device, seq FROM envelope"
        )
        if identity in found.facts
    }
    places = []
    for spot in sorted(found.told, key=lambda one: envelopes[one.fact][0]):
        _arrival, kind, wall, author, device, seq = envelopes[spot.fact]
        value = f"{spot.told}　{spot.shown}" if spot.shown else spot.told
        places.append(
            (
                local_text(wall), kind_name(kind), spot.title or _("提到"), value, author, spot.fact[:_HANDLE], device,
                seq,
            )
        )  # fmt: skip
    return Held(places, _accesses(book, found))


def _accesses(book: Casebook, found: Found) -> list[Access]:
    """The entries about the person, about findings of them, and about visits of their household."""
    connection, ids = book.connection, sorted(found.who.ids)
    marks = ", ".join("?" * len(ids))
    subjects = set(ids)
    for sql in (
        "SELECT f.key FROM finding f JOIN finding_person p ON p.finding = f.id WHERE p.person IN ({})",
        "SELECT visit FROM visit_person WHERE person IN ({})",
    ):
        subjects |= {subject for (subject,) in connection.execute(sql.format(marks), ids)}
    rows = connection.execute("SELECT n, wall, author, what, subject FROM access ORDER BY n")
    return [Access(*row) for row in rows if row[4] in subjects]


def write_held(
    path: Path,
    book: Casebook,
    found: Found,
    told: Held,
    say: tuple[Callable[[str], str], Callable[[Access], str]],
    foot: str,
) -> None:
    """Write the workbook, whole or not at all. `say` puts what was done with the data, and with whose, into words;
    `foot` is the left text at the foot of each page. Raises RuhuError when the place can't be written, (usage) for more
    places than a sheet has rows."""
    if len(told.places) >= LAST_ROW:
        what = _("这个人的信息太多，一张工作表放不下")
        raise RuhuError("held_too_long", what, _("请联系维护人员"), Place(file=path.name), "usage")
    what_done, subject = say
    accesses = [(one.n, local_text(one.wall), one.author, what_done(one.what), subject(one)) for one in told.accesses]
    sheets = [about_sheet(_(TITLE), _about(book, found, told)), _place_sheet(told.places), access_sheet(accesses)]
    write_workbook(path, _(TITLE), sheets, foot)


def _about(book: Casebook, found: Found, told: Held) -> Iterable[tuple[str, str]]:
    yield _("案卷"), book.name
    yield _("人员编号"), _("、").join(sorted(found.who.ids))
    yield _("地方"), found.who.area.replace("/", " ")
    yield _("信息"), _("{count} 处").format(count=f"{len(told.places):,}")
    yield _("查阅记录"), _("{count} 条").format(count=f"{len(told.accesses):,}")
    yield _("导出人"), book.author
    yield _("导出时间"), datetime.now().isoformat(sep=" ", timespec="minutes")
    yield _("包括"), _("各份名单（导入过的都算）、疑点和结论、入户的每一步、上交的答卷、上报的每一行、省反馈。")
    yield _("不包括"), _("已经交给别人的文件、案卷以外的备份。其他人的信息不在里面；与别人共用的电话、户编号也列出。")
    yield _("签字、日期"), ""


def _place_sheet(places: Sequence[Sequence[CellValue]]) -> Sheet:
    columns = (
        ColumnLayout(_("时间"), 17, CENTERED),
        ColumnLayout(_("种类"), 10, TEXT),
        ColumnLayout(_("在哪里"), 46, TEXT),
        ColumnLayout(_("内容"), 46, Look(number="@")),
        ColumnLayout(_("经手人"), 10, TEXT),
        ColumnLayout(_("编号"), 12, SMALL),
        ColumnLayout(_("设备"), 18, SMALL),
        ColumnLayout(_("设备上的编号"), 10, COUNT),
    )
    return list_sheet(_("信息"), columns, places, "A2")
