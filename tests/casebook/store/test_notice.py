"""The confidentiality notice: whose text, who accepted it, what goes on record where nobody can be asked."""

from __future__ import annotations

from pathlib import Path

import pytest

from casebook.errors import RuhuError
from casebook.language import use_language
from casebook.store.casebook import open_casebook
from casebook.store.notice import FILE, accept, acceptances, has_accepted, note_not_accepted, notice_of
from casebook.store.views import contents, rebuild
from tests.casebook.made_books import VIEWS, new_book


def test_it_is_accepted_once_by_each_and_again_for_another_text(tmp_path: Path) -> None:
    with new_book(tmp_path / "a.ruhu") as book:
        ours = notice_of(book.folder)
        for who in ("甲", "甲", "陈静"):
            accept(book.acted_by(who), ours)
        assert sorted(one.name for one in acceptances(book.connection)) == ["甲", "陈静"]
        assert has_accepted(book, ours) and not has_accepted(book.acted_by("乙"), ours)
        use_language("en")
        assert notice_of(book.folder).sha256 == ours.sha256 and notice_of(book.folder).text != ours.text
        use_language("zh")
        (book.folder / FILE).write_bytes("\ufeff本县保密规定 2\r\n不外传。\r\n".encode())
        theirs = notice_of(book.folder)
        assert (theirs.version, theirs.text) == ("本县保密规定 2", "本县保密规定 2\n不外传。")
        assert not has_accepted(book, theirs)
        accept(book, theirs)
        built = contents(book.connection, book.views)
        rebuild(book.whole, book.views)
        assert contents(book.connection, book.views) == built
        for content in (b"\xff\xfe\xff", b" \n", b"x" * 30_000):
            (book.folder / FILE).write_bytes(content)
            with pytest.raises(RuhuError) as raised:
                notice_of(book.folder)
            assert (raised.value.code, raised.value.place.file) == ("notice_file", FILE)


def test_who_could_not_be_asked_is_noted_once(tmp_path: Path) -> None:
    with new_book(tmp_path / "a.ruhu"):
        pass
    for _time in range(2):
        with open_casebook(tmp_path / "a.ruhu", author="乙", views=VIEWS) as book:
            note_not_accepted(book, notice_of(book.folder))
    with open_casebook(tmp_path / "a.ruhu", author="甲", views=VIEWS) as book:
        rows = book.connection.execute("SELECT author, what, subject FROM access").fetchall()
        assert rows == [("乙", "notice_due", notice_of(book.folder).version)]
