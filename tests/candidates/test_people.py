"""Enrolling, changing, moving, supporters, and two records of one person."""

from datetime import date

import pytest

from audit import clock, timeline
from audit.events import broken_chains
from audit.models import Event
from audit.mover import Refused
from candidates.models import Candidate, Grant, Home, Supporter
from candidates.services import (
    NewPerson,
    PersonFacts,
    SupporterFacts,
    add_supporter,
    change_person,
    end_supporter,
    enrol_people,
    enrol_person,
    merge,
    move_home,
    unmerge,
)
from organisations.models import Accession, Organisation

TODAY = date(2026, 11, 23)
AMA = {"given_name": " Ama ", "family_name": "Mensah", "date_of_birth": date(2004, 5, 6), "phone": "+44 7700 900123"}


def answers(home):
    return (home.local, home.local_by, home.core20, home.core20_nwl, home.borough_code, home.decile)


@pytest.mark.django_db
class TestEnrol:
    def test_the_record_holds_what_was_said(self, academy, postcodes):
        candidate = enrol_person(
            facts=PersonFacts(
                **AMA, email="Ama@Example.org", work_wanted=("portering", "catering"), hours_most=30, travel_km=8
            ),
            postcode="nw108aa",
            by=academy,
        )
        kept = Candidate.objects.visible_to(academy).get()
        assert kept == candidate
        assert (kept.given_name, kept.family_name, kept.folded_name) == ("Ama", "Mensah", "ama mensah")
        assert (kept.phone, kept.email) == ("07700900123", "ama@example.org")
        assert (kept.work_wanted, kept.hours_most, kept.travel_km) == (["catering", "portering"], 30, 8)
        assert (kept.reference[:4], kept.neutral_code[:3]) == ("CAN-", "GI-")

    def test_facts_may_be_a_dict(self, academy, postcodes):
        assert enrol_person(facts=AMA, by=academy).name == "Ama Mensah"

    def test_the_place_is_stored_as_found_today(self, academy, postcodes):
        candidate = enrol_person(facts=AMA, postcode="nw10 8aa", by=academy)
        home = Home.objects.visible_to(academy).get(candidate=candidate)
        assert answers(home) == ("yes", "home", "yes", "yes", "E09000005", 1)
        assert (home.postcode, home.edition, home.found_on, home.starts) == ("NW10 8AA", "IMD 2025", TODAY, TODAY)

    @pytest.mark.parametrize("postcode", ["ZZ1 1ZZ", "not a postcode", ""])
    def test_an_unknown_postcode_is_unknown_and_never_no(self, academy, postcodes, postcode):
        candidate = enrol_person(facts=AMA, postcode=postcode, by=academy)
        home = Home.objects.visible_to(academy).get(candidate=candidate)
        assert answers(home) == ("unknown", "", "unknown", "unknown", "", None)

    def test_no_fixed_abode_keeps_no_postcode_and_is_unknown(self, academy, postcodes):
        candidate = enrol_person(facts=AMA, postcode="NW10 8AA", no_fixed_abode=True, by=academy)
        home = Home.objects.visible_to(academy).get(candidate=candidate)
        assert (home.postcode, home.no_fixed_abode) == ("", True)
        assert answers(home) == ("unknown", "", "unknown", "unknown", "", None)

    def test_a_care_leaver_placed_elsewhere_is_local_by_the_authority_and_labelled(self, academy, postcodes):
        candidate = enrol_person(facts=AMA, postcode="N3 1AA", responsible_authority="E09000005", by=academy)
        home = Home.objects.visible_to(academy).get(candidate=candidate)
        assert answers(home) == ("yes", "authority", "yes", "no", "E09000003", 2)

    @pytest.mark.parametrize(
        ("postcode", "authority", "local"),
        [("N3 1AA", "E09000003", "no"), ("ZZ1 1ZZ", "E09000003", "unknown"), ("NW10 8AA", "E09000003", "yes")],
    )
    def test_an_authority_elsewhere_decides_nothing(self, academy, postcodes, postcode, authority, local):
        candidate = enrol_person(facts=AMA, postcode=postcode, responsible_authority=authority, by=academy)
        assert Home.objects.visible_to(academy).get(candidate=candidate).local == local

    def test_the_academy_sees_its_own(self, academy, provider, recruiter):
        enrol_person(facts=AMA, by=academy)
        seen = {by.role: Candidate.objects.visible_to(by).count() for by in (academy, provider, recruiter)}
        assert seen == {"academy": 1, "provider": 0, "recruiter": 0}

    def test_a_provider_sees_whom_it_enrolled_under_the_agreement(self, world, academy, provider):
        candidate = enrol_person(facts=AMA, by=provider)
        grants = Grant.objects.filter(candidate=candidate).order_by("organisation__code")
        assert [(each.organisation.code, each.scope, each.agreement_id) for each in grants] == [
            ("NWLSA", "full", None),
            ("VCSE1", "full", world.agreement.pk),
        ]
        others = world.acting("other_provider")
        seen = [Candidate.objects.visible_to(by).count() for by in (academy, provider, others)]
        assert seen == [1, 1, 0]

    def test_a_provider_without_an_agreement_enrols_nobody(self, world, provider):
        Accession.objects.filter(organisation=world.provider).update(ends=date(2026, 10, 1))
        with pytest.raises(Refused) as refused:
            enrol_person(facts=AMA, by=provider)
        assert str(refused.value) == (
            "No data-sharing agreement between Skills Academy and Open Doors is in force, so nothing can be shared."
        )
        assert Candidate.unscoped.count() == 0

    def test_without_an_academy_there_is_nobody_to_look_after_the_record(self, world, provider):
        Organisation.objects.filter(pk=world.academy.pk).update(closed=TODAY)
        with pytest.raises(Refused, match="^No Skills Academy is set up"):
            enrol_person(facts=AMA, by=provider)

    @pytest.mark.parametrize("persona", ["recruiter", "colleague", "icb_analyst", "auditor", "system_admin"])
    def test_others_enrol_nobody(self, world, persona):
        with pytest.raises(Refused, match="^Only the Skills Academy and programme providers enrol people.$"):
            enrol_person(facts=AMA, by=world.acting(persona))

    def test_a_supporter_comes_with_the_day_of_their_authority(self, academy):
        candidate = enrol_person(
            facts=AMA, supporter=SupporterFacts(name="Grace", relation="Key worker", phone="020 7946 0018"), by=academy
        )
        kept = Supporter.objects.visible_to(academy).get(candidate=candidate)
        assert (kept.name, kept.relation, kept.phone, kept.authority_on) == (
            "Grace",
            "Key worker",
            "02079460018",
            TODAY,
        )

    def test_a_too_long_value_is_refused_in_words(self, academy):
        with pytest.raises(Refused, match="^Family name: Ensure this value has at most 80 characters"):
            enrol_person(facts={"family_name": "x" * 81}, by=academy)

    def test_one_event_and_an_unbroken_chain(self, academy):
        candidate = enrol_person(facts=AMA, by=academy)
        event = Event.objects.get(kind="candidates.Candidate", subject_id=candidate.pk)
        assert (event.verb, event.facts, event.reference) == ("enrol", {}, candidate.reference)
        assert list(broken_chains()) == []


