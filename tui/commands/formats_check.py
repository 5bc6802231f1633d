"""`ruhu formats check`: everything that is wrong with a format file, and whether its template still fits."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from casebook.errors import RuhuError
from casebook.language import N_, _
from tui.commands.opened import JsonOption
from tui.commands.telling import print_json

if TYPE_CHECKING:
    from exports.formats.check import CheckedFormat
    from exports.formats.trouble import FormatTrouble

CHECK_HELP = N_(
    "检查上报格式文件（.toml）和它旁边的模板：一次说出所有要改的地方，写明第几行、哪一列、怎么改；"
    "模板换过的，说出哪些表头变了。有要改的，退出码为 1；提醒不算。"
)
CHECK_EXAMPLES = N_("ruhu formats check 本县上报表.toml\nruhu formats check 本县上报表.toml --json")

FormatFile = Annotated[Path, typer.Argument(metavar="FILE", readable=False, help=N_("上报格式文件（.toml）"))]


def formats_check(file: FormatFile, json: JsonOption = False) -> int:
    from exports.formats.check import check_file

    checked = check_file(file)
    if json:
        print_json(_as_json(checked))
    else:
        _tell(checked)
    return 1 if checked.errors else 0


def _tell(checked: CheckedFormat) -> None:
    from tui.commands.cells import shown
    from tui.commands.telling import say, tell

    tell(_line(one) if one.grade == "error" else _("提醒：{line}").format(line=_line(one)) for one in checked.troubles)
    if checked.errors or checked.format is None:
        say(_("{file}：{count} 处要改，改好以后再检查一次。").format(file=checked.file, count=checked.errors))
        return
    format = checked.format
    text = _("{file}：可以用。「{title}」（{name} {version}），{count} 列。")
    told = text.format(
        file=checked.file, title=format.title, name=format.name, version=format.version, count=len(format.columns)
    )
    tell([shown(told)])


def _line(trouble: FormatTrouble) -> str:
    from tui.commands.cells import shown
    from tui.commands.exits import line_of

    return shown(line_of(RuhuError(trouble.code, trouble.what, trouble.remedy, trouble.place)))


def _as_json(checked: CheckedFormat) -> dict[str, Any]:
    format = checked.format
    return {
        "file": checked.file,
        "name": format.name if format else None,
        "title": format.title if format else None,
        "version": format.version if format else None,
        "columns": len(format.columns) if format else None,
        "errors": [_told(one) for one in checked.troubles if one.grade == "error"],
        "notices": [_told(one) for one in checked.troubles if one.grade == "notice"],
    }


def _told(trouble: FormatTrouble) -> dict[str, Any]:
    place = trouble.place
    where = {"row": place.row, "column": place.column or None}
    return {"code": trouble.code, **where, "what": trouble.what, "remedy": trouble.remedy}
