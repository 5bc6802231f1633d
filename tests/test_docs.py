"""The docs name what exists: every command, every option, every example, every linked file."""

from __future__ import annotations

import re
from typing import Any

import pytest

from casebook.language import use_language
from tests.conftest import ROOT

_LINK = re.compile(r"\]\(([^)#:]+)\)")


def _commands() -> dict[str, Any]:
    """Every command and group by what is typed after `ruhu`."""
    from tui.commands.app import command

    return _with_inner(command().commands, "")


def _with_inner(commands: dict[str, Any], before: str) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, one in commands.items():
        found[before + name] = one
        found |= _with_inner(getattr(one, "commands", {}), f"{before}{name} ")
    return found


def _section(text: str, heading: str) -> str:
    start = text.index(f"## {heading}\n")
    end = text.find("\n## ", start + 3)
    return text[start : end if end > 0 else None]


@pytest.mark.parametrize("name", _commands())
def test_every_command_is_documented(name: str) -> None:
    use_language("zh")
    command = _commands()[name]
    section = _section((ROOT / "docs/commands.md").read_text("utf-8"), f"ruhu {name}")
    options = [option for param in command.params if param.param_type_name == "option" for option in param.opts]
    options = [option for option in options if option != "--passphrase-fd"]  # told once, for all
    assert [option for option in options if f"`{option}" not in section] == []
    documented = set(re.findall(r"(?<![\w-])(--[a-z][a-z-]+)", section))
    assert documented <= {*options, "--lang", "--help", "--passphrase-fd"}
    assert command.epilog
    for example in command.epilog.splitlines():
        assert example.startswith(f"ruhu {name}")
        assert example in section


def test_no_command_is_documented_that_does_not_exist() -> None:
    text = (ROOT / "docs/commands.md").read_text("utf-8")
    assert set(re.findall(r"^## ruhu (.+)$", text, re.MULTILINE)) == set(_commands())


@pytest.mark.parametrize("page", ["README.md", "CHANGELOG.md", "docs/commands.md"])
def test_pages_use_only_commands_that_exist(page: str) -> None:
    text = (ROOT / page).read_text("utf-8")
    used = set(re.findall(r"(?:^|[/\\`])ruhu ([a-z]+)(?![a-z]*[,.:])", text, re.MULTILINE))
    assert used
    assert used <= set(_commands())


def test_every_field_is_documented() -> None:
    from casebook.tables.fields import known_fields

    section = _section((ROOT / "docs/commands.md").read_text("utf-8"), "ruhu check")
    documented = dict(re.findall(r"`([a-z_]+)` ([^、。`|]+)[、。]", section[section.index("`serial`") :]))
    known = {name: title for name, title in known_fields().titles.items() if not name[-1].isdigit()}
    assert documented == known


def test_linked_files_exist() -> None:
    pages = [*ROOT.glob("*.md"), *(ROOT / "docs").glob("*.md")]
    missing = [
        (page.name, link)
        for page in pages
        for link in _LINK.findall(page.read_text("utf-8"))
        if not (page.parent / link).exists()
    ]
    assert missing == []


def test_make_targets_named_in_the_docs_exist() -> None:
    makefile = (ROOT / "Makefile").read_text("utf-8")
    named = set(re.findall(r"\bmake ([a-z]+)\b", (ROOT / "CONTRIBUTING.md").read_text("utf-8")))
    assert {"test", "lint", "demo", "bench", "messages"} <= named
    assert [name for name in named if not re.search(rf"^{name}:", makefile, re.MULTILINE)] == []


def test_every_kind_of_finding_has_its_line() -> None:
    """docs/findings.md and the vocabulary of kinds say the same."""
    from audit.kinds import KINDS

    lines = (ROOT / "docs/findings.md").read_text("utf-8").splitlines()
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines if line.startswith("| ")]
    told = {row[0]: (row[1], row[3]) for row in cells if row[0] != "kind"}
    assert told == {kind.kind: (kind.title, kind.severity) for kind in KINDS.values()}
