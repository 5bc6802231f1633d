"""What the casebook keeps of a finding: all of it, and in no language."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from audit.check import cross_check
from audit.finding_json import finding_from_json, finding_to_json
from audit.findings import Finding
from audit.words import evidence_lines
from casebook.language import Language, use_language
from casebook.sample import invent_county, write_county
from casebook.tables.read import read_tables
from casebook.tables.table import Table


@pytest.fixture(autouse=True)
def chinese() -> object:
    yield
    use_language("zh")


@pytest.fixture(scope="module")
def lists(tmp_path_factory: pytest.TempPathFactory) -> tuple[Table, Table]:
    folder: Path = tmp_path_factory.mktemp("county")
    files = write_county(invent_county(900, errors=2), folder, registry_format="csv", roster_format="csv")
    roster, registry = read_tables([(files.roster, {}), (files.registry, {})])
    return roster, registry


def found(lists: tuple[Table, Table], language: Language) -> tuple[Finding, ...]:
    use_language(language)
    return cross_check(*lists).findings


def words(finding: Finding) -> tuple[str, ...]:
    told = (finding.sentence, finding.runner_up, finding.action)
    return *map(str, told), *evidence_lines(finding.lines)


def test_every_finding_comes_back_as_it_was(lists: tuple[Table, Table]) -> None:
    findings = found(lists, "zh")
    assert len({finding.kind for finding in findings}) > 25
    assert any(f.roster is None for f in findings) and any(f.registry is None for f in findings)
    assert any(f.runner_up for f in findings) and any(f.state == "review" for f in findings)
    stored = [json.dumps(finding_to_json(finding), ensure_ascii=False, sort_keys=True) for finding in findings]
    assert tuple(finding_from_json(json.loads(one)) for one in stored) == findings


def test_what_is_kept_and_read_depends_on_the_reader_alone(lists: tuple[Table, Table]) -> None:
    in_english, in_chinese = found(lists, "en"), found(lists, "zh")
    kept = [finding_to_json(finding) for finding in in_english]
    assert kept == [finding_to_json(finding) for finding in in_chinese]
    chinese = [words(finding_from_json(one)) for one in kept]
    use_language("en")
    english = [words(finding_from_json(one)) for one in kept]
    assert all(one[0].endswith("。") for one in chinese) and all(one[0].endswith(".") for one in english)
    # Sheet rows, numbers and names of villages aside, no Chinese is left.
    assert {one[2] for one in english}.isdisjoint({one[2] for one in chinese})
    assert not any("姓名" in line or "相同" in line for one in english for line in one[3:])


def test_empty_fields_take_no_room(lists: tuple[Table, Table]) -> None:
    alone = next(f for f in found(lists, "zh") if f.roster is None and f.score is None)
    kept = finding_to_json(alone)
    assert kept.keys().isdisjoint({"roster", "roster_rows", "score", "lines"})
    assert "registry" in kept and finding_from_json(kept).roster is None


def test_a_finding_without_its_kind_is_refused(lists: tuple[Table, Table]) -> None:
    kept = finding_to_json(found(lists, "zh")[0])
    del kept["kind"]
    with pytest.raises(KeyError):
        finding_from_json(kept)
