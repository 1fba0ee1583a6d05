"""The match board: for the academy and providers over the people they see, never for a trust."""

from datetime import date

import pytest
from django.test import Client

from audit.models import Read
from matching import views
from tests.factories.candidates import CandidateFactory, GrantFactory
from tests.factories.pipeline import ReferralFactory, reserve_posts
from tests.factories.vacancies import VacancyFactory
from tests.pipeline.conftest import somebody_ready
from tests.vacancies.pages import words
from tests.world import PERSONAS, build_world

pytestmark = pytest.mark.django_db
SEE = ("academy", "provider", "other_provider")


@pytest.fixture
def world():
    return build_world(rooms=())


@pytest.fixture
def vacancy(world):
    vacancy = VacancyFactory(trust=world.trust, title="Porter")
    reserve_posts(vacancy)
    return vacancy


@pytest.fixture
def ama(world):
    return somebody_ready(world.academy, given_name="Ama", family_name="Mensah")


def get(world, persona, address):
    client = Client()
    client.force_login(world.users[persona])
    return client.get(address)


def board(world, persona, vacancy, query=""):
    return get(world, persona, f"/match/vacancies/{vacancy.reference}/{query}").context


class TestForAVacancy:
    def test_who_is_right_and_who_is_not(self, world, vacancy, ama):
        far = somebody_ready(world.academy, given_name="Bo", hours_most=10, hours_least=5)
        ReferralFactory(candidate=somebody_ready(world.academy, given_name="Cy"), vacancy=vacancy)
        vacancy.hours = 30
        vacancy.save()
        found = board(world, "academy", vacancy)
        assert [match.candidate for match in found["right"]] == [ama]
        assert sorted(match.stopped for match in found["stopped"]) == [
            "It is 30 hours a week; 10 at most are offered",
            "Put forward already: submitted",
        ]
        assert far in [match.candidate for match in found["stopped"]]

    def test_who_asked_for_other_work_stands_apart(self, world, vacancy, ama):
        other = somebody_ready(world.academy, given_name="Bo", work_wanted=["catering"])
        answer = get(world, "academy", f"/match/vacancies/{vacancy.reference}/")
        found, page = answer.context, answer.content.decode()
        assert ([each.candidate for each in found["right"]], found["right_count"]) == ([ama], 1)
        assert [each.candidate for each in found["unwanted"]] == [other]
        right, _, unwanted = page.partition("Could do it, but asked for other work")
        assert (ama.name in right, other.name in right, other.name in unwanted) == (True, False, True)
        assert "Healthcare support is not among the work they want. Ask them before you offer it." in unwanted

    def test_nobody_is_told_to_ask_where_nobody_asked_for_other_work(self, world, vacancy, ama):
        assert b"asked for other work" not in get(world, "academy", f"/match/vacancies/{vacancy.reference}/").content

    @pytest.mark.parametrize(
        ("closes", "sentence"),
        [
            (date(2026, 11, 22), "{} closed on 22 November 2026. Nobody can be offered an interview."),
            (date(2026, 11, 23), ""),
        ],
    )
    def test_nobody_is_offered_one_that_has_closed(self, world, vacancy, ama, closes, sentence):
        type(vacancy).unscoped.filter(pk=vacancy.pk).update(opened_on=date(2026, 11, 1), closes_on=closes)
        page = get(world, "academy", f"/match/vacancies/{vacancy.reference}/").content.decode()
        assert (sentence.format(vacancy.reference) in page, "Offer an interview" in page) == (True, not sentence)
        fits = get(world, "academy", f"/match/people/{ama.reference}/").context["right"]
        assert [match.vacancy for match, _slots in fits] == ([] if sentence else [vacancy])

    def test_why_is_said_in_words_with_the_points_inside(self, world, vacancy, ama):
        page = words(get(world, "academy", f"/match/vacancies/{vacancy.reference}/"))
        fit = board(world, "academy", vacancy)["right"][0].fit
        assert f"{fit.words} : why, for {ama.name} Skills. The advert names no skill" in page
        assert "Kind of work. Healthcare support is wanted (250 of 250 points)." in page
        assert f"{fit.score} of 1,000 points in all: they put the list in order and decide nothing." in page
        assert "of 1000" not in page

    def test_slots_are_said(self, world, vacancy, ama):
        ReferralFactory(vacancy=vacancy, state="offered")
        slots = board(world, "academy", vacancy)["slots"]
        assert (slots.promised, slots.used, slots.left) == (2, 1, 1)

    def test_a_provider_has_its_own_people_alone(self, world, vacancy, ama):
        own = somebody_ready(world.provider, given_name="Own")
        GrantFactory(candidate=own, organisation=world.academy, cause="x:1")
        counts = {who: board(world, who, vacancy)["right_count"] for who in SEE}
        assert counts == {"academy": 2, "provider": 1, "other_provider": 0}

    def test_a_page_shows_the_first_and_says_that_there_are_more(self, world, vacancy, monkeypatch):
        monkeypatch.setattr(views, "FIRST", 2)
        for number in range(3):
            somebody_ready(world.academy, given_name=f"P{number}")
        short, whole = board(world, "academy", vacancy), board(world, "academy", vacancy, "?all")
        assert (len(short["right"]), short["right_count"], short["more"]) == (2, 3, True)
        assert (len(whole["right"]), whole["more"]) == (3, False)

    @pytest.mark.parametrize("persona", [each for each in PERSONAS if each not in (*SEE, "ended")])
    def test_for_others_there_is_no_such_page(self, world, vacancy, persona):
        assert get(world, persona, f"/match/vacancies/{vacancy.reference}/").status_code == 404

    def test_a_vacancy_that_is_not_there(self, world):
        assert get(world, "academy", "/match/vacancies/VAC-NOTHER/").status_code == 404


