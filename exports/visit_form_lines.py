"""The parts of a household form set as lines of cells: boxes to tick, blanks to write in, people side by side."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from itertools import groupby

from casebook.language import _
from exports.visit_form_parts import (
    EMPTY_BOX,
    TICKED_BOX,
    Asked,
    Choice,
    Fields,
    Filled,
    Heading,
    Ledger,
    Paper,
    Part,
    Roster,
    Words,
)
from exports.visit_paper import (
    CENTERED,
    FILL,
    GRID,
    HEAD,
    ITEM,
    KNOWN,
    LABEL,
    MOST_ABREAST,
    NOTE,
    SECTION,
    TITLE,
    Block,
    Cell,
    Line,
    chars,
    line,
    text_width,
)

_WORTH_A_LINE = 3
"""Questions with the same skip hint that share one line for it."""
TO_FILL = 22.0
"""Points of a line that is written in by hand: 7.8 mm."""
_SIZES = {10: 4, 15: 6, 20: 7, GRID: 7}
"""Grid columns of a field, and how many of them its label takes."""
_ROSTER_LABEL = 8
"""The fewest grid columns of the questions of a roster."""
_TAIL = re.compile(r"[（(][^（）()]*[）)]$")
"""What a form's title says of the form itself; the head of the page has it."""
_NARROWEST = 7.0


def form_blocks(paper: Paper) -> Iterator[Block]:
    """All lines of the form, in blocks that stay on one page."""
    top = (
        line(_TAIL.sub("", paper.title), TITLE, 28),
        Line(
            (
                Cell(_("户编号"), 3, HEAD),
                Cell(paper.household, 9, KNOWN),
                Cell(_("乡镇"), 3, HEAD),
                Cell(paper.township, 6, KNOWN),
                Cell(_("村"), 3, HEAD),
                Cell(paper.village, 6, KNOWN),
            ),
            20,
        ),
        Line(
            (
                Cell(_("户主"), 3, HEAD),
                Cell(paper.head, 9, KNOWN),
                Cell(_("成员"), 3, HEAD),
                Cell(_("、").join(paper.people), 15, KNOWN),
            ),
            20,
        ),
    )
    yield Block(top)
    heading: tuple[Line, ...] = ()
    for part in paper.parts:
        if isinstance(part, Heading):
            # A heading goes with what follows it.
            words = f"{part.text}　{part.note}" if part.note else part.text
            heading += (Line((Cell(words, GRID, SECTION),), 20, leads=True),)
            continue
        first, *rest = _part_blocks(part)
        yield Block((*heading, *first.lines), first.repeated, first.divisible)
        heading = ()
        yield from rest
    if heading:
        yield Block(heading)


def _part_blocks(part: Part) -> list[Block]:
    if isinstance(part, Words):
        return [Block((line(part.text, NOTE),))]
    if isinstance(part, Fields):
        head = (line(part.heading, ITEM, 20),) if part.heading else ()
        return [Block((*head, *_field_lines(part.fields)), head, divisible=not part.together)]
    if isinstance(part, Roster):
        return list(_roster_blocks(part))
    if isinstance(part, Ledger):
        return [_ledger_lines(part)]
    return []


def _field_lines(fields: Iterable[tuple[Asked, Filled]]) -> Iterator[Line]:
    """Label and answer beside each other, as many to a line as their widths allow."""
    waiting: list[tuple[Asked, Filled]] = []
    for skip, group in groupby(fields, key=lambda one: one[0].skip):
        together = list(group)
        if skip and len(together) >= _WORTH_A_LINE:
            yield from _packed(waiting)
            yield _skip_line(skip, len(together))
            yield from _packed([(replace(asked, skip=""), filled) for asked, filled in together])
            waiting = []
        else:
            waiting += together
    yield from _packed(waiting)


def _packed(fields: Iterable[tuple[Asked, Filled]]) -> Iterator[Line]:
    waiting: list[tuple[Asked, Filled, int]] = []
    for asked, filled in fields:
        size = _size(asked, filled)
        if waiting and sum(size for *_one, size in waiting) + size > GRID:
            yield _field_line(waiting)
            waiting = []
        waiting.append((asked, filled, size))
    if waiting:
        yield _field_line(waiting)


