"""The way in: streams, language, then the commands, inside the one guard that turns errors into exit codes."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Sequence

_INTERRUPTED = 130


def main() -> None:
    """The `ruhu` console script. Our own modules are loaded inside: Ctrl-C while they load is no traceback either."""
    try:
        _prepare_files()
        _prepare_streams()
        _prepare_ends()
        from tui.commands.exits import guarded
    except KeyboardInterrupt:
        sys.exit(_INTERRUPTED)
    sys.exit(guarded(lambda: run(sys.argv[1:])))


def run(arguments: Sequence[str]) -> int:
    """Run one command line (without the program's name); its exit code, or the exception that ended it."""
    from casebook.language import chosen_language, use_language

    use_language(chosen_language())
    asked, rest = split_language(arguments)
    use_language(chosen_language(asked))
    from tui.commands.app import run_command

    return run_command(rest)


def split_language(arguments: Sequence[str]) -> tuple[str | None, list[str]]:
    """Take `--lang X` or `--lang=X` out, wherever it stands: help must know the language before it is built."""
    from casebook.errors import RuhuError
    from casebook.language import LANGUAGES, _

    asked: str | None = None
    rest: list[str] = []
    waiting = iter(arguments)
    for argument in waiting:
        if argument == "--":
            return asked, [*rest, argument, *waiting]
        if argument == "--lang":
            asked = next(waiting, "")
        elif argument.startswith("--lang="):
            asked = argument.removeprefix("--lang=")
        else:
            rest.append(argument)
    if asked is not None and asked not in LANGUAGES:
        what = _("--lang 的值不对。")
        raise RuhuError("usage_language", what, _("请用 --lang zh 或 --lang en。"), category="usage")
    return asked, rest


def _prepare_files() -> None:
    """What is written is its owner's alone, and a process that dies leaves no image of its memory."""
    from casebook.store.platform import forbid_core_dumps, private_files

    private_files()
    forbid_core_dumps()


def _prepare_ends() -> None:
    """A closed window or a polite kill stops the work as Ctrl-C does, so that nothing half-written stays; what fails
    while Python clears away is not shown to anyone."""

    def stop(_number: int, _frame: object) -> None:
        raise KeyboardInterrupt

    for name in ("SIGTERM", "SIGHUP", "SIGBREAK"):
        number = getattr(signal, name, None)
        if number is not None and signal.getsignal(number) is signal.SIG_DFL:  # nohup stays nohup
            signal.signal(number, stop)
    sys.unraisablehook = lambda _unraisable: None


def _prepare_streams() -> None:
    """Files and pipes get UTF-8 everywhere; a console keeps its code page, and what it lacks is escaped, not fatal.
    What is a command to a terminal goes to neither.

    A stream that was closed before we started (`>&-`, or a start without a console) is None: it becomes an empty one.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, mode, encoding="utf-8"))  # noqa: SIM115  # for the whole process
    from tui.commands.plain_stream import PlainStream

    for name, allowed in (("stdout", ""), ("stderr", "\r")):  # the line of progress goes back to its start
        stream = getattr(sys, name)
        if hasattr(stream, "buffer"):
            console = stream.isatty()
            encoding = stream.encoding if console else "utf-8"
            setattr(sys, name, PlainStream(stream, encoding, allowed=allowed, data=not console and name == "stdout"))
