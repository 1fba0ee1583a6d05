"""An advert's page: fills in what the feed lacks, brings criteria, asks where others are here; only NHS Jobs is asked."""

from datetime import date
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from audit.mover import Refused
from tests.factories.pipeline import CriterionFactory
from tests.factories.vacancies import VacancyFactory
from tests.vacancies.pages import words
from tests.vacancies.samples_of import sample
from vacancies.advert_pages import fetch_page, lines_of, may_fetch, read_page, take_page
from vacancies.criteria import correct_criteria, criteria_of
from vacancies.models import Vacancy
from vacancies.sources.advert_page import read_advert

PAGE = sample("nhs_jobs_advert.html")
READ = read_advert(PAGE)
LINES = lines_of(READ)


def test_the_sample_has_lines_of_both_kinds():
    assert (len(READ.essential) > 0, len(LINES)) == (True, len(READ.essential) + len(READ.desirable))
    assert [essential for _text, essential in LINES] == [True] * len(READ.essential) + [False] * len(READ.desirable)


@pytest.mark.parametrize(
    ("url", "may"),
    [
        ("https://www.jobs.nhs.uk/candidate/jobadvert/C9333", True),
        ("https://beta.jobs.nhs.uk/candidate/jobadvert/C9333", True),
        ("http://www.jobs.nhs.uk/candidate/jobadvert/C9333", False),
        ("https://www.jobs.nhs.uk.example.test/candidate", False),
        ("https://www.jobs.nhs.uk@example.test/candidate", False),
        ("https://example.test/?https://www.jobs.nhs.uk/", False),
        ("https://169.254.169.254/latest/meta-data", False),
        ("file:///etc/passwd", False),
        ("", False),
    ],
)
def test_only_nhs_jobs_is_asked(settings, url, may):
    settings.NHS_JOBS_ADDRESS = ""
    assert may_fetch(Vacancy(url=url)) is may


@pytest.mark.django_db
class TestTaking:
    def empty(self, trust, **facts):
        return VacancyFactory(trust=trust, band=None, closes_on=None, entry_level="unclassified", **facts)

    def test_gaps_and_criteria_are_filled(self, trust, recruiter):
        vacancy = self.empty(trust, opened_on=date(2026, 11, 20))
        brought = take_page(vacancy=vacancy, page=READ, by=recruiter.acting)
        vacancy.refresh_from_db()
        assert (vacancy.band, vacancy.closes_on) == (READ.band.number, READ.closes)
        assert (criteria_of(vacancy), brought.waiting) == (LINES, ())
        assert brought.changed.endswith("criteria")

    def test_the_same_page_again_says_nothing_new(self, trust, recruiter):
        vacancy = self.empty(trust)
        take_page(vacancy=vacancy, page=READ, by=recruiter.acting)
        again = take_page(vacancy=vacancy, page=READ, by=recruiter.acting)
        assert (again.changed, again.waiting) == ("", ())

    def test_other_criteria_wait_and_a_band_that_is_known_stays(self, trust, recruiter):
        vacancy = VacancyFactory(trust=trust, band=5)
        correct_criteria(vacancy=vacancy, criteria=[("Kind", True)], by=recruiter.acting)
        brought = take_page(vacancy=vacancy, page=READ, by=recruiter.acting)
        vacancy.refresh_from_db()
        assert (brought.waiting, criteria_of(vacancy), vacancy.band) == (LINES, (("Kind", True),), 5)

    @pytest.mark.parametrize("data", [b"", b"<html></html>", b"%PDF-1.7", b"{}"])
    def test_what_is_no_advert(self, data):
        with pytest.raises(Refused):
            read_page(data)

    def test_not_once_shortlisting_began_and_not_by_a_stranger(self, trust, recruiter, stranger):
        vacancy = CriterionFactory(vacancy__trust=trust, vacancy__state="shortlisting").vacancy
        with pytest.raises(Refused, match="people are judged by the criteria as they stand"):
            take_page(vacancy=vacancy, page=READ, by=recruiter.acting)
        with pytest.raises(Refused, match="own recruiters and HR"):
            take_page(vacancy=VacancyFactory(trust=trust), page=READ, by=stranger.acting)


