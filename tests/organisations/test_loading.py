"""The bundled organisations, as the Charter and the Organisation Data Service have them."""

from datetime import date

import pytest

from organisations.loading import employer_key, load_organisations, read
from organisations.models import EmployerName, Kind, Organisation, OrganisationName, Site, Standing, Succession
from organisations.services import successors
from places.loading import load_subset

pytestmark = pytest.mark.django_db
NINE = {"RYX", "RV3", "RQM", "RAS", "RAX", "RYJ", "RRU", "R1K", "RKL"}


@pytest.fixture
def loaded():
    load_subset(["HA1 3UJ", "W2 1NY", "UB8 3NN"])
    return load_organisations()


def test_nine_trusts_sign_the_charter_and_are_open(loaded):
    signed = Organisation.objects.filter(kind=Kind.TRUST, standing=Standing.SIGNATORY, closed__isnull=True)
    assert set(signed.values_list("code", flat=True)) == NINE


def test_the_partner_is_not_a_signatory(loaded):
    assert Organisation.objects.get(code="RJ1").standing == Standing.PARTNER


@pytest.mark.parametrize(
    ("code", "day", "now"),
    [
        ("RY9", date(2024, 10, 31), "RY9"),
        ("RY9", date(2024, 11, 1), "RAX"),
        ("QRV", date(2026, 3, 31), "QRV"),
        ("QRV", date(2026, 4, 1), "Z9B2Z"),
        ("QMJ", date(2026, 4, 1), "Z9B2Z"),
        ("RT3", date(2021, 1, 31), "RT3"),
        ("RT3", date(2021, 2, 1), "RJ1"),
        ("RYJ", date(2026, 11, 23), "RYJ"),
    ],
)
def test_who_stands_for_whom_on_a_day(loaded, code, day, now):
    asked = Organisation.objects.get(code=code).pk
    assert Organisation.objects.get(pk=successors(on=day).get(asked, asked)).code == now


@pytest.mark.parametrize("code", ["RY9", "RT3", "QRV", "QMJ"])
def test_a_predecessor_closes_on_the_day_before(loaded, code):
    succession = Succession.objects.get(predecessor__code=code)
    assert (succession.on - succession.predecessor.closed).days == 1


@pytest.mark.parametrize(
    ("code", "day", "name"),
    [
        ("RKL", date(2018, 9, 2), "West London Mental Health NHS Trust"),
        ("RKL", date(2018, 9, 3), "West London NHS Trust"),
        ("RAX", date(2024, 10, 31), "Kingston Hospital NHS Foundation Trust"),
        ("RAX", date(2024, 11, 1), "Kingston and Richmond NHS Foundation Trust"),
    ],
)
def test_name_on_a_day(loaded, code, day, name):
    names = OrganisationName.objects.filter(organisation__code=code, starts__lte=day).order_by("-starts")
    assert names[0].name == name


def test_the_last_name_is_the_present_one(loaded):
    for organisation in Organisation.objects.filter(names__isnull=False).distinct():
        assert organisation.names.order_by("-starts")[0].name == organisation.name


def test_eight_boroughs_by_gss_code(loaded):
    codes = set(Organisation.objects.filter(kind=Kind.BOROUGH).values_list("code", flat=True))
    assert codes == {
        "E09000005",
        "E09000009",
        "E09000013",
        "E09000015",
        "E09000017",
        "E09000018",
        "E09000020",
        "E09000033",
    }


def test_a_site_has_the_borough_and_position_of_its_postcode(loaded):
    site = Site.objects.get(code="RYJ01")
    assert (site.name, site.organisation.code, site.postcode, site.borough_code) == (
        "St Mary's Hospital",
        "RYJ",
        "W2 1NY",
        "E09000033",
    )
    assert (round(site.latitude, 2), round(site.longitude, 2)) == (51.52, -0.17)


def test_a_postcode_that_is_not_held_leaves_the_place_unknown(loaded):
    site = Site.objects.get(name="Broadmoor Hospital")
    assert (site.borough_code, site.latitude, site.in_scope) == ("", None, False)


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Imperial College Healthcare NHS Trust", "RYJ"),
        ("  guy’s and st thomas’  NHS Foundation Trust ", "RJ1"),
        ("Hounslow and Richmond Community Healthcare NHS Trust", "RY9"),
        ("West London Mental Health NHS Trust", "RKL"),
    ],
)
def test_employers_as_files_write_them(loaded, written, code):
    assert EmployerName.objects.get(name=employer_key(written)).organisation.code == code


def test_every_trust_can_be_found_by_its_own_name(loaded):
    names = set(EmployerName.objects.values_list("name", flat=True))
    trusts = Organisation.objects.filter(kind=Kind.TRUST)
    assert [trust.name for trust in trusts if employer_key(trust.name) not in names] == []


def test_again_changes_nothing(loaded):
    assert loaded == sum(len(list(read(name))) for name in FILES)
    assert load_organisations() == 0


FILES = ("organisations.csv", "names.csv", "successions.csv", "employer_names.csv", "sites.csv")


def test_what_people_set_is_kept_and_what_the_file_says_is_mended(loaded):
    Organisation.objects.filter(code="RYJ").update(mode="native", anchor_lead="A. Lead", short_name="Wrong")
    Site.objects.filter(code="RYJ01").update(in_scope=False, name="St Mary's Hospital")
    assert load_organisations() == 1
    imperial = Organisation.objects.get(code="RYJ")
    assert (imperial.mode, imperial.anchor_lead, imperial.short_name) == ("native", "A. Lead", "Imperial")
    assert Site.objects.get(code="RYJ01").in_scope is False


def test_places_that_come_later_give_the_sites_their_borough():
    load_organisations()
    assert Site.objects.get(code="RYJ01").borough_code == ""
    load_subset(["W2 1NY"])
    assert load_organisations() == 1
    assert Site.objects.get(code="RYJ01").borough_code == "E09000033"
