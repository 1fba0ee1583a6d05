"""The list: what each reader sees, in which order, with a constant number of queries, and as a file."""

from datetime import timedelta

import pytest

from audit.acting import Role
from audit.clock import today
from matching.services import count_for_new
from organisations.models import Kind, Site
from organisations.services import system
from tests.factories.organisations import OrganisationFactory
from tests.factories.vacancies import VacancyFactory
from tests.vacancies.conftest import somebody
from tests.vacancies.pages import rows_of, words
from vacancies.models import Recommendation
from vacancies.ring_fencing import reserve

pytestmark = pytest.mark.django_db


@pytest.fixture
def one_of_each(trust, recruiter):
    """A vacancy for each tab of the list."""
    made = {
        "undecided": VacancyFactory(trust=trust, title="Undecided"),
        "exempt": VacancyFactory(trust=trust, title="Exempt", exemption="bank_register"),
        "unclassified": VacancyFactory(trust=trust, title="Unclassified", band=None, entry_level="unclassified"),
        "outside": VacancyFactory(trust=trust, title="Outside", band=5, entry_level="no"),
        "reserved": VacancyFactory(trust=trust, title="Reserved", posts=2),
        "free": VacancyFactory(trust=trust, title="Free"),
    }
    reserve(vacancy=made["reserved"], posts=1, by=recruiter.acting)
    reserve(vacancy=made["free"], posts=0, by=recruiter.acting)
    return made


@pytest.mark.parametrize("fence", ["undecided", "reserved", "free", "exempt", "unclassified", "outside"])
def test_each_tab_holds_its_vacancy_and_no_other(one_of_each, recruiter, fence):
    response = recruiter.client.get("/vacancies/", {"fence": fence})
    assert [line["vacancy"] for line in response.context["rows"]] == [one_of_each[fence]]


def test_the_standing_is_offered_to_those_who_may_open_it(recruiter, icb):
    provider = somebody(Role.PROVIDER, OrganisationFactory(kind=Kind.VCSE))
    pages = [each.client.get("/vacancies/").text for each in (recruiter, icb, provider)]
    assert ['href="/vacancies/standing/"' in page for page in pages] == [True, True, False]


def test_the_tabs_count_what_they_hold(one_of_each, recruiter):
    tabs = [label for label, _url, _current in recruiter.client.get("/vacancies/").context["tabs"]]
    assert tabs == [
        "All (6)",
        "To decide (1)",
        "Reserved (1)",
        "Nothing reserved (1)",
        "Exempt (1)",
        "Facts missing (1)",
        "Outside the 20% (1)",
    ]


def test_posts_that_nobody_stated_are_a_missing_fact(trust, recruiter):
    VacancyFactory(trust=trust, posts=None)
    assert recruiter.client.get("/vacancies/?fence=unclassified").context["count"] == 1


def test_owner_and_colleague_see_it_and_the_stranger_does_not(trust, recruiter, colleague, stranger, icb):
    VacancyFactory(trust=trust)
    counts = [who.client.get("/vacancies/").context["count"] for who in (recruiter, colleague, stranger, icb)]
    assert counts == [1, 1, 0, 1]


def test_what_is_due_and_by_when_stands_in_the_row(trust, recruiter):
    site = Site.objects.create(organisation=trust, name="Northwick Park")
    vacancy = VacancyFactory(trust=trust, site=site, title="Porter", posts=6, closes_on=today() + timedelta(days=7))
    Recommendation.unscoped.create(vacancy=vacancy, ready_people=0, made_at="2026-11-23T09:00Z")
    assert rows_of(recruiter.client.get("/vacancies/")) == [
        [
            "Select Porter",
            f"Porter {vacancy.reference}, Band 2, Northwick Park",
            "30 Nov 2026",
            "6",
            "0",
            "0",
            "To decide 2 due, by 25 Nov",
            "Open",
        ]
    ]


def test_what_closes_next_comes_first_and_what_closed_long_ago_last(trust, recruiter):
    for title, days in (("next", 3), ("long ago", -90), ("later", 40), ("lately", -1)):
        VacancyFactory(
            trust=trust, title=title, closes_on=today() + timedelta(days=days), opened_on=today() - timedelta(120)
        )
    shown = [line["vacancy"].title for line in recruiter.client.get("/vacancies/").context["rows"]]
    assert shown == ["next", "later", "lately", "long ago"]
    shown = [line["vacancy"].title for line in recruiter.client.get("/vacancies/?sort=-title").context["rows"]]
    assert shown == ["next", "long ago", "later", "lately"]


