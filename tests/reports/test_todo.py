"""What the measures ask today: the share at the last month's end, and nothing of the running month."""

from datetime import date

import pytest

from audit.acting import Role
from reports.todo import todo
from tests.factories.organisations import acting_as
from tests.reports import small_world as world

pytestmark = pytest.mark.django_db


@pytest.fixture
def trusts():
    made = world.make_trusts()
    world.counted(made.imperial, date(2026, 5, 4), posts=10, reserved=1)
    world.counted(made.hillingdon, date(2026, 5, 4), posts=10, reserved=2)
    world.counted(made.kingston, date(2026, 11, 2), posts=10)
    return made


def test_the_icb_is_told_of_each_trust_below_the_share(trusts):
    (task,) = todo(acting_as(Role.ICB_ANALYST))
    assert task.text == "Look into Imperial's ring-fence: 10% of posts reserved by the end of October"
    assert (task.url, task.detail) == (
        f"/reports/?year=2026&trust={trusts.imperial.pk}",
        "1 of 10 posts; 1 short",
    )


def test_hr_is_told_of_the_own_trust_alone(trusts):
    assert [task.url for task in todo(acting_as(Role.TRUST_HR, trusts.imperial))] == ["/reports/?year=2026"]
    assert todo(acting_as(Role.TRUST_HR, trusts.hillingdon)) == []
    assert todo(acting_as(Role.TRUST_HR, trusts.kingston)) == []


@pytest.mark.parametrize("role", [Role.ACADEMY, Role.PROVIDER, Role.RECRUITER, Role.AUDITOR, Role.SYSTEM_ADMIN])
def test_others_are_asked_nothing(trusts, role, django_assert_num_queries):
    acting = acting_as(role, trusts.imperial)
    with django_assert_num_queries(0):
        assert todo(acting) == []


@pytest.mark.parametrize("vacancies", [1, 3])
def test_the_number_of_queries_is_constant(vacancies, django_assert_num_queries):
    trusts = world.make_trusts()
    for _ in range(vacancies):
        world.counted(trusts.imperial, date(2026, 5, 4), posts=5)
    acting = acting_as(Role.ICB_ANALYST)
    with django_assert_num_queries(7):
        assert len(todo(acting)) == 1
