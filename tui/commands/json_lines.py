"""Questions as JSON, one a line, on stdin; answers the same way on stdout. A line that cannot be answered gives an
error of its own and stops no other."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from json import dumps, loads
from typing import Any

from casebook.errors import RuhuError
from casebook.language import _

Answer = Callable[[Mapping[str, Any]], Mapping[str, Any]]


def answer_lines(answer: Answer) -> int:
    """`answer` gives what is told beside the id, and may raise anything."""
    # half a surrogate pair, from a line that has one, is written as JSON writes it
    sys.stdout.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")  # type: ignore[union-attr]
    for line in sys.stdin.buffer:
        if line.strip():
            print(dumps(_answered(line, answer), ensure_ascii=False), flush=True)
    return 0


def _answered(line: bytes, answer: Answer) -> dict[str, Any]:
    try:
        question = loads(line)
    except (ValueError, RecursionError):  # the latter of brackets in brackets
        return {"id": None, "error": _("这一行不是 JSON。")}
    if not isinstance(question, dict):
        return {"id": None, "error": _("这一行不是 JSON 对象。")}
    identity = question.get("id")
    try:
        return {"id": identity, **answer(question)}
    except RuhuError as error:
        return {"id": identity, "error": error.what}
    except KeyError as error:
        return {"id": identity, "error": _("缺少 {name}。").format(name=error.args[0] if error.args else "")}
    except Exception as error:  # whatever one line does, the next is answered
        told = str(error) if hasattr(error, "troubles") else str(getattr(error, "what", ""))
        return {"id": identity, "error": told or type(error).__name__}
