"""What Typer says about a wrong command line, in the user's language.

Typer before 0.28 raises click's own exceptions and later ones a copy of them, so they are told apart by name.
"""

from __future__ import annotations

import re
from difflib import get_close_matches
from typing import Any

from casebook.language import _
from tui.commands.help import usage_line
from tui.commands.sentences import listed, sentences

_QUOTED = re.compile("'([^']*)'")


def usage_text(error: Any) -> str:
    """One line: what is wrong, how the command is used, where to read on."""
    context = getattr(error, "ctx", None)
    what = _what(error, context)
    if context is None:
        return what
    hint = _("用法：{usage}（详见 {path} --help）").format(
        usage=usage_line(context.command, context), path=context.command_path
    )
    return sentences(what, hint)


def _what(error: Any, context: Any) -> str:
    kind = type(error).__name__
    if kind == "NoSuchOption":
        what = _("没有选项 {name}。").format(name=error.option_name)
        return sentences(what, _suggestion(error.possibilities or []))
    if kind == "BadOptionUsage":
        return _("选项 {name} 的用法不对。").format(name=error.option_name)
    if kind == "MissingParameter" and error.param is not None:
        return _("缺少 {name}。").format(name=_name(error.param))
    if kind == "BadParameter" and error.param is not None:
        return sentences(_("{name} 的值不对。").format(name=_name(error.param)), _allowed(error.param))
    commands = getattr(getattr(context, "command", None), "commands", None)
    if commands:
        typed = _QUOTED.search(error.message)
        return sentences(_("没有这个命令。"), _suggestion(get_close_matches(typed[1] if typed else "", commands)))
    return _("多余的或写错的参数。文件名里有空格时，请给文件名加引号。")


def _name(param: Any) -> str:
    return str(param.opts[-1] if param.param_type_name == "option" else param.metavar or param.name.upper())


def _allowed(param: Any) -> str:
    choices = getattr(param.type, "choices", None)
    if choices:
        return _("可用的值：{values}。").format(values=listed(choices))
    smallest, largest = getattr(param.type, "min", None), getattr(param.type, "max", None)
    if smallest is not None and largest is not None:
        return _("应是 {smallest} 到 {largest} 之间的整数。").format(smallest=smallest, largest=largest)
    if param.type.name.startswith("int"):
        return _("应是整数。")
    return ""


def _suggestion(names: list[str]) -> str:
    return _("是不是想写 {names}？").format(names=listed(names)) if names else ""
