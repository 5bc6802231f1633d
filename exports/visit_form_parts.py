"""What a household form on paper is made of: fields with boxes or blanks, rosters of people, tables, texts."""

from __future__ import annotations

from dataclasses import dataclass

EMPTY_BOX, TICKED_BOX = "□", "☑"


@dataclass(frozen=True, slots=True)
class Choice:
    """One choice of a question: its code as typed (`1`) and its words."""

    value: str
    label: str

    @property
    def code(self) -> str:
        """What stands beside the box: the code if it is a number, else nothing, as the words are the answer."""
        return self.value if self.value.isdigit() else ""


@dataclass(frozen=True, slots=True)
class Asked:
    """A question (问题) on paper. `kind` as the form's definition has it; `skip` says when it is filled in, `hint` how;
    `listed` names the code list at the end of the workbook when the choices are too many for boxes."""

    code: str
    label: str
    kind: str
    choices: tuple[Choice, ...] = ()
    skip: str = ""
    hint: str = ""
    listed: str = ""

    @property
    def title(self) -> str:
        return f"{self.code} {self.label}" if self.code else self.label


@dataclass(frozen=True, slots=True)
class Filled:
    """What of a question is already there: stored values of the choices ticked, and the words; `open` is False where
    nobody is to write (read-only, or not asked of this one)."""

    words: str = ""
    ticked: tuple[str, ...] = ()
    open: bool = True


@dataclass(frozen=True, slots=True)
class Heading:
    text: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class Words:
    """A text for the household or the surveyor: the privacy notice, a note of the form."""

    text: str


@dataclass(frozen=True, slots=True)
class Fields:
    """Questions that are asked once, or of one instance of a repeat; `heading` names which one. `together`: all on one
    page."""

    fields: tuple[tuple[Asked, Filled], ...]
    heading: str = ""
    together: bool = False


@dataclass(frozen=True, slots=True)
class Roster:
    """Questions asked of several: a row for each question, a column for each of `columns`."""

    columns: tuple[str, ...]
    rows: tuple[tuple[Asked, tuple[Filled, ...]], ...]
    note: str = ""


@dataclass(frozen=True, slots=True)
class Ledger:
    """Questions with short answers: a column for each, a row for each instance and some to fill in."""

    columns: tuple[Asked, ...]
    rows: tuple[tuple[Filled, ...], ...]
    blank_rows: int = 0
    note: str = ""


@dataclass(frozen=True, slots=True)
class CodeList:
    """Choices too many for boxes: a list at the end of the workbook, by its title."""

    title: str
    choices: tuple[Choice, ...]


Part = Heading | Words | Fields | Roster | Ledger


@dataclass(frozen=True, slots=True)
class Paper:
    """One household's form. `people` are the names of its members, `handle` names the visit, `signers` sign at the end
    (who, and the name where it is known), `lists` are the code lists that questions refer to."""

    title: str
    household: str
    township: str
    village: str
    head: str
    people: tuple[str, ...]
    handle: str
    parts: tuple[Part, ...]
    signers: tuple[tuple[str, str], ...] = ()
    lists: tuple[CodeList, ...] = ()
