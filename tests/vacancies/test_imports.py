"""A saved feed file becomes vacancies: several employers, questions, the same file twice, good rows or nothing."""

from datetime import date, timedelta
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from audit.clock import today
from audit.mover import Refused
from jobs.hostile import Refusal
from jobs.models import Job, Outcome
from jobs.services import receive, start
from organisations.models import EmployerName, Site, Succession
from tests.factories.organisations import OrganisationFactory
from tests.factories.vacancies import VacancyFactory
from tests.vacancies.pages import words
from vacancies.imports import KIND, claim_employer, plain, plan_feed
from vacancies.models import Entry, Vacancy
from vacancies.ring_fencing import undecided

pytestmark = pytest.mark.django_db

SAMPLES = Path(__file__).parent / "samples"
SAMPLE = (SAMPLES / "nhs_jobs_feed.xml").read_bytes()
VARIANT = (SAMPLES / "nhs_jobs_feed_doc_variant.xml").read_bytes()


def advert(reference, *, title="Porter", employer="Imperial College Healthcare NHS Trust", closes="2026-12-10", **more):
    """One vacancyDetails, the feed's elements in its order."""
    facts = {
        "id": "1",
        "reference": reference,
        "title": title,
        "description": "Made up.",
        "employer": employer,
        "type": "Permanent",
        "salary": "£29974.00 to £29974.00",
        "closeDate": closes,
        "postDate": "2026-11-20T12:18:24.800841778",
        "url": f"https://beta.jobs.nhs.uk/candidate/jobadvert/{reference}",
    } | more
    inner = "".join(f"<{name}>{value}</{name}>" for name, value in facts.items())
    return f"<vacancyDetails>{inner}<locations><location>London, W2 1NY</location></locations></vacancyDetails>"


def feed(*adverts):
    body = "".join(adverts)
    return f"<nhsJobs>{body}<totalPages>1</totalPages><totalResults>{len(adverts)}</totalResults></nhsJobs>".encode()


def upload(data, who):
    return receive(SimpleUploadedFile("feed.xml", data), kind=KIND, by=who.acting)


def imported(data, who, **given):
    return start(KIND, by=who.acting, upload=upload(data, who), **given)


def test_the_sample_brings_the_trusts_own_advert_open_and_undecided(trust, recruiter):
    Site.objects.create(organisation=trust, name="St Mary's Hospital", postcode="W2 1NY")
    job = imported(SAMPLE, recruiter, answers={"C9333-26-1201": [2, 3, ""]})
    vacancy = Vacancy.unscoped.get()
    assert (vacancy.nhs_jobs_reference, vacancy.title, vacancy.state) == (
        "C9333-26-1201",
        "Healthcare Support Worker",
        "open",
    )
    assert (vacancy.opened_on, vacancy.closes_on) == (date(2026, 11, 20), date(2026, 12, 4))
    assert (vacancy.band, vacancy.posts, vacancy.job_family, vacancy.contract) == (
        2,
        3,
        "healthcare_support",
        "permanent",
    )
    assert (vacancy.site.name, vacancy.source, vacancy.upload_id) == ("St Mary's Hospital", "nhs_jobs", job.upload_id)
    assert list(undecided()) == [vacancy]
    assert Entry.unscoped.count() == 0
    assert job.result["url"] == "/vacancies/?fence=undecided&sort=closes"


def test_other_trusts_adverts_stay_out_with_a_sentence(trust, recruiter):
    OrganisationFactory(name="London North West University Healthcare NHS Trust")
    job = imported(SAMPLE, recruiter)
    assert job.counts == {"made": 1, "changed": 0, "same": 0, "skipped": 2, "refused": 0}
    assert list(job.rows.filter(outcome=Outcome.SKIPPED).values_list("row", "sentence")) == [
        (2, "Left out: London North West University Healthcare NHS Trust is another trust."),
        (3, "Left out: The Hillingdon Hospitals NHS Foundation Trust is not a name of your trust."),
    ]


def test_the_documents_variant_is_read_as_well(recruiter):
    trust = recruiter.membership.organisation
    plan = plan_feed(VARIANT, trust=trust)
    assert len(plan.new) + sum(map(len, plan.unknown.values())) + sum(map(len, plan.other_trusts.values())) > 0
    assert plan.problems == {}


@pytest.mark.parametrize(
    ("written", "same"),
    [
        ("GUY'S  AND ST THOMAS’ NHS Trust", "Guys & St Thomas' NHS Trust"),
        ("imperial college healthcare nhs trust ", "Imperial College Healthcare NHS Trust"),
        ("St. Mary-Abbots", "st mary abbots"),
    ],
)
def test_spellings_of_a_name_are_one(written, same):
    assert plain(written) == plain(same)


@given(st.text(max_size=60))
def test_plain_is_settled(name):
    assert plain(plain(name)) == plain(name)


