"""The invented county: its size, its people, the damages planted, and the files it is written to."""

from __future__ import annotations

import csv
from collections import Counter
from functools import cache
from pathlib import Path
from random import Random

import pytest

from casebook.sample import invent_county, write_county
from casebook.sample.characters import characters, fold
from casebook.sample.county import invent_county as county_of
from casebook.sample.name_slips import NAME_SLIPS
from casebook.sample.number_slips import NUMBER_SLIPS
from casebook.sample.numbers import holds, last_digit
from casebook.sample.people import County, Listed
from casebook.sample.rates import RATES
from casebook.sample.scoring import TruthRow, read_truth
from casebook.sample.structures import compose
from casebook.sample.workbooks import REGISTRY_HEADER, ROSTER_HEADER, CountyFiles

CHECK_FAILS = {"id_typo1", "id_transpose", "id_checkdigit", "id_date", "id_multi", "id_noise"}
SOUND = {"id_valid_other", "id_of_member", "id_of_namesake", "id_swapped"}


@pytest.fixture(scope="module")
def county() -> County:
    return invent_county()


@pytest.fixture(scope="module")
def files(county: County, tmp_path_factory: pytest.TempPathFactory) -> CountyFiles:
    return write_county(county, tmp_path_factory.mktemp("county"))


def _kinds(row: Listed) -> set[str]:
    return {kind.partition("@")[0] for kind in row.kinds}


@cache
def _rows(path: Path) -> list[tuple[object, ...]]:
    from openpyxl import load_workbook

    return list(load_workbook(path).worksheets[0].iter_rows(values_only=True))


def test_the_default_county_has_the_size_of_the_first(county: County) -> None:
    assert (len(county.townships), len(county.villages), len(county.households)) == (6, 41, 1438)
    assert (len(county.people), len(county.patients)) == (3793, 1175)
    assert {row.person.uid for row in county.registry} == set(county.patients)
    assert len({v.name for v in county.villages}) == 41


@pytest.mark.parametrize("people", [30, 400, 7586])
def test_other_sizes_keep_the_proportions(people: int) -> None:
    county = county_of(people, seed=5)
    assert len(county.people) == people
    assert len(county.households) == round(people * 1438 / 3793)
    assert len(county.villages) == max(1, round(people * 41 / 3793))
    assert len(county.patients) == round(people * 1175 / 3793)
    assert [p.uid for p in county.people] == [i for h in county.households for i in h.members]


def test_fewer_than_thirty_people_are_no_county() -> None:
    with pytest.raises(ValueError, match="30"):
        county_of(29)


def test_a_seed_is_one_county_and_another_seed_another() -> None:
    first, again, other = county_of(300, seed=1), county_of(300, seed=1), county_of(300, seed=2)
    assert first == again
    assert [p.name for p in first.people] != [p.name for p in other.people]


def test_the_check_digit_is_the_standards() -> None:
    # The two examples of GB 11643, as printed in the standard's text on check digits.
    assert last_digit("11010519491231002") == "X"
    assert last_digit("44052418800101001") == "4"


def test_numbers_are_sound_unique_and_nobodys(county: County) -> None:
    numbers = [person.number for person in county.people]
    assert len(set(numbers)) == len(numbers)
    for person in county.people:
        assert holds(person.number)
        assert person.number[:2] == "99"  # no province
        assert person.number[6:14] == person.birth
        assert (int(person.number[16]) % 2 == 1) == (person.sex == "男")


def test_households_are_families(county: County) -> None:
    for household in county.households:
        members = [county.people[i] for i in household.members]
        assert [m.relation for m in members].count("户主") == 1
        assert members[0].relation == "户主"
        assert len({m.name for m in members}) == len(members)
        head = members[0]
        for member in members:
            if member.relation in ("之子", "之孙子", "之父"):
                assert member.sex == "男"
            if member.relation in ("之女", "之孙女", "之母", "之儿媳"):
                assert member.sex == "女"
            if member.relation == "配偶":
                assert member.sex != head.sex
            if member.relation in ("之子", "之女"):
                assert head.age() - member.age() >= 12
            if member.relation in ("之父", "之母"):
                assert member.age() - head.age() >= 15
            assert -1 <= member.age() <= 100


