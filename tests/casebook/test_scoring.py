"""Scores of a cross-check against the truth: pairs counted as pairs, kinds by their plain names."""

from __future__ import annotations

from pathlib import Path

from casebook.sample.scoring import (
    KindScore,
    Link,
    TruthRow,
    read_links,
    read_truth,
    score_kinds,
    score_links,
)

TRUTH = [
    TruthRow(4, 10, ("id_typo1@reg",)),
    TruthRow(5, 11, ()),
    TruthRow(6, 12, ("dup@reg",)),
    TruthRow(7, 12, ("dup@reg", "id_blank@reg")),
    TruthRow(8, None, ("missing_in_roster",)),
    TruthRow(None, 13, ("missing_in_registry",)),
    TruthRow(None, 14, ("out_of_scope",)),
]
ALL: list[Link] = [
    (4, 10, "auto", ("id_typo1",)),
    (5, 11, "auto", ()),
    (6, 12, "auto", ("dup",)),
    (7, 12, "review", ("dup", "id_blank")),
    (8, None, "auto", ("missing_in_roster",)),
    (None, 13, "auto", ("missing_in_registry",)),
]


def test_finding_everything_scores_one() -> None:
    score = score_links(ALL, TRUTH)
    assert (score.pairs, score.found, score.right) == (4, 4, 4)
    assert (score.f1, score.precision, score.recall) == (1.0, 1.0, 1.0)
    assert (score.wrong_auto, score.review) == (0, 1)
    assert all(kind.found == kind.planted and kind.false == 0 for kind in score_kinds(ALL, TRUTH))


def test_a_person_listed_twice_is_two_pairs() -> None:
    missed = [link for link in ALL if link[0] != 7]
    score = score_links(missed, TRUTH)
    assert score.recall == 3 / 4
    assert score.precision == 1.0
    assert score.f1 == 2 * 3 / (3 + 4)


def test_wrong_links_count_by_their_state() -> None:
    links: list[Link] = [*ALL, (5, 13, "auto", ()), (8, 14, "review", ())]
    score = score_links(links, TRUTH)
    assert (score.right, score.found, score.wrong_auto, score.review) == (4, 6, 1, 2)
    assert score.precision == 4 / 6


def test_a_link_given_twice_counts_once() -> None:
    assert score_links([*ALL, *ALL], TRUTH).found == 4


def test_nothing_found_and_nothing_planted() -> None:
    assert score_links([], TRUTH).f1 == 0.0
    assert score_links([], []).f1 == 1.0


def test_kinds_are_compared_without_their_side() -> None:
    links: list[Link] = [(4, 10, "auto", ("id_typo1@ros", "name_other"))]
    scores = {score.kind: score for score in score_kinds(links, TRUTH)}
    assert scores["id_typo1"] == KindScore("id_typo1", planted=1, found=1, false=0)
    assert scores["name_other"] == KindScore("name_other", planted=0, found=0, false=1)
    assert scores["dup"] == KindScore("dup", planted=2, found=0, false=0)
    assert "out_of_scope" not in scores


def test_kinds_on_a_link_of_two_people_are_false() -> None:
    scores = {score.kind: score for score in score_kinds([(5, 13, "auto", ("id_valid_other",))], TRUTH)}
    assert scores["id_valid_other"].false == 1


def test_what_follows_from_a_planted_kind_is_not_false() -> None:
    truth = [TruthRow(4, 10, ("hh_split",)), TruthRow(9, None, ("deceased",))]
    links: list[Link] = [
        (4, 10, "auto", ("hh_split", "relation_typo", "hh_size")),
        (9, None, "auto", ("missing_in_roster",)),
    ]
    scores = {score.kind: score for score in score_kinds(links, truth)}
    assert scores["hh_split"].found == 1
    assert scores["deceased"] == KindScore("deceased", planted=1, found=0, false=0)
    assert not any(score.false for score in scores.values())


def test_files_are_read_back(tmp_path: Path) -> None:
    truth, links = tmp_path / "truth.csv", tmp_path / "links.csv"
    truth.write_text(
        "registry_row,roster_row,kinds,tags,uid,hid\n4,10,id_typo1@reg;hh_size,twin,1,1\n,13,missing_in_registry,,2,1\n",
        encoding="utf-8",
    )
    links.write_text(
        "registry_row,roster_row,score,state,kinds\n4,10,12.5,auto,id_typo1;hh_size\n,13,,auto,missing_in_registry\n",
        encoding="utf-8",
    )
    assert read_truth(truth)[0] == TruthRow(4, 10, ("id_typo1@reg", "hh_size"), ("twin",), "1", "1")
    assert read_links(links) == [
        (4, 10, "auto", ("id_typo1", "hh_size")),
        (None, 13, "auto", ("missing_in_registry",)),
    ]
    assert score_links(read_links(links), read_truth(truth)).f1 == 1.0


def test_the_sample_truth_is_read(shared: Path) -> None:
    truth = read_truth(shared / "samples" / "county-a" / "truth.csv")
    perfect: list[Link] = [(row.registry_row, row.roster_row, "auto", row.kinds) for row in truth]
    assert score_links(perfect, truth).f1 == 1.0
    assert score_links(perfect, truth).pairs == 3428
    assert all(score.found == score.planted and score.false == 0 for score in score_kinds(perfect, truth))
