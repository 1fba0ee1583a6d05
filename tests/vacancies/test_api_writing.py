"""Vacancies sent by API: keys that may write, one upsert a reference, one answer an idempotency key, refusals as JSON."""

import json
from datetime import timedelta
from threading import Barrier, Thread

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client

from audit.acting import Role
from audit.clock import now, today
from jobs.models import IdempotencyKey
from organisations.api_auth import WritesThrottle
from organisations.models import Site
from organisations.services import acting_of, make_token, revoke_token
from tests.factories.organisations import MembershipFactory
from tests.factories.vacancies import VacancyFactory
from vacancies.models import Criterion, Vacancy

pytestmark = pytest.mark.django_db

LIST = "/api/v1/vacancies/"
PORTER = {"trac_reference": "T-1", "title": "Porter", "band": 2, "posts": 2, "opened_on": "2026-11-23"}


def key_of(who, *, may_write=True):
    return make_token(label="TRAC", expires=today() + timedelta(days=30), by=who.acting, may_write=may_write)[1]


def send(key, body, address=LIST, *, method="post", idempotency=""):
    headers = {"Authorization": f"Bearer {key}"} if key else {}
    if idempotency:
        headers["Idempotency-Key"] = idempotency
    data = body if isinstance(body, str) else json.dumps(body)
    return getattr(Client(), method)(address, data, content_type="application/json", headers=headers)


def sentences(answer):
    return [(each["field"], each["sentence"]) for each in answer.json()["problems"]]


@pytest.fixture
def key(recruiter):
    cache.clear()
    return key_of(recruiter)


def test_an_advert_is_made_then_the_same_then_changed(key, trust):
    made = send(key, PORTER)
    vacancy = Vacancy.unscoped.get()
    assert (made.status_code, made.json()) == (
        201,
        {
            "reference": vacancy.reference,
            "outcome": "made",
            "changed": "",
            "state": "open",
            "entry_level": "yes",
            "address": f"/vacancies/{vacancy.reference}/",
            "unsettled": [],
        },
    )
    assert (vacancy.trust, vacancy.job_family, vacancy.source) == (trust, "portering", "api")
    again = send(key, PORTER)
    assert (again.status_code, again.json()["outcome"]) == (200, "same")
    changed = send(key, {**PORTER, "title": "Night porter", "band": 3})
    assert (changed.status_code, changed.json()["changed"]) == (200, "job title")
    assert changed.json()["unsettled"] == [
        {"field": "band", "sentence": "Band 3 sent, Band 2 here: correct it on its page.", "mend": ""}
    ]
    assert Vacancy.unscoped.count() == 1


def test_every_fact_arrives(key, trust):
    site = Site.objects.create(organisation=trust, name="St Mary's Hospital", code="RYJ01")
    body = {
        **PORTER,
        "site": "ryj01",
        "department": "Facilities",
        "contract": "fixed",
        "hours": "37.5",
        "audience": "internal",
        "position_number": "P77",
        "closes_on": "2026-12-14",
        "starts_on": "2027-02-01",
        "salary_least": "29974.50",
        "url": "https://www.jobs.nhs.uk/candidate/jobadvert/C9333",
        "essential": ["Kind"],
        "desirable": ["Typing"],
    }
    assert send(key, body).status_code == 201
    vacancy = Vacancy.unscoped.get()
    assert (vacancy.site, vacancy.department.name, vacancy.contract, str(vacancy.hours)) == (
        site,
        "Facilities",
        "fixed",
        "37.5",
    )
    assert (vacancy.audience, vacancy.position_number, str(vacancy.salary_least)) == ("internal", "P77", "29974.50000")
    assert (str(vacancy.closes_on), str(vacancy.starts_on)) == ("2026-12-14", "2027-02-01")
    assert sorted(Criterion.unscoped.values_list("text", "essential")) == [("Kind", True), ("Typing", False)]


def test_a_site_of_nobody_is_answered_with_those_there_are(key, trust):
    Site.objects.create(organisation=trust, name="St Mary's Hospital")
    answer = send(key, {**PORTER, "site": "Northwick Park"})
    assert answer.status_code == 422
    assert answer.json()["problems"] == [
        {
            "field": "site",
            "sentence": "Your trust has no site “Northwick Park”.",
            "mend": "Its sites: St Mary's Hospital.",
        }
    ]
    assert Vacancy.unscoped.count() == 0