@pytest.mark.parametrize("size", range(1, 8))
def test_every_household_that_can_be_made_up_is_whole(size: int) -> None:
    rng = Random(size)
    for _ in range(2000):
        members = compose(size, rng)
        relations = [member.relation for member in members]
        assert len(members) == size
        assert relations.count("户主") == 1
        assert not {"子女", "孙辈"} & set(relations)
        assert "之儿媳" not in relations or "之子" in relations
        assert all(0 <= member.age <= 100 for member in members)


def test_the_ill_and_only_the_ill_have_a_disease(county: County) -> None:
    ill = {person.uid for person in county.people if person.health != "健康"}
    assert ill == {person.uid for person in county.people if person.disease}
    assert set(county.patients) <= ill
    left_out = {uid for uid, kind in county.absent.items() if kind == "missing_in_registry"}
    assert ill - set(county.patients) == left_out
    for person in county.people:
        if person.disease == "宫颈癌":
            assert person.sex == "女"
        if person.disease.startswith("儿童"):
            assert person.age() <= 14


def test_every_kind_is_planted_on_a_side_that_has_it(county: County) -> None:
    pairs = Counter(kind for row in county.registry + county.roster for kind in _kinds(row))
    assert {kind for kind in RATES if kind != "hh_size"} <= pairs.keys()
    on_registry = Counter(kind for row in county.registry for kind in row.kinds if kind.endswith("@reg"))
    assert {f"{kind}@reg" for kind in (*NUMBER_SLIPS, *NAME_SLIPS)} <= on_registry.keys()
    assert {"missing_in_roster", "missing_in_registry", "deceased", "married_out"} == set(county.absent.values())


def test_hard_cases_are_there(county: County) -> None:
    tags = Counter(tag for person in county.people for tag in person.tags)
    assert tags["twin"] >= 4
    assert tags["namesake_village"] >= 10
    assert tags["father_son_close"] >= 2
    assert any("·" in person.name for person in county.people)
    assert any(person.name[:2] in ("欧阳", "上官", "司马", "诸葛", "皇甫", "令狐") for person in county.people)


@pytest.mark.parametrize("seed", range(2))
def test_a_damaged_number_is_never_the_right_one(seed: int) -> None:
    county = county_of(1500, seed=seed, errors=4)
    for row in county.registry + county.roster:
        damages = {kind for kind in _kinds(row) if kind.startswith("id_")}
        assert len(damages) <= 1
        if not damages:
            assert row.number == row.person.number
            continue
        assert row.number != row.person.number
        (kind,) = damages
        if kind in CHECK_FAILS:
            assert isinstance(row.number, str)
            assert len(row.number) == 18
            assert not holds(row.number)
        if kind in SOUND:
            assert isinstance(row.number, str)
            assert holds(row.number)


def test_one_slip_is_one_slip() -> None:
    county = county_of(3000, seed=9, errors=6)
    seen = Counter[str]()
    for row in county.registry + county.roster:
        right, wrong = row.person.number, row.number
        for kind in _kinds(row) & (CHECK_FAILS | {"id_missing_digit", "id_extra_digit", "id_20"}):
            assert isinstance(wrong, str)
            apart = [i for i, (a, b) in enumerate(zip(right, wrong, strict=False)) if a != b]
            seen[kind] += 1
            if kind == "id_typo1":
                assert len(apart) == 1
                assert apart[0] < 17
            elif kind == "id_checkdigit":
                assert apart == [17]
            elif kind == "id_transpose":
                assert apart[1] == apart[0] + 1
                assert sorted(right) == sorted(wrong)
            elif kind == "id_date":
                assert len(apart) >= 2
                assert all(6 <= i < 14 for i in apart)
            elif kind == "id_multi":
                assert len(apart) in (2, 3)
            elif kind == "id_missing_digit":
                assert len(wrong) == 17
            elif kind == "id_extra_digit":
                assert len(wrong) == 19
            elif kind == "id_20":
                assert wrong.startswith(right)
                assert len(wrong) in (20, 22)
    assert len(seen) == 9


