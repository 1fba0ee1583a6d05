"""History from before the service: entries of their own kind that past months show, brought once, never over what was counted."""

from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.clock import LONDON
from audit.mover import Refused
from organisations.services import system
from tests.factories.vacancies import VacancyFactory
from vacancies.amending import Opening, bring_opening
from vacancies.expected import expected
from vacancies.history import (
    Figures,
    Held,
    Past,
    as_known,
    bring_history,
    cause_of,
    first_decision,
    held_of,
    key_in,
    of_month,
    of_vacancy,
    problem_of,
    totals,
)
from vacancies.ledger import broken_entries, standing_of
from vacancies.models import Entry
from vacancies.month_ends import by_month
from vacancies.ring_fence import Standing
from vacancies.ring_fencing import reserve

BEFORE = date(2026, 11, 23)


def month(name, *figures):
    return of_month(int(name[:4]), int(name[5:]), Figures(*figures))


def moment(day):
    return datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=LONDON)


def months(trust):
    return by_month(trust.pk, 2025, standing=standing_of(trust.pk, 2025))


class TestRows:
    """Without a database."""

    def test_a_month_is_of_its_last_day(self):
        assert month("2028-02", 5, 1, 3, 1) == Past("month", "2028-02", date(2028, 2, 29), Figures(5, 1, 3, 1))

    @pytest.mark.parametrize(
        ("posts", "reserved", "figures"),
        [(5, 1, (5, 1, 1, 1)), (5, 0, (5, 0, 1, 0)), (0, 0, (0, 0, 0, 0))],
    )
    def test_a_vacancy_is_one_advert(self, posts, reserved, figures):
        past = of_vacancy("T-1", date(2025, 5, 6), posts=posts, reserved=reserved)
        assert (past.key, past.year, past.figures) == ("vacancy T-1", 2025, Figures(*figures))

    @pytest.mark.parametrize(("name", "year"), [("2025-03", 2024), ("2025-04", 2025), ("2026-03", 2025)])
    def test_the_financial_year(self, name, year):
        assert month(name, 1, 0, 1, 0).year == year

    @pytest.mark.parametrize(
        ("figures", "sentence"),
        [
            ((5, 1, 3, 1), ""),
            ((0, 0, 0, 0), ""),
            ((5, 5, 5, 5), ""),
            ((-1, 0, 0, 0), "A figure is not between 0 and 100,000. Check the row."),
            ((100_001, 0, 1, 0), "A figure is not between 0 and 100,000. Check the row."),
            ((5, 6, 3, 1), "More is reserved than was counted. Check the two figures."),
            ((5, 3, 3, 4), "More is reserved than was counted. Check the two figures."),
            ((5, 1, 6, 1), "Each advert has at least one post, and each post an advert. Check posts and adverts."),
            ((5, 0, 0, 0), "Each advert has at least one post, and each post an advert. Check posts and adverts."),
            (
                (5, 1, 3, 2),
                "An advert is reserved when at least one of its posts is. Check the reserved posts and adverts.",
            ),
            (
                (5, 1, 3, 0),
                "An advert is reserved when at least one of its posts is. Check the reserved posts and adverts.",
            ),
        ],
    )
    def test_figures_that_can_be(self, figures, sentence):
        assert problem_of(month("2025-04", *figures), before=None, held={}) == sentence

    @pytest.mark.parametrize(
        ("name", "before", "sentence"),
        [
            ("2018-04", None, ""),
            ("2018-03", None, "31 March 2018 is not between 1 April 2018 and today. Check the date."),
            ("2026-11", None, "30 November 2026 is not between 1 April 2018 and today. Check the date."),
            ("2026-10", BEFORE, ""),
            ("2026-09", date(2026, 9, 30), "From 30 September 2026 on this service counts itself. Leave the row out."),
            ("2026-09", date(2026, 10, 1), ""),
        ],
    )
    def test_days_that_can_be(self, name, before, sentence):
        assert problem_of(month(name, 5, 1, 3, 1), before=before, held={}) == sentence

    def test_a_vacancy_that_is_here_on_another_day(self):
        past = of_vacancy("T-1", date(2025, 5, 6), posts=5, reserved=1)
        held = {past.key: Held(past.figures, 1, date(2025, 5, 1))}
        assert problem_of(past, before=None, held=held).startswith("It is here dated 1 May 2025. Bring it")

    @pytest.mark.parametrize(
        ("there", "outcome"),
        [
            (None, "made"),
            (Held(Figures(5, 1, 3, 1), 1), "same"),
            (Held(Figures(4, 1, 3, 1), 1), "changed"),
            (Held(Figures(), 2), "changed"),
        ],
    )
    def test_what_bringing_it_would_do(self, there, outcome):
        past = month("2025-04", 5, 1, 3, 1)
        assert as_known(past, {past.key: there} if there else {}) == outcome

    def test_nothing_of_what_is_not_here_changes_nothing(self):
        assert as_known(month("2025-04", 0, 0, 0, 0), {}) == "same"

    def test_totals_by_financial_year(self):
        rows = [month("2025-03", 5, 1, 3, 1), month("2025-04", 10, 2, 4, 2), month("2025-05", 1, 1, 1, 1)]
        assert totals(rows) == {2024: Figures(5, 1, 3, 1), 2025: Figures(11, 3, 5, 3)}

    @given(st.text(min_size=1, max_size=40), st.integers(1, 10**6), st.integers(0, 99))
    def test_the_cause_gives_its_key_back_whatever_the_reference_holds(self, reference, trust_id, number):
        past = Past("vacancy", reference, BEFORE, Figures())
        cause = cause_of(past, trust_id, number, "JOB-7K3M9Q")
        assert (key_in(cause, trust_id), len(cause) <= 80) == (past.key, True)


