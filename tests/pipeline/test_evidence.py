"""What may be sent before a trust decides: nothing that says who the person is or where they live; plain words pass."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from audit.mover import Refused
from candidates.models import Candidate
from pipeline.telltale import check_evidence

AMA = Candidate(given_name="Ama", family_name="Mensah", known_as="Mimi")
WHO = "the trust must not know yet who it is."
NUMBER = f"Leave telephone numbers out of the evidence: {WHO}"
EMAIL = f"Leave e-mail addresses out of the evidence: {WHO}"


def name(found):
    return f"Leave the name out of the evidence (“{found}”): {WHO}"


def postcode(found):
    return f"Leave the postcode out of the evidence (“{found}”): the trust must not know where they live."


def where(found):
    return f"Leave out of the evidence where they live (“{found}”): the trust must not know it."


def why(found):
    return (
        f"Leave “{found}” out of the evidence: the trust must not know why the person is eligible. Say what they did."
    )


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("My name is Ama Mensah", name("Ama Mensah")),
        ("ama mensah helped", name("Ama Mensah")),
        ("Everybody calls me Mimi", name("Mimi")),
        ("On the ward Mensah was kind", name("Mensah")),
        ("She was called Ama’s helper", name("Ama")),
        ("I live at W12 0HS", postcode("W12 0HS")),
        ("near w120hs, by bus", postcode("w120hs")),
        ("SW1A 2AA", postcode("SW1A 2AA")),
        ("Write to ama@example.org", EMAIL),
        ("find me @ the library", EMAIL),
        ("Ring 07700 900123", NUMBER),
        ("Ring 07700900123.", NUMBER),
        ("Ring +44 7700 900123", NUMBER),
        ("Ring +44 (0)7700 900-123", NUMBER),
        ("0044 20 7946 0018 is mine", NUMBER),
        ("(020) 7946 0018", NUMBER),
        ("Ring 01632 960123", NUMBER),
        ("0300 123 4567", NUMBER),
        ("I come from Southall, W2", where("W2")),
        ("She lives in Ealing and walks to work", where("lives in")),
        ("From a most deprived area", why("most deprived")),
        ("CORE20, decile 1", why("CORE20")),
        ("Eligible by the programme route", why("programme route")),
    ],
)
def test_refused(text, sentence):
    with pytest.raises(Refused) as refused:
        check_evidence(AMA, text)
    assert str(refused.value) == sentence


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Helped an elderly neighbour with her shopping for 3 years.",
        "From 03/02/2021 to 04/05/2022 I cooked for 120 people a day.",
        "In 2019, 2020 and 2021 I volunteered 1,200 hours.",
        "NVQ level 2, unit 0123.",
        "Band 2 to band 3 work, 37.5 hours",
        "I amassed experience in amateur dramatics",
        "Reference 12345678901234",
        "Wrote 10 letters, answered 1000 calls",
        "Two weeks on ward E4 of Ealing Hospital, on a training programme",
    ],
)
def test_plain_words_pass(text):
    check_evidence(AMA, text)


def test_a_person_of_one_name():
    with pytest.raises(Refused) as refused:
        check_evidence(Candidate(family_name="Suharto"), "I am Suharto")
    assert str(refused.value) == name("Suharto")


@given(st.text("abcdefghijklmnopqrstuvwxyz .,", max_size=80), st.text("abcdefghijklmnopqrstuvwxyz .,", max_size=80))
def test_the_whole_name_is_found_wherever_it_stands(before, after):
    with pytest.raises(Refused, match="^Leave the name out of the evidence"):
        check_evidence(AMA, f"{before} AMA MENSAH {after}")


@given(st.from_regex(r"0[1-37][0-9]{8,9}", fullmatch=True).filter(str.isascii), st.sampled_from(["", " ", "-"]))
def test_a_number_is_found_however_it_is_spaced(number, between):
    with pytest.raises(Refused, match="^Leave telephone numbers out"):
        check_evidence(AMA, f"Ring {between.join(number)} after six")
