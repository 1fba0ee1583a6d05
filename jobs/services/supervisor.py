"""The worker thread of a web process: started when there is work, one a process, looking again every few seconds."""

from __future__ import annotations

import logging
import os
import threading

from django.db import DatabaseError, close_old_connections, connection

from jobs.services import runner

logger = logging.getLogger("jobs")

LOOK_AGAIN = 5.0  # seconds: jobs that another process queued, attempts whose time has come, jobs of dead workers


class Worker:
    """Runs job after job until it is stopped."""

    def __init__(self) -> None:
        self.process = os.getpid()
        self.work = threading.Event()
        self.stopped = False
        self.thread = threading.Thread(target=self.loop, name="jobs-worker", daemon=True)

    def alive(self) -> bool:
        """Whether it works in this process: a fork leaves its thread behind."""
        return self.process == os.getpid() and self.thread.is_alive()

    def loop(self) -> None:
        while not self.stopped:
            self.work.clear()
            try:
                close_old_connections()
                while not self.stopped and runner.work_one():
                    pass
            except DatabaseError as fault:
                logger.warning("the worker waits for the database (%s)", type(fault).__name__)
                connection.close()
            self.work.wait(LOOK_AGAIN)
        connection.close()

    def stop(self, *, seconds: float) -> None:
        """Ask it to end after the job in hand, and wait so long for it."""
        self.stopped = True
        self.work.set()
        self.thread.join(seconds)


_lock = threading.Lock()
_worker: Worker | None = None


def ensure() -> Worker:
    """The worker of this process, started if there is none."""
    global _worker  # one thread a process is the point
    with _lock:
        if _worker is None or not _worker.alive():
            _worker = Worker()
            _worker.thread.start()
        return _worker


def wake(*, start: bool) -> None:
    """Tell the worker that there is work; with `start`, start one if there is none."""
    if start:
        ensure().work.set()
    elif _worker is not None:
        _worker.work.set()
