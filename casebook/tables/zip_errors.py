"""Everything that Python raises at a zip that is damaged, encrypted or packed as it knows not."""

from __future__ import annotations

import struct
import zipfile
import zlib

try:
    from lzma import LZMAError
except ImportError:  # an interpreter built without it refuses such a member with RuntimeError
    LZMAError = zlib.error  # type: ignore[misc,assignment]

ZIP_ERRORS = (
    zipfile.BadZipFile, zipfile.LargeZipFile, zlib.error, LZMAError, struct.error, EOFError, NotImplementedError,
    RuntimeError, ValueError, KeyError, OSError, OverflowError,
)  # fmt: skip
"""For `except` around opening an archive and reading a member whole: nothing of ours is done in between."""
