"""The pages of people: what they show, to whom, at which cost."""

import re
from datetime import date
from decimal import Decimal

import pytest
from django.urls import reverse

from audit.models import Event, Read, Reason
from candidates.models import Candidate, Home, Supporter
from candidates.services import share, unlock_checks
from programmes.models import Eligibility, Enrolment
from programmes.services import decide_eligibility
from programmes.views.candidate import _hours
from tests.factories.candidates import CandidateFactory, CertificateFactory, HomeFactory, SupporterFactory
from tests.factories.programmes import AttendanceFactory, CohortFactory, EnrolmentFactory, SessionFactory

TODAY = date(2026, 11, 23)


@pytest.fixture
def sign_in(client, world):
    """Sign in as a persona; the client is returned."""

    def signed_in(persona):
        client.force_login(world.users[persona])
        return client

    return signed_in


def text_of(response):
    assert response.status_code == 200
    return " ".join(response.content.decode().split())


def enrol_facts(**more):
    return {
        "given_name": "Zoë",
        "family_name": "Smith-Jones",
        "date_of_birth_day": "6",
        "date_of_birth_month": "5",
        "date_of_birth_year": "2004",
        "right_to_work": "any",
        "state": "enrolled",
    } | more


class TestEnrol:
    def post(self, client, **more):
        return client.post("/people/enrol/", enrol_facts(**more))

    def test_saved_in_one_go(self, sign_in, cohort, postcodes, academy):
        response = self.post(
            sign_in("academy"),
            phone="07700 900123",
            postcode="nw10 8aa",
            cohort=cohort.reference,
            work_wanted=["catering", "portering"],
            hours_most="30",
            shifts=["days"],
            travel_km="9",
            start_from_day="1",
            start_from_month="Dec",
            start_from_year="2026",
            adjustments_interview="A quiet room",
            share_adjustments="on",
            supporter_name="Grace",
            supporter_relation="Personal adviser",
        )
        person = Candidate.objects.visible_to(academy).get()
        assert (response.status_code, response["Location"]) == (302, person.get_absolute_url())
        assert (person.name, person.date_of_birth, person.phone) == ("Zoë Smith-Jones", date(2004, 5, 6), "07700900123")
        assert (person.work_wanted, person.start_from) == (["catering", "portering"], date(2026, 12, 1))
        assert (person.adjustments_interview, person.share_adjustments) == ("A quiet room", True)
        assert Home.objects.visible_to(academy).get().core20 == "yes"
        assert Supporter.objects.visible_to(academy).get().name == "Grace"
        assert Enrolment.objects.visible_to(academy).get().cohort == cohort

    def test_what_is_missing_is_said_afterwards(self, sign_in):
        client = sign_in("academy")
        page = text_of(client.get(self.post(client)["Location"]))
        assert "Missing to ready: 6, see below." in page
        assert "Next: decide eligibility" in page

    def test_a_family_name_is_enough_and_without_it_nothing_is_lost(self, sign_in):
        client = sign_in("academy")
        page = text_of(self.post(client, family_name="", phone="07700 900123"))
        assert "Enter the family name" in page
        assert 'value="07700 900123"' in page
        assert Candidate.unscoped.count() == 0

    @pytest.mark.parametrize(
        ("facts", "sentence"),
        [
            ({"phone": "0770"}, "is not a telephone number. Write all its digits"),
            ({"email": "zoe@"}, "is not an e-mail address. Write one address"),
            ({"postcode": "NW10"}, "is not a full postcode. Type both parts"),
            ({"postcode": "NW10 8AA", "no_fixed_abode": "on"}, "Enter a postcode, or tick “No fixed abode”: not both."),
            ({"date_of_birth_year": "2030"}, "The date of birth, 6 May 2030, is in the future. Check the year."),
            ({"hours_least": "30", "hours_most": "10"}, "The fewest hours (30) are above the most hours (10)."),
            ({"hours_most": "37.55"}, "Most hours a week must have at most one decimal, like 37.5"),
            ({"hours_most": "full"}, "Most hours a week must be a number, like 37.5"),
            ({"supporter_phone": "07700 900123"}, "Enter the supporter’s name, or clear the rest about them."),
        ],
    )
    def test_what_is_wrong_is_said_with_the_mend(self, sign_in, facts, sentence):
        page = text_of(self.post(sign_in("academy"), **facts))
        assert sentence in page.replace("&quot;", '"')
        assert Candidate.unscoped.count() == 0

    def test_an_unknown_postcode_is_accepted_and_stays_unknown(self, sign_in, postcodes, academy):
        assert self.post(sign_in("academy"), postcode="N1 9GU").status_code == 302
        home = Home.objects.visible_to(academy).get()
        assert (home.postcode, home.local, home.core20) == ("N1 9GU", "unknown", "unknown")

    def test_the_place_is_answered_without_javascript_and_without_saving(self, sign_in, postcodes):
        page = text_of(self.post(sign_in("academy"), postcode="nw108aa", check_postcode="1"))
        assert "CORE20: yes. The area is in decile 1 of 10" in page
        assert 'value="nw108aa"' in page
        assert 'value="2004"' in page
        assert "nhsuk-error-summary" not in page
        assert Candidate.unscoped.count() == 0

    def test_a_refusal_is_shown_and_nothing_is_saved(self, sign_in, world, cohort):
        cohort.programme.provider = world.lapsed_trust
        cohort.programme.save()
        page = text_of(self.post(sign_in("academy"), cohort=cohort.reference))
        assert "No data-sharing agreement between Skills Academy and Hillingdon is in force" in page
        assert Candidate.unscoped.count() == 0

    def test_a_provider_is_offered_its_own_cohorts(self, sign_in, world, cohort):
        assert cohort.name in text_of(sign_in("provider").get("/people/enrol/"))
        assert cohort.name not in text_of(sign_in("other_provider").get("/people/enrol/"))
        response = self.post(sign_in("other_provider"), cohort=cohort.reference)
        assert "Select the programme and cohort from the list" in text_of(response)

    def test_a_cohort_can_be_named_by_the_address(self, sign_in, cohort):
        page = text_of(sign_in("academy").get(f"/people/enrol/?cohort={cohort.reference}"))
        assert f'value="{cohort.reference}" selected' in page


