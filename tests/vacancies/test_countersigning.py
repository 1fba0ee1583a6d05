"""The countersignature by link: one decision, one answer, and one plain page for every link that does not work."""

import re
from datetime import date, timedelta

import pytest
from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from audit.acting import Role
from audit.clock import now, pretend, today
from audit.events import kind_of
from audit.mover import Refused
from organisations.models import Department, Kind
from organisations.services import sign_policy, system
from outbox.models import Message
from outbox.services import make_link
from tests.factories.organisations import MembershipFactory, OrganisationFactory, UserFactory
from tests.factories.vacancies import VacancyFactory
from tests.vacancies.conftest import somebody
from tests.vacancies.pages import words
from vacancies.amending import reserve_more
from vacancies.countersigning import ask_again, chase, countersign, publish_unsigned
from vacancies.models import Override, OverrideReason, Vacancy
from vacancies.overriding import LessThanDue
from vacancies.ring_fencing import reserve
from vacancies.signers import is_at_work
from vacancies.todo import todo

pytestmark = pytest.mark.django_db
YES = {"agrees": "yes", "job": "Matron", "department": "Surgery", "apart": "on", "remark": "Read."}


@pytest.fixture(autouse=True)
def empty_cache():
    cache.clear()
    yield
    cache.clear()


@pytest.fixture
def override(trust, recruiter):
    return overridden(trust, recruiter, "Porter")


def overridden(trust, recruiter, title):
    vacancy = VacancyFactory(trust=trust, title=title, posts=6)
    less = LessThanDue(OverrideReason.URGENT, "Winter pressure.", "Sam Reviewer", "sam@example.test")
    reserve(vacancy=vacancy, posts=0, by=recruiter.acting, less=less)
    return Override.unscoped.get(vacancy=vacancy)


def link_to(override, **more):
    facts = {"purpose": "countersign", "subject": f"{kind_of(override)}:{override.pk}", "days": 30} | more
    _link, token = make_link(**facts)
    return f"/vacancies/countersign/{token}/"


def test_the_page_shows_the_decision_without_signing_in(override):
    page = words(Client().get(link_to(override)))
    assert "On Porter ( " not in page
    assert "2 posts were due to be reserved for guaranteed interviews. 0 posts were reserved." in page
    assert "Reason Urgent patient-safety need Explained Winter pressure." in page


@pytest.mark.parametrize(("answer", "stands"), [("yes", "Countersigned"), ("no", "Countersignature refused")])
def test_an_answer_is_recorded_and_shown_to_the_trust(override, recruiter, answer, stands):
    response = Client().post(link_to(override), {**YES, "agrees": answer, "remark": "Seen the rota."})
    assert response.status_code == 200
    override.refresh_from_db()
    assert (override.answer, override.remark) == (stands, "Seen the rota.")
    assert (override.signer_job, override.signer_department) == ("Matron", "Surgery")
    assert f"{stands} by Sam Reviewer, Matron, Surgery (example.test) on 23 November 2026. “Seen the rota.”" in words(
        recruiter.client.get(override.vacancy.get_absolute_url())
    )


