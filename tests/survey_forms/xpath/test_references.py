"""What an expression reads, for the graph of what depends on what."""

from __future__ import annotations

import pytest

from survey_forms.xpath.references import references, secondary_instances
from survey_forms.xpath.syntax import parse


@pytest.mark.parametrize(
    ("expression", "read"),
    [
        ("1 + 1", ""),
        ("../age > 18 and /data/head = 'x'", "/data/m/age /data/head"),
        (". >= 0", "/data/m/x"),
        ("../../n", "/data/n"),
        ("sum(/data/m/x) - ../y", "/data/m/x /data/m/y"),
        ("count(/data/m)", "/data/m"),
        ("position(..)", "/data/m"),
        ("/data/m[y = current()/../z]/x", "/data/m/y /data/m/z /data/m/x"),
        ("/data/m[position() < 3]/x", "/data/m/x"),
        ("instance('v')/root/item[name = ../../n]/label", ""),
        ("instance('v')/root/item[name = current()/../y]/label", "/data/m/y"),
        ("instance('v')/root/item[name = /data/n]/label", "/data/n"),
        ("/data/g/*", "/data/g/*"),
        ("/data/*/x", "//*"),
        ("//x", "//*"),
        ("/data/n/@id", "/data/n"),
        ("if(../a, ../b, ../c)", "/data/m/a /data/m/b /data/m/c"),
        ("today() - ../born", "now() /data/m/born"),
        ("concat(now(), uuid(), random())", "now() random()"),
        ("randomize(/data/n, ../seed)", "/data/n /data/m/seed"),
        ("indexed-repeat(/data/m/x, /data/m, position(..) - 1)", "/data/m/x /data/m"),
        ("jr:choice-name(../y, '/data/m/y')", "/data/m/y"),
        ("../../../../x", ""),
    ],
)
def test_generic_paths_that_are_read(expression: str, read: str) -> None:
    assert " ".join(references(parse(expression), "/data/m/x")) == read


def test_secondary_instances_that_are_named() -> None:
    expression = parse("instance('a')/root/item[x = instance('b')/root/y] + pulldata('c', 'd', 'e', ../f)")
    assert secondary_instances(expression) == ("a", "b", "c")
