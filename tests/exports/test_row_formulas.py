"""Formulas of a template are copied and kept right by the cells that they name."""

from __future__ import annotations

import pytest

from exports.ranges import Growth
from exports.row_formulas import adjusted, copied, shifted, touches

# Data area 6 to 25 of 名单, filled to row 45; columns A to Z are the data's.
GROWTHS = {"名单": Growth(6, 25, 45, 26), "名单 '2'": Growth(2, 2, 3)}


@pytest.mark.parametrize(
    ("formula", "wanted"),
    [
        ("SUM(F6:F25)", "SUM(F6:F45)"),
        ("SUM(名单!F$6:F$25)/$F$26", "SUM(名单!F$6:F$45)/$F$46"),
        ("COUNTA('名单 ''2'''!A2:A2)", "COUNTA('名单 ''2'''!A2:A3)"),
        ("SUM(F7:F25)+F6+F25", "SUM(F7:F45)+F6+F25"),
        ("SUM(F7:F24)", "SUM(F7:F24)"),
        ("VLOOKUP(A30,$AB$6:$AC$25,2,0)", "VLOOKUP(A50,$AB$6:$AC$25,2,0)"),
        ("F1:F5,F1:F30,A26:B27", "F1:F5,F1:F50,A46:B47"),
        ("SUM($6:$25)+ROWS(26:27)+COLUMNS(F:G)", "SUM($6:$45)+ROWS(46:47)+COLUMNS(F:G)"),
        ('"F26"&INDIRECT("F26")&F26', '"F26"&INDIRECT("F26")&F46'),
        ("LOG10(A26)+ATAN2(A26,1)+税A26+A26_x+A26.b", "LOG10(A46)+ATAN2(A46,1)+税A26+A26_x+A26.b"),
        ("[1]名单!A26+'[2]名单'!A26+别的!A26", "[1]名单!A26+'[2]名单'!A26+别的!A26"),
        ("表1[[#This Row],[A26]]+表1['[A26]+A26", "表1[[#This Row],[A26]]+表1['[A26]+A46"),
        ("IF(#REF!=0,1E6,A1048576)+XFE26+A26#", "IF(#REF!=0,1E6,A1048576)+XFE26+A46#"),
        ("SUM(Sheet1:名单!A26)", "SUM(Sheet1:名单!A26)"),
    ],
)
def test_a_formula_that_stays_means_the_same_cells(formula: str, wanted: str) -> None:
    assert adjusted(formula, "名单", GROWTHS) == wanted
    assert adjusted(wanted.replace("名单!", "").replace("名单 ", ""), "另一张", GROWTHS) == wanted.replace(
        "名单!", ""
    ).replace("名单 ", "")


def test_a_formula_of_a_range_counts_from_its_first_cell() -> None:
    assert adjusted("SUM($F6:$J6)>$F$26", "名单", GROWTHS, anchored=True) == "SUM($F6:$J6)>$F$46"
    assert adjusted("COUNTIF($C$6:$C$25,C6)", "名单", GROWTHS, anchored=True) == "COUNTIF($C$6:$C$45,C6)"


@pytest.mark.parametrize(
    ("formula", "wanted"),
    [
        ("ROUND(F6*$B$2,2)", "ROUND(F10*$B$2,2)"),
        ("RANK(F6,F$6:F$25)", "RANK(F10,F$6:F$45)"),
        ("A5+1", "A9+1"),
        ("SUM(F$6:F6)", "SUM(F$6:F10)"),
        ("F6/F$26", "F10/F$46"),
        ("SUM(F6:J6)+代码!B6", "SUM(F10:J10)+代码!B10"),
    ],
)
def test_a_copy_goes_along_with_its_row(formula: str, wanted: str) -> None:
    assert copied(formula, 4, "名单", GROWTHS) == wanted


def test_a_copy_may_lead_out_of_the_sheet() -> None:
    assert shifted("A1+B$1+$C2:D5", -1, -1) == "#REF!+A$1+$C1:C4"
    assert shifted("A1+C:$D", 0, -1) == "#REF!+B:$D"


def test_what_a_result_may_hang_on() -> None:
    hanging = ("F6", "SUM(F:F)", "名单!F30", "表1[列]", "全部费用*2", "SUM(F1:F9)", "'名单 ''2'''!A2")
    assert all(touches(one, "名单", GROWTHS, {"全部费用"}) for one in hanging)
    assert not any(
        touches(one, "名单", GROWTHS, {"全部费用"}) for one in ("F5", "TODAY()", "别的!F6", '"F6"', "[1]名单!F6")
    )
