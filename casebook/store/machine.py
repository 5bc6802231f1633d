"""What the program stands on (`ruhu doctor`): the interpreter, its parts, the clock, a folder of its own. The terminal
is the matter of the front end."""

from __future__ import annotations

import os
import platform
import sys
from datetime import datetime, timedelta
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path

import casebook
from casebook.language import N_, _
from casebook.store.health import Check
from casebook.store.platform import free_bytes, state_folder
from casebook.store.sqlite import ENCRYPTION, SQLITE_VERSION, wal_is_safe

ROOMS = ("casebook", "audit", "survey_forms", "care", "exports", "tui")

PARTS: dict[str, str] = {
    "python_calamine": N_("读不了 .xlsx、.xls、.ods 的名单"),
    "openpyxl": N_("写不出疑点工作簿和空白上报表"),
    "lxml.etree": N_("填不了省里的模板，也读不了另存为 .xls 的网页"),
    "msoffcrypto": N_("打不开有密码的表"),
    "regex": N_("查不了调查表里的格式规则"),
    "pyxform": N_("导入不了 XLSForm 调查表"),
    "textual": N_("打不开界面"),
    "argon2": N_("打不开加密的案卷"),
    "cryptography.hazmat.primitives.ciphers.aead": N_("打不开加密的案卷，也收发不了交换包"),
    "pyrage": N_("收发不了交换包"),
}
"""Other people's packages by what does not work without them. Half of them are compiled: on Windows they may be there
and still not load."""

_LEAST_ROOM = 512 * 1024**2
_BEIJING = timedelta(hours=8)
_LONG = timedelta(days=3653)


def machine_checks() -> list[Check]:
    """What this machine has; what it lacks is a notice. Bad is only a program of which parts are another's."""
    return [_python(), _sqlite(), _encryption(), _parts(), _packages(), _memory(), _clock(), _own_folder(), _room()]


def _python() -> Check:
    version, system = platform.python_version(), platform.platform(terse=True)
    what = _("Python {version}，{system}").format(version=version, system=system)
    if sys.maxsize < 2**32:
        return Check("python", "notice", what, _("这是 32 位的 Python，大的名单读不下；请装 64 位的"))
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


def _parts() -> Check:
    lacking = [name for name in PARTS if not _loads(name)]
    if not lacking:
        return Check("parts", "ok", _("用到的软件包都在"))
    what = _("这些软件包没有装好：{parts}").format(parts=", ".join(name.partition(".")[0] for name in lacking))
    effects = dict.fromkeys(_(PARTS[name]) for name in lacking)
    remedy = _("{effects}。请重新安装 ruhu").format(effects=_("；").join(effects))
    return Check("parts", "notice", what, remedy)


def _loads(name: str) -> bool:
    """A package that is compiled is loaded to know, of others it is enough to be there."""
    try:
        if name in ("textual", "openpyxl", "pyxform", "msoffcrypto"):
            return find_spec(name) is not None
        import_module(name)
    except (ImportError, OSError, ValueError):
        return False
    return True


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


def _memory() -> Check:
    if find_spec("resource") is None:
        what, remedy = _("这个系统限制不了读文件用的内存"), _("来路不明的表先用 Excel 或 WPS 打开另存，再导入")
        return Check("memory", "notice", what, remedy)
    return Check("memory", "ok", _("读外来文件的进程有内存上限"))


def _clock(now: datetime | None = None, installed: datetime | None = None) -> Check:
    """A program does not run before it was installed; facts and backups carry the time of this clock."""
    now = now or datetime.now().astimezone()
    installed = installed or datetime.fromtimestamp(os.stat(str(casebook.__file__)).st_mtime).astimezone()
    what = _("电脑时间 {now}").format(now=f"{now:%Y-%m-%d %H:%M} UTC{now:%z}")
    if now < installed - timedelta(days=1):
        return Check("clock", "notice", what, _("比程序装上的时间还早；请校准时间，不然每一步记下的时间都不对"))
    if now > installed + _LONG:
        return Check("clock", "notice", what, _("比程序装上晚了十年以上；请看看时间对不对"))
    if now.utcoffset() != _BEIJING:
        return Check("clock", "notice", what, _("不是北京时间；在国内请改时区，不然显示的钟点和别的电脑对不上"))
    return Check("clock", "ok", what)


def _own_folder() -> Check:
    """Where the program keeps the log of its own faults and which casebook was opened last."""
    folder = state_folder()
    there = next(path for path in (folder, *folder.parents) if path.exists())
    if not there.is_dir() or not os.access(there, os.W_OK | os.X_OK):
        what = _("程序自己的文件夹写不进去：{folder}").format(folder=folder)
        return Check("folder", "notice", what, _("上次打开的案卷记不住，出错时留不下日志；请检查权限"))
    if os.name == "posix" and there == folder and folder.stat().st_mode & 0o077:
        what = _("别的用户也能看程序自己的文件夹：{folder}").format(folder=folder)
        return Check("folder", "notice", what, _("里面没有名单，但最好只有自己能看：chmod 700"))
    return Check("folder", "ok", _("程序自己的文件夹：{folder}").format(folder=folder))


def _room() -> Check:
    folder = state_folder()
    free = free_bytes(next(path for path in (folder, *folder.parents) if path.exists()))
    if free is None:
        return Check("room", "ok", _("这个系统不说还剩多少空间"))
    what = _("放用户文件的盘还有 {megabytes} MB").format(megabytes=f"{free // 1024**2:,}")
    if free < _LEAST_ROOM:
        return Check("room", "notice", what, _("请清理磁盘；太满时导入和备份会停下"))
    return Check("room", "ok", what)
