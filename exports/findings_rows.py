"""The rows of the findings workbook below its first sheet: findings, rows out of scope, rows not read."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from audit.findings import SCOPE_NAMES, SIDE_NAMES, Cell, CrossCheck, Finding, ListResult
from audit.kinds import KINDS
from audit.questions import VERDICTS
from audit.words import FIELD_NAMES, evidence_lines
from casebook.language import N_, _
from casebook.tables.table import Table, Value, text_of
from exports.differences import marked
from exports.findings_layout import OFFICES, PATTERNS
from exports.given_answers import NOTHING_GIVEN, Given
from exports.layout import ColumnLayout
from exports.row_height import row_height
from exports.sheet_xml import CellValue, StampedRow

REASONS = {
    "title": N_("标题"),
    "header": N_("表头"),
    "subtotal": N_("小计"),
    "blank": N_("空行"),
    "signature": N_("落款"),
    "note": N_("说明"),
    "unreadable": N_("不可读"),
}
_ROWS_NAMED = 8
_LONGEST_SHOWN = 300


def by_township(findings: Iterable[Finding], tables: Iterable[Table]) -> dict[str, list[Finding]]:
    """Findings of each township; townships in the order in which the lists name them, those they don't name last."""
    groups: dict[str, list[Finding]] = {}
    for table in tables:
        for value in table.values("township"):
            if isinstance(value, str):
                groups.setdefault(value, [])
    for finding in findings:
        groups.setdefault(finding.township, []).append(finding)
    return {township: sorted(group, key=_order) for township, group in groups.items() if group}


def _order(finding: Finding) -> tuple[str, bool, str, str, float, str, str]:
    """Village, household (those without one last), severity, least certain first."""
    uncertain = abs(finding.score) if finding.score is not None else float("inf")
    household = finding.household
    return finding.village, not household, household, finding.severity, uncertain, finding.name, finding.key


def finding_rows(
    findings: Sequence[Finding],
    result: CrossCheck,
    columns: Sequence[ColumnLayout],
    with_township: bool,
    answers: Mapping[str, Given] = NOTHING_GIVEN,
) -> list[StampedRow]:
    """One row per finding, in the columns of `findings_sheet`; `answers` by the finding's key."""
    titles = {kind: _(of_kind.title) for kind, of_kind in KINDS.items()}
    fields = {field: _(title) for field, title in FIELD_NAMES.items()}
    offices = {office: _(title) for office, title in OFFICES.items()}
    verdicts = {number: _(verdict.word) for number, verdict in VERDICTS.items()}
    doubtful, semicolon = _("{severity} 待判"), _("；")
    rows = []
    for serial, finding in enumerate(findings, 1):
        left, right = finding.roster, finding.registry
        given = answers.get(finding.key)
        left_text, right_text = marked(left.text if left else "", right.text if right else "")
        header = (left and left.header) or (right and right.header) or fields[finding.field]
        unsure = finding.state == "review"
        values: tuple[CellValue, ...] = (
            serial,
            doubtful.format(severity=finding.severity) if unsure else finding.severity,
            titles[finding.kind],
            *((finding.township,) if with_township else ()),
            finding.village,
            finding.household,
            finding.name,
            header,
            left_text,
            _position(left, finding.roster_rows, result.roster.table),
            right_text,
            _position(right, finding.registry_rows, result.registry.table),
            str(finding.sentence),
            semicolon.join(evidence_lines(finding.lines)),
            str(finding.runner_up),
            str(finding.action),
            offices[finding.office],
            None if given is None or given.verdict is None else verdicts[given.verdict],
            None if given is None else given.reason or None,
            None if given is None else given.note or None,
            finding.key,
        )
        pattern = PATTERNS["review" if unsure else finding.severity]
        rows.append(StampedRow(values, pattern, row_height(values, columns)))
    return rows


def _position(cell: Cell | None, rows: Sequence[int], table: Table) -> str:
    """`Sheet1!H12`, then the sheet rows of the other rows meant."""
    if cell is None:
        return ""
    place = cell.address if cell.column else _("第{row}行").format(row=cell.number)
    if cell.sheet:  # a csv has none
        place = f"{cell.sheet}!{place}"
    others = [table.rows[index].number for index in rows if index != cell.row]
    if not others:
        return place
    named = _("、").join(map(str, others[:_ROWS_NAMED]))
    if len(others) > _ROWS_NAMED:
        named = _("{rows} 等{count}行").format(rows=named, count=len(others))
    return place + "\n" + _("另见行 {rows}").format(rows=named)


def out_of_scope_rows(result: CrossCheck, columns: Sequence[ColumnLayout]) -> list[StampedRow]:
    """One row per person outside the other list's scope, roster first."""
    rows = []
    for of_list, other in ((result.roster, result.registry), (result.registry, result.roster)):
        table, side = of_list.table, _(SIDE_NAMES[of_list.side])
        told = [list(table.values(field)) for field in ("township", "village", "name")]
        reasons = _scope_reasons(of_list, other)
        for index, state in enumerate(of_list.states):
            if state == "out_of_scope":
                row = table.rows[index]
                township, village, name = (_shown(column[index]) for column in told)
                values = (side, table.blocks[row.block].sheet, row.number, township, village, name, reasons[index])
                rows.append(StampedRow(values, 0, row_height(values, columns)))
    return rows


def _scope_reasons(of_list: ListResult, other: ListResult) -> list[str]:
    """Why each row would be outside the other list's scope, with the value that decides where the list has it."""
    plain = _("{list}只登记{scope}").format(list=_(SIDE_NAMES[other.side]), scope=_(SCOPE_NAMES[other.scope]))
    field, told = {
        "patients": ("health", N_("{reason}；此人健康状况：{value}")),
        "households": ("cause", N_("{reason}；此户主要致贫原因：{value}")),
    }.get(other.scope, ("", ""))
    if not field:
        return [plain] * len(of_list.states)
    told = _(told)
    return [
        told.format(reason=plain, value=text) if (text := _shown(value)) else plain
        for value in of_list.table.values(field)
    ]


def unread_rows(result: CrossCheck, columns: Sequence[ColumnLayout]) -> list[StampedRow]:
    """One row per run of rows that name no person and per sheet left out; 不可读 first, since those want mending."""
    rows = []
    values: tuple[CellValue, ...]
    for of_list in (result.roster, result.registry):
        side, table = _(SIDE_NAMES[of_list.side]), of_list.table
        for skipped in sorted(table.skipped, key=lambda one: one.reason != "unreadable"):
            reason = _(REASONS[skipped.reason]) if skipped.reason in REASONS else skipped.reason
            values = (side, skipped.sheet, skipped.first, skipped.last, reason, _shown(skipped.text))
            rows.append(StampedRow(values, 0, row_height(values, columns)))
        for sheet, reason in table.other_sheets:
            values = (side, sheet, None, None, _("整张工作表未读"), reason)
            rows.append(StampedRow(values, 0, row_height(values, columns)))
    return rows


def _shown(value: Value) -> str:
    text = text_of(value)
    return text if len(text) <= _LONGEST_SHOWN else text[: _LONGEST_SHOWN - 1] + "…"
