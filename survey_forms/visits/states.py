"""The state of a visit (入户状态), and the way through the review (审核)."""

from __future__ import annotations

from typing import Literal, get_args

from casebook.language import N_

State = Literal["planned", "draft", "township", "county", "passed", "reported"]

STATES: tuple[State, ...] = get_args(State)
STATE_NAMES: dict[State, str] = {
    "planned": N_("待调查"),
    "draft": N_("草稿"),
    "township": N_("待乡审"),
    "county": N_("待县审"),
    "passed": N_("通过"),
    "reported": N_("已上报"),
}

FILLABLE: frozenset[State] = frozenset(("planned", "draft"))
"""States in which answers are taken."""
IN_REVIEW: frozenset[State] = frozenset(("township", "county"))
RETURNABLE: frozenset[State] = IN_REVIEW | {"passed"}
"""States from which a visit may be sent back (退回)."""
OPEN: frozenset[State] = FILLABLE | IN_REVIEW
"""States in which a household needs no second visit."""
AFTER_PASS: dict[State, State] = {"township": "county", "county": "passed"}
