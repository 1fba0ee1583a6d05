"""A registration and paid care experience, only where a criterion says so plainly."""

import pytest

from vacancies.requirements import paid_care_experience_in, registration_in


@pytest.mark.parametrize(
    "criterion",
    [
        "Registered with the NMC",
        "Current NMC registration",
        "HCPC registered physiotherapist",
        "NMC PIN",
        "Current UK professional registration",
        "Registered nurse with two years in practice",
        "Qualified registered midwife",
    ],
)
def test_a_registration_is_required(criterion):
    assert registration_in(["Friendly", criterion]) == criterion


@pytest.mark.parametrize(
    "criterion",
    [
        "Experience of working with registered nurses",
        "NMC registration not required",
        "Willing to register with the HCPC as an associate",
        "Registered at a GP",
        "Care Certificate",
        "Good communication",
    ],
)
def test_no_registration_is_required(criterion):
    assert registration_in([criterion]) == ""


@pytest.mark.parametrize(
    "criterion",
    [
        "Six months' paid experience in a care setting",
        "Previous care experience in paid employment",
        "Paid healthcare work",
    ],
)
def test_paid_care_experience_is_required(criterion):
    assert paid_care_experience_in(["Friendly", criterion]) == criterion


@pytest.mark.parametrize(
    "criterion",
    [
        "Care experience, paid or unpaid",
        "Paid or voluntary care experience",
        "Experience of care, personal or paid",
        "Experience in a care setting",
        "Attention paid to detail",
        "Paid work experience",
    ],
)
def test_paid_care_experience_is_not_required(criterion):
    assert paid_care_experience_in([criterion]) == ""


def test_nothing_stated():
    assert (registration_in([]), paid_care_experience_in([])) == ("", "")
