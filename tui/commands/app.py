"""The commands of `ruhu`, gathered. A command module imports the rooms inside its function, so that help is quick."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from casebook.language import N_
from tui.commands.check import CHECK_EXAMPLES, CHECK_HELP, check
from tui.commands.demo import DEMO_EXAMPLES, DEMO_HELP, demo
from tui.commands.help import Command, Group

_HELP = N_("入户：健康扶贫入户调查与核查。用「ruhu 命令 --help」看每个命令的说明。")
_EXAMPLES = N_("ruhu check 花名册.xlsx 返回数据.xlsx\nruhu demo")


def command() -> Any:
    """The whole command line as one Typer group."""
    app = typer.Typer(cls=Group, rich_markup_mode=None, add_completion=False, pretty_exceptions_enable=False)
    app.callback(help=_HELP, epilog=_EXAMPLES, invoke_without_command=True)(_ruhu)
    app.command("check", cls=Command, help=CHECK_HELP, epilog=CHECK_EXAMPLES)(check)
    app.command("demo", cls=Command, help=DEMO_HELP, epilog=DEMO_EXAMPLES)(demo)
    return typer.main.get_command(app)


def run_command(arguments: list[str]) -> int:
    """Run one command line; its exit code. Whatever it raises is for `exits.guarded`: Typer's own `main` would turn a
    closed pipe into a failure."""
    program = command()
    try:
        with program.make_context("ruhu", arguments) as context:
            code = program.invoke(context)
    except typer.Exit as finished:
        code = finished.exit_code
    return code if isinstance(code, int) else 0


def _ruhu(
    context: typer.Context,
    version: Annotated[bool, typer.Option("--version", help=N_("显示版本"))] = False,
) -> None:
    if version:
        from exports.version import program_version

        print(f"ruhu {program_version()}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        print(context.get_help())
