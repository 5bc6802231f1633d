"""Whom a plan may mean, looked at once and chosen among as often as wanted."""

from __future__ import annotations

import pytest

from casebook.errors import RuhuError
from casebook.store.casebook import Casebook
from survey_forms.visits.candidates import Choice, Which, candidates
from survey_forms.visits.planning import plan
from tests.survey_forms.visits.made_visits import new_book

CHOICES = (
    *(Choice(which=which) for which in ("ill", "asks", "all")),
    Choice(townships=["云丰镇"], which="all"),
    Choice(villages=["柳林村"], which="all"),
    Choice(villages=["云丰镇/白石村", "河口乡/柳林村"]),
)


def test_every_choice_counts_as_its_plan_would(surveyed: Casebook, form: str) -> None:
    plan(surveyed, Choice(villages=["青桥村"]), form)
    found = candidates(surveyed)
    for choice in CHOICES:
        assert found.counted(choice) == plan(surveyed, choice, "", only_count=True)
    assert found.counted(CHOICES[0]).skipped_open == 1
    for place in (Choice(townships=["青桥村"]), Choice(villages=["青桥"])):
        with pytest.raises(RuhuError) as error:
            found.counted(place)
        assert error.value.code == "no_place"


@pytest.mark.parametrize("which", ["ill", "all"])
def test_places_with_a_household_to_visit(surveyed: Casebook, form: str, which: Which) -> None:
    places = candidates(surveyed).places(which)
    for township, village, count in places:
        assert candidates(surveyed).counted(Choice([township], [village], which)).households == count
    assert sum(count for _township, _village, count in places) == plan(surveyed, Choice(which=which), form).households
    assert candidates(surveyed).places(which) == [], "all are planned"


def test_without_a_list_there_is_nobody(tmp_path_factory: pytest.TempPathFactory) -> None:
    with new_book(tmp_path_factory.mktemp("空") / "县.ruhu") as book, pytest.raises(RuhuError) as error:
        candidates(book)
    assert error.value.code == "no_list"
