"""Which advert may be joined to which: each refusal with its sentence, and what passes on, without a database."""

from datetime import date
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.acting import Role
from audit.mover import Refused
from tests.vacancies.test_states import acting
from vacancies.chains import Moved, begin_of, check_joinable, end_of, moved
from vacancies.ledger import Counted
from vacancies.models import VacancyState

DAY = date(2026, 11, 23)


def advert(pk, **facts):
    """An open advert of trust 7, with what joining reads of it."""
    return SimpleNamespace(
        **{
            "pk": pk,
            "reference": f"VAC-{pk}",
            "trust_id": 7,
            "state": "open",
            "posts": 3,
            "exemption": "",
            "readvertises_id": None,
            "opened_on": DAY,
            "authorised_on": None,
            "closes_on": date(2026, 12, 14),
            "readverts": SimpleNamespace(exists=lambda: False),
            "get_state_display": lambda: VacancyState(facts.get("state", "open")).label,
        }
        | facts
    )


def earlier(**facts):
    """An advert that ended a week before the other began."""
    return advert(
        facts.pop("pk", 1),
        **{"opened_on": date(2026, 10, 1), "closes_on": date(2026, 11, 16), "state": "finished"} | facts,
    )


def said(vacancy, before, by=None):
    """The sentence that refuses joining; None where they may be joined."""
    try:
        check_joinable(vacancy, before, by=by or acting())
    except Refused as refused:
        return str(refused)
    return None


class TestJoinable:
    def test_an_open_advert_to_one_that_is_over(self):
        assert said(advert(2), earlier()) is None
        assert said(advert(2, state="draft"), earlier()) is None

    @pytest.mark.parametrize("role", sorted(set(Role) - {Role.RECRUITER, Role.TRUST_HR, Role.SYSTEM}))
    def test_only_by_the_trust(self, role):
        assert said(advert(2), earlier(), by=acting(role)) == (
            "Only the trust's own recruiters and HR change its vacancies."
        )

    @pytest.mark.parametrize(
        ("vacancy", "before", "sentence"),
        [
            ({}, {"trust_id": 8}, "A re-advert continues another advert of the same trust."),
            ({}, {"pk": 2}, "A re-advert continues another advert of the same trust."),
            ({"readvertises_id": 5}, {}, "VAC-2 is joined to an earlier advert already."),
            ({"state": "closed"}, {}, "VAC-2 is closed: join it while it is open."),
            ({"state": "withdrawn"}, {}, "VAC-2 is withdrawn: join it while it is open."),
            ({"exemption": "rotation"}, {}, "An exempt advert is not counted, so it is no part of a chain."),
            ({}, {"exemption": "bank_register"}, "An exempt advert is not counted, so it is no part of a chain."),
            ({"posts": None}, {}, "Say how many posts VAC-2 has first."),
            (
                {},
                {"readverts": SimpleNamespace(exists=lambda: True)},
                "VAC-1 has another re-advert already. Join VAC-2 to that one.",
            ),
            ({}, {"closes_on": date(2026, 11, 24)}, "VAC-2 opened before VAC-1 ended, so it is an advert of its own."),
        ],
    )
    def test_what_stands_against_it(self, vacancy, before, sentence):
        assert said(advert(2, **vacancy), earlier(**before)) == sentence

    @pytest.mark.parametrize(
        ("opened", "authorised", "closed", "may"),
        [
            (DAY, None, DAY, True),
            (DAY, None, date(2026, 11, 22), True),
            (DAY, None, date(2026, 11, 24), False),
            (None, DAY, date(2026, 11, 24), False),
            (None, DAY, DAY, True),
            (None, None, date(2026, 12, 31), True),  # nobody knows when it begins
            (DAY, date(2026, 11, 1), date(2026, 11, 20), True),  # the day it opened goes before the day of its approval
        ],
    )
    def test_the_one_begins_when_the_other_has_ended(self, opened, authorised, closed, may):
        vacancy = advert(2, opened_on=opened, authorised_on=authorised)
        assert (said(vacancy, earlier(closes_on=closed)) is None) is may


@pytest.mark.parametrize(
    ("facts", "begins", "ends"),
    [
        ({}, DAY, date(2026, 12, 14)),
        ({"closes_on": None}, DAY, DAY),
        ({"opened_on": None, "closes_on": None}, None, None),
        ({"opened_on": None, "authorised_on": DAY, "closes_on": None}, DAY, None),
        ({"opened_on": None, "authorised_on": DAY}, DAY, date(2026, 12, 14)),
    ],
)
def test_from_when_until_when(facts, begins, ends):
    assert (begin_of(advert(2, **facts)), end_of(advert(2, **facts))) == (begins, ends)


@pytest.mark.parametrize(
    ("counted", "filled", "posts", "expected"),
    [
        # nothing was filled: the whole chain passes on
        (Counted(posts=5, reserved=2), 0, 5, Moved(5, 2, True, 0)),
        (Counted(posts=5, reserved=2), 0, 7, Moved(5, 2, True, 2)),
        (Counted(posts=5, reserved=2), 0, 1, Moved(1, 1, True, 0)),
        (Counted(posts=5, reserved=0), 0, 3, Moved(3, 0, True, 0)),
        # some were filled: they stay, and with them what people were considered for
        (Counted(posts=5, reserved=1), 2, 3, Moved(3, 1, False, 0)),
        (Counted(posts=5, reserved=1, considered=1), 2, 3, Moved(3, 0, False, 0)),
        (Counted(posts=5, reserved=3, considered=2), 3, 2, Moved(2, 1, False, 0)),
        (Counted(posts=5, reserved=5), 3, 2, Moved(2, 2, False, 0)),
        (Counted(posts=5, reserved=1), 2, 6, Moved(3, 1, False, 3)),
        # all were filled: nothing passes on, every post of the re-advert is new
        (Counted(posts=2, reserved=1, considered=1), 2, 4, Moved(0, 0, False, 4)),
        (Counted(posts=2, reserved=1), 3, 1, Moved(0, 0, False, 1)),
    ],
)
def test_what_passes_on(counted, filled, posts, expected):
    assert moved(counted, filled=filled, posts=posts) == expected


@given(st.integers(1, 40), st.data())
def test_every_post_of_the_re_advert_is_passed_on_or_new(posts, data):
    first = data.draw(st.integers(1, 40))
    reserved = data.draw(st.integers(0, first))
    counted = Counted(posts=first, reserved=reserved, considered=data.draw(st.integers(0, 9)))
    filled = data.draw(st.integers(0, first))
    what = moved(counted, filled=filled, posts=posts)
    assert what.posts + what.added == posts
    assert 0 <= what.posts <= first - filled
    assert 0 <= what.reserved <= min(reserved, what.posts)
    assert what.whole is (filled == 0)
