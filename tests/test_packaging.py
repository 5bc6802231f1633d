"""What is declared, pinned, documented and shipped agrees."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

from tests.conftest import ROOMS, ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))
_REQUIREMENT = re.compile(r"([A-Za-z0-9_.-]+)\s*(.*)")
_TABLE_ROW = re.compile(r"^\| ([A-Za-z0-9_.-]+) \| `([^`]+)` \| (.+) \|$", re.MULTILINE)


def _ranges(requirements: list[str]) -> dict[str, str]:
    found = [_REQUIREMENT.fullmatch(text) for text in requirements]
    return {match[1]: match[2] for match in found if match}


def _canonical(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def test_the_table_of_dependencies_is_what_is_declared() -> None:
    runtime, development = (ROOT / "docs/dependencies.md").read_text("utf-8").split("## For development")
    declared = PROJECT["project"]
    assert {row[0]: row[1] for row in _TABLE_ROW.findall(runtime)} == _ranges(declared["dependencies"])
    assert {row[0]: row[1] for row in _TABLE_ROW.findall(development)} == _ranges(
        declared["optional-dependencies"]["dev"]
    )


def test_everything_declared_is_pinned() -> None:
    lines = (ROOT / "constraints.txt").read_text("utf-8").splitlines()
    pinned = {_canonical(line.partition("==")[0]) for line in lines if "==" in line}
    declared = PROJECT["project"]
    names = _ranges([*declared["dependencies"], *declared["optional-dependencies"]["dev"]])
    assert {_canonical(name) for name in names} <= pinned


def test_what_is_imported_at_run_time_is_declared() -> None:
    """Third-party names in the rooms, other than in the bakers of tables, are declared for run time."""
    modules = {
        "argon2-cffi": "argon2",
        "python-calamine": "python_calamine",
        "msoffcrypto-tool": "msoffcrypto",
        "sqlite-utils": "sqlite_utils",
    }
    declared = {modules.get(name, name) for name in _ranges(PROJECT["project"]["dependencies"])}
    import sys

    known = {*sys.stdlib_module_names, *ROOMS, *declared}
    imported = re.compile(r"^\s*(?:from|import) ([a-zA-Z_]\w*)[\w.]*(?: import |$| as )", re.MULTILINE)
    foreign = {
        (str(path.relative_to(ROOT)), name)
        for room in ROOMS
        for path in (ROOT / room).rglob("*.py")
        if "baking" not in path.stem
        for name in imported.findall(path.read_text("utf-8"))
        if name not in known
    }
    assert foreign == set()


def test_the_wheel_takes_every_room() -> None:
    assert PROJECT["tool"]["hatch"]["build"]["targets"]["wheel"]["packages"] == list(ROOMS)


def test_no_sample_person_is_in_the_repository() -> None:
    """Identity numbers of the sample workbooks begin with one area code; invented counties use others."""
    code = "5111" + "13"
    number = re.compile(rf"(?<!\d){code}(?:19|20)\d\d\d{{6}}")
    found = [
        str(path.relative_to(ROOT))
        for path in _committed_texts()
        if number.search(path.read_text("utf-8", errors="replace"))
    ]
    assert found == []


def test_nothing_names_a_machine() -> None:
    machine = re.compile(r"(?<![\w.}>)])/(?:" + "|".join(("work", "farm", "root", "home", "tmp", "Users")) + ")/")
    assert [str(p) for p in _committed_texts() if machine.search(p.read_text("utf-8", errors="replace"))] == []


def _committed_texts() -> list[Path]:
    folders = [ROOT / name for name in (*ROOMS, "tests", "docs", "benchmarks", ".ci")]
    files = [path for folder in folders for path in folder.rglob("*")] + list(ROOT.iterdir())
    return [
        p
        for p in files
        if p.is_file()
        and p.suffix in {".py", ".md", ".toml", ".txt", ".csv", ".po", ""}
        and p.name != "constraints.txt"
    ]
