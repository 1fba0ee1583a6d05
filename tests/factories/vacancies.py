"""Vacancies for tests: open, Band 2, one post, classified as entry level unless said."""

from datetime import timedelta

import factory

from audit.clock import now, today
from audit.references import draw
from tests.factories.base import UnscopedFactory
from tests.factories.organisations import OrganisationFactory
from vacancies.models import Classification, EntryLevel, Vacancy


class VacancyFactory(UnscopedFactory):
    class Meta:
        model = Vacancy
        skip_postgeneration_save = True

    reference = factory.LazyFunction(lambda: draw("VAC"))
    trust = factory.SubFactory(OrganisationFactory)
    title = "Healthcare support worker"
    job_family = "healthcare_support"
    band = 2
    posts = 1
    state = "open"
    opened_on = factory.LazyFunction(today)
    closes_on = factory.LazyFunction(lambda: today() + timedelta(days=21))
    made_at = factory.LazyFunction(now)

    @factory.post_generation
    def entry_level(self, create, extracted, **kwargs):
        """`entry_level="no"` or "unclassified" for another standing classification; None for none."""
        if extracted is not False:
            Classification.unscoped.create(
                vacancy=self,
                result=extracted or EntryLevel.YES,
                because="Entry level: Band 2.",
                inputs=[],
                at=now(),
            )
