"""An outside list against the ledger: what is found, answered, cleared."""

from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from audit.models import Event
from audit.mover import Refused
from jobs.hostile import Refusal
from jobs.models import Job
from tests.factories.organisations import OrganisationFactory
from tests.factories.vacancies import VacancyFactory
from tests.vacancies.pages import rows_of, words
from tests.vacancies.test_imports import advert, feed
from vacancies.models import Finding, Vacancy
from vacancies.reconciliation import answer, employer_names, read_list, reconcile, trusts_of

pytestmark = pytest.mark.django_db
SAMPLE = (Path(__file__).parent / "samples" / "nhsbsa_opendata_vacancies.csv").read_bytes()
IMPERIAL = "Imperial College Healthcare NHS Trust"
HEADINGS = "JOB_REFERENCE,EMPLOYER_NAME,JOB_TITLE,PAY_BAND,CONTRACT_TYPE"


def csv(*rows, employer=IMPERIAL):
    lines = [",".join([row[0], employer, row[1], row[2], row[3] if len(row) > 3 else "Permanent"]) for row in rows]
    return "\n".join([HEADINGS, *lines]).encode()


def compare(data, who):
    trusts = trusts_of(who.acting)
    return reconcile(listed=read_list(data, names=employer_names(trusts)), trusts=trusts, by=who.acting)


def found(**where):
    rows = Finding.unscoped.filter(**where).order_by("advert").values_list("advert", "kind", "state")
    return list(rows)


class TestWhatIsFound:
    def test_an_advert_that_the_ledger_lacks(self, recruiter):
        compare(csv(("C1", "Porter", "Band 2"), ("C2", "Ward clerk", "Band 3")), recruiter)
        assert found() == [("C1", "missing", "open"), ("C2", "missing", "open")]

    @pytest.mark.parametrize(
        ("row", "expected"),
        [
            (("C1", "Porter", "Band 2"), True),
            (("C1", "Staff nurse", "Band 5"), False),
            (("C1", "Porter", ""), True),  # it may be entry level: a person says
            (("C1", "Porter", "Personal salary"), True),  # likewise
            (("C1", "Cardiologist", "Consultant"), False),
            (("C1", "Junior doctor", "Foundation Year 1"), False),
            (("C1", "Apprentice Level 2 dental nurse", "Dental"), True),
            (("C1", "Porter", "Band 2", "Bank"), True),  # it counts until a person exempts it by name
            (("C1", "Apprentice Level 2 healthcare support worker", "Band 5"), True),
        ],
    )
    def test_only_what_may_count(self, recruiter, row, expected):
        compare(csv(row), recruiter)
        assert bool(found()) is expected

    @pytest.mark.parametrize("field", ["nhs_jobs_reference", "trac_reference"])
    def test_not_what_is_here_by_either_reference(self, recruiter, trust, field):
        VacancyFactory(trust=trust, **{field: "C1"})
        compare(csv(("C1", "Porter", "Band 2")), recruiter)
        assert found() == []

    def test_a_band_that_differs(self, recruiter, trust):
        vacancy = VacancyFactory(trust=trust, nhs_jobs_reference="C1", band=4, entry_level="no")
        compare(csv(("C1", "Porter", "Band 2")), recruiter)
        row = Finding.unscoped.get()
        assert (row.kind, row.band_there, row.band_here, row.vacancy) == ("band", 2, 4, vacancy)

    def test_an_unknown_band_differs_from_nothing(self, recruiter, trust):
        VacancyFactory(trust=trust, nhs_jobs_reference="C1", band=None)
        VacancyFactory(trust=trust, nhs_jobs_reference="C2", band=2)
        compare(csv(("C1", "Porter", "Band 2"), ("C2", "Porter", "")), recruiter)
        assert found() == []

    def test_other_trusts_are_left_to_themselves(self, recruiter, icb):
        other = OrganisationFactory(name="London North West University Healthcare NHS Trust")
        compare(SAMPLE, recruiter)
        assert set(Finding.unscoped.values_list("trust", flat=True)) == {recruiter.membership.organisation_id}
        compare(SAMPLE, icb)
        assert Finding.unscoped.filter(trust=other).exists()

    def test_the_feed_does_as_well(self, recruiter, trust):
        VacancyFactory(trust=trust, nhs_jobs_reference="C2")
        compare(feed(advert("C1"), advert("C2"), advert("C3", employer="Somebody else")), recruiter)
        assert found() == [("C1", "missing", "open")]

    @pytest.mark.parametrize("data", [b"", b"<html></html>", b'{"error": "x"}', b"a,b\n1,2"])
    def test_another_file_is_refused(self, data):
        with pytest.raises(Refusal):
            read_list(data, names=[IMPERIAL])


