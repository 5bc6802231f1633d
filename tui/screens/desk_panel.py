"""One finding on the cross-check desk, in lines: what differs first, then why, then everything else."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import zip_longest

from rich.cells import cell_len

from audit.accepting import answer_words
from audit.detail import Detail, History
from audit.kinds import KINDS
from audit.questions import SAFE_KINDS, VERDICTS
from audit.queue import QueueRow
from audit.statuses import STATUS_NAMES
from audit.words import named
from casebook.language import N_, _
from tui.screens.desk_queue import SEVERITY_ROLES, kind_title, status_role, status_text
from tui.widgets.differences import NO_COLUMN, Nothing, side_by_side
from tui.widgets.lines import Line, Piece, cell, cut, line_width, wrapped
from tui.widgets.waterfall import Weighed, waterfall

_BESIDE = 110
"""Cells from which the evidence stands beside the values."""

NO_ROW = N_("无此人")
"""Instead of values at the side that does not have the person."""

_SHORT_TITLES = {"cause": N_("致贫原因")}
"""Where a title has ten cells."""

Folded = Mapping[str, bool]
"""Whether a part (`evidence`, `history`) is folded to a line."""


@dataclass
class Sheet:
    """Lines, and the line where a part begins."""

    lines: list[Line] = field(default_factory=list)
    parts: dict[str, int] = field(default_factory=dict)

    def part(self, name: str, lines: Sequence[Line]) -> None:
        """Add a part after a blank line; nothing where it has no lines."""
        if lines:
            if self.lines:
                self.lines.append([])
            self.parts[name] = len(self.lines)
            self.lines += lines


def heading_lines(row: QueueRow, width: int) -> list[Line]:
    """Whose finding it is, of what kind and weight, where, and its id; two lines."""
    chip = {"bad": "chip-bad", "warn": "chip-warn", "dim": "chip-title"}[SEVERITY_ROLES[row.severity]]
    first: Line = [(f" {row.severity} ", chip), (" ", ""), (row.name or _("（无名）"), "title"), ("  ", "")]
    state: Line = [("  ", ""), (status_text(row), status_role(row))] if status_text(row) else []
    room = max(4, width - line_width(first) - line_width(state))
    household = _("户 {code}").format(code=row.household) if row.household else ""
    where = "  ".join(filter(None, (row.township, row.village, household)))
    place = cut(where, max(4, width - cell_len(row.handle) - 2))
    gap = " " * max(2, width - cell_len(place) - cell_len(row.handle))
    return [[*first, (cut(kind_title(row), room), "strong"), *state], [(place + gap + row.handle, "dim")]]


def finding_sheet(detail: Detail, width: int, folded: Folded) -> Sheet:
    """Everything about a finding but its heading, for a width; two columns side by side where there is room."""
    first = Sheet()
    if width < _BESIDE:
        _what(first, detail, width)
        _why(first, detail, width, folded)
        return first
    left, right = Sheet(), Sheet()
    half = width * 11 // 20
    _what(left, detail, half)
    _why(right, detail, width - half - 3, folded)
    for number in range(max(len(left.lines), len(right.lines))):
        one = left.lines[number] if number < len(left.lines) else []
        other = right.lines[number] if number < len(right.lines) else []
        first.lines.append([*one, (" " * (half + 3 - line_width(one)), ""), *other])
    first.parts = left.parts | right.parts
    return first


def _what(sheet: Sheet, detail: Detail, width: int) -> None:
    """Why it is back or in dispute, the sentence, the proposal, the values, where they stand."""
    if detail.returned:
        sheet.lines += _labelled(_("再议"), "chip-bad", [(detail.returned, "strong")], width)
    if detail.conflict:
        sheet.lines += conflict_lines(detail.conflict, width)
    sheet.lines += wrapped([(str(detail.finding.sentence), "")], width)
    for back in (one for one in detail.sent_back if one.sent):
        value: Line = [(_("{field}：{value}").format(field=back.title, value=back.sent), "strong")]
        sheet.lines += _labelled(_("上报的"), "title", value, width)
    if detail.visited:
        answers: Line = [(_("；").join(answer_words(one) for one in detail.visited), "strong")]
        sheet.lines += _labelled(_("入户答复"), "chip-good", answers, width)
    sheet.lines += proposal_lines(detail, width)
    sheet.part("values", value_lines(detail, width))
    sides = ((_("花名册"), detail.roster_place), (_("卫健"), detail.registry_place))
    said = [((f"{side}  ", "dim"), (place + "\n", "")) for side, place in sides if place]
    places: Line = [piece for one in said for piece in one]
    if places:
        places[-1] = (places[-1][0].rstrip("\n"), "")
    sheet.part("places", _labelled(_("出处"), "title", places, width))
    if detail.evidence:
        told: Line = [(_("；").join(detail.evidence), "warn")]
        sheet.lines += _labelled(_("旁证"), "title", told, width)


def _why(sheet: Sheet, detail: Detail, width: int, folded: Folded) -> None:
    """The evidence, the next best row, the household's other findings, the history."""
    sheet.part("evidence", evidence_part(detail, width, folded.get("evidence", False)))
    if detail.finding.runner_up:
        sheet.lines += _labelled(_("次选"), "title", [(str(detail.finding.runner_up), "")], width)
    sheet.part("history", history_part(detail.history, width, folded.get("history", False)))
    sheet.part("household", household_part(detail, width))


