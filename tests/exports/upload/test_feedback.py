"""What the province sends back lands on the right people, and on nobody else."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from audit.decisions import Ruling, countersign, decide
from audit.detail import finding_detail
from casebook.errors import RuhuError
from casebook.people.idnumber import check_digit
from casebook.store.casebook import Casebook, open_casebook
from casebook.store.verify import verify
from casebook.store.views import contents
from casebook.tables.table import Block, Column, Row, Source, Table
from exports.upload.batches import SentRow, batches, sent_rows
from exports.upload.feedback import Feedback, import_feedback, read_feedback
from exports.upload.feedback_fields import ColumnWords
from exports.upload.feedback_lines import Line, table_lines
from exports.upload.feedback_matching import (
    NO_ONE_NAMED,
    NOBODY,
    OTHER_NAME,
    SEVERAL,
    TWO_PEOPLE,
    UNSURE,
    Matcher,
    sent_person,
)
from exports.upload.prepare import prepare
from exports.upload.writing import write_batch
from survey_forms.interview import open_interview
from survey_forms.visits.history import history
from survey_forms.visits.steps import pass_on
from survey_forms.visits.visit_list import visit_named
from tests.exports.upload.made_feedback import WIDE, error_file, our_copy, people, rebuilt, sent, whole
from tui.all_views import VIEWS

HEADER = ("序号", "乡镇", "行政村", "姓名", "证件号码", "校验结果", "错误说明")


def rejected(found: Feedback) -> dict[str, list[str]]:
    return {one.row.name: [str(told.text) for told in one.messages] for one in found.rejected}


def why(found: Feedback) -> list[tuple[int, str]]:
    return [(one.row, one.why.msgid) for one in found.unmatched]


def findings(book: Casebook) -> dict[str, tuple[int, str]]:
    rows = book.connection.execute("SELECT name, id, status FROM finding WHERE kind = 'province_error'")
    return {name: (number, status) for name, number, status in rows}


def test_from_the_error_file_to_the_next_batch(passed: Casebook, tmp_path: Path) -> None:
    batch = sent(passed, tmp_path / "一")
    told = people(passed, batch)
    wang, li = told["王大山"], told["李桂芳"]
    assert {visit_named(passed, code).state for code in ("H001", "H002", "H004")} == {"reported"}
    file = error_file(
        tmp_path / "错误.xlsx", HEADER,
        (1, "云丰镇", "青桥村", "王大山", wang.number, "不通过", "身份证号与公安人口信息不一致。"),
        (2, "云丰镇", "青桥村", "王大山", wang.number, "不通过", "疾病2：疾病代码不存在"),
        (3, "云丰镇", "青桥村", "李桂芳", li.number, "通过", ""),
        (4, "", "", "外来人", "990101198001010019", "不通过", "查无此人"),
    )  # fmt: skip
    dry = import_feedback(passed, file, dry_run=True)
    assert findings(passed) == {} and dry.batch.number == 1
    found = import_feedback(passed, file)
    assert rejected(found) == {"王大山": ["身份证号与公安人口信息不一致。", "疾病2：疾病代码不存在"]} == rejected(dry)
    assert (found.lines, found.accepted, why(found)) == (4, 1, [(6, NOBODY)])
    ((number, status),) = findings(passed).values()
    assert status == "open"
    detail = finding_detail(passed, number)
    assert [(one.title, one.sent) for one in detail.sent_back] == [("证件号", wang.number), ("疾病2/疾病代码", "")]
    asked = next(one for one in detail.compared if one.asked)
    assert (asked.field, asked.roster, asked.registry) == ("id_number", wang.number, wang.number)
    home = visit_named(passed, "H001")
    assert (home.state, home.returned) == ("draft", True)
    assert home.reason.startswith("王大山：身份证号与公安人口信息不一致、疾病2")
    past = history(passed, home.id)[-1]
    binds = open_interview(passed.acted_by("陈静"), home.id).filling.definition.binds
    (ref,) = past.refs
    assert past.what == "return" and ref == "/data/member[1]/person_id_number"
    assert binds[ref.replace("[1]", "")].extra["field"] == "person.id_number"
    assert visit_named(passed, "H002").state == "reported"
    assert wang.key not in sent_rows(passed, "small") and li.key in sent_rows(passed, "small")
    assert verify(passed.connection).broken == ()
    again = import_feedback(passed, file)
    assert again.already and len(findings(passed)) == 1

    # mended, decided, passed again: only that person goes, and the visit counts as reported again
    interview = open_interview(passed.acted_by("陈静"), home.id)
    interview.submit()
    for reviewer in ("周平", "吴县"):
        pass_on(passed.acted_by(reviewer), [home.id])
    body = wang.number[:14] + f"{int(wang.number[14:17]) + 2:03d}"
    on_the_card = body + check_digit(body)
    decide(passed, [number], Ruling(3, "看过原件", "身份证", on_the_card))
    countersign(passed.acted_by("张伟"), [number])
    settle_all(passed)
    prepared = prepare(passed, whole())
    assert [row.record.name for row in prepared.rows] == ["王大山", "郑有田"]
    assert prepared.rows[0].record.values["person.id_number"].text == on_the_card, "the decision goes to the province"
    write_batch(passed, prepared, tmp_path / "二")
    assert visit_named(passed, "H001").state == "reported"
    later = import_feedback(passed, error_file(
        tmp_path / "又.xlsx", ("姓名", "身份证号", "规则名称"), ("李桂芳", li.number, "姓名与医保不一致")
    ), 1)  # fmt: skip
    assert rejected(later) == {"李桂芳": ["姓名与医保不一致"]}
    assert visit_named(passed, "H001").state == "draft", "what was left as it was sent is meant too"
    assert import_feedback(passed, file, 1).returned == (), "what was sent again since is not what the province saw"


    # who is not on the next list was not taken either
    listed = error_file(tmp_path / "下次.xlsx", ("姓名", "身份证号"), ("王大山", on_the_card))
    gone = import_feedback(passed, listed, 2, as_list=True)
    assert rejected(gone) == {"郑有田": ["省里返回的名单（下次.xlsx）里没有这个人"]}
    sentence = str(finding_detail(passed, findings(passed)["郑有田"][0]).finding.sentence)
    assert sentence == "省里退回了第 2 批里这个人的行：省里返回的名单（下次.xlsx）里没有这个人。"
    assert visit_named(passed, "H005").state == "draft"
    assert [one.rejected for one in batches(passed)] == [1, 2]
    assert rebuilt(passed) == contents(passed.connection, VIEWS)


def settle_all(book: Casebook) -> None:
    open_ones = "SELECT id FROM finding WHERE severity = 'A' AND status = 'open'"
    ids = [number for (number,) in book.connection.execute(open_ones)]
    decide(book, ids, Ruling(1, "证件属实"))
    countersign(book.acted_by("张伟"), ids)


@pytest.fixture(scope="module")
def wide(passed_folder: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Casebook]:
    """Everybody handed in; only to be read."""
    folder = tmp_path_factory.mktemp("wide")
    shutil.copytree(passed_folder / "县.ruhu", folder / "县.ruhu")
    with open_casebook(folder / "县.ruhu", author="刘敏", views=VIEWS) as book:
        sent(book, folder / "一")
        yield book


def test_our_own_copy_with_a_column_more(wide: Casebook, tmp_path: Path) -> None:
    (batch,) = batches(wide)
    said = {"王大山": "疾病1 疾病代码不存在", "孙二妹": "性别与证件号不符；联系电话必填", "赵铁柱": "通过"}
    for before in (0, 2):
        found = read_feedback(wide, our_copy(wide, batch, tmp_path / f"退{before}.xlsx", said, before))
        assert (found.shape, found.unmatched, found.accepted) == ("copy", (), 3)
        assert set(rejected(found)) == {"王大山", "孙二妹"}
        message = next(one.messages[0] for one in found.rejected if one.row.name == "孙二妹")
        assert message.title == "性别、证件号、联系电话" and message.sent.startswith("2、")
        (ill,) = next(one.messages for one in found.rejected if one.row.name == "王大山")
        assert (ill.title, ill.field) == ("疾病1/疾病代码", "disease_code")


def test_the_next_returned_list(wide: Casebook, tmp_path: Path) -> None:
    told = people(wide, batches(wide)[0])
    lines = [
        (name, row.number, "云丰镇" if name != "吴小满" else "河口乡", "男" if name == "赵铁柱" else "")
        for name, row in told.items()
        if name != "王小山"
    ]
    lines[0] = ("赵铁拄", *lines[0][1:])
    header = ("姓名", "身份证号", "乡镇", "性别")
    file = error_file(tmp_path / "下次.xlsx", header, *lines, ("外来人", "", "", ""), title="返回名单")
    for as_list in (False, True):
        found = read_feedback(wide, file, as_list=as_list)
        assert (found.shape, found.accepted, found.unmatched) == ("list", 4, ())
        assert rejected(found) == {
            "赵铁柱": ["省里的名单上「姓名」是「赵铁拄」"], "吴春来": ["省里的名单上「乡镇」是「云丰镇」"],
            "王小山": ["省里返回的名单（下次.xlsx）里没有这个人"],
        }  # fmt: skip
    for rows in (lines[:2], [("谁", "", "", "")]):
        other = error_file(tmp_path / "别的.xlsx", header, *rows)
        with pytest.raises(RuhuError) as raised:
            read_feedback(wide, other, 1)
        assert (raised.value.code, raised.value.category) == ("no_reasons", "check")


def test_a_reason_that_is_a_formula_without_result_is_no_acceptance(wide: Casebook, tmp_path: Path) -> None:
    file = error_file(tmp_path / "公式.xlsx", ("姓名", "身份证号", "错误说明"), ("王大山", "x", '="身份证"&"不一致"'))
    with pytest.raises(RuhuError) as refused:
        read_feedback(wide, file)
    assert refused.value.code == "formulas" and refused.value.place.file == "公式.xlsx"


def test_which_batch_is_meant(wide: Casebook, tmp_path: Path) -> None:
    file = error_file(tmp_path / "错.xlsx", ("姓名", "证件号码", "错误说明"), ("谁", "990101198001010019", "不对"))
    for batch, code in ((None, "which_batch"), (7, "no_batch")):
        with pytest.raises(RuhuError) as raised:
            read_feedback(wide, file, batch)
        assert raised.value.code == code and "谁" not in raised.value.what
    assert why(read_feedback(wide, file, 1)) == [(3, NOBODY)]


def test_a_file_about_others_and_the_same_file_again(passed: Casebook, tmp_path: Path) -> None:
    """Any workbook with remarks on people would send those of them back who were handed in."""
    header = ("姓名", "证件号码", "错误说明")
    wang = people(passed, sent(passed, tmp_path / "一"))["王大山"].number
    others = [(f"外人{n}", "", "健康状况：健康") for n in range(20)]
    mistaken = error_file(tmp_path / "别的.xlsx", header, ("王大山", wang, "健康状况：健康"), *others)
    with pytest.raises(RuhuError) as raised:
        read_feedback(passed, mistaken)
    assert raised.value.code == "which_batch" and "21 行里只有 1 行是第 1 批的人" in raised.value.what
    assert list(rejected(read_feedback(passed, mistaken, 1))) == ["王大山"], "said to be of this batch"
    file = error_file(tmp_path / "错.xlsx", header, ("王大山", wang, "证件号不符"))
    assert import_feedback(passed, file).batch.number == 1
    write_batch(passed, prepare(passed, whole(), everything=True, included={}), tmp_path / "二")
    again = import_feedback(passed, file)
    assert (again.batch.number, bool(again.already)) == (1, True), "not the newer batch that has the same people"


WANG = "990101196001010015"
WANG = WANG[:17] + check_digit(WANG[:17])
OTHER = "99010119620303002" + check_digit("99010119620303002")


def row_of(key: str, name: str, number: str = "", code: str = "") -> SentRow:
    return SentRow(0, 3, key, key, (), f"v{key}", "s", "d", name, number, code)


MATCHER = Matcher([
    sent_person(row_of("王", "王大山", WANG, "P01"), "云丰镇", "青桥村", "H001"),
    sent_person(row_of("李", "李桂芳", OTHER, "P02"), "云丰镇", "青桥村", "H001"),
    sent_person(row_of("张甲", "张伟", "", "P03"), "云丰镇", "白石村", "H002", "1950-05-05"),
    sent_person(row_of("张乙", "张伟", "", ""), "河口乡", "柳林村", "H003", "1950-05-05"),
    sent_person(row_of("丙", "马·阿里", WANG[:17] + "*", "P05"), "河口乡", "柳林村", "", ""),
])  # fmt: skip


@pytest.mark.parametrize(
    ("told", "whom"),
    [
        ({"person_code": " ０P01"}, NO_ONE_NAMED),
        ({"person_code": "p01"}, "王"),
        ({"name": "王 大山", "id_number": WANG.lower()}, "王"),
        ({"name": "王大山（户主）", "id_number": f"'{WANG} "}, "王"),
        ({"name": "王大善", "id_number": WANG}, "王"),
        ({"name": "王*山", "id_number": f"{WANG[:6]}********{WANG[14:]}"}, "王"),
        ({"name": "王大山", "id_number": float(WANG[:17] + "0")}, "王"),
        ({"name": "王大山", "id_number": "9.901011960E+17"}, "王"),
        ({"name": "王大山", "id_number": "9.9E+17"}, UNSURE),
        ({"name": "王大山", "id_number": "9.9E+17", "village": "青桥村委会"}, "王"),
        ({"name": "王大山", "birth_date": "1960.1.1"}, "王"),
        ({"name": "王大山", "household_code": "H001", "village": "青桥村"}, "王"),
        ({"name": "王大山"}, UNSURE),
        ({"name": "王大山", "township": "云丰镇"}, UNSURE),
        ({"name": "王大山", "village": "白石村"}, NOBODY),
        ({"name": "王大山", "birth_date": "1961-01-01", "village": "青桥村"}, NOBODY),
        ({"name": "王大山", "id_number": OTHER[:6] + "********" + OTHER[14:]}, NOBODY),
        ({"name": "赵铁柱", "id_number": WANG}, OTHER_NAME),
        ({"name": "王大山", "person_code": "P02", "id_number": WANG}, TWO_PEOPLE),
        ({"name": "张伟", "birth_date": "1950-05-05"}, SEVERAL),
        ({"name": "张伟", "birth_date": "19500505", "township": "河口乡"}, "张乙"),
        ({"name": "马阿里", "village": "柳林村"}, "丙"),
        ({"id_number": "9.9E+17"}, NO_ONE_NAMED),
        ({}, NO_ONE_NAMED),
    ],
)
def test_whom_a_line_names(told: dict[str, str | float], whom: str) -> None:
    found = MATCHER.match(Line("表", 3, told, (), True))
    assert (found if isinstance(found, str) else found.msgid) == whom


def test_what_a_line_says() -> None:
    told: dict[tuple[str, ...], dict[tuple[str, ...], list[str]]] = {
        ("校验结果", "错误说明"): {("不通过", "号码不符"): ["号码不符"], ("通过", "提示：没有电话"): []},
        ("审核意见",): {("同意上报，通过",): ["同意上报，通过"], ("无误。",): [], ("",): [], ("不通过",): ["不通过"]},
        ("规则名称", "问题描述"): {("证件号校验", "末位不对"): ["证件号校验", "末位不对"]},
        ("错误字段", "错误原因"): {("出生日期", "不合逻辑"): ["不合逻辑"]},
        ("审核人", "核查日期"): {("张三", "2016-06-01"): []},
    }  # fmt: skip
    for headers, rows in told.items():
        columns = (*(Column(n, header, None) for n, header in enumerate(headers)), Column(9, "姓名", "name"))
        for cells, messages in rows.items():
            table = Table(
                Source("f", "xlsx", "", 0), (Block("表", "", (1, 1), columns),), (Row(0, 2, cells),), (), (), 2
            )
            lines = table_lines(table)
            (line,) = lines.lines
            assert [text for text, _about in line.messages] == messages, (headers, cells)
            assert line.refused == bool(messages) and lines.told == (headers[0] != "审核人")


def test_what_a_message_is_about() -> None:
    columns = ColumnWords(WIDE)
    cells = dict(enumerate(("1", "云丰镇", "青桥村", "H001", "王大山", WANG, "1", "户主", "", "E11", "", "I10", "")))
    for said, about, title, field in (
        ("身份证号与公安人口信息不一致", "", "证件号", "id_number"),
        ("户主身份证号为空", "", "户主身份证号", ""),
        ("疾病2疾病代码不在病种目录", "", "疾病2/疾病代码", "disease_code_2"),
        ("姓名和疾病代码：查无此人", "", "姓名、疾病1/疾病代码、疾病2/疾病代码", "name"),
        ("疾病代码不在目录", "", "疾病1/疾病代码、疾病2/疾病代码", "disease_code"),
        ("不合逻辑", "确诊时间", "疾病1/确诊时间", "diagnosed_date"),
        ("请核实", "", "", ""),
    ):
        message = columns.message(said, about, lambda place: cells[place])
        assert (message.title, message.field) == (title, field), said
    assert columns.message("疾病代码不在目录", "", lambda place: cells[place]).sent == "E11、I10"
    assert columns.message("不合逻辑", "确诊时间", lambda place: "").text == "确诊时间：不合逻辑"
