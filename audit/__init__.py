"""The cross-check (核对): matching two lists, findings (疑点), the states of every row."""
