"""What may be written on a machine (设备的权限), as those told of it who may: the machine that made the casebook, the
one that invited this one, and machines of the whole county that such a one told of. No laptop gives itself a village.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from casebook.store.areas import inside
from casebook.store.device_keys import proved
from casebook.store.devices import device_from, device_of, joined, own_devices
from casebook.store.packets.policy import SHARED
from casebook.store.rights import ADMINISTRATOR, KINDS
from casebook.store.sqlite import Connection

_ANY_ROLE = frozenset(("", ADMINISTRATOR))
_ANYBODY = frozenset(("undo", "anchor", "passphrase"))
"""Kinds of which `KINDS` says nothing by role."""
_OF_THE_OFFICE = frozenset(("account", "casebook", "checkout", "device", "erase"))
"""Kinds that go everywhere and come from machines of the whole county only."""


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
        found = {row[0] for row in connection.execute("SELECT device FROM envelope WHERE kind = 'casebook'")}
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

    def may_write(self, device: str, kind: str, area: str) -> bool:
        """Whether a fact of this kind and area may be of this device. A machine that nobody told of never had keys: who
        has vouched for it has answered for that."""
        family = self._family(device)
        about = [(author, one) for author, body in self._told if (one := device_from(body)).id in family]
        if not about or self._tellers & set(family):
            return True
        told = [one for author, one in about if self._may_tell(author)]
        roles = frozenset(one.role for one in told)
        areas = {area for one in told for area in one.areas}
        return _of_its_role(kind, roles) and (inside(area, areas) or (not area and kind in SHARED - _OF_THE_OFFICE))


def _of_its_role(kind: str, roles: frozenset[str]) -> bool:
    if "" in roles or kind in _ANYBODY:
        return True
    duties = [duty for key, duty in KINDS.items() if key == kind or key.startswith(f"{kind} ")]
    return bool(roles & {role for duty in duties for role in duty.roles})

