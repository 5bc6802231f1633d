"""Learning a template in words: its columns with what each is taken for, the one under the cursor, the preview."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from rich.cells import cell_len

from casebook.language import N_, _
from exports.formats.fields import Field, upload_fields
from exports.formats.format import Write
from exports.learning.learned import Proposal
from tui.screens.learn_reading import Choice, Shown, Taught
from tui.screens.pick import Choice as PickChoice
from tui.widgets.glyphs import narrow
from tui.widgets.lines import Line, Piece, cell, cut, line_width, wrapped

WRITE_NAMES: dict[Write, str] = {"code": N_("代码"), "name": N_("名称"), "both": N_("代码和名称")}

_NARROW, _WIDE = 56, 84
"""Cells from which the list of columns has its second and its third set of columns."""

_LEAST, _MOST = 8, 20
"""Cells that a column takes in the preview."""


def heading_lines(taught: Taught, width: int) -> list[Line]:
    """The file, the sheet and where its header is; how many columns are certain, in doubt, unknown."""
    learned = taught.learned
    first, last = learned.header_rows
    where = _("工作表「{sheet}」，表头第 {rows} 行，从第 {row} 行填").format(
        sheet=learned.sheet, rows=f"{first}-{last}" if first < last else first, row=learned.first_row
    )
    lines = wrapped([(learned.file, "title"), ("  " + where, "dim")], width, 2)
    columns = learned.columns
    doubtful = sum(taught.doubtful(one) for one in columns)
    blank = sum(not taught.column(one.column).field for one in columns)
    line: Line = [(_("{count} 列").format(count=len(columns)), "strong")]
    line += [("  " + _("确定 {count}").format(count=len(columns) - doubtful), "good")]
    line += [("  " + _("请核对 {count}").format(count=doubtful), "warn" if doubtful else "dim")]
    line += [("  " + _("不填 {count}").format(count=blank), "dim")]
    lines += wrapped(line, width)
    notes = [str(note) for note in learned.notes]
    unused = _("没有用工作表「{sheet}」：{why}")
    notes += [unused.format(sheet=one.name, why=str(one.reason)) for one in learned.other_sheets]
    for note in notes[: _NOTES if width >= _ROOMY else 1]:
        lines += wrapped([("! ", "warn"), (narrow(note), "dim")], width, 2)
    return lines


_NOTES, _ROOMY = 3, 100
"""Notes above the columns on a screen of so many cells; on a smaller one they would push the columns off it."""


def field_title(name: str, nth: int = 0) -> str:
    """A field by its Chinese title, with which disease or treatment it is of."""
    field = upload_fields().get(name)
    if field is None:
        return name
    return f"{field.title} {nth}" if nth else field.title


def column_drawer(taught: Callable[[], Taught | None]) -> Callable[[Proposal, int, bool], list[Line]]:
    """Draws a column: sign, letter, header, field, how it is written, whether required."""

    def draw(proposal: Proposal, width: int, _selected: bool) -> list[Line]:
        now = taught()
        if now is None:
            return []
        column = now.column(proposal.column)
        field = upload_fields().get(column.field)
        line: Line = [sign_of(now, proposal), (cell(proposal.letter, 4), "dim")]
        tail: Line = []
        if width >= _NARROW:
            write = _(WRITE_NAMES[column.write]) if field is not None and field.kind in ("code", "codes") else ""
            must = _("必填")
            tail += [(" ", ""), (cell(write, 13), "dim")]
            tail.append((cell(must if column.required else "", cell_len(must)), "warn"))
        if width >= _WIDE:
            why = narrow(str(proposal.reason))
            tail.append(("  " + cell(why, max(0, width // 3)), "dim"))
        room = width - line_width(line) - line_width(tail)
        headers = max(_LEAST, room * 3 // 5)
        named = field_title(column.field, column.nth) if column.field else _("不填")
        role = "dim" if not column.field else "warn" if now.doubtful(proposal) else ""
        line += [(cell(proposal.header_line or _("（没有表头）"), headers - 1), ""), (" ", "")]
        return [[*line, (cell(named, max(0, room - headers)), role), *tail]]

    return draw


def sign_of(taught: Taught, proposal: Proposal) -> Piece:
    """✓ certain or settled by a person, ? to be looked at."""
    return ("? ", "warn") if taught.doubtful(proposal) else ("✓ ", "good")


def proposal_lines(taught: Taught, proposal: Proposal, width: int) -> list[Line]:
    """What is known of a column: its whole header, why it is taken for this field, what else it may be, its codes."""
    column = taught.column(proposal.column)
    header = " ▸ ".join(dict.fromkeys(text for text in proposal.header if text)) or _("（没有表头）")
    lines = wrapped([(_("{letter} 列").format(letter=proposal.letter) + "  ", "dim"), (header, "title")], width)
    said = taught.choices.get(proposal.column, Choice())
    why = _("由你指定") if said.field is not None else narrow(str(proposal.reason))
    named = field_title(column.field, column.nth) if column.field else _("不填")
    ink = "warn" if taught.doubtful(proposal) else "good"
    lines += wrapped([("▸ ", ink), (named, "strong"), (f"  {column.field}", "dim"), ("  " + why, "dim")], width, 2)
    if proposal.alternatives and taught.doubtful(proposal):
        others = _("、").join(field_title(name) for name in proposal.alternatives[:4])
        lines += wrapped([(_("也可能是：{fields}").format(fields=others), "warn")], width, 2)
    told = [" ".join(filter(None, one)) for one in proposal.values] or list(proposal.options)
    if told:
        lines += wrapped([(_("下拉或代码：{values}").format(values=_("、").join(told[:12])), "dim")], width, 2)
    return lines


def preview_lines(taught: Taught, shown: Shown | None, at: int, width: int) -> list[Line]:
    """The first rows as they would be written, the columns around the one of place `at`, which stands out."""
    title: Line = [(_("预览"), "title")]
    if shown is None:
        return [[*title, ("  " + _("正在读取"), "dim")]]
    note = _("编的人，案卷里还没有通过的入户") if shown.invented else _("案卷里的 {count} 个人，号码打了码")
    lines: list[Line] = [[*title, ("  " + cut(note.format(count=len(shown.rows)), width - 6), "dim")]]
    columns = taught.format.columns
    if not columns:
        return lines
    widths = [_preview_width(taught, shown, place) for place in range(len(columns))]
    first, last = _window(widths, min(at, len(columns) - 1), width)
    letters = {one.column: one.letter for one in taught.learned.columns}
    heads = [f"{letters.get(one.column, '')} {one.header[-1] if one.header else ''}" for one in columns]
    lines.append(_across(heads, widths, first, last, at, "dim", "chip-title", width))
    for row in shown.rows:
        lines.append(_across(row, widths, first, last, at, "", "strong", width))
    return lines


def _preview_width(taught: Taught, shown: Shown, place: int) -> int:
    texts = [row[place] for row in shown.rows]
    header = taught.format.columns[place].header
    texts.append((header[-1] if header else "") + "  A")
    return max(_LEAST, min(_MOST, max(cell_len(text) for text in texts)))


def _window(widths: Sequence[int], at: int, width: int) -> tuple[int, int]:
    """The columns that fit, from the first to behind the last, with the one of place `at` and some before it."""
    first, last, used = at, at + 1, widths[at]
    while True:
        grown = False
        if last < len(widths) and used + 1 + widths[last] <= width:
            used += 1 + widths[last]
            last, grown = last + 1, True
        if first > 0 and used + 1 + widths[first - 1] <= width and (at - first < 1 or last == len(widths)):
            first -= 1
            used += 1 + widths[first]
            grown = True
        if not grown:
            return first, last


def _across(
    texts: Sequence[str], widths: Sequence[int], first: int, last: int, at: int, role: str, here: str, width: int
) -> Line:
    line: Line = []
    for place in range(first, last):
        text = cell(" ".join(texts[place].split()), min(widths[place], width))
        line += [(text, here if place == at else role), (" ", "")]
    return line[:-1]


def field_choices(proposal: Proposal) -> list[PickChoice[str]]:
    """Every field to choose from: what the column may be first, then to leave it blank, then all in their order."""
    fields = upload_fields()
    likely = [name for name in dict.fromkeys((proposal.field, *proposal.alternatives)) if name in fields]
    found = [_choice(fields[name], _("可能")) for name in likely]
    found.append(PickChoice("", _("不填"), "", _("这一列空着")))
    return found + [_choice(field) for name, field in fields.items() if name not in likely]


def _choice(field: Field, mark: str = "") -> PickChoice[str]:
    part = {"disease": _("疾病"), "treatment": _("治疗")}.get(field.part, "")
    note = " ".join(filter(None, (field.name, part, *field.headers[:4])))
    return PickChoice(field.name, field.title, mark, note)