@pytest.fixture
def hr(colleague):
    return colleague.acting


@pytest.fixture
def two_months(db, trust, hr):
    rows = [month("2025-04", 10, 2, 4, 2), month("2025-05", 5, 1, 3, 1)]
    bring_history(trust=trust, rows=rows, source="JOB-222222", by=hr)
    return rows


def bring(trust, hr, *rows):
    return bring_history(trust=trust, rows=rows, source="JOB-333333", by=hr)


@pytest.mark.django_db
class TestBringing:
    def test_the_year_adds_up_and_each_entry_says_whence(self, two_months, trust, hr):
        assert standing_of(trust.pk, 2025) == Standing(15, 3, 7, 3)
        entries = list(Entry.unscoped.values_list("kind", "day", "posts", "membership_id", "cause"))
        assert entries == [
            ("history", date(2025, 4, 30), 10, hr.membership_id, f"history:{trust.pk}:month 2025-04:0:JOB-222222"),
            ("history", date(2025, 5, 31), 5, hr.membership_id, f"history:{trust.pk}:month 2025-05:0:JOB-222222"),
        ]

    def test_the_same_again_writes_nothing(self, two_months, trust, hr):
        assert bring(trust, hr, *two_months) == {}
        assert Entry.unscoped.count() == 2

    def test_other_figures_write_the_difference(self, two_months, trust, hr):
        bring(trust, hr, month("2025-04", 12, 2, 5, 1))
        last = Entry.unscoped.order_by("-number").first()
        assert (last.posts, last.reserved, last.adverts, last.reserved_adverts) == (2, 0, 1, -1)
        assert held_of(trust.pk)["month 2025-04"] == Held(Figures(12, 2, 5, 1), 2, date(2025, 4, 30))

    def test_nothing_takes_a_month_back_and_it_may_come_again(self, two_months, trust, hr):
        bring(trust, hr, month("2025-05", 0, 0, 0, 0))
        assert standing_of(trust.pk, 2025) == Standing(10, 2, 4, 2)
        bring(trust, hr, month("2025-05", 5, 1, 3, 1))
        assert standing_of(trust.pk, 2025) == Standing(15, 3, 7, 3)

    def test_past_months_show_it_and_so_does_a_past_day(self, two_months, trust):
        found = months(trust)
        assert (found[0], found[1], found[11]) == (
            Standing(10, 2, 4, 2),
            Standing(15, 3, 7, 3),
            Standing(15, 3, 7, 3),
        )
        known = [standing_of(trust.pk, 2025, known_at=moment(date(2025, 4, day))) for day in (29, 30)]
        assert known == [Standing(), Standing(10, 2, 4, 2)]

    def test_what_a_past_year_lacked_is_owed_in_the_next(self, trust, hr):
        bring(trust, hr, month("2025-04", 10, 1, 10, 1))
        assert standing_of(trust.pk, 2026) == Standing(debt=1, advert_debt=1)

    def test_a_trust_that_never_counted_has_no_first_decision(self, two_months, trust, recruiter):
        assert first_decision(trust.pk) is None
        reserve(vacancy=VacancyFactory(trust=trust, posts=5), posts=1, by=recruiter.acting)
        assert first_decision(trust.pk) == BEFORE

    def test_each_other_role_is_refused_and_the_system_is_not(self, trust, recruiter, stranger, icb):
        for who in (recruiter, stranger, icb):
            with pytest.raises(Refused, match="Only the trust's HR lead brings history"):
                bring(trust, who.acting, month("2025-04", 5, 1, 3, 1))
        assert len(bring(trust, system(), month("2025-04", 5, 1, 3, 1))) == 1

    def test_one_row_that_cannot_be_stops_them_all(self, trust, hr):
        with pytest.raises(Refused, match="2025-05: More is reserved than was counted"):
            bring(trust, hr, month("2025-04", 5, 1, 3, 1), month("2025-05", 1, 2, 1, 1))
        assert Entry.unscoped.count() == 0


