"""An invented county: places, households, people, then the two lists of it with the damages of lists from offices.

The default has the size of the first county the project was made for: six townships, 41 villages, 1,438 households,
3,793 people, 1,175 of them on the list of patients.
"""

from __future__ import annotations

from datetime import date, timedelta
from random import Random

from casebook.sample.lives import fall_ill, live, settle, sick_weight
from casebook.sample.names import DOT, PEOPLES, Namer
from casebook.sample.numbers import Numbers, area_code, phone
from casebook.sample.people import County, Household, Person, Village
from casebook.sample.places import Places
from casebook.sample.structures import Member, compose, household_sizes

TOWNSHIPS, VILLAGES, HOUSEHOLDS, PEOPLE, PATIENTS = 6, 41, 1438, 3793, 1175
SEED = 20160627
FEWEST = 30
COUNTY_SIZE = 60_000
"""People of one county; more than that are spread over several."""

_SURVEY = date(2016, 6, 27)
_NAMESAKES = 0.02
"""Share of people renamed after somebody of the same sex in their village."""
_LEFT_OUT = 0.06
"""The ill whom the registry left out, per patient in it."""


def invent_county(
    people: int = PEOPLE, seed: int = SEED, *, errors: float = 1.0, scope: str = "patients", codes: bool = True
) -> County:
    """A county of exactly `people` people, the same one for the same arguments.

    `errors` multiplies the rates of damage, `scope` says whether the registry lists patients or all `people`, `codes`
    whether it has household and person codes. Raises ValueError for fewer than 30 people.
    """
    if people < FEWEST:
        raise ValueError(f"a county has at least {FEWEST} people")
    from casebook.sample.damage import damage
    from casebook.sample.lists import list_people

    rng = Random(seed)
    county = _people(people, seed, scope, codes, errors, rng)
    list_people(county, rng, errors)
    damage(county, rng, errors)
    return county


def _scaled(default: int, people: int) -> int:
    return max(1, round(default * people / PEOPLE))


def _people(people: int, seed: int, scope: str, codes: bool, errors: float, rng: Random) -> County:
    """The county before anybody lists it."""
    names, townships, villages = _places(people, rng)
    sizes = household_sizes(_scaled(HOUSEHOLDS, people), people, rng)
    maker = _Households(names, rng)
    households: list[Household] = []
    persons: list[Person] = []
    for i, size in enumerate(sizes):
        village = i * len(villages) // len(sizes)
        households.append(maker.household(len(households), village, villages[village], size, persons))
    _call_alike(persons, households, rng)
    county = County(seed, scope, codes, names, townships, villages, tuple(households), tuple(persons))
    county.aliases = tuple((v.township, v.written, v.name) for v in villages if v.alias)
    county.patients, unlisted = _patients(persons, rng, errors)
    county.absent = dict.fromkeys(unlisted, "missing_in_registry")
    for person in persons:
        live(person, rng)
    for household in households:
        settle(household, [persons[i] for i in household.members], rng)
    return county


def _places(people: int, rng: Random) -> tuple[tuple[str, ...], tuple[str, ...], tuple[Village, ...]]:
    counties = max(1, round(people / COUNTY_SIZE))
    townships = max(counties, _scaled(TOWNSHIPS, people))
    villages = max(townships, _scaled(VILLAGES, people))
    places, taken = Places(rng), set[str]()
    names: list[str] = []
    towns: list[str] = []
    rooms: list[Village] = []
    for i in range(counties):
        town_share = (i + 1) * townships // counties - i * townships // counties
        village_share = (i + 1) * villages // counties - i * villages // counties
        name, its_towns, its_villages = places.county(town_share, village_share, taken)
        names.append(name)
        towns += its_towns
        rooms += its_villages
    return tuple(names), tuple(towns), tuple(rooms)


