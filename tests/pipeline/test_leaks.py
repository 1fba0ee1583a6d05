"""Fifty values that a recruiter must never learn, planted around people at every stage: none is found anywhere.

The same walk as the academy does find planted values, so that the test can fail.
"""

import random
import string
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse
from rest_framework.test import APIRequestFactory

from audit.clock import today
from organisations.models import Organisation
from pipeline.api import ReferralViewSet
from pipeline.appointments import book, hold_interview, record_outcome
from pipeline.models import Employment, Referral, Result
from pipeline.search import search
from pipeline.services import NotMet, accept, decide, offer, submit
from pipeline.todo import todo
from programmes.models import Eligibility
from tests.factories.candidates import CandidateFactory, CertificateFactory, GrantFactory, HomeFactory, SupporterFactory
from tests.factories.pipeline import CriterionFactory, at_ten, reserve_posts
from tests.factories.programmes import CohortFactory, EligibilityFactory, EnrolmentFactory, ProgrammeFactory
from tests.factories.vacancies import VacancyFactory
from tests.world import build_world

STAGES = ("submitted", "does_not_meet", "meets", "kept", "in_work")


class Plants:
    """Distinctive words, each remembered with what it is: "Zq" and eight letters that no page says by chance."""

    def __init__(self):
        self.found = {}
        self.random = random.Random(20261123)

    def __call__(self, what):
        word = "Zq" + "".join(self.random.choices(string.ascii_lowercase, k=8))
        self.found[word] = what
        return word


@pytest.fixture
def planted(db):
    """A person at each stage with ten secrets each: fifty values; and the world in which they are."""
    world, plants = build_world(rooms=()), Plants()
    world.trust.mode = "native"
    world.trust.save()
    vacancy = VacancyFactory(trust=world.trust, title="Ward host", posts=6)
    criterion = CriterionFactory(vacancy=vacancy, text="Works in a team")
    reserve_posts(vacancy, 6)
    for stage in STAGES:
        person = secretive(world, plants, stage)
        advance(world, vacancy, criterion, person, stage)
    return world, plants, vacancy


def secretive(world, plants, stage):
    """Somebody about whom ten things are known that no trust may know."""
    provider = Organisation.objects.create(
        code=f"P{stage[:8]}", kind="provider", name=plants("provider"), short_name=plants("provider short name")
    )
    person = CandidateFactory(
        seen_by=[world.academy],
        given_name=stage.title(),
        letter_address=plants("address"),
        adjustments_work=plants("adjustments at work"),
        safeguarding_lead=plants("safeguarding lead"),
    )
    CertificateFactory(candidate=person)
    HomeFactory(candidate=person, postcode=plants("postcode")[:8], lsoa=plants("lsoa")[:9], starts=date(2026, 1, 1))
    programme = ProgrammeFactory(name=plants("programme"), provider=provider, groups=["care_leavers"])
    enrolment = EnrolmentFactory(cohort=CohortFactory(programme=programme, name=plants("cohort")), candidate=person)
    EligibilityFactory(candidate=person, evidence=plants("eligibility evidence"))
    GrantFactory(candidate=person, organisation=provider, cause=f"programmes.Enrolment:{enrolment.pk}")
    SupporterFactory(candidate=person)
    return person


def advance(world, vacancy, criterion, person, stage):
    academy, recruiter = world.acting("academy"), world.acting("recruiter")
    referral = accept(
        referral=offer(candidate=person, vacancy=vacancy, by=academy), through="Through a supporter: Grace", by=academy
    )
    referral = submit(referral=referral, evidence={criterion.pk: "Ran a stall"}, by=academy)
    if stage == "submitted":
        return
    not_met = [NotMet(criterion, "Alone")] if stage == "does_not_meet" else []
    referral = decide(referral=referral, not_met=not_met, by=recruiter)
    if stage in ("does_not_meet", "meets"):
        return
    held = hold_interview(interview=book(referral=referral, at=at_ten(0), place="Room 1", by=recruiter), by=recruiter)
    result = Result.APPOINTED if stage == "in_work" else Result.NOT_APPOINTED
    record_outcome(interview=held, result=result, feedback="Thank you.", by=recruiter)