def test_an_advert_of_a_predecessor_is_ours(trust, recruiter):
    old = OrganisationFactory(name="Hounslow and Richmond Community Healthcare NHS Trust")
    between = OrganisationFactory(name="Kingston Hospital NHS Foundation Trust")
    Succession.objects.create(predecessor=old, successor=between, on=date(2023, 4, 1))
    Succession.objects.create(predecessor=between, successor=trust, on=date(2024, 11, 1))
    data = feed(advert("C1", employer="HOUNSLOW and Richmond Community Healthcare NHS Trust"))
    assert [each.reference for each in plan_feed(data, trust=trust).new] == ["C1"]


def test_the_same_file_twice_changes_nothing(recruiter):
    imported(SAMPLE, recruiter)
    before = list(Vacancy.unscoped.values())
    assert imported(SAMPLE, recruiter).counts["same"] == 1
    assert list(Vacancy.unscoped.values()) == before


def test_a_changed_closing_date_is_taken_over_and_told(recruiter):
    imported(feed(advert("C1")), recruiter)
    job = imported(feed(advert("C1", closes="2026-12-20")), recruiter)
    vacancy = Vacancy.unscoped.get()
    assert (vacancy.closes_on, job.counts["changed"]) == (date(2026, 12, 20), 1)
    assert "Closing date changed by a newer import" in words(recruiter.client.get(vacancy.get_absolute_url()))


def test_what_a_person_answered_is_not_asked_or_undone_again(recruiter):
    imported(feed(advert("C1")), recruiter, answers={"C1": [2, 4, ""]})
    imported(feed(advert("C1", title="Porter (nights)")), recruiter, answers={"C1": [5, 1, ""]})
    vacancy = Vacancy.unscoped.get()
    assert (vacancy.title, vacancy.band, vacancy.posts) == ("Porter (nights)", 2, 4)


def test_a_vacancy_that_came_through_another_door_is_the_same(trust, recruiter):
    VacancyFactory(trust=trust, trac_reference="C1", title="Porter")
    assert imported(feed(advert("C1")), recruiter).counts["made"] == 0
    assert Vacancy.unscoped.count() == 1


def test_another_trusts_vacancy_with_that_reference_is_another(recruiter):
    VacancyFactory(nhs_jobs_reference="C1")
    assert imported(feed(advert("C1")), recruiter).counts["made"] == 1


def test_finished_vacancies_are_left_alone(trust, recruiter):
    VacancyFactory(trust=trust, nhs_jobs_reference="C1", state="finished", title="Old")
    assert imported(feed(advert("C1")), recruiter).counts["same"] == 1
    assert Vacancy.unscoped.get().title == "Old"


BAD = advert("C2", closes="2026-11-01")


def test_good_rows_come_in_and_the_others_say_what_to_mend(recruiter):
    job = imported(feed(advert("C1"), BAD), recruiter)
    assert (job.counts["made"], job.counts["refused"]) == (1, 1)
    [said] = job.rows.filter(outcome=Outcome.REFUSED).values_list("row", "sentence")
    assert said == (2, "Advert 2 (C2): it closes before it opened. Check both dates.")


def test_all_or_nothing_leaves_nothing(recruiter):
    job = imported(feed(advert("C1"), BAD), recruiter, all_or_nothing=True)
    assert (job.state, Vacancy.unscoped.count()) == ("failed", 0)
    assert job.message == "Nothing was imported: some adverts have a problem. Mend them, or import the good ones."


def test_a_band_is_taken_from_the_title_only_where_it_stands_there(recruiter):
    imported(feed(advert("C1", title="Domestic Assistant - Band 2"), advert("C2", title="Porter Band 2/3")), recruiter)
    assert dict(Vacancy.unscoped.values_list("nhs_jobs_reference", "band")) == {"C1": 2, "C2": None}


def test_an_advert_that_has_closed_comes_in_closed(recruiter):
    imported(feed(advert("C1", closes=str(today() - timedelta(days=1)))), recruiter)
    assert Vacancy.unscoped.get().state == "closed"


def test_importing_costs_the_same_queries_for_one_and_for_three(recruiter, django_assert_num_queries):
    files = [
        upload(feed(*[advert(f"C{place}-{number}") for number in range(size)]), recruiter)
        for place, size in ((1, 1), (2, 3))
    ]
    for each in files:
        with django_assert_num_queries(40):  # two of them look whether an advert is here already
            start(KIND, by=recruiter.acting, upload=each)


def test_a_fault_in_the_middle_leaves_nothing(recruiter, monkeypatch):
    def broken(*args, **more):
        raise RuntimeError("power cut")

    data = upload(feed(advert("C1"), advert("C2")), recruiter)
    monkeypatch.setattr("vacancies.imports._write_changed", broken)
    with pytest.raises(RuntimeError):
        start(KIND, by=recruiter.acting, upload=data)
    assert Vacancy.unscoped.count() == 0
    assert Job.unscoped.get().state == "failed"


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (b"", "The file is empty. Save it again where it comes from, then choose it here"),
        (b'{"message": "no such page"}', '"feed.xml" holds a JSON message, as the feed sends past its last page or in '
         "error, not XML."),
        (b"<html><body>Sorry</body></html>", '"feed.xml" is a web page, not the feed itself. Save the feed from its own '
         "address."),
        (b"<jobs/>", "This XML file begins with <jobs>, not with <nhsJobs>: it is not the feed of NHS Jobs. Choose the "
         "XML file that NHS Jobs saves."),
        (SAMPLE[:900], '"feed.xml" is broken or cut short at line 2, character 860. Download it again, and upload it.'),
    ],
)  # fmt: skip
def test_a_file_that_is_no_feed_is_refused_with_a_sentence(recruiter, data, sentence):
    response = recruiter.client.post("/vacancies/import/", {"file": SimpleUploadedFile("feed.xml", data)})
    assert response.context["form"].errors == {"file": [sentence]}
    assert Vacancy.unscoped.count() == 0


