"""Every workbook of an upload, read back by another program and compared cell by cell with what the casebook says:
both shipped formats and a template that was learned, over an invented county with decisions and corrections."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from audit.decisions import Ruling, countersign, decide
from casebook.people.idnumber import check_digit
from casebook.sample.county import invent_county
from casebook.sample.province import write_template
from casebook.sample.workbooks import write_county
from casebook.store.casebook import Casebook, create_casebook
from casebook.store.facts import decoded
from exports.formats.format import LoadedFormat
from exports.formats.load import find_format, parse_format
from exports.formats.write import format_text
from exports.learning import format_of, learn
from exports.upload.batches import BatchRow, batch_files
from exports.upload.prepare import prepare
from exports.upload.writing import write_batch
from survey_forms.interview import open_interview
from survey_forms.visits.steps import pass_on, send_back
from tests.exports.upload import read_back_columns as columns
from tests.exports.upload.told import Told, people
from tui.all_views import VIEWS
from tui.commands.check import cross_checked
from tui.commands.demo_casebook import COUNTY, TOWNSHIP, fill_casebook, make_visits

DAY = date(2026, 11, 1)
NAMES = ("sichuan", "fujian", "learned")


@dataclass(frozen=True)
class Sent:
    """A batch that was written, its files by name, and where its rows are."""

    batch: BatchRow
    files: dict[str, bytes]
    first_row: int
    header: tuple[int, int]
    expected: Mapping[str, columns.Column]


Whole = tuple[Casebook, list[Told], dict[str, Sent]]


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Whole]:
    folder = tmp_path_factory.mktemp("county")
    invented = invent_county(200, 3)
    files = write_county(invented, folder)
    result = cross_checked([(files.roster, {}), (files.registry, {})])
    with create_casebook(folder / "县.ruhu", name=invented.names[0], author="刘敏", views=VIEWS) as book:
        fill_casebook(book, result, None)
        make_visits(book, folder / "phones", DAY)
        _decide(book)
        told = people(book, files.roster, files.registry)
        _correct(book, told)
        told = people(book, files.roster, files.registry)
        yield book, told, _sent(book, folder)


def _decide(book: Casebook) -> None:
    """Every verdict on open findings of those who were visited."""
    sql = (
        "SELECT DISTINCT f.id, f.question, f.basis FROM finding f JOIN finding_person p ON p.finding = f.id "
        "WHERE f.status = 'open' AND p.person IN (SELECT person FROM visit_person) ORDER BY f.id"
    )
    seen: Counter[str] = Counter()
    for number, question, basis in book.connection.execute(sql).fetchall():
        alone = len(decoded(basis)) <= 2
        turn = seen[question]
        seen[question] += 1
        ruling = {
            "number": (Ruling(2), Ruling(1), Ruling(3, "看过", "身份证", _number()), Ruling(4, "都不对"))[turn % 4],
            "name": (Ruling(2), Ruling(1), Ruling(3, "看过", "户口本", "更名人"), Ruling(2))[turn % 4],
            "relation": Ruling(3, "看过", "户口本", "之女") if alone else Ruling(1),
        }.get(question, Ruling(2))
        if question not in ("absent", "deceased", "married", "dup", "ambiguous"):
            decide(book, [number], ruling)
    unsigned = [one for (one,) in book.connection.execute("SELECT id FROM finding WHERE status = 'unsigned'")]
    if unsigned:
        countersign(book.acted_by("顾远"), unsigned)


def _number() -> str:
    return "99010519600101001" + check_digit("99010519600101001")


def _correct(book: Casebook, told: Sequence[Told]) -> None:
    """Two visits sent back and answered anew: a name other than both lists have it, after a decision on it; a second
    disease with treatments whose costs have 分, and somebody who was on no list."""
    renamed = next(one for one in told if one.decided.get("name", ("", False))[0] and one.registry)
    treated = next(one for one in told if one.money("cost_total") and one.visit != renamed.visit)
    place = {one.key: f"/data/member[{one.mates.index(one) + 1}]" for one in (renamed, treated)}
    ill = f"{place[treated.key]}/disease[2]"
    new = f"/data/member[{len(treated.mates) + 1}]"
    disease = {
        "disease_code": "E10-E14", "disease_subname": "2型", "diagnosed_date": "2024-02-01",
        "diagnosing_hospital": "县人民医院", "hospital_area": "1", "hospital_level": "2", "hospital_kind": "1",
        "disease_class": "2", "treated": "1",
    }  # fmt: skip
    treatment = {
        "treating_hospital": "县人民医院", "treating_area": "1", "treating_level": "2", "treating_kind": "1",
        "treatment_policy": "1 4", "treatment_method": "2", "treatment_effect": "2", "cost_known": "1",
    }  # fmt: skip
    costs = [("2025-03-01", "0.29", "0.10", "0.19"), ("2099-01-01", "1000.07", "333.36", "666.71")]
    added = {
        "identity_document": "2", "person_name": "添丁", "person_sex": "2", "person_birth_date": "2000-05-06",
        "person_id_number": "99010520000506002" + check_digit("99010520000506002"), "person_relation": "04",
        "person_outcome": "2", "whereabouts": "1", "labour": "2", "insurance": "1 2", "health_record": "1",
        "lifted": "1",
    }  # fmt: skip
    _again(book, renamed.visit, [("=", f"{place[renamed.key]}/{name}", text) for name, text in
           (("identity_check", "2"), ("identity_document", "1"), ("person_name", "门上改名"))])  # fmt: skip
    steps = [("+", ill.rpartition("[")[0], ""), *(("=", f"{ill}/{name}", text) for name, text in disease.items())]
    for number, (day, total, paid, rural) in enumerate(costs, 1):
        one = f"{ill}/treatment[{number}]"
        steps += [("+", f"{ill}/treatment", "")]
        steps += [("=", f"{one}/treated_date", min(day, DAY.isoformat()))]
        steps += [("=", f"{one}/{name}", text) for name, text in treatment.items()]
        steps += [("=", f"{one}/cost/{name}", text) for name, text in
                  (("cost_total", total), ("cost_own", paid), ("cost_rural", rural))]  # fmt: skip
    steps += [("+", "/data/member", ""), *(("=", f"{new}/{name}", text) for name, text in added.items())]
    _again(book, treated.visit, steps)
    taken = (renamed.visit, treated.visit)
    absent = next(one for one in told if len(one.mates) > 2 and one is one.mates[-1] and one.visit not in taken)
    gone = f"/data/member[{len(absent.mates)}]"
    _again(book, absent.visit, [("=", f"{gone}/person_status", "2"), ("=", f"{gone}/status_reason", "2")])


def _again(book: Casebook, visit: str, steps: Sequence[tuple[str, str, str]]) -> None:
    send_back(book.acted_by(COUNTY), visit, "请核")
    interview = open_interview(book.acted_by("林向阳"), visit)
    for what, ref, text in steps:
        if what == "+":
            interview.add(ref)
        else:
            interview.answer(ref, text)
    for ref, _said in interview.filling.warnings():
        interview.reason(ref, "看过原件")
    interview.submit()
    for reviewer in (TOWNSHIP, COUNTY):
        pass_on(book.acted_by(reviewer), [visit])


def _sent(book: Casebook, folder: Path) -> dict[str, Sent]:
    template = folder / "省里的模板.xlsx"
    write_template(template)
    learned = parse_format(format_text(format_of(learn(template))), template.read_bytes(), template.name, "file")
    found = {}
    by_village = "{county}_{township}_{village}_{title}_{date}_{count}.xlsx"
    for name, loaded, expected in (
        ("sichuan", find_format("sichuan_2016"), columns.SICHUAN),
        ("fujian", changed(find_format("fujian_health_check"), most_rows=50), columns.FUJIAN),
        ("learned", changed(learned, split="village", file_name=by_village), columns.LEARNED),
    ):
        (folder / name).mkdir()
        batch = write_batch(book, prepare(book, loaded, day=DAY), folder / name)
        files = dict(batch_files(book, batch.number))
        assert {path.name: path.read_bytes() for path in (folder / name).iterdir()} == files
        format = loaded.format
        found[name] = Sent(batch, files, format.first_row, format.header_rows, expected)
    return found


def changed(loaded: LoadedFormat, **more: Any) -> LoadedFormat:
    """The format with another split: several files."""
    return replace(loaded, format=replace(loaded.format, **more))


def _sheet(content: bytes, name: str = "") -> list[list[Any]]:
    book = CalamineWorkbook.from_filelike(BytesIO(content))
    return book.get_sheet_by_name(name or book.sheet_names[0]).to_python(skip_empty_area=False)


def _headers(rows: Sequence[Sequence[Any]], first: int, last: int) -> list[str]:
    """The titles of the columns: a group's text stands in the first of its cells."""
    found, group = [], ""
    for column in range(len(rows[last - 1])):
        above, below = str(rows[first - 1][column]), str(rows[last - 1][column])
        group = above or (group if below else "")
        found.append("/".join(dict.fromkeys(filter(None, (group, below)))) if below else group)
    return found


