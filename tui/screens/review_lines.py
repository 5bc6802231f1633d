"""The review in words: the queue's rows, and one visit's sheet: what stands against passing it comes first."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby

from rich.cells import cell_len

from audit.accepting import ANSWER_WORDS
from casebook.errors import RuhuError
from casebook.language import N_, _
from casebook.store.clock import local_text
from survey_forms.visits.changes import Changed
from survey_forms.visits.conflicts import Conflict
from survey_forms.visits.history import Past
from survey_forms.visits.states import STATE_NAMES, State
from survey_forms.visits.visit_list import VisitFilter, VisitRow
from tui.screens.review_sheet import Asked, ReviewSheet, Said
from tui.screens.visits_lines import filter_words
from tui.widgets.lines import Line, Piece, cell, cut, line_width, wrapped

STAGES: tuple[State, ...] = ("township", "county")
"""The states in which a visit waits for a review, in their order."""

_WIDE = 44
"""Cells from which the queue has more columns."""

NOTHING = N_("（空）")

BY_PERSON = ("own_submission", "same_reviewer")
"""Codes of what hinders one person and not another."""


def stage_lines(counts: Mapping[str, int], shown: VisitFilter, reviewer: str, width: int) -> list[Line]:
    """The two stages with how many wait in each, who reviews, what else the queue is narrowed to."""
    line: Line = []
    for state in STAGES:
        word = f" {_(STATE_NAMES[state])} {counts.get(state, 0):,} "
        line += [(word, "chip-title" if state == shown.state else "dim"), (" ", "")]
    if shown.state not in STAGES:  # a visit that somebody was sent to look at
        line = [(f" {_(name)} ", "chip-title") for state, name in STATE_NAMES.items() if state == shown.state]
    lines: list[Line] = [line]
    said = "  ".join(filter(None, (_("审核人 {name}").format(name=reviewer), filter_words(shown))))
    lines.append([(cut(said, width), "dim")])
    return lines


def passed_word(state: str) -> str:
    """What a pass in this state is called."""
    return _(_PASSES.get(state, N_("通过")))


def row_drawer(hindered: Callable[[VisitRow], bool]) -> Callable[[VisitRow, int, bool], list[Line]]:
    """Draws a visit in the queue; those that this person may not pass are dimmed and marked."""

    def draw(row: VisitRow, width: int, _selected: bool) -> list[Line]:
        held = hindered(row)
        head = 8 if width < _WIDE else 10
        name = cell(row.head or _("（无名）"), head)
        line: Line = [("- " if held else "  ", "dim"), (name, "dim" if held else "strong"), (" ", "")]
        if width < _WIDE:
            asks = f"?{row.asks}" if row.asks else ""
            room = width - line_width(line) - 4
            return [[*line, (cell(row.village, room), "dim"), (cell(asks, 4, right=True), "warn")]]
        asks = _("问{count}").format(count=row.asks) if row.asks else ""
        tail: Line = [(cell(asks, 5), "warn"), (" ", ""), (cell(row.submitted_by, 8), ""), (" ", "")]
        tail.append((local_text(row.updated)[5:10], "dim"))
        room = max(4, width - line_width(line) - line_width(tail) - 1)
        where = " ".join(filter(None, (row.township, row.village)))
        return [[*line, (cell(where, room), "dim"), (" ", ""), *tail]]

    return draw


def sheet_heading(sheet: ReviewSheet, width: int) -> list[Line]:
    """Whose household, where, how many, its code and handle, the batch it was handed in with; two lines."""
    row = sheet.row
    state: Piece = (f" {_(STATE_NAMES[row.state])} ", "chip-warn")
    first: Line = [state, (" ", ""), (row.head or _("（无名）"), "title"), ("  ", "")]
    count = _("{count} 人").format(count=row.people)
    where = "  ".join(filter(None, (row.township, row.village, count)))
    first.append((cut(where, max(4, width - line_width(first))), ""))
    code = _("户 {code}").format(code=row.household) if row.household else ""
    by = _("{name} 上交").format(name=row.submitted_by)
    passed = _("{name} 乡审通过").format(name=row.reviewer) if row.reviewer else ""
    sent = [past.text for past in sheet.past if past.what == "reported"] if row.state == "reported" else []
    batch = _("第 {number} 批上报").format(number=sent[-1]) if sent else ""
    second = "  ".join(filter(None, (code, batch, by, passed)))
    gap = " " * max(1, width - cell_len(cut(second, width - 8)) - cell_len(row.handle))
    return [first, [(cut(second, max(4, width - 8)) + gap + row.handle, "dim")]]


def sheet_lines(sheet: ReviewSheet, hindrance: RuhuError | None, width: int) -> list[Line]:
    """The whole sheet: what hinders, what clashes, the last return, the result, the asks, what changed, reasons,
    remarks, the way."""
    lines: list[Line] = []
    if hindrance is not None:
        lines += wrapped([("! ", "bad"), (hindrance.what, "bad")], width, 2)
        if hindrance.code in BY_PERSON:
            lines.append([("  w", "key"), (" " + _("换审核人"), "")])
        lines.append([])
    lines += _part(_("冲突"), [line for one in sheet.conflicts for line in conflict_lines(one, width)])
    lines += _part(_("上交的和答的不一样"), _rows_of(sheet.other_answers, width), _("上报的是 ▸ 后面的"))
    lines += _returned(sheet, width)
    lines += _results(sheet, width)
    lines += _part(_("待问"), [line for one in sheet.asked for line in asked_lines(one, width)])
    lines += changed_part(sheet, width)
    lines += _part(_("软检查的理由"), [line for one in sheet.reasons for line in _said_lines(one, width)])
    lines += _part(_("备注"), [line for one in sheet.remarks for line in _said_lines(one, width)])
    lines += _part(_("经过"), [line for past in reversed(sheet.past) for line in past_lines(past, sheet.labels, width)])
    return lines[:-1] if lines and not lines[-1] else lines


def _part(title: str, lines: Sequence[Line], note: str = "") -> list[Line]:
    """A heading, its lines, a blank one; nothing where there are none."""
    if not lines:
        return []
    heading: Line = [(title, "title")]
    if note:
        heading += [("  ", ""), (note, "dim")]
    return [heading, *lines, []]


def conflict_lines(conflict: Conflict, width: int) -> list[Line]:
    """The question, then each answer with who gave it where and when."""
    head = "  ".join(filter(None, (conflict.number, conflict.label)))
    lines = wrapped([(head, "strong"), ("  " + _(CONFLICT_SORTS[conflict.sort]), "warn")], width, 2)
    for one in conflict.answers:
        who = _("{author}（{device}）").format(author=one.author, device=one.device)
        said = f"  {who}  {local_text(one.wall)[5:16]}"
        told: Line = [("▸ ", "title"), (one.text or _(NOTHING), "bad"), (said, "dim")]
        lines += _indented(wrapped(told, width - 2))
    return lines


CONFLICT_SORTS = {
    "values": N_("两台电脑答的不一样"),
    "instances": N_("两台电脑同时增减了这一组"),
    "unsubmitted": N_("上交时没有算进去"),
}


def _returned(sheet: ReviewSheet, width: int) -> list[Line]:
    """Why it was returned the last time: what to look at first."""
    last = next((past for past in reversed(sheet.past) if past.what == "return"), None)
    return _part(_("上次退回"), past_lines(last, sheet.labels, width)) if last is not None else []


def _results(sheet: ReviewSheet, width: int) -> list[Line]:
    lines: list[Line] = []
    said = "  ".join(filter(None, (sheet.consent, sheet.result)))
    if said:
        lines += wrapped([(said, "strong")], width)
    names = max((cell_len(cut(name, 16)) for name, _status, _outcome in sheet.people), default=0) + 2
    for name, status, outcome in sheet.people:
        told = _("，").join(filter(None, (status, outcome)))
        lines.append([(cell(name or _("（无名）"), names), ""), (cut(told or "-", max(4, width - names)), "dim")])
    return _part(_("结果"), lines)


def asked_lines(asked: Asked, width: int) -> list[Line]:
    """The question, both lists' values, the answer; one without an answer stands out."""
    ask, answer = asked.ask, asked.answer
    lines = wrapped([(ask.name, "strong"), ("  ", ""), (str(ask.question), "")], width, 2)
    sides = [(_("花名册"), ask.roster), (_("卫健"), ask.registry)]
    told = [_("{side}「{text}」").format(side=side, text=text) for side, text in sides if text]
    gap = "  " if cell_len("  ".join(told)) <= width - 2 else "\n"
    lines += _indented(wrapped([(gap.join(told), "dim")], width - 2)) if told else []
    if answer is None:
        return [*lines, [("  ", ""), (_("没有回答"), "bad")]]
    said = _(ANSWER_WORDS[answer.answer]) if answer.answer in ANSWER_WORDS else answer.answer
    pieces: Line = [("▸ ", "title"), (_("，").join(filter(None, (said, answer.value))), "good")]
    pieces += [("  " + text, "dim") for text in (asked.document, answer.note) if text]
    return [*lines, *_indented(wrapped(pieces, width - 2))]


