"""The line under the question: saved when, how many steps back, how far, and what is wrong. Always there."""

from __future__ import annotations

from casebook.language import _
from tui.screens.entry_view import View
from tui.widgets.lines import Line, line_width


def progress_line(view: View, width: int) -> Line:
    """What does not fit goes, first the steps, then the part; the problems stay."""
    if view.question is None:
        return []
    if view.locked:
        saved: Line = [("! " + view.locked, "warn")]
    elif view.saved:
        saved = [(_("已保存 {at}").format(at=view.saved), "good")]
    else:
        saved = [(_("还没有答案"), "dim")]
    steps: Line = [(_("撤销 {count} 步").format(count=view.steps), "dim")] if view.steps else []
    part: Line = []
    if view.part:
        done, whole = view.part_count[:2]
        part = [(_("第 {part} 部分 {done}/{all}").format(part=view.part, done=done, all=whole), "dim")]
    count: Line = [(_("全卷 {done}/{all}").format(done=view.count.done, all=view.count.all), "dim")]
    trouble = view.count.wrong
    said = _("! 问题 {count}") if trouble else _("问题 {count}")
    wrong: Line = [(said.format(count=trouble), "bad" if trouble else "dim")]
    late = view.checked and view.count.due
    due: Line = [(_("必答未答 {count}").format(count=view.count.due), "warn" if late else "dim")]
    for kept in (
        (saved, steps, part, count, wrong, due), (saved, part, count, wrong, due), (saved, count, wrong, due),
        (saved, count, wrong), (count, wrong), (wrong,),
    ):  # fmt: skip
        line: Line = []
        for part_of_line in kept:
            line += [("  ", "")] * bool(line and part_of_line) + part_of_line
        if line_width(line) <= width:
            return line
    return wrong
