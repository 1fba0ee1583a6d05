"""Every night: vacancies that closed with nobody decided lapse, or count as a supply shortfall."""

from typing import Any

from django.core.management.base import BaseCommand

from pipeline.closing import settle_closed_vacancies


class Command(BaseCommand):
    help = "Lapse reservations whose answers never came, and note where nobody was sent."

    def handle(self, *args: Any, **options: Any) -> None:
        for outcome, vacancies in settle_closed_vacancies().items():
            references = ", ".join(vacancy.reference for vacancy in vacancies)
            self.stdout.write(f"{outcome}: {len(vacancies)}{' (' + references + ')' if references else ''}")
