"""Files out: findings workbooks, links, upload formats, printed forms, reports."""
