"""Reserving on the page: what is due, less than due, many at once."""

import re
from datetime import timedelta

import pytest
from django.core import mail

from audit.clock import now, today
from tests.factories.vacancies import VacancyFactory
from tests.vacancies.pages import rows_of, words
from vacancies.amending import reserve_more
from vacancies.forms import LessForm
from vacancies.ledger import standing_of
from vacancies.models import Entry, Override, Recommendation
from vacancies.ring_fence import Standing
from vacancies.ring_fencing import reserve

pytestmark = pytest.mark.django_db

LESS = {
    "posts": "0",
    "reason": "urgent",
    "text": "Winter pressure on the wards.",
    "signer_name": "Sam Reviewer",
    "signer_email": "Sam@Example.test",
}


@pytest.fixture
def vacancy(trust):
    return VacancyFactory(trust=trust, title="Porter", posts=6)


def path(vacancy, rest=""):
    return f"/vacancies/{vacancy.reference}/{rest}"


def test_the_minimum_is_chosen_beforehand_and_every_choice_says_what_it_is(vacancy, recruiter):
    response = recruiter.client.get(path(vacancy, "reserve/"))
    assert [label for _value, label in response.context["form"].fields["posts"].choices] == [
        "0 posts: less than due",
        "1 post: less than due",
        "2 posts: what is due",
        "3 posts",
        "4 posts",
        "5 posts",
        "6 posts",
    ]
    assert response.context["form"]["posts"].value() == "2"
    assert response.context["less"] is None


def test_reserving_what_is_due_gives_the_note_for_trac(vacancy, recruiter):
    response = recruiter.client.post(path(vacancy, "reserve/"), {"posts": "2"}, follow=True)
    assert standing_of(vacancy.trust_id, 2026) == Standing(6, 2, 1, 1, 0, 0)
    assert response.context["text"] == (
        f"Ring-fence {vacancy.reference}: 2 of 6 posts reserved, up to 4 guaranteed interviews for people whom the "
        "Skills Academy puts forward and who meet the essential criteria. No post is withheld; appoint on merit."
    )


def test_less_than_due_asks_why_and_who_and_writes_nothing_before(vacancy, recruiter):
    response = recruiter.client.post(path(vacancy, "reserve/"), {"posts": "0"})
    assert response.status_code == 200
    assert "Who agrees?" in words(response)
    assert Entry.unscoped.count() == 0
    response = recruiter.client.post(path(vacancy, "reserve/"), {**LESS, "reason": "", "signer_email": "sam"})
    assert dict(response.context["less"].errors) == {
        "reason": ["Select why less than due is reserved"],
        "signer_email": ["Their e-mail address must be an e-mail address, like ama@example.org"],
    }
    assert "Winter pressure on the wards." in response.content.decode()
    assert Entry.unscoped.count() == 0


def test_the_questions_come_as_a_fragment_when_less_is_picked(vacancy, recruiter):
    wanted = {"headers": {"HX-Request": "true"}}
    fragment = recruiter.client.get(path(vacancy, "reserve/?posts=1"), **wanted)
    assert fragment.content.decode().startswith('<div id="less">')
    assert "Who agrees?" in words(fragment)
    assert words(recruiter.client.get(path(vacancy, "reserve/?posts=2"), **wanted)) == ""
    assert fragment["Vary"].split(", ").count("HX-Request") == 1