def addresses(acting, vacancy):
    """Every page and file of the room that the reader can reach, and the pages that show its rows."""
    yield from (reverse("pipeline:list"), reverse("pipeline:list") + "?state=all&view=board")
    yield from (reverse("pipeline:list") + "?state=all", reverse("pipeline:export") + "?state=all")
    yield from (reverse("today"), "/search/?q=REF", "/search/?q=Ward", "/search/?q=Meets", "/search/?q=Zq")
    yield from (reverse("pipeline:of_vacancy", args=[vacancy.reference]), vacancy.get_absolute_url())
    yield reverse("pipeline:withdraw_vacancy", args=[vacancy.reference])
    for referral in Referral.objects.visible_to(acting):
        yield referral.get_absolute_url()
        for step in ("decide", "book", "release", "break", "outcome", "feedback"):
            yield reverse("pipeline:step", args=[referral.reference, step])
    for job in Employment.objects.visible_to(acting):
        yield from (job.get_absolute_url(), reverse("pipeline:job_step", args=[job.reference, "clear"]))


def texts(world, persona, vacancy):
    """(where, what it says) of everything that one persona can read."""
    acting, client = world.acting(persona), Client()
    client.force_login(world.users[persona])
    for address in addresses(acting, vacancy):
        response = client.get(address, follow=True)
        body = b"".join(response.streaming_content) if response.streaming else response.content
        yield address, f"{response.headers} {body.decode()}"
    yield "todo", str(todo(acting))
    yield "search", str(search(acting, "REF") + search(acting, "Zq"))
    for referral in [None, *Referral.objects.visible_to(acting)]:
        request = APIRequestFactory().get("/api/referrals/")
        request.acting = acting
        view = ReferralViewSet(request=request, format_kwarg=None, kwargs={})
        rows = [referral] if referral else list(view.get_queryset())
        yield "api", str(view._answer(rows))


def leaks(world, plants, persona, vacancy):
    return sorted(
        {
            (where, what)
            for where, text in texts(world, persona, vacancy)
            for word, what in plants.found.items()
            if word[:8].casefold() in text.casefold()
        }
    )


def test_fifty_values_are_planted(planted):
    _world, plants, _vacancy = planted
    assert len(plants.found) == 50
    assert Eligibility.unscoped.count() == 5
    assert today() == date(2026, 11, 23)


@pytest.mark.parametrize("persona", ["recruiter", "colleague"])
def test_a_trust_finds_none(planted, persona):
    world, plants, vacancy = planted
    assert len(list(Referral.objects.visible_to(world.acting(persona)))) == 5
    assert leaks(world, plants, persona, vacancy) == []


@pytest.mark.parametrize("persona", ["other_recruiter", "lapsed"])
def test_a_trust_without_referrals_finds_none(planted, persona):
    world, plants, vacancy = planted
    assert leaks(world, plants, persona, vacancy) == []


def test_names_are_shown_from_meets_on(planted):
    world, _plants, vacancy = planted
    said = " ".join(text for _where, text in texts(world, "recruiter", vacancy))
    names = {stage: stage.title() in said for stage in ("Submitted", "Does_Not_Meet", "In_Work")}
    assert names["In_Work"] is True
    assert "Does_Not_Meet Family" not in said
    assert "Submitted Family" not in said


def test_the_walk_would_find_what_is_there(planted):
    """The academy's own pages say the address of whoever it sees: the walk reads what a page says."""
    world, plants, _vacancy = planted
    client = Client()
    client.force_login(world.users["academy"])
    person = Referral.unscoped.first().candidate
    text = client.get(person.get_absolute_url()).content.decode()
    assert person.letter_address in plants.found
    assert person.letter_address in text
