"""XLSForm to XForm (编译调查表) by pyxform, and what is wrong with one: sheet, row, column, what to do."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from casebook.errors import Place, RuhuError
from casebook.language import _
from casebook.tables.read import check_path
from casebook.tables.refusals import refusal
from survey_forms.xlsform_converting import converted_workbook
from survey_forms.xlsform_messages import FormTrouble, notice_of
from survey_forms.xlsform_places import Places, column_of, places_of, row_of
from survey_forms.xlsform_remarks import notices_on, troubles_in
from survey_forms.xlsform_workbook import MAX_FILE, FormBook, read_workbook

if TYPE_CHECKING:
    from survey_forms.form.definition import FormDefinition, Trouble

XFORMS = "http://www.w3.org/2002/xforms"
_RESOURCE = re.compile(r'<instance\b[^>]*?\bsrc="(jr://file(?:-csv)?/([^"/\\]+))"')
_UNBOUND = re.compile(r"<(?:\w+:)?bind\b[^>]*\s(?!jr:|orx:|odk:|entities:|ev:|xsd:|h:|xml:)(\w[\w.-]*):[\w.-]+=")


@dataclass(frozen=True, slots=True)
class Compiled:
    """An XForm. `places` are the rows of its paths (none of an .xml), `resources` the files beside it that it names,
    by their addresses, `notices` what does not keep it from being used."""

    xml: str
    form_id: str
    version: str
    title: str
    places: Places
    notices: tuple[FormTrouble, ...] = ()
    resources: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CheckedForm:
    """A form that was looked at: with troubles it has no definition, and where pyxform refused it nothing compiled."""

    compiled: Compiled | None
    definition: FormDefinition | None
    troubles: tuple[FormTrouble, ...]
    notices: tuple[FormTrouble, ...]


def check_form(path: Path) -> CheckedForm:
    """Compile an XLSForm, or take an XForm (.xml) as it is, load it in the engine, and tell everything that is wrong.
    Raises RuhuError (unusable) for a file that is no form or not safe to open."""
    from survey_forms.form.definition import FormRefused
    from survey_forms.form.load import load_form

    compiled, found, book = _compiled(path)
    troubles = list(found)
    if compiled is None:
        return CheckedForm(None, None, tuple(troubles), ())
    definition = None
    notices = list(compiled.notices)
    try:
        definition = load_form(compiled.xml, compiled.resources)
    except FormRefused as refused:
        troubles += [_placed(trouble, compiled.places, book, path.name) for trouble in refused.troubles]
    if definition is not None:
        troubles += troubles_in(definition, compiled.xml, compiled.places, book)
        notices += _lint(definition, compiled, book, path.name)
        notices += notices_on(book, compiled.version)
    troubles = _in_order(troubles)
    if troubles:
        return CheckedForm(None if found else compiled, None, tuple(troubles), tuple(notices))
    return CheckedForm(compiled, definition, (), tuple(notices))


def checked(path: Path) -> tuple[Compiled, FormDefinition]:
    """A form without troubles, compiled and loaded. Raises RuhuError (check) with the first trouble and how many more
    there are."""
    found = check_form(path)
    if found.compiled is None or found.definition is None:
        raise _error(found.troubles[0], len(found.troubles) - 1)
    return found.compiled, found.definition


def _error(trouble: FormTrouble, more: int = 0) -> RuhuError:
    remedy = trouble.remedy
    if more:
        all_of_them = _("另有 {count} 处，用 ruhu forms check 看全部").format(count=more)
        remedy = _("{remedy}；{more}").format(remedy=remedy, more=all_of_them) if remedy else all_of_them
    return RuhuError("form_refused", trouble.what, remedy, trouble.place, "check")


# --- compiling


def _compiled(path: Path) -> tuple[Compiled | None, list[FormTrouble], FormBook]:
    """What a file compiles to, after mending where it has troubles; None where it could not be mended."""
    if path.suffix.lower() == ".xml":
        xml = _text(path)
        book = FormBook(path.name, {})
        return *_identified(xml, book, (), path), book
    book = read_workbook(path)
    said: list[str] = []
    converted, troubles = converted_workbook(book, said)
    if converted is None:
        return None, troubles, book
    xml = converted
    notices = tuple(notice_of(message, book) for message in said)
    unbound = _UNBOUND.search(xml)
    if unbound and f"xmlns:{unbound[1]}=" not in xml:
        return None, [*troubles, _namespace(book, unbound[1])], book
    compiled, more = _identified(xml, book, notices, path)
    return compiled, [*troubles, *more], book


def _namespace(book: FormBook, prefix: str) -> FormTrouble:
    what = _("用了 bind::{prefix}: 的列，却没有声明 {prefix}").format(prefix=prefix)
    remedy = _('请在 settings 表的 namespaces 填上 ruhu="urn:ruhu:forms"')
    return FormTrouble(Place(book.file, "settings", 2, "namespaces"), what, remedy)


# --- what a form is called, and the files beside it


def _identified(
    xml: str, book: FormBook, notices: tuple[FormTrouble, ...], path: Path
) -> tuple[Compiled | None, list[FormTrouble]]:
    from survey_forms.form.xml_tree import XmlError, local, parsed

    try:
        document = parsed(xml)
    except XmlError as error:
        what = _("不是完整的 XForm：{why}").format(why=error)
        return None, [FormTrouble(Place(path.name), what, _("请重新导出一份"))]
    instance = next((one for one in document.iter() if local(one) == "instance"), None)
    root = next((one for one in instance if local(one)), None) if instance is not None else None
    if root is None:
        what = _("这不是 XForm 调查表")
        return None, [FormTrouble(Place(path.name), what, _("请给出 XLSForm 或 XForm"))]
    title = next((one for one in document.iter() if local(one) == "title"), None)
    space = root.nsmap.get(None) or ""
    identity = (root.get("id") or (space if space != XFORMS else "")).strip()
    troubles = [] if identity else [_nameless(path.name)]
    resources, lacking = _resources(xml, path, book)
    compiled = Compiled(
        xml,
        identity,
        (root.get("version") or "").strip(),
        "".join(title.itertext()).strip() if title is not None else "",
        places_of(book, f"/{local(root)}") if book.sheets else {},
        notices,
        resources,
    )
    return compiled, troubles + lacking


def _nameless(file: str) -> FormTrouble:
    return FormTrouble(Place(file), _("表没有编号"), _("请在 settings 表的 form_id 填上"))


def _resources(xml: str, path: Path, book: FormBook) -> tuple[dict[str, str], list[FormTrouble]]:
    """The files that a form names, from the folder it lies in."""
    found: dict[str, str] = {}
    troubles: list[FormTrouble] = []
    for address, name in _RESOURCE.findall(xml):
        beside = _beside(path, name)
        if beside is not None:
            found[address] = _text(beside)
        else:
            what = _("表里用到的文件 {name} 不在旁边").format(name=name)
            troubles.append(FormTrouble(_naming(name, book), what, _("请把它放在同一个文件夹里")))
    return found, troubles


def _naming(file: str, book: FormBook) -> Place:
    """The first row that names a file, or its stem as `pulldata` does."""
    stem = re.compile(rf"(?<![\w.-]){re.escape(file.rpartition('.')[0])}(?![\w-])")
    for number, row in book.rows("survey"):
        for header, cell in row.items():
            if header in ("type", "calculation", "calculate") and stem.search(cell):
                return Place(book.file, "survey", number, header)
    return Place(book.file)


def _beside(path: Path, name: str) -> Path | None:
    """A file of this name in the same folder; None where there is none, or where no file can have such a name."""
    try:
        beside = path.with_name(name)
        return beside if beside.is_file() else None
    except (OSError, ValueError):
        return None


def _text(path: Path) -> str:
    check_path(path)
    try:
        if path.stat().st_size > MAX_FILE:
            raise RuhuError("form_too_big", _("文件太大，不像调查表"), _("请重新导出一份"), Place(path.name))
        return path.read_text("utf-8-sig")
    except UnicodeDecodeError as error:
        raise RuhuError("not_utf8", _("文件不是 UTF-8 编码"), _("请另存为 UTF-8"), Place(path.name)) from error
    except OSError as error:
        raise refusal("read_failed", path.name) from error


# --- what the engine says, at its place in the workbook


def _placed(trouble: Trouble, places: Places, book: FormBook, file: str) -> FormTrouble:
    return FormTrouble(*_where(trouble.path, trouble.attribute, trouble.what, places, book, file))


def _where(path: str, attribute: str, what: str, places: Places, book: FormBook, file: str) -> tuple[Place, str]:
    row = row_of(places, path) if path else None
    if row is None:
        where = " ".join(part for part in (path, attribute) if part)
        return Place(file), f"{where}：{what}" if where else what
    sheet, number = row
    filled = dict(book.rows(sheet)).get(number)
    return Place(file, sheet, number, column_of(book.headers(sheet), attribute, filled)), what


def _lint(definition: FormDefinition, compiled: Compiled, book: FormBook, file: str) -> list[FormTrouble]:
    """What phones and web forms read differently."""
    found = []
    for note in definition.notes:
        place, what = _where(note.path, note.attribute, str(note.what), compiled.places, book, file)
        found.append(FormTrouble(place, what, str(note.instead)))
    return list(dict.fromkeys(found))


def _in_order(troubles: list[FormTrouble]) -> list[FormTrouble]:
    """Each once, as they stand in the workbook; one trouble a cell."""
    order = {"": 0, "survey": 1, "choices": 2, "settings": 3}
    first: dict[Any, FormTrouble] = {}
    for trouble in troubles:
        place = trouble.place
        key = (place.sheet, place.row, place.column) if place.row and place.column else trouble
        first.setdefault(key, replace(trouble, mend=""))
    return sorted(first.values(), key=lambda one: (order.get(one.place.sheet, 4), one.place.row or 0))
