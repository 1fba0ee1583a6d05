"""The demo, on a small scale: everything alive, every chain whole, the same figures each time."""

from collections import Counter
from contextlib import contextmanager
from datetime import date, datetime, timedelta
from io import StringIO
from random import Random

import pytest
from django.contrib.auth import authenticate
from django.core.management import CommandError, call_command
from django.db import transaction

from audit.acting import Role
from audit.clock import LONDON, now, pretend, start_of, today
from audit.models import Event
from candidates.models import Candidate, Certificate, Home
from candidates.names import phone_kept
from jobs.models import Job
from organisations.loading import load_organisations
from organisations.models import Accession, Membership, Organisation, User
from organisations.policies import load_initial
from organisations.services import memberships_in_force, shared_agreement
from pipeline.models import Employment, Interview, Referral
from places.loading import load_subset
from programmes.imports.sample import PEOPLE as SAMPLE
from programmes.models import Enrolment
from recruitment.demo import building
from recruitment.demo.cast import PASSWORD, sign_ins
from recruitment.demo.diary import Diary
from recruitment.demo.people import kilometres, over_this_year
from recruitment.management.commands import verify
from vacancies.ledger import standings
from vacancies.models import Entry, Override, Recommendation, Vacancy, Year
from vacancies.ring_fence import shortfall

SMALL = building.Size(people=120, cohorts=10, vacancies=60, days=120)


NOON = datetime(2026, 11, 23, 12, tzinfo=LONDON)


@contextmanager
def undone():
    """A moment that stands still, and a transaction that leaves nothing."""
    with transaction.atomic(), pretend(NOON):
        yield
        transaction.set_rollback(True)


def reference():
    load_subset()
    load_organisations()
    load_initial()


@pytest.fixture(scope="module")
def made(django_db_setup, django_db_blocker):
    """One small demo for all tests of this file that only read it."""
    with django_db_blocker.unblock(), undone():
        reference()
        yield building.build(size=SMALL)


def states(model):
    return set(model.unscoped.values_list("state", flat=True))


def test_as_much_as_was_asked(made):
    assert (made.cohorts, Candidate.unscoped.count()) == (10, made.people)
    assert abs(made.people - SMALL.people) <= 15
    assert made.vacancies == Vacancy.unscoped.count() >= SMALL.vacancies


def test_every_chain_is_whole(made):
    out = StringIO()
    call_command("verify", stdout=out)
    assert out.getvalue() == "Events, ledger and rooms agree.\n"


def test_each_open_vacancy_knows_its_ready_people(made):
    known = set(Recommendation.unscoped.values_list("vacancy", flat=True))
    assert known == set(Vacancy.unscoped.filter(state="open").values_list("pk", flat=True))
    assert Recommendation.unscoped.filter(ready_people__gt=0).exists()


def test_nobody_has_a_telephone_number_of_the_sample_cohort_file(made):
    """So that importing the sample into the demo warns of no duplicate."""
    numbers = {phone_kept(person["phone"]) for person in SAMPLE if "phone" in person}
    assert len(numbers) == 4
    assert Candidate.unscoped.filter(phone__in=numbers).count() == 0
    assert Candidate.unscoped.filter(phone__startswith="077009001").exists()


def test_history_is_in_order_and_past(made):
    assert Event.objects.filter(at__gt=NOON).count() == 0
    for year in Year.objects.all():
        moments = list(Entry.unscoped.filter(year=year).order_by("number").values_list("at", flat=True))
        assert moments == sorted(moments)


def test_each_state_of_a_referral_is_there(made):
    assert {"offered", "submitted", "meets", "does_not_meet", "kept", "declined"} <= states(Referral)


def test_interviews_are_held_and_to_come(made):
    assert {"held", "booked"} <= states(Interview)
    assert Interview.unscoped.filter(state="held", at__gt=NOON).count() == 0


def test_people_started_work(made):
    assert "started" in states(Employment)
    assert Employment.unscoped.filter(state="started", started_on__gt=today()).count() == 0