def test_an_override_is_effective_at_once_and_its_debt_stays(vacancy, recruiter, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        recruiter.client.post(path(vacancy, "reserve/"), LESS)
    override = Override.unscoped.get()
    assert (override.due, override.reserved, override.signer_email) == (2, 0, "sam@example.test")
    assert override.sign_by == today() + timedelta(days=7)
    assert standing_of(vacancy.trust_id, 2026) == Standing(6, 0, 1, 0, 0, 0)
    assert [(each.to, each.subject) for each in mail.outbox] == [
        (["sam@example.test"], "A ring-fence decision waits for your countersignature")
    ]
    assert "Winter" not in mail.outbox[0].body
    result = words(recruiter.client.get(path(vacancy, "reserve/")))
    assert "Sam Reviewer was asked to countersign it at sam@example.test, by 30 November 2026." in result
    page = words(recruiter.client.get(path(vacancy)))
    assert "Less than due was reserved: 0 of 2." in page
    assert "Waiting for a countersignature: Sam Reviewer (example.test), by 30 November 2026." in page
    assert "Since then more was reserved" not in page
    reserve_more(vacancy=vacancy, posts=1, held=0, by=recruiter.acting)
    page = words(recruiter.client.get(path(vacancy)))
    assert "That was on 23 November 2026. Since then more was reserved: 1 post is reserved now." in page


def test_nobody_countersigns_their_own_decision(vacancy, recruiter):
    response = recruiter.client.post(path(vacancy, "reserve/"), {**LESS, "signer_email": recruiter.user.email.upper()})
    assert response.context["less"].errors == {
        "signer_email": ["Somebody else has to countersign: give the address of a colleague outside the department."]
    }
    assert Entry.unscoped.count() == 0


def test_the_stranger_finds_nothing_and_the_icb_may_not(vacancy, stranger, icb, colleague):
    got = [who.client.post(path(vacancy, "reserve/"), {"posts": "2"}).status_code for who in (stranger, icb, colleague)]
    assert got == [404, 404, 302]


def test_a_vacancy_that_cannot_be_decided_says_why(trust, recruiter):
    late = VacancyFactory(trust=trust, closes_on=today() + timedelta(days=1))
    response = recruiter.client.get(path(late, "reserve/"), follow=True)
    assert f"A decision on {late.reference} counted until 19 November 2026." in words(response)


class TestManyAtOnce:
    @pytest.fixture
    def three(self, trust):
        """Closing in the order c, a, b; six posts each: 2 due on the first, then 1 each (12 need 3, 18 need 4)."""
        days = {"a": 20, "b": 30, "c": 10}
        made = {
            title: VacancyFactory(trust=trust, title=title, posts=6, closes_on=today() + timedelta(days=number))
            for title, number in days.items()
        }
        return [made[title] for title in "cab"]

    def query(self, vacancies):
        return {"vacancy": [each.reference for each in vacancies]}

    def posted(self, response):
        """The hidden fields of the check page."""
        found = re.findall(r'name="(vacancy|due-[^"]+)" value="([^"]+)"', response.content.decode())
        data = {}
        for name, value in found:
            data.setdefault(name, []).append(value)
        return data

    def test_the_check_page_counts_one_after_the_other(self, three, recruiter):
        response = recruiter.client.get("/vacancies/reserve/", self.query(three[::-1]))
        assert [(row[0][0], row[2], row[4]) for row in rows_of(response)] == [
            ("c", "6", "2"),
            ("a", "6", "1"),
            ("b", "6", "1"),
        ]
        assert Entry.unscoped.count() == 0

    def test_confirming_decides_them_in_that_order(self, three, recruiter):
        check = recruiter.client.get("/vacancies/reserve/", self.query(three))
        response = recruiter.client.post("/vacancies/reserve/", self.posted(check), follow=True)
        held = list(Entry.unscoped.filter(kind="reserve").values_list("vacancy__title", "reserved"))
        assert held == [("c", 2), ("a", 1), ("b", 1)]
        assert [row[1] for row in rows_of(response)] == ["2", "1", "1"]
        assert "4 posts reserved on 3 vacancies" in words(response)

    def test_the_result_is_a_page_of_its_own_that_may_be_loaded_again(self, three, recruiter, colleague, stranger):
        check = recruiter.client.get("/vacancies/reserve/", self.query(three))
        response = recruiter.client.post("/vacancies/reserve/", self.posted(check))
        assert response.status_code == 302
        for _ in range(2):
            assert "4 posts reserved on 3 vacancies" in words(recruiter.client.get(response.url))
        assert "4 posts reserved on 3 vacancies" in words(colleague.client.get(response.url))
        assert stranger.client.get(response.url).url == "/vacancies/"
        assert Entry.unscoped.filter(kind="reserve").count() == 3

    def test_the_result_speaks_of_what_was_decided_only(self, three, recruiter):
        reserve(vacancy=VacancyFactory(trust=three[0].trust, posts=5), posts=1, by=recruiter.acting)
        check = recruiter.client.get("/vacancies/reserve/", self.query(three[:2]))
        response = recruiter.client.post("/vacancies/reserve/", self.posted(check))
        reserve(vacancy=three[2], posts=3, by=recruiter.acting)
        entries = Entry.unscoped.filter(vacancy__in=three[:2], kind="open").order_by("pk").values_list("pk", flat=True)
        assert response.url == f"/vacancies/reserve/?decided={entries[0]}-{entries[1]}"  # however many they are
        found = recruiter.client.get(response.url).context
        assert found["number"] == 2
        assert {vacancy.pk for vacancy, _note in found["reserved"]} | {each.pk for each in found["free"]} == {
            each.pk for each in three[:2]
        }

    @pytest.mark.parametrize("name", ["", "1", "1-", "-1", "x-y", "9-1", "1-9999999999999999999", "²-³"])
    def test_what_names_nothing_that_was_decided_leads_to_the_list(self, three, recruiter, name):
        assert recruiter.client.get("/vacancies/reserve/", {"decided": name}).url == "/vacancies/"

    def test_of_one_due_day_the_most_ready_people_come_first(self, trust, recruiter):
        """Both days of a weekend have the same last day to decide."""
        saturday = today() + timedelta(days=12)
        for title, day, ready in (
            ("few", saturday, 1),
            ("many", saturday + timedelta(days=1), 9),
            ("none", saturday, 0),
        ):
            made = VacancyFactory(trust=trust, title=title, posts=1, closes_on=day)
            Recommendation.unscoped.create(vacancy=made, ready_people=ready, made_at=now())
        response = recruiter.client.get("/vacancies/reserve/", {"all": "1", "fence": "undecided"})
        assert [(row[0][:4], row[3]) for row in rows_of(response)] == [("many", "9"), ("few ", "1"), ("none", "0")]

    def test_when_somebody_decided_in_between_nothing_is_written_and_the_page_is_shown_anew(
        self, three, trust, recruiter, colleague
    ):
        data = self.posted(recruiter.client.get("/vacancies/reserve/", self.query(three)))
        reserve(vacancy=VacancyFactory(trust=trust, posts=5), posts=5, by=colleague.acting)
        response = recruiter.client.post("/vacancies/reserve/", data, follow=True)
        assert [status for _address, status in response.redirect_chain] == [302]  # a reload sends nothing again
        assert "Somebody decided in between, so what is due has changed. Check the list again." in words(response)
        assert Entry.unscoped.filter(vacancy__in=three).count() == 0
        assert [row[4] for row in rows_of(response)] == ["0", "0", "0"]

    def test_what_cannot_be_decided_is_left_out_with_its_reason(self, three, trust, recruiter):
        unknown = VacancyFactory(trust=trust, title="Unknown", entry_level="unclassified")
        response = recruiter.client.get("/vacancies/reserve/", self.query([*three, unknown]))
        assert f"Unknown : {unknown.reference} is not classified yet: give its pay band first." in words(response)
        assert unknown.reference not in self.posted(response)["vacancy"]

    def test_another_trusts_vacancies_are_not_there(self, three, stranger):
        response = stranger.client.get("/vacancies/reserve/", self.query(three), follow=True)
        assert "Select the vacancies to reserve posts on." in words(response)

    def test_all_that_the_filters_show_are_taken_without_picking(self, three, trust, recruiter):
        VacancyFactory(trust=trust, title="other", band=3)
        response = recruiter.client.get("/vacancies/reserve/", {"all": "1", "fence": "undecided", "band": "2"})
        assert [row[0][0] for row in rows_of(response)] == ["c", "a", "b"]

    def test_the_list_offers_it_where_it_shows_what_is_to_decide(self, three, recruiter):
        offer = "Decide all 3 at once"
        pages = [words(recruiter.client.get(f"/vacancies/?fence={fence}")) for fence in ("undecided", "free", "")]
        assert [offer in page for page in pages] == [True, False, False]

    def test_no_more_than_one_page_can_check(self, three, recruiter, monkeypatch):
        monkeypatch.setattr("vacancies.views.reserving.MOST_AT_ONCE", 2)
        monkeypatch.setattr("vacancies.views.listing.MOST_AT_ONCE", 2)
        assert "Decide the first 2 at once" in words(recruiter.client.get("/vacancies/?fence=undecided"))
        response = recruiter.client.get("/vacancies/reserve/", {"all": "1", "fence": "undecided"})
        assert [row[0][0] for row in rows_of(response)] == ["c", "a"]

    def test_a_stranger_takes_their_own_only(self, three, stranger):
        response = stranger.client.get("/vacancies/reserve/", {"all": "1", "fence": "undecided"}, follow=True)
        assert "Select the vacancies to reserve posts on." in words(response)

    def test_what_got_nothing_is_told_apart_from_the_notes(self, three, trust, recruiter):
        reserve(vacancy=VacancyFactory(trust=trust, posts=5), posts=5, by=recruiter.acting)
        check = recruiter.client.get("/vacancies/reserve/", self.query(three))
        page = words(recruiter.client.post("/vacancies/reserve/", self.posted(check), follow=True))
        assert "0 posts reserved on 3 vacancies" in page
        assert "Nothing reserved on 3 vacancies" in page
        assert "Paste" not in page


class TestDecidedWithNothing:
    def test_it_leads_to_reserving_more_and_more_is_reserved(self, vacancy, recruiter):
        address = path(vacancy, "reserve-more/")
        decided = recruiter.client.post(path(vacancy, "reserve/"), LESS, follow=True)
        assert "Decided: nothing reserved" in words(decided)
        assert f'href="{address}">Reserve more posts' in decided.content.decode()
        assert address in recruiter.client.get(vacancy.get_absolute_url()).content.decode()
        recruiter.client.post(address, {"posts": "2", "held": "0"})
        assert standing_of(vacancy.trust_id, 2026) == Standing(6, 2, 1, 1, 0, 0)

    def test_not_once_it_has_closed(self, vacancy, recruiter):
        recruiter.client.post(path(vacancy, "reserve/"), LESS)
        recruiter.client.post(path(vacancy, "move/"), {"verb": "close"})
        page = recruiter.client.get(path(vacancy, "reserve/")).content.decode()
        assert (path(vacancy, "reserve-more/") in page, path(vacancy, "add-posts/") in page) == (False, True)


class TestTheReasonForLess:
    @pytest.mark.parametrize(
        ("ready", "expected"),
        [
            (
                147,
                ["147 ready people asked for this work and fit the vacancy today. Choose another reason, or reserve."],
            ),
            (1, ["1 ready person asked for this work and fits the vacancy today. Choose another reason, or reserve."]),
            (0, None),
        ],
    )
    def test_nobody_ready_is_weighed_against_who_is_ready(self, vacancy, recruiter, ready, expected):
        Recommendation.unscoped.create(vacancy=vacancy, ready_people=ready, made_at="2026-11-23T09:00Z")
        response = recruiter.client.post(path(vacancy, "reserve/"), {**LESS, "reason": "no_candidates"})
        assert (response.context["less"].errors.get("reason") if response.context else None) == expected
        assert Override.unscoped.count() == (0 if expected else 1)

    @pytest.mark.parametrize(
        ("name", "good"),
        [
            ("Amina Khan", True),
            ("Dr Amina  Maria del Khan", True),
            ("The head of the ward agrees", False),
            ("My manager agreed.", False),
            ("Ward 7", False),
            ("amina@example.test", False),
        ],
    )
    def test_who_agrees_is_a_person(self, name, good):
        form = LessForm({**LESS, "signer_name": name})
        wrong = {} if good else {"signer_name": ["Enter the name of one person, for example Amina Khan"]}
        assert form.errors == wrong