def test_a_damaged_name_is_wrong_in_the_way_its_kind_says() -> None:
    county = county_of(3000, seed=3, errors=6)
    table = characters()
    seen = Counter[str]()
    for row in county.registry + county.roster:
        damages = {kind for kind in _kinds(row) if kind.startswith("name_")}
        assert len(damages) <= 1
        if not damages:
            assert row.name == row.person.name
            continue
        (kind,) = damages
        seen[kind] += 1
        right, wrong = row.person.name, row.name
        assert wrong != right
        kin = {county.people[i].name for i in county.households[row.person.household].members} - {right}
        assert (wrong in kin) == (kind == "name_of_member")
        if kind in ("name_homophone", "name_near", "name_visual", "name_variant", "name_other"):
            ((a, b),) = [(a, b) for a, b in zip(right, wrong, strict=True) if a != b]
            sounds, others = set(table.readings.get(a, ())), set(table.readings.get(b, ()))
            alike = {fold(s) for s in sounds} & {fold(s) for s in others}
            if kind == "name_homophone":
                assert sounds & others
            if kind == "name_near":
                assert alike
                assert not sounds & others
            if kind in ("name_other", "name_visual"):
                assert not alike
            assert (b in table.lookalikes(a)) == (kind == "name_visual")
            assert (b in table.variants(a)) == (kind == "name_variant")
        if kind == "name_order":
            assert sorted(wrong) == sorted(right)
        if kind in ("name_missing", "name_extra"):
            assert abs(len(wrong) - len(right)) == 1
    assert set(NAME_SLIPS) <= seen.keys()


def test_no_errors_leave_two_clean_lists() -> None:
    county = county_of(1000, errors=0)
    assert not any(row.kinds for row in county.registry + county.roster)
    assert county.absent == {}
    assert len(county.roster) == 1000
    for row in county.registry + county.roster:
        assert (row.name, row.number, row.sex) == (row.person.name, row.person.number, row.person.sex)


def test_a_registry_of_all_people_names_the_healthy_too() -> None:
    county = county_of(1000, scope="people", codes=False)
    assert len({row.person.uid for row in county.registry}) == 1000 - round(0.06 * 1000)
    assert not any(row.household_code or row.person_code for row in county.registry)


def test_the_truth_names_the_right_sheet_rows(county: County, files: CountyFiles) -> None:
    roster, registry, truth = _rows(files.roster), _rows(files.registry), read_truth(files.truth)
    name, number = ROSTER_HEADER.index("姓名"), ROSTER_HEADER.index("证件号码")
    other_name, other_number = REGISTRY_HEADER.index("姓名"), REGISTRY_HEADER.index("公民身份\n号码")
    for row in truth:
        person = county.people[int(row.uid) - 1]
        kinds = row.plain_kinds
        names = []
        if row.roster_row:
            names.append((roster[row.roster_row - 1][name], roster[row.roster_row - 1][number]))
        if row.registry_row:
            there = registry[row.registry_row - 1]
            names.append((there[other_name], there[other_number]))
        if not any(kind.startswith(("id_", "name_")) for kind in kinds) and len(names) == 2:
            assert set(names) == {(person.name, person.number)}
    assert {row.roster_row for row in truth} - {None} == {
        i for i, line in enumerate(roster, start=1) if i > 3 and line[name]
    }
    listed = {i for i, line in enumerate(registry, start=1) if isinstance(line[0], int) and line[1]}
    assert {row.registry_row for row in truth} - {None} == listed


