"""A trust's HR lead signs which sites are in scope: what may still be decided moves with it, what was decided stays."""

from datetime import timedelta
from functools import partial

import pytest

from audit.acting import Role
from audit.clock import today
from audit.models import Event
from audit.mover import Refused
from organisations.models import Kind, Site
from organisations.policies import load_initial
from places.models import Borough
from tests.factories.organisations import OrganisationFactory
from tests.factories.vacancies import VacancyFactory
from tests.vacancies.conftest import somebody
from tests.vacancies.pages import rows_of, words
from tests.vacancies.test_ledger import at_once
from vacancies.models import Classification, Vacancy
from vacancies.ring_fencing import reserve
from vacancies.rules import is_counted, standing_result
from vacancies.sites import set_scope, would_move

pytestmark = pytest.mark.django_db
OWN_READING = "The service’s own reading, which nobody has signed yet"


@pytest.fixture
def site(trust):
    Borough.objects.create(code="E06000036", name="Bracknell Forest")
    return Site.objects.create(
        organisation=trust, name="Broadmoor", postcode="RG45 7EG", borough_code="E06000036", in_scope=True
    )


@pytest.fixture
def vacancies(trust, site, recruiter):
    """One of each that a change of scope may meet, by name."""

    def at(**facts):
        return VacancyFactory(trust=trust, **{"site": site, **facts})

    found = {
        "open": at(),
        "draft": at(state="draft", opened_on=None),
        "exempt": at(exemption="rotation"),
        "posts unknown": at(posts=None),
        "band unknown": at(band=None, entry_level="unclassified"),
        "nurse": at(band=5, entry_level="no"),
        "decided": at(posts=2),
        "too late": at(closes_on=today() + timedelta(days=1)),
        "closed": at(state="closed"),
        "elsewhere": at(site=Site.objects.create(organisation=trust, name="Hammersmith")),
    }
    reserve(vacancy=found["decided"], posts=2, by=recruiter.acting)
    return found


def results(vacancies):
    return {name: standing_result(vacancy) for name, vacancy in vacancies.items()}


BEFORE = {
    "open": "yes",
    "draft": "yes",
    "exempt": "yes",
    "posts unknown": "yes",
    "band unknown": "unclassified",
    "nurse": "no",
    "decided": "yes",
    "too late": "yes",
    "closed": "yes",
    "elsewhere": "yes",
}
OUT = BEFORE | dict.fromkeys(("open", "draft", "exempt", "posts unknown", "band unknown"), "no")


def put(site, into, who, reason="Far outside North West London"):
    return set_scope(site=site, in_scope=into, reason=reason, by=who.acting)


def test_out_of_scope_and_in_again(vacancies, site, colleague):
    assert (results(vacancies), would_move([site], by=colleague.acting)) == (BEFORE, {site.pk: 2})
    assert (put(site, False, colleague), results(vacancies)) == (2, OUT)
    site.refresh_from_db()
    assert (site.in_scope, would_move([site], by=colleague.acting)) == (False, {site.pk: 2})
    assert (put(site, True, colleague), results(vacancies)) == (2, BEFORE)
    site.refresh_from_db()
    assert site.in_scope is True


def test_who_said_so_and_why_is_kept(vacancies, site, colleague):
    put(site, False, colleague, reason=" Far outside ")
    event = Event.objects.get(kind="organisations.Site")
    assert (event.verb, event.subject_id, event.membership_id, event.day, event.facts, event.reason.text) == (
        "set_scope",
        site.pk,
        colleague.membership.pk,
        today(),
        {"site": "Broadmoor", "in_scope": False},
        "Far outside",
    )
    told = Event.objects.filter(kind="vacancies.Vacancy", verb="scope").order_by("subject_id")
    changed = [vacancies[name] for name in BEFORE if BEFORE[name] != OUT[name]]
    assert [each.subject_id for each in told] == [vacancy.pk for vacancy in changed]
    page = words(colleague.client.get(vacancies["open"].get_absolute_url()))
    assert "Broadmoor left the scope, so it was classified anew" in page


def test_a_repeat_does_nothing(vacancies, site, colleague):
    assert put(site, True, colleague) is None
    put(site, False, colleague)
    kept = Event.objects.count(), Classification.unscoped.count()
    assert put(site, False, colleague, reason="Again") is None
    assert (Event.objects.count(), Classification.unscoped.count()) == kept


@pytest.mark.parametrize("role", [role for role in Role if role is not Role.TRUST_HR])
def test_nobody_but_hr_of_the_trust(site, trust, policies, role):
    with pytest.raises(Refused, match="Only the trust's own HR lead says which of its sites are in scope"):
        put(site, False, somebody(role, trust))
    site.refresh_from_db()
    assert (site.in_scope, Event.objects.count()) == (True, 0)


def test_nor_hr_of_another_trust_nor_without_a_reason(site, policies, colleague):
    with pytest.raises(Refused, match="Only the trust's own HR lead"):
        put(site, False, somebody(Role.TRUST_HR, OrganisationFactory()))
    with pytest.raises(Refused, match=r"^Say why the scope of this site changes\.$"):
        put(site, False, colleague, reason=" ")
    site.refresh_from_db()
    assert (site.in_scope, Event.objects.count()) == (True, 0)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
