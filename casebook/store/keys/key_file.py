"""The key file (密钥文件) of an encrypted casebook: its key, wrapped for each person and once under a recovery key.

The first 16 bytes of a database file are the id of its key (for a plain one SQLite's own mark). The key file of that
id lies in `keys/` and again in `backups/`, and as `X.db.keys` beside a backup `X.db` that lies elsewhere.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterator
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any, Literal

from casebook.errors import Place, RuhuError
from casebook.language import _
from casebook.store.folder import BACKUPS, KEYS
from casebook.store.folder import KEY_ENDING as ENDING
from casebook.store.keys.wrapping import KEY_ID, LENGTHS, Stretching, Wrapped, seal_of
from casebook.store.platform import write_atomically

PLAIN = b"SQLite format 3\0"
CIPHER = "sqlcipher-4 aes-256 raw key"

_FORMAT, _VERSION = "ruhu key file", 1
_KDF, _WRAP = "argon2id", "x25519 hkdf-sha256 aes-256-gcm"
_LARGEST = 1 << 20  # bytes of a key file
_MOST_SLOTS, _LONGEST_NAME = 1000, 200
_MEMORY, _TIME, _LANES = (8, 1 << 18), (1, 8), (1, 16)  # what a file may ask of a machine: up to 256 MiB

Kind = Literal["user", "recovery"]


@dataclass(frozen=True, slots=True)
class Slot:
    """One way to the key (钥匙): an account's passphrase, or the recovery key (then `name` is '')."""

    kind: Kind
    name: str
    cost: Stretching
    wrapped: Wrapped

    @property
    def holder(self) -> bytes:
        return holder(self.kind, self.name)


@dataclass(frozen=True, slots=True)
class KeyFile:
    """`key_id` 16 bytes, `casebook` the casebook's name, `edition` counted up by every change: of two copies the higher
    is the newer. `seal`: set under all of it with the key, so that a slot from a stranger's hand shows."""

    key_id: bytes
    casebook: str
    edition: int
    slots: tuple[Slot, ...]
    seal: str = ""


def holder(kind: Kind, name: str) -> bytes:
    """What a slot's contents are bound to, so that they open nothing under another name."""
    return f"{kind}\n{name}\n".encode("utf-8", "surrogatepass")


def key_id_of(database: Path) -> bytes | None:
    """The id of the key that a database file is encrypted with; None for a plain file, an empty one or none."""
    with contextlib.suppress(OSError):
        if database.is_file():  # a pipe would never end
            with database.open("rb") as file:
                first = file.read(KEY_ID)
            return first if len(first) == KEY_ID and first != PLAIN else None
    return None


def key_file_of(database: Path) -> Path | None:
    """Where the newest whole key file of a database (a casebook's or a backup) lies; None for a plain one.

    Raises RuhuError (unusable) when there is none, or none that is whole.
    """
    return _found(database)[0]


def keys_of(database: Path, folder: Path | None = None) -> KeyFile | None:
    """The key file of a database, read; None for a plain one. `folder`: a casebook that may have a newer edition of it.
    Raises RuhuError as `key_file_of`."""
    return _found(database, folder)[1]


def _found(database: Path, folder: Path | None = None) -> tuple[Path, KeyFile] | tuple[None, None]:
    key_id = key_id_of(database)
    if key_id is None:
        return None, None
    best: tuple[Path, KeyFile] | None = None
    damaged: RuhuError | None = None
    places = key_file_places(database, key_id)
    for path in places if folder is None else (*places, *both_copies(folder, key_id)):
        try:
            found = read_key_file(path)
        except FileNotFoundError:
            continue
        except RuhuError as error:
            damaged = error
            continue
        if found.key_id == key_id and (best is None or found.edition > best[1].edition):
            best = path, found
    if best is not None:
        return best
    if damaged is not None:
        raise damaged
    raise _no_key_file(database, key_id)


def key_file_places(database: Path, key_id: bytes) -> list[Path]:
    """Where the key file of this id may lie: beside the file, in the folders of a casebook around it."""
    name = key_id.hex() + ENDING
    here = database.resolve().parent
    return [
        database.with_name(database.name + ENDING),
        *(folder / inner / name for folder in (here, here.parent) for inner in (KEYS, BACKUPS)),
        here / name,
    ]


def both_copies(folder: Path, key_id: bytes) -> tuple[Path, Path]:
    """The two places of a key file in a casebook's folder, the first the one that is read first."""
    name = key_id.hex() + ENDING
    return folder / KEYS / name, folder / BACKUPS / name


def write_key_file(folder: Path, key_file: KeyFile) -> None:
    """Write both copies into a casebook's folder, durably, for their owner alone. Raises RuhuError as
    `write_atomically`; then the other copy still stands."""
    content = encoded_key_file(key_file)
    for path in both_copies(folder, key_file.key_id):
        path.parent.mkdir(mode=0o700, exist_ok=True)
        if not (path.is_file() and path.read_bytes() == content):  # a pipe would never end
            write_atomically(path, content)


def write_key_file_beside(backup: Path, key_file: KeyFile) -> Path:
    """Write the copy that goes with a backup lying elsewhere; its path."""
    path = backup.with_name(backup.name + ENDING)
    write_atomically(path, encoded_key_file(key_file))
    return path


def sealed(key_file: KeyFile, key: bytes) -> KeyFile:
    """The next edition, with the key's seal under it."""
    newer = replace(key_file, edition=key_file.edition + 1, seal="")
    return replace(newer, seal=seal_of(key, _canonical(_told(newer))))


def seal_holds(key_file: KeyFile, key: bytes) -> bool:
    import hmac

    return hmac.compare_digest(key_file.seal, seal_of(key, _canonical(_told(replace(key_file, seal="")))))


