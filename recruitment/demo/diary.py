"""History in order: what is to happen is written in a diary, and each entry runs at its own pretended moment."""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from itertools import count
from random import Random

from audit.clock import LONDON, pretend
from audit.mover import Refused
from vacancies.working_days import add_working_days, is_working_day

Action = Callable[[], object]
FIRST_MINUTE, LAST_MINUTE = 9 * 60, 17 * 60
GAP = timedelta(minutes=10)


class Diary:
    """Entries by moment. What lies after `until` never happens: so the demo has things under way and things to come."""

    def __init__(self, *, until: datetime, random: Random) -> None:
        self.until = until
        self.random = random
        self.refused: Counter[str] = Counter()
        self._entries: list[tuple[datetime, int, Action]] = []
        self._order = count()
        self._moment: datetime | None = None  # of the entry that runs

    def at(self, moment: datetime, action: Action) -> None:
        """Let `action` happen at `moment`; entries of one moment keep their order."""
        heapq.heappush(self._entries, (moment, next(self._order), action))

    def on(self, day: date, action: Action) -> None:
        """Let `action` happen in office hours of `day`, or of the next working day; never before what led to it."""
        self.at(max(self.office_hours(day), self._moment + GAP) if self._moment else self.office_hours(day), action)

    def office_hours(self, day: date) -> datetime:
        while not is_working_day(day):
            day += timedelta(days=1)
        minutes = self.random.randint(FIRST_MINUTE, LAST_MINUTE)
        return datetime.combine(day, time(minutes // 60, minutes % 60), tzinfo=LONDON)

    def run(self) -> int:
        """Do what is due until `until`, each under its moment; the number of entries done.

        A verb that is refused is noted, not raised: history has people who arrive too late.
        """
        done = 0
        while self._entries and self._entries[0][0] < self.until:
            moment, _order, action = heapq.heappop(self._entries)
            self._moment = moment
            with pretend(moment):
                try:
                    action()
                except Refused as refusal:
                    self.refused[str(refusal)] += 1
            done += 1
        return done


def working_days(day: date, days: int) -> date:
    """The working day `days` working days after `day`."""
    return add_working_days(day, days)
