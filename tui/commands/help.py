"""`--help` in the user's language: headings, wrapping and columns for Chinese text, and an example for every command.

Help texts are marked with `N_` where the command stands and looked up here, when they are shown.
"""

from __future__ import annotations

import shutil
from typing import Any

from typer.core import TyperCommand, TyperGroup, TyperOption

from casebook.language import N_, _
from tui.commands.cells import cell_width, pad, wrap
from tui.commands.passphrases import FD_HELP, FD_OPTION, taken_from

_LANGUAGE = ("--lang zh|en", N_("界面语言：中文或英文；也可用环境变量 RUHU_LANG"))
_HELP = ("--help", N_("显示这份说明"))
_NAME_WIDTH = 30


_OF_A_CASEBOOK = ("casebook", "user")


class Command(TyperCommand):
    """A command; its `epilog` holds the examples, one a line. One that acts on a casebook takes a passphrase for it."""

    def __init__(self, *arguments: Any, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        if any(param.name in _OF_A_CASEBOOK for param in self.params):
            option = TyperOption(param_decls=[FD_OPTION], type=int, metavar="N", help=FD_HELP)
            self.params.append(option)

    def invoke(self, ctx: Any) -> Any:
        with taken_from(ctx.params.pop("passphrase_fd", None)):
            return super().invoke(ctx)

    def format_help(self, ctx: Any, formatter: Any) -> None:
        formatter.write(_page(self, ctx, commands=[]))


class Group(TyperGroup):
    """The `ruhu` command itself."""

    def format_help(self, ctx: Any, formatter: Any) -> None:
        commands = [
            (name, _first_sentence(_(str(command.help))))
            for name, command in self.commands.items()
            if not command.hidden
        ]
        formatter.write(_page(self, ctx, commands=commands))


def usage_line(command: Any, ctx: Any) -> str:
    """`ruhu check [选项] ROSTER REGISTRY`."""
    arguments = [_metavar(param) for param in command.params if param.param_type_name == "argument"]
    if isinstance(command, TyperGroup):
        arguments = [_("〈命令〉")]
    return " ".join([ctx.command_path, _("[选项]"), *arguments])


def _page(command: Any, ctx: Any, commands: list[tuple[str, str]]) -> str:
    width = min(shutil.get_terminal_size((80, 24)).columns, 100) - 2
    arguments = [(_metavar(p), _(str(p.help))) for p in command.params if p.param_type_name == "argument"]
    options = [(_option(p), _(str(p.help))) for p in command.params if p.param_type_name == "option" and not p.hidden]
    options += [(name, _(text)) for name, text in (_LANGUAGE, _HELP)]
    lines = [_("用法：") + usage_line(command, ctx), ""]
    lines += ["  " + line for line in wrap(_(str(command.help)), width - 2)]
    for heading, rows in ((_("参数"), arguments), (_("选项"), options), (_("命令"), commands)):
        if rows:
            lines += ["", _("{heading}：").format(heading=heading), *_columns(rows, width)]
    if command.epilog:
        lines += ["", _("例："), *("  " + line for line in _(command.epilog).split("\n"))]
    return "\n".join(lines) + "\n"


def _metavar(param: Any) -> str:
    return str(param.metavar or param.name.upper())


def _option(param: Any) -> str:
    """`-o, --output OUT.xlsx`."""
    names = ", ".join(param.opts)
    return names if param.is_flag else f"{names} {_metavar(param)}"


def _columns(rows: list[tuple[str, str]], width: int) -> list[str]:
    """Names left, texts right; a name that is too long has its text on the next line."""
    column = min(max(cell_width(name) for name, _text in rows), _NAME_WIDTH) + 4
    lines: list[str] = []
    for name, text in rows:
        first, *rest = wrap(text, width - column) or [""]
        label = "  " + name
        if cell_width(label) + 2 > column:
            lines.append(label)
            label = ""
        lines.append((pad(label, column) + first).rstrip())
        lines += [" " * column + line for line in rest]
    return lines


def _first_sentence(text: str) -> str:
    for stop in ("。", ". "):
        if stop in text:
            return text.split(stop)[0]
    return text.rstrip(".")
