"""Where formats come from: the folder beside this code, the casebook, a file of the county's own."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Literal

from casebook.errors import Place, RuhuError
from casebook.language import _
from exports.formats.format import Format, LoadedFormat
from exports.formats.reading import read_format
from exports.formats.toml_reading import MOST_CHARACTERS

if TYPE_CHECKING:
    from casebook.store.casebook import Casebook

Origin = Literal["built-in", "casebook", "file"]

MOST_TEMPLATE = 128 * 1024**2
"""Bytes of a province's workbook: a header needs thousands, a whole county filled in some millions."""

_FOLDER = Path(__file__).parent


def parse_format(text: str, template: bytes, name: str, origin: Origin) -> LoadedFormat:
    """The format that a file of this name holds. Raises RuhuError: the first thing wrong with it, with line and
    remedy; or the template is another one than the format was made for."""
    read = read_format(text, name)
    if read.format is None:
        raise next(one for one in read.troubles if one.grade == "error").error
    check_template(read.format, template, name)
    return LoadedFormat(read.format, text, template, digest_of(text, template), origin)


def digest_of(text: str, template: bytes) -> str:
    """The SHA-256 of a format's text and of its template."""
    digest = hashlib.sha256(text.encode())
    digest.update(hashlib.sha256(template).digest() if template else b"")
    return digest.hexdigest()


def check_template(format: Format, template: bytes, name: str) -> None:
    """Raises RuhuError when the workbook is not the one that the format was made for."""
    digest = format.template_sha256
    if format.template and digest and hashlib.sha256(template).hexdigest() != digest:
        what = _("模板「{template}」换过了，和格式文件记的不是同一个").format(template=format.template)
        remedy = _(
            "用 ruhu formats check 看表头有没有变；没变就按它说的改 template_sha256，变了用 ruhu formats learn 再认一遍"
        )
        raise RuhuError("template_changed", what, remedy, Place(name))


def load_format(path: Path) -> LoadedFormat:
    """Read a format file, and the template beside it that it names.

    Raises RuhuError: `format_unreadable`, `format_syntax`, `format_invalid`, `template_missing`, `template_changed`.
    """
    text = format_file_text(path)
    read = read_format(text, path.name)
    template = template_beside(path, read.format) if read.format is not None else b""
    return parse_format(text, template, path.name, "built-in" if path.parent == _FOLDER else "file")


def format_file_text(path: Path) -> str:
    """The text of a format file. Raises RuhuError `format_unreadable`."""
    try:
        if not path.is_file():  # a pipe would never end
            raise OSError
        with path.open(encoding="utf-8-sig") as file:
            text = file.read(MOST_CHARACTERS + 1)
        if len(text) > MOST_CHARACTERS:
            what, remedy = _("这么大的文件不是上报格式"), _("请给出 ruhu formats learn 写出的，或照着自带的改的 .toml")
            raise RuhuError("format_unreadable", what, remedy, Place(path.name))
        return text
    except (OSError, ValueError) as error:
        what, remedy = _("打不开上报格式文件"), _("检查文件是否存在，是否为 UTF-8 编码的 .toml")
        raise RuhuError("format_unreadable", what, remedy, Place(path.name)) from error


def template_beside(path: Path, format: Format) -> bytes:
    """The bytes of the template that stands beside a format file, b'' when it names none."""
    if not format.template:
        return b""
    beside = path.parent / format.template
    try:
        if not beside.is_file():
            raise OSError
        size = beside.stat().st_size
        if not size:
            what, remedy = _("模板「{template}」是空的，0 字节").format(template=format.template), _("请重新复制一份")
            raise RuhuError("template_missing", what, remedy, Place(path.name))
        if size > MOST_TEMPLATE:
            what = _("模板「{template}」太大，超过 {size} MB").format(
                template=format.template, size=MOST_TEMPLATE // 1024**2
            )
            raise RuhuError("template_too_big", what, _("请删去里面的数据，只留表头，另存后再认"), Place(path.name))
        return beside.read_bytes()
    except (OSError, ValueError) as error:
        what = _("打不开模板「{template}」").format(template=format.template)
        remedy = _("把模板放在格式文件旁边，文件名不要改")
        raise RuhuError("template_missing", what, remedy, Place(path.name)) from error


@cache
def built_in() -> tuple[LoadedFormat, ...]:
    """The formats that the program ships (内置，可替换), by name."""
    paths = (path for path in sorted(_FOLDER.glob("*.toml")) if path.name != "fields.toml")
    return tuple(load_format(path) for path in paths)


def find_format(name_or_path: str, book: Casebook | None = None) -> LoadedFormat:
    """The format meant: the casebook's newest of that name, else a built-in one, else a file. A title does as well as
    a name. Raises RuhuError (usage) when there is none, or what `load_format` raises."""
    if book is not None:
        from exports.formats.stored import stored_format

        found = stored_format(book, name_or_path)
        if found is not None:
            return found
    for one in built_in():
        if name_or_path in (one.format.name, one.format.title):
            return one
    path = Path(name_or_path)
    if path.suffix.lower() == ".toml":
        return load_format(path)
    what = _("没有「{name}」这个上报格式").format(name=name_or_path[:60])
    raise RuhuError("no_format", what, _("ruhu formats list 列出所有格式；也可以给一个 .toml 文件"), category="usage")
