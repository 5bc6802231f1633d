"""A workbook that is given as a template: opened, refused where it can't be filled, its parts found."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal
from urllib.parse import unquote
from zipfile import BadZipFile, ZipFile

from casebook.errors import RuhuError
from casebook.language import _
from casebook.tables.zip_errors import ZIP_ERRORS
from exports.xml_parts import Element, OddPart, elements

TYPES = "[Content_Types].xml"
_STRICT = "http://purl.oclc.org/ooxml/"
_MOST_MEMBERS = 10_000
_MOST_BYTES = 1 << 28
"""Of a template unpacked; real ones have a few megabytes."""
_SMALL, _MOST_RATIO = 1 << 26, 200
"""Bytes that do no harm however small they were packed; how often its own size a larger one may unpack to."""
_OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_ENCRYPTED = "EncryptedPackage".encode("utf-16-le")


@dataclass(frozen=True, slots=True)
class Relation:
    """One relation of a part: its kind (the last word of its type), the part it leads to, '' when that lies outside."""

    identity: str
    kind: str
    target: str


@dataclass(frozen=True, slots=True)
class GivenWorkbook:
    """The parts of a workbook by what they are; names as they stand in the zip. `sheets` leads from the names of the
    worksheets to their parts, `order` has the names of all sheets, `strings` is '' when there is no such part."""

    source: ZipFile
    workbook: str
    relations: str
    order: Sequence[str]
    sheets: Mapping[str, str]
    strings: str
    chains: frozenset[str]

    def read(self, part: str) -> bytes:
        return part_bytes(self.source, part)

    def kept(self, part: str) -> bytes:
        """A part that is copied as it is. Raises OddPart where it is broken XML: the copy would not open either."""
        content = self.read(part)
        if part.lower().endswith((".xml", ".rels")):
            _refuse_broken(content)
        return content

    def related(self, part: str) -> list[Relation]:
        """The relations of a part, none when it has none."""
        return _relations(self.source, part, _by_name(self.source))


def opened_workbook(source: ZipFile) -> GivenWorkbook:
    """Find the parts. Raises RuhuError for a workbook that can't be filled, OddPart or KeyError for what is none."""
    _refuse_archive(source)
    by_name = _by_name(source)
    if not _relations_of("", by_name):  # no program opens it
        raise OddPart
    root = next((one for one in _relations(source, "", by_name) if one.kind == "officeDocument"), None)
    workbook = root.target if root is not None and root.target else by_name["xl/workbook.xml"]
    _refuse_kind(source, workbook, by_name)
    part = part_bytes(source, workbook)
    found = elements(part, ("sheet",))
    if found[0].name != "workbook":
        raise OddPart
    if found[0].namespace.startswith(_STRICT):
        raise RuhuError(
            "template_strict",
            _("模板是“Strict Open XML”格式的工作簿，许多系统读不了，也不能填"),
            _("用 Excel 打开模板，另存为“Excel 工作簿（*.xlsx）”再试"),
        )
    relations = {one.identity: one for one in _relations(source, workbook, by_name)}
    order, sheets = [], {}
    for element in found[1:]:
        name = element.attributes.get("name", "")
        order.append(name)
        relation = relations.get(_identity(element))
        if relation is not None and relation.kind == "worksheet" and relation.target:
            sheets[name] = relation.target
    kinds = list(relations.values())
    strings = next((one.target for one in kinds if one.kind == "sharedStrings" and one.target), "")
    chains = {one.target for one in kinds if one.kind == "calcChain" and one.target}
    chains |= {by_name[one] for one in by_name if one.endswith("/calcchain.xml")}
    return GivenWorkbook(source, workbook, _relations_of(workbook, by_name), order, sheets, strings, frozenset(chains))


def part_bytes(source: ZipFile, part: str) -> bytes:
    """A part of an archive. Raises KeyError when it is not there, OddPart when it can't be unpacked."""
    try:
        return source.read(part)
    except ZIP_ERRORS as error:
        raise OddPart from error


def _refuse_broken(content: bytes) -> None:
    from xml.parsers import expat

    def document_type(*_told: object) -> None:
        raise OddPart

    parser = expat.ParserCreate(namespace_separator=" ")
    parser.StartDoctypeDeclHandler = document_type
    try:
        parser.Parse(content, True)
    except (expat.ExpatError, ValueError, LookupError) as error:
        raise OddPart from error


def not_a_workbook() -> RuhuError:
    return RuhuError(
        "template_form", _("模板不是可用的 .xlsx 工作簿"), _("用 Excel 或 WPS 打开模板，另存为 .xlsx 再试")
    )


