"""The casebook opened last on this machine, so that a command without `-c` knows which one is meant."""

from __future__ import annotations

import contextlib
import json
from pathlib import Path

from casebook.errors import RuhuError
from casebook.store.platform import state_folder, write_atomically

_FILE = "recent.json"


def remember(folder: Path) -> None:
    """Note a casebook as the one opened last. A machine that cannot keep the note works on without it."""
    content = json.dumps({"casebook": str(folder.resolve())}, ensure_ascii=False)
    with contextlib.suppress(OSError, RuhuError):
        state_folder().mkdir(parents=True, exist_ok=True, mode=0o700)
        write_atomically(state_folder() / _FILE, content.encode())


def last_opened() -> Path | None:
    """The casebook opened last, whether it is still there or not; None when there is no note or a broken one."""
    try:
        note = json.loads((state_folder() / _FILE).read_text("utf-8"))
        folder = note["casebook"]
    except (OSError, ValueError, KeyError, TypeError):
        return None
    return Path(folder) if isinstance(folder, str) and folder and "\0" not in folder else None
