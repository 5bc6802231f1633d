"""`ruhu formats learn`: what a province's workbook has in which column, as a proposal or as a format file."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from casebook.errors import Place, RuhuError
from casebook.language import N_, _
from tui.commands.opened import JsonOption
from tui.commands.telling import print_json

if TYPE_CHECKING:
    from exports.learning.learned import Learned, Proposal

LEARN_HELP = N_(
    "认模板：从省里或县里的上报模板（.xlsx）找出表头，每一列填什么给出建议、理由和把握；拿不准的标「?」。"
    "不要案卷，不提问；给了 -o 才写格式文件，模板抄一份放在旁边。"
)
LEARN_EXAMPLES = N_(
    "ruhu formats learn 省模板.xlsx\n"
    "ruhu formats learn 省模板.xlsx --map H=确诊时间 -o 本县上报表.toml\n"
    "ruhu formats learn 省模板.xlsx --json"
)


def formats_learn(
    template: Annotated[Path, typer.Argument(metavar="TEMPLATE.xlsx", readable=False, help=N_("上报模板（.xlsx）"))],
    sheet: Annotated[str, typer.Option("--sheet", metavar="NAME", help=N_("哪张工作表；不给时由程序找"))] = "",
    mapping: Annotated[
        list[str] | None,
        typer.Option(
            "--map",
            metavar="HEADER|LETTER=FIELD",
            help=N_("某一列填什么由你指定，可多次给：表头或列号，等号后写字段，不写就留空"),
        ),
    ] = None,
    output: Annotated[
        Path | None,
        typer.Option("-o", "--output", metavar="F.toml", readable=False, help=N_("写出格式文件，以 .toml 结尾")),
    ] = None,
    json: JsonOption = False,
) -> int:
    from exports.learning import learn
    from exports.learning.to_format import with_choices

    learned = learn(template, sheet)
    choices = _choices(mapping or [], learned)
    chosen = with_choices(learned, choices)
    written = _write(chosen, template, output) if output is not None else []
    if json:
        _print_json(chosen)
    else:
        _tell(chosen)
    if written:
        _tell_written(written)
    return 0


def _choices(given: Iterable[str], learned: Learned) -> dict[int, str]:
    """`HEADER=FIELD` or `LETTER=FIELD` by column. Raises RuhuError (usage)."""
    from exports.formats.fields import field_named

    choices: dict[int, str] = {}
    for text in given:
        header, equals, field = text.rpartition("=")
        if not equals or not header.strip():
            what = _("--map 的写法不对。")
            raise RuhuError(
                "usage_map", what, _("写成「列号=字段」或「表头=字段」，例：--map H=确诊时间"), category="usage"
            )
        column = _column_meant(header.strip(), learned)
        choices[column.column] = field_named(field.strip()).name if field.strip() else ""
    return choices


def _column_meant(header: str, learned: Learned) -> Proposal:
    from casebook.tables.fields import header_key

    lettered = [one for one in learned.columns if one.letter == header.upper()]
    if lettered and header.isascii():
        return lettered[0]
    key = header_key(header)
    found = [one for one in learned.columns if key in (header_key(one.header_line), header_key(one.header[-1]))]
    if len(found) == 1:
        return found[0]
    place = Place(file=learned.file, sheet=learned.sheet)
    if not found:
        what = _("模板里没有「{header}」这一列").format(header=header[:40])
        raise RuhuError("usage_map", what, _("请写模板里的表头，或列号（A、B、AA）"), place, "usage")
    letters = _("、").join(one.letter for one in found[:8])
    what = _("「{header}」有好几列：{letters}").format(header=header[:40], letters=letters)
    raise RuhuError("usage_map", what, _("请写列号，例：--map H=确诊时间"), place, "usage")


def _print_json(learned: Learned) -> None:
    told = [
        {
            "column": one.letter,
            "header": one.header_line,
            "field": one.field,
            "name": one.title,
            "sure": one.sure,
        }
        for one in learned.columns
    ]
    print_json(told)


def _tell(learned: Learned) -> None:
    from tui.commands.cells import pad, shown
    from tui.commands.telling import say, tell

    first, last = learned.header_rows
    rows = f"{first}" if first == last else f"{first}–{last}"
    head = _("{file}：工作表「{sheet}」，表头在第 {rows} 行，第一个人写在第 {row} 行。")
    tell([shown(head.format(file=learned.file, sheet=learned.sheet, rows=rows, row=learned.first_row))])
    tell(shown(str(note)) for note in learned.notes)
    tell(
        shown(_("没有用工作表「{sheet}」：{reason}").format(sheet=one.name, reason=str(one.reason)))
        for one in learned.other_sheets
    )
    print()
    for one in learned.columns:
        title = (f"{one.title}（{one.nth}）" if one.nth else one.title) or _("（空着）")
        mark = "  " if one.sure else "? "
        hidden = _("（隐藏的列）") if one.hidden else ""
        start = f"{pad(one.letter, 3)} {mark} {pad(shown(one.header_line), 28)} {pad(title, 24)}"
        tell([f"{start} {shown(str(one.reason))}{hidden}"])
    doubtful = sum(not one.sure for one in learned.columns)
    total = _("{count} 列，{sure} 列有把握，{doubt} 列标「?」请看一看。")
    say(total.format(count=len(learned.columns), sure=len(learned.columns) - doubtful, doubt=doubtful))


def _write(learned: Learned, template: Path, output: Path) -> list[Path]:
    """The format file, and the template beside it: both or none. Raises RuhuError (usage) rather than replacing."""
    from casebook.store.platform import write_atomically
    from exports.formats.write import format_text
    from exports.learning.to_format import learned_format
    from tui.commands.outputs import refuse_overwriting

    if output.suffix.lower() != ".toml":
        what, remedy = _("格式文件的文件名要以 .toml 结尾"), _("例：-o 本县上报表.toml")
        raise RuhuError("output_kind", what, remedy, Place(file=output.name), "usage")
    refuse_overwriting([output], [template])
    made = learned_format(learned, name=output.stem)
    text = format_text(made.format, made.remarks).encode("utf-8")
    copy = output.parent / learned.file
    for path, content in ((output, text), (copy, learned.template)):
        if path.exists() and path.read_bytes() != content:
            raise RuhuError(
                "output_taken", _("已有这个文件，没有替换"), _("请换一个文件名或文件夹"), Place(file=path.name), "usage"
            )
    had_copy = copy.exists()
    if not had_copy:
        write_atomically(copy, learned.template)
    try:
        write_atomically(output, text)
    except BaseException:
        if not had_copy:
            copy.unlink(missing_ok=True)
        raise
    return [output] if had_copy else [output, copy]


def _tell_written(written: list[Path]) -> None:
    from tui.commands.telling import say

    say(_("写出了格式文件：{file}").format(file=written[0]))
    for path in written[1:]:
        say(_("模板抄在旁边：{file}").format(file=path))
    say(_("看一遍标「不确定」的列，再用 ruhu formats check {file} 检查。").format(file=written[0].name))
