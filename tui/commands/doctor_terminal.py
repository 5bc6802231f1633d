"""What the terminal can do (`ruhu doctor`): its size, its characters, its colours, typed Chinese on Windows."""

from __future__ import annotations

import sys
from shutil import get_terminal_size
from typing import TYPE_CHECKING

from casebook.language import _

if TYPE_CHECKING:
    from casebook.store.health import Check

_COLUMNS, _LINES = 80, 24
_FEW = 256


def terminal_checks() -> list[Check]:
    """What it lacks is a notice; where nothing is drawn there is one line. Prints a probe and wipes it."""
    from casebook.store.health import Check
    from tui.widgets.console import colours, draws_ambiguous_wide, has_terminal, understands_escapes

    encoding = (sys.stdout.encoding or "").lower().replace("_", "-")
    if not sys.stdout.isatty():
        return [Check("console", "ok", _("输出到文件或管道，编码 {encoding}").format(encoding=encoding))]
    checks = [_console(encoding)]
    if not has_terminal():
        what, remedy = _("标准输入或标准错误被转走了"), _("界面打不开；在终端里直接运行 ruhu")
        return [*checks, Check("drawing", "notice", what, remedy)]
    if not understands_escapes():
        what, remedy = _("这个终端画不了界面"), _("请用 Windows Terminal，或在窗口属性里取消「使用旧版控制台」")
        return [*checks, Check("drawing", "notice", what, remedy)]
    wide = draws_ambiguous_wide()
    checks.append(Check("drawing", "ok", _("制表符画成两格宽，界面换用别的字符") if wide else _("字宽和界面算的一致")))
    found = colours()
    what = _("颜色：{count} 种").format(count=f"{found:,}") if found else _("不用颜色")
    remedy = _("颜色少，界面里的标记只能靠字认；换一个终端会清楚些") if 0 < found < _FEW else ""
    checks.append(Check("colours", "notice" if remedy else "ok", what, remedy))
    return [*checks, *_typing()]


def _console(encoding: str) -> Check:
    from casebook.store.health import Check

    columns, lines = get_terminal_size()
    what = _("终端 {columns} x {lines}，编码 {encoding}").format(columns=columns, lines=lines, encoding=encoding)
    if encoding not in ("utf-8", "utf8"):
        return Check("console", "notice", what, _("有的字可能显示成代码；请把终端换成 UTF-8"))
    if columns < _COLUMNS or lines < _LINES:
        return Check("console", "notice", what, _("请把窗口拉大到至少 80 x 24"))
    return Check("console", "ok", what)


def _typing() -> list[Check]:
    if sys.platform != "win32":
        return []
    from casebook.store.health import Check
    from tui.widgets.windows_input import mend_windows_input

    if mend_windows_input():
        return [Check("typing", "ok", _("中文输入的补丁装上了"))]
    what, remedy = _("中文输入的补丁装不上"), _("开着 NumLock 时汉字可能打不进去；请关掉 NumLock 再试")
    return [Check("typing", "notice", what, remedy)]
