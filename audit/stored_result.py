"""The current audit run as it was: the result of the cross-check put together again from what the casebook keeps."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import cached_property
from typing import Any

from audit.finding_basis import People
from audit.finding_json import finding_from_json
from audit.finding_view import current_run, subject_of_link
from audit.findings import CrossCheck, Link, ListResult, RowState, Side, VillageAlias
from audit.questions import DIFFERENT, SAME
from audit.run import STATE_LETTERS
from casebook.errors import RuhuError
from casebook.language import _
from casebook.store.casebook import Casebook
from casebook.store.facts import Fact, fact_by_id, pieces
from casebook.store.rights import require
from casebook.store.sources import LIST_SIDES, ListSide, sources, stored_people, stored_table
from casebook.store.sqlite import Connection
from casebook.tables.table import Table
from casebook.texts import from_json

_STATES: dict[str, RowState] = {letter: state for state, letter in STATE_LETTERS.items()}  # type: ignore[misc]
_ALONE: dict[Side, RowState] = {"roster": "roster_only", "registry": "registry_only"}


@dataclass(frozen=True)
class RunLists:
    """The lists that an audit run looked at, and the people of their rows; read when they are asked for."""

    connection: Connection
    run: Fact

    @cached_property
    def people(self) -> People:
        return People(*(stored_people(self.connection, self._source(side)) for side in ("roster", "registry")))

    @cached_property
    def tables(self) -> dict[Side, Table]:
        sides: tuple[Side, ...] = ("roster", "registry")
        return {side: stored_table(self.connection, self._source(side)) for side in sides}

    @property
    def body(self) -> Any:
        return self.run.body

    def links(self) -> list[Link]:
        """The run's links, as rows of its lists."""
        found = []
        for _n, (registry, roster, score, state, kinds) in pieces(self.connection, self.run.arrival, "link"):
            (left,), (right,) = self.people.rows("registry", registry), self.people.rows("roster", roster)
            found.append(Link(left, right, score, state, tuple(kinds)))
        return found

    def _source(self, side: Side) -> Fact:
        fact = fact_by_id(self.connection, self.body["sources"][side])
        assert fact is not None
        return fact


def run_here(book: Casebook) -> Fact:
    """The current run. Raises RuhuError (check) before the first one, (unusable) on a machine that has some of it."""
    run = current_run(book.connection)
    if run is None:
        raise RuhuError("no_run", _("这个案卷还没有核对过"), _("请先运行 ruhu audit run"), category="check")
    if is_elsewhere(book.connection, run):
        raise RuhuError("run_not_here", _("核对的全部结果不在这台电脑上"), _("请在办公室的电脑上做"))
    return run


def run_lists(book: Casebook) -> RunLists:
    """The current run, with both lists whole. Raises RuhuError as `run_here`, and (usage) for somebody who sees only
    some places."""
    require(book.rights, "result")
    return RunLists(book.connection, run_here(book))


def is_elsewhere(connection: Connection, run: Fact) -> bool:
    """Whether this machine has no more of a run than who is who, or not even that."""
    sql = "SELECT 1 FROM partial WHERE arrival = ?"
    return run.body is None or connection.execute(sql, (run.arrival,)).fetchone() is not None


def stored_result(book: Casebook) -> CrossCheck:
    """The result of the current run: the same lists, states, links and findings; aliases also of earlier runs.

    Findings are in queue order: the n-th has the number n. Raises RuhuError (check) before the first run.
    """
    lists = run_lists(book)
    body = lists.body
    told = pieces(book.connection, lists.run.arrival, "finding")
    return CrossCheck(
        roster=_of_list(lists, "roster"),
        registry=_of_list(lists, "registry"),
        links=tuple(lists.links()),
        findings=tuple(finding_from_json(data) for _n, data in told),
        aliases=tuple(VillageAlias(**alias) for alias in body["aliases"]),
        notes=tuple(map(from_json, body["notes"])),
    )


def _of_list(lists: RunLists, side: Side) -> ListResult:
    body = lists.body
    states = tuple(_STATES[letter] for letter in body["rows"][side])
    reason = from_json(body["scope_reasons"][side])
    return ListResult(side, lists.tables[side], body["scopes"][side], reason, states)


def unseen_lists(book: Casebook) -> list[ListSide]:
    """The lists that changed since the current run: imported, or an import taken back; all there are before the first
    run."""
    run = current_run(book.connection)
    looked_at = run.body["sources"] if run is not None and run.body is not None else {}
    newest = {side: found[0][0] for side in LIST_SIDES if (found := sources(book.connection, side))}
    return [side for side in LIST_SIDES if newest.get(side) != looked_at.get(side)]


@dataclass(frozen=True, slots=True)
class JudgedLinks:
    """A result whose links follow what was decided about pairs since the run: `decided` pairs are settled as one
    person, of `parted` ones the link is gone."""

    result: CrossCheck
    decided: int
    parted: int


def with_judged_links(book: Casebook, result: CrossCheck) -> JudgedLinks:
    """The result of the current run with its links in doubt as people judged them meanwhile; the next run does the
    same and says what it means for the rest."""
    people = run_lists(book).people
    # of a pair told to be one person nothing is in review, while its findings may be open
    judged = dict(
        book.connection.execute(
            "SELECT pair, CASE WHEN review THEN verdict ELSE ? END FROM finding "
            "WHERE pair <> '' AND (NOT review OR status = 'settled')",
            (SAME,),
        ).fetchall()
    )
    decided, parted = set(), set()
    for link in result.links:
        if link.state == "review":
            verdict = judged.get(subject_of_link([people.registry[link.registry], people.roster[link.roster]]))
            if verdict == SAME:
                decided.add((link.registry, link.roster))
            elif verdict == DIFFERENT:
                parted.add((link.registry, link.roster))
    links = tuple(
        replace(link, state="decided") if (link.registry, link.roster) in decided else link
        for link in result.links
        if (link.registry, link.roster) not in parted
    )
    registry = _parted(result.registry, {left for left, _right in parted} - {link.registry for link in links})
    roster = _parted(result.roster, {right for _left, right in parted} - {link.roster for link in links})
    return JudgedLinks(replace(result, links=links, registry=registry, roster=roster), len(decided), len(parted))


def _parted(of_list: ListResult, rows: set[int]) -> ListResult:
    """The list with these rows standing alone."""
    states = (_ALONE[of_list.side] if row in rows else state for row, state in enumerate(of_list.states))
    return replace(of_list, states=tuple(states))
