"""A family of five, two of them ill, filled in at their own table: `python benchmarks/family_of_five.py`. Keys for each
answer, and whether a process that is killed in the middle goes on where it was.

The program runs in a terminal of 80 × 24 (tmux), in Chinese, over a casebook of invented people; it is given keys and
read as a clerk does: what comes next is typed when the question is on the screen. A key is what is pressed, a Chinese
character one key. Among the keys are costs that do not add up at first, a soft check with its reason, a search by
initials, a remark, undo and redo.
"""

from __future__ import annotations

import csv
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from casebook.people.idnumber import check_digit
from casebook.store.casebook import open_casebook
from survey_forms.interview import open_interview
from tui.all_views import VIEWS

BAR = 1.3
"""Keys for each coded answer: those pressed at questions with choices, by how many of these were answered."""

CLERK = "李文书"
PATIENCE = 60.0  # seconds until something is expected on the screen, on a machine that does other things too
NAMED = frozenset(("Enter", "F2", "F8", "F10", "C-z", "C-y"))

ROSTER = """
乡(镇) 行政村 户编号 人编号 人数 姓名 与户主关系 证件号码 健康状况 劳动技能 脱贫属性 贫困户属性 主要致贫原因 联系电话
云丰镇 青桥村 99010100000001 99001 5 周大山 户主   19550612-003 长期慢性病 无劳动力   已脱贫 一般贫困户 因病 13000000001
云丰镇 青桥村 99010100000001 99002 5 吴桂花 配偶   19570920-004 长期慢性病 无劳动力   已脱贫 一般贫困户 因病 13000000001
云丰镇 青桥村 99010100000001 99003 5 周小山 之子   19800305-011 健康       普通劳动力 已脱贫 一般贫困户 因病 13000000001
云丰镇 青桥村 99010100000001 99004 5 陈秀英 之儿媳 19820711-022 健康       普通劳动力 已脱贫 一般贫困户 因病 13000000001
云丰镇 青桥村 99010100000001 99005 5 周小花 之孙女 20160402-028 健康       无劳动力   已脱贫 一般贫困户 因病 13000000001
"""
REGISTRY = """
乡(镇) 村     户编号         与户主关系 姓名   公民身份号码 疾病名称
云丰镇 青桥村 99010100000001 户主       周大山 19550612-003 高血压
云丰镇 青桥村 99010100000001 配偶       吴桂华 19570920-004 胃病
"""
"""The lists: the family, two of them ill, one by another name. A number is the birth date and the sequence number; area
and check digit are put to it."""


@dataclass(frozen=True)
class Step:
    """A question at which keys are pressed once `shown` is on the screen; `ref` '' for what is no question, `value` is
    what it leads to."""

    shown: tuple[str, ...]
    keys: tuple[str, ...] = ()
    ref: str = ""
    value: str = ""
    kill: bool = False


@dataclass
class Counted:
    """Keys at questions with choices, at questions that are typed, elsewhere; and the refs of the answered ones."""

    coded: int = 0
    typed: int = 0
    other: int = 0
    coded_refs: set[str] = field(default_factory=set)
    typed_refs: set[str] = field(default_factory=set)


def interview() -> Iterator[Step]:
    """The whole interview, as `family_of_five.txt` has it."""
    within = where = ""
    text = Path(__file__).with_suffix(".txt").read_text(encoding="utf-8").replace("TODAY", str(date.today()))
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        if line.startswith("["):
            within, _bar, where = (part.strip() for part in line.strip("[]").partition("|"))
            continue
        first, *words = line.split()
        if first == "kill":
            yield Step((), kill=True)
        elif first == "?":
            yield Step((line.removeprefix("? "),))
        elif first == "+":
            yield Step((words[0], "再加一份？"), tuple(words[1:]))
        elif first == "reason":
            yield Step(("说明理由",), tuple(words))
        elif first == "note":
            yield Step((f"> {words[0]} ",), tuple(words[1:]))
        else:
            name, *keys = words
            value = keys[-1] if "=" not in keys else " ".join(keys[keys.index("=") + 1 :])
            pressed = keys[: keys.index("=")] if "=" in keys else keys
            yield Step((f"> {first} ", where), tuple(pressed), within + name, value)


class Terminal:
    """The program in a terminal of its own, read as it is drawn."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.socket = f"ruhu-family-{os.getpid()}"

    def tmux(self, *arguments: str) -> str:
        command = ("tmux", "-u", "-f", "/dev/null", "-L", self.socket, *arguments)
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout

    def start(self) -> None:
        """The program's first screen, in a process of its own."""
        environment = [f"{name}={value}" for name, value in surroundings(self.folder).items() if name in OURS]
        program = ("exec", "env", *environment, sys.executable, "-m", "tui")
        self.tmux("new-session", "-d", "-s", "ruhu", "-x", "80", "-y", "24", "-c", str(self.folder), " ".join(program))
        self.until("F8 入户清单")

    def kill(self) -> None:
        """As when the battery is out; the terminal goes with it."""
        os.kill(int(self.tmux("display-message", "-p", "-t", "ruhu", "#{pane_pid}")), 9)
        while not subprocess.run(("tmux", "-L", self.socket, "has-session"), capture_output=True).returncode:
            time.sleep(0.01)

    def screen(self) -> str:
        return self.tmux("capture-pane", "-p", "-t", "ruhu")

    def until(self, *texts: str) -> str:
        """The screen as soon as all the texts are on it."""
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            screen = self.screen()
            if all(text in screen for text in texts):
                return screen
            time.sleep(0.01)
        raise TimeoutError(f"not on the screen: {texts}\n{self.screen()}")

    def press(self, keys: tuple[str, ...]) -> int:
        """Press keys, words letter by letter; how many that were."""
        for word in keys:
            self.tmux("send-keys", "-t", "ruhu", *(() if word in NAMED else ("-l",)), word)
        return sum(1 if word in NAMED else len(word) for word in keys)