def test_one_person_twice_is_two_pairs(files: CountyFiles) -> None:
    truth = read_truth(files.truth)
    twice = [row for row in truth if "dup" in row.plain_kinds]
    people = Counter(row.uid for row in twice)
    assert twice
    assert all(count >= 2 for count in people.values())


def test_absent_people_have_one_row_and_one_kind(county: County, files: CountyFiles) -> None:
    alone = [row for row in read_truth(files.truth) if not (row.registry_row and row.roster_row)]
    counts = Counter(row.kinds for row in alone)
    assert counts["out_of_scope",] > 2000
    assert counts["deceased",] == sum(kind == "deceased" for kind in county.absent.values())
    assert all(row.registry_row is None for row in alone if row.kinds == ("missing_in_registry",))
    assert all(row.roster_row is None for row in alone if row.kinds == ("missing_in_roster",))


def test_the_roster_looks_like_an_export(files: CountyFiles) -> None:
    rows = _rows(files.roster)
    assert len(ROSTER_HEADER) == 28
    assert rows[2] == ROSTER_HEADER
    assert "性别" not in ROSTER_HEADER
    assert "虚构" in str(rows[0][0])


def test_the_registry_looks_like_a_clerks(files: CountyFiles) -> None:
    rows = _rows(files.registry)
    first = [row[0] for row in rows]
    assert rows[2] == REGISTRY_HEADER
    assert "身份\n号码" in str(REGISTRY_HEADER[3])
    assert first.count("序号") == 2
    assert first.count("小计") == 6
    assert first.count("合计") == 1
    assert any(all(cell is None for cell in row) for row in rows)
    assert str(first[-1]).startswith("填表人")
    numbers = [row[REGISTRY_HEADER.index("公民身份\n号码")] for row in rows[3:]]
    assert any(isinstance(number, float | int) and number > 1e17 for number in numbers)


def test_a_csv_is_gb18030_and_has_the_same_truth(county: County, files: CountyFiles, tmp_path: Path) -> None:
    written = write_county(county, tmp_path, registry_format="csv")
    assert written.registry.name == "registry.csv"
    assert written.truth.read_bytes() == files.truth.read_bytes()
    with written.registry.open(encoding="gb18030", newline="") as file:
        rows = list(csv.reader(file))
    assert len(rows) == len(_rows(files.registry))
    assert any("E+17" in row[3] for row in rows if len(row) > 3)


def test_the_same_county_gives_the_same_truth(tmp_path: Path) -> None:
    first = write_county(county_of(400, seed=8), tmp_path / "a")
    second = write_county(county_of(400, seed=8), tmp_path / "b")
    assert first.truth.read_bytes() == second.truth.read_bytes()
    assert _rows(first.registry) == _rows(second.registry)


def test_households_of_a_pair_differ_only_as_planted(files: CountyFiles) -> None:
    roster, registry = _rows(files.roster), _rows(files.registry)
    size, other_size = ROSTER_HEADER.index("人数"), REGISTRY_HEADER.index("家庭\n人口数")

    def differs(row: TruthRow) -> bool:
        assert row.roster_row
        assert row.registry_row
        return roster[row.roster_row - 1][size] != registry[row.registry_row - 1][other_size]

    for row in read_truth(files.truth):
        if row.roster_row and row.registry_row and "dup" not in row.plain_kinds:
            assert differs(row) == ("hh_size" in row.plain_kinds)


def test_whose_number_is_anothers_keeps_what_tells_who_it_is() -> None:
    county = county_of(3000, seed=4, errors=6)
    people: dict[int, set[str]] = {}
    for row in county.registry + county.roster:
        people.setdefault(row.person.uid, set()).update(_kinds(row))
    exchanged = [kinds for kinds in people.values() if kinds & (SOUND - {"id_valid_other"})]
    assert len(exchanged) > 20
    for kinds in exchanged:
        assert kinds.isdisjoint({"name_different", "name_of_member", "head_swapped", "relation_typo", "code_of_member"})
