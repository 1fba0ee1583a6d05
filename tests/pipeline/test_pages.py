"""The pages: what each reader is shown and asked, the way from offer to a first day, and constant queries."""

import re
from datetime import date

import pytest
from django.test import Client
from django.urls import reverse

from audit.clock import now
from pipeline.models import Employment, Referral, ReplyRequest
from pipeline.todo import todo
from tests.factories.candidates import GrantFactory
from tests.factories.pipeline import InterviewFactory, ReferralFactory, at_ten
from tests.pipeline.conftest import somebody_ready
from vacancies.models import Vacancy


@pytest.fixture
def sign_in(world):
    def signed_in(persona):
        client = Client()
        client.force_login(world.users[persona])
        return client

    return signed_in


def words(response):
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", response.content.decode()))


def post(client, reference, step, **data):
    return client.post(reverse("pipeline:step", args=[reference, step]), data, follow=True)


def day(prefix, on):
    return {f"{prefix}_day": on.day, f"{prefix}_month": on.month, f"{prefix}_year": on.year}


def test_the_way_from_offer_to_a_first_day(sign_in, vacancy, ama, criteria):
    academy, recruiter = sign_in("academy"), sign_in("recruiter")
    who = {"candidate": ama.reference, "vacancy": vacancy.reference}
    checked = academy.post("/pipeline/offer/", who)
    assert "2 of 2" in words(checked)
    assert Referral.unscoped.count() == 0
    offered = academy.post("/pipeline/offer/", {**who, "confirm": "yes"}, follow=True)
    assert "Offered. Ask for the answer by 30 November 2026, and record it here." in words(offered)
    reference = Referral.unscoped.get().reference
    post(academy, reference, "accept", way="By telephone to the officer", who="")
    evidence = {f"evidence_{criterion.pk}": f"Example of {criterion.order}" for criterion in criteria}
    assert "tick that they agreed" in words(post(academy, reference, "submit", **evidence))
    post(academy, reference, "submit", **evidence, agreed="on")
    seen = words(recruiter.get(f"/pipeline/{reference}/"))
    assert ("Example of 1" in seen, ama.neutral_code in seen, "A quiet room" in seen) == (True, True, True)
    assert ("Mensah" in seen, "ama@example.org" in seen) == (False, False)
    met = {f"met_{criterion.pk}": "yes" for criterion in criteria}
    post(recruiter, reference, "decide", **met)
    assert "Ama Mensah" in words(recruiter.get(f"/pipeline/{reference}/"))
    times = {**day("first_day", date(2026, 11, 23)), "first_time": "9:30", **day("second_day", date(2026, 11, 25))}
    booking = {**times, "second_time": "14:00", "chosen": "first", "place": "Room 2", "kind": "interview"}
    assert "The interview is booked." in words(post(recruiter, reference, "book", **booking))
    assert "the guarantee is kept" in words(post(recruiter, reference, "held"))
    post(recruiter, reference, "outcome", result="appointed", feedback="Warm and clear.")
    job = Employment.unscoped.get()
    started = recruiter.post(
        reverse("pipeline:job_step", args=[job.reference, "start"]),
        {**day("on", date(2026, 11, 23)), "evidence": "payroll"},
        follow=True,
    )
    assert "The start is recorded, and counts." in words(started)
    told = post(academy, reference, "pass_on", way="In person to the officer", who="")
    assert "The feedback was passed on." in words(told)


@pytest.mark.parametrize(
    ("on", "sentence"),
    [
        (date(2020, 11, 23), "23 November 2020 is before {} was submitted, on 23 November 2026. Check the date."),
        (date(2027, 11, 25), "25 November 2027 is more than a year away. Check the year."),
    ],
)
@pytest.mark.parametrize("which", ["first_day", "second_day"])
def test_an_interview_is_booked_for_a_day_that_can_be(sign_in, vacancy, ama, which, on, sentence):
    referral = ReferralFactory(candidate=ama, vacancy=vacancy, state="meets", submitted_on=date(2026, 11, 23))
    days = {"first_day": date(2026, 11, 24), "second_day": date(2026, 11, 25), which: on}
    booking = {"first_time": "9:30", "second_time": "14:00", "chosen": "first", "place": "Room 2", "kind": "interview"}
    given = {**day("first_day", days["first_day"]), **day("second_day", days["second_day"]), **booking}
    answer = post(sign_in("recruiter"), referral.reference, "book", **given)
    assert answer.context["form"].errors == {which: [sentence.format(referral.reference)]}
    assert not referral.interviews.exists()


