"""Inviting and joining: two files, a code, and whoever puts other keys in between."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from casebook.errors import RuhuError
from casebook.store.accounts import account_of
from casebook.store.device_keys import new_keys, public_keys
from casebook.store.devices import awaits_first_packet, body_of, casebook_id, device_named, devices
from casebook.store.invitations import (
    accept,
    answer_name,
    answer_to,
    ascii_word,
    code_of,
    digest_of,
    file_of,
    invite,
    pending,
    read_answer,
    read_invitation,
    withdraw,
)
from casebook.store.joining import answered, join
from casebook.store.rights import SURVEYOR
from tests.casebook.packets.joined import CHEAP, laptop_of, office_in


def code(caught: pytest.ExceptionInfo[RuhuError]) -> str:
    return caught.value.code


def test_invited_joined_and_let_in(tmp_path: Path) -> None:
    with office_in(tmp_path) as office:
        invitation, content = invite(office, " lap3 ", areas=["甲乡/", "甲乡/一村"], role=SURVEYOR, account="陈静")
        assert invitation.device.areas == ("甲乡",) and [one.digest for one in pending(office.whole)] == [
            invitation.digest
        ]
        carried = content.replace(b"\n", b"\r\n")  # as a mail program leaves it
        assert read_invitation(carried) == invitation and answer_name(invitation) == "lap3.answer"
        with join(
            tmp_path / "lap3.ruhu", read_invitation(carried), account="陈静", views=(), key=bytes(48), cost=CHEAP
        ).book as laptop:
            assert awaits_first_packet(laptop.whole) and laptop.name == "试验县"
            assert casebook_id(laptop.whole) == casebook_id(office.whole)
            assert [one.name for one in devices(laptop.whole)] == ["lap3", "办公室"]
            with pytest.raises(RuhuError) as caught, laptop.writing() as writing:
                writing.append("account", {"name": "陈静", "role": "管理员"})
            assert code(caught) == "awaits_packet", "nobody makes himself an administrator before the accounts come"
            again = answered(laptop, invitation, CHEAP)
            answer = read_answer(office.whole, again.answer, cost=CHEAP)
            assert answer.code == again.code and answer.device.id == laptop.device and len(answer.code) == 6
            wrong = f"{(int(again.code) + 1) % 10**6:06d}"
            with pytest.raises(RuhuError) as caught:
                accept(office, answer, wrong)
            assert code(caught) == "code_differs" and len(devices(office.whole)) == 1
            accept(office, answer, f" {again.code[:3]} {again.code[3:]}")
            found = device_named(office.whole, laptop.device[:4])
            assert (found.name, found.areas, found.role) == ("lap3", ("甲乡",), SURVEYOR)
            account = account_of(office.whole, "陈静")
            assert account is not None and (account.role, account.areas) == (SURVEYOR, ("甲乡",))
            assert not pending(office.whole)
            for what in (
                lambda: read_answer(office.whole, again.answer, cost=CHEAP),
                lambda: accept(office, answer, again.code),
            ):
                with pytest.raises(RuhuError) as caught:
                    what()
                assert code(caught) in ("answer_taken", "no_invitation")


def test_other_keys_in_between_change_the_code(tmp_path: Path) -> None:
    """Whoever carries the files can answer in another's place, but not with the code that the laptop shows."""
    with office_in(tmp_path) as office:
        invitation, content = invite(office, "lap3", role=SURVEYOR, account="陈静")
        told = json.loads(content)
        mine = new_keys("office"[:6])
        sign, seal = public_keys(mine)
        forged = read_invitation(file_of(told | {"office": told["office"] | {"sign": sign, "seal": seal}}))
        joined = join(tmp_path / "lap3.ruhu", forged, account="陈静", views=(), key=bytes(48), cost=CHEAP)
        joined.book.close()
        theirs = new_keys("ab" * 8)
        sign, seal = public_keys(theirs)
        device = replace(invitation.device, id="ab" * 8, sign=sign, seal=seal)
        answer = answer_to(invitation, device, theirs, "陈静")
        read = read_answer(office.whole, file_of(answer), cost=CHEAP)
        assert read.code != joined.code
        with pytest.raises(RuhuError):
            accept(office, read, joined.code)
        with pytest.raises(RuhuError) as caught:  # the laptop's own answer is to the forged invitation
            read_answer(office.whole, joined.answer, cost=CHEAP)
        assert code(caught) == "no_invitation"
        for change in ({"seal": "age1x"}, {"account": ""}, {"device": ""}, {"signature": "00"}, {"nonce": "1"}):
            with pytest.raises(RuhuError) as caught:
                read_answer(office.whole, file_of(answer | change), cost=CHEAP)
            assert code(caught) == "answer_damaged"


