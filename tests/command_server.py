"""Runs commands in processes of their own without starting Python for each: a process that has the program loaded, and
forks once a command. One job a line on stdin, its exit code on stdout.

A job is {"arguments", "cwd", "environment", "out", "err"}; the last two are files that take stdout and stderr.
"""

from __future__ import annotations

import gc
import json
import os
import sys
from importlib import import_module
from typing import Any

from tests.cheap_keys import make_keys_cheap

LOADED = (
    "openpyxl", "openpyxl.packaging.extended", "lxml.etree", "python_calamine", "sqlite_utils", "typer",
    "argon2.low_level", "cryptography.hazmat.primitives.asymmetric.x25519",
    "cryptography.hazmat.primitives.ciphers.aead", "cryptography.hazmat.primitives.kdf.hkdf", "pyrage",
    "pyxform.xls2xform", "tui.commands.app", "tui.commands.exits", "tui.commands.inputs", "tui.commands.main",
    "tui.commands.next_step", "tui.commands.outputs", "tui.commands.progress_line", "tui.all_views", "audit.run",
    "audit.imports", "audit.decisions", "audit.stored_result", "casebook.store.access", "casebook.store.backup",
    "casebook.store.casebook", "casebook.store.health", "casebook.store.invitations", "casebook.store.keys.creating",
    "casebook.store.keys.rekey", "casebook.store.packets.make", "casebook.store.packets.take", "casebook.store.recent",
    "casebook.store.which_list", "casebook.tables.joined", "casebook.tables.read", "exports.findings_workbook",
    "exports.findings_json", "exports.formats.check", "exports.upload.feedback", "exports.upload.records",
    "exports.upload.writing", "exports.visit_answers", "exports.visit_form", "exports.visit_summary",
    "survey_forms.form.load", "survey_forms.interview", "survey_forms.visits.importing", "survey_forms.visits.planning",
    "survey_forms.visits.steps", "survey_forms.visits.submitted", "survey_forms.xlsform",
)  # fmt: skip


def serve() -> None:
    make_keys_cheap()
    for name in LOADED:
        import_module(name)
    gc.freeze()  # what is shared with the children stays shared
    for line in sys.stdin:
        job = json.loads(line)
        child = os.fork()
        if child == 0:
            run(job)
        print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), flush=True)


def run(job: dict[str, Any]) -> None:
    """The command, as a new process would run it; never returns."""
    os.chdir(job["cwd"])
    os.environ.clear()
    os.environ.update(job["environment"])
    writing = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    for number, path, flags in ((0, os.devnull, os.O_RDONLY), (1, job["out"], writing), (2, job["err"], writing)):
        os.dup2(os.open(path, flags), number)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115  # for the whole process
    sys.stdout, sys.stderr = (open(number, "w", encoding="utf-8", closefd=False) for number in (1, 2))  # noqa: SIM115
    sys.argv = ["ruhu", *job["arguments"]]
    code = 1
    try:
        from tui.commands.main import main

        main()
    except SystemExit as ended:
        code = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


if __name__ == "__main__":
    serve()
