"""The person's record verb by verb: what the timeline says, to whom, and each refusal to the letter."""

from datetime import date, timedelta

import pytest

from audit import timeline
from audit.acting import Acting, Role
from audit.models import Event
from audit.mover import Refused
from candidates.choices import CheckKind, CheckStatus
from candidates.facts import PersonFacts, SupporterFacts
from candidates.models import Check
from candidates.rules import check_born, check_facts, check_merge
from candidates.services import (
    add_supporter,
    change_person,
    end_supporter,
    enrol_person,
    merge,
    record_check,
    share,
    unlock_checks,
)
from nhsuk.words import long_day
from tests.factories.candidates import CandidateFactory, CheckFactory, GrantFactory, SupporterFactory

TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)
OFFER = "pipeline.Employment:5"


@pytest.fixture
def ama(world):
    """Seen whole by the academy and the provider, by contact by the trust."""
    person = CandidateFactory(given_name="Ama", family_name="Mensah", seen_by=[world.academy])
    GrantFactory(
        candidate=person, organisation=world.provider, cause="programmes.Enrolment:1", agreement=world.agreement
    )
    GrantFactory(
        candidate=person,
        organisation=world.trust,
        scope="contact",
        cause="pipeline.Referral:1",
        agreement=world.agreement,
    )
    return person


def sentence_of(call, *args, **facts):
    with pytest.raises(Refused) as refused:
        call(*args, **facts)
    return str(refused.value)


class TestWhatAChangeSays:
    @pytest.mark.parametrize(
        ("facts", "said"),
        [
            ({"known_as": "Amy"}, "Record changed: names"),
            ({"date_of_birth": date(2002, 2, 3)}, "Record changed: names"),
            ({"phone": "07700900999"}, "Record changed: contact"),
            ({"email": "ama@example.org"}, "Record changed: contact"),
            ({"letter_address": "1 High Road"}, "Record changed: contact"),
            ({"reach_by": "phone"}, "Record changed: contact"),
            ({"safe_contact": "No voicemail"}, "Record changed: contact"),
            ({"travel_km": 3}, "Record changed: work wanted"),
            ({"shifts": ["nights"]}, "Record changed: work wanted"),
            ({"start_from": date(2027, 1, 4)}, "Record changed: work wanted"),
            ({"languages": "Twi"}, "Record changed"),
            ({"english": "entry3"}, "Record changed"),
            ({"right_to_work": "restricted"}, "Record changed"),
            ({"right_to_work_expires": date(2027, 1, 4)}, "Record changed"),
            ({"adjustments_interview": "A quiet room"}, "Record changed"),
            ({"adjustments_work": "A chair"}, "Record changed"),
            ({"share_adjustments": True}, "Record changed"),
            ({"safeguarding_lead": "Grace Bell"}, "Record changed"),
        ],
    )
    def test_the_part_and_never_a_value(self, ama, academy, facts, said):
        change_person(candidate=ama, by=academy, **facts)
        event = Event.objects.filter(kind="candidates.Candidate", subject_id=ama.pk).latest("number")
        assert [line.sentence for line in timeline.lines(ama, academy)] == [said]
        assert [str(value) for value in facts.values() if str(value) in str(event.facts)] == []

    def test_several_parts_in_one_change(self, ama, academy):
        change_person(candidate=ama, phone="07700900999", known_as="Amy", languages="Twi", travel_km=3, by=academy)
        assert [line.sentence for line in timeline.lines(ama, academy)] == [
            "Record changed: names, contact, work wanted"
        ]

    @pytest.mark.parametrize(
        ("persona", "able"),
        [
            ("academy", True),
            ("provider", True),
            ("other_provider", False),
            ("recruiter", False),
            ("colleague", False),
            ("other_recruiter", False),
            ("icb_analyst", False),
            ("auditor", False),
            ("system_admin", False),
        ],
    )
    def test_who_may(self, ama, world, persona, able):
        by = world.acting(persona)
        if able:
            assert change_person(candidate=ama, travel_km=3, by=by).travel_km == 3
        else:
            sentence = sentence_of(change_person, candidate=ama, travel_km=3, by=by)
            assert sentence == f"You cannot change the record of {ama.reference}."

    def test_a_supporter_is_told_on_the_timeline_without_a_name(self, ama, academy):
        add_supporter(candidate=ama, supporter=SupporterFacts(name="Grace Bell", phone="020 7946 0018"), by=academy)
        assert [line.sentence for line in timeline.lines(ama, academy)] == ["Supporter recorded"]

    @pytest.mark.parametrize("persona", ["recruiter", "other_provider", "auditor"])
    def test_a_stranger_adds_no_supporter(self, ama, world, persona):
        facts = SupporterFacts(name="Grace Bell")
        sentence = sentence_of(add_supporter, candidate=ama, supporter=facts, by=world.acting(persona))
        assert sentence == f"You cannot change the record of {ama.reference}."


