"""The feed from its address: a server of the test's own answers, well and badly."""

import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit

import pytest
from django.core.cache import cache
from django.core.management import call_command

from jobs.models import Job
from jobs.services import start
from organisations.models import EmployerName
from organisations.services import system
from tests.factories.vacancies import VacancyFactory
from tests.vacancies.test_imports import advert
from vacancies import fetching
from vacancies.fetching import KIND, Query, Unavailable, fetch, queries_for
from vacancies.models import Vacancy
from vacancies.sources.faults import FeedRefused

pytestmark = pytest.mark.django_db
OTHER = "London North West University Healthcare NHS Trust"


def page_of(*adverts, pages=1, results=None):
    inner = "".join(adverts)
    total = len(adverts) if results is None else results
    return f"<nhsJobs>{inner}<totalPages>{pages}</totalPages><totalResults>{total}</totalResults></nhsJobs>".encode()


class Stub:
    """What the server answers: `answers[(band, page)]` is bytes, or (status, headers, bytes), or a list of such in turn."""

    def __init__(self):
        self.answers = {}
        self.asked = []
        self.agents = set()

    def answer(self, band, page):
        self.asked.append((band, page))
        found = self.answers.get((band, page), page_of())
        if isinstance(found, list):
            found = found.pop(0) if len(found) > 1 else found[0]
        return found if isinstance(found, tuple) else (200, {}, found)


@pytest.fixture
def stub(settings, monkeypatch):
    stub = Stub()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self):
            given = {name: values[0] for name, values in parse_qs(urlsplit(self.path).query).items()}
            stub.agents.add(self.headers["User-Agent"])
            status, headers, body = stub.answer(given.get("payBand", ""), int(given.get("page", 0)))
            self.send_response(status)
            for name, value in {"Content-Length": str(len(body)), **headers}.items():
                self.send_header(name, value)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args):
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    settings.NHS_JOBS_ADDRESS = f"http://127.0.0.1:{server.server_port}/api/v1/search_xml"
    stub.slept = []
    monkeypatch.setattr(fetching, "sleep", stub.slept.append)
    cache.clear()
    yield stub
    server.shutdown()
    thread.join()
    server.server_close()
    cache.clear()


def run(who):
    return start(KIND, by=who.acting)


def bands():
    return dict(Vacancy.unscoped.values_list("nhs_jobs_reference", "band"))


class TestWhatIsAsked:
    def test_once_for_each_name_of_the_trust_and_each_entry_level_band(self, trust, policies):
        EmployerName.objects.create(name="ST MARY'S HOSPITAL", organisation=trust)
        EmployerName.objects.create(name=trust.name.upper(), organisation=trust)
        found = [(query.employer.upper(), query.band) for query in queries_for(trust)]
        assert found == [(name, band) for name in (trust.name.upper(), "ST MARY'S HOSPITAL") for band in (2, 3)]

    def test_the_address_says_all_of_it(self, settings):
        settings.NHS_JOBS_ADDRESS = "https://example.test/feed"
        assert Query("Guy's & St Thomas", 2).address(3) == (
            "https://example.test/feed?employer=Guy%27s+%26+St+Thomas&payBand=BAND_2&page=3&limit=100"
        )

    @pytest.mark.parametrize("address", ["", "file:///etc/passwd", "ftp://example.test/"])
    def test_only_the_web(self, address):
        with pytest.raises(FeedRefused, match="must begin with https"):
            fetch(address)


class TestImporting:
    def test_the_band_is_that_of_the_query(self, stub, recruiter):
        stub.answers = {("BAND_2", 1): page_of(advert("C1")), ("BAND_3", 1): page_of(advert("C2"))}
        job = run(recruiter)
        assert (job.state, job.result["counts"]["made"]) == ("done", 2)
        assert bands() == {"C1": 2, "C2": 3}
        assert stub.asked == [("BAND_2", 1), ("BAND_3", 1)]
        assert stub.agents == {fetching.WHO_ASKS}

    def test_page_by_page_with_a_pause(self, stub, recruiter):
        for number in (1, 2, 3):
            stub.answers["BAND_2", number] = page_of(advert(f"C{number}"), pages=3, results=3)
        run(recruiter)
        assert stub.asked == [("BAND_2", 1), ("BAND_2", 2), ("BAND_2", 3), ("BAND_3", 1)]
        assert stub.slept == [fetching.SECONDS_BETWEEN] * 2
        assert sorted(bands()) == ["C1", "C2", "C3"]

    def test_again_it_changes_nothing(self, stub, recruiter):
        stub.answers = {("BAND_2", 1): page_of(advert("C1"))}
        run(recruiter)
        again = run(recruiter)
        assert again.result["counts"] | {} == {**again.result["counts"], "made": 0, "same": 1}
        assert Vacancy.unscoped.count() == 1

    def test_one_advert_through_two_doors_is_one_vacancy(self, stub, recruiter, trust):
        vacancy = VacancyFactory(trust=trust, trac_reference="C1", band=None, entry_level="unclassified")
        stub.answers = {("BAND_3", 1): page_of(advert("C1", closes=f"{vacancy.closes_on}", title=vacancy.title))}
        run(recruiter)
        vacancy.refresh_from_db()
        assert (Vacancy.unscoped.count(), vacancy.band) == (1, 3)
        assert vacancy.classifications.get(standing=True).result == "yes"

    def test_a_second_employer_is_left_out(self, stub, recruiter):
        stub.answers = {("BAND_2", 1): page_of(advert("C1"), advert("C2", employer=OTHER))}
        job = run(recruiter)
        assert (job.result["counts"]["made"], job.result["counts"]["skipped"]) == (1, 1)

    def test_the_command_asks_for_every_signatory(self, stub, trust, policies, capsys):
        type(trust).objects.filter(pk=trust.pk).update(standing="signatory")
        stub.answers = {("BAND_2", 1): page_of(advert("C1"))}
        call_command("fetch_adverts")
        assert capsys.readouterr().out.startswith("RYJ: ")
        assert (bands(), Job.unscoped.get().role) == ({"C1": 2}, system().role)


