"""The process that opens a foreign file: limited in memory, it writes what it reads to its standard output.

Frames are marshal data behind their length in 8 bytes. In: (path,), and a password when one is asked for. Out:
("format", kind), ("password",), ("left_out", sheet, code), ("sheet", name, rows, counts, merges),
("rows", first row, rows, damaged row numbers), ("end_sheet",), and at the end ("done", SHA-256, bytes, encoding)
or ("refused", code, params). Only modules that every file needs are imported at the top: the start of
this process is a third of the time of a small file.
"""

from __future__ import annotations

import marshal
import os
import sys
from typing import IO, Any, BinaryIO

from casebook.store import platform
from casebook.tables.sniff import Refused, sniff


def write_frame(stream: IO[bytes], frame: Any) -> None:
    data = marshal.dumps(frame)
    stream.write(len(data).to_bytes(8, "little"))
    stream.write(data)
    stream.flush()


def read_frame(stream: IO[bytes]) -> Any:
    """The next frame, None at the end of the stream."""
    length = stream.read(8)
    if len(length) < 8:
        return None
    data = stream.read(int.from_bytes(length, "little"))
    try:
        return marshal.loads(data)
    except (EOFError, ValueError, TypeError):
        return None  # cut short: the writer died


def main() -> None:
    """Read the file named on standard input. Ends with one last frame, or dies."""
    import signal

    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the parent ends this process
    platform.limit_memory()
    platform.forbid_core_dumps()
    platform.private_files()
    out, questions = sys.stdout.buffer, sys.stdin.buffer

    def send(*frame: object) -> None:
        write_frame(out, frame)

    try:
        (path,) = read_frame(questions)
        with open(path, "rb") as file:
            _read(file, send, questions)
    except Refused as refused:
        send("refused", refused.code, refused.params)
    except MemoryError:
        send("refused", "too_big", {})
    except ImportError:
        send("refused", "not_installed", {})
    except BrokenPipeError:
        os._exit(1)
    except Exception as error:  # a library's word for a file it cannot read; its text may hold cells
        send("refused", "damaged", {"error": type(error).__name__})
    os._exit(0)  # without freeing millions of cells one by one


def _read(file: BinaryIO, send: Any, questions: BinaryIO) -> None:
    before = os.fstat(file.fileno())
    digest = _sha256(file)
    kind = sniff(file)
    source = file
    if kind == "encrypted":
        source = _opened(file, send, questions)
        kind = sniff(source)
    send("format", kind)
    encoding = ""
    if kind in ("csv", "html", "xml2003"):
        if kind == "csv":
            from casebook.tables.delimited import read_delimited as read
        elif kind == "html":
            from casebook.tables.markup import read_html as read
        else:
            from casebook.tables.markup import read_xml2003 as read
        encoding = read(source, send)
    else:
        _read_workbook(source, kind, send, questions)
    after = os.fstat(file.fileno())
    if (before.st_size, before.st_mtime_ns) != (after.st_size, after.st_mtime_ns):
        raise Refused("changed")
    send("done", digest, before.st_size, encoding)


def _read_workbook(file: BinaryIO, kind: str, send: Any, questions: BinaryIO) -> None:
    from python_calamine import PasswordError

    from casebook.tables.workbook import read_workbook

    try:
        read_workbook(file, kind, send)
    except PasswordError:
        read_workbook(_opened(file, send, questions), kind, send)  # an encrypted .xls shows it only when opened


def _opened(file: BinaryIO, send: Any, questions: BinaryIO) -> BinaryIO:
    from casebook.tables.workbook import decrypted

    send("password")
    frame = read_frame(questions)
    if frame is None or frame[0] is None:
        raise Refused("password_needed")
    return decrypted(file, frame[0])


def _sha256(file: BinaryIO) -> str:
    from hashlib import sha256

    digest = sha256()
    while chunk := file.read(1024 * 1024):
        digest.update(chunk)
    file.seek(0)
    return digest.hexdigest()