def encoded_key_file(key_file: KeyFile) -> bytes:
    told = _told(key_file)
    told["check"] = hashlib.sha256(_canonical(told)).hexdigest()
    return json.dumps(told, ensure_ascii=False, indent=1).encode() + b"\n"


def read_key_file(path: Path) -> KeyFile:
    """Read one. Raises FileNotFoundError, and RuhuError (unusable): damaged, of a newer ruhu, not readable."""
    place = Place(file=path.name)
    try:
        if path.exists() and not path.is_file():
            raise PermissionError
        with path.open("rb") as file:
            content = file.read(_LARGEST + 1)
    except FileNotFoundError:
        raise
    except OSError as error:
        what = _("密钥文件读不了")
        raise RuhuError("key_file_unreadable", what, _("请检查文件夹的权限"), place) from error
    try:
        told = json.loads(content) if len(content) <= _LARGEST else None
        if not isinstance(told, dict):
            raise TypeError
        if told.get("format") == _FORMAT and _newer(told.get("version")):
            what = _("密钥文件是新版 ruhu 写的")
            raise RuhuError("newer_key_file", what, _("请先升级 ruhu"), place)
        return _read(told)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        what = _("密钥文件已损坏")
        remedy = _("请把 backups 文件夹里或备份旁边同名的密钥文件拷回 keys 文件夹")
        raise RuhuError("key_file_damaged", what, remedy, place) from error


def _newer(version: object) -> bool:
    return isinstance(version, int) and not isinstance(version, bool) and version > _VERSION


def _told(key_file: KeyFile) -> dict[str, Any]:
    slots = []
    for slot in key_file.slots:
        one: dict[str, Any] = {"kind": slot.kind, "name": slot.name, "kdf": _KDF, "wrap": _WRAP}
        one |= {field.name: getattr(slot.cost, field.name) for field in fields(Stretching)}
        one |= {part: getattr(slot.wrapped, part).hex() for part in LENGTHS}
        slots.append(one)
    return {
        "format": _FORMAT,
        "version": _VERSION,
        "cipher": CIPHER,
        "key_id": key_file.key_id.hex(),
        "casebook": key_file.casebook,
        "edition": key_file.edition,
        "slots": slots,
        "seal": key_file.seal,
    }


def _read(told: dict[str, Any]) -> KeyFile:
    """Raises ValueError, TypeError or KeyError for what no key file is."""
    check = told.pop("check")
    if (told["format"], told["version"], told["cipher"]) != (_FORMAT, _VERSION, CIPHER):
        raise ValueError
    if check != hashlib.sha256(_canonical(told)).hexdigest() or len(told["slots"]) > _MOST_SLOTS:
        raise ValueError
    slots = tuple(_read_slot(one) for one in told["slots"])
    if len({(slot.kind, slot.name) for slot in slots}) < len(slots):
        raise ValueError
    return KeyFile(
        _bytes(told["key_id"], KEY_ID), _text(told["casebook"]), _number(told["edition"], (1, 2**53)), slots,
        _bytes(told["seal"], 32).hex(),
    )  # fmt: skip


def _read_slot(told: dict[str, Any]) -> Slot:
    kind, name = told["kind"], _text(told["name"])
    if kind not in ("user", "recovery") or (kind == "recovery") != (name == ""):
        raise ValueError
    if (told["kdf"], told["wrap"]) != (_KDF, _WRAP):
        raise ValueError
    memory, lanes = _number(told["memory_kib"], _MEMORY), _number(told["lanes"], _LANES)
    if memory < 8 * lanes:
        raise ValueError
    cost = Stretching(memory, _number(told["time"], _TIME), lanes)
    return Slot(kind, name, cost, Wrapped(**{part: _bytes(told[part], length) for part, length in LENGTHS.items()}))


def _bytes(told: object, length: int) -> bytes:
    if not isinstance(told, str) or len(told) != 2 * length:
        raise ValueError
    return bytes.fromhex(told)


def _number(told: object, between: tuple[int, int]) -> int:
    if not isinstance(told, int) or isinstance(told, bool) or not between[0] <= told <= between[1]:
        raise ValueError
    return told


def _text(told: object) -> str:
    if not isinstance(told, str) or len(told) > _LONGEST_NAME:
        raise ValueError
    told.encode()  # half a surrogate pair is no text
    return told


def _canonical(told: dict[str, Any]) -> bytes:
    return json.dumps(told, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def key_files_in(folder: Path) -> Iterator[Path]:
    """All key files of a casebook's folder."""
    for inner in (KEYS, BACKUPS):
        with contextlib.suppress(OSError):
            yield from sorted((folder / inner).glob(f"*{ENDING}"))


def _no_key_file(database: Path, key_id: bytes) -> RuhuError:
    folder = database.resolve().parent
    place = Place(file=folder.name if folder.suffix == ".ruhu" else database.name)
    others = [path for path in key_files_in(folder) if not path.name.startswith(key_id.hex())]
    if others:
        what = _("数据库与它的密钥文件对不上：不是一个案卷的，或开头已损坏")
        return RuhuError("no_key_file", what, _("请用 ruhu restore 恢复最近的备份"), place)
    lacking = _("打不开：少了密钥文件 {name}，或文件的开头已损坏")
    if folder.suffix != ".ruhu" and folder.name != BACKUPS:  # a backup somewhere else, by itself
        what = lacking.format(name=database.name + ENDING)
        return RuhuError("no_key_file", what, _("请把它和备份放在一个文件夹里再试"), place)
    what = lacking.format(name=key_id.hex() + ENDING)
    remedy = _("加密的请把备份旁边以 .keys 结尾的文件拷回 keys 文件夹；没有加密的请用 ruhu restore 恢复备份")
    return RuhuError("no_key_file", what, remedy, place)
