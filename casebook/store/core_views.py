"""The views that every casebook keeps, whichever rooms are open over it: who may do what, which machines there are."""

from __future__ import annotations

from casebook.store.views import View

CORE_VIEWS: tuple[View, ...] = ()
