"""Regular expressions of forms: Java's, written as the package `regex` reads them, matched in bounded time."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache

Matches = Callable[[str], bool]
SECONDS = 0.25
LONGEST_PATTERN = 10_000
MOST_COPIES = 20_000
"""Of parts, with `{n}` written out as `regex` does when it compiles: that knows no timeout."""

_ENDS = r"\n\r\x85\u2028\u2029"
_LAST = rf"(?:(?!(?<=\r)\n)(?=(?:\r\n|[{_ENDS}])?\Z))"
_SIGNS = {"^": r"(?:\A)", r"\A": r"(?:\A)", "$": _LAST, r"\Z": _LAST, r"\z": r"(?:\Z)", ".": f"[^{_ENDS}]"}
_SIGNS |= {r"\b": r"(?:\b)", r"\B": r"(?:\B)", r"\R": rf"(?:\r\n|[\x0b\f{_ENDS}])", "s.": "(?s:.)"}
_SIGNS |= {"m^": rf"(?:(?:\A|(?<=[{_ENDS}]))(?!(?<=\r)\n|\Z))", "m$": rf"(?:(?!(?<=\r)\n)(?=[{_ENDS}]|\Z))"}
# Of ASCII, unless (?U) says otherwise.
_SETS = {"d": "0-9", "s": r"\t-\r\x20", "w": "0-9A-Z_a-z", "v": rf"\x0b\f{_ENDS}"}
_SETS["h"] = r"\t\x20\xa0\u1680\u180e\u2000-\u200a\u202f\u205f\u3000"
_ESCAPES = {r"\t": "\t", r"\n": "\n", r"\r": "\r", r"\f": "\f", r"\a": "\a", r"\e": "\x1b"}
_POSIX = {"Lower": "a-z", "Upper": "A-Z", "Alpha": "A-Za-z", "Digit": "0-9", "Alnum": "0-9A-Za-z"}
_POSIX |= {"XDigit": "0-9A-Fa-f", "Space": _SETS["s"], "Blank": r"\t\x20", "Cntrl": r"\x00-\x1f\x7f"}
_POSIX |= {"Punct": r"\x21-\x2f\x3a-\x40\x5b-\x60\x7b-\x7e", "Graph": r"\x21-\x7e", "Print": r"\x20-\x7e"}
_ANY_CASE = {"Lower": "Alpha", "Upper": "Alpha", "Lu": "LC", "Ll": "LC", "javaLowerCase": "LC", "javaUpperCase": "LC"}
_NAMED = {"ASCII": r"\x00-\x7f", "L1": r"\x00-\xff", "LD": r"\p{L}\p{Nd}", "javaLetterOrDigit": r"\p{L}\p{Nd}"}
_NAMED |= {"javaSpaceChar": r"\p{Z}", "javaWhitespace": r"\t-\r\x1c-\x1f[\p{Z}--[\xa0\u2007\u202f]]"}
_PROPERTY = re.compile(r"(?:Is|java|(?P<block>In|blk=|block=)|(?P<key>(?:sc|script|gc|general_category)=))?(\w[\w -]*)")

_CHAR = (
    r"\\u[dD][89abAB][0-9a-fA-F]{2}\\u[dD][c-fC-F][0-9a-fA-F]{2}|\\u[0-9a-fA-F]{4}|\\x[0-9a-fA-F]{2}"
    r"|\\x\{[0-9a-fA-F]+\}|\\[tnrfae]|\\[^a-zA-Z0-9]"
)
_CLASS = r"(?P<set>\\[dDsSwWhHvV])|(?P<property>\\[pP](?:\{[^{}]*\}|[A-Z]))"
_PART = re.compile(
    rf"{_CLASS}|(?P<char>{_CHAR}|[^\\()\[{{|*+?.^$])|(?P<sign>[.^$]|\\[AZzbBR])|(?P<bracket>\[(?!\^?&&)\^?)|(?P<bar>\|)"
    r"|(?P<times>(?:[*+?]|\{(?P<least>[0-9]+)(?P<more>,[0-9]*)?\})[?+]?)|(?P<close>\))"
    r"|(?P<group>\((?!\?)|\(\?<[a-zA-Z][a-zA-Z0-9]*>)|(?P<aside>\(\?(?:[:=!>]|<[=!]))"
    r"|(?P<flags>\(\?(?P<on>[imsuU]*)-?(?P<off>[imsuU]*)[:)])|\\(?P<number>[1-9][0-9]*)|\\k<(?P<name>\w+)>",
    re.DOTALL,
)
_MEMBER = re.compile(
    rf"{_CLASS}|(?P<bracket>\[(?!\^?&&)\^?|\])|(?P<both>&&)|(?P<char>{_CHAR}|[^\\\[])(?:-(?P<high>{_CHAR}|[^\\\[\]]))?",
    re.DOTALL,
)
_BEFORE = re.compile(r"(\\[^Q])|\\Q(.*?)(?:\\E|\Z)|(\[\^?)(?=\])", re.DOTALL)


@lru_cache(maxsize=512)
def pattern(text: str, whole: bool) -> Matches:
    """Whether a text matches, from end to end or in a part of it. Raises ValueError for no pattern, or for one too
    large; what comes back raises it for a text on which the pattern runs out of time."""
    import regex

    if len(text) > LONGEST_PATTERN:
        raise ValueError(text)
    try:
        found = regex.compile(f"(?-f:{_written(text)})", regex.VERSION1, cache_pattern=False)
    except (regex.error, IndexError, OverflowError, RecursionError, MemoryError):
        raise ValueError(text) from None
    match = found.fullmatch if whole else found.search

    def matches(text: str) -> bool:
        try:
            return match(text, timeout=SECONDS) is not None
        except (TimeoutError, MemoryError):
            raise ValueError("time") from None

    return matches


def _written(text: str) -> str:
    """The same for `regex`. Raises ValueError, or IndexError."""
    # What is quoted, and a `]` that stands first in brackets, stands for itself.
    text = _BEFORE.sub(lambda m: m[1] or (f"{m[3]}\\" if m[3] else "".join(f"\\x{{{ord(c):x}}}" for c in m[2])), text)
    made: list[str] = []
    outer: list[tuple[str, int]] = []
    flags = ""
    at = depth = groups = size = last = 0
    while at < len(text):
        found = (_MEMBER if depth else _PART).match(text, at)
        if found is None or (found.lastgroup == "times" and not last):
            raise ValueError(text)
        at, piece, kind = found.end(), found[0], found.lastgroup
        if kind == "times":
            copies = int(found["least"] or piece[0] == "+") + (found["more"] is not None or piece[0] in "*+?")
            size += last * (copies - 1)
        elif kind == "close":
            last = size + 1
            flags, size = outer.pop()
            size += last
        elif kind in ("group", "aside", "flags"):
            groups, last = groups + (kind == "group"), 0
            if piece[-1] != ")":
                outer.append((flags, size))
                size = 0
            if kind == "flags":
                flags = "".join(flag for flag in "imsuU" if flag in flags + found["on"] and flag not in found["off"])
                piece = f"(?{'i' if 'i' in flags and 'u' in flags.lower() else '-i'}{piece[-1]}"
        else:
            size, last = size + 1, 1
            depth += (kind == "bracket") * (1 if piece[0] == "[" else -1)
            while kind == "number" and len(piece) > 2 and int(piece[1:]) > groups:
                piece, at = piece[:-1], at - 1
            piece = _part(kind or "", piece, found, flags)
        if size > MOST_COPIES:
            raise ValueError(text)
        made.append(piece)
    return "".join(made)


def _part(kind: str, piece: str, found: re.Match[str], flags: str) -> str:
    match kind:
        case "char" | "high":
            return _chars(_code(found["char"]), _code(found[kind]), "i" in flags and "u" not in flags.lower())
        case "sign":
            return next((_SIGNS[flag + piece] for flag in flags if flag + piece in _SIGNS), _SIGNS[piece])
        case "set" if "U" not in flags or piece[1] in "hHvV":
            return f"[{'^' if piece[1].isupper() else ''}{_SETS[piece[1].lower()]}]"
        case "property":
            return f"[{'^' if piece[1] == 'P' else ''}{_property(piece[2:].strip('{}'), flags)}]"
        case "number" | "name":
            return rf"(?{'i' if 'i' in flags else '-i'}:\g<{found['name'] or piece[1:]}>)"
    return piece


def _property(name: str, flags: str) -> str:
    name = _ANY_CASE.get(name, name) if "i" in flags else name
    if name in _NAMED or (name in _POSIX and "U" not in flags):
        return _NAMED.get(name) or _POSIX[name]
    found = _PROPERTY.fullmatch(name)
    if found is None:
        raise ValueError(name)
    return rf"\p{{{'blk=' if found['block'] else found['key'] or ''}{found[3]}}}"


def _code(char: str) -> int:
    """Of a character, or of one of Java's escapes."""
    if char[:2] == r"\u":
        return ord(bytes.fromhex(char.replace(r"\u", "")).decode("utf-16-be", "surrogatepass"))
    return int(char[2:].strip("{}"), 16) if char[:2] == r"\x" else ord(_ESCAPES.get(char, char[-1]))


def _chars(low: int, high: int, any_case: bool) -> str:
    """From one to the other; `any_case`: ASCII letters, of which `regex` would not stop at ASCII."""
    others = "".join(chr(code).swapcase() for code in range(low, min(high, 122) + 1) if chr(code).isalpha())
    written = f"\\U{low:08x}" + (f"-\\U{high:08x}" if high != low else "")
    return f"[{written}{others}]" if any_case and others else written
