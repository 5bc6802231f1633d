"""Erasing a person (删除个人信息) out of everything that is stored; and where all of it stands, first.

Each room says what of its facts tells of the person; what else mentions their name or numbers is swept up after. Of
uploads the rows in the kept workbooks are emptied: what was handed in is then no more as it was, which is what the
order asks for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

from audit import erasing as of_audit
from casebook.errors import RuhuError
from casebook.language import _
from casebook.progress import Progress, report
from casebook.store.blank_rows import FileCell, file_cells
from casebook.store.blanking import How
from casebook.store.casebook import Casebook
from casebook.store.erasure import FILE_PART, MASK, kept_files
from casebook.store.erasure_view import KIND
from casebook.store.facts import Fact, encoded, facts, pieces, pieces_digest
from casebook.store.spots import Spot, masks, mentioned
from casebook.store.sweep import Words, swept, words_of
from casebook.store.who import Who, who_is
from casebook.tables.table import column_letter
from survey_forms import erasing as of_surveys
from survey_forms.visits.visit_list import HANDLE

_BEFORE = 4  # columns of 未上报.xlsx before those of the format
_NAME, _NUMBER, _CODE, _DIGEST = 8, 9, 10, 7


@dataclass(frozen=True, slots=True)
class Found:
    """All that is stored of a person. `words` are what they are found by; those that others share stay where others
    have them."""

    who: Who
    spots: tuple[Spot, ...]
    words: Words

    @property
    def told(self) -> tuple[Spot, ...]:
        """The spots of which something is left."""
        return tuple(spot for spot in self.spots if spot.told)

    @property
    def facts(self) -> frozenset[str]:
        return frozenset(spot.fact for spot in self.told)


@dataclass(frozen=True, slots=True)
class Erasing:
    """An erasure: its fact ('' where nothing was left to erase), the person, how many facts and places were blanked."""

    fact: str
    person: str
    people: tuple[str, ...]
    facts: int
    places: int
    words: Words


def find(book: Casebook, person: str, progress: Progress | None = None) -> Found:
    """Everything stored of a person, wherever it came from. Raises RuhuError (usage) for an unknown id."""
    connection = book.connection
    report(progress, _("查名单"), 0, 3)
    who = who_is(connection, person)
    report(progress, _("查结论、入户和上报"), 1, 3)
    of_rooms = [*of_audit.spots(connection, who), *of_surveys.spots(connection, who), *spots(book, who)]
    known = [*who.spots, *of_rooms]
    words = words_of(connection, who, of_rooms)
    report(progress, _("查其余提到的地方"), 2, 3)
    known += swept(connection, who, words.own, known)
    return Found(who, tuple({spot.place: spot for spot in reversed(known)}.values())[::-1], words)


def erase(book: Casebook, person: str, *, reason: str, order: str = "", progress: Progress | None = None) -> Erasing:
    """Erase a person: one fact, all of it or nothing. The file itself must be cleaned after (casebook.store.cleaning).

    Raises RuhuError (usage) for an unknown id, without a reason, or when the acting person may not.
    """
    reason, order = reason.strip(), order.strip()
    if not reason:
        what, remedy = _("删除要写明理由"), _("例：--reason 本人申请删除 --order 云丰府函〔2026〕12号")
        raise RuhuError("no_reason", what, remedy, category="usage")
    with book.writing() as writing:
        found = find(book, person, progress)
        _refuse_words(reason + order, found)
        left = found.told
        if not left:
            return Erasing("", person, tuple(sorted(found.who.ids)), 0, 0, found.words)
        told = masks(writing.connection, _with_marks(found, left))
        earlier = _earlier(writing.connection)
        mask = [encoded(one.told()) for one, _after in told]
        body = {
            "person": person,
            "people": sorted(found.who.ids),
            "reason": reason,
            "order": order,
            "facts": [[one.fact, after, earlier.get(one.fact, [])] for one, after in told],
            "digests": {MASK: pieces_digest(enumerate(mask))},
        }
        fact = writing.append(KIND, body, area=found.who.area, pieces={MASK: mask})
        report(progress, _("查其余提到的地方"), 3, 3)
        return Erasing(fact.id, person, tuple(sorted(found.who.ids)), len(told), len(left), found.words)


def _with_marks(found: Found, left: Sequence[Spot]) -> list[Spot]:
    """What is left, and the marks on findings about nobody else."""
    return [*left, *(spot for spot in found.spots if spot.how == "mark")]


def _refuse_words(written: str, found: Found) -> None:
    """The erasure's own reason stays for ever."""
    if any(word in written for word in (*found.words.own, *found.words.shared)):
        what = _("理由和文号里不能写这个人的姓名或号码：它们要一直留着")
        raise RuhuError("name_in_reason", what, _("请改写，例：本人申请删除"), category="usage")


