"""Bank adverts count like all others until a person exempts them, whose name stands with each."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from audit.events import kind_of
from audit.models import Event
from jobs.services import receive
from tests.factories.vacancies import VacancyFactory
from tests.vacancies.pages import words
from tests.vacancies.test_imports import advert, feed, imported
from vacancies.models import Source, Vacancy
from vacancies.taking import take_one
from vacancies.trac_imports import KIND as TRAC

pytestmark = pytest.mark.django_db

BANK = feed(
    advert("C1", title="Porter Band 2", type="Bank"),
    advert("C2", title="Cook Band 2", type="Bank"),
    advert("C3", title="Clerk Band 2"),
)
TABLE = (
    b"Vacancy reference,Job title,Pay band,Number of posts,Published date,Closing date,Contract\n"
    b"290-1,Porter,Band 2,1,20/11/2026,10/12/2026,Bank\n290-2,Cook,Band 2,1,20/11/2026,10/12/2026,Permanent\n"
)


def exemptions():
    return dict(Vacancy.unscoped.order_by("pk").values_list("title", "exemption"))


def who_exempted():
    """(vacancy, membership) of each event that says so."""
    found = Event.objects.filter(kind=kind_of(Vacancy()), verb="exempt").order_by("pk")
    titles = dict(Vacancy.unscoped.values_list("pk", "title"))
    return [(titles[event.subject_id], event.membership_id, event.facts["exemption"]) for event in found]


def check_page(who, data=BANK):
    return who.client.post("/vacancies/import/", {"file": SimpleUploadedFile("feed.xml", data)})["Location"]


def test_none_is_exempt_unasked(recruiter, trust):
    imported(BANK, recruiter)
    take_one(
        trust=trust, facts={"trac_reference": "290-9", "title": "Driver", "contract": "bank"}, source=Source.API,
        by=recruiter.acting,
    )  # fmt: skip
    assert set(exemptions().values()) == {""}
    assert who_exempted() == []


def test_the_check_page_says_how_many_and_ticks_nothing(recruiter):
    page = recruiter.client.get(check_page(recruiter))
    assert "2 of the adverts below are bank adverts, which may fill a register of people and no posts." in words(page)
    assert "Exempt all 2 as “Bank register”" in words(page)
    assert [row["exemption"].value() for row in page.context["rows"]] == [None, None, None]
    assert page.context["form"]["bank_register"].value() is None


def test_one_tick_exempts_them_all_in_the_name_of_who_ticked(recruiter):
    recruiter.client.post(check_page(recruiter), {"bank_register": "on", "exemption-2": "rotation"})
    assert exemptions() == {"Porter Band 2": "bank_register", "Cook Band 2": "rotation", "Clerk Band 2": ""}
    me = recruiter.membership.pk
    assert who_exempted() == [("Porter Band 2", me, "Bank register"), ("Cook Band 2", me, "Trainee rotation")]
    vacancy = Vacancy.unscoped.get(title="Porter Band 2")
    assert "Exempted from the 20%: Bank register" in words(recruiter.client.get(vacancy.get_absolute_url()))


def test_adverts_beyond_the_page_are_exempted_as_well(recruiter, monkeypatch):
    monkeypatch.setattr("vacancies.feed_forms.MOST_ASKED", 1)
    recruiter.client.post(check_page(recruiter), {"bank_register": "on"})
    assert exemptions() == {"Porter Band 2": "bank_register", "Cook Band 2": "bank_register", "Clerk Band 2": ""}


def test_without_bank_adverts_nothing_is_offered(recruiter):
    assert "bank advert" not in words(recruiter.client.get(check_page(recruiter, feed(advert("C1")))))


@pytest.mark.parametrize(("ticked", "exemption"), [({}, ""), ({"bank_register": "on"}, "bank_register")])
def test_a_file_of_trac_asks_the_same(recruiter, ticked, exemption):
    kept = receive(SimpleUploadedFile("trac.csv", TABLE), kind=TRAC, by=recruiter.acting)
    address = f"/vacancies/import/trac/{kept.reference}/"
    page = recruiter.client.get(address)
    assert "1 of the adverts below is a bank advert" in words(page)
    columns = {name: page.context["form"][name].value() for name in page.context["form"].fields}
    recruiter.client.post(address, {**columns, **ticked})
    assert exemptions() == {"Porter": exemption, "Cook": ""}


def test_what_came_in_by_another_door_is_exempted_where_it_is_decided(trust, recruiter):
    bank = VacancyFactory(trust=trust, title="Porter", contract="bank")
    other = VacancyFactory(trust=trust, title="Cook")
    chosen = [("vacancy", each.reference) for each in (bank, other)]
    page = recruiter.client.get("/vacancies/reserve/", {"vacancy": [reference for _name, reference in chosen]})
    assert "1 of the adverts below is a bank advert" in words(page)
    said = recruiter.client.post("/vacancies/bank/", {"vacancy": [bank.reference, other.reference]}, follow=True)
    assert "1 bank advert exempted as a register." in words(said)
    assert exemptions() == {"Porter": "bank_register", "Cook": ""}
    assert "Exemption corrected: none → Bank register" in words(recruiter.client.get(bank.get_absolute_url()))


def test_a_stranger_exempts_nothing(trust, recruiter, stranger):
    bank = VacancyFactory(trust=trust, contract="bank")
    stranger.client.post("/vacancies/bank/", {"vacancy": bank.reference})
    bank.refresh_from_db()
    assert bank.exemption == ""
