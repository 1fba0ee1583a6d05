"""Files as they come: checked, private, read again, deleted in time; and requests that come twice."""

import hashlib
import os
import stat
from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.core.management import call_command
from django.db import IntegrityError, transaction

from audit.clock import now
from audit.models import Event
from audit.mover import Refused
from jobs.columns import parse_date
from jobs.hostile import MB, Refusal
from jobs.mapping import Column, ColumnMap
from jobs.models import IdempotencyKey, Job, MappingProfile, RowResult, Upload
from jobs.services import (
    bytes_of,
    discard,
    match,
    once,
    receive,
    remember,
    same_file_before,
    start,
    table_and_columns,
    table_of,
    tidy,
)
from organisations.models import Department
from organisations.services import system
from tests.jobs import files

pytestmark = pytest.mark.django_db
KIND = "tests.departments"


def test_a_file_is_kept_under_a_name_that_says_nothing(by, csv_file, settings):
    upload = receive(csv_file(name="../../Ama Mensah\u202e.csv"), kind=KIND, by=by)
    content = b"Name\nWard A\nWard B\n"
    assert (upload.name, upload.size) == ("Ama Mensah.csv", len(content))
    assert upload.sha256 == hashlib.sha256(content).hexdigest()
    assert upload.path.parent == settings.UPLOAD_DIR
    assert (len(upload.stored_as), upload.stored_as.isalnum()) == (48, True)
    assert stat.S_IMODE(upload.path.stat().st_mode) == 0o600
    assert stat.S_IMODE(upload.path.parent.stat().st_mode) == 0o700
    assert bytes_of(upload) == content
    assert table_of(upload).headings == ("Name",)


def test_receiving_is_on_record_without_the_files_name(by, csv_file):
    upload = receive(csv_file(), kind=KIND, by=by)
    event = Event.objects.get(kind="jobs.Upload", subject_id=upload.pk)
    assert (event.verb, event.facts) == ("upload", {"kind": KIND, "sha256": upload.sha256, "size": upload.size})


@pytest.mark.parametrize(
    ("data", "name", "sentence"),
    [
        (b"%PDF-1.7", "a.csv", '"a.csv" is a PDF document'),
        (files.zip_bomb(30), "a.xlsx", '"a.xlsx" unpacks to 30 MB'),
        (b"", "a.csv", '"a.csv" is empty'),
        (b"x" * (20 * MB + 1), "a.csv", '"a.csv" is 20.0 MB'),
    ],
)
def test_a_hostile_file_is_refused_and_nothing_is_kept(by, settings, data, name, sentence):
    with pytest.raises(Refusal) as caught:
        receive(SimpleUploadedFile(name, data), kind=KIND, by=by)
    assert caught.value.sentence.startswith(sentence)
    assert Upload.unscoped.count() == 0
    assert not settings.UPLOAD_DIR.exists() or list(settings.UPLOAD_DIR.iterdir()) == []


