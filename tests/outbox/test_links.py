"""A link opens one record for one purpose until its time: not forged, not for something else, not twice, not after."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.acting import Role
from audit.clock import now, pretend
from audit.hashing import keyed
from outbox.models import MagicLink
from outbox.services import acting_of_link, find_link, make_link, revoke_links, use_link

pytestmark = pytest.mark.django_db
SUBJECT = "vacancies.Override:12"


@pytest.fixture
def made():
    return make_link(purpose="countersign", subject=SUBJECT, days=5, organisation_id=7)


def found(token, purpose="countersign"):
    return find_link(token, purpose=purpose) is not None


class TestOpening:
    def test_its_own_token_for_its_own_purpose(self, made):
        link, token = made
        assert find_link(token, purpose="countersign") == link

    @pytest.mark.parametrize("purpose", ["reply", "Countersign", "", "countersign "])
    def test_no_other_purpose(self, made, purpose):
        assert not found(made[1], purpose)

    @pytest.mark.parametrize(
        "change",
        [
            lambda token: token[:-1],
            lambda token: token + "a",
            lambda token: token.swapcase(),
            lambda token: "",
            lambda token: " " + token,
            lambda token: "x" * 43,
        ],
    )
    def test_no_other_token(self, made, change):
        assert not found(change(made[1]))

    def test_the_digest_itself_opens_nothing(self, made):
        """Whoever reads the database has no link by it."""
        assert not found(made[0].digest)

    def test_the_token_is_not_kept(self, made):
        link, token = made
        kept = [str(value) for value in MagicLink.unscoped.values_list()[0]]
        assert [value for value in kept if token in value] == []
        assert link.digest == keyed(token, purpose="link")

    def test_two_links_have_nothing_in_common(self, made):
        other, token = make_link(purpose="countersign", subject=SUBJECT, days=5)
        assert (token == made[1], other.digest == made[0].digest) == (False, False)
        assert len(token) == 43

    def test_a_link_is_called_by_what_it_does(self, made):
        assert str(made[0]) == f"countersign {SUBJECT}"


class TestTime:
    @pytest.mark.parametrize(
        ("later", "good"),
        [
            (timedelta(0), True),
            (timedelta(days=5, seconds=-1), True),
            (timedelta(days=5), False),
            (timedelta(days=5, microseconds=1), False),
            (timedelta(days=400), False),
        ],
    )
    def test_it_is_good_until_the_moment_it_was_given(self, later, good):
        moment = datetime(2026, 11, 23, 12, tzinfo=UTC)
        with pretend(moment):
            _link, token = make_link(purpose="reply", subject=SUBJECT, days=5)
        with pretend(moment + later):
            assert found(token, "reply") == good

    @given(days=st.integers(1, 60), hours=st.integers(0, 24 * 90))
    def test_for_any_number_of_days(self, days, hours):
        moment = datetime(2026, 11, 23, 12, tzinfo=UTC)
        with pretend(moment):
            link, token = make_link(purpose="reply", subject=SUBJECT, days=days)
        with pretend(moment + timedelta(hours=hours)):
            assert found(token, "reply") == (hours < 24 * days)
        link.delete()


class TestUsing:
    def test_once(self, made):
        link, token = made
        assert (use_link(link), found(token), use_link(link)) == (True, False, False)

    def test_the_moment_is_kept_from_the_first_time(self, made):
        link, _token = made
        with pretend(now() + timedelta(hours=1)):
            use_link(link)
            first = MagicLink.unscoped.get().used_at
        with pretend(now() + timedelta(hours=2)):
            use_link(link)
        assert MagicLink.unscoped.get().used_at == first

    def test_two_who_hold_the_same_row_use_it_once(self, made):
        """The second read it before the first one used it."""
        mine, theirs = (MagicLink.unscoped.get(pk=made[0].pk) for _ in range(2))
        assert [use_link(mine), use_link(theirs)] == [True, False]


class TestRevoking:
    def test_every_good_link_of_the_record_and_purpose_and_no_other(self, made):
        again = make_link(purpose="countersign", subject=SUBJECT, days=1)
        used = make_link(purpose="countersign", subject=SUBJECT, days=1)
        use_link(used[0])
        other_purpose = make_link(purpose="reply", subject=SUBJECT, days=1)
        other_record = make_link(purpose="countersign", subject="vacancies.Override:1", days=1)
        assert revoke_links(purpose="countersign", subject=SUBJECT) == 2
        assert [found(made[1]), found(again[1]), found(other_record[1])] == [False, False, True]
        assert found(other_purpose[1], "reply")

    def test_again_there_is_none_left(self, made):
        revoke_links(purpose="countersign", subject=SUBJECT)
        assert revoke_links(purpose="countersign", subject=SUBJECT) == 0

    def test_what_ran_out_is_not_counted(self, made):
        with pretend(now() + timedelta(days=6)):
            assert revoke_links(purpose="countersign", subject=SUBJECT) == 0


class TestWhoActs:
    def test_somebody_who_sees_one_record(self, made):
        acting = acting_of_link(made[0])
        assert (acting.role, acting.subject, acting.organisation_id) == (Role.LINK, SUBJECT, 7)
        assert (acting.membership_id, acting.user_id) == (None, None)

    def test_without_an_organisation_for_none(self):
        link, _token = make_link(purpose="reply", subject=SUBJECT, days=1)
        assert acting_of_link(link).organisation_id is None
