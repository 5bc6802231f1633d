"""The views that this room adds to a casebook: what is asked, the forms, the visits."""

from __future__ import annotations

from casebook.people.asks import ASKS
from casebook.store.views import View
from survey_forms.stored_forms import FORMS
from survey_forms.visits.visit_view import VISITS

VIEWS: tuple[View, ...] = (ASKS, FORMS, VISITS)
