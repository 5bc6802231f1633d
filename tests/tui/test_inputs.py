"""What a command line says about files."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from casebook.errors import RuhuError
from tui.commands.inputs import column_mappings, password_source
from tui.commands.outputs import free_name, refuse_overwriting


def test_columns_given_by_hand() -> None:
    given = ["roster:家庭编码=household_code", "registry:编号 = person_code", "roster:人数(a=b)=household_size"]
    assert column_mappings(given) == {
        "roster": {"家庭编码": "household_code", "人数(a=b)": "household_size"},
        "registry": {"编号": "person_code"},
    }


@pytest.mark.parametrize(
    "text", ["家庭编码=household_code", "roster:家庭编码", "left:a=b", "roster:=name", "roster:a=", ""]
)
def test_a_mapping_that_is_none(text: str) -> None:
    with pytest.raises(RuhuError) as caught:
        column_mappings([text])
    assert (caught.value.code, caught.value.category) == ("usage_map", "usage")


def test_passwords_from_a_descriptor_one_a_file() -> None:
    reading, writing = os.pipe()
    os.write(writing, "甲乙 丙\nsecond\n".encode())
    os.close(writing)
    password = password_source(reading)
    assert password is not None
    assert [password("a.xlsx"), password("b.xlsx"), password("c.xlsx")] == ["甲乙 丙", "second", "second"]


def test_no_such_descriptor() -> None:
    password = password_source(987)
    assert password is not None
    with pytest.raises(RuhuError) as caught:
        password("a.xlsx")
    assert caught.value.category == "usage"


def test_a_default_name_never_replaces_a_file(tmp_path: Path) -> None:
    wanted = tmp_path / "返回数据-疑点.xlsx"
    assert free_name(wanted) == wanted
    wanted.touch()
    (tmp_path / "返回数据-疑点-2.xlsx").touch()
    assert free_name(wanted) == tmp_path / "返回数据-疑点-3.xlsx"


def test_outputs_never_replace_inputs_or_each_other(tmp_path: Path) -> None:
    roster, registry, link = tmp_path / "a.xlsx", tmp_path / "b.xlsx", tmp_path / "link.xlsx"
    roster.touch()
    registry.touch()
    link.symlink_to(roster)
    for outputs in (
        [roster],
        [link],
        [tmp_path / "." / "b.xlsx"],
        [tmp_path],
        [Path(os.devnull)],
        [tmp_path / "c", tmp_path / "c"],
    ):
        with pytest.raises(RuhuError):
            refuse_overwriting(outputs, [roster, registry])
    with pytest.raises(RuhuError) as caught:
        refuse_overwriting([tmp_path / "no/such/c.xlsx"], [roster, registry])
    assert caught.value.code == "output_folder_missing"
    old = tmp_path / "old.xlsx"
    old.touch()
    refuse_overwriting([old, None, tmp_path / "new.csv"], [roster, registry])
