"""The link by which a hiring manager answers: what it shows, takes, refuses; and the system's reminders."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest
from django.core import mail
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit.acting import Role
from audit.clock import pretend, today
from audit.models import Event
from audit.mover import Refused
from organisations.limits import MOST_FOR_ONE_LINK, MOST_FROM_ONE_ADDRESS
from organisations.models import Accession
from outbox.models import MagicLink, Message
from outbox.services import make_link
from pipeline import replies
from pipeline.models import Interview, Outcome, Referral, ReplyRequest
from pipeline.replies import Ask
from tests.factories.organisations import acting_as
from tests.factories.pipeline import InterviewFactory, ReferralFactory, at_ten
from tests.factories.vacancies import VacancyFactory
from vacancies.models import Entry, Hold

pytestmark = pytest.mark.django_db
TO = "ward.manager@example.test"


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def token(vacancy):
    _link, token = make_link(
        purpose="reply", subject=f"vacancies.Vacancy:{vacancy.pk}", days=30, organisation_id=vacancy.trust_id
    )
    return token


def get(token, client=None):
    return (client or Client()).get(f"/reply/{token}/")


def post(token, referral=None, client=None, **answers):
    data = {f"{referral.reference}-{name}": value for name, value in answers.items()} if referral else answers
    return (client or Client()).post(f"/reply/{token}/", data)


def again(row):
    return type(row).unscoped.get(pk=row.pk)


def asks(by, vacancy):
    return [question.ask for question in replies.questions(by=by, vacancy=vacancy)]


def without_csrf(response):
    """The page without what is random on every page."""
    return re.sub(rb"[A-Za-z0-9]{64}", b"", response.content)


class TestWhatIsShown:
    def test_a_code_and_nothing_that_says_who_it_is(self, token, referral, ama):
        page = get(token).content.decode()
        assert ama.neutral_code in page
        assert "A quiet room" in page
        for secret in ("Ama", "Mensah", "ama@example.org", ama.phone, ama.reference):
            assert secret not in page

    @pytest.mark.parametrize(("number", "shown"), [("AR-7", "TRAC application AR-7"), ("", "Referral {}")])
    def test_what_the_trust_knows_the_person_by_stands_beside_the_code(self, token, referral, number, shown):
        Referral.unscoped.filter(pk=referral.pk).update(trac_application_id=number)
        code = f'{referral.candidate.neutral_code} <span class="nhsuk-caption-m">'
        assert f"{code}{shown.format(referral.reference)}</span>" in get(token).content.decode()

    def test_that_an_answer_may_be_left_out_is_said_once_and_not_at_every_question(self, token, referral):
        page = get(token).content.decode()
        assert ("(optional)" in page, page.count("Answer what you know and leave the rest")) == (False, 1)

    def test_no_name_even_after_the_criteria_are_met(self, token, vacancy, ama):
        ReferralFactory(candidate=ama, vacancy=vacancy, state="meets")
        page = get(token).content.decode()
        assert ama.neutral_code in page
        assert "Mensah" not in page

    def test_the_trac_number_where_there_is_one(self, token, referral):
        Referral.unscoped.filter(pk=referral.pk).update(trac_application_id="AR-77-123")
        assert "AR-77-123" in get(token).content.decode()

    def test_only_this_vacancys_people(self, token, referral):
        other = ReferralFactory(vacancy=VacancyFactory(trust=referral.vacancy.trust))
        assert other.candidate.neutral_code not in get(token).content.decode()

    def test_nobody_once_the_trusts_agreement_has_lapsed(self, token, referral, world):
        Accession.objects.filter(organisation=world.trust).update(ends=today() - timedelta(days=1))
        assert referral.candidate.neutral_code not in get(token).content.decode()

    def test_nobody_who_was_not_submitted(self, token, vacancy):
        waiting = ReferralFactory(vacancy=vacancy, state="offered")
        assert waiting.candidate.neutral_code not in get(token).content.decode()

    def test_an_interview_to_come_is_said_and_not_asked(self, token, vacancy, recruiter):
        interview = InterviewFactory(referral=ReferralFactory(vacancy=vacancy, state="meets"), at=at_ten(3))
        assert asks(recruiter, vacancy) == [Ask.NOTHING]
        assert "interview on 26 November 2026" in get(token).content.decode()
        assert again(interview).state == "booked"

    def test_queries_do_not_grow_with_people(self, token, vacancy, referral):
        counts = []
        for _ in range(2):
            with CaptureQueriesContext(
                connection,
            ) as queries:
                assert get(token).status_code == 200
            counts.append(len(queries))
            for state in ("submitted", "meets", "kept"):
                ReferralFactory(vacancy=vacancy, state=state)
        assert counts[0] == counts[1] == 5


class TestAnswers:
    def test_shortlisted(self, token, referral):
        response = post(token, referral, met="yes")
        assert (response.status_code, response["Location"]) == (302, f"/reply/{token}/")
        assert again(referral).state == "meets"
        assert Entry.unscoped.filter(kind="considered", vacancy=referral.vacancy).count() == 1
        assert Hold.unscoped.filter(kind="interview", cleared_at=None).count() == 1

    def test_not_shortlisted_by_criterion_with_a_reason(self, token, referral, criteria):
        response = post(token, referral, met="no", criterion=criteria[1].pk, reason="No example of team work.")
        assert response.status_code == 200  # nothing is left to say, so the link has ended
        found = again(referral)
        assert (found.state, found.feedback) == ("does_not_meet", "No example of team work.")
        decisions = found.decisions.values_list("criterion__text", "met", "reason")
        assert list(decisions) == [("Works in a team", False, "No example of team work.")]

    def test_of_the_other_criteria_nothing_was_said(self, token, referral, criteria, world, client):
        """The page asks which one is not met: nobody found the others met. The reason is told once."""
        post(token, referral, met="no", criterion=criteria[1].pk, reason="No example of team work.")
        client.force_login(world.users["recruiter"])
        shown = client.get(referral.get_absolute_url())
        assert [(line["text"], line["met"], line["not_said"]) for line in shown.context["evidence"][:2]] == [
            ("Communicates clearly", None, True),
            ("Works in a team", False, False),
        ]
        assert shown.context["feedback"] == "Works in a team: No example of team work."
        page = shown.content.decode()
        assert ("Not said" in page, ">Met<" in page) == (True, False)

    @pytest.mark.parametrize(
        ("given", "sentence"),
        [
            ({"met": "no"}, "Select the essential criterion that is not met"),
            ({"met": "no"}, "Say in a sentence why not: the candidate will read it"),
            ({"met": "maybe"}, "Answer the question “Shortlisted for interview?” from the list"),
        ],
    )
    def test_a_refusal_needs_criterion_and_reason(self, token, referral, given, sentence):
        page = post(token, referral, **given)
        assert page.status_code == 200
        assert sentence in page.content.decode()
        assert again(referral).state == "submitted"

    def test_a_criterion_of_another_vacancy_is_refused(self, token, referral):
        stranger = ReferralFactory(vacancy=VacancyFactory(trust=referral.vacancy.trust))
        post(token, referral, met="no", criterion=99999, reason="No.")
        post(token, stranger, met="yes")
        assert (again(referral).state, again(stranger).state) == ("submitted", "submitted")

    def test_an_interview_gets_its_date_and_time(self, token, vacancy):
        referral = ReferralFactory(vacancy=vacancy, state="meets")
        post(token, referral, what="booked", on="2026-12-03", at="14:30")
        interview = Interview.unscoped.get(referral=referral)
        assert (interview.state, interview.at) == ("booked", datetime(2026, 12, 3, 14, 30, tzinfo=UTC))

    def test_a_date_without_a_time_says_so(self, token, vacancy):
        referral = ReferralFactory(vacancy=vacancy, state="meets")
        post(token, referral, what="booked", on="2026-12-03")
        assert Interview.unscoped.get(referral=referral).place == "Time to be confirmed by the trust"

    def test_a_booking_in_the_past_is_refused(self, token, vacancy):
        referral = ReferralFactory(vacancy=vacancy, state="meets")
        page = post(token, referral, what="booked", on="2026-11-20").content.decode()
        assert "20 November 2026 is past. Say whether the interview was held." in page
        assert Interview.unscoped.count() == 0

    def test_an_interview_that_nobody_booked_here_was_held(self, token, vacancy):
        referral = ReferralFactory(vacancy=vacancy, state="meets")
        assert post(token, referral, what="held", on="2026-11-21").status_code == 302
        assert (again(referral).state, again(referral).kept_on) == ("kept", date(2026, 11, 21))

    def test_a_day_to_come_cannot_have_been(self, token, vacancy):
        referral = ReferralFactory(vacancy=vacancy, state="meets")
        page = post(token, referral, what="held", on="2026-11-24").content.decode()
        assert "24 November 2026 is still to come" in page
        assert (again(referral).state, Interview.unscoped.count()) == ("meets", 0)

    def test_nor_a_day_before_the_decision(self, token, vacancy):
        referral = ReferralFactory(vacancy=vacancy, state="meets")  # decided three days ago
        assert (
            "was shortlisted on 20 November 2026"
            in post(token, referral, what="held", on="2026-11-19").content.decode()
        )
        assert again(referral).state == "meets"

    def test_a_booked_interview_was_held(self, token, vacancy):
        interview = InterviewFactory(referral=ReferralFactory(vacancy=vacancy, state="meets"), at=at_ten(0))
        assert "Was the interview of 23 November held?" in get(token).content.decode()
        post(token, interview.referral, what="held")
        assert (again(interview).state, again(interview.referral).state) == ("held", "kept")

    def test_the_candidate_did_not_come(self, token, vacancy, recruiter):
        interview = InterviewFactory(referral=ReferralFactory(vacancy=vacancy, state="meets"), at=at_ten(-1))
        post(token, interview.referral, what="absent")
        assert (again(interview).state, again(interview.referral).state) == ("absent", "meets")
        assert asks(recruiter, vacancy) == [Ask.INTERVIEW]  # another time may be given

    @pytest.mark.parametrize("result", ["appointed", "reserve", "not_appointed"])
    def test_what_came_of_the_interview(self, token, vacancy, result):
        referral = ReferralFactory(vacancy=vacancy, state="kept")
        InterviewFactory(referral=referral, state="held", at=at_ten(-1))
        response = post(token, referral, result=result, feedback="Warm with patients.")
        assert "Thank you" in response.content.decode()
        outcome = Outcome.unscoped.get(referral=referral)
        assert (outcome.result, outcome.feedback) == (result, "Warm with patients.")

    def test_no_outcome_without_feedback(self, token, vacancy):
        referral = ReferralFactory(vacancy=vacancy, state="kept")
        InterviewFactory(referral=referral, state="held", at=at_ten(-1))
        page = post(token, referral, result="appointed").content.decode()
        assert "Write a sentence of feedback" in page
        assert Outcome.unscoped.count() == 0

    def test_part_of_the_answers_is_saved_and_the_rest_stays_as_typed(self, token, vacancy, criteria):
        good, bad, untouched = (ReferralFactory(vacancy=vacancy) for _ in range(3))
        data = {f"{good.reference}-met": "yes", f"{bad.reference}-met": "no", f"{bad.reference}-reason": "Too far."}
        page = Client().post(f"/reply/{token}/", data).content.decode()
        assert [again(row).state for row in (good, bad, untouched)] == ["meets", "submitted", "submitted"]
        assert "Saved: 1 answer." in page
        assert page.count("Select the essential criterion that is not met") == 2  # summary and field
        assert 'value="Too far."' in page
        assert f'name="{untouched.reference}-met"' in page

    def test_nothing_chosen_is_said(self, token, referral):
        client = Client()
        post(token, client=client)
        assert "Nothing was chosen, so nothing was saved." in get(token, client).content.decode()
        assert again(referral).state == "submitted"

    def test_sent_twice_it_counts_once(self, token, referral):
        post(token, referral, met="yes")
        post(token, referral, met="yes")
        assert again(referral).state == "meets"
        assert Entry.unscoped.filter(kind="considered").count() == 1

    def test_the_event_says_that_it_came_by_link(self, token, referral):
        post(token, referral, met="yes")
        event = Event.objects.get(kind="pipeline.Referral", subject_id=referral.pk, verb="meets")
        assert (event.role, event.membership_id) == (Role.LINK, None)


class TestTheEnd:
    def test_the_link_ends_when_nothing_is_left(self, token, referral, criteria, recruiter, vacancy):
        request = replies.ask_manager(vacancy=vacancy, to=TO, by=recruiter)
        token = token_in(mail.outbox[-1].body) if mail.outbox else token_in(Message.unscoped.get().body)
        post(token, referral, met="no", criterion=criteria[0].pk, reason="No.")
        assert ReplyRequest.unscoped.get(pk=request.pk).done_at is not None
        assert get(token).status_code == 404
        assert Event.objects.filter(verb="hiring_manager_answered").count() == 1

    def test_it_waits_for_an_interview_to_come(self, token, vacancy):
        referral = ReferralFactory(vacancy=vacancy, state="meets")
        post(token, referral, what="booked", on="2026-12-03", at="14:30")
        assert get(token).status_code == 200


def token_in(body):
    return re.search(r"/reply/([^/]+)/", body)[1]


class TestLinksThatDoNotWork:
    @pytest.fixture
    def bad(self, vacancy, world):
        """Kind of link -> token."""
        subject = f"vacancies.Vacancy:{vacancy.pk}"

        def made(**changes):
            link, token = make_link(purpose=changes.pop("purpose", "reply"), subject=subject, days=30)
            MagicLink.unscoped.filter(pk=link.pk).update(**changes)
            return token

        moment = datetime(2026, 11, 20, tzinfo=UTC)
        return {
            "expired": made(expires=moment),
            "used": made(used_at=moment),
            "revoked": made(revoked_at=moment),
            "for something else": made(purpose="countersign"),
            "forged": "x" * 43,
            "cut short": made()[:-1],
            "guessed": "1",
            "long": "a" * 2000,
        }

    def test_each_gets_the_same_page_for_the_same_work(self, bad, referral):
        pages, work = set(), set()
        for token in bad.values():
            with CaptureQueriesContext(connection) as queries:
                response = get(token)
            assert response.status_code == 404
            pages.add(without_csrf(response))
            work.add(tuple(re.sub(r"'[0-9a-f]{64}'", "?", query["sql"]).partition(" WHERE ")[0] for query in queries))
        assert len(pages) == 1
        assert len(work) == 1
        assert len(next(iter(work))) == 1  # one look-up by digest, whatever the link

    def test_nothing_can_be_posted_by_one(self, bad, referral):
        assert {post(token, referral, met="yes").status_code for token in bad.values()} == {404}
        assert again(referral).state == "submitted"

    def test_another_vacancys_link_opens_only_that_vacancy(self, token, referral, vacancy):
        other = VacancyFactory(trust=vacancy.trust, title="Porter")
        _link, its = make_link(purpose="reply", subject=f"vacancies.Vacancy:{other.pk}", days=30)
        page = get(its).content.decode()
        assert "Porter" in page
        assert referral.candidate.neutral_code not in page
        post(its, referral, met="yes")
        assert again(referral).state == "submitted"

    def test_who_is_signed_in_makes_no_difference(self, bad, world, referral, token):
        client = Client()
        client.force_login(world.users["other_recruiter"])
        assert get(bad["used"], client).status_code == 404
        assert get(token, client).status_code == 200

    def test_a_burst_of_36_guesses_is_stopped_and_a_good_link_elsewhere_works_on(self, token, referral):
        found = [get(f"{number}-guessed").status_code for number in range(36)]
        elsewhere = Client(REMOTE_ADDR="198.51.100.7").get(f"/reply/{token}/").status_code
        assert (found, elsewhere) == ([404] * 20 + [429] * 16, 200)

    def test_guessing_from_one_address_is_stopped(self):
        found = [get(f"{number}-guessed").status_code for number in range(MOST_FROM_ONE_ADDRESS + 1)]
        assert found == [404] * MOST_FROM_ONE_ADDRESS + [429]

    def test_a_stopped_address_shuts_nobody_out_whose_link_works(self, token, referral, bad):
        for number in range(MOST_FROM_ONE_ADDRESS):
            get(f"{number}-guessed")
        assert get(token).status_code == 200
        pages, work = set(), set()
        for each in [*bad.values(), "forged"]:
            with CaptureQueriesContext(connection) as queries:
                response = get(each)
            assert (response.status_code, response["Retry-After"]) == (429, "600")
            pages.add(without_csrf(response))
            work.add(tuple(query["sql"].partition(" WHERE ")[0] for query in queries))
        assert (len(pages), [len(each) for each in work]) == (1, [1])
        assert b"Try again in 10 minutes." in next(iter(pages))
        post(token, referral, met="yes")
        assert again(referral).state == "meets"

    def test_a_beginning_that_others_guessed_on_from_opens_with_the_whole_link(self, token):
        for number in range(MOST_FOR_ONE_LINK):
            Client(REMOTE_ADDR=f"198.51.100.{number}").get(f"/reply/{token[:6]}{number}/")
        assert [get(each).status_code for each in (f"{token[:6]}x", token)] == [429, 200]

    def test_guessing_on_from_a_known_beginning_is_stopped_from_anywhere(self):
        found = [
            Client(REMOTE_ADDR=f"198.51.100.{number}").get(f"/reply/abcdef{number}/").status_code
            for number in range(MOST_FOR_ONE_LINK + 1)
        ]
        assert found == [404] * MOST_FOR_ONE_LINK + [429]

    def test_good_answers_are_never_limited(self, token, referral):
        assert {get(token).status_code for _ in range(MOST_FROM_ONE_ADDRESS + 5)} == {200}

    def test_our_own_proxy_says_where_a_request_comes_from(self, settings):
        settings.SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
        for number in range(MOST_FROM_ONE_ADDRESS):
            Client(headers={"X-Forwarded-For": f"10.0.0.{number}, 203.0.113.9"}).get(f"/reply/{number}-guessed/")
        blocked = Client(headers={"X-Forwarded-For": "1.2.3.4, 203.0.113.9"}).get("/reply/forged/")
        free = Client(headers={"X-Forwarded-For": "203.0.113.9, 203.0.113.10"}).get("/reply/forged/")
        assert (blocked.status_code, free.status_code) == (429, 404)


class TestAsking:
    def test_the_manager_gets_one_link_and_no_name(
        self, vacancy, referral, recruiter, django_capture_on_commit_callbacks
    ):
        with django_capture_on_commit_callbacks(execute=True):
            request = replies.ask_manager(vacancy=vacancy, to=" Ward.Manager@example.test ", by=recruiter)
        assert (request.to, request.done_at) == (TO, None)
        (sent,) = mail.outbox
        assert sent.to == [TO]
        assert vacancy.reference in sent.body
        assert "Beside it stands the TRAC application number, or our referral where there is none" in sent.body
        for secret in ("Ama", "Mensah", referral.reference, referral.candidate.neutral_code):
            assert secret not in sent.body + sent.subject
        assert get(token_in(sent.body)).status_code == 200

    def test_a_second_link_replaces_the_first(self, vacancy, referral, recruiter):
        replies.ask_manager(vacancy=vacancy, to=TO, by=recruiter)
        replies.ask_manager(vacancy=vacancy, to="other@example.test", by=recruiter)
        first, second = (token_in(message.body) for message in Message.unscoped.order_by("pk"))
        assert (get(first).status_code, get(second).status_code) == (404, 200)
        assert list(ReplyRequest.unscoped.filter(done_at=None).values_list("to", flat=True)) == ["other@example.test"]

    def test_nothing_to_ask(self, vacancy, recruiter):
        with pytest.raises(Refused, match="Nothing is to be asked"):
            replies.ask_manager(vacancy=vacancy, to=TO, by=recruiter)

    def test_another_trust_cannot(self, vacancy, referral):
        with pytest.raises(Refused, match="Only the trust's own"):
            replies.ask_manager(vacancy=vacancy, to=TO, by=acting_as(Role.RECRUITER))
        assert Message.unscoped.count() == 0

    def test_the_page(self, vacancy, referral, world):
        client = Client()
        client.force_login(world.users["recruiter"])
        url = f"/vacancies/{vacancy.reference}/ask/"
        assert "1 person waits for an answer now" in client.get(url).content.decode()
        assert "Enter the hiring manager" in client.post(url, {"to": ""}).content.decode()
        assert client.post(url, {"to": TO}).status_code == 302
        page = client.get(url).content.decode()
        assert f"{TO} was asked on 23 November 2026" in page
        assert "Link sent to" in page


def days_later(days):
    return pretend(datetime(2026, 11, 23, 9, tzinfo=UTC) + timedelta(days=days))


class TestReminders:
    @pytest.fixture
    def asked(self, vacancy, referral, recruiter):
        return replies.ask_manager(vacancy=vacancy, to=TO, by=recruiter)

    @pytest.mark.parametrize(("days", "sent"), [(0, 0), (2, 0), (3, 1), (4, 1), (5, 0), (6, 0), (7, 1)])
    def test_after_three_working_days_on_working_days(self, asked, days, sent):
        with days_later(days):
            assert replies.chase() == sent

    def test_once_a_day(self, asked):
        with days_later(3):
            assert [replies.chase(), replies.chase()] == [1, 0]
        with days_later(4):
            assert replies.chase() == 1
        assert Message.unscoped.filter(cause__startswith="chase reply:").count() == 2
        assert ReplyRequest.unscoped.get(pk=asked.pk).times_chased == 2

    def test_the_link_of_the_reminder_works_and_the_one_before_no_longer(self, asked):
        with days_later(3):
            replies.chase()
            first, second = (token_in(message.body) for message in Message.unscoped.order_by("pk"))
            assert (get(first).status_code, get(second).status_code) == (404, 200)

    def test_one_message_for_all_vacancies_of_a_manager(self, asked, vacancy, recruiter):
        other = ReferralFactory(vacancy=VacancyFactory(trust=vacancy.trust, title="Porter"), mode="trac")
        replies.ask_manager(vacancy=other.vacancy, to=TO, by=recruiter)
        with days_later(3):
            assert replies.chase() == 1
        body = Message.unscoped.get(cause__startswith="chase").body
        assert (vacancy.reference in body, other.vacancy.reference in body) == (True, True)
        assert body.count("/reply/") == 2

    def test_not_while_only_an_interview_to_come_is_waited_for(self, asked, referral):
        token = token_in(Message.unscoped.get().body)
        post(token, referral, met="yes")
        post(token, referral, what="booked", on="2026-12-10", at="10:00")
        with days_later(4):
            assert replies.chase() == 0
        with days_later(18):
            assert replies.chase() == 1

    def test_not_after_everything_was_answered_elsewhere(self, asked, referral):
        Referral.unscoped.filter(pk=referral.pk).delete()
        with days_later(3):
            assert replies.chase() == 0
        assert ReplyRequest.unscoped.get(pk=asked.pk).done_at is not None

    def test_not_for_ever(self, asked):
        ReplyRequest.unscoped.filter(pk=asked.pk).update(times_chased=replies.MOST_CHASERS)
        with days_later(3):
            assert replies.chase() == 0

    def test_the_command(self, asked, capsys):
        with days_later(3):
            call_command("chase_replies")
        assert capsys.readouterr().out == "reminders sent: 1\n"
        assert today() == date(2026, 11, 23)
