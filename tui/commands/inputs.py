"""What a command line says about its input files: columns given by hand, passwords."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from shutil import get_terminal_size
from typing import TYPE_CHECKING

from casebook.errors import RuhuError
from casebook.language import _

if TYPE_CHECKING:
    from casebook.progress import Progress
    from casebook.tables.table import Table


def column_mappings(given: Iterable[str]) -> dict[str, dict[str, str]]:
    """`roster:HEADER=FIELD` → side → header → field. The last `=` parts, so a header may hold one."""
    mappings: dict[str, dict[str, str]] = {"roster": {}, "registry": {}}
    for text in given:
        side, colon, rest = text.replace("：", ":", 1).partition(":")
        header, equals, field = rest.rpartition("=")
        if side not in mappings or not colon or not equals or not header.strip() or not field.strip():
            what = _("--map 的写法不对。")
            remedy = _("写成「roster:列名=字段」或「registry:列名=字段」，例：--map roster:名字=name")
            raise RuhuError("usage_map", what, remedy, category="usage")
        mappings[side][header.strip()] = field.strip()
    return mappings


def password_source(descriptor: int | None) -> Callable[[str], str] | None:
    """Where the password of a file (by name) comes from: the next line of an open descriptor (the last one serves the
    rest), else a prompt when stdin is a terminal, else nowhere."""
    if descriptor is None:
        if not sys.stdin.isatty():
            return None
        return _asked
    lines: list[str] = []

    def next_line(file: str) -> str:
        if not lines:
            lines.extend(reversed(_lines_of(descriptor)))
        return lines.pop() if len(lines) > 1 else lines[0]

    return next_line


def _asked(file: str) -> str:
    if sys.stderr.isatty():  # progress may stand on this line
        print("\r" + " " * (get_terminal_size().columns - 1) + "\r", end="", file=sys.stderr, flush=True)
    try:
        return getpass.getpass(_("{file} 有打开密码，请输入（不显示）：").format(file=file))
    except (KeyboardInterrupt, EOFError):
        print(file=sys.stderr)  # what is said next begins on a line of its own
        raise


def read_files(
    files: Sequence[tuple[Path, Mapping[str, str]]],
    password: Callable[[str], str] | None,
    progress: Progress | None,
) -> list[Table]:
    """Read lists side by side; when one turns out to have a password, one after the other, asking for each by name."""
    from casebook.tables.read import read_table, read_tables

    try:
        return read_tables(files, progress=progress)
    except RuhuError as error:
        if error.code != "password_needed":
            raise
        if password is None:
            remedy = _("请在终端里运行，或用 --file-password-fd 给出密码。")
            raise RuhuError(error.code, error.what, remedy, error.place, error.category) from None
    return [
        read_table(path, mapping=mapping, password=partial(password, path.name), progress=progress)
        for path, mapping in files
    ]


def _lines_of(descriptor: int) -> list[str]:
    try:
        with os.fdopen(descriptor, encoding="utf-8") as file:
            return [line.rstrip("\r\n") for line in file] or [""]
    except OSError:
        what = _("--file-password-fd 给的描述符读不了。")
        raise RuhuError("usage_password_fd", what, _("例：3<密码文件 --file-password-fd 3"), category="usage") from None


def read_list(
    files: Sequence[Path],
    given: Mapping[str, str],
    remembered: Mapping[str, str],
    password: Callable[[str], str] | None,
    progress: Progress | None,
) -> Table:
    """Read one list, from one file or several, with the columns named for it now and, as far as it has them, those
    named for it before. Raises RuhuError as `read_files` does, and (usage) when two files are the same."""
    from casebook.tables.fields import header_key
    from casebook.tables.joined import joined_table

    def read(mapping: Mapping[str, str]) -> list[Table]:
        tables = read_files([(path, mapping) for path in files], password, progress)
        _refuse_twice(tables)
        return tables

    older = {header: field for header, field in remembered.items() if header not in given}
    try:
        return joined_table(read({**older, **given}))
    except RuhuError as error:
        if error.code != "unknown_header" or not older:
            raise
    tables = read(given)
    headers = [{header_key(c.header) for block in table.blocks for c in block.columns} for table in tables]
    older = {header: field for header, field in older.items() if all(header_key(header) in there for there in headers)}
    return joined_table(read({**older, **given}) if older else tables)


def _refuse_twice(tables: Iterable[Table]) -> None:
    seen: dict[str, str] = {}
    for table in tables:
        source = table.source
        if source.sha256 in seen:
            what = _("「{first}」和「{second}」内容完全相同。").format(first=seen[source.sha256], second=source.name)
            raise RuhuError("usage_same_file", what, _("请去掉一个"), category="usage")
        seen[source.sha256] = source.name


_LONGEST = 10_000  # characters of what is typed for an argument


def personal(argument: str) -> str:
    """What is said of a person: `-` reads it from stdin, a line. An argument stays in the shell's history, and every
    account of the machine can see it while the command runs. Raises RuhuError (usage) when there is no line."""
    if argument != "-":
        return argument
    if sys.stdin.isatty():
        print(_("请输入："), end="", file=sys.stderr, flush=True)
    line = sys.stdin.readline(_LONGEST).strip()
    if not line:
        what = _("标准输入里没有内容。")
        raise RuhuError("usage_stdin", what, _("写 - 时，从标准输入读一行"), category="usage")
    return line


def header_mapping(given: Iterable[str]) -> dict[str, str]:
    """`HEADER=FIELD` → header → field. The last `=` parts, so a header may hold one."""
    mapping: dict[str, str] = {}
    for text in given:
        header, equals, field = text.rpartition("=")
        if not equals or not header.strip() or not field.strip():
            what = _("--map 的写法不对。")
            remedy = _("写成「列名=字段」，例：--map 名字=name")
            raise RuhuError("usage_map", what, remedy, category="usage")
        mapping[header.strip()] = field.strip()
    return mapping
