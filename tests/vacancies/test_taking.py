"""One advert, whatever says it: added once, completed where something was not known, left where a person has to settle."""

from datetime import date, timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from django.db import transaction
from hypothesis import given
from hypothesis import strategies as st

from audit.clock import today
from audit.events import broken_chains, record
from audit.models import Event
from audit.mover import Refused
from organisations.models import Department, Site
from organisations.services import system
from tests.factories.organisations import OrganisationFactory
from tests.factories.vacancies import VacancyFactory
from vacancies.models import Criterion, Source, Vacancy
from vacancies.rules import standing_result
from vacancies.taking import (
    CHANGED,
    COMPLETED,
    by_reference,
    changes_of,
    departments,
    state_on,
    take_one,
    unsettled,
    write_all_changes,
    write_changes,
)

TODAY = date(2026, 11, 23)
FACTS = {"trac_reference": "T-1", "title": "Porter", "job_family": "portering"}


def here(**facts):
    """A vacancy as `changes_of` sees it, without a database."""
    empty = dict.fromkeys([*COMPLETED, *CHANGED])
    return SimpleNamespace(**{**empty, "state": "open", "title": "Porter", **facts})


class TestChanges:
    @pytest.mark.parametrize(
        ("known", "said", "changes"),
        [
            ({"band": None}, {"band": 2}, {"band": 2}),
            ({"band": 3}, {"band": 2}, {}),
            ({"band": 3}, {"band": None}, {}),
            ({"posts": None}, {"posts": 4}, {"posts": 4}),
            ({"trac_reference": ""}, {"trac_reference": "T-1"}, {"trac_reference": "T-1"}),
            ({"trac_reference": "T-9"}, {"trac_reference": "T-1"}, {}),
            ({"title": "Porter"}, {"title": "Night porter"}, {"title": "Night porter"}),
            ({"title": "Porter"}, {"title": ""}, {}),
            ({"salary_text": "£30,000"}, {"salary_text": "£31,000"}, {"salary_text": "£31,000"}),
            ({"description": "Long"}, {"description": "Longer"}, {}),
            ({"registration_required": None}, {"registration_required": False}, {"registration_required": False}),
            ({"registration_required": False}, {"registration_required": True}, {}),
            (
                {"closes_on": date(2026, 12, 1)},
                {"closes_on": date(2026, 12, 8)},
                {"closes_on": date(2026, 12, 8)},
            ),
        ],
    )
    def test_what_is_filled_in_and_what_is_changed(self, known, said, changes):
        assert changes_of(here(**known), said) == changes

    @pytest.mark.parametrize("state", ["shortlisting", "interviewing", "finished", "withdrawn"])
    def test_from_shortlisting_on_only_gaps_are_filled(self, state):
        vacancy = here(state=state, closes_on=date(2026, 11, 1))
        said = {"title": "Other", "closes_on": date(2026, 12, 1), "band": 2}
        assert changes_of(vacancy, said) == {"band": 2}

    def test_no_change_makes_an_advert_close_before_it_opened(self):
        vacancy = here(opened_on=date(2026, 11, 20), closes_on=date(2026, 12, 1))
        assert changes_of(vacancy, {"closes_on": date(2026, 11, 1), "band": 2}) == {"band": 2}

    @pytest.mark.parametrize(
        ("known", "said"),
        [
            ({"title": "Night porter"}, {"title": "Porter"}),
            ({"closes_on": date(2026, 12, 8)}, {"closes_on": date(2026, 12, 1)}),
            ({"site": None}, {"site": "Northwick Park"}),  # taken off by a person
            ({"trac_reference": ""}, {"trac_reference": "T-1"}),
        ],
    )
    def test_what_a_person_corrected_stays(self, known, said):
        assert changes_of(here(**known), {**said, "band": 2}, corrected=frozenset(known)) == {"band": 2}

    def test_and_the_difference_is_said(self):
        vacancy = here(title="Night porter", closes_on=date(2026, 12, 8), salary_text="£24,000")
        said = {"title": "Porter", "closes_on": date(2026, 12, 1), "salary_text": "£25,000"}
        assert unsettled(vacancy, said) == {}
        assert unsettled(vacancy, said, corrected=frozenset(("title", "closes_on", "site"))) == {
            "title": "Job title “Porter” in the file, “Night porter” here, as a person corrected it: it stays.",
            "closes_on": "Closing date “1 December 2026” in the file, “8 December 2026” here, as a person corrected it: "
            "it stays.",
        }

    @given(
        known=st.fixed_dictionaries({"band": st.none() | st.integers(1, 9), "posts": st.none() | st.integers(1, 9)}),
        said=st.fixed_dictionaries({"band": st.none() | st.integers(1, 9), "posts": st.none() | st.integers(1, 9)}),
    )
    def test_a_fact_that_decides_is_never_overwritten_and_never_passed_over(self, known, said):
        vacancy = here(**known)
        changes, left = changes_of(vacancy, said), unsettled(vacancy, said)
        for name in known:
            filled = known[name] is None and said[name] is not None
            differs = None not in (known[name], said[name]) and known[name] != said[name]
            assert (name in changes, name in left) == (filled, differs)


