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
