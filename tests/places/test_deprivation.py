import pytest
from hypothesis import given
from hypothesis import strategies as st

from places.deprivation import AREAS_IN_ENGLAND, decile, worst_fifth


@pytest.mark.parametrize("edition", [2025, 2019])
def test_decile_is_the_published_one_on_every_row(bundled, edition):
    rows = bundled(f"imd_{edition}.csv.gz")[1:]
    assert len(rows) == AREAS_IN_ENGLAND[edition]
    assert [row for row in rows if decile(int(row[2]), AREAS_IN_ENGLAND[edition]) != int(row[3])] == []


@pytest.mark.parametrize(
    ("rank", "edition", "expected"),
    [
        (1, 2025, 1),
        (3375, 2025, 1),
        (3376, 2025, 2),
        (6751, 2025, 2),
        (6752, 2025, 3),
        (33_755, 2025, 10),
        (6568, 2019, 2),
        (6569, 2019, 3),
        (32_844, 2019, 10),
    ],
)
def test_decile_at_its_edges(rank, edition, expected):
    assert decile(rank, AREAS_IN_ENGLAND[edition]) == expected


@pytest.mark.parametrize("rank", [0, -1, 33_756])
def test_a_rank_outside_the_edition_is_refused(rank):
    with pytest.raises(ValueError, match=f"Rank {rank} is not between 1 and 33755."):
        decile(rank, 33_755)


@given(st.integers(1, 40_000).flatmap(lambda areas: st.tuples(st.integers(1, areas), st.just(areas))))
def test_decile_rises_with_rank_from_one_to_ten(rank_of):
    rank, areas = rank_of
    assert 1 <= decile(rank, areas) <= 10
    assert decile(areas, areas) == 10
    assert decile(max(1, rank - 1), areas) <= decile(rank, areas)


def test_worst_fifth_is_the_lowest_ranks():
    assert worst_fifth({"a": 50, "b": 10, "c": 40, "d": 20, "e": 30}) == {"b"}
    assert worst_fifth({"a": 1, "b": 2, "c": 3, "d": 4}) == set()
    assert worst_fifth({}) == set()


def test_areas_that_share_a_rank_are_in_or_out_together():
    assert worst_fifth({"a": 7, "b": 7, "c": 8, "d": 9, "e": 10}) == {"a", "b"}


@given(st.sets(st.integers(1, 30_000), max_size=300))
def test_worst_fifth_is_cut_as_deciles_one_and_two_are(ranks):
    codes = {f"area {rank}": rank for rank in ranks}
    place = {rank: number for number, rank in enumerate(sorted(ranks), 1)}
    assert worst_fifth(codes) == {code for code, rank in codes.items() if decile(place[rank], len(ranks)) <= 2}