class TestForAPerson:
    def test_open_reserved_vacancies_the_best_first(self, world, ama, vacancy):
        VacancyFactory(trust=world.trust, title="Not reserved")
        found = get(world, "academy", f"/match/people/{ama.reference}/").context
        assert [(match.vacancy.title, slots.left) for match, slots in found["right"]] == [("Porter", 2)]

    def test_other_work_than_they_want_stands_apart(self, world, ama, vacancy):
        ama.work_wanted = ["catering"]
        ama.save()
        answer = get(world, "academy", f"/match/people/{ama.reference}/")
        found = answer.context
        assert (found["right"], [(match.vacancy, slots.left) for match, slots in found["unwanted"]]) == (
            [],
            [(vacancy, 2)],
        )
        assert b"No reserved vacancy is of the work they want today." in answer.content
        assert b"Ask Ama Mensah before you offer one of these." in answer.content

    def test_who_is_not_ready_reads_so_once(self, world, ama, vacancy):
        ReferralFactory(candidate=ama, vacancy=VacancyFactory(title="Ward host"), state="submitted")
        reserve_posts(VacancyFactory(trust=world.other_trust, title="Housekeeper"))
        ama.travel_km = None
        ama.save()
        answer = get(world, "academy", f"/match/people/{ama.reference}/")
        assert (answer.context["held_up"], answer.context["stopped"]) == ("Not ready: travel limit is not recorded", [])
        assert answer.content.count(b"Not ready: travel limit is not recorded") == 1

    def test_one_whose_slots_are_taken_says_so(self, world, ama, vacancy):
        for _ in range(2):
            ReferralFactory(vacancy=vacancy, state="offered")
        found = get(world, "academy", f"/match/people/{ama.reference}/").context
        assert (found["right"], [match.stopped for match in found["stopped"]]) == (
            [],
            ["Every guaranteed-interview slot is taken"],
        )

    def test_that_it_was_read_is_written_down(self, world, ama):
        get(world, "academy", f"/match/people/{ama.reference}/")
        read = Read.objects.get(page="matching:for_candidate")
        assert (read.subject_id, read.membership_id) == (ama.pk, world.memberships["academy"].pk)

    @pytest.mark.parametrize("persona", [each for each in PERSONAS if each not in ("academy", "ended")])
    def test_strangers_find_nothing(self, world, ama, persona):
        assert get(world, persona, f"/match/people/{ama.reference}/").status_code == 404
        assert Read.objects.count() == 0

    def test_somebody_without_a_certificate_is_not_on_a_board(self, world, vacancy):
        CandidateFactory(seen_by=[world.academy])
        found = board(world, "academy", vacancy)
        assert (found["right_count"], found["stopped_count"]) == (0, 0)
