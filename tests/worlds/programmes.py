"""A programme of the provider's, a cohort hosted by the trust, and the person in it, eligible as a care leaver."""

from django.core.files.uploadedfile import SimpleUploadedFile

from candidates.services import cause_of, certify
from jobs.services import receive
from programmes.imports.columns import KIND
from tests.factories.candidates import GrantFactory
from tests.factories.programmes import (
    CohortFactory,
    EligibilityFactory,
    EnrolmentFactory,
    ProgrammeFactory,
    SessionFactory,
)


def extend(world):
    programme = ProgrammeFactory(name="Care leavers into care", provider=world.provider, groups=["care_leavers"])
    cohort = CohortFactory(programme=programme, name="Autumn 2026", host_trust=world.trust)
    enrolment = EnrolmentFactory(cohort=cohort, candidate=world.candidate)
    GrantFactory(
        candidate=world.candidate,
        organisation=world.provider,
        cause=cause_of(enrolment),
        agreement=world.agreement,
    )
    eligibility = EligibilityFactory(candidate=world.candidate)
    certify(
        candidate=world.candidate,
        cause=cause_of(eligibility),
        starts=eligibility.starts,
        ends=eligibility.ends,
        by=world.acting("academy"),
    )
    world.records |= {
        "programme": programme,
        "cohort": cohort,
        "session": SessionFactory(cohort=cohort),
        "enrolment": enrolment,
        "eligibility": eligibility,
        "cohort_upload": receive(
            SimpleUploadedFile(
                "people.csv", b"Family name,Programme,Cohort\nTesfaye,Care leavers into care,Autumn 2026\n"
            ),
            kind=KIND,
            by=world.acting("academy"),
        ),
    }
