"""What `make kit` packs and how that installs itself: everything but the wheels of the package index, no network."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import tomllib
import zipfile
from importlib.metadata import distributions
from importlib.resources import files
from pathlib import Path

import pytest
from packaging.utils import canonicalize_name
from packaging.version import Version

from kit import install
from kit.build import requirements, text_for, zipped
from kit.needed import LINUX, PIP, PYTHONS, SYSTEMS, WINDOWS, System, needed, pins
from tests.conftest import ROOT

HERE = ROOT / "kit"
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]


def of_system(system: System, python: str) -> dict[str, Version]:
    """By what the installed packages say of themselves; raises when one is not pinned or not as asked for."""
    stated = {canonicalize_name(one.metadata["Name"]): one.requires or [] for one in distributions()}
    return needed([*PROJECT["dependencies"], PIP], system, python, pins(ROOT / "constraints.txt"), stated)


def test_every_package_of_every_system_is_pinned() -> None:
    for system in SYSTEMS:
        for python in PYTHONS:
            found = of_system(system, python)
            assert {"textual", "sqlcipher3", "python-calamine", "cffi", "pip"} <= set(found)
            assert not {"pytest", "ruff", "mypy", "hypothesis"} & set(found)
            assert ("colorama" in found) == (system is WINDOWS)
    with pytest.raises(ValueError, match="textual is not pinned"):
        needed(["textual"], LINUX, "3.11", {}, {})
    with pytest.raises(ValueError, match="is pinned, textual>=8 is asked"):
        needed(["textual>=8"], LINUX, "3.11", {"textual": Version("1.0")}, {})


def test_extras_and_markers_of_the_other_system() -> None:
    stated = {"a": ['b; extra == "x"', 'c; sys_platform == "win32"', 'd; python_version < "3.12"']}
    pinned = dict.fromkeys("abcd", Version("1"))
    assert set(needed(["a"], LINUX, "3.13", pinned, stated)) == {"a"}
    assert set(needed(["a[x]"], WINDOWS, "3.11", pinned, stated)) == set("abcd")


def test_the_pythons_named_everywhere_are_the_same() -> None:
    declared = [text.rpartition(" :: ")[2] for text in PROJECT["classifiers"] if ":: 3." in text]
    assert tuple(declared) == PYTHONS
    assert PROJECT["requires-python"] == f">={PYTHONS[0]}"
    assert [f"{a}.{b}" for a, b in (install.OLDEST, install.NEWEST)] == [PYTHONS[0], PYTHONS[-1]]
    oldest, newest = (text.replace(".", ", ") for text in (PYTHONS[0], PYTHONS[-1]))
    for script in ("install.cmd", "install.sh"):
        text = (HERE / script).read_text("utf-8")
        assert f"({oldest}) <= sys.version_info[:2] <= ({newest})" in text
        assert all(python in text for python in PYTHONS)


def test_scripts_are_what_their_readers_take() -> None:
    command = text_for("install.cmd", (HERE / "install.cmd").read_text("utf-8"))
    assert command.isascii() and command.count(b"\r\n") == command.count(b"\n")
    told = text_for("no-python.txt", (HERE / "no-python.txt").read_text("utf-8"))
    assert told[:2] == b"\xff\xfe" and "没有找到" in told.decode("utf-16")
    assert text_for("README.txt", "一\n") == "\ufeff一\r\n".encode()
    assert text_for("install.sh", "一\n") == "一\n".encode()
    readme = (HERE / "README.txt").read_text("utf-8")
    assert "还没有在真的 Windows 上试过" in readme and "never tried on a real Windows" in readme
    if shutil.which("sh"):
        subprocess.run(["sh", "-n", HERE / "install.sh"], check=True)
    for launcher in (install._CMD.format(app="app-1"), install._SH.format(app="app-1")):
        assert launcher.isascii() and "-I -m tui" in launcher and "app-1" in launcher


def wheel(folder: Path, name: str, members: dict[str, str]) -> Path:
    """A wheel by hand, without what it would need."""
    path, info = folder / f"{name}-1.0-py3-none-any.whl", f"{name}-1.0.dist-info"
    members |= {
        f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n",
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: by hand\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    with zipfile.ZipFile(path, "w") as archive:
        for member, text in (members | {f"{info}/RECORD": "".join(f"{one},,\n" for one in members)}).items():
            archive.writestr(member, text)
    return path


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A kit with a program of two lines in the place of ours, and the pip that Python brings."""
    folder = tmp_path_factory.mktemp("kit") / "ruhu-1.0-any"
    (folder / "wheels").mkdir(parents=True)
    for name in ("install.py", "install.sh"):
        shutil.copy(HERE / name, folder)
    wheel(folder / "wheels", "ruhu", {"tui/__init__.py": "", "tui/__main__.py": "import sys; print(sys.argv[1:])\n"})
    wheel(folder / "wheels", "newer", {"newer.py": ""})
    packages = {"3.10": {"newer": Version("1.0")}} | {python: {"ruhu": Version("1.0")} for python in PYTHONS}
    text = requirements(packages, (folder / "wheels").iterdir())
    assert text.startswith('newer==1.0 ; python_version == "3.10" \\\n    --hash=sha256:')
    assert hashlib.sha256((folder / "wheels" / "ruhu-1.0-py3-none-any.whl").read_bytes()).hexdigest() in text
    (folder / "requirements.txt").write_text(text, "utf-8")
    bundled = next(one for one in (files("ensurepip") / "_bundled").iterdir() if one.name.startswith("pip-"))
    (folder / "wheels" / bundled.name).write_bytes(bundled.read_bytes())
    return folder


def installed(folder: Path, target: Path) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {"HOME": str(target.parent), "PIP_INDEX_URL": "http://127.0.0.1:9/none"}
    command = [sys.executable, "-I", str(folder / "install.py"), str(target)]
    return subprocess.run(command, env=environment, capture_output=True, encoding="utf-8", timeout=120, check=False)


@pytest.mark.skipif(os.name != "posix", reason="the launcher of Windows is not run here")
def test_it_upgrades_and_stops_at_a_bad_file(folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "程 序"
    (tmp_path / ".local" / "bin").mkdir(parents=True)
    (target / "app-1" / "bin").mkdir(parents=True)
    (target / "ruhu").write_text("of app-1")
    done = installed(folder, target)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.endswith("['doctor', '--machine']\n")
    assert sorted(path.name for path in target.iterdir()) == ["app-2", "ruhu"]
    run = subprocess.run([tmp_path / ".local" / "bin" / "ruhu", "查", "a b"], capture_output=True, encoding="utf-8")
    assert run.stdout == "['查', 'a b']\n"

    bad = tmp_path / "bad"
    shutil.copytree(folder, bad)
    wheel(bad / "wheels", "ruhu", {"tui/__init__.py": "", "tui/__main__.py": "print('other')\n"})
    done = installed(bad, target)
    assert done.returncode == 1
    assert "安装包不完整或已损坏" in done.stderr and "Traceback" not in done.stderr
    assert sorted(path.name for path in target.iterdir()) == ["app-2", "ruhu"]
    (bad / "wheels" / next(one.name for one in (bad / "wheels").glob("pip-*"))).unlink()
    assert "安装包不完整或已损坏" in installed(bad, target).stderr


def test_the_zip_holds_the_folder(folder: Path) -> None:
    names = zipfile.ZipFile(zipped(folder)).namelist()
    assert "ruhu-1.0-any/install.py" in names and "ruhu-1.0-any/wheels/ruhu-1.0-py3-none-any.whl" in names
