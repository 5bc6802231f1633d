"""The status of a finding in the casebook (疑点状态)."""

from __future__ import annotations

from typing import Literal

from casebook.language import N_

Status = Literal["open", "returned", "conflict", "unsigned", "pending", "referred", "visit", "answered", "settled"]

STATUS_NAMES: dict[Status, str] = {
    "returned": N_("再议"),
    "conflict": N_("冲突"),
    "answered": N_("入户已答"),
    "open": N_("未定"),
    "unsigned": N_("待复签"),
    "pending": N_("待查"),
    "referred": N_("已退回"),
    "visit": N_("待入户"),
    "settled": N_("已定"),
}
"""再议: decided before, its values changed since. 冲突: two auditors decided differently. 待复签: severity A, decided,
the second signer is missing. 待查, 已退回, 待入户: verdicts 5, 6 and 7. 入户已答: a visit has answered verdict 7."""

TO_DO: tuple[Status, ...] = ("returned", "conflict", "answered", "open", "unsigned", "pending")
"""What an auditor still has to act on."""
EVERY: tuple[Status, ...] = tuple(STATUS_NAMES)
