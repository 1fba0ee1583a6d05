"""Posts and bands that no source gave: answered of many vacancies on one page, linked from where they are missed."""

from datetime import timedelta

import pytest

from audit.clock import today
from audit.mover import Refused
from tests.factories.vacancies import VacancyFactory
from tests.vacancies.pages import words
from vacancies.missing_facts import Said, give
from vacancies.models import Vacancy
from vacancies.ring_fencing import reserve
from vacancies.todo import todo
from vacancies.working_days import decision_deadline, first_closing

pytestmark = pytest.mark.django_db


def lacking(trust, **facts):
    return VacancyFactory(trust=trust, **{"posts": None, "band": None, "entry_level": "unclassified", **facts})


def known():
    return list(Vacancy.unscoped.order_by("pk").values_list("band", "posts"))


def test_many_are_answered_at_once_and_classified(trust, recruiter):
    one, two = lacking(trust, title="Porter"), lacking(trust, title="Cook", band=3)
    page = recruiter.client.get("/vacancies/facts/")
    assert "No source said these of 2 vacancies." in words(page)
    assert page.context["form"].fields[f"band-{two.reference}"].disabled is True
    answers = {"vacancy": [one.reference, two.reference], f"band-{one.reference}": "2", f"posts-{one.reference}": "4"}
    page = recruiter.client.post("/vacancies/facts/", {**answers, f"posts-{two.reference}": "1"}, follow=True)
    assert "Answered for 2 vacancies." in words(page)
    assert page.request["QUERY_STRING"] == "fence=undecided&sort=closes"
    assert known() == [(2, 4), (3, 1)]
    said = words(recruiter.client.get(one.get_absolute_url()))
    assert "Pay band corrected: not known → Band 2" in said
    assert "Posts corrected: not known → 4" in said


def test_what_is_left_empty_is_asked_again(trust, recruiter):
    one, two = lacking(trust), lacking(trust)
    answers = {"vacancy": [one.reference, two.reference], f"band-{one.reference}": "2", f"posts-{one.reference}": "4"}
    page = recruiter.client.post("/vacancies/facts/", answers, follow=True)
    assert [row["key"] for row in page.context["rows"]] == [two.reference]


def test_nothing_filled_in_is_said(trust, recruiter):
    one = lacking(trust)
    page = recruiter.client.post("/vacancies/facts/", {"vacancy": one.reference}, follow=True)
    assert "Nothing was filled in. Give the posts or the pay band of at least one vacancy." in words(page)


def test_a_button_fills_what_is_empty(trust, recruiter):
    one = lacking(trust)
    page = recruiter.client.post(
        "/vacancies/facts/", {"vacancy": one.reference, f"posts-{one.reference}": "", "fill": "posts-1"}
    )
    assert [row["posts"].value() for row in page.context["rows"]] == ["1"]
    assert known() == [(None, None)]


def test_an_impossible_number_is_asked_again(trust, recruiter):
    one = lacking(trust, title="Porter")
    page = recruiter.client.post("/vacancies/facts/", {"vacancy": one.reference, f"posts-{one.reference}": "0"})
    assert page.context["form"].errors == {f"posts-{one.reference}": ["Posts of Porter must be 1 or more"]}


def test_more_than_a_page_go_on(trust, recruiter, monkeypatch):
    monkeypatch.setattr("vacancies.views.missing.MOST_ASKED", 2)
    for _ in range(3):
        lacking(trust)
    pages = [recruiter.client.get(f"/vacancies/facts/?page={number}").context["rows"] for number in (1, 2)]
    assert [len(rows) for rows in pages] == [2, 1]


def test_bank_adverts_are_exempted_by_one_tick(trust, recruiter):
    bank, other = lacking(trust, contract="bank"), lacking(trust)
    answers = {"vacancy": [bank.reference, other.reference], "bank_register": "on"}
    page = recruiter.client.post("/vacancies/facts/", answers, follow=True)
    assert [row["key"] for row in page.context["rows"]] == [other.reference]
    bank.refresh_from_db()
    assert bank.exemption == "bank_register"


def test_what_is_known_by_then_stays(trust, recruiter):
    vacancy = lacking(trust, band=3)
    assert give(answers={vacancy.pk: Said(band=2, posts=1)}, by=recruiter.acting) == 1
    assert known() == [(3, 1)]


