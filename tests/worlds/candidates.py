"""One person of the academy's, with everything that must never reach a recruiter."""

from datetime import date

from tests.factories.candidates import CandidateFactory, HomeFactory, SupporterFactory


def extend(world):
    candidate = CandidateFactory(
        given_name="Ama",
        family_name="Mensah",
        date_of_birth=date(2004, 5, 6),
        email="ama@example.org",
        adjustments_interview="A quiet room",
        seen_by=[world.academy],
    )
    world.records["candidate"] = candidate
    world.records["home"] = HomeFactory(candidate=candidate, postcode="NW10 8AA", decile=1)
    world.records["supporter"] = SupporterFactory(candidate=candidate)
