"""Starting a reading process and taking what it says, frame by frame, without ever waiting for a dead one."""

from __future__ import annotations

import contextlib
import os
import queue
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from casebook.store import platform
from casebook.tables.child import read_frame, write_frame

Events = queue.Queue[tuple[int, Any]]
"""(number of the reader, frame); the frame is None when its process has ended."""

QUEUE_FRAMES = 16

_START = "import sys; sys.path[:] = {path!r}; from casebook.tables.child import main; main()"


class Reader:
    """One file being read by one process. Its frames arrive in `events`, marked with `number`."""

    def __init__(self, number: int, path: Path, events: Events) -> None:
        self.number = number
        self._events = events
        self._stopped = threading.Event()
        # the same modules as here, and never one that lies in the current folder or in the reader's own
        here = str(Path(__file__).resolve().parents[2])
        search = [here, *(os.path.abspath(entry) for entry in sys.path if entry and entry != here)]
        self._process = subprocess.Popen(
            [sys.executable, "-S", "-E", "-X", f"utf8={sys.flags.utf8_mode}", "-c", _START.format(path=search)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            creationflags=platform.NO_WINDOW,
        )
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()
        self.tell(os.fspath(path))

    def tell(self, answer: str | None) -> None:
        """Send the path, or a password; None where there is none."""
        assert self._process.stdin is not None
        with contextlib.suppress(OSError):  # it died: the end of its frames says so
            write_frame(self._process.stdin, (answer,))

    def _listen(self) -> None:
        assert self._process.stdout is not None
        try:
            while (frame := read_frame(self._process.stdout)) is not None:
                if not self._put(frame):
                    return
        except (OSError, ValueError, MemoryError):
            pass
        self._put(None)

    def _put(self, frame: Any) -> bool:
        while not self._stopped.is_set():
            try:
                self._events.put((self.number, frame), timeout=0.2)
            except queue.Full:
                continue
            return True
        return False

    def stop(self) -> None:
        """End the process, whatever it does, and give back all it held."""
        self._stopped.set()
        with contextlib.suppress(OSError):
            self._process.kill()
        self._process.wait()
        self._thread.join()
        for stream in (self._process.stdin, self._process.stdout):
            if stream is not None:
                with contextlib.suppress(OSError):
                    stream.close()
