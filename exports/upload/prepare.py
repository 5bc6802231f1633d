"""A batch made ready (准备上报): what goes into which file, what stays out and why, what has not changed since.

Nothing is written here; the same casebook, format, filter, reasons and day give the same result.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TYPE_CHECKING

from casebook.errors import Place, RuhuError
from casebook.language import N_, _
from casebook.people.idnumber import read_id
from casebook.progress import Progress, report
from casebook.store.casebook import Casebook
from casebook.store.rights import require
from casebook.texts import Text, text
from exports.formats.format import LoadedFormat
from exports.upload.checks import checks
from exports.upload.checks_cells import NEVER
from exports.upload.file_plan import PlannedFile, planned_files
from exports.upload.problem import Problem
from exports.upload.record import NotReady, Record

if TYPE_CHECKING:
    from exports.upload.parts import Dropped
    from exports.upload.rows import UploadRow
    from survey_forms.visits.visit_list import VisitFilter

_SHORTEST_VISIT, _SHORTEST_KEY = 4, 6
"""Characters that must be given of a visit's handle, of a person's key."""

@dataclass(frozen=True, slots=True)
class LeftOut:
    """Somebody who stays out. `place` is the how-manieth person of the visit, from 1; `problems` errors and notices;
    `never`: no reason lets the rows go."""

    record: Record
    place: int
    rows: tuple[UploadRow, ...]
    problems: tuple[Problem, ...]
    never: bool


@dataclass(frozen=True, slots=True)
class Gone:
    """Somebody of an earlier batch who is not handed in any more: returned, outside of the format's `only`, or taken
    out of the visit. `name` as it was sent, `batch` the batch's number."""

    key: str
    visit: str
    name: str
    batch: int


@dataclass(frozen=True, slots=True)
class Prepared:
    """An upload ready to be written. `through` is the newest fact that it knows; `rows` are those to go, in `files`;
    `notices` are of these, `excused` the errors of those who go for a reason; `unchanged` people were sent as they are;
    `waiting` and `aside` as in Records. `complete` are visits of which nobody stays behind, (visit, submission) each,
    with the keys of all whom the format takes; `places` the how-manieth person of the visit somebody is, by key."""

    loaded: LoadedFormat
    day: date
    through: int
    rows: tuple[UploadRow, ...]
    files: tuple[PlannedFile, ...]
    left_out: tuple[LeftOut, ...]
    notices: tuple[Problem, ...]
    dropped: tuple[Dropped, ...]
    included: tuple[tuple[str, str], ...]
    excused: tuple[Problem, ...]
    unchanged: int
    gone: tuple[Gone, ...]
    waiting: tuple[NotReady, ...]
    aside: tuple[NotReady, ...]
    complete: Mapping[tuple[str, str], tuple[str, ...]]
    places: Mapping[str, int]

    @property
    def people(self) -> int:
        """How many people go."""
        return len({row.key for row in self.rows})

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Those of who stays out, then the notices of who goes."""
        return tuple(one for left in self.left_out for one in left.problems) + self.notices


def prepare(
    book: Casebook,
    loaded: LoadedFormat,
    filter: VisitFilter | None = None,
    *,
    everything: bool = False,
    included: Mapping[str, str] | None = None,
    day: date | None = None,
    progress: Progress | None = None,
) -> Prepared:
    """Make an upload ready: of the visits of a filter (its states are not looked at), the people who are new or changed
    since they were sent, or with `everything` all. `included` lets people go in spite of errors: a key, or a visit's
    handle for all of its people, to the reason.

    The whole county is read and checked, for somebody may be twice in two townships. Raises RuhuError (usage) for an
    inclusion without reason or of nobody, and for somebody who may not hand in.
    """
    from exports.upload.batches import sent_rows
    from exports.upload.records import records
    from exports.upload.rows import rows_of
    from exports.upload.since import gone as gone_keys
    from exports.upload.since import unchanged
    from survey_forms.visits.visit_list import visit_ids

    require(book.rights, "export")
    format = loaded.format
    with book.reading() as connection:
        (through,) = connection.execute("SELECT coalesce(max(arrival), 0) FROM envelope").fetchone()
        chosen = None if filter is None else frozenset(visit_ids(book, replace(filter, state="", returned=False)))
        known = records(book, None, progress)
        laid = rows_of(known, format)
        sent = sent_rows(book, format.name)
        by_person = _by_person(laid.rows)
        meant = {key for key, (row, *_rest) in by_person.items() if chosen is None or row.record.visit in chosen}
        same = unchanged(laid.rows, sent)
        wanted = meant if everything else meant - same
        gone, numbers = _gone(book, format.name, gone_keys(laid.rows, sent))
        found = checks(laid.rows, format, book, people=known.people, sent=numbers, wanted=wanted, progress=progress)
    problems: defaultdict[str, list[Problem]] = defaultdict(list)
    for one in (*found, *_dropped_notices(laid.dropped, by_person)):
        if one.key in wanted:
            problems[one.key].append(one)
    wrong = {key: some for key, some in problems.items() if any(one.grade == "error" for one in some)}
    reasons = _reasons(included or {}, by_person, wrong)
    out = {key for key in wrong if key not in reasons or _never(wrong[key])}
    going = wanted - out
    places = _places(known.people)
    rows = tuple(row for row in laid.rows if row.key in going)
    of_going = [one for key in by_person if key in going for one in problems[key]]
    report(progress, _("分文件"), 0, 1)
    return Prepared(
        loaded=loaded,
        day=day or date.today(),
        through=through,
        rows=rows,
        files=planned_files(
            rows, format, county=_county(known.people, book), day=day or date.today(), suffix=_suffix(loaded)
        ),
        left_out=tuple(
            LeftOut(
                record=of_person[0].record,
                place=places[key],
                rows=of_person,
                problems=tuple(problems[key]),
                never=_never(problems[key]),
            )
            for key, of_person in by_person.items()
            if key in out
        ),
        notices=tuple(one for one in of_going if one.grade == "notice"),
        excused=tuple(one for one in of_going if one.grade == "error"),
        dropped=tuple(one for one in laid.dropped if one.key in going),
        included=tuple((key, reasons[key]) for key in by_person if key in going and key in reasons),
        unchanged=len(meant - wanted),
        gone=tuple(one for one in gone if chosen is None or one.visit in chosen),
        waiting=tuple(one for one in known.waiting if chosen is None or one.visit in chosen),
        aside=tuple(one for one in known.aside if chosen is None or one.visit in chosen),
        complete=_complete(by_person, going | same),
        places=places,
    )


def _by_person(rows: Iterable[UploadRow]) -> dict[str, tuple[UploadRow, ...]]:
    found: defaultdict[str, list[UploadRow]] = defaultdict(list)
    for row in rows:
        found[row.key].append(row)
    return {key: tuple(some) for key, some in found.items()}


def _places(people: Iterable[Record]) -> dict[str, int]:
    counted: Counter[str] = Counter()
    found: dict[str, int] = {}
    for record in people:
        counted[record.visit] += 1
        found[record.key] = counted[record.visit]
    return found


def _never(problems: Iterable[Problem]) -> bool:
    return any(one.code in NEVER for one in problems)


def _complete(
    by_person: Mapping[str, Sequence[UploadRow]], sent: Collection[str]
) -> dict[tuple[str, str], tuple[str, ...]]:
    """The visits all of whose people are `sent`, now or before."""
    found: defaultdict[tuple[str, str], list[str]] = defaultdict(list)
    for key, (row, *_rest) in by_person.items():
        found[row.record.visit, row.record.submission].append(key)
    return {visit: tuple(keys) for visit, keys in found.items() if all(key in sent for key in keys)}


def _county(people: Sequence[Record], book: Casebook) -> str:
    """The county's name as most people's values have it, else the casebook's."""
    told = Counter(value.text for one in people if (value := one.values.get("place.county")) and value.text)
    return told.most_common(1)[0][0] if told else book.name


