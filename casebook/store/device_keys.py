"""The keys of this machine (密钥): it signs with Ed25519 and is written to with age (X25519).

The public parts are told by facts, the private ones stay in `meta`, in this machine's own database. A restored or
copied casebook goes on as a new device: its fact `restored` brings new keys, signed by those of the device before it,
so nobody has to invite it again.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from casebook.store.devices import OFFICE_NAME, Device, body_of, casebook_id, device_of, lineage, own_devices
from casebook.store.facts import encoded
from casebook.store.sqlite import Connection

if TYPE_CHECKING:
    from casebook.store.casebook import Casebook

_KEYS = "device_keys:"
_INTRODUCTION = b"ruhu device 1\0"


@dataclass(frozen=True, slots=True)
class Keys:
    """The private keys of one device of this machine: Ed25519 as hex, age as it writes itself."""

    device: str
    sign: str
    seal: str


def own_keys(book: Casebook) -> Keys:
    """The keys of this device; made when first needed, and told by a fact `device` where a casebook is already there.

    Raises RuhuError where the acting account may not tell of devices.
    """
    keys = kept_keys(book.whole, book.device)
    if keys is not None:
        return keys
    with book.writing() as writing:
        keys = kept_keys(writing.connection, book.device)  # another process may have been quicker
        if keys is not None:
            return keys
        keys = new_keys(book.device)
        keep_keys(writing.connection, keys)
        own = device_of(writing.connection, book.device) or Device(book.device, OFFICE_NAME)
        sign, seal = public_keys(keys)
        if casebook_id(writing.connection):
            writing.append("device", body_of(replace(own, sign=sign, seal=seal)))
    return keys


def kept_keys(connection: Connection, device: str) -> Keys | None:
    row = connection.execute("SELECT value FROM meta WHERE key = ?", (_KEYS + device,)).fetchone()
    if row is None:
        return None
    stored = json.loads(row[0])
    return Keys(device, stored["sign"], stored["seal"])


def keep_keys(connection: Connection, keys: Keys) -> None:
    value = encoded({"sign": keys.sign, "seal": keys.seal}).decode()
    connection.execute("INSERT OR REPLACE INTO meta VALUES (?, ?)", (_KEYS + keys.device, value))


def all_kept_keys(connection: Connection) -> list[Keys]:
    """The keys of this device and of those it was before; a packet on its way was sealed to the older ones."""
    found = [kept_keys(connection, device) for device in own_devices(connection)]
    return [keys for keys in found if keys is not None]


def new_keys(device: str) -> Keys:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from pyrage import x25519

    return Keys(device, Ed25519PrivateKey.generate().private_bytes_raw().hex(), str(x25519.Identity.generate()))


def public_keys(keys: Keys) -> tuple[str, str]:
    """The public parts: Ed25519 as hex, age's `age1…`."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from pyrage import x25519

    private = Ed25519PrivateKey.from_private_bytes(bytes.fromhex(keys.sign))
    return private.public_key().public_bytes_raw().hex(), str(x25519.Identity.from_str(keys.seal).to_public())


def signature(keys: Keys, content: bytes) -> str:
    """Ed25519 over some bytes, as hex."""
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

    return Ed25519PrivateKey.from_private_bytes(bytes.fromhex(keys.sign)).sign(content).hex()


def signed_by(public: str, content: bytes, signed: str) -> bool:
    """Whether `signed` is a signature of these bytes by the key `public`; False for anything that is none."""
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(bytes.fromhex(signed), content)
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


# A restored or copied casebook goes on as a new device


def introduce(connection: Connection, before: str, device: str) -> dict[str, str]:
    """Make keys for `device` that goes on from `before`, keep them, and give what the body of its fact `restored` holds
    besides `device_before`: public keys and their signature by the old one. {} where the old one never had keys: then
    nobody knows this machine yet. Inside a transaction of the caller's."""
    old = kept_keys(connection, before)
    if old is None:
        return {}
    keys = new_keys(device)
    keep_keys(connection, keys)
    sign, seal = public_keys(keys)
    content = _introduction(before, device, sign, seal)
    return {"sign": sign, "seal": seal, "proof": signature(old, content)}


def introductions(connection: Connection, device: str) -> list[dict[str, str]]:
    """The bodies of `restored` along the lineage of a device, oldest first, for a receiver that may not have them."""
    found = []
    for one in lineage(connection, device):
        row = connection.execute(
            "SELECT device, before, sign, seal, proof FROM device_told "
            "WHERE device = ? AND kind = 'restored' AND proof <> '' ORDER BY clock DESC, fact DESC LIMIT 1",
            (one,),
        ).fetchone()
        if row is not None:
            found.append(dict(zip(("device", "before", "sign", "seal", "proof"), row, strict=True)))
    return found[::-1]


def introduced(connection: Connection, device: str, told: Sequence[Mapping[str, Any]]) -> Device | None:
    """A device by its own word and the signatures of those before it, back to one that is known; None otherwise."""
    known = {str(one.get("device")): one for one in told}
    steps: list[Mapping[str, Any]] = []
    base = device_of(connection, device)
    while base is None or not base.sign:
        step = known.pop(device, None)
        if step is None:
            return None
        steps.append(step)
        device = str(step.get("before"))
        base = device_of(connection, device)
    for step in reversed(steps):
        if not proved(base.sign, step):
            return None
        base = replace(base, id=str(step["device"]), sign=step["sign"], seal=step["seal"], before=base.id)
    return base


def _introduction(before: str, device: str, sign: str, seal: str) -> bytes:
    return _INTRODUCTION + encoded([before, device, sign, seal])


def proved(sign: str, step: Mapping[str, Any]) -> bool:
    told = [str(step.get(name, "")) for name in ("before", "device", "sign", "seal")]
    return signed_by(sign, _introduction(*told), str(step.get("proof", "")))
