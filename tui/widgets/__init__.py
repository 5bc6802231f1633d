"""The widgets of the screens, drawn in background colours and characters of certain width."""
