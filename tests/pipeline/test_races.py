"""Two officers and one slot, on PostgreSQL: one gets it, the other a sentence."""

from threading import Barrier, Thread

import pytest
from django.db import connection

from audit.mover import Refused
from pipeline.models import Referral
from pipeline.services import offer
from tests.factories.pipeline import ReferralFactory, reserve_posts
from tests.factories.vacancies import VacancyFactory
from tests.pipeline.conftest import somebody_ready
from tests.world import build_world


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("officers", [2, 8])
def test_the_last_slot_is_taken_once(officers):
    world = build_world(rooms=())
    vacancy = VacancyFactory(trust=world.trust)
    reserve_posts(vacancy)
    ReferralFactory(vacancy=vacancy, state="offered")
    people = [somebody_ready(world.academy) for _ in range(officers)]
    start, said = Barrier(officers), []

    def take(person):
        start.wait()
        try:
            said.append(offer(candidate=person, vacancy=vacancy, by=world.acting("academy")).state)
        except Refused as refused:
            said.append(str(refused))
        finally:
            connection.close()

    threads = [Thread(target=take, args=(person,)) for person in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    none_left = f"No guaranteed-interview slot of {vacancy.reference} is left."
    assert sorted(said, reverse=True) == ["offered", *[none_left] * (officers - 1)]
    assert Referral.unscoped.filter(vacancy=vacancy, state="offered").count() == 2
