"""`ruhu` in a process of its own without starting Python for each: a fork that has the program loaded. POSIX alone."""

from __future__ import annotations

import contextlib
import gc
import os
import signal
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path

LOADED = (
    "openpyxl", "lxml.etree", "sqlite_utils", "typer", "pyxform.xls2xform", "tui.commands.app", "tui.commands.exits",
    "tui.all_views", "audit.run", "audit.imports", "casebook.store.access", "casebook.store.backup",
    "casebook.store.health", "casebook.tables.joined", "casebook.tables.read", "exports.findings_workbook",
    "exports.formats.check", "exports.learning", "exports.upload.feedback", "exports.upload.records",
    "survey_forms.form.load", "survey_forms.interview", "survey_forms.visits.importing", "survey_forms.xlsform",
    "cryptography.hazmat.primitives.ciphers.aead", "argon2", "pyrage",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Ended:
    """How a command ended: `code` is below zero for the signal that killed it, `seconds` of processor time with that
    of its own children, `waited` on the wall, `memory` the most bytes the process itself held."""

    code: int
    out: str
    err: str
    seconds: float
    waited: float
    memory: int


def load() -> None:
    """Have in this process what every fork would load."""
    for name in LOADED:
        import_module(name)
    gc.freeze()  # what is shared with the children stays shared


def ruhu(
    arguments: Sequence[object],
    folder: Path,
    *,
    environment: Mapping[str, str] | None = None,
    stdin: bytes = b"",
    patience: float = 60.0,
    address_space: int = 4 << 30,
) -> Ended:
    """Run `ruhu` in `folder`, its home in `folder/home`. Killed with its children after `patience` seconds on the
    wall."""
    home = folder / "home"
    home.mkdir(exist_ok=True, mode=0o700)
    files = [home / name for name in ("stdin", "stdout", "stderr")]
    files[0].write_bytes(stdin)
    settings = {"HOME": str(home), "XDG_STATE_HOME": str(home / "state"), "PATH": os.defpath, "LANG": "C.UTF-8"}
    settings |= {"RUHU_USER": "甲"} | dict(environment or {})
    sys.stdout.flush()
    begun = time.monotonic()
    child = os.fork()
    if child == 0:
        _become(list(map(str, arguments)), folder, settings, files, address_space)
    status, usage = 0, None
    while usage is None:
        pid, status, used = os.wait4(child, os.WNOHANG)
        if pid:
            usage = used
        elif time.monotonic() - begun > patience:
            with contextlib.suppress(ProcessLookupError):  # it has just ended
                os.killpg(child, signal.SIGKILL)
            _pid, status, usage = os.wait4(child, 0)
        else:
            time.sleep(0.002)
    waited = time.monotonic() - begun
    out, err = (path.read_bytes().decode("utf-8", "replace") for path in files[1:])
    for path in files:
        path.unlink()
    return Ended(
        os.waitstatus_to_exitcode(status), out, err, usage.ru_utime + usage.ru_stime, waited, usage.ru_maxrss * 1024
    )


def _become(
    arguments: list[str], folder: Path, settings: dict[str, str], files: Sequence[Path], address_space: int
) -> None:
    """The command, as a new process would run it; never returns."""
    import resource

    code = 1
    try:
        os.setpgid(0, 0)
        os.chdir(folder)
        os.environ.clear()
        os.environ.update(settings)
        resource.setrlimit(resource.RLIMIT_AS, (address_space, address_space))
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
        for number, path in enumerate(files):
            os.dup2(os.open(path, os.O_RDONLY if number == 0 else flags, 0o600), number)
        sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115  # for the whole process
        sys.stdout, sys.stderr = (open(number, "w", encoding="utf-8", closefd=False) for number in (1, 2))  # noqa: SIM115
        sys.argv = ["ruhu", *arguments]
        from tui.commands.main import main

        main()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:
        import traceback

        traceback.print_exc()
        code = 99
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)
