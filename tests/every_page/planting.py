"""Fifty values that no trust may learn, planted around five people of the small world, one at each stage of the way."""

from __future__ import annotations

import io
import random
import string
import zipfile
from datetime import date

from pypdf import PdfReader

from organisations.models import Organisation
from pipeline.services import NotMet, accept, decide, offer, submit
from tests.factories.candidates import CandidateFactory, CertificateFactory, GrantFactory, HomeFactory
from tests.factories.pipeline import CriterionFactory, reserve_posts
from tests.factories.programmes import (
    AttendanceFactory,
    CohortFactory,
    EligibilityFactory,
    EnrolmentFactory,
    ProgrammeFactory,
    SessionFactory,
)
from tests.factories.vacancies import VacancyFactory

STAGES = ("offered", "submitted", "booked", "kept", "does_not_meet")


class Plants(dict):
    """Word -> what it is: "zq" and six letters, so that no page says one by chance."""

    def __init__(self):
        super().__init__()
        self.random = random.Random(20261123)

    def plant(self, what: str) -> str:
        word = "zq" + "".join(self.random.choices(string.ascii_lowercase, k=6))
        self[word] = what
        return word

    def found_in(self, text: str) -> set[str]:
        """What is in the text, however it is spaced and in whatever case."""
        spaceless = "".join(text.casefold().split())
        return {f"{what}: {word}" for word, what in self.items() if word in spaceless}


def plant(world) -> Plants:
    """Plant ten values around each of five people: the trust has decided on four of them and never sees the first."""
    plants = Plants()
    refused = _refused(world)
    referrals = {stage: world.records[f"{stage}_referral"] for stage in ("offered", "booked", "kept")}
    people = {stage: referral.candidate for stage, referral in referrals.items()}
    people |= {"submitted": world.candidate, "does_not_meet": refused}
    for stage in STAGES:
        _surround(world, people[stage], lambda what, stage=stage: plants.plant(f"{what} of who is {stage}"))
    world.trust.mode = "native"
    world.trust.save()
    return plants


def _refused(world):
    """Somebody who did not meet a criterion."""
    academy = world.acting("academy")
    vacancy = VacancyFactory(trust=world.trust, title="Kitchen assistant", posts=2)
    criterion = CriterionFactory(vacancy=vacancy, text="Works with others")
    reserve_posts(vacancy)
    person = CandidateFactory(given_name="Fifth", seen_by=[world.academy])
    CertificateFactory(candidate=person)
    referral = accept(
        referral=offer(candidate=person, vacancy=vacancy, by=academy), through="By telephone to the officer", by=academy
    )
    referral = submit(referral=referral, evidence={criterion.pk: "Alone"}, application_id="AR-5", by=academy)
    decide(referral=referral, not_met=[NotMet(criterion, "Works alone.")], by=world.acting("recruiter"))
    return person


def _surround(world, person, word):
    """Route, group, programme and place of one person, in the words of `word`."""
    provider = Organisation.objects.create(
        code=word("provider's code"), kind="provider", name=word("provider"), short_name=word("provider's short name")
    )
    HomeFactory(
        candidate=person,
        starts=date(2026, 1, 1),
        postcode=word("postcode"),
        lsoa=word("small area of the deprivation index"),
        decile=1,
    )
    programme = ProgrammeFactory(name=word("programme"), provider=provider, groups=["care_leavers"])
    cohort = CohortFactory(programme=programme, name=word("cohort"), host_trust=world.trust)
    enrolment = EnrolmentFactory(
        cohort=cohort, candidate=person, state="completed", started_on=date(2026, 9, 7), ended_on=date(2026, 10, 30)
    )
    AttendanceFactory(session=SessionFactory(cohort=cohort), enrolment=enrolment)
    for organisation in (provider, world.provider):
        GrantFactory(candidate=person, organisation=organisation, cause=f"programmes.Enrolment:{enrolment.pk}")
    EligibilityFactory(candidate=person, route=word("route"), group="", evidence=word("evidence"))
    EligibilityFactory(candidate=person, route="plus", group=word("PLUS group"))


def words_of(response, content: bytes) -> str:
    """All that an answer says: headers with the file's name, and inside a workbook or a PDF every part of it."""
    headers = " ".join(f"{name}: {value}" for name, value in response.items())
    return f"{headers} {read(content)}"


def read(content: bytes) -> str:
    if content.startswith(b"PK"):
        return words_of_workbook(content)
    if content.startswith(b"%PDF"):
        return words_of_pdf(content)
    return content.decode()


def words_of_workbook(content: bytes) -> str:
    """Every part of the package: cells, hidden sheets, comments, names, properties; a part that is no text is refused."""
    with zipfile.ZipFile(io.BytesIO(content)) as package:
        return " ".join(f"{name} {package.read(name).decode()}" for name in package.namelist())


def words_of_pdf(content: bytes) -> str:
    """The text of each page, and what the file says of itself."""
    reader = PdfReader(io.BytesIO(content))
    return " ".join([*(page.extract_text() for page in reader.pages), str(reader.metadata), str(reader.attachments)])
