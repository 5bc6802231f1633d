"""The layout of the findings workbook (疑点清册): sheets, columns, widths, looks, the words to answer with."""

from __future__ import annotations

from collections.abc import Iterable

from audit.findings import Severity
from audit.questions import VERDICTS
from casebook.language import N_, _
from exports.layout import CENTERED, COUNT, HEADER, TEXT, BookLayout, ColumnLayout, Look, SheetLayout

SEVERITIES: dict[Severity, str] = {"A": N_("关系到钱和资格"), "B": N_("身份信息有误"), "C": N_("只是写法")}

OFFICES = {
    "poverty": N_("扶贫办"),
    "health": N_("卫健局"),
    "wrong_side": N_("写错的一方"),
    "both": N_("扶贫办与卫健局"),
}

UNITS = {
    "pair": N_("逐对定"),
    "person": N_("逐人定"),
    "household": N_("一户一次定"),
    "village": N_("一村一次定"),
}

WORKBOOK_TITLE = N_("花名册与卫健名单核对疑点清册")
"""What stands in the first cell of the first sheet."""

KEY_HEADER = "key"
"""Header of the hidden column; the same in every language, so that answers can be read back."""

_LEFT = Look(bold=True, fill="DDEBF7", align="center")
_RIGHT = Look(bold=True, fill="E2EFDA", align="center")
_ANSWER = Look(bold=True, fill="FFE699", align="center")
_TO_FILL = Look(fill="FFFBEB", number="@")
_HIDDEN = Look(wrap=False, border=False, number="@")
_SMALL = Look(size=9)
_SEVERITY_FILLS = {"A": "F8CBAD", "B": "FFF2CC", "C": "EDEDED"}
_REVIEW_FILL = "D9C3EC"

PATTERNS = {"A": 0, "B": 1, "C": 2, "review": 3}
"""Which pattern row a finding looks like: its severity, or whether it is still to be judged (待判)."""


def findings_sheet(name: str, with_township: bool) -> SheetLayout:
    """A sheet of findings; the township has a column of its own when all townships share the sheet."""
    columns = (
        ColumnLayout(_("序号"), 6, CENTERED),
        ColumnLayout(_("严重程度"), 8, CENTERED),
        ColumnLayout(_("疑点"), 19),
        *((ColumnLayout(_("乡镇"), 11),) if with_township else ()),
        ColumnLayout(_("村"), 11),
        ColumnLayout(_("户编号"), 20),
        ColumnLayout(_("姓名"), 10),
        ColumnLayout(_("项目"), 11),
        ColumnLayout(_("花名册 值"), 22, TEXT, _LEFT),
        ColumnLayout(_("花名册 位置"), 14, TEXT, _LEFT),
        ColumnLayout(_("卫健 值"), 22, TEXT, _RIGHT),
        ColumnLayout(_("卫健 位置"), 14, TEXT, _RIGHT),
        ColumnLayout(_("说明"), 32),
        ColumnLayout(_("依据（与外人比 / 与家人比）"), 46, _SMALL),
        ColumnLayout(_("次选"), 18, _SMALL),
        ColumnLayout(_("建议"), 24),
        ColumnLayout(_("决定单位"), 11, CENTERED),
        ColumnLayout(_("结论"), 15, _TO_FILL, _ANSWER, choices=tuple(_(verdict.word) for verdict in VERDICTS.values())),
        ColumnLayout(_("理由/见到的证件"), 20, _TO_FILL, _ANSWER),
        ColumnLayout(_("备注"), 14, _TO_FILL, _ANSWER),
        ColumnLayout(KEY_HEADER, 12, _HIDDEN, _HIDDEN, hidden=True),
    )
    patterns = tuple(_finding_pattern(columns, fill) for fill in (*_SEVERITY_FILLS.values(), _REVIEW_FILL))
    frozen = "H2" if with_township else "G2"
    return SheetLayout(name, columns, patterns, frozen=frozen, filtered=True, paper="A3")


def _finding_pattern(columns: tuple[ColumnLayout, ...], fill: str) -> tuple[Look, ...]:
    severity = Look(bold=True, align="center", fill=fill)
    kind = Look(fill=fill)
    return (columns[0].look, severity, kind, *(column.look for column in columns[3:]))