class TestWhoSigns:
    """Somebody at work and outside the hiring department, by their own word; who they are is published with the answer."""

    @pytest.mark.parametrize(
        "typed",
        ["Medicine", " medicine ", "MEDICINE", "The medicine department", "Medicine Dept.", "Ward: Medicines team"],
    )
    def test_nobody_of_the_hiring_department(self, override, typed):
        department = Department.objects.create(organisation=override.vacancy.trust, name="Medicine")
        Vacancy.unscoped.filter(pk=override.vacancy_id).update(department=department)
        address = link_to(override)
        assert "You do not work in Medicine." in words(Client().get(address))
        sentence = "Medicine is the hiring department, so somebody else has to answer. Tell whoever sent you the link."
        page = Client().post(address, {**YES, "department": typed})
        assert page.context["form"].errors == {"department": [sentence]}
        with pytest.raises(Refused, match="is the hiring department"):
            countersign(
                override=override, agrees=True, remark="", job="Matron", department=typed, apart=True, by=system()
            )
        assert Client().post(address, {**YES, "department": "Medicine for older people"}).status_code == 200

    @pytest.mark.parametrize("missing", ["job", "department"])
    def test_nobody_who_does_not_say_where_they_work(self, override, missing):
        said = {"apart": True, "job": "Matron", "department": "Surgery", missing: "  "}
        with pytest.raises(Refused, match="Say what your job is and in which department"):
            countersign(override=override, agrees=True, remark="", by=system(), **said)

    @pytest.mark.parametrize(
        ("email", "at_work"),
        [
            ("a@nhs.net", True),
            ("a@NHS.net", True),
            ("a@imperial.nhs.uk", True),
            ("a@nhs.uk", True),
            ("a@notnhs.uk", False),
            ("a@nhs.uk.example.org", False),
            ("a@gmail.com", False),
            ("own@gmail.com", True),  # a member's own address, which lets nobody else in at that provider
            ("a@trust.test", True),
            ("a@icb.test", True),
            ("a@academy.test", True),
            ("a@provider.test", False),
            ("a@other-trust.test", False),
            ("a@left.test", False),
        ],
    )
    def test_an_address_at_work(self, trust, policies, email, at_work):
        member("own@gmail.com", trust)
        member("b@trust.test", trust)
        member("b@left.test", trust, ends=today() - timedelta(days=1))
        for kind in (Kind.ICB, Kind.ACADEMY, Kind.PROVIDER):
            member(f"b@{kind}.test", OrganisationFactory(kind=kind))
        member("b@other-trust.test", OrganisationFactory())
        assert is_at_work(email, trust_id=trust.pk) is at_work

    def test_what_counts_as_work_is_signed(self, trust, icb):
        with pytest.raises(Refused, match="nhs is not a mail domain such as nhs.net"):
            sign("nhs", icb)
        sign("example.org, trust.example.com", icb)
        found = [
            is_at_work(f"a@{each}", trust_id=trust.pk) for each in ("example.org", "a.trust.example.com", "nhs.net")
        ]
        assert found == [True, True, False]

    def test_another_address_is_refused_with_a_clear_sentence(self, override, recruiter):
        with pytest.raises(Refused) as refused:
            ask_again(override=override, signer_name="Jo", signer_email="jo@gmail.com", by=recruiter.acting)
        assert str(refused.value) == (
            "Give an address at work: nhs.net, nhs.uk, or where members of this trust, the ICB or the academy have theirs. "
            "gmail.com is none of these."
        )
        vacancy = VacancyFactory(trust=override.vacancy.trust, posts=6)
        less = LessThanDue(OverrideReason.URGENT, "Winter pressure.", "Jo", "jo@gmail.com")
        with pytest.raises(Refused, match="Give an address at work"):
            reserve(vacancy=vacancy, posts=0, by=recruiter.acting, less=less)
        assert not vacancy.entries.exists()


def member(email, organisation, **facts):
    MembershipFactory(user=UserFactory(email=email), organisation=organisation, **facts)


def sign(value, by):
    said = {"starts": today(), "source": "A letter", "verified": True, "reason": "New"}
    sign_policy(key="vacancies.signer_domains", value=value, by=by.acting, **said)


def test_an_answer_needs_a_choice(override):
    response = Client().post(link_to(override), {"remark": "Hm."})
    assert response.context["form"].errors == {
        "agrees": ["Select whether you agree"],
        "job": ["Enter your job title"],
        "department": ["Enter your department"],
        "apart": ["Tick that you took no part, or leave it to somebody else"],
    }
    override.refresh_from_db()
    assert override.answer == "Waiting for a countersignature"


def ended_links(override, other):
    """Each kind of link that does not work, by what is wrong with it."""
    used, twin = link_to(override), link_to(override)
    Client().post(used, YES)
    with pretend(now() - timedelta(days=31)):
        expired = link_to(other)
    return {
        "forged": "/vacancies/countersign/forged/",
        "used": used,
        "answered through another link": twin,
        "cut short": link_to(other)[:-2] + "/",
        "expired": expired,
        "for another purpose": link_to(other, purpose="reply"),
    }