class TestUnsettled:
    @pytest.mark.parametrize(
        ("known", "said", "sentences"),
        [
            ({"band": 3}, {"band": 2}, {"band": "Band 2 sent, Band 3 here: correct it on its page."}),
            ({"posts": 3}, {"posts": 2}, {"posts": "2 posts sent, 3 posts here: correct it on its page."}),
            (
                {"registration_required": False},
                {"registration_required": True},
                {
                    "registration_required": "registration required: yes sent, registration required: no here: "
                    "correct it on its page."
                },
            ),
            (
                {"opened_on": date(2026, 11, 20)},
                {"closes_on": date(2026, 11, 1)},
                {"closes_on": "It closes 1 November 2026 sent, before it opened here: correct the dates."},
            ),
            ({"band": 3}, {"band": 3}, {}),
            ({"band": None}, {"band": 3}, {}),
        ],
    )
    def test_sentences(self, known, said, sentences):
        assert unsettled(here(**known), said, where="sent") == sentences


@pytest.mark.parametrize(
    ("opened", "closes", "state"),
    [
        (None, None, "draft"),
        (None, TODAY, "draft"),
        (TODAY, None, "open"),
        (TODAY, TODAY, "open"),
        (TODAY - timedelta(days=9), TODAY - timedelta(days=1), "closed"),
        (TODAY + timedelta(days=1), TODAY + timedelta(days=9), "draft"),
    ],
)
def test_the_state_in_which_an_advert_comes_in(opened, closes, state):
    assert state_on(opened, closes) == state


