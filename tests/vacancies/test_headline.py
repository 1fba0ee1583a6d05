"""The ring-fence figure beside Today's list: its share never rounds up, and who reads which."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.acting import TRUST_ROLES, Acting, Role
from audit.clock import today
from tests.factories.organisations import OrganisationFactory
from tests.factories.vacancies import VacancyFactory
from vacancies.headline import OVERVIEW, headline, share
from vacancies.ledger import Line, lock_year, write
from vacancies.models import EntryKind
from vacancies.ring_fencing import reserve


class TestShare:
    @pytest.mark.parametrize(
        ("reserved", "counted", "percent"),
        [
            (0, 0, None),
            (0, 4, "0.0"),
            (1, 5, "20.0"),
            (1, 3, "33.3"),
            (2, 3, "66.6"),
            (5, 5, "100.0"),
            (499, 2500, "19.9"),  # 19.96%
            (1999, 10000, "19.9"),
            (2000, 10000, "20.0"),
            (1, 1001, "0.0"),
        ],
    )
    def test_one_decimal_rounded_down(self, reserved, counted, percent):
        assert share(reserved, counted) == (None if percent is None else Decimal(percent))

    @given(st.integers(1, 100_000), st.data())
    def test_twenty_percent_is_said_only_where_one_in_five_is_reserved(self, counted, data):
        reserved = data.draw(st.integers(0, counted))
        assert (share(reserved, counted) >= 20) is (reserved * 5 >= counted)

    @given(st.integers(1, 10_000), st.data())
    def test_it_is_never_more_than_the_truth_nor_a_tenth_less(self, counted, data):
        reserved = data.draw(st.integers(0, counted))
        truth = Decimal(reserved) * 100 / counted
        assert truth - Decimal("0.1") < share(reserved, counted) <= truth


def test_every_role_is_thought_of():
    without = {Role.CANDIDATE, Role.PROVIDER, Role.SYSTEM_ADMIN, Role.SYSTEM, Role.LINK}
    assert set(Role) - TRUST_ROLES - OVERVIEW == without


@pytest.mark.parametrize("role", sorted(set(Role) - TRUST_ROLES - OVERVIEW))
def test_who_has_no_part_in_it_reads_none(role):
    acting = Acting(role=role, organisation_id=1, membership_id=1, user_id=1, on=today())
    assert headline(acting) is None


@pytest.mark.django_db
class TestFigures:
    def test_a_trust_before_its_first_vacancy(self, trust, recruiter):
        assert headline(recruiter.acting) == {
            "share": None,
            "value": "No posts yet",
            "label": "of entry-level posts reserved",
            "detail": "0 of 0 entry-level posts from 1 April to 23 November 2026. Target 20%",
            "sentence": "Nothing is owed: at least 20% of posts and of adverts are reserved.",
            "url": "/vacancies/standing/",
            "advised": None,
        }

    def test_a_trust_reads_its_own(self, trust, recruiter, colleague, stranger):
        reserve(vacancy=VacancyFactory(trust=trust, posts=6), posts=2, by=recruiter.acting)
        found = headline(recruiter.acting)
        assert (found["value"], found["detail"]) == (
            "33.3%",
            "2 of 6 entry-level posts from 1 April to 23 November 2026. Target 20%",
        )
        assert headline(colleague.acting) == found
        assert headline(stranger.acting)["value"] == "No posts yet"

    def test_all_trusts_together_to_who_looks_over_them(self, trust, recruiter, stranger, icb, academy):
        reserve(vacancy=VacancyFactory(trust=trust, posts=6), posts=2, by=recruiter.acting)
        other = stranger.membership.organisation
        reserve(vacancy=VacancyFactory(trust=other, posts=4), posts=1, by=stranger.acting)
        found = headline(icb.acting)
        assert (found["value"], found["detail"]) == (
            "30.0%",
            "3 of 10 entry-level posts from 1 April to 23 November 2026. Target 20%",
        )
        assert found["sentence"] == "No trust is short."
        assert headline(academy.acting) == found

    @pytest.mark.parametrize(
        ("short", "enough", "sentence"),
        [
            (1, 0, "1 of 1 trusts is short."),
            (1, 2, "1 of 3 trusts is short."),
            (2, 1, "2 of 3 trusts are short."),
            (0, 2, "No trust is short."),
            (0, 0, "No trust is short."),
        ],
    )
    def test_how_many_are_short(self, policies, icb, short, enough, sentence):
        for number in range(short + enough):
            undecided = VacancyFactory(trust=OrganisationFactory(), posts=5, state="closed")
            count(undecided, reserved=0 if number < short else 1)
        assert headline(icb.acting)["sentence"] == sentence

    def test_constant_queries(self, trust, recruiter, icb, django_assert_num_queries):
        for _ in range(3):
            reserve(vacancy=VacancyFactory(trust=OrganisationFactory(), posts=1), posts=1, by=system_of())
        with django_assert_num_queries(1):
            headline(icb.acting)


def system_of():
    return Acting(role=Role.SYSTEM, organisation_id=None, membership_id=None, user_id=None, on=today())


def count(vacancy, *, reserved):
    """Write a vacancy into its trust's ledger, past the verbs."""
    lines = [Line(EntryKind.OPEN, f"open:{vacancy.pk}", vacancy, posts=vacancy.posts, adverts=1)]
    if reserved:
        lines.append(Line(EntryKind.RESERVE, f"reserve:{vacancy.pk}", vacancy, reserved=reserved, reserved_adverts=1))
    write(lock_year(vacancy.trust_id, 2026), lines, by=system_of())
