"""The first sheet of the findings workbook (总览): what was read, what agrees, what to do first, how to answer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from audit.findings import SCOPE_NAMES, SIDE_NAMES, CrossCheck, Finding, ListResult
from audit.kinds import KINDS
from audit.questions import VERDICTS
from audit.words import FIELD_NAMES
from casebook.language import _
from casebook.version import program_version
from exports.findings_layout import (
    GAP,
    OFFICES,
    SECTION,
    SEVERITIES,
    SUMMARY,
    TITLE,
    UNITS,
    WARNING,
    WORKBOOK_TITLE,
    table_pattern,
)
from exports.first_steps import KINDS_NAMED, first_steps, most
from exports.layout import ColumnLayout
from exports.row_counts import STATE_MEANINGS, STATE_TITLES, STATES, row_counts
from exports.row_height import row_height
from exports.sheet_xml import CellValue, StampedRow

_HEAD, _BODY, _TOTAL = range(3)
_DIGEST_SHOWN = 16


class _Page:
    """Rows of the overview as they are written, one table below the other."""

    def __init__(self, columns: Sequence[ColumnLayout]) -> None:
        self.rows: list[StampedRow] = []
        self._columns = columns

    def line(self, text: str, pattern: int, height: float) -> None:
        self.rows.append(StampedRow((text,), pattern, height))

    def section(self, title: str) -> None:
        self.rows.append(StampedRow((), GAP, 12))
        self.line(title, SECTION, 22)

    def table(
        self, head: tuple[str, ...], body: Sequence[tuple[CellValue, ...]], total: tuple[CellValue, ...] = ()
    ) -> None:
        for part, values in ((_HEAD, head), *((_BODY, row) for row in body), (_TOTAL, total)):
            if values:
                height = max(row_height(values, self._columns), 19.0)
                self.rows.append(StampedRow(values, table_pattern(len(values), part), height))


def overview_rows(
    result: CrossCheck,
    columns: Sequence[ColumnLayout],
    townships: Mapping[str, Sequence[Finding]],
    sheets: Mapping[str, str],
) -> list[StampedRow]:
    """All rows of the first sheet; `sheets` names the sheet of each township's findings."""
    page = _Page(columns)
    page.line(_(WORKBOOK_TITLE), TITLE, 30)
    page.line(_("本文件含完整姓名、证件号和健康信息：只给经办人，不外传，不上网，用后按规定销毁。"), WARNING, 20)
    page.line(_summary(result), SUMMARY, 20)
    _lists(page, result)
    _states(page, result)
    _links(page, result)
    _first_steps(page, result)
    _kinds(page, result)
    _townships(page, townships, sheets)
    _aliases(page, result)
    _answers(page)
    _evidence(page)
    _notices(page, result)
    _program(page, result)
    return page.rows


def _summary(result: CrossCheck) -> str:
    roster, registry = row_counts(result.roster), row_counts(result.registry)
    said = _(
        "花名册 {roster} 行人员，卫健名单 {registry} 行人员，对上 {links} 对（一致 {agree}）；"
        "疑点 {findings} 条：{severities}"
    )
    return said.format(
        roster=f"{roster.people:,}",
        registry=f"{registry.people:,}",
        links=f"{len(result.links):,}",
        agree=f"{sum(not link.kinds and link.state != 'review' for link in result.links):,}",
        findings=f"{len(result.findings):,}",
        severities=_severities(result.findings),
    )


def _lists(page: _Page, result: CrossCheck) -> None:
    page.section(_("一、读了什么"))
    both = (result.roster, result.registry)
    facts: tuple[tuple[str, list[str]], ...] = (
        (_("文件"), [one.table.source.name for one in both]),
        (_("格式"), [one.table.source.format for one in both]),
        (_("文字编码"), [one.table.source.encoding for one in both]),
        (_("工作表"), [_("、").join(one.table.sheets) for one in both]),
        (_("未读的工作表"), [_("、").join(sheet for sheet, _reason in one.table.other_sheets) for one in both]),
        (_("行数"), [f"{one.table.total_rows:,}" for one in both]),
        (_("其中人员行"), [f"{row_counts(one).people:,}" for one in both]),
        (_("范围"), [_scope(one) for one in both]),
        (_("不认识的列（保留未用）"), [_("、").join(one.table.unknown_headers) for one in both]),
        (_("文件指纹 SHA-256（前{count}位）").format(count=_DIGEST_SHOWN), [_digest(one) for one in both]),
    )
    body = [(title, *(value or "—" for value in values)) for title, values in facts if any(values)]
    page.table((_("项目"), *(_(SIDE_NAMES[one.side]) for one in both)), body)


