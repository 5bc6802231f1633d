"""The views that a casebook of this release keeps: the lists, who is who, the findings."""

from __future__ import annotations

from audit.finding_view import FINDINGS
from casebook.store.joins import JOINS
from casebook.store.lists import LISTS
from casebook.store.views import View

VIEWS: tuple[View, ...] = (LISTS, JOINS, FINDINGS)
