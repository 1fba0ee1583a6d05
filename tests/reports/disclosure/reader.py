"""Readers of a published table who try to work out what it hides, and tables for them.

Nothing here uses the module's own bounds: the first reader is written from the rules again, as plainly as can be; the
second owns the module and runs it backwards.
"""

from collections import defaultdict
from math import inf

from reports.disclosure import cell, one_category, protect, rates


def line(*parts):
    """One line: its parts p0, p1, ... and their total."""
    values = {f"p{place}": n for place, n in enumerate(parts)}
    return values | {"total": sum(parts)}, [("total", list(values))]


def grid(rows):
    """Rows and columns with both totals; keys are "r0|c1", "r0|all", "all|c1", "all|all"."""
    values = {(f"r{i}", f"c{j}"): n for i, row in enumerate(rows) for j, n in enumerate(row)}
    down, across = [f"r{i}" for i in range(len(rows))], [f"c{j}" for j in range(len(rows[0]))]
    lines = [((r, "all"), [(r, c) for c in across]) for r in down]
    lines += [(("all", c), [(r, c) for r in down]) for c in across]
    lines += [(("all", "all"), [(r, "all") for r in down]), (("all", "all"), [("all", c) for c in across])]
    for total, parts in lines:
        values[total] = sum(values[part] for part in parts)
    names = {key: "|".join(key) for key in values}
    return {names[key]: n for key, n in values.items()}, [(names[t], [names[p] for p in parts]) for t, parts in lines]


def is_small(n):
    return 1 <= n <= 7


def box(n, hidden):
    if hidden:
        return (8, inf)
    if n == 0:
        return (0, 0)
    if is_small(n):
        return (1, 7)
    return (max(8, cell(n) - 2), cell(n) + 2)


def bounds(values, lines, secondary, known=None):
    """What a reader knows of each count who is told which stars are secondary (and `known`, key -> box, besides)."""
    boxes = {key: box(n, key in secondary) for key, n in values.items()} | (known or {})
    while True:
        before = dict(boxes)
        for total, parts in lines:
            for key in (total, *parts):
                rest = [boxes[part] for part in parts if part != key]
                least, most = sum(low for low, _ in rest), sum(high for _, high in rest)
                low, high = boxes[key]
                if key == total:
                    boxes[key] = (max(low, least), min(high, most))
                else:
                    over, under = boxes[total]
                    boxes[key] = (max(low, over - most), min(high, under - least))
        if boxes == before:
            return boxes


def weak(values, lines, secondary, known=None):
    """The small counts that this reader has narrowed to fewer than three values."""
    found = bounds(values, lines, secondary, known)
    return {key: found[key] for key, n in values.items() if is_small(n) and found[key][1] - found[key][0] < 2}


def plain_protect(values, lines):
    """The secondary stars by the letter of the rule, everything worked out anew at each step."""
    secondary = set()
    totals = {total for total, _ in lines}
    while weak(values, lines, secondary):
        free = [key for key, n in values.items() if n >= 8 and key not in secondary]
        if not free:
            break

        def order(key):
            return len(weak(values, lines, secondary | {key})), key in totals, values[key], str(key)

        secondary.add(min(free, key=order))
    for _ in lines:
        secondary |= {part for total, parts in lines if total in secondary for part in parts if values[part] >= 8}
    for _ in lines:
        for key in sorted(secondary, key=lambda key: (-values[key], str(key))):
            in_hidden_line = any(total in secondary and key in parts for total, parts in lines)
            if not in_hidden_line and weak(values, lines, secondary - {key}) == weak(values, lines, secondary):
                secondary.remove(key)
    return secondary


def invert(tables, *, by_category=False):
    """Publish every table, rates and all, and read it back: published -> the true tables that give just this.

    `by_category`: a group that is all in one category is published as its total alone, as the rule says.
    """
    found = defaultdict(list)
    for values, lines in tables:
        if by_category and one_category([values[part] for part in lines[0][1]]):
            seen = ("total", cell(values["total"]))
        else:
            published, secondary = protect(values, lines)
            shown = [tuple(answer.values()) for answer in rates(values, lines, secondary)]
            seen = (*published.values(), *shown)
        found[seen].append(tuple(values.values()))
    return found


def worked_out(found):
    """The cells of published tables that hold a small count somewhere and have fewer than three possible values."""
    return [
        (seen, place, sorted({true[place] for true in tables}))
        for seen, tables in found.items()
        for place in range(len(tables[0]))
        if any(is_small(true[place]) for true in tables) and len({true[place] for true in tables}) < 3
    ]