class TestAgain:
    def test_the_same_list_changes_nothing(self, recruiter):
        data = csv(("C1", "Porter", "Band 2"))
        first, second = compare(data, recruiter), compare(data, recruiter)
        assert [len(part) for part in (first.new, first.known, first.cleared)] == [1, 0, 0]
        assert [len(part) for part in (second.new, second.known, second.cleared)] == [0, 1, 0]
        assert Event.objects.filter(kind="vacancies.Finding").count() == 1

    def test_it_clears_once_both_agree_and_opens_if_it_differs_anew(self, recruiter, trust):
        data = csv(("C1", "Porter", "Band 2"))
        compare(data, recruiter)
        vacancy = VacancyFactory(trust=trust, nhs_jobs_reference="C1", band=2)
        assert len(compare(data, recruiter).cleared) == 1
        assert found() == [("C1", "missing", "cleared")]
        Vacancy.unscoped.filter(pk=vacancy.pk).update(nhs_jobs_reference="")
        compare(data, recruiter)
        assert found() == [("C1", "missing", "open")]

    def test_a_list_without_the_advert_clears_nothing(self, recruiter):
        compare(csv(("C1", "Porter", "Band 2")), recruiter)
        compare(csv(("C2", "Porter", "Band 5")), recruiter)
        assert found() == [("C1", "missing", "open")]

    def test_what_is_explained_stays_explained(self, recruiter, trust):
        data = csv(("C1", "Porter", "Band 2"))
        compare(data, recruiter)
        answer(finding=Finding.unscoped.get(), accepted=False, reason="Bank register", by=recruiter.acting)
        compare(data, recruiter)
        VacancyFactory(trust=trust, nhs_jobs_reference="C1", band=2)
        compare(data, recruiter)
        assert found() == [("C1", "missing", "explained")]

    def test_what_is_accepted_clears_when_it_was_added(self, recruiter, trust):
        data = csv(("C1", "Porter", "Band 2"))
        compare(data, recruiter)
        answer(finding=Finding.unscoped.get(), accepted=True, reason="Missed", by=recruiter.acting)
        compare(data, recruiter)
        assert found() == [("C1", "missing", "accepted")]
        VacancyFactory(trust=trust, nhs_jobs_reference="C1", band=2)
        compare(data, recruiter)
        assert found() == [("C1", "missing", "cleared")]


class TestAnswers:
    @pytest.fixture
    def finding(self, recruiter):
        compare(csv(("C1", "Porter", "Band 2")), recruiter)
        return Finding.unscoped.get()

    def test_refused(self, finding, recruiter, stranger, icb):
        with pytest.raises(Refused, match="Give the reason"):
            answer(finding=finding, accepted=True, reason=" ", by=recruiter.acting)
        for who in (stranger, icb):
            with pytest.raises(Refused, match="Only the trust's own"):
                answer(finding=finding, accepted=True, reason="x", by=who.acting)
        answer(finding=finding, accepted=True, reason="Missed", by=recruiter.acting)
        with pytest.raises(Refused, match="this needs an open finding"):
            answer(finding=finding, accepted=False, reason="No", by=recruiter.acting)

    def test_the_pages(self, finding, recruiter, icb):
        assert rows_of(recruiter.client.get("/vacancies/reconciliation/"))[0][:2] == [
            "Porter C1",
            "Not in the ledger (Band 2)",
        ]
        url = f"/vacancies/reconciliation/{finding.pk}/"
        assert recruiter.client.post(url, {"answer": "explain", "reason": ""}).status_code == 200
        assert icb.client.post(url, {"answer": "explain", "reason": "x"}).status_code == 404
        assert recruiter.client.post(url, {"answer": "explain", "reason": "Bank register"}).status_code == 302
        assert "Nothing waits for an answer." in words(recruiter.client.get("/vacancies/reconciliation/"))
        assert "Bank register" in words(icb.client.get("/vacancies/reconciliation/?state=explained"))
        assert "Reason: Bank register" in words(icb.client.get(url))

    def test_the_upload_is_a_watched_job(self, recruiter):
        file = SimpleUploadedFile("all.csv", csv(("C1", "Porter", "Band 2"), ("", "Porter", "Band 2")))
        response = recruiter.client.post("/vacancies/reconciliation/", {"file": file})
        job = Job.unscoped.get()
        assert response["Location"] == f"/jobs/{job.reference}/"
        assert (job.state, job.result["counts"]["made"], job.result["counts"]["refused"]) == ("done", 1, 1)
        assert (job.result["url"], job.result.get("note")) == ("/vacancies/reconciliation/", None)

    def test_adverts_on_other_pay_scales_are_counted(self, recruiter):
        rows = (
            ("C1", "Porter", "Band 2"),
            ("C2", "Cardiologist", "Consultant"),
            ("C3", "Registrar", "Specialty Doctor"),
        )
        file = SimpleUploadedFile("all.csv", csv(*rows))
        page = words(recruiter.client.post("/vacancies/reconciliation/", {"file": file}, follow=True))
        assert "2 adverts on other pay scales, such as consultants, left out." in page
        assert found() == [("C1", "missing", "open")]