OURS = ("RUHU_USER", "RUHU_LANG", "XDG_STATE_HOME", "TERM", "PYTHONPATH")


def surroundings(folder: Path) -> dict[str, str]:
    ours = {"RUHU_USER": CLERK, "RUHU_LANG": "zh", "XDG_STATE_HOME": str(folder / "state"), "TERM": "xterm-256color"}
    return os.environ | ours | {"PYTHONPATH": str(Path(__file__).parents[1])}


def make(folder: Path) -> None:
    """A casebook with one planned visit, by the commands of the program."""
    for side, text in (("roster", ROSTER), ("registry", REGISTRY)):
        with (folder / f"{side}.csv").open("w", encoding="utf-8-sig", newline="") as file:
            csv.writer(file).writerows([cell(one) for one in line.split()] for line in text.strip().splitlines())
    ruhu(folder, "new", "家.ruhu", "--plain")
    for side in ("roster", "registry"):
        ruhu(folder, "import", side, f"{side}.csv")
    ruhu(folder, "audit", "run")
    (finding,) = re.findall(r"^\w{6,}", ruhu(folder, "audit", "findings"), re.MULTILINE)
    ruhu(folder, "audit", "decide", finding, "--verdict", "7", "--reason", "看户口本")
    ruhu(folder, "forms", "import", "--built-in")
    ruhu(folder, "survey", "plan", "--to", CLERK)


def cell(text: str) -> str:
    if not re.fullmatch(r"\d{8}-\d{3}", text):
        return text
    first = "990101" + text.replace("-", "")
    return first + check_digit(first)


def ruhu(folder: Path, *arguments: str) -> str:
    command = (sys.executable, "-m", "tui", *arguments)
    done = subprocess.run(command, cwd=folder, env=surroundings(folder), capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{arguments}: {done.stderr}")
    return done.stdout


def fill(terminal: Terminal, is_coded: Callable[[str], bool]) -> tuple[Counted, dict[str, str], list[str]]:
    """Fill in the visit on the screen: the keys, what is to be stored by ref, what was not as it should be."""
    counted, stored, wrong = Counted(), dict[str, str](), list[str]()
    terminal.press(("F8",))
    terminal.until("回车 打开")
    counted.other += terminal.press(("Enter",))
    todo = list(interview())
    for number, step in enumerate(todo):
        if step.kill:
            before = terminal.until(*todo[number + 1].shown)
            terminal.kill()
            terminal.start()
            terminal.press(("F8",))
            terminal.until("草稿")
            terminal.press(("Enter",))
            after = terminal.until(*todo[number + 1].shown)
            if before.splitlines()[2:21] != after.splitlines()[2:21]:
                wrong.append(f"after the kill it went on elsewhere:\n{before}\n{after}")
            continue
        terminal.until(*step.shown)
        pressed = terminal.press(step.keys)
        if not step.ref:
            counted.other += pressed
        elif is_coded(step.ref):
            counted.coded += pressed
            counted.coded_refs.add(step.ref)
        else:
            counted.typed += pressed
            counted.typed_refs.add(step.ref)
        stored |= {step.ref: step.value} if step.ref else {}
    counted.other += terminal.press(("F10",))
    terminal.until("上交这一户？")
    counted.other += terminal.press(("y",))
    terminal.until("已上交（待乡审）")
    return counted, stored, wrong


def main() -> int:
    if shutil.which("tmux") is None:
        print("no tmux here: nothing was tried")
        return 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        make(folder)
        with open_casebook(folder / "家.ruhu", author=CLERK, views=VIEWS) as book:
            (visit,) = [row[0] for row in book.connection.execute("SELECT id FROM visit")]
            definition = open_interview(book, visit).definition
        terminal = Terminal(folder)
        started = time.monotonic()
        terminal.start()
        try:
            coded = {path for path, question in definition.questions.items() if question.chooses}
            counted, stored, wrong = fill(terminal, lambda ref: re.sub(r"\[\d+\]", "", ref) in coded)
        finally:
            subprocess.run(("tmux", "-L", terminal.socket, "kill-server"), capture_output=True)
        took = time.monotonic() - started
        with open_casebook(folder / "家.ruhu", author=CLERK, views=VIEWS) as book:
            done = open_interview(book, visit)
            wrong += [f"{ref}: {done.filling.value(ref)!r} stored, {value!r} typed"
                      for ref, value in stored.items() if done.filling.value(ref) != value]  # fmt: skip
            wrong += [] if done.visit.state == "township" else [f"the visit is {done.visit.state}"]
            wrong += [] if "出院小结" in done.remarks.values() else ["the remark is lost"]
            wrong += [] if len(done.reasons) == 1 else [f"{len(done.reasons)} reasons"]
    answers, questions = len(counted.coded_refs), len(counted.coded_refs) + len(counted.typed_refs)
    pressed = counted.coded + counted.typed + counted.other
    rate = counted.coded / answers
    print(f"coded answers {answers}, keys for them {counted.coded}: {rate:.2f} for each (at most {BAR})")
    print(f"  with the keys between questions, {counted.other}: {(counted.coded + counted.other) / answers:.2f}")
    print(f"all questions {questions}, all keys {pressed}: {pressed / questions:.2f} for each")
    print(f"{len(stored)} answers looked up in the casebook; killed once; {took:.0f} s")
    for one in wrong:
        print(f"WRONG {one}")
    return int(bool(wrong) or rate > BAR)


if __name__ == "__main__":
    sys.exit(main())
