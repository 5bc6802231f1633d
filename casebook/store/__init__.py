"""The casebook on disk: facts, views, packets, and the platform calls."""
