"""Typed facts of a draft or open vacancy are corrected, with what they were, what they are and why."""

from datetime import date
from decimal import Decimal

import pytest

from audit.models import Event, Reason
from organisations.models import Site
from tests.factories.vacancies import VacancyFactory
from tests.vacancies.pages import words
from vacancies.ring_fencing import reserve

pytestmark = pytest.mark.django_db

NEW = [
    ("title", "Porter", "Night porter", "Night porter"),
    ("contract", "permanent", "fixed", "fixed"),
    ("hours", Decimal("37.0"), "37.5", Decimal("37.5")),
    ("salary_least", Decimal("24000.00"), "25000", Decimal("25000.00")),
    ("salary_most", Decimal("26000.00"), "", None),
    ("trac_reference", "T-1", "T-2", "T-2"),
    ("nhs_jobs_reference", "C-1", "", ""),
]
TYPED = {field: was for field, was, _given, _after in NEW}


def path(vacancy, field):
    return f"{vacancy.get_absolute_url()}correct/{field}/"


def correct(who, vacancy, field, value, reason="Typed wrongly"):
    given = value if isinstance(value, dict) else {"value": value}
    return who.client.post(path(vacancy, field), {**given, "reason": reason}, follow=True)


def refusal(response):
    return response.context["form"].non_field_errors()


@pytest.mark.parametrize(("field", "was", "given", "after"), NEW)
def test_what_it_was_is_and_why_are_kept(trust, recruiter, field, was, given, after):
    vacancy = VacancyFactory(trust=trust, **TYPED)
    assert path(vacancy, field) in recruiter.client.get(vacancy.get_absolute_url()).content.decode()
    page = words(correct(recruiter, vacancy, field, given))
    vacancy.refresh_from_db()
    assert getattr(vacancy, field) == after
    assert "corrected." in page
    event = Event.objects.get(subject_id=vacancy.pk, verb="correct")
    assert [event.facts[name] for name in ("before", "after")] == [_text(was), _text(after)]
    assert Reason.objects.get(event=event).text == "Typed wrongly"


def _text(value):
    return str(value).removesuffix(".00").removesuffix(".0") if isinstance(value, Decimal) else value


def test_the_site_is_one_of_the_trust(trust, recruiter, stranger):
    ours = Site.objects.create(organisation=trust, name="St Mary's", code="RYJ01")
    theirs = Site.objects.create(organisation=stranger.membership.organisation, name="Elsewhere", code="XXX01")
    vacancy = VacancyFactory(trust=trust)
    assert list(correct(recruiter, vacancy, "site", theirs.pk).context["form"].errors) == ["value"]
    correct(recruiter, vacancy, "site", ours.pk)
    vacancy.refresh_from_db()
    assert vacancy.site == ours
    assert Event.objects.get(subject_id=vacancy.pk, verb="correct").facts["after"] == "St Mary's"


def day(value):
    return {"value_day": str(value.day), "value_month": str(value.month), "value_year": str(value.year)}


def test_the_opening_day_until_the_ledger_counts_it(trust, recruiter):
    vacancy = VacancyFactory(trust=trust, posts=5)
    later = correct(recruiter, vacancy, "opened_on", day(date(2026, 11, 24)))
    assert refusal(later) == ["It is open already, so it opened today or before."]
    correct(recruiter, vacancy, "opened_on", day(date(2026, 11, 20)))
    vacancy.refresh_from_db()
    assert vacancy.opened_on == date(2026, 11, 20)
    reserve(vacancy=vacancy, posts=1, by=recruiter.acting)
    counted = correct(recruiter, vacancy, "opened_on", day(date(2026, 11, 19)))
    assert refusal(counted) == [f"{vacancy.reference} is in the ledger already, so its opening date stays as counted."]


def test_one_reference_belongs_to_one_vacancy(trust, recruiter):
    there = VacancyFactory(trust=trust, trac_reference="T-1", title="Cook")
    vacancy = VacancyFactory(trust=trust, trac_reference="T-2")
    sentence = [f"{there.reference} Cook has this reference already."]
    assert [refusal(correct(recruiter, vacancy, name, "T-1")) for name in ("trac_reference", "nhs_jobs_reference")] == [
        sentence,
        sentence,
    ]


def test_pay_does_not_run_downwards(trust, recruiter):
    vacancy = VacancyFactory(trust=trust, salary_least=24000, salary_most=26000)
    response = correct(recruiter, vacancy, "salary_least", "27000")
    assert refusal(response) == ["The pay would run from £27,000 down to £26,000. Correct the other end first."]


@pytest.mark.parametrize("state", ["closed", "shortlisting", "interviewing", "finished", "withdrawn"])
def test_an_advert_that_is_over_keeps_what_it_said(trust, recruiter, state):
    vacancy = VacancyFactory(trust=trust, state=state, hours=37)
    assert path(vacancy, "hours") not in recruiter.client.get(vacancy.get_absolute_url()).content.decode()
    assert refusal(correct(recruiter, vacancy, "hours", "30")) == [
        f"{vacancy.reference} is {state}, so this can be corrected no more."
    ]


def test_strangers_mend_nothing(trust, stranger, icb):
    vacancy = VacancyFactory(trust=trust, title="Porter")
    assert [correct(who, vacancy, "title", "Cook").status_code for who in (stranger, icb)] == [404, 404]
    vacancy.refresh_from_db()
    assert vacancy.title == "Porter"
