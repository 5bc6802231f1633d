"""The `ruhu` command."""
