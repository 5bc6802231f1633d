"""How people are drawn: a hit in the list, a short and a full account; masked or whole."""

from __future__ import annotations

from collections.abc import Sequence

from rich.cells import cell_len

from casebook.language import N_, _
from casebook.people.codes import sex
from casebook.people.lookup import Hit, ListedRow, Person
from casebook.people.masking import mask_number, mask_phone, mask_place, masked
from casebook.store.clock import local_text
from casebook.store.sources import LIST_NAMES
from casebook.tables.fields import known_fields
from survey_forms.visits.visit_list import VisitRow
from tui.commands.sentences import listed
from tui.screens.visits_lines import state_role, state_text
from tui.widgets.lines import Line, Piece, cell, cut, line_width, wrapped

_SEXES = {"1": N_("男"), "2": N_("女")}


def sex_word(text: str) -> str:
    found = sex(text)
    return _(_SEXES[found]) if found in _SEXES else ""


def born(hit: Hit, whole: bool = False) -> str:
    """`1958年生`, or the whole date."""
    if whole or not hit.birth[:4].isdigit():
        return hit.birth if whole else ""
    return _("{year}年生").format(year=hit.birth[:4])


def lists_of(hit: Hit) -> str:
    return listed(_(LIST_NAMES[side]) for side in hit.sides)


def hit_lines(hit: Hit, width: int, selected: bool) -> list[Line]:
    """Two lines: who; where, and in which lists."""
    name = cut(hit.name, max(4, width - 24)) or _("（无姓名）")
    head: Line = [(" " + name, "strong"), ("  ", ""), (sex_word(hit.sex), ""), (" ", ""), (born(hit), "")]
    number = mask_number(hit.number)
    room = width - line_width(head) - 2
    if room >= cell_len(number):
        head += [("  ", ""), (number, "dim")]
    where = "  ".join(filter(None, (hit.township, hit.household, lists_of(hit))))
    return [head, [(" " + cut(where, width - 1), "dim")]]


def short_account(hit: Hit, width: int, whole: bool) -> list[Line]:
    """What is known of a hit, a line a field."""
    fields = [
        (_("姓名"), hit.name),
        (_("性别"), sex_word(hit.sex)),
        (_("出生日期"), born(hit, whole)),
        (_("证件号码"), hit.number if whole else mask_number(hit.number)),
        (_("联系电话"), hit.phone if whole else mask_phone(hit.phone)),
        (_("乡镇"), hit.township),
        (_("行政村"), hit.village if whole else mask_place(hit.village)),
        (_("户编号"), hit.household),
        (_("所在名单"), lists_of(hit)),
    ]
    names = max(cell_len(name) for name, _text in fields) + 2
    lines: list[Line] = []
    for name, text in fields:
        first, *rest = wrapped([(text or "-", "" if text else "dim")], max(4, width - names))
        lines.append([(cell(name, names), "dim"), *first])
        lines += [[(" " * names, ""), *line] for line in rest]
    return lines


def full_account(person: Person, width: int, whole: bool) -> list[Line]:
    """Every filled cell of every row: two rows side by side where there is room, differing fields marked with !; the
    household; the id by which commands name the person."""
    lines: list[Line] = []
    rows = person.rows
    if len(rows) == 2 and width >= 64:
        lines += _side_by_side(rows, width, whole)
    else:
        for row in rows:
            lines += [[(_row_title(row), "title")], *_one_row(row, width, whole), []]
    identity: Line = [(_("人员编号") + "  ", "dim"), (person.hit.person, "")]
    return [*lines, *_household(person, width, whole), [], identity]


def _row_title(row: ListedRow) -> str:
    where = _("{sheet} 第 {row} 行").format(sheet=row.sheet, row=row.row).strip()
    return _("{list}：{file} {where}").format(list=_(LIST_NAMES[row.side]), file=row.file, where=where)


def _shown(row: ListedRow, whole: bool) -> dict[str, str]:
    return {title: text if whole else masked(field, text) for title, field, text in row.cells}


def _one_row(row: ListedRow, width: int, whole: bool) -> list[Line]:
    cells = _shown(row, whole)
    names = min(24, max((cell_len(name) for name in cells), default=0) + 2)
    lines: list[Line] = []
    for name, text in cells.items():
        first, *rest = wrapped([(text, "")], max(4, width - names))
        lines.append([(cell(name, names), "dim"), *first])
        lines += [[(" " * names, ""), *line] for line in rest]
    return lines


def _side_by_side(rows: Sequence[ListedRow], width: int, whole: bool) -> list[Line]:
    left, right = (_shown(row, whole) for row in rows)
    serial = known_fields().titles["serial"]  # every list counts for itself
    plain_left, plain_right = (_shown(row, True) for row in rows)
    names = min(20, max((cell_len(name) for name in (*left, *right)), default=0) + 1)
    half = (width - names - 2) // 2
    lines = _columns([("", "")], [(_row_title(rows[0]), "title")], [(_row_title(rows[1]), "title")], names, half)
    for name in dict.fromkeys((*left, *right)):
        differs = name in left and name in right and plain_left[name] != plain_right[name] and name != serial
        mark: Piece = ("! ", "warn") if differs else ("  ", "")
        label: list[Piece] = [mark, (cut(name, names - 2), "warn" if differs else "dim")]
        lines += _columns(label, _value(left.get(name)), _value(right.get(name)), names, half)
    return [*lines, []]


def _value(text: str | None) -> list[Piece]:
    return [("-", "dim")] if text is None else [(text, "")]


def _columns(
    label: Sequence[Piece], left: Sequence[Piece], right: Sequence[Piece], names: int, half: int
) -> list[Line]:
    """A label and two wrapped texts beside each other."""
    both = wrapped(left, half), wrapped(right, half)
    lines: list[Line] = []
    for n in range(max(map(len, both))):
        here: Line = list(label) if n == 0 else []
        line = [*here, (" " * (names - line_width(here)), "")]
        for column in both:
            part = column[n] if n < len(column) else []
            line += [*part, (" " * (half - line_width(part) + 1), "")]
        lines.append(line)
    return lines


def _household(person: Person, width: int, whole: bool) -> list[Line]:
    if len(person.household) < 2:
        return []
    lines: list[Line] = [[(_("同户成员"), "title"), ("  " + person.hit.household, "dim")]]
    names = max(cell_len(cut(member.name, 20)) for member in person.household) + 2
    for member in person.household:
        number = member.number if whole else mask_number(member.number)
        role = "strong" if member.person == person.hit.person else ""
        line: Line = [(cell(member.name, names), role), (cell(sex_word(member.sex), 4), "")]
        lines.append([*line, (cell(born(member, whole), 13), ""), (cut(number, max(0, width - names - 17)), "dim")])
    return lines


def visits_part(visits: Sequence[VisitRow]) -> list[Line]:
    """The visits of a person's household, the newest first; nothing where there is none."""
    if not visits:
        return []
    lines: list[Line] = [[], [(_("这户的入户"), "title")]]
    for row in visits:
        line: Line = [(local_text(row.updated)[:10] + "  ", "dim"), (row.handle + "  ", "dim")]
        line += [(state_text(row) + "  ", state_role(row)), (row.assigned or _("没有派人"), "")]
        lines.append(line)
    return lines
