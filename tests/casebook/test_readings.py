"""Characters: simplified forms, readings, mixed sounds, resemblance, variants."""

import doctest
from pathlib import Path

import pytest

from casebook.people import readings as module
from casebook.people.readings import folded, folded_reading, lookalike, readings, simplified, variant

DATA = Path(module.__file__).with_name("data")


def test_examples():
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("張學龍", "张学龙"),
        ("呂麗", "吕丽"),
        ("馬・木呷", "马・木呷"),
        ("沢村広", "泽村广"),
        ("裏峯", "里峰"),
        ("衞國", "卫国"),
    ],
)
def test_traditional_and_regional_forms_become_simplified(written, meant):
    assert simplified(written) == meant


@pytest.mark.parametrize("char", ["乾", "徵", "闫", "於", "喆", "堃"])
def test_characters_of_their_own_stay(char):
    """乾 (qian) in a name is not 干 (gan)."""
    assert simplified(char) == char


@pytest.mark.parametrize(
    ("surname", "reading"),
    [
        ("单", "shan"),
        ("仇", "qiu"),
        ("曾", "zeng"),
        ("解", "xie"),
        ("查", "zha"),
        ("区", "ou"),
        ("盖", "ge"),
        ("覃", "qin"),
    ],
)
def test_surname_readings_are_known(surname, reading):
    assert reading in readings(surname)


def test_the_main_reading_comes_first():
    assert readings("张") == ("zhang",)
    assert readings("长")[0] == "chang" or "zhang" in readings("长")
    assert readings("吕")[0] == "lv"
    assert readings("䶮")[0] == "yan"
    assert readings("A") == () and folded("A") == frozenset()


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("zhi", "zi"),
        ("chai", "cai"),
        ("shun", "sun"),
        ("niu", "liu"),
        ("jing", "jin"),
        ("zhang", "zhan"),
        ("feng", "fen"),
        ("huang", "fan"),
        ("hui", "fei"),
        ("hun", "fen"),
        ("hu", "fu"),
        ("nv", "lv"),
    ],
)
def test_sounds_that_dialects_mix_fold_together(one, other):
    assert folded_reading(one) == folded_reading(other)


@pytest.mark.parametrize(
    ("one", "other"), [("ren", "len"), ("jia", "xia"), ("ma", "ba"), ("gang", "kang"), ("hou", "fei")]
)
def test_other_sounds_stay_apart(one, other):
    assert folded_reading(one) != folded_reading(other)


@pytest.mark.parametrize("pair", ["未末", "桂挂", "志忘", "宇字", "余佘", "何河", "王玉", "围国", "秋愀", "根银"])
def test_glyphs_that_resemble_each_other(pair):
    assert lookalike(pair[0], pair[1]) and lookalike(pair[1], pair[0])


@pytest.mark.parametrize("pair", ["张王", "国兰", "志华", "英建"])
def test_glyphs_that_do_not(pair):
    assert not lookalike(pair[0], pair[1])


def test_surname_variants_count_in_first_place_only():
    assert variant("付", "傅", surname=True) and variant("蓝", "兰", surname=True)
    assert not variant("付", "傅") and not variant("兰", "蓝")
    assert variant("喆", "哲") and variant("张", "張") and not variant("张", "张")


def test_every_line_of_the_tables_is_well_formed():
    readings_lines = (DATA / "readings.txt").read_text(encoding="utf-8").splitlines()
    heads = [line.split(" ")[0] for line in readings_lines]
    assert heads == sorted(set(heads)) and all(head.isalpha() and head.isascii() for head in heads)
    for name in ("simplified.txt", "lookalikes.txt"):
        lines = (DATA / name).read_text(encoding="utf-8").splitlines()
        assert all(line and " " not in line for line in lines)
        assert len({line[0] for line in lines}) == len(lines)
    assert sum(path.stat().st_size for path in DATA.glob("*.txt")) < 600_000


def test_simplifying_twice_changes_nothing_more():
    for line in (DATA / "simplified.txt").read_text(encoding="utf-8").splitlines():
        assert simplified(line[0]) == line[0]
