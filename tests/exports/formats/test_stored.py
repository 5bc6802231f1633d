"""Formats kept in a casebook, with their workbooks."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from casebook.store.casebook import Casebook, create_casebook
from casebook.store.verify import verify
from casebook.store.views import contents, rebuild
from exports.formats.format import LoadedFormat
from exports.formats.load import find_format, parse_format
from exports.formats.stored import UPLOAD_FORMATS, store_format, stored_formats

_OWN = """
name = "sichuan_2016"
title = "本县表"
version = "{version}"
sheet = "表"
template = "省表.xlsx"
[[column]]
header = "姓名"
field = "person.name"
"""


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Casebook]:
    with create_casebook(tmp_path / "甲.ruhu", name="甲", author="甲", views=(UPLOAD_FORMATS,)) as book:
        yield book


def own(version: str = "1", template: bytes = b"PK" * 700_000) -> LoadedFormat:
    return parse_format(_OWN.format(version=version), template, "own.toml", "file")


def test_a_format_is_kept_once_and_goes_before_ours(book: Casebook) -> None:
    assert find_format("sichuan_2016", book).origin == "built-in"
    first = store_format(book, own())
    assert store_format(book, own()) == first
    found = find_format("sichuan_2016", book)
    assert (found.origin, found.template, found.sha256) == ("casebook", own().template, own().sha256)
    assert found.format == own().format == find_format("本县表", book).format


def test_the_newest_of_a_name_counts_and_all_are_kept(book: Casebook) -> None:
    for loaded in (own(), own("2"), own("2", b"another"), own()):
        store_format(book, loaded)
    kept = book.connection.execute("SELECT version FROM upload_format ORDER BY clock").fetchall()
    assert kept == [("1",), ("2",), ("2",), ("1",)]
    assert [one.version for one in stored_formats(book)] == ["1"]
    assert find_format("sichuan_2016", book).format.version == "1"
    before = contents(book.connection, book.views)
    with book.writing() as writing:
        rebuild(writing.connection, book.views)
    assert contents(book.connection, book.views) == before
    assert verify(book.connection).broken == ()
