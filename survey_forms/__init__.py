"""Questionnaires (调查表): the form, a form being filled, visits and their states. Empty until the visit is built."""
