"""What a reader of a published table could work out: the lowest and the highest that each true count can be.

The reader is taken to know the rules, every line of the table, and which stars are primary: more than is published.
"""

from collections import deque
from collections.abc import Callable, Collection, Hashable, Iterable, Mapping, Sequence
from typing import Final, Generic, NamedTuple, TypeVar

from .figures import LEAST_POSSIBLE, rounded

Key = TypeVar("Key", bound=Hashable)
Line = tuple[Key, Sequence[Key]]

FAR: Final = 10**15  # above any count of people: "no upper limit"


class Box(NamedTuple):
    """The lowest and the highest that a true count can be."""

    low: int
    high: int


class Table(Generic[Key]):
    """The tightest box that the published figures allow for each true count, while stars come and go.

    Keys are numbered in key order. Each key remembers which lines tightened it (`causes`), so that a change works out
    again what leans on it and nothing else; `trail` holds what the last change overwrote.
    """

    def __init__(
        self,
        values: Mapping[Key, int],
        lines: Sequence[Line[Key]],
        threshold: int,
        base: int,
        secondary: Collection[Key] = (),
    ) -> None:
        self.threshold, self.base = threshold, base
        self.names = sorted(values, key=str)
        self.number = {name: number for number, name in enumerate(self.names)}
        self.true = [values[name] for name in self.names]
        self.small = [0 < n <= threshold for n in self.true]
        self.hidden = {self.number[name] for name in secondary}
        self.lines = [[self.number[name] for name in (total, *parts)] for total, parts in lines]
        self.lines_of: list[list[int]] = [[] for _ in self.names]
        for number, line in enumerate(self.lines):
            for key in line:
                self.lines_of[key].append(number)
        self.hidden_box = Box(threshold + 1, FAR)
        self.boxes = [self.hidden_box if key in self.hidden else self.shown_box(key) for key in range(len(self.names))]
        self.now = list(self.boxes)
        self.causes: list[frozenset[int]] = [frozenset()] * len(self.names)
        self.trail: list[tuple[int, Box, Box, frozenset[int]]] = []
        self.weak: set[int] = set()  # the small counts that are left with fewer than three possible values
        self._settle(range(len(self.lines)))

    def shown_box(self, key: int) -> Box:
        """What the primary rule alone says of a true count."""
        if self.true[key] == 0:
            return Box(0, 0)
        if self.small[key]:
            return Box(1, self.threshold)
        low = rounded(self.true[key], self.base) - self.base // 2
        return Box(max(self.threshold + 1, low), low + self.base - 1)

    def in_hidden_line(self, key: int) -> bool:
        """Whether the key is a part of a line whose total is starred as a secondary."""
        totals = {self.lines[line][0] for line in self.lines_of[key]}
        return not self.hidden.isdisjoint(totals - {key})

    def change(self, boxes: Mapping[int, Box]) -> set[int]:
        """Give some keys another box; the lines of all that leans on them. `undo` takes it back.

        A wider box moves nothing on any other line.
        """
        self.trail = []
        return self._change(boxes)

    def _change(self, boxes: Mapping[int, Box]) -> set[int]:
        leaning = self._leaning_on(boxes)
        for key in leaning:
            self._put(key, boxes.get(key, self.boxes[key]), frozenset())
            self.boxes[key] = self.now[key]
        lines = {line for key in leaning for line in self.lines_of[key]}
        self._settle(lines)
        return lines

    def undo(self) -> None:
        """Take the last change back."""
        for key, box, now, causes in reversed(self.trail):
            self._put(key, now, causes, remember=False)
            self.boxes[key] = box

    def keeps_safe(
        self, boxes: Mapping[int, Box], follows: Callable[[set[int]], Mapping[int, Box]] | None = None
    ) -> bool:
        """Narrow some boxes, unless that leaves a small count with fewer than three possible values.

        `follows` says which boxes are narrower once some keys have moved; it is asked until none is.
        """
        before = {key: self.now[key] for key in self.weak}
        self.trail = []
        while boxes:
            done, was = len(self.trail), self.boxes
            self._change({k: Box(max(was[k].low, b.low), min(was[k].high, b.high)) for k, b in boxes.items()})
            boxes = follows({key for key, *_ in self.trail[done:]}) if follows else {}
        safe = before == {key: self.now[key] for key in self.weak}
        if not safe:
            self.undo()
        return safe

    def _leaning_on(self, keys: Iterable[int]) -> set[int]:
        """The keys, and all whose present box was worked out from theirs, at whatever remove."""
        leaning = set(keys)
        waiting = list(leaning)
        while waiting:
            for line in self.lines_of[waiting.pop()]:
                more = [key for key in self.lines[line] if line in self.causes[key] and key not in leaning]
                leaning.update(more)
                waiting += more
        return leaning

    def _settle(self, lines: Iterable[int]) -> None:
        """Tighten line after line until nothing moves."""
        waiting = deque(lines)
        queued = set(waiting)
        while waiting:
            line = waiting.popleft()
            queued.discard(line)
            for key in self._tighten(line):
                fresh = [other for other in self.lines_of[key] if other not in queued]
                waiting.extend(fresh)
                queued.update(fresh)

    def _tighten(self, line: int) -> list[int]:
        """Hold one line's boxes against "total = sum of parts"; the keys whose box became smaller."""
        total, *parts = self.lines[line]
        now = self.now
        least = sum([now[part].low for part in parts])
        most = sum([now[part].high for part in parts])
        moved = []
        if least > now[total].low or most < now[total].high:
            moved.append(total)
            self._narrow(total, least, most, line)
        low, high = now[total]
        below = most - low  # how far any part can be under its highest
        above = high - least if high < FAR else FAR  # how far any part can be over its lowest
        slack = min(below, above)
        for part in parts:
            box = now[part]
            if box.high - box.low > slack:
                moved.append(part)
                self._narrow(part, box.high - below, box.low + above, line)
        return moved

    def _narrow(self, key: int, low: int, high: int, line: int) -> None:
        now = self.now[key]
        self._put(key, Box(max(now.low, low), min(now.high, high)), self.causes[key] | {line})

    def _put(self, key: int, now: Box, causes: frozenset[int], *, remember: bool = True) -> None:
        if remember:
            self.trail.append((key, self.boxes[key], self.now[key], self.causes[key]))
        self.now[key], self.causes[key] = now, causes
        if self.small[key]:
            (self.weak.add if now.high - now.low + 1 < LEAST_POSSIBLE else self.weak.discard)(key)
