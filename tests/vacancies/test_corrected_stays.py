"""A fact that a person corrected stays through every door; each door says what it has otherwise."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from jobs.models import RowResult
from jobs.services import receive, start
from tests.factories.feed import IMPERIAL, advert, feed
from tests.factories.vacancies import VacancyFactory
from tests.vacancies.pages import words
from vacancies import imports, trac_imports
from vacancies.models import Finding
from vacancies.reconciliation import read_list, reconcile
from vacancies.services import correct
from vacancies.taking import corrected_facts, take_one

pytestmark = pytest.mark.django_db
STAYS = "Job title “Porter” {}, “Night porter” here, as a person corrected it: it stays."


@pytest.fixture
def vacancy(trust, recruiter):
    """Corrected on its page from Porter to Night porter."""
    made = VacancyFactory(
        trust=trust, title="Porter", nhs_jobs_reference="C9333-26-0001", salary_text="£30866.00 to £31400.00"
    )
    return correct(vacancy=made, field="title", value="Night porter", reason="It is at night", by=recruiter.acting)


def title_of(vacancy):
    vacancy.refresh_from_db()
    return vacancy.title


def test_only_what_a_person_corrected(vacancy, trust):
    other = VacancyFactory(trust=trust)
    assert corrected_facts([vacancy, other]) == {vacancy.pk: {"title"}, other.pk: frozenset()}


def test_through_the_feed(vacancy, recruiter):
    data = feed([advert(1, title="Porter", employer=IMPERIAL, salary="£31000.00 to £31400.00", closeDate="2026-12-18")])
    upload = receive(SimpleUploadedFile("feed.xml", data), kind=imports.KIND, by=recruiter.acting)
    page = words(recruiter.client.get(f"/vacancies/import/{upload.reference}/"))
    assert (
        f"Night porter , {vacancy.reference}: closes 18 December 2026 instead of 14 December 2026; "
        "pay £31,000 to £31,400 instead of £30,866 to £31,400; another address of the advert. "
        + STAYS.format("in the file")
    ) in page
    job = start(imports.KIND, by=recruiter.acting, upload=upload)
    said = RowResult.unscoped.get(job=job).sentence
    assert said.startswith("Changed: ")
    assert said.endswith(f". {STAYS.format('in the file')}")
    again = receive(SimpleUploadedFile("again.xml", data + b"\n"), kind=imports.KIND, by=recruiter.acting)
    assert STAYS.format("in the file") in words(recruiter.client.get(f"/vacancies/import/{again.reference}/"))
    job = start(imports.KIND, by=recruiter.acting, upload=again)
    assert (RowResult.unscoped.get(job=job).sentence, title_of(vacancy)) == (
        STAYS.format("in the file"),
        "Night porter",
    )


def test_through_trac(vacancy, recruiter):
    rows = b"Ref,Post title,Band,Posts\nC9333-26-0001,Porter,Band 2,1"
    upload = receive(SimpleUploadedFile("trac.csv", rows), kind=trac_imports.KIND, by=recruiter.acting)
    job = start(trac_imports.KIND, by=recruiter.acting, upload=upload)
    assert (RowResult.unscoped.get(job=job).sentence, title_of(vacancy)) == (
        STAYS.format("in the file"),
        "Night porter",
    )


def test_through_the_api(vacancy, trust, recruiter):
    facts = {"nhs_jobs_reference": "C9333-26-0001", "title": "Porter"}
    taken = take_one(trust=trust, facts=facts, source="api", by=recruiter.acting)
    assert (taken.outcome, taken.unsettled, title_of(vacancy)) == (
        "same",
        {"title": STAYS.format("sent")},
        "Night porter",
    )


def test_reconciliation_lists_it_until_it_is_answered_or_agrees(vacancy, trust, recruiter):
    def run(title):
        listed = read_list(feed([advert(1, title=title, employer=IMPERIAL)]), names=[IMPERIAL])
        return reconcile(listed=listed, trusts={trust.pk: trust}, by=recruiter.acting)

    (found,) = run("Porter").new
    assert (found.kind, found.title, found.vacancy) == ("title", "Porter", vacancy)
    assert "“Porter” there, “Night porter” here" in words(recruiter.client.get("/vacancies/reconciliation/"))
    page = words(recruiter.client.get(f"/vacancies/reconciliation/{found.pk}/"))
    assert f"NHS Jobs feed calls it “Porter”; here it was corrected to “Night porter” ( {vacancy.reference} )" in page
    assert [row.pk for row in run("NIGHT PORTER").cleared] == [found.pk]
    assert Finding.unscoped.get().state == "cleared"