class TestDuplicates:
    @pytest.fixture
    def zoe(self, world):
        return CandidateFactory(
            given_name="Zoe", family_name="Smith Jones", date_of_birth=date(2004, 5, 6), seen_by=[world.academy]
        )

    def test_shown_while_typing(self, sign_in, zoe):
        page = text_of(sign_in("academy").post("/people/enrol/duplicates/", enrol_facts()))
        assert f"{zoe.reference} Zoe Smith Jones" in page
        assert "Same date of birth and same name" in page

    def test_asked_again_on_submit_until_somebody_says_otherwise(self, sign_in, zoe, academy):
        client = sign_in("academy")
        page = text_of(client.post("/people/enrol/", enrol_facts()))
        assert "This person may be here already. Look at the records below." in page
        assert Candidate.unscoped.count() == 1
        client.post("/people/enrol/", enrol_facts(different_person="1", seen=f"{zoe.reference} "))
        assert Candidate.objects.visible_to(academy).count() == 2

    def test_a_tick_for_one_record_is_no_tick_for_another(self, sign_in, zoe):
        client = sign_in("academy")
        page = text_of(client.post("/people/enrol/", enrol_facts(different_person="1", seen="CAN-OTHER")))
        assert "This person may be here already." in page
        assert "checked" not in page.split('id="id_different_person"')[1][:80]
        assert Candidate.unscoped.count() == 1

    def test_a_provider_is_told_nothing_of_the_academys_people(self, sign_in, zoe):
        page = text_of(sign_in("provider").post("/people/enrol/duplicates/", enrol_facts()))
        assert "may be here already" not in page
        assert zoe.reference not in page


