"""Upload formats (上报格式) as data: what a province's workbook has in which column.

The files beside this code are ours, built-in and replaceable; a county's own have the same form.
"""
