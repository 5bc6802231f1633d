"""Visits (入户): which household is visited, by whom, with what prefilled, and how far its review has come."""
