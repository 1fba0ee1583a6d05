"""Count the vacancies that nobody decided in time; run every night."""

from typing import Any

from django.core.management.base import BaseCommand

from vacancies.ring_fencing import count_the_undecided


class Command(BaseCommand):
    help = (
        "Count each vacancy whose last day to decide has passed, with nothing reserved. Run again, it changes nothing."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        for vacancy in (late := count_the_undecided()):
            self.stdout.write(f"{vacancy.reference} counted with nothing reserved")
        self.stdout.write(f"{len(late)} counted.")
