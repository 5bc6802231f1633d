"""What `ruhu check` says at the end: where every row went, the biggest kinds, what to do first."""

from __future__ import annotations

from collections import Counter

from audit.findings import SCOPE_NAMES, SIDE_NAMES, CrossCheck, Finding, ListResult
from audit.kinds import KINDS
from casebook.language import _
from exports.first_steps import first_steps
from exports.row_counts import STATE_TITLES, STATES, row_counts
from tui.commands.cells import cell_width, pad
from tui.commands.sentences import listed

_BIGGEST = 5
_NUMBERS = 12  # cells of a number column


def summary_lines(result: CrossCheck) -> list[str]:
    """The summary, one text a line, in the user's language. No names, no numbers of persons."""
    lines = [_list_line(result.roster), _list_line(result.registry), ""]
    lines += _state_table(result)
    lines += ["", *_findings(result.findings), *_first_step(result), *_notices(result)]
    return lines


def _list_line(side: ListResult) -> str:
    sheets = listed(sheet for sheet in side.table.sheets if sheet)  # a csv has none
    file = side.table.source.name
    return _("{title}：{file}，范围：{scope}（{reason}）").format(
        title=_(SIDE_NAMES[side.side]),
        file=_("{file}（{sheets}）").format(file=file, sheets=sheets) if sheets else file,
        scope=_(SCOPE_NAMES[side.scope]),
        reason=str(side.scope_reason),
    )


def _state_table(result: CrossCheck) -> list[str]:
    roster, registry = row_counts(result.roster), row_counts(result.registry)
    titles = {state: _(title) for state, title in STATE_TITLES.items()}
    first = max(cell_width(text) for text in [*titles.values(), _("表中行数")]) + 2
    rows = [("", *(_(SIDE_NAMES[one.side]) for one in (result.roster, result.registry)))]
    rows += [(titles[state], f"{roster.by_state[state]:,}", f"{registry.by_state[state]:,}") for state in STATES]
    rows.append((_("表中行数"), f"{roster.total:,}", f"{registry.total:,}"))
    return [
        pad(name, first) + pad(left, _NUMBERS, right=True) + pad(right, _NUMBERS, right=True)
        for name, left, right in rows
    ]


def _findings(findings: tuple[Finding, ...]) -> list[str]:
    if not findings:
        return [_("没有疑点。")]
    severities = Counter(finding.severity for finding in findings)
    kinds = Counter(finding.kind for finding in findings)
    lines = [
        _("疑点 {total} 条：A 类 {a}（关系钱和资格），B 类 {b}（身份信息），C 类 {c}（格式）。").format(
            total=f"{len(findings):,}", a=f"{severities['A']:,}", b=f"{severities['B']:,}", c=f"{severities['C']:,}"
        ),
        _("最多的几类："),
    ]
    for kind, count in kinds.most_common(_BIGGEST):
        known = KINDS[kind]
        title = _("{title}（{kind}）").format(title=_(known.title), kind=kind)
        lines.append(f"{count:>8,}  {known.severity}  {title}")
    return lines


def _first_step(result: CrossCheck) -> list[str]:
    """The first step of the findings workbook."""
    return [
        _("先做：{what}（{count} 条）。{how}").format(what=step.what, count=f"{step.count:,}", how=step.how)
        for step in first_steps(result)[:1]
    ]


def _notices(result: CrossCheck) -> list[str]:
    lines = []
    for side in (result.roster, result.registry):
        name = side.table.source.name
        several = len(side.table.sheets) > 1
        lines += [
            _("注意：{file}：{what}").format(
                file=f"{name} › {notice.sheet}" if several and notice.sheet else name, what=notice.what
            )
            for notice in side.table.notices
        ]
        lines += [
            _("注意：{file}：未读工作表「{sheet}」：{reason}").format(file=name, sheet=sheet, reason=reason)
            for sheet, reason in side.table.other_sheets
        ]
        if side.table.unknown_headers:
            headers = listed(side.table.unknown_headers)
            text = _("注意：{file}：含义不明的列照样保留：{headers}（可用 --map 指定）")
            lines.append(text.format(file=name, headers=headers))
    return lines + [_("注意：{what}").format(what=str(note)) for note in result.notes]