class TestTwoAtOnce:
    @pytest.fixture
    def hr(self, trust):
        load_initial()
        return somebody(Role.TRUST_HR, trust)

    def test_one_signs_and_the_other_finds_it_so(self, trust, site, hr):
        VacancyFactory(trust=trust, site=site)
        answers = at_once(*[partial(put, site, False, hr)] * 2)
        assert (sorted(answers, key=str), Event.objects.filter(verb="set_scope").count()) == ([1, None], 1)

    def test_a_vacancy_is_decided_or_leaves_and_never_both(self, trust, hr):
        for number in range(3):
            site = Site.objects.create(organisation=trust, name=f"Site {number}")
            vacancy = VacancyFactory(trust=trust, site=site)
            moved, _decided = at_once(
                partial(put, site, False, hr), partial(reserve, vacancy=vacancy, posts=1, by=hr.acting)
            )
            found = (moved, is_counted(vacancy), standing_result(vacancy))
            assert found in {(1, False, "no"), (0, True, "yes")}, number


def post(who, site, into="out", reason="Far outside"):
    return who.client.post(f"/vacancies/sites/{site.pk}/", {"into": into, "reason": reason}, follow=True)


class TestPages:
    def test_the_list_for_hr_and_for_the_recruiter(self, vacancies, site, colleague, recruiter):
        of_hr = rows_of(colleague.client.get("/vacancies/sites/"))
        broadmoor = ["Broadmoor RG45 7EG, Bracknell Forest", "In scope", OWN_READING, "2"]
        hammersmith = ["Hammersmith", "In scope", OWN_READING, "1"]
        assert of_hr == [
            [*broadmoor, "Take out of scope : Broadmoor"],
            [*hammersmith, "Take out of scope : Hammersmith"],
        ]
        assert rows_of(recruiter.client.get("/vacancies/sites/")) == [broadmoor, hammersmith]

    def test_out_by_the_page(self, vacancies, site, colleague, icb):
        page = words(colleague.client.get(f"/vacancies/sites/{site.pk}/"))
        assert "2 undecided vacancies would leave the 20%." in page
        assert "whose last day to decide has passed, stay as they were." in page
        answer = post(colleague, site)
        assert answer.redirect_chain == [("/vacancies/sites/", 302)]
        assert "Broadmoor is out of scope. 2 undecided vacancies left the 20%." in words(answer)
        who = f"{colleague.user.name}, Imperial, since 23 November 2026 Far outside"
        place = "Broadmoor RG45 7EG, Bracknell Forest"
        assert rows_of(answer)[0] == [place, "Out of scope", who, "2 outside the 20%", "Bring into scope : Broadmoor"]
        assert results(vacancies) == OUT
        seen = rows_of(icb.client.get("/vacancies/sites/?trust=RYJ"))  # drafts are not theirs to see
        assert seen[0] == [place, "Out of scope", who, "1 outside the 20%"]
        assert "was out of scope already. Nothing is changed." in words(post(colleague, site, reason="Again"))
        page = words(colleague.client.get(f"/vacancies/sites/{site.pk}/"))
        assert "2 undecided vacancies would enter the 20%." in page
        answer = post(colleague, site, into="in", reason="The board said so")
        assert "Broadmoor is in scope. 2 undecided vacancies entered the 20%." in words(answer)
        assert rows_of(answer)[0][1:4] == [
            "In scope",
            f"{colleague.user.name}, Imperial, since 23 November 2026 The board said so",
            "2",
        ]

    @pytest.mark.parametrize(
        ("given", "errors"),
        [({"reason": " "}, ["reason"]), ({"into": "elsewhere"}, ["into"]), ({"into": ""}, ["into"])],
    )
    def test_without_a_reason_nothing_changes(self, site, colleague, given, errors):
        answer = post(colleague, site, **given)
        assert list(answer.context["form"].errors) == errors
        assert "No undecided vacancy would leave the 20%." in words(answer)
        assert Event.objects.count() == 0

    def test_others_change_nothing(self, site, recruiter, icb, academy, stranger):
        theirs = somebody(Role.TRUST_HR, stranger.membership.organisation)
        assert [post(who, site).status_code for who in (recruiter, icb, academy, stranger, theirs)] == [404] * 5
        assert theirs.client.get("/vacancies/sites/?trust=RYJ").status_code == 404
        assert Event.objects.count() == 0

    def test_the_list_asks_the_same_for_three(self, trust, colleague, django_assert_num_queries):
        def add(name):
            site = Site.objects.create(organisation=trust, name=name, borough_code="E06000036")
            VacancyFactory(trust=trust, site=site)
            put(site, False, colleague)

        add("First")
        for more in (("Second", "Third"), ()):
            colleague.client.get("/vacancies/sites/")  # who fits the new vacancies is counted with the first page
            with django_assert_num_queries(10):
                colleague.client.get("/vacancies/sites/")
            for name in more:
                add(name)
        assert Site.objects.count() == 3

    def test_the_ways_to_it(self, vacancies, site, colleague, icb):
        put(site, False, colleague)
        outside = Vacancy.unscoped.get(pk=vacancies["open"].pk)
        provider = somebody(Role.PROVIDER, OrganisationFactory(kind=Kind.PROVIDER))
        link = 'href="/vacancies/sites/?trust=RYJ"'
        ways = {
            (who, path): link in reader.client.get(path).content.decode()
            for who, reader in (("hr", colleague), ("icb", icb), ("provider", provider))
            for path in ("/vacancies/standing/?trust=RYJ", outside.get_absolute_url())
        }
        assert list(ways.values()) == [True, True, True, True, False, False]
        assert "Site Broadmoor Not in scope" in words(provider.client.get(outside.get_absolute_url()))
