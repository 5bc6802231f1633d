"""Errors planted in a province's file, its lines damaged as spreadsheets and people damage them: findings on exactly
those who were complained of, their visits drafts again with the province's words, everybody else as before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from casebook.people.idnumber import check_digit
from casebook.store.casebook import Casebook
from exports.upload.batches import batches
from exports.upload.feedback import import_feedback
from exports.upload.feedback_matching import NO_ONE_NAMED, NOBODY, SEVERAL, UNSURE
from survey_forms.stored_forms import import_form, standard_form
from survey_forms.visits.planning import Choice, plan
from tests.audit.casebooks import audited
from tests.exports.upload.made_feedback import WIDE, sent
from tests.exports.upload.made_passed import column, hand_in
from tests.survey_forms.visits.made_visits import new_book

WITH_X = next(first + "X" for n in range(1, 999) if check_digit(first := f"99010119550707{n:03d}") == "X")
LISTED = f"""\
姓名 | 证件号 | 性别 | 乡 | 村 | 户 | 人 | 关系 | 人数
王大山 | 600101-1 | 男 | 云丰镇 | 青桥村 | H001 | 9901010101 | 户主 | 3
李桂芳 | 620303-2 | 女 | 云丰镇 | 青桥村 | H001 | 9901010102 | 配偶 | 3
王小山 | 880505-3 | 男 | 云丰镇 | 青桥村 | H001 | 9901010103 | 之子 | 3
赵铁柱 | {WITH_X} | 男 | 云丰镇 | 白石村 | H002 | 9901010104 | 户主 | 2
孙二妹 | 590909-4 | 女 | 云丰镇 | 白石村 | H002 | 9901010105 | 配偶 | 2
周老幺 | 330808-1 | 男 | 云丰镇 | 白石村 | H003 | 9901010106 | 户主 | 1
吴春来 | 410202-5 | 男 | 河口乡 | 柳林村 | H004 | 9901010107 | 户主 | 2
吴小满 | 701010-2 | 女 | 河口乡 | 柳林村 | H004 | 9901010108 | 之女 | 2
阿力·克林 | 520606-1 | 男 | 河口乡 | 柳林村 | H005 | 9901010109 | 户主 | 1
张伟 | 500505-1 | 男 | 河口乡 | 柳林村 | H006 | 9901010110 | 户主 | 1
张伟 | 710707-3 | 男 | 河口乡 | 高坡村 | H007 | 9901010111 | 户主 | 1
何有田 | 660606-5 | 男 | 河口乡 | 高坡村 | H008 | 9901010112 | 户主 | 1
"""


def handed_in(folder: Path) -> Casebook:
    """Everybody of the list, visited, passed and in one batch whose rows carry the person's code."""
    book = new_book(folder / "县.ruhu")
    audited(book, LISTED, LISTED)
    form = import_form(book, standard_form()).id
    hand_in(book, plan(book, Choice(which="all"), form, to="陈静").made)
    coded = replace(WIDE, columns=(*WIDE.columns, column(20, "人编号", "person.code")))
    assert sent(book, folder / "报", coded).rows == 12
    return book


def province_file(path: Path, header: Sequence[str], lines: Sequence[Sequence[object]]) -> Path:
    """The list of errors stands on the second sheet, behind one that explains."""
    book = Workbook()
    notes: Any = book.active
    notes.title = "说明"
    notes.append(["校验说明"])
    notes.append(["姓名、证件号码以公安人口信息为准"])
    sheet: Any = book.create_sheet("校验错误")
    sheet.append(["数据校验错误清单"])
    sheet.append(list(header))
    for line in lines:
        sheet.append(list(line))
    book.save(path)
    return path


def findings(book: Casebook) -> dict[str, list[str]]:
    """The people whom findings of the province stand on, by name and list side, out of the tables."""
    rows = book.connection.execute(
        "SELECT f.name, f.status, f.severity, p.side, l.name FROM finding f JOIN finding_person p ON p.finding = f.id "
        "JOIN listed l ON l.person = p.person AND l.side = p.side WHERE f.kind = 'province_error' ORDER BY 1, 4"
    ).fetchall()
    assert all(row[0] == row[4] and row[1:3] == ("open", "A") for row in rows)
    found: dict[str, list[str]] = {}
    for name, _status, _severity, side, _listed in rows:
        found.setdefault(name, []).append(side)
    return found


