"""How a slot holds the casebook's key: for the open half of a pair whose private half lies under a passphrase.

So a new key can be given to everybody without their passphrases, and what an old key opened helps nobody to it.
Argon2id stretches the passphrase, AES-256-GCM wraps, X25519 carries the key to the pair.
"""

from __future__ import annotations

import hmac
import secrets
import unicodedata
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from casebook.errors import RuhuError
from casebook.language import _

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey

KEY, KEY_ID = 48, 16
"""Bytes of a casebook's key: 32 secret ones, then its id, which is the salt and first 16 bytes of the database file."""

_NONCE, _SALT, _HALF = 12, 16, 32


@dataclass(frozen=True, slots=True)
class Stretching:
    """What Argon2id costs: KiB of memory, passes, lanes. 64 MiB and 3 passes take a quarter of a second."""

    memory_kib: int = 65536
    time: int = 3
    lanes: int = 1


@dataclass(frozen=True, slots=True)
class Wrapped:
    """`public` is a pair's open half, `private` its other half under the passphrase (`salt`, `nonce`). `wrapped` is the
    casebook's key for the pair (`key_nonce`); `sender` is the open half of the pair made once to carry it."""

    salt: bytes
    nonce: bytes
    private: bytes
    public: bytes
    sender: bytes
    key_nonce: bytes
    wrapped: bytes


LENGTHS = {
    "salt": _SALT, "nonce": _NONCE, "private": _HALF + 16, "public": _HALF, "sender": _HALF, "key_nonce": _NONCE,
    "wrapped": KEY + 16,
}  # fmt: skip
"""Bytes of each part."""


class NotUnlocked(Exception):
    """The passphrase is another, or what was wrapped is not as it was written."""


def wrap(secret: str, key: bytes, holder: bytes, cost: Stretching) -> Wrapped:
    """`key` for whoever knows `secret`. `holder` says whose it is, and must be the same at unwrapping."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    pair = X25519PrivateKey.generate()
    public = pair.public_key().public_bytes_raw()
    salt, nonce = secrets.token_bytes(_SALT), secrets.token_bytes(_NONCE)
    private = AESGCM(_stretched(secret, salt, cost)).encrypt(nonce, pair.private_bytes_raw(), holder + public)
    return carry(Wrapped(salt, nonce, private, public, b"", b"", b""), key, holder)


def carry(to: Wrapped, key: bytes, holder: bytes) -> Wrapped:
    """The same pair with another key in it; nobody's passphrase is needed."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    once = X25519PrivateKey.generate()
    sender, nonce = once.public_key().public_bytes_raw(), secrets.token_bytes(_NONCE)
    wrapped = AESGCM(_between(once, to.public, sender, to.public)).encrypt(nonce, key, holder + key[-KEY_ID:])
    return replace(to, sender=sender, key_nonce=nonce, wrapped=wrapped)


def unwrap(wrapped: Wrapped, secret: str, holder: bytes, key_id: bytes, cost: Stretching) -> bytes:
    """The casebook's key. Raises NotUnlocked."""
    from cryptography.exceptions import InvalidTag
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PrivateKey
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    under = AESGCM(_stretched(secret, wrapped.salt, cost))
    try:
        private = under.decrypt(wrapped.nonce, wrapped.private, holder + wrapped.public)
        pair = X25519PrivateKey.from_private_bytes(private)
        between = AESGCM(_between(pair, wrapped.sender, wrapped.sender, wrapped.public))
        key = between.decrypt(wrapped.key_nonce, wrapped.wrapped, holder + key_id)
    except (InvalidTag, ValueError) as error:
        raise NotUnlocked from error
    if key[-KEY_ID:] != key_id:
        raise NotUnlocked
    return key


def seal_of(key: bytes, content: bytes) -> str:
    """What only a holder of the key can set under a text."""
    return hmac.new(key, b"ruhu key file\n" + content, "sha256").hexdigest()


def _stretched(secret: str, salt: bytes, cost: Stretching) -> bytes:
    """Raises RuhuError (unusable) where the machine has not the memory."""
    from argon2.exceptions import HashingError
    from argon2.low_level import Type, hash_secret_raw

    told = unicodedata.normalize("NFKC", secret).encode("utf-8", "surrogatepass")
    try:
        return hash_secret_raw(told, salt, cost.time, cost.memory_kib, cost.lanes, 32, Type.ID)
    except HashingError as error:
        what = _("内存不够，算不出口令对应的钥匙（要 {size} MB）").format(size=-(-cost.memory_kib // 1024))
        raise RuhuError("no_memory", what, _("请关掉其他程序再试")) from error


def _between(own: X25519PrivateKey, other: bytes, sender: bytes, receiver: bytes) -> bytes:
    """The key that two pairs have in common, for this one message. Raises ValueError for a half that is none."""
    from cryptography.hazmat.primitives.asymmetric.x25519 import X25519PublicKey
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    shared = own.exchange(X25519PublicKey.from_public_bytes(other))
    return HKDF(SHA256(), 32, sender + receiver, b"ruhu slot").derive(shared)