def test_a_file_whose_record_fails_is_not_left_behind(by, csv_file, settings, monkeypatch):
    monkeypatch.setattr("jobs.services.uploads.record", lambda **_: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        receive(csv_file(), kind=KIND, by=by)
    assert list(settings.UPLOAD_DIR.iterdir()) == []
    assert Upload.unscoped.count() == 0


def test_the_same_file_before_is_found_in_the_same_organisation_only(world, by, csv_file):
    first = receive(csv_file(), kind=KIND, by=by)
    receive(csv_file(), kind=KIND, by=world.acting("other_recruiter"))
    receive(csv_file("Name\nOther\n"), kind=KIND, by=by)
    again = receive(csv_file(name="renamed.csv"), kind=KIND, by=by)
    assert list(same_file_before(again)) == [first]
    assert list(same_file_before(first)) == []


def test_a_discarded_file_is_gone_and_its_record_stays(by, csv_file, django_capture_on_commit_callbacks):
    upload = receive(csv_file(), kind=KIND, by=by)
    with django_capture_on_commit_callbacks(execute=True):
        discard(upload, by=by)
        discard(upload, by=by)
    upload.refresh_from_db()
    assert not upload.path.exists()
    assert upload.deleted_at is not None
    with pytest.raises(Refusal, match='"departments.csv" has been deleted. Upload it again.'):
        table_of(upload)
    with pytest.raises(Refused, match='"departments.csv" has been deleted. Upload it again.'):
        start(KIND, by=by, upload=upload)
    assert Event.objects.filter(kind="jobs.Upload", verb="delete_file").count() == 1


def test_what_has_been_kept_long_enough_is_deleted(by, csv_file, settings, django_capture_on_commit_callbacks, capsys):
    old, young, waiting = (receive(csv_file(f"Name\nWard {n}\n,\n"), kind=KIND, by=by) for n in range(3))
    job = start(KIND, by=by, upload=old)
    settings.JOBS_INLINE = False
    start(KIND, by=by, upload=waiting)
    long_ago = now() - timedelta(days=31)
    Upload.unscoped.filter(pk__in=[old.pk, waiting.pk]).update(at=long_ago)
    Job.unscoped.filter(pk=job.pk).update(finished_at=long_ago)
    IdempotencyKey.objects.create(membership_id=1, key="old", digest="x", at=long_ago)
    IdempotencyKey.objects.create(membership_id=1, key="young", digest="x", at=now())
    orphan, fresh = settings.UPLOAD_DIR / "orphan", settings.UPLOAD_DIR / "fresh"
    for path in (orphan, fresh):
        path.write_bytes(b"x")
    os.utime(orphan, (long_ago.timestamp(),) * 2)
    with django_capture_on_commit_callbacks(execute=True):
        gone = tidy(by=system())
    assert gone == {"files": 1, "row results": 1, "keys": 1, "orphans": 1}
    assert [old.path.exists(), young.path.exists(), waiting.path.exists(), orphan.exists(), fresh.exists()] == [
        *[False, True, True, False, True]
    ]
    job.refresh_from_db()
    assert job.counts["made"] == 1
    call_command("tidy_uploads")
    assert capsys.readouterr().out == "0 files, 0 row results, 0 keys, 0 orphans deleted.\n"


def test_row_results_say_each_row_and_column_once(by):
    job = start("tests.nothing", by=by)
    with pytest.raises(IntegrityError), transaction.atomic():
        RowResult.unscoped.create(job=job, row=3, column="Name", outcome="refused")


@pytest.mark.parametrize(
    "wrong",
    [
        {"done": 3, "total": 2},
        {"state": "done", "finished_at": None},
        {"state": "queued", "finished_at": now},
        {"state": "running"},
        {"state": "queued", "lease": "x"},
    ],
)
def test_the_database_holds_the_rules_of_a_job(by, settings, wrong):
    settings.JOBS_INLINE = False
    job = start("tests.plain", by=by)
    facts = {name: value() if callable(value) else value for name, value in wrong.items()}
    with pytest.raises(IntegrityError), transaction.atomic():
        Job.unscoped.filter(pk=job.pk).update(**facts)


COLUMNS = ColumnMap((Column("name", "Full name", required=True), Column("born", "Date of birth", parse_date)))


def table(csv_file, by, headings):
    return table_of(receive(csv_file(f"{headings}\n1,2\n"), kind=KIND, by=by))


def test_a_confirmed_match_is_remembered_for_the_organisation(world, by, csv_file):
    own = table(csv_file, by, "Who,DoB")
    assert match(own, COLUMNS, kind=KIND, by=by).missing == ("Full name",)
    remember(COLUMNS.chosen_by_person(own.headings, {"name": "Who", "born": "DoB"}), kind=KIND, by=by)
    assert dict(match(own, COLUMNS, kind=KIND, by=by).chosen) == {"name": "Who", "born": "DoB"}
    assert dict(match(own, COLUMNS, kind=KIND, by=world.acting("colleague")).chosen) == {"name": "Who", "born": "DoB"}
    assert match(own, COLUMNS, kind=KIND, by=world.acting("other_recruiter")).missing == ("Full name",)
    assert match(own, COLUMNS, kind="tests.feed", by=by).missing == ("Full name",)


def test_work_reads_the_columns_that_were_chosen_for_it_else_those_remembered(by, csv_file):
    upload = receive(csv_file("Who,DoB\n1,2\n"), kind=KIND, by=by)
    chosen = Job(kind=KIND, upload=upload, input={"headings": {"name": "DoB"}})
    assert dict(table_and_columns(chosen, COLUMNS, by=by)[1].chosen) == {"name": "DoB"}
    guessed = Job(kind=KIND, upload=upload)
    with pytest.raises(Refusal, match='The file has no column "Full name". It has "Who", "DoB".'):
        table_and_columns(guessed, COLUMNS, by=by)
    table, matched = table_and_columns(chosen, COLUMNS, by=by)
    remember(matched, kind=KIND, by=by)
    assert table_and_columns(guessed, COLUMNS, by=by) == (table, matched)
    with pytest.raises(Refusal, match="There is no file. Upload it again."):
        table_and_columns(Job(kind=KIND), COLUMNS, by=by)


def test_a_match_is_written_once_and_changed_when_it_changes(by, csv_file):
    own = table(csv_file, by, "Who,DoB")
    chosen = COLUMNS.chosen_by_person(own.headings, {"name": "Who"})
    first, second = (remember(chosen, kind=KIND, by=by) for _ in range(2))
    third = remember(COLUMNS.chosen_by_person(own.headings, {"name": "DoB"}), kind=KIND, by=by)
    assert first == second == third == MappingProfile.objects.get()
    assert third.headings == {"name": "DoB"}
    assert Event.objects.filter(kind="jobs.MappingProfile").count() == 2
    with pytest.raises(Refused, match="Only an organisation keeps how its files are laid out."):
        remember(chosen, kind=KIND, by=system())


def add(by):
    def do():
        department = Department.objects.create(organisation_id=by.organisation_id, name="Ward A")
        return {"id": department.pk}

    return do


def test_the_same_key_does_it_once_and_answers_the_same(by):
    first = once(key="k1", by=by, asked={"name": "Ward A"}, do=add(by))
    second = once(key="k1", by=by, asked={"name": "Ward A"}, do=add(by))
    assert first == second == {"id": Department.objects.get().pk}


def test_a_key_belongs_to_one_membership_and_one_request(world, by):
    once(key="k1", by=by, asked={"name": "Ward A"}, do=add(by))
    with pytest.raises(Refused, match="This idempotency key was used for another request. Send a new key."):
        once(key="k1", by=by, asked={"name": "Ward B"}, do=add(by))
    other = world.acting("other_recruiter")
    once(key="k1", by=other, asked={"name": "Ward A"}, do=add(other))
    assert Department.objects.count() == 2


def test_a_key_is_free_again_when_the_work_failed(by):
    with pytest.raises(ZeroDivisionError):
        once(key="k1", by=by, asked={}, do=lambda: 1 / 0)
    once(key="taken", by=by, asked={}, do=add(by))
    with pytest.raises(IntegrityError):
        once(key="k1", by=by, asked={}, do=add(by))  # the department is there: not the key's fault
    assert sorted(IdempotencyKey.objects.values_list("key", flat=True)) == ["taken"]


@pytest.mark.parametrize("key", ["", "x" * 101])
def test_a_key_has_a_sensible_length(by, key):
    with pytest.raises(Refused, match="An idempotency key has between 1 and 100 characters."):
        once(key=key, by=by, asked={}, do=dict)


def test_the_system_has_no_keys(db):
    with pytest.raises(Refused, match="Only a membership sends idempotency keys."):
        once(key="k", by=system(), asked={}, do=dict)