def test_every_link_that_does_not_work_gets_the_same_page_for_the_same_work(override, trust, recruiter):
    other = overridden(trust, recruiter, "Cook")
    pages, work = {}, set()
    for what, address in ended_links(override, other).items():
        for method in ("get", "post"):
            with CaptureQueriesContext(connection) as queries:
                response = getattr(Client(), method)(address, YES)
            pages[what, method] = (response.status_code, words(response))
            work.add(tuple(query["sql"].partition(" WHERE ")[0] for query in queries))
    assert len(set(pages.values())) == 1
    assert pages["forged", "get"][0] == 404
    assert [len(each) for each in work] == [1]  # one look-up by digest, whatever the link
    other.refresh_from_db()
    assert other.answer == "Waiting for a countersignature"


@pytest.mark.parametrize("subject", ["vacancies.Override:0", "vacancies.Vacancy:{}"])
def test_a_link_to_something_else_opens_nothing(override, subject):
    response = Client().get(link_to(override, subject=subject.format(override.vacancy_id)))
    assert (response.status_code, "This link does not work" in words(response)) == (404, True)


class TestGuessing:
    """The same limiter as of the hiring managers' links: 20 failures from one address, 30 at one beginning."""

    def test_guessing_from_one_address_is_stopped_and_shuts_nobody_else_out(self, override):
        good = link_to(override)
        found = [Client().get(f"/vacancies/countersign/{n}-guessed/").status_code for n in range(21)]
        assert found == [404] * 20 + [429]
        forged = Client().get("/vacancies/countersign/forged/")
        assert (forged.status_code, forged["Retry-After"]) == (429, "600")
        assert "Try again in 10 minutes. If it does not open then, ask whoever sent it for a new one." in words(forged)
        assert Client().post(good, YES).status_code == 200
        override.refresh_from_db()
        assert override.answer == "Countersigned"
        used = Client().get(good)
        assert (used.status_code, words(used)) == (429, words(forged))

    def test_guessing_on_from_a_known_beginning_is_stopped_from_anywhere(self):
        found = [
            Client(REMOTE_ADDR=f"198.51.100.{n}").get(f"/vacancies/countersign/abcdef{n}/").status_code
            for n in range(31)
        ]
        assert found == [404] * 30 + [429]

    def test_good_links_are_never_limited(self, override):
        address = link_to(override)
        assert {Client().get(address).status_code for _ in range(25)} == {200}


class TestReminders:
    """Decided on Monday 23 November 2026, to be signed by Monday 30: reminded on Friday 27 and on the day itself."""

    @pytest.mark.parametrize(
        ("days", "sent"), [(0, 0), (3, 0), (4, 1), (5, 0), (6, 0), (7, 1), (8, 0)], ids=lambda each: str(each)
    )
    def test_on_the_working_day_before_the_last_and_on_the_last(self, override, days, sent):
        with pretend(now() + timedelta(days=days)):
            assert [chase(), chase()] == [sent, 0]

    def test_each_brings_a_link_that_works_and_stops_the_one_before(self, override):
        seen = [address_in(Message.unscoped.get())]
        for days, said in ((4, "answer by 30 November 2026. After"), (7, "answer today. After")):
            with pretend(now() + timedelta(days=days)):
                chase()
                message = Message.unscoped.filter(cause__startswith="chase countersign:").latest("pk")
                assert (message.to, said in message.body) == ("sam@example.test", True)
                seen.append(address_in(message))
        with pretend(now() + timedelta(days=7)):
            assert [Client().get(address).status_code for address in seen] == [404, 404, 200]

    @pytest.mark.parametrize("agrees", ["yes", "no"])
    def test_who_answered_is_left_alone(self, override, agrees):
        Client().post(link_to(override), {**YES, "agrees": agrees})
        for days in (4, 7, 8):
            with pretend(now() + timedelta(days=days)):
                assert (chase(), publish_unsigned()) == (0, 0)

    def test_unanswered_it_is_published_as_unsigned_and_may_still_be_answered(self, override, recruiter, capsys):
        with pretend(now() + timedelta(days=7)):
            assert publish_unsigned() == 0
        with pretend(now() + timedelta(days=8)):
            call_command("chase_countersignatures")
            call_command("chase_countersignatures")
            assert capsys.readouterr().out.splitlines() == [
                "reminders sent: 0, published as unsigned: 1",
                "reminders sent: 0, published as unsigned: 0",
            ]
            page = words(recruiter.client.get(override.vacancy.get_absolute_url()))
            assert page.count("Not countersigned in time: published as unsigned") == 1
            assert Client().post(link_to(override), YES).status_code == 200
        override.refresh_from_db()
        assert override.answer == "Countersigned"


