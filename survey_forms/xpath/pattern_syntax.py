"""Regular expressions of Java as trees. What Python writes otherwise, or reads otherwise, is so made plain."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from survey_forms.xpath.characters import (
    ESCAPED,
    LAST,
    LINE_ENDS,
    Ranges,
    all_but,
    common,
    either_case,
    named,
    united,
)

DEEPEST = 50
MOST_TIMES = 1000


@dataclass(frozen=True, slots=True)
class Chars:
    """One character of these."""

    ranges: Ranges


@dataclass(frozen=True, slots=True)
class Anchor:
    """`^ $ \\b \\B \\A \\z \\Z`, as the letter or the sign."""

    sign: str


@dataclass(frozen=True, slots=True)
class Sequence:
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Choice:
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Repeat:
    """`most` None: without end. `manner` is '' greedy, '?' lazy, '+' possessive."""

    part: Part
    least: int
    most: int | None
    manner: str


@dataclass(frozen=True, slots=True)
class Group:
    """`opening` is `(` where it counts for back references, `(?:`, `(?=`, `(?!`, `(?<=`, `(?<!`, `(?>`."""

    part: Part
    opening: str


@dataclass(frozen=True, slots=True)
class BackReference:
    number: int


Part: TypeAlias = Chars | Anchor | Sequence | Choice | Repeat | Group | BackReference
_PLAIN_ESCAPES = {"t": 9, "n": 10, "r": 13, "f": 12, "a": 7, "e": 27}


def parsed_pattern(text: str) -> Part:
    """Raises ValueError for what is no pattern, or one of a kind not known here."""
    parser = _Parser(text)
    found = parser.choice()
    if parser.at < len(text):
        raise ValueError(text)
    return found


class _Parser:
    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0
        self.any_case = False
        self.dot_all = False
        self.lines = False

    @property
    def next(self) -> str:
        return self.text[self.at : self.at + 1]

    def take(self, sign: str) -> bool:
        if sign and self.text.startswith(sign, self.at):
            self.at += len(sign)
            return True
        return False

    def one(self) -> str:
        char = self.next
        if not char:
            raise ValueError(self.text)
        self.at += 1
        return char

    def choice(self) -> Part:
        self.depth += 1
        if self.depth > DEEPEST:
            raise ValueError(self.text)
        parts = [self.sequence()]
        while self.take("|"):
            parts.append(self.sequence())
        self.depth -= 1
        return parts[0] if len(parts) == 1 else Choice(tuple(parts))

    def sequence(self) -> Part:
        parts: list[Part] = []
        while self.next not in ("", "|", ")"):
            if self.take("\\Q"):
                end = self.text.find("\\E", self.at)
                quoted = self.text[self.at : end if end >= 0 else len(self.text)]
                self.at += len(quoted) + (2 if end >= 0 else 0)
                parts += [self.chars(((ord(char), ord(char)),)) for char in quoted]
                continue
            part = self.atom()
            if part is not None:
                parts.append(self.repeated(part))
        return parts[0] if len(parts) == 1 else Sequence(tuple(parts))

    def repeated(self, part: Part) -> Part:
        times = self.times()
        while times is not None:
            least, most = times
            manner = self.one() if self.next in ("?", "+") else ""
            if isinstance(part, Anchor):
                raise ValueError(self.text)
            part = Repeat(part, least, most, manner)
            times = self.times()
            if times is not None:
                raise ValueError(self.text)  # `a**`
        return part

    def times(self) -> tuple[int, int | None] | None:
        if self.take("*"):
            return 0, None
        if self.take("+"):
            return 1, None
        if self.take("?"):
            return 0, 1
        if not self.take("{"):
            return None
        end = self.text.find("}", self.at)
        low, comma, high = self.text[self.at : end].partition(",")
        if end < 0 or not low.isdigit() or not (high == "" or high.isdigit()):
            raise ValueError(self.text)
        self.at = end + 1
        least = int(low)
        most = least if not comma else int(high) if high else None
        if least > MOST_TIMES or (most is not None and (most > MOST_TIMES or most < least)):
            raise ValueError(self.text)
        return least, most

    def atom(self) -> Part | None:
        char = self.one()
        match char:
            case "(":
                return self.group()
            case "[":
                return self.chars(self.bracket())
            case ".":
                return Chars(((0, LAST),) if self.dot_all else all_but(LINE_ENDS))
            case "^" | "$":
                return Anchor(f"m{char}" if self.lines else char)
            case "\\":
                return self.escape()
            case "*" | "+" | "?" | "{":
                raise ValueError(self.text)
        return self.chars(((ord(char), ord(char)),))

    def chars(self, ranges: Ranges) -> Chars:
        return Chars(either_case(ranges) if self.any_case else ranges)

    def group(self) -> Part | None:
        opening = "("
        if self.take("?"):
            found = next((sign for sign in (":", "=", "!", "<=", "<!", ">") if self.take(sign)), "")
            if not found:
                if self.take("<"):  # a name: it is only counted
                    self.at = self.text.index(">", self.at) + 1
                else:
                    return self.flags()
            else:
                opening = f"(?{found}"
        outer = self.any_case, self.dot_all, self.lines
        part = self.choice()
        if not self.take(")"):
            raise ValueError(self.text)
        self.any_case, self.dot_all, self.lines = outer
        return Group(part, opening)

    def flags(self) -> Part | None:
        """`(?i)`, and `(?i:…)`."""
        outer = self.any_case, self.dot_all, self.lines
        on = True
        while self.next not in (")", ":"):
            flag = self.one()
            if flag == "-":
                on = False
            elif flag == "i":
                self.any_case = on
            elif flag == "s":
                self.dot_all = on
            elif flag == "m":
                self.lines = on
            elif flag not in "uU":
                raise ValueError(self.text)
        if self.one() == ")":
            return None
        part = self.choice()
        if not self.take(")"):
            raise ValueError(self.text)
        self.any_case, self.dot_all, self.lines = outer
        return Group(part, "(?:")

    def escape(self) -> Part:
        if self.next in ("b", "B", "A", "z", "Z"):
            return Anchor(self.one())
        if "1" <= self.next <= "9":
            return BackReference(int(self.one()))
        return self.chars(self.escaped())

    def escaped(self) -> Ranges:
        """What a backslash and what follows mean, in brackets and out of them."""
        char = self.one()
        if char in ESCAPED:
            return ESCAPED[char]
        if char.lower() in ESCAPED:
            return all_but(ESCAPED[char.lower()])
        if char in ("p", "P"):
            ranges = named(self.property())
            return ranges if char == "p" else all_but(ranges)
        code = self.code(char)
        return ((code, code),)

    def property(self) -> str:
        if not self.take("{"):
            return self.one()
        end = self.text.index("}", self.at)
        name, self.at = self.text[self.at : end], end + 1
        return name

    def code(self, char: str) -> int:
        if char in _PLAIN_ESCAPES:
            return _PLAIN_ESCAPES[char]
        if char in ("u", "x"):
            if char == "x" and self.take("{"):
                end = self.text.index("}", self.at)
                digits, self.at = self.text[self.at : end], end + 1
            else:
                length = 4 if char == "u" else 2
                digits = self.text[self.at : self.at + length]
                self.at += length
            code = int(digits, 16)
            if code > LAST:
                raise ValueError(self.text)
            return code
        if char.isascii() and char.isalnum():
            raise ValueError(self.text)
        return ord(char)

    def bracket(self) -> Ranges:
        self.depth += 1
        if self.depth > DEEPEST:
            raise ValueError(self.text)
        negated = self.take("^")
        sides: list[Ranges] = []
        found: list[tuple[int, int]] = []
        first = True
        while first or self.next != "]":
            if self.take("&&"):
                sides.append(united(found))
                found = []
            elif self.next == "[":
                self.at += 1
                found += self.bracket()
            else:
                found += self.range()
            first = False
        self.at += 1
        self.depth -= 1
        ranges = united(found)
        for side in sides:
            ranges = common(side, ranges)
        if self.any_case:
            ranges = either_case(ranges)
        return all_but(ranges) if negated else ranges

    def range(self) -> Ranges:
        low = self.bracket_char()
        if self.next == "-" and self.text[self.at + 1 : self.at + 2] not in ("]", "[", "") and len(low) == 1:
            self.at += 1
            high = self.bracket_char()
            if low[0][0] != low[0][1] or len(high) != 1 or high[0][1] < low[0][0]:
                raise ValueError(self.text)
            return ((low[0][0], high[0][1]),)
        return low

    def bracket_char(self) -> Ranges:
        char = self.one()
        return self.escaped() if char == "\\" else ((ord(char), ord(char)),)