class TestList:
    @pytest.fixture
    def people(self, world, cohort):
        ready = CertificateFactory(
            candidate=CandidateFactory(given_name="Ready", family_name="One", seen_by=[world.academy])
        ).candidate
        HomeFactory(candidate=ready)
        missing = CandidateFactory(given_name="Missing", family_name="Two", travel_km=None, seen_by=[world.academy])
        enrolled = EnrolmentFactory(
            cohort=cohort,
            candidate__given_name="Élodie",
            candidate__family_name="O’Three",
            seen_by=[world.academy, world.provider],
        ).candidate
        return {"ready": ready, "missing": missing, "enrolled": enrolled}

    def names(self, response):
        return [row["candidate"].given_name for row in response.context["rows"]]

    @pytest.mark.parametrize(
        ("query", "names"),
        [
            ("", ["Élodie", "Missing", "Ready"]),
            ("ready=yes", ["Ready"]),
            ("ready=no", ["Élodie", "Missing"]),
            ("gap=travel", ["Missing"]),
            ("gap=certificate", ["Élodie", "Missing"]),
            ("borough=E09000005", ["Ready"]),
            ("borough=unknown", ["Élodie", "Missing"]),
            ("borough=elsewhere", []),
            ("part=now", ["Élodie"]),
            ("part=none", ["Missing", "Ready"]),
            ("q=elod", ["Élodie"]),
            ("q=othree elo", ["Élodie"]),
            ("q=hree", []),
            ("q=%3F", []),
            ("sort=-name", ["Ready", "Missing", "Élodie"]),
            ("ready=nonsense", ["Élodie", "Missing", "Ready"]),
        ],
    )
    def test_filters(self, sign_in, people, query, names):
        assert self.names(sign_in("academy").get(f"/people/?{query}")) == names

    def test_by_programme_and_cohort_and_reference(self, sign_in, people, cohort):
        client = sign_in("academy")
        for query in (
            f"cohort={cohort.reference}",
            f"programme={cohort.programme.reference}",
            f"q={people['enrolled'].reference}",
        ):
            assert self.names(client.get(f"/people/?{query}")) == ["Élodie"]

    def test_cohorts_of_one_name_are_told_apart_by_their_programme(self, sign_in, world, cohort):
        CohortFactory(name="Autumn 2026", programme__name="Kitchen start", programme__provider=world.provider)
        response = sign_in("academy").get(f"/people/?cohort={cohort.reference}")
        offered = {label for _, label in response.context["filter"].form.fields["cohort"].choices}
        assert offered == {"All", "Care leavers into care: Autumn 2026", "Kitchen start: Autumn 2026"}
        assert [label for label, _ in response.context["chips"]] == ["Cohort: Care leavers into care: Autumn 2026"]

    def test_nobody_ready_is_called_missing(self, sign_in, people):
        page = text_of(sign_in("academy").get("/people/"))
        assert page.count('data-label="Missing"') == 2

    def test_chips_and_the_filter_that_found_nothing(self, sign_in, people):
        page = text_of(sign_in("academy").get("/people/?q=nobody&ready=yes"))
        assert "Nobody fits “Name, telephone or reference: nobody” and “Ready: Ready”." in page
        assert 'href="?ready=yes"' in page

    def test_a_provider_sees_its_own_people(self, sign_in, people):
        assert self.names(sign_in("provider").get("/people/")) == ["Élodie"]
        assert self.names(sign_in("other_provider").get("/people/")) == []

    @pytest.mark.parametrize("number", [1, 3])
    def test_the_same_queries(self, world, cohort, sign_in, django_assert_num_queries, number):
        for _ in range(number):
            row = EnrolmentFactory(cohort=cohort, seen_by=[world.academy])
            HomeFactory(candidate=row.candidate)
        client = sign_in("academy")
        with django_assert_num_queries(11):
            client.get("/people/")

    def test_a_page_beyond_the_end_is_the_last(self, sign_in, people):
        assert len(self.names(sign_in("academy").get("/people/?page=99"))) == 3