@pytest.mark.django_db
class TestEnrolMany:
    def people(self, number):
        return [NewPerson(facts=PersonFacts(family_name=f"Person {n}"), postcode="NW10 8AA") for n in range(number)]

    @pytest.mark.parametrize("number", [1, 3, 25])
    def test_the_same_queries_for_one_and_for_many(self, provider, postcodes, django_assert_num_queries, number):
        people = self.people(number)
        with django_assert_num_queries(10):
            assert len(enrol_people(people=people, by=provider)) == number

    def test_in_the_order_given(self, academy, postcodes):
        found = enrol_people(people=self.people(3), by=academy)
        assert [each.family_name for each in found] == ["Person 0", "Person 1", "Person 2"]

    def test_one_bad_person_stops_all(self, academy, postcodes):
        with pytest.raises(Refused):
            enrol_people(people=[*self.people(2), NewPerson(facts=PersonFacts(family_name=" "))], by=academy)
        assert Candidate.unscoped.count() == 0


@pytest.mark.django_db
class TestChange:
    @pytest.fixture
    def ama(self, academy):
        return enrol_person(facts=AMA, by=academy)

    def sentences(self, candidate, acting):
        return [line.sentence for line in timeline.lines(candidate, acting)]

    def test_only_what_differs_is_written(self, ama, academy):
        change_person(candidate=ama, phone="020 7946 0018", travel_km=5, given_name="Ama", by=academy)
        ama.refresh_from_db()
        assert (ama.phone, ama.travel_km) == ("02079460018", 5)
        assert self.sentences(ama, academy) == ["Record changed: contact, work wanted", "Record made"]

    def test_nothing_differs_nothing_is_written(self, ama, academy):
        change_person(candidate=ama, phone="07700 900 123", by=academy)
        assert self.sentences(ama, academy) == ["Record made"]

    def test_a_private_part_changes_without_its_name(self, ama, academy):
        change_person(candidate=ama, adjustments_interview="A quiet room", by=academy)
        assert self.sentences(ama, academy) == ["Record changed", "Record made"]

    def test_a_name_is_folded_again(self, ama, academy):
        changed = change_person(candidate=ama, family_name="O’Brien", by=academy)
        assert changed.folded_name == "ama obrien"

    def test_impossible_facts_change_nothing(self, ama, academy):
        with pytest.raises(Refused, match="^The fewest hours"):
            change_person(candidate=ama, hours_least=30, hours_most=10, by=academy)
        ama.refresh_from_db()
        assert ama.hours_most is None

    def test_a_field_that_is_not_a_fact_is_a_mistake_of_ours(self, ama, academy):
        with pytest.raises(TypeError, match="neutral_code"):
            change_person(candidate=ama, neutral_code="GI-1", by=academy)

    @pytest.mark.parametrize("persona", ["provider", "recruiter", "icb_analyst"])
    def test_a_stranger_changes_nothing(self, ama, world, persona):
        with pytest.raises(Refused, match=f"^You cannot change the record of {ama.reference}.$"):
            change_person(candidate=ama, phone="1", by=world.acting(persona))

    def test_a_trust_with_a_contact_grant_changes_nothing(self, ama, world, recruiter):
        Grant.objects.create(
            candidate=ama, organisation=world.trust, scope="contact", cause="x", starts=TODAY, agreement=world.agreement
        )
        assert Candidate.objects.visible_to(recruiter).get() == ama
        with pytest.raises(Refused):
            change_person(candidate=ama, phone="1", by=recruiter)


