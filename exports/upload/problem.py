"""What is wrong with a row that is to be handed in (上报前的检查)."""

from __future__ import annotations

from dataclasses import dataclass

from casebook.texts import Text
from exports.formats.trouble import Grade as Grade


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong. `code` names the check, `key` the person, `visit` where to go and mend it, `column` the 0-based
    sheet column or -1, `what` and `remedy` tell it without the value. An `error` keeps the row out, a `notice` does
    not. `finding` is the number of an open finding (疑点) of the current run, 0 for none."""

    code: str
    grade: Grade
    key: str
    visit: str
    column: int
    what: Text
    remedy: Text
    finding: int = 0