def address_in(message):
    return re.search(r"/vacancies/countersign/[^/]+/", message.body)[0]


def test_a_link_opens_its_own_decision_only(override, trust, recruiter):
    other = overridden(trust, recruiter, "Cook")
    assert "Porter" in words(Client().get(link_to(override)))
    Client().post(link_to(other), YES)
    override.refresh_from_db()
    assert override.signed_at is None


def test_whoever_decided_does_not_countersign(override, recruiter, colleague):
    response = recruiter.client.post(link_to(override), YES)
    assert response.context["form"].non_field_errors() == ["Somebody else has to countersign: you made this decision."]
    address = link_to(override)
    assert colleague.client.post(address, YES).status_code == 200
    override.refresh_from_db()
    assert override.answer == "Countersigned"


class TestAskingAgain:
    """The e-mail was lost, or whoever was asked has left: the recruiter sends a new link, and the day stays."""

    def address(self, override):
        return f"/vacancies/{override.vacancy.reference}/ask-to-countersign/"

    def ask(self, who, override, **given):
        return who.client.post(
            self.address(override), {"signer_name": "Jo Next", "signer_email": "jo@example.test", **given}
        )

    def token(self, email):
        return re.search(r"/vacancies/countersign/[^/]+/", Message.unscoped.filter(to=email).last().body)[0]

    def test_the_new_link_works_and_the_earlier_one_stops(self, override, recruiter):
        earlier = self.token("sam@example.test")
        assert Client().get(earlier).status_code == 200
        assert self.ask(recruiter, override).status_code == 302
        assert Client().get(earlier).status_code == 404
        assert "Jo Next, you are asked" in words(Client().get(self.token("jo@example.test")))

    def test_the_day_by_which_it_is_signed_stays(self, override, recruiter):
        with pretend(now() + timedelta(days=9)):
            self.ask(recruiter, override)
        asked = Override.unscoped.get()
        assert (asked.sign_by, asked.signer_name, asked.signer_email) == (
            date(2026, 11, 30),
            "Jo Next",
            "jo@example.test",
        )

    def test_the_timeline_says_so(self, override, recruiter):
        self.ask(recruiter, override)
        assert "Asked again to countersign" in words(recruiter.client.get(override.vacancy.get_absolute_url()))

    @pytest.mark.parametrize(
        ("given", "sentence"),
        [
            ({"signer_name": ""}, "Enter the name of whoever agrees"),
            ({"signer_email": ""}, "Enter the e-mail address of whoever agrees"),
            ({"signer_email": "jo"}, "Their e-mail address must be an e-mail address, like ama@example.org"),
        ],
    )
    def test_what_is_missing_is_asked_for(self, override, recruiter, given, sentence):
        assert sentence in words(self.ask(recruiter, override, **given))
        assert Override.unscoped.get().signer_name == "Sam Reviewer"

    def test_nobody_asks_themselves(self, override, recruiter):
        page = words(self.ask(recruiter, override, signer_email=recruiter.user.email.upper()))
        assert "Somebody else has to countersign: give the address of a colleague" in page
        assert Client().get(self.token("sam@example.test")).status_code == 200

    def test_an_answered_decision_is_asked_about_no_more(self, override, recruiter):
        Client().post(link_to(override), YES)
        assert self.ask(recruiter, override).status_code == 404
        assert "Ask again" not in words(recruiter.client.get(override.vacancy.get_absolute_url()))
        with pytest.raises(Refused, match="answered already"):
            ask_again(override=override, signer_name="Jo", signer_email="jo@example.test", by=recruiter.acting)

    def test_a_colleague_may_and_a_stranger_finds_nothing(self, override, recruiter, colleague, stranger, icb):
        got = [self.ask(who, override).status_code for who in (recruiter, colleague, stranger, icb)]
        assert got == [302, 302, 404, 404]
        with pytest.raises(Refused, match="Only the trust's own"):
            ask_again(override=override, signer_name="Jo", signer_email="jo@example.test", by=stranger.acting)

    @pytest.mark.parametrize(
        ("days", "stands", "task"),
        [
            (7, "Waiting for a countersignature", ("Wait for Sam Reviewer to countersign Porter", True)),
            (8, "Not countersigned in time", ("Ask again for the countersignature of Sam Reviewer: Porter", False)),
        ],
    )
    def test_once_the_day_has_passed_it_is_the_recruiters_to_ask(self, override, recruiter, days, stands, task):
        with pretend(now() + timedelta(days=days)):
            override.refresh_from_db()
            asked = [(each.text, each.waiting) for each in todo(recruiter.acting) if "ountersign" in each.text]
            assert (override.answer, asked) == (stands, [task])


