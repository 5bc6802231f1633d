"""Accounts (账号): who works on a casebook, in which role and where. The newest fact about a name stands."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from casebook.errors import RuhuError
from casebook.language import _
from casebook.store.areas import WHOLE_COUNTY, normal
from casebook.store.facts import Fact
from casebook.store.rights import ADMINISTRATOR, CLOSED, NOTHING, ROLES, UNRESTRICTED, Rights, refuse, require
from casebook.store.sqlite import Connection, storable
from casebook.store.views import View

if TYPE_CHECKING:
    from casebook.store.casebook import Casebook, Writing

__all__ = ["ACCOUNTS", "Account", "Rights", "accounts", "change_account", "refuse", "require", "rights_of"]

_SCHEMA = """
CREATE TABLE account (
    name TEXT PRIMARY KEY, role TEXT NOT NULL, areas TEXT NOT NULL, clock INTEGER NOT NULL, id TEXT NOT NULL,
    wall TEXT NOT NULL, author TEXT NOT NULL
) STRICT
"""


@dataclass(frozen=True, slots=True)
class Account:
    """`role` is a value of `ROLES`, '' of a closed account; `wall` and `author` say when and by whom it was so set."""

    name: str
    role: str
    areas: tuple[str, ...]
    wall: str
    author: str

    @property
    def rights(self) -> Rights:
        return Rights(self.role, self.areas)


def accounts(connection: Connection) -> list[Account]:
    """Every account, closed ones too, by name."""
    rows = connection.execute("SELECT name, role, areas, wall, author FROM account ORDER BY name")
    return [Account(name, role, tuple(json.loads(areas)), wall, author) for name, role, areas, wall, author in rows]


def account_of(connection: Connection, name: str) -> Account | None:
    row = connection.execute("SELECT name, role, areas, wall, author FROM account WHERE name = ?", (name,)).fetchone()
    return Account(row[0], row[1], tuple(json.loads(row[2])), row[3], row[4]) if row else None


def rights_of(connection: Connection, name: str, *, plain: bool) -> Rights:
    """What a person may do. While a casebook has no account at all, which is when it is made, anybody everything.
    Who has no account may do everything in a plain casebook, which asks nobody for a passphrase and is for training,
    and nothing in an encrypted one."""
    found = account_of(connection, name)
    if found is not None:
        return found.rights
    if plain or connection.execute("SELECT 1 FROM account LIMIT 1").fetchone() is None:
        return UNRESTRICTED
    return NOTHING


def change_account(book: Casebook, name: str, role: str, areas: Sequence[str] = WHOLE_COUNTY) -> Account:
    """Open an account or change one; `role` '' closes it. Raises RuhuError (usage) for a name or role that is none, and
    when no administrator of the whole county would be left."""
    with book.writing() as writing:
        return write_account(writing, name, role, areas)


def write_account(writing: Writing, name: str, role: str, areas: Sequence[str] = WHOLE_COUNTY) -> Account:
    """The same inside a transaction. Also raises RuhuError (usage) for whoever may not."""
    refuse(writing.rights, "account", {}, "")
    name = storable(name).strip()
    if not name or not name.isprintable():
        raise RuhuError(
            "usage_account", _("账号要有姓名。"), _("例：ruhu account add 陈静 --role 调查员"), category="usage"
        )
    if role != CLOSED and role not in ROLES.values():
        what = _("没有这种角色。")
        raise RuhuError("usage_role", what, _("角色有：{roles}").format(roles=role_words()), category="usage")
    if not (places := normal(areas)):
        places = WHOLE_COUNTY
    before = account_of(writing.connection, name)
    if before is not None and before.rights == Rights(role, places):
        return before
    if before is not None and before.role == ADMINISTRATOR and (role != ADMINISTRATOR or "" not in places):
        _keep_an_administrator(writing.connection, name)
    writing.append("account", {"name": name, "role": role, "areas": list(places)})
    found = account_of(writing.connection, name)
    assert found is not None
    return found


def role_words() -> str:
    """All roles, each with its English word."""
    return _("、").join(f"{_(role)}（{word}）" if _(role) != word else word for word, role in ROLES.items())


def _keep_an_administrator(connection: Connection, name: str) -> None:
    others = [one for one in accounts(connection) if one.name != name]
    if not any(one.role == ADMINISTRATOR and one.rights.everywhere for one in others):
        what = _("这是最后一个管全县的管理员，不能停用，也不能改成别的")
        raise RuhuError("last_administrator", what, _("请先另开一个管理员账号"), category="usage")


def _apply(connection: Connection, fact: Fact) -> None:
    if fact.kind != "account" or fact.body is None:
        return
    body, envelope = fact.body, fact.envelope
    areas = json.dumps(list(body.get("areas", WHOLE_COUNTY)), ensure_ascii=False)
    connection.execute(
        "INSERT INTO account VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (name) DO UPDATE SET role = excluded.role, "
        "areas = excluded.areas, clock = excluded.clock, id = excluded.id, wall = excluded.wall, "
        "author = excluded.author WHERE (excluded.clock, excluded.id) > (clock, id)",
        (body["name"], body["role"], areas, envelope.clock, fact.id, envelope.wall, envelope.author),
    )


ACCOUNTS = View(name="accounts", version=1, tables=("account",), schema=_SCHEMA, apply=_apply)