def test_what_is_in_the_ledger_stays(trust, recruiter):
    vacancy = VacancyFactory(trust=trust, contract="bank")
    reserve(vacancy=vacancy, posts=1, by=recruiter.acting)
    assert give(answers={vacancy.pk: Said(exemption="bank_register")}, by=recruiter.acting) == 0


def test_nobody_answers_for_another_trust(trust, stranger):
    vacancy = lacking(trust)
    with pytest.raises(Refused, match="own recruiters and HR"):
        give(answers={vacancy.pk: Said(band=2)}, by=stranger.acting)
    assert known() == [(None, None)]
    stranger.client.post("/vacancies/facts/", {"vacancy": vacancy.reference, f"band-{vacancy.reference}": "2"})
    assert known() == [(None, None)]


@pytest.mark.parametrize("number", [1, 3])
def test_constant_queries(trust, recruiter, django_assert_num_queries, number):
    answers = {lacking(trust).pk: Said(band=2, posts=1) for _ in range(number)}
    with django_assert_num_queries(11):
        give(answers=answers, by=recruiter.acting)


def test_the_lists_tab_leads_there(trust, recruiter, icb):
    lacking(trust)
    links = [
        "Give the posts and pay bands that are missing" in words(who.client.get(address))
        for who, address in (
            (recruiter, "/vacancies/?fence=unclassified"),
            (recruiter, "/vacancies/"),
            (icb, "/vacancies/?fence=unclassified"),
        )
    ]
    assert links == [True, False, False]


class TestToday:
    @pytest.mark.parametrize("number", [3, 4])
    def test_many_of_a_kind_are_one_line(self, trust, recruiter, number):
        closes = [today() + timedelta(days=20 + place) for place in range(number)]
        for place, day in enumerate(closes):
            VacancyFactory(trust=trust, title=f"Porter {place}", closes_on=day)
            lacking(trust, title=f"Cook {place}", closes_on=day)
        tasks = [(task.text, task.url, task.due) for task in todo(recruiter.acting)]
        first = decision_deadline(closes[0])
        assert len(tasks) == (6 if number == 3 else 2)
        if number == 4:
            together = "/vacancies/reserve/?all=1&fence=undecided&state=draft&state=open"
            assert tasks == [
                ("Decide 4 vacancies", together, first),
                ("Give the posts or the pay band of 4 vacancies", "/vacancies/facts/", first),
            ]
            assert len(recruiter.client.get(together).context["able"]) == 4

    def test_more_than_are_read_are_counted(self, trust, recruiter, monkeypatch):
        monkeypatch.setattr("vacancies.todo.MOST", 5)
        for _ in range(7):
            VacancyFactory(trust=trust)
        VacancyFactory(trust=trust, closes_on=today() + timedelta(days=1))  # too late: the system counts it tonight
        assert "Decide 7 vacancies" in [task.text for task in todo(recruiter.acting)]


def test_the_next_ones_follow_the_first(trust, recruiter, monkeypatch):
    monkeypatch.setattr("vacancies.views.reserving.MOST_AT_ONCE", 2)
    for _ in range(3):
        VacancyFactory(trust=trust)
    page = recruiter.client.get("/vacancies/reserve/?all=1&fence=undecided")
    given = {f"due-{line.vacancy.reference}": line.due.posts for line in page.context["able"]}
    given["vacancy"] = [line.vacancy.reference for line in page.context["able"]]
    page = recruiter.client.post("/vacancies/reserve/", given, follow=True)
    assert "Decide the next 1 vacancy" in words(page)
    page = recruiter.client.get(page.context["decide"])
    assert len(page.context["able"]) == 1


@pytest.mark.parametrize("shift", range(12))
def test_the_first_closing_day_that_may_be_decided(shift):
    day = today() + timedelta(days=shift)
    closes = first_closing(day)
    assert decision_deadline(closes) >= day > decision_deadline(closes - timedelta(days=1))


def test_a_title_of_two_bands_is_told_as_a_suggestion(trust, recruiter):
    grows, said = lacking(trust, title="Pharmacy assistant, Band 3/2"), lacking(trust, title="Cook, Band 3/2", band=3)
    page = recruiter.client.get("/vacancies/facts/")
    assert {row["key"]: row["doubt"] for row in page.context["rows"]} == {
        grows.reference: "The text names Band 2 and Band 3; a post that grows starts at the lower. Confirm or correct it.",
        said.reference: "",
    }
    assert "a post that grows starts at the lower" in words(page)
