"""Roles on the screens: what is offered, the line that refuses, another person's passphrase."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from casebook.language import Language, use_language
from casebook.store.accounts import change_account
from casebook.store.casebook import Casebook
from casebook.store.keys.creating import create_encrypted
from casebook.store.keys.slots import add_slot, changed_keys
from casebook.store.rights import AUDITOR, READER, SURVEYOR
from tests.casebook.keys.made_keys import CHEAP
from tests.tui.screens.looking import assert_sound_at_every_size, press, settle, shown
from tui.all_views import VIEWS
from tui.screens.app import RuhuApp
from tui.screens.home_facts import home_facts
from tui.screens.home_lines import casebook_lines
from tui.screens.prove import Prove, as_another, others_who_may
from tui.screens.review import ReviewPage
from tui.widgets.field import Field

OWN, OTHERS = "correct horse", "battery staple"


@pytest.fixture
def locked(tmp_path: Path) -> Iterator[Casebook]:
    """An encrypted casebook: 甲 opened it, 王审 and 看 have keys, 乡审 of one township and 没钥匙 have accounts."""
    folder = tmp_path / "县.ruhu"
    book, _code = create_encrypted(folder, name="县", author="甲", views=VIEWS, passphrase=OWN, cost=CHEAP)
    key = book.key
    assert key is not None
    for name, role, areas in (
        ("王审", AUDITOR, [""]), ("乡审", AUDITOR, ["永和镇"]), ("看", READER, [""]), ("没钥匙", AUDITOR, [""])
    ):  # fmt: skip
        change_account(book, name, role, areas)
        if name != "没钥匙":
            changed_keys(folder, lambda keys, who=name: add_slot(keys, key, who, OTHERS, CHEAP))  # type: ignore[misc]
    with book:
        yield book


async def test_another_person_proves_who_they_are(locked: Casebook) -> None:
    assert others_who_may(locked, "review", "甲") == ["乡审", "王审"]
    assert others_who_may(locked, "countersign", "王审", "甲镇/乙村") == ["甲"]
    app, said = RuhuApp(locked), list[str]()
    async with app.run_test(size=(80, 24)) as pilot:
        page = app.page("home")
        as_another(page, "甲", said.append)  # who is signed in
        assert said == ["甲"]
        as_another(page, "王审", said.append)
        await settle(pilot)
        for left in (2, 1, 0):
            app.screen.query_one(Field).value = OWN
            assert OWN not in shown(app)
            await press(pilot, "enter")
            assert (f"还可以试 {left} 次" in shown(app)) == (left > 0)
        assert app.screen is page and said == ["甲"]
        as_another(page, "王审", said.append)
        await settle(pilot)
        app.screen.query_one(Field).value = OTHERS
        await press(pilot, "enter")
        assert app.screen is page and said == ["甲", "王审"]
        as_another(page, "没钥匙", said.append)
        await settle(pilot)
        app.screen.query_one(Field).value = OTHERS
        await press(pilot, "enter")
        assert "没有「没钥匙」的钥匙" in shown(app)
        await press(pilot, "escape")
        assert said == ["甲", "王审"]
    assert locked.connection.execute("SELECT author, what FROM access").fetchall() == [("王审", "notice_due")]


async def test_another_reviewer_ends_with_the_page(locked: Casebook, monkeypatch: pytest.MonkeyPatch) -> None:
    app = RuhuApp(locked)
    async with app.run_test(size=(80, 24)) as pilot:
        app.go("review")
        await settle(pilot)
        page = app.page("review")
        assert isinstance(page, ReviewPage)
        page._as, looked = "王审", list[str]()
        monkeypatch.setattr(page, "current", lambda: "visit")
        monkeypatch.setattr(app, "go", lambda name, **_told: looked.append(name))
        page.action_open()
        page.arrive()  # back from the whole form
        assert looked == ["entry"] and page.reviewer == "王审"
        page.arrive()
        assert page.reviewer == "甲"


@pytest.mark.parametrize("language", ["zh", "en"])
async def test_the_passphrase_dialog_at_every_size(locked: Casebook, language: Language) -> None:
    use_language(language)
    app = RuhuApp(locked)
    async with app.run_test(size=(80, 24)) as pilot:
        app.push_screen(Prove("王审"))
        await settle(pilot)
        await assert_sound_at_every_size(app, pilot)
    use_language("zh")


async def test_pages_offer_what_a_role_can_do(book: Casebook) -> None:
    (township,) = book.connection.execute("SELECT township FROM listed LIMIT 1").fetchone()
    wanted = {
        ("调查", SURVEYOR): {"f4", "f8"},
        ("查询", READER): {"f3", "f4", "f8"},
        ("乡审", AUDITOR): {"f3", "f4", "f7", "f8"},
        ("县审", AUDITOR): {"f3", "f4", "f5", "f7", "f8", "f9", "r"},
    }
    for (name, role), keys in wanted.items():
        change_account(book, name, role, [township] if name == "乡审" else [""])
        told = casebook_lines(home_facts(book.acted_by(name)), 19)
        assert f"{role} {township[:1] if name == '乡审' else '全'}" in "".join(text for text, _role in told[-1])
        app = RuhuApp(book.acted_by(name))
        async with app.run_test(size=(120, 36)) as pilot:
            await settle(pilot)
            every = {"f3", "f4", "f5", "f7", "f8", "f9", "r"}
            assert {key for key in app.screen.active_bindings if key in every} == keys, name
            await press(pilot, "f5")
            assert (app.screen is not app.page("home")) == ("f5" in keys)
            assert role in shown(app) or "f5" in keys
            await press(pilot, "f2", "f8")
            assert ({"p", "a"} & set(app.screen.active_bindings) == set()) == (role == READER), name
