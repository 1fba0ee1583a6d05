from candidates.choices import WorkWanted
from vacancies.models import JobFamily


def test_work_wanted_speaks_the_words_of_vacancies():
    assert WorkWanted.choices == JobFamily.choices
