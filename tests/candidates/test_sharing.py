"""Who may see a person, the certificate that does not say why, and the checks."""

from datetime import date, timedelta

import pytest
from django.db import IntegrityError, transaction

from audit import timeline
from audit.mover import Refused
from candidates.models import Candidate, Certificate, Check, Grant
from candidates.services import (
    cause_of,
    certify,
    end_certificate,
    lock_checks,
    record_check,
    share,
    stop_sharing,
    unlock_checks,
)
from organisations.models import Accession
from tests.factories.candidates import CandidateFactory, CheckFactory

TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)
CAUSE = "pipeline.Referral:12"


@pytest.fixture
def ama(world):
    return CandidateFactory(seen_by=[world.academy])


def sees(acting):
    return Candidate.objects.visible_to(acting).count()


@pytest.mark.django_db
class TestShare:
    def with_trust(self, world, ama, by="academy", **more):
        facts = {"candidate": ama, "organisation": world.trust, "scope": "contact", "cause": CAUSE} | more
        return share(**facts, by=world.acting(by))

    def test_the_trust_sees_the_person_and_its_colleague_too_and_no_other(self, world, ama):
        self.with_trust(world, ama)
        assert [sees(world.acting(each)) for each in ("recruiter", "colleague", "other_recruiter")] == [1, 1, 0]

    def test_a_recruiters_decision_may_share(self, world, ama):
        grant = self.with_trust(world, ama, by="recruiter")
        assert (grant.scope, grant.agreement, grant.starts, grant.ends) == ("contact", world.agreement, TODAY, None)

    def test_the_same_cause_again_changes_nothing(self, world, ama):
        first, again = self.with_trust(world, ama), self.with_trust(world, ama)
        assert (first.pk, Grant.objects.filter(cause=CAUSE).count()) == (again.pk, 1)
        assert [line.sentence for line in timeline.lines(ama, world.acting("academy"))] == ["Shared with Imperial"]

    def test_no_agreement_no_flow(self, world, ama):
        with pytest.raises(Refused) as refused:
            self.with_trust(world, ama, organisation=world.lapsed_trust)
        assert str(refused.value) == (
            "No data-sharing agreement between Skills Academy and Hillingdon is in force, so nothing can be shared."
        )

    def test_an_agreement_that_lapses_closes_the_grant_at_reading(self, world, ama):
        self.with_trust(world, ama)
        Accession.objects.filter(organisation=world.trust).update(ends=TODAY - DAY)
        assert sees(world.acting("recruiter")) == 0

    def test_stopped_is_closed_at_once_and_can_be_opened_again(self, world, ama):
        self.with_trust(world, ama)
        assert stop_sharing(cause=CAUSE, by=world.acting("academy")) == 1
        assert stop_sharing(cause=CAUSE, by=world.acting("academy")) == 0
        assert sees(world.acting("recruiter")) == 0
        self.with_trust(world, ama)
        assert sees(world.acting("recruiter")) == 1

    def test_a_grant_with_an_end_ends_on_that_day(self, world, ama):
        self.with_trust(world, ama, ends=TODAY + DAY)
        assert sees(world.acting("recruiter")) == 1
        Grant.objects.filter(cause=CAUSE).update(ends=TODAY)
        assert sees(world.acting("recruiter")) == 0

    def test_what_is_shared_with_whom_is_not_a_trusts_to_see(self, world, ama):
        self.with_trust(world, ama)
        seen = [
            Grant.objects.visible_to(world.acting(each)).count() for each in ("academy", "recruiter", "other_provider")
        ]
        assert seen == [2, 0, 0]
        assert [line.sentence for line in timeline.lines(ama, world.acting("recruiter"))] == []

    def test_a_cause_names_the_row(self, ama):
        assert cause_of(ama) == f"candidates.Candidate:{ama.pk}"


