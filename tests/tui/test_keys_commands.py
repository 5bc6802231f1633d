"""Encrypted casebooks by command: made, opened, given another passphrase and another key, backed up and restored."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from casebook.store.keys.creating import create_encrypted
from casebook.store.keys.slots import unlock, unlock_with_recovery
from tests.casebook.keys.made_keys import CHEAP
from tests.conftest import ROOT, RunRuhu
from tui.all_views import VIEWS

OWN, NEXT = "correct horse", "battery staple"


def test_an_encrypted_casebook_from_its_making_to_another_key(run_ruhu: RunRuhu, tmp_path: Path) -> None:
    def ruhu(*arguments: object, passphrase: str = OWN, code: int = 0, **environment: str) -> Any:
        done = run_ruhu(*arguments, RUHU_PASSPHRASE=passphrase, **environment)
        assert (done.returncode, OWN in done.stdout + done.stderr) == (code, False), done.stderr
        assert code == 0 or (done.stdout, done.stderr.count("\n")) == ("", 1)
        return json.loads(done.stdout) if "--json" in arguments and not code else done

    folder = "县.ruhu"
    book, recovery = create_encrypted(
        tmp_path / folder, name="县", author="甲", views=VIEWS, passphrase=OWN, cost=CHEAP
    )
    book.close()
    assert ruhu("open", folder, "--no-tui").stdout.splitlines()[1] == "已加密"
    locked = run_ruhu("log", "verify")
    assert (locked.returncode, locked.stdout, locked.stderr.count("\n")) == (2, "", 1)
    assert "口令" in ruhu("log", "verify", passphrase="wrong one", code=3).stderr
    assert ruhu("log", "verify", "--user", "乙", code=2)
    assert {fact["author"] for fact in ruhu("log", "list", "--json")} == {"甲"}  # whose the only key is

    backup = ruhu("backup", "-o", "b.db", "--json")
    assert [Path(backup[name]).name for name in ("path", "key_file")] == ["b.db", "b.db.keys"]
    ruhu("passphrase", "--recovery", passphrase=recovery.lower(), RUHU_NEW_PASSPHRASE=NEXT)
    before = (tmp_path / folder / "casebook.db").read_bytes()[:16]
    told = ruhu("rekey", "--json", passphrase=NEXT)
    assert (bytes.fromhex(told["key_id"]), told["recovery_key"]) == (
        (tmp_path / folder / "casebook.db").read_bytes()[:16],
        None,
    )
    assert bytes.fromhex(told["key_id"]) != before
    assert all(check["state"] != "bad" for check in ruhu("doctor", "--json", passphrase=NEXT)["checks"])
    # the backup opens with what was the passphrase then, and into a place of its own
    assert ruhu("restore", "b.db", code=3)  # the casebook in place has another passphrase now
    back = ruhu("restore", "b.db", "-c", "旧", "--recovery", "--user", "甲", "--json", passphrase=recovery)
    assert back["encrypted"] is True
    assert ruhu("log", "verify", "-c", "旧")
    (tmp_path / "alone.db").write_bytes((tmp_path / "b.db").read_bytes())
    assert "alone.db.keys" in ruhu("restore", "alone.db", "-c", "孤", code=3).stderr
    ruhu(
        "restore", "b.db", "-c", "彼", "--recovery", "--json", passphrase=recovery, XDG_STATE_HOME=str(tmp_path / "pc2")
    )
    assert ruhu("notice", "--json", XDG_STATE_HOME=str(tmp_path / "pc2")), "without -c it is the one restored there"
    fresh = ruhu("passphrase", "--new-recovery-key", "-c", folder, "--json", passphrase=NEXT)["recovery_key"]
    assert unlock_with_recovery(tmp_path / folder, fresh)[-16:].hex() == told["key_id"]
    assert ruhu("passphrase", "--recovery", "-c", folder, passphrase=recovery, RUHU_NEW_PASSPHRASE=OWN, code=3)


def test_a_plain_casebook_is_encrypted_by_a_new_key(run_ruhu: RunRuhu, tmp_path: Path) -> None:
    run_ruhu("new", "县", "--plain", "--user", "甲")
    assert run_ruhu("passphrase").returncode == 2
    assert run_ruhu("rekey", "--user", "甲").returncode == 2  # no passphrase
    assert run_ruhu("rekey", "--user", "乙", RUHU_PASSPHRASE=OWN).returncode == 2  # who could not open it afterwards
    run_ruhu("account", "add", "陈静", "--role", "调查员", "--area", "永和镇", "--area", "永安镇/三溪村")
    done = run_ruhu("rekey", "--user", "甲", RUHU_PASSPHRASE=OWN)
    assert done.returncode == 0, done.stderr
    assert len(done.stdout.splitlines()[-1].split("-")) == 8
    assert "有钥匙的：甲\n" in done.stdout
    (command,) = (line for line in done.stdout.splitlines() if line.startswith("ruhu "))
    assert command == "ruhu account add 陈静 --role 调查员 --area 永和镇 --area 永安镇/三溪村"
    given = run_ruhu(*command.split()[1:], RUHU_PASSPHRASE=OWN, RUHU_NEW_PASSPHRASE=NEXT)
    assert given.returncode == 0, given.stderr
    again = json.loads(run_ruhu("rekey", "--user", "甲", "--json", RUHU_PASSPHRASE=OWN).stdout)
    assert (again["people"], again["dropped"], again["without_key"]) == (["甲", "陈静"], [], [])
    assert run_ruhu("log", "verify", "--user", "甲", RUHU_PASSPHRASE=OWN).returncode == 0
    assert run_ruhu("log", "verify").returncode == 2


@pytest.mark.skipif(os.name != "posix", reason="a shell's file descriptors")
def test_a_new_casebook_is_encrypted_with_the_passphrase_given(run_ruhu: RunRuhu, tmp_path: Path) -> None:
    asked = run_ruhu("new", "县", "--user", "甲")
    assert (asked.returncode, asked.stdout, asked.stderr.count("\n")) == (2, "", 1)
    assert "RUHU_PASSPHRASE" in asked.stderr and "--plain" in asked.stderr
    assert run_ruhu("new", "县", "--user", "甲", RUHU_PASSPHRASE="short").returncode == 2
    assert not (tmp_path / "县.ruhu").exists()
    out, into = os.pipe()
    os.write(into, f"{OWN}\n".encode())
    os.close(into)
    done = subprocess.run(
        [sys.executable, "-m", "tui", "new", "县", "--user", "甲", "--passphrase-fd", str(out)],
        cwd=tmp_path,
        env=os.environ | {"XDG_STATE_HOME": str(tmp_path), "PYTHONPATH": str(ROOT)},
        pass_fds=(out,),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        encoding="utf-8",
    )
    os.close(out)
    assert done.returncode == 0, done.stderr
    folder, recovery = done.stdout.splitlines()
    assert (folder, recovery in done.stderr, OWN in done.stderr) == ("县.ruhu", False, False)
    assert (tmp_path / folder / "casebook.db").read_bytes()[:15] != b"SQLite format 3"
    assert unlock(tmp_path / folder, "甲", OWN) == unlock_with_recovery(tmp_path / folder, recovery)