class TestChecks:
    @pytest.mark.parametrize("kind", [kind for kind in CheckKind if kind not in ("health", "dbs")])
    def test_each_kind_and_status_is_said_in_words(self, ama, academy, kind):
        for status in CheckStatus:
            record_check(candidate=ama, kind=kind, status=status, by=academy)
        assert [line.sentence for line in timeline.lines(ama, academy)] == [
            f"{kind.label}: {status.label.lower()}" for status in reversed(CheckStatus)
        ]
        assert Check.unscoped.get().status == CheckStatus.NOT_NEEDED

    def test_who_may_record_which_before_and_after_an_offer(self, ama, world):
        personas = ("academy", "provider", "recruiter", "colleague", "other_recruiter", "auditor", "system_admin")
        assert self.able(ama, world, personas, "identity") == ["academy", "provider", "recruiter", "colleague"]
        assert self.able(ama, world, personas, "dbs") == []
        unlock_checks(candidate=ama, cause=OFFER, by=world.acting("recruiter"))
        assert self.able(ama, world, personas, "dbs") == ["academy", "provider", "recruiter", "colleague"]

    def able(self, person, world, personas, kind):
        found = []
        for persona in personas:
            try:
                record_check(candidate=person, kind=kind, status="candidate", by=world.acting(persona))
            except Refused:
                continue
            found.append(persona)
        return found

    def test_the_order_of_refusals_a_stranger_learns_nothing_of_the_law(self, ama, world):
        by = world.acting("other_recruiter")
        sentence = sentence_of(record_check, candidate=ama, kind="health", status="needed", by=by)
        assert sentence == f"You cannot record checks of {ama.reference}."

    def test_another_day_may_be_said(self, ama, academy):
        day = TODAY - 3 * DAY
        assert record_check(candidate=ama, kind="identity", status="complete", on=day, by=academy).on == day

    def test_an_unlocked_check_belongs_to_its_offer(self, ama, academy):
        unlock_checks(candidate=ama, cause=OFFER, by=academy)
        assert sorted(Check.unscoped.values_list("kind", "status", "offer_cause")) == [
            ("dbs", "needed", OFFER),
            ("health", "needed", OFFER),
        ]
        assert [line.sentence for line in timeline.lines(ama, academy)] == [
            "Occupational health may begin: a conditional offer was made",
            "Disclosure and Barring Service may begin: a conditional offer was made",
        ]

    def test_one_of_the_two_that_is_there_is_left_alone(self, ama, academy):
        CheckFactory(candidate=ama, kind="dbs", status="complete", offer_cause="pipeline.Employment:1")
        assert [each.kind for each in unlock_checks(candidate=ama, cause=OFFER, by=academy)] == ["health"]


