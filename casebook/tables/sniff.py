"""What kind of file this is, by its content; the name's ending is never trusted."""

from __future__ import annotations

import re
import zipfile
from typing import BinaryIO

HEAD = 64 * 1024

_IMAGES = (b"\x89PNG", b"\xff\xd8\xff", b"GIF8", b"II*\x00", b"MM\x00*")
_CONTROLS = re.compile("[\x00-\x08\x0b\x0e-\x1a\x1c-\x1f]")
_PAGE = re.compile(r"<(?:!doctype\s+html|html|head|body|meta|style|table|tr|div|font)\b")
_ARCHIVES = (b"Rar!", b"7z\xbc\xaf", b"\x1f\x8b", b"BZh", b"\xfd7zXZ")


class Refused(Exception):
    """A file that cannot be read as a table: a stable code and plain values, without the file's own content."""

    def __init__(self, code: str, **params: int | str) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def sniff(file: BinaryIO) -> str:
    """The format: xlsx, xlsb, xls, ods, html, xml2003, csv, or encrypted. Raises `Refused` for anything else."""
    file.seek(0)
    head = file.read(HEAD)
    file.seek(0)
    if not head:
        raise Refused("file_empty")
    if head.startswith(b"PK\x03\x04"):
        return _zip_kind(file)
    if head.startswith(b"PK"):
        raise Refused("not_a_table")
    if head.startswith(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"):
        return _ole_kind(file)
    if head.startswith(b"\x09\x08") or head[:2] in (b"\x09\x00", b"\x09\x02", b"\x09\x04"):
        return "xls"  # a bare BIFF stream of old programs
    return _text_kind(head)


def _text_kind(head: bytes) -> str:
    if b"%PDF" in head[:1024]:
        raise Refused("is_pdf")
    bitmap = head.startswith(b"BM") and head[6:10] == bytes(4)
    if head.startswith(_IMAGES) or bitmap or (head.startswith(b"RIFF") and head[8:12] == b"WEBP"):
        raise Refused("is_image")
    if head.startswith(_ARCHIVES):
        raise Refused("is_archive")
    if head.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        encoding = "utf-8" if head.startswith(b"\xef") else "utf-16"
        text = head.decode(encoding, "replace").lstrip("\ufeff")
    elif b"\x00" in head:
        raise Refused("not_a_table")
    else:
        text = head.decode("latin-1")
    start = text.lstrip().lower()
    if start.startswith(("mime-version:", "from:", "x-msoffice")) and "multipart" in start:
        raise Refused("is_mhtml")
    if start.startswith("<"):
        if "urn:schemas-microsoft-com:office:spreadsheet" in start and re.search(r"<(?:\w+:)?workbook\b", start):
            return "xml2003"
        if _PAGE.search(start):
            return "html"
    if start.startswith(("{\\rtf", "<?xml")):
        raise Refused("not_a_table")
    if len(_CONTROLS.findall(text[:4096])) > 8:
        raise Refused("not_a_table")
    return "csv"


def _zip_kind(file: BinaryIO) -> str:
    try:
        with zipfile.ZipFile(file) as archive:
            names = set(archive.namelist())
            if "xl/workbook.bin" in names:
                return "xlsb"
            if any(name.startswith("xl/") for name in names):
                return "xlsx"
            if "content.xml" in names and "mimetype" in names:
                kind = archive.read("mimetype")[:100]
                if b"spreadsheet" in kind:
                    return "ods"
                raise Refused("is_document")
    except (zipfile.BadZipFile, NotImplementedError, OSError, ValueError, EOFError) as error:
        raise Refused("damaged") from error
    except RuntimeError as error:  # zipfile's word for a zip with a password
        raise Refused("is_archive") from error
    if any(name.startswith(("word/", "ppt/")) for name in names):
        raise Refused("is_document")
    raise Refused("is_archive")


def _ole_kind(file: BinaryIO) -> str:
    import olefile  # type: ignore[import-untyped]

    try:
        with olefile.OleFileIO(file.read()) as container:
            names = {entry[0] for entry in container.listdir()}
    except Exception as error:
        raise Refused("damaged") from error
    finally:
        file.seek(0)
    if "EncryptedPackage" in names:
        return "encrypted"
    if names & {"Workbook", "WORKBOOK", "Book", "BOOK"}:
        return "xls"
    if names & {"WordDocument", "PowerPoint Document"}:
        raise Refused("is_document")
    raise Refused("not_a_table")
