"""Which contents go where (内容去向). Envelopes go to every machine; a body goes to machines of the whole county, and
to those in whose areas it lies."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Any, Literal

from casebook.errors import RuhuError
from casebook.language import _
from casebook.store.areas import inside
from casebook.store.devices import device_of
from casebook.store.facts import decoded
from casebook.store.rights import KINDS
from casebook.store.sources import SKIPPED, row_areas
from casebook.store.sqlite import Connection

Goes = Literal["whole", "part", "no"]

SHARED = frozenset(
    (
        "account", "anchor", "casebook", "checkin", "checkout", "device", "erase", "form", "notice", "passphrase",
        "rekey", "restored", "undo",
    )
)  # fmt: skip
"""Kinds of the whole county that every machine needs, and that hold nothing about people. Others stay at the office:
also those that only a newer ruhu knows."""

OF_THE_OFFICE = frozenset(("account", "casebook", "checkout", "device", "erase", "form"))
"""Those of them that come from machines of the whole county only."""

ANYBODYS = frozenset(("anchor", "passphrase", "rekey", "undo"))
"""Kinds that are nobody's in particular: an `undo` is whose what it takes back is."""

_PARTS: Mapping[str, frozenset[str]] = {"source": frozenset(("row",)), "run": frozenset(("link",))}
"""Kinds of the whole county of which a machine gets the body and some of the pieces: of a list the rows of its areas,
of an audit run who is who, as ids."""

OUTSIDE: Mapping[str, frozenset[str]] = {"source": frozenset((SKIPPED,)), "run": frozenset(("finding", "evidence"))}
"""Parts that a machine of some areas never gets."""


def goes(kind: str, area: str, areas: Sequence[str]) -> Goes:
    """What of a fact's body and pieces goes to a machine of these areas."""
    if "" in areas:
        return "whole"
    if area:
        return "whole" if inside(area, areas) else "no"
    if kind in SHARED:
        return "whole"
    return "part" if kind in _PARTS else "no"


def refuse_outside(connection: Connection, device: str, kind: str, area: str) -> None:
    """Raises RuhuError (usage) for what a machine of some areas would write about others, or about the whole county: a
    cross-check of its few rows would take the place of the office's."""
    found = device_of(connection, device)
    if found is None or (found.whole_county and not found.role):
        return
    if not within_role(kind, frozenset((found.role,))):
        what = _("这台电脑是{role}用的，这一步要在别的电脑上做").format(role=_(found.role))
        remedy = _("请回办公室做；要在这台上做，请办公室改这台设备的角色")
        raise RuhuError("office_only", what, remedy, category="usage")
    if not within_areas(kind, area, found.areas):
        what = _("这台电脑只管{areas}，这一步要在办公室的电脑上做").format(areas=_("、").join(found.areas))
        remedy = _("请回办公室做；要管更多地方，请办公室改这台设备的管辖")
        raise RuhuError("office_only", what, remedy, category="usage")


def within_role(kind: str, roles: Collection[str]) -> bool:
    """Whether a kind may be written on a machine of one of these roles, '' being any."""
    if "" in roles or kind in ANYBODYS:
        return True
    duties = [duty for key, duty in KINDS.items() if key == kind or key.startswith(f"{kind} ")]
    return any(role in duty.roles for duty in duties for role in roles)


def within_areas(kind: str, area: str, areas: Collection[str]) -> bool:
    """Whether a fact may be of a machine of these areas."""
    return inside(area, areas) or (not area and kind in SHARED - OF_THE_OFFICE)


def fit_to_travel(kind: str, body: Any) -> bool:
    """Whether the body of a fact that goes partly holds nobody's data: lists of earlier releases kept the texts of
    skipped rows in it."""
    return kind != "source" or not any(skipped.get("text") for skipped in body["table"]["skipped"])


def pieces_for(
    connection: Connection, arrival: int, kind: str, body: Any, areas: Sequence[str] | None
) -> Iterator[tuple[str, int, bytes]]:
    """Part, number and content of the pieces that go; `areas` None for all there are. Of a list, whole households."""
    rows = connection.execute("SELECT part, n, content FROM piece WHERE arrival = ? ORDER BY part, n", (arrival,))
    if areas is None:
        yield from rows
        return
    parts = _PARTS.get(kind, frozenset())
    area_of_row: Callable[[Any], str] | None = row_areas(body) if kind == "source" else None
    for part, n, content in rows:
        if part in parts and (area_of_row is None or inside(area_of_row(decoded(content)), areas)):
            yield part, n, content