def _scope(one: ListResult) -> str:
    return _("{scope}：{reason}").format(scope=_(SCOPE_NAMES[one.scope]), reason=str(one.scope_reason))


def _digest(one: ListResult) -> str:
    return one.table.source.sha256[:_DIGEST_SHOWN]


def _states(page: _Page, result: CrossCheck) -> None:
    page.section(_("二、每一行的去处（各行相加等于工作表的行数）"))
    roster, registry = row_counts(result.roster), row_counts(result.registry)
    where = {
        "differs": _("各乡镇的疑点表"),
        "review": _("各乡镇的疑点表，标「待判」"),
        "roster_only": _("各乡镇的疑点表"),
        "registry_only": _("各乡镇的疑点表"),
        "duplicate": _("各乡镇的疑点表"),
        "out_of_scope": _("「范围外」表"),
        "no_person": _("「未读入的行」表"),
        "unreadable": _("「未读入的行」表"),
    }
    body: list[tuple[CellValue, ...]] = [
        (
            _(STATE_TITLES[state]),
            _(STATE_MEANINGS[state]),
            where.get(state, ""),
            roster.by_state[state],
            registry.by_state[state],
        )
        for state in STATES
    ]
    agree = roster.adds_up and registry.adds_up
    total: tuple[CellValue, ...] = (
        _("合计"),
        _("与工作表的行数相符") if agree else _("与工作表的行数不符，请报告程序的错误"),
        _("工作表的行数：花名册 {roster}，卫健名单 {registry}").format(
            roster=f"{roster.total:,}", registry=f"{registry.total:,}"
        ),
        sum(roster.by_state.values()),
        sum(registry.by_state.values()),
    )
    sides = (_(SIDE_NAMES[one.side]) for one in (result.roster, result.registry))
    page.table((_("去处"), _("含义"), _("在哪里看"), *sides), body, total)


def _links(page: _Page, result: CrossCheck) -> None:
    page.section(_("三、两边对上的人"))
    states = Counter(link.state for link in result.links)
    body: list[tuple[CellValue, ...]] = [
        (_("自动认定"), _("证据足够，认定是同一个人"), _("不必逐对看"), states["auto"]),
        (_("待判"), _("证据不足，或有两种可能"), _("看证件或打电话，在「结论」列作答"), states["review"]),
    ]
    if states["decided"]:
        body.append((_("已定"), _("以前的结论：是同一个人"), _("不必再看"), states["decided"]))
    page.table((_("配对"), _("含义"), _("怎么办"), _("对数")), body, (_("合计"), "", "", len(result.links)))


def _first_steps(page: _Page, result: CrossCheck) -> None:
    page.section(_("四、先做什么"))
    body: list[tuple[CellValue, ...]] = [
        (_("第{number}步").format(number=number), step.what, step.how, step.count)
        for number, step in enumerate(first_steps(result), 1)
    ]
    if not body:
        body.append(("—", _("没有疑点，不用做什么"), "", 0))
    page.table((_("次序"), _("做什么"), _("怎么做"), _("条数")), body)


def _kind_title(kind: str) -> str:
    return _(KINDS[kind].title)


