"""People put forward to Trust A: one offered, one submitted, one with a booked interview, one in work; and a stranger's."""

from django.core.files.uploadedfile import SimpleUploadedFile

from audit.clock import days_ago
from candidates.services import certify
from jobs.services import receive
from pipeline.appointments import book, hold_interview, record_outcome, start
from pipeline.models import Employment, Evidence, Referral, Result
from pipeline.services import accept, decide, offer, submit
from tests.factories.candidates import CandidateFactory, GrantFactory
from tests.factories.pipeline import CriterionFactory, at_ten, reserve_posts
from tests.factories.vacancies import VacancyFactory

TRAC = b"Application ID,Shortlist result\nAR-0,Shortlisted\n"


def extend(world):
    academy, recruiter = world.acting("academy"), world.acting("recruiter")
    vacancy = VacancyFactory(trust=world.trust, title="Ward housekeeper", posts=2)
    essential = CriterionFactory(vacancy=vacancy, text="Works in a team")
    reserve_posts(vacancy, 2)
    people = [world.candidate, *(_person(world, number) for number in (1, 2, 3))]
    submitted, booked, kept, offered = (offer(candidate=person, vacancy=vacancy, by=academy) for person in people)
    for referral in (submitted, booked, kept):
        accepted = accept(referral=referral, through="By telephone to the officer", by=academy)
        submit(
            referral=accepted,
            evidence={essential.pk: "Helped run a food bank"},
            application_id=f"AR-{referral.pk}",
            by=academy,
        )
    Referral.unscoped.filter(pk=kept.pk).update(submitted_on=days_ago(10))
    for referral in (booked, kept):
        decide(referral=referral, by=recruiter)
    interview = book(referral=booked, at=at_ten(3), also_offered=at_ten(4), place="Room 2", by=recruiter)
    held = hold_interview(interview=book(referral=kept, at=at_ten(-1), place="Room 1", by=recruiter), by=recruiter)
    outcome = record_outcome(interview=held, result=Result.APPOINTED, feedback="Warm and clear.", by=recruiter)
    employment = start(
        employment=Employment.unscoped.get(referral=kept), on=days_ago(0), evidence=Evidence.PAYROLL, by=recruiter
    )
    for referral in (submitted, booked, kept, offered):
        referral.refresh_from_db()
    world.records |= {
        "pipeline_vacancy": vacancy,
        "referral": submitted,
        "booked_referral": booked,
        "kept_referral": kept,
        "offered_referral": offered,
        "interview": interview,
        "outcome": outcome,
        "employment": employment,
        "trac_upload": receive(SimpleUploadedFile("trac.csv", TRAC), kind="pipeline.trac", by=recruiter),
    }


def _person(world, number):
    person = CandidateFactory(given_name=f"Person{number}", seen_by=[world.academy])
    GrantFactory(
        candidate=person,
        organisation=world.provider,
        cause=f"programmes.Enrolment:{900_000 + number}",
        agreement=world.agreement,
    )
    certify(
        candidate=person,
        cause=f"programmes.Eligibility:{900_000 + number}",
        starts=days_ago(30),
        ends=None,
        by=world.acting("academy"),
    )
    return person