class TestPages:
    def read(self, who, data):
        """Upload `data`; the address of the check page."""
        response = who.client.post("/vacancies/import/", {"file": SimpleUploadedFile("feed.xml", data)})
        assert response.status_code == 302
        return response["Location"]

    def test_from_file_to_due_list(self, recruiter):
        address = self.read(recruiter, feed(advert("C1", title="Porter Band 2"), advert("C2", title="Cook")))
        page = recruiter.client.get(address)
        rows = page.context["rows"]
        assert [(row["title"], row["band"].value(), row["posts"].value()) for row in rows] == [
            ("Porter Band 2", 2, None),
            ("Cook", None, None),
        ]
        assert Vacancy.unscoped.count() == 0
        data = {"band-1": "2", "posts-1": "2", "band-2": "", "posts-2": "1"}
        response = recruiter.client.post(address, data, follow=True)
        assert "Give the posts and pay bands of 1 vacancy" in words(response)
        facts = recruiter.client.get(Job.unscoped.get().result["also"]["url"])
        [row] = facts.context["rows"]
        answers = {"vacancy": row["key"], f"band-{row['key']}": "3"}
        due = recruiter.client.post("/vacancies/facts/", answers, follow=True)
        assert [line["vacancy"].title for line in due.context["rows"]] == ["Porter Band 2", "Cook"]

    def test_one_post_each_fills_the_empty_ones_and_imports_nothing(self, recruiter):
        address = self.read(recruiter, feed(advert("C1"), advert("C2")))
        page = recruiter.client.post(address, {"band-1": "2", "posts-1": "4", "posts-2": "", "fill": "posts-1"})
        assert [row["posts"].value() for row in page.context["rows"]] == ["4", "1"]
        assert Job.unscoped.count() == 0

    @pytest.mark.parametrize(("fill", "bands"), [("band-3", [2, 3]), ("band-99", [2, None]), ("salary-1", [2, None])])
    def test_one_band_for_all_that_are_empty(self, recruiter, fill, bands):
        address = self.read(recruiter, feed(advert("C1"), advert("C2")))
        page = recruiter.client.post(address, {"band-1": "2", "band-2": "", "posts-1": "1", "fill": fill})
        form = page.context["form"]
        form.is_valid()
        assert [form.cleaned_data.get(f"band-{number}") for number in (1, 2)] == bands
        assert Job.unscoped.count() == 0

    def test_an_impossible_number_of_posts_is_asked_again(self, recruiter):
        address = self.read(recruiter, feed(advert("C1")))
        page = recruiter.client.post(address, {"posts-1": "0"})
        assert page.context["form"].errors == {"posts-1": ["Posts of Porter must be 1 or more"]}
        assert Vacancy.unscoped.count() == 0

    def test_an_unknown_name_of_ours_is_remembered(self, trust, recruiter):
        address = self.read(recruiter, feed(advert("C1", employer="Imperial Hospitals")))
        assert "1 advert of Imperial Hospitals: not a name of your trust." in words(recruiter.client.get(address))
        page = recruiter.client.post(address, {"ours": "Imperial Hospitals"}, follow=True)
        assert [row["reference"] for row in page.context["rows"]] == ["C1"]
        assert EmployerName.objects.get().organisation == trust

    def test_nobody_claims_anothers_name(self, trust, recruiter, stranger):
        other = stranger.membership.organisation
        with pytest.raises(Refused, match="is the name of another organisation already"):
            claim_employer(employer=other.name.upper(), trust=trust, by=recruiter.acting)
        with pytest.raises(Refused, match="Only the trust's own recruiters"):
            claim_employer(employer="New name", trust=trust, by=stranger.acting)

    def test_somebody_elses_upload_is_not_there(self, recruiter, colleague, stranger):
        address = self.read(recruiter, SAMPLE)
        assert [who.client.get(address).status_code for who in (recruiter, colleague, stranger)] == [200, 404, 404]


def test_a_deleted_file_is_refused(recruiter):
    kept = upload(SAMPLE, recruiter)
    kept.path.unlink()
    response = recruiter.client.get(f"/vacancies/import/{kept.reference}/", follow=True)
    assert '"feed.xml" has been deleted. Upload it again.' in words(response)


def test_plan_refuses_half_a_file(trust, policies):
    with pytest.raises(Refusal, match="The file stops part of the way through"):
        plan_feed(SAMPLE[:900], trust=trust)
