"""Households (户) of a list, also where it carries no household codes: rows that stand together."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from audit.records import Record

_LARGEST = 12
"""Rows taken for one household where nobody wrote down its size."""


def households(rows: Sequence[Record]) -> list[int]:
    """A household number for each row: by code; rows without a code join their neighbours of the same village and
    household size, at most as many as that size, and with one head."""
    by_code: dict[str, int] = {}
    result: list[int] = []
    count = 0
    run: list[Record] = []
    for record in rows:
        if record.household:
            if record.household not in by_code:
                by_code[record.household] = count
                count += 1
            result.append(by_code[record.household])
            run = []
            continue
        if run and _continues(run, record):
            result.append(result[-1])
            run.append(record)
        else:
            result.append(count)
            count += 1
            run = [record]
    return result


def _continues(run: Sequence[Record], record: Record) -> bool:
    last = run[-1]
    if record.village != last.village or record.size != last.size or record.index != last.index + 1:
        return False
    if len(run) >= (record.size or _LARGEST):
        return False
    return not (record.relation.code == "01" and any(r.relation.code == "01" for r in run))


def members(household_of: Sequence[int]) -> dict[int, list[int]]:
    """The rows of each household, in order."""
    grouped: defaultdict[int, list[int]] = defaultdict(list)
    for row, household in enumerate(household_of):
        grouped[household].append(row)
    return dict(grouped)
