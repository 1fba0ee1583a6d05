"""People and enrolments over the API: the same doors, an allow-list of fields, and each reading written down."""

from datetime import date

import pytest
from rest_framework.test import APIRequestFactory, force_authenticate

from audit.models import Read
from candidates.services import share
from programmes.api import CandidateSerializer, CandidateViewSet, EnrolmentViewSet
from tests.factories.candidates import CandidateFactory, CertificateFactory, HomeFactory
from tests.factories.programmes import EnrolmentFactory


@pytest.fixture
def ask(world):
    """`ask(persona, view set, ?query, reference)`: status and content."""

    def asked(persona, view_set, query="", reference=""):
        request = APIRequestFactory().get(f"/{query}")
        request.acting = world.acting(persona)
        force_authenticate(request, world.users[persona])
        view = view_set.as_view({"get": "retrieve" if reference else "list"})
        response = view(request, **({"reference": reference} if reference else {}))
        return response.status_code, response.data

    return asked


def references(answer):
    status, data = answer
    assert status == 200
    return [row["reference"] for row in data["results"]]


def test_a_person(ask, ama, enrolment):
    status, data = ask("academy", CandidateViewSet, reference=ama.reference)
    assert status == 200
    assert data == {
        "reference": ama.reference,
        "given_name": "Ama",
        "family_name": "Mensah",
        "known_as": "",
        "date_of_birth": "2001-02-03",
        "phone": "07700900123",
        "email": "",
        "reach_by": "",
        "right_to_work": "any",
        "right_to_work_expires": None,
        "work_wanted": ["healthcare_support"],
        "hours_least": 16,
        "hours_most": 37,
        "shifts": ["days"],
        "travel_km": 10,
        "start_from": "2026-11-30",
        "ready": False,
        "missing": ["certificate"],
        "in_work_since": None,
    }


def test_nothing_of_place_reason_or_need_is_in_the_list_of_fields():
    private = {
        "postcode",
        "lsoa",
        "decile",
        "core20",
        "route",
        "group",
        "evidence",
        "neutral_code",
        "safeguarding_lead",
    }
    assert private | {"adjustments_interview", "adjustments_work"} & set(CandidateSerializer().fields) == private


@pytest.mark.parametrize(
    ("persona", "people"),
    [
        ("academy", 1),
        ("provider", 1),
        ("other_provider", 0),
        ("recruiter", 0),
        ("colleague", 0),
        ("icb_analyst", 0),
        ("auditor", 0),
        ("system_admin", 0),
    ],
)
def test_who_reads_whom(world, ask, ama, enrolment, academy, persona, people):
    share(candidate=ama, organisation=world.trust, scope="contact", cause="pipeline.Referral:1", by=academy)
    assert len(references(ask(persona, CandidateViewSet))) == people
    assert len(references(ask(persona, EnrolmentViewSet))) == people
    assert ask(persona, CandidateViewSet, reference=ama.reference)[0] == (200 if people else 404)
    assert ask(persona, EnrolmentViewSet, reference=enrolment.reference)[0] == (200 if people else 404)


def test_filters_of_people(ask, world, ama, enrolment, cohort):
    ready = CertificateFactory(candidate=CandidateFactory(seen_by=[world.academy])).candidate
    slow = CandidateFactory(travel_km=None, seen_by=[world.academy])
    for query, expected in (
        ("?ready=true", [ready]),
        ("?ready=false", [slow, ama]),
        ("?missing=travel", [slow]),
        (f"?cohort={cohort.reference}", [ama]),
    ):
        assert sorted(references(ask("academy", CandidateViewSet, query))) == sorted(
            each.reference for each in expected
        )


def test_filters_of_enrolments(ask, world, enrolment, cohort):
    started = EnrolmentFactory(cohort=cohort, state="started", started_on=date(2026, 10, 1), seen_by=[world.academy])
    for query, expected in (
        ("?state=started", [started]),
        (f"?candidate={enrolment.candidate.reference}", [enrolment]),
        ("?started_from=2026-10-01&started_to=2026-10-01", [started]),
        ("?started_from=2026-10-02", []),
        (f"?cohort={cohort.reference}", [started, enrolment]),
        (f"?programme={cohort.programme.reference}", [started, enrolment]),
    ):
        assert references(ask("academy", EnrolmentViewSet, query)) == [each.reference for each in expected]
    assert ask("academy", EnrolmentViewSet, "?state=nonsense")[0] == 400


def test_an_enrolment(ask, enrolment, cohort):
    status, data = ask("provider", EnrolmentViewSet, reference=enrolment.reference)
    assert status == 200
    assert data == {
        "reference": enrolment.reference,
        "candidate": enrolment.candidate.reference,
        "programme": cohort.programme.reference,
        "programme_name": "Care leavers into care",
        "cohort": cohort.reference,
        "cohort_name": "Autumn 2026",
        "host_trust": "RYJ",
        "own_reference": "",
        "state": "enrolled",
        "referred_on": "2026-10-24",
        "started_on": None,
        "ended_on": None,
        "leaving_reason": "",
        "seeking_work": None,
    }


def test_each_person_read_is_written_down(ask, ama):
    ask("academy", CandidateViewSet)
    ask("academy", CandidateViewSet, reference=ama.reference)
    assert list(Read.objects.values_list("subject_id", "page")) == [(ama.pk, "api")] * 2


@pytest.mark.parametrize("number", [1, 3])
def test_the_same_queries(ask, world, cohort, django_assert_num_queries, number):
    for _ in range(number):
        row = EnrolmentFactory(cohort=cohort, seen_by=[world.academy])
        HomeFactory(candidate=row.candidate)
    with django_assert_num_queries(4):
        ask("academy", CandidateViewSet)
    with django_assert_num_queries(1):
        ask("academy", EnrolmentViewSet)
