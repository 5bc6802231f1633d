"""What the upload screens read of the casebook and write. Called in threads."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from casebook.errors import RuhuError
from casebook.progress import Progress, report
from casebook.store.casebook import Casebook
from exports.formats.format import LoadedFormat
from exports.upload.batches import BatchRow, batches
from survey_forms.visits.visit_list import HANDLE, VisitFilter, filter_choices

if TYPE_CHECKING:
    from exports.upload.prepare import LeftOut, Prepared
    from exports.upload.problem import Problem
    from exports.upload.record import Record

_USUAL = "sichuan_2016"
"""The built-in format that the shipped form was made for."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be checked: a format by its name ('' that of the last batch, else the first at hand), a township (''
    all of them), whether rows go that are as they were, and those that go in spite of errors, (key, reason) each."""

    format: str = ""
    township: str = ""
    everything: bool = False
    included: tuple[tuple[str, str], ...] = ()

    def changed(self, **parts: Any) -> Wanted:
        return replace(self, **parts)

    def with_reason(self, key: str, reason: str) -> Wanted:
        return replace(self, included=(*self.without(key).included, (key, reason)))

    def without(self, key: str) -> Wanted:
        return replace(self, included=tuple(one for one in self.included if one[0] != key))


@dataclass(frozen=True, slots=True)
class Said:
    """One thing wrong, in words. `header` is the column's, '' for the whole row; `finding` the number of an open
    finding or 0; `kind` tells problems of one kind: code and column."""

    grade: str
    header: str
    what: str
    remedy: str
    kind: tuple[str, int] = ("", -1)
    finding: int = 0


@dataclass(frozen=True, slots=True)
class Held:
    """A line in the list of the upload screen, under one of its tabs: a person, or under `kinds` a kind of problem.
    `visit` is '' where there is none to go to; `reason` why the row goes in spite of errors; `never`: no reason lets it
    go; `people` are counted of a kind."""

    tab: str
    key: str
    visit: str = ""
    township: str = ""
    village: str = ""
    household: str = ""
    name: str = ""
    said: tuple[Said, ...] = ()
    reason: str = ""
    never: bool = False
    people: int = 1

    @property
    def handle(self) -> str:
        return self.visit[:HANDLE]


@dataclass(frozen=True, slots=True)
class Looked:
    """A check as the screen shows it. `rows` go, of `people`; `lists` has who stands under each tab; `waiting` are
    (state, visits, people) who bring no row; `files` are (name, rows) that a batch would write."""

    wanted: Wanted
    loaded: LoadedFormat
    prepared: Prepared
    rows: int
    people: int
    unchanged: int
    waiting: tuple[tuple[str, int, int], ...]
    files: tuple[tuple[str, int], ...]
    lists: Mapping[str, tuple[Held, ...]]


@dataclass(frozen=True, slots=True)
class FormatAtHand:
    """A format to choose; `status` as in Format."""

    name: str
    title: str
    version: str
    region: str
    status: str


def formats_at_hand(book: Casebook) -> list[FormatAtHand]:
    """The casebook's own first, the newest first, then the built-in ones that it has none of the same name for."""
    from exports.formats.load import built_in
    from exports.formats.stored import stored_formats

    kept = stored_formats(book)
    names = {one.name for one in kept}
    found = [FormatAtHand(one.name, one.title, one.version, one.region, one.status) for one in kept]
    shipped = (loaded.format for loaded in built_in() if loaded.format.name not in names)
    return found + [FormatAtHand(one.name, one.title, one.version, one.region, one.status) for one in shipped]


def _format(book: Casebook, wanted: str) -> LoadedFormat:
    """The format of a name; without one that of the last batch, if it is at hand, else the county's own, else the one
    that asks for what the built-in form asks."""
    from exports.formats.load import find_format

    at_hand = formats_at_hand(book)
    names = [one.name for one in at_hand]
    if not wanted:
        last = next((one.format for one in batches(book) if one.format in names), "")
        own = next((one.name for one in at_hand if one.status == "county"), "")
        wanted = last or own or _USUAL
    return find_format(wanted, book)


def look(book: Casebook, wanted: Wanted, progress: Progress) -> Looked:
    """Check what would be handed in. Raises RuhuError for a format that is no good, whatever `progress` raises."""
    from exports.upload.summary import waiting_counts

    loaded = _format(book, wanted.format)
    prepared = _prepared(book, loaded, wanted, progress)
    waiting = waiting_counts((*prepared.waiting, *prepared.aside))
    return Looked(
        wanted=replace(wanted, format=loaded.format.name, included=prepared.included),
        loaded=loaded,
        prepared=prepared,
        rows=len(prepared.rows),
        people=prepared.people,
        unchanged=prepared.unchanged,
        waiting=tuple((state, visits, people) for state, (visits, people) in waiting.items()),
        files=tuple((file.name, len(file.rows)) for file in prepared.files),
        lists=_lists(prepared),
    )


