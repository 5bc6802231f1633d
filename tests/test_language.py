"""Every text of the source has its English, with the same places, and the compiled catalogue is the written one."""

from __future__ import annotations

import io
import re

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po

from casebook.language import _, chosen_language, use_language
from tests.conftest import ROOMS, ROOT

FOLDER = ROOT / "casebook/locale/en/LC_MESSAGES"
_PLACE = re.compile(r"\{[^{}]*\}")


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    with (FOLDER / "ruhu.po").open("rb") as file:
        return read_po(file)


@pytest.fixture(scope="module")
def sources() -> dict[str, str]:
    """Every message id of the rooms, with the file it stands in."""
    found: dict[str, str] = {}
    for room in ROOMS:
        for name, _line, message, _comments, _context in extract_from_dir(
            str(ROOT / room), method_map=[("**.py", "python")], keywords={"_": None, "N_": None}
        ):
            assert isinstance(message, str), (room, name, message)
            found.setdefault(message, f"{room}/{name}")
    return found


def test_every_text_has_its_english(catalogue: Catalog, sources: dict[str, str]) -> None:
    missing = {text: name for text, name in sources.items() if not (m := catalogue.get(text)) or not m.string}
    assert missing == {}


def test_no_english_without_a_text(catalogue: Catalog, sources: dict[str, str]) -> None:
    assert [m.id for m in catalogue if m.id and m.id not in sources] == []


def test_places_agree(catalogue: Catalog) -> None:
    differing = [m.id for m in catalogue if m.id and _places(m.id) != _places(m.string)]
    assert differing == []


def test_texts_are_chinese_and_translations_are_not_left_chinese(catalogue: Catalog) -> None:
    words = {str(m.id): _PLACE.sub("", str(m.id)) for m in catalogue if m.id}
    assert [text for text, plain in words.items() if plain.isascii() and any(map(str.isalpha, plain))] == []
    assert [text for text, plain in words.items() if not plain.isascii() and catalogue[text].string == text] == []


def test_the_compiled_catalogue_is_the_written_one(catalogue: Catalog) -> None:
    expected = io.BytesIO()
    write_mo(expected, catalogue)
    expected.seek(0)
    with (FOLDER / "ruhu.mo").open("rb") as file:
        compiled = {m.id: m.string for m in read_mo(file) if m.id}
    assert compiled == {m.id: m.string for m in read_mo(expected) if m.id}


def _places(text: object) -> list[str]:
    return sorted(_PLACE.findall(str(text)))


def test_language_is_chosen_by_option_then_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RUHU_LANG", "en_US.UTF-8")
    assert chosen_language() == "en"
    assert chosen_language("zh") == "zh"
    monkeypatch.delenv("RUHU_LANG")
    assert chosen_language() == "zh"


def test_looked_up_when_shown() -> None:
    try:
        use_language("en")
        assert _("一致") == "Agrees"
        use_language("zh")
        assert _("一致") == "一致"
    finally:
        use_language("zh")
