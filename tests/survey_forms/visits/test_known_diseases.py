"""What the registry's cells say of illnesses."""

from __future__ import annotations

import pytest

from survey_forms.visits.known_diseases import diseases_of


@pytest.mark.parametrize(
    ("cells", "told"),
    [
        ({"disease": "高血压"}, [("", "高血压")]),
        ({"disease": "高血压、糖尿病，冠心病"}, [("", "高血压"), ("", "糖尿病"), ("", "冠心病")]),
        ({"disease": "高血压", "disease_2": "糖尿病", "disease_code_2": "E11"}, [("", "高血压"), ("E11", "糖尿病")]),
        ({"disease": "高血压、糖尿病", "disease_code": "I10、E11"}, [("I10", "高血压"), ("E11", "糖尿病")]),
        ({"disease": "高血压、糖尿病", "disease_code": "I10"}, [("", "高血压"), ("", "糖尿病")]),
        ({"disease_code": "C15"}, [("C15", "")]),
        ({"surveyed_disease": "胃癌", "disease": "胃炎"}, [("", "胃癌")]),
        ({"disease": "无"}, []),
        ({}, []),
    ],
)
def test_of_one_row(cells: dict[str, str], told: list[tuple[str, str]]) -> None:
    assert [(one.code, one.name) for one in diseases_of([cells])] == told


def test_of_several_rows_each_once() -> None:
    first = {"disease": "高血压", "diagnosed_date": "2015-03-01", "disease_class": "慢病"}
    found = diseases_of([first, {"disease": "糖尿病、高血压"}])
    assert [one.name for one in found] == ["高血压", "糖尿病"]
    assert (found[0].date, found[0].kind, found[1].date) == ("2015-03-01", "慢病", "")
