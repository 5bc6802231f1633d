"""From the frames of a reading process to a table: which sheets count, where the tables are, what each row is."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from casebook.language import _
from casebook.tables.cells import Merge
from casebook.tables.fields import Known
from casebook.tables.header import IDENTITY, SCAN_ROWS, Header, find_header, header_row, label
from casebook.tables.merged import MergedDown
from casebook.tables.rows import EXAMPLES, Layout, classify, is_blank, layout_of, line_above, names_village
from casebook.tables.table import Block, Notice, Skipped, Value, lost_digits, text_of

HEAD_ROWS = SCAN_ROWS + 10

Cells = tuple[Value, ...]


@dataclass(slots=True)
class Lines:
    """Skipped rows in order; blank ones that follow each other become one entry."""

    sheet: str
    items: list[Skipped] = field(default_factory=list)

    def add(self, number: int, reason: str, text: str = "") -> None:
        if reason == "blank" and self.items:
            last = self.items[-1]
            if last.reason == "blank" and last.last == number - 1:
                self.items[-1] = Skipped(self.sheet, last.first, number, "blank")
                return
        self.items.append(Skipped(self.sheet, number, number, reason, text))


class SheetTables:
    """One sheet being read. Tables beside each other count each row once per table."""

    def __init__(self, sheet: str, known: Known, merges: Sequence[Merge] = ()) -> None:
        self.sheet = sheet
        self.known = known
        self.header: Header | None = None
        self.blocks: list[Block] = []
        self.people: list[tuple[int, int, Cells]] = []
        self.notices: list[Notice] = []
        self.total = 0
        self.filled = False
        self._head: list[tuple[Cells, bool]] | None = []
        self._lines: list[Lines] = [Lines(sheet)]
        self._layouts: list[Layout] = []
        self._current: list[int] = []
        self._found: list[bool] = []
        self._titles: list[tuple[int, str]] = []
        self._header_rows: set[tuple[str, ...]] = set()
        self._village_titles = 0
        self._merged = MergedDown(merges) if merges else None

    @property
    def skipped(self) -> list[Skipped]:
        return [item for lines in self._lines for item in lines.items]

    @property
    def fields(self) -> frozenset[str]:
        return frozenset(c.field for block in self.blocks for c in block.columns if c.field)

    def feed(self, first: int, rows: Sequence[Cells], damaged: Sequence[int] = ()) -> None:
        """Take the next rows, the first of them sheet row `first`; `damaged` are rows whose bytes did not decode."""
        spoiled = frozenset(damaged)
        if self._head is None:
            self._read(first, rows, spoiled)
            return
        self._head += [(row, first + i in spoiled) for i, row in enumerate(rows)]
        if len(self._head) >= HEAD_ROWS:
            self._begin()

    def finish(self) -> None:
        """No more rows come."""
        if self._head is not None:
            self._begin()
        if self._village_titles > 1 and not self.fields & {"village", "hamlet"}:
            what = _("村名只写在 {count} 行标题里，没有「村」这一列，没有采用；加一列「村」再读，核对更准").format(
                count=self._village_titles
            )
            self.notices.append(Notice("village_in_titles", what, self.sheet))
        if self._merged and self._merged.filled:
            what = _("{count} 个空格在向下合并的单元格里，按合并的值读").format(count=self._merged.filled)
            self.notices.append(Notice("merged_down", what, self.sheet))
        if self._merged and self._merged.continued:
            what = _("{count} 行的姓名和证件号码与上一行合并，是同一个人，这些行没有读入").format(
                count=self._merged.continued
            )
            self.notices.append(Notice("continued", what, self.sheet))

    def _begin(self) -> None:
        head, self._head = self._head or [], None
        rows = [row for row, _spoiled in head]
        self.filled = any(not is_blank(value) for row in rows for value in row)
        self.header = find_header(rows, self.known)
        body = 0
        if self.header:
            for number in range(1, self.header.first):
                self._above(number, rows[number - 1])
            body = self.header.last
            self._open(self.header, rows[self.header.first - 1 : self.header.last])
        self._read(body + 1, rows[body:], frozenset(i + 1 for i, (_row, spoiled) in enumerate(head) if spoiled))

    def _above(self, number: int, row: Cells) -> None:
        text = _joined(row)
        kind = line_above(text)
        self._lines[0].add(number, kind, text)
        self.total += 1
        if kind == "title":
            self._titles.append((number, text))

    def _open(self, header: Header, rows: Sequence[Cells]) -> None:
        """Start the tables of a header that has these rows; those beside the first count theirs from it on."""
        self._header_rows = {_labels(row) for row in rows} - {()}
        last_person = self.people[-1][1] if self.people else 0
        title = " ".join(dict.fromkeys(text for number, text in self._titles if number > last_person))
        self._titles = []
        self._current = []
        self._found = [False] * len(header.regions)
        for region in header.regions:
            self._current.append(len(self.blocks))
            self.blocks.append(Block(self.sheet, title, (header.first, header.last), region.columns))
            self._layouts.append(layout_of(region))
        while len(self._lines) < len(header.regions):
            self._lines.append(Lines(self.sheet))
        for lines in self._lines[: len(header.regions)]:
            for number in range(header.first, header.last + 1):
                lines.add(number, "header")
        self.total += (header.last - header.first + 1) * len(header.regions)
        if len(header.regions) > 1:
            what = _("第 {row} 行起左右并排 {count} 张表，各自读取，行数分别计").format(
                row=header.first, count=len(header.regions)
            )
            self.notices.append(Notice("tables_beside", what, self.sheet, header.first))
        if header.same_meaning:
            what = _("这些列与另一列意思相同，没有采用：{headers}").format(headers=_("、").join(header.same_meaning))
            self.notices.append(Notice("same_meaning", what, self.sheet, header.first))

    def _read(self, first: int, rows: Sequence[Cells], spoiled: frozenset[int]) -> None:
        if not self.header:
            self.total += len(rows)
            return
        people = self.people
        for number, row in enumerate(rows, first):
            if self._merged and _labels(row) not in self._header_rows:
                row = self._merged.fill(number, row, [self._layouts[block] for block in self._current])
            if len(self._current) == 1 and number not in spoiled:
                block = self._current[0]
                index = self._layouts[block].id_number
                if index is not None and index < len(row):
                    value = row[index]
                    if type(value) is str and len(value) == 18 and value[:17].isdigit() and row[0] not in EXAMPLES:
                        # nearly every row
                        people.append((block, number, row))
                        self._found[0] = True
                        self.total += 1
                        continue
            self._sort(number, row, number in spoiled)

    def _sort(self, number: int, row: Cells, spoiled: bool) -> None:
        if _labels(row) in self._header_rows:
            for lines in self._lines[: len(self._current)]:
                lines.add(number, "header")
            self.total += len(self._current)
            return
        if not spoiled and (header := self._next_header(number, row)):
            same = [(c.index, c.field) for region in header.regions for c in region.columns if c.field]
            now = [(c.index, c.field) for block in self._current for c in self.blocks[block].columns if c.field]
            if same != now:
                what = _("第 {row} 行又有一个表头，往下按另一张表读").format(row=number)
                self.notices.append(Notice("second_table", what, self.sheet, number))
                self._open(header, [row])
                return
        for place, block in enumerate(self._current):
            layout = self._layouts[block]
            part = row
            if len(self._current) > 1:
                part = (None,) * min(layout.start, len(row)) + row[layout.start : layout.end]
            self.total += 1
            if spoiled:
                self._lines[place].add(number, "unreadable", _("这一行的文字解不开"))
                continue
            kind, error = classify(part, layout, self.known, self._found[place])
            if kind == "person":
                self.people.append((block, number, part))
                self._found[place] = True
            elif kind == "unreadable":
                self._lines[place].add(number, kind, _("姓名和证件号码是错误值 {error}").format(error=error))
            else:
                text = "" if kind in ("blank", "header") else _joined(part)
                self._lines[place].add(number, kind, text)
                if kind == "title" and place == 0:
                    self._titles.append((number, text))
                    self._village_titles += names_village(text)

    def _next_header(self, number: int, row: Cells) -> Header | None:
        """A further header with a name or number column; None for the one we have, seen again."""
        labels = sum(1 for value in row if label(value))
        if labels < 2:
            return None
        index = self._layouts[self._current[0]].id_number
        if index is not None and index < len(row) and sum(c.isdigit() for c in text_of(row[index])) >= 6:
            return None
        found = header_row(row, number, self.known)
        return found if found and found.fields & IDENTITY else None

    def hint_counts(self, counts: dict[str, int]) -> None:
        """Turn what the guard counted into notices."""
        for code, count in counts.items():
            self.notices.append(Notice(code, _counted(code, count), self.sheet))


def _labels(row: Sequence[Value]) -> tuple[str, ...]:
    """The texts of a row for comparing it with a header's; empty for a row without."""
    labels = [label(value) for value in row]
    while labels and not labels[-1]:
        labels.pop()
    return tuple(labels)