def _skip_line(skip: str, count: int) -> Line:
    return Line((Cell(_("以下 {count} 项：{skip}").format(count=count, skip=skip), GRID, NOTE),), 16, leads=True)


def _field_line(fields: Sequence[tuple[Asked, Filled, int]]) -> Line:
    spare = GRID - sum(size for *_one, size in fields)
    cells: list[Cell] = []
    for index, (asked, filled, size) in enumerate(fields):
        size += spare if index == len(fields) - 1 else 0
        label = _label_span(size)
        look = FILL if filled.open else KNOWN
        cells.append(Cell(_label(asked), label, LABEL))
        cells.append(Cell(answer_text(asked, filled, chars(size - label, look)), size - label, look))
    return Line(tuple(cells), TO_FILL if any(filled.open for _asked, filled, _size in fields) else 18)


def _label_span(size: int) -> int:
    return next(label for most, label in _SIZES.items() if size <= most)


def _label(asked: Asked) -> str:
    return "\n".join(filter(None, (asked.title, asked.skip, asked.hint)))


def _size(asked: Asked, filled: Filled) -> int:
    """The fewest grid columns that hold the label in two lines and the answer in one."""
    look = FILL if filled.open else KNOWN
    for size, label in _SIZES.items():
        if any(text_width(text) > 2 * chars(label) for text in (asked.title, asked.skip, asked.hint)):
            continue
        room = chars(size - label, look)
        text = answer_text(asked, filled, room)
        if "\n" not in text and text_width(text) <= room and _blank_width(asked, filled) <= room:
            return size
    return GRID


def _blank_width(asked: Asked, filled: Filled) -> float:
    """What a hand needs to write an answer, in half-width characters."""
    return 24.0 if filled.open and not filled.words and asked.kind == "text" and not asked.choices else 0.0


def answer_text(asked: Asked, filled: Filled, room: float, labelled: bool = True) -> str:
    """What stands in the cell of an answer `room` characters wide: boxes, known words, or the frame of a blank."""
    if asked.choices and not asked.listed:
        if not filled.open:
            return "、".join(choice.label for choice in asked.choices if choice.value in filled.ticked)
        return boxes(asked.choices, filled.ticked, room, labelled)
    if filled.words:
        return filled.words
    if not filled.open:
        return ""
    if asked.kind == "date":
        frame = _("____年__月__日")
        return frame if text_width(frame) <= room else "____-__-__"
    return ""


def boxes(choices: Iterable[Choice], ticked: Iterable[str], room: float, labelled: bool = True) -> str:
    """Boxes with codes and words, broken between choices where `room` half-width characters end.

    >>> boxes((Choice("1", "男"), Choice("2", "女")), ("2",), 40)
    '□1 男  ☑2 女'
    """
    chosen, gap = set(ticked), "  " if labelled else " "
    lines, used = [""], 0.0
    for choice in choices:
        box = TICKED_BOX if choice.value in chosen else EMPTY_BOX
        words = choice.label if labelled or not choice.code else ""
        text = f"{box}{choice.code} {words}".rstrip()
        width = text_width(text) + (len(gap) if used else 0)
        if used and used + width > room:
            lines.append("")
            used, width = 0.0, text_width(text)
        lines[-1] += (gap if used else "") + text
        used += width
    return "\n".join(lines)


def _roster_blocks(part: Roster) -> Iterator[Block]:
    note = (line(part.note, NOTE),) if part.note else ()
    for start in range(0, len(part.columns), MOST_ABREAST):
        columns = part.columns[start : start + MOST_ABREAST]
        span = (GRID - _ROSTER_LABEL) // len(columns)
        label = GRID - span * len(columns)
        head = Line((Cell(_("项目"), label, HEAD), *(Cell(column, span, HEAD) for column in columns)), 20)
        shown = [(asked, filled[start : start + MOST_ABREAST]) for asked, filled in part.rows]
        rows = _roster_lines(shown, label, span)
        yield Block((*note, head, *rows), (head,))
        note = ()


