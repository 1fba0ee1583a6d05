"""The demo as a whole: one transaction, one seed, the same figures on the same day."""

from __future__ import annotations

import gc
from dataclasses import dataclass
from random import Random

from django.db import transaction

from audit import clock
from matching.services import refresh_recommendations
from organisations.models import Organisation
from organisations.services import system
from recruitment.demo.cast import ACADEMY, assemble
from recruitment.demo.diary import Diary
from recruitment.demo.levy import add_levy
from recruitment.demo.path import Path
from recruitment.demo.people import People
from recruitment.demo.trusts import Trusts
from recruitment.demo.work import add_work_done

SEED = 20260401


@dataclass(frozen=True, slots=True)
class Size:
    """How much is invented."""

    people: int = 800
    cohorts: int = 60
    vacancies: int = 400
    days: int = 420


@dataclass(frozen=True, slots=True)
class Made:
    """What was invented, and the sentences of verbs that were refused on the way, with how often."""

    people: int
    cohorts: int
    vacancies: int
    entries: int
    refused: dict[str, int]


def is_there() -> bool:
    """Whether the demo has been made in this database."""
    return Organisation.objects.filter(code=ACADEMY).exists()


@transaction.atomic
def build(*, size: Size | None = None, seed: int = SEED) -> Made:
    """Invent everything up to the present moment. Reference data has to be loaded before."""
    size = size or Size()
    until, day = clock.now(), clock.today()
    random = Random(seed)  # noqa: S311 - invention, not secrecy
    cast = assemble(day=day)
    diary = Diary(until=until, random=random)
    people = People(cast=cast, diary=diary, random=random, today=day)
    path = Path(cast=cast, diary=diary, random=random, people=people)
    trusts = Trusts(cast=cast, diary=diary, random=random, path=path, today=day)
    people.plan(cohorts=size.cohorts, people=size.people)
    trusts.plan(vacancies=size.vacancies, days=size.days)
    gc.disable()  # a fifth faster: thousands of small rows, none of them garbage
    try:
        done = diary.run()
    finally:
        gc.enable()
    add_work_done(cast=cast, random=random, today=day)
    add_levy(cast=cast, random=random, today=day)
    refresh_recommendations(by=system())
    return Made(len(people.pool), people.cohorts, trusts.vacancies, done, dict(diary.refused))
