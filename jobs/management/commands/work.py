"""manage.py work: a worker of its own, beside or instead of the thread in the web process."""

from __future__ import annotations

import signal
import time
from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand
from django.db import close_old_connections

from jobs.services import runner
from jobs.services.supervisor import LOOK_AGAIN


class Command(BaseCommand):
    help = "Run queued jobs, one after another, until stopped (the job in hand is finished first)."

    stopping = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--drain", action="store_true", help="stop when nothing is left to do now")

    def handle(self, *args: Any, **options: Any) -> None:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self.stop)
        done = 0
        while not self.stopping:
            close_old_connections()
            if runner.work_one():
                done += 1
            elif options["drain"]:
                break
            else:
                time.sleep(LOOK_AGAIN)
        self.stdout.write(f"{done} jobs done.")

    def stop(self, *args: Any) -> None:
        self.stopping = True
