"""The summary of a visit (入户小结) set as one page of lines: what was found, who saw it, who signs."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from casebook.language import _
from exports.layout import Look
from exports.visit_paper import (
    GRID,
    HEAD,
    KNOWN,
    NOTE,
    SECTION,
    TITLE,
    Block,
    Cell,
    Line,
    line,
    signature_lines,
)


@dataclass(frozen=True, slots=True)
class Illness:
    """One disease as confirmed; costs in 分, None where none was noted."""

    name: str
    confirmed: str
    hospital: str
    total: int | None
    own: int | None


@dataclass(frozen=True, slots=True)
class PersonResult:
    name: str
    relation: str
    id_number: str
    status: str
    outcome: str
    illnesses: tuple[Illness, ...]


@dataclass(frozen=True, slots=True)
class AskResult:
    """What was asked and what came of it; `roster` and `registry` are both values, whole."""

    person: str
    field: str
    roster: str
    registry: str
    answer: str
    value: str
    document: str
    note: str


@dataclass(frozen=True, slots=True)
class Summary:
    """`facts` are (label, words) of the household and the visit; `notes` are (kind, question, words): remarks and
    reasons; `history` is (when, who, what, reason). The names of those who sign stand where they are known."""

    title: str
    facts: tuple[tuple[str, str], ...]
    people: tuple[PersonResult, ...]
    asks: tuple[AskResult, ...]
    notes: tuple[tuple[str, str, str], ...]
    history: tuple[tuple[str, str, str, str], ...]
    signers: tuple[tuple[str, str], ...]


SUM = Look(size=9, align="right", line=NOTE.line)
_FACT_SPANS, _FACT_LABEL = (11, 9, 10), 4
_NONE = "—"


def summary_blocks(summary: Summary) -> Iterable[Block]:
    """The lines of the page."""
    yield Block((line(summary.title, TITLE, 28), *_fact_lines(summary.facts)))
    yield _section(_("成员结果"), _people_lines(summary.people))
    if summary.asks:
        yield _section(_("核实的疑点"), _ask_lines(summary.asks))
    if summary.notes:
        yield _section(_("备注和理由"), _table_lines((_("类别"), _("问题"), _("内容")), (4, 9, 17), summary.notes))
    if summary.history:
        titles = (_("时间"), _("经手人"), _("事项"), _("说明"))
        yield _section(_("办理经过"), _table_lines(titles, (7, 5, 6, 12), summary.history))
    yield signature_lines(summary.signers)


def _section(title: str, lines: Iterable[Line]) -> Block:
    return Block((line(title, SECTION, 20), *lines))


def _fact_lines(facts: Sequence[tuple[str, str]]) -> Iterable[Line]:
    """Three facts to a line; the last line is filled by its last fact."""
    for start in range(0, len(facts), len(_FACT_SPANS)):
        part = facts[start : start + len(_FACT_SPANS)]
        cells: list[Cell] = []
        for (label, words), span in zip(part, _FACT_SPANS, strict=False):
            cells += [Cell(label, _FACT_LABEL, HEAD), Cell(words, span - _FACT_LABEL, KNOWN)]
        spare = GRID - sum(cell.span for cell in cells)
        yield Line((*cells[:-1], Cell(cells[-1].text, cells[-1].span + spare, cells[-1].look)))


_PEOPLE_SPANS = (3, 5, 3, 3, 6, 4, 3, 3)


def _people_lines(people: Iterable[PersonResult]) -> Iterable[Line]:
    titles = (
        _("姓名"), _("证件号码"), _("人员状态"), _("结果"), _("疾病（确诊时间）"), _("确诊医院"), _("总费用\n（元）"),
        _("自付\n（元）"),
    )  # fmt: skip
    yield _heads(titles, _PEOPLE_SPANS)
    for person in people:
        ill = person.illnesses
        cells = (
            ("\n".join(text for text in (person.name, person.relation) if text), NOTE),
            (person.id_number, NOTE),
            (person.status or _NONE, NOTE),
            (person.outcome or _NONE, NOTE),
            ("\n".join(f"{one.name}（{one.confirmed}）" if one.confirmed else one.name for one in ill) or _NONE, NOTE),
            ("\n".join(one.hospital or _NONE for one in ill) or _NONE, NOTE),
            (yuan_together([one.total for one in ill]), SUM),
            (yuan_together([one.own for one in ill]), SUM),
        )
        yield Line(tuple(Cell(text, span, look) for (text, look), span in zip(cells, _PEOPLE_SPANS, strict=True)))


def yuan_together(amounts: Iterable[int | None]) -> str:
    """The sum of amounts in 分 as 元; a dash when none is noted.

    >>> yuan_together([120050, None, 50]), yuan_together([None])
    ('1,201.00', '—')
    """
    noted = [amount for amount in amounts if amount is not None]
    if not noted:
        return _NONE
    yuan, cents = divmod(abs(sum(noted)), 100)
    return f"{'-' if sum(noted) < 0 else ''}{yuan:,}.{cents:02}"


_ASK_SPANS = (3, 3, 5, 5, 4, 5, 5)


def _ask_lines(asks: Iterable[AskResult]) -> Iterable[Line]:
    titles = (
        _("姓名"), _("项目"), _("花名册"), _("卫健名单"), _("入户结果"), _("证件上的值"), _("见到的证件、备注"),
    )  # fmt: skip
    rows = [
        (
            one.person, one.field, one.roster or _NONE, one.registry or _NONE, one.answer or _("没有回答"),
            one.value or _NONE, _("；").join(text for text in (one.document, one.note) if text) or _NONE,
        )
        for one in asks
    ]  # fmt: skip
    yield from _table_lines(titles, _ASK_SPANS, rows)


def _table_lines(titles: Sequence[str], spans: Sequence[int], rows: Iterable[Sequence[str]]) -> Iterable[Line]:
    yield _heads(titles, spans)
    for row in rows:
        yield Line(tuple(Cell(text, span, NOTE) for text, span in zip(row, spans, strict=True)))


def _heads(titles: Sequence[str], spans: Sequence[int]) -> Line:
    return Line(tuple(Cell(title, span, HEAD) for title, span in zip(titles, spans, strict=True)))
