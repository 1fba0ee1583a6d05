"""What is missing before a person can be put forward."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase

from candidates.models import Candidate
from candidates.readiness import KEYS, gaps, gaps_of, is_ready, ready, without_gap
from candidates.services import note_work
from tests.factories.candidates import CandidateFactory, CertificateFactory, SupporterFactory

TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)


def said(candidate, on=TODAY):
    return [(gap.key, gap.text) for gap in gaps(candidate, on=on)]


@pytest.fixture
def ama(db):
    """Somebody with nothing missing."""
    return CertificateFactory().candidate


def test_nothing_is_missing(ama):
    assert said(ama) == []
    assert list(ready(Candidate.unscoped)) == [ama]


@pytest.mark.parametrize(
    ("facts", "key", "text", "mend"),
    [
        (
            {"right_to_work": "unknown"},
            "right_to_work",
            "Right to work is not evidenced",
            "See the document or the share code, and record it.",
        ),
        (
            {"right_to_work": "volunteer"},
            "right_to_work",
            "May volunteer, not take paid work",
            "Nothing can be put forward until the permission changes. Record the new permission then.",
        ),
        (
            {"right_to_work_expires": date(2026, 11, 22)},
            "right_to_work",
            "Right to work ran out on 22 November 2026",
            "See the new document or share code, and record it.",
        ),
        (
            {"phone": ""},
            "reach",
            "No way to reach them",
            "Record a telephone number, an e-mail address, an address for letters, or a supporter.",
        ),
        (
            {"reach_by": "letter"},
            "reach",
            "To be reached by letter, which is not recorded",
            "Record an address for letters, or choose another way.",
        ),
        (
            {"work_wanted": []},
            "work_wanted",
            "Work wanted is not recorded",
            "Ask which kinds of work they want.",
        ),
        (
            {"hours_least": None, "hours_most": None},
            "hours",
            "Hours are not recorded",
            "Ask how many hours a week they can work at most.",
        ),
        (
            {"hours_least": 20, "hours_most": None},
            "hours",
            "Most hours a week is not recorded",
            "Ask how many hours a week they can work at most.",
        ),
        ({"travel_km": None}, "travel", "Travel limit is not recorded", "Ask how far they can travel to work."),
        ({"start_from": None}, "start", "Start date is not recorded", "Ask from which day they can start work."),
    ],
)
def test_one_thing_is_missing(ama, facts, key, text, mend):
    Candidate.unscoped.filter(pk=ama.pk).update(**facts)
    ama.refresh_from_db()
    found = gaps(ama, on=TODAY)
    assert [(gap.key, gap.text, gap.how_to_mend) for gap in found] == [(key, text, mend)]
    assert list(ready(Candidate.unscoped, on=TODAY)) == []
    assert [each for each in KEYS if not Candidate.unscoped.filter(without_gap(each, on=TODAY)).exists()] == [key]


@pytest.mark.parametrize(
    "facts",
    [
        {"right_to_work": "restricted"},
        {"right_to_work_expires": TODAY},
        {"phone": "", "email": "a@example.org"},
        {"phone": "", "letter_address": "c/o the library"},
        {"hours_least": None},
        {"start_from": date(2020, 1, 1)},
        {"date_of_birth": None},
    ],
)
def test_not_missing(ama, facts):
    Candidate.unscoped.filter(pk=ama.pk).update(**facts)
    ama.refresh_from_db()
    assert said(ama) == []
    assert list(ready(Candidate.unscoped, on=TODAY)) == [ama]


@pytest.mark.parametrize(
    ("starts", "ends", "missing"),
    [
        (TODAY, None, []),
        (TODAY, TODAY + DAY, []),
        (TODAY - DAY, TODAY, [("certificate", "Eligibility ended on 23 November 2026")]),
        (TODAY + DAY, None, [("certificate", "Eligibility is not decided")]),
    ],
)
def test_certificates_in_force(db, starts, ends, missing):
    candidate = CertificateFactory(starts=starts, ends=ends).candidate
    assert said(candidate) == missing
    assert ready(Candidate.unscoped, on=TODAY).exists() is (missing == [])


@pytest.mark.parametrize(
    ("facts", "reached"),
    [
        ({"phone": "07700900456"}, True),
        ({"phone": "", "email": "key@example.org"}, True),
        ({"phone": "", "email": ""}, False),
        ({"ended_on": TODAY}, False),
    ],
)
def test_through_a_supporter(ama, facts, reached):
    Candidate.unscoped.filter(pk=ama.pk).update(phone="", reach_by="supporter")
    ama.refresh_from_db()
    SupporterFactory(candidate=ama, **facts)
    assert (said(ama) == []) is reached
    assert ready(Candidate.unscoped, on=TODAY).exists() is reached


def test_a_record_joined_to_another_is_never_ready(ama):
    Candidate.unscoped.filter(pk=ama.pk).update(merged_into=CandidateFactory())
    ama.refresh_from_db()
    assert said(ama) == [("merged", "Joined to another record")]
    assert list(ready(Candidate.unscoped, on=TODAY)) == []


def test_who_is_in_work_is_not_ready_though_nothing_is_missing(ama):
    assert is_ready(ama, gaps(ama)) is True
    note_work(candidate_id=ama.pk, since=TODAY)
    ama.refresh_from_db()
    assert (said(ama), is_ready(ama, gaps(ama))) == ([], False)
    assert list(ready(Candidate.unscoped, on=TODAY)) == []


@pytest.mark.parametrize("number", [1, 3])
def test_two_queries_however_many(db, django_assert_num_queries, number):
    people = CandidateFactory.create_batch(number)
    with django_assert_num_queries(2):
        assert {key for found in gaps_of(people).values() for key in [gap.key for gap in found]} == {"certificate"}


def maybe(strategy):
    return st.one_of(st.none(), strategy)


NEAR = st.integers(-2, 2).map(lambda days: TODAY + days * DAY)
PEOPLE = st.fixed_dictionaries(
    {
        "right_to_work": st.sampled_from(["any", "restricted", "volunteer", "unknown"]),
        "right_to_work_expires": maybe(NEAR),
        "reach_by": st.sampled_from(["", "phone", "email", "letter", "supporter"]),
        "phone": st.sampled_from(["", "07700900123"]),
        "email": st.sampled_from(["", "a@example.org"]),
        "letter_address": st.sampled_from(["", "1 High Road"]),
        "work_wanted": st.sampled_from([[], ["catering"], ["catering", "portering"]]),
        "hours_most": maybe(st.just(30)),
        "hours_least": st.none(),
        "travel_km": maybe(st.just(5)),
        "start_from": maybe(NEAR),
        "in_work_since": maybe(NEAR),
    }
)
CERTIFICATES = st.lists(st.tuples(NEAR, maybe(st.integers(1, 3))), max_size=2)
SUPPORTERS = st.lists(st.tuples(st.sampled_from(["", "07700900456"]), maybe(NEAR)), max_size=2)


class TestTheDatabaseAgrees(TestCase):
    """The list filter and the page ask one question."""

    @settings(max_examples=60)
    @given(facts=PEOPLE, certificates=CERTIFICATES, supporters=SUPPORTERS)
    def test_ready_is_no_gaps_and_each_condition_is_its_gap(self, facts, certificates, supporters):
        candidate = CandidateFactory(**facts)
        for starts, days in certificates:
            CertificateFactory(candidate=candidate, starts=starts, ends=days and starts + days * DAY)
        for phone, ended in supporters:
            SupporterFactory(candidate=candidate, phone=phone, ended_on=ended)
        missing = {gap.key for gap in gaps(candidate, on=TODAY)}
        in_sql = {key for key in KEYS if not Candidate.unscoped.filter(without_gap(key, on=TODAY)).exists()}
        assert missing == in_sql
        assert ready(Candidate.unscoped, on=TODAY).exists() is is_ready(candidate, gaps(candidate, on=TODAY))
