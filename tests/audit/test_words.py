"""Proposals name the verdicts of the findings workbook as they stand in its drop-down list."""

from __future__ import annotations

import re

import pytest

from audit.kinds import KINDS
from audit.words import SENTENCES, proposal, sentence
from casebook.language import LANGUAGES, Language, _, use_language
from exports.findings_layout import VERDICTS

QUOTED = re.compile('[「"]([^」"]*)[」"]')


@pytest.fixture(autouse=True)
def chinese() -> object:
    yield
    use_language("zh")


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_known_wrong_side_names_the_verdict(language: Language) -> None:
    use_language(language)
    words = [_(word) for word, _meaning, _when in VERDICTS]
    assert QUOTED.findall(proposal("id_typo1", "registry")) == [words[0]]
    assert QUOTED.findall(proposal("id_typo1", "roster")) == [words[1]]


def test_money_and_form_are_never_proposed_by_side() -> None:
    for kind, known in KINDS.items():
        if known.severity != "B":
            assert proposal(kind, "registry") == known.action


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_kind_has_its_sentence(language: Language) -> None:
    use_language(language)
    assert set(SENTENCES) == set(KINDS)
    for kind in set(KINDS) - {"village_alias"}:
        told = sentence(kind, "registry")
        assert "{" not in told and told.endswith(("。", "."))
