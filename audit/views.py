"""The views of the cross-check: the lists, who is who, what is asked at the door, the findings."""

from __future__ import annotations

from audit.finding_view import FINDINGS
from casebook.people.asks import ASKS
from casebook.store.joins import JOINS
from casebook.store.lists import LISTS
from casebook.store.views import View

VIEWS: tuple[View, ...] = (LISTS, JOINS, ASKS, FINDINGS)