def proposal_lines(detail: Detail, width: int) -> list[Line]:
    action: Line = [(str(detail.finding.action), "")]
    if detail.visited:
        return _labelled(_("建议"), "title", [(_("回车"), "key"), (" " + _("采纳入户答复"), "good")], width)
    if detail.proposed is None:
        return _labelled(_("建议"), "title", action, width)
    keys: Line = [(_("回车"), "key"), (f" {_(VERDICTS[detail.proposed].word)}", "good")]
    if detail.row.kind in SAFE_KINDS:
        keys += [("  ", ""), ("b", "key"), (" " + _("批量"), "")]
    room = width - cell_len(_("建议")) - 2
    gap = "  " if line_width([*action, *keys]) + 2 <= room else "\n"
    return _labelled(_("建议"), "title", [*action, (gap, ""), *keys], width)


def value_lines(detail: Detail, width: int) -> list[Line]:
    """Field by field: the asked one first, then what differs, then what agrees, dimmed. Where a side has nobody, that
    is said once and the other side's values stand plain."""
    nobody = nothing_of(detail)
    one_sided = NO_ROW in nobody
    titles = 12 if width < 56 else 14
    column = (width - titles - 1) // 2
    lines: list[Line] = [
        [(cell(_("字段"), titles), "dim"), (cell(_("左 花名册"), column + 1), "warn"), (_("右 卫健"), "good")]
    ]
    for place, one in enumerate(sorted(detail.compared, key=lambda one: (not one.asked, one.same))):
        quiet = one.same and not one.asked and not one_sided
        role = "dim" if quiet else ""
        title = ("▸" if one.asked else " ") + _(_SHORT_TITLES.get(one.field, one.title) if titles < 14 else one.title)
        nothing = ("", "") if one_sided and place else nobody
        values = side_by_side(one.roster, one.registry, column, role, nothing)
        titled = _title_lines(title, titles - 1)
        for part, line in zip_longest(titled, values, fillvalue=None):
            lines.append([(cell(part or "", titles - 1), "title" if one.asked else role), (" ", ""), *(line or [])])
    return lines


def nothing_of(detail: Detail) -> Nothing:
    """What to say at each side where it has no value: it lacks the column, or the person."""
    finding = detail.finding
    return (
        NO_COLUMN[0] if finding.roster is not None else NO_ROW,
        NO_COLUMN[1] if finding.registry is not None else NO_ROW,
    )


def _title_lines(title: str, width: int) -> list[str]:
    """A title in lines of a narrow column, further ones a cell in."""
    first, *rest = wrapped([(title[1:], "")], width - 1)
    return [title[0] + _text(first), *(" " + _text(line) for line in rest)]


def _text(line: Line) -> str:
    return "".join(text for text, _role in line)


def conflict_lines(heads: Sequence[History], width: int) -> list[Line]:
    """Decisions that disagree, two beside each other."""
    lines = _labelled(_("冲突"), "chip-bad", [(_("两人结论不同，请重新定一个"), "strong")], width)
    column = (width - 3) // 2
    for place in range(0, len(heads), 2):
        blocks = [_decided(head, column) for head in heads[place : place + 2]]
        for number in range(max(map(len, blocks))):
            line: Line = []
            for block in blocks:
                part = block[number] if number < len(block) else []
                line += [*part, (" " * (column + 3 - line_width(part)), "")]
            lines.append(line)
    return lines


