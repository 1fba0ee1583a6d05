"""The demo's diary: what follows from an entry never stands before it, though its hour is drawn."""

from datetime import date, datetime
from random import Random

import pytest

from audit.clock import LONDON, now
from recruitment.demo.diary import GAP, Diary

MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize("seed", range(20))
def test_what_follows_on_the_same_day_comes_later(seed):
    diary = Diary(until=datetime(2026, 12, 1, tzinfo=LONDON), random=Random(seed))
    accepted = datetime(2026, 11, 23, 16, 40, tzinfo=LONDON)
    moments = []
    diary.at(accepted, lambda: diary.on(MONDAY, lambda: moments.append(now())))
    assert diary.run() == 2
    assert moments[0] >= accepted + GAP
