"""Proposals name the verdicts of the findings workbook as they stand in its drop-down list."""

from __future__ import annotations

import re

import pytest

from audit.kinds import KINDS
from audit.questions import ON_VALUES
from audit.words import SENTENCES, proposal, sentence
from casebook.language import LANGUAGES, Language, _, use_language

QUOTED = re.compile('[「"]([^」"]*)[」"]')


@pytest.fixture(autouse=True)
def chinese() -> object:
    yield
    use_language("zh")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_known_wrong_side_names_the_verdict(language: Language) -> None:
    use_language(language)
    words = [_(verdict.word) for verdict in ON_VALUES]
    assert QUOTED.findall(str(proposal("id_typo1", "registry"))) == [words[0]]
    assert QUOTED.findall(str(proposal("id_typo1", "roster"))) == [words[1]]


def test_money_and_form_are_never_proposed_by_side() -> None:
    for kind, known in KINDS.items():
        if known.severity != "B":
            assert str(proposal(kind, "registry")) == known.action


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_has_its_sentence(language: Language) -> None:
    use_language(language)
    assert set(SENTENCES) == set(KINDS)
    for kind in set(KINDS) - {"village_alias"}:
        told = str(sentence(kind, "registry"))
        assert "{" not in told and told.endswith(("。", "."))