class TestMerge:
    def test_each_refusal(self, world, academy, ama, provider):
        other, third, joined = (CandidateFactory(seen_by=[world.academy]) for _ in range(3))
        merge(candidate=joined, into=third, by=academy)
        joined.refresh_from_db()
        table = {
            (provider, ama, other): "Only the Skills Academy joins two records of one person.",
            (academy, ama, ama): "This is the same record. Choose the other one.",
            (academy, ama, joined): f"{joined.reference} was joined to another record itself. Choose that one.",
            (academy, joined, ama): f"{joined.reference} is joined to a record already.",
            (academy, third, ama): (
                f"Another record was joined to {third.reference}. Join {ama.reference} to it instead."
            ),
        }
        said = {key: sentence_of(check_merge, by=key[0], candidate=key[1], into=key[2]) for key in table}
        assert said == table

    def test_two_into_one_are_one_person(self, world, academy, ama):
        twins = [CandidateFactory(seen_by=[world.academy]) for _ in range(2)]
        for each in twins:
            merge(candidate=each, into=ama, by=academy)
        assert {each.person_id for each in (*twins, ama) if each.refresh_from_db() is None} == {ama.pk}


class TestSharingAgain:
    @pytest.mark.parametrize("scope", ["full", "contact"])
    def test_the_scope_is_what_was_asked(self, world, academy, scope):
        person = CandidateFactory(seen_by=[world.academy])
        grant = share(candidate=person, organisation=world.trust, scope=scope, cause="pipeline.Referral:9", by=academy)
        assert (grant.scope, grant.agreement, grant.starts) == (scope, world.agreement, TODAY)

    def test_an_unknown_scope_is_a_mistake_of_ours(self, world, academy):
        person = CandidateFactory(seen_by=[world.academy])
        with pytest.raises(ValueError, match="'everything' is not a valid GrantScope"):
            share(candidate=person, organisation=world.trust, scope="everything", cause="x:1", by=academy)


class TestAges:
    """The boundaries to the day; somebody born on 29 February has their birthday on 1 March in other years."""

    @pytest.mark.parametrize(
        ("born", "on", "age"),
        [
            (date(2004, 2, 29), date(2026, 2, 28), 21),
            (date(2004, 2, 29), date(2026, 3, 1), 22),
            (date(2004, 2, 29), date(2028, 2, 29), 24),
            (date(2008, 11, 23), TODAY, 18),
            (date(2008, 11, 24), TODAY, 17),
            (date(2026, 11, 23), TODAY, 0),
        ],
    )
    def test_whole_years(self, born, on, age):
        person = CandidateFactory.build(date_of_birth=born)
        assert (person.age(on), person.under_18(on)) == (age, age < 18)

    def test_an_unknown_age_is_not_under_18(self):
        person = CandidateFactory.build(date_of_birth=None)
        assert (person.age(TODAY), person.under_18(TODAY)) == (None, False)

    @pytest.mark.parametrize(
        ("born", "fine"),
        [
            (date(2012, 11, 23), True),
            (date(2012, 11, 24), False),
            (date(1925, 11, 24), True),
            (date(1925, 11, 23), False),
            (TODAY, False),
            (TODAY + DAY, False),
        ],
    )
    def test_who_can_be_enrolled(self, born, fine):
        if fine:
            check_facts(PersonFacts(family_name="A", date_of_birth=born), on=TODAY)
        else:
            assert sentence_of(check_born, born, on=TODAY).startswith(f"The date of birth, {long_day(born)}, ")


def test_a_supporter_cannot_be_ended_by_a_stranger_and_only_once(ama, world, academy):
    supporter = SupporterFactory(candidate=ama)
    assert sentence_of(end_supporter, supporter=supporter, by=world.acting("recruiter")) == (
        f"You cannot change the record of {ama.reference}."
    )
    assert end_supporter(supporter=supporter, by=academy).ended_on == TODAY
    end_supporter(supporter=supporter, by=academy)
    assert [line.sentence for line in timeline.lines(ama, academy)] == ["Supporter removed"]


@pytest.mark.parametrize("role", [Role.RECRUITER, Role.TRUST_HR, Role.ICB_ANALYST, Role.AUDITOR, Role.LINK])
def test_only_the_academy_and_providers_make_records(db, role):
    by = Acting(role, 1, 1, 1, TODAY)
    assert sentence_of(enrol_person, facts=PersonFacts(family_name="A"), by=by) == (
        "Only the Skills Academy and programme providers enrol people."
    )
