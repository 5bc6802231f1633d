"""What the province sends back (省反馈): read, laid on the people of a batch, kept as a fact.

Rejected people become findings (audit/province.py), their visits go back to their surveyors with the reasons, and
their rows are due again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from casebook.errors import Place, RuhuError
from casebook.language import N_, _
from casebook.progress import Progress, report
from casebook.store.casebook import Casebook, Writing
from casebook.store.clock import local_text
from casebook.store.facts import encoded, pieces_digest
from casebook.store.rights import refuse
from casebook.store.sqlite import Connection
from casebook.texts import Text, text, to_json
from exports.formats.format import Format
from exports.upload.batches import BatchRow, SentRow, batch_files, batch_format, batch_named, batch_rows, batches
from exports.upload.checks_row import columns_of
from exports.upload.feedback_fields import ColumnWords, Message, SentCells
from exports.upload.feedback_lines import Line, Lines, Shape, code_lines, copy_lines, table_lines
from exports.upload.feedback_list import against_next_list
from exports.upload.feedback_matching import Matcher, SentPerson, sent_person
from exports.upload.feedback_returns import Returned, returned_visits

_MANY = 20
"""Lines from which a file that is mostly about others is taken for the wrong one."""

MISSING = N_("省里返回的名单（{file}）里没有这个人")


@dataclass(frozen=True, slots=True)
class Rejected:
    """Somebody whom the province sent back (省退回), and what it says, in the order of the file."""

    row: SentRow
    messages: tuple[Message, ...]


@dataclass(frozen=True, slots=True)
class Unmatched:
    """A line that names nobody of the batch for certain, and why. It is not taken."""

    sheet: str
    row: int
    why: Text


@dataclass(frozen=True, slots=True)
class Feedback:
    """What a file says of a batch. `accepted` people were taken; `lines` rows were read, each of them about somebody
    rejected or accepted, or unmatched; `returned` are the visits that go back, `already` when and by whom the file
    was taken before ('' when it was not), `fact` the id of what was kept."""

    batch: BatchRow
    file: str
    sha256: str
    shape: Shape
    lines: int
    rejected: tuple[Rejected, ...]
    accepted: int
    unmatched: tuple[Unmatched, ...]
    returned: tuple[Returned, ...] = ()
    already: str = ""
    fact: str = ""


def import_feedback(
    book: Casebook,
    path: Path,
    batch: int | str | None = None,
    *,
    as_list: bool = False,
    dry_run: bool = False,
    password: Callable[[], str | None] | None = None,
    progress: Progress | None = None,
    before_writing: Callable[[], object] | None = None,
) -> Feedback:
    """Read what came back and keep it, once: the findings, the visits that go back. Without `batch` the one whose
    people the file names; the same file again means the one that it was taken for. `as_list`: the file is the next
    returned list, whoever is not on it was not taken. `before_writing` is called when there is something to keep.

    Raises RuhuError for a file that can't be read; (check) when it is about no batch, or says nothing of what is wrong;
    (usage) for an unknown batch; and what `password` and `progress` raise. Nothing is written with `dry_run`.
    """
    found = read_feedback(book, path, batch, as_list=as_list, password=password, progress=progress)
    if dry_run or found.already:
        return found
    if before_writing is not None:
        before_writing()
    with book.writing() as writing:
        already = _taken_before(writing.connection, found.batch.id, found.sha256)
        if already:  # another process was quicker
            return replace(found, already=already)
        return _kept(writing, found)


def read_feedback(
    book: Casebook,
    path: Path,
    batch: int | str | None = None,
    *,
    as_list: bool = False,
    password: Callable[[], str | None] | None = None,
    progress: Progress | None = None,
) -> Feedback:
    """The same without writing anything."""
    refuse(book.rights, "feedback", {}, "")
    candidates = [batch_named(book, batch)] if batch is not None else batches(book)
    if not candidates:
        what = _("这个案卷还没有上报过")
        raise RuhuError("no_batch", what, _("先用 ruhu export 做一批"), category="check")
    digest = _digest(path)
    formats = {one.id: batch_format(book, one.id).format for one in candidates}
    different = {one.format_sha256: formats[one.id] for one in candidates}
    lines, of_format = _lines(path, list(different.values()), password, progress)
    if of_format is not None:
        candidates = [one for one in candidates if formats[one.id] == of_format]
    report(progress, _("对人"), 0, 1)
    shape: Shape = "list" if as_list else lines.shape
    meant = candidates[0] if batch is not None else _taken_for(book, candidates, digest)
    if meant is None:
        meant = _meant(book, candidates, formats, lines, path, shape)
    people = _people(book, meant, formats[meant.id])
    if shape == "list":
        _refuse_other_file(path, lines, Matcher(list(people.values())), len(people), as_list=as_list)
    cells = SentCells(batch_files(book, meant.id), formats[meant.id])
    laid = _laid(lines, people, formats[meant.id], cells, shape, path.name)
    report(progress, _("对人"), 1, 1)
    found = Feedback(meant, path.name, digest, shape, len(lines.lines) + len(lines.unreadable), *laid)
    with book.reading() as connection:
        return replace(
            found,
            returned=tuple(returned_visits(book, connection, meant, formats[meant.id], found.rejected)),
            already=_taken_before(connection, meant.id, digest),
        )


def _digest(path: Path) -> str:
    from hashlib import file_digest

    from casebook.tables.read import check_path

    check_path(path)
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _lines(
    path: Path, formats: Sequence[Format], password: Callable[[], str | None] | None, progress: Progress | None
) -> tuple[Lines, Format | None]:
    """The lines of a file; with the format when it is a workbook of ours."""
    from casebook.tables.raw import read_sheets
    from casebook.tables.read import read_table

    answers: list[str | None] = []

    def asked_once() -> str | None:
        if not answers:
            answers.append(password() if password else None)
        return answers[0]

    raw = read_sheets(path, password=asked_once, progress=progress)
    for sheet in raw.sheets:
        if sheet.formulas:  # a reason that reads as blank would be taken for 通过
            what = _("{count} 个公式没有存下结果，读作空白").format(count=sheet.formulas)
            place = Place(path.name, sheet.name)
            raise RuhuError("formulas", what, _("请用 Excel 或 WPS 打开、保存一次再读"), place, "check")
    for format in formats:
        ours = copy_lines(raw, format)
        if ours is not None:
            return ours, format
    try:
        return table_lines(read_table(path, password=asked_once, progress=progress)), None
    except RuhuError as error:
        if error.code not in ("no_header", "no_identity"):
            raise
        coded = code_lines(raw) if error.code == "no_header" else None
        if coded is not None:
            return coded, None
        remedy = _("要有一行列名：姓名或证件号码，和「错误说明」；没有就加一行")
        raise RuhuError(error.code, error.what, remedy, error.place, error.category) from error


def _taken_for(book: Casebook, candidates: Sequence[BatchRow], digest: str) -> BatchRow | None:
    """The batch that this very file was taken for before: it names people who are in others as well."""
    with book.reading() as connection:
        rows = connection.execute("SELECT batch FROM feedback WHERE sha256 = ?", (digest,))
        taken = {batch for (batch,) in rows}
    return next((one for one in candidates if one.id in taken), None)


def _meant(
    book: Casebook,
    candidates: Sequence[BatchRow],
    formats: Mapping[str, Format],
    lines: Lines,
    path: Path,
    shape: Shape,
) -> BatchRow:
    """The batch that a file is about: of several the newest that has the most of its people. Refused when most of an
    error file is about others: another workbook with remarks on people would send them back."""
    hits: Counter[str] = Counter()
    for one in candidates:
        matcher = Matcher(list(_people(book, one, formats[one.id]).values()))
        hits[one.id] = sum(isinstance(matcher.match(line), str) for line in lines.lines)
    best = max(hits.values(), default=0)
    if not best:
        what = _("看不出这是哪一批的反馈：里面没有一个人认得准是哪一批的")
        remedy = _("请用 --batch 指明，例：ruhu import feedback 错误.xlsx --batch 3")
        raise RuhuError("which_batch", what, remedy, Place(file=path.name), "check")
    most = [one for one in candidates if hits[one.id] == best]
    meant = next((one for one in most if not one.revoked), most[0])
    if shape != "list" and len(lines.lines) >= _MANY and 2 * best < len(lines.lines):
        what = _("{lines} 行里只有 {known} 行是第 {number} 批的人，可能拿错了文件").format(
            lines=f"{len(lines.lines):,}", known=f"{best:,}", number=meant.name
        )
        remedy = _("确是省里的反馈，用 --batch {number} 指明").format(number=meant.name)
        raise RuhuError("which_batch", what, remedy, Place(file=path.name), "check")
    return meant


def _people(book: Casebook, batch: BatchRow, format: Format) -> dict[str, SentPerson]:
    """Everyone of a batch by key."""
    with book.reading() as connection:
        places = _places(connection, batch.id)
    rows: dict[str, SentRow] = {}
    for row in batch_rows(book, batch.id):
        rows.setdefault(row.key, row)
    births = _births(book, batch, format, [row for row in rows.values() if not row.number])
    return {
        key: sent_person(row, *places.get(row.visit, ("", "", "")), births.get(key, "")) for key, row in rows.items()
    }


def _births(book: Casebook, batch: BatchRow, format: Format, rows: Sequence[SentRow]) -> dict[str, str]:
    """Birth dates as they were sent, of people who have no number that tells it."""
    place = columns_of(format).at.get(("person.birth_date", 0))
    if place is None or not rows:
        return {}
    cells = SentCells(batch_files(book, batch.id), format)
    return {row.key: cells.text(row, place) for row in rows}


def _places(connection: Connection, batch: str) -> dict[str, tuple[str, str, str]]:
    """Township, village and household of the visits of a batch."""
    rows = connection.execute(
        "SELECT DISTINCT v.id, v.township, v.village, v.household FROM batch_person p JOIN visit v ON v.id = p.visit "
        "WHERE p.batch = ?",
        (batch,),
    )
    return {visit: (township, village, household) for visit, township, village, household in rows}


def _refuse_other_file(path: Path, lines: Lines, matcher: Matcher, people: int, *, as_list: bool) -> None:
    """A file without a column that says what is wrong is taken for the next list only when it looks like one: else
    everyone of the batch would be sent back."""
    known = sum(isinstance(matcher.match(line), str) for line in lines.lines)
    if known and (as_list or 2 * known >= people):
        return
    what = _("没有「错误说明」这样的一列，也不像省里返回的名单：这一批 {people} 人里只有 {known} 人在里面").format(
        people=f"{people:,}", known=f"{known:,}"
    )
    remedy = _("请给写错误的一列取名「错误说明」；确是省里返回的名单，加 --as list")
    raise RuhuError("no_reasons", what, remedy, Place(file=path.name), "check")


def _laid(
    lines: Lines, people: Mapping[str, SentPerson], format: Format, cells: SentCells, shape: Shape, file: str
) -> tuple[tuple[Rejected, ...], int, tuple[Unmatched, ...]]:
    """Who is rejected with what, how many are accepted, which lines name nobody for certain."""
    matcher, columns = Matcher(list(people.values())), ColumnWords(format)
    unmatched = [Unmatched(sheet, row, Text(N_("这一行读不出来"))) for sheet, row in lines.unreadable]
    said: dict[str, dict[Message, None]] = {}
    named: dict[str, Line] = {}
    for line in lines.lines:
        key = matcher.match(line)
        if isinstance(key, Text):
            # whoever else is on the next list is nobody's mistake
            if shape != "list":
                unmatched.append(Unmatched(line.sheet, line.row, key))
            continue
        named.setdefault(key, line)
        row = people[key].row
        for told, about in line.messages:
            said.setdefault(key, {})[columns.message(told, about, _sent_by(cells, row))] = None
    if shape == "list":
        said = {key: dict.fromkeys(told) for key, told in _compared(people, named, format, cells, file).items()}
    rejected = tuple(Rejected(people[key].row, tuple(said[key])) for key in people if said.get(key))
    return rejected, len(named.keys() - {one.row.key for one in rejected}), tuple(unmatched)


def _sent_by(cells: SentCells, row: SentRow) -> Callable[[int], str]:
    return lambda place: cells.text(row, place)


def _compared(
    people: Mapping[str, SentPerson], named: Mapping[str, Line], format: Format, cells: SentCells, file: str
) -> dict[str, list[Message]]:
    found: dict[str, list[Message]] = {}
    for key, one in people.items():
        line = named.get(key)
        if line is None:
            found[key] = [Message(text(MISSING, file=file))]
        elif told := list(against_next_list(line, format, _sent_by(cells, one.row))):
            found[key] = told
    return found


def _taken_before(connection: Connection, batch: str, digest: str) -> str:
    row = connection.execute(
        "SELECT wall, author FROM feedback WHERE batch = ? AND sha256 = ? ORDER BY clock, id", (batch, digest)
    ).fetchone()
    return _("{at}，{author}").format(at=local_text(row[0]), author=row[1]) if row else ""


# Keeping it


def _kept(writing: Writing, found: Feedback) -> Feedback:
    """The feedback as a fact, and a return of each visit that it sends back."""
    connection, batch = writing.connection, found.batch
    places = _places(connection, batch.id)
    parts = {
        "row": [encoded(_told(one, places)) for one in found.rejected],
        "unmatched": [encoded([one.sheet, one.row, to_json(one.why)]) for one in found.unmatched],
    }
    body = {
        "batch": batch.id,
        "number": batch.number,
        "file": found.file,
        "sha256": found.sha256,
        "shape": found.shape,
        "rejected": [one.row.key for one in found.rejected],
        "accepted": found.accepted,
        "unmatched": len(found.unmatched),
        "digests": {part: pieces_digest(enumerate(rows)) for part, rows in parts.items() if rows},
    }
    fact = writing.append("feedback", body, parents=[batch.id], pieces=parts).id
    for one in found.returned:
        review = {
            "visit": one.visit, "submission": one.submission, "step": "return", "at": "reported",
            "reason": one.reason, "refs": list(one.refs), "feedback": fact,
        }  # fmt: skip
        writing.append("review", review, area=one.area, parents=[one.visit, one.submission])
    return replace(found, fact=fact)


def _told(one: Rejected, places: Mapping[str, tuple[str, str, str]]) -> dict[str, Any]:
    """A rejected person as the piece of the fact: what audit/province.py reads."""
    row = one.row
    township, village, household = places.get(row.visit, ("", "", ""))
    return {
        "key": row.key, "people": [list(pair) for pair in row.people], "visit": row.visit,
        "submission": row.submission, "name": row.name, "township": township, "village": village,
        "household": household,
        "messages": [
            [to_json(told.text) if isinstance(told.text, Text) else told.text, told.field, told.title, told.sent]
            for told in one.messages
        ],
    }  # fmt: skip
