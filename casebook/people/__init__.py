"""Persons and households: identity numbers, names, places, code lists."""
