"""`ruhu doctor`: what this machine has, and whether a casebook is whole."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

from casebook.language import N_, _
from tui.commands.opened import CasebookOption, JsonOption, UserOption
from tui.commands.telling import print_json

if TYPE_CHECKING:
    from casebook.store.health import Check, State

DOCTOR_HELP = N_(
    "检查这台电脑和案卷：程序是否齐全，案卷是否完整，有没有备份。"
    "案卷完整退出码为 0，不完整为 1，打不开为 3；电脑缺什么只是提醒。"
)
DOCTOR_EXAMPLES = N_("ruhu doctor\nruhu doctor -c 金口河.ruhu --json\nruhu doctor --machine")

_STATES: dict[State, str] = {"ok": N_("正常"), "notice": N_("注意"), "bad": N_("不好")}


def doctor(
    casebook: CasebookOption = None,
    user: UserOption = None,
    machine: Annotated[bool, typer.Option("--machine", help=N_("只看这台电脑，不开案卷"))] = False,
    json: JsonOption = False,
) -> int:
    from casebook.store.health import examine, whole
    from casebook.store.machine import machine_checks
    from tui.commands.doctor_terminal import terminal_checks
    from tui.commands.opened import known_casebook, opened_casebook
    from tui.commands.progress_line import progress_line

    here = machine_checks() + terminal_checks()
    if not json:
        _tell(here)
    folder = None if machine else known_casebook(casebook)
    found: list[Check] = []
    if folder is not None:
        with opened_casebook(folder, user) as book, progress_line() as progress:
            found = examine(book, progress)
    if json:
        told = {
            "whole": whole(here + found),
            "casebook": None if folder is None else str(folder),
            "machine": [asdict(check) for check in here],
            "checks": [asdict(check) for check in found],
        }
        print_json(told)
    elif folder is not None:
        print(_("案卷 {folder}：").format(folder=folder))
        _tell(found)
    return 0 if whole(here + found) else 1


def _tell(checks: Sequence[Check]) -> None:
    from tui.commands.cells import cell_width, pad
    from tui.commands.sentences import sentences
    from tui.commands.telling import tell

    width = max(cell_width(_(text)) for text in _STATES.values()) + 2
    tell(pad(_(_STATES[check.state]), width) + sentences(check.what, check.remedy) for check in checks)
