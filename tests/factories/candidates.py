"""People for tests: invented names, and by default with nothing missing but the certificate."""

from datetime import date

import factory

from audit import clock
from audit.references import draw
from candidates.choices import Answer, CheckStatus, GrantScope, RightToWork, Shift
from candidates.models import Candidate, Certificate, Check, Grant, Home, Supporter
from organisations.choices import JobFamily
from tests.factories.base import UnscopedFactory


class CandidateFactory(UnscopedFactory):
    """`CandidateFactory(seen_by=[academy])` also gives these organisations the whole record."""

    class Meta:
        model = Candidate
        skip_postgeneration_save = True

    reference = factory.LazyFunction(lambda: draw("CAN"))
    neutral_code = factory.LazyFunction(lambda: draw("GI"))
    given_name = factory.Sequence(lambda n: f"Given{n}")
    family_name = factory.Sequence(lambda n: f"Family{n}")
    date_of_birth = date(2001, 2, 3)
    phone = "07700900123"
    right_to_work = RightToWork.ANY
    work_wanted = factory.LazyFunction(lambda: [JobFamily.HEALTHCARE_SUPPORT.value])
    hours_least = 16
    hours_most = 37
    shifts = factory.LazyFunction(lambda: [Shift.DAYS.value])
    travel_km = 10
    start_from = date(2026, 11, 30)
    made_at = factory.LazyFunction(clock.now)

    @factory.post_generation
    def seen_by(self, create, organisations, **kwargs):
        for organisation in organisations or ():
            GrantFactory(candidate=self, organisation=organisation)


class GrantFactory(factory.django.DjangoModelFactory):
    class Meta:
        model = Grant

    candidate = factory.SubFactory(CandidateFactory)
    scope = GrantScope.FULL
    cause = factory.LazyAttribute(lambda grant: f"candidates.Candidate:{grant.candidate.pk}")
    starts = factory.LazyFunction(clock.today)


class CertificateFactory(UnscopedFactory):
    class Meta:
        model = Certificate

    candidate = factory.SubFactory(CandidateFactory)
    cause = factory.Sequence(lambda n: f"programmes.Eligibility:{n + 1_000_000}")
    starts = factory.LazyFunction(clock.today)


class HomeFactory(UnscopedFactory):
    """A home in Brent, in decile 2 of IMD 2025, unless said."""

    class Meta:
        model = Home

    candidate = factory.SubFactory(CandidateFactory)
    postcode = "NW10 4AA"
    starts = factory.LazyFunction(clock.today)
    lsoa = "E01000001"
    borough_code = "E09000005"
    decile = 2
    local = Answer.YES
    local_by = "home"
    core20 = Answer.YES
    core20_nwl = Answer.YES
    edition = "IMD 2025"
    found_on = factory.LazyFunction(clock.today)


class SupporterFactory(UnscopedFactory):
    class Meta:
        model = Supporter

    candidate = factory.SubFactory(CandidateFactory)
    name = "Grace Supporter"
    relation = "Support worker"
    phone = "07700900456"
    authority_on = factory.LazyFunction(clock.today)


class CheckFactory(UnscopedFactory):
    class Meta:
        model = Check

    candidate = factory.SubFactory(CandidateFactory)
    kind = "identity"
    status = CheckStatus.COMPLETE
    on = factory.LazyFunction(clock.today)
