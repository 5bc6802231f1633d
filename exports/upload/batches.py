"""Batches (批次): what was handed in, kept as it was written, numbered, never changed, revoked with a reason."""

from __future__ import annotations

import base64
import hashlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

from casebook.errors import RuhuError
from casebook.language import _
from casebook.store.casebook import Casebook, Writing
from casebook.store.facts import decoded, encoded, pieces, pieces_digest
from casebook.store.rights import require
from casebook.store.sqlite import Connection
from exports.formats.format import LoadedFormat
from exports.formats.stored import template_of, template_pieces

HANDLE = 6
"""Characters of a batch's id that are shown where two devices gave one number."""

_CHUNK = 512 * 1024
"""Bytes of a file in one piece."""


@dataclass(frozen=True, slots=True)
class SentRow:
    """One row as it was handed in. `file` counts the batch's files from 0, `sheet_row` from 1; `key` tells the person
    in every batch and `digest` what was sent of them, the same in all rows of a person; `people` are the (side, person
    id) pairs of the lists; `name`, `number` (证件号) and `code` (人编号) as they stand in the row, '' for none."""

    file: int
    sheet_row: int
    key: str
    person: str
    people: tuple[tuple[str, str], ...]
    visit: str
    submission: str
    digest: str
    name: str = ""
    number: str = ""
    code: str = ""


@dataclass(frozen=True, slots=True)
class WrittenFile:
    """A workbook of a batch. `upload`: it is for the province, unlike 未上报.xlsx."""

    name: str
    content: bytes
    rows: int
    upload: bool = True


@dataclass(frozen=True, slots=True)
class VisitSent:
    """A visit of which nobody stays behind, with everyone of it whom the format takes: keys. Each of them is in the
    batch, or unchanged in an earlier one; it counts as handed in (已上报)."""

    visit: str
    submission: str
    keys: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BatchFile:
    """A file as a batch lists it; `size` in bytes."""

    name: str
    sha256: str
    size: int
    rows: int
    upload: bool


@dataclass(frozen=True, slots=True)
class BatchRow:
    """A batch. `id` is its fact's; `format_sha256` says by which format it was written; `included` are (key, reason) of
    rows that went in spite of errors; `head` the digest of the chain head that its pages bear; `wall` and `revoked_at`
    ISO UTC, the latter '' while it stands. `rejected`: people whom the province sent back; `same_number`: another
    device gave the number too."""

    id: str
    number: int
    format: str
    title: str
    version: str
    format_sha256: str
    rows: int
    left_out: int
    files: tuple[BatchFile, ...]
    included: tuple[tuple[str, str], ...]
    head: str
    wall: str
    author: str
    revoked_at: str
    revoked_by: str
    reason: str
    feedbacks: int
    rejected: int
    same_number: bool

    @property
    def revoked(self) -> bool:
        return bool(self.revoked_at)

    @property
    def handle(self) -> str:
        return self.id[:HANDLE]

    @property
    def name(self) -> str:
        """`3`, or `3 (3fa2c1)` where another device has a batch of this number."""
        return f"{self.number} ({self.handle})" if self.same_number else str(self.number)


@dataclass(frozen=True, slots=True)
class Head:
    """A chain head as it is printed: the newest envelope of a device."""

    device: str
    seq: int
    digest: str


def next_number(book: Casebook) -> int:
    """The number of the next batch."""
    return _next(book.connection)


def _next(connection: Connection) -> int:
    (highest,) = connection.execute("SELECT coalesce(max(number), 0) FROM batch").fetchone()
    return int(highest) + 1


def chain_head(book: Casebook) -> Head:
    """The head of this device's chain now, for the foot of the pages and for `append_batch`."""
    row = book.connection.execute("SELECT device, seq, digest FROM head WHERE device = ?", (book.device,)).fetchone()
    return Head(*row) if row else Head(book.device, 0, "")


