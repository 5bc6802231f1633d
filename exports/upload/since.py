"""What changed since people were last handed in (上次上报以来), by the digests of their rows."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping

from exports.upload.rows import UploadRow


def digests(rows: Iterable[UploadRow]) -> dict[str, str]:
    """The digest of each person by key: the row's, of several rows that of all of them."""
    found: dict[str, list[str]] = {}
    for row in rows:
        found.setdefault(row.key, []).append(row.digest)
    return {key: told[0] if len(told) == 1 else _together(told) for key, told in found.items()}


def _together(told: Iterable[str]) -> str:
    return hashlib.sha256(" ".join(told).encode()).hexdigest()


def unchanged(rows: Iterable[UploadRow], sent: Mapping[str, str]) -> frozenset[str]:
    """The people of whom all rows are as they were sent. `sent` are digests by key."""
    return frozenset(key for key, digest in digests(rows).items() if sent.get(key) == digest)


def gone(rows: Iterable[UploadRow], sent: Mapping[str, str]) -> tuple[str, ...]:
    """The people who were sent and have no row any more, by key."""
    known = {key for key, digest in sent.items() if digest}  # of people who were erased none is left
    return tuple(sorted(known - {row.key for row in rows}))
