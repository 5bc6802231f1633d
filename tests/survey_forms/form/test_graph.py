"""Who is to be worked out again when something changes."""

from __future__ import annotations

from survey_forms.form.definition import FormDefinition
from tests.survey_forms.forms import form


def reads(definition: FormDefinition, path: str) -> set[tuple[str, str, int, str]]:
    """(path, attribute, levels up, way down) of the rules that read a path."""
    rules = definition.graph.rules
    return {
        (rules[read.rule].path, rules[read.rule].attribute, read.up, "/".join(read.names))
        for read in definition.graph.readers.get(path, ())
    }


def test_a_change_in_an_instance_stays_in_it() -> None:
    definition = form("""
        member repeat 成员
          sex text 性别
          ill repeat 病
            code text 病种 relevant={${sex} = '1'}
            fee int 费用
          total calc calculate={sum(../ill/fee)}
        town text 乡镇
        name text 名 relevant={${town} = '1'}
        """)
    assert reads(definition, "/data/member/sex") == {("/data/member/ill/code", "relevant", 1, "ill/code")}
    assert reads(definition, "/data/member/ill/fee") == {("/data/member/total", "calculate", 2, "total")}
    assert reads(definition, "/data/town") == {("/data/name", "relevant", 1, "name")}


def test_who_picks_by_a_condition_may_read_any_instance() -> None:
    definition = form("""
        member repeat 成员
          name text 姓名
          first calc calculate={/data/member[position() = 1]/name}
          before calc calculate={indexed-repeat(${name}, ${member}, position(..) - 1)}
          village select1 村 from={instance('list')/root/item[town = current()/../name]}
        """, lists={"list": []})
    assert {(path, up) for path, _attribute, up, _names in reads(definition, "/data/member/name")} == {
        ("/data/member/first", 2),
        ("/data/member/before", 2),
        ("/data/member/village", 1),  # the condition is on the list, not on the member
    }


def test_calculations_stand_in_their_order() -> None:
    definition = form("""
        c calc calculate={${b} + 1}
        b calc calculate={${a} + 1}
        a int 数 relevant={${d} = 1}
        d int 丁
        """)
    order = [(rule.path, rule.attribute) for rule in definition.graph.rules]
    assert order == [("/data/a", "relevant"), ("/data/b", "calculate"), ("/data/c", "calculate")]
    assert not any(rule.cycle or rule.kept for rule in definition.graph.rules)


def test_what_asks_the_clock_or_may_be_overwritten_is_kept() -> None:
    definition = form("""
        a calc calculate={today()}
        b calc calculate={once('x')}
        c text 丙 calculate={${a}}
        d text 丁 calculate={${a}} readonly={true()}
        e calc calculate={${a}}
        """)
    assert [rule.path for rule in definition.graph.rules if rule.kept] == ["/data/a", "/data/b", "/data/c"]