def _uploads(sent: Sent) -> Iterator[tuple[str, list[list[Any]]]]:
    for name, content in sent.files.items():
        if name != "未上报.xlsx":
            yield name, _sheet(content)


def _rows(sent: Sent) -> Iterator[tuple[str, int, dict[str, Any]]]:
    """File, 1-based sheet row and cells by header of every person's row; signers below the data are none."""
    for name, sheet in _uploads(sent):
        headers = _headers(sheet, *sent.header)
        for number, row in enumerate(sheet[sent.first_row - 1 :], sent.first_row):
            cells = dict(zip(headers, row, strict=True))
            if str(cells["序号"]).removesuffix(".0").isdecimal():
                yield name, number, cells


def _same(cell: Any, expected: columns.Cell) -> bool:
    if isinstance(expected, Decimal):
        return cell != "" and Decimal(str(cell)) == expected
    return isinstance(cell, str) and cell == (expected or "")


@pytest.mark.parametrize("name", NAMES)
def test_every_cell(county: Whole, name: str) -> None:
    """Of every file every row is one person's and every cell what is known of that person."""
    book, told, batches = county
    sent = batches[name]
    by_key = {one.key: one for one in told}
    kept = _kept_rows(book, sent.batch)
    seen: Counter[str] = Counter()
    for file, number, cells in _rows(sent):
        one = by_key[kept[file, number][0]]
        seen[one.key] += 1
        wrong = {
            title: (cell, expected)
            for title, cell in cells.items()
            if title != "序号" and not _same(cell, expected := sent.expected.get(title, columns.blank)(one))
        }
        assert not wrong, (file, number, one.name, wrong)
        assert kept[file, number][1:] == (one.name, one.number)
    assert set(sent.expected) <= set(cells)
    # nobody twice, nobody missing: the rest is in 未上报.xlsx
    left_out = {one.key for one, _cells, _why in _left_out(sent, told)}
    assert set(seen.values()) == {1} and len(seen) == len(kept) == sent.batch.rows
    assert left_out.isdisjoint(seen) and left_out | set(seen) == set(by_key)
    assert len(left_out) == sent.batch.left_out