def _counted(code: str, count: int) -> str:
    texts = {
        "formulas": _("{count} 个公式没有存下结果，读作空白；请用 Excel 或 WPS 打开、保存一次再读"),
        "hidden_rows": _("{count} 行是隐藏的，照样读入"),
        "blank_rows": _("{count} 行只有格式没有内容，当作空白"),
        "dimension": _("文件自称的行数不对，已按实际的 {count} 行读"),
        "quotes": _("引号不成对，已把引号当作普通文字读"),
    }
    return texts[code].format(count=count)


def _joined(row: Sequence[Value]) -> str:
    return " ".join(" ".join(text_of(value).split()) for value in row if not is_blank(value))[:200]


def lost_digit_notices(sheet: SheetTables) -> list[Notice]:
    """How many cells of number columns are numbers that have lost digits."""
    names = ("id_number", "head_id_number", "person_code", "household_code")
    counts: dict[str, int] = {}
    indexes = [[(c.index, c.field, c.header) for c in block.columns if c.field in names] for block in sheet.blocks]
    for block, _number, row in sheet.people:
        for index, _field, header in indexes[block]:
            if index < len(row) and type(row[index]) is float and lost_digits(row[index]):
                counts[header] = counts.get(header, 0) + 1
    return [
        Notice(
            "lost_digits",
            _("「{header}」列有 {count} 格存成了数字，末几位已丢失，只能作线索").format(header=header, count=count),
            sheet.sheet,
        )
        for header, count in counts.items()
    ]