def states(book: Casebook) -> dict[str, tuple[str, str]]:
    rows = book.connection.execute("SELECT household, state, reason FROM visit")
    return {household: (state, reason) for household, state, reason in rows}


def test_damaged_lines_land_on_the_right_people(tmp_path: Path) -> None:
    with handed_in(tmp_path) as book:
        numbers = dict(book.connection.execute("SELECT name, number FROM listed WHERE side = 'roster'").fetchall())
        wide = numbers["吴春来"].translate({ord("0") + n: ord("０") + n for n in range(10)})
        header = ("错误说明", "证件号码", "出生日期", "行政村", "姓名", "乡镇")  # not in the order they were sent in
        lines: list[tuple[object, ...]] = [
            ("姓名有空格", numbers["王大山"], None, "青桥村", "王　大 山", "云丰镇"),
            ("末位小写", WITH_X.lower(), None, "白石村", " 赵铁柱", "云丰镇"),
            ("号码成了数字", float(numbers["孙二妹"]), None, "白石村", "孙二妹", "云丰镇"),
            ("号码是全角", wide, None, "", "吴春来", ""),
            ("号码成了科学计数", "9.90101E+17", None, "柳林村委会", "阿力.克林", "河口乡"),
            ("没有号码", None, datetime(1966, 6, 6), "", "何有田", ""),
            ("名字错字", numbers["李桂芳"], None, "", "李桂芬", ""),
            ("两个同名的人", None, None, "", "张伟", "河口乡"),
            ("别的村的人", None, None, "青桥村", "吴小满", "云丰镇"),
            ("光有姓名", None, None, "", "周老幺", ""),
            ("从来没有报过", "990101198001010019", None, "", "外来人", ""),
        ]
        found = import_feedback(book, province_file(tmp_path / "错误.xlsx", header, lines))
        complained = {"王大山", "赵铁柱", "孙二妹", "吴春来", "阿力·克林", "何有田", "李桂芳"}
        assert findings(book) == {name: ["registry", "roster"] for name in complained}
        assert {one.row.name: str(one.messages[0].text) for one in found.rejected} == {
            name: str(line[0]) for name, line in zip(
                ("王大山", "赵铁柱", "孙二妹", "吴春来", "阿力·克林", "何有田", "李桂芳"), lines, strict=False)
        }  # fmt: skip
        told = [(one.sheet, one.row, one.why.msgid) for one in found.unmatched]
        assert told == [
            ("校验错误", 10, SEVERAL), ("校验错误", 11, NOBODY), ("校验错误", 12, UNSURE), ("校验错误", 13, NOBODY),
        ]  # fmt: skip
        after = states(book)
        sent_back = {"H001", "H002", "H004", "H005", "H008"}
        assert {household for household, (state, _why) in after.items() if state == "draft"} == sent_back
        assert all(state == "reported" for household, (state, _why) in after.items() if household not in sent_back)
        assert "何有田：没有号码" in after["H008"][1]
        assert "王大山：姓名有空格" in after["H001"][1] and "李桂芳：名字错字" in after["H001"][1]
        assert after["H003"][1] == ""

        # a second file, of codes alone, and one of them as a number
        codes = [("9901010106", "联系电话为空"), (9901010111.0, "性别与公安不一致"), ("9901019999", "查无此人")]
        found = import_feedback(book, province_file(tmp_path / "又.xlsx", ("人编号", "错误原因"), codes))
        assert [(one.sheet, one.row, one.why.msgid) for one in found.unmatched] == [("校验错误", 5, NO_ONE_NAMED)]
        assert findings(book).keys() == complained | {"周老幺", "张伟"}
        assert {household for household, (state, _why) in states(book).items() if state == "draft"} == {
            *sent_back, "H003", "H007",
        }  # fmt: skip
        (batch,) = batches(book)
        assert batch.rejected == 9
        audited(book)
        assert findings(book).keys() == complained | {"周老幺", "张伟"}, "a later run keeps them"