class _Households:
    """Makes households, one after another, with numbers and codes that are given once."""

    def __init__(self, counties: tuple[str, ...], rng: Random) -> None:
        self._rng = rng
        self._namer = Namer(rng)
        self._numbers = Numbers(rng)
        self._areas = {name: i for i, name in enumerate(counties)}
        self._mixed: dict[str, tuple[float, ...]] = {}

    def household(self, hid: int, village: int, place: Village, size: int, persons: list[Person]) -> Household:
        """One household in a village; its members are added to `persons`."""
        rng = self._rng
        people = rng.choices(PEOPLES, self._shares(place.township))[0]
        members = compose(size, rng)
        family = self._namer.surname(people)
        shared = {
            generation: self._namer.shared_character(rng.choice("男女"), 2016 - ages[0])
            for generation in (0, 1, 2)
            if (ages := [m.age for m in members if m.generation == generation]) and rng.random() < 0.3
        }
        first = len(persons)
        for member in members:
            persons.append(self._person(len(persons), hid, member, people, family, shared, place, persons[first:]))
        self._close_to_father(persons[first:])
        return Household(
            hid,
            village,
            f"{rng.randint(1, 8)}组",
            self._numbers.digits("99", 14),
            phone(rng) if rng.random() < 0.9 else "",
            tuple(range(first, len(persons))),
        )

    def _shares(self, township: str) -> tuple[float, ...]:
        """Shares of the peoples in a township; in some every third household is Yi."""
        if township not in self._mixed:
            yi = 0.4 if "彝族" in township else 0.04
            self._mixed[township] = (1 - yi - 0.012, yi, 0.008, 0.004)
        return self._mixed[township]

    def _person(
        self,
        uid: int,
        hid: int,
        member: Member,
        people: str,
        family: str,
        shared: dict[int, str],
        place: Village,
        kin: list[Person],
    ) -> Person:
        rng, namer = self._rng, self._namer
        own = people if member.family or rng.random() < 0.85 else PEOPLES[0]
        other = next((p for p in reversed(kin) if p.relation in ("之子", "之女")), None) if member.twin else None
        birth = other.birth if other else _birth(member.age, rng)
        year = int(birth[:4])
        taken = {person.name for person in kin}
        name, tries = "", 0
        while not name or name in taken:
            surname = family if member.family else namer.surname(own)
            character = shared.get(member.generation, "") if member.family and tries < 5 else ""
            name = namer.full(own, surname, member.sex, year, character)
            tries += 1
        area = self._areas[place.county]
        if not member.family and rng.random() < 0.3:
            area = 4000 + rng.randrange(9)
        number = self._numbers.new(area_code(area), birth, member.sex)
        tags: tuple[str, ...] = ()
        if other:
            tags, other.tags = ("twin",), (*other.tags, "twin")
        code = self._numbers.digits("99", 16)
        return Person(uid, hid, name, member.sex, birth, number, member.relation, own, code, tags=tags)

    def _close_to_father(self, members: list[Person]) -> None:
        """Now and then a son is called like his father but for one character."""
        father = next((m for m in members if m.relation in ("户主", "配偶") and m.sex == "男"), None)
        son = next((m for m in members if m.relation == "之子"), None)
        if father is None or son is None or DOT in father.name or self._rng.random() >= 0.012:
            return
        if father.nationality != PEOPLES[0] or len(father.name) != 3:
            return
        name = father.name[:2] + self._namer.given("男", int(son.birth[:4]))[-1]
        if all(name != member.name for member in members):
            son.name, son.tags = name, (*son.tags, "father_son_close")
            father.tags = (*father.tags, "father_son_close")


def _birth(age: int, rng: Random) -> str:
    """A date of birth, YYYYMMDD: `2016 - age` is its year."""
    year = 2016 - age
    first = date(year, 1, 1)
    last = min(date(year, 12, 31), _SURVEY - timedelta(days=40))
    return f"{first + timedelta(days=rng.randrange((last - first).days + 1)):%Y%m%d}"


def _call_alike(persons: list[Person], households: list[Household], rng: Random) -> None:
    """Give some people the name of a namesake (同名) of the same sex in another household of their village."""
    by_village: dict[tuple[int, str], list[Person]] = {}
    for person in persons:
        if person.nationality == PEOPLES[0]:
            by_village.setdefault((households[person.household].village, person.sex), []).append(person)
    for group in by_village.values():
        for person in group:
            if rng.random() >= _NAMESAKES or len(group) < 2 or person.tags:
                continue
            other = rng.choice(group)
            kin = [persons[i] for i in households[person.household].members]
            # A namesake bears the family name too, so only people who need not share one with their kin qualify.
            if other.household == person.household or (len(kin) > 1 and other.name[0] != person.name[0]):
                continue
            if all(other.name != member.name for member in kin):
                person.name = other.name
                person.tags = (*person.tags, "namesake_village")
                other.tags = (*other.tags, "namesake_village")


def _patients(persons: list[Person], rng: Random, errors: float) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """Who is on the list of patients, exactly the share of the default county, the old likelier than the young; and
    who is ill and was left out of it."""
    count = round(PATIENTS * len(persons) / PEOPLE)
    left_out = min(round(_LEFT_OUT * count * errors), (len(persons) - count) // 2)
    order = sorted(persons, key=lambda person: -(rng.random() ** (1 / sick_weight(person.age()))))
    for person in order[: count + left_out]:
        fall_ill(person, rng)
    uids = [person.uid for person in order]
    return tuple(sorted(uids[:count])), tuple(sorted(uids[count : count + left_out]))