def test_not_met_asks_why_and_keeps_what_was_typed(sign_in, referral, criteria):
    recruiter = sign_in("recruiter")
    first, second = criteria
    data = {f"met_{first.pk}": "no", f"met_{second.pk}": "yes", "feedback": "Do come again"}
    asked = post(recruiter, referral.reference, "decide", **data)
    assert "Say why “Communicates clearly” is not met" in words(asked)
    assert "Do come again" in words(asked)
    post(recruiter, referral.reference, "decide", **data, **{f"reason_{first.pk}": "No example"})
    assert Referral.unscoped.get().state == "does_not_meet"


def test_a_second_assessor_is_asked_for(sign_in, referral, criteria):
    first, second = criteria
    data = {f"met_{first.pk}": "no", f"reason_{first.pk}": "No example", f"met_{second.pk}": "yes"}
    post(sign_in("recruiter"), referral.reference, "decide", **data, second="on")
    assert Referral.unscoped.get().state == "submitted"
    met = {f"met_{criterion.pk}": "yes" for criterion in criteria}
    post(sign_in("colleague"), referral.reference, "decide", **met)
    assert Referral.unscoped.get().state == "meets"


def test_what_trac_says(sign_in, vacancy, ama):
    row = ReferralFactory(candidate=ama, vacancy=vacancy, mode="trac")
    recruiter = sign_in("recruiter")
    data = {"application_id": "AR-7", "shortlisted": "no", **day("on", date(2026, 11, 20))}
    assert "Enter the reason in TRAC: the candidate will ask" in words(post(recruiter, row.reference, "trac", **data))
    post(recruiter, row.reference, "trac", **data, reason="No example")
    row.refresh_from_db()
    assert (row.state, row.decided_on, row.trac_application_id) == ("does_not_meet", date(2026, 11, 20), "AR-7")


def test_a_step_that_is_not_open_leads_back_with_a_sentence(sign_in, referral):
    answer = sign_in("academy").get(reverse("pipeline:step", args=[referral.reference, "accept"]), follow=True)
    assert f"{referral.reference} is submitted; this step is not open to you now." in words(answer)


def test_a_refusal_stands_on_the_form(sign_in, vacancy, ama, criteria):
    row = ReferralFactory(candidate=ama, vacancy=vacancy, state="accepted")
    evidence = {f"evidence_{criterion.pk}": "As Ama said" for criterion in criteria}
    refused = post(sign_in("academy"), row.reference, "submit", **evidence, agreed="on")
    assert "Leave the name out of the evidence (“Ama”)" in words(refused)
    assert refused.content.decode().count("As Ama said") >= 2


def test_who_cannot_be_offered_is_told_why(sign_in, vacancy, world):
    person = somebody_ready(world.academy, travel_km=None)
    who = {"candidate": person.reference, "vacancy": vacancy.reference}
    academy = sign_in("academy")
    assert f"{person.reference} is not ready: Travel limit is not recorded." in words(
        academy.get("/pipeline/offer/", who)
    )
    academy.post("/pipeline/offer/", {**who, "confirm": "yes"})
    assert Referral.unscoped.count() == 0


def test_a_wrong_reference_is_said(sign_in, vacancy, ama):
    page = sign_in("academy").get("/pipeline/offer/", {"candidate": "CAN-NOBODY", "vacancy": vacancy.reference})
    assert "Nobody whom you see has the reference CAN-NOBODY. Check it on their page." in words(page)


def test_withdrawing_a_vacancy_asks_and_does(sign_in, vacancy, referral):
    recruiter = sign_in("recruiter")
    url = reverse("pipeline:withdraw_vacancy", args=[vacancy.reference])
    assert "1 person who waits for your answer" in words(recruiter.get(url))
    recruiter.post(url, {"reason": "The ward closes"})
    assert (Vacancy.unscoped.get().state, Referral.unscoped.get().state) == ("withdrawn", "closed")


