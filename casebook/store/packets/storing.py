"""Facts of a packet into the casebook, one after the other, inside one transaction. Nothing of a packet is stored when
one of its facts does not fit."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from casebook.errors import Place, RuhuError
from casebook.language import _
from casebook.store import facts
from casebook.store.areas import normal
from casebook.store.casebook import Writing
from casebook.store.clock import LATEST_CLOCK, ONE_DAY
from casebook.store.devices import device_of
from casebook.store.facts import Envelope, encoded
from casebook.store.moved import become_new_device
from casebook.store.packets.framing import Carried, Manifest, Vector, damaged
from casebook.store.packets.heads import proves
from casebook.store.packets.policy import OUTSIDE
from casebook.store.sqlite import DatabaseError, InterfaceError, OperationalError
from casebook.store.verify import pieces_whole

_SHOWN = 3  # gaps that an error names


class Storing:
    """Takes the facts of one packet. `kinds` counts the new ones, `late` those whose contents came later than they;
    `newest` is the last new envelope of each device, `first` the number of its first, `completed` device and
    number of facts whose bodies came later than they."""

    def __init__(self, writing: Writing, since: Vector, name: str) -> None:
        self.writing = writing
        self.connection = writing.connection
        self.place = Place(file=name)
        self.kinds: Counter[str] = Counter()
        self.late: Counter[str] = Counter()
        self.first: dict[str, int] = {}
        self.newest: dict[str, Envelope] = {}
        self.completed: list[tuple[str, int]] = []
        self._since = since
        self._clock: int | None = None
        self.renewed = False  # whether this machine became a new device
        self._heads: dict[str, tuple[int, str]] = {
            device: (seq, digest) for device, seq, digest in self.connection.execute("SELECT * FROM head")
        }
        self._gaps: dict[str, tuple[int, int]] = {}
        self._other_bodies: list[tuple[str, str, str]] = []

    def notice_set_back(self, manifest: Manifest) -> None:
        """Go on as a new device where others have facts of this very machine that it has no more, under its own
        signature: an older file was put in its place, and would write others under their numbers."""
        device = self.writing.casebook.device
        head = manifest.heads.get(device)
        if head is not None and head[0] > self._own_number(device) and proves(self.connection, device, head):
            self._become_new_device()

    def _own_number(self, device: str) -> int:
        return self._heads.get(device, (0, ""))[0]

    def _become_new_device(self) -> None:
        if self._heads:
            become_new_device(self.writing, "rolled_back")
            self.renewed = True

    def store(self, fact: Carried) -> None:
        """Store a fact, or what is new of one that is here. Raises RuhuError (unusable)."""
        envelope = fact.envelope
        if fact.content is not None:
            digest = facts.body_digest(fact.salt, fact.content)
            if digest != envelope.body_digest:
                self._other_bodies.append((envelope.id, envelope.body_digest, digest))
        row = self.connection.execute(
            "SELECT arrival, digest FROM envelope WHERE device = ? AND seq = ?", (envelope.device, envelope.seq)
        ).fetchone()
        if row is not None:
            if row[1] != envelope.digest:
                raise self._cloned(envelope)
            self._complete(row[0], fact)
        else:
            self._take(fact)

    def _take(self, fact: Carried) -> None:
        envelope = fact.envelope
        seq, digest = self._heads.get(envelope.device, (0, facts.FIRST))
        supposed = self._since.get(envelope.device, 0)
        if envelope.seq <= supposed:  # contents for a fact that this machine was thought to have: a copy of it has
            self._gaps[envelope.device] = (seq + 1, supposed)
            return
        if envelope.seq != seq + 1:
            first, last = self._gaps.get(envelope.device, (seq + 1, seq))
            self._gaps[envelope.device] = (first, max(last, envelope.seq - 1) if last < first else last)
            return
        if envelope.prev != digest:
            raise self._cloned(envelope)
        self._refuse_clock(envelope)
        if not self._rises(envelope):
            raise damaged(self.place.file)
        if envelope.device == self.writing.casebook.device:
            self._become_new_device()  # whose facts they are is proved at the end
        self._heads[envelope.device] = (envelope.seq, envelope.digest)
        salt, content, pieces = self._as_it_stands(fact)
        with self._only_sound():
            taken = self.writing.take(envelope, salt, content, pieces)
        self.kinds[envelope.kind] += 1
        self.first.setdefault(envelope.device, envelope.seq)
        self.newest[envelope.device] = envelope
        if content is not None:
            self._note_partial(taken.arrival, fact, ())
            self._prove_pieces(taken.arrival, content)

    def _rises(self, envelope: Envelope) -> bool:
        """Whether a fact is later by its clock than the one before it and those it answers: nobody writes into a past
        that others have looked at."""
        row = self.connection.execute(
            "SELECT max(clock) FROM envelope WHERE device = ? AND seq = ? OR id IN (SELECT value FROM json_each(?))",
            (envelope.device, envelope.seq - 1, encoded(list(envelope.parents)).decode()),
        ).fetchone()
        return row[0] is None or envelope.clock > row[0]

    def _refuse_clock(self, envelope: Envelope) -> None:
        """Clocks go wrong by years; one that leaves no room for later readings would silence every machine. What was
        taken once every other machine takes, for facts come in their order."""
        if self._clock is None:
            (self._clock,) = self.connection.execute("SELECT coalesce(max(clock), 0) FROM envelope").fetchone()
        if envelope.clock > max(LATEST_CLOCK, self._clock + ONE_DAY):
            what = _("「{device}」的时钟错得太远（超过 2200 年）").format(device=self._called(envelope.device))
            raise RuhuError("packet_clock", what, _("请把那台电脑的时间改对；那以后填的要重填"), self.place)
        self._clock = max(self._clock, envelope.clock)

    @contextmanager
    def _only_sound(self) -> Iterator[None]:
        """What no view can take in, since it is not of the shape that its kind has, is no damage to this casebook."""
        try:
            yield
        except (LookupError, TypeError, ValueError, AttributeError, AssertionError, ArithmeticError) as error:
            raise damaged(self.place.file) from error
        except DatabaseError as error:
            if isinstance(error, OperationalError):
                raise
            raise damaged(self.place.file) from error
        except InterfaceError as error:
            raise damaged(self.place.file) from error

    def finish_views(self) -> None:
        with self._only_sound():
            self.writing.finish()

    def _complete(self, arrival: int, fact: Carried) -> None:
        """Contents that were not here yet."""
        if fact.content is None:
            return
        there = self.connection.execute("SELECT content FROM body WHERE arrival = ?", (arrival,)).fetchone()
        partial = self.connection.execute("SELECT areas FROM partial WHERE arrival = ?", (arrival,)).fetchone()
        if there is not None and partial is None:
            return
        salt, content, pieces = self._as_it_stands(fact)
        if there is None:
            self.connection.execute("INSERT INTO body VALUES (?, ?, ?)", (arrival, salt, content))
            self.completed.append((fact.envelope.device, fact.envelope.seq))
        elif there[0] != content:
            return  # of before or after an erasure that is known on one side only: the erasure comes with it
        before = self.connection.execute("SELECT count(*) FROM piece WHERE arrival = ?", (arrival,)).fetchone()
        for part, rows in pieces.items():
            known = {n for (n,) in self.connection.execute(
                "SELECT n FROM piece WHERE arrival = ? AND part = ?", (arrival, part)
            )}  # fmt: skip
            facts.insert_pieces(self.connection, arrival, part, [(n, row) for n, row in rows if n not in known])
        after = self.connection.execute("SELECT count(*) FROM piece WHERE arrival = ?", (arrival,)).fetchone()
        self._note_partial(arrival, fact, json.loads(partial[0]) if partial else ())
        self._prove_pieces(arrival, content or b"")
        if there is None or before != after:
            self.late[fact.envelope.kind] += 1
            self.writing.rebuild = True

    def _as_it_stands(self, fact: Carried) -> tuple[bytes, bytes | None, dict[str, list[tuple[int, bytes]]]]:
        """Salt, body and pieces as they are to be stored: without what was erased."""
        pieces: dict[str, list[tuple[int, bytes]]] = {}
        for part, n, content in fact.pieces:
            pieces.setdefault(part, []).append((n, content))
        if fact.content is None:
            return b"", None, {}
        from casebook.store.erasure import as_erased

        envelope = fact.envelope
        return as_erased(self.connection, envelope.id, envelope.body_digest, fact.salt, fact.content, pieces)

    def _note_partial(self, arrival: int, fact: Carried, before: Sequence[str]) -> None:
        """Keep for which areas the pieces of a fact are here, as long as they are not all."""
        if fact.areas is None:
            self.connection.execute("DELETE FROM partial WHERE arrival = ?", (arrival,))
        elif fact.envelope.kind in OUTSIDE:
            areas = encoded(list(normal((*before, *fact.areas)))).decode()
            self.connection.execute("INSERT OR REPLACE INTO partial VALUES (?, ?)", (arrival, areas))

    def _prove_pieces(self, arrival: int, content: bytes) -> None:
        partial = self.connection.execute("SELECT 1 FROM partial WHERE arrival = ?", (arrival,)).fetchone()
        if not pieces_whole(self.connection, arrival, facts.decoded(content), partly=partial is not None):
            raise damaged(self.place.file)

    def finish(self) -> None:
        """To be called after the last fact. Raises RuhuError: something before these facts is missing (packet_gap), a
        body is not what its envelope says."""
        if self._gaps:
            raise self._gap()
        if self._other_bodies:
            from casebook.store.erasure import erased

            told = erased(self.connection)
            if not all(told.may_come(*one) for one in self._other_bodies):
                raise damaged(self.place.file)

    def _gap(self) -> RuhuError:
        told = []
        for device, (first, last) in sorted(self._gaps.items())[:_SHOWN]:
            values = {"device": self._called(device), "first": first, "last": last}
            one, several = _("{device} 第 {first} 条"), _("{device} 第 {first} 到 {last} 条")
            told.append((one if first == last else several).format(**values))
        what = _("这个交换包之前还有没收到的：缺 {ranges}").format(ranges=_("、").join(told))
        remedy = _("请先收前一个交换包；找不到了，请对方用 ruhu packet make --full 重做一个")
        return RuhuError("packet_gap", what, remedy, self.place)

    def _cloned(self, envelope: Envelope) -> RuhuError:
        what = _("「{device}」的第 {seq} 条与这里的不一样：有两台电脑用同一个设备号在写，整盘拷贝或恢复出来的")
        what = what.format(device=self._called(envelope.device), seq=envelope.seq)
        remedy = _("先收到的那台不动；另一台请恢复拷贝之前的备份（ruhu restore，会换新的设备号），再补录之后填的")
        return RuhuError("packet_cloned", what, remedy, self.place)

    def _called(self, device: str) -> str:
        found = device_of(self.connection, device)
        return found.name if found is not None and found.name else device[:8]