@pytest.mark.django_db
class TestCountingTwice:
    def test_a_year_in_the_other_layout(self, two_months, trust, hr):
        with pytest.raises(Refused, match="2025/26 is here month by month already"):
            bring(trust, hr, of_vacancy("T-1", date(2025, 6, 1), posts=5, reserved=1))
        assert len(bring(trust, hr, of_vacancy("T-1", date(2024, 6, 1), posts=5, reserved=1))) == 1

    def test_once_the_months_are_taken_back_the_vacancies_may_come(self, two_months, trust, hr):
        bring(trust, hr, month("2025-04", 0, 0, 0, 0), month("2025-05", 0, 0, 0, 0))
        bring(trust, hr, of_vacancy("T-1", date(2025, 6, 1), posts=5, reserved=1))
        assert standing_of(trust.pk, 2025) == Standing(5, 1, 1, 1)

    def test_both_layouts_in_one_go(self, trust, hr):
        rows = (month("2025-04", 5, 1, 3, 1), of_vacancy("T-1", date(2025, 6, 1), posts=5, reserved=1))
        bring(trust, hr, rows[0])
        with pytest.raises(Refused, match="counts it twice"):
            bring(trust, hr, rows[1])

    def test_an_opening_balance_with_posts_is_in_the_way_and_one_of_debt_is_not(self, trust, hr):
        def open_with(**figures):
            bring_opening(trust=trust, starts_in=2025, opening=Opening(**figures), reason="Our spreadsheet", by=hr)

        open_with(posts=20, adverts=5)
        with pytest.raises(Refused, match="2025/26 has an opening balance of 20 posts"):
            bring(trust, hr, month("2025-04", 5, 1, 3, 1))
        open_with(debt=2, advert_debt=1)
        bring(trust, hr, month("2025-04", 5, 1, 3, 1))
        assert standing_of(trust.pk, 2025) == Standing(5, 1, 3, 1, 2, 1)
        with pytest.raises(Refused, match="The history of that year is here already"):
            open_with(posts=20, adverts=5)


class TestVerify:
    def test_the_chain_holds_and_the_events_agree(self, two_months, trust, hr):
        bring(trust, hr, month("2025-04", 12, 2, 5, 1))
        assert [*broken_entries(), *expected()] == []


month_figures = st.tuples(st.integers(0, 9), st.integers(0, 9), st.integers(0, 9), st.integers(0, 9)).map(
    lambda drawn: _possible(*drawn)
)


def _possible(posts, reserved, adverts, reserved_adverts):
    """The nearest figures that can be."""
    adverts = min(posts, max(adverts, 1))
    reserved = min(posts, reserved)
    reserved_adverts = min(adverts, reserved, max(reserved_adverts, 1))
    return Figures(posts, reserved, adverts, reserved_adverts)


@given(month_figures)
def test_what_the_property_below_draws_can_be(figures):
    past = Past("month", "2025-04", date(2025, 4, 30), figures)
    assert problem_of(past, before=None, held={}) == ""


@pytest.mark.django_db
def test_whatever_files_came_the_last_word_on_each_month_stands(trust, hr):
    """Thirty drawn files, one after the other, in one ledger: sums are what the newest row of each month says."""
    newest = {}
    for step in range(30):
        name = f"2025-{4 + step % 5:02d}"
        figures = _possible(step % 7, step % 4, step % 3, step % 2)
        bring(trust, hr, of_month(2025, 4 + step % 5, figures))
        newest[name] = figures
        total = Figures()
        for each in newest.values():
            total = total.plus(each)
        assert standing_of(trust.pk, 2025) == Standing(
            total.posts, total.reserved, total.adverts, total.reserved_adverts
        )
    assert months(trust)[11] == standing_of(trust.pk, 2025)
    assert [*broken_entries(), *expected()] == []
