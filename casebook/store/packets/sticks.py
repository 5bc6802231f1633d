"""Sticks (U 盘): where removable disks are mounted, so that nobody has to type such a path."""

from __future__ import annotations

import contextlib
import os
import sys
from collections.abc import Iterator
from pathlib import Path

_REMOVABLE = 2  # Windows' DRIVE_REMOVABLE
_UNDER = ("/media/{user}", "/run/media/{user}", "/media", "/Volumes")


def sticks() -> list[Path]:
    """The removable disks that are in, by name; nothing where the system does not say."""
    found = _windows() if sys.platform == "win32" else _mounted()
    return sorted(dict.fromkeys(found))


def _mounted() -> Iterator[Path]:
    user = os.environ.get("USER", "")
    for place in _UNDER:
        if "{user}" in place and not user:
            continue
        folder = Path(place.format(user=user))
        with contextlib.suppress(OSError):
            for entry in folder.iterdir():
                if entry.is_dir() and not entry.name.startswith(".") and os.path.ismount(entry):
                    yield entry


def _windows() -> Iterator[Path]:
    import ctypes

    with contextlib.suppress(AttributeError, OSError):
        kernel = ctypes.windll.kernel32  # type: ignore[attr-defined]
        letters = kernel.GetLogicalDrives()
        for at in range(26):
            root = f"{chr(ord('A') + at)}:\\"
            if letters >> at & 1 and kernel.GetDriveTypeW(root) == _REMOVABLE:
                yield Path(root)
