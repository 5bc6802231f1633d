"""`ruhu demo`: an invented county through the whole check, and what of its planted errors was found."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from casebook.language import N_

DEMO_HELP = N_(
    "造一个虚构的县，从核对走到上报：写成两份名单，核对，建成案卷，按脚本入户、审核、上报，读回省里的错误，再打开界面。"
    "每一行都有去处、且埋下的对应关系 F1 不低于 0.996 时退出码为 0，否则为 1。"
)
DEMO_EXAMPLES = N_("ruhu demo\nruhu demo --people 400 --no-tui --keep 演示")


def demo(
    people: Annotated[
        int, typer.Option("--people", metavar="N", min=30, max=1_000_000, help=N_("造多少人；不给时 3793 人"))
    ] = 3793,
    seed: Annotated[int | None, typer.Option("--seed", metavar="N", help=N_("换一个县；同一个数总是同一个县"))] = None,
    keep: Annotated[
        Path | None,
        typer.Option(
            "--keep",
            metavar="DIR",
            readable=False,
            help=N_("把名单、疑点工作簿、案卷、入户和上报的工作簿留在这个新文件夹"),
        ),
    ] = None,
    no_tui: Annotated[bool, typer.Option("--no-tui", help=N_("算完就结束，不打开界面"))] = False,
) -> int:
    from casebook.sample.county import SEED
    from tui.commands.demo_run import run_demo

    interface = not no_tui and sys.stdin.isatty() and sys.stderr.isatty()
    return run_demo(people, keep, SEED if seed is None else seed, interface=interface)
