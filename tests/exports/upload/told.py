"""What the casebook says of each person, read without the upload's own code: the XML that was handed in by element
names, the offices' lists by their headers, what was decided by the tables. Oracle of test_read_back.py."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cached_property
from pathlib import Path
from typing import Any
from unicodedata import normalize

from lxml import etree
from openpyxl import load_workbook
from python_calamine import CalamineWorkbook

from casebook.people.idnumber import check_digit
from casebook.store.casebook import Casebook
from casebook.store.facts import decoded

FORM = Path(__file__).parents[3] / "survey_forms" / "forms" / "household.xlsx"
_REPEATS = ("member", "ask", "disease", "treatment", "meta")
_DECIDES = {
    "number": "id_number", "number_form": "id_number", "name": "name", "name_form": "name", "sex": "sex",
    "birth": "birth_date", "relation": "relation", "head": "relation", "size": "household_size",
    "household_code": "household_code", "split": "household_code", "moved": "village", "person_code": "person_code",
}  # fmt: skip
_OF_HOUSEHOLD = ("household_size", "household_code", "village")
_WORDS = {"普通劳动力": "1", "技能劳动力": "2", "丧失劳动力": "3", "无劳动力": "4", "未脱贫": "0", "已脱贫": "1"}
"""The roster's words (domain B3) in the form's codes."""
_RELATIONS = {
    "丈夫": "配偶",
    "父亲": "之父",
    "母亲": "之母",
    "妻": "配偶",
    "夫": "配偶",
    "长子": "之子",
    "次子": "之子",
    "女儿": "之女",
}


@dataclass(frozen=True)
class Told:
    """One person: `home` and `own` are texts by element name, `diseases` the same of each with its treatments; the rows
    of both lists by header; what was decided by list column, with whether it was before the visit was handed in."""

    key: str
    visit: str
    home: Mapping[str, str]
    own: Mapping[str, str]
    diseases: tuple[tuple[Mapping[str, str], tuple[Mapping[str, str], ...]], ...]
    county: str
    roster: Mapping[str, str]
    registry: Mapping[str, str]
    decided: dict[str, tuple[str, bool]]
    open_findings: int
    reviewer: str
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

    def value(
        self, element: str, column: str, roster: str = "", registry: str = "", meant: Callable[[str], str] = str
    ) -> str:
        """A decision, unless the visit corrected it later; else the answer; else the roster's; else the registry's;
        each as `meant` reads it."""
        answer = meant(self.own.get(element, "") or self.home.get(element, ""))
        text, before = self.decided.get(column, ("", False))
        rows = self.mates if column in _OF_HOUSEHOLD else [self]
        lists = [meant(one.roster.get(roster, "")) for one in rows] + [
            meant(one.registry.get(registry, "")) for one in rows
        ]
        corrected = before and answer and answer not in lists
        if column in self.decided and not corrected:
            return meant(text)
        return answer or next(filter(None, lists), "")

    @property
    def name(self) -> str:
        return self.value("person_name", "name", "姓名", "姓名")

    @property
    def number(self) -> str:
        return self.value("person_id_number", "id_number", "证件号码", "公民身份\n号码", _number)

    @property
    def relation(self) -> str:
        return self.value("person_relation", "relation", "与户主关系", "与户主\n关系", _relation)

    @property
    def sex(self) -> str:
        text = self.value("person_sex", "sex", "", "性别")
        return {"男": "1", "女": "2"}.get(text, text) or ("21"[int(self.number[16]) % 2] if self._whole else "")

    @property
    def birth(self) -> str:
        """No list of the invented county has it: where the visit has not, the number tells."""
        born = self.number[6:14] if self._whole else ""
        return self.value("person_birth_date", "birth_date") or "-".join(filter(None, (born[:4], born[4:6], born[6:])))

    @property
    def _whole(self) -> bool:
        return len(self.number) >= 18 and self.number[17] == check_digit(self.number[:17])

    @cached_property
    def treatments(self) -> list[Mapping[str, str]]:
        """All of them, the earliest first."""
        found = [one for _disease, treatments in self.diseases for one in treatments]
        return sorted(found, key=lambda one: one.get("treated_date", ""))

    def money(self, *elements: str) -> Decimal | None:
        """Yuan over all treatments; None where nobody said anything."""
        told = [Decimal(one[name]) for one in self.treatments for name in elements if name in one]
        return sum(told, Decimal(0)) if told else None


def _number(text: str) -> str:
    """Digits and letters, half width; a word such as 未办理 is none, the letters O and L are digits."""
    return re.sub(r"[^0-9A-Z]", "", normalize("NFKC", text).upper()).translate(str.maketrans("OLI", "011"))


def _relation(text: str) -> str:
    return CHOICES["person_relation"].get(text) or _RELATIONS.get(text, text)


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
    known = _Known(book, {"roster": _rows(roster, 3), "registry": _rows(registry, 3)})
    found: list[Told] = []
    passed = book.connection.execute(
        "SELECT v.id, v.submission, e.clock, b.content FROM visit v JOIN envelope e ON e.id = v.submission "
        "JOIN body b ON b.arrival = e.arrival WHERE v.state IN ('passed', 'reported')"
    ).fetchall()
    for visit, submission, clock, content in passed:
        root = etree.fromstring(decoded(content)["xml"].encode())
        home = _leaves(root)
        mates: list[Told] = []
        for number, member in enumerate(root.findall("member"), 1):
            if own := _leaves(member):
                key = own.get("person_id") or f"{visit}:{number}"
                told = known.of(own.get("person_id", ""), clock)
                diseases = tuple(_diseases(member))
                mates.append(Told(key, visit, home, own, diseases, *told, known.reviewers[submission], mates=mates))
        common: dict[str, tuple[str, bool]] = {}
        for one in mates:
            common |= {column: told for column, told in one.decided.items() if column in _OF_HOUSEHOLD}
        for one in mates:
            one.decided.update(common)
        found += mates
    return found


class _Known:
    """What the lists, the joins and the decisions say of a person."""

    def __init__(self, book: Casebook, sheets: Mapping[str, Mapping[int, Mapping[str, str]]]) -> None:
        def query(sql: str) -> list[Any]:
            return book.connection.execute(sql).fetchall()

        rows = query("SELECT side, person, sheet_row FROM listed WHERE person <> '' ORDER BY sheet_row DESC")
        self._listed = {(side, person): sheets[side][row] for side, person, row in rows}
        self._joined: defaultdict[str, list[str]] = defaultdict(list)
        for one, other in query("SELECT roster, registry FROM joined"):
            self._joined[one].append(other)
        self._unsettled = Counter(
            query(
                "SELECT p.side, p.person FROM finding_person p JOIN finding f ON f.id = p.finding "
                "WHERE f.severity = 'A' AND f.status <> 'settled'"
            )
        )
        self.reviewers = dict(
            query("SELECT submission, author FROM visit_step WHERE step = 'pass' AND at = 'county' AND kind = 'review'")
        )
        self._decisions = _decisions(book)
        places = {
            row.get("县(市、区、旗)", "") for row in sheets["roster"].values() if row.get("人编号", "").isdecimal()
        }
        (self._county,) = places

    def of(self, person: str, clock: int) -> tuple[str, Mapping[str, str], Mapping[str, str], Any, int]:
        """County, both rows, what was decided with whether before the clock, open findings of severity A."""
        pairs = [("roster", person), ("registry", person), *(("registry", one) for one in self._joined.get(person, ()))]
        pairs = [pair for pair in pairs if pair in self._listed]
        rows = {side: self._listed[side, one] for side, one in reversed(pairs)}
        ruled = {column: (text, when < clock) for column, (text, when) in _ruled(pairs, self._decisions).items()}
        open_ones = sum(self._unsettled[pair] for pair in pairs)
        return self._county, rows.get("roster", {}), rows.get("registry", {}), ruled, open_ones


def _diseases(member: Any) -> Iterator[tuple[Mapping[str, str], tuple[Mapping[str, str], ...]]]:
    for disease in member.findall("disease"):
        treatments = tuple(filter(None, map(_leaves, disease.findall("treatment"))))
        own = _leaves(disease)
        if own or treatments:
            yield own, treatments
