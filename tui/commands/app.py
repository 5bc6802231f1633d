"""The commands of `ruhu`, gathered. A command module imports the rooms inside its function, so that help is quick."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Annotated, Any

import typer

from casebook.language import N_
from tui.commands.account import ACCOUNT_EXAMPLES, ACCOUNT_HELP, add_account_commands
from tui.commands.audit_decide import (
    DECIDE_EXAMPLES,
    DECIDE_HELP,
    SIGN_EXAMPLES,
    SIGN_HELP,
    UNDO_EXAMPLES,
    UNDO_HELP,
    audit_decide,
    audit_sign,
    audit_undo,
)
from tui.commands.audit_findings import FINDINGS_EXAMPLES, FINDINGS_HELP, audit_findings
from tui.commands.audit_run import (
    AUDIT_EXAMPLES,
    AUDIT_HELP,
    LINKS_EXAMPLES,
    LINKS_HELP,
    RUN_EXAMPLES,
    RUN_HELP,
    audit_links,
    audit_run,
)
from tui.commands.backup import BACKUP_EXAMPLES, BACKUP_HELP, backup
from tui.commands.batch import BATCH_EXAMPLES, BATCH_HELP, add_batch_commands
from tui.commands.check import CHECK_EXAMPLES, CHECK_HELP, check
from tui.commands.demo import DEMO_EXAMPLES, DEMO_HELP, demo
from tui.commands.device import DEVICE_EXAMPLES, DEVICE_HELP, add_device_commands
from tui.commands.doctor import DOCTOR_EXAMPLES, DOCTOR_HELP, doctor
from tui.commands.erase import ERASE_EXAMPLES, ERASE_HELP, erase
from tui.commands.export import EXPORT_EXAMPLES, EXPORT_HELP, export
from tui.commands.formats import FORMATS_EXAMPLES, FORMATS_HELP, add_format_commands
from tui.commands.forms import FORMS_EXAMPLES, FORMS_HELP, add_form_commands
from tui.commands.held import HELD_EXAMPLES, HELD_HELP, held
from tui.commands.help import Command, Group
from tui.commands.import_ import (
    IMPORT_EXAMPLES,
    IMPORT_HELP,
    OTHER_EXAMPLES,
    OTHER_HELP,
    REGISTRY_EXAMPLES,
    REGISTRY_HELP,
    ROSTER_EXAMPLES,
    ROSTER_HELP,
    import_other,
    import_registry,
    import_roster,
)
from tui.commands.import_feedback import FEEDBACK_EXAMPLES, FEEDBACK_HELP, import_feedback
from tui.commands.log import LOG_EXAMPLES, LOG_HELP, add_log_commands
from tui.commands.new import NEW_EXAMPLES, NEW_HELP, new
from tui.commands.notice import NOTICE_EXAMPLES, NOTICE_HELP, notice
from tui.commands.open import OPEN_EXAMPLES, OPEN_HELP, open_
from tui.commands.packet import PACKET_EXAMPLES, PACKET_HELP, add_packet_commands
from tui.commands.passphrase import PASSPHRASE_EXAMPLES, PASSPHRASE_HELP, passphrase
from tui.commands.rekey import REKEY_EXAMPLES, REKEY_HELP, rekey
from tui.commands.restore import RESTORE_EXAMPLES, RESTORE_HELP, restore
from tui.commands.survey import SURVEY_EXAMPLES, SURVEY_HELP, add_survey_commands

_HELP = N_(
    "入户：健康扶贫入户调查与核查。用「ruhu 命令 --help」看每个命令的说明。"
    "在终端里不带命令，就打开上次的案卷。"
)
_EXAMPLES = N_("ruhu check 花名册.xlsx 返回数据.xlsx\nruhu new 金口河\nruhu demo")


def command() -> Any:
    """The whole command line as one Typer group."""
    app = _group(_HELP, _EXAMPLES, _ruhu)
    app.command("check", cls=Command, help=CHECK_HELP, epilog=CHECK_EXAMPLES)(check)
    app.command("demo", cls=Command, help=DEMO_HELP, epilog=DEMO_EXAMPLES)(demo)
    app.command("new", cls=Command, help=NEW_HELP, epilog=NEW_EXAMPLES)(new)
    app.command("open", cls=Command, help=OPEN_HELP, epilog=OPEN_EXAMPLES)(open_)
    lists = _group(IMPORT_HELP, IMPORT_EXAMPLES, _only_help)
    lists.command("roster", cls=Command, help=ROSTER_HELP, epilog=ROSTER_EXAMPLES)(import_roster)
    lists.command("registry", cls=Command, help=REGISTRY_HELP, epilog=REGISTRY_EXAMPLES)(import_registry)
    lists.command("other", cls=Command, help=OTHER_HELP, epilog=OTHER_EXAMPLES)(import_other)
    lists.command("feedback", cls=Command, help=FEEDBACK_HELP, epilog=FEEDBACK_EXAMPLES)(import_feedback)
    app.add_typer(lists, name="import")
    audit = _group(AUDIT_HELP, AUDIT_EXAMPLES, _only_help)
    audit.command("run", cls=Command, help=RUN_HELP, epilog=RUN_EXAMPLES)(audit_run)
    audit.command("findings", cls=Command, help=FINDINGS_HELP, epilog=FINDINGS_EXAMPLES)(audit_findings)
    audit.command("decide", cls=Command, help=DECIDE_HELP, epilog=DECIDE_EXAMPLES)(audit_decide)
    audit.command("sign", cls=Command, help=SIGN_HELP, epilog=SIGN_EXAMPLES)(audit_sign)
    audit.command("undo", cls=Command, help=UNDO_HELP, epilog=UNDO_EXAMPLES)(audit_undo)
    audit.command("links", cls=Command, help=LINKS_HELP, epilog=LINKS_EXAMPLES)(audit_links)
    app.add_typer(audit, name="audit")
    forms = _group(FORMS_HELP, FORMS_EXAMPLES, _only_help)
    add_form_commands(forms)
    app.add_typer(forms, name="forms")
    survey = _group(SURVEY_HELP, SURVEY_EXAMPLES, _only_help)
    add_survey_commands(survey)
    app.add_typer(survey, name="survey")
    formats = _group(FORMATS_HELP, FORMATS_EXAMPLES, _only_help)
    add_format_commands(formats)
    app.add_typer(formats, name="formats")
    batch = _group(BATCH_HELP, BATCH_EXAMPLES, _only_help)
    add_batch_commands(batch)
    app.add_typer(batch, name="batch")
    app.command("export", cls=Command, help=EXPORT_HELP, epilog=EXPORT_EXAMPLES)(export)
    account = _group(ACCOUNT_HELP, ACCOUNT_EXAMPLES, _only_help)
    add_account_commands(account)
    app.add_typer(account, name="account")
    app.command("notice", cls=Command, help=NOTICE_HELP, epilog=NOTICE_EXAMPLES)(notice)
    app.command("held", cls=Command, help=HELD_HELP, epilog=HELD_EXAMPLES)(held)
    app.command("erase", cls=Command, help=ERASE_HELP, epilog=ERASE_EXAMPLES)(erase)
    device = _group(DEVICE_HELP, DEVICE_EXAMPLES, _only_help)
    add_device_commands(device)
    app.add_typer(device, name="device")
    packet = _group(PACKET_HELP, PACKET_EXAMPLES, _only_help)
    add_packet_commands(packet)
    app.add_typer(packet, name="packet")
    app.command("doctor", cls=Command, help=DOCTOR_HELP, epilog=DOCTOR_EXAMPLES)(doctor)
    log = _group(LOG_HELP, LOG_EXAMPLES, _only_help)
    add_log_commands(log)
    app.add_typer(log, name="log")
    app.command("backup", cls=Command, help=BACKUP_HELP, epilog=BACKUP_EXAMPLES)(backup)
    app.command("restore", cls=Command, help=RESTORE_HELP, epilog=RESTORE_EXAMPLES)(restore)
    app.command("rekey", cls=Command, help=REKEY_HELP, epilog=REKEY_EXAMPLES)(rekey)
    app.command("passphrase", cls=Command, help=PASSPHRASE_HELP, epilog=PASSPHRASE_EXAMPLES)(passphrase)
    return typer.main.get_command(app)


def _group(text: str, examples: str, callback: Callable[..., None]) -> typer.Typer:
    """A group of commands; `callback` answers when none of them is named."""
    group = typer.Typer(cls=Group, rich_markup_mode=None, add_completion=False, pretty_exceptions_enable=False)
    group.callback(cls=Group, help=text, epilog=examples, invoke_without_command=True)(callback)
    return group


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
        from casebook.version import program_version

        print(f"ruhu {program_version()}")
        raise typer.Exit
    if context.invoked_subcommand is None:
        _open_last(context)


def _open_last(context: typer.Context) -> None:
    """The interface over the casebook of last time; the help where there is none, or nobody at a terminal."""
    from tui.commands.opened import known_casebook

    folder = known_casebook(None) if sys.stdin.isatty() and sys.stderr.isatty() else None
    if folder is None:
        print(context.get_help())
        return
    raise typer.Exit(open_(folder))


def _only_help(context: typer.Context) -> None:
    if context.invoked_subcommand is None:
        print(context.get_help())
