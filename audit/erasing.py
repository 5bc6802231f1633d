"""What the desk's facts say of a person: decisions with their asks, and the findings of audit runs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from audit.kinds import KINDS
from audit.words import field_title
from casebook.language import N_, _
from casebook.store.blanking import Path
from casebook.store.facts import Fact, facts, pieces
from casebook.store.spots import Spot, leaf, mentioned
from casebook.store.sqlite import Connection
from casebook.store.who import Who

_OF_DECISION = {"value": N_("写下的值"), "reason": N_("理由"), "document": N_("看到的证件")}
_OF_ASK = {"roster": N_("花名册写的"), "registry": N_("卫健写的")}
_TEXTS = ("sentence", "action", "runner_up")
_CELL = 5  # the text in a stored cell
_ROW = 0


def spots(connection: Connection, who: Who) -> Iterator[Spot]:
    """In every decision and every run's findings, also those that count no more. What is about nobody but this person
    and others who were erased before goes whole."""
    gone = who.ids | {person for (person,) in connection.execute("SELECT person FROM erased_person")}
    for fact in facts(connection, "e.kind = 'decision'"):
        if fact.body is not None and who.ids & _people(fact.body):
            yield from _of_decision(fact, fact.body, who, _people(fact.body) <= gone)
    for fact in list(facts(connection, "e.kind = 'run'")):
        for n, told in pieces(connection, fact.arrival, "finding"):
            if who.ids & _people(told):
                yield from _of_finding(fact, n, told, who, _people(told) <= gone)


def _people(told: Any) -> set[str]:
    return {person for persons in told["people"].values() for person in persons}


def _of_decision(fact: Fact, body: Any, who: Who, alone: bool) -> Iterator[Spot]:
    title = _("结论「{kind}」").format(kind=_kind(body))
    yield from _basis(Spot(fact.id, title=title), ("basis",), body["basis"], who)
    for name, word in _OF_DECISION.items():
        said = Spot(
            fact.id, (name,), title=f"{title}：{_(word)}", value=body.get(name, ""), known_by=name == "value"
        )  # fmt: skip
        yield from _said(said, who, alone)
    ask = body.get("ask")
    if not ask:
        return
    asked = _("{title}，待问").format(title=title)
    named = Spot(fact.id, ("ask", "name"), how="name", title=asked, value=ask["name"], named=True)
    if alone or ask["name"] in who.names:
        yield named
    for name, word in _OF_ASK.items():
        cell = Spot(fact.id, ("ask", name), title=f"{asked}：{_(word)}", value=ask[name])
        yield from _said(cell, who, alone)
    yield from _text(Spot(fact.id, ("ask", "question"), title=asked), ask["question"], who, alone)


def _of_finding(fact: Fact, n: int, told: Any, who: Who, alone: bool) -> Iterator[Spot]:
    """A finding about nobody else is marked, so that no queue shows it any more."""
    at = Spot(fact.id, part="finding", n=n, title=_("疑点「{kind}」").format(kind=_kind(told)))
    yield from _basis(at, ("basis",), told["basis"], who)
    yield from _basis(at, ("link_basis",), told["link_basis"], who)
    sources = (fact.body or {}).get("sources", {})
    for side in ("roster", "registry"):
        cell = told.get(side)
        if cell and (alone or (sources.get(side, ""), cell[_ROW]) in who.rows):
            yield _at(at, (side, _CELL), cell[_CELL])
    name = told.get("name", "")
    if name and (alone or name in who.names):
        yield Spot(at.fact, ("name",), at.part, at.n, how="name", title=at.title, value=name, named=True)
    for of in _TEXTS:
        yield from _text(_at(at, (of,), ""), told.get(of, ""), who, alone)
    if alone and not told.get("erased"):
        yield Spot(at.fact, (), at.part, at.n, how="mark", title=at.title)


def _basis(at: Spot, path: Path, basis: Any, who: Who) -> Iterator[Spot]:
    """The values that an answer rests on, those of this person."""
    for place, (_side, person, field, text) in enumerate(basis):
        if person in who.ids:
            title = f"{at.title}：{field_title(field)}"
            named = field == "name"
            yield Spot(at.fact, (*path, place, 3), at.part, at.n, title=title, value=text, named=named, known_by=named)


def _said(spot: Spot, who: Who, alone: bool) -> Iterator[Spot]:
    """What somebody wrote: all of it where it is about nobody else, else as far as it mentions the person."""
    if alone and spot.value:
        yield spot
    elif not alone and (found := mentioned(spot, who.words, who.names)) is not None:
        yield found


def _text(at: Spot, told: Any, who: Who, alone: bool) -> Iterator[Spot]:
    """What is put into a stored text (casebook.texts): its message ids are ours and stay."""
    for path in _data(told, ()):
        value = told
        for step in path:
            value = value[step]
        if isinstance(value, str):
            yield from _said(_at(at, (*at.path, *path), value), who, alone)


def _data(told: Any, path: Path) -> Iterator[Path]:
    if not isinstance(told, list):
        return
    if len(told) == 1 and isinstance(told[0], list):  # an enumeration
        for at, one in enumerate(told[0]):
            yield from _value(one, (*path, 0, at))
        return
    for at in range(2, len(told), 2):
        yield from _value(told[at], (*path, at))


def _value(value: Any, path: Path) -> Iterator[Path]:
    if isinstance(value, list):
        yield from _data(value, path)
    else:
        yield path


def _at(at: Spot, path: Path, value: Any) -> Spot:
    return Spot(at.fact, path, at.part, at.n, title=at.title, value=leaf(value) or "")


def _kind(told: Any) -> str:
    kind = KINDS.get(told["kind"])
    return _(kind.title) if kind else str(told["kind"])
