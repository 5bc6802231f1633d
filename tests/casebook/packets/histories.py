"""Random histories of two to six machines: what is written on them, packets that are lost, doubled, out of order,
damaged or handed to the wrong machine, clocks that are wrong, old backups put back, folders copied.

A history is a seed and steps (what is done, three numbers that choose among what there is); what can't be done at that
moment is left out. In the end everybody exchanges with everybody, and then: the trail is whole everywhere, nothing that
was saved is missing, machines of the same areas show the same, every clash is shown and nothing else.
"""

from __future__ import annotations

import random
import shutil
from collections import Counter
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from unittest.mock import patch

from audit.decisions import Ruling, decide
from casebook.errors import RuhuError
from casebook.store.areas import inside
from casebook.store.backup import back_up
from casebook.store.casebook import Casebook, open_casebook
from casebook.store.devices import device_of, lineage, tell_device
from casebook.store.packets.checkouts import give_back_own
from casebook.store.packets.make import make_packet
from casebook.store.packets.take import Taken, take_packet
from casebook.store.restore import restore
from survey_forms.interview import open_interview
from survey_forms.visits.steps import pass_on, send_back
from survey_forms.visits.visit_list import no_visit
from tests.casebook.packets.comparing import check
from tests.casebook.packets.county import REFS, TOWNSHIPS, VILLAGES, Given, Letter, Machine, by_seed, county
from tests.casebook.packets.machines import joined, seen
from tui.all_views import VIEWS

Step = tuple[str, int, int, int]

DOINGS = (
    *("answer",) * 9, *("make",) * 5, *("deliver",) * 7, *("meet",) * 4, "note", "decide", "decide", "submit", "review",
    "grant", "checkout", "checkin", "backup", "restore", "copy", "clock",
)  # fmt: skip
MOST = 10_000

_EXPECTED = frozenset(("packet_gap", "packet_not_ours", "sender_unknown"))
"""Refusals of packets that are as they were made: of one that came too early or for another machine."""


