"""Evidence in two columns of signed bars with numbers: the bits of each field against a stranger and against another
member of the household."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rich.cells import cell_len

from casebook.language import N_, _
from tui.widgets.lines import Line, cell, wrapped

_NUMBER = 6  # cells of `+12.3`
_BAR = (3, 24)
_WHAT_IT_MEANS = N_(
    "加号使人更信是同一人，减号使人起疑。得分看合计较弱的一栏，再加减起点："
    "没比之前有多大可能（别的人都已对上，可能就大）。"
)
"""The sums leave out where the score begins and what contradictions say twice, which differ from pair to pair."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """What speaks for or against one person: a label, bits against a stranger, bits against a family member."""

    label: str
    stranger: float
    family: float


def waterfall(weighed: Sequence[Weighed], width: int) -> list[Line]:
    """A heading, a line for each, the sums, what they are to the score. Both columns have one scale and axis."""
    sums = Weighed(_("合计"), sum(one.stranger for one in weighed), sum(one.family for one in weighed))
    labels = max(cell_len(one.label) for one in (*weighed, sums))
    bar = min(_BAR[1], max(_BAR[0], (width - min(labels, width // 3)) // 2 - _NUMBER - 2))
    labels = max(4, min(labels, width - 2 * (bar + _NUMBER + 2)))
    bits = [bits for one in weighed for bits in (one.stranger, one.family)]
    low, high = min(0.0, *bits), max(0.0, *bits)
    column = bar + _NUMBER
    heading: Line = [(cell("", labels), "")]
    heading += [("  " + cell(title, column, right=True), "dim") for title in (_("与外人比"), _("与家人比"))]
    lines = [heading]
    for one in weighed:
        bars = (_bar(value, low, high, bar) for value in (one.stranger, one.family))
        lines.append([(cell(one.label, labels), ""), *(piece for one_bar in bars for piece in one_bar)])
    total: Line = [(cell(sums.label, labels), "strong")]
    total += [(" " * (bar + 2) + _number(value), "strong") for value in (sums.stranger, sums.family)]
    return [*lines, total, *wrapped([(_(_WHAT_IT_MEANS), "dim")], width)]


def _number(bits: float) -> str:
    return cell(f"{bits:+.1f}", _NUMBER, right=True)


def _bar(bits: float, low: float, high: float, width: int) -> Line:
    """Two cells of gap, the bar from the axis to its end, the number."""
    span = (high - low) or 1.0
    axis, end = round(width * -low / span), round(width * (bits - low) / span)
    first, last = min(axis, end), max(axis, end)
    role = "bar-good" if bits > 0 else "bar-bad"
    bar: Line = [(" " * first, "bar-track"), (" " * (last - first), role), (" " * (width - last), "bar-track")]
    return [("  ", ""), *(piece for piece in bar if piece[0]), (_number(bits), "dim" if abs(bits) < 0.05 else "")]