class TestWhoMayWrite:
    def test_a_key_that_only_reads(self, recruiter):
        answer = send(key_of(recruiter, may_write=False), PORTER)
        assert answer.status_code == 403
        assert answer.json() == {
            "detail": "This needs a key that may write. A recruiter or HR lead of the trust makes one on the keys page."
        }

    def test_nobody_and_a_forged_key(self, policies):
        assert [send(key, PORTER).status_code for key in ("", "gi_forged")] == [401, 401]

    def test_a_signed_in_person_without_a_key(self, recruiter):
        answer = recruiter.client.post(LIST, json.dumps(PORTER), content_type="application/json")
        assert (answer.status_code, Vacancy.unscoped.count()) == (403, 0)

    def test_hr_may_and_the_advert_is_its_own_trusts(self, colleague, stranger):
        assert send(key_of(colleague), PORTER).status_code == 201
        assert send(key_of(stranger), PORTER).status_code == 201
        assert Vacancy.unscoped.values("trust").distinct().count() == 2

    @pytest.mark.parametrize("role", [Role.ACADEMY, Role.PROVIDER, Role.ICB_ANALYST, Role.AUDITOR, Role.SYSTEM_ADMIN])
    def test_a_key_of_another_role_never_writes(self, policies, role):
        membership = MembershipFactory(role=role)
        token, secret = make_token(label="x", expires=today() + timedelta(days=9), by=acting_of(membership))
        type(token).unscoped.filter(pk=token.pk).update(may_write=True)  # as if somebody had changed the row
        assert send(secret, PORTER).status_code == 403

    def test_a_revoked_key_and_one_whose_membership_ended(self, recruiter, colleague):
        token, secret = make_token(label="x", expires=today() + timedelta(days=9), by=recruiter.acting, may_write=True)
        revoke_token(token=token, by=recruiter.acting)
        theirs = key_of(colleague)
        colleague.membership.ends = today() - timedelta(days=1)
        colleague.membership.save()
        assert [send(each, PORTER).status_code for each in (secret, theirs)] == [401, 401]

    def test_a_write_key_reads_too(self, key, trust):
        VacancyFactory(trust=trust)
        answer = Client().get(LIST, headers={"Authorization": f"Bearer {key}"})
        assert (answer.status_code, len(answer.json()["results"])) == (200, 1)


class TestByAddress:
    def put(self, key, reference, body):
        return send(key, body, f"{LIST}{reference}/", method="put")

    def test_a_reference_of_theirs_adds_and_completes(self, key):
        body = {name: value for name, value in PORTER.items() if name != "trac_reference"}
        assert [self.put(key, "T.1-9", body).status_code for _ in range(2)] == [201, 200]
        assert Vacancy.unscoped.get().trac_reference == "T.1-9"

    def test_a_reference_of_ours_completes(self, key, trust):
        vacancy = VacancyFactory(trust=trust, trac_reference="T-7", title="Porter", band=None)
        answer = self.put(key, vacancy.reference, {"title": "Porter", "band": 2})
        vacancy.refresh_from_db()
        assert (answer.status_code, answer.json()["changed"], vacancy.band) == (200, "pay band", 2)

    @pytest.mark.parametrize(
        ("held", "sent", "problem"),
        [
            (
                {"trac_reference": "T-7"},
                {"trac_reference": "T-8"},
                ("trac_reference", "has another trac_reference: T-7."),
            ),
            ({}, {}, ("", "has no reference in TRAC or NHS Jobs. Give it one on its page first.")),
        ],
    )
    def test_a_reference_of_ours_that_does_not_fit(self, key, trust, held, sent, problem):
        vacancy = VacancyFactory(trust=trust, **held)
        answer = self.put(key, vacancy.reference, {"title": "Porter", **sent})
        assert (answer.status_code, sentences(answer)) == (422, [(problem[0], f"{vacancy.reference} {problem[1]}")])

    def test_another_trusts_is_not_there(self, key, stranger):
        theirs = VacancyFactory(trust=stranger.membership.organisation, trac_reference="T-7")
        assert self.put(key, theirs.reference, {"title": "Porter"}).status_code == 404
        assert self.put(key, "VAC-222222", {"title": "Porter"}).status_code == 404

    def test_address_and_body_name_two(self, key):
        answer = self.put(key, "T-2", PORTER)
        assert (answer.status_code, sentences(answer)) == (
            422,
            [("trac_reference", "The address names another reference than the body.")],
        )


