"""One registry row against one roster row: the evidence against a stranger and against another family member."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from math import log2

from audit import weights
from audit.findings import Line
from audit.holders import Holders
from audit.numbers import relate
from audit.places import Places
from audit.records import Record
from casebook.people.names import compare_names


@dataclass(frozen=True, slots=True)
class Rates:
    """How common names, surnames, villages and relations are in the roster, and which place a village's name means.

    `size` is the number of roster rows. A place is the roster's (township, village) in canonical form. `shifts` are
    bits to add to a field and level, learned from this county.
    """

    size: int
    names: Mapping[str, int]
    surnames: Mapping[str, int]
    villages: Mapping[tuple[str, str], int]
    relations: Mapping[str, int]
    places: Places
    holders: Holders
    shifts: Mapping[tuple[str, str], float] = field(default_factory=dict)

    @property
    def prior(self) -> float:
        """Bits of a registry row and a roster row being one person before anything is compared."""
        return -log2(self.size)


def measure(roster: Sequence[Record], places: Places, holders: Holders) -> Rates:
    """The frequencies of a roster, without shifts."""
    return Rates(
        size=max(len(roster), 1),
        names=Counter(r.name.text for r in roster),
        surnames=Counter(r.name.surname for r in roster),
        villages=Counter(places.roster[r.village] for r in roster),
        relations=Counter(r.relation.code for r in roster),
        places=places,
        holders=holders,
    )


_bits = weights.bits
_NUMBER_SOUND = {level: _bits(shares) for level, shares in weights.NUMBER_SOUND.items()}
_NUMBER_DAMAGED = {level: _bits(shares) for level, shares in weights.NUMBER_DAMAGED.items()}
_NUMBER_BOTH = {level: _bits(shares) for level, shares in weights.NUMBER_BOTH_DAMAGED.items()}
_NAME = {(lv, n): _bits(shares) for lv, by in weights.NAME_BY_LENGTH.items() for n, shares in by.items()}
_NAME_ONE_OFF = {key: _bits(shares) for key, shares in weights.NAME_ONE_OFF.items()}
_NAME_OF_MEMBER = _bits(weights.NAME_OF_MEMBER)
_NAME_DIFFERENT = _bits(weights.NAME_DIFFERENT)
_SEX = {level: _bits(shares) for level, shares in weights.SEX.items()}
_BIRTH = {level: _bits(shares) for level, shares in weights.BIRTH.items()}
_PERSON = {level: _bits(shares) for level, shares in weights.PERSON_CODE.items()}
_SIZE = {level: _bits(shares) for level, shares in weights.SIZE.items()}
_PLACE = {level: _bits(shares) for level, shares in weights.PLACE.items()}
_CODE_DIFFERS = _bits(weights.HOUSEHOLD_CODE_DIFFERS)
_PHONE_DIFFERS = _bits(weights.PHONE_DIFFERS)
_RELATION_DIFFERS = {unique: _bits(shares) for unique, shares in weights.RELATION_DIFFERS.items()}
_HEAD_SPOUSE = _bits(weights.RELATION_HEAD_SPOUSE)


def weigh(registry: Record, roster: Record, rates: Rates) -> list[Line]:
    """All evidence of a pair; identity first, then what only speaks for household and circumstances."""
    lines = [_number(registry, roster, rates), _name(registry, roster, rates)]
    if not (registry.number.key and roster.number.key):
        birth = _birth(registry, roster, lines[0][1])
        if birth:
            lines.append(birth)
    if registry.person and roster.person:
        level = "same" if registry.person == roster.person else "different"
        lines.append(("person_code", level, *_PERSON[level]))
    left, right = registry.sex or _told_sex(registry, roster), roster.sex or _told_sex(roster, registry)
    if left and right:
        level = "same" if left == right else "different"
        lines.append(("sex", level, *_SEX[level]))
    relation = _relation(registry, roster, rates)
    if relation:
        lines.append(relation)
    lines.extend(_household(registry, roster, rates))
    return _shifted(lines, rates.shifts) if rates.shifts else lines


_OF_HOUSEHOLD = ("household_code", "household_size", "village")
"""What a family shares: seen more or less often, it still says nothing for the person against the family."""


def _shifted(lines: Sequence[Line], shifts: Mapping[tuple[str, str], float]) -> list[Line]:
    found = []
    for name, level, stranger, family in lines:
        by = shifts.get((name, level), 0.0)
        found.append((name, level, stranger + by, family if name in _OF_HOUSEHOLD else family + by))
    return found


def _number(registry: Record, roster: Record, rates: Rates) -> Line:
    left, right = registry.number, roster.number
    level: str = relate(left, right).level
    if level == "unknown":
        return ("id_number", level, 0.0, 0.0)
    if level == "valid_other":
        borrowed = rates.holders.borrowed(registry, roster)
        level = borrowed.whose if borrowed else "valid_other"
        return ("id_number", level, *_NUMBER_SOUND[level])
    if level == "same":
        return ("id_number", level, *_NUMBER_SOUND[level])
    table = _NUMBER_DAMAGED if left.key or right.key else _NUMBER_BOTH
    return ("id_number", level, *table.get(level, (0.0, 0.0)))


def _name(registry: Record, roster: Record, rates: Rates) -> Line:
    left, right = registry.name, roster.name
    level = compare_names(right, left)
    if level == "blank":
        return ("name", level, 0.0, 0.0)
    if level in ("same", "dot", "format"):
        count = max(rates.names.get(right.text, 0), rates.names.get(left.text, 0), 1)
        same, family = weights.NAME_SAME
        return ("name", level, log2(same * rates.size / count), log2(same / family))
    if level != "variant" and rates.holders.misnamed(registry, roster):
        return ("name", "of_member", *_NAME_OF_MEMBER)
    length = min(max(len(left.text), len(right.text), 2), 4)
    surname_kept = left.text[:1] == right.text[:1]
    if level == "other":
        return ("name", level, *_NAME_ONE_OFF[surname_kept, length])
    if level == "different":
        if not surname_kept:
            return ("name", level, *_NAME_DIFFERENT)
        share = max(rates.surnames.get(right.surname, 1), 1) / rates.size
        same, family = weights.NAME_DIFFERENT_SURNAME_KEPT
        return ("name", level, log2(same / max(share, 0.002)), log2(same / family))
    return ("name", level, *_NAME[level, length])


def _birth(registry: Record, roster: Record, number_level: str) -> Line | None:
    """The birth date speaks for itself only where the numbers say nothing (one blank, or a column of its own)."""
    if number_level not in ("unknown", "area") or not (registry.birth and roster.birth):
        return None
    level = "same" if registry.birth == roster.birth else "different"
    return ("birth_date", level, *_BIRTH[level])


def _told_sex(record: Record, other: Record) -> str:
    """The sex that a row's number tells, for a row without one, beside a row whose column its own number does not
    bear out: else digit 17 would only repeat what the numbers say."""
    return record.number.sex if other.sex and other.sex != other.number.sex else ""


def _relation(registry: Record, roster: Record, rates: Rates) -> Line | None:
    left, right = registry.relation, roster.relation
    if not left.code or not right.code:
        return None
    if left.code == right.code:
        same, family = weights.RELATION_SAME[right.unique]
        share = max(rates.relations.get(right.code, 1), 1) / rates.size
        return ("relation", "same", log2(same / max(share, 0.005)), log2(same / family))
    if {left.code, right.code} == {"01", "02"}:
        return ("relation", "head_spouse", *_HEAD_SPOUSE)
    return ("relation", "different", *_RELATION_DIFFERS[left.unique or right.unique])


def _household(registry: Record, roster: Record, rates: Rates) -> list[Line]:
    """Household code, phone and village are one piece of evidence: the strongest agreement speaks for all."""
    lines: list[Line] = []
    codes = bool(registry.household and roster.household)
    same_code = codes and registry.household == roster.household
    same_phone = bool(registry.phone) and registry.phone == roster.phone
    if same_code:
        lines.append(("household_code", "same", *_PLACE["household_code"]))
    elif codes:
        lines.append(("household_code", "different", *_CODE_DIFFERS))
    if same_phone and not same_code:
        lines.append(("phone", "same", *_PLACE["phone"]))
    place, home = rates.places.registry[registry.village], rates.places.roster[roster.village]
    if place[1] and home[1]:
        if place == home:
            if not (same_code or same_phone):
                same, family = weights.VILLAGE_SAME
                share = max(rates.villages.get(home, 1), 1) / rates.size
                lines.append(("village", "same", log2(same / share), log2(same / family)))
        elif not same_code:
            level = "same_township" if place[0] == home[0] else "different"
            lines.append(("village", level, *_PLACE[level]))
    if registry.phone and roster.phone and not same_phone and not same_code:
        lines.append(("phone", "different", *_PHONE_DIFFERS))
    if registry.size and roster.size and not same_code:
        level = "same" if registry.size == roster.size else "different"
        lines.append(("household_size", level, *_SIZE[level]))
    return lines


_IDENTITY = ("id_number", "name", "person_code", "birth_date")


def total(lines: Sequence[Line], prior: float, family_prior: float = weights.FAMILY_PRIOR) -> float:
    """The score in bits: same person against stranger and family member together. `prior` is the stranger's."""
    stranger = family = 0.0
    against_stranger = against_family = 0.0
    for name, _level, x, f in lines:
        if name in _IDENTITY or x > 0:
            stranger += x
        else:
            against_stranger += x
        if name in _IDENTITY or f > 0:
            family += f
        else:
            against_family += f
    stranger += max(against_stranger, weights.MOST_CONTRADICTION) + prior
    family += max(against_family, weights.MOST_CONTRADICTION) + family_prior
    low, high = (stranger, family) if stranger < family else (family, stranger)
    return low - log2(1 + 2 ** (low - high)) if high - low < 40 else low