def test_what_the_county_brings_about(county: Whole) -> None:
    """The comparison is worth something only where there is something to get wrong."""
    _book, told, _batches = county
    assert len({one.key for one in told}) == len(told) > 120
    assert {one.outcome for one in told} == {"", "1", "2", "3", "4", "5"}
    assert {len(one.diseases) for one in told} >= {0, 1, 2}
    assert {column for one in told for column in one.decided} >= {
        "id_number", "name", "relation", "household_size", "household_code", "person_code",
    }  # fmt: skip
    (renamed,) = (one for one in told if one.name == "门上改名")
    assert renamed.decided["name"][0] not in ("", "门上改名")
    (rich,) = (one for one in told if len(one.treatments) == 3)
    assert rich.money("cost_total") > Decimal("1000.36")  # type: ignore[operator]
    assert any(one.added for one in told) and any(one.own.get("person_status") == "2" for one in told)
    assert any(not one.registry for one in told) and any(not one.roster for one in told)


@pytest.mark.parametrize("name", NAMES)
def test_files_numbers_and_titles(county: Whole, name: str) -> None:
    """Several files of one batch: rows counted from 1 in each, the rows of the file's own place, its name and titles
    with that place and its people; code columns and numbers of documents as text in the file itself."""
    book, _told, batches = county
    sent = batches[name]
    (content,) = book.connection.execute(
        "SELECT b.content FROM envelope e JOIN body b ON b.arrival = e.arrival WHERE e.id = ?", (sent.batch.id,)
    ).fetchone()
    body = decoded(content)
    rows = {one["name"]: one["rows"] for one in body["files"] if one["upload"]}
    serials: dict[str, list[Any]] = {}
    villages: dict[str, set[str]] = {}
    for file, _number, cells in _rows(sent):
        serials.setdefault(file, []).append(cells["序号"])
        villages.setdefault(file, set()).add(str(cells.get("村") or cells.get("行政村") or cells["基本情况/行政村"]))
    assert len(rows) == {"sichuan": 1, "fujian": 3, "learned": len(villages)}[name] > (name != "sichuan")
    for file, found in serials.items():
        as_text = [str(n) for n in range(1, len(found) + 1)]
        assert found == (as_text if name == "learned" else [float(n) for n in as_text])
        assert rows[file] == len(found)
        assert file.startswith(f"{_county(book)}_铁堰镇_") and f"_20261101_{len(found)}" in file
        if name == "learned":
            (village,) = villages[file]
            assert f"_{village}_" in file
    titles = [[str(cell) for cell in row if cell != ""] for row in next(_uploads(sent))[1][: sent.header[0] - 1]]
    count = next(iter(serials.values()))
    place, day = f"{_county(book)} 铁堰镇", f"截止日期：2026年11月1日　人数：{len(count)}"
    assert (
        titles
        == {
            "sichuan": [["“因病致贫、因病返贫”核查上报表"], [f"{place}　{day}"]],
            "fujian": [["建档立卡贫困人口健康状况核查表"], [place], [day]],
            "learned": titles[:2],
        }[name]
    )
    if name == "fujian":
        for _file, sheet in _uploads(sent):
            below = ["".join(map(str, row)) for row in sheet[-3:]]
            assert below[0] == "" and below[1].startswith("核查员(计生管理员)签字") and "核查员(医务人员)" in below[2]