class TestExport:
    def test_the_academy_is_asked_for_its_password_again(self, sign_in, world):
        response = sign_in("academy").get("/people/export/")
        assert (response.status_code, response["Location"].split("?")[0]) == (302, "/accounts/reauthenticate/")

    def test_after_that_a_reason_and_the_file_as_filtered(self, client, world, ama):
        client.force_login(world.users["academy"])
        assert client.post("/people/export/?q=ama", {"reason": "x"})["Location"] == "/people/export/?q=ama"
        client.post("/accounts/reauthenticate/", {"password": "a long demo password"})
        assert "Download 1 person as a file" in text_of(client.get("/people/export/"))
        CandidateFactory(given_name="=1+1", family_name="Other", seen_by=[world.academy])
        asked = client.post("/people/export/?q=ama", {"reason": ""})
        assert "nhsuk-error-summary" in text_of(asked)
        response = client.post("/people/export/?q=ama", {"reason": "Letters to applicants"})
        lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
        assert lines[0].split(",")[:3] == ["Reference", "Given names", "Family name"]
        assert [line.split(",")[:3] for line in lines[1:]] == [[ama.reference, "Ama", "Mensah"]]
        event = Event.objects.get(verb="export_people")
        assert (event.kind, event.facts) == ("organisations.Membership", {"people": 1})
        assert Reason.objects.get(event=event).text == "Letters to applicants"
        assert list(Read.objects.filter(page="export").values_list("subject_id", flat=True)) == [ama.pk]

    def test_a_provider_gives_a_reason_and_gets_its_own(self, sign_in, world, enrolment):
        CandidateFactory(seen_by=[world.academy])
        response = sign_in("provider").post("/people/export/", {"reason": "Register"})
        lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
        assert len(lines) == 2


