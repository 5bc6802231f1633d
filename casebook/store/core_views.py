"""The views that every casebook keeps, whichever rooms are open over it: who may do what, which machines there are."""

from __future__ import annotations

from casebook.store.accounts import ACCOUNTS
from casebook.store.device_view import DEVICES
from casebook.store.erasure_view import ERASURES
from casebook.store.notice import NOTICES
from casebook.store.packets.checkouts import CHECKOUTS
from casebook.store.views import View

CORE_VIEWS: tuple[View, ...] = (ACCOUNTS, CHECKOUTS, DEVICES, ERASURES, NOTICES)
