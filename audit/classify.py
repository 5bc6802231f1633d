"""What is wrong with a linked pair: the kinds of the vocabulary, each with the side that is wrong."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from audit.case import Case
from audit.compare import Rates
from audit.findings import Side, Wrong
from audit.household_changes import head_changed, split
from audit.households import members
from audit.matches import Match
from audit.numbers import NumberRelation, relate
from audit.records import Record
from casebook.people.idnumber import IdNumber
from casebook.people.names import Name, compare_names

Kinds = dict[str, Wrong]

_FORM_KINDS = {
    "id15": "id_15",
    "id20": "id_20",
    "precision": "id_precision",
    "scientific": "id_sci",
    "masked": "id_masked",
    "blank": "id_blank",
    "placeholder": "id_placeholder",
}
_FORMAT_FAULTS = {"space", "bracket", "zero_width", "width", "digits"}
_SIDE_OF: dict[str, Side] = {"left": "registry", "right": "roster"}
"""The sides of a number's relation: the registry's number is always the first."""


@dataclass(frozen=True, slots=True)
class _Surroundings:
    """What the kinds of a pair depend on beside its two rows.

    Households are those of the roster, by their numbers; `registry_of` leads from a roster row to the registry row of
    its main pair, `several_rows` are places in `Linking.matches`, `columns` the fields of each list.
    """

    registry_of: Mapping[int, int]
    head_changed: frozenset[int]
    split: frozenset[int]
    person_codes: frozenset[tuple[int, str]]
    several_rows: frozenset[int]
    columns: Mapping[Side, frozenset[str]]


def kinds_of_pairs(case: Case) -> list[Kinds]:
    """The kinds of each of `case.linking.matches`, in their order; empty for a clean pair."""
    near = _surroundings(case)
    return [_pair_kinds(case, near, place, match) for place, match in enumerate(case.linking.matches)]


def _surroundings(case: Case) -> _Surroundings:
    matches, homes = case.linking.matches, case.holders.roster_households
    registry_of = {m.roster: m.registry for m in matches if m.main}
    of_home = members(homes)
    registry_rows, roster_rows = Counter(m.registry for m in matches), Counter(m.roster for m in matches)
    return _Surroundings(
        registry_of,
        head_changed(case, of_home, registry_of),
        split(case, of_home),
        frozenset((homes[record.index], record.person) for record in case.roster.records),
        frozenset(i for i, m in enumerate(matches) if registry_rows[m.registry] > 1 or roster_rows[m.roster] > 1),
        {listed.side: listed.table.fields for listed in (case.roster, case.registry)},
    )


def _pair_kinds(case: Case, near: _Surroundings, place: int, match: Match) -> Kinds:
    left, right = case.registry.records[match.registry], case.roster.records[match.roster]
    rates = case.linking.rates
    kinds: Kinds = {}
    relation = _number_kinds(kinds, left, right, rates, near)
    _name_kinds(kinds, left, right, rates, near)
    _sex_kind(kinds, left, right, relation)
    _birth_kind(kinds, left, right)
    if place in near.several_rows:
        kinds["dup"] = "unknown"
    home, there = rates.places.roster[right.village], rates.places.registry[left.village]
    if home[1] and there[1] and home != there:
        kinds["hh_moved"] = "unknown"
    if left.size and right.size and left.size != right.size:
        kinds["hh_size"] = "unknown"
    if match.main:
        _household_kinds(kinds, left, right, rates, near)
    elif rates.holders.roster_households[match.roster] in near.head_changed:
        kinds["head_swapped"] = "unknown"
    for kind in remark_kinds(left) | remark_kinds(right):
        kinds[kind] = "unknown"
    if (match.registry, match.roster) in case.linking.ambiguous:
        kinds["ambiguous"] = "unknown"
    return kinds


_DIED = "死亡|病故|去世|已故|身故|亡故|过世|销户"
_MARRIED = "外嫁|嫁出|婚嫁|出嫁|婚迁|远嫁"
_RELATIVE = (
    "[父母夫妻子女儿媳婿孙兄弟姐妹哥嫂爷奶公婆]|父亲|母亲|爸爸|妈妈|丈夫|妻子|配偶|爱人|老[公婆伴]|女儿|儿子|姑娘|双亲"
)
_BETWEEN = r"(?:[已于在因]|去年|今年|[\d\s年月日.\-/]|生?病)*"
_OF_A_RELATIVE = re.compile(f"(?:{_RELATIVE}){_BETWEEN}(?:{_DIED}|{_MARRIED})|未死亡")
"""A remark about somebody else: 丈夫2016年病故, 女儿已出嫁."""
_BECAME = {"deceased": re.compile(_DIED), "married_out": re.compile(_MARRIED)}


def remark_kinds(record: Record) -> set[str]:
    """What the remark says became of the person (not of a relative): deceased, married_out."""
    if not record.remark:
        return set()
    own = _OF_A_RELATIVE.sub("", record.remark)
    return {kind for kind, words in _BECAME.items() if words.search(own)}


def _number_kinds(kinds: Kinds, left: Record, right: Record, rates: Rates, near: _Surroundings) -> NumberRelation:
    a, b = left.number, right.number
    sides: tuple[tuple[IdNumber, Side], ...] = ((a, "registry"), (b, "roster"))
    for number, side in sides:
        if number.faults:
            _add(kinds, "id_format", side)
        kind = _FORM_KINDS.get(number.form)
        if kind and "id_number" in near.columns[side]:
            _add(kinds, kind, side)
    relation = relate(a, b)
    if relation.kind and relation.kind not in kinds:
        kinds[relation.kind] = _SIDE_OF[relation.wrong] if relation.wrong else "unknown"
    if relation.level == "different" and not kinds.keys() & set(_FORM_KINDS.values()):
        kinds["id_multi"] = "registry" if b.key else "roster" if a.key else "unknown"
    if relation.level == "valid_other":
        borrowed = rates.holders.borrowed(left, right)
        if borrowed is None:
            kinds["id_valid_other"] = "unknown"
        elif borrowed.whose == "of_member" and _swapped(left, right, rates, near):
            kinds["id_swapped"] = "unknown"
        else:
            kinds["id_" + borrowed.whose] = borrowed.wrong
    return relation


def _swapped(left: Record, right: Record, rates: Rates, near: _Surroundings) -> bool:
    """Whether the member who holds the other's number carries this one's (两人互换)."""
    holders = rates.holders
    for other in holders.roster_by_number.get(left.number.key, ()):
        if holders.roster_households[other] != holders.roster_households[right.index]:
            continue
        partner = near.registry_of.get(other)
        if partner is not None and holders.registry[partner].number.key == right.number.key:
            return True
    return False


def _name_kinds(kinds: Kinds, left: Record, right: Record, rates: Rates, near: _Surroundings) -> None:
    a, b = left.name, right.name
    sides: tuple[tuple[Name, Side], ...] = ((a, "registry"), (b, "roster"))
    level = compare_names(b, a)
    if level == "same":
        return
    if level == "blank":
        for name, side in sides:
            if name.wild:
                _add(kinds, "name_rare", side)
            elif not name.text and "name" in near.columns[side]:
                _add(kinds, "name_missing", side)
        return
    if level not in ("dot", "format"):
        misnamed = rates.holders.misnamed(left, right) if level in ("other", "different") else None
        if misnamed:
            kinds["name_of_member"] = misnamed
        elif level in ("missing", "extra"):
            _length_kind(kinds, a, b, rates)
        elif level == "rare":
            kinds["name_rare"] = "registry" if a.wild or len(a.text) < len(b.text) else "roster"
        else:
            kinds["name_" + level] = "unknown"
    for name, side in sides:
        if set(name.faults) & _FORMAT_FAULTS and not (name.wild and name.faults == ("width",)):
            _add(kinds, "name_format", side)
        if "dot" in name.faults:
            _add(kinds, "name_dot", side)
    if a.dots != b.dots and "name_dot" not in kinds and level != "different":
        kinds["name_dot"] = "registry" if a.dots < b.dots else "roster"


_KNOWN_SURNAME = 0.001
"""Share of the roster's rows from which a surname counts as one of the county."""


