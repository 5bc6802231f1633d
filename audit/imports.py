"""A list into the casebook: each person minted once, and what changed since the list before."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Literal

from audit.carry_over import carried
from audit.case import Listed
from audit.fillers import without_fillers
from audit.records import records
from casebook.collection import no_garbage_collection
from casebook.errors import Place, RuhuError
from casebook.language import _
from casebook.progress import Progress, report
from casebook.store.casebook import Casebook
from casebook.store.facts import Fact, fact_by_id
from casebook.store.lists import LISTED, current
from casebook.store.rights import refuse
from casebook.store.sources import ListSide, all_sources, append_source, new_person_id, stored_list
from casebook.tables.table import Table

_LOOKED_BACK = 3
"""How many imports before the last are searched for people who are not in it."""


@dataclass(frozen=True, slots=True)
class Changes:
    """Rows against the import before: new people, people no longer listed, people with another value, the same."""

    added: int
    gone: int
    changed: int
    same: int


@dataclass(frozen=True, slots=True)
class Imported:
    """`source` is the fact's id; `changes` is None for the first import of a list. `already`: this very file was the
    current one, and nothing was written."""

    source: str
    side: ListSide
    rows: int
    changes: Changes | None
    already: bool = False


def remembered_mapping(book: Casebook, side: ListSide) -> dict[str, str]:
    """The columns that were named by hand at the last import of this list: header → field."""
    before = current(book.connection, side)
    return dict(before.body["mapping"]) if before is not None and before.body is not None else {}


def import_list(
    book: Casebook,
    table: Table,
    side: ListSide,
    mapping: Mapping[str, str],
    progress: Progress | None = None,
    *,
    dry_run: bool = False,
    before_writing: Callable[[], object] | None = None,
) -> Imported:
    """Store a list as the current one of its side, all of it or nothing. Importing the same file again changes nothing.

    A row keeps the person id that the list before gave the same person, or one of the lists before that, also of one
    that was withdrawn; the others are minted. `before_writing` is called when there is something to write (a backup);
    `dry_run` only compares, and the source is ''. Raises RuhuError for an empty list, when the casebook can't be
    written, (usage) for somebody who may not, and what `progress` or `before_writing` raise.
    """
    refuse(book.rights, "source", {}, "")
    if not table.rows:
        raise RuhuError("no_rows", _("这份名单里没有人员行"), _("请检查文件"), Place(file=table.source.name))
    before = current(book.connection, side)
    if before is not None and before.body is not None and _same_file(before.body, table, mapping):
        return Imported(before.id, side, len(table.rows), None, already=True)
    report(progress, _("与上次的名单比对"), 0, 1)
    with no_garbage_collection():
        people, minted, changes = _people(book, table, side, before, progress)
    if dry_run:
        return Imported("", side, len(table.rows), changes)
    if before_writing is not None:
        before_writing()
    report(progress, _("写入案卷"), 0, 1)
    with no_garbage_collection(), book.writing() as writing:
        latest = current(book.connection, side)
        if (latest and latest.id) != (before and before.id):
            what = _("另一个人刚导入了同一份名单")
            raise RuhuError("imported_meanwhile", what, _("请再导入一次"), Place(file=table.source.name), "locked")
        about = {"previous": before.id if before else None, "changes": changes and asdict(changes)}
        fact = append_source(writing, table, side, mapping, people, about)
        if minted:
            writing.append("persons", {"source": fact.id, "ids": minted}, parents=[fact.id])
        report(progress, _("写入案卷"), 1, 1)  # the last moment to stop
    return Imported(fact.id, side, len(table.rows), changes)


def _same_file(body: Mapping[str, object], table: Table, mapping: Mapping[str, str]) -> bool:
    told = body["table"]
    assert isinstance(told, dict)
    return bool(told["source"]["sha256"] == table.source.sha256 and body["mapping"] == dict(mapping))


def _people(
    book: Casebook, table: Table, side: ListSide, before: Fact | None, progress: Progress | None
) -> tuple[Sequence[str | None], list[str], Changes | None]:
    """Each row's person, those of them that are new, and how the list differs from the one before."""
    persons = side in LISTED
    if before is None:
        if not persons:
            return [None] * len(table.rows), [], None
        return *_known_or_new(book, table, side, [None] * len(table.rows), None), None
    old_table, old_people = stored_list(book.connection, before)
    new, old = _listed(table), _listed(old_table)
    new_digests, old_digests = _digests(new), _digests(old)
    old_row = carried(new.records, old.records, new_digests, old_digests, progress)
    same = sum(new_digests[index] == old_digests[other] for index, other in old_row.items())
    changes = Changes(
        added=len(table.rows) - len(old_row),
        gone=len(old_table.rows) - len(old_row),
        changed=len(old_row) - same,
        same=same,
    )
    if not persons:
        return [None] * len(table.rows), [], changes
    kept = [old_people[old_row[index]] if index in old_row else None for index in range(len(table.rows))]
    return *_known_or_new(book, table, side, kept, before), changes


def _known_or_new(
    book: Casebook, table: Table, side: ListSide, kept: Sequence[str | None], before: Fact | None
) -> tuple[list[str], list[str]]:
    """Each row's person and those that are new: who is not in the list before may be in an earlier one, when a wrong
    list came in between or somebody was left out for a month."""
    people = list(kept)
    earlier = [source for source in all_sources(book.connection, side) if before is None or source != before.id]
    for source in earlier[:_LOOKED_BACK]:
        left = [row for row, person in enumerate(people) if person is None]
        fact = fact_by_id(book.connection, source) if left else None
        if fact is None or fact.body is None:
            continue
        old_table, old_people = stored_list(book.connection, fact)
        used = set(people)
        free = [row for row, person in enumerate(old_people) if person not in used]
        new, old = _listed(_only(table, left)), _listed(_only(old_table, free))
        for row, of_old in carried(new.records, old.records, _digests(new), _digests(old)).items():
            people[left[row]] = old_people[free[of_old]]
    known = set(people)
    found = [person or new_person_id() for person in people]
    return found, [person for person in found if person not in known]


def _digests(listed: Listed) -> list[bytes]:
    return [listed.digest(row) for row in range(len(listed.table.rows))]


def _only(table: Table, rows: Sequence[int]) -> Table:
    return replace(table, rows=tuple(table.rows[row] for row in rows))


def _listed(table: Table) -> Listed:
    side: Literal["roster"] = "roster"
    return Listed(side, table, without_fillers(records(table))[0])