@pytest.mark.parametrize(
    ("sort", "order"),
    [
        ("closes", ["soon", "later", "unknown"]),
        ("-closes", ["later", "soon", "unknown"]),
    ],
)
def test_what_is_not_known_comes_last_whichever_way_it_is_sorted(trust, recruiter, sort, order):
    for title, days in (("unknown", None), ("later", 40), ("soon", 3)):
        VacancyFactory(trust=trust, title=title, closes_on=days and today() + timedelta(days=days))
    rows = recruiter.client.get(f"/vacancies/?sort={sort}").context["rows"]
    assert [line["vacancy"].title for line in rows] == order


@pytest.mark.parametrize("text", ["C9333", "c9333-26", "C9333-26-1201", "331-44", "VAC"])
def test_the_beginning_of_a_reference_finds_it(trust, recruiter, text):
    VacancyFactory(trust=trust, title="Porter", nhs_jobs_reference="C9333-26-1201", trac_reference="331-4455")
    response = recruiter.client.get("/vacancies/", {"q": text})
    assert [line["vacancy"].title for line in response.context["rows"]] == ["Porter"]
    assert "TRAC 331-4455, NHS Jobs C9333-26-1201" in words(response)


@pytest.mark.parametrize("text", ["9333", "26-1201", "C9334"])
def test_the_middle_of_a_reference_does_not(trust, recruiter, text):
    VacancyFactory(trust=trust, title="Porter", nhs_jobs_reference="C9333-26-1201")
    assert recruiter.client.get("/vacancies/", {"q": text}).context["rows"] == []


@pytest.mark.parametrize("number", [1, 3])
def test_queries_do_not_grow_with_the_rows(trust, recruiter, django_assert_num_queries, number):
    site = Site.objects.create(organisation=trust, name="Northwick Park")
    for _ in range(number):
        reserve(vacancy=VacancyFactory(trust=trust, site=site), posts=1, by=recruiter.acting)
        VacancyFactory(trust=trust, site=site)
    count_for_new(by=system())
    with django_assert_num_queries(10):
        recruiter.client.get("/vacancies/")


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ({"q": "port"}, ["Porter"]),
        ({"q": "C9-1"}, ["Cook"]),
        ({"band": "3"}, ["Cook"]),
        ({"family": "catering"}, ["Cook"]),
        ({"state": ["closed", "draft"]}, ["Porter"]),
        ({"q": "nothing"}, []),
    ],
)
def test_filters(trust, recruiter, query, found):
    VacancyFactory(trust=trust, title="Porter", state="closed")
    VacancyFactory(trust=trust, title="Cook", band=3, job_family="catering", nhs_jobs_reference="C9-1")
    response = recruiter.client.get("/vacancies/", query)
    assert [line["vacancy"].title for line in response.context["rows"]] == found


def test_a_chip_takes_its_filter_off_and_leaves_the_others(recruiter):
    response = recruiter.client.get("/vacancies/?band=3&state=open&state=closed&page=2")
    assert response.context["chips"] == [
        ("Open", "?band=3&state=closed"),
        ("Closed", "?band=3&state=open"),
        ("Band 3", "?state=open&state=closed"),
    ]
    assert "No vacancy fits these filters: Open, Closed, Band 3." in words(response)


def test_the_file_holds_what_is_shown(trust, recruiter):
    VacancyFactory(trust=trust, title="=Porter", posts=6)
    VacancyFactory(trust=trust, title="Cook", band=3)
    response = recruiter.client.get("/vacancies/?band=2&format=csv")
    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    vacancy = trust_vacancy = lines[1].split(",")
    assert len(lines) == 2
    assert (vacancy[4], trust_vacancy[8:13]) == ("'=Porter", ["6", "0", "To decide", "2", "09/12/2026"])


def test_the_workbook_is_offered_too(trust, recruiter):
    response = recruiter.client.get("/vacancies/?format=xlsx")
    assert response["Content-Disposition"].startswith('attachment; filename="Vacancies-2026-11-23.xlsx"')
    assert response.content[:4] == b"PK\x03\x04"


def test_only_the_trust_picks_rows(trust, recruiter, icb):
    VacancyFactory(trust=trust)
    assert "Reserve posts on selected vacancies" in words(recruiter.client.get("/vacancies/"))
    assert "Reserve posts on selected vacancies" not in words(icb.client.get("/vacancies/"))


@pytest.mark.parametrize("undecided", [0, 1])
def test_ticks_and_their_button_stand_only_where_a_row_can_be_ticked(trust, recruiter, undecided):
    reserve(vacancy=VacancyFactory(trust=trust), posts=1, by=recruiter.acting)
    VacancyFactory.create_batch(undecided, trust=trust)
    page = recruiter.client.get("/vacancies/").content.decode()
    found = [each in page for each in ("Reserve posts on selected", "anchor-table--pick", "anchor-pick", ">Tick<")]
    assert found == [bool(undecided)] * 4
    assert page.count('name="vacancy"') == undecided