def _prepared(book: Casebook, loaded: LoadedFormat, wanted: Wanted, progress: Progress) -> Prepared:
    """Reasons for people who are no longer among the rows are forgotten."""
    from exports.upload.prepare import prepare

    filter = VisitFilter(township=wanted.township) if wanted.township else None

    def ready(included: dict[str, str]) -> Prepared:
        return prepare(
            book, loaded, filter, everything=wanted.everything, included=included, progress=progress
        )

    included = dict(wanted.included)
    try:
        return ready(included)
    except RuhuError as error:
        if error.code not in ("nobody_meant", "several_meant"):
            raise
    found = ready({})
    there = {one.record.key for one in found.left_out}
    included = {key: reason for key, reason in included.items() if key in there}
    return ready(included) if included else found


def _lists(prepared: Prepared) -> dict[str, tuple[Held, ...]]:
    from exports.upload.summary import headers_of

    headers = headers_of(prepared.loaded.format)
    records = {row.key: row.record for row in prepared.rows}
    reasons = dict(prepared.included)
    return {
        "left": tuple(_left(one, headers) for one in prepared.left_out),
        "included": tuple(
            _held("included", records[key], problems, headers, reasons[key])
            for key, problems in _by_person(prepared.excused).items()
        ),
        "notice": tuple(
            _held("notice", records[key], problems, headers)
            for key, problems in _by_person(prepared.notices).items()
        ),
        "kinds": tuple(_kinds(prepared)),
        "gone": tuple(_gone(prepared)),
    }


def _by_person(problems: Sequence[Problem]) -> dict[str, list[Problem]]:
    found: dict[str, list[Problem]] = {}
    for one in problems:
        found.setdefault(one.key, []).append(one)
    return found


def _left(left: LeftOut, headers: Mapping[int, str]) -> Held:
    return replace(_held("left", left.record, left.problems, headers), never=left.never)


def _held(
    tab: str, record: Record, problems: Sequence[Problem], headers: Mapping[int, str], reason: str = ""
) -> Held:
    """Errors before notices."""
    ordered = sorted(problems, key=lambda one: one.grade)
    return Held(
        tab=tab,
        key=record.key,
        visit=record.visit,
        township=record.township,
        village=record.village,
        household=record.household,
        name=record.name,
        said=tuple(
            Said(
                grade=one.grade,
                header=headers.get(one.column, ""),
                what=str(one.what),
                remedy=str(one.remedy),
                kind=(one.code, one.column),
                finding=one.finding,
            )
            for one in ordered
        ),
        reason=reason,
    )


def _kinds(prepared: Prepared) -> Iterator[Held]:
    """One line for each kind of problem, whomever it is about."""
    from exports.upload.summary import summary

    for group in summary(prepared.problems, prepared.loaded.format):
        said = Said(group.grade, "", group.line, str(group.remedy), (group.code, group.column))
        yield Held("kinds", f"{group.code} {group.column}", said=(said,), people=group.people)


def _gone(prepared: Prepared) -> Iterator[Held]:
    """Who was sent before and is not now, by the name that was sent."""
    from casebook.language import _

    unfinished = {one.visit for one in prepared.waiting}
    for one in prepared.gone:
        if one.visit in unfinished:
            what = _("第 {number} 批报过，这一户退回了，还没有通过").format(number=one.batch)
            remedy = _("改好（F8）、两审通过以后会再报")
        else:
            what = _("第 {number} 批报过，现在没有了").format(number=one.batch)
            remedy = _("不该再报的不用管；省里那边要不要删，请问省里")
        yield Held("gone", one.key, one.visit, name=one.name, said=(Said("notice", "", what, remedy, ("gone", -1)),))


def townships(book: Casebook) -> list[tuple[str, int]]:
    """The townships with visits, and how many each has."""
    return list(filter_choices(book).townships)


def write(book: Casebook, looked: Looked, folder: Path, progress: Progress) -> BatchRow:
    """Write what was looked at as a batch. Raises RuhuError when it has changed since, or the folder takes nothing."""
    from exports.upload.writing import write_batch

    return write_batch(book, looked.prepared, folder, progress)


def files_again(book: Casebook, batch: BatchRow, folder: Path, progress: Progress) -> int:
    """The files of a batch as they were written; how many. Raises RuhuError for damaged ones, and for a folder that
    does not take them."""
    from casebook.language import _
    from exports.upload.placing import hand_out

    report(progress, _("写出"), 0, 1)
    return len(hand_out(book, batch.id, folder))