def _county(book: Casebook) -> str:
    return book.name


@pytest.mark.parametrize("name", NAMES)
def test_who_is_left_out_and_why(county: Whole, name: str) -> None:
    """未上报.xlsx tells of each why, every reason is true, and of nobody who was handed in there was one."""
    _book, told, batches = county
    sent = batches[name]
    out = _left_out(sent, told)
    for one, cells, why in out:
        for title, cell in cells.items():
            expected = sent.expected.get(title, columns.blank)(one)
            same = Decimal(cell) == expected if isinstance(expected, Decimal) else cell == (expected or "")
            assert title == "序号" or same, (one.name, title, cell, expected)
        said = {reason for line in why.split("\n") for reason in _REASONS if reason in line}
        assert said and len(said) == len(why.split("\n")), why
        assert said == _wrong(one, name), (one.name, why)
    keys = {one.key for one, _cells, _why in out}
    assert all(not _wrong(one, name) for one in told if one.key not in keys)


_REASONS = (
    "必填，没有值", "校验不通过", "末几位丢失", "缺位", "15 位", "性别与证件号不符", "出生日期与证件号不符", "还没有定",
    "核查到的有",
)  # fmt: skip


def _wrong(one: Told, name: str) -> set[str]:
    """Which reasons hold for a person, as the test reads the number and the household."""
    found: set[str] = set()
    number = one.number
    if not number:
        found.add("必填，没有值")
    elif len(number) == 15:
        found.add("15 位")
    elif len(number) < 18:
        found.add("缺位")
    elif number[17] != check_digit(number[:17]):
        found.add("末几位丢失" if number.endswith("000") else "校验不通过")
    else:
        if not number[6:14].startswith(one.birth.replace("-", "")):
            found.add("出生日期与证件号不符")
        found |= {"性别与证件号不符"} if one.sex != "21"[int(number[16]) % 2] else set()
    if one.open_findings:
        found.add("还没有定")
    if name == "fujian" and one.relation == "户主":
        met = [mate for mate in one.mates if mate.here and mate.outcome != "3"]
        if int(columns.size(one)) < len(met):
            found.add("核查到的有")
    return found


def _left_out(sent: Sent, told: Sequence[Told]) -> list[tuple[Told, dict[str, str], str]]:
    """Of each row of 未上报.xlsx the person, the cells as they would have gone, and what is wrong."""
    header, *rows = _sheet(sent.files["未上报.xlsx"], "未上报")
    found = []
    for visit, place, why, remedy, *cells in rows:
        mates = next(one.mates for one in told if one.visit.startswith(str(visit)))
        assert remedy
        told_cells = dict(zip(map(str, header[4:]), map(str, cells), strict=True))
        found.append((mates[int(place) - 1], told_cells, str(why)))
    return found


def _kept_rows(book: Casebook, batch: BatchRow) -> dict[tuple[str, int], tuple[str, str, str]]:
    """Whom the batch says each row of each file is about, out of its pieces: key, name, number."""
    (arrival, content) = book.connection.execute(
        "SELECT e.arrival, b.content FROM envelope e JOIN body b ON b.arrival = e.arrival WHERE e.id = ?", (batch.id,)
    ).fetchone()
    files = [one["name"] for one in decoded(content)["files"]]
    rows = book.connection.execute("SELECT content FROM piece WHERE arrival = ? AND part = 'row'", (arrival,))
    told = [decoded(one) for (one,) in rows.fetchall()]
    return {(files[one[0]], one[1]): (one[2], one[8], one[9]) for one in told}
