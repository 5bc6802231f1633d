"""What is wrong with a format file (上报格式文件里要改的地方): where it stands, what it is, what to do."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal

from casebook.errors import Place, RuhuError

Grade = Literal["error", "notice"]


@dataclass(frozen=True, slots=True)
class FormatTrouble:
    """One thing. With an `error` nothing can be handed in by the format; a `notice` is worth a look. `what` and
    `remedy` are sentences in the user's language."""

    code: str
    grade: Grade
    what: str
    remedy: str
    place: Place = field(default_factory=Place)

    @property
    def error(self) -> RuhuError:
        return RuhuError(self.code, self.what, self.remedy, self.place)
