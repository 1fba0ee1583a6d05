"""Files as they come: checked, kept under a random name, read again by the job, deleted when their time is over."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections.abc import Iterable
from datetime import timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet

from audit.acting import Acting
from audit.clock import now
from audit.events import record
from audit.mover import Refused
from jobs.hostile import Refusal, check_size, check_workbook, display_name, kind_of
from jobs.kinds import Kind, kind_named
from jobs.models import FINISHED, IdempotencyKey, Job, RowResult, Upload
from jobs.reading import Table, read_table, read_xml

ORPHAN_AGE = timedelta(days=1)


def receive(file: Any, *, kind: str, by: Acting) -> Upload:
    """Keep an uploaded file (`name`, `size`, `chunks()`) for a kind of work.

    Raises Refusal with a sentence if the file is too large, is not what the kind reads or is dangerous; Refused if the
    role may not do this work. Cells are read later, by the job.
    """
    about = kind_named(kind)
    check_role(about, by)
    check_file(file, about)
    stored_as = secrets.token_hex(24)
    path = _folder() / stored_as
    try:
        digest = _keep(file.chunks(), path)
        return _written(file, kind=kind, by=by, stored_as=stored_as, digest=digest)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def check_role(about: Kind, by: Acting) -> None:
    """Refused unless the acting role may start this kind of work."""
    if by.role not in about.roles:
        raise Refused(f"Your role cannot use this: {about.label.lower()}.")


def check_file(file: Any, about: Kind) -> None:
    """Raise Refusal unless the file looks like what the kind reads and is safe to open."""
    name = file.name or ""
    check_size(file.size, name, limits=about.limits)
    file.seek(0)
    data = file.read()
    file.seek(0)
    if about.reads == "xml":
        read_xml(data, name, limits=about.limits)
    elif about.reads == "table" and kind_of(data, name) == "workbook":
        check_workbook(data, name, limits=about.limits)
    elif not data:
        raise Refusal(f'"{display_name(name)}" is empty. Check that the export finished, and upload it again.')


def _folder() -> Path:
    folder = Path(settings.UPLOAD_DIR)
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def _keep(chunks: Iterable[bytes], path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("xb") as out:
        path.chmod(0o600)
        for chunk in chunks:
            digest.update(chunk)
            out.write(chunk)
    return digest.hexdigest()


@transaction.atomic
def _written(file: Any, *, kind: str, by: Acting, stored_as: str, digest: str) -> Upload:
    upload = Upload.unscoped.create(
        kind=kind,
        organisation_id=by.organisation_id,
        membership_id=by.membership_id,
        role=by.role.value,
        name=display_name(file.name or ""),
        sha256=digest,
        size=file.size,
        stored_as=stored_as,
        at=now(),
    )
    record(by=by, verb="upload", on=upload, kind=kind, sha256=digest, size=file.size)
    return upload


def same_file_before(upload: Upload) -> QuerySet[Upload]:
    """Earlier uploads of the very same file for the same kind of work by the same organisation, latest first."""
    return Upload.unscoped.filter(
        organisation=upload.organisation, kind=upload.kind, sha256=upload.sha256, pk__lt=upload.pk
    ).order_by("-pk")


def bytes_of(upload: Upload) -> bytes:
    """The file itself; Refusal if it has been deleted."""
    if upload.deleted_at is not None or not upload.path.exists():
        raise Refusal(f'"{upload.name}" has been deleted. Upload it again.')
    return upload.path.read_bytes()


def table_of(upload: Upload, *, sheet: str | None = None) -> Table:
    """The table in an upload; Refusal with a sentence if it cannot be read."""
    return read_table(bytes_of(upload), upload.name, limits=kind_named(upload.kind).limits, sheet=sheet)


def xml_of(upload: Upload) -> Any:
    """The root element of an uploaded feed; Refusal with a sentence if it cannot be read."""
    return read_xml(bytes_of(upload), upload.name, limits=kind_named(upload.kind).limits)


@transaction.atomic
def discard(upload: Upload, *, by: Acting) -> Upload:
    """Delete the file; that it was there, its hash and what was done with it stay on record."""
    upload = Upload.unscoped.select_for_update(of=("self",)).get(pk=upload.pk)
    if upload.deleted_at is None:
        upload.deleted_at = now()
        upload.save(update_fields=["deleted_at"])
        record(by=by, verb="delete_file", on=upload)
        path = upload.path
        transaction.on_commit(lambda: path.unlink(missing_ok=True))
    return upload


def tidy(*, by: Acting) -> dict[str, int]:
    """Delete what has been kept long enough: files, sentences about rows, used keys, files that no upload owns.

    Returns how many of each. The sentences can quote what was in a cell; the counts of a job stay.
    """
    before = now() - timedelta(days=Upload.KEEP_DAYS)
    waiting = Job.unscoped.exclude(state__in=FINISHED).filter(upload__isnull=False).values("upload")
    old = Upload.unscoped.filter(at__lt=before, deleted_at__isnull=True).exclude(pk__in=waiting)
    files = [discard(upload, by=by) for upload in old]
    rows, _ = RowResult.unscoped.filter(
        job__finished_at__lt=now() - timedelta(days=RowResult.KEEP_DAYS), job__state__in=FINISHED
    ).delete()
    keys, _ = IdempotencyKey.objects.filter(at__lt=now() - timedelta(days=IdempotencyKey.KEEP_DAYS)).delete()
    return {"files": len(files), "row results": rows, "keys": keys, "orphans": _remove_orphans()}


def _remove_orphans() -> int:
    """Files whose upload was rolled back, once nobody can still be writing them."""
    newest = time.time() - ORPHAN_AGE.total_seconds()  # the file system's clock, not the product's
    known = set(Upload.unscoped.filter(deleted_at__isnull=True).values_list("stored_as", flat=True))
    gone = [path for path in _folder().iterdir() if path.name not in known and path.stat().st_mtime < newest]
    for path in gone:
        path.unlink(missing_ok=True)
    return len(gone)
