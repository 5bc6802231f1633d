"""What may be written on a machine (设备的权限), as those told of it who may: the machine that made the casebook, the
one that invited this one, and machines of the whole county that such a one told of. No laptop gives itself a village.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from casebook.store.device_keys import proved
from casebook.store.devices import casebook_id, device_from, device_of, joined, own_devices
from casebook.store.packets.policy import within_areas, within_role
from casebook.store.rights import ADMINISTRATOR
from casebook.store.sqlite import Connection

_ANY_ROLE = frozenset(("", ADMINISTRATOR))
_ABOUT = {
    "answer": "visit", "assignment": "visit", "submission": "visit", "review": "visit", "countersign": "decision"
}  # fmt: skip
_KIND_OF = {"visit": "visit", "decision": "decision"}


@dataclass(frozen=True, slots=True)
class Told:
    """What a machine was ever told to be: itself and what it was before, its roles ('' is any), its areas."""

    family: frozenset[str]
    roles: frozenset[str]
    areas: frozenset[str]


class Authority:
    """What each machine was ever told to be, by whoever may tell; as it stands in the casebook now. Of several
    tellings, one after the other, each counts: what was written under it stays right."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
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
        another place than it says, taking back or giving back what is not its own. Raises LookupError where what one
        speaks of is not here."""
        told = self.told_of(device)
        rows = self._connection.execute(
            "SELECT e.kind, e.area, e.id, b.content FROM envelope e LEFT JOIN body b USING (arrival) "
            "WHERE e.device = ? AND e.seq BETWEEN ? AND ?",
            (device, first, last),
        )
        for kind, area, identity, content in rows.fetchall():
            if kind == "casebook" and identity != casebook_id(self._connection):
                return True
            if told is not None and not self._allowed(told, kind, area, json.loads(content) if content else {}):
                return True
        return False

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
        return about is None or about not in body or self._envelope(str(body[about])) == (_KIND_OF[about], area)

    def _envelope(self, identity: object) -> tuple[str, str]:
        row = self._connection.execute("SELECT kind, area FROM envelope WHERE id = ?", (str(identity),)).fetchone()
        if row is None:
            raise LookupError
        return row[0], row[1]

    def _lent_to(self, checkout: object) -> str:
        row = self._connection.execute("SELECT device FROM checkout WHERE fact = ?", (str(checkout),)).fetchone()
        if row is None:
            raise LookupError
        return str(row[0])