def refuse_old(template: bytes) -> None:
    """Raise RuhuError for a workbook with a password and for an .xls."""
    if not template.startswith(_OLD):
        return
    if _ENCRYPTED in template:
        raise RuhuError(
            "template_locked", _("模板加了打开密码"), _("用 Excel 或 WPS 打开模板，去掉密码，另存为 .xlsx 再试")
        )
    raise RuhuError("template_old", _("模板是老格式 .xls"), _("用 Excel 或 WPS 打开模板，另存为 .xlsx 再试"))


def file_ending(types: bytes) -> Literal[".xlsx", ".xlsm"]:
    """How a workbook with these content types must be named: Excel opens one with macros under no other name."""
    return ".xlsm" if b"macroEnabled.main+xml" in types else ".xlsx"


def _refuse_archive(source: ZipFile) -> None:
    members = source.infolist()
    names = [_plain(one.filename) for one in members]
    if len(set(names)) != len(names):
        raise RuhuError(
            "template_damaged", _("模板文件里有重名的部件，已经损坏"), _("用 Excel 或 WPS 打开模板，另存为 .xlsx 再试")
        )
    if any(one.flag_bits & 1 for one in members):
        raise RuhuError("template_locked", _("模板是带密码的压缩包"), _("先解压，再用里面的工作簿"))
    unpacked, packed = sum(one.file_size for one in members), sum(one.compress_size for one in members)
    blown_up = unpacked > _SMALL and unpacked > _MOST_RATIO * max(packed, 1)
    if len(members) > _MOST_MEMBERS or unpacked > _MOST_BYTES or blown_up:
        raise RuhuError(
            "template_too_big", _("模板解开后大得不正常，为安全起见没有打开"), _("向下发单位要一份重新另存的模板")
        )
    if any(not one.filename.isascii() and not one.flag_bits & 0x800 for one in members):
        raise BadZipFile


def _refuse_kind(source: ZipFile, workbook: str, by_name: Mapping[str, str]) -> None:
    types = part_bytes(source, by_name[TYPES.lower()])
    wanted = "/" + _plain(workbook)
    root, *overrides = elements(types, ("Override",))
    if root.name != "Types":
        raise OddPart
    kind = next(
        (
            one.attributes.get("ContentType", "")
            for one in overrides
            if _plain(one.attributes.get("PartName", "")) == wanted
        ),
        "",
    )
    if "sheet.binary" in kind or workbook.endswith(".bin"):
        raise RuhuError("template_old", _("模板是 .xlsb 二进制格式"), _("用 Excel 打开模板，另存为 .xlsx 再试"))
    if "addin" in kind:
        raise RuhuError("template_form", _("模板是加载项，不是工作簿"), _("换用 .xlsx 模板"))


def _plain(name: str) -> str:
    """A part's name for comparing: part names don't tell capitals apart, and some writers turn the strokes round."""
    return name.replace("\\", "/").lower()


def _by_name(source: ZipFile) -> dict[str, str]:
    return {_plain(name): name for name in source.namelist()}


def _identity(sheet: Element) -> str:
    return next((value for name, value in sheet.attributes.items() if name.endswith(":id")), "")


def _relations_of(part: str, by_name: Mapping[str, str]) -> str:
    """The name of the part that holds the relations of `part`, '' when there is none."""
    folder, name = posixpath.split(part.replace("\\", "/"))
    return by_name.get(_plain(posixpath.join(folder, "_rels", f"{name}.rels")), "")


def _relations(source: ZipFile, part: str, by_name: Mapping[str, str]) -> list[Relation]:
    held_in = _relations_of(part, by_name)
    if not held_in:
        return []
    folder = posixpath.dirname(part.replace("\\", "/"))
    found = []
    for one in elements(part_bytes(source, held_in), ("Relationship",))[1:]:
        said = one.attributes
        inside = said.get("TargetMode", "Internal") != "External"
        target = _target(folder, said.get("Target", ""), by_name) if inside else ""
        found.append(Relation(said.get("Id", ""), said.get("Type", "").rpartition("/")[2], target))
    return found


def _target(folder: str, target: str, by_name: Mapping[str, str]) -> str:
    """The part that a relation leads to, '' when there is none of that name."""
    whole = target if target.startswith(("/", "\\")) else posixpath.join(folder, target)
    name = posixpath.normpath(whole.replace("\\", "/")).lstrip("/")
    return by_name.get(_plain(name)) or by_name.get(_plain(unquote(name))) or ""