@pytest.mark.django_db
class TestOne:
    def take(self, who, criteria=(), **facts):
        trust = who.membership.organisation
        return take_one(trust=trust, facts={**FACTS, **facts}, criteria=criteria, source=Source.API, by=who.acting)

    def test_made_open_and_classified_from_its_facts(self, recruiter):
        taken = self.take(recruiter, band=2, posts=3, opened_on=today())
        vacancy = Vacancy.unscoped.get()
        assert (taken.outcome, taken.vacancy, vacancy.state) == ("made", vacancy, "open")
        assert (vacancy.source, vacancy.posts, standing_result(vacancy)) == ("api", 3, "yes")
        assert list(Event.objects.filter(subject_id=vacancy.pk).values_list("verb", "facts")) == [
            ("import", {"source": "Sent by the API"})
        ]

    def test_the_same_again_is_the_same(self, recruiter):
        self.take(recruiter, band=2)
        again = self.take(recruiter, band=2)
        assert (again.outcome, again.changed, again.unsettled) == ("same", "", {})
        assert (Vacancy.unscoped.count(), Event.objects.filter(verb="update").count()) == (1, 0)

    def test_a_gap_is_filled_and_the_vacancy_classified_again(self, recruiter):
        vacancy = self.take(recruiter).vacancy
        assert standing_result(vacancy) == "unclassified"
        taken = self.take(recruiter, band=2, posts=1)
        assert (taken.outcome, taken.changed) == ("changed", "pay band, posts")
        assert standing_result(vacancy) == "yes"

    def test_a_draft_opens_once_its_advert_is_out(self, recruiter):
        vacancy = self.take(recruiter, band=2, posts=1).vacancy
        self.take(recruiter, opened_on=today())
        vacancy.refresh_from_db()
        assert (vacancy.state, vacancy.opened_on) == ("open", today())
        assert Event.objects.filter(subject_id=vacancy.pk, verb="open").count() == 1

    def test_a_draft_whose_posts_are_not_known_stays_one(self, recruiter):
        vacancy = self.take(recruiter, band=2).vacancy
        self.take(recruiter, opened_on=today())
        vacancy.refresh_from_db()
        assert (vacancy.state, vacancy.opened_on) == ("draft", today())

    def test_one_advert_through_two_doors(self, recruiter, trust):
        known = VacancyFactory(trust=trust, nhs_jobs_reference="C9333-26-1201", title="Porter")
        taken = self.take(recruiter, nhs_jobs_reference="C9333-26-1201", trac_reference="T-1")
        known.refresh_from_db()
        assert (taken.vacancy, known.trac_reference, taken.changed) == (known, "T-1", "TRAC reference")

    def test_two_vacancies_are_not_made_one(self, recruiter, trust):
        first = VacancyFactory(trust=trust, nhs_jobs_reference="C-1")
        second = VacancyFactory(trust=trust, trac_reference="T-1")
        with pytest.raises(Refused) as refused:
            self.take(recruiter, nhs_jobs_reference="C-1")
        names = " and ".join(sorted((first.reference, second.reference)))
        assert str(refused.value).startswith(f"The two references belong to two vacancies here, {names}.")

    def test_the_same_reference_in_another_trust_is_another_vacancy(self, recruiter, stranger):
        mine, theirs = self.take(recruiter).vacancy, self.take(stranger).vacancy
        assert (mine.trust_id == theirs.trust_id, Vacancy.unscoped.count()) == (False, 2)

    def test_without_a_reference_it_is_nobody(self, recruiter):
        with pytest.raises(Refused, match="Give the reference of the vacancy in TRAC or NHS Jobs"):
            self.take(recruiter, trac_reference="")

    def test_only_the_trusts_own_people(self, recruiter, stranger, icb, academy, colleague):
        trust = recruiter.membership.organisation
        for who in (stranger, icb, academy):
            with pytest.raises(Refused, match="own recruiters and HR"):
                take_one(trust=trust, facts=FACTS, source=Source.API, by=who.acting)
        assert Vacancy.unscoped.count() == 0
        assert take_one(trust=trust, facts=FACTS, source=Source.API, by=colleague.acting).outcome == "made"

    def test_criteria_come_with_it_and_two_facts_from_them(self, recruiter):
        lines = [("Registered nurse with the NMC register", True), ("Kind", True), ("Kind", True), ("Typing", False)]
        vacancy = self.take(recruiter, criteria=lines, band=2, posts=1).vacancy
        assert list(Criterion.unscoped.values_list("text", "essential")) == [
            ("Registered nurse with the NMC register", True),
            ("Kind", True),
            ("Typing", False),
        ]
        assert (vacancy.registration_required, standing_result(vacancy)) == (True, "no")

    def test_what_was_said_outright_goes_before_what_the_criteria_suggest(self, recruiter):
        lines = [("Registered nurse with the NMC register", True)]
        vacancy = self.take(recruiter, criteria=lines, band=2, posts=1, registration_required=False).vacancy
        assert (vacancy.registration_required, standing_result(vacancy)) == (False, "yes")

    def test_criteria_complete_a_vacancy_without_any(self, recruiter):
        self.take(recruiter)
        taken = self.take(recruiter, criteria=[("Kind", True)])
        assert (taken.outcome, taken.changed) == ("changed", "criteria")
        assert Criterion.unscoped.count() == 1
        assert self.take(recruiter, criteria=[("kind", True)]).outcome == "same"

    def test_other_criteria_wait_for_a_person(self, recruiter):
        self.take(recruiter, criteria=[("Kind", True)])
        taken = self.take(recruiter, criteria=[("Degree", True)])
        assert (taken.outcome, dict(taken.unsettled)) == (
            "same",
            {"criteria": "The criteria sent differ from those here: correct them on its page."},
        )
        assert [row.text for row in Criterion.unscoped.all()] == ["Kind"]


@pytest.mark.django_db
class TestLookingUp:
    def test_by_either_reference_and_of_one_trust(self, trust, django_assert_num_queries):
        first = VacancyFactory(trust=trust, trac_reference="T-1", nhs_jobs_reference="C-1")
        second = VacancyFactory(trust=trust, trac_reference="T-2")
        VacancyFactory(trac_reference="T-3")
        with django_assert_num_queries(1):
            found = by_reference(["T-1", "T-2", "T-3", ""], trust=trust)
        assert found == {"T-1": first, "C-1": first, "T-2": second}

    def test_an_empty_reference_finds_nobody(self, trust):
        VacancyFactory(trust=trust)
        assert by_reference(["", ""], trust=trust) == {}

    def test_departments_are_kept_once_whatever_their_case(self, trust):
        held = Department.objects.create(organisation=trust, name="Portering")
        Department.objects.create(organisation=OrganisationFactory(), name="Wards")
        found = departments({"PORTERING", "Wards"}, trust=trust)
        assert (found["portering"], found["wards"].organisation) == (held, trust)
        assert Department.objects.filter(organisation=trust).count() == 2