def out_of_scope_sheet(name: str) -> SheetLayout:
    columns = (
        ColumnLayout(_("名单"), 12, CENTERED),
        ColumnLayout(_("工作表"), 18),
        ColumnLayout(_("行"), 9, COUNT),
        ColumnLayout(_("乡镇"), 16),
        ColumnLayout(_("村"), 18),
        ColumnLayout(_("姓名"), 16),
        ColumnLayout(_("原因"), 56),
    )
    return _plain_sheet(name, columns)


def unread_sheet(name: str) -> SheetLayout:
    columns = (
        ColumnLayout(_("名单"), 12, CENTERED),
        ColumnLayout(_("工作表"), 24),
        ColumnLayout(_("首行"), 9, COUNT),
        ColumnLayout(_("末行"), 9, COUNT),
        ColumnLayout(_("原因"), 24),
        ColumnLayout(_("原文"), 66),
    )
    return _plain_sheet(name, columns)


def _plain_sheet(name: str, columns: tuple[ColumnLayout, ...]) -> SheetLayout:
    pattern = tuple(column.look for column in columns)
    return SheetLayout(name, columns, (pattern,), frozen="A2", filtered=True)


_NO_BORDER = Look(border=False, wrap=False)
_OVERVIEW_LOOKS = (TEXT, TEXT, TEXT, COUNT, COUNT, COUNT, COUNT)
TITLE, WARNING, SUMMARY, SECTION, GAP = range(5)
_TABLE_WIDTHS = range(3, 8)
_KINDS_WIDTH = 6
"""The table of kinds: its fourth column is a letter, the severity."""


def overview_sheet(name: str) -> SheetLayout:
    """The first sheet: no header, tables of three texts and up to four counts, one below the other."""
    columns = tuple(
        ColumnLayout("", width, look) for width, look in zip((24, 46, 46, 10, 10, 10, 10), _OVERVIEW_LOOKS, strict=True)
    )
    lines = (
        Look(bold=True, size=16, border=False, wrap=False),
        Look(bold=True, color="C00000", border=False, wrap=False),
        Look(bold=True, border=False, wrap=False),
        Look(bold=True, size=12, color="1F4E79", border=False, wrap=False),
        _NO_BORDER,
    )
    patterns = [(look,) * len(columns) for look in lines]
    total = tuple(Look(bold=True, fill="F2F2F2", align=look.align, number=look.number) for look in _OVERVIEW_LOOKS)
    for width in _TABLE_WIDTHS:
        rest = (_NO_BORDER,) * (len(columns) - width)
        body = (TEXT, TEXT, TEXT, CENTERED, COUNT, COUNT) if width == _KINDS_WIDTH else _OVERVIEW_LOOKS
        patterns += [(*looks[:width], *rest) for looks in ((HEADER,) * len(columns), body, total)]
    return SheetLayout(name, columns, tuple(patterns), header=False, scale=75)


def table_pattern(width: int, part: int) -> int:
    """The overview's pattern of a table `width` columns wide: part 0 its header, 1 a row, 2 its total."""
    return GAP + 1 + 3 * (width - _TABLE_WIDTHS.start) + part


def findings_book(sheets: Iterable[SheetLayout], anchor: str = "") -> BookLayout:
    """`anchor` is a line below the left text at the foot of each page."""
    foot = _("含完整姓名和证件号，注意保密")
    return BookLayout(
        title=_(WORKBOOK_TITLE),
        sheets=tuple(sheets),
        foot_left=f"{foot}\n{anchor}" if anchor else foot,
        foot_center="&A",
        foot_right=_("第 &P 页，共 &N 页"),
        wrong_choice=_("请从下拉列表中选一项"),
    )


_UNFIT = str.maketrans(dict.fromkeys("[]:*?/\\", "_"))
_LONGEST_NAME = 31


def sheet_names(wanted: Iterable[str], taken: Iterable[str]) -> list[str]:
    """Sheet names for Excel: ≤ 31 characters, none of `[]:*?/\\`, no two alike, none of `taken`, whatever the case."""
    used = {name.casefold() for name in taken} | {"history"}
    names = []
    for text in wanted:
        name = "".join(char for char in text if char.isprintable()).translate(_UNFIT).strip().strip("'")
        # Excel counts UTF-16 units.
        while len(name.encode("utf-16-le")) > 2 * _LONGEST_NAME:
            name = name[:-1]
        name = name or _("未写乡镇")
        base, number = name, 1
        while name.casefold() in used:
            number += 1
            tail = f" ({number})"
            name = base[: _LONGEST_NAME - len(tail)] + tail
        used.add(name.casefold())
        names.append(name)
    return names
