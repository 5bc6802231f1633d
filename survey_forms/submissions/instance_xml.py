"""The XML of one submission, hostile or damaged, and what it says of itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from casebook.errors import Place, RuhuError
from casebook.language import _

LARGEST = 20_000_000
"""Bytes; the largest household of 20 people is some 200,000."""


@dataclass(frozen=True, slots=True)
class Instance:
    """A submission as it came. `instance_id` and `deprecated_id` are '' where it has none; `name` is that of the
    file, for notices."""

    form_id: str
    version: str
    instance_id: str
    deprecated_id: str
    xml: str
    name: str


def instance_of(data: bytes, name: str) -> Instance:
    """What the XML says of itself. Raises RuhuError (unusable): no XML, none of a submission, encrypted, too large."""
    root = parsed_instance(data, name)
    form_id = root.get("id") or ""
    if not form_id or local_name(root) == "html":
        raise _unusable("instance_not_one", _("不是答卷：没有调查表的编号。"), name)
    if root.get("encrypted") == "yes":
        raise _unusable("instance_encrypted", _("答卷是加密的，读不了。"), name, _("请在手机上用不加密的调查表填"))
    found = {"instanceID": root.get("instanceID") or "", "deprecatedID": ""}
    for element in _meta_of(root):
        if local_name(element) in found:
            found[local_name(element)] = (element.text or "").strip()
    text = data.decode("utf-8-sig", "replace") if _says_utf8(data) else _utf8(root)
    return Instance(form_id, root.get("version") or "", found["instanceID"], found["deprecatedID"], text, name)


def _says_utf8(data: bytes) -> bool:
    head = data[:200].decode("latin-1").lower()
    return "encoding=" not in head.partition("?>")[0] or "utf-8" in head.partition("?>")[0]


def _utf8(root: Any) -> str:
    from lxml import etree

    return str(etree.tostring(root, encoding="unicode"))


def _meta_of(root: Any) -> list[Any]:
    return [element for meta in root if local_name(meta) == "meta" for element in meta]


def parsed_instance(data: bytes, name: str = "") -> Any:
    """The root element by lxml: no entities, no other files, bounded. Raises RuhuError (unusable)."""
    if len(data) > LARGEST:
        raise _unusable("instance_too_large", _("文件太大，不像是一份答卷。"), name)
    root = _parse(data, strictly=True)
    if root is None:
        raise _unusable("instance_not_xml", _("不是完整的 XML，可能没有传完。"), name, _("请从手机上重新复制"))
    return root


def lenient_root(xml: str) -> Any | None:
    """The root element of XML that may be damaged, as far as it can be read; None for none at all."""
    return _parse(xml.encode("utf-8", "replace"), strictly=False)


def _parse(data: bytes, strictly: bool) -> Any | None:
    from lxml import etree

    parser = etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
        recover=not strictly,
    )
    try:
        root = etree.fromstring(data.lstrip(b"\xef\xbb\xbf \t\r\n"), parser)
    except (etree.XMLSyntaxError, ValueError):
        return None
    if strictly and root is not None and root.getroottree().docinfo.internalDTD is not None:
        return None  # a submission declares nothing
    return root


def local_name(element: Any) -> str:
    """Without namespace and prefix; '' for what is no element."""
    tag = element.tag
    return tag.rpartition("}")[2].rpartition(":")[2] if isinstance(tag, str) else ""


def own_text(element: Any) -> str:
    """The text of the element itself, that of elements in it left out."""
    return (element.text or "") + "".join(child.tail or "" for child in element)


def _unusable(code: str, what: str, name: str, remedy: str = "") -> RuhuError:
    return RuhuError(code, what, remedy, Place(file=name))
