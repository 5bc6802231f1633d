"""What the program stands on (`ruhu doctor`): the interpreter, SQLite, our own packages, the console."""

from __future__ import annotations

import platform
import sys
from importlib.util import find_spec
from pathlib import Path
from shutil import get_terminal_size

import casebook
from casebook.language import _
from casebook.store.health import Check
from casebook.store.sqlite import ENCRYPTION, SQLITE_VERSION, wal_is_safe

ROOMS = ("casebook", "audit", "survey_forms", "care", "exports", "tui")

_COLUMNS, _LINES = 80, 24


def machine_checks() -> list[Check]:
    """What this machine has; what it lacks is a notice. Bad is only a program of which parts are another's."""
    return [_python(), _sqlite(), _encryption(), _packages(), _console()]


def _python() -> Check:
    version, system = platform.python_version(), platform.platform(terse=True)
    what = _("Python {version}，{system}").format(version=version, system=system)
    return Check("python", "ok", what)


def _sqlite() -> Check:
    what = f"SQLite {SQLITE_VERSION}"
    if not wal_is_safe():
        return Check("sqlite", "notice", what, _("版本较旧，用较慢但同样稳妥的方式保存"))
    return Check("sqlite", "ok", what)


def _encryption() -> Check:
    if ENCRYPTION:
        return Check("encryption", "ok", _("有加密组件（sqlcipher3）"))
    what, remedy = _("没有加密组件（sqlcipher3）"), _("加密的案卷在这台电脑上打不开；请安装 sqlcipher3")
    return Check("encryption", "notice", what, remedy)


def _packages() -> Check:
    """Common names: in a shared environment another distribution's `audit/` would silently win."""
    ours = Path(str(casebook.__file__)).parent.parent
    foreign = [room for room in ROOMS if (spec := find_spec(room)) is None or _home(spec.origin) != ours]
    if foreign:
        what = _("程序的这些部分被别的软件包顶替了：{rooms}").format(rooms=", ".join(foreign))
        return Check("packages", "bad", what, _("请把 ruhu 装进单独的 Python 环境"))
    return Check("packages", "ok", _("程序各部分齐全：{folder}").format(folder=ours))


def _home(origin: str | None) -> Path | None:
    return Path(origin).parent.parent if origin else None


def _console() -> Check:
    encoding = (sys.stdout.encoding or "").lower().replace("_", "-")
    if not sys.stdout.isatty():
        return Check("console", "ok", _("输出到文件或管道，编码 {encoding}").format(encoding=encoding))
    columns, lines = get_terminal_size()
    what = _("终端 {columns} x {lines}，编码 {encoding}").format(columns=columns, lines=lines, encoding=encoding)
    if encoding not in ("utf-8", "utf8"):
        return Check("console", "notice", what, _("有的字可能显示成代码；请把终端换成 UTF-8"))
    if columns < _COLUMNS or lines < _LINES:
        return Check("console", "notice", what, _("请把窗口拉大到至少 80 x 24"))
    return Check("console", "ok", what)
