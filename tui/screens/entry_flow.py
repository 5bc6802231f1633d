"""The way through a form: its stops in order, the next and the previous one, parts, problems."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tui.screens.entry_marks import WRONG, Marks

if TYPE_CHECKING:
    from survey_forms.filling.filling import Filling


@dataclass(frozen=True, slots=True)
class Stop:
    """A question, or (`add`) the end of a repeat that may grow; `place` is that of the question or repeat."""

    ref: str
    place: int
    add: bool = False


class Flow:
    """The stops of a filling. Those that are not asked now are passed over."""

    def __init__(self, filling: Filling, marks: Marks) -> None:
        self._filling = filling
        self.marks = marks
        self.renew()

    def renew(self) -> None:
        """The outline is another one."""
        self.entries = self.marks.entries
        self.stops: list[Stop] = []
        repeats: list[int] = []
        for place, entry in enumerate(self.entries):
            self._close(repeats, place)
            if entry.kind == "question":
                self.stops.append(Stop(entry.ref, place))
            elif entry.kind == "repeat":
                repeats.append(place)
        self._close(repeats, len(self.entries))
        self._at = {(stop.ref, stop.add): number for number, stop in enumerate(self.stops)}

    def _close(self, repeats: list[int], place: int) -> None:
        while repeats and self.marks.ends[repeats[-1]] <= place:
            repeat = repeats.pop()
            self.stops.append(Stop(self.entries[repeat].ref, repeat, add=True))

    def open(self, stop: Stop) -> bool:
        """Whether one can stand there now."""
        if not stop.add:
            return self.marks.marks[stop.place] != "hidden"
        return self.marks.asked[stop.place] and self._filling.can_add(stop.ref)

    def stop(self, ref: str, add: bool = False) -> Stop | None:
        number = self._at.get((ref, add))
        return self.stops[number] if number is not None else None

    def first(self) -> Stop | None:
        """Where one begins: the first question that has something to answer, else the first that is there."""
        return self._find(0, 1, self._answerable) or self._find(0, 1, self.open)

    def step(self, stop: Stop, by: int, *, answerable: bool = False) -> Stop | None:
        """The next (1) or previous (-1) stop; `answerable`: none without something to answer."""
        return self._find(self._at[stop.ref, stop.add] + by, by, self._answerable if answerable else self.open)

    def nearest(self, stop: Stop) -> Stop | None:
        """The stop itself if one can stand there, else the next, else the one before."""
        return self.from_place(stop.place)

    def from_place(self, place: int) -> Stop | None:
        number = next((n for n, stop in enumerate(self.stops) if stop.place >= place), len(self.stops))
        return self._find(number, 1, self.open) or self._find(number - 1, -1, self.open)

    def part(self, stop: Stop, by: int) -> Stop | None:
        """The first question of the next group or instance, or of this one, or (already there) of the one before."""
        here, number = self._of(stop), self._at[stop.ref, stop.add]
        if by > 0:
            return self._find(number + 1, 1, lambda one: self._asks(one) and self._of(one) != here)
        begin = self._beginning(stop)
        if begin != stop:
            return begin
        before = self._find(number - 1, -1, self._asks)
        return self._beginning(before) if before is not None else None

    def _beginning(self, stop: Stop) -> Stop:
        """The first question in a row of those that are in the same group."""
        first, number = stop, self._at[stop.ref, stop.add] - 1
        while number >= 0:
            one = self.stops[number]
            if self.open(one):
                if self._of(one) != self._of(stop):
                    break
                first = one
            number -= 1
        return first

    def problem(self, stop: Stop | None, meant: Collection[str] = ()) -> Stop | None:
        """The next question behind this one that is wrong or against a soft check, after the last the first; where
        there is no other, the next that is `meant`, by its ref, then the next that must be answered."""
        begin = self._at[stop.ref, stop.add] + 1 if stop is not None else 0
        around = [*self.stops[begin:], *self.stops[:begin]]
        others = [one for one in around if one != stop and self._asks(one)]
        marks = self.marks.marks
        for fits in (
            lambda one: marks[one.place] in WRONG, lambda one: one.ref in meant, lambda one: marks[one.place] == "due",
        ):  # fmt: skip
            found = next(filter(fits, others), None)
            if found is not None:
                return found
        here = stop is not None and not stop.add and marks[stop.place] in (*WRONG, "due")
        return stop if here else None

    def _asks(self, stop: Stop) -> bool:
        return not stop.add and self.open(stop)

    def _answerable(self, stop: Stop) -> bool:
        """Whether Enter stops there: there is something to answer, to add, or (`ruhu:read`) to read out."""
        if stop.add or self.marks.marks[stop.place] != "note":
            return self.open(stop)
        question = self.entries[stop.place].question
        return question is not None and question.extra.get("read", "") not in ("", "no")

    def _of(self, stop: Stop) -> int:
        return self.marks.above[stop.place]

    def _find(self, number: int, by: int, fits: Callable[[Stop], bool]) -> Stop | None:
        while 0 <= number < len(self.stops):
            if fits(self.stops[number]):
                return self.stops[number]
            number += by
        return None