@pytest.mark.django_db
class TestCertificates:
    CAUSE = "programmes.Eligibility:7"

    def certify(self, ama, academy, **more):
        return certify(**({"candidate": ama, "cause": self.CAUSE, "starts": TODAY, "ends": None} | more), by=academy)

    def test_once_for_a_cause(self, ama, academy):
        assert self.certify(ama, academy).pk == self.certify(ama, academy, starts=TODAY + DAY).pk
        assert [each.starts for each in Certificate.objects.visible_to(academy)] == [TODAY]

    def test_it_ends(self, ama, academy):
        self.certify(ama, academy)
        end_certificate(cause=self.CAUSE, on=TODAY + DAY, by=academy)
        end_certificate(cause=self.CAUSE, on=TODAY + 5 * DAY, by=academy)
        assert Certificate.objects.visible_to(academy).get().ends == TODAY + DAY
        assert [line.sentence for line in timeline.lines(ama, academy)] == [
            "Certificate ends on 24 November 2026",
            "Certified eligible from 23 November 2026",
        ]

    def test_nothing_to_end(self, academy):
        assert end_certificate(cause="programmes.Eligibility:8", on=TODAY, by=academy) is None

    def test_it_ends_after_it_starts(self, ama, academy):
        with pytest.raises(Refused, match="^A certificate ends after it starts.$"):
            self.certify(ama, academy, ends=TODAY)

    @pytest.mark.parametrize("persona", ["provider", "recruiter", "icb_analyst"])
    def test_a_stranger_certifies_nobody(self, world, ama, persona):
        with pytest.raises(Refused):
            self.certify(ama, world.acting(persona))

    def test_a_trust_never_sees_it(self, world, ama, academy, recruiter):
        self.certify(ama, academy)
        share(candidate=ama, organisation=world.trust, scope="contact", cause=CAUSE, by=academy)
        assert list(Certificate.objects.visible_to(recruiter)) == []


@pytest.mark.django_db
class TestChecks:
    @pytest.mark.parametrize("kind", ["health", "dbs"])
    def test_locked_until_a_conditional_offer(self, ama, academy, kind):
        with pytest.raises(Refused) as refused:
            record_check(candidate=ama, kind=kind, status="candidate", by=academy)
        assert str(refused.value) == (
            "Health and DBS checks begin after a conditional offer (Equality Act 2010, section 60)."
        )

    @pytest.mark.parametrize("kind", ["health", "dbs"])
    def test_the_database_holds_it_too(self, ama, kind):
        with pytest.raises(IntegrityError), transaction.atomic():
            CheckFactory(candidate=ama, kind=kind)

    def test_unlocked_once(self, ama, academy):
        assert [each.kind for each in unlock_checks(candidate=ama, cause=CAUSE, by=academy)] == ["dbs", "health"]
        assert unlock_checks(candidate=ama, cause=CAUSE, by=academy) == []
        record_check(candidate=ama, kind="dbs", status="complete", by=academy)
        assert [(each.kind, each.status) for each in Check.objects.visible_to(academy).order_by("kind")] == [
            ("dbs", "complete"),
            ("health", "needed"),
        ]

    def test_stopped_with_the_offer(self, ama, academy):
        unlock_checks(candidate=ama, cause=CAUSE, by=academy)
        record_check(candidate=ama, kind="dbs", status="complete", by=academy)
        assert lock_checks(cause=CAUSE, by=academy) == 1
        assert [(each.kind, each.status) for each in Check.objects.visible_to(academy).order_by("kind")] == [
            ("dbs", "complete"),
            ("health", "not_needed"),
        ]

    def test_the_same_status_again_writes_nothing(self, ama, academy):
        for _ in range(2):
            record_check(candidate=ama, kind="identity", status="complete", by=academy)
        assert [line.sentence for line in timeline.lines(ama, academy)] == ["Identity: complete"]

    def test_a_trust_that_sees_the_person_may_record_and_a_stranger_not(self, world, ama, academy, recruiter):
        share(candidate=ama, organisation=world.trust, scope="contact", cause=CAUSE, by=academy)
        assert record_check(candidate=ama, kind="referees", status="third", by=recruiter).status == "third"
        with pytest.raises(Refused, match=f"^You cannot record checks of {ama.reference}.$"):
            record_check(candidate=ama, kind="referees", status="third", by=world.acting("other_recruiter"))