def append_batch(
    writing: Writing,
    *,
    number: int,
    loaded: LoadedFormat,
    files: Sequence[WrittenFile],
    rows: Sequence[SentRow],
    visits: Iterable[VisitSent] = (),
    left_out: int = 0,
    included: Iterable[tuple[str, str]] = (),
    head: Head | None = None,
) -> str:
    """Keep a batch as it was written: the id of its fact. `number` is the one printed on the pages, from
    `next_number`; `head` that of `chain_head`. Visits of which somebody is missing, or nobody is new, are passed over.

    Raises RuhuError (locked) when another batch has taken the number meanwhile.
    """
    connection, book = writing.connection, writing.casebook
    if number != _next(connection):
        what = _("做批次的时候，别处刚做了第 {number} 批").format(number=number)
        raise RuhuError("batch_meanwhile", what, _("请再做一次"), category="locked")
    head = head or chain_head(book)
    sheets = [encoded(list(_row_values(row))) for row in rows]
    parts = {
        "row": sheets,
        "file": [encoded(one) for n, file in enumerate(files) for one in _chunks(file.content, n)],
        "format": [encoded(loaded.text)],
        "template": template_pieces(loaded.template),
    }
    format = loaded.format
    body: dict[str, Any] = {
        "number": number,
        "format": {"name": format.name, "title": format.title, "version": format.version, "sha256": loaded.sha256},
        "files": [
            {
                "name": file.name, "sha256": hashlib.sha256(file.content).hexdigest(), "size": len(file.content),
                "rows": file.rows, "upload": file.upload,
            }
            for file in files
        ],
        "rows": len(rows),
        "left_out": left_out,
        "included": [list(one) for one in included],
        "visits": list(_whole_visits(connection, format.name, visits, {row.key for row in rows})),
        "head": asdict(head),
        "digests": {part: pieces_digest(enumerate(content)) for part, content in parts.items() if content},
    }  # fmt: skip
    return writing.append("batch", body, pieces=parts).id


def _row_values(row: SentRow) -> tuple[Any, ...]:
    return (
        row.file, row.sheet_row, row.key, row.person, [list(one) for one in row.people], row.visit, row.submission,
        row.digest, row.name, row.number, row.code,
    )  # fmt: skip


def _chunks(content: bytes, file: int) -> Iterator[dict[str, Any]]:
    for start in range(0, len(content), _CHUNK):
        yield {"f": file, "b64": base64.b64encode(content[start : start + _CHUNK]).decode("ascii")}


def _whole_visits(
    connection: Connection, format: str, visits: Iterable[VisitSent], here: set[str]
) -> Iterator[list[Any]]:
    """Visits all of whose people are here or in an earlier batch: visit, submission, those batches. One that is told
    whole by an earlier batch is not told again."""
    sent = _sent(connection, format)
    reported = {visit for (visit,) in connection.execute("SELECT id FROM visit WHERE state = 'reported'")}
    for one in visits:
        elsewhere = [key for key in one.keys if key not in here]
        new = len(elsewhere) < len(one.keys) or one.visit not in reported
        if new and one.keys and all(key in sent for key in elsewhere):
            yield [one.visit, one.submission, sorted({sent[key][0] for key in elsewhere})]


def sent_rows(book: Casebook, format_name: str) -> Mapping[str, str]:
    """What was sent last of each person by this format, and neither revoked nor sent back: key to digest."""
    return {key: digest for key, (_batch, digest) in _sent(book.connection, format_name).items()}


def _sent(connection: Connection, format: str) -> dict[str, tuple[str, str]]:
    """The same with the batch."""
    rows = connection.execute(
        "SELECT p.key, p.batch, p.digest FROM batch b JOIN batch_person p ON p.batch = b.id "
        "WHERE b.format = ? AND b.id NOT IN (SELECT batch FROM batch_revoked) ORDER BY b.clock, b.id",
        (format,),
    )
    newest = {key: (batch, digest) for key, batch, digest in rows}
    for batch, key in connection.execute("SELECT batch, key FROM feedback_person"):
        if key in newest and newest[key][0] == batch:
            del newest[key]
    return newest


_COLUMNS = "id, number, format, title, version, sha256, rows, left_out, files, included, head, wall, author"


def batches(book: Casebook) -> list[BatchRow]:
    """All batches, the newest first."""
    with book.reading() as connection:
        rows = connection.execute(f"SELECT {_COLUMNS} FROM batch ORDER BY number DESC, clock DESC, id").fetchall()
        revoked: dict[str, tuple[str, str, str]] = {}
        for batch, *told in connection.execute(
            "SELECT batch, wall, author, reason FROM batch_revoked ORDER BY clock, id"
        ):
            revoked.setdefault(batch, (told[0], told[1], told[2]))
        feedbacks = dict(connection.execute("SELECT batch, count(*) FROM feedback GROUP BY batch").fetchall())
        rejected = dict(
            connection.execute("SELECT batch, count(DISTINCT key) FROM feedback_person GROUP BY batch").fetchall()
        )
    numbers: defaultdict[int, int] = defaultdict(int)
    for row in rows:
        numbers[row[1]] += 1
    return [
        BatchRow(
            identity, number, format, title, version, sha256, count, left_out,
            tuple(BatchFile(**one) for one in decoded(files)),
            tuple((key, reason) for key, reason in decoded(included)),
            head, wall, author, *revoked.get(identity, ("", "", "")),
            feedbacks.get(identity, 0), rejected.get(identity, 0), numbers[number] > 1,
        )
        for identity, number, format, title, version, sha256, count, left_out, files, included, head, wall, author
        in rows
    ]  # fmt: skip


