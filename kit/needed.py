"""What the program needs on one system with one Python: every package, with the version that constraints.txt pins."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from packaging.version import Version

PYTHONS = ("3.11", "3.12", "3.13")

PIP = "pip==26.3"
"""Installs the rest on the machine: what a system's own Python brings may be too old, or missing (Debian). No pin of
constraints.txt, since the environment of development brings its own."""

_GLIBC = range(28, 16, -1)
"""sqlcipher3 asks for glibc 2.28; older tags stand for wheels that run there too."""


@dataclass(frozen=True, slots=True)
class System:
    """`platforms` are pip's words for it, `markers` what environment markers of requirements see there."""

    name: str
    platforms: tuple[str, ...]
    markers: Mapping[str, str]


LINUX = System(
    "linux-x86_64",
    (*(f"manylinux_2_{minor}_x86_64" for minor in _GLIBC), "manylinux2014_x86_64", "linux_x86_64"),
    {"os_name": "posix", "sys_platform": "linux", "platform_system": "Linux", "platform_machine": "x86_64"},
)
WINDOWS = System(
    "windows-amd64",
    ("win_amd64",),
    {"os_name": "nt", "sys_platform": "win32", "platform_system": "Windows", "platform_machine": "AMD64"},
)
SYSTEMS = (LINUX, WINDOWS)

Stated = Mapping[str, Iterable[str]]
"""By canonical name the requirements that a package states in its metadata, as far as they are known."""


def pins(constraints: Path) -> dict[str, Version]:
    """The version of each package by canonical name. Raises ValueError for a line that pins none."""
    found: dict[str, Version] = {}
    for line in [PIP, *constraints.read_text("utf-8").splitlines()]:
        text = line.partition("#")[0].strip()
        if not text:
            continue
        requirement = Requirement(text)
        versions = [one.version for one in requirement.specifier if one.operator == "=="]
        if len(versions) != 1:
            raise ValueError(f"{constraints.name}: {text}: not one version")
        found[canonicalize_name(requirement.name)] = Version(versions[0])
    return found


def needed(
    requirements: Iterable[str],
    system: System,
    python: str,
    pinned: Mapping[str, Version],
    stated: Stated,
) -> dict[str, Version]:
    """Name and version of every package that `requirements` need, directly or by others as far as `stated` says.

    Raises ValueError for a package that is not pinned, or of which another version is asked for.
    """
    found: dict[str, Version] = {}
    looked: set[tuple[str, str]] = set()
    waiting = [(Requirement(text), "") for text in requirements]
    while waiting:
        requirement, extra = waiting.pop()
        if requirement.marker and not requirement.marker.evaluate(_environment(system, python, extra)):
            continue
        name = canonicalize_name(requirement.name)
        if name not in pinned:
            raise ValueError(f"{name} is not pinned in constraints.txt ({system.name}, Python {python})")
        if not requirement.specifier.contains(pinned[name], prereleases=True):
            raise ValueError(f"{name} {pinned[name]} is pinned, {requirement} is asked for")
        found[name] = pinned[name]
        for wanted in ("", *requirement.extras):
            if (name, wanted) not in looked:
                looked.add((name, wanted))
                waiting += [(Requirement(text), wanted) for text in stated.get(name, ())]
    return found


def _environment(system: System, python: str, extra: str) -> dict[str, str]:
    return {
        **system.markers,
        "python_version": python,
        "python_full_version": f"{python}.0",
        "implementation_name": "cpython",
        "platform_python_implementation": "CPython",
        "extra": extra,
    }