class TestNotAgreed:
    """A refusal comes back to the trust with its reason: reserve what is due, or ask another person."""

    NO = {**YES, "agrees": "no", "remark": "Two people are ready."}

    @pytest.fixture
    def not_agreed(self, override):
        Client().post(link_to(override), self.NO)
        override.refresh_from_db()
        return override

    def test_it_takes_a_reason_and_the_declaration(self, override):
        page = Client().post(link_to(override), {**self.NO, "remark": " ", "apart": ""})
        assert page.context["form"].errors == {
            "remark": ["Say why you do not agree: the recruiter reads it and decides again"],
            "apart": ["Tick that you took no part, or leave it to somebody else"],
        }
        assert "I do not work in the hiring department and took no part in this decision." in words(page)
        said = {"job": "Matron", "department": "Surgery"}
        with pytest.raises(Refused, match="Confirm it"):
            countersign(override=override, agrees=True, remark="", apart=False, by=system(), **said)
        with pytest.raises(Refused, match="Say why you do not agree"):
            countersign(override=override, agrees=False, remark=" ", apart=True, by=system(), **said)

    def test_the_trust_is_told_until_it_acts(self, not_agreed, trust, recruiter):
        detail = "Sam Reviewer did not agree: Two people are ready."
        for who in (recruiter, somebody(Role.TRUST_HR, trust)):
            assert [(task.text, task.detail) for task in todo(who.acting)] == [
                ("Reserve what is due on Porter, or ask another person", detail)
            ]
        page = recruiter.client.get(not_agreed.vacancy.get_absolute_url())
        following = page.context["next"]
        assert (following.heading, following.button) == ("Reserve what is due, or ask another person", "Reserve more")
        assert following.detail == (
            "Sam Reviewer did not agree: “Two people are ready.” 0 of 2 due posts are reserved."
        )
        assert "Declares to work elsewhere and to have taken no part in this decision." in words(page)
        reserve_more(vacancy=not_agreed.vacancy, posts=2, held=0, by=recruiter.acting)
        assert todo(recruiter.acting) == []

    def test_another_person_is_asked_and_the_refusal_stays_published(self, not_agreed, recruiter, icb):
        said = {"signer_name": "Kim Other", "signer_email": "kim@nhs.net"}
        same = recruiter.client.post(not_agreed.ask_url, {**said, "signer_email": "sam@example.test"})
        assert same.context["form"].errors == {
            "signer_email": ["Sam Reviewer did not agree. Ask another person, or reserve what is due."]
        }
        assert recruiter.client.post(not_agreed.ask_url, said).status_code == 302
        not_agreed.refresh_from_db()
        before = "Sam Reviewer, Matron, Surgery (example.test) did not agree on 23 November 2026: Two people are ready."
        assert (not_agreed.answer, not_agreed.refused_before) == ("Waiting for a countersignature", before)
        Client().post(link_to(not_agreed), YES)
        assert f"Before: {before}" in words(icb.client.get("/reports/oversight/"))
        assert f"Before: {before}" in words(recruiter.client.get(not_agreed.vacancy.get_absolute_url()))
