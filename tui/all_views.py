"""The views that a casebook of this release keeps, of every room."""

from __future__ import annotations

from audit.views import VIEWS as _OF_AUDIT
from casebook.store.views import View
from exports.views import VIEWS as _OF_EXPORTS
from survey_forms.views import VIEWS as _OF_SURVEYS

VIEWS: tuple[View, ...] = tuple(dict.fromkeys((*_OF_AUDIT, *_OF_SURVEYS, *_OF_EXPORTS)))
"""A view that two rooms read stands in several lists."""