def test_enrolments_of_every_kind(made):
    assert {"completed", "left"} <= states(Enrolment)
    assert states(Enrolment) & {"referred", "offered", "enrolled"}


def test_something_is_to_be_decided_by_every_trust(made):
    undecided = Vacancy.unscoped.filter(state="open", entries__isnull=True)
    assert set(undecided.values_list("trust__code", flat=True)) == {
        *("R1K", "RAS", "RAX", "RKL", "RQM", "RRU", "RV3", "RYJ", "RYX"),
    }


def test_most_trusts_owe_nothing(made):
    short = Counter(shortfall(standing).posts > 0 for standing in standings().values())
    assert short[False] > short[True]


def test_an_override_is_less_than_due_and_has_a_sentence(made):
    for override in Override.unscoped.all():
        assert override.reserved < override.due
        assert override.text


def test_nobody_of_the_lapsed_trust_is_under_an_agreement(made):
    lapsed, academy = (Organisation.objects.get(code=code) for code in ("RRU", "NWLSA"))
    assert shared_agreement(academy, lapsed) is None
    assert Accession.objects.filter(ends__isnull=False).count() == 1


def test_places_are_known_unknown_and_elsewhere(made):
    answers = Counter(Home.unscoped.values_list("local", flat=True))
    assert set(answers) == {"yes", "no", "unknown"}
    assert answers["yes"] > answers["no"] > 0


def test_names_phones_and_addresses_can_reach_nobody(made):
    for phone, email in Candidate.unscoped.values_list("phone", "email"):
        digits = phone.replace(" ", "")
        assert digits.startswith(("07700900", "02079460", "+447700900", "+442079460")), phone
        assert email.endswith("@example.test")


def test_certificates_never_say_why(made):
    assert Certificate.unscoped.exists()
    assert set(Certificate.unscoped.values_list("cause", flat=True)) == {
        cause for cause in Certificate.unscoped.values_list("cause", flat=True) if cause.startswith("programmes.")
    }


def test_work_done_is_of_kinds_that_there_are(made, settings):
    assert set(Job.unscoped.values_list("kind", flat=True)) <= set(settings.JOB_KINDS)


def test_one_sign_in_for_each_role_and_one_with_two(made):
    roles = Counter()
    for line in sign_ins():
        held = memberships_in_force(User.objects.get(email=line.email))
        roles.update(Role(each.role) for each in held)
        assert line.who == " and ".join(Role(role).label for role in [*dict.fromkeys(_in_table_order(held))])
    assert set(roles) == {
        Role.ACADEMY,
        Role.PROVIDER,
        Role.RECRUITER,
        Role.TRUST_HR,
        Role.ICB_ANALYST,
        Role.AUDITOR,
        Role.SYSTEM_ADMIN,
    }
    two = User.objects.get(email="two@example.test")
    assert [(each.organisation.code, each.role) for each in memberships_in_force(two)] == [
        ("RQM", "recruiter"),
        ("RKL", "trust_hr"),
    ]


def _in_table_order(held):
    return (
        sorted((each.role for each in held), key=["recruiter", "trust_hr"].index) if len(held) > 1 else [held[0].role]
    )


def test_the_password_works(made, rf):
    user = authenticate(rf.post("/"), email="academy@example.test", password=PASSWORD)
    assert user == User.objects.get(email="academy@example.test")
    assert len(PASSWORD) >= 12


def test_no_membership_is_longer_than_a_year(made):
    assert max(each.ends - each.starts for each in Membership.unscoped.all()) <= timedelta(days=366)


@pytest.mark.django_db
def test_the_same_seed_gives_the_same_figures():
    reference()
    tiny = building.Size(people=20, cohorts=3, vacancies=9, days=60)
    figures = []
    for _ in range(2):
        with undone():
            made = building.build(size=tiny)
            codes = dict(Organisation.objects.values_list("pk", "code"))
            summed = {(codes[trust], year): each for (trust, year), each in standings().items()}
            figures.append((made.people, made.vacancies, summed, Counter(_referral_states()), _names()))
    assert figures[0] == figures[1]


