from __future__ import annotations

import dataclasses
import json

from audit.findings import CrossCheck, Finding
from exports.findings_json import findings_json


def test_it_is_plain_data_and_adds_up(result: CrossCheck) -> None:
    data = json.loads(json.dumps(findings_json(result), ensure_ascii=False))
    for side in ("roster", "registry"):
        assert data[side]["adds_up"] and sum(data[side]["states"].values()) == data[side]["rows"]
    assert data["roster"]["file"] == "花名册.xlsx" and len(data["roster"]["sha256"]) == 64
    assert data["registry"]["scope"] == "patients" and data["registry"]["scope_reason"] == "题名写明患者"
    assert data["links"] == {"auto": 8, "review": 4, "decided": 0, "total": 12}
    assert data["kinds"] == {"id_typo1": 4, "missing_in_registry": 4, "missing_in_roster": 4, "name_different": 4}
    assert sum(data["kinds"].values()) == len(data["findings"])
    assert data["version"]


def test_a_finding_has_every_field_and_sheet_rows_instead_of_indexes(result: CrossCheck) -> None:
    data = findings_json(result)
    first = data["findings"][0]
    assert set(first) == {field.name for field in dataclasses.fields(Finding)} - {"lines"} | {"evidence"}
    assert first["evidence"][0] == "姓名 相同 +11.8/+7.9" and first["action"].startswith("采用")
    assert first["roster_rows"] == [{"sheet": "名单", "row": 5}]
    assert first["roster"]["address"] == "F5" and first["roster"]["row"] == 5
    assert data["findings"][2]["roster"] is not None and data["findings"][2]["registry"] is None
