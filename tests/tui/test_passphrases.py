"""Where a passphrase comes from, and who signs in with it."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import replace

import pytest

from casebook.errors import RuhuError
from casebook.store.keys.slots import add_slot, new_keys
from tests.casebook.keys.made_keys import CHEAP, OTHER, OWN
from tui.commands import opened, passphrases
from tui.commands.opened import proven, proven_by_recovery, user_with_key
from tui.commands.passphrases import ask, given_passphrase, new_passphrase, read_descriptor, taken_from

KEYS, KEY, CODE = new_keys("甲", OWN, "试验县", CHEAP)
BOTH = add_slot(KEYS, KEY, "乙", OTHER, CHEAP)

Types = Callable[..., list[str]]


@pytest.fixture
def types(monkeypatch: pytest.MonkeyPatch) -> Types:
    """Somebody at a terminal who types these lines; what they were asked."""

    def begin(*lines: str) -> list[str]:
        asked: list[str] = []
        waiting = iter(lines)

        def answer(prompt: str = "") -> str:
            asked.append(prompt)
            return next(waiting)

        for module in (passphrases, opened):
            monkeypatch.setattr(module, "at_terminal", lambda: True)
        monkeypatch.setattr("getpass.getpass", answer)
        monkeypatch.setattr("builtins.input", answer)
        return asked

    return begin


def refused(call: Callable[[], object]) -> RuhuError:
    with pytest.raises(RuhuError) as caught:
        call()
    return caught.value


def test_three_tries_at_a_terminal(types: Types, capsys: pytest.CaptureFixture[str]) -> None:
    asked = types("wrong one", "wrong two", OWN)
    assert proven(KEYS, "甲") == (KEY, OWN)
    assert len(asked) == 3 and "试验县" in asked[0] and "甲" in asked[0]
    told = capsys.readouterr().err
    assert "2 次" in told and "1 次" in told and "wrong" not in told
    types("wrong", "wrong", "wrong", OWN)
    assert refused(lambda: proven(KEYS, "甲")).code == "wrong_passphrase"
    types("no recovery key", CODE.lower())
    assert proven_by_recovery(KEYS) == (KEY, CODE.lower())


def test_given_is_tried_once_and_never_asked_for(types: Types, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = types(OWN)
    monkeypatch.setenv("RUHU_PASSPHRASE", "wrong one")
    assert refused(lambda: proven(KEYS, "甲")).code == "wrong_passphrase"
    with taken_from(None):
        assert "RUHU_PASSPHRASE" not in os.environ  # no process that we start sees it
        assert given_passphrase() == "wrong one"
    assert asked == []


def test_without_a_terminal_nothing_is_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RUHU_PASSPHRASE", raising=False)
    monkeypatch.setattr(passphrases, "at_terminal", lambda: False)
    monkeypatch.setattr(opened, "at_terminal", lambda: False)
    for call in (lambda: proven(KEYS, "甲"), lambda: new_passphrase("甲"), lambda: user_with_key(BOTH, None)):
        assert refused(call).category == "usage"


def test_from_a_file_descriptor() -> None:
    def read(content: bytes) -> str:
        out, into = os.pipe()
        os.write(into, content)
        os.close(into)
        try:
            return read_descriptor(out, "--passphrase-fd")
        finally:
            os.close(out)

    assert read("口令一二三四五\r\n第二行\n".encode()) == "口令一二三四五"
    assert read(b"no line end") == "no line end"
    for bad in (
        lambda: read(b"\xff\xfe\xfd"),
        lambda: read_descriptor(-1, "--x"),
        lambda: read_descriptor(10**12, "--x"),
    ):
        assert refused(bad).code == "usage_passphrase_fd"


def test_a_new_one_is_typed_twice(types: Types, capsys: pytest.CaptureFixture[str]) -> None:
    types("short", OWN, OTHER, OWN, OWN)
    assert new_passphrase("甲") == OWN
    told = capsys.readouterr().err
    assert "8 个字符" in told and "两遍不一样" in told
    types("short", "甲", OWN, OTHER)
    assert refused(lambda: new_passphrase("甲")).code == "usage_passphrase"
    assert refused(lambda: new_passphrase("甲", "short")).code == "usage_weak_passphrase"


def test_who_acts(types: Types, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("RUHU_USER", raising=False)
    monkeypatch.setattr("getpass.getuser", lambda: "乙")
    asked = types("丙", "2", "甲")
    assert user_with_key(KEYS, None) == "甲"  # the only one
    assert user_with_key(BOTH, None) == "乙"  # the system's account
    assert user_with_key(BOTH, "甲") == "甲"
    monkeypatch.setenv("RUHU_USER", "甲")
    assert user_with_key(BOTH, None) == "甲"
    assert refused(lambda: user_with_key(BOTH, "丙")).code == "usage_no_slot"
    assert asked == []
    monkeypatch.delenv("RUHU_USER")
    others = replace(BOTH, slots=tuple(replace(slot, name=f"{slot.name}生") for slot in BOTH.slots if slot.name))
    assert user_with_key(others, None) == "乙生"  # 丙 is nobody, 2 is the second
    types("甲生")
    assert user_with_key(others, None) == "甲生"


def test_a_terminal_that_shows_what_is_typed_is_refused(types: Types, monkeypatch: pytest.MonkeyPatch) -> None:
    import warnings
    from getpass import GetPassWarning

    types()

    def echoing(_prompt: str) -> str:
        warnings.warn("Can not control echo on the terminal.", GetPassWarning, stacklevel=2)
        return OWN

    monkeypatch.setattr("getpass.getpass", echoing)
    assert refused(lambda: ask("口令：")).code == "usage_passphrase"