def _earlier(connection: Any) -> dict[str, list[str]]:
    """The erasures that told of a fact before, by the fact."""
    found: dict[str, list[str]] = {}
    for erasure in facts(connection, "e.kind = ?", (KIND,)):
        for fact, _after, _earlier in (erasure.body or {}).get("facts", ()):
            found.setdefault(fact, []).append(erasure.id)
    return found


# What uploads and the province's answers say


def spots(book: Casebook, who: Who) -> Iterator[Spot]:
    connection = book.connection
    for fact in list(facts(connection, "e.kind = 'batch'")):
        if fact.body is not None:
            yield from _of_batch(book, fact, fact.body, who)
    for fact in list(facts(connection, "e.kind = 'feedback'")):
        at = Spot(fact.id, part="row", title=_("省反馈"))
        for n, told in pieces(connection, fact.arrival, "row"):
            if told["key"] in who.ids or who.ids & {person for _side, person in told["people"]}:
                yield from _of_feedback(replace(at, n=n), told)


def _of_batch(book: Casebook, fact: Fact, body: Any, who: Who) -> Iterator[Spot]:
    connection, title = book.connection, _("第 {number} 批").format(number=body["number"])
    at, rows = Spot(fact.id, part="row", title=title), set[tuple[int, int]]()
    for n, told in pieces(connection, fact.arrival, "row"):
        file, sheet_row, key, person, people, *_rest = told
        if not who.ids & {key, person, *(one for _side, one in people)}:
            continue
        rows.add((file, sheet_row))
        for place in (_DIGEST, _NAME, _NUMBER, _CODE):
            if place < len(told) and told[place]:
                named = place == _NAME
                how: How = "name" if named else "blank"
                known = place != _DIGEST
                yield replace(at, n=n, path=(place,), how=how, value=told[place], named=named, known_by=known)
    for place, (_key, reason) in enumerate(body["included"]):
        said = replace(at, part="", path=("included", place, 1), value=reason)
        if (found := mentioned(said, who.words, who.names)) is not None:
            yield found
    contents = kept_files(connection, fact.id)
    for f, file in enumerate(body["files"]):
        cells = list(file_cells(contents[f])) if f in contents else []
        mine = _rows_of(cells, f, rows, who) if file["upload"] else _left_out(book, fact, cells, who)
        for cell in cells:
            if (cell.sheet, cell.row) in mine:
                where = _("{what}，{file} {cell}").format(what=title, file=file["name"], cell=cell.reference)
                yield Spot(
                    fact.id, part=FILE_PART, n=f, cell=(cell.sheet, cell.reference), title=where, value=cell.text
                )  # fmt: skip


def _rows_of(cells: Sequence[FileCell], f: int, rows: set[tuple[int, int]], who: Who) -> set[tuple[str, int]]:
    """The person's rows in an upload: where the batch says they are, in the sheet that has the name or a number there;
    an emptied row has none."""
    return {(cell.sheet, cell.row) for cell in cells if (f, cell.row) in rows and cell.text.strip() in who.words}


def _left_out(book: Casebook, fact: Fact, cells: Sequence[FileCell], who: Who) -> set[tuple[str, int]]:
    """The person's rows in the list of those who stayed out: of a visit of theirs, and their name in the name's
    column."""
    column = _name_column(book, fact.id)
    visits = _visits(book, who)
    by_row: dict[tuple[str, int], dict[str, str]] = {}
    for cell in cells:
        letters = cell.reference.rstrip("0123456789")
        by_row.setdefault((cell.sheet, cell.row), {})[letters] = cell.text.strip()
    return {row for row, told in by_row.items() if told.get("A") in visits and told.get(column) in who.names}


def _visits(book: Casebook, who: Who) -> frozenset[str]:
    marks = ", ".join("?" * len(who.ids))
    rows = book.connection.execute(
        f"SELECT visit FROM visit_person WHERE person IN ({marks})", sorted(who.ids)
    )  # fmt: skip
    return frozenset(visit[:HANDLE] for (visit,) in rows)


def _name_column(book: Casebook, batch: str) -> str:
    """The column of the name in 未上报.xlsx, '' where the format has none."""
    from exports.upload.batches import batch_format

    try:
        columns = sorted(batch_format(book, batch).format.columns, key=lambda column: column.column)
    except RuhuError:
        return ""
    found = (at for at, column in enumerate(columns, _BEFORE) if column.field == "person.name")
    return next((column_letter(at) for at in found), "")


def _of_feedback(at: Spot, told: Any) -> Iterator[Spot]:
    """The province's row about the person, marked so that it is no finding any more."""
    yield replace(at, path=("name",), how="name", value=told["name"], named=True, known_by=True)
    for place, (text, _field, _title, sent) in enumerate(told["messages"]):
        if isinstance(text, str):
            yield replace(at, path=("messages", place, 0), value=text)
        yield replace(at, path=("messages", place, 3), value=sent)
    if not told.get("erased"):
        yield replace(at, path=(), how="mark")
