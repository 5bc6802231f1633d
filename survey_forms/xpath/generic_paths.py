"""Which node of the primary instance a path means, by names alone: `../code` at `/data/m/x` is `/data/m/code`."""

from __future__ import annotations

from survey_forms.xpath.syntax import KINDS, Call, Path

EVERYTHING = "//*"


def generic_path(path: Path, at: str | None, current: str) -> str | None:
    """The path by names; `*` at its end where any child is meant, '//*' for anything; None where it is not within the
    primary instance. `at` is where the expression is evaluated (None: in another instance), `current` where the whole
    expression stands."""
    if path.start == "/":
        names: list[str] = []
    elif path.start == ".":
        if at is None:
            return None
        names = at.split("/")[1:] if at else []
    elif isinstance(path.start, Call) and path.start.name == "current":
        names = current.split("/")[1:] if current else []
    else:
        return None
    for step in path.steps:
        if names and names[-1] == "*":
            return EVERYTHING
        if step.axis == "child" and step.test not in KINDS:
            names.append("*" if step.test.endswith("*") else step.test)
        elif step.axis == "parent":
            if not names:
                return None
            names.pop()
        elif step.axis == "attribute":
            break
        elif not (step.axis == "self" and step.test == "node()"):
            return EVERYTHING
    return "".join(f"/{name}" for name in names)
