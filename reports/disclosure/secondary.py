"""Which stars to add to a table so that no small count can be worked out: secondary suppression.

Until every small count keeps three possible values, one more star; then the needless ones come off again.
"""

from typing import Final

from .bounds import Key, Table

PATIENCE: Final = 100_000  # lines worked out before a table in which all leans on all is starred wholesale


def hide(table: Table[Key]) -> set[Key]:
    """The keys to star beside the small ones, as far as there is anything to star."""
    free = {key for key, n in enumerate(table.true) if n > table.threshold}
    _star_until_safe(table, free)
    _star_lines_of_hidden_totals(table, free)
    _show_what_need_not_be_hidden(table)
    return {table.names[key] for key in table.hidden}


def _star_until_safe(table: Table[Key], free: set[int]) -> None:
    """One star at a time: where fewest stay weak; parts before totals; then the smallest; then key order.

    What a star would gain is remembered until one that was set may have moved something on the same lines.
    """
    totals = {line[0] for line in table.lines}
    gains: dict[int, tuple[int, set[int]]] = {}
    patience = PATIENCE
    while table.weak and free and patience > 0:
        for key in free - gains.keys():
            gains[key] = _gain(table, key)
            patience -= len(gains[key][1])
        best = min(free, key=lambda key: (-gains[key][0], key in totals, table.true[key], key))
        moved = _star(table, {best}, free)
        gains = {key: gain for key, gain in gains.items() if key in free and moved.isdisjoint(gain[1])}
    if table.weak:
        _star(table, set(free), free)


def _gain(table: Table[Key], key: int) -> tuple[int, set[int]]:
    """How many small counts a star here would free, and the lines that bear on it."""
    weak = len(table.weak)
    moved = table.change({key: table.hidden_box})
    gain = weak - len(table.weak)
    table.undo()
    return gain, moved


def _star(table: Table[Key], keys: set[int], free: set[int]) -> set[int]:
    table.hidden |= keys
    free -= keys
    return table.change(dict.fromkeys(keys, table.hidden_box))


def _star_lines_of_hidden_totals(table: Table[Key], free: set[int]) -> None:
    """A total that is starred takes all parts of its line with it, and theirs where these are totals too."""
    while more := {key for key in free if table.in_hidden_line(key)}:
        _star(table, more, free)


def _show_what_need_not_be_hidden(table: Table[Key]) -> None:
    """Take needless stars off, largest first; not from the parts of a line whose total stays starred."""
    untried = set(table.hidden)
    while ready := [key for key in untried if not table.in_hidden_line(key)]:
        key = min(ready, key=lambda key: (-table.true[key], key))
        untried.discard(key)
        if table.keeps_safe({key: table.shown_box(key)}):
            table.hidden.discard(key)
