"""One more of everything in the small world: what every list, table and count of the service would show one more of."""

from __future__ import annotations

from datetime import date, timedelta

from django.core.files.uploadedfile import SimpleUploadedFile

from audit.clock import days_ago, now, today
from candidates.models import Check
from candidates.services import cause_of, certify
from jobs.models import Outcome, RowResult
from jobs.services import receive
from levy.models import Milestone, Scenario
from organisations.models import Agreement, Organisation, Site
from organisations.services import make_token
from outbox.services import send
from pipeline.appointments import book, hold_interview, record_outcome, start
from pipeline.models import Employment, Evidence, Result
from pipeline.services import accept, decide, offer, submit
from programmes.imports.columns import KIND
from tests.factories.candidates import CandidateFactory, GrantFactory, HomeFactory, SupporterFactory
from tests.factories.levy import (
    AccountFactory,
    GiftFactory,
    GiftPaymentFactory,
    IntakeFactory,
    OfferFactory,
    PlanFactory,
    put_in,
)
from tests.factories.organisations import MembershipFactory, OrganisationFactory, accede
from tests.factories.pipeline import CriterionFactory, at_ten, reserve_posts
from tests.factories.programmes import (
    AttendanceFactory,
    CohortFactory,
    EligibilityFactory,
    EnrolmentFactory,
    ProgrammeFactory,
    SessionFactory,
)
from tests.factories.vacancies import VacancyFactory
from tests.worlds.jobs import finished_job
from vacancies.models import Finding, Override, OverrideReason
from vacancies.overriding import LessThanDue
from vacancies.ring_fencing import reserve
from vacancies.sites import set_scope


def grow(world, number: int) -> None:
    """Add the `number`th of everything."""
    organisations(world, number)
    people = [person(world, f"{number}{letter}") for letter in "abcd"]
    programmes(world, people, number)
    vacancies(world, number)
    pipeline(world, people, number)
    levy(world, number)
    work(world, number)


def organisations(world, number):
    """A trust that joins the agreement, somebody employed at each, an agreement and a key."""
    trust = OrganisationFactory(code=f"RX{number}", short_name=f"Trust {number}", standing="signatory")
    accede(world.agreement, trust)
    accede(Agreement.objects.create(title=f"Agreement {number}", purposes="Outcomes", starts=date(2025, 4, 1),
                                    ends=date(2028, 3, 31)), world.trust, world.academy)  # fmt: skip
    for organisation in (trust, world.trust, world.icb):
        MembershipFactory(organisation=organisation)
    for persona in ("academy", "provider", "recruiter", "colleague", "icb_analyst"):
        make_token(label=f"Key {number}", expires=today() + timedelta(days=30), by=world.acting(persona))
    world.records["newest_trust"] = trust


def person(world, name):
    """Somebody whom academy and provider see, with a home, a supporter, checks and eligibility."""
    found = CandidateFactory(given_name=f"Given {name}", family_name=f"Family {name}", seen_by=[world.academy])
    HomeFactory(candidate=found)
    SupporterFactory(candidate=found)
    eligibility = EligibilityFactory(candidate=found, group="refugees")
    certify(candidate=found, cause=cause_of(eligibility), starts=days_ago(30), ends=None, by=world.acting("academy"))
    return found


def programmes(world, people, number):
    """A programme and a cohort more; each person in the world's cohort; its session attended; more of the one person."""
    mine = ProgrammeFactory(name=f"Programme {number}", provider=world.provider)
    CohortFactory(programme=mine, name=f"Cohort {number}", host_trust=world.trust)
    theirs = CohortFactory(programme=world.programme, name=f"Spring {number}", host_trust=world.trust)
    session = SessionFactory(cohort=world.cohort, title=f"Session {number}")
    for each in people:
        enrolment = EnrolmentFactory(
            cohort=world.cohort,
            candidate=each,
            state="completed",
            started_on=date(2026, 9, 7),
            ended_on=date(2026, 10, 30),
        )
        AttendanceFactory(session=session, enrolment=enrolment)
        GrantFactory(candidate=each, organisation=world.provider, cause=cause_of(enrolment))
    of_one = EnrolmentFactory(cohort=theirs, candidate=world.candidate, state="started", started_on=date(2026, 11, 2))
    GrantFactory(candidate=world.candidate, organisation=world.newest_trust, cause=cause_of(of_one))
    SupporterFactory(candidate=world.candidate)
    HomeFactory(candidate=world.candidate, starts=date(2025, 1, number))
    EligibilityFactory(candidate=world.candidate, group="refugees", evidence=f"Letter {number}")
    Check.unscoped.create(candidate=people[0], kind="identity", status="complete", on=today())