def changed_part(sheet: ReviewSheet, width: int) -> list[Line]:
    """What differs from what was handed in before, then from what the lists said, person by person."""
    lines: list[Line] = []
    for origin, title in _ORIGINS.items():
        rows = [one for one in sheet.changed if one.origin == origin]
        lines += _part(_(title), _rows_of(rows, width), _("{count} 处").format(count=len(rows)))
    if not sheet.changed:
        lines += _part(_("改了什么"), [[(_("和名单预填的一样，没有改动"), "dim")]])
    return lines


def _rows_of(rows: Sequence[Changed], width: int) -> list[Line]:
    lines: list[Line] = []
    labels = min(max((cell_len(one.label) for one in rows), default=0), max(10, width // 3)) + 1
    for who, group in groupby(rows, key=lambda one: one.who):
        if who:
            lines.append([(who, "strong")])
        for one in group:
            lines += _changed_lines(one, width, labels + (0 if who else 2), indent=2 if who else 0)
    return lines


_ORIGINS = {"submission": N_("和上次上交比"), "prefill": N_("和名单比")}


def _changed_lines(one: Changed, width: int, labels: int, indent: int) -> list[Line]:
    """`label  before ▸ now`, the label above where there is no room beside it."""
    old: Piece = (one.before or _(NOTHING), "dim")
    new: Piece = (one.now or _(NOTHING), "strong" if one.now else "bad")
    room = width - indent - labels
    if cell_len(one.label) < labels and line_width([old, (" ▸ ", ""), new]) <= room:
        return [[(" " * indent, ""), (cell(one.label, labels), "dim"), old, (" ▸ ", "title"), new]]
    lines = [[(" " * indent, ""), *line] for line in wrapped([(one.label, "dim")], width - indent)]
    values = wrapped([old, (" ▸ ", "title"), new], width - indent - 2)
    return [*lines, *([(" " * (indent + 2), ""), *line] for line in values)]


def _said_lines(said: Said, width: int) -> list[Line]:
    """Which question and value, what the check says, what was written."""
    head: Line = [(said.who + "  ", "strong")] if said.who else []
    head += [(said.label, ""), ("  " + said.value, "strong")] if said.value else [(said.label, "")]
    lines = wrapped(head, width)
    if said.about:
        lines += _indented(wrapped([("! " + said.about, "warn")], width - 2))
    return [*lines, *_indented(wrapped([(said.text, "good" if said.about else "")], width - 2))]


def past_lines(past: Past, labels: Mapping[str, str], width: int) -> list[Line]:
    """When, who, what; of a return why and which questions."""
    what = passed_word(past.at) if past.what == "pass" else _(_STEPS[past.what])
    what = _("省退回") if past.what == "return" and past.at == "reported" else what
    role = {"pass": "good", "return": "bad", "recall": "warn", "reported": "good", "revoked": "warn"}.get(past.what, "")
    line: Line = [(local_text(past.wall)[5:16] + "  ", "dim"), (past.author + "  ", ""), (what, role)]
    if past.what == "assigned":
        line.append((" " + (past.text or _("（没有派人）")), ""))
        return wrapped(line, width)
    if past.what == "reported":
        return wrapped([*line, (" " + _("第 {number} 批").format(number=past.text), "")], width)
    lines = wrapped(line, width)
    if past.text:
        lines += _indented(wrapped([(past.text, "strong")], width - 2))
    for ref in past.refs:
        lines += _indented(wrapped([("▸ ", "title"), (labels.get(ref, ref), "warn")], width - 2))
    return lines


_STEPS = {
    "planned": N_("排入户"),
    "assigned": N_("派给"),
    "submitted": N_("上交"),
    "return": N_("退回"),
    "recall": N_("撤回"),
    "reported": N_("上报"),
    "revoked": N_("撤销批次"),
}
_PASSES = {"township": N_("乡审通过"), "county": N_("县审通过")}


def _indented(lines: Sequence[Line]) -> list[Line]:
    return [[("  ", ""), *line] for line in lines]
