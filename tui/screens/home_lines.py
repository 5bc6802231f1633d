"""How the home screen's panels are drawn."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.cells import cell_len

from audit.queue import TownshipProgress
from casebook.language import _
from casebook.store.clock import local_text
from casebook.store.history import LogRow
from casebook.store.rights import areas_text
from casebook.store.sources import LIST_NAMES
from survey_forms.visits.duties import Duties
from survey_forms.visits.states import STATE_NAMES
from tui.screens.fact_words import kind_name, told
from tui.screens.home_facts import HomeFacts
from tui.widgets.bar import bar
from tui.widgets.lines import Line, cell, cut, line_width

TILES = ("people", "findings", "settled", "severe")


def tiles(facts: HomeFacts) -> dict[str, list[Line]]:
    """Three lines each: a word, a number, a remark."""
    rows = {at_hand.side: f"{at_hand.rows:,}" for at_hand in facts.lists}
    total, settled = facts.findings, facts.counts["settled"]
    waiting = sum(township.waiting for township in facts.townships)
    share = f"{settled / total:.1%}" if total else "0%"
    return {
        "people": _tile(
            _("花名册"), rows.get("roster", "0"), "strong", _("卫健名单 {rows}").format(rows=rows.get("registry", "0"))
        ),
        "findings": _tile(
            _("疑点总数"), f"{total:,}", "strong", _("{count} 个乡镇").format(count=len(facts.townships))
        ),
        "settled": _tile(
            _("已定"), f"{settled:,}", "good", _("{share}，等 {waiting}").format(share=share, waiting=f"{waiting:,}")
        ),
        "severe": _tile(_("A类未定"), f"{facts.severe:,}", "bad" if facts.severe else "good", _("关系钱和资格")),
    }


def _tile(label: str, number: str, role: str, note: str) -> list[Line]:
    return [[(label, "dim")], [(number, role)], [(note, "dim")]]


def casebook_lines(facts: HomeFacts, width: int) -> list[Line]:
    """The lists, the last audit run, the last backup, the last batch."""
    entries = [
        (
            _(LIST_NAMES[at_hand.side]),
            _("{rows} 行").format(rows=f"{at_hand.rows:,}"),
            local_text(at_hand.wall)[5:],
            "",
        )
        for at_hand in facts.lists
    ]
    run = local_text(facts.run_wall)[5:] if facts.run_wall else ""
    entries.append((_("上次核对"), "" if run else _("没有核对过"), run, "" if run else "warn"))
    backup = facts.backup.isoformat(sep=" ", timespec="minutes")[5:] if facts.backup else ""
    entries.append((_("上次备份"), "" if backup else _("没有备份过"), backup, "" if backup else "warn"))
    if (account := facts.account) is not None:
        entries.append((_("账号"), _(account.role), areas_text(account.areas), ""))
    if (batch := facts.batch) is not None:
        told = _("第 {number} 批 {rows} 行").format(number=batch.name, rows=f"{batch.rows:,}")
        if batch.revoked:
            told = _("第 {number} 批已撤销").format(number=batch.name)
        role = "warn" if batch.revoked or batch.rejected else ""
        entries.append((_("上次上报"), told, local_text(batch.wall)[5:], role))
    names = max(cell_len(name) for name, _what, _when, _role in entries) + 1
    lines: list[Line] = [[(_("案卷"), "title")]]
    for name, what, when, role in entries:
        left = max(0, width - names - cell_len(what) - bool(what))  # a space between the two
        when = cell(when, min(cell_len(when), left))
        room = width - names - cell_len(when)
        lines.append([(cell(name, names), "dim"), (cell(what, room), role), (when, "dim" if what else "")])
    return lines


def visit_lines(visits: Duties, width: int) -> list[Line]:
    """How far the visits are: a bar, and how many in each state; states without visits are left out."""
    share = f"{visits.done * 100 // visits.total}%"
    count = _("{done}/{total} 户通过").format(done=f"{visits.done:,}", total=f"{visits.total:,}")
    parts = [(visits.done, "bar-good"), (visits.counts["county"] + visits.counts["township"], "bar-warn")]
    parts.append((visits.counts["draft"], "bar-title"))
    words = [(_("被退回"), visits.returned, "bad")]
    words += [(_(name), visits.counts[state], "strong") for state, name in STATE_NAMES.items() if state != "passed"]
    title: Line = [(_("入户进度"), "title"), ("  ", ""), (count, "dim")]
    lines: list[Line] = [[]]
    for name, number, role in words:
        piece: Line = [(f"{name} ", "dim"), (f"{number:,}", role), ("  ", "")]
        if number and line_width([*lines[-1], *piece]) - 2 > width:
            lines.append([])
        lines[-1] += piece if number else []
    return [title, [*bar(max(0, width - 6), visits.total, parts), (cell(share, 6, right=True), "strong")], *lines]


def recent_lines(recent: Sequence[LogRow], width: int) -> list[Line]:
    """The newest facts, a line each."""
    lines: list[Line] = [[(_("最近"), "title")]]
    for row in recent:
        when = local_text(row.fact.envelope.wall)[5 : 16 if width >= 40 else 10]
        head: Line = [(when + " ", "dim"), (kind_name(row.fact.kind) + " ", "")]
        lines.append([*head, (cut(told(row), max(0, width - line_width(head))), "dim")])
    return lines


def with_sum(townships: Sequence[TownshipProgress]) -> list[TownshipProgress]:
    """The townships, and where there are several the sum of all, without a name."""
    if len(townships) < 2:
        return list(townships)
    sums = [sum(getattr(t, name) for t in townships) for name in ("total", "settled", "waiting", "severe")]
    return [*townships, TownshipProgress(SUM, *sums)]


SUM = "*"
"""The `township` of the sum of all; no township is called that."""


def township_drawer(townships: Sequence[TownshipProgress]) -> Callable[[TownshipProgress, int, bool], list[Line]]:
    """Draws `三岔镇 ####---- 45% 132/290 !12`; the columns as wide as these townships need, the bar takes the rest."""

    def name_of(township: TownshipProgress) -> str:
        return _("合计") if township.township == SUM else township.township or _("（未写乡镇）")

    def count_of(township: TownshipProgress) -> str:
        return f"{township.settled:,}/{township.total:,}"

    longest_name = max((cell_len(name_of(township)) for township in townships), default=0)
    counts = max((len(count_of(township)) for township in townships), default=0) + 1
    severes = max((len(f"{township.severe:,}") for township in townships), default=0) + 2

    def draw(township: TownshipProgress, width: int, selected: bool) -> list[Line]:
        share = f"{township.settled * 100 // township.total if township.total else 0}%"
        severe = f"!{township.severe:,}" if township.severe else ""
        names = min(longest_name, max(8, width // 4))
        tail: Line = [(cell(share, 5, right=True), "strong"), (cell(count_of(township), counts, right=True), "dim")]
        tail.append((cell(severe, severes, right=True), "bad"))
        room = width - names - 1 - line_width(tail)
        parts = [(township.settled, "bar-good"), (township.waiting, "bar-warn")]
        middle = bar(room, township.total, parts) if room >= 4 else [(" " * max(0, room), "")]
        role = "strong" if township.township == SUM else ""
        return [[(cell(name_of(township), names), role), (" ", ""), *middle, *tail]]

    return draw
