"""The log of a fault of our own: where in the program it happened, never with what data.

No local variables, no source lines, no exception messages: a message may quote a cell.
"""

from __future__ import annotations

import os
import platform
import sys
import traceback
from datetime import datetime
from pathlib import Path

from casebook.store.platform import state_folder


def write_fault(error: BaseException) -> Path | None:
    """Write the frames of an exception and of its causes to a file only its owner can read; None when that fails."""
    folder = log_folder()
    path = folder / f"fault-{datetime.now():%Y%m%d-%H%M%S}-{os.getpid()}.log"
    try:
        for each in (folder.parent, folder):  # folders above are made with the rights of any
            each.mkdir(parents=True, exist_ok=True, mode=0o700)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(fault_text(error))
    except OSError:
        return None
    return path


def fault_text(error: BaseException) -> str:
    """Versions, then for the exception and each cause its class and its frames as file, line, function."""
    from casebook.version import program_version

    lines = [f"python {platform.python_version()} on {sys.platform}", f"ruhu {program_version()}"]
    seen: set[int] = set()
    cause: BaseException | None = error
    while cause is not None and id(cause) not in seen:
        seen.add(id(cause))
        lines.append(f"{type(cause).__module__}.{type(cause).__qualname__}")
        lines += [
            f"  {frame.filename}:{frame.lineno} {frame.name}"
            for frame in traceback.extract_tb(cause.__traceback__, limit=-40)
        ]
        cause = cause.__cause__ or cause.__context__
    return "\n".join(lines) + "\n"


def log_folder() -> Path:
    """`log` in the folder where the program keeps its own things."""
    return state_folder() / "log"
