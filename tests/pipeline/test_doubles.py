"""Making one vacancy of two: the other is withdrawn, nobody who waits is lost, and files from both doors find the one."""

import pytest
from django.test import Client

from audit.mover import Refused
from pipeline.doubles import unite, ways_to_unite
from tests.factories.pipeline import CriterionFactory, ReferralFactory
from tests.factories.vacancies import VacancyFactory
from tests.vacancies.pages import words
from vacancies.ledger import broken_entries, counted_of, standing_of
from vacancies.models import EntryKind, Fence, Vacancy, with_ring_fence
from vacancies.ring_fence import Standing
from vacancies.ring_fencing import record_level, reserve
from vacancies.taking import by_reference


@pytest.fixture
def trac(world):
    return VacancyFactory(trust=world.trust, trac_reference="290-1", source="trac", posts=4)


@pytest.fixture
def nhs(world):
    double = VacancyFactory(
        trust=world.trust,
        nhs_jobs_reference="C-1",
        source="nhs_jobs",
        posts=None,
        salary_least=24000,
        url="https://a.test",
    )
    CriterionFactory(vacancy=double, text="Communicates clearly", order=1)
    return double


@pytest.fixture
def clean(world):
    """The trust's ledger without what the world decided."""
    return standing_of(world.trust.pk, 2026)


def fence(vacancy):
    return with_ring_fence(Vacancy.unscoped.filter(pk=vacancy.pk)).get().fence


def test_one_vacancy_has_both_references_and_what_only_the_other_knew(trac, nhs, recruiter):
    assert unite(keep=trac, goes=nhs, by=recruiter) == ["NHS Jobs reference", "lowest pay"]
    trac.refresh_from_db()
    nhs.refresh_from_db()
    assert (trac.trac_reference, trac.nhs_jobs_reference, trac.salary_least, trac.posts) == ("290-1", "C-1", 24000, 4)
    assert [line.text for line in trac.criteria.all()] == ["Communicates clearly"]
    assert (nhs.state, nhs.exemption, nhs.nhs_jobs_reference) == ("withdrawn", "duplicate", "")
    assert by_reference(["290-1", "C-1"], trust=trac.trust) == {"290-1": trac, "C-1": trac}
    assert (fence(trac), fence(nhs)) == (Fence.UNDECIDED, Fence.EXEMPT)


def test_a_draft_that_is_out_elsewhere_opens(world, nhs, recruiter):
    draft = VacancyFactory(
        trust=world.trust, trac_reference="290-2", state="draft", opened_on=None, closes_on=None, authorised_on=None
    )
    unite(keep=draft, goes=nhs, by=recruiter)
    draft.refresh_from_db()
    assert (draft.state, draft.opened_on, draft.closes_on) == ("open", nhs.opened_on, nhs.closes_on)


def test_two_decisions_become_one(world, clean, trac, recruiter):
    other = VacancyFactory(trust=world.trust, nhs_jobs_reference="C-2", posts=4)
    reserve(vacancy=trac, posts=2, by=recruiter)
    reserve(vacancy=other, posts=1, by=recruiter)
    assert ways_to_unite(other, trac, by=recruiter) == ([trac, other], "")
    unite(keep=trac, goes=other, by=recruiter)
    assert counted_of(other).posts == 0
    now = standing_of(world.trust.pk, 2026)
    grew = [getattr(now, name) - getattr(clean, name) for name in ("posts", "reserved", "adverts", "reserved_adverts")]
    assert (grew, isinstance(now, Standing), list(broken_entries())) == ([4, 2, 1, 1], True, [])
    assert fence(other) == Fence.OUTSIDE


def test_the_one_that_is_decided_stays(trac, nhs, recruiter):
    reserve(vacancy=trac, posts=1, by=recruiter)
    assert ways_to_unite(nhs, trac, by=recruiter) == ([trac], "")
    with pytest.raises(
        Refused, match=f"{trac.reference} is decided and {nhs.reference} is not. Keep {trac.reference}."
    ):
        unite(keep=nhs, goes=trac, by=recruiter)


