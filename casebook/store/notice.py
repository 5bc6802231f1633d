"""The confidentiality notice (保密告知): its text, which a county may replace, and who accepted which version of it."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

from casebook.errors import Place, RuhuError
from casebook.language import _, language
from casebook.store.facts import Fact
from casebook.store.sqlite import Connection
from casebook.store.views import View

if TYPE_CHECKING:
    from casebook.store.casebook import Casebook

FILE = "notice.txt"
"""In a casebook's folder: the county's own text, UTF-8."""

_LONGEST = 20_000


@dataclass(frozen=True, slots=True)
class Notice:
    """`version` is its first line; `sha256` of the text as it was accepted, whatever language it is shown in."""

    version: str
    sha256: str
    text: str


@dataclass(frozen=True, slots=True)
class Acceptance:
    """Somebody's yes to a version; `wall` ISO UTC."""

    name: str
    version: str
    sha256: str
    wall: str


def notice_of(folder: Path) -> Notice:
    """The notice of a casebook: the county's own, else ours. Raises RuhuError (unusable) where the county's file can't
    be read."""
    own = folder / FILE
    try:
        content = own.read_bytes() if own.is_file() else None
        text = content.decode("utf-8-sig") if content is not None else None
    except (OSError, UnicodeDecodeError):
        text = ""
    if text is not None and not 0 < len(text.strip()) <= _LONGEST:
        what = _("读不出保密告知的内容")
        raise RuhuError("notice_file", what, _("请存成 UTF-8 的文本文件，不超过 2 万字"), Place(file=FILE))
    if text is not None:
        return _notice(text, text)
    chinese = _built_in(FILE)
    return _notice(chinese, chinese if language() == "zh" else _built_in("notice_en.txt"))


def acceptances(connection: Connection) -> list[Acceptance]:
    """Everybody's, the newest first."""
    rows = connection.execute("SELECT name, version, sha256, wall FROM notice ORDER BY clock DESC, name")
    return [Acceptance(*row) for row in rows]


def has_accepted(book: Casebook, notice: Notice) -> bool:
    """Whether the acting person has accepted this text."""
    row = book.whole.execute(
        "SELECT 1 FROM notice WHERE name = ? AND sha256 = ?", (book.author, notice.sha256)
    ).fetchone()
    return row is not None


def accept(book: Casebook, notice: Notice) -> None:
    """The acting person's yes; nothing where it is on record."""
    if not has_accepted(book, notice):
        with book.writing() as writing:
            writing.append("notice", {"sha256": notice.sha256, "version": notice.version})


def note_not_accepted(book: Casebook, notice: Notice) -> None:
    """Note once in the access log that the acting person works without having accepted it."""
    from casebook.store.access import record

    noted = book.whole.execute(
        "SELECT 1 FROM access WHERE author = ? AND what = 'notice_due' AND subject = ?", (book.author, notice.version)
    ).fetchone()
    if noted is None:
        record(book, "notice_due", [notice.version])


def _notice(text: str, shown: str) -> Notice:
    text = "\n".join(text.strip().splitlines())
    version = text.split("\n")[0].strip()[:80]
    return Notice(version, hashlib.sha256(text.encode()).hexdigest(), "\n".join(shown.strip().splitlines()))


def _built_in(name: str) -> str:
    return files("casebook").joinpath(name).read_text("utf-8")


def _apply(connection: Connection, fact: Fact) -> None:
    if fact.kind != "notice" or fact.body is None:
        return
    envelope = fact.envelope
    connection.execute(
        "INSERT INTO notice VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (name, sha256) DO UPDATE SET "
        "version = excluded.version, wall = excluded.wall, clock = excluded.clock, id = excluded.id "
        "WHERE (excluded.clock, excluded.id) < (clock, id)",
        (envelope.author, fact.body["sha256"], fact.body["version"], envelope.wall, envelope.clock, fact.id),
    )


NOTICES = View(
    name="notices",
    version=1,
    tables=("notice",),
    schema="""
CREATE TABLE notice (
    name TEXT NOT NULL, sha256 TEXT NOT NULL, version TEXT NOT NULL, wall TEXT NOT NULL, clock INTEGER NOT NULL,
    id TEXT NOT NULL, PRIMARY KEY (name, sha256)
) WITHOUT ROWID, STRICT
""",
    apply=_apply,
)
