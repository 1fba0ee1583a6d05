"""Tables whose totals are published beside their parts: counts, rates and pounds. The rules are those of the package."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from functools import partial

from .bounds import Box, Key, Line, Table
from .figures import BASE, LEAST_FOR_RATE, STAR, THRESHOLD, Star, cell, check_count, check_settings, exact_pounds, rate
from .secondary import hide

Told = tuple[Line[Key], dict[Key, int | Star]]


def protect(
    values: Mapping[Key, int],
    lines: Iterable[Line[Key]],
    *,
    threshold: int = THRESHOLD,
    base: int = BASE,
) -> tuple[dict[Key, int | Star], set[Key]]:
    """A table as published, and which of its stars are secondary: for the next functions, never for the reader.

    `values` are the true counts of people, parts and totals; each of `lines` is a total and the parts that add up to
    it: rows, columns, trusts to system, quarters to year. Where all people of a group are in one category
    (`one_category`) the caller leaves the parts out. ValueError where a line does not add up or names an unknown key.
    """
    check_settings(threshold, base)
    lines = _check_lines(values, lines)
    secondary: set[Key] = set()
    for group in _connected(lines):
        secondary |= hide(Table(_counts_on(group, values), group, threshold, base))
    published = {key: cell(n, threshold=threshold, base=base) for key, n in values.items()}
    return published | dict.fromkeys(secondary, STAR), secondary


def exposed(
    values: Mapping[Key, int],
    lines: Iterable[Line[Key]],
    secondary: Collection[Key],
    *,
    threshold: int = THRESHOLD,
    base: int = BASE,
) -> set[Key]:
    """The small counts that keep fewer than three possible values although all that can be starred is.

    Six people in six months: six stars in a total of at most 7 can only be 1 or 2 each. No star is left to add; the
    caller pools the line over a longer period or into fewer categories. A line of up to five parts that shares nothing
    with another is never exposed. ValueError as `protect`.
    """
    check_settings(threshold, base)
    lines = _check_lines(values, lines)
    _check_secondary(values, secondary, threshold)
    table = Table(values, lines, threshold, base, secondary)
    return {table.names[key] for key in table.weak}


def rates(
    values: Mapping[Key, int],
    lines: Iterable[Line[Key]],
    secondary: Collection[Key],
    *,
    threshold: int = THRESHOLD,
    base: int = BASE,
    least: int = LEAST_FOR_RATE,
) -> list[dict[Key, int | Star]]:
    """Each line's parts as a percentage of its total, in the order of `lines`; `secondary` as `protect` gave it.

    Every rate of a line with a star is a star. So are those of a line without one where they would narrow what the
    reader knows so far that a small count on another line keeps fewer than three possible values. ValueError as
    `protect`.
    """
    check_settings(threshold, base)
    lines = _check_lines(values, lines)
    _check_secondary(values, secondary, threshold)
    hidden = set(secondary)
    table = Table(values, lines, threshold, base, hidden)
    answers = []
    told: list[Told[Key]] = []
    for total, parts in lines:
        shown: dict[Key, int | Star] = dict.fromkeys(parts, STAR)
        if not any(key in hidden or 0 < values[key] <= threshold for key in (total, *parts)):
            true = {p: rate(values[p], values[total], threshold=threshold, base=base, least=least) for p in parts}
            told.append(((total, parts), true))
            follows = partial(_boxes_by_rates, table, told, least)
            if table.keeps_safe(follows({table.number[total]}), follows):
                shown |= true
            else:
                told.pop()
        answers.append(shown)
    return answers


def pounds_table(
    amounts: Mapping[Key, Decimal | int],
    published: Mapping[Key, int | Star],
    lines: Iterable[Line[Key]],
) -> dict[Key, Decimal | Star]:
    """Pounds that derive from people, starred where the people are; `published` is `protect`'s first answer for them.

    Pounds are exact, so one star on a line is the total less the others: the smallest other amount above nought goes
    with it, parts before the total, until each line has no star or at least two. ValueError where an amount is no exact
    number or has no count of people beside it, or a line names an unknown key.
    """
    exact = {key: exact_pounds(amount) for key, amount in amounts.items()}
    if unknown := [str(key) for key in exact if key not in published]:
        raise ValueError(f"Pounds without a count of people: {', '.join(unknown)}.")
    stars = {key for key in exact if published[key] == STAR}
    lines = _known_lines(exact, lines)
    totals = {total for total, _ in lines}
    named = [{total, *parts} for total, parts in lines if parts]
    while line := next((line for line in named if len(stars & line) == 1), None):
        stars.add(min(line - stars, key=lambda key: (exact[key] == 0, key in totals, abs(exact[key]), str(key))))
    return {key: STAR if key in stars else amount for key, amount in exact.items()}


def releasable(
    subset: Mapping[Key, int],
    everything: Mapping[Key, int],
    lines: Iterable[Line[Key]],
    *,
    threshold: int = THRESHOLD,
    base: int = BASE,
) -> bool:
    """Whether a table of some of the people may be published beside the same table of all of them.

    Not where it, or the people left out of it, hold a small count that the whole shows; nor where the three tables
    (all, these, the rest), each protected by itself, leave a small count fewer than three possible values together.
    27 of 30 is refused: the other 3 would be known by subtraction. A key missing from `subset` counts nobody.
    ValueError where `subset` has a key or a count that `everything` has not, or a line does not add up.
    """
    lines = _check_lines(everything, lines)
    if unknown := [str(key) for key in subset if key not in everything]:
        raise ValueError(f"Not in the whole table: {', '.join(unknown)}.")
    these = {key: subset.get(key, 0) for key in everything}
    rest = {key: n - these[key] for key, n in everything.items()}
    values: dict[tuple[str, Key], int] = {}
    joint: list[Line[tuple[str, Key]]] = [(("all", key), [("these", key), ("rest", key)]) for key in everything]
    starred: set[tuple[str, Key]] = set()
    secondary: set[tuple[str, Key]] = set()
    for name, table in (("all", everything), ("these", these), ("rest", rest)):
        published, hidden = protect(table, lines, threshold=threshold, base=base)
        values |= {(name, key): n for key, n in table.items()}
        joint += [((name, total), [(name, part) for part in parts]) for total, parts in lines]
        starred |= {(name, key) for key, shown in published.items() if shown == STAR}
        secondary |= {(name, key) for key in hidden}
    for key in everything:
        if ("all", key) not in starred and any(0 < table[key] <= threshold for table in (these, rest)):
            return False
    return not exposed(values, joint, secondary, threshold=threshold, base=base)


def _boxes_by_rates(table: Table[Key], told: Sequence[Told[Key]], least: int, moved: set[int]) -> dict[int, Box]:
    """The boxes that the rates told so far make narrower, on the lines of keys that have moved."""
    boxes: dict[int, Box] = {}
    for (total, parts), shown in told:
        if not moved.isdisjoint(table.number[key] for key in (total, *parts)):
            found = _boxes_by_rate(table, (total, parts), shown, least)
            boxes |= {key: box for key, box in found.items() if box != table.now[key]}
    return boxes


def _boxes_by_rate(table: Table[Key], line: Line[Key], shown: Mapping[Key, int | Star], least: int) -> dict[int, Box]:
    """What the rates of a line leave of its boxes: the counts that would have been published with just these rates."""
    total, parts = table.number[line[0]], [table.number[part] for part in line[1]]
    fits: dict[int, list[list[int]]] = {}
    whole = table.now[total]
    for n in range(whole.low, whole.high + 1):
        found = [_counts_at_rate(table, part, n, shown[table.names[part]], least) for part in parts]
        if all(found):
            fits[n] = found
    boxes = {total: Box(min(fits), max(fits))}
    for place, part in enumerate(parts):
        counts = [count for found in fits.values() for count in found[place]]
        boxes[part] = Box(min(counts), max(counts))
    return boxes


def _counts_at_rate(table: Table[Key], part: int, whole: int, shown: int | Star, least: int) -> list[int]:
    box = table.now[part]
    settings = {"threshold": table.threshold, "base": table.base, "least": least}
    return [n for n in range(box.low, min(box.high, whole) + 1) if rate(n, whole, **settings) == shown]


def _connected(lines: Sequence[Line[Key]]) -> list[list[Line[Key]]]:
    """The lines in groups that share no key: no star in one group tells anything of another."""
    groups: list[tuple[set[Key], list[Line[Key]]]] = []
    for line in lines:
        keys, joined, apart = {line[0], *line[1]}, [line], []
        for group in groups:
            if keys.isdisjoint(group[0]):
                apart.append(group)
            else:
                keys |= group[0]
                joined = group[1] + joined
        groups = [*apart, (keys, joined)]
    return [joined for _, joined in groups]


def _counts_on(lines: Sequence[Line[Key]], values: Mapping[Key, int]) -> dict[Key, int]:
    return {key: values[key] for total, parts in lines for key in (total, *parts)}


def _check_lines(values: Mapping[Key, int], lines: Iterable[Line[Key]]) -> list[Line[Key]]:
    for n in values.values():
        check_count(n)
    checked = _known_lines(values, lines)
    for total, parts in checked:
        if values[total] != sum(values[part] for part in parts):
            raise ValueError(f"The parts of {total} do not add up to it.")
    return checked


def _known_lines(values: Collection[Key], lines: Iterable[Line[Key]]) -> list[Line[Key]]:
    checked: list[Line[Key]] = [(total, list(parts)) for total, parts in lines]
    for total, parts in checked:
        if unknown := [str(key) for key in (total, *parts) if key not in values]:
            raise ValueError(f"The line of {total} names what is not in the table: {', '.join(unknown)}.")
        if len({total, *parts}) <= len(parts):
            raise ValueError(f"The line of {total} names something twice.")
    return checked


def _check_secondary(values: Mapping[Key, int], secondary: Collection[Key], threshold: int) -> None:
    if wrong := [str(key) for key in secondary if values.get(key, 0) <= threshold]:
        raise ValueError(f"Not starred as a secondary: {', '.join(wrong)}.")
