"""Two front ends over the rooms below: the `ruhu` command (Typer) and the screens (Textual)."""
