"""Errors become exit codes and one line on stderr, here and nowhere else. A user never sees a traceback.

Exit codes: 0 done, 1 a check failed or a row was left out, 2 usage, 3 file unusable (or a fault of ours), 4 locked,
130 interrupted.
"""

from __future__ import annotations

import contextlib
import errno
import os
import sys
from collections.abc import Callable

from casebook.errors import Category, Place, RuhuError
from casebook.language import _
from casebook.progress import Stopped
from tui.commands.sentences import begun, sentences

EXIT_CODES: dict[Category, int] = {"check": 1, "usage": 2, "unusable": 3, "locked": 4}
DONE, USAGE, UNUSABLE, INTERRUPTED = 0, 2, 3, 130

_FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}
_DENIED = {errno.EACCES, errno.EPERM, errno.EROFS}


def guarded(run: Callable[[], int]) -> int:
    """Run a command; its exit code, with whatever went wrong said in one line on stderr."""
    try:
        code = run()
        sys.stdout.flush()
    except (KeyboardInterrupt, EOFError):
        code = INTERRUPTED
    except BrokenPipeError as error:
        return DONE if _stdout_is_lost() else _say(*_explain(error))
    except Exception as error:
        if _disk_full(error):
            _stdout_is_lost()
        return _say(*_explain(error))
    if code == INTERRUPTED:
        return _say(INTERRUPTED, _("已中断，没有留下写了一半的文件。"))
    return code


def line_of(error: RuhuError) -> str:
    """`花名册.xlsx › 名单 › 第 12 行：what remedy`, on one line."""
    where = place_text(error.place)
    text = _("{where}：{what}").format(where=where, what=error.what) if where else begun(error.what)
    return sentences(text, begun(error.remedy))


def place_text(place: Place) -> str:
    """File, sheet, row and column as far as they are known, joined by ›."""
    row = _("第 {row} 行").format(row=place.row) if place.row is not None else ""
    column = _("「{column}」列").format(column=place.column) if place.column else ""
    return " › ".join(part for part in (place.file, place.sheet, row, column) if part)


def _explain(error: Exception) -> tuple[int, str]:
    """The exit code and the line for anything that was raised."""
    kind = type(error).__name__
    if isinstance(error, RuhuError):
        return EXIT_CODES[error.category], line_of(error)
    if isinstance(error, Stopped) or kind == "Abort":  # Typer says Abort when a prompt is left
        return INTERRUPTED, _("已中断，没有留下写了一半的文件。")
    if hasattr(error, "format_message") and hasattr(error, "exit_code"):
        from tui.commands.usage import usage_text

        return USAGE, usage_text(error)
    if isinstance(error, MemoryError):
        return UNUSABLE, _("内存不够用。请关掉其他程序再试，或把名单分成几份。")
    if _disk_full(error):
        return UNUSABLE, _("磁盘已满，结果没有写成。请腾出空间再试。")
    if isinstance(error, OSError) and error.errno in _DENIED and error.filename is not None:
        name = os.path.basename(os.fsdecode(error.filename))
        return UNUSABLE, _("{file}：没有权限读写。请检查文件夹权限，或关掉正打开它的程序。").format(file=name)
    if (told := _of_the_casebook(error)) is not None:
        return EXIT_CODES[told.category], line_of(told)
    from tui.commands.fault_log import write_fault

    log = write_fault(error)
    if log is None:
        return UNUSABLE, _("程序内部出错，日志也没能写下。输入文件没有被改动。")
    return UNUSABLE, _("程序内部出错，输入文件没有被改动。报告问题时请附上日志（不含名单内容）：{log}").format(log=log)


def _of_the_casebook(error: Exception) -> RuhuError | None:
    """What a failure of SQLite outside a transaction means; a program without a casebook has not loaded it."""
    sqlite = sys.modules.get("casebook.store.sqlite")
    if sqlite is None or not isinstance(error, sqlite.DatabaseError):
        return None
    told: RuhuError = sqlite.explained(error)
    return told if told.code != "database_error" else None  # a fault of ours


def _disk_full(error: Exception) -> bool:
    """lxml says it in an error of its own, whose text is libxml2's code."""
    if isinstance(error, OSError):
        return error.errno in _FULL
    return type(error).__name__ == "SerialisationError" and str(error) == "IO_ENOSPC"


def _say(code: int, text: str) -> int:
    with contextlib.suppress(OSError, ValueError):
        print(text, file=sys.stderr, flush=True)
    return code


def _stdout_is_lost() -> bool:
    """Whether stdout takes nothing any more: its reader went away (`ruhu … | head`) or its disk is full. It is then
    silenced for the interpreter's own flush.

    A line end is written to find out: after a failed flush the stream may have dropped what it held, and a second
    flush then tells nothing.
    """
    try:
        descriptor = sys.stdout.fileno()
    except (OSError, ValueError):  # replaced by something that is no file
        return False
    try:
        os.write(descriptor, b"\n")
    except OSError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), descriptor)
        return True
    return False
