"""manage.py tidy_uploads: delete files and sentences about rows whose time is over; run it daily."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from jobs.services import tidy
from organisations.services import system


class Command(BaseCommand):
    help = "Delete uploaded files, row results and idempotency keys that have been kept long enough."

    def handle(self, *args: Any, **options: Any) -> None:
        gone = tidy(by=system())
        self.stdout.write(", ".join(f"{number} {what}" for what, number in gone.items()) + " deleted.")