def test_a_job_found_elsewhere(sign_in, ama):
    academy = sign_in("academy")
    url = reverse("pipeline:of_candidate", args=[ama.reference])
    facts = {"title": "Barista", "contract": "permanent", "evidence": "own", **day("started_on", date(2026, 11, 2))}
    assert "Choose an NHS employer, or enter the name of another one" in words(academy.post(url, facts))
    academy.post(url, {**facts, "employer_name": "Corner Café"})
    assert (Employment.unscoped.get().employer_name, Employment.unscoped.get().nhs) == ("Corner Café", False)


class TestTheList:
    def test_the_academy_sees_names_by_urgency(self, sign_in, vacancy, world):
        late = ReferralFactory(candidate=somebody_ready(world.academy), vacancy=vacancy, decide_by=date(2026, 11, 20))
        soon = ReferralFactory(candidate=somebody_ready(world.academy), vacancy=vacancy)
        page = sign_in("academy").get("/pipeline/")
        assert [line["reference"] for line in page.context["lines"]] == [late.reference, soon.reference]
        assert [(line["overdue"], line["days"]) for line in page.context["lines"]] == [(True, 4), (False, 4)]
        assert page.context["lines"][0]["who"] == late.candidate.name

    def test_a_trust_sees_the_random_order_and_no_name(self, sign_in, vacancy, world):
        for shuffle in ("c", "a", "b"):
            ReferralFactory(candidate=somebody_ready(world.academy), vacancy=vacancy, shuffle=shuffle)
        lines = sign_in("recruiter").get("/pipeline/").context["lines"]
        shuffles = dict(Referral.unscoped.values_list("reference", "shuffle"))
        assert [shuffles[line["reference"]] for line in lines] == ["a", "b", "c"]
        assert {line["who"] for line in lines} == {""}

    def test_a_provider_sees_its_own(self, sign_in, referral, world):
        assert sign_in("provider").get("/pipeline/").context["lines"] == []
        GrantFactory(candidate=referral.candidate, organisation=world.provider, cause="x", agreement=world.agreement)
        assert len(sign_in("provider").get("/pipeline/").context["lines"]) == 1

    @pytest.mark.parametrize(
        ("query", "count"),
        [
            ("", 2),
            ("?state=all", 3),
            ("?state=declined", 1),
            ("?late=yes", 1),
            ("?trust=RYJ", 2),
            ("?trust=R1K", 0),
            ("?q=Zebedee", 1),
            ("?vacancy=healthcare", 2),
            ("?vacancy=nothing", 0),
        ],
    )
    def test_filters(self, sign_in, vacancy, world, query, count):
        person = somebody_ready(world.academy, given_name="Zebedee")
        ReferralFactory(candidate=person, vacancy=vacancy, decide_by=date(2026, 11, 20))
        ReferralFactory(candidate=somebody_ready(world.academy), vacancy=vacancy)
        ReferralFactory(candidate=somebody_ready(world.academy), vacancy=vacancy, state="declined")
        page = sign_in("academy").get(f"/pipeline/{query}")
        assert page.context["page"].paginator.count == count
        assert len(page.context["chips"]) == (1 if query else 0)

    def test_a_trust_cannot_search_by_name(self, sign_in, referral):
        assert sign_in("recruiter").get("/pipeline/?q=Mensah").context["lines"] == []
        assert len(sign_in("recruiter").get(f"/pipeline/?q={referral.reference}").context["lines"]) == 1

    def test_the_file_has_references_and_no_names(self, sign_in, referral):
        for persona, code in (
            ("academy", referral.candidate.reference),
            ("recruiter", referral.candidate.neutral_code),
        ):
            response = sign_in(persona).get("/pipeline/export/")
            lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
            assert lines[1].startswith(f"{referral.reference},{code},{referral.vacancy.reference},")
            assert "Mensah" not in lines[1]

    def test_the_board_has_columns(self, sign_in, referral, vacancy, world):
        """A suggestion is no offer; a trust has no column for what it may not see."""
        for state in ("suggested", "suggested", "offered"):
            ReferralFactory(candidate=somebody_ready(world.academy), vacancy=vacancy, state=state)
        columns = {
            persona: [
                (label, len(found)) for label, found in sign_in(persona).get("/pipeline/?view=board").context["columns"]
            ]
            for persona in ("academy", "recruiter")
        }
        at_the_trust = [("With the trust", 1), ("Interview promised", 0), ("Interviewed", 0)]
        assert columns == {
            "academy": [("Suggested", 2), ("Offered", 1), ("Accepted", 0), *at_the_trust],
            "recruiter": at_the_trust,
        }


