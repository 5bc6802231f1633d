"""`ruhu formats list`: the formats of the casebook and those that come with the program, with what they rest on."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from casebook.language import N_, _
from tui.commands.opened import CasebookOption, JsonOption, UserOption
from tui.commands.telling import print_json

if TYPE_CHECKING:
    from exports.formats.format import LoadedFormat
    from exports.formats.stored import StoredFormat

LIST_HELP = N_(
    "列出上报格式：案卷里存下的在前，程序自带的（内置，可替换）在后，写明是有出处的、拼合的还是本县自己的，以及依据。"
    "--save 把自带的一个另存出来，好照着改。"
)
LIST_EXAMPLES = "ruhu formats list\nruhu formats list --save sichuan_2016"
STATUSES = {
    "sourced": N_("列名有出处"),
    "reconstructed": N_("按多种材料拼合，不是原表"),
    "county": N_("本县的模板"),
}


def formats_list(
    save: Annotated[
        str | None,
        typer.Option("--save", metavar="FORMAT", help=N_("把这个自带的格式另存为当前文件夹里的 FORMAT.toml")),
    ] = None,
    casebook: CasebookOption = None,
    user: UserOption = None,
    json: JsonOption = False,
) -> int:
    from exports.formats.load import built_in

    if save is not None:
        return _save(save)
    stored = _stored(casebook, user)
    hidden = {one.name for one in stored}
    if json:
        told = [_of_casebook(one) for one in stored] + [_built_in(one, hidden) for one in built_in()]
        print_json(told)
    else:
        _tell(stored, built_in(), hidden)
    return 0


def _stored(casebook: Path | None, user: str | None) -> Sequence[StoredFormat]:
    """Those of the casebook; none where no casebook is meant."""
    from tui.commands.opened import known_casebook, opened_casebook

    if casebook is None and known_casebook(None) is None:
        return ()
    from exports.formats.stored import stored_formats

    with opened_casebook(casebook, user) as book:
        return stored_formats(book)


def _tell(stored: Sequence[StoredFormat], shipped: tuple[LoadedFormat, ...], hidden: set[str]) -> None:
    from casebook.store.clock import local_text
    from tui.commands.cells import shown
    from tui.commands.telling import tell

    lines = []
    for one in stored:
        origin = _("案卷，{when} {author}").format(when=local_text(one.wall), author=one.author)
        lines.append(_line(one.name, one.version, one.title, one.region, one.status, origin))
    for loaded in shipped:
        format = loaded.format
        origin = _("内置，可替换；案卷里有同名的，用案卷的") if format.name in hidden else _("内置，可替换")
        lines.append(_line(format.name, format.version, format.title, format.region, format.status, origin))
        lines += [f"    {line}" for line in format.evidence.strip().split("\n") if line]
    tell(shown(line) for line in lines)


def _line(name: str, version: str, title: str, region: str, status: str, origin: str) -> str:
    told = _(STATUSES[status]) if status in STATUSES else status
    return "  ".join(part for part in (f"{name} {version}", title, region, told, origin) if part)


def _of_casebook(one: StoredFormat) -> dict[str, Any]:
    told = {key: getattr(one, key) for key in ("name", "title", "version", "status", "region", "sha256")}
    return {**told, "origin": "casebook", "wall": one.wall, "author": one.author}


def _built_in(loaded: LoadedFormat, hidden: set[str]) -> dict[str, Any]:
    format = loaded.format
    told = {key: getattr(format, key) for key in ("name", "title", "version", "status", "region", "evidence")}
    more = {"columns": len(format.columns), "sha256": loaded.sha256, "origin": "built-in"}
    return {**told, **more, "replaced": format.name in hidden}


def _save(name: str) -> int:
    from casebook.errors import Place, RuhuError
    from casebook.store.platform import write_atomically
    from exports.formats.load import built_in
    from tui.commands.telling import say

    found = next((one for one in built_in() if name in (one.format.name, one.format.title)), None)
    if found is None:
        what = _("没有自带的格式「{name}」").format(name=name[:60])
        raise RuhuError("no_format", what, _("ruhu formats list 列出所有格式"), category="usage")
    path = Path(f"{found.format.name}.toml")
    if path.exists():
        what = _("已有这个文件，没有替换")
        raise RuhuError("output_taken", what, _("请先把它移开或改名"), Place(path.name), "usage")
    write_atomically(path, found.text.encode())
    say(_("{file}：自带的上报格式，改好后用 ruhu formats check 检查。").format(file=path.name))
    return 0
