"""What must be true of all machines once everybody has exchanged with everybody."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from casebook.store.areas import inside
from casebook.store.devices import device_of, lineage
from casebook.store.packets.checkouts import checkouts
from casebook.store.packets.policy import SHARED
from casebook.store.verify import verify
from casebook.store.views import contents, rebuild
from tests.casebook.packets.county import REFS, Given, Machine
from tests.casebook.packets.machines import seen

if TYPE_CHECKING:
    from tests.casebook.packets.histories import World


def check(world: World) -> None:
    """Raises AssertionError where something is lost, broken, hidden or different."""
    world.exchange_all()
    everything = frozenset().union(*(machine.ids() for machine in world.machines))
    assert world.saved - world.gone <= everything, "something that was saved is lost"
    shown: defaultdict[tuple[str, ...], set[bytes]] = defaultdict(set)
    for machine in world.machines:
        verified = verify(machine.book.whole)
        assert verified.broken == (), verified.broken
        assert machine.ids() == everything, "a machine has not got everything"
        _check_awaited(world, machine)
        _check_views(machine)
        _check_leaks(machine)
        device = device_of(machine.book.whole, machine.book.device)
        areas = tuple(sorted(device.areas)) if device else ("",)
        shown[areas].add(seen(machine.book))
    assert all(len(found) == 1 for found in shown.values()), "machines of the same areas show different things"
    _check_clashes(world)
    _check_checkouts(world)


def _check_awaited(world: World, machine: Machine) -> None:
    """What is awaited nobody has any more: it was on a machine that was set back alone."""
    sql = "SELECT e.id FROM envelope e JOIN body b USING (arrival)"
    there = {one for other in world.machines for (one,) in other.book.whole.execute(sql)}
    awaited = machine.book.whole.execute("SELECT e.id FROM awaited JOIN envelope e USING (arrival)").fetchall()
    assert not {one for (one,) in awaited} & there, "contents that a machine has have not come to one that asks"
    world.counts["contents lost with a machine"] += len(awaited)


def _check_views(machine: Machine) -> None:
    connection, views = machine.book.whole, machine.book.views
    now = contents(connection, views)
    connection.execute("BEGIN IMMEDIATE")
    try:
        rebuild(connection, views)
        again = contents(connection, views)
    finally:
        connection.execute("ROLLBACK")
    differing = [table for table in now if now[table] != again[table]]
    assert not differing, f"{', '.join(differing)} are not what the facts say"


def _check_leaks(machine: Machine) -> None:
    """A machine of some areas holds nothing of others that it was not to have."""
    device = device_of(machine.book.whole, machine.book.device)
    if device is None or device.whole_county:
        return
    connection = machine.book.whole
    rows = connection.execute("SELECT kind, area FROM envelope e JOIN body b USING (arrival)").fetchall()
    areas = {area for _kind, area in rows if area}
    assert all(inside(area, device.areas) for area in areas), areas
    assert {kind for kind, area in rows if not area} <= SHARED | {"source", "run"}
    places = connection.execute("SELECT DISTINCT township || '/' || village FROM listed").fetchall()
    assert all(inside(place, device.areas) for (place,) in places), places
    parts = {part for (part,) in connection.execute("SELECT DISTINCT part FROM piece")}
    assert parts <= {"row", "link"}, parts


def _check_clashes(world: World) -> None:
    """By what was known outside: of the answers to a question that are there, those that no later one knew of."""
    connection = world.machines[0].book.whole
    there = {fact for (fact,) in connection.execute("SELECT fact FROM visit_op")}
    given: defaultdict[tuple[str, str], list[Given]] = defaultdict(list)
    for one in world.given:
        if one.fact in there:
            given[one.visit, one.ref].append(one)
    expected = set()
    for place, answers in given.items():
        last = [one for one in answers if not any(one.fact in other.known for other in answers)]
        if len({one.value for one in last}) > 1:
            expected.add(place)
    marks = ", ".join("?" * len(REFS))
    rows = connection.execute(
        f"SELECT visit, ref, facts FROM visit_clash WHERE sort = 'values' AND ref IN ({marks})", REFS
    ).fetchall()
    # a remark may clash on the same question
    remarks = {fact for (fact,) in connection.execute("SELECT fact FROM visit_op WHERE op = 'remark'")}
    found = {(visit, ref) for visit, ref, facts in rows if not any(fact in facts for fact in remarks)}
    assert expected - found <= {(visit, ref) for visit, ref, _facts in rows}, "a clash is not shown"
    assert found <= expected, "a clash is shown that is none"
    conflicts = {visit for (visit,) in connection.execute("SELECT id FROM visit WHERE conflict")}
    assert {visit for visit, _ref in expected} <= conflicts
    world.counts["clashes"] += len(expected)


def _check_checkouts(world: World) -> None:
    lent = checkouts(world.machines[0].book.whole)
    for one in lent:
        overlapping = [
            other
            for other in lent
            if other is not one and (inside(one.area, (other.area,)) or inside(other.area, (one.area,)))
        ]
        assert one.conflict or all(
            set(lineage(world.machines[0].book.whole, one.device))
            & set(lineage(world.machines[0].book.whole, other.device))
            for other in overlapping
        )
