"""`ruhu import`: lists into the casebook."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from casebook.errors import RuhuError
from casebook.language import N_, _
from tui.commands.log import SHOWN_ID
from tui.commands.opened import CasebookOption, JsonOption, UserOption
from tui.commands.telling import print_json

if TYPE_CHECKING:
    from audit.imports import Imported
    from casebook.store.sources import ListSide
    from casebook.tables.table import Table

IMPORT_HELP = N_("把名单导入案卷：花名册、卫健名单，或作旁证的死亡、残疾人、低保、参保名单。原文件不改动。")
IMPORT_EXAMPLES = N_("ruhu import roster 花名册.xlsx\nruhu import registry 返回数据.xlsx")
ROSTER_HELP = N_(
    "导入花名册。可以一次次导入：人的编号不变，和上次比多了谁、少了谁、改了什么会说明；"
    "导入前自动备份，全部写入或一点不写。同一个文件再导入没有影响。"
)
ROSTER_EXAMPLES = N_(
    "ruhu import roster 花名册.xlsx\n"
    "ruhu import roster 花名册.xlsx --map 名字=name\n"
    "ruhu import roster 花名册-新.xlsx --dry-run"
)
REGISTRY_HELP = N_("导入卫健名单（逐级返回数据、台账），规矩与花名册相同。")
REGISTRY_EXAMPLES = N_("ruhu import registry 返回数据.xlsx\nruhu import registry 台账.csv -c 金口河.ruhu --json")
OTHER_HELP = N_("导入别的部门的名单，作为疑点的旁证：死亡、残疾人、低保、参保。一份名单分成几个文件的，一次都给出。")
OTHER_EXAMPLES = N_(
    "ruhu import other 死亡.xlsx --as deaths\nruhu import other 低保-东乡.xlsx 低保-西乡.xlsx --as dibao"
)

_KINDS: tuple[ListSide, ...] = ("deaths", "disabled", "dibao", "insured")
_FEW = 10  # rows of a list too short to tell whether it is another list's

Files = Annotated[
    list[Path], typer.Argument(metavar="FILE…", readable=False, help=N_("名单文件（xlsx、xls、ods、csv、网页表格）"))
]
Maps = Annotated[
    list[str] | None,
    typer.Option("--map", metavar="HEADER=FIELD", help=N_("某一列的含义由你指定，可多次给；下次导入时记得")),
]
PasswordFd = Annotated[
    int | None,
    typer.Option("--file-password-fd", metavar="N", help=N_("从这个文件描述符读工作簿的打开密码，一行一个")),
]
DryRun = Annotated[bool, typer.Option("--dry-run", help=N_("只比对，不写入"))]


def import_roster(
    files: Files,
    casebook: CasebookOption = None,
    user: UserOption = None,
    mapping: Maps = None,
    password_fd: PasswordFd = None,
    dry_run: DryRun = False,
    json: JsonOption = False,
) -> int:
    return _import("roster", files, casebook, user, mapping, password_fd, dry_run, json)


def import_registry(
    files: Files,
    casebook: CasebookOption = None,
    user: UserOption = None,
    mapping: Maps = None,
    password_fd: PasswordFd = None,
    dry_run: DryRun = False,
    json: JsonOption = False,
) -> int:
    return _import("registry", files, casebook, user, mapping, password_fd, dry_run, json)


def import_other(
    files: Files,
    kind: Annotated[
        str | None,
        typer.Option("--as", metavar="KIND", help=N_("deaths 死亡、disabled 残疾人、dibao 低保、insured 参保")),
    ] = None,
    casebook: CasebookOption = None,
    user: UserOption = None,
    mapping: Maps = None,
    password_fd: PasswordFd = None,
    dry_run: DryRun = False,
    json: JsonOption = False,
) -> int:
    from casebook.language import in_all_languages
    from casebook.store.sources import LIST_NAMES

    said = (kind or "").strip().removesuffix("名单")
    named = {one: {one, *(name.removesuffix("名单") for name in in_all_languages(LIST_NAMES[one]))} for one in _KINDS}
    side = next((one for one in _KINDS if said in named[one]), None)
    if side is None:
        what = _("要用 --as 说明是什么名单。")
        remedy = _("deaths 死亡名单、disabled 残疾人名单、dibao 低保名单、insured 参保名单")
        raise RuhuError("usage_as", what, remedy, category="usage")
    return _import(side, files, casebook, user, mapping, password_fd, dry_run, json)


def _import(
    side: ListSide,
    files: list[Path],
    casebook: Path | None,
    user: str | None,
    mapping: list[str] | None,
    password_fd: int | None,
    dry_run: bool,
    json: bool,
) -> int:
    from audit.imports import import_list, remembered_mapping
    from casebook.store.backup import rolling_backup
    from tui.commands.inputs import header_mapping, password_source, read_list
    from tui.commands.next_step import next_step
    from tui.commands.opened import opened_casebook
    from tui.commands.progress_line import progress_line
    from tui.commands.telling import say, tell

    if len(files) > 1 and side in ("roster", "registry"):
        what = _("花名册和卫健名单一次只导入一个文件：新的一份会代替上一份。")
        raise RuhuError("usage_several_files", what, _("分成几个文件的，请先合成一份"), category="usage")
    given = header_mapping(mapping or [])
    with opened_casebook(casebook, user) as book, progress_line() as progress:
        remembered = remembered_mapping(book, side)
        table = read_list(files, given, remembered, password_source(password_fd), progress)
        done = import_list(
            book, table, side, {**remembered, **given}, progress,
            dry_run=dry_run, before_writing=lambda: rolling_backup(book, "import"),
        )  # fmt: skip
        then = "" if dry_run else next_step(book)
    unreadable = sum(skipped.count for skipped in table.skipped if skipped.reason == "unreadable")
    if json:
        print_json(_as_json(done, table, dry_run))
    else:
        tell(_lines(done, table, dry_run, len(files) > 1))
    for line in _suspicions(done, table):
        say(line)
    if then and not json:
        say(then)
    return 1 if unreadable else 0


def _as_json(done: Imported, table: Table, dry_run: bool) -> dict[str, object]:
    from dataclasses import asdict

    return {
        "list": done.side,
        "source": done.source,
        "file": table.source.name,
        "sha256": table.source.sha256,
        "dry_run": dry_run,
        "already": done.already,
        "rows": done.rows,
        "minted": _minted(done),
        "carried": done.rows - _minted(done),
        "changes": None if done.changes is None else asdict(done.changes),
        "skipped": _skipped(table),
        "unreadable": [asdict(one) for one in table.skipped if one.reason == "unreadable"],
        "unknown_headers": list(table.unknown_headers),
        "sheets_left_out": [{"sheet": sheet, "reason": reason} for sheet, reason in table.other_sheets],
        "notices": [asdict(notice) for notice in table.notices],
    }


def _suspicions(done: Imported, table: Table) -> list[str]:
    """Signs that this was the wrong file, and how to take it back."""
    from casebook.store.sources import LIST_NAMES
    from casebook.store.which_list import guess_list

    if done.already:
        return []
    found = []
    guess, name = guess_list(table), _(LIST_NAMES[done.side])
    if guess not in (None, done.side):
        text = _("注意：「{file}」看起来是{guess}，不是{list}。")
        found.append(text.format(file=table.source.name, guess=_(LIST_NAMES[guess]), list=name))
    changes = done.changes
    if changes is not None and done.side not in _KINDS:
        carried = changes.changed + changes.same
        if 2 * carried < min(done.rows, carried + changes.gone) and done.rows >= _FEW:
            text = _("注意：和上一份{list}只有 {carried} 人相同，不像同一份名单。")
            found.append(text.format(list=name, carried=f"{carried:,}"))
    if found and done.source:
        text = _("弄错了就撤销：ruhu audit undo {id}。不要再导入一次来改：人可能重新编号，以前的结论就跟不上。")
        found.append(text.format(id=done.source[:SHOWN_ID]))
    return found


def _minted(done: Imported) -> int:
    """People who get their id by this import."""
    if done.already or done.side in _KINDS:
        return 0
    return done.rows if done.changes is None else done.changes.added


def _skipped(table: Table) -> dict[str, int]:
    counts: dict[str, int] = {}
    for skipped in table.skipped:
        counts[skipped.reason] = counts.get(skipped.reason, 0) + skipped.count
    return counts


def _lines(done: Imported, table: Table, dry_run: bool, several: bool) -> list[str]:
    from casebook.store.sources import LIST_NAMES

    text = _("{list}：{file}，人员 {rows} 行")
    lines = [text.format(list=_(LIST_NAMES[done.side]), file=table.source.name, rows=f"{done.rows:,}")]
    if done.already:
        lines.append(_("案卷里现在就是这个文件，没有改动。"))
    elif done.changes is None:
        lines.append(_("第一次导入这份名单。"))
    else:
        changes = done.changes
        lines.append(
            _("和上次比：新增 {added} 行，不再有 {gone} 行，改动 {changed} 行，不变 {same} 行。").format(
                added=f"{changes.added:,}",
                gone=f"{changes.gone:,}",
                changed=f"{changes.changed:,}",
                same=f"{changes.same:,}",
            )
        )
    if done.side not in _KINDS and not done.already:
        text = _("人员编号：新编 {minted} 个，沿用 {carried} 个。")
        lines.append(text.format(minted=f"{_minted(done):,}", carried=f"{done.rows - _minted(done):,}"))
    lines += _left_out(table, several)
    if dry_run:
        lines.append(_("只作比对，没有写入（--dry-run）。"))
    return lines


def _left_out(table: Table, several: bool) -> list[str]:
    """Rows, columns and sheets that were not taken, and notices; of several files each notice says of which."""
    from exports.findings_rows import REASONS
    from tui.commands.exits import place_text
    from tui.commands.sentences import listed

    lines = []
    counts = {reason: count for reason, count in _skipped(table).items() if reason != "unreadable"}
    if counts:
        told = listed(f"{_(REASONS.get(reason, reason))} {count:,}" for reason, count in counts.items())
        lines.append(_("不是人的行没有导入：{told}").format(told=told))
    from casebook.errors import Place

    for skipped in table.skipped:
        if skipped.reason == "unreadable":
            place = place_text(Place(table.source.name, skipped.sheet, skipped.first))
            lines.append(_("不可读：{place}：{why}。请在原表里改好再导入").format(place=place, why=skipped.text))
    if table.unknown_headers:
        text = _("含义不明的列照样保留：{headers}。要用它，请加 --map，例：--map {header}=phone")
        lines.append(text.format(headers=listed(table.unknown_headers), header=table.unknown_headers[0]))
    for sheet, why in table.other_sheets:
        lines.append(_("没有读工作表「{sheet}」：{reason}").format(sheet=sheet, reason=why))
    for notice in table.notices:
        what = _("{where}：{what}").format(where=notice.sheet, what=notice.what) if several else notice.what
        lines.append(_("注意：{what}").format(what=what))
    return lines
