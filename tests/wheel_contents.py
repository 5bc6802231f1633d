"""Check that a built wheel holds every file of the rooms, data files too: `python tests/wheel_contents.py FILE.whl`."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("casebook", "audit", "survey_forms", "care", "exports", "tui")
LEAST = (".py", ".toml", ".mo", ".txt", ".xlsx")  # kinds of file that must be there at all


def main(wheel: str) -> int:
    names = set(zipfile.ZipFile(wheel).namelist())
    wanted = {
        path.relative_to(ROOT).as_posix()
        for room in ROOMS
        for path in (ROOT / room).rglob("*")
        if path.is_file() and "__pycache__" not in path.parts
    }
    lost = sorted(wanted - names) + [f"*{ending}" for ending in LEAST if not any(n.endswith(ending) for n in names)]
    foreign = sorted(name for name in names - wanted if not name.split("/")[0].endswith(".dist-info"))
    for name in lost:
        print(f"not in the wheel: {name}", file=sys.stderr)
    for name in foreign:
        print(f"in the wheel, not in the rooms: {name}", file=sys.stderr)
    print(f"{len(names)} files in {Path(wheel).name}")
    return 1 if lost or foreign else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
