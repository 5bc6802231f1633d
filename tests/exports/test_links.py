from __future__ import annotations

import dataclasses
from collections.abc import Callable
from pathlib import Path

from audit.findings import CrossCheck, Link
from exports.links import link_rows, write_links


def test_the_file(result: CrossCheck, tmp_path: Path) -> None:
    write_links(result, tmp_path / "links.csv")
    written = (tmp_path / "links.csv").read_bytes()
    lines = written.decode("utf-8").split("\n")
    assert b"\r" not in written and not written.startswith(b"\xef\xbb\xbf") and lines[-1] == ""
    assert lines[0] == "registry_row,roster_row,score,state,kinds"
    # person 0 agrees, 1 differs, 2 is in doubt; registry rows 4, 5, 6 and roster rows the same
    assert lines[1:4] == ["4,4,14.2,auto,", "5,5,14.2,auto,id_typo1", "6,6,-1.5,review,name_different"]
    assert ",7,,auto,missing_in_registry" in lines and "7,,,auto,missing_in_roster" in lines


def test_every_link_and_every_row_alone_stands_once(result: CrossCheck) -> None:
    rows = list(link_rows(result))
    assert len(rows) == 12 + 4 + 4 == len(set(rows))
    out_of_scope = {
        str(row.number)
        for row, state in zip(result.roster.table.rows, result.roster.states, strict=True)
        if state == "out_of_scope"
    }
    assert out_of_scope and not out_of_scope & {row[1] for row in rows}


def test_order_and_kinds(result: CrossCheck) -> None:
    links = (
        Link(2, 1, -0.04, "auto", ("id_of_member", "name_near")),
        Link(0, 9, 3.06, "review", ()),
        Link(0, 2, 5.0, "auto", ()),
    )
    rows = list(link_rows(dataclasses.replace(result, links=links)))
    assert rows[:3] == [
        ("4", "6", "5.0", "auto", ""),
        ("4", "13", "3.1", "review", ""),
        ("6", "5", "0.0", "auto", "id_of_member;name_near"),
    ]


def test_rows_of_a_list_with_several_sheets_name_the_sheet(make_result: Callable[..., CrossCheck]) -> None:
    rows = list(link_rows(make_result(sheets=("东片", "西片"))))
    assert rows[:2] == [("东片!4", "东片!4", "14.2", "auto", ""), ("西片!4", "西片!4", "14.2", "auto", "id_typo1")]


def test_a_row_alone_has_the_kind_of_its_own_finding_only(result: CrossCheck) -> None:
    """A person noted as deceased stands alone by that kind; a finding within one list on a linked row adds no line."""
    alone = next(one for one in result.findings if one.kind == "missing_in_registry")
    linked = dataclasses.replace(alone, kind="id_placeholder", roster_rows=(0,))
    findings = [linked] + [
        dataclasses.replace(one, kind="deceased") if one is alone else one for one in result.findings
    ]
    rows = list(link_rows(dataclasses.replace(result, findings=tuple(findings))))
    assert ("", str(result.roster.table.rows[alone.roster_rows[0]].number), "", "auto", "deceased") in rows
    assert len(rows) == 20
