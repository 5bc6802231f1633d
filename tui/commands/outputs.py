"""Names of the files a command is to write: of the right kind, never an input, in a folder that takes them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from casebook.errors import Place, RuhuError
from casebook.language import _, in_all_languages

if TYPE_CHECKING:
    from audit.answers import Answer

_WORKBOOKS = frozenset((".xlsx", ".xlsm", ".xls", ".et", ".ods"))


def free_name(wanted: Path) -> Path:
    """The path itself, or with the first number that makes it new: `疑点.xlsx`, `疑点-2.xlsx`."""
    number, path = 2, wanted
    while path.exists():
        path = wanted.with_name(f"{wanted.stem}-{number}{wanted.suffix}")
        number += 1
    return path


def refuse_outputs(workbook: Path | None, links: Path | None, inputs: Iterable[Path]) -> None:
    """An output may replace an older output, never an input or a device, and no two outputs may be one file.

    Raises RuhuError (usage) for such a name, for one of the wrong kind and for a folder that is not there, and
    (unusable) for a folder that cannot be written to: before the work, not after it.
    """
    special = workbook is not None and (not workbook.name or (workbook.exists() and not workbook.is_file()))
    if workbook is not None and not special and workbook.suffix.lower() != ".xlsx":
        raise _refused(workbook, "output_kind", _("疑点工作簿的文件名要以 .xlsx 结尾"), _("例：-o 疑点.xlsx"))
    if links is not None and links.suffix.lower() in _WORKBOOKS:
        raise _refused(links, "output_kind", _("对应关系是 csv，不是工作簿"), _("例：--links 对应.csv"))
    refuse_overwriting([workbook, links], inputs)


def refuse_overwriting(outputs: Iterable[Path | None], inputs: Iterable[Path]) -> None:
    """The part of `refuse_outputs` that asks for no particular kind of file."""
    from casebook.store.folder import refuse_inside_a_casebook

    sources = [path for path in inputs if path.exists()]
    written: list[Path] = []
    for output in outputs:
        if output is None:
            continue
        folder = output.parent
        if not output.name or output.is_dir():
            raise _refused(output, "output_taken", _("这是一个文件夹，不是文件名"), _("请写明文件名，例：-o 疑点.xlsx"))
        refuse_inside_a_casebook(output)
        if not folder.is_dir():
            what = _("要写入的文件夹「{folder}」不存在").format(folder=folder)
            raise _refused(output, "output_folder_missing", what, _("请先建好这个文件夹，或换一个位置"))
        if any(_same(output, path) for path in sources):
            raise _refused(output, "output_taken", _("这是要读的文件，不能写在它上面"), _("请换一个文件名"))
        if any(_same(output, path) for path in written):
            raise _refused(output, "output_taken", _("两个结果不能写进同一个文件"), _("请换一个文件名"))
        if output.exists() and not output.is_file():
            raise _refused(output, "output_taken", _("这不是普通文件，不能写"), _("请换一个文件名"))
        if not os.access(folder, os.W_OK):
            what = _("文件夹「{folder}」不让写").format(folder=folder)
            remedy = _("请检查文件夹的写入权限，或换一个位置")
            raise RuhuError("not_writable", what, remedy, Place(file=output.name))
        written.append(output)


def list_to_write(output: Path | None, inputs: Iterable[Path], title: str, example: str) -> Path:
    """Where a workbook of ours with that title (a N_ text) goes: it may replace an older one of its kind. Raises
    RuhuError (usage) as `refuse_overwriting`, for no place, which `example` shows how to give, and for another file."""
    from exports.visit_workbook import made_here

    if output is None or output.suffix.lower() != ".xlsx":
        raise RuhuError("usage_output", _("请用 -o 给出文件名，以 .xlsx 结尾。"), example, category="usage")
    refuse_overwriting([output], inputs)
    if output.exists() and not made_here(output, in_all_languages(title)):
        what = _("已有这个文件，它不是{title}，没有替换").format(title=_(title))
        raise _refused(output, "output_taken", what, _("请换一个文件名"))
    return output


def refuse_lost_answers(workbook: Path, lost: Callable[[list[Answer]], int], remedy: str) -> None:
    """A findings workbook may replace an older one, but no other file, nor answers that would be lost: `lost` counts
    them among those that stand in it. Raises RuhuError (usage)."""
    from exports.answers import answers_in

    if not workbook.exists():
        return
    answers = answers_in(workbook)
    if answers is None:
        what = _("已有这个文件，它不是疑点清册，没有替换")
        raise _refused(workbook, "output_taken", what, _("请换一个文件名"))
    count = lost(answers) if answers else 0
    if count:
        what = _("已有这个文件，里面填了 {count} 行结论，没有替换").format(count=f"{count:,}")
        raise _refused(workbook, "answers_in_the_way", what, remedy)


def _refused(output: Path, code: str, what: str, remedy: str) -> RuhuError:
    return RuhuError(code, what, remedy, Place(file=output.name or str(output)), category="usage")


def _same(first: Path, second: Path) -> bool:
    if first.exists() and second.exists():
        return os.path.samefile(first, second)
    return os.path.normcase(first.resolve()) == os.path.normcase(second.resolve())
