"""The version of the program, for what leaves the house."""

from __future__ import annotations

from functools import lru_cache


@lru_cache(maxsize=1)
def program_version() -> str:
    """The installed version, `0` when run from a checkout that is not installed."""
    from importlib.metadata import PackageNotFoundError, version

    try:
        return version("ruhu")
    except PackageNotFoundError:
        return "0"
