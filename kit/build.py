"""Folders that install ruhu where there is no network: `python -m kit.build [-o DIR] [--no-try]`, or `make kit`.

One folder and one zip for each system, for every Python in `needed.PYTHONS`: the wheels of what constraints.txt pins,
ruhu's own and pip's, a list of them with digests, and the installer. Wheels come from the package index; nothing is
built but ruhu. Afterwards the folder of this system is tried: installed and run without a network (`kit.offline`).
"""

from __future__ import annotations

import argparse
import hashlib
import shutil
import subprocess
import sys
import tempfile
import tomllib
import zipfile
from collections.abc import Iterable, Mapping, Sequence
from email.parser import BytesParser
from pathlib import Path

from packaging.utils import canonicalize_name, parse_wheel_filename
from packaging.version import Version

from kit.needed import PIP, PYTHONS, SYSTEMS, System, needed, pins
from kit.offline import try_folder

ROOT = Path(__file__).resolve().parent.parent
HERE = ROOT / "kit"
_ENCODINGS = {"install.cmd": "ascii", "no-python.txt": "utf-16", "README.txt": "utf-8-sig"}
_COMMON = ("install.py", "README.txt")
_OF_SYSTEM = {"linux": ("install.sh",), "windows": ("install.cmd", "no-python.txt")}


def main(arguments: Sequence[str]) -> int:
    asked = argparse.ArgumentParser(prog="python -m kit.build", description="Folders that install ruhu offline.")
    asked.add_argument("-o", "--out", type=Path, default=ROOT / "dist" / "kit", help="where they go")
    asked.add_argument("--no-try", action="store_true", help="do not install and run this system's afterwards")
    options = asked.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="ruhu-kit-") as scratch:
        folders = [build(system, options.out, Path(scratch)) for system in SYSTEMS]
    for folder in folders:
        print(f"{zipped(folder)}  {sum(1 for _wheel in (folder / 'wheels').iterdir())} wheels")
    return 0 if options.no_try else try_folder(folders, PYTHONS)


def build(system: System, out: Path, scratch: Path) -> Path:
    """The folder of one system, made anew. Raises ValueError as `needed` does, CalledProcessError when pip fails."""
    own = _own_wheel(scratch)
    folder = out / f"ruhu-{own.name.split('-')[1]}-{system.name}"
    shutil.rmtree(folder, ignore_errors=True)
    wheels = folder / "wheels"
    wheels.mkdir(parents=True)
    shutil.copy(own, wheels)
    packages = {python: _downloaded(system, python, scratch / system.name / python, wheels) for python in PYTHONS}
    (folder / "requirements.txt").write_text(requirements(packages, wheels.iterdir()), "utf-8", newline="\n")
    for name in (*_COMMON, *_OF_SYSTEM[system.name.partition("-")[0]]):
        (folder / name).write_bytes(text_for(name, (HERE / name).read_text("utf-8")))
    shutil.copy(ROOT / "LICENSE", folder / "LICENSE.txt")
    return folder


def text_for(name: str, text: str) -> bytes:
    """A text as its reader on any system takes it. cmd.exe takes commands in lines that end in CR LF, and shows Chinese
    right, whatever its code page, of a file in UTF-16 that begins with the mark of it (its `type`)."""
    if name not in _ENCODINGS:
        return text.encode()
    windows = text.replace("\n", "\r\n")
    return b"\xff\xfe" + windows.encode("utf-16-le") if name == "no-python.txt" else windows.encode(_ENCODINGS[name])


def requirements(packages: Mapping[str, Mapping[str, Version]], wheels: Iterable[Path]) -> str:
    """pip's list of the packages of each Python: what not every Python needs says which do; with the digests of all
    wheels that stand for a package."""
    digests: dict[str, list[str]] = {}
    versions: dict[str, Version] = {}
    for wheel in sorted(wheels):
        name = _name(wheel)
        digests.setdefault(name, []).append(hashlib.sha256(wheel.read_bytes()).hexdigest())
        versions[name] = parse_wheel_filename(wheel.name)[1]
    lines = []
    for name in sorted(digests):
        users = [python for python in packages if name in packages[python] or name == "ruhu"]
        marker = " or ".join(f'python_version == "{python}"' for python in users)
        line = f"{name}=={versions[name]}" + ("" if len(users) == len(packages) else f" ; {marker}")
        lines.append(" \\\n    ".join([line, *(f"--hash=sha256:{digest}" for digest in digests[name])]))
    return "\n".join(lines) + "\n"


def zipped(folder: Path) -> Path:
    """The folder as one file beside it; wheels are packed already."""
    target = folder.with_name(f"{folder.name}.zip")
    with zipfile.ZipFile(target, "w", zipfile.ZIP_STORED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file():
                archive.write(path, path.relative_to(folder.parent).as_posix())
    return target


def _own_wheel(scratch: Path) -> Path:
    made = scratch / "own"
    if not made.is_dir():
        _pip("wheel", "--no-deps", "--wheel-dir", str(made), str(ROOT))
    (wheel,) = made.glob("ruhu-*.whl")
    return wheel


def _downloaded(system: System, python: str, there: Path, wheels: Path) -> dict[str, Version]:
    """Fetch what one Python needs, step by step: pip itself would follow the requirements of the system it runs on."""
    there.mkdir(parents=True)
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    wanted = [*project["dependencies"], PIP]
    pinned = pins(ROOT / "constraints.txt")
    while True:
        stated = {_name(wheel): _requirements_of(wheel) for wheel in there.glob("*.whl")}
        found = needed(wanted, system, python, pinned, stated)
        missing = [f"{name}=={version}" for name, version in found.items() if name not in stated]
        if not missing:
            break
        _download(missing, system, python, there)
    for wheel in there.glob("*.whl"):
        shutil.copy(wheel, wheels)
    return found


def _download(packages: Iterable[str], system: System, python: str, folder: Path) -> None:
    asked = [f"--platform={platform}" for platform in system.platforms]
    asked += [f"--python-version={python}", "--implementation=cp", "--only-binary=:all:", "--no-deps"]
    _pip("download", *asked, f"--dest={folder}", *packages)


def _pip(*arguments: str) -> None:
    subprocess.run([sys.executable, "-m", "pip", "--disable-pip-version-check", "--quiet", *arguments], check=True)


def _name(wheel: Path) -> str:
    return parse_wheel_filename(wheel.name)[0]


def _requirements_of(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        (member,) = [name for name in archive.namelist() if name.endswith(".dist-info/METADATA")]
        metadata = BytesParser().parsebytes(archive.read(member))
    assert canonicalize_name(metadata["Name"]) == _name(wheel)
    return metadata.get_all("Requires-Dist", [])


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
