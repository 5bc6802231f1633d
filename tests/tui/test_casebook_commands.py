"""The commands around a casebook, in processes of their own."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path

import openpyxl
import pytest

from audit.views import VIEWS
from casebook.store.casebook import Casebook, open_casebook
from tests.conftest import ROOT, RunRuhu


def book_of(path: Path) -> Casebook:
    return open_casebook(path, author="甲", views=VIEWS)


@pytest.fixture
def county(tmp_path: Path, run_ruhu: RunRuhu) -> Path:
    """A new casebook, remembered."""
    done = run_ruhu("new", "试验县", "--plain", "--user", "甲")
    assert done.returncode == 0, done.stderr
    return tmp_path / "试验县.ruhu"


def test_new_makes_a_casebook_and_says_that_it_is_plain(run_ruhu: RunRuhu, tmp_path: Path) -> None:
    done = run_ruhu("new", "试验", "--plain", "--county", "试验县", "--user", "甲")
    assert (done.returncode, done.stdout) == (0, "试验.ruhu\n")
    assert "管理员：甲" in done.stderr
    assert sum("没有加密" in line for line in done.stderr.splitlines()) == 1
    with book_of(tmp_path / "试验.ruhu") as book:
        assert book.name == "试验县"
        accounts = [row[0] for row in book.connection.execute("SELECT author FROM envelope WHERE kind = 'account'")]
        assert accounts == ["甲"]
    again = run_ruhu("new", "试验.ruhu", "--plain", "--user", "甲")
    assert (again.returncode, again.stdout) == (2, "")
    assert again.stderr.startswith("试验.ruhu：")
    assert again.stderr.count("\n") == 1


def test_a_casebook_without_a_name(run_ruhu: RunRuhu, tmp_path: Path) -> None:
    done = run_ruhu("new", "")
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (2, "", 1)
    assert not (tmp_path / ".ruhu").exists()


def test_which_casebook_and_who(run_ruhu: RunRuhu, tmp_path: Path) -> None:
    assert run_ruhu("log", "list").returncode == 2  # none known
    run_ruhu("new", "一", "--plain", "--user", "甲")
    run_ruhu("new", "二", "--plain", "--user", "乙")

    def authors(*arguments: str, **environment: str) -> set[str]:
        done = run_ruhu("log", "list", "--json", *arguments, **environment)
        assert done.returncode == 0, done.stderr
        return {fact["author"] for fact in json.loads(done.stdout)}

    assert authors() == {"乙"}
    assert authors("-c", "一") == authors("-c", "一.ruhu") == {"甲"}
    assert authors(RUHU_CASEBOOK="一.ruhu") == {"甲"}
    assert authors("-c", "二.ruhu", RUHU_CASEBOOK="一.ruhu") == {"乙"}
    assert run_ruhu("open", "一.ruhu", "--no-tui").returncode == 0
    assert authors() == {"甲"}
    assert run_ruhu("backup", "--user", " ").returncode == 2
    run_ruhu("new", "三", "--plain", RUHU_USER="丙")
    assert authors() == {"丙"}


@pytest.mark.parametrize(
    "command", [("open", "--no-tui"), ("doctor",), ("log", "verify"), ("log", "list"), ("backup",), ("restore", "b.db")]
)
def test_a_casebook_that_is_not_there_is_exit_3(run_ruhu: RunRuhu, command: tuple[str, ...]) -> None:
    option = ("无.ruhu",) if command[0] == "open" else ("-c", "无.ruhu")
    done = run_ruhu(*command, *option)
    assert done.returncode == 3
    assert done.stderr.count("\n") == 1


def test_open_without_a_screen_says_what_is_in_it(run_ruhu: RunRuhu, county: Path) -> None:
    done = run_ruhu("open", county, "--no-tui")
    assert done.returncode == 0, done.stderr
    assert "试验县" in done.stdout
    assert "没有加密" in done.stdout
    assert "2 条事实" in done.stdout
    assert "最近的备份" in done.stdout
    assert len(list((county / "backups").iterdir())) == 1
    run_ruhu("open", county, "--no-tui")
    assert len(list((county / "backups").iterdir())) == 1  # one a day


def test_a_backup_that_fails_hides_nothing(county: Path, tmp_path: Path) -> None:
    code = (
        "import casebook.store.backup as backup\nfrom casebook.errors import RuhuError\n"
        "def full(book): raise RuhuError('no_space', '磁盘空间不够', '请清理磁盘')\n"
        "backup.daily_backup = full\n"
    )
    done = in_process(code, "open", county, "--no-tui", state=tmp_path)
    assert done.returncode == 0 and "2 条事实" in done.stdout
    assert done.stderr.count("\n") == 1 and "磁盘空间不够" in done.stderr


def test_open_without_a_terminal_says_so(run_ruhu: RunRuhu, county: Path) -> None:
    done = run_ruhu("open", county)
    assert done.returncode == 3
    assert "终端" in done.stderr


def test_doctor(run_ruhu: RunRuhu, county: Path, tmp_path: Path) -> None:
    assert run_ruhu("doctor").returncode == 0
    done = run_ruhu("doctor", "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, told["whole"], told["casebook"]) == (0, True, str(county))
    assert {check["name"] for check in told["machine"]} >= {"python", "sqlite", "encryption", "packages", "console"}
    assert {check["state"] for check in told["checks"]} == {"ok", "notice"}  # no backup yet
    with book_of(county) as book:
        book.connection.execute("DROP TRIGGER envelope_update")
        book.connection.execute("UPDATE envelope SET author = '丙' WHERE arrival = 2")
    assert run_ruhu("doctor").returncode == 1
    assert json.loads(run_ruhu("doctor", "--json").stdout)["whole"] is False
    (county / "casebook.db").write_bytes(b"no database" * 1000)
    assert run_ruhu("doctor", "--machine").returncode == 0
    broken = run_ruhu("doctor")
    assert broken.returncode == 3
    assert "Python" in broken.stdout  # the machine is told before
    assert broken.stderr.count("\n") == 1


def test_doctor_without_a_casebook_tells_of_the_machine(run_ruhu: RunRuhu) -> None:
    done = run_ruhu("doctor", "--json")
    told = json.loads(done.stdout)
    assert (done.returncode, told["casebook"], told["checks"]) == (0, None, [])


def test_log_verify(run_ruhu: RunRuhu, county: Path) -> None:
    done = run_ruhu("log", "verify", "-c", county)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("2 条事实，链条完整\n")
    told = json.loads(run_ruhu("log", "verify", "--json").stdout)
    assert (told["whole"], told["facts"], told["broken"]) == (True, 2, [])
    (head,) = told["heads"]
    assert head["digest"][:16] in done.stdout
    with book_of(county) as book:
        book.connection.execute("DROP TRIGGER body_update")
        book.connection.execute("UPDATE body SET content = x'7b7d' WHERE arrival = 2")
    done = run_ruhu("log", "verify")
    assert done.returncode == 1
    assert "第 2 条" in done.stdout and re.search(r"（账号，20\d\d-\d\d-\d\d .*，甲）", done.stdout)
    told = json.loads(run_ruhu("log", "verify", "--json").stdout)
    assert (told["whole"], [(one["what"], one["seq"]) for one in told["broken"]]) == (False, [("body", 2)])
    assert (told["broken"][0]["kind"], told["broken"][0]["author"]) == ("account", "甲")


def test_log_anchor(run_ruhu: RunRuhu, county: Path) -> None:
    line = run_ruhu("log", "anchor").stdout.strip()
    assert run_ruhu("log", "anchor").stdout.strip() == line, "printing one is no reason for another"
    done = run_ruhu("log", "verify", "--anchor", f"第 1 批 锚 {line}")
    assert (done.returncode, "在链上" in done.stdout) == (0, True), done.stderr
    assert run_ruhu("log", "verify", "--anchor", line[:-3]).returncode == 2
    with book_of(county) as book:  # the newest fact is cut off, by somebody who knows how
        for trigger in ("body_delete", "envelope_delete"):
            book.connection.execute(f"DROP TRIGGER {trigger}")
        book.connection.execute("DELETE FROM body WHERE arrival = 2")
        book.connection.execute("DELETE FROM envelope WHERE arrival = 2")
        book.connection.execute("UPDATE head SET seq = 1, digest = (SELECT digest FROM envelope)")
    assert run_ruhu("log", "verify").returncode == 0
    done = run_ruhu("log", "verify", "--anchor", line)
    assert done.returncode == 1 and "后面的被删掉了" in done.stdout
    told = json.loads(run_ruhu("log", "verify", "--anchor", line, "--json").stdout)
    assert (told["whole"], told["anchors"][0]["standing"]) == (True, "cut")


def test_log_export(run_ruhu: RunRuhu, county: Path, tmp_path: Path) -> None:
    done = run_ruhu("log", "export", "-o", "日志.xlsx")
    assert (done.returncode, done.stdout) == (0, "日志.xlsx\n"), done.stderr
    pages = openpyxl.load_workbook(tmp_path / "日志.xlsx")
    about, log, looks = (list(page.iter_rows(values_only=True)) for page in pages)
    line = dict(row[:2] for row in about)["锚"]
    assert pages.worksheets[1].oddFooter.left.text.endswith(f"锚 {line}")
    assert [row[3] for row in log[1:]] == ["建案卷", "账号", "锚"]
    assert [row[4] for row in looks[1:]] == ["日志（日志.xlsx）"]
    assert run_ruhu("log", "verify", "--anchor", line).returncode == 0
    told = json.loads(run_ruhu("log", "export", "-o", "日志.xlsx", "--to", "2020-01-01", "--json").stdout)
    assert (told["facts"], told["accesses"]) == (0, 0)
    (tmp_path / "别的.xlsx").write_bytes(b"PK")
    for wrong in (["别的.xlsx"], ["日志.csv"], ["新.xlsx", "--from", "昨天"]):
        assert run_ruhu("log", "export", "-o", *wrong).returncode == 2


def test_log_list(run_ruhu: RunRuhu, county: Path) -> None:
    done = run_ruhu("log", "list", "-n", "1")
    assert done.returncode == 0
    assert done.stdout.count("\n") == 1
    assert "管理员" in done.stdout
    assert "建案卷" in run_ruhu("log", "list").stdout
    assert run_ruhu("log", "list", "-n", "0").returncode == 2
    assert run_ruhu("log").stdout == run_ruhu("log", "--help").stdout != ""
    assert run_ruhu("log", "verfy").returncode == 2


def test_backup_and_restore(run_ruhu: RunRuhu, county: Path, tmp_path: Path) -> None:
    inside = run_ruhu("backup")
    assert inside.returncode == 0, inside.stderr
    assert Path(inside.stdout.strip()).parent == county / "backups"
    (tmp_path / "stick").mkdir()
    told = json.loads(run_ruhu("backup", "-o", "stick", "--json").stdout)
    assert Path(told["path"]).parent.name == "stick"
    assert told["facts"] == 3, "the anchor too"
    assert "没有加密" in run_ruhu("backup", "-o", "b.db").stderr
    for taken in (county / "casebook.db", "b.db", "没有插上的盘/"):
        refused = run_ruhu("backup", "-o", taken)
        assert (refused.returncode, refused.stdout, refused.stderr.count("\n")) == (2, "", 1)
    assert not (tmp_path / "没有插上的盘").exists()
    with book_of(county) as book, book.writing() as writing:
        writing.append("account", {"name": "乙", "role": "核查员"})
    done = run_ruhu("restore", "b.db", "--json")
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert (told["facts"], told["lost"]) == (5, 1)
    assert Path(told["kept_as"]).exists()
    assert run_ruhu("log", "verify").returncode == 0
    assert "恢复备份" in run_ruhu("log", "list", "-n", "1").stdout
    fresh = run_ruhu("restore", "b.db", "-c", "新的")
    assert fresh.returncode == 0, fresh.stderr
    assert run_ruhu("doctor", "-c", tmp_path / "新的.ruhu").returncode == 0
    (tmp_path / "bad.db").write_bytes((tmp_path / "b.db").read_bytes()[:-5000])
    refused = run_ruhu("restore", "bad.db")
    assert refused.returncode == 3
    assert refused.stderr.startswith("bad.db：")
    assert run_ruhu("log", "verify").returncode == 0


def test_a_backup_of_a_touched_casebook_is_made_and_is_exit_1(run_ruhu: RunRuhu, county: Path) -> None:
    with book_of(county) as book:
        book.connection.execute("DELETE FROM head")
    done = run_ruhu("backup")
    assert done.returncode == 1
    assert Path(done.stdout.strip()).exists()
    assert "log verify" in done.stderr


_HOLD = (
    "import sys, time\nfrom pathlib import Path\nfrom audit.views import VIEWS\n"
    "from casebook.store.casebook import open_casebook\n"
    "book = open_casebook(Path(sys.argv[1]), author='乙', views=VIEWS)\n"
    "with book.writing() as writing:\n"
    "    print('held', flush=True)\n    {wait}\n    writing.append('account', {{'name': '乙', 'role': '核查员'}})\n"
)


def holder(folder: Path, wait: str) -> subprocess.Popen[bytes]:
    """Another process in the middle of a transaction."""
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLD.format(wait=wait), str(folder)],
        cwd=ROOT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"held\n"
    return process


def test_two_processes_write_one_after_the_other(county: Path) -> None:
    with holder(county, "time.sleep(0.5)") as other, book_of(county) as book:
        assert book.connection.execute("SELECT count(*) FROM envelope").fetchone() == (2,)  # reading goes on meanwhile
        began = time.monotonic()
        with book.writing() as writing:
            fact = writing.append("account", {"name": "丙", "role": "核查员"})
        assert fact.envelope.seq == 4
        assert time.monotonic() - began > 0.1
        assert other.wait() == 0
        assert book.connection.execute("SELECT count(*) FROM envelope").fetchone() == (4,)


def in_process(code: str, *arguments: object, state: Path) -> subprocess.CompletedProcess[str]:
    """The command after some Python that changes where it stands."""
    code = (
        f"import sys\nfrom pathlib import Path\n{code}\n"
        "from tui.commands import main\nfrom tui.commands.exits import guarded\n"
        "sys.exit(guarded(lambda: main.run(sys.argv[1:])))\n"
    )
    environment = os.environ | {"XDG_STATE_HOME": str(state), "PYTHONPATH": str(ROOT)}
    return subprocess.run(
        [sys.executable, "-c", code, *map(str, arguments)],
        cwd=state,
        env=environment,
        capture_output=True,
        encoding="utf-8",
    )


def test_a_casebook_that_is_held_too_long_is_exit_4(run_ruhu: RunRuhu, county: Path, tmp_path: Path) -> None:
    run_ruhu("backup", "-o", "b.db")
    with holder(county, "sys.stdin.read()") as other:
        assert run_ruhu("log", "verify").returncode == 0  # reading is not held up
        done = in_process(
            "from casebook.store import restore\nrestore.WAIT = 0.2", "restore", "b.db", "-c", county, state=tmp_path
        )
        assert done.returncode == 4
        assert done.stderr.count("\n") == 1
        other.kill()
    assert run_ruhu("restore", "b.db").returncode == 0


@pytest.mark.skipif(not Path("/proc/self/mountinfo").exists(), reason="Linux's table of mounts")
def test_a_casebook_on_a_network_drive_is_refused(county: Path, tmp_path: Path) -> None:
    (tmp_path / "mountinfo").write_text(f"90 22 0:50 / {county.parent} rw - cifs //server/x rw\n")
    table = str(tmp_path / "mountinfo")
    code = f"from casebook.store import platform\nplatform.on_network_drive.__defaults__ = (Path({table!r}),)"
    for arguments in (["doctor", "-c", county], ["new", tmp_path / "x", "--plain", "--user", "甲"]):
        done = in_process(code, *arguments, state=tmp_path)
        assert done.returncode == 3
        assert "网络盘" in done.stderr


def test_a_system_without_posix_locks(run_ruhu: RunRuhu, county: Path, tmp_path: Path) -> None:
    """As on Windows, but for its own locks: everything works, only nothing is held."""
    without = "for name in ('fcntl', 'resource', 'pwd', 'grp', 'termios'): sys.modules[name] = None"
    for arguments in (["backup", "-o", "b.db"], ["restore", "b.db"], ["doctor"], ["log", "verify"]):
        done = in_process(without, *arguments, "-c", county, "--user", "甲", state=tmp_path)
        assert done.returncode == 0, done.stderr


def test_a_copy_of_the_whole_folder_opens(run_ruhu: RunRuhu, county: Path, tmp_path: Path) -> None:
    shutil.copytree(county, tmp_path / "copy.ruhu")
    assert run_ruhu("log", "verify", "-c", "copy.ruhu").returncode == 0