def test_nobody_who_is_put_forward_is_lost(vacancy, nhs, referral, recruiter, world):
    assert ways_to_unite(vacancy, nhs, by=recruiter)[0] == [vacancy]
    other = VacancyFactory(trust=world.trust, nhs_jobs_reference="C-3")
    reserve(vacancy=other, posts=1, by=recruiter)
    with pytest.raises(Refused, match=f"^People are put forward on {vacancy.reference}. Keep that one.$"):
        unite(keep=other, goes=vacancy, by=recruiter)
    ReferralFactory(vacancy=other)
    ways, why = ways_to_unite(vacancy, other, by=recruiter)
    assert (ways, why[:34]) == ([], "People are put forward on both. Wi")
    referral.refresh_from_db()
    assert referral.state == "submitted"


def test_who_was_decided_keeps_their_advert(trac, world, recruiter):
    other = VacancyFactory(trust=world.trust, nhs_jobs_reference="C-3")
    for each in (trac, other):
        reserve(vacancy=each, posts=1, by=recruiter)
    record_level(vacancy=other, kind=EntryKind.CONSIDERED, cause="x", by=recruiter)
    assert ways_to_unite(trac, other, by=recruiter)[0] == [other]
    with pytest.raises(Refused, match=f"^Somebody was decided on {other.reference}. Keep that one.$"):
        unite(keep=trac, goes=other, by=recruiter)


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        ({"trac_reference": "290-9"}, "Both have a reference of the same system, so they are two adverts there."),
        ({"state": "interviewing"}, "{} is interviewing. Keep that one."),
    ],
)
def test_what_cannot_be_one(trac, recruiter, facts, sentence):
    other = VacancyFactory(trust=trac.trust, nhs_jobs_reference="C-1", **facts)
    with pytest.raises(Refused) as refused:
        unite(keep=trac, goes=other, by=recruiter)
    assert str(refused.value) == sentence.format(other.reference)


@pytest.mark.parametrize("persona", ["academy", "other_recruiter"])
def test_only_its_own_trust(trac, nhs, world, persona):
    with pytest.raises(Refused, match=r"^Only the trust's own recruiters and HR change its vacancies\.$"):
        unite(keep=trac, goes=nhs, by=world.acting(persona))


class TestThePage:
    @pytest.fixture
    def client(self, world):
        client = Client()
        client.force_login(world.users["recruiter"])
        return client

    def address(self, one, other):
        return f"/vacancies/{one.reference}/same-as/{other.reference}/"

    def test_the_two_side_by_side_and_the_answer(self, client, trac, nhs):
        page = words(client.get(self.address(nhs, trac)))
        assert "TRAC reference None 290-1" in page
        assert f"Yes: keep {trac.reference}" in page
        answer = client.post(self.address(nhs, trac), {"answer": trac.reference}, follow=True)
        assert answer.redirect_chain == [(trac.get_absolute_url(), 302)]
        said = words(answer)
        assert f"{nhs.reference} is now one vacancy with {trac.reference}. It brought: NHS Jobs reference" in said
        assert f"{nhs.reference} is the same advert: one vacancy, kept here" in said
        assert "No advert looks as if it came in twice." in words(client.get("/vacancies/re-adverts/"))

    def test_two_adverts_need_a_reason(self, client, trac, nhs):
        response = client.post(self.address(nhs, trac), {"answer": "two"})
        assert response.context["form"].errors == {"reason": ["Say why they are two adverts: auditors will ask"]}
        assert client.post(self.address(nhs, trac), {"answer": "two", "reason": "Two wards"}).status_code == 302
        assert f"Not the same advert as {trac.reference}" in words(client.get(nhs.get_absolute_url()))

    @pytest.mark.parametrize("answer", ["", "VAC-XXXXXX", "yes"])
    def test_another_answer_changes_nothing(self, client, trac, nhs, answer):
        response = client.post(self.address(nhs, trac), {"answer": answer})
        assert list(response.context["form"].errors) == ["answer"]
        nhs.refresh_from_db()
        assert nhs.state == "open"

    def test_where_neither_may_stay_it_says_why(self, client, trac, nhs):
        Vacancy.unscoped.filter(pk=nhs.pk).update(trac_reference="290-9")
        page = words(client.get(self.address(nhs, trac)))
        assert "They cannot be made one now. Both have a reference of the same system" in page
        assert "Yes: keep" not in page

    def test_with_itself_it_is_one_already(self, client, trac):
        page = words(client.get(self.address(trac, trac)))
        assert "They cannot be made one now. These are one vacancy already." in page
