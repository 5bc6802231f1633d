"""The outline (目录): parts with their counts, the questions of the part one stands in, a sign for each."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence

from casebook.language import _
from tui.screens.entry_marks import Count, Mark
from tui.screens.entry_names import ordinal, part_title, question_title
from tui.screens.entry_session import Session
from tui.screens.entry_view import OutlineRow, Sign
from tui.widgets.canvas import Shaded
from tui.widgets.lines import Line, cell, cut, line_width

_SIGNS = {"": " ", "done": "✓", "trouble": "!", "here": ">", "hidden": "-"}
_ROLES = {"": "", "done": "good", "trouble": "warn", "here": "key", "hidden": "dim"}


def outline_rows(session: Session, room: int) -> tuple[OutlineRow, ...]:
    """All of the form where it fits into `room` lines, else folded but for the way to where one stands; no more than
    `room` rows before and behind that."""
    marks = session.marks
    every = range(len(marks.entries))
    shown = [place for place in every if marks.entries[place].kind == "question" or _has_words(session, place)]
    if len(shown) >= room:
        on_the_way = {-1, *_above(session)}
        shown = [place for place in shown if _unfolded(session, place, on_the_way)]
    stop = session.here
    at = 0 if stop is None else marks.ends[stop.place] - 1 if stop.add else stop.place
    here = bisect_left(shown, at)
    first, last = max(0, here - room), here + room
    tops = [place for place in every if marks.above[place] < 0 and marks.entries[place].kind != "question"]
    opened, sections = set(shown), {place: number for number, place in enumerate(tops, 1)}
    rows: list[tuple[float, OutlineRow]] = [
        (place, _row(session, place, sections.get(place, 0), place + 1 in opened)) for place in shown[first:last]
    ]
    end = shown[last] if last < len(shown) else len(marks.entries)
    # The line stands before what comes behind its repeat; of nested repeats that end together the inner one first.
    rows += [(before - 0.5, row) for before, row in _adds(session) if before <= end]
    return tuple(row for _place, row in sorted(rows, key=lambda one: one[0]))


def _above(session: Session) -> Iterator[int]:
    """The parts that one stands in."""
    place = session.here.place if session.here is not None else -1
    while place >= 0:
        yield place
        place = session.marks.above[place]


def _unfolded(session: Session, place: int, on_the_way: set[int]) -> bool:
    """Whether all that a row is in, as far as it has a row of its own, lies on the way to where one stands."""
    above = session.marks.above[place]
    while above >= 0 and not _has_words(session, above):
        above = session.marks.above[above]
    return above in on_the_way


def _has_words(session: Session, place: int) -> bool:
    """Whether a group has a row of its own: one without a label only holds questions together."""
    entry = session.marks.entries[place]
    return entry.kind in ("instance", "repeat") or bool(session.filling.label(entry.ref))


def _adds(session: Session) -> Iterator[tuple[int, OutlineRow]]:
    """The line 添加 at the end of the repeat one stands in or behind, by the place it stands before."""
    here = session.here
    if here is None:
        return
    for place in _above(session):
        entry = session.marks.entries[place]
        if entry.kind == "repeat" and session.filling.can_add(entry.ref):
            stands = here.add and here.place == place
            depth = _depth(session, place) + 1
            sign: Sign = "here" if stands else ""
            row = OutlineRow(f"+{entry.ref}", "add", depth, "+", _("添加"), sign, here=stands)
            yield session.marks.ends[place], row


def _depth(session: Session, place: int) -> int:
    """How many rows of its own a row lies under."""
    depth, above = 0, session.marks.above[place]
    while above >= 0:
        depth += _has_words(session, above)
        above = session.marks.above[above]
    return depth


def _row(session: Session, place: int, section: int, opened: bool) -> OutlineRow:
    marks, entry = session.marks, session.marks.entries[place]
    depth, asked = _depth(session, place), marks.asked[place]
    if entry.kind == "question":
        here = session.here is not None and not session.here.add and session.here.place == place
        title = question_title(session.filling, marks, place)
        meant = entry.ref in session.sent_back and entry.ref in session.to_look_at
        sign: Sign = "here" if here else "trouble" if meant else _sign(marks.marks[place], session.checked)
        return OutlineRow(entry.ref, "question", depth, entry.number, title, sign, here=here)
    number = ordinal(section) if not depth else ""
    count = marks.count(place)
    sent_back = [marks.place(ref) for ref in session.to_look_at] if session.sent_back else []
    inside = any(one is not None and place < one < marks.ends[place] for one in sent_back)
    trouble = count.wrong or inside or (session.checked and count.due)
    sign = "hidden" if not asked else "trouble" if trouble else ""
    title = part_title(session.filling, marks, place)
    return OutlineRow(entry.ref, "part" if depth else "section", depth, number, title, sign, count, open=opened)


def _sign(mark: Mark, checked: bool) -> Sign:
    if mark in ("wrong", "warn") or (checked and mark == "due"):
        return "trouble"
    return mark if mark == "done" or mark == "hidden" else ""


# Drawing


def outline_lines(rows: Sequence[OutlineRow], width: int, height: int) -> list[Shaded]:
    """The heading, and as many rows as there is room for around the one that is here."""
    room = max(0, height - 1)
    here = next((number for number, row in enumerate(rows) if row.here), 0)
    first = max(0, min(here - room // 2, len(rows) - room))
    lines = [Shaded([(cell(_("目录"), width), "title")])]
    return lines + [_drawn(row, width) for row in rows[first : first + room]]


def _drawn(row: OutlineRow, width: int) -> Shaded:
    """`一 基本情况 4/4`, ` ✓ 101 户主姓名`: the sign in the second cell, deeper rows further in."""
    sign = (_SIGNS[row.sign], _ROLES[row.sign])
    if row.kind == "section":
        role = "dim" if row.sign == "hidden" else "strong"
        head: Line = [(f"{row.number} ", role)]
        return _with_count(head, row, role, width)
    indent = " " * (max(0, row.depth - 1) + (row.depth > 1))  # a nested list five deep leaves words room so
    if row.kind == "part":
        role = "dim" if row.sign == "hidden" else ""
        return _with_count([(" " + indent, ""), ("▾ " if row.open else "▸ ", "dim")], row, role, width)
    role = "strong" if row.here else "" if row.sign in ("done", "trouble") else "dim"
    number = f"{row.number} " if row.number else ""
    line: Line = [(f" {indent}" if row.depth else "", ""), sign, (" ", ""), (number, role)]
    line.append((cut(row.title, max(0, width - line_width(line))), role))
    return Shaded(line, "selected" if row.here else "panel", row.means)


def _with_count(head: Line, row: OutlineRow, role: str, width: int) -> Shaded:
    """A part: its title, how many of its questions are done, ! where something is wrong."""
    count: Count = row.count
    said = f" {count.done}/{count.all}" if count.all else ""
    tail: Line = [(said, "dim"), *([(" !", "warn")] if row.sign == "trouble" else [])]
    if row.sign == "hidden":
        tail = [(" -", "dim")]
    room = max(0, width - line_width(head) - line_width(tail))
    return Shaded([*head, (cut(row.title, room), role), *tail], "panel", row.means)