def _referral_states():
    return list(Referral.unscoped.values_list("state", flat=True))


def _names():
    return list(Candidate.unscoped.order_by("pk").values_list("given_name", "family_name", "date_of_birth"))


@pytest.mark.django_db
def test_the_command_is_for_the_demo_profile_only():
    with pytest.raises(CommandError, match="demo profile only"):
        call_command("demo")


@pytest.mark.django_db
def test_the_command_makes_the_demo_once(settings, monkeypatch):
    settings.DEMO = True
    reference()
    tiny = building.Size(people=6, cohorts=1, vacancies=9, days=30)
    monkeypatch.setattr(building, "Size", lambda: tiny)
    out = StringIO()
    call_command("demo", stdout=out)
    people = Candidate.unscoped.count()
    call_command("demo", stdout=out)
    call_command("demo", "--sign-ins", stdout=out)
    assert Candidate.unscoped.count() == people
    lines = out.getvalue().splitlines()
    assert lines[1] == "The demo is there already; ./run demo --reset starts again."
    assert lines[3] == f"Sign in with the password {PASSWORD} as:"
    assert lines[4] == "  academy@example.test    Skills Academy officer (Skills Academy)"
    assert (
        lines[-1]
        == "  two@example.test        Trust recruiter and Trust HR lead (Chelsea and Westminster and West London)"
    )


@pytest.mark.django_db
def test_verify_fails_with_the_sentences(monkeypatch):
    monkeypatch.setattr(verify, "broken_entries", lambda: iter(["Ledger of year 1: row 2 was altered."]))
    err = StringIO()
    with pytest.raises(CommandError, match=r"^1 problem\.$"):
        call_command("verify", stderr=err)
    assert err.getvalue() == "Ledger of year 1: row 2 was altered.\n"


@pytest.mark.django_db
def test_load_reference_says_what_it_wrote(monkeypatch):
    monkeypatch.setattr("recruitment.management.commands.load_reference.load_all", load_subset_rows)
    out = StringIO()
    call_command("load_reference", stdout=out)
    call_command("load_reference", stdout=out)
    assert out.getvalue().splitlines()[1] == "Places: 0 rows; organisations: 0; policies: 0."


def load_subset_rows():
    load_subset()
    return 0


class TestDiary:
    def test_entries_happen_in_order_at_their_moment_and_the_future_does_not(self):
        diary, seen = Diary(until=start_of(today()), random=Random(1)), []
        for back in (1, 3, -1, 2):
            moment = start_of(today() - timedelta(days=back))
            diary.at(moment, lambda: seen.append(now()))
        assert diary.run() == 3
        assert seen == [start_of(today() - timedelta(days=back)) for back in (3, 2, 1)]

    def test_office_hours_are_of_a_working_day(self):
        moment = Diary(until=now(), random=Random(1)).office_hours(datetime(2026, 12, 25, tzinfo=LONDON).date())
        assert moment.date().isoformat() == "2026-12-29"  # Christmas, its Monday in lieu, the weekend between
        assert 9 <= moment.hour <= 17


def test_kilometres_between_two_hospitals():
    assert round(kilometres((51.5173, -0.1750), (51.5757, -0.3213)), 1) == 12.0


def test_evidence_does_not_say_by_which_route_somebody_came(made):
    said = {text for sent in Referral.unscoped.values_list("evidence", flat=True) for text in sent.values()}
    assert said == {"Did this every week for three months, and can say how."}


@pytest.mark.parametrize(
    ("ends", "over"),
    [
        (date(2026, 3, 31), False),
        (date(2026, 4, 1), True),
        (date(2026, 5, 24), True),
        (date(2026, 5, 25), False),  # 26 weeks later is the day itself: still in time
    ],
)
def test_the_shown_trust_hosts_cohorts_whose_conversion_the_year_shows(ends, over):
    assert over_this_year(ends, on=date(2026, 11, 23)) is over
