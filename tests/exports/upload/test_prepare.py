"""What goes, what stays out, what has not changed; and which rows go into which file under which name."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import exports.upload.checks_cells as checks_cells
from casebook.errors import RuhuError
from casebook.store.casebook import Casebook
from exports.formats.format import Format, Repeat
from exports.upload.batches import revoke
from exports.upload.file_names import LONGEST_BYTES, all_different, filled, safe_name
from exports.upload.file_plan import planned_files
from exports.upload.prepare import Prepared, prepare
from exports.upload.record import DiseasePart, Record, Records, Value
from exports.upload.rows import rows_of
from exports.upload.writing import write_batch
from survey_forms.visits.visit_list import VisitFilter, visit_named
from tests.audit.casebooks import give
from tests.exports.upload.made_passed import COLUMNS, WAITING, column, loaded, small_format
from tests.survey_forms.visits.lists import ROSTER

DAY = date(2026, 11, 22)


def names(prepared: Prepared) -> list[str]:
    return [row.record.name for row in prepared.rows]


def test_who_goes_who_stays_out_who_waits(passed: Casebook) -> None:
    prepared = prepare(passed, loaded(), day=DAY)
    assert names(prepared) == ["赵铁柱", "孙二妹", "王大山", "李桂芳", "王小山", "吴春来", "吴小满"]
    (left,) = prepared.left_out
    assert (left.record.name, left.place, [one.code for one in left.problems]) == ("郑有田", 1, ["finding"])
    assert [one.visit for one in prepared.waiting] == [visit_named(passed, WAITING).id]
    assert [file.name for file in prepared.files] == [
        "测试县_云丰镇_小表_20261122_5.xlsx", "测试县_河口乡_小表_20261122_2.xlsx"
    ]  # fmt: skip
    assert prepare(passed, loaded(), day=DAY) == prepared
    here = prepare(passed, loaded(), VisitFilter(township="河口乡"), day=DAY)
    assert (names(here), len(here.left_out), here.waiting) == (["吴春来", "吴小满"], 1, ())
    only = loaded(small_format(only={"person.relation": ("户主",)}))
    assert names(prepare(passed, only, day=DAY)) == ["赵铁柱", "王大山", "吴春来"]


def test_included_for_a_reason(passed: Casebook) -> None:
    (left,) = prepare(passed, loaded()).left_out
    key = left.record.key
    for given_as in (key, key[:8], left.record.visit[:6], left.record.visit):
        prepared = prepare(passed, loaded(), included={given_as: "台账漏登，已函告"})
        assert (prepared.left_out, prepared.included) == ((), ((key, "台账漏登，已函告"),))
        assert [one.code for one in prepared.excused] == ["finding"] and prepared.problems == ()
    whoever = prepare(passed, loaded()).rows[0].key
    assert prepare(passed, loaded(), included={whoever: "多余"}).included == ()
    for wrong in ({key: "  "}, {"没有这个人": "理由"}, {"P": "理由"}):
        with pytest.raises(RuhuError) as raised:
            prepare(passed, loaded(), included=wrong)
        assert raised.value.category == "usage"


def test_nobody_is_included_whom_a_workbook_cannot_hold(passed: Casebook, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks_cells, "LONGEST_TEXT", 17)  # characters of a cell: one less than a number has
    visits = {visit_named(passed, household).handle: "照样" for household in ("H002", "H005")}
    prepared = prepare(passed, loaded(), included=visits)
    assert (prepared.rows, prepared.included) == ((), ())
    assert [left.never for left in prepared.left_out] == [True] * 8


def test_only_what_changed_since(passed: Casebook, tmp_path: Path) -> None:
    remarked = loaded(small_format(columns=(*COLUMNS, column(10, "备注", "person.remark"))))
    write_batch(passed, prepare(passed, remarked), tmp_path / "一")
    again = prepare(passed, remarked)
    assert (again.rows, again.unchanged, len(again.left_out), again.gone) == ((), 7, 1, ())
    assert len(prepare(passed, remarked, everything=True).rows) == 7
    assert len(prepare(passed, loaded(small_format(name="另一种"))).rows) == 7
    lines = [line[:-1] + "搬到新房" if line.startswith("吴小满") else line for line in ROSTER.splitlines()]
    give(passed, "roster", "\n".join(lines))
    home = visit_named(passed, "H004").id
    too_long = prepare(passed, loaded(small_format(columns=(*COLUMNS, column(10, "备注", "person.remark", length=3)))))
    assert too_long.rows == () and home not in {visit for visit, _submission in too_long.complete}
    changed = prepare(passed, remarked)
    assert (names(changed), changed.unchanged) == (["吴小满"], 6)
    write_batch(passed, changed, tmp_path / "二")
    told = "SELECT visit FROM batch_visit v JOIN batch b ON b.id = v.batch WHERE b.number = 2"
    assert passed.connection.execute(told).fetchall() == [(home,)], "of the other visits nobody is new"
    assert prepare(passed, remarked).rows == ()
    revoke(passed, 2, "写错了")
    assert names(prepare(passed, remarked)) == ["吴小满"]
    revoke(passed, 1, "换模板")
    assert len(prepare(passed, remarked).rows) == 7


def test_who_is_gone_since(passed: Casebook, tmp_path: Path) -> None:
    sent = prepare(passed, loaded())
    write_batch(passed, sent, tmp_path / "一")
    heads = loaded(small_format(only={"person.relation": ("户主",)}))
    gone = {one.key: one.batch for one in prepare(passed, heads).gone}
    assert gone == {row.key: 1 for row in sent.rows if row.record.name in ("孙二妹", "李桂芳", "王小山", "吴小满")}
    here = prepare(passed, heads, VisitFilter(township="河口乡")).gone
    assert [one.visit for one in here] == [visit_named(passed, "H004").id]


def person(key: str, village: str = "青桥村", township: str = "云丰镇", diseases: int = 1) -> Record:
    told = {"person.name": Value("王大山"), "person.id_number": Value("990101196001010015")}
    ill = tuple(DiseasePart({"disease.name": Value(f"病{n}")}) for n in range(diseases))
    return Record(key, key, (), f"v{key}", "s", township, village, "H001", "王大山", told, ill)


def plan(format: Format, *people: Record) -> list[tuple[str, int]]:
    rows = rows_of(Records(people), format).rows
    return [(one.name, len(one.rows)) for one in planned_files(rows, format, county="甲县", day=DAY)]


def test_files_by_place_and_by_number_of_rows() -> None:
    people = [person("1"), person("2", "白石村"), person("3", "柳林村", "河口乡"), person("4", "青桥村", "河口乡")]
    name = "{county}_{township}_{village}_{count}.xlsx"
    assert plan(small_format(split="none", file_name=name), *people) == [("甲县_4.xlsx", 4)]
    assert plan(small_format(split="none", file_name=name), *people[:2]) == [("甲县_云丰镇_2.xlsx", 2)]
    assert plan(small_format(split="village", file_name=name), *people) == [
        ("甲县_云丰镇_青桥村_1.xlsx", 1), ("甲县_云丰镇_白石村_1.xlsx", 1),
        ("甲县_河口乡_柳林村_1.xlsx", 1), ("甲县_河口乡_青桥村_1.xlsx", 1),
    ]  # fmt: skip
    alike = small_format(split="village", file_name="{county}.xlsx")
    assert [one for one, _rows in plan(alike, *people)] == ["甲县.xlsx", "甲县_2.xlsx", "甲县_3.xlsx", "甲县_4.xlsx"]
    parts = small_format(split="none", most_rows=3, file_name="{county}.xlsx")
    assert plan(parts, *people) == [("甲县_1.xlsx", 3), ("甲县_2.xlsx", 1)]
    named = small_format(split="none", most_rows=3, file_name="{part}号{county}.xlsx")
    assert plan(named, *people) == [("1号甲县.xlsx", 3), ("2号甲县.xlsx", 1)]


def test_the_rows_of_one_person_stay_together() -> None:
    columns = (*COLUMNS, column(10, "病", "disease.name"))
    format = small_format(split="none", columns=columns, repeats=(Repeat("disease", "rows"),), file_name="{count}人")
    people = [person("1", diseases=2), person("2", diseases=2), person("3")]
    assert plan(replace(format, most_rows=3), *people) == [("1人_1.xlsx", 2), ("2人_2.xlsx", 3)]
    with pytest.raises(RuhuError, match="person_too_long"):
        plan(replace(format, most_rows=1), *people)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('a<b>c:d"e/f\\g|h?i*j', "a_b_c_d_e_f_g_h_i_j.xlsx"),
        ("con.2016", "_con.2016.xlsx"),
        ("COM¹", "_COM¹.xlsx"),
        (" ..表. ", "表.xlsx"),
        ("表.XLSX", "表.xlsx"),
        ("", "_.xlsx"),
        ("a\u202eb\u200b\n", "ab_.xlsx"),
    ],
)
def test_names_that_every_system_takes(text: str, expected: str) -> None:
    assert safe_name(text) == expected


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text(max_size=120), min_size=1, max_size=4))
def test_any_text_becomes_a_name(texts: list[str]) -> None:
    found = all_different([safe_name(text) for text in texts])
    assert len({one.casefold() for one in found}) == len(texts)
    for one in found:
        stem = one.removesuffix(".xlsx")
        assert len(one.encode()) <= LONGEST_BYTES and stem == stem.strip(" .") and stem
        assert not set(one) & set('<>:"/\\|?*') and one.isprintable()


def test_a_pattern_leaves_no_gaps() -> None:
    told = {"county": "甲县", "title": "表", "township": "", "part": "2"}
    assert filled("{county}_{township}_{title}_{part}.xlsx", told) == "甲县_表_2.xlsx"
    assert filled("{township}_{county}", told) == "甲县"
