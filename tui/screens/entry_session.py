"""A visit being filled in, as keys act on it: where one stands, what a key changes. No screen in it; one thread."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime
from typing import TYPE_CHECKING, Literal

from casebook.errors import RuhuError
from casebook.language import _
from tui.screens.entry_flow import Flow, Stop
from tui.screens.entry_grid import Grid, grid_at, into_grid, moved, onward, place_of
from tui.screens.entry_marks import Marks

if TYPE_CHECKING:
    from survey_forms.filling.op import Change
    from survey_forms.interview import Finished, Interview
    from tui.screens.entry_view import ChoiceView

After = Literal["", "on", "wrong", "warned", "due", "reason", "clash", "end"]
"""What came of Enter: '' nothing, gone on, a wrong value, a soft check to confirm, an answer that is needed, a reason
to ask for, nothing behind this question."""

_INSTANCE = re.compile(r"(?P<repeat>.*)\[(?P<position>\d+)\](?P<rest>(?:/[^\[\]]*)?)")


class Session:
    """`here` is where one stands, None in a form without questions. `checked`: F10 was pressed, so what lacks is shown
    as wrong. `sent_back`: why the reviewer sent answers back, by their refs. Methods that write raise what `Interview`
    raises; then nothing has changed."""

    def __init__(self, interview: Interview, sent_back: Mapping[str, str] | None = None) -> None:
        self.interview = interview
        self.sent_back = sent_back or {}
        self._seen: set[str] = set()
        self.filling = interview.filling
        self.marks = Marks(interview.filling, lambda ref: ref in interview.reasons)
        self.flow = Flow(interview.filling, self.marks)
        place = interview.place
        begun = self.flow.stop(place) or self.flow.stop(place, add=True)
        self.here = self.flow.nearest(begun) if begun is not None else self._within(place) or self.flow.first()
        if self.here is not None and self._was_done(self.here):
            self.here = self.flow.step(self.here, 1, answerable=True) or self.here
        self.checked = False
        self.grid: Grid | None = None
        self.listed: tuple[object, tuple[ChoiceView, ...]] = (None, ())  # the choices drawn last, and as drawn
        self._stopped = ""  # the question that Enter was pressed on without the answer it needs

    def _was_done(self, here: Stop) -> bool:
        """Whether one went on from a question as soon as it was answered, and was stopped before the next answer. A
        multiple choice is done only with an Enter that is saved nowhere."""
        question = self.marks.entries[here.place].question
        done = here.ref == self.interview.answered and self.marks.marks[here.place] == "done"
        return done and question is not None and not question.several

    def _within(self, ref: str) -> Stop | None:
        """The first question of an instance or repeat that an older change was about."""
        for kind in ("instance", "repeat", "group"):
            place = self.marks.place(ref, kind)
            if place is not None:
                return self.flow.from_place(place)
        return None

    # Moving

    def go(self, stop: Stop | None) -> bool:
        if stop is None:
            return False
        self.here = stop
        self._seen.add(stop.ref)
        self._stopped = ""
        if self.grid is not None and place_of(self.flow, self.grid, stop) is None:
            self.grid = None
        return True

    def go_to(self, ref: str) -> bool:
        """To a question; where it is not asked, to the next one that is. False for an unknown ref."""
        stop = self.flow.stop(ref) or self.flow.stop(ref, add=True)
        return self.go(self.flow.nearest(stop)) if stop is not None else self.go(self._within(ref))

    def step(self, by: int, *, answerable: bool = False) -> bool:
        return self.here is not None and self.go(self.flow.step(self.here, by, answerable=answerable))

    def part(self, by: int) -> bool:
        return self.here is not None and self.go(self.flow.part(self.here, by))

    def problem(self) -> bool:
        return self.go(self.flow.problem(self.here, self.to_look_at))

    @property
    def to_look_at(self) -> set[str]:
        """What was sent back and not looked at yet."""
        return {ref for ref in self.sent_back if ref not in self._seen}

    # The grid

    def toggle_grid(self) -> bool:
        """From one question at a time to the grid and back; False where there is no repeat."""
        if self.grid is not None or self.here is None:
            self.grid = None
            return True
        grid = grid_at(self.interview.definition, self.flow, self.here)
        begin = into_grid(self.flow, grid, self.here) if grid is not None else None
        if begin is None:
            return False
        self.grid = grid
        return self.go(begin)

    def up_or_down(self, by: int) -> bool:
        return self.move(0, by) if self.grid is not None else self.step(by)

    def move(self, right: int, down: int) -> bool:
        """To the next cell in a direction, in which Enter goes on from then."""
        if self.grid is None or self.here is None:
            return False
        self.grid = replace(self.grid, direction="right" if right else "down")
        return self.go(moved(self.flow, self.grid, self.here, right, down))

    # Answers

    @property
    def value(self) -> str:
        return self.filling.value(self.here.ref) if self.here is not None and not self.here.add else ""

    @property
    def mark(self) -> str:
        return self.marks.marks[self.here.place] if self.here is not None and not self.here.add else ""

    def answer(self, text: str) -> bool:
        """Save an answer to the question here, if it is another one than before; whether it is."""
        if self.here is None or self.here.add:
            return False
        ref = self.here.ref
        if text == self.value and not self.interview.clash_at(ref):
            return False
        self._made(self.interview.answer(ref, text))
        self._stopped = ""
        return True

    def choose(self, text: str) -> After:
        """An answer that is whole with this key: save it and go on, unless the form objects."""
        here = self.here
        changed = self.answer(text)
        return "on" if self.here != here else self.enter(changed)

    def enter(self, changed: bool = False) -> After:
        """Go on from here; `changed`: the answer was given with this very key. What stands wrong holds it up; a soft
        check and a lacking answer do so once."""
        if self.here is None:
            return ""
        if self.mark == "wrong":
            return "wrong"
        if not self.here.add and not self.interview.readonly and self.interview.clash_at(self.here.ref):
            if self._stopped != self.here.ref:
                self._stopped = self.here.ref
                return "clash"
            self._made(self.interview.settle(self.here.ref))
        if self.mark == "warn":
            return "warned" if changed else "reason"
        if self.mark == "due" and self._stopped != self.here.ref:
            self._stopped = self.here.ref
            return "due"
        return self.on()

    def on(self) -> After:
        """Go on from here: to the next question that can be answered, in the grid to the next cell."""
        if self.grid is not None and self.here is not None and not self.here.add:
            found = self.go(onward(self.flow, self.grid, self.here))
        else:
            found = self.step(1, answerable=True)
        return "on" if found else "end"

    @property
    def stopped(self) -> bool:
        return self.here is not None and self._stopped == self.here.ref

    def as_before(self) -> str | None:
        """The answer to this question in the instance before, outside of repeats in the household before; None where
        there is none."""
        ref = self.here.ref if self.here is not None and not self.here.add else ""
        match = _INSTANCE.fullmatch(ref)
        if match is None:
            return self.interview.as_before(ref) if ref else None
        if int(match["position"]) < 2:
            return None
        before = f"{match['repeat']}[{int(match['position']) - 1}]{match['rest']}"
        return self.filling.value(before) if self.marks.place(before) is not None else None

    # Instances

    def repeat_here(self) -> str | None:
        """The repeat that `+` adds to: that of this stop, else the nearest around it that may grow."""
        if self.here is None:
            return None
        place = self.here.place
        while place >= 0:
            entry = self.marks.entries[place]
            if entry.kind == "repeat" and self.filling.can_add(entry.ref):
                return entry.ref
            place = self.marks.above[place]
        return None

    def instance_here(self) -> str | None:
        """The instance that Del takes out: the nearest around this question that may go."""
        place = self.here.place if self.here is not None else -1
        while place >= 0:
            entry = self.marks.entries[place]
            if entry.kind == "instance" and self.filling.can_remove(entry.ref):
                return entry.ref
            place = self.marks.above[place]
        return None

    def add(self, repeat: str) -> None:
        """Another instance; one stands at its first question then."""
        self._made(self.interview.add(repeat))
        self.go(self._within(f"{repeat}[{self.filling.count(repeat)}]"))

    def remove(self, instance: str) -> None:
        """Take an instance out; one stands in the next one then, behind the last at the end of the repeat."""
        place = self.marks.place(instance, "instance") or 0
        self._made(self.interview.remove(instance))
        end = self.flow.stop(instance.rpartition("[")[0], add=True)
        if not self.go(self._within(instance)):
            self.go(end if end is not None and self.flow.open(end) else self.flow.from_place(place))

    # Taking back, and what is no answer

    def undo(self) -> bool:
        return self._taken(self.interview.undo)

    def redo(self) -> bool:
        return self._taken(self.interview.redo)

    def _taken(self, take: Callable[[], Change | None]) -> bool:
        change = take()
        if change is None:
            return False
        self._made(change)
        self.go_to(change.op.ref)
        return True

    def remark(self, ref: str, text: str) -> None:
        self._made(self.interview.remark(ref, text))

    def reason(self, text: str) -> After:
        """Why the value here stands; then on."""
        if self.here is None:
            return ""
        self._made(self.interview.reason(self.here.ref, text))
        return self.on()

    def leave(self) -> None:
        if self.here is not None:
            self.interview.leave(self.here.ref)

    def finish(self) -> Finished:
        self.checked = True
        return self.interview.finish()

    def submit(self) -> None:
        self.interview.submit()

    def _made(self, change: Change) -> None:
        """Something changed: renew the marks, and stand where one can."""
        before = self.marks.entries
        self.marks.changed((change.op.ref, *change.changed))
        if self.marks.entries is not before:
            self.flow.renew()
            self._find_again()
        elif self.here is not None and not self.flow.open(self.here):
            self.here = self.flow.nearest(self.here)

    def _find_again(self) -> None:
        """The same stop in a new outline."""
        if self.here is None:
            self.here = self.flow.first()
            return
        again = self.flow.stop(self.here.ref, self.here.add)
        self.here = self.flow.nearest(again) if again is not None else self.flow.from_place(self.here.place)


def why_locked(interview: Interview) -> str:
    """Why a visit can only be looked at, '' when it can be filled in."""
    from survey_forms.visits.states import FILLABLE, STATE_NAMES

    if not interview.readonly:
        return ""
    if interview.refused is not None and interview.visit.state in FILLABLE:
        return interview.refused.what
    return _("已上交（{state}），只能看").format(state=_(STATE_NAMES[interview.visit.state]))


def saved_at(wall: str) -> str:
    """The time of day of an ISO wall time, here; '' for none."""
    return datetime.fromisoformat(wall).astimezone().strftime("%H:%M:%S") if wall else ""


def is_refusal(error: RuhuError) -> bool:
    """Whether it says that something can't be an answer, rather than that it could not be saved."""
    return error.category == "check" and error.code != "changed_elsewhere"
