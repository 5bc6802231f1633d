"""What is tortured: a folder with the casebook of an invented county, and that of a laptop which has joined it.

Both are plain, or both encrypted under one passphrase; a file says itself which.
"""

from __future__ import annotations

from datetime import date
from pathlib import Path

from casebook.store import rights
from casebook.store.accounts import change_account
from casebook.store.casebook import Casebook, create_casebook, open_casebook
from casebook.store.folder import DATABASE
from casebook.store.keys.creating import create_encrypted, prepare_keys
from casebook.store.keys.key_file import keys_of
from casebook.store.keys.slots import key_of_user, names_in
from casebook.store.keys.wrapping import Stretching
from casebook.store.packets.carrying import hand_over, take_all
from tui.all_views import VIEWS

BOOK, LAPTOP, OUT = "a.ruhu", "b.ruhu", "out"
"""Inside the folder: the casebook; the laptop's; where commands put what they write."""
OWNERS = {BOOK: "甲", LAPTOP: "乙"}
PASSPHRASE, COST = "一句试验用的口令", Stretching(64, 1, 1)


def key_of(database: Path) -> bytes | None:
    """The key of a database file, a casebook's or a backup's, by the passphrase; None for a plain one."""
    keys = keys_of(database)
    return None if keys is None else key_of_user(keys, names_in(keys)[0], PASSPHRASE)


def opened(folder: Path, name: str = BOOK) -> Casebook:
    path = folder / name
    key = key_of(path / DATABASE) if path.exists() else None
    return open_casebook(path, author=OWNERS.get(name, "甲"), views=VIEWS, key=key)


def new_book(path: Path, keyed: bool) -> Casebook:
    """A new casebook."""
    if not keyed:
        return create_casebook(path, name="县", author="甲", views=VIEWS)
    return create_encrypted(path, name="县", author="甲", views=VIEWS, passphrase=PASSPHRASE, cost=COST)[0]


def begin(folder: Path, people: int, keyed: bool) -> None:
    """An invented county through its survey, in a casebook; the rest of it to be visited; a laptop that has all of it,
    on which a surveyor works."""
    from casebook.sample.county import invent_county
    from casebook.sample.workbooks import write_county
    from tui.commands.check import cross_checked
    from tui.commands.demo_casebook import AUDITOR, COUNTY, SECOND, TOWNSHIP, fill_casebook, make_visits

    files = write_county(invent_county(people, 7), folder)
    result = cross_checked([(files.roster, {}), (files.registry, {})])
    (folder / OUT).mkdir()
    with new_book(folder / BOOK, keyed) as book:
        for name in (AUDITOR, SECOND, TOWNSHIP, COUNTY):
            change_account(book, name, rights.AUDITOR)
        fill_casebook(book, result, None)
        make_visits(book, folder / "phones", date.today())
        _plan_the_rest(book)
        _invite_laptop(book, folder, keyed)


def _invite_laptop(book: Casebook, folder: Path, keyed: bool) -> None:
    from casebook.store.invitations import CodeCost, accept, invite, read_answer
    from casebook.store.joining import join

    cost, path = CodeCost(64, 1), folder / LAPTOP
    invitation, _file = invite(book, "lap", role=rights.SURVEYOR, account="乙")
    key = None
    if keyed:
        key, _code = prepare_keys(path, name="县", author="乙", passphrase=PASSPHRASE, cost=COST)
    joined = join(path, invitation, account="乙", views=VIEWS, key=key, cost=cost)
    with joined.book as laptop:
        device = accept(book, read_answer(book.whole, joined.answer, cost=cost), joined.code)
        written = hand_over(book, device, folder / OUT)
        carried(laptop, written.path)


def carried(book: Casebook, packet: Path) -> None:
    """A packet taken, and gone from the stick. Raises RuhuError as taking it does."""
    (tried,) = take_all(book, [packet]).tried
    if tried.error is not None:
        raise tried.error
    packet.unlink()


def _plan_the_rest(book: Casebook) -> None:
    from survey_forms.stored_forms import import_form, standard_form
    from survey_forms.visits.planning import Choice, plan

    plan(book, Choice((), (), "all"), import_form(book, standard_form()).id)