@pytest.mark.django_db
class TestHomes:
    @pytest.fixture
    def ama(self, academy, postcodes):
        with clock.pretend(clock.start_of(date(2026, 9, 1))):
            return enrol_person(facts=AMA, postcode="NW10 8AA", by=academy)

    def homes(self, ama, academy):
        rows = Home.objects.visible_to(academy).filter(candidate=ama).order_by("starts")
        return [(home.postcode, home.starts, home.core20) for home in rows]

    def test_the_history_stays(self, ama, academy):
        move_home(candidate=ama, postcode="HA9 9AA", by=academy)
        assert self.homes(ama, academy) == [("NW10 8AA", date(2026, 9, 1), "yes"), ("HA9 9AA", TODAY, "no")]

    def test_the_same_day_corrects(self, ama, academy):
        move_home(candidate=ama, postcode="HA9 9AA", by=academy)
        move_home(candidate=ama, postcode="N3 1AA", by=academy)
        assert self.homes(ama, academy) == [("NW10 8AA", date(2026, 9, 1), "yes"), ("N3 1AA", TODAY, "yes")]

    def test_not_before_the_move(self, ama, academy):
        with pytest.raises(Refused, match="^Record a home on the day of the move"):
            move_home(candidate=ama, postcode="HA9 9AA", starts=date(2026, 11, 24), by=academy)

    def test_the_event_says_what_was_found_and_no_postcode(self, ama, academy):
        move_home(candidate=ama, postcode="HA9 9AA", by=academy)
        assert Event.objects.get(verb="move_home").facts == {"local": "yes", "core20": "no"}

    def test_a_trust_that_sees_the_person_sees_neither_home_nor_its_event(self, ama, world, academy, recruiter):
        move_home(candidate=ama, postcode="HA9 9AA", by=academy)
        Grant.objects.create(
            candidate=ama, organisation=world.trust, scope="contact", cause="x", starts=TODAY, agreement=world.agreement
        )
        assert list(Home.objects.visible_to(recruiter)) == []
        assert [line.sentence for line in timeline.lines(ama, recruiter)] == ["Record made"]


@pytest.mark.django_db
class TestSupporters:
    def test_ended_and_kept(self, academy):
        ama = enrol_person(facts=AMA, by=academy)
        supporter = add_supporter(candidate=ama, supporter=SupporterFacts(name="Grace"), by=academy)
        end_supporter(supporter=supporter, by=academy)
        end_supporter(supporter=supporter, by=academy)
        assert [row.ended_on for row in Supporter.objects.visible_to(academy)] == [TODAY]
        assert [line.sentence for line in timeline.lines(ama, academy)] == [
            "Supporter removed",
            "Supporter recorded",
            "Record made",
        ]


@pytest.mark.django_db
class TestMerge:
    @pytest.fixture
    def pair(self, academy):
        return [enrol_person(facts=AMA, by=academy), enrol_person(facts=AMA, by=academy)]

    def test_a_pointer_and_back(self, pair, academy):
        one, other = pair
        merged = merge(candidate=one, into=other, by=academy)
        assert (merged.merged_into_id, merged.person_id, other.person_id) == (other.pk, other.pk, other.pk)
        assert unmerge(candidate=one, by=academy).person_id == one.pk
        assert [line.sentence for line in timeline.lines(one, academy)] == [
            f"Found not to be the same person as {other.reference} after all",
            f"Found to be the same person as {other.reference}",
            "Record made",
        ]

    def test_never_a_chain(self, pair, academy):
        one, other = pair
        third = enrol_person(facts=AMA, by=academy)
        merge(candidate=one, into=other, by=academy)
        for candidate, into, sentence in (
            (third, one, "was joined to another record itself"),
            (one, third, "is joined to a record already"),
            (other, third, "Another record was joined to"),
            (third, third, "This is the same record"),
        ):
            with pytest.raises(Refused, match=sentence):
                merge(candidate=candidate, into=into, by=academy)

    def test_the_academy_only(self, pair, provider):
        with pytest.raises(Refused, match="^Only the Skills Academy joins"):
            merge(candidate=pair[0], into=pair[1], by=provider)
        with pytest.raises(Refused, match="^Only the Skills Academy separates"):
            unmerge(candidate=pair[0], by=provider)

    def test_nothing_to_take_back(self, pair, academy):
        with pytest.raises(Refused, match="is not joined to another record"):
            unmerge(candidate=pair[0], by=academy)
