"""The arithmetic of the Index of Multiple Deprivation: no Django, no database. Rank 1 is the most deprived."""

from collections.abc import Mapping

# Small areas (LSOAs) of England in each edition, as published by MHCLG.
AREAS_IN_ENGLAND = {2025: 33_755, 2019: 32_844}


def decile(rank: int, areas: int) -> int:
    """The tenth, 1 the most deprived, in which `rank` of `areas` falls: as MHCLG cuts it, ceil(rank * 10 / areas)."""
    if not 1 <= rank <= areas:
        raise ValueError(f"Rank {rank} is not between 1 and {areas}.")
    return -(-rank * 10 // areas)


def worst_fifth(ranks: Mapping[str, int]) -> set[str]:
    """The codes in the most deprived fifth of these areas by their national rank, cut as deciles 1 and 2 are.

    Areas that share a rank are in or out together: their place is the first that any of them takes.
    """
    ordered = sorted(ranks, key=ranks.__getitem__)
    chosen: set[str] = set()
    place, previous = 0, None
    for position, code in enumerate(ordered, 1):
        if ranks[code] != previous:
            place, previous = position, ranks[code]
        if place * 5 <= len(ordered):
            chosen.add(code)
    return chosen