def _suffix(loaded: LoadedFormat) -> str:
    if not loaded.template:
        return ".xlsx"
    from exports.stamping import workbook_suffix

    try:
        return workbook_suffix(loaded.template)
    except RuhuError as error:
        error.place = Place(file=loaded.format.template)
        raise


def _dropped_notices(dropped: Iterable[Dropped], by_person: Mapping[str, Sequence[UploadRow]]) -> Iterable[Problem]:
    remedy = Text(N_("放不下的另行上报，或在入户里把要紧的排在前面"))
    for one in dropped:
        said = text(N_("有 {count} 项放不下，没有写：{what}"), count=one.count, what=one.what)
        yield Problem("dropped", "notice", one.key, by_person[one.key][0].record.visit, -1, said, remedy)


def _gone(book: Casebook, format: str, keys: Collection[str]) -> tuple[list[Gone], dict[str, tuple[str, int]]]:
    """Those of the keys who are in a batch that stands, and their identity numbers with key and batch."""
    from exports.upload.batches import batch_rows, batches

    if not keys:
        return [], {}
    found: dict[str, Gone] = {}
    numbers: dict[str, tuple[str, int]] = {}
    for batch in reversed(batches(book)):
        if batch.revoked or batch.format != format:
            continue
        for row in batch_rows(book, batch.id):
            if row.key in keys:
                found[row.key] = Gone(row.key, row.visit, row.name, batch.number)
                if number := read_id(row.number).key:
                    numbers[number] = (row.key, batch.number)
    return list(found.values()), numbers


def _reasons(
    included: Mapping[str, str], by_person: Mapping[str, Sequence[UploadRow]], wrong: Collection[str]
) -> dict[str, str]:
    """The reason by key, of people with errors alone: whoever has none goes by himself."""
    found: dict[str, str] = {}
    for given, reason in included.items():
        if not reason.strip():
            what = _("照样上报要写明理由")
            raise RuhuError("no_reason", what, _("例：--include 3fa2c1=证件已核对原件"), category="usage")
        found |= {key: reason.strip() for key in _meant(given.strip(), by_person) if key in wrong}
    return found


def _meant(given: str, by_person: Mapping[str, Sequence[UploadRow]]) -> list[str]:
    """The keys of the people whom a word means: a key, a visit, or the beginning of one. Raises RuhuError (usage)."""
    if given in by_person:
        return [given]
    low = given.lower()
    visit_of = {key: row.record.visit for key, (row, *_rest) in by_person.items()}
    visits = {visit for visit in visit_of.values() if len(low) >= _SHORTEST_VISIT and visit.startswith(low)}
    keys = {key for key in by_person if len(given) >= _SHORTEST_KEY and key.startswith(given)}
    if len(visits) + len(keys) > 1:
        what = _("「{given}」不止一次入户或一个人").format(given=given[:40])
        raise RuhuError("several_meant", what, _("请写得长一些"), category="usage")
    if not visits and not keys:
        what = _("要上报的人里没有「{given}」").format(given=given[:40])
        raise RuhuError("nobody_meant", what, _("先用 --dry-run 看编号"), category="usage")
    return [key for key, visit in visit_of.items() if visit in visits or key in keys]