def test_the_code_is_slow_to_reckon_and_of_both_files() -> None:
    found = {code_of(digest_of({"a": n}), digest_of({"b": 1}), CHEAP) for n in range(20)}
    assert len(found) == 20 and all(len(one) == 6 and one.isdigit() for one in found)


def test_what_is_refused(tmp_path: Path) -> None:
    now = datetime(2026, 11, 23, tzinfo=UTC)
    with office_in(tmp_path) as office, laptop_of(office, tmp_path, "lap1") as laptop:
        invitation, content = invite(office, "lap3", role=SURVEYOR, account="陈静", now=now)
        late = now + timedelta(days=7, seconds=1)
        with pytest.raises(RuhuError) as caught:
            read_invitation(content, now=late)
        assert code(caught) == "invitation_expired"
        theirs = new_keys("ab" * 8)
        sign, seal = public_keys(theirs)
        device = replace(invitation.device, id="ab" * 8, sign=sign, seal=seal)
        answer = file_of(answer_to(invitation, device, theirs, "陈静"))
        with pytest.raises(RuhuError) as caught:
            read_answer(office.whole, answer, now=late, cost=CHEAP)
        assert code(caught) == "invitation_expired"
        assert read_answer(office.whole, answer, now=now, cost=CHEAP).device.name == "lap3"
        withdraw(office, invitation.digest)
        refused = {
            "no_invitation": lambda: read_answer(office.whole, answer, cost=CHEAP),
            "other_file": lambda: read_answer(office.whole, content),
            "not_an_invitation": lambda: read_invitation(b"\x00{"),
            "newer_invitation": lambda: read_invitation(file_of(json.loads(content) | {"version": 9})),
            "usage_device": lambda: invite(office, "lap1", role=SURVEYOR),
            "usage_role": lambda: invite(office, "lap9", role="村长"),
            "not_allowed": lambda: invite(laptop.acted_by("别人"), "lap9", role=SURVEYOR),
        }
        for expected, do in refused.items():
            if expected == "not_allowed":
                with laptop.writing() as writing:  # as its first packet would bring them
                    writing.connection.execute("INSERT INTO account VALUES ('陈静', '', '[]', 1, 'x', '', '')")
            with pytest.raises(RuhuError) as caught:
                do()
            assert code(caught) == expected
        for broken in ([], {"office": 3}, {"casebook": 4}, {"expires": None}, {"device": {"areas": "x"}}):
            told = json.loads(content) | broken if isinstance(broken, dict) else broken
            with pytest.raises(RuhuError):
                read_invitation(json.dumps(told).encode())


def test_names_of_files_are_ascii() -> None:
    assert [ascii_word(name) for name in ("Lap 3", "办公室", "共安1号", "//..", "é")] == [
        "lap3",
        "bangongshi",
        "gongan1hao",
        "",
        "",
    ]


def test_a_closed_device_and_its_name(tmp_path: Path) -> None:
    with office_in(tmp_path) as office, laptop_of(office, tmp_path, "lap1"):
        old = device_named(office.whole, "lap1")
        with office.writing() as writing:
            writing.append("device", body_of(replace(old, closed=True)))
        assert device_named(office.whole, "lap1").closed
        invitation, _content = invite(office, "lap1", role=SURVEYOR, account="陈静")
        assert invitation.device.name == "lap1", "a closed device's name is free"
