"""The codes of job families are one list: titles, vacancies and people's wishes can be compared."""

from candidates.choices import WorkWanted
from vacancies.job_families import FAMILIES
from vacancies.models import JobFamily


def test_every_family_of_a_title_is_a_family_of_a_vacancy():
    assert {family.key for family in FAMILIES} | {"other"} == set(JobFamily.values)


def test_what_people_want_is_written_in_the_same_codes():
    assert dict(WorkWanted.choices) == dict(JobFamily.choices)
