"""`manage.py verify` notices where the room of candidates does not hold what programmes imply."""

from datetime import date, timedelta

import pytest

from candidates.models import Certificate, Grant
from programmes.models import Eligibility
from programmes.services import decide_eligibility, end_eligibility, enrol, expected, no_show

TODAY = date(2026, 11, 23)


@pytest.fixture
def rows(cohort, ama, academy):
    """An enrolment and a decision, made by the services."""
    enrolment = enrol(candidate=ama, cohort=cohort, by=academy)
    return enrolment, decide_eligibility(candidate=ama, route="plus", group="send", evidence="EHC plan", by=academy)


def test_what_the_services_write_agrees(rows, academy):
    assert list(expected()) == []
    end_eligibility(eligibility=rows[1], on=TODAY + timedelta(days=3), reason="x", by=academy)
    no_show(enrolment=rows[0], by=academy)
    assert list(expected()) == []


def test_a_grant_that_is_missing_or_left_open(rows, academy):
    enrolment, _ = rows
    grants = Grant.objects.filter(cause=f"programmes.Enrolment:{enrolment.pk}")
    no_show(enrolment=enrolment, by=academy)
    grants.update(ends=None)
    assert list(expected()) == [
        f"Enrolment {enrolment.reference} never started, and its provider still sees the person."
    ]
    grants.delete()
    assert list(expected()) == []


def test_an_enrolment_without_its_grant(rows):
    Grant.objects.filter(cause=f"programmes.Enrolment:{rows[0].pk}").delete()
    assert list(expected()) == [f"Enrolment {rows[0].reference} has no grant for its provider."]


def test_a_certificate_that_outlasts_its_decision(rows):
    Certificate.unscoped.update(ends=None)
    assert list(expected()) == [
        f"The certificate of decision {rows[1].pk} is another person's, or lasts longer than the decision."
    ]


def test_a_certificate_of_nothing(rows):
    Eligibility.unscoped.all().delete()
    assert list(expected()) == [f"A certificate stands for programmes.Eligibility:{rows[1].pk}, which does not exist."]


def test_four_queries(rows, django_assert_num_queries):
    with django_assert_num_queries(4):
        list(expected())
