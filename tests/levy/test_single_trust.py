"""A trust by itself: no candidate, academy or broker in the system, and every page of the levy answers."""

import pytest

from candidates.models import Candidate
from levy.tables import TABLES
from organisations.models import Organisation
from tests.factories.levy import sample, take_in
from tests.levy.asking import client_of, page_of

pytestmark = pytest.mark.django_db
PAGES = (
    "/",
    "/levy/",
    "/levy/expiry/",
    "/levy/scenarios/",
    "/levy/imports/",
    "/levy/imports/opening-balance/",
    "/levy/imports/balance/",
    "/levy/plans/",
    "/levy/gifts/",
    "/levy/offers/add/",
    "/reports/levy/",
)
ROSTER = (
    "ULN,Your reference,ESR assignment number,Home postcode at start,Start date,New recruit or existing staff\n"
    "3914177763,ESR-100001,1,UB1 3HW,01/09/2025,New recruit\n"
)


@pytest.fixture
def alone(hr):
    """The HR lead of the only organisation."""
    Organisation.objects.exclude(pk=hr.organisation_id).delete()
    assert not Candidate.unscoped.exists()
    return hr


def test_every_page_answers_before_the_first_file(alone):
    for path in PAGES:
        page_of(alone, path)


def test_a_roster_is_enough_to_say_who_benefits(alone, places):
    assert take_in("levy.transactions", sample("hand_worked_v2.csv"), by=alone, name="a.csv").state == "done"
    assert take_in("levy.roster", ROSTER, by=alone, name="roster.csv").state == "done"
    words = {path: page_of(alone, path) for path in PAGES}
    assert "Unknown" in words["/reports/levy/"]
    assert "No plan is on the list yet." in words["/levy/plans/"]
    for what in TABLES:
        assert client_of(alone).get(f"/levy/figures/{what}.csv").status_code == 200, what
    for made, begins in (("board-paper.pdf", b"%PDF"), ("figures.xlsx", b"PK")):
        assert client_of(alone).get(f"/levy/{made}").content.startswith(begins)
