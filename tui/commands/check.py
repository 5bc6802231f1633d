"""`ruhu check`: two lists in, one findings workbook out."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from audit.findings import Scope
from casebook.language import N_, _
from tui.commands.telling import print_json

if TYPE_CHECKING:
    from audit.findings import CrossCheck

CHECK_HELP = N_(
    "核对两份名单：花名册和卫健的返回数据进，一份疑点工作簿出。原文件不改动；结果含完整证件号，请妥善保管。"
)
CHECK_EXAMPLES = N_(
    "ruhu check 花名册.xlsx 返回数据.xlsx -o 疑点.xlsx\n"
    "ruhu check 花名册.xlsx 返回数据.csv --links 对应.csv\n"
    "ruhu check 花名册.xlsx 返回数据.xlsx --map roster:名字=name\n"
    "ruhu check 花名册.xlsx 返回数据.xlsx --json > 疑点.json"
)


def check(
    roster: Annotated[
        Path, typer.Argument(metavar="ROSTER", readable=False, help=N_("花名册（xlsx、xls、ods、csv、网页表格）"))
    ],
    registry: Annotated[
        Path, typer.Argument(metavar="REGISTRY", readable=False, help=N_("卫健的名单（返回数据、台账），格式同上"))
    ],
    output: Annotated[
        Path | None,
        typer.Option(
            "-o", "--output", metavar="OUT.xlsx", readable=False, help=N_("疑点工作簿；不给时写「REGISTRY-疑点.xlsx」")
        ),
    ] = None,
    links: Annotated[
        Path | None, typer.Option("--links", metavar="F.csv", readable=False, help=N_("另存每一行对应哪一行（csv）"))
    ] = None,
    json: Annotated[bool, typer.Option("--json", help=N_("结果以 JSON 写到标准输出；不给 -o 就不写工作簿"))] = False,
    roster_scope: Annotated[
        Scope | None,
        typer.Option(
            "--roster-scope",
            metavar="SCOPE",
            help=N_("花名册的范围：people 全部人口、households 因病户、patients 患者；不给时由程序判断"),
        ),
    ] = None,
    registry_scope: Annotated[
        Scope | None,
        typer.Option("--registry-scope", metavar="SCOPE", help=N_("卫健名单的范围，写法同上；不给时由程序判断")),
    ] = None,
    mapping: Annotated[
        list[str] | None,
        typer.Option(
            "--map", metavar="roster:HEADER=FIELD", help=N_("某一列的含义由你指定，可多次给；另一边写 registry:")
        ),
    ] = None,
    fail_on_findings: Annotated[bool, typer.Option("--fail-on-findings", help=N_("有疑点时退出码为 1"))] = False,
    password_fd: Annotated[
        int | None,
        typer.Option("--file-password-fd", metavar="N", help=N_("从这个文件描述符读工作簿的打开密码，一行一个")),
    ] = None,
) -> int:
    from exports.row_counts import row_counts
    from tui.commands.inputs import column_mappings, password_source
    from tui.commands.outputs import free_name, refuse_lost_answers, refuse_outputs

    mappings = column_mappings(mapping or [])
    if output is None and not json:
        output = free_name(Path(_("{list}-疑点.xlsx").format(list=registry.stem)))
    refuse_outputs(output, links, [roster, registry])
    if output is not None:
        refuse_lost_answers(output, len, _("请换一个文件名"))
    files = [(roster, mappings["roster"]), (registry, mappings["registry"])]
    result = cross_checked(files, (roster_scope, registry_scope), password_source(password_fd))
    _write(result, output, links)
    _tell(result, output, links, json)
    left_out = any(row_counts(side).by_state["unreadable"] for side in (result.roster, result.registry))
    return 1 if left_out or (fail_on_findings and result.findings) else 0


def cross_checked(
    files: Sequence[tuple[Path, Mapping[str, str]]],
    scopes: tuple[Scope | None, Scope | None] = (None, None),
    password: Callable[[str], str] | None = None,
) -> CrossCheck:
    """Read roster and registry, each with its header → field, and compare them, with progress on a terminal."""
    from audit.check import cross_check
    from tui.commands.inputs import read_files
    from tui.commands.progress_line import progress_line

    with progress_line() as progress:
        roster, registry = read_files(files, password, progress)
        return cross_check(roster, registry, roster_scope=scopes[0], registry_scope=scopes[1], progress=progress)


def _write(result: CrossCheck, output: Path | None, links: Path | None) -> None:
    if output is not None:
        from exports.findings_workbook import write_findings

        write_findings(result, output)
    if links is not None:
        from exports.links import write_links

        write_links(result, links)


def _tell(result: CrossCheck, output: Path | None, links: Path | None, as_json: bool) -> None:
    """JSON or the summary on stdout, and the names of the files written."""
    if as_json:
        from exports.findings_json import findings_json

        print_json(findings_json(result))
        return
    from tui.commands.check_summary import summary_lines
    from tui.commands.telling import tell

    tell(summary_lines(result))
    tell([_("写出的文件（含完整证件号，请妥善保管）：")])
    for path in (output, links):
        if path is not None:
            print(path)
