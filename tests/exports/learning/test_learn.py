"""Learning templates: what each column is, where the people go, and the format that comes of it."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable, Mapping
from io import BytesIO
from pathlib import Path

import openpyxl
import pytest

from casebook.errors import RuhuError
from exports.formats.load import parse_format
from exports.formats.write import format_text
from exports.learning import Learned, Proposal, learn, learned_format
from exports.learning.meaning import meaning_of
from exports.learning.to_format import with_choices
from exports.learning.vocabulary import vocabulary
from tests.conftest import RunRuhu
from tests.exports.learning.made_templates import Made, drop_down, lay_out
from tests.exports.learning.ten_templates import TEN

_DECOYS = (
    "配偶姓名|监护人姓名|联系人姓名|联系人电话|村医电话|录入人|帮扶责任人|审核时间|上报单位|疾病诊断医生|"
    "身份证住址|死亡时间|备注|姓名（监护人）|姓名(指户主)|姓名 Guardian|监护人/姓名|帮扶干部/联系电话|"
    "亲属/姓名|签约服务/姓名|摸底/确诊时间|医院名称|医院|属地|合计|其他|参保/新农合|总费用（万元）|单位|时间|"
    "姓名（男/女）|住院/人数|配偶/证件号|开户人|收款人姓名|原户主姓名及电话|户主/联系电话|是否签约家庭医生|"
    "工作单位电话|紧急联系人|2016年姓名|变更后姓名"
)

_ROWS = {
    "省级核查表": ("核查上报表", (3, 5), 7),
    "双语": ("Sheet", (2, 2), 3),
    "多张表": ("采集表", (4, 4), 5),
    "各种姓名": ("Sheet", (2, 2), 3),
    "大病救治台账": ("Sheet", (2, 3), 5),
    "健康状况核查表": ("Sheet", (4, 5), 6),
    "平板调查": ("Sheet", (1, 1), 2),
    "人口疾病信息表": ("Sheet", (2, 4), 6),
    "库结构": ("Sheet", (2, 2), 3),
    "县办": ("Sheet", (5, 7), 9),
}


@pytest.fixture(scope="module")
def ten(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, tuple[Made, Learned]]:
    folder = tmp_path_factory.mktemp("templates")
    made = [make() for make in TEN]
    return {one.name: (one, learn(one.save(folder))) for one in made}


def _named(learned: Learned) -> dict[str, Proposal]:
    return {one.letter: one for one in learned.columns}


def test_nearly_every_column_is_right_and_no_sure_one_is_wrong(ten: Mapping[str, tuple[Made, Learned]]) -> None:
    right = columns = 0
    for made, learned in ten.values():
        found = _named(learned)
        assert set(found) == set(made.truth), made.name
        wrong = {letter: one for letter, one in found.items() if one.title != made.truth[letter]}
        assert not [letter for letter, one in wrong.items() if one.sure], made.name
        assert len(wrong) * 20 <= len(found), (made.name, wrong)
        right, columns = right + len(found) - len(wrong), columns + len(found)
        assert sum(one.sure for one in found.values()) * 3 > len(found), made.name
    assert right / columns >= 0.99


def test_where_the_header_stands_and_the_people_go(ten: Mapping[str, tuple[Made, Learned]]) -> None:
    assert {name: (one.sheet, one.header_rows, one.first_row) for name, (_made, one) in ten.items()} == _ROWS
    several = ten["多张表"][1]
    assert {one.name: one.reason.msgid for one in several.other_sheets}["旧版"] == "隐藏的工作表"
    assert [one.letter for one in ten["平板调查"][1].columns if one.hidden] == ["J"]
    assert any("示例" in note.msgid for note in ten["人口疾病信息表"][1].notes)


def test_how_cells_are_written(ten: Mapping[str, tuple[Made, Learned]]) -> None:
    province, several = _named(ten["省级核查表"][1]), _named(ten["多张表"][1])
    sex, birth, person = province["I"], province["J"], province["H"]
    assert (sex.write, sex.values) == ("code", (("1", "男"), ("2", "女")))
    assert birth.date == "YYYYMMDD" and person.required and not birth.required
    # 有 and 无 are the form's 1 and 2
    assert (province["R"].write, province["R"].values) == ("name", (("1", "有"), ("2", "无")))
    assert several["L"].options == ("一般贫困户", "低保户", "五保户", "低保贫困户")
    assert several["L"].values[3] == ("04", "低保贫困户")
    assert _named(ten["平板调查"][1])["T"].values == (("0", "未脱贫"), ("1", "脱贫"), ("2", "预脱贫"), ("3", "返贫"))
    both = _named(ten["库结构"][1])["F"]
    assert (both.write, both.values) == ("both", (("1", "男"), ("2", "女")))
    assert [one.nth for one in province.values() if one.field == "disease.name"] == [1, 2, 3]
    assert {one.cell for one in province.values() if one.field.startswith("cost.")} == {"number"}


def test_the_format_reads_back_and_says_what_is_doubtful(ten: Mapping[str, tuple[Made, Learned]]) -> None:
    for _made, learned in ten.values():
        made = learned_format(learned)
        text = format_text(made.format, made.remarks)
        assert parse_format(text, learned.template, "x.toml", "file").format == made.format
        assert set(made.remarks) >= {one.column for one in learned.columns if not one.sure}
    province = learned_format(ten["省级核查表"][1]).format
    assert {(one.part, one.how, one.most) for one in province.repeats} == {
        ("disease", "columns", 3),
        ("treatment", "sum", 0),
    }
    assert len(province.sums[0].parts) == 9 and province.title.startswith("四川省建档立卡")
    # without a column for every payer, 其他 takes the rest
    anhui = learned_format(ten["大病救治台账"][1]).format
    assert "cost.rest" in anhui.sums[0].parts and "cost.rest" in {one.field for one in anhui.columns}


def test_a_choice_takes_the_place_of_a_proposal(ten: Mapping[str, tuple[Made, Learned]]) -> None:
    learned = ten["县办"][1]
    chosen = with_choices(learned, {1: "place.county", 12: "disease.subname", 8: ""})
    found = {one.column: one for one in chosen.columns}
    assert (found[1].title, found[1].sure) == ("县(市、区)", True)
    assert (found[12].field, found[12].nth) == ("disease.subname", 1)
    assert not found[8].field and found[8].sure
    with pytest.raises(RuhuError) as raised:
        with_choices(learned, {1: "no.such"})
    assert raised.value.category == "usage"


@pytest.mark.parametrize("path", _DECOYS.split("|"))
def test_what_is_somebody_elses_or_unclear_is_never_sure(path: str) -> None:
    found = meaning_of((path,) if "男/女" in path else tuple(path.split("/")), vocabulary())
    assert not found.sure, found


def test_known_wordings_belong_to_one_field() -> None:
    words = vocabulary()
    sure = {key: [one.field for one in known if one.sure] for key, known in words.words.items()}
    shared = {key: names for key, names in sure.items() if len(names) > 1}
    assert all(set(names) == {"person.outcome", "disease.outcome"} for names in shared.values()), shared
    groups = {one[0] for one in words.groups}
    assert {kind for kind, _key in words.within} <= groups


_X14 = """<extLst><ext xmlns:x14="http://schemas.microsoft.com/office/spreadsheetml/2009/9/main"
uri="{CCE6A557-97BC-4b89-ADB6-D9C93CAAB3DF}"><x14:dataValidations
xmlns:xm="http://schemas.microsoft.com/office/excel/2006/main" count="1">
<x14:dataValidation type="list" showErrorMessage="1"><x14:formula1><xm:f>码!$A$1:$A$2</xm:f></x14:formula1>
<xm:sqref>B2:B99</xm:sqref></x14:dataValidation></x14:dataValidations></ext></extLst></worksheet>"""


def _changed(path: Path, change: Callable[[str, bytes], bytes]) -> Path:
    """The workbook with every part as `change` gives it."""
    out = BytesIO()
    with zipfile.ZipFile(path) as source, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as target:
        for name in source.namelist():
            target.writestr(name, change(name, source.read(name)))
    path.write_bytes(out.getvalue())
    return path


def test_newer_drop_downs_say_what_an_unknown_column_is(tmp_path: Path) -> None:
    made = Made("新")
    lay_out(made, "姓名|甲栏→性别|证件号|乙栏→|疾病名称")
    codes = made.book.create_sheet("码")
    codes.append(["男"])
    codes.append(["女"])
    drop_down(made, "D", 2, '"一,二"')
    path = made.save(tmp_path)
    page = "xl/worksheets/sheet1.xml"
    _changed(path, lambda name, data: data.replace(b"</worksheet>", _X14.encode()) if name == page else data)
    found = _named(learn(path))
    assert (found["B"].field, found["B"].sure, found["B"].options) == ("person.sex", False, ("男", "女"))
    assert not found["D"].field and found["D"].options == ("一", "二")


def test_prefixed_parts_inline_texts_and_thousands_of_formatted_rows(tmp_path: Path) -> None:
    book = openpyxl.Workbook(write_only=True)
    page = book.create_sheet("表")
    page.append(["序号", "姓名", "证件号码", "疾病名称"])
    for number in range(3000):
        page.append([number + 1, "甲", "990000196001010010", "高血压"])
    path = tmp_path / "大.xlsx"
    book.save(path)
    learned = learn(path)
    assert [one.title for one in learned.columns] == ["序号", "姓名", "证件号", "疾病名称"] and learned.first_row == 2

    def prefixed(name: str, data: bytes) -> bytes:
        if not name.startswith("xl/worksheets/"):
            return data
        text = re.sub(r"<(/?)(?=[a-zA-Z])", r"<\1x:", data.decode()).replace("xmlns=", "xmlns:x=")
        return text.encode()

    again = learn(_changed(path, prefixed))
    assert again.columns == learned.columns


def _plain(path: Path) -> Path:
    book = openpyxl.Workbook()
    book.active["A1"] = "关于开会的通知"
    book.save(path)
    return path


def _doctype(name: str, data: bytes) -> bytes:
    return data.replace(b"<worksheet", b'<!DOCTYPE x [<!ENTITY a "b">]><worksheet', 1) if "sheet1" in name else data


def test_files_that_cannot_be_used_are_refused_in_one_line(tmp_path: Path) -> None:
    plain = _plain(tmp_path / "通知.xlsx")
    cases = {
        "template_header": plain,
        "not_found": tmp_path / "没有.xlsx",
        "is_folder": tmp_path,
    }
    ole = tmp_path / "旧.xls"
    ole.write_bytes(b"\x09\x08" + b"\x00" * 600)
    broken = tmp_path / "坏.xlsx"
    broken.write_bytes(plain.read_bytes()[:-200])
    bomb = tmp_path / "大.xlsx"
    with zipfile.ZipFile(bomb, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("xl/workbook.xml", b" " * (70 * 1024**2))
    typed = _changed(_plain(tmp_path / "型.xlsx"), _doctype)
    cases |= {"template_kind": ole, "damaged": broken, "zip_bomb": bomb}
    for code, path in cases.items():
        with pytest.raises(RuhuError) as raised:
            learn(path)
        assert raised.value.code == code and "\n" not in raised.value.what + raised.value.remedy
    with pytest.raises(RuhuError):
        learn(typed)
    with pytest.raises(RuhuError) as raised:
        learn(plain, "没有这张")
    assert raised.value.code == "template_sheet"


def test_the_command_prints_and_writes(run_ruhu: RunRuhu, tmp_path: Path) -> None:
    made = Made("省模板")
    lay_out(made, "姓名|证件号码→证件号|甲栏→|病种→疾病名称")
    template = made.save(tmp_path)
    done = run_ruhu("formats", "learn", template, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)[1] == {
        "column": "B",
        "header": "证件号码",
        "field": "person.id_number",
        "name": "证件号",
        "sure": True,
    }
    folder = tmp_path / "格式"
    folder.mkdir()
    given = ("--map", "C=确诊时间", "--map", "病种=", "-o", folder / "本县.toml")
    written = run_ruhu("formats", "learn", template, *given)
    assert written.returncode == 0, written.stderr
    assert sorted(path.name for path in folder.iterdir()) == ["本县.toml", "省模板.xlsx"]
    assert (folder / "省模板.xlsx").read_bytes() == template.read_bytes()
    text = (folder / "本县.toml").read_text(encoding="utf-8")
    assert 'field = "disease.date"' in text and "disease.name" not in text
    assert run_ruhu("formats", "check", folder / "本县.toml").returncode == 0
    other = run_ruhu("formats", "learn", template, "-o", folder / "本县.toml")
    assert other.returncode == 2 and "已有这个文件" in other.stderr
    assert (folder / "本县.toml").read_text(encoding="utf-8") == text
    wrong = run_ruhu("formats", "learn", template, "--map", "ZZ=姓名")
    assert wrong.returncode == 2 and wrong.stdout == ""
