"""Whoever has one township sees nothing of the others: in no table, by no command, in no file, on no screen's query."""

from __future__ import annotations

import re
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from casebook.people.lookup import hits, look_up, person_of
from casebook.store.accounts import change_account
from casebook.store.casebook import Casebook, open_casebook
from casebook.store.rights import AUDITOR
from tests.conftest import RunRuhu, ruhu_in
from tui.all_views import VIEWS

WHO = "乡里的人"
_TOKENS = re.compile(r"\d{17}[\dX]|1\d{10}|[\u4e00-\u9fff·]{2,}")


@dataclass(frozen=True)
class Told:
    """The county of the demonstration with somebody of one township in it. `foreign`: names, numbers, telephone numbers
    and household codes of the others that no row and no finding of this township has."""

    folder: Path
    township: str
    own: frozenset[str]
    foreign: frozenset[str]

    def leaks(self, text: str) -> set[str]:
        return set(_TOKENS.findall(text)) & self.foreign


_PEOPLE = "SELECT name, number, phone, household FROM listed WHERE township {sign} ?"


@pytest.fixture(scope="module")
def told(kept: tuple[Path, list[str]], tmp_path_factory: pytest.TempPathFactory) -> Told:
    folder = tmp_path_factory.mktemp("scope") / "演示.ruhu"
    shutil.copytree(kept[0] / "demo.ruhu", folder)
    with open_casebook(folder, author="管理", views=VIEWS) as book:
        query = book.connection.execute
        (township,) = query("SELECT township FROM visit GROUP BY township ORDER BY count(*) LIMIT 1").fetchone()
        change_account(book, WHO, AUDITOR, [township])
        words = {
            sign: {word for row in query(_PEOPLE.format(sign=sign), (township,)) for word in row if word}
            for sign in ("=", "<>")
        }
        # a finding may be about people of two townships: it is shown whole to whoever has it
        of_findings = (
            "SELECT name, number, phone, household FROM listed WHERE person IN (SELECT person FROM finding_person p "
            "JOIN finding f ON f.id = p.finding WHERE f.township = ?)"
        )
        shown = {word for row in query(of_findings, (township,)) for word in row}
        places = {word for row in query("SELECT DISTINCT township, village FROM listed") for word in row}
    own = frozenset(words["="])
    return Told(folder, township, own, frozenset(words["<>"]) - own - shown - places)


@pytest.fixture
def seen(told: Told) -> Iterator[Casebook]:
    with open_casebook(told.folder, author=WHO, views=VIEWS) as book:
        yield book


def test_no_table_shows_anything_of_other_townships(told: Told, seen: Casebook) -> None:
    assert len(told.foreign) > 5000 and len(told.own) > 500
    tables = [name for (name,) in seen.whole.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall()]
    assert len(tables) > 50
    narrowed = set()
    for table in tables:
        rows = seen.connection.execute(f"SELECT * FROM {table}").fetchall()
        assert not told.leaks("\n".join(_text(cell) for row in rows for cell in row)), table
        (count,) = seen.whole.execute(f"SELECT count(*) FROM main.{table}").fetchone()
        narrowed |= {table} if 0 < len(rows) < count else set()
        everything = "\n".join(str(row) for row in seen.whole.execute(f"SELECT * FROM main.{table}"))
        if set(_TOKENS.findall(everything)) & told.foreign:  # of tables that do hold something of others
            assert len(rows) < count, table
    # and the township's own is there
    assert {"listed", "finding", "visit", "visit_person", "decision", "ask", "piece", "body"} <= narrowed
    own = seen.connection.execute(_PEOPLE.format(sign="="), (told.township,)).fetchall()
    assert told.own <= {word for row in own for word in row}


def test_looking_up(told: Told, seen: Casebook) -> None:
    numbers = sorted(word for word in told.foreign if re.fullmatch(r"\d{17}[\dX]", word))[:20]
    assert not any(len(look_up(seen, number)) for number in numbers)
    ids = look_up(seen, "王")
    found = hits(seen, ids)
    assert found and {hit.township for hit in found} == {told.township}
    person = person_of(seen, ids[0])
    assert person is not None and person.rows and not told.leaks(str(person))
    with open_casebook(told.folder, author="管理", views=VIEWS) as book:
        (elsewhere,) = look_up(book, numbers[0])[:1]
    assert person_of(seen, elsewhere) is None and hits(seen, [elsewhere]) == []


SHOWN = (
    ("open", "--no-tui"),
    ("audit", "findings", "--limit", "0"),
    ("audit", "findings", "--json"),
    ("survey", "list", "--json"),
    ("survey", "list"),
    ("survey", "plan", "--dry-run", "--which", "all"),
    ("log", "list", "-n", "500"),
    ("log", "list", "-n", "500", "--json"),
    ("log", "verify"),
    ("survey", "export", "-o", "answers"),
    ("survey", "print", "--summary", "-o", "summaries.xlsx"),
)
REFUSED = (
    ("audit", "findings", "-o", "f.xlsx"), ("audit", "links", "-o", "l.csv"), ("audit", "run",),
    ("export", "sichuan_2016", "-o", "up"), ("export", "sichuan_2016", "--dry-run"), ("batch", "list"),
    ("batch", "show", "1"), ("batch", "revoke", "1", "--reason", "x"), ("log", "export", "-o", "log.xlsx"),
    ("account", "add", "谁", "--role", "reader"), ("account", "close", "管理"),
)  # fmt: skip


@pytest.fixture(scope="module")
def run(
    told: Told, tmp_path_factory: pytest.TempPathFactory, command_server: subprocess.Popen[str] | None
) -> tuple[RunRuhu, Path]:
    folder = tmp_path_factory.mktemp("run")
    return ruhu_in(folder, command_server), folder


@pytest.mark.parametrize("arguments", SHOWN, ids=" ".join)
def test_what_commands_show(told: Told, run: tuple[RunRuhu, Path], arguments: tuple[str, ...]) -> None:
    ruhu, folder = run
    before = set(folder.rglob("*"))
    done = ruhu(*arguments, "--user", WHO, RUHU_CASEBOOK=str(told.folder))
    assert done.returncode == 0, done.stderr
    written = [path for path in set(folder.rglob("*")) - before if path.is_file() and "home" not in path.parts]
    text = done.stdout + done.stderr + "".join(_text(path.read_bytes()) for path in written)
    assert not told.leaks(text)
    if "-o" in arguments:
        assert written and set(_TOKENS.findall(text)) & told.own


def test_what_commands_refuse(told: Told, run: tuple[RunRuhu, Path]) -> None:
    ruhu, folder = run
    for arguments in REFUSED:
        done = ruhu(*arguments, "--user", WHO, RUHU_CASEBOOK=str(told.folder))
        assert (done.returncode, done.stdout) == (2, ""), arguments
        assert len(done.stderr.strip().splitlines()) == 1 and "你的账号" in done.stderr, (arguments, done.stderr)
    assert not {"f.xlsx", "l.csv", "up", "log.xlsx"} & {path.name for path in folder.iterdir()}


def _text(content: object) -> str:
    """Everything in a cell or a file, workbooks and archives unpacked."""
    if not isinstance(content, bytes):
        return str(content)
    if content[:2] != b"PK":
        return content.decode("utf-8", "replace")
    with ZipFile(BytesIO(content)) as archive:
        return "\n".join(_text(archive.read(name)) for name in archive.namelist())