class TestFaults:
    @pytest.mark.parametrize(
        ("answer", "sentence"),
        [
            ((500, {}, b"oops"), "NHS Jobs is out of order (500)"),
            ((429, {}, b""), "asks for fewer requests"),
            ((403, {}, b""), "NHS Jobs refused the request (403)"),
            ((302, {"Location": "http://127.0.0.1:1/elsewhere"}, b""), "has moved to another address"),
            (b'{"message": "Page not found"}', "answered with an error instead of adverts (JSON)"),
            (b"<!doctype html><p>Sorry", "This is a web page"),
            (page_of(advert("C9"))[:200], "stops part of the way through"),
            ((200, {"Content-Length": "99999"}, page_of()), "broke off half way"),
            (b"", "The file is empty"),
            (b"<nhsJobs>" + b" " * (10 * 1024 * 1024 + 1), "more than 10 MB"),
        ],
    )
    def test_each_is_said_and_nothing_is_written(self, stub, recruiter, answer, sentence):
        stub.answers = {("BAND_2", 1): page_of(advert("C1")), ("BAND_3", 1): answer}
        job = run(recruiter)
        assert job.state == "failed"
        assert sentence in job.message
        assert Vacancy.unscoped.count() == 0

    def test_its_page_starts_it_again_by_a_button(self, stub, recruiter):
        stub.answers = {("BAND_2", 1): (404, {}, b"")}
        page = run(recruiter).get_absolute_url()
        button = '<form method="post" action="/vacancies/import/fetch/">'
        assert button in recruiter.client.get(page).content.decode()
        stub.answers = {("BAND_2", 1): page_of(advert("C1"))}
        done = recruiter.client.post("/vacancies/import/fetch/")["Location"]
        assert button not in recruiter.client.get(done).content.decode()
        assert bands() == {"C1": 2}

    def test_what_may_pass_is_tried_again_after_a_while(self, stub, recruiter):
        stub.answers = {("BAND_2", 1): [(503, {}, b""), (500, {}, b""), page_of(advert("C1"))]}
        assert run(recruiter).state == "done"
        assert stub.slept == list(fetching.SECONDS_BEFORE_AGAIN)

    def test_what_will_not_pass_is_asked_once(self, stub, recruiter):
        stub.answers = {("BAND_2", 1): (404, {}, b"")}
        run(recruiter)
        assert stub.asked == [("BAND_2", 1)]

    def test_it_carries_on_with_the_page_that_it_lacked(self, stub, recruiter):
        stub.answers = {("BAND_2", number): page_of(advert(f"C{number}"), pages=2, results=2) for number in (1, 2)}
        stub.answers["BAND_2", 2] = (404, {}, b"")
        assert run(recruiter).state == "failed"
        stub.answers["BAND_2", 2] = page_of(advert("C2"), pages=2, results=2)
        stub.asked.clear()
        assert run(recruiter).state == "done"
        assert stub.asked == [("BAND_2", 2), ("BAND_3", 1)]
        assert sorted(bands()) == ["C1", "C2"]

    def test_nobody_there(self, settings, monkeypatch):
        monkeypatch.setattr(fetching, "sleep", lambda seconds: None)
        with pytest.raises(Unavailable, match="did not answer in time"):
            fetch("http://127.0.0.1:9/")

    def test_a_missing_title_leaves_one_advert_out(self, stub, recruiter):
        stub.answers = {("BAND_2", 1): page_of(advert("C1"), advert("C2", title=""))}
        job = run(recruiter)
        assert (job.result["counts"]["made"], job.result["counts"]["refused"]) == (1, 1)
