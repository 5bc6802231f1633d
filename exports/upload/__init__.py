"""Handing in (上报): from what was surveyed and decided to the workbook that the province takes, and back from its
errors."""
