"""What the casebook says of each person, read without the upload's own code: the XML that was handed in by element
names, the offices' lists by their headers, what was decided by the tables. Oracle of test_read_back.py."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any

from lxml import etree
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from casebook.store.casebook import Casebook
from casebook.store.facts import decoded

FORM = Path(__file__).parents[3] / "survey_forms" / "forms" / "household.xlsx"
_REPEATS = ("member", "ask", "disease", "treatment", "meta")
_DECIDES = {
    "number": "id_number", "number_form": "id_number", "name": "name", "name_form": "name", "sex": "sex",
    "birth": "birth_date", "relation": "relation", "head": "relation", "size": "household_size",
    "household_code": "household_code", "moved": "village", "person_code": "person_code",
}  # fmt: skip
_OF_HOUSEHOLD = ("household_size", "household_code", "village")
_WORDS = {"普通劳动力": "1", "技能劳动力": "2", "丧失劳动力": "3", "无劳动力": "4", "未脱贫": "0", "已脱贫": "1"}
"""The roster's words (domain B3) in the form's codes."""
_RELATIONS = {"丈夫": "配偶", "父亲": "之父", "母亲": "之母", "妻": "配偶", "夫": "配偶", "长子": "之子", "次子": "之子", "女儿": "之女"}


@dataclass(frozen=True)
class Told:
    """One person: `home` and `own` are texts by element name, `diseases` the same of each with its treatments; the rows
    of both lists by header; what was decided by list column, with whether it was before the visit was handed in."""

    key: str
    visit: str
    place: tuple[str, str, str]
    home: Mapping[str, str]
    own: Mapping[str, str]
    diseases: tuple[tuple[Mapping[str, str], tuple[Mapping[str, str], ...]], ...]
    roster: Mapping[str, str]
    registry: Mapping[str, str]
    decided: Mapping[str, tuple[str, bool]]
    reviewer: str
    open_findings: int
    mates: list[Told] = field(default_factory=list, repr=False, compare=False)

    @property
    def added(self) -> bool:
        return not self.own.get("person_id")

    @property
    def here(self) -> bool:
        return self.added or self.own.get("person_status") == "1"

    @property
    def outcome(self) -> str:
        return self.own.get("person_outcome", "")

    def listed(self, roster: str, registry: str = "") -> str:
        return self.roster.get(roster, "") or (self.registry.get(registry, "") if registry else "")

    def value(self, element: str, column: str, roster: str = "", registry: str = "") -> str:
        """A decision, unless the visit corrected it later; else the answer; else the roster's; else the registry's."""
        answer = self.own.get(element, "") or self.home.get(element, "")
        lists = (self.roster.get(roster, ""), self.registry.get(registry, ""))
        text, before = self.decided.get(column, ("", False))
        corrected = before and answer and not any(one and _plain(one) == _plain(answer) for one in lists)
        if column in self.decided and not corrected:
            return text
        return answer or next(filter(None, lists), "")

    @property
    def name(self) -> str:
        return self.value("person_name", "name", "姓名", "姓名")

    @property
    def number(self) -> str:
        return _plain(self.value("person_id_number", "id_number", "证件号码", "公民身份\n号码"))

    @property
    def relation(self) -> str:
        text = self.value("person_relation", "relation", "与户主关系", "与户主\n关系")
        return CHOICES["person_relation"].get(text) or _RELATIONS.get(text, text)

    @property
    def sex(self) -> str:
        text = self.value("person_sex", "sex", "", "性别")
        return {"男": "1", "女": "2"}.get(text, text)

    @cached_property
    def treatments(self) -> list[Mapping[str, str]]:
        """All of them, the earliest first."""
        found = [one for _disease, treatments in self.diseases for one in treatments]
        return sorted(found, key=lambda one: one.get("treated_date", ""))

    def money(self, *elements: str) -> Decimal | None:
        """Yuan over all treatments; None where nobody said anything."""
        told = [Decimal(one[name]) for one in self.treatments for name in elements if name in one]
        return sum(told, Decimal(0)) if told else None


def _plain(text: str) -> str:
    return re.sub(r"[^0-9A-Z\u4e00-\u9fff·]", "", text.upper())


def _form() -> dict[str, dict[str, str]]:
    """Labels by code of each question that offers some, out of the shipped form."""
    book = load_workbook(FORM, read_only=True)
    lists: defaultdict[str, dict[str, str]] = defaultdict(dict)
    rows = book["choices"].iter_rows(values_only=True)
    header = next(rows)
    label = next(place for place, title in enumerate(header) if title and str(title).startswith("label::中文"))
    for row in rows:
        if row[0]:
            lists[str(row[0])][str(row[1])] = str(row[label])
    asked = [row[:2] for row in book["survey"].iter_rows(min_row=2, values_only=True) if row[0] and row[1]]
    return {str(name): lists[str(kind).split()[1]] for kind, name in asked if str(kind).startswith("select")}


CHOICES = _form()


def _leaves(element: Any) -> dict[str, str]:
    """Filled texts by element name, those of repeats inside left out."""
    found: dict[str, str] = {}
    for child in element:
        if child.tag not in _REPEATS:
            if len(child):
                found |= _leaves(child)
            elif child.text and child.text.strip():
                found[child.tag] = child.text.strip()
    return found


def _rows(path: Path, header_row: int) -> dict[int, dict[str, str]]:
    """The cells of a list by 1-based sheet row and header, as text."""
    sheet = CalamineWorkbook.from_path(path).get_sheet_by_index(0).to_python()
    header = [str(title) for title in sheet[header_row - 1]]
    return {
        number: {title: _text(cell) for title, cell in zip(header, row, strict=True) if _text(cell)}
        for number, row in enumerate(sheet, 1)
    }


def _text(cell: object) -> str:
    if isinstance(cell, float) and cell == int(cell):
        return str(int(cell))
    return str(cell).strip()


def _decisions(book: Casebook) -> dict[tuple[str, str], dict[str, tuple[int, int, str, list[list[str]]]]]:
    """The latest settled decision on each column of each person: clock, verdict, text on the document, its basis."""
    found: defaultdict[tuple[str, str], dict[str, Any]] = defaultdict(dict)
    sql = (
        "SELECT f.question, f.basis, d.verdict, d.value, d.clock FROM finding f JOIN decision d ON d.id = f.decision "
        "WHERE f.status = 'settled' AND d.verdict <= 4 ORDER BY d.clock"
    )
    for question, basis, verdict, value, clock in book.connection.execute(sql).fetchall():
        if question in _DECIDES:
            column = _DECIDES[question]
            told = [one for one in decoded(basis) if one[2] == column]
            for side, person, _field, _text in told:
                found[side, person][column] = (clock, verdict, value, told)
    return found


def _ruled(pairs: list[tuple[str, str]], decisions: Mapping[Any, Any]) -> dict[str, tuple[str, int]]:
    found: dict[str, tuple[str, int]] = {}
    for pair in pairs:
        for column, (clock, verdict, value, told) in decisions.get(pair, {}).items():
            own = {side: text.strip() for side, person, _field, text in told if (side, person) in pairs}
            text = {1: own.get("roster", ""), 2: own.get("registry", ""), 3: value, 4: ""}[verdict]
            if (text or verdict == 4) and found.get(column, ("", 0))[1] <= clock:
                found[column] = text, clock
    return found


def people(book: Casebook, roster: Path, registry: Path) -> list[Told]:
    """Everyone of the passed visits."""
    sheets = {"roster": _rows(roster, 3), "registry": _rows(registry, 3)}
    query = book.connection.execute
    listed = {(side, person): sheets[side][row] for side, person, row in query(
        "SELECT side, person, sheet_row FROM listed WHERE person <> '' ORDER BY sheet_row DESC").fetchall()}  # fmt: skip
    joined: defaultdict[str, list[str]] = defaultdict(list)
    for one, other in query("SELECT roster, registry FROM joined").fetchall():
        joined[one].append(other)
    unsettled: defaultdict[tuple[str, str], int] = defaultdict(int)
    for side, person in query(
        "SELECT p.side, p.person FROM finding_person p JOIN finding f ON f.id = p.finding "
        "WHERE f.severity = 'A' AND f.status <> 'settled'"
    ).fetchall():
        unsettled[side, person] += 1
    reviewers = dict(query(
        "SELECT submission, author FROM visit_step WHERE kind = 'review' AND step = 'pass' AND at = 'county'"
    ).fetchall())  # fmt: skip
    decisions = _decisions(book)
    found: list[Told] = []
    passed = query(
        "SELECT v.id, v.submission, v.township, v.village, v.household, e.clock, b.content FROM visit v "
        "JOIN envelope e ON e.id = v.submission JOIN body b ON b.arrival = e.arrival WHERE v.state IN ('passed', 'reported')"
    ).fetchall()
    for visit, submission, township, village, household, clock, content in passed:
        root = etree.fromstring(decoded(content)["xml"].encode())
        home = _leaves(root)
        mates: list[Told] = []
        for number, member in enumerate(root.findall("member"), 1):
            own = _leaves(member)
            if not own:
                continue
            person = own.get("person_id", "")
            pairs = [("roster", person), ("registry", person), *(("registry", one) for one in joined.get(person, ()))]
            pairs = [pair for pair in pairs if pair in listed]
            ruled = _ruled(pairs, decisions)
            mates.append(
                Told(
                    key=person or f"{visit}:{number}", visit=visit, place=(township, village, household),
                    home=home, own=own, diseases=tuple(_diseases(member)),
                    roster=next((listed[pair] for pair in pairs if pair[0] == "roster"), {}),
                    registry=next((listed[pair] for pair in pairs if pair[0] == "registry"), {}),
                    decided={column: (text, when < clock) for column, (text, when) in ruled.items()},
                    reviewer=reviewers[submission], open_findings=sum(unsettled[pair] for pair in pairs), mates=mates,
                )  # fmt: skip
            )
        common: dict[str, tuple[str, bool]] = {}
        for one in mates:
            common |= {column: told for column, told in one.decided.items() if column in _OF_HOUSEHOLD}
        for one in mates:
            one.decided.update(common)  # type: ignore[attr-defined]
        found += mates
    return found


def _diseases(member: Any) -> Iterator[tuple[Mapping[str, str], tuple[Mapping[str, str], ...]]]:
    for disease in member.findall("disease"):
        treatments = tuple(filter(None, map(_leaves, disease.findall("treatment"))))
        own = _leaves(disease)
        if own or treatments:
            yield own, treatments
