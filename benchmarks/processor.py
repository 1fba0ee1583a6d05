"""Time by the clock beside time of the processor, here and in the database: on a machine that does other work too, only
the latter says what the work costs."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

from django.db import connection


def database_seconds() -> float:
    """Processor time of the database's process for this connection; 0 where it is in this process, or is elsewhere."""
    if connection.vendor != "postgresql" or connection.connection is None:
        return 0.0
    schedule = Path(f"/proc/{connection.connection.info.backend_pid}/schedstat")
    return int(schedule.read_text().split()[0]) / 1e9 if schedule.exists() else 0.0


@dataclass
class Spent:
    """Seconds by the clock, and of the processor in this process and in the database."""

    clock: float = 0.0
    here: float = 0.0
    there: float = 0.0

    def __str__(self) -> str:
        return f"{self.clock:.2f} s by the clock, {self.here:.2f} s here, {self.there:.2f} s in the database"


def spent(work: Callable[[], Any], into: Spent | None = None) -> tuple[Spent, Any]:
    """What `work` took, added to `into` if that is given, and what came of it."""
    total = into or Spent()
    began = perf_counter(), process_time(), database_seconds()
    found = work()
    total.clock += perf_counter() - began[0]
    total.here += process_time() - began[1]
    total.there += database_seconds() - began[2]
    return total, found
