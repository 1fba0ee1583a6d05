"""Vacancies of Trust A: one reserved, one undecided, one with an override that awaits its signature; one of Trust B.
A site of each."""

from django.core.files.uploadedfile import SimpleUploadedFile

from audit.events import kind_of
from jobs.services import receive
from organisations.models import Site
from outbox.services import make_link
from tests.factories.feed import advert, feed
from tests.factories.vacancies import VacancyFactory
from vacancies.models import Override, OverrideReason
from vacancies.overriding import LessThanDue
from vacancies.ring_fencing import reserve

FEED = feed([advert(1)])


def extend(world):
    recruiter = world.acting("recruiter")
    vacancy = VacancyFactory(trust=world.trust, title="Ward host", posts=2)
    reserve(vacancy=vacancy, posts=1, by=recruiter)
    less = VacancyFactory(trust=world.trust, title="Theatre porter", posts=6)
    reserve(
        vacancy=less,
        posts=0,
        by=recruiter,
        less=LessThanDue(OverrideReason.URGENT, "Winter pressure.", "Sam Reviewer", "sam@example.test"),
    )
    override = Override.unscoped.get(vacancy=less)
    _link, token = make_link(
        purpose="countersign", subject=f"{kind_of(override)}:{override.pk}", days=30, organisation_id=world.trust.pk
    )
    world.records |= {
        "vacancy": vacancy,
        "undecided_vacancy": VacancyFactory(trust=world.trust, title="Ward clerk", posts=3),
        "override_vacancy": less,
        "override": override,
        "countersign_token": token,
        "other_vacancy": VacancyFactory(trust=world.other_trust, title="Porter", posts=1),
        "site": Site.objects.create(organisation=world.trust, name="Charing Cross Hospital", postcode="W6 8RF"),
        "other_site": Site.objects.create(organisation=world.other_trust, name="Ealing Hospital"),
        "history_upload": receive(
            SimpleUploadedFile("history.csv", b"Month,Entry-level posts,Reserved posts\nApril 2025,5,1\n"),
            kind="vacancies.history",
            by=world.acting("colleague"),
        ),
        "feed_upload": receive(SimpleUploadedFile("feed.xml", FEED), kind="vacancies.feed", by=recruiter),
    }
