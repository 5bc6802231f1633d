"""A file that cannot be read is refused in one clear line: a code, the place, what to do; never a traceback."""

from __future__ import annotations

import io
import os
import sys
import time
import zipfile
from pathlib import Path

import pytest

from casebook.errors import RuhuError
from casebook.tables import process
from casebook.tables.read import read_table, read_tables
from casebook.tables.refusals import REFUSALS, refusal
from tests.casebook.made_tables import (
    HEADER,
    LIST,
    PEOPLE,
    html_table,
    list_xml,
    make_raw_xlsx,
    make_xlsx,
    row_xml,
    worksheet,
)


def refused(path: Path, **options: object) -> RuhuError:
    with pytest.raises(RuhuError) as caught:
        read_table(path, **options)  # type: ignore[arg-type]
    error = caught.value
    assert error.place.file == path.name
    assert error.what
    assert error.remedy
    assert "\n" not in error.what + error.remedy
    for person in PEOPLE:
        assert str(person[1]) not in error.what + error.remedy
        assert str(person[3]) not in error.what + error.remedy
    return error


def ole(name: str) -> bytes:
    """The start of a compound file whose directory names one stream."""
    entry = name.encode("utf-16-le").ljust(64, b"\0") + (len(name) * 2 + 2).to_bytes(2, "little")
    free = (0xFFFFFFFF).to_bytes(4, "little")
    root = "Root Entry".encode("utf-16-le").ljust(64, b"\0") + (22).to_bytes(2, "little") + b"\x05\x01"
    root += free * 2 + (1).to_bytes(4, "little") + bytes(36) + (0xFFFFFFFE).to_bytes(4, "little") + bytes(8)
    entry += b"\x02\x01" + free * 3 + bytes(36) + (0xFFFFFFFE).to_bytes(4, "little") + bytes(8)
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + b"\x3e\0\x03\0\xfe\xff\x09\0\x06\0" + bytes(10)
    head += (1).to_bytes(4, "little") + (1).to_bytes(4, "little") + bytes(4) + (4096).to_bytes(4, "little")
    head += (0xFFFFFFFE).to_bytes(4, "little") + bytes(4) + (0xFFFFFFFE).to_bytes(4, "little") + bytes(4) + bytes(4)
    head = head.ljust(512, b"\xff")
    fat = (0xFFFFFFFD).to_bytes(4, "little") + (0xFFFFFFFE).to_bytes(4, "little")
    return head + fat.ljust(512, b"\xff") + (root + entry).ljust(512, b"\0")


def zipped(*names: str) -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        for name in names:
            archive.writestr(zipfile.ZipInfo(name), "x")  # of 1980: names of tests must not tell the time
    return data.getvalue()


@pytest.mark.parametrize(
    ("content", "code"),
    [
        (b"", "file_empty"),
        (b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", "is_pdf"),
        (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "is_image"),
        (b"\xff\xd8\xff\xe0\0\x10JFIF", "is_image"),
        (ole("WordDocument"), "is_document"),
        (ole("Contents"), "not_a_table"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100), "damaged"),
        (zipped("word/document.xml"), "is_document"),
        (zipped("a.txt", "b.txt"), "is_archive"),
        (zipped("xl/workbook.xml")[:-30], "damaged"),
        (zipped("xl/workbook.xml"), "damaged"),
        (b"Rar!\x1a\x07\0", "is_archive"),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related;", "is_mhtml"),
        (bytes(range(256)) * 10, "not_a_table"),
        (b"{\\rtf1\\ansi}", "not_a_table"),
        (b"\r\n\r\n", "no_rows"),
        ("户数,人数\r\n3,4\r\n".encode(), "no_header"),
        ("县,乡,村,户数\r\n".encode(), "no_identity"),
    ],
)
def test_content_that_is_no_list(tmp_path: Path, content: bytes, code: str) -> None:
    path = tmp_path / "名单.xlsx"
    path.write_bytes(content)
    error = refused(path)
    assert (error.code, error.category) == (code, "unusable")


def test_paths(tmp_path: Path) -> None:
    assert refused(tmp_path / "没有.xlsx").code == "not_found"
    assert refused(tmp_path).code == "is_folder"
    secret = tmp_path / "名单.xlsx"
    secret.write_bytes(b"PK")
    secret.chmod(0)
    if os.name == "posix" and os.geteuid() != 0:  # root reads everything
        assert refused(secret).code == "no_permission"
    if hasattr(os, "mkfifo"):
        os.mkfifo(tmp_path / "管道")
        assert refused(tmp_path / "管道").code == "not_a_file"


def test_damaged_zip_and_damaged_part(tmp_path: Path) -> None:
    path = make_xlsx(tmp_path / "名单.xlsx", {"名单": [*LIST, *PEOPLE * 50]})
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    assert refused(path).code == "damaged"
    with zipfile.ZipFile(io.BytesIO(whole)) as archive:
        start = archive.getinfo("xl/worksheets/sheet1.xml").header_offset + 200
    path.write_bytes(whole[:start] + bytes(400) + whole[start + 400 :])
    assert refused(path).code == "damaged"


