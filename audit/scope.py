"""What a list is a list of (名单范围): everybody, the people of 因病 households, or patients. Absence from a list is a
finding only for those it is about (design §1)."""

from __future__ import annotations

from collections.abc import Sequence

from audit.findings import Scope
from audit.records import Record
from casebook.language import N_
from casebook.tables.table import Table
from casebook.texts import Text, text

_EVERYBODY = ("全部人口", "全人群", "全体", "所有人口", "全员")
_HOUSEHOLDS = ("因病户", "因病致贫户", "因病返贫户")
_PATIENTS = ("患者", "病人", "慢病", "大病", "因病", "病种", "核准")
ALMOST_ALL = 0.95


def guess_scope(table: Table, rows: Sequence[Record], partners: Sequence[Record]) -> tuple[Scope, Text]:
    """The scope of a list and the reason in words.

    `partners` are the rows of the other list that were linked to it: a list that names healthy people is no list of
    patients, whatever its title says.
    """
    title = " ".join(block.title for block in table.blocks)
    if any(word in title for word in _EVERYBODY):
        return "people", Text(N_("标题写明全部人口"))
    ill = sum(bool(r.disease) for r in rows)
    if rows and "disease" in table.fields:
        if ill >= ALMOST_ALL * len(rows):
            return "patients", text(N_("{all} 行中有 {ill} 行写了疾病"), all=f"{len(rows):,}", ill=f"{ill:,}")
        if _mostly_by_illness(partners):
            return "households", Text(N_("对上的人几乎都在因病户"))
        return "people", text(N_("只有 {ill} 行写了疾病，共 {all} 行"), ill=f"{ill:,}", all=f"{len(rows):,}")
    told = [r.health.healthy for r in rows if r.health.healthy is not None]
    if told:
        if told.count(False) >= ALMOST_ALL * len(told):
            return "patients", Text(N_("健康状况一栏几乎没有健康的人"))
        if sum(by_illness(r) for r in rows) >= ALMOST_ALL * len(rows):
            return "households", Text(N_("主要致贫原因一栏几乎都是因病"))
        return "people", Text(N_("健康状况一栏有健康的人"))
    if any(word in title for word in _HOUSEHOLDS):
        return "households", Text(N_("标题写明因病户"))
    if any(word in title for word in _PATIENTS):
        return "patients", Text(N_("标题写明患者"))
    return "people", Text(N_("标题和内容都没有限定范围"))


def _mostly_by_illness(partners: Sequence[Record]) -> bool:
    known = [r for r in partners if r.cause]
    return len(known) >= 20 and sum(by_illness(r) for r in known) >= ALMOST_ALL * len(known)


def is_healthy(record: Record) -> bool:
    """健康状况 is 健康, or not known."""
    return record.health.healthy is not False


def by_illness(record: Record) -> bool:
    """主要致贫原因 is 因病."""
    return record.cause[:1] == ("因病",)


def inside(scope: Scope, record: Record) -> bool:
    """Whether a row of the other list is one that a list of this scope should name."""
    if scope == "people":
        return True
    if scope == "patients":
        return bool(record.disease) if record.health.healthy is None else not is_healthy(record)
    return by_illness(record)


def unknowable(scope: Scope, other: Table) -> Text:
    """Why nobody of the other list can be told to be inside this scope; empty when it can be told."""
    if scope == "patients" and not other.fields & {"health", "disease"}:
        return Text(N_("另一份名单没有健康状况一栏，无法判断谁该在患者名单里"))
    if scope == "households" and "cause" not in other.fields:
        return Text(N_("另一份名单没有主要致贫原因一栏，无法判断谁属于因病户"))
    return Text()