def _length_kind(kinds: Kinds, left: Name, right: Name, rates: Rates) -> None:
    """A Han name of four characters, under a surname of the county, is commonly one too many; else the shorter one
    lacks a character."""
    short, long = (left, right) if len(left.text) < len(right.text) else (right, left)
    longer_side: Side = "roster" if long is right else "registry"
    han = len(long.surname) == 1 and rates.surnames.get(long.surname, 0) > _KNOWN_SURNAME * rates.size
    if len(short.text) == 3 and len(long.text) == 4 and han:
        kinds["name_extra"] = longer_side
    else:
        kinds["name_missing"] = "registry" if longer_side == "roster" else "roster"


def _sex_kind(kinds: Kinds, left: Record, right: Record, relation: NumberRelation) -> None:
    """Sex by the columns; a column against digit 17 of the number where the pair's number is not in doubt."""
    told = ""
    if relation.level in ("same", "near", "partial", "unknown"):
        told = "" if relation.wrong == "left" else left.number.sex
        told = told or ("" if relation.wrong == "right" else right.number.sex)
    if left.sex and right.sex:
        if left.sex != right.sex:
            kinds["sex_wrong"] = "unknown" if not told else "registry" if left.sex != told else "roster"
    elif told and (left.sex or right.sex) not in ("", told):
        kinds["sex_wrong"] = "registry" if left.sex else "roster"


def _birth_kind(kinds: Kinds, left: Record, right: Record) -> None:
    """A birth date of its own column against digits 7 to 14 of the row's sound number."""
    sides: tuple[tuple[Record, Side], ...] = ((left, "registry"), (right, "roster"))
    for record, side in sides:
        if record.number.key and record.number.birth and record.birth != record.number.birth:
            _add(kinds, "birth_wrong", side)


def _household_kinds(kinds: Kinds, left: Record, right: Record, rates: Rates, near: _Surroundings) -> None:
    """Relation, household code and person code of a main pair."""
    home = rates.holders.roster_households[right.index]
    if home in near.head_changed:
        kinds["head_swapped"] = "unknown"
    elif left.relation.code and right.relation.code and left.relation.code != right.relation.code:
        kinds["relation_typo"] = "unknown"
    if home in near.split:
        kinds["hh_split"] = "unknown"
    elif left.household and right.household and left.household != right.household:
        kinds["hh_code_stale"] = "registry"
    if left.person and right.person and left.person != right.person:
        kinds["code_of_member" if (home, left.person) in near.person_codes else "pid_stale"] = "registry"


def _add(kinds: Kinds, kind: str, side: Side) -> None:
    kinds[kind] = side if kinds.get(kind, side) == side else "both"