class TestIdempotency:
    def test_the_same_key_and_body_is_answered_once_more_and_done_once(self, key):
        answers = [send(key, PORTER, idempotency="night-1") for _ in range(3)]
        assert [answer.status_code for answer in answers] == [201, 201, 201]
        assert answers[0].json() == answers[1].json() == answers[2].json()
        assert (Vacancy.unscoped.count(), IdempotencyKey.objects.count()) == (1, 1)

    def test_the_same_key_with_another_body_is_refused(self, key):
        send(key, PORTER, idempotency="night-1")
        answer = send(key, {**PORTER, "posts": 3}, idempotency="night-1")
        assert (answer.status_code, sentences(answer)) == (
            409,
            [("Idempotency-Key", "This idempotency key was used for another request. Send a new key.")],
        )

    def test_the_order_of_the_fields_is_no_other_body(self, key):
        send(key, PORTER, idempotency="night-1")
        turned = dict(reversed(PORTER.items()))
        assert send(key, turned, idempotency="night-1").status_code == 201

    def test_a_key_is_of_one_membership(self, key, stranger):
        send(key, PORTER, idempotency="night-1")
        assert send(key_of(stranger), PORTER, idempotency="night-1").status_code == 201
        assert Vacancy.unscoped.count() == 2

    def test_a_refused_request_frees_its_key(self, key, trust):
        wrong = {**PORTER, "site": "Nowhere"}
        assert send(key, wrong, idempotency="night-1").status_code == 422
        assert send(key, PORTER, idempotency="night-1").status_code == 201

    def test_after_thirty_days_it_is_a_new_key(self, key):
        send(key, PORTER, idempotency="night-1")
        IdempotencyKey.objects.update(at=now() - timedelta(days=31))
        again = send(key, {**PORTER, "title": "Night porter"}, idempotency="night-1")
        assert (again.status_code, again.json()["outcome"]) == (200, "changed")

    def test_a_key_too_long(self, key):
        answer = send(key, PORTER, idempotency="k" * 101)
        assert sentences(answer) == [("", "An idempotency key has between 1 and 100 characters.")]


class TestRefusals:
    def test_problems_come_with_their_fields_and_nothing_is_written(self, key):
        answer = send(key, {**PORTER, "posts": 0, "bnad": 2})
        assert (answer.status_code, answer["Content-Type"]) == (422, "application/json")
        assert answer.json()["detail"] == "Nothing was written."
        assert [field for field, _sentence in sentences(answer)] == ["bnad", "posts"]
        assert Vacancy.unscoped.count() == 0

    @pytest.mark.parametrize("body", ["{", '{"title": ', "<xml/>", "\x00"])
    def test_what_is_no_json(self, key, body):
        assert send(key, body).status_code == 400

    def test_a_body_that_no_vacancy_is(self, key):
        answer = send(key, {**PORTER, "description": "x" * 300_000})
        assert (answer.status_code, sentences(answer)) == (
            413,
            [("", "The body is larger than 256 KB, which no vacancy is.")],
        )

    @pytest.mark.parametrize("method", ["patch", "delete"])
    def test_other_verbs_are_not_there(self, key, trust, method):
        vacancy = VacancyFactory(trust=trust)
        assert send(key, PORTER, f"{LIST}{vacancy.reference}/", method=method).status_code == 405

    def test_the_references_of_two_vacancies(self, key, trust):
        VacancyFactory(trust=trust, trac_reference="T-1")
        VacancyFactory(trust=trust, nhs_jobs_reference="C-1")
        answer = send(key, {**PORTER, "nhs_jobs_reference": "C-1"})
        assert answer.status_code == 422
        assert sentences(answer)[0][1].startswith("The two references belong to two vacancies here")


def test_so_many_writes_a_minute_and_reading_is_not_counted(key, monkeypatch):
    monkeypatch.setattr(WritesThrottle, "THROTTLE_RATES", {"api_writes": "2/min"})
    answers = [send(key, PORTER) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [201, 200, 429]
    assert answers[2].json()["detail"].startswith("Too many vacancies in a minute. Send the rest in ")
    assert int(answers[2]["Retry-After"]) > 0
    assert Client().get(LIST, headers={"Authorization": f"Bearer {key}"}).status_code == 200


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_ten_at_once_make_one_vacancy(recruiter):
    cache.clear()
    key, ready, statuses = key_of(recruiter), Barrier(10), []

    def one(number):
        ready.wait()
        statuses.append(send(key, {**PORTER, "department": "Facilities"}).status_code)
        connection.close()

    threads = [Thread(target=one, args=(number,)) for number in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(statuses) == [200] * 9 + [201]
    assert Vacancy.unscoped.count() == 1