class World:
    """The machines of a history, the packets between them, and what is known from outside of what was done."""

    def __init__(self, folder: Path, seed: int) -> None:
        self.folder, self.rng = folder, random.Random(seed)
        self.counts: Counter[str] = Counter()
        self.post: list[Letter] = []
        self.given: list[Given] = []
        self.saved: set[str] = set()
        self.gone: set[str] = set()
        self.stack = ExitStack()
        made = county()
        self.clock = self.stack.enter_context(by_seed(seed))
        shutil.copytree(made, folder / "0.ruhu")
        self.machines = [Machine(self._open(folder / "0.ruhu", "刘敏"), "刘敏")]
        for number in range(1, self.rng.randint(2, 6)):
            self._join(number)

    def _join(self, number: int) -> None:
        office, author = self.machines[0].book, f"第{number}人"
        areas = self.rng.choice(((VILLAGES[0],), (TOWNSHIPS[0],), VILLAGES[1:], ("",)))
        role = "" if "" in areas else self.rng.choice(("", "调查员"))
        book = joined(office, self.folder / f"{number}.ruhu", f"lap{number}", areas, role, author)
        self.machines.append(Machine(book, author))
        take_packet(book, make_packet(office, book.device))

    def _open(self, folder: Path, author: str) -> Casebook:
        return open_casebook(folder, author=author, views=VIEWS)

    def close(self) -> None:
        for machine in self.machines:
            machine.book.close()
        self.stack.close()

    def do(self, step: Step) -> None:
        doing, *numbers = step
        at, which, how = numbers[0] % len(self.machines), numbers[1], numbers[2]
        machine = self.machines[at]
        self.clock.skew = machine.skew
        try:
            getattr(self, f"_{doing}")(machine, which, how)
            self.counts[doing] += 1
        except RuhuError as error:
            assert error.category in ("usage", "check"), (step, error.code)

    # What people do

    def _note(self, machine: Machine, which: int, how: int) -> None:
        device = device_of(machine.book.whole, machine.book.device)
        if device is None or not device.role:
            places = [*self._places(machine), *([""] if device is None or device.whole_county else [])]
            with machine.book.writing() as writing:
                self.saved.add(writing.append("note", {"text": str(how)}, area=places[which % len(places)]).id)

    def _places(self, machine: Machine) -> list[str]:
        device = device_of(machine.book.whole, machine.book.device)
        areas = device.areas if device else ("",)
        return [area for area in VILLAGES if inside(area, areas)]

    def _visit(self, machine: Machine, which: int) -> str:
        places = self._places(machine)
        place = places[which % len(places)] if which % 3 == 0 else places[0]
        rows = machine.book.whole.execute("SELECT id FROM visit WHERE township || '/' || village = ?", (place,))
        found = rows.fetchone()
        if found is None:  # what it was given a moment ago is still to come
            raise no_visit(place)
        return str(found[0])

    def _answer(self, machine: Machine, which: int, how: int) -> None:
        visit = self._visit(machine, which)
        interview = open_interview(machine.book, visit)
        known = self._answers(machine, visit)
        kind = how % 12
        if kind < 9:
            ref, value = REFS[kind % 2], str(how // 12 % 4)
            interview.answer(ref, value)
            self._given(machine, visit, ref, value, known)
        elif kind == 9:
            interview.add("/data/member")
        elif kind == 10:
            interview.remove("/data/member[1]") if interview.filling.values() else None
        else:
            interview.remark(REFS[0], str(how // 12 % 3))
        self.saved |= self._answers(machine, visit)

    def _given(self, machine: Machine, visit: str, ref: str, value: str, known: frozenset[str]) -> None:
        new = self._answers(machine, visit) - known
        rows = machine.book.whole.execute(
            "SELECT fact FROM visit_op WHERE visit = ? AND op = 'answer' ORDER BY clock", (visit,)
        ).fetchall()
        (fact,) = (fact for (fact,) in rows if fact in new)
        self.given.append(Given(fact, visit, ref, value, known))

    def _answers(self, machine: Machine, visit: str) -> frozenset[str]:
        rows = machine.book.whole.execute("SELECT fact FROM visit_op WHERE visit = ?", (visit,))
        return frozenset(fact for (fact,) in rows)

    def _submit(self, machine: Machine, which: int, how: int) -> None:
        self.saved.add(open_interview(machine.book, self._visit(machine, which)).submit())

    def _review(self, machine: Machine, which: int, how: int) -> None:
        visit, book = self._visit(machine, which), machine.book.acted_by("审核人")
        self.saved.update(pass_on(book, [visit]) if how % 2 else [send_back(book, visit, "再核一次")])

    def _decide(self, machine: Machine, which: int, how: int) -> None:
        rows = machine.book.whole.execute("SELECT id FROM finding ORDER BY id").fetchall()
        if rows:
            ruling = Ruling(how % 7 + 1, "查过", "身份证", str(how % 2))
            self.saved.update(decide(machine.book, [rows[which % len(rows)][0]], ruling))

    def _grant(self, machine: Machine, which: int, how: int) -> None:
        """The office gives a laptop another township."""
        office = self.machines[0].book
        device = device_of(office.whole, self.machines[which % len(self.machines)].book.device)
        if device is not None and device.id != office.device and not device.whole_county:
            tell_device(office, replace(device, areas=(*device.areas, TOWNSHIPS[how % 2])))

    def _checkout(self, machine: Machine, which: int, how: int) -> None:
        office, other = self.machines[0].book, self.machines[which % len(self.machines)]
        self._posted(office, other, which % len(self.machines), checkout=[VILLAGES[how % 3]])

    def _checkin(self, machine: Machine, which: int, how: int) -> None:
        give_back_own(machine.book)

    def _clock(self, machine: Machine, which: int, how: int) -> None:
        machine.skew = timedelta(seconds=(which - MOST // 2) * 40)

    # What happens to packets

    def _make(self, machine: Machine, which: int, how: int) -> None:
        at = which % len(self.machines)
        if self.machines[at] is not machine:
            self._posted(machine.book, self.machines[at], at, full=how % 10 == 0)

    def _posted(self, book: Casebook, other: Machine, at: int, **told: object) -> None:
        ids = lineage(other.book.whole, other.book.device)
        known = next((one for one in ids if device_of(book.whole, one)), "")
        content = make_packet(book, known, **told)  # type: ignore[arg-type]
        if self.rng.random() < 0.15:
            self.counts["lost packets"] += 1
            return
        sender = next(machine for machine in self.machines if machine.book is book)
        self.post.append(Letter(at, content, sender.ids()))

    def _meet(self, machine: Machine, which: int, how: int) -> None:
        """Two exchange packets at a desk."""
        other = self.machines[which % len(self.machines)]
        if other is not machine:
            self._handed(machine, other)
            self._handed(other, machine)

    def _deliver(self, machine: Machine, which: int, how: int) -> None:
        if not self.post:
            return
        place = which % len(self.post)
        letter = self.post[place]
        target, mishap = self.machines[letter.to], how % 16
        self.clock.skew = target.skew
        before = seen(target.book) if mishap < 3 else b""
        if mishap == 0:
            cut = bytearray(letter.content)
            cut[how % len(cut)] ^= 1 << how % 8
            code = self._refused(target, bytes(cut) if how % 5 else letter.content[: how % len(cut)])
            assert code in ("packet_damaged", "not_a_packet", "newer_packet", "packet_not_ours"), code
            self.counts["damaged packets"] += 1
        elif mishap == 1:
            others = [one for one in self.machines if one is not target]
            other = others[which % len(others)]
            if not set(self._devices(other)) & set(self._devices(target)):
                assert self._refused(other, letter.content) == "packet_not_ours"
                self.counts["misdirected packets"] += 1
        elif mishap == 2:
            self._crash(target, letter.content)
        else:
            self._take(target, letter.content)
            if how % 3:  # else it lies there to be taken again
                del self.post[place]
        assert mishap > 2 or seen(target.book) == before

    def _devices(self, machine: Machine) -> tuple[str, ...]:
        return lineage(machine.book.whole, machine.book.device)

    def _refused(self, machine: Machine, content: bytes) -> str:
        try:
            take_packet(machine.book, content)
        except RuhuError as error:
            return error.code
        raise AssertionError("a packet was taken that should not be")

    def _crash(self, machine: Machine, content: bytes) -> None:
        class Crash(Exception):
            pass

        with patch("casebook.store.packets.take.note_taken", side_effect=Crash):
            try:
                take_packet(machine.book, content)
            except Crash:
                self.counts["crashes"] += 1
            except RuhuError as error:
                assert error.code in _EXPECTED, error.code

    def _take(self, machine: Machine, content: bytes) -> Taken | None:
        had = machine.ids()
        try:
            taken = take_packet(machine.book, content)
        except RuhuError as error:
            assert error.code in _EXPECTED, (error.code, error.what)
            assert machine.ids() == had
            self.counts[error.code] += 1
            return None
        assert had <= machine.ids()
        self.counts["taken twice"] += taken.already
        assert not (taken.already and machine.ids() != had)
        return taken

    # What happens to machines

    def _backup(self, machine: Machine, which: int, how: int) -> None:
        made = back_up(machine.book, self.folder / f"{len(machine.backups)}-{machine.folder.stem}.db")
        machine.backups.append((made.path, machine.ids()))

    def _restore(self, machine: Machine, which: int, how: int) -> None:
        if machine.backups:
            path, kept = machine.backups[which % len(machine.backups)]
            elsewhere = {one for other in self.machines if other is not machine for one in other.ids()}
            self.gone |= machine.ids() - kept - elsewhere
            machine.book.close()
            restore(machine.folder, path, author=machine.author, views=VIEWS)
            machine.book = self._open(machine.folder, machine.author)

    def _copy(self, machine: Machine, which: int, how: int) -> None:
        """The folder goes to another disk: this machine works there on, or both do."""
        copy = self.folder / f"{which}-{how}.ruhu"
        if copy.exists():
            return
        device = machine.book.device
        machine.book.close()
        shutil.copytree(machine.folder, copy)
        opened = self._open(copy, machine.author)
        assert opened.device != device
        if how % 2 and len(self.machines) < 6:
            machine.book = self._open(machine.folder, machine.author)
            assert machine.book.device == device
            self.machines.append(Machine(opened, machine.author, machine.skew))
        else:
            machine.book = opened

    # In the end

    def exchange_all(self) -> None:
        """Everybody gives everybody packets until nobody has anything new."""
        for _round in range(8):
            moved = 0
            for machine in self.machines:
                for other in self.machines:
                    if other is not machine:
                        moved += self._handed(machine, other)
            if not moved:
                return
        raise AssertionError("machines do not come to an end")

    def _handed(self, machine: Machine, other: Machine) -> int:
        known = next((one for one in self._devices(other) if device_of(machine.book.whole, one)), "")
        if known == machine.book.device:
            return 0  # a copy that this machine does not know of yet: the copy begins
        try:
            taken = self._take(other, make_packet(machine.book, known))
            if taken is None:
                taken = self._take(other, make_packet(machine.book, known, full=True))
        except RuhuError as error:
            assert error.category == "usage", error.code
            return 0
        return taken.facts + taken.bodies if taken else 0


def drawn(rng: random.Random, length: int) -> list[Step]:
    """A history of that many steps."""
    return [(rng.choice(DOINGS), rng.randrange(MOST), rng.randrange(MOST), rng.randrange(MOST)) for _ in range(length)]


def play(folder: Path, seed: int, steps: Sequence[Step]) -> Counter[str]:
    """A whole history with its checks; how often what was done. Raises AssertionError."""
    world = World(folder, seed)
    try:
        for step in steps:
            world.do(step)
        check(world)
        return world.counts
    finally:
        world.close()
