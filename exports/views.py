"""The views that this room adds to a casebook: the batches that were handed in, and its own upload formats."""

from __future__ import annotations

from casebook.store.views import View
from exports.formats.stored import UPLOAD_FORMATS
from exports.upload.batch_view import BATCHES

VIEWS: tuple[View, ...] = (BATCHES, UPLOAD_FORMATS)
