"""While a job runs, a second thread keeps its lease, writes its progress and hears whether to stop."""

from __future__ import annotations

import logging
import threading
from datetime import timedelta
from types import TracebackType
from typing import Self

from django.db import DatabaseError, connection
from django.db.models.functions import Now

from jobs.models import Job
from jobs.services.report import Report

logger = logging.getLogger("jobs")

LEASE = timedelta(seconds=60)
EVERY = 2.0  # seconds


class Heartbeat:
    """`with Heartbeat(job) as heartbeat: run(job, heartbeat.report)`."""

    def __init__(self, job: Job) -> None:
        self.job = job
        self.report = Report(job.pk)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._beat_until_stopped, name=f"{job.reference}-heartbeat", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stop.set()
        self._thread.join()

    def _beat_until_stopped(self) -> None:
        while not self._stop.wait(EVERY):
            try:
                self.beat()
            except DatabaseError:
                # SQLite has one write lock, and the job's own transaction may hold it: its commit decides, not the lease
                logger.debug("%s: heartbeat missed", self.job.reference)
        connection.close()

    def beat(self) -> None:
        """Lengthen the lease, write the progress, read whether somebody asked to stop."""
        progress = self.report.progress
        ours = Job.unscoped.filter(pk=self.job.pk, lease=self.job.lease)
        ours.update(leased_until=Now() + LEASE, done=progress.done, total=progress.total, message=progress.message)
        asked = ours.values_list("cancel_asked", flat=True).first()
        self.report.cancelled = bool(asked)
