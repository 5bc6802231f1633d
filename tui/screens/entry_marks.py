"""Where each question of a filling stands (目录的记号), and how many of each part are done; renewed by what changed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from survey_forms.filling.changes import Entry
    from survey_forms.filling.filling import Filling

Mark = Literal["", "hidden", "note", "open", "due", "done", "warn", "wrong"]
"""Of a question: not asked, nothing to answer, may stay blank, must be answered, answered, answered against a soft
check without a reason, wrong; '' for what is no question."""

COUNTED: frozenset[Mark] = frozenset(("open", "due", "done", "warn", "wrong"))


WRONG: tuple[Mark, ...] = ("wrong", "warn")


class Count(NamedTuple):
    """Of the questions that are asked: those done, all, those wrong or against a soft check without a reason, those
    that must be answered and are not."""

    done: int
    all: int
    wrong: int
    due: int


NONE = Count(0, 0, 0, 0)


class Marks:
    """By places in `entries`, the outline. `above` is the place of the group, repeat or instance that an entry is in
    (-1: none), `ends` the place behind its last descendant. Counts are by the same places; -1: the whole form."""

    def __init__(self, filling: Filling, has_reason: Callable[[str], bool]) -> None:
        self._filling = filling
        self._has_reason = has_reason
        self.renew()

    def renew(self) -> None:
        """Look at everything: the outline is another one."""
        self.entries: tuple[Entry, ...] = self._filling.outline()
        named = ((entry.ref, entry.kind) for entry in self.entries)
        self.places: dict[tuple[str, str], int] = {name: place for place, name in enumerate(named)}
        self._repeats = [place for place, entry in enumerate(self.entries) if entry.kind == "repeat"]
        self._nest()
        self.marks: list[Mark] = [""] * len(self.entries)
        self.asked = [True] * len(self.entries)
        self.counts: dict[int, Count] = {}
        for place, entry in enumerate(self.entries):
            self._look(place, entry)

    def _nest(self) -> None:
        self.above, self.ends = [-1] * len(self.entries), [len(self.entries)] * len(self.entries)
        path: list[int] = []
        for place, entry in enumerate(self.entries):
            while path and self.entries[path[-1]].depth >= entry.depth:
                self.ends[path.pop()] = place
            self.above[place] = path[-1] if path else -1
            if entry.kind == "question":
                self.ends[place] = place + 1
            else:
                path.append(place)

    def changed(self, refs: Iterable[str]) -> None:
        """Look again at these, and at all below those that are no questions."""
        if self._filling.outline() is not self.entries:
            self.renew()
            return
        for place in self._repeats:  # whether one without instances is asked is nobody's change
            self.asked[place] = self._filling.relevant(self.entries[place].ref)
        for ref in refs:
            for kind in ("question", "instance", "repeat", "group"):
                changed = self.places.get((ref, kind))
                if changed is not None:
                    for one in range(changed, self.ends[changed]):
                        self._look(one, self.entries[one])

    def _look(self, place: int, entry: Entry) -> None:
        self.asked[place] = self._filling.relevant(entry.ref)
        if entry.kind != "question":
            return
        before, now = self.marks[place], self._mark(entry)
        if before == now:
            return
        self.marks[place] = now
        done = (now == "done") - (before == "done")
        counted = (now in COUNTED) - (before in COUNTED)
        wrong = (now in WRONG) - (before in WRONG)
        due = (now == "due") - (before == "due")
        above = place
        while above >= 0:
            above = self.above[above]
            was = self.counts.get(above, NONE)
            self.counts[above] = Count(was.done + done, was.all + counted, was.wrong + wrong, was.due + due)

    def _mark(self, entry: Entry) -> Mark:
        filling, ref = self._filling, entry.ref
        if not filling.relevant(ref):
            return "hidden"
        problem = filling.problem(ref)
        if problem is not None:
            return "due" if problem.kind == "required" else "wrong"
        if filling.warning(ref) and not self._has_reason(ref):
            return "warn"
        if is_note(filling, entry):
            return "note"
        return "done" if filling.value(ref) else "open"

    # What is asked of them

    def place(self, ref: str, kind: str = "question") -> int | None:
        return self.places.get((ref, kind))

    def count(self, place: int = -1) -> Count:
        """Of a part or (-1) the whole form."""
        return self.counts.get(place, NONE)

    def section(self, place: int) -> int | None:
        """The part at the top that an entry is in; None for a question outside of all parts."""
        while self.above[place] >= 0:
            place = self.above[place]
        return place if self.entries[place].kind != "question" else None


def is_note(filling: Filling, entry: Entry) -> bool:
    """Whether there is nothing to answer: a text to read out, a value that can't be changed."""
    return entry.question is None or entry.question.kind in ("note", "upload") or filling.readonly(entry.ref)
