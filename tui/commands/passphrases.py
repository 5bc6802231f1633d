"""Passphrases (口令): from a file descriptor, the environment or a prompt without echo, never from an argument."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import TypeVar

from casebook.errors import RuhuError
from casebook.language import N_, _

PASSPHRASE, NEW_PASSPHRASE = "RUHU_PASSPHRASE", "RUHU_NEW_PASSPHRASE"
FD_OPTION = "--passphrase-fd"
FD_HELP = N_("从这个文件描述符读口令；不给时用环境变量 RUHU_PASSPHRASE，再没有就在终端里问")
TRIES = 3

_LONGEST = 4096  # bytes read from a file descriptor

_T = TypeVar("_T")


@dataclass(frozen=True, slots=True)
class Given:
    """What came with a command: the passphrase of who acts, and a new one; None where it did not."""

    passphrase: str | None
    new: str | None


_given: ContextVar[Given | None] = ContextVar("given", default=None)


@contextmanager
def taken_from(descriptor: int | None) -> Iterator[None]:
    """While a command runs, what it was given; the environment is cleared of it, for processes that it starts."""
    passphrase = os.environ.pop(PASSPHRASE, None)
    new = os.environ.pop(NEW_PASSPHRASE, None)
    if descriptor is not None:
        passphrase = read_descriptor(descriptor, FD_OPTION)
    token = _given.set(Given(passphrase or None, new or None))
    try:
        yield
    finally:
        _given.reset(token)


def given_passphrase() -> str | None:
    """The passphrase that came with the command, None where it has to be asked for."""
    given = _given.get()
    return given.passphrase if given is not None else os.environ.get(PASSPHRASE) or None


def given_new_passphrase() -> str | None:
    given = _given.get()
    return given.new if given is not None else os.environ.get(NEW_PASSPHRASE) or None


def read_descriptor(descriptor: int, option: str) -> str:
    """The first line of an open file descriptor. Raises RuhuError (usage) for one that is not open or holds no text."""
    try:
        content = b""
        while len(content) < _LONGEST and (block := os.read(descriptor, _LONGEST)):
            content += block
        return content.decode().split("\n")[0].rstrip("\r")
    except (OSError, ValueError, OverflowError):
        what = _("{option} 的文件描述符读不了").format(option=option)
        remedy = _("例：ruhu log verify --passphrase-fd 3 3<口令文件")
        raise RuhuError("usage_passphrase_fd", what, remedy, category="usage") from None


def at_terminal() -> bool:
    """Whether somebody is there to be asked."""
    return sys.stdin.isatty() and sys.stderr.isatty()


def ask(prompt: str) -> str:
    """A line typed without echo. Raises RuhuError (usage) without a terminal or where the echo can't be turned off;
    KeyboardInterrupt and EOFError when it is left."""
    import warnings
    from getpass import GetPassWarning, getpass

    if not at_terminal():
        raise no_passphrase()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error", GetPassWarning)
            return getpass(prompt)
    except (KeyboardInterrupt, EOFError):
        print(file=sys.stderr)  # the line of the prompt ends
        raise
    except (GetPassWarning, OSError, ValueError):
        raise no_passphrase() from None


def no_passphrase() -> RuhuError:
    what = _("这个案卷已加密，要口令")
    remedy = _("请在终端里运行，或用环境变量 RUHU_PASSPHRASE、选项 --passphrase-fd 给出")
    return RuhuError("usage_passphrase", what, remedy, category="usage")


def tried(
    prompt: str, given: str | None, attempt: Callable[[str], _T], wrong: tuple[str, ...] = ("wrong_passphrase",)
) -> _T:
    """What `attempt` makes of the passphrase given, else of one asked for, three times at most while it raises
    RuhuError of a code in `wrong`."""
    from tui.commands.sentences import begun, sentences
    from tui.commands.telling import say

    if given is not None:
        return attempt(given)
    for left in range(TRIES - 1, 0, -1):
        typed = ask(prompt)
        try:
            return attempt(typed)
        except RuhuError as error:
            if error.code not in wrong:
                raise
            say(sentences(begun(error.what), _("还可以试 {left} 次。").format(left=left)))
    return attempt(ask(prompt))


def new_passphrase(name: str, given: str | None = None) -> str:
    """A new passphrase for `name`: the one given, else typed twice. Raises RuhuError (usage) for one that will not do,
    and without a terminal."""
    from casebook.store.keys.slots import SHORTEST, refuse_weak
    from tui.commands.sentences import begun, sentences
    from tui.commands.telling import say

    if given is not None:
        refuse_weak(given, name)
        return given
    for _try in range(TRIES):
        prompt = _("{name} 的新口令（至少 {count} 个字符，不显示）：").format(name=name, count=SHORTEST)
        typed = ask(prompt)
        try:
            refuse_weak(typed, name)
        except RuhuError as error:
            say(sentences(begun(error.what), begun(error.remedy)))
            continue
        if ask(_("再输一遍：")) == typed:
            return typed
        say(_("两遍不一样，请重新输。"))
    raise RuhuError("usage_passphrase", _("没有定下口令"), _("请再运行一次"), category="usage")