LISTS = {
    "list": (lambda vacancy: "/pipeline/?state=all", {"academy": 9, "recruiter": 9}),
    "board": (lambda vacancy: "/pipeline/?view=board&state=all", {"academy": 9, "recruiter": 9}),
    "of_vacancy": (
        lambda vacancy: f"/vacancies/{vacancy.reference}/people/",
        {"academy": 16, "recruiter": 17},
    ),  # of them four: how far it got; one: with which adverts it shares its slots
}


@pytest.mark.parametrize("persona", ["academy", "recruiter"])
@pytest.mark.parametrize("name", LISTS)
def test_the_same_queries_with_one_row_and_with_three(
    sign_in, vacancy, world, django_assert_num_queries, persona, name
):
    address, counts = LISTS[name]
    client = sign_in(persona)
    for rows in (1, 3):
        while Referral.unscoped.count() < rows:
            row = ReferralFactory(candidate=somebody_ready(world.academy), vacancy=vacancy, state="meets")
            InterviewFactory(referral=row, at=at_ten(1))
        with django_assert_num_queries(counts[persona]):
            response = client.get(address(vacancy))
        assert len(response.context["lines"]) == rows


@pytest.mark.parametrize("persona", ["academy", "recruiter"])
def test_today_asks_a_constant_number_of_questions(vacancy, world, django_assert_num_queries, persona):
    for rows in (1, 3):
        while Referral.unscoped.count() < rows:
            ReferralFactory(candidate=somebody_ready(world.academy), vacancy=vacancy)
        with django_assert_num_queries({"academy": 6, "recruiter": 7}[persona]):
            assert len(todo(world.acting(persona))) == rows


@pytest.mark.parametrize(("chased", "tasks"), [(9, 0), (10, 1)])
def test_a_manager_who_was_reminded_in_vain_is_asked_by_a_person(vacancy, world, chased, tasks):
    ReplyRequest.unscoped.create(vacancy=vacancy, to="ward@example.test", asked_at=now(), times_chased=chased)
    words = f"Ask the hiring manager of {vacancy.title} yourself: 10 reminders stayed without an answer"
    line = [(words, f"/vacancies/{vacancy.reference}/ask/")] * tasks
    for persona, expected in (("recruiter", line), ("other_recruiter", []), ("academy", [])):
        assert [(task.text, task.url) for task in todo(world.acting(persona))] == expected


def test_today_of_each_reader(vacancy, referral, world):
    """Ama waits for a decision; somebody else has an interview tomorrow."""
    referral.evidence = {str(each.pk): "Ran a stall" for each in vacancy.criteria.filter(essential=True)}
    referral.save()
    other = somebody_ready(world.academy, given_name="Bo", family_name="Lind")
    InterviewFactory(
        referral=ReferralFactory(candidate=other, vacancy=vacancy, state="meets"), at=at_ten(1), place="Room 2"
    )
    tasks = {
        persona: sorted(task.text for task in todo(world.acting(persona)))
        for persona in ("academy", "recruiter", "provider")
    }
    code = Referral.unscoped.get(candidate=other).reference
    assert tasks == {
        "academy": [
            "Ask the trust about Ama Mensah, Healthcare support worker",
            "See that Bo Lind gets to the interview at 10:00am, Room 2",
        ],
        "recruiter": [
            f"Decide {referral.reference} for Healthcare support worker",
            f"See that {code} gets to the interview at 10:00am, Room 2",
        ],
        "provider": [],
    }


def test_the_check_page_says_that_they_asked_for_other_work(sign_in, vacancy, world):
    asked = somebody_ready(world.academy, given_name="Bo", work_wanted=["healthcare_support"])
    other = somebody_ready(world.academy, given_name="Cy", work_wanted=["portering", "catering"])
    client = sign_in("academy")
    pages = [
        words(client.get("/pipeline/offer/", {"candidate": each.reference, "vacancy": vacancy.reference}))
        for each in (asked, other)
    ]
    assert ["Can be offered" in page for page in pages] == [True, True]
    said = "Asked for other work: portering and catering. Ask first whether they want healthcare support."
    assert [said in page for page in pages] == [False, True]
    assert "Asked for other work" not in pages[0]
