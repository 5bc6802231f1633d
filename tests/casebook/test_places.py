"""Townships, villages, hamlets."""

import doctest

import pytest

from casebook.people import places as module
from casebook.people.places import read_township, read_village, same_place


def test_examples():
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("云丰镇", "云丰"),
        (" 云 丰 镇 ", "云丰"),
        ("云丰", "云丰"),
        ("云丰镇人民政府", "云丰"),
        ("竹坪彝族乡", "竹坪彝族"),
        ("云禾区云丰镇", "云丰"),
        ("四川省乐山市云禾区松泉彝族乡", "松泉彝族"),
        ("城关街道办事处", "城关"),
        ("巴彦苏木", "巴彦"),
        ("东乡", "东乡"),
        ("東乡镇", "东乡"),
        ("", ""),
    ],
)
def test_townships(text, canonical):
    assert read_township(text) == canonical


@pytest.mark.parametrize(
    ("text", "canonical"),
    [
        ("三岔桥村", "三岔桥"),
        ("三岔桥", "三岔桥"),
        ("新建村委会", "新建"),
        ("联合村民委员会", "联合"),
        ("民主社区居委会", "民主"),
        ("老树行政村", "老树"),
        ("新建村（贫困村）", "新建"),
        ("云丰镇三岔桥村", "三岔桥"),
        ("五坪村3组", "五坪"),
        ("红星1村", "红星一"),
        ("红星12村", "红星十二"),
        ("村", "村"),
        ("胜利嘎查", "胜利"),
        ("", ""),
    ],
)
def test_villages(text, canonical):
    assert read_village(text) == canonical


def test_same_place():
    assert same_place("松泉彝族乡", "松泉乡")
    assert same_place("三岔桥村", "三岔桥村委会")
    assert same_place("云丰镇", "云禾区云丰镇")
    assert not same_place("新建村", "青桥村")
    assert not same_place("竹坪彝族乡", "松泉彝族乡")
    assert not same_place("", "")
