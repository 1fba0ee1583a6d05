"""A transactional test may write to tables that refuse deletion; afterwards they are empty and refuse it again."""

import pytest
from django.db import DatabaseError, connection, transaction

from audit.acting import Acting, Role
from audit.clock import now, today
from audit.models import Read


def write_one():
    by = Acting(role=Role.SYSTEM, organisation_id=None, membership_id=None, user_id=None, on=today())
    Read.objects.create(at=now(), role=by.role, kind="places.Borough", subject_id=1, page="test")


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("turn", [1, 2])
def test_each_turn_starts_empty_and_guarded(turn):
    assert Read.objects.count() == 0
    write_one()
    for statement in ("UPDATE audit_read SET page = 'other'", "DELETE FROM audit_read"):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement)
    assert list(Read.objects.values_list("page", flat=True)) == ["test"]