class TestPerson:
    @pytest.mark.parametrize(
        "page", ["", "programmes/", "checks/", "sharing/", "timeline/", "edit/home/", "eligibility/"]
    )
    def test_each_opening_is_written_down(self, sign_in, enrolment, ama, world, page):
        text_of(sign_in("provider").get(f"/people/{ama.reference}/{page}"))
        read = Read.objects.get()
        assert (read.kind, read.subject_id, read.membership_id) == (
            "candidates.Candidate",
            ama.pk,
            world.memberships["provider"].pk,
        )

    def test_each_gap_has_its_mend(self, sign_in, world, academy):
        person = CandidateFactory(
            right_to_work="unknown",
            phone="",
            work_wanted=[],
            hours_most=None,
            travel_km=None,
            start_from=None,
            seen_by=[world.academy],
        )
        response = sign_in("academy").get(person.get_absolute_url())
        at = f"/people/{person.reference}/"
        assert [(gap.key, words, url) for gap, words, url in response.context["mends"]] == [
            ("certificate", "Decide eligibility", f"{at}eligibility/"),
            ("right_to_work", "Record right to work", f"{at}edit/right-to-work/"),
            ("reach", "Record how to reach them", f"{at}edit/contact/"),
            ("work_wanted", "Record the work they want", f"{at}edit/work/"),
            ("hours", "Record their hours", f"{at}edit/work/"),
            ("travel", "Record how far they travel", f"{at}edit/work/"),
            ("start", "Record when they can start", f"{at}edit/work/"),
        ]

    def test_what_is_shared_with_whom(self, sign_in, world, enrolment, ama, academy):
        share(candidate=ama, organisation=world.trust, scope="contact", cause="pipeline.Referral:1", by=academy)
        response = sign_in("academy").get(f"/people/{ama.reference}/sharing/")
        rows = [(row["grant"].organisation.short_name, row["why"], row["open"]) for row in response.context["rows"]]
        assert sorted(rows) == [
            ("Imperial", "They met the criteria of a vacancy", True),
            ("Open Doors", "Runs their programme", True),
            ("Skills Academy", "Made the record", True),
        ]

    def test_a_trust_that_sees_the_person_has_no_such_pages(self, sign_in, world, ama, academy):
        share(candidate=ama, organisation=world.trust, scope="full", cause="pipeline.Referral:1", by=academy)
        assert sign_in("recruiter").get(ama.get_absolute_url()).status_code == 404

    def test_edited_by_part(self, sign_in, ama, academy, postcodes):
        client = sign_in("academy")
        at = f"/people/{ama.reference}/edit/"
        client.post(f"{at}names/", {"given_name": "Amma", "family_name": "Mensah"})
        client.post(f"{at}contact/", {"phone": "020 7946 0018", "reach_by": "phone"})
        client.post(f"{at}work/", {"work_wanted": ["it"], "hours_least": "16", "hours_most": "37.5"})
        client.post(f"{at}right-to-work/", {"right_to_work": "restricted"})
        client.post(f"{at}adjustments/", {"adjustments_work": "A screen reader"})
        client.post(f"{at}home/", {"postcode": "HA9 9AA"})
        client.post(f"{at}supporter/", {"supporter_name": "Grace", "supporter_email": "grace@example.org"})
        ama.refresh_from_db()
        assert (ama.given_name, ama.phone, ama.reach_by) == ("Amma", "02079460018", "phone")
        assert (ama.work_wanted, ama.hours_most, ama.travel_km) == (["it"], Decimal("37.5"), None)
        assert (ama.right_to_work, ama.adjustments_work) == ("restricted", "A screen reader")
        assert "16 to 37.5 a week" in text_of(client.get(ama.get_absolute_url()))
        assert 'name="hours_least" value="16"' in text_of(client.get(f"{at}work/"))
        assert Home.objects.visible_to(academy).get().decile == 7
        assert Supporter.objects.visible_to(academy).get().email == "grace@example.org"

    @pytest.mark.parametrize("part", ["names", "contact", "home", "work", "right-to-work", "adjustments", "supporter"])
    def test_each_part_opens_with_what_is_there(self, sign_in, ama, part):
        text_of(sign_in("academy").get(f"/people/{ama.reference}/edit/{part}/"))

    def test_an_unknown_part_is_not_there(self, sign_in, ama):
        assert sign_in("academy").get(f"/people/{ama.reference}/edit/secrets/").status_code == 404

    def test_a_supporter_without_a_name_is_no_supporter(self, sign_in, ama):
        page = text_of(sign_in("academy").post(f"/people/{ama.reference}/edit/supporter/", {}))
        assert "Enter the supporter’s name." in page

    def test_a_supporter_ends(self, sign_in, ama, academy):
        supporter = SupporterFactory(candidate=ama)
        sign_in("academy").post(reverse("programmes:end_supporter", args=[ama.reference, supporter.pk]))
        assert Supporter.objects.visible_to(academy).get().ended_on == TODAY

    def test_the_next_step_is_to_find_a_vacancy_when_nothing_is_missing(self, sign_in, ama):
        CertificateFactory(candidate=ama)
        response = sign_in("academy").get(ama.get_absolute_url())
        assert (response.context["next"].text, response.context["mends"]) == ("Find a vacancy", [])

    @pytest.mark.parametrize(
        ("certificate", "facts", "text"),
        [
            ({"ends": date(2026, 12, 21)}, {}, "Decide eligibility again"),
            ({"ends": date(2026, 12, 22)}, {}, "Find a vacancy"),
            ({}, {"right_to_work_expires": date(2026, 12, 21)}, "Record right to work again"),
            ({}, {"date_of_birth": date(2009, 1, 1)}, "Name a safeguarding lead"),
        ],
    )
    def test_what_runs_out_comes_next(self, sign_in, ama, certificate, facts, text):
        CertificateFactory(candidate=ama, **certificate)
        Candidate.unscoped.filter(pk=ama.pk).update(**facts)
        assert sign_in("academy").get(ama.get_absolute_url()).context["next"].text == text

    def test_who_came_and_is_not_marked_as_started(self, sign_in, ama, enrolment, cohort):
        CertificateFactory(candidate=ama)
        AttendanceFactory(enrolment=enrolment, session=SessionFactory(cohort=cohort))
        found = sign_in("academy").get(ama.get_absolute_url()).context["next"]
        assert (found.text, found.url) == ("Record the start", enrolment.get_absolute_url())

    def test_two_records_are_joined_and_separated(self, sign_in, world, ama):
        other = CandidateFactory(seen_by=[world.academy])
        client = sign_in("academy")
        at = f"/people/{ama.reference}/join/"
        assert "No record CAN-NO that you can see." in text_of(client.post(at, {"into": "can-no"}))
        client.post(at, {"into": other.reference.lower()})
        ama.refresh_from_db()
        assert ama.merged_into == other
        assert client.get(ama.get_absolute_url()).context["next"].url == other.get_absolute_url()
        client.post(at, {"take_back": "1"})
        ama.refresh_from_db()
        assert ama.merged_into is None


