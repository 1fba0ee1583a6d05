"""The product's own kinds of work: who may start which, who sees whose, and that every heading it promises is found."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from hypothesis import given
from hypothesis import strategies as st

from audit.acting import MEMBER_ROLES, Acting, Role
from audit.clock import now, today
from audit.mover import Refused
from jobs.kinds import UnknownKind, kind_named, label_of
from jobs.mapping import folded
from jobs.models import Job, JobState, RowResult, Upload
from jobs.services import receive
from jobs.services.uploads import check_role
from pipeline.imports import COLUMNS as TRAC
from programmes.imports.columns import COLUMNS as COHORT
from recruitment.settings.base import JOB_KINDS

HR, TRUST, PEOPLE = {Role.TRUST_HR}, {Role.RECRUITER, Role.TRUST_HR}, {Role.ACADEMY, Role.PROVIDER}
WHO = {
    "pipeline.trac": TRUST,
    "vacancies.feed": TRUST,
    "vacancies.fetch": TRUST,
    "vacancies.trac": TRUST,
    "vacancies.history": HR,
    "vacancies.reconcile": TRUST | {Role.ICB_ANALYST},
    "programmes.cohort": PEOPLE,
    "levy.transactions": HR,
    "levy.apprentices": HR,
    "levy.pledges": HR,
    "levy.roster": HR,
}


@pytest.fixture
def real(settings):
    settings.JOB_KINDS = JOB_KINDS


def acting(role, organisation=1):
    return Acting(role, organisation, 1, 1, today())


def refusal_of(kind, role):
    """The sentence, or nothing where the role may start it."""
    try:
        check_role(kind_named(kind), acting(role))
    except Refused as refused:
        return str(refused)
    return ""


class TestWhoStartsWhat:
    @pytest.mark.parametrize("kind", list(WHO))
    def test_each_kind_and_role(self, real, kind):
        no = f"Your role cannot use this: {label_of(kind).lower()}."
        allowed = {*WHO[kind], Role.SYSTEM}
        assert {role: refusal_of(kind, role) for role in Role} == {role: "" if role in allowed else no for role in Role}

    def test_no_kind_is_forgotten_here(self):
        assert set(WHO) == set(JOB_KINDS)

    def test_every_kind_has_a_label_that_people_read(self, real):
        labels = [label_of(kind) for kind in JOB_KINDS]
        assert [label for label in labels if "." in label or not label[0].isupper()] == []
        assert len(set(labels)) == len(labels)

    def test_a_kind_that_is_gone_is_still_called_something(self, real):
        assert label_of("levy.forgotten") == "levy.forgotten"
        with pytest.raises(UnknownKind):
            kind_named("levy.forgotten")

    @pytest.mark.parametrize("kind", ["programmes.cohort", "levy.roster", "vacancies.trac"])
    def test_whoever_may_not_leaves_no_file(self, real, world, settings, kind):
        by = world.acting("auditor")
        with pytest.raises(Refused):
            receive(SimpleUploadedFile("a.csv", b"a,b\n1,2\n"), kind=kind, by=by)
        assert (Upload.unscoped.count(), settings.UPLOAD_DIR.exists()) == (0, False)


class TestWhoSeesWhose:
    """A job, its file and its rows belong to one organisation and one role of it."""

    @pytest.fixture
    def done(self, world):
        """One finished job of the recruiter's of Trust A, with its file and a row."""
        facts = {"organisation": world.trust, "role": Role.RECRUITER, "membership_id": 1}
        upload = Upload.unscoped.create(kind="x", name="a.csv", sha256="0", size=1, stored_as="0", at=now(), **facts)
        job = Job.unscoped.create(
            kind="x", state=JobState.DONE, created_at=now(), finished_at=now(), upload=upload, **facts
        )
        RowResult.unscoped.create(job=job, row=2, outcome="made")
        return job

    @pytest.mark.parametrize("model", [Job, Upload, RowResult])
    def test_each_role_of_the_same_trust_and_of_another(self, world, done, model):
        here = {role for role in Role if model.objects.visible_to(acting(role, world.trust.pk)).exists()}
        there = {role for role in Role if model.objects.visible_to(acting(role, world.other_trust.pk)).exists()}
        assert (here, there) == ({Role.RECRUITER, Role.SYSTEM}, {Role.SYSTEM})

    def test_no_role_of_a_person_by_link_sees_any(self, done):
        outside = set(Role) - set(MEMBER_ROLES) - {Role.SYSTEM}
        assert {role: list(Job.objects.visible_to(acting(role))) for role in outside} == dict.fromkeys(outside, [])


@pytest.mark.parametrize("columns", [COHORT, TRAC], ids=["cohort", "TRAC"])
class TestHeadings:
    def test_each_label_and_synonym_alone_finds_its_field(self, columns):
        wrong = {
            word: dict(columns.guess([word]).chosen)
            for column in columns.columns
            for word in (column.label, *column.synonyms)
            if dict(columns.guess([word]).chosen) != {column.field: word}
        }
        assert wrong == {}

    def test_our_own_template_is_understood_whole(self, columns):
        matched = columns.guess([column.label for column in columns.columns])
        assert dict(matched.chosen) == {column.field: column.label for column in columns.columns}
        assert (matched.missing, matched.unused, matched.sentence) == ((), (), "")

    @given(data=st.data())
    def test_the_order_of_the_columns_does_not_matter(self, columns, data):
        labels = [column.label for column in columns.columns]
        shuffled = data.draw(st.permutations(labels))
        assert dict(columns.guess(shuffled).chosen) == dict(columns.guess(labels).chosen)

    @given(data=st.data())
    def test_capitals_spaces_and_punctuation_do_not_matter(self, columns, data):
        column = data.draw(st.sampled_from(columns.columns))
        between = data.draw(st.sampled_from([" ", "_", "-", "  ", ". ", "/"]))
        typed = between.join(column.label.split(" ")).upper()
        assert dict(columns.guess([typed]).chosen) == {column.field: typed}

    @given(data=st.data())
    def test_what_somebody_confirmed_goes_before_any_guess(self, columns, data):
        labels = [column.label for column in columns.columns]
        wanted = data.draw(st.sampled_from(columns.columns)).field
        heading = data.draw(st.sampled_from(labels))
        matched = columns.guess(labels, {wanted: heading})
        assert matched.chosen[wanted] == heading
        assert len(set(matched.chosen.values())) == len(matched.chosen)

    @given(headings=st.lists(st.text(max_size=20), max_size=12, unique_by=folded))
    def test_any_headings_give_a_match_or_a_sentence(self, columns, headings):
        matched = columns.guess(headings)
        assert set(matched.chosen.values()) <= set(headings)
        assert set(matched.unused) | set(matched.chosen.values()) == set(headings)
        assert bool(matched.sentence) is bool(matched.missing)
