"""`ruhu device` and `ruhu packet`: an office and two laptops, each with a state folder of its own."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from casebook.store import invitations, joining
from casebook.store.packets.carrying import packets_in
from tests.casebook.packets.joined import CHEAP
from tui.commands import app
from tui.commands.exits import guarded
from tui.commands.main import run


class Machine:
    """Commands on one machine, in this process."""

    def __init__(
        self, folder: Path, user: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        self.folder, self.user = folder, user
        self._capsys, self._patch = capsys, monkeypatch
        folder.mkdir()

    def __call__(self, *arguments: object, code: int = 0) -> str:
        """What the command said, stdout before stderr."""
        self._patch.chdir(self.folder)
        self._patch.setenv("XDG_STATE_HOME", str(self.folder / "state"))
        self._patch.setenv("RUHU_USER", self.user)
        self._capsys.readouterr()
        got = guarded(lambda: run(list(map(str, arguments))))
        said = self._capsys.readouterr()
        assert got == code, said.err
        return said.out + said.err

    def json(self, *arguments: object, code: int = 0) -> Any:
        text = self(*arguments, "--json", code=code)
        return json.JSONDecoder().raw_decode(text)[0]


@pytest.fixture
def machines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Iterator[tuple[Machine, Machine, Machine]]:
    for module in (invitations, joining):
        monkeypatch.setattr(module, "CodeCost", lambda: CHEAP)
    monkeypatch.setattr(app, "command", cache(app.command))  # built once, not for each of 50 commands
    umask = os.umask(0o077)
    names = (("office", "刘敏"), ("lap1", "陈静"), ("lap2", "吴娟"))
    yield tuple(Machine(tmp_path / name, user, capsys, monkeypatch) for name, user in names)  # type: ignore[misc]
    os.umask(umask)


def test_a_day_with_three_machines(machines: tuple[Machine, Machine, Machine], tmp_path: Path) -> None:
    office, lap1, lap2 = machines
    stick = tmp_path / "stick"
    stick.mkdir()
    table = tmp_path / "名单.csv"
    table.write_text("乡镇,村,姓名,证件号码\n云丰镇,青桥村,王大山,510000197001010011\n", "utf-8")
    office("new", "甲县", "--plain")
    assert "还没有别的电脑" in office("device", "list")

    # invited, answered, let in by the code
    assert "角色" in office("device", "invite", "lap1", "--account", "陈静", code=2)
    said = office(
        "device", "invite", "lap1", "--account", "陈静", "--role", "surveyor", "--area", "云丰镇", "-o", stick
    )
    assert "lap1.invite" in said and "云丰镇" in said, "nobody is listed there yet"
    assert "已有这个文件" in office("device", "invite", "lap1", "--role", "调查员", "-o", stick, code=2)
    office("device", "invite", "lap2", "--account", "吴娟", "--role", "调查员", "-o", stick / "x.invite")
    assert [one["name"] for one in office.json("device", "list")["invitations"]] == ["lap2", "lap1"]
    assert "给「陈静」的" in lap2("device", "join", stick / "lap1.invite", "--plain", "--user", "吴娟", code=2)
    joined = lap1.json("device", "join", stick / "lap1.invite", "--plain")
    assert (lap1.folder / joined["casebook"]).is_dir() and joined["recovery_key"] is None
    assert lap1.json("device", "join", stick / "lap1.invite")["code"] == joined["code"], "once more, as it was"
    assert "不是用这份邀请建的" in lap1("device", "join", stick / "x.invite", "--user", "吴娟", code=2)
    code2 = lap2.json("device", "join", stick / "x.invite", "--plain", "-o", stick)["code"]
    answer = stick / "lap1.answer"
    assert "核对码" in office("device", "invite", "--answer", answer, code=2)
    assert "核对码不对" in office("device", "invite", "--answer", answer, "--code", "12", code=1)
    assert "packet make --to lap1" in office("device", "invite", "--answer", answer, "--code", joined["code"])
    assert "接受过" in office("device", "invite", "--answer", answer, "--code", joined["code"], code=2)
    office("device", "invite", "--answer", stick / "lap2.answer", "--code", code2)
    assert "邀请" in office("device", "invite", "--answer", stick / "lap1.invite", "--code", "1", code=2)
    assert "不能管设备" in office("device", "close", "lap1", "--user", "陈静", code=2)

    # a joined casebook takes a packet before anything else
    assert "还是空的" in lap2("import", "roster", table, code=2)
    assert "先收" in lap1("packet", "make", "--to", "办公室", code=2)
    assert "没有交换包" in lap1("packet", "take", stick)
    first = office.json("packet", "make", "--to", "lap1", "-o", stick)
    office("packet", "make", "--to", "lap2", "-o", stick)
    sealed = Path(first["packet"]).read_bytes()
    assert not [word for word in ("陈静", "办公室", "甲县", "lap1") if word.encode() in sealed]
    told = lap1.json("packet", "take", stick)
    assert told["foreign"] == 1 and told["packets"][0]["from"] == "办公室" and told["packets"][0]["facts"] > 4
    lap2("packet", "take", stick)

    # there and back; lost, twice, wrong, damaged
    lost = Path(lap1.json("packet", "make", "--to", "办公室", "-o", stick)["packet"])
    lost.unlink()
    back = Path(lap1.json("packet", "make", "--to", "办公室", "-o", tmp_path / "new" / "folder")["packet"])
    assert "来自「lap1」" in office("packet", "take", back)
    assert "以前收过" in office("packet", "take", back, back.parent)
    assert "给「办公室」的" in lap2("packet", "take", back, code=3)
    back.write_bytes(back.read_bytes()[:-3] + b"???")
    assert "损坏" in office("packet", "take", back, code=3)
    told = office.json("packet", "take", back.parent, code=1)
    assert told["packets"] == [{"file": back.name, "taken": False, "error": "packet_damaged"} | {
        key: told["packets"][0][key] for key in ("what", "remedy")
    }]  # fmt: skip
    assert "没有这个文件" in office("packet", "take", stick / "weg.packet", code=3)
    assert "没有这台设备" in office("packet", "make", "--to", "lap9", code=2)
    assert "不能给自己" in office("packet", "make", "--to", "办公室", code=2)
    assert "没有这些地方" in office("packet", "make", "--to", "lap1", "--checkout", "云丰镇")
    assert "已借给「lap1」" in office("packet", "make", "--to", "lap2", "--checkout", "云丰镇/青桥村", code=2)
    assert "不管河口乡" in office("packet", "make", "--to", "lap1", "--checkout", "河口乡", code=2)
    assert "借着：云丰镇" in office("device", "list")

    # renamed, closed, opened again
    assert "没有说要改什么" in office("device", "change", "lap2", code=2)
    office("device", "change", "lap2", "--name", "河口1号", "--area", "河口乡")
    (row,) = [one for one in office.json("device", "list")["devices"] if one["name"] == "河口1号"]
    assert row["areas"] == ["河口乡"] and row["waiting"] and not row["own"]
    assert "不能停用正在用的" in office("device", "close", "办公室", code=2)
    office("device", "close", "河口1号")
    assert "已停用" in office("packet", "make", "--to", "河口1号", code=3)
    late = lap2.json("packet", "make", "--to", "办公室", "-o", stick)["packet"]
    assert "已停用" in office("packet", "take", late, code=3)
    office("device", "change", "河口1号", "--open")
    assert "来自「河口1号」" in office("packet", "take", late)
    assert "办公室" in office("device", "list") and len(packets_in(stick)) == 3
