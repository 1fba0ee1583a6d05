"""What the levy tests share."""

import pytest

from audit.acting import Role
from levy.models import Account
from organisations.policies import load_initial
from places.loading import load_subset
from places.models import Postcode
from tests.factories.organisations import acting_as


@pytest.fixture
def policies(db):
    """The levy's dated rules."""
    load_initial()


@pytest.fixture
def hr(policies):
    """The HR lead of a trust."""
    return acting_as(Role.TRUST_HR)


@pytest.fixture
def other_hr(policies):
    """The HR lead of another trust."""
    return acting_as(Role.TRUST_HR)


@pytest.fixture
def account(hr):
    """The levy account of the HR lead's trust, empty."""
    return Account.unscoped.create(trust_id=hr.organisation_id)


@pytest.fixture
def places(db):
    """A local postcode in the most deprived fifth, and one that is local and not in it."""
    load_subset()
    local = Postcode.objects.filter(borough_id="E09000005")
    return {
        "core20": local.filter(lsoa21__decile_2025=1).order_by("code")[0],
        "local": local.filter(lsoa21__decile_2025__gt=2).order_by("code")[0],
    }