def vacancies(world, number):
    """Reserved, undecided, short of its due, re-advertised and at another trust; an advert that the ledger lacks;
    a site out of scope."""
    by = world.acting("recruiter")
    VacancyFactory(trust=world.trust, title=f"Clerk {number}", posts=3)
    less = LessThanDue(OverrideReason.URGENT, "Winter pressure.", "Sam Reviewer", "sam@example.test")
    short = VacancyFactory(trust=world.trust, title=f"Porter {number}", posts=40)
    reserve(vacancy=short, posts=0, by=by, less=less)
    assert Override.unscoped.filter(vacancy=short).count() == 1
    reserve(vacancy=VacancyFactory(trust=world.trust, title=f"Host {number}", posts=2), posts=2, by=by)
    earlier = {"opened_on": date(2026, 9, 1), "closes_on": date(2026, 9, 30), "state": "closed"}
    for more in (earlier, {}):
        VacancyFactory(trust=world.trust, title=f"Cook {number}", position_number=f"P{number}", **more)
    VacancyFactory(trust=world.other_trust)
    VacancyFactory(trust=world.trust, title=f"Unknown {number}", band=None, entry_level="unclassified")
    for kind in ("missing", "band"):
        Finding.unscoped.create(
            trust=world.trust, kind=kind, advert=f"{kind}-{number}", title="Porter", source="A list", found_at=now()
        )
    CriterionFactory(vacancy=world.vacancy)
    CriterionFactory(vacancy=world.undecided_vacancy)
    site = Site.objects.create(organisation=world.trust, name=f"Site {number}", borough_code=f"E0900000{number}")
    VacancyFactory(trust=world.trust, site=site, title=f"Driver {number}")
    set_scope(site=site, in_scope=False, reason="Far outside", by=world.acting("colleague"))


def pipeline(world, people, number):
    """On the world's vacancy and on a further one: offered, submitted, booked and in work."""
    vacancy = VacancyFactory(trust=world.trust, title=f"Housekeeper {number}", posts=2)
    essential = CriterionFactory(vacancy=vacancy)
    reserve_posts(vacancy, 2)
    academy, by = world.acting("academy"), world.acting("recruiter")
    offered, submitted, booked, kept = (offer(candidate=each, vacancy=vacancy, by=academy) for each in people)
    for referral in (submitted, booked, kept):
        accepted = accept(referral=referral, through="By telephone", by=academy)
        submit(referral=accepted, evidence={essential.pk: "Ran a stall"}, application_id=f"A{referral.pk}", by=academy)
    for referral in (booked, kept):
        decide(referral=referral, by=by)
    book(referral=booked, at=at_ten(3), also_offered=at_ten(4), place="Room 2", by=by)
    held = hold_interview(interview=book(referral=kept, at=at_ten(0), place="Room 1", by=by), by=by)
    record_outcome(interview=held, result=Result.APPOINTED, feedback="Warm and clear.", by=by)
    start(employment=Employment.unscoped.get(referral=kept), on=days_ago(0), evidence=Evidence.PAYROLL, by=by)
    for referral in (offered, submitted, booked, kept):  # they meet on the world's vacancy too
        referral.refresh_from_db()
    type(offered).unscoped.filter(pk__in=[offered.pk, submitted.pk]).update(vacancy=world.pipeline_vacancy)


def levy(world, number):
    """Files taken in, plans, offers, gifts with payments, and an account of another trust."""
    account = world.levy_account
    IntakeFactory(account=account)
    put_in(account, (f"2026-0{number}-23", "levy", "700"))
    plan = PlanFactory(organisation=world.provider, kept_by=world.icb, standard=f"Standard {number}")
    offer_made = OfferFactory(account=account)
    GiftFactory(offer=offer_made, plan=plan)
    GiftFactory(offer=world.offer, plan=plan)
    GiftPaymentFactory(gift=world.gift)
    Milestone.unscoped.create(plan=world.plan, text=f"Step {number}", due=today())
    Scenario.unscoped.create(account=account, name=f"Scenario {number}", facts={"leaving": "1"}, at=now())
    other = AccountFactory(trust=Organisation.objects.get(pk=world.newest_trust.pk))
    put_in(other, ("2026-08-23", "levy", "500"))


def work(world, number):
    """A finished job of each role that asks for any, with a row to mend; files that wait; a message."""
    for persona in ("academy", "provider", "recruiter", "colleague"):
        job = finished_job(world.memberships[persona])
        for owner in (job, world.job):
            RowResult.unscoped.create(
                job=owner, row=10 + RowResult.unscoped.count(), outcome=Outcome.REFUSED, column="Posts", sentence="No."
            )
    receive(SimpleUploadedFile("a.csv", b"Family name\nTesfaye\n" * number), kind=KIND, by=world.acting("academy"))
    receive(
        SimpleUploadedFile("b.csv", b"Reference\nA1\n" * number), kind="pipeline.trac", by=world.acting("recruiter")
    )
    send(cause=f"test:{number}", to="sam@example.test", subject="A link", body="https://example.test/")
