"""Count the ready people for each open vacancy: run it each night, and after a large import."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand

from matching.services import refresh_recommendations
from organisations.services import system


class Command(BaseCommand):
    help = "Count the ready people who fit each open vacancy and asked for its work."

    def handle(self, *args: Any, **options: Any) -> None:
        counts = refresh_recommendations(by=system())
        self.stdout.write(
            f"{len(counts)} vacancies counted; {sum(people == 0 for people in counts.values())} have nobody ready."
        )
