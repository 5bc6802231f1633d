"""Where a visit stands (入户走到哪一步): worked out from what was done with it, whatever the order in which it came."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from survey_forms.visits.states import AFTER_PASS, RETURNABLE, State


@dataclass(frozen=True, slots=True)
class Step:
    """An assignment (分派), a submission (上交), a review (审核) or a batch (批次). Of a review: `step` is pass, return
    or recall, `at` the state it was made in, `submission` what it is about; a return of what was reported is the
    province's (省退回). `text`: whom an assignment names, why a visit was returned. `parents` are those of the fact:
    of a submission the ones it replaces, among others; of a batch the earlier ones that hold what did not change of
    the visit."""

    fact: str
    kind: str
    step: str
    at: str
    submission: str
    text: str
    author: str
    parents: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Standing:
    """`submission` is the last one handed in, sent back or not, and `submitted_by` its author; `passed_by` who passed
    it in the township (乡审); `returned` the review that sent it back, '' when it was handed in again; `conflict`: two
    were handed in that do not know of each other."""

    state: State = "planned"
    assigned: str = ""
    submission: str = ""
    submitted_by: str = ""
    passed_by: str = ""
    returned: str = ""
    conflict: bool = False


def standing(steps: Sequence[Step], worked: bool, revoked: Collection[str] = ()) -> Standing:
    """The standing after these steps, which are in the order of their clocks; `worked`: there are answers; `revoked`
    are batches that do not count any more.

    A step that does not fit is passed over: it was made without knowing of another. Giving back always fits, returned
    (退回) or taken back (撤回), so that no error found is lost; passing fits only in the state it was made in and by
    somebody else than before. What passed is reported (已上报) while a batch has it.
    """
    now = Standing(state="draft" if worked else "planned")
    for step in steps:
        if step.kind == "assignment":
            now = replace(now, assigned=step.text)
        elif step.kind == "submission":
            now = replace(
                now, state="township", submission=step.fact, submitted_by=step.author, passed_by="", returned=""
            )
        elif step.kind == "review" and step.submission == now.submission:
            now = _reviewed(now, step)
    if now.state == "passed" and any(_reports(step, now, revoked) for step in steps):
        now = replace(now, state="reported")
    submissions = [step for step in steps if step.kind == "submission"]
    replaced = {parent for step in submissions for parent in step.parents}
    return replace(now, conflict=sum(step.fact not in replaced for step in submissions) > 1)


def _reports(step: Step, now: Standing, revoked: Collection[str]) -> bool:
    """Whether a step is a batch that has what was passed, and stands with all that it rests on."""
    is_one = step.kind == "batch" and step.submission == now.submission
    return is_one and step.fact not in revoked and not any(batch in revoked for batch in step.parents)


def _reviewed(now: Standing, step: Step) -> Standing:
    if step.step == "return" and step.at == "reported":  # whoever read the province's answer
        return replace(now, state="draft", returned=now.returned or step.fact)
    if step.step == "return" and now.state in RETURNABLE and step.author != now.submitted_by:
        return replace(now, state="draft", returned=step.fact)
    if step.step == "recall" and now.state in RETURNABLE and step.author == now.submitted_by:
        return replace(now, state="draft")
    if step.step == "pass" and step.at == now.state and step.author not in (now.submitted_by, now.passed_by):
        passed_by = step.author if now.state == "township" else now.passed_by
        return replace(now, state=AFTER_PASS[now.state], passed_by=passed_by)
    return now