EACH_CHANGES = (
    {"closes_on": TODAY + timedelta(days=40)},
    {"closes_on": TODAY + timedelta(days=41), "title": "Night porter"},
    {"closes_on": TODAY + timedelta(days=42)},
    {
        "band": 3,
        "posts": 2,
        "hours": Decimal("37.5"),
        "salary_least": Decimal("24937.005"),
        "registration_required": False,
    },
    {"posts": 1, "opened_on": TODAY},  # a draft whose advert is out by now: it opens
    {"site": "Northwick Park", "position_number": "P7"},
)


def written(write):
    """The same six vacancies, changed by `write`: their rows and what was told of each, without keys and moments."""
    trust = OrganisationFactory()
    site = Site.objects.create(organisation=trust, name="Northwick Park")
    gaps = {"band": None, "posts": None, "hours": None, "registration_required": None}
    held = [
        VacancyFactory(trust=trust, title=f"Porter {number}", **(gaps if number == 3 else {})) for number in range(4)
    ]
    held += [VacancyFactory(trust=trust, title="Porter 4", state="draft", posts=None, opened_on=None, closes_on=None)]
    held += [VacancyFactory(trust=trust, title="Porter 5")]
    record(by=system(), verb="hiring_manager_asked", on=held[1])
    pairs = [
        (vacancy, {**changes, "site": site} if "site" in changes else changes)
        for vacancy, changes in zip(held, EACH_CHANGES, strict=True)
    ]
    words = write(pairs)
    names = [field.attname for field in Vacancy._meta.concrete_fields]
    own = {"id", "reference", "trust_id", "site_id", "made_at"}
    rows = list(Vacancy.unscoped.filter(trust=trust).order_by("pk").values_list(*(n for n in names if n not in own)))
    places = list(Vacancy.unscoped.filter(trust=trust).order_by("pk").values_list("site__name", flat=True))
    events = [
        list(
            Event.objects.filter(subject_id=vacancy.pk, kind="vacancies.Vacancy").order_by("number").values_list(*TOLD)
        )
        for vacancy in held
    ]
    return words, rows, places, events


TOLD = ("number", "verb", "role", "was", "now", "facts", "day", "membership_id", "organisation_id")


@pytest.mark.django_db
class TestManyAtOnce:
    def test_are_as_one_after_the_other(self, policies):
        one_by_one = written(lambda pairs: [write_changes(vacancy, changes, by=system()) for vacancy, changes in pairs])
        at_once = written(lambda pairs: write_all_changes(pairs, by=system()))
        assert at_once == one_by_one
        words, _rows, places, events = at_once
        assert words[3] == "pay band, posts, hours, lowest pay, professional registration"
        assert [event[1] for event in events[1]] == ["hiring_manager_asked", "update"]
        assert [event[1] for event in events[4]] == ["update", "open"]
        assert places[5] == "Northwick Park"
        assert list(broken_chains()) == []

    def test_a_vacancy_that_two_lines_change_is_told_of_twice(self, trust, policies):
        vacancy = VacancyFactory(trust=trust)
        write_all_changes(
            [(vacancy, {"title": "Night porter"}), (vacancy, {"url": "https://jobs.example/1"})], by=system()
        )
        rows = Event.objects.filter(subject_id=vacancy.pk, verb="update").order_by("number")
        assert [event.facts["field"] for event in rows] == ["Job title", "Address of the advert"]
        assert list(broken_chains()) == []

    def test_what_somebody_else_changed_meanwhile_stays(self, trust, policies):
        vacancies = [VacancyFactory(trust=trust), VacancyFactory(trust=trust)]
        Vacancy.unscoped.filter(pk=vacancies[0].pk).update(title="Corrected by a person")
        write_all_changes(
            [(vacancies[0], {"url": "https://a.example"}), (vacancies[1], {"title": "Cook"})], by=system()
        )
        assert Vacancy.unscoped.get(pk=vacancies[0].pk).title == "Corrected by a person"

    @pytest.mark.parametrize("number", [1, 3])
    def test_constant_in_queries(self, trust, policies, number, django_assert_num_queries):
        pairs = [(VacancyFactory(trust=trust), {"title": f"Cook {each}"}) for each in range(number)]
        with django_assert_num_queries(6), transaction.atomic():
            write_all_changes(pairs, by=system())
