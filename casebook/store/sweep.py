"""The sweep (清扫): whatever else mentions an erased person's name or numbers, in any fact of any kind.

A word that other people's rows hold too (a household's telephone, a name that two people bear) is theirs as well and is
left alone here; where a fact is about the person the rooms have blanked it already.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass

from casebook.store.blank_rows import file_cells
from casebook.store.blanking import Element, below, elements
from casebook.store.erasure import FILE_PART, MASK, kept_files
from casebook.store.facts import decoded
from casebook.store.spots import Spot, leaves, mentioned
from casebook.store.sqlite import Connection
from casebook.store.who import Who, accounts, numbers_in

_NOBODYS = ("account", "casebook", "device", "erase", "form", "format", "notice", "rekey", "restored")
"""Kinds that tell of no person of the lists, even where a word is the same: a surveyor may bear anybody's name."""


@dataclass(frozen=True, slots=True)
class Words:
    """The words to look for: `own` are this person's alone, `shared` those of others too."""

    own: frozenset[str]
    shared: frozenset[str]


def words_of(connection: Connection, who: Who, spots: Iterable[Spot]) -> Words:
    """The names and numbers of the person's rows, and those that other facts tell of the person, parted in the same
    way."""
    more: set[str] = set()
    for spot in spots:
        if spot.known_by and (told := spot.told.strip()):
            more |= {told} if spot.named else numbers_in(told)
    more = {word for word in more if len(word) > 1} - who.own - who.shared - who.ids
    own = {word: word.encode() for word in more - accounts(connection)}
    rows = connection.execute(
        "SELECT e.id, p.n, p.content FROM piece p JOIN envelope e USING (arrival) "
        "WHERE e.kind = 'source' AND p.part = 'row'"
    )
    for fact, n, content in rows if own else ():
        if (fact, n) not in who.rows:
            own = {word: encoded for word, encoded in own.items() if encoded not in content}
    return Words(who.own | own.keys(), who.shared | (more - own.keys()))


def swept(connection: Connection, who: Who, own: Collection[str], known: Iterable[Spot]) -> Iterator[Spot]:
    """The mentions that are in none of the spots known already."""
    if not own:
        return
    done = {spot.place for spot in known}
    refs = {(spot.fact, spot.path, spot.ref) for spot in known if spot.ref}
    wanted = [word.encode() for word in own]
    others = f"e.kind NOT IN ({', '.join('?' * len(_NOBODYS))})"
    sql = (
        f"SELECT e.id, '', 0, b.content FROM envelope e JOIN body b USING (arrival) WHERE {others} UNION ALL "
        f"SELECT e.id, p.part, p.n, p.content FROM envelope e JOIN piece p USING (arrival) WHERE {others} "
        "AND p.part NOT IN (?, ?)"
    )
    for fact, part, n, content in connection.execute(sql, (*_NOBODYS, *_NOBODYS, FILE_PART, MASK)).fetchall():
        if not any(word in content for word in wanted) or (fact, n) in who.rows:
            continue
        for path, text in leaves(decoded(content)):
            spot = Spot(fact, path, part, n, value=text)
            if spot.place in done:
                continue
            if text.lstrip().startswith("<"):
                yield from _in_xml(spot, own, who.names, [ref for of, at, ref in refs if (of, at) == (fact, path)])
            elif (found := mentioned(spot, own, who.names)) is not None:
                yield found
    yield from _in_files(connection, own, done)


def _in_xml(spot: Spot, own: Collection[str], names: Collection[str], done: Collection[str]) -> Iterator[Spot]:
    for element in elements(spot.value):
        if not any(below(element.ref, ref) for ref in done):
            found = mentioned(of_element(spot, element), own, names)
            if found is not None:
                yield found


def of_element(spot: Spot, element: Element) -> Spot:
    """The spot of an element in the XML that a spot holds."""
    return Spot(spot.fact, spot.path, spot.part, spot.n, ref=element.ref, title=spot.title, value=element.text)


def _in_files(connection: Connection, own: Collection[str], done: Collection[object]) -> Iterator[Spot]:
    """The cells of kept files."""
    sql = "SELECT DISTINCT e.id FROM envelope e JOIN piece p USING (arrival) WHERE p.part = ?"
    for (fact,) in connection.execute(sql, (FILE_PART,)).fetchall():
        for f, content in kept_files(connection, fact).items():
            for cell in file_cells(content):
                spot = Spot(fact, part=FILE_PART, n=f, cell=(cell.sheet, cell.reference), value=cell.text)
                if spot.place not in done and any(word in cell.text for word in own):
                    yield spot