def _kinds(page: _Page, result: CrossCheck) -> None:
    page.section(_("五、疑点：按严重程度和类别"))
    counts = Counter((finding.severity, finding.kind) for finding in result.findings)
    unsure = Counter((finding.severity, finding.kind) for finding in result.findings if finding.state == "review")
    places = {kind: place for place, kind in enumerate(KINDS)}
    body: list[tuple[CellValue, ...]] = []
    for key in sorted(counts, key=lambda key: (key[0], places[key[1]])):
        severity, kind = key
        known = KINDS[kind]
        who = _("{field}；{unit}，由{office}定").format(
            field=_(FIELD_NAMES[known.field]),
            unit=_(UNITS[known.unit]),
            office=_(OFFICES[known.office]),
        )
        body.append((_kind_title(kind), who, _(known.action), severity, counts[key], unsure[key]))
    total = (_("合计"), _severities(result.findings), "", "", len(result.findings), sum(unsure.values()))
    page.table((_("疑点"), _("哪一项，谁来定"), _("建议"), _("严重程度"), _("条数"), _("其中待判")), body, total)


def _severities(findings: Sequence[Finding]) -> str:
    counts = Counter(finding.severity for finding in findings)
    parts = (f"{severity} {_(meaning)} {counts[severity]:,}" for severity, meaning in SEVERITIES.items())
    return _("；").join(parts)


def _townships(page: _Page, townships: Mapping[str, Sequence[Finding]], sheets: Mapping[str, str]) -> None:
    if not townships:
        return
    page.section(_("六、疑点：按乡镇"))
    body: list[tuple[CellValue, ...]] = []
    for township, findings in townships.items():
        counts = Counter(finding.severity for finding in findings)
        numbers = (counts["A"], counts["B"], counts["C"], len(findings))
        body.append((sheets[township], most(findings), _villages(findings), *numbers))
    everything = [finding for findings in townships.values() for finding in findings]
    counts = Counter(finding.severity for finding in everything)
    total = (_("合计"), "", "", counts["A"], counts["B"], counts["C"], len(everything))
    page.table((_("工作表"), _("主要疑点"), _("疑点多的村"), "A", "B", "C", _("合计")), body, total)


def _villages(findings: Sequence[Finding]) -> str:
    counts = Counter(finding.village for finding in findings if finding.village)
    order = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return _("、").join(f"{village} {count:,}" for village, count in order[:KINDS_NAMED])


def _aliases(page: _Page, result: CrossCheck) -> None:
    if not result.aliases:
        return
    page.section(_("七、学到的村名：证件号相同的人说明是同一个村"))
    body = [(alias.township, alias.roster, alias.registry, alias.votes) for alias in result.aliases]
    page.table((_("乡镇"), _("花名册写作"), _("卫健名单写作"), _("人数")), body)


def _answers(page: _Page) -> None:
    page.section(_("八、怎么作答"))
    page.table(
        (_("结论"), _("意思"), _("什么时候用")),
        [(_(verdict.word), _(verdict.meaning), _(verdict.when)) for verdict in VERDICTS.values()],
    )
    page.line(
        _("在各表黄色的「结论」列选一项，「理由/见到的证件」写清依据。不要删行、改列名或动隐藏的 key 列，以便读回。"),
        GAP,
        20,
    )


def _evidence(page: _Page) -> None:
    page.line(
        _("「依据」里每项有两个数：前一个是与外人比，后一个是与家人比。正数说明像同一个人，负数说明不像，越大越有把握。"),
        GAP,
        20,
    )


def _notices(page: _Page, result: CrossCheck) -> None:
    body: list[tuple[CellValue, ...]] = []
    for one in (result.roster, result.registry):
        for notice in one.table.notices:
            place = notice.sheet
            if notice.row is not None:
                place = _("{sheet} 第{row}行").format(sheet=notice.sheet, row=notice.row).strip()
            body.append((_(SIDE_NAMES[one.side]), notice.what, place))
    body += [(_("核对"), str(note), "") for note in result.notes]
    if body:
        page.section(_("九、要知道的事"))
        page.table((_("名单"), _("提示"), _("位置")), body)


def _program(page: _Page, result: CrossCheck) -> None:
    page.rows.append(StampedRow((), GAP, 12))
    said = _("入户 ruhu {version}；参数：花名册范围 {roster}，卫健名单范围 {registry}。名单和参数相同，清册就相同。")
    scopes = {"roster": _(SCOPE_NAMES[result.roster.scope]), "registry": _(SCOPE_NAMES[result.registry.scope])}
    page.line(said.format(version=program_version(), **scopes), GAP, 18)
