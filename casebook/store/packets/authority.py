"""What may be written on a machine (设备的权限), as those told of it who may: the machine that made the casebook, the
one that invited this one, and machines of the whole county that such a one told of. No laptop gives itself a village.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from casebook.errors import RuhuError
from casebook.store.areas import WHOLE_COUNTY, inside
from casebook.store.device_keys import proved
from casebook.store.devices import casebook_id, device_from, device_of, joined, own_devices
from casebook.store.facts import area_of
from casebook.store.packets.policy import ANYBODYS, OF_THE_OFFICE, within_areas, within_role
from casebook.store.rights import ADMINISTRATOR, Rights, refuse
from casebook.store.sqlite import Connection

_ANY_ROLE = frozenset(("", ADMINISTRATOR))
_ABOUT = {
    "answer": "visit", "assignment": "visit", "submission": "visit", "review": "visit", "countersign": "decision"
}  # fmt: skip
"""Of which fact a kind speaks: it is of the same place."""
_LOCKED = OF_THE_OFFICE | {"rekey"}
"""Kinds that nobody takes any more of a machine that is closed, by whichever way they come."""


@dataclass(frozen=True, slots=True)
class Told:
    """What a machine was ever told to be: itself and what it was before, its roles ('' is any), its areas."""

    family: frozenset[str]
    roles: frozenset[str]
    areas: frozenset[str]


class Authority:
    """What each machine was ever told to be, by whoever may tell; as it stands in the casebook now. Of several
    tellings, one after the other, each counts: what was written under it stays right."""

    def __init__(self, connection: Connection, *, plain: bool) -> None:
        self._connection, self._plain = connection, plain
        self._told: list[tuple[str, Mapping[str, Any]]] = [
            (author, json.loads(content))
            for author, content in connection.execute(
                "SELECT e.device, b.content FROM envelope e JOIN body b USING (arrival) WHERE e.kind = 'device' "
                "ORDER BY e.clock, e.id"
            )
        ]
        self._tellers = self._first()
        count = 0
        while len(self._tellers) != count:
            count = len(self._tellers)
            for author, body in self._told:
                one = device_from(body)
                if self._may_tell(author) and one.whole_county and one.role in _ANY_ROLE:
                    self._tellers.add(one.id)

    def _first(self) -> set[str]:
        connection = self._connection
        first = "SELECT device FROM envelope WHERE id = ?"
        found = {row[0] for row in connection.execute(first, (casebook_id(connection),))}
        if (invited := joined(connection)) is not None:
            return found | {device_from(invited["office"]).id}
        return found | set(own_devices(connection))

    def _may_tell(self, author: str) -> bool:
        return bool(self._tellers & set(self._family(author)))

    def _family(self, device: str) -> list[str]:
        """A device and those it went on from, as far as each signed for the next."""
        found = [device]
        while True:
            row = self._connection.execute(
                "SELECT device, before, sign, seal, proof FROM device_told WHERE device = ? AND kind = 'restored' "
                "ORDER BY clock, fact LIMIT 1",
                (found[-1],),
            ).fetchone()
            if row is None or row[1] in found:
                return found
            before = device_of(self._connection, row[1])
            step = dict(zip(("device", "before", "sign", "seal", "proof"), row, strict=True))
            if before is None or not row[4] or not proved(before.sign, step):
                return found
            found.append(row[1])

    def told_of(self, device: str) -> Told | None:
        """What a machine was told to be; None for one of the whole county that tells of others, and for one that nobody
        told of, which never had keys: who has vouched for it has answered for that."""
        family = self._family(device)
        about = [(author, one) for author, body in self._told if (one := device_from(body)).id in family]
        if not about or self._tellers & set(family):
            return None
        told = [one for author, one in about if self._may_tell(author)]
        areas = frozenset(area for one in told for area in one.areas)
        return Told(frozenset(family), frozenset(one.role for one in told), areas)

    def untrue(self, device: str, first: int, last: int) -> bool:
        """Whether among these facts of a device there is one that it may not write: of another kind or place, about
        another place than it says, taking back or giving back what is not its own, in somebody's name who may not.
        Raises LookupError where what one speaks of is not here."""
        told, closed = self.told_of(device), self.closed_after(device)
        rows = self._connection.execute(
            "SELECT e.kind, e.area, e.id, e.seq, e.author, b.content FROM envelope e LEFT JOIN body b USING (arrival) "
            "WHERE e.device = ? AND e.seq BETWEEN ? AND ?",
            (device, first, last),
        )
        for kind, area, identity, seq, author, content in rows.fetchall():
            body = json.loads(content) if content else {}
            if kind == "casebook" and identity != casebook_id(self._connection):
                return True
            if closed is not None and seq > closed and kind in _LOCKED:
                return True
            if told is None:
                continue
            if not self._allowed(told, kind, area, body) or not self._signed(author, kind, area, body):
                return True
        return False

    def closed_after(self, device: str) -> int | None:
        """The number of the last fact of a machine that is closed which those knew who closed it; None for one in use.
        Nobody closed opens anybody."""
        family = self._family(device)
        closed = {one.id for author, body in self._told if (one := device_from(body)).closed and author != one.id}
        standing: tuple[bool, int | None] = (False, None)
        for author, body in self._told:
            one = device_from(body)
            if one.id in family and author not in closed and author not in family and self._may_tell(author):
                number = body.get("from")
                before = number if isinstance(number, int) and one.id == device else 0
                standing = (one.closed, before if number is not None else None)
        return standing[1] if standing[0] else None

    def _allowed(self, told: Told, kind: str, area: str, body: Mapping[str, Any]) -> bool:
        if not (within_role(kind, told.roles) and within_areas(kind, area, told.areas)):
            return False
        if "" in told.areas and "" in told.roles:
            return True
        if kind == "undo":
            spoken_of = [self._envelope(target) for target in body.get("targets", ())]
            return all(
                within_role(of_kind, told.roles) and within_areas(of_kind, of_area, told.areas)
                for of_kind, of_area in spoken_of
            )
        if kind == "checkin":
            return all(self._lent_to(checkout) in told.family for checkout, _area in body.get("of", ()))
        about = _ABOUT.get(kind)
        if about is not None and about in body and self._envelope(str(body[about])) != (about, area):
            return False
        return self._of_one_place(told, kind, area, body)

    def _of_one_place(self, told: Told, kind: str, area: str, body: Mapping[str, Any]) -> bool:
        """Whether what a fact holds is of the place that its envelope says."""
        if kind == "visit" and "household" in body:
            household = body["household"]
            return area_of(household["township"], household["village"]) == area
        if kind == "submission":
            asked = self._body(str(body.get("visit"))).get("asks", ())
            return all(one["ask"] in asked for one in body.get("asks", ()))
        if kind == "decision":
            people = [person for side in body.get("people", {}).values() for person in side]
            places = [place for person in people for place in self._places(person)]
            return not places or any(inside(place, told.areas) for place in places)
        return True

    def _signed(self, author: str, kind: str, area: str, body: Mapping[str, Any]) -> bool:
        """Whether there is, or was, an account of the author's name that may write this. A plain casebook asks nobody
        who they are."""
        if self._plain or kind in ANYBODYS:
            return True
        rows = self._connection.execute(
            "SELECT b.content FROM envelope e JOIN body b USING (arrival) WHERE e.kind = 'account'"
        )
        accounts = [one for (content,) in rows if (one := json.loads(content)).get("name") == author]
        ever = (Rights(str(one["role"]), tuple(one.get("areas", WHOLE_COUNTY))) for one in accounts)
        return any(_may(rights, kind, body, area) for rights in ever)

    def _places(self, person: object) -> list[str]:
        """Where the lists name somebody."""
        has_lists = self._connection.execute("SELECT 1 FROM sqlite_schema WHERE name = 'listed'").fetchone()
        if has_lists is None:
            return []
        rows = self._connection.execute("SELECT township, village FROM listed WHERE person = ?", (str(person),))
        return [area_of(township, village) for township, village in rows]

    def _envelope(self, identity: object) -> tuple[str, str]:
        row = self._connection.execute("SELECT kind, area FROM envelope WHERE id = ?", (str(identity),)).fetchone()
        if row is None:
            raise LookupError
        return row[0], row[1]

    def _body(self, identity: str) -> Mapping[str, Any]:
        row = self._connection.execute(
            "SELECT b.content FROM envelope e JOIN body b USING (arrival) WHERE e.id = ?", (identity,)
        ).fetchone()
        found: Mapping[str, Any] = json.loads(row[0]) if row else {}
        return found

    def _lent_to(self, checkout: object) -> str:
        row = self._connection.execute("SELECT device FROM checkout WHERE fact = ?", (str(checkout),)).fetchone()
        if row is None:
            raise LookupError
        return str(row[0])


def _may(rights: Rights, kind: str, body: Mapping[str, Any], area: str) -> bool:
    try:
        refuse(rights, kind, body, area)
    except RuhuError:
        return False
    return True