def batch_named(book: Casebook, given: int | str) -> BatchRow:
    """The batch of a number, or whose id begins so. Raises RuhuError (usage) when there is none, or several."""
    text = str(given).strip().lower()
    require(book.rights, "export")
    every = batches(book)
    found = [one for one in every if str(one.number) == text]
    if not found and len(text) >= _SHORTEST:
        found = [one for one in every if one.id.startswith(text)]
    if not found:
        what = _("没有第 {number} 批").format(number=text[:24])
        raise RuhuError("no_batch", what, _("用 ruhu batch list 看有哪些批次"), category="usage")
    if len(found) > 1:
        what = _("第 {number} 批有两个：两台电脑各做了一批").format(number=text[:24])
        remedy = _("请用括号里的编号：{handles}").format(handles=_("、").join(one.handle for one in found))
        raise RuhuError("several_batches", what, remedy, category="usage")
    return found[0]


_SHORTEST = 4


def batch_files(book: Casebook, number: int | str) -> list[tuple[str, bytes]]:
    """The files of a batch as they were written: name and bytes.

    Raises RuhuError (usage) for an unknown number, (unusable) when they are damaged or not on this machine.
    """
    batch = batch_named(book, number)
    contents: defaultdict[int, list[bytes]] = defaultdict(list)
    with book.reading() as connection:
        try:
            for _n, chunk in pieces(connection, _arrival(connection, batch.id), "file"):
                contents[chunk["f"]].append(base64.b64decode(chunk["b64"], validate=True))
        except (ValueError, KeyError, TypeError) as error:
            raise _damaged(batch) from error
    found = []
    for n, file in enumerate(batch.files):
        content = b"".join(contents[n])
        if n not in contents and file.size:
            what = _("第 {number} 批的文件不在这台电脑上").format(number=batch.name)
            raise RuhuError("batch_elsewhere", what, _("请在做这一批的电脑上取"))
        if hashlib.sha256(content).hexdigest() != file.sha256:
            raise _damaged(batch)
        found.append((file.name, content))
    return found


def _damaged(batch: BatchRow) -> RuhuError:
    what = _("第 {number} 批的文件与做出来时不一样，案卷已损坏").format(number=batch.name)
    return RuhuError("batch_damaged", what, _("请用 ruhu log verify 查，再从备份恢复"))


def batch_rows(book: Casebook, batch: str) -> list[SentRow]:
    """The rows of a batch by its id, in the order of its files; nothing where they are not on this machine."""
    with book.reading() as connection:
        return [
            SentRow(
                file, row, key, person, tuple((side, one) for side, one in people), visit, submission, digest, *named
            )
            for _n, (file, row, key, person, people, visit, submission, digest, *named) in pieces(
                connection, _arrival(connection, batch), "row"
            )
        ]


def batch_format(book: Casebook, batch: str) -> LoadedFormat:
    """The format that a batch was written by, from its own copy. Raises RuhuError (unusable) when that is not on this
    machine."""
    from exports.formats.load import parse_format

    with book.reading() as connection:
        arrival = _arrival(connection, batch)
        text = "".join(one for _n, one in pieces(connection, arrival, "format"))
        template = template_of(connection, arrival)
        row = connection.execute("SELECT format FROM batch WHERE id = ?", (batch,)).fetchone()
    if not text:
        what = _("这一批的上报格式不在这台电脑上")
        raise RuhuError("batch_elsewhere", what, _("请在做这一批的电脑上取"))
    return parse_format(text, template, row[0], "casebook")


def _arrival(connection: Connection, batch: str) -> int:
    row = connection.execute("SELECT arrival FROM batch WHERE id = ?", (batch,)).fetchone()
    return int(row[0]) if row else 0


def revoke(book: Casebook, number: int | str, reason: str) -> str:
    """Revoke a batch (撤销): its visits are 通过 again unless another batch has them; the id of the new fact.

    Raises RuhuError (usage) without a reason, for an unknown number, or when it was revoked already.
    """
    if not reason.strip():
        what = _("撤销批次要写明理由")
        raise RuhuError("no_reason", what, _("例：ruhu batch revoke 3 --reason 省里要求换新模板"), category="usage")
    with book.writing() as writing:
        batch = batch_named(book, number)
        if batch.revoked:
            what = _("第 {number} 批已经撤销了").format(number=batch.name)
            raise RuhuError("revoked_already", what, _("用 ruhu batch list 看各批的情况"), category="usage")
        return writing.append("revoke", {"batch": batch.id, "reason": reason.strip()}, parents=[batch.id]).id