class TestEligibility:
    def test_decided_with_what_the_record_shows_beside_it(self, sign_in, ama, academy, enrolment):
        HomeFactory(candidate=ama)
        client = sign_in("academy")
        page = text_of(client.get(f"/people/{ama.reference}/eligibility/"))
        assert "In the most deprived 20% of England." in page
        assert "Care leavers into care, Autumn 2026: enrolled" in page
        assert "Pre-work programme: until 23 November 2027 if decided today" in page
        client.post(f"/people/{ama.reference}/eligibility/", {"route": "core20", "evidence": "Council tax bill"})
        found = Eligibility.objects.visible_to(academy).get()
        assert (found.route, found.evidence, found.group) == ("core20", "Council tax bill", "")

    def test_unknown_is_said_to_be_unknown(self, sign_in, ama):
        client = sign_in("academy")
        page = text_of(client.get(f"/people/{ama.reference}/eligibility/"))
        assert "is not known. That is not a no" in page
        refused = text_of(client.post(f"/people/{ama.reference}/eligibility/", {"route": "core20", "evidence": "x"}))
        assert "It is not known whether the home is in the most deprived 20%" in refused

    def test_the_plus_route_needs_its_group(self, sign_in, ama):
        page = text_of(
            sign_in("academy").post(f"/people/{ama.reference}/eligibility/", {"route": "plus", "evidence": "x"})
        )
        assert "Select the PLUS group" in page

    def test_ended_with_a_reason(self, sign_in, ama, academy):
        decision = decide_eligibility(candidate=ama, route="plus", group="send", evidence="EHC plan", by=academy)
        sign_in("academy").post(
            f"/people/{ama.reference}/eligibility/{decision.pk}/end/",
            {"on_day": "30", "on_month": "11", "on_year": "2026", "reason": "Moved to Leeds"},
        )
        decision.refresh_from_db()
        assert decision.ends == date(2026, 11, 30)


class TestChecks:
    def test_recorded_and_locked(self, sign_in, ama, academy):
        client = sign_in("academy")
        at = f"/people/{ama.reference}/checks/"
        page = text_of(client.get(at))
        assert page.count("Begins after a conditional offer (Equality Act 2010, section 60)") == 2
        assert "Select the check from the list" in text_of(client.post(at, {"kind": "dbs", "status": "complete"}))
        client.post(at, {"kind": "identity", "status": "complete"})
        unlock_checks(candidate=ama, cause="pipeline.Referral:1", by=academy)
        client.post(at, {"kind": "dbs", "status": "candidate"})
        rows = [(row["label"], row["check"].status) for row in client.get(at).context["rows"] if row["check"]]
        assert rows == [
            ("Identity", "complete"),
            ("Occupational health", "needed"),
            ("Disclosure and Barring Service", "candidate"),
        ]


def test_a_care_leavers_council_is_named_on_the_record(sign_in, world, postcodes):
    person = CandidateFactory(seen_by=[world.academy])
    HomeFactory(candidate=person, responsible_authority="E09000005", local="yes", local_by="authority")
    page = text_of(sign_in("academy").get(f"/people/{person.reference}/"))
    assert re.search(r"Care leaver’s council</dt> ?<dd[^>]*> ?Brent ?</dd>", page)


@pytest.mark.parametrize(
    ("least", "most", "shown"),
    [
        (None, None, "Not recorded"),
        (20, None, "At least 20 a week"),
        (None, Decimal("37.5"), "Up to 37.5 a week"),
        (16, Decimal("37.5"), "16 to 37.5 a week"),
    ],
)
def test_hours_are_said_whole(least, most, shown):
    assert _hours(Candidate(hours_least=least, hours_most=most)) == shown
