"""The queue of the cross-check desk in words: a row a finding, households set off, more columns where there is room."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from audit.kinds import KINDS
from audit.queue import Filter, QueueRow
from audit.queue_places import Done
from audit.statuses import EVERY, STATUS_NAMES, TO_DO, Status
from casebook.language import N_, _
from tui.widgets.lines import Line, cell, cut, line_width

SEVERITY_ROLES = {"A": "bad", "B": "warn", "C": "dim"}
STATUS_ROLES: dict[Status, str] = {
    "returned": "bad", "conflict": "bad", "open": "dim", "unsigned": "warn", "pending": "warn", "referred": "dim",
    "visit": "dim", "answered": "warn", "settled": "good",
}  # fmt: skip
STATUS_MARKS: dict[Status, str] = {
    "returned": N_("再"),
    "conflict": N_("冲"),
    "open": "",
    "unsigned": N_("签"),
    "pending": N_("查"),
    "referred": N_("退"),
    "visit": N_("访"),
    "answered": N_("答"),
    "settled": "✓",
}
"""Two cells: the status where there is no room for the word."""

_MIDDLE, _WIDE = 40, 60
"""Cells from which the list has its second and its third set of columns."""

Column = tuple[str, int, Callable[[QueueRow], str], Callable[[QueueRow], str]]
"""Heading (msgid), cells, text, role."""


def columns_of(width: int) -> list[Column]:
    """The columns after the household's mark, for a list of this width."""
    name: Column = (N_("姓名"), 8 if width < _WIDE else 12, lambda row: row.name, name_role)
    severity: Column = (N_("级"), 1 if width < _MIDDLE else 2, lambda row: row.severity, severity_role)
    kind: Column = (N_("疑点"), 0, kind_title, lambda _row: "")
    status: Column = (N_("状态"), 9, status_text, status_role)
    township: Column = (N_("乡镇"), 10, lambda row: row.township if row.head else "", lambda _row: "dim")
    if width < _MIDDLE:
        columns = [name, kind, severity, (N_("状"), 2, status_mark, status_role)]
    elif width < _WIDE:
        columns = [township, name, kind, severity, status]
    else:
        village: Column = (N_("村"), 8, lambda row: row.village if row.head else "", lambda _row: "dim")
        score: Column = (N_("分"), 5, score_text, lambda _row: "dim")
        columns = [township, village, name, kind, severity, score, status]
    rest = width - sum(cells + 1 for _title, cells, _text, _role in columns)
    return [(title, cells or max(4, rest), text, role) for title, cells, text, role in columns]


def draw_row(row: QueueRow, width: int, _selected: bool) -> list[Line]:
    """The first finding of a household carries a mark and stands out."""
    line: Line = [("▸" if row.head else " ", "title")]
    for _title, cells, text, role in columns_of(width):
        line += [(cell(text(row), cells), role(row)), (" ", "")]
    return [line[:-1]]


def heading(width: int) -> Line:
    line: Line = [(" ", "")]
    for title, cells, _text, _role in columns_of(width):
        line += [(cell(_(title), cells), "dim"), (" ", "")]
    return line


def title(done: Done | None, filter: Filter, width: int) -> Line:
    """How many of the filter are settled, of how many; what it shows."""
    line: Line = [(" " + _("疑点总数"), "title")]
    if done is not None:
        counted = _("疑点已定 {settled}/{total}").format(settled=f"{done.settled:,}", total=f"{done.total:,}")
        line = [(" " + counted, "title")]
    if said := filter_words(filter):
        used = line_width(line)
        line += [("  ", ""), (cut(said, max(0, width - used - 2)), "warn")]
    return line


def filter_words(filter: Filter) -> str:
    """What a filter lets through, '' for everything that is to be done."""
    words = [filter.township, filter.village]
    words += [_("{severity}类").format(severity=filter.severity)] if filter.severity else []
    words += [_(KINDS[filter.kind].title)] if filter.kind in KINDS else []
    words += [statuses_words(filter.statuses)] if filter.statuses != TO_DO else []
    words += [_("「{text}」").format(text=filter.text)] if filter.text else []
    return " ".join(filter_word for filter_word in words if filter_word)


def statuses_words(statuses: Sequence[Status]) -> str:
    if tuple(statuses) == TO_DO:
        return _("要办的")
    if tuple(statuses) == EVERY:
        return _("全部状态")
    return _("、").join(_(STATUS_NAMES[status]) for status in statuses)


def kind_title(row: QueueRow) -> str:
    return _(KINDS[row.kind].title)


def status_mark(row: QueueRow) -> str:
    mark = STATUS_MARKS[row.status]
    if row.status == "settled" and row.verdict:
        return f"{mark}{row.verdict}"
    if row.status == "open" and row.review:
        return "?"
    return _(mark) if mark else ""


def status_text(row: QueueRow) -> str:
    """The word, with the verdict where there is one; a pair that is still to be judged (待判) says so."""
    if row.status == "open":
        return _("待判") if row.review else ""
    return f"{_(STATUS_NAMES[row.status])} {row.verdict}" if row.verdict else _(STATUS_NAMES[row.status])


def name_role(row: QueueRow) -> str:
    return "strong" if row.head else ""


def severity_role(row: QueueRow) -> str:
    return SEVERITY_ROLES[row.severity]


def status_role(row: QueueRow) -> str:
    return STATUS_ROLES[row.status]


def score_text(row: QueueRow) -> str:
    return f"{row.score:+.1f}" if row.score is not None else ""
