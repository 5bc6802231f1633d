"""What all parts of reading a form in share: compiling with troubles collected, and refs made absolute."""

from __future__ import annotations

from dataclasses import dataclass, field

from survey_forms.form.definition import Trouble
from survey_forms.xpath.compile import Compiled, compiled
from survey_forms.xpath.syntax import ExpressionError


@dataclass
class Troubles:
    """What is wrong so far."""

    found: list[Trouble] = field(default_factory=list)
    expressions: list[tuple[str, str, Compiled]] = field(default_factory=list)
    """(generic path, attribute, expression) of everything that was compiled."""

    def add(self, path: str, attribute: str, what: str) -> None:
        self.found.append(Trouble(path, attribute, what))

    def compile(self, text: str | None, path: str, attribute: str) -> Compiled | None:
        """The expression, None for a blank or a wrong one."""
        if text is None or not text.strip():
            return None
        try:
            expression = compiled(text.strip())
        except ExpressionError as error:
            self.add(path, attribute, str(error.what))
            return None
        self.expressions.append((path, attribute, expression))
        return expression


def absolute(ref: str, context: str) -> str:
    """A ref without predicates as a generic absolute path; relative ones from the path of the element around."""
    ref = ref.strip()
    if ref.startswith("/"):
        return ref.rstrip("/")
    for prefix in ("current()/", "./"):
        ref = ref.removeprefix(prefix)
    steps = context.split("/") if context else [""]
    for step in ref.split("/"):
        if step == "..":
            steps = steps[:-1]
        elif step and step != ".":
            steps.append(step)
    return "/".join(steps)
