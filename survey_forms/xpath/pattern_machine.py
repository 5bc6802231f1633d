"""Patterns tried on a text in all ways at once: as long as the text times the pattern, never longer. For those on
which Python's own matcher could go on for years, such as `(a+)+b`."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass

from survey_forms.xpath.characters import WORD, Ranges
from survey_forms.xpath.pattern_syntax import Anchor, BackReference, Chars, Choice, Group, Part, Repeat, Sequence

MOST_STATES = 2000
LONGEST = 10_000


@dataclass(frozen=True, slots=True)
class _Take:
    """One character of these, then the next state."""

    lows: tuple[int, ...]
    highs: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class _Split:
    one: int
    other: int


_State = _Take | _Split | Anchor | None


class Machine:
    """Raises ValueError when made of what it cannot try: back references, looks ahead and behind, too many states."""

    def __init__(self, pattern: Part) -> None:
        self.states: list[_State] = []
        self._add(pattern)
        self.states.append(None)  # done

    def _add(self, part: Part) -> None:
        if len(self.states) > MOST_STATES:
            raise ValueError("states")
        match part:
            case Chars(ranges):
                self.states.append(_take(ranges))
            case Anchor():
                self.states.append(part)
            case Sequence(parts):
                for one in parts:
                    self._add(one)
            case Choice(parts):
                self._add_choice(parts)
            case Group(inner, opening) if opening in ("(", "(?:"):
                self._add(inner)
            case Repeat(inner, least, most, manner) if manner != "+":
                self._add_repeat(inner, least, most)
            case Group() | Repeat() | BackReference():
                raise ValueError("kind")

    def _add_choice(self, parts: tuple[Part, ...]) -> None:
        jumps: list[int] = []
        for part in parts[:-1]:
            split = self._gap()
            self._add(part)
            jumps.append(self._gap())
            self.states[split] = _Split(split + 1, len(self.states))
        self._add(parts[-1])
        for jump in jumps:
            self.states[jump] = _Split(len(self.states), len(self.states))

    def _add_repeat(self, part: Part, least: int, most: int | None) -> None:
        for _time in range(least):
            self._add(part)
        if most is None:
            split = self._gap()
            self._add(part)
            self.states.append(_Split(split, split))
            self.states[split] = _Split(split + 1, len(self.states))
            return
        splits: list[int] = []
        for _time in range(most - least):
            splits.append(self._gap())
            self._add(part)
        for split in splits:
            self.states[split] = _Split(split + 1, len(self.states))

    def _gap(self) -> int:
        self.states.append(None)
        return len(self.states) - 1

    def matches(self, text: str, whole: bool) -> bool:
        """Raises ValueError for a text longer than 10,000 characters."""
        if len(text) > LONGEST:
            raise ValueError("long")
        end = len(self.states) - 1
        alive = self._reached({0}, text, 0)
        for at, char in enumerate(text):
            if end in alive and not whole:
                return True
            code = ord(char)
            moved = {state + 1 for state in alive if self._takes(state, code)}
            if not whole:
                moved.add(0)
            elif not moved:
                return False
            alive = self._reached(moved, text, at + 1)
        return end in alive

    def _takes(self, state: int, code: int) -> bool:
        take = self.states[state]
        if not isinstance(take, _Take):
            return False
        at = bisect_right(take.lows, code) - 1
        return at >= 0 and code <= take.highs[at]

    def _reached(self, states: set[int], text: str, at: int) -> set[int]:
        """With all that can be reached from them without a character."""
        found: set[int] = set()
        to_do = list(states)
        while to_do:
            number = to_do.pop()
            if number in found:
                continue
            found.add(number)
            state = self.states[number]
            if isinstance(state, _Split):
                to_do += (state.one, state.other)
            elif isinstance(state, Anchor) and _holds(state.sign, text, at):
                to_do.append(number + 1)
        return found


def _take(ranges: Ranges) -> _Take:
    return _Take(tuple(low for low, _high in ranges), tuple(high for _low, high in ranges))


def _holds(sign: str, text: str, at: int) -> bool:
    match sign:
        case "^" | "A":
            return at == 0
        case "$" | "Z":
            return at == len(text) or (at == len(text) - 1 and text[at] == "\n")
        case "z":
            return at == len(text)
        case "m^":
            return at == 0 or text[at - 1] == "\n"
        case "m$":
            return at == len(text) or text[at] == "\n"
    border = _is_word(text, at - 1) != _is_word(text, at)
    return border if sign == "b" else not border


def _is_word(text: str, at: int) -> bool:
    return 0 <= at < len(text) and any(low <= ord(text[at]) <= high for low, high in WORD)
