"""Invented results of a cross-check. Identity numbers begin with 990000, an area code that is not assigned."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import pytest

from audit.findings import Cell, CrossCheck, Finding, Link, ListResult, VillageAlias
from casebook.tables.table import Block, Column, Notice, Row, Skipped, Source, Table
from casebook.texts import Text
from tests.exports.made_surveys import Planned, planned_book

_HEADERS = ("序号", "乡(镇)", "行政村", "户编号", "姓名", "证件号码", "健康状况")
_FIELDS = ("serial", "township", "village", "household_code", "name", "id_number", "health")


def _table(name: str, rows: list[tuple[str, ...]], sheets: tuple[str, ...] = ("名单",)) -> Table:
    columns = tuple(Column(i, header, field) for i, (header, field) in enumerate(zip(_HEADERS, _FIELDS, strict=True)))
    blocks = tuple(Block(sheet, "建档立卡花名册", (3, 3), columns) for sheet in sheets)
    read = tuple(Row(i % len(sheets), 4 + i // len(sheets), values) for i, values in enumerate(rows))
    skipped = (
        *(Skipped(sheet, 1, 2, "title", "建档立卡花名册") for sheet in sheets),
        *(Skipped(sheet, 3, 3, "header") for sheet in sheets),
        Skipped(sheets[0], 9001, 9001, "unreadable", "#REF!"),
    )
    return Table(
        source=Source(name, "xlsx", hashlib.sha256(name.encode()).hexdigest(), 4096),
        blocks=blocks,
        rows=read,
        skipped=skipped,
        notices=(Notice("hidden_rows", "有 2 行是隐藏的，已照读", sheets[0], 12),),
        total_rows=len(rows) + sum(one.count for one in skipped),
        other_sheets=(("说明", "没有姓名和证件号列"),),
        unknown_headers=("帮扶责任人",),
    )


def _person(number: int, townships: int) -> tuple[str, ...]:
    township = f"第{number % townships + 1}乡"
    village = f"{'青石白水红岩黑竹'[number // townships % 4 * 2 :][:2]}村"
    health = "健康" if number % 3 else "长期慢性病"
    household = f"99000000{number // 4:06d}"
    return (str(number), township, village, household, f"王试{chr(0x4E00 + number % 500)}", _id(number), health)


def _id(number: int) -> str:
    return f"990000{1940 + number % 70}0101{number % 1000:03d}X"


@pytest.fixture
def make_result() -> Callable[..., CrossCheck]:
    def make(people: int = 24, townships: int = 3, sheets: tuple[str, ...] = ("名单",)) -> CrossCheck:
        """Every sixth person: agrees, number differs, in doubt, roster only, registry only (its last), out of scope."""
        roster_rows, registry_rows, links, findings = [], [], [], []
        roster_states, registry_states = [], []
        kinds = ("agrees", "differs", "review", "roster_only", "registry_only", "out_of_scope")
        for number in range(people):
            person, state = _person(number, townships), kinds[number % 6]
            left = right = None
            if state != "registry_only":
                left = len(roster_rows)
                roster_rows.append(person)
                roster_states.append(state)
            if state in ("agrees", "differs", "review", "registry_only"):
                right = len(registry_rows)
                wrong = person[5][:-2] + ("9" if person[5][-2] != "9" else "8") + person[5][-1]
                registry_rows.append((*person[:5], wrong if state == "differs" else person[5], "患者"))
                registry_states.append(state)
            if left is not None and right is not None:
                score = 14.25 if state != "review" else -1.5 + number / 100
                kind = {"agrees": (), "differs": ("id_typo1",), "review": ("name_different",)}[state]
                links.append(Link(right, left, score, "review" if state == "review" else "auto", kind))
            if state in ("agrees", "out_of_scope"):
                continue
            kind = {
                "differs": "id_typo1",
                "review": "name_different",
                "roster_only": "missing_in_registry",
                "registry_only": "missing_in_roster",
            }[state]
            column = 5 if kind == "id_typo1" else 4

            def cell(rows: list[tuple[str, ...]], index: int | None, column: int = column) -> Cell | None:
                if index is None:
                    return None
                sheet = sheets[index % len(sheets)]
                number = 4 + index // len(sheets)
                return Cell(index, sheet, number, "ABCDEFG"[column], _HEADERS[column], rows[index][column])

            findings.append(
                Finding(
                    key=hashlib.sha256(f"{kind}{number}".encode()).hexdigest()[:32],
                    kind=kind,
                    severity="B" if kind == "id_typo1" else "A",
                    field="id_number" if kind == "id_typo1" else "name",
                    wrong="registry",
                    township=person[1],
                    village=person[2],
                    household=person[3],
                    name=person[4],
                    roster=cell(roster_rows, left),
                    registry=cell(registry_rows, right),
                    roster_rows=() if left is None else (left,),
                    registry_rows=() if right is None else (right,),
                    score=links[-1].score if left is not None and right is not None else None,
                    state="review" if state == "review" else "auto",
                    sentence=Text("两边证件号有一位不同，花名册一方校验通过，卫健一方校验不通过，卫健名单的证件号写错了。"),
                    lines=(
                        ("name", "same", 11.8, 7.9),
                        ("household_code", "same", 9.8, 0.0),
                        ("village", "same", 5.2, 0.0),
                    ),
                    runner_up=Text("同户另一人，姓名不同，低 9.3 位"),
                    action=Text("采用校验通过的一方；两方都不通过时查身份证"),
                    office="wrong_side",
                )
            )
        return CrossCheck(
            roster=ListResult(
                "roster", _table("花名册.xlsx", roster_rows, sheets), "people", Text("有健康的人"), tuple(roster_states)
            ),
            registry=ListResult(
                "registry",
                _table("返回数据.xlsx", registry_rows, sheets),
                "patients",
                Text("题名写明患者"),
                tuple(registry_states),
            ),
            links=tuple(links),
            findings=tuple(findings),
            aliases=(VillageAlias("第1乡", "青桥村", "新建村", 87),),
            notes=(Text("村名写法不同的有 1 个村"),),
        )

    return make


@pytest.fixture
def result(make_result: Callable[..., CrossCheck]) -> CrossCheck:
    return make_result()


@pytest.fixture(scope="session")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Planned:
    """A casebook with visits; tests that change it work on a copy."""
    return planned_book(tmp_path_factory.mktemp("planned"))
