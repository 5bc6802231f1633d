"""The formats of a casebook (案卷里的上报格式): a county's own, kept as facts with the workbook they fill."""

from __future__ import annotations

import base64
from dataclasses import dataclass

from casebook.errors import Place, RuhuError
from casebook.language import _
from casebook.store.casebook import Casebook
from casebook.store.facts import Fact, encoded, fact_by_id, pieces, pieces_digest
from casebook.store.sqlite import Connection
from casebook.store.views import View
from exports.formats.format import LoadedFormat

_TEMPLATE = "template"
_CHUNK = 512 * 1024
"""Bytes of a template in one piece."""


@dataclass(frozen=True, slots=True)
class StoredFormat:
    """A format of a casebook. `id` is its fact's, `wall` ISO UTC; `sha256` as in LoadedFormat."""

    id: str
    name: str
    title: str
    version: str
    status: str
    region: str
    sha256: str
    clock: int
    wall: str
    author: str


def store_format(book: Casebook, loaded: LoadedFormat) -> str:
    """Keep a format; the id of its fact. When the newest of its name is this one, nothing is written."""
    format = loaded.format
    with book.writing() as writing:
        newest = writing.connection.execute(
            "SELECT id, sha256 FROM upload_format WHERE name = ? ORDER BY clock DESC, id DESC", (format.name,)
        ).fetchone()
        if newest is not None and newest[1] == loaded.sha256:
            return str(newest[0])
        chunks = template_pieces(loaded.template)
        body = {
            "name": format.name,
            "title": format.title,
            "version": format.version,
            "status": format.status,
            "region": format.region,
            "sha256": loaded.sha256,
            "text": loaded.text,
            "digests": {_TEMPLATE: pieces_digest(enumerate(chunks))},
        }
        return writing.append("format", body, pieces={_TEMPLATE: chunks}).id


def template_pieces(template: bytes) -> list[bytes]:
    """A workbook as pieces of a fact."""
    starts = range(0, len(template), _CHUNK)
    return [encoded(base64.b64encode(template[start : start + _CHUNK]).decode()) for start in starts]


def template_of(connection: Connection, arrival: int) -> bytes:
    """The workbook among the pieces of a fact, b'' for none."""
    return b"".join(base64.b64decode(chunk) for _n, chunk in pieces(connection, arrival, _TEMPLATE))


def stored_formats(book: Casebook) -> tuple[StoredFormat, ...]:
    """The formats of a casebook, the newest first; of one name the newest."""
    columns = ", ".join(StoredFormat.__slots__)
    rows = book.connection.execute(f"SELECT {columns} FROM upload_format ORDER BY clock, id").fetchall()
    newest = {one.name: one for one in (StoredFormat(*row) for row in rows)}
    return tuple(sorted(newest.values(), key=lambda one: (one.clock, one.id), reverse=True))


def stored_format(book: Casebook, name: str) -> LoadedFormat | None:
    """The newest format of a name or title; None when the casebook has none. Raises RuhuError when this release cannot
    read it."""
    from exports.formats.load import parse_format

    with book.reading() as connection:
        row = connection.execute(
            "SELECT id FROM upload_format WHERE name = ? OR title = ? ORDER BY clock DESC, id DESC", (name, name)
        ).fetchone()
        fact = fact_by_id(connection, row[0]) if row is not None else None
        if fact is None:
            return None
        if fact.body is None:
            what = _("这个上报格式的内容不在这台电脑上")
            raise RuhuError("format_not_here", what, _("请向发任务的单位要交换包"), Place(name))
        template = template_of(connection, fact.arrival)
    return parse_format(fact.body["text"], template, fact.body["name"], "casebook")


def _apply(connection: Connection, fact: Fact) -> None:
    if fact.kind != "format" or fact.body is None:
        return
    body, envelope = fact.body, fact.envelope
    told = (body["name"], body["title"], body["version"], body["status"], body["region"], body["sha256"])
    row = (fact.id, *told, envelope.clock, envelope.wall, envelope.author)
    connection.execute("INSERT INTO upload_format VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", row)


UPLOAD_FORMATS = View(
    name="upload_formats",
    version=1,
    tables=("upload_format",),
    schema="""
CREATE TABLE upload_format (
    id TEXT PRIMARY KEY, name TEXT NOT NULL, title TEXT NOT NULL, version TEXT NOT NULL, status TEXT NOT NULL,
    region TEXT NOT NULL, sha256 TEXT NOT NULL, clock INTEGER NOT NULL, wall TEXT NOT NULL, author TEXT NOT NULL
) STRICT;
CREATE INDEX upload_format_named ON upload_format (name)
""",
    apply=_apply,
    pieces={_TEMPLATE: ""},
)
