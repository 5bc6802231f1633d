"""What the lists say (名单上的值) of a person and of the household, as upload fields."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from casebook.people.idnumber import read_id
from casebook.store.sqlite import Connection
from exports.formats.fields import Field, upload_fields
from exports.upload.form_plan import FormPlan
from exports.upload.record import DiseasePart, Origin, Value
from exports.upload.words import value_of_words
from survey_forms.visits.households import Household, Member, households
from survey_forms.visits.list_rows import Cells

_ONLY_THE_VISIT = frozenset(("person.status", "person.outcome"))
"""What only the visit can tell."""


def of_household(name: str) -> bool:
    """Whether a field holds for all of a household."""
    return name.partition(".")[0] in ("household", "place")


class Lists:
    """Everyone of the current lists by person id, on either list."""

    def __init__(self, connection: Connection) -> None:
        self._homes: dict[str, tuple[Household, Member]] = {}
        for home in households(connection):
            for member in home.members:
                for person in member.ids:
                    self._homes.setdefault(person, (home, member))
        rows = connection.execute("SELECT DISTINCT side, person FROM listed WHERE person <> ''")
        self._listed: dict[str, list[str]] = {}
        for side, person in rows:
            self._listed.setdefault(person, []).append(side)

    def member(self, person: str) -> Member | None:
        found = self._homes.get(person)
        return found[1] if found else None

    def household(self, people: Iterable[str]) -> Household | None:
        """The household of the first of these people whom a list names."""
        return next((found[0] for person in people if (found := self._homes.get(person))), None)

    def people(self, person: str) -> tuple[tuple[str, str], ...]:
        """The (list side, person id) pairs of all that were joined with a person, the roster's first."""
        member = self.member(person)
        ids = sorted(member.ids) if member is not None else [person] if person else []
        pairs = ((side, one) for one in ids for side in self._listed.get(one, ()))
        return tuple(sorted(pairs, key=lambda pair: (pair[0] != "roster", pair)))


class ListValues:
    """Cells as values, for one form; a text is looked up once."""

    def __init__(self, plan: FormPlan) -> None:
        self._plan = plan
        self._kept: dict[tuple[str, str, Origin], Value] = {}
        fields = [one for one in upload_fields().values() if one.column and one.name not in _ONLY_THE_VISIT]
        self._of_person = [one for one in fields if not one.part and not of_household(one.name)]
        self._of_home = [one for one in fields if of_household(one.name)]
        self._by_number = [one for one in self._of_person if one.column in ("sex", "birth_date")]

    def value(self, field: Field, text: str, origin: Origin) -> Value:
        key = (field.name, text, origin)
        found = self._kept.get(key)
        if found is None:
            found = value_of_words(field, text, origin, self._plan.offered.get(field.name))
            self._kept[key] = found
        return found

    def of_member(self, member: Member) -> dict[str, tuple[Value | None, Value | None]]:
        """What the roster and the registry say of a person, by field; sex and birth follow from the number."""
        roster, registry = member.roster, member.registry
        here = [one for one in self._of_person if one.column in roster or one.column in registry]
        here += [one for one in self._by_number if one not in here]
        return {one.name: pair for one in here if any(pair := self._both(one, roster, registry))}

    def by_number_alone(self, member: Member, number: Value | None) -> dict[str, Value]:
        """Sex and birth as this number tells them, where neither list has the one or the other itself."""
        if number is None:
            return {}
        found: dict[str, Value] = {}
        for field in self._by_number:
            lists = (member.roster.get(field.column, ""), member.registry.get(field.column, ""))
            if all(_by_number(field.column, text, "") == "" for text in lists):
                value = self.value(field, _by_number(field.column, "", number.text), number.origin)
                found |= {field.name: value} if value.text else {}
        return found

    def _both(self, field: Field, roster: Cells, registry: Cells) -> tuple[Value | None, Value | None]:
        return self._told(field, roster, "roster"), self._told(field, registry, "registry")

    def _told(self, field: Field, cells: Cells, origin: Origin) -> Value | None:
        text = cells.get(field.column, "")
        if field.column in ("sex", "birth_date"):
            text = _by_number(field.column, text, cells.get("id_number", ""))
        if not text:
            return None
        value = self.value(field, text, origin)
        return value if value.text else None

    def of_home(self, home: Household) -> dict[str, tuple[Value | None, Value | None]]:
        """The same of a household: of each field what the first member has, the head before the others."""
        members = (home.head, *home.members)
        found: dict[str, tuple[Value | None, Value | None]] = {}
        for field in self._of_home:
            column = field.column
            roster = next((text for one in members if (text := one.roster.get(column))), "")
            registry = next((text for one in members if (text := one.registry.get(column))), "")
            if roster or registry:
                found[field.name] = self._both(field, {column: roster}, {column: registry})
        whole = {
            "household.code": home.code, "household.head": home.head_name, "household.size": home.size,
            "place.township": home.township, "place.village": home.village,
        }  # fmt: skip
        for name, text in whole.items():
            if text and name not in found:
                found[name] = (Value(text, origin="roster" if home.head.roster else "registry"), None)
        return found

    def known_diseases(self, member: Member) -> tuple[DiseasePart, ...]:
        """The illnesses that the lists name (摸底疾病), in their order."""
        fields = upload_fields()
        parts = []
        for one in member.diseases:
            told: Mapping[str, str] = {
                "suspected.class": one.kind, "suspected.code": one.code, "suspected.name": one.name
            }  # fmt: skip
            values = {name: self.value(fields[name], text, "registry") for name, text in told.items() if text}
            parts.append(DiseasePart(values))
        return tuple(parts)


def _by_number(column: str, text: str, number: str) -> str:
    """The sex or the whole birth date that a number tells where the list has none, or the month alone."""
    if len(text) >= (1 if column == "sex" else len("19900101")):
        return text
    read = read_id(number)
    return (read.sex if column == "sex" else read.birth) or text
