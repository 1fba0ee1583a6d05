"""TRAC's words by tables: what each takes a referral to, what is only said, and that weeks may be missed or repeated."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from candidates.models import Check
from pipeline.models import Employment, Interview, Referral
from tests.factories.pipeline import ReferralFactory
from tests.factories.vacancies import VacancyFactory
from tests.pipeline.conftest import somebody_ready
from tests.pipeline.test_imports import FULL, SUBMITTED, file_of, row, said, state, take, trac

__all__ = ["trac"]
HELD = {"Shortlist_result": "Y", "Interview_date": "16/11/2026", "Interview_attended": "Y"}


def sentences(job):
    return [each[3] for each in said(job)]


def facts(**more):
    return row(**(HELD | more))


class TestShortlisting:
    @pytest.mark.parametrize(
        ("word", "then"),
        [
            ("Shortlisted", "meets"),
            ("yes", "meets"),
            ("Invited to interview", "meets"),
            ("PASSED", "meets"),
            ("Not shortlisted", "does_not_meet"),
            ("Rejected", "does_not_meet"),
            ("Unsuccessful", "does_not_meet"),
            ("n", "does_not_meet"),
            ("Reserve list", "submitted"),
            ("Pending", "submitted"),
            ("In progress", "submitted"),
            ("", "submitted"),
        ],
    )
    def test_each_word(self, trac, recruiter, word, then):
        take(recruiter, row(Shortlist_result=word))
        assert state() == then

    @pytest.mark.parametrize(
        ("first", "then"),
        [(row(Shortlist_result="Y"), "meets"), (facts(), "kept")],
        ids=["promised", "interviewed"],
    )
    def test_a_changed_mind_of_trac_is_only_said(self, trac, recruiter, first, then):
        take(recruiter, first)
        job = take(recruiter, row(Shortlist_result="N"))
        assert (state(), sentences(job), job.counts["same"]) == (
            then,
            ["TRAC says not shortlisted; here the criteria are met. Look at both."],
            1,
        )

    def test_who_was_refused_here_stays_refused(self, trac, recruiter):
        take(recruiter, row(Shortlist_result="N"))
        job = take(recruiter, facts())
        assert (state(), sentences(job), Interview.unscoped.count()) == ("does_not_meet", [""], 0)

    def test_an_interview_that_was_attended_says_that_they_were_shortlisted(self, trac, recruiter):
        take(recruiter, facts(Shortlist_result=""))
        assert state() == "kept"


class TestInterview:
    def test_a_day_without_a_word_on_shortlisting_decides_nothing(self, trac, recruiter):
        take(recruiter, row(Interview_date="30/11/2026"))
        assert (state(), Interview.unscoped.count()) == ("submitted", 0)

    def test_booked_at_nine_in_london_and_the_place_is_in_trac(self, trac, recruiter):
        take(recruiter, row(Shortlist_result="Y", Interview_date="30/11/2026"))
        interview = Interview.unscoped.get()
        assert (interview.at.isoformat(), interview.place) == (
            "2026-11-30T09:00:00+00:00",
            "Time and place are in TRAC",
        )

    @pytest.mark.parametrize(
        ("day", "sentence"),
        [
            (
                "08/11/2026",
                "8 November 2026 is before {reference} was submitted, on 9 November 2026. Check the date.",
            ),
            ("25/11/2027", "25 November 2027 is more than a year away. Check the year."),
        ],
    )
    def test_a_day_that_cannot_be(self, trac, recruiter, day, sentence):
        job = take(recruiter, row(Shortlist_result="Y", Interview_date=day))
        assert (sentences(job), state()) == ([sentence.format(reference=trac.reference)], "submitted")

    @pytest.mark.parametrize(
        ("word", "then"),
        [("Y", "held"), ("Attended", "held"), ("1", "held"), ("N", "absent"), ("DNA", "absent"), ("", "booked")],
    )
    def test_attended(self, trac, recruiter, word, then):
        take(recruiter, facts(Interview_attended=word))
        assert Interview.unscoped.get().state == then

    def test_an_outcome_without_a_day_is_asked_for(self, trac, recruiter):
        job = take(recruiter, row(Shortlist_result="Y", Stage="Unsuccessful"))
        assert sentences(job) == [
            "Shortlisted: recorded. TRAC has an outcome but no interview date: add the date in TRAC, or book it here."
        ]

    def test_an_absent_one_is_not_booked_again_for_the_same_day(self, trac, recruiter):
        for _week in range(3):
            take(recruiter, facts(Interview_attended="N"))
        assert [each.state for each in Interview.unscoped.all()] == ["absent"]


class TestOutcome:
    @pytest.mark.parametrize(
        ("stage", "result", "job"),
        [
            ("Appointed", "appointed", "offered"),
            ("Successful", "appointed", "offered"),
            ("Offer: Conditional", "appointed", "offered"),
            ("Offer: Unconditional", "appointed", "cleared"),
            ("Unsuccessful", "not_appointed", None),
            ("Not appointed", "not_appointed", None),
            ("Not successful", "not_appointed", None),
            ("Not offered", "not_appointed", None),
            ("No offer made", "not_appointed", None),
            ("Unappointable", "not_appointed", None),
            ("Rejected after interview", "not_appointed", None),
            ("Reserve", "reserve", None),
            ("Appointable", "reserve", None),
        ],
    )
    def test_each_word(self, trac, recruiter, stage, result, job):
        take(recruiter, facts(Stage=stage))
        trac.refresh_from_db()
        assert trac.outcome.result == result
        assert Employment.unscoped.values_list("state", flat=True).first() == job

    @pytest.mark.parametrize("stage", ["Interview", "Shortlisting", "Not started", "Not yet started", "Withdrawn", ""])
    def test_other_words_are_no_outcome(self, trac, recruiter, stage):
        take(recruiter, facts(Stage=stage))
        assert (state(), Referral.unscoped.filter(outcome__isnull=False).exists()) == ("kept", False)

    @pytest.mark.parametrize(
        ("first", "then", "sentence"),
        [
            ("Unsuccessful", "Appointed", "TRAC says appointed; here it is not appointed."),
            ("Appointed", "Unsuccessful", "TRAC says not appointed; here it is appointed."),
            ("Reserve", "Appointed", "TRAC says appointed; here it is reserve list."),
        ],
    )
    def test_a_changed_mind_is_only_said(self, trac, recruiter, first, then, sentence):
        take(recruiter, facts(Stage=first))
        before = Employment.unscoped.count()
        assert sentences(take(recruiter, facts(Stage=then))) == [sentence]
        assert Employment.unscoped.count() == before


class TestJob:
    @pytest.mark.parametrize(
        ("stage", "start", "then", "first_day"),
        [
            ("Offer: Conditional", "", "offered", None),
            ("Offer: Conditional", "07/12/2026", "offered", None),
            ("Offer: Unconditional", "07/12/2026", "cleared", None),
            ("Starting", "07/12/2026", "cleared", None),
            ("Started", "23/11/2026", "started", date(2026, 11, 23)),
            ("Started", "20/11/2026", "started", date(2026, 11, 20)),
            ("Started", "", "offered", None),
            ("Started", "24/11/2026", "offered", None),
            ("Not yet started", "20/11/2026", "offered", None),
        ],
    )
    def test_each_stage_after_an_offer(self, trac, recruiter, stage, start, then, first_day):
        take(recruiter, facts(Stage="Offer: Conditional"))
        take(recruiter, facts(Stage=stage, Agreed_start_date=start))
        employment = Employment.unscoped.get()
        assert (employment.state, employment.started_on) == (then, first_day)

    @pytest.mark.parametrize("start", ["", "24/11/2026"])
    def test_started_without_a_first_day_that_has_come_is_asked_about(self, trac, recruiter, start):
        take(recruiter, facts(Stage="Appointed"))
        job = take(recruiter, facts(Stage="Started", Agreed_start_date=start))
        assert sentences(job) == ["TRAC says started; add the first day in TRAC, or record it here."]

    @pytest.mark.parametrize(
        "stage", ["Offer withdrawn", "Offer declined", "Candidate declined offer", "Offer rejected"]
    )
    def test_an_offer_that_came_to_nothing(self, trac, recruiter, stage):
        take(recruiter, facts(Stage="Appointed"))
        assert sentences(take(recruiter, facts(Stage=stage))) == ["Offer withdrawn: recorded."]
        assert Employment.unscoped.get().state == "fell_through"

    def test_a_moved_first_day_is_noted_once(self, trac, recruiter):
        offer = {"Stage": "Offer: Unconditional"}
        told = [
            sentences(take(recruiter, facts(**offer, Agreed_start_date=day)))[0]
            for day in ("07/12/2026", "07/12/2026", "14/12/2026")
        ]
        assert told[1:] == ["", "First day 14 December 2026: noted."]
        assert Employment.unscoped.get().agreed_start == date(2026, 12, 14)

    @pytest.mark.parametrize(
        ("word", "status"),
        [
            ("Complete", "complete"),
            ("Cleared", "complete"),
            ("With candidate", "candidate"),
            ("Requested", "third"),
            ("Outstanding", "needed"),
            ("N/A", "not_needed"),
        ],
    )
    def test_checks(self, trac, recruiter, word, status):
        take(recruiter, facts(Stage="Offer: Conditional", ID_check=word))
        assert Check.unscoped.get(kind="identity").status == status


class TestWhoseRow:
    def test_capitals_of_the_number_do_not_count(self, trac, recruiter):
        take(recruiter, {"Application ID": "ar-1", "Shortlist result": "Y"})
        assert state() == "meets"

    def test_one_number_in_two_vacancies_is_told_apart_by_the_vacancy(self, trac, vacancy, world, recruiter):
        vacancy.trac_reference = "290-1"
        vacancy.save()
        other = ReferralFactory(
            candidate=somebody_ready(world.academy),
            vacancy=VacancyFactory(trust=world.trust, trac_reference="290-2"),
            mode="trac",
            trac_application_id="AR-1",
            submitted_on=SUBMITTED,
        )
        headings = ("Application ID", "Vacancy reference", "Shortlist result")
        given = {"Application ID": "AR-1", "Shortlist result": "Y"}
        job = take(recruiter, given | {"Vacancy reference": "290-2"}, given, headings=headings)
        trac.refresh_from_db()
        other.refresh_from_db()
        assert (trac.state, other.state, job.counts["skipped"]) == ("submitted", "meets", 1)

    def test_a_referral_that_was_not_submitted_yet_is_nobodys(self, vacancy, ama, recruiter):
        ReferralFactory(candidate=ama, vacancy=vacancy, state="accepted", mode="trac", trac_application_id="AR-1")
        job = take(recruiter, row(Shortlist_result="Y"))
        assert sentences(job) == ["AR-1 is nobody who was put forward here, so it was left out."]

    @pytest.mark.parametrize("persona", ["academy", "provider", "icb_analyst", "auditor"])
    def test_only_a_trust_has_the_page(self, world, client, persona):
        client.force_login(world.users[persona])
        assert client.get("/pipeline/trac/").status_code == 404
        assert client.post("/pipeline/trac/", {"file": file_of(FULL)}).status_code == 404


class TestWeeks:
    """A file a week; whichever weeks are missed, the last one brings somebody to the same place."""

    WEEKS = (
        {"Shortlist result": "Pending"},
        {"Shortlist result": "Shortlisted"},
        {"Shortlist result": "Shortlisted", "Interview date": "16/11/2026"},
        {"Shortlist result": "Shortlisted", "Interview date": "16/11/2026", "Interview attended": "Y"},
        {**FULL, "Stage": "Offer: Conditional", "Agreed start date": ""},
        {**FULL, "Stage": "Offer: Unconditional"},
    )

    @pytest.mark.parametrize("missed", [(), (0, 1, 2, 3, 4, 5), (1, 3, 5), (0, 2, 4), (2, 3), (4, 5)])
    def test_the_end_is_the_same(self, trac, recruiter, missed):
        weeks = [week for number, week in enumerate(self.WEEKS) if number not in missed]
        for week in (*weeks, FULL, FULL):
            job = take(recruiter, {"Application ID": "AR-1", **week})
        trac.refresh_from_db()
        employment = Employment.unscoped.get()
        assert (job.counts["same"], trac.state, trac.kept_on, trac.outcome.result) == (
            1,
            "kept",
            date(2026, 11, 16),
            "appointed",
        )
        assert (employment.state, employment.started_on, Interview.unscoped.count()) == (
            "started",
            date(2026, 11, 23),
            1,
        )


class TestPages:
    @pytest.fixture
    def post(self, world, client):
        client.force_login(world.users["recruiter"])
        return lambda name, data: client.post("/pipeline/trac/", {"file": SimpleUploadedFile(name, data)}, follow=True)

    @pytest.mark.parametrize(
        ("name", "data", "sentence"),
        [
            (
                "trac.csv",
                b"  \r\n",
                "&quot;trac.csv&quot; is empty. Check that the export finished, and upload it again.",
            ),
            ("trac.pdf", b"%PDF-1.7 x", "is a PDF document, not a table that this service reads."),
            ("trac.csv", b"Application ID\n", "Add the rows, or check the export."),
        ],
    )
    def test_a_wrong_file_is_said_at_once(self, post, name, data, sentence):
        response = post(name, data)
        assert response.request["PATH_INFO"] == "/pipeline/trac/"
        assert sentence in " ".join(response.content.decode().split())

    def test_a_file_without_the_number_asks_for_the_column(self, post):
        response = post("trac.csv", b"Who,Stage\nAR-1,Started\n")
        assert response.context["missing"].startswith('The file has no column "Application ID".')
        assert (response.context["ours"], response.context["rows"]) == (0, 1)

    def test_another_trusts_file_is_not_there(self, post, world, client):
        at = post("trac.csv", b"Application ID\nAR-1\n").request["PATH_INFO"]
        client.force_login(world.users["other_recruiter"])
        assert client.get(at).status_code == 404