def _decided(head: History, width: int) -> list[Line]:
    """A decision in a narrow block: what, the value and the document, why, who and when."""
    lines = wrapped([(_(VERDICTS[head.verdict].word), "warn")], width)
    for text in (head.value, head.document, head.reason):
        if text:
            lines += wrapped([(text, "")], width)
    return [*lines, *wrapped([(f"{head.author} {head.at}", "dim")], width)]


def evidence_part(detail: Detail, width: int, folded: bool) -> list[Line]:
    weighed = [Weighed(str(named([line])[0]), line[2], line[3]) for line in detail.finding.lines]
    if not weighed:
        return []
    title: Line = [(_("依据"), "title")]
    if detail.finding.score is not None:
        title += [("  " + _("{score:+.1f} 分").format(score=detail.finding.score), "strong")]
    if folded:
        strongest = sorted(weighed, key=lambda one: -abs(min(one.stranger, one.family)))[:3]
        said = _("、").join(f"{one.label} {min(one.stranger, one.family):+.1f}" for one in strongest)
        return _folded([*title, ("  " + said, "dim")], "w", width)
    return [title, *waterfall(weighed, width)]


def history_part(history: Sequence[History], width: int, folded: bool) -> list[Line]:
    if not history:
        return []
    title: Line = [(_("历史"), "title"), ("  " + _("{count} 条").format(count=len(history)), "dim")]
    if folded:
        last = history[-1]
        said = "  ".join((last.at[5:16], last.author, _(VERDICTS[last.verdict].word)))
        return _folded([*title, ("  " + said, "dim")], "h", width)
    lines = [title]
    for one in reversed(history):
        lines += wrapped(_told(one), width, indent=2)
    return lines


def _told(one: History) -> Line:
    """When, who, what, why; who signed; whether it was taken back."""
    role = "" if one.stands else "dim"
    verdict = (_(VERDICTS[one.verdict].word), "strong" if one.stands else role)
    line: Line = [(one.at + "  ", "dim"), (one.author + "  ", role), verdict]
    line += [("  " + text, role) for text in (one.value, one.document, one.reason) if text]
    if one.batch:
        line.append(("  " + _("批量"), "dim"))
    if one.countersigned_by:
        line.append(("  " + _("{name} 复签").format(name=one.countersigned_by), "good"))
    if one.undone:
        line.append(("  " + _("已撤销"), "warn"))
    elif not one.stands:
        line.append(("  " + _("后来另定"), "dim"))
    return line


def household_part(detail: Detail, width: int) -> list[Line]:
    """The findings of the household, this one marked."""
    if len(detail.others) < 2:
        return []
    done = sum(row.status == "settled" for row in detail.others)
    count = _("{count} 条，已定 {done}").format(count=len(detail.others), done=done)
    lines: list[Line] = [[(_("本户疑点"), "title"), ("  " + count, "dim")]]
    for row in detail.others:
        here = row.id == detail.row.id
        said = status_text(row) or _(STATUS_NAMES[row.status])
        kinds = max(6, width - 2 - 9 - 3 - cell_len(said) - 1)
        lines.append([
            ("▸ " if here else "  ", "title"), (cell(row.name, 9), "strong" if here else ""),
            (row.severity + "  ", SEVERITY_ROLES[row.severity]), (cell(_(KINDS[row.kind].title), kinds), ""), (" ", ""),
            (said, status_role(row)),
        ])  # fmt: skip
    return lines


def _labelled(label: str, role: str, pieces: Sequence[Piece], width: int) -> list[Line]:
    """Pieces after a label, further lines under their beginning."""
    if not pieces:
        return []
    shown = f" {label} " if role.startswith("chip") else label
    indent = cell_len(shown) + 2
    first, *rest = wrapped(pieces, width - indent)
    return [[(shown, role), ("  ", ""), *first], *([(" " * indent, ""), *line] for line in rest)]


def _folded(line: Line, key: str, width: int) -> list[Line]:
    """One line with the key that unfolds it at its end."""
    hint: Line = [("  ", ""), (key, "key"), (" " + _("展开"), "dim")]
    room = width - line_width(hint)
    kept: Line = []
    for text, role in line:
        text = cut(text, max(0, room - line_width(kept)))
        kept.append((text, role))
    return [[*kept, *hint]]
