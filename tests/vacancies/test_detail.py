"""One vacancy's page: the next action, the arithmetic in words, corrections, state moves."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.acting import Role
from audit.clock import today
from audit.mover import Refused
from matching.services import count_for_new
from organisations.policies import in_force
from organisations.services import sign_policy, system
from tests.factories.organisations import OrganisationFactory
from tests.factories.vacancies import VacancyFactory
from tests.vacancies.conftest import somebody
from tests.vacancies.pages import words
from vacancies.advice import explained, short_words
from vacancies.models import Criterion, Recommendation, Vacancy
from vacancies.ring_fence import Shortfall, Standing, due
from vacancies.ring_fencing import reserve
from vacancies.rules import standing_result
from vacancies.services import classify, correct, hold

pytestmark = pytest.mark.django_db


def next_of(response):
    found = response.context["next"]
    return (found.heading, found.button) if found else None


def test_after_the_last_day_nothing_is_offered_to_decide(trust, recruiter):
    """The trust is short by 1, and this vacancy would owe 2 of its 6 posts; but it cannot be decided."""
    reserve(vacancy=VacancyFactory(trust=trust, posts=1), posts=1, by=recruiter.acting)
    late = VacancyFactory(trust=trust, posts=6, closes_on=today() + timedelta(days=1))
    page = words(recruiter.client.get(late.get_absolute_url()))
    assert "Its last day to decide was Thursday 19 November 2026. It can no longer be decided" in page
    assert "due if decided now" not in page
    assert "this vacancy would" not in page


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        (
            {"posts": 6, "closes_on": today() + timedelta(days=7)},
            ("Reserve 2 posts of 6 by Wednesday", "Reserve 2 posts"),
        ),
        ({"posts": None}, ("Say how many posts there are", "Give the posts")),
        ({"band": None, "entry_level": "unclassified"}, ("Give the pay band", "Give the band")),
        ({"closes_on": today() + timedelta(days=1)}, ("The last day to decide has passed", "Correct the closing date")),
        ({"state": "draft", "opened_on": None, "entry_level": "no"}, ("Open", "Open")),
        ({"entry_level": "no"}, ("Nothing is needed until the advert closes", "")),
        (
            {"entry_level": "no", "opened_on": today() - timedelta(9), "closes_on": today() - timedelta(1)},
            ("Close", "Close"),
        ),
        ({"state": "closed"}, ("Begin shortlisting", "Begin shortlisting")),
        ({"state": "shortlisting"}, ("Begin interviews", "Begin interviews")),
        ({"state": "interviewing"}, ("Say how many posts were filled", "Finish")),
        ({"state": "finished"}, ("It counts, and nobody decided it in time", "Correct the pay band")),
        ({"state": "finished", "entry_level": "no"}, None),
        ({"state": "withdrawn"}, None),
    ],
)
def test_one_next_action_for_each_state(trust, recruiter, facts, expected):
    vacancy = VacancyFactory(trust=trust, **facts)
    assert next_of(recruiter.client.get(vacancy.get_absolute_url())) == expected


def test_readers_get_no_buttons(trust, icb, academy, policies):
    provider = somebody(Role.PROVIDER, OrganisationFactory(kind="provider"))
    vacancy = VacancyFactory(trust=trust)
    for who in (icb, academy, provider):
        response = who.client.get(vacancy.get_absolute_url())
        assert (response.context["next"], response.context["moves"]) == (None, [])
        assert "Correct" not in words(response)


def test_a_provider_sees_neither_timeline_nor_override(trust, recruiter, policies):
    provider = somebody(Role.PROVIDER, OrganisationFactory(kind="provider"))
    vacancy = VacancyFactory(trust=trust)
    reserve(vacancy=vacancy, posts=1, by=recruiter.acting)
    page = words(provider.client.get(vacancy.get_absolute_url()))
    assert "Timeline" not in page
    assert recruiter.user.name not in page


def test_the_arithmetic_is_said_in_words(trust, recruiter):
    reserve(vacancy=VacancyFactory(trust=trust, posts=5), posts=1, by=recruiter.acting)
    vacancy = VacancyFactory(trust=trust, posts=6)
    page = words(recruiter.client.get(vacancy.get_absolute_url()))
    assert (
        "Posts: with this vacancy 11 posts are counted. One in five, rounded up, is 3; 1 is reserved. "
        "So 2 more are needed." in page
    )
    assert (
        "Adverts: with this one 2 adverts are counted. One in five, rounded up, is 1; 1 has a reserved post. "
        "So this advert need not have one." in page
    )


@given(
    st.builds(Standing, *[st.integers(0, 60)] * 6),
    st.integers(1, 12),
)
def test_the_words_never_contradict_the_number(standing, posts):
    owed = due(standing, posts)
    lines = explained(standing, posts, owed)
    more = int(lines[0].split("So ")[1].split(" ")[0])
    must = int("has to have one" in lines[1])
    assert owed.posts == min(posts, max(more, must))
    assert (len(lines) == 3) == (max(more, must) > posts)


@pytest.mark.parametrize(
    ("short", "expected"),
    [((1, 0), "1 post"), ((2, 1), "2 posts"), ((0, 1), "1 advert"), ((0, 2), "2 adverts")],
)
def test_short_in_words(short, expected):
    assert short_words(Shortfall(*short)) == expected


def test_zero_ready_people_is_said_plainly(trust, recruiter, icb):
    vacancy = VacancyFactory(trust=trust)
    Recommendation.unscoped.create(vacancy=vacancy, ready_people=0, made_at="2026-11-23T09:00Z")
    for who in (recruiter, icb):
        assert "0 ready people. Nobody who asked for this work could be put forward today." in words(
            who.client.get(vacancy.get_absolute_url())
        )


def test_classification_shows_its_inputs_and_its_policy(trust, recruiter):
    vacancy = VacancyFactory(trust=trust, registration_required=True)
    classify([vacancy], by=recruiter.acting)
    page = words(recruiter.client.get(vacancy.get_absolute_url()))
    assert "Not entry level: the advert requires a professional registration." in page
    assert "Professional registration Required Excludes" in page
    assert "By the policy in force from 1 April 2020" in page


@pytest.mark.parametrize("number", [1, 3])
def test_queries_do_not_grow_with_criteria_and_events(trust, recruiter, django_assert_num_queries, number):
    vacancy = VacancyFactory(trust=trust)
    for place in range(number):
        Criterion.unscoped.create(vacancy=vacancy, text=f"Criterion {place}", essential=True, order=place)
    reserve(vacancy=vacancy, posts=1, by=recruiter.acting)
    count_for_new(by=system())
    with django_assert_num_queries(22):  # two of them look for the same advert through another door
        recruiter.client.get(vacancy.get_absolute_url())


class TestCorrecting:
    def test_a_missing_band_needs_no_reason_and_classifies_at_once(self, trust, recruiter):
        vacancy = VacancyFactory(trust=trust, band=None, entry_level="unclassified")
        response = recruiter.client.post(f"{vacancy.get_absolute_url()}correct/band/", {"value": "3"}, follow=True)
        vacancy.refresh_from_db()
        assert vacancy.band == 3
        assert "Pay band corrected. It is entry level, so it counts towards the 20%." in words(response)

    def test_a_known_fact_needs_a_reason(self, trust, recruiter):
        vacancy = VacancyFactory(trust=trust, band=2)
        address = f"{vacancy.get_absolute_url()}correct/band/"
        assert recruiter.client.post(address, {"value": "5"}).context["form"].errors == {
            "reason": ["Say why it changes"]
        }
        response = recruiter.client.post(address, {"value": "5", "reason": "Misread the advert"}, follow=True)
        assert "It is not entry level, so it is outside the 20%." in words(response)
        assert "Misread the advert" in words(response)

    @pytest.mark.parametrize(
        ("facts", "field", "value", "said"),
        [
            ({"band": None}, "band", "2", "Pay band corrected: not known → Band 2"),
            ({"band": 2}, "band", "3", "Pay band corrected: Band 2 → Band 3"),
            ({"posts": 5}, "posts", "4", "Posts corrected: 5 → 4"),
            ({}, "exemption", "rotation", "Exemption corrected: none → Trainee rotation"),
            (
                {"registration_required": None},
                "registration_required",
                "False",
                "Professional registration corrected: not known → not required",
            ),
        ],
    )
    def test_the_timeline_says_what_it_was_and_what_it_is(self, trust, recruiter, facts, field, value, said):
        vacancy = VacancyFactory(trust=trust, **facts)
        data = {"value": value, "reason": "Line 4 of the advert"}
        page = words(recruiter.client.post(f"{vacancy.get_absolute_url()}correct/{field}/", data, follow=True))
        assert (said in page, "Line 4 of the advert" in page) == (True, True)

    def test_leaving_the_20_percent_needs_a_reason_though_the_fact_was_not_known(self, trust, recruiter):
        vacancy = VacancyFactory(trust=trust, band=2, registration_required=None)
        classify([vacancy], by=recruiter.acting)
        with pytest.raises(Refused, match="Say why: with this it is no longer entry level and leaves the 20%."):
            correct(vacancy=vacancy, field="registration_required", value=True, reason="", by=recruiter.acting)
        vacancy.refresh_from_db()
        assert (vacancy.registration_required, standing_result(vacancy)) == (None, "yes")
        correct(vacancy=vacancy, field="registration_required", value=True, reason="NMC", by=recruiter.acting)
        assert standing_result(vacancy) == "no"

    def test_posts_stay_as_counted(self, trust, recruiter):
        vacancy = VacancyFactory(trust=trust, posts=5)
        reserve(vacancy=vacancy, posts=1, by=recruiter.acting)
        response = recruiter.client.post(
            f"{vacancy.get_absolute_url()}correct/posts/", {"value": "4", "reason": "Fewer"}
        )
        assert response.context["form"].non_field_errors() == [
            f"{vacancy.reference} is in the ledger already, so its posts stay as counted."
        ]

    def test_a_closing_date_before_the_opening_is_refused(self, trust, recruiter):
        vacancy = VacancyFactory(trust=trust, closes_on=None)
        data = {"value_day": "1", "value_month": "1", "value_year": "2026"}
        response = recruiter.client.post(f"{vacancy.get_absolute_url()}correct/closes_on/", data)
        assert list(response.context["form"].errors) == ["value"]
        vacancy.refresh_from_db()
        assert vacancy.closes_on is None

    @pytest.mark.parametrize("field", ["entry_level", "trust", "state", "reference"])
    def test_nothing_else_can_be_corrected(self, trust, recruiter, field):
        vacancy = VacancyFactory(trust=trust)
        assert recruiter.client.get(f"{vacancy.get_absolute_url()}correct/{field}/").status_code == 404


class TestMoving:
    def move(self, who, vacancy, verb):
        return who.client.post(f"{vacancy.get_absolute_url()}move/", {"verb": verb}, follow=True)

    def test_from_open_to_finished(self, trust, recruiter):
        vacancy = VacancyFactory(trust=trust, posts=2)
        for verb, state in (
            ("close", "closed"),
            ("reopen", "open"),
            ("close", "closed"),
            ("shortlist", "shortlisting"),
        ):
            self.move(recruiter, vacancy, verb)
            vacancy.refresh_from_db()
            assert vacancy.state == state
        address = f"{vacancy.get_absolute_url()}finish/"
        response = recruiter.client.post(address, {"posts_filled": "3"})
        assert response.context["form"].non_field_errors() == [
            f"{vacancy.reference} has 2 posts; 3 cannot have been filled."
        ]
        recruiter.client.post(address, {"posts_filled": "1"})
        vacancy.refresh_from_db()
        assert (vacancy.state, vacancy.posts_filled) == ("finished", 1)

    def test_a_refusal_is_a_sentence(self, trust, recruiter):
        vacancy = VacancyFactory(trust=trust, state="interviewing")
        hold(vacancy=vacancy, kind="interview", cause="x", due_on=None, by=recruiter.acting)
        response = recruiter.client.post(f"{vacancy.get_absolute_url()}finish/", {"posts_filled": "1"})
        assert response.context["form"].non_field_errors() == [
            "1 promise on this vacancy is open. Record an answer or an interview for each first."
        ]

    @pytest.mark.parametrize("verb", ["withdraw", "finish", "", "explode"])
    def test_other_verbs_are_not_here(self, trust, recruiter, verb):
        assert self.move(recruiter, VacancyFactory(trust=trust), verb).status_code == 404

    def test_the_stranger_moves_nothing(self, trust, stranger, icb):
        vacancy = VacancyFactory(trust=trust)
        assert [self.move(who, vacancy, "close").status_code for who in (stranger, icb)] == [404, 404]


class TestTyping:
    FACTS = {"title": "Porter", "job_family": "portering", "posts": "2", "band": "2", "contract": "permanent",
             "audience": "open"}  # fmt: skip

    def test_a_vacancy_on_one_page_is_classified_and_open(self, trust, recruiter):
        data = {
            **self.FACTS,
            "opened_on": "2026-11-20",
            "closes_on": "2026-12-10",
            "essential": "Can lift\n\nCan lift\nKind",
        }
        response = recruiter.client.post("/vacancies/add/", data, follow=True)
        vacancy = Vacancy.unscoped.get()
        assert (vacancy.state, vacancy.trust, vacancy.opened_on.day) == ("open", trust, 20)
        assert [line.text for line in Criterion.unscoped.filter(vacancy=vacancy)] == ["Can lift", "Kind"]
        assert "Porter added. It is entry level, so it counts towards the 20%." in words(response)

    def test_without_an_opening_day_it_is_a_draft_and_without_a_band_it_asks(self, recruiter):
        response = recruiter.client.post("/vacancies/add/", {**self.FACTS, "band": ""}, follow=True)
        assert Vacancy.unscoped.get().state == "draft"
        assert "It is not classified yet: give its pay band." in words(response)

    def test_the_same_reference_twice_is_the_same_vacancy(self, trust, recruiter):
        there = VacancyFactory(trust=trust, trac_reference="T-1", title="Cook")
        response = recruiter.client.post("/vacancies/add/", {**self.FACTS, "nhs_jobs_reference": "T-1"})
        assert response.context["form"].errors == {
            "nhs_jobs_reference": [f"{there.reference} Cook has this reference already"]
        }

    @pytest.mark.parametrize(
        ("changed", "saved"), [({}, 1), ({"title": "PORTER"}, 1), ({"another": "on"}, 2), ({"posts": "3"}, 2)]
    )
    def test_one_that_looks_just_like_one_here_is_asked_about(self, recruiter, changed, saved):
        data = {**self.FACTS, "opened_on": "2026-11-20", "closes_on": "2026-12-10"}
        recruiter.client.post("/vacancies/add/", data)
        first = Vacancy.unscoped.get()
        page = words(recruiter.client.post("/vacancies/add/", {**data, **changed}))
        assert Vacancy.unscoped.count() == saved
        asked = f"It is here already, with the same title, site, band, posts and dates: Porter, {first.reference}"
        assert (asked in page) is (saved == 1)

    def test_one_that_is_over_or_of_another_trust_is_no_twin(self, trust, recruiter):
        same = {
            "title": "Porter",
            "posts": 2,
            "band": 2,
            "opened_on": date(2026, 11, 20),
            "closes_on": date(2026, 12, 10),
        }
        VacancyFactory(trust=trust, state="finished", **same)
        VacancyFactory(**same)
        data = {**self.FACTS, "opened_on": "2026-11-20", "closes_on": "2026-12-10"}
        recruiter.client.post("/vacancies/add/", data)
        assert Vacancy.unscoped.filter(trust=trust).count() == 2

    def test_nothing_typed_is_lost_when_something_is_missing(self, recruiter):
        response = recruiter.client.post("/vacancies/add/", {**self.FACTS, "title": "", "essential": "Can lift"})
        assert response.context["form"].errors == {"title": ["Enter the job title"]}
        assert "Can lift" in response.content.decode()
        assert Vacancy.unscoped.count() == 0


@pytest.mark.parametrize(
    ("state", "counted", "offered"),
    [("open", False, [True, True]), ("open", True, [False, True]), ("withdrawn", False, [False, False])],
)
def test_only_what_may_be_corrected_is_offered(trust, recruiter, state, counted, offered):
    """Posts stay as they were counted, and nothing is corrected of what was withdrawn."""
    vacancy = VacancyFactory(trust=trust, posts=5, state=state)
    if counted:
        reserve(vacancy=vacancy, posts=1, by=recruiter.acting)
    page = recruiter.client.get(vacancy.get_absolute_url()).content.decode()
    assert [f"{vacancy.get_absolute_url()}correct/{field}/" in page for field in ("posts", "band")] == offered


@pytest.mark.parametrize("checked", [True, False])
def test_a_policy_that_was_signed_is_not_called_unsigned(trust, recruiter, icb, checked):
    """Whether somebody signed it, not whether they ticked that the source was checked."""
    unsigned, own = VacancyFactory(trust=trust), "the service’s own reading, which nobody has signed yet"
    classify([unsigned], by=system())
    assert own in words(recruiter.client.get(unsigned.get_absolute_url()))
    value = in_force("vacancies.entry_level").value
    sign_policy(
        key="vacancies.entry_level",
        value=value,
        starts=today(),
        source="Steering Group",
        verified=checked,
        reason="Agreed",
        by=icb.acting,
    )
    signed = VacancyFactory(trust=trust)
    classify([signed], by=system())
    page = words(recruiter.client.get(signed.get_absolute_url()))
    assert ("By the policy in force from 23 November 2026" in page, own in page) == (True, False)


@pytest.mark.parametrize("state", ["closed", "finished"])
def test_a_correction_that_makes_a_past_advert_count_says_what_comes_of_it(trust, recruiter, state):
    """It is not "To decide", for nobody can; tonight it is counted, and the page says so before."""
    vacancy = VacancyFactory(trust=trust, band=5, entry_level="no", state=state)
    address = f"{vacancy.get_absolute_url()}correct/band/"
    page = words(recruiter.client.post(address, {"value": "2", "reason": "The list was wrong"}, follow=True))
    said = "Nobody decided it in time: tonight it is counted with nothing reserved, and the next vacancy owes it."
    assert (said in page, "Not decided in time" in page, "To decide" in page) == (True, True, False)
