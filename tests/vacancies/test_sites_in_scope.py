"""Some trusts have sites far away: their vacancies are outside the 20%, by every door, and a correction says why."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from audit.mover import Refused
from jobs.services import receive, start
from organisations.models import Site
from tests.factories.vacancies import VacancyFactory
from tests.vacancies.pages import words
from vacancies import trac_imports
from vacancies.models import Fence, Vacancy, with_ring_fence
from vacancies.rules import check_decidable, standing_result
from vacancies.services import classify, correct

pytestmark = pytest.mark.django_db


@pytest.fixture
def near(trust):
    return Site.objects.create(organisation=trust, name="Northwick Park")


@pytest.fixture
def far(trust):
    return Site.objects.create(organisation=trust, name="Milton Keynes", in_scope=False)


def fence(vacancy):
    return with_ring_fence(Vacancy.unscoped.filter(pk=vacancy.pk)).get().fence


def test_what_is_out_of_scope_is_not_counted_and_says_why(trust, near, far, recruiter):
    inside, outside = (VacancyFactory(trust=trust, site=site, entry_level=False) for site in (near, far))
    classify([inside, outside], by=recruiter.acting)
    assert (fence(inside), fence(outside)) == (Fence.UNDECIDED, Fence.OUTSIDE)
    check_decidable(inside, by=recruiter.acting)
    with pytest.raises(Refused, match="is not an entry-level vacancy, so it is outside the 20%"):
        check_decidable(outside, by=recruiter.acting)
    page = words(recruiter.client.get(outside.get_absolute_url()))
    assert "Outside the 20%: Milton Keynes is not among the sites in scope." in page
    assert "Site Milton Keynes Not in scope" in page


def test_a_corrected_site_weighs_anew_with_a_reason(trust, near, far, recruiter):
    vacancy = VacancyFactory(trust=trust, site=near)
    with pytest.raises(Refused, match="^Say why the site changes"):
        correct(vacancy=vacancy, field="site", value=far, reason="", by=recruiter.acting)
    correct(vacancy=vacancy, field="site", value=far, reason="It moved", by=recruiter.acting)
    assert standing_result(vacancy) == "no"
    unknown = VacancyFactory(trust=trust)
    with pytest.raises(Refused, match="no longer entry level and leaves the 20%"):
        correct(vacancy=unknown, field="site", value=far, reason="", by=recruiter.acting)
    correct(vacancy=unknown, field="site", value=near, reason="", by=recruiter.acting)
    assert standing_result(unknown) == "yes"


def test_so_it_is_by_a_file(trust, near, far, recruiter):
    rows = b"Ref,Post title,Band,Posts,Site\nA1,Porter,Band 2,1,Milton Keynes\nA2,Porter,Band 2,1,Northwick Park"
    upload = receive(SimpleUploadedFile("trac.csv", rows), kind=trac_imports.KIND, by=recruiter.acting)
    start(trac_imports.KIND, by=recruiter.acting, upload=upload)
    made = {vacancy.trac_reference: standing_result(vacancy) for vacancy in Vacancy.unscoped.all()}
    assert made == {"A1": "no", "A2": "yes"}