@pytest.mark.django_db
class TestThePage:
    def send(self, who, vacancy, data=PAGE):
        file = SimpleUploadedFile("advert.html", data, content_type="text/html")
        return who.client.post(f"/vacancies/{vacancy.reference}/advert-page/", {"page": file}, follow=True)

    def test_a_saved_page_fills_in_and_says_what(self, trust, recruiter):
        vacancy = VacancyFactory(trust=trust, band=None)
        said = words(self.send(recruiter, vacancy))
        assert "Filled in:" in said
        assert "criteria" in said
        assert LINES[0][0] in said

    def test_other_criteria_are_shown_before_they_are_saved(self, trust, recruiter):
        vacancy = VacancyFactory(trust=trust)
        correct_criteria(vacancy=vacancy, criteria=[("Kind", True)], by=recruiter.acting)
        page = self.send(recruiter, vacancy)
        assert "The advert’s page has other criteria than this vacancy." in words(page)
        assert page.context["form"].initial["essential"].splitlines() == [each.text for each in READ.essential]
        assert criteria_of(vacancy) == (("Kind", True),)

    def test_another_file_is_refused_at_the_field(self, trust, recruiter):
        page = self.send(recruiter, VacancyFactory(trust=trust), b"<html>Hello</html>")
        assert (
            page.context["page_form"].errors["page"][0].startswith("This is not an advert's page saved from NHS Jobs")
        )

    def test_no_file_chosen(self, trust, recruiter):
        vacancy = VacancyFactory(trust=trust)
        page = recruiter.client.post(f"/vacancies/{vacancy.reference}/advert-page/", {})
        assert page.context["page_form"].errors == {"page": ["Choose a file"]}

    def test_a_stranger(self, trust, stranger, icb):
        vacancy = VacancyFactory(trust=trust)
        assert [self.send(who, vacancy).status_code for who in (stranger, icb)] == [404, 404]

    def test_an_address_elsewhere_is_not_fetched(self, trust, recruiter):
        vacancy = VacancyFactory(trust=trust, url="https://example.test/advert")
        address = f"/vacancies/{vacancy.reference}/"
        assert "Fetch the advert" not in recruiter.client.get(f"{address}criteria/").content.decode()
        page = recruiter.client.post(f"{address}advert-page/", {"fetch": "yes"}, follow=True)
        assert "is not one of NHS Jobs. Save the page and choose the file." in words(page)


class Stub(BaseHTTPRequestHandler):
    def do_GET(self):
        found = self.path == "/advert"
        self.send_response(200 if found else 302)
        if not found:
            self.send_header("Location", "https://example.test/")
        self.end_headers()
        self.wfile.write(PAGE if found else b"")

    def log_message(self, *args):
        return None


@pytest.fixture
def nhs_jobs(settings):
    server = HTTPServer(("127.0.0.1", 0), Stub)
    Thread(target=server.serve_forever, daemon=True).start()
    settings.NHS_JOBS_ADDRESS = f"http://127.0.0.1:{server.server_port}/search_xml"
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.django_db
def test_the_advert_is_fetched_from_its_address(nhs_jobs, trust, recruiter):
    vacancy = VacancyFactory(trust=trust, url=f"{nhs_jobs}/advert")
    page = recruiter.client.post(f"/vacancies/{vacancy.reference}/advert-page/", {"fetch": "yes"}, follow=True)
    assert "Filled in:" in words(page)
    assert criteria_of(vacancy) == LINES


def test_a_redirect_is_an_answer_not_an_order(nhs_jobs):
    with pytest.raises(Refused, match="Redirects are not followed"):
        fetch_page(Vacancy(url=f"{nhs_jobs}/moved"))
