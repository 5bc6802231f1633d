"""Accounts and the confidentiality notice by command, in an encrypted casebook: who has a key, who may what."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from casebook.errors import RuhuError
from casebook.store.casebook import open_casebook
from casebook.store.keys import slots
from casebook.store.keys.creating import create_encrypted
from tests.casebook.keys.made_keys import CHEAP
from tui.all_views import VIEWS
from tui.commands.main import run

CHIEF, OTHER = "correct horse", "battery staple"


def test_accounts_with_keys_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def ruhu(user: str, *arguments: object, code: str = "", new: str = "") -> Any:
        """What is printed as JSON, else what is said; of an error of this code its line."""
        monkeypatch.setenv("RUHU_PASSPHRASE", CHIEF if user == "主任" else OTHER)
        monkeypatch.setenv("RUHU_NEW_PASSPHRASE", new)
        try:
            assert run([*map(str, arguments), "-c", str(folder), "--user", user]) == 0 and not code
        except RuhuError as error:
            assert (error.code, error.category) == (code, "usage")
            assert capsys.readouterr().out == ""
            return f"{error.what}。{error.remedy}"
        out, err = capsys.readouterr()
        assert CHIEF not in out + err and OTHER not in out + err
        return json.loads(out) if "--json" in arguments else err

    def listed() -> dict[str, tuple[Any, ...]]:
        found = ruhu("主任", "account", "list", "--json")
        return {one["name"]: (one["role"], one["areas"], one["closed"], one["key"]) for one in found}

    monkeypatch.setattr(slots, "_USUAL", CHEAP)
    monkeypatch.setattr(slots.change_passphrase, "__defaults__", (CHEAP,))
    folder = tmp_path / "县.ruhu"
    book, _code = create_encrypted(folder, name="县", author="主任", views=VIEWS, passphrase=CHIEF, cost=CHEAP)
    book.close()
    add = ("account", "add", "陈静", "--role", "surveyor", "--area", "永和镇")
    ruhu("主任", *add, code="usage_passphrase")  # without a terminal nobody is asked
    ruhu("主任", *add, new="short", code="usage_weak_passphrase")
    assert listed() == {"主任": ("administrator", [""], False, True)}
    assert "永和镇" in ruhu("主任", *add, new=OTHER)
    ruhu("主任", *add, new=OTHER, code="account_there")
    assert listed()["陈静"] == ("surveyor", ["永和镇"], False, True)
    said = ruhu("陈静", "account", "change", "陈静", "--role", "管理员", code="not_allowed")
    assert said == "你的账号是调查员，不能管账号。请由管理员来做"
    ruhu("陈静", *add, new=OTHER, code="not_allowed")
    ruhu("主任", "account", "close", "主任", code="last_administrator")
    ruhu("主任", "account", "change", "谁", "--role", "管理员", code="no_account")
    for wrong, why in ((("--role", "省长"), "usage_role"), ((), "usage_change"), (("--area", ""), "usage_area")):
        ruhu("主任", "account", "change", "陈静", *wrong, code=why)
    ruhu("主任", "account", "change", "陈静", "--role", "审核员", "--whole-county")
    assert listed()["陈静"] == ("auditor", [""], False, True)

    # nobody could be asked to accept the notice: on record once for each, and no refusal
    assert ruhu("陈静", "notice", "--json")["accepted"] == []
    told = ruhu("陈静", "notice", "--accept", "--json")
    assert [one["name"] for one in told["accepted"]] == ["陈静"] and "保密" in told["text"]
    assert ruhu("陈静", "account", "list", "--json")

    assert "ruhu rekey" in ruhu("主任", "account", "close", "陈静")
    assert listed()["陈静"] == (None, [""], True, False)
    ruhu("陈静", "account", "list", code="usage_no_slot")
    ruhu("主任", "account", "change", "陈静", "--role", "审核员", code="no_account")
    ruhu("主任", *add, new=OTHER)  # again
    assert listed()["陈静"] == ("surveyor", ["永和镇"], False, True)
    read, write = os.pipe()
    os.close(read)
    os.close(write)
    ruhu("主任", "account", "add", "乙", "--role", "reader", "--new-passphrase-fd", write, code="usage_passphrase_fd")
    with open_casebook(folder, author="主任", views=VIEWS, key=slots.unlock(folder, "主任", CHIEF)) as book:
        due = book.connection.execute("SELECT author FROM access WHERE what = 'notice_due' ORDER BY n").fetchall()
        assert due == [("主任",), ("陈静",)]


def test_at_a_terminal_the_notice_is_accepted_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from tui.commands import passphrases
    from tui.commands.notice import ask_notice

    folder, answers = tmp_path / "县.ruhu", ["什么", "否", "是"]
    book, _code = create_encrypted(folder, name="县", author="主任", views=VIEWS, passphrase=CHIEF, cost=CHEAP)
    monkeypatch.setattr(passphrases, "at_terminal", lambda: True)
    monkeypatch.setattr("builtins.input", lambda: answers.pop(0))
    with book:
        with pytest.raises(RuhuError) as raised:
            ask_notice(book)
        assert (raised.value.code, answers) == ("notice_refused", ["是"])
        ask_notice(book)
        ask_notice(book)  # nobody is asked twice
        assert book.connection.execute("SELECT name FROM notice").fetchall() == [("主任",)]
    assert "身份证号" in capsys.readouterr().err
