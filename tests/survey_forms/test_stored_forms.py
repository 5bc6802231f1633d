"""The forms of a casebook: kept as facts, the same one once, loaded without pyxform."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from casebook.errors import RuhuError
from casebook.store.casebook import Casebook, create_casebook, open_casebook
from casebook.store.views import contents, rebuild
from survey_forms.stored_forms import FORMS, ImportedForm, definition_of, forms, import_form, standard_form
from tests.audit.casebooks import carry
from tests.conftest import ROOT
from tests.survey_forms.workbooks import Row, form, text

FOLDER = "甲.ruhu"


@pytest.fixture
def book(tmp_path: Path) -> Iterator[Casebook]:
    with create_casebook(tmp_path / FOLDER, name="测试县", author="甲", views=(FORMS,)) as book:
        yield book


def test_a_form_is_imported_once(book: Casebook, tmp_path: Path) -> None:
    path = form(tmp_path / "a.xlsx", [text("a")])
    first = import_form(book, path)
    assert first == ImportedForm(first.id, True, "t", "1", "试")
    assert import_form(book, path) == ImportedForm(first.id, False, "t", "1", "试")
    (stored,) = forms(book)
    assert (stored.id, stored.form_id, stored.file, stored.author) == (first.id, "t", "a.xlsx", "甲")


def test_another_version_is_another_form_and_comes_first(book: Casebook, tmp_path: Path) -> None:
    import_form(book, form(tmp_path / "a.xlsx", [text("a")]))
    import_form(book, form(tmp_path / "a.xlsx", [text("a"), text("b")], version="2"))
    assert [one.version for one in forms(book)] == ["2", "1"]


def test_a_changed_form_of_the_same_version_is_refused(book: Casebook, tmp_path: Path) -> None:
    import_form(book, form(tmp_path / "a.xlsx", [text("a")]))
    with pytest.raises(RuhuError) as refused:
        import_form(book, form(tmp_path / "a.xlsx", [text("a"), text("b")]))
    error = refused.value
    assert (error.category, error.place.sheet, error.place.column) == ("check", "settings", "version")
    assert len(forms(book)) == 1


def test_a_form_with_troubles_leaves_nothing(book: Casebook, tmp_path: Path) -> None:
    with pytest.raises(RuhuError) as refused:
        import_form(book, form(tmp_path / "a.xlsx", [text("a", relevant="${b} = 1")]))
    assert (refused.value.category, refused.value.place.row) == ("check", 2)
    assert forms(book) == []


def test_the_definition_is_made_once(book: Casebook, tmp_path: Path) -> None:
    stored = import_form(book, form(tmp_path / "a.xlsx", [text("a")]))
    definition = definition_of(book, stored.id)
    assert definition.id == "t"
    assert list(definition.questions) == ["/data/a"]
    assert definition_of(book, stored.id) is definition


def test_an_unknown_form(book: Casebook) -> None:
    with pytest.raises(RuhuError) as refused:
        definition_of(book, "0" * 32)
    assert refused.value.category == "usage"


def test_files_beside_a_form_are_kept_with_it(book: Casebook, tmp_path: Path) -> None:
    (tmp_path / "villages.csv").write_text("name,label\n1,东村\n", "utf-8")
    rows: list[Row] = [{"type": "select_one_from_file villages.csv", "name": "v", "label": "村"}]
    path = form(tmp_path / "a.xlsx", rows)
    first = import_form(book, path)
    (tmp_path / "villages.csv").write_text("name,label\n2,西村\n", "utf-8")
    with pytest.raises(RuhuError):
        import_form(book, path)
    (tmp_path / "villages.csv").unlink()
    (village,) = definition_of(book, first.id).instances["villages"].children[0].named("item")
    assert village.value() == "1东村"


def test_the_view_is_the_same_after_a_rebuild_and_on_another_device(book: Casebook, tmp_path: Path) -> None:
    for version in ("1", "2"):
        import_form(book, form(tmp_path / "a.xlsx", [text("a")], version=version))
    with create_casebook(tmp_path / "乙.ruhu", name="测试县", author="乙", views=(FORMS,)) as other:
        carry(book, other)
        assert contents(other.connection, [FORMS]) == contents(book.connection, [FORMS])
        assert definition_of(other, forms(other)[0].id).version == "2"
    before = contents(book.connection, [FORMS])
    with book.writing() as writing:
        rebuild(writing.connection, [FORMS])
    assert contents(book.connection, [FORMS]) == before


def test_a_casebook_opens_with_its_forms(book: Casebook, tmp_path: Path) -> None:
    import_form(book, standard_form())
    book.close()
    with open_casebook(tmp_path / FOLDER, author="乙", views=(FORMS,)) as again:
        (stored,) = forms(again)
        assert stored.form_id == "ruhu_household"
        assert definition_of(again, stored.id).title == stored.title


def test_filling_needs_no_pyxform(book: Casebook, tmp_path: Path) -> None:
    stored = import_form(book, form(tmp_path / "a.xlsx", [text("a")]))
    book.close()
    code = (
        "import sys; from pathlib import Path\n"
        "from casebook.store.casebook import open_casebook\n"
        "from survey_forms.stored_forms import FORMS, definition_of\n"
        f"book = open_casebook(Path({str(tmp_path / FOLDER)!r}), author='甲', views=(FORMS,))\n"
        f"print(definition_of(book, {stored.id!r}).id, *({{'pyxform', 'openpyxl'}} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert (done.stdout, done.stderr) == ("t\n", "")
