"""The job families that titles are read as are those of vacancies and of people's wishes."""

from vacancies.job_families import FAMILIES
from vacancies.models import JobFamily


def test_every_family_of_a_title_is_a_family_of_a_vacancy():
    assert {family.key for family in FAMILIES} | {"other"} == set(JobFamily.values)
