"""A short sample of benchmarks/torture/upload_files.py, and the damage that it once found."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.torture.upload_files import torture
from casebook.errors import RuhuError
from exports.formats.load import load_format
from exports.formats.reading import read_format
from exports.upload.file_names import LEFT_OUT, all_different

_HEAD = 'name = "own"\ntitle = "表"\nversion = "1"\nsheet = "S"\n'
_COLUMN = '[[column]]\nheader = "姓名"\nfield = "person.name"\n'


def test_damaged_files_are_used_or_refused(tmp_path: Path) -> None:
    done = torture(tmp_path, 25, 6, 2, seed=3)
    assert done.wrong == []
    assert sum(done.counts.values()) == 33
    assert done.counts["format refused"] > 8 and done.counts["template refused"] > 1


@pytest.mark.parametrize(
    "text",
    [
        _HEAD + "x = " + "[" * 20_000,
        _HEAD + "most_rows = " + "9" * 6000 + "\n" + _COLUMN,
        _HEAD + "a" + ".a" * 20_000 + " = 1\n",
        _HEAD + _COLUMN + 'pattern = "a{99999999999999}"\n',
        _HEAD + _COLUMN + f'pattern = "{"(" * 3000}"\n',
        _HEAD + _COLUMN + f'at = "{"A" * 50_000}"\n',
        _HEAD + "first_row = 1048576\n" + _COLUMN,
        _HEAD + _COLUMN.replace("姓名", "姓\\u0001名"),
        _HEAD + _COLUMN + 'at = "XFD"\n' + _COLUMN,
        _HEAD + "".join(f"k{n} = 1\n" for n in range(20_000)) + _COLUMN,
    ],
    ids=lambda text: text[len(_HEAD) :][:24].replace("\n", " "),
)
def test_what_took_the_reader_down_is_a_trouble_with_a_line(text: str) -> None:
    read = read_format(text, "own.toml")
    assert read.format is None
    assert 0 < len(read.troubles) < 300
    assert all(one.place.row for one in read.troubles)


def test_what_is_no_file_is_not_waited_for(tmp_path: Path) -> None:
    path = tmp_path / "own.toml"
    path.symlink_to("/dev/zero")
    with pytest.raises(RuhuError, match="format_unreadable"):
        load_format(path)
    path.unlink()
    path.write_text(f'{_HEAD}template = "省表.xlsx"\n{_COLUMN}', encoding="utf-8")
    (tmp_path / "省表.xlsx").symlink_to("/dev/zero")
    with pytest.raises(RuhuError, match="template_missing"):
        load_format(path)
    (tmp_path / "省表.xlsx").unlink()
    (tmp_path / "省表.xlsx").touch()
    with pytest.raises(RuhuError, match="template_missing"):
        load_format(path)


def test_a_pattern_that_never_ends_stops_the_check_and_names_its_column() -> None:
    from exports.upload.checks_cells import _fits
    from tests.exports.upload.made_passed import column

    slow = column(0, "证件号", "person.id_number", pattern="(.|..)+!")
    with pytest.raises(RuhuError, match="pattern_slow") as caught:
        _fits(slow, "!" + "9" * 400)
    assert caught.value.place.column == "证件号"


def test_a_workbook_for_the_province_is_never_called_as_the_list_of_those_left_out() -> None:
    assert all_different([LEFT_OUT, LEFT_OUT]) == ["未上报_2.xlsx", "未上报_3.xlsx"]
