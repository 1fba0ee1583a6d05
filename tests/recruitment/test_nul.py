"""NUL in an address is refused before any page asks the database."""

import pytest


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["/search/?q=a%00b", "/search/?%00=1", "/people/%00/", "/api/v1/vacancies/?trust=%00"]
)
def test_refused(client, address):
    assert client.get(address).status_code == 400


@pytest.mark.django_db
def test_other_addresses_pass(client):
    assert client.get("/search/?q=a%20b&q=c").status_code == 302


@pytest.mark.django_db
def test_it_is_said_in_the_look_of_the_service(client):
    page = client.get("/people/?q=%00")
    assert page.headers["Content-Type"].startswith("text/html")
    assert '<h1 class="nhsuk-heading-l">This address cannot be read</h1>' in page.text
    assert '<link rel="stylesheet" href="/static/nhsuk/nhsuk-frontend.min.css">' in page.text
    assert "\x00" not in page.text


@pytest.mark.django_db
def test_and_to_a_program_as_json(client):
    answer = client.get("/api/v1/vacancies/?trust=%00")
    assert (answer.status_code, answer.json()) == (400, {"detail": "This address cannot be read."})