def test_a_cell_at_the_far_end(tmp_path: Path) -> None:
    far = '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>'
    path = make_raw_xlsx(tmp_path / "名单.xlsx", worksheet(list_xml() + far))
    assert refused(path).code == "too_wide"
    formatted = '<row r="1048576"><c r="XFD1048576" s="0"/></row>'
    assert len(read_table(make_raw_xlsx(path, worksheet(list_xml() + formatted))).rows) == 3


def test_a_cell_in_the_last_row_is_streamed(tmp_path: Path) -> None:
    far = '<row r="400001"><c r="ZZ400001"><v>1</v></c></row>'
    body = list_xml() + row_xml(400_000, [None, "王二", "男"]) + far
    table = read_table(make_raw_xlsx(tmp_path / "名单.xlsx", worksheet(body)))
    assert [row.number for row in table.rows] == [3, 4, 5, 400_000]
    assert table.total_rows == 400_001
    assert [s.reason for s in table.skipped] == ["title", "header", "subtotal", "blank", "note"]


def test_zip_bomb(tmp_path: Path) -> None:
    path = tmp_path / "名单.xlsx"
    make_raw_xlsx(path, worksheet(list_xml()))
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive, archive.open("xl/media/a.bin", "w") as part:
        for _ in range(70):
            part.write(bytes(1024 * 1024))
    assert path.stat().st_size < 200_000
    assert refused(path).code == "zip_bomb"


def test_document_type_in_a_part(tmp_path: Path) -> None:
    bomb = '<!DOCTYPE a [<!ENTITY b "cccccccccc">]>' + worksheet(list_xml())
    assert refused(make_raw_xlsx(tmp_path / "名单.xlsx", bomb)).code == "damaged"


def test_password_missing_or_wrong(tmp_path: Path) -> None:
    from msoffcrypto.format.ooxml import OOXMLFile

    plain = make_xlsx(tmp_path / "plain.xlsx", {"名单": LIST}).read_bytes()
    path = tmp_path / "名单.xlsx"
    with path.open("wb") as target:
        OOXMLFile(io.BytesIO(plain)).encrypt("right", target)
    assert refused(path).code == "password_needed"
    assert refused(path, password=lambda: None).code == "password_needed"
    assert refused(path, password=lambda: "wrong").code == "wrong_password"


def test_only_a_hidden_sheet_holds_people(tmp_path: Path) -> None:
    import openpyxl

    book = openpyxl.Workbook()
    sheet = book.create_sheet("花名册")
    for row in LIST:
        sheet.append(row)
    sheet.sheet_state = "hidden"
    book.save(tmp_path / "名单.xlsx")
    error = refused(tmp_path / "名单.xlsx")
    assert error.code == "no_header"
    assert "花名册" in error.remedy


def test_a_header_of_a_web_page_too_wide(tmp_path: Path) -> None:
    (tmp_path / "名单.xls").write_text(html_table([HEADER]).replace("<td>", "<td colspan=600>"), "utf-8")
    assert refused(tmp_path / "名单.xls").code == "too_wide"


@pytest.mark.parametrize(
    "death",
    ["import os; os.abort()", "import os; os.kill(os.getpid(), 9)", "raise SystemExit(3)", "print('x' * 100)"],
)
def test_a_reader_that_dies_is_one_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, death: str) -> None:
    if os.name != "posix" and "kill" in death:
        pytest.skip("signals are of POSIX systems")
    monkeypatch.setattr(process, "_START", death + "  # {path}")
    path = make_xlsx(tmp_path / "名单.xlsx", {"名单": LIST})
    assert refused(path).code == "reader_died"


@pytest.mark.skipif(sys.platform != "linux", reason="only here is the memory limit sure to hold")
def test_a_reader_out_of_memory_is_one_clear_error(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # what the guard would have seen passes it by: calamine asks for 17 GB in one piece and aborts
    blind = "from casebook.tables import workbook; workbook.LONG_SHEET = 10**12; main()"
    monkeypatch.setattr(process, "_START", process._START.replace("main()", blind))
    far = '<row r="1048576"><c r="ZZ1048576"><v>1</v></c></row>'
    assert refused(make_raw_xlsx(tmp_path / "名单.xlsx", worksheet(list_xml() + far))).code == "reader_died"


def test_the_other_reader_is_stopped(tmp_path: Path) -> None:
    good = make_xlsx(tmp_path / "好.xlsx", {"名单": [*LIST, *PEOPLE * 2000]})
    (tmp_path / "坏.xlsx").write_bytes(b"%PDF-1.7")
    start = time.perf_counter()
    with pytest.raises(RuhuError, match="is_pdf"):
        read_tables([(good, {}), (tmp_path / "坏.xlsx", {})])
    assert time.perf_counter() - start < 5


def test_every_code_is_a_whole_sentence_in_both_parts() -> None:
    for code in REFUSALS:
        error = refusal(code, "名单.xlsx")
        assert error.code == code
        assert "{" not in error.what + error.remedy