def _shares(whole: int, count: int) -> list[int]:
    """Grid columns for each of `count`, the first ones a column wider where they don't come out even."""
    each, over = divmod(whole, count)
    return [each + (index < over) for index in range(count)]


def _roster_lines(
    rows: Iterable[tuple[Asked, Sequence[Filled]]], label_span: int, span: int
) -> Iterator[Line]:
    for skip, group in groupby(rows, key=lambda one: one[0].skip):
        together = list(group)
        if skip and len(together) >= _WORTH_A_LINE:
            yield _skip_line(skip, len(together))
            together = [(replace(asked, skip=""), filled) for asked, filled in together]
        for asked, filled in together:
            yield _roster_line(asked, filled, label_span, span)


def _roster_line(asked: Asked, filled: Sequence[Filled], label_span: int, span: int) -> Line:
    """Words beside each box where they take no more room than once under the question, with bare codes to tick."""
    plain = _answers_line(asked, filled, label_span, span, labelled=True)
    if not asked.choices or not any(one.open for one in filled) or not all(one.code for one in asked.choices):
        return plain
    coded = _answers_line(asked, filled, label_span, span, labelled=False)
    return plain if plain.height <= coded.height else coded


def _answers_line(asked: Asked, filled: Sequence[Filled], label_span: int, span: int, labelled: bool) -> Line:
    label = _label(asked)
    if not labelled:
        label += "\n" + boxes_legend(asked.choices, chars(label_span, LABEL))
    cells = [Cell(label, label_span, LABEL)]
    for one in filled:
        look = FILL if one.open else KNOWN
        cells.append(Cell(answer_text(asked, one, chars(span, look), labelled), span, look))
    return Line(tuple(cells), TO_FILL if any(one.open for one in filled) else 18)


def boxes_legend(choices: Iterable[Choice], room: float) -> str:
    """Codes and their words, broken between choices."""
    lines = [""]
    for choice in choices:
        text = f"{choice.code}{choice.label}"
        if lines[-1] and text_width(f"{lines[-1]} {text}") > room:
            lines.append("")
        lines[-1] += (" " if lines[-1] else "") + text
    return "\n".join(lines)


def _ledger_lines(part: Ledger) -> Block:
    spans = _shares_by([_column_width(part, index) for index in range(len(part.columns))])
    head = Line(tuple(Cell(asked.title, span, HEAD) for asked, span in zip(part.columns, spans, strict=True)))
    lines = [line(part.note, NOTE), head] if part.note else [head]
    blank = tuple(Filled() for _asked in part.columns)
    for row in (*part.rows, *([blank] * part.blank_rows)):
        cells = []
        for asked, filled, span in zip(part.columns, row, spans, strict=True):
            look = FILL if filled.open else CENTERED
            text = answer_text(asked, filled, chars(span, look), False) if asked.choices else filled.words
            cells.append(Cell(text, span, look))
        lines.append(Line(tuple(cells), TO_FILL))
    return Block(tuple(lines), (head,))


def _column_width(part: Ledger, index: int) -> float:
    """Half-width characters of a column: its header may take two lines, what stands in it one."""
    title = text_width(part.columns[index].title) / 2
    return max(title, *(text_width(row[index].words) for row in part.rows), _NARROWEST)


def _shares_by(widths: Sequence[float]) -> list[int]:
    """Grid columns in proportion to the widths, each at least one, together the whole grid."""
    whole = sum(widths)
    spans = [max(1, int(width * GRID / whole)) for width in widths]
    order = sorted(range(len(widths)), key=lambda index: spans[index] - widths[index] * GRID / whole)
    step = 0
    while (left := GRID - sum(spans)) != 0:
        index = order[step % len(order)]
        if left > 0:
            spans[index] += 1
        elif spans[index] > 1:
            spans[index] -= 1
        step += 1
    return spans
