"""Every working day: remind hiring managers who have not answered."""

from typing import Any

from django.core.management.base import BaseCommand

from pipeline.replies import chase


class Command(BaseCommand):
    help = "Remind hiring managers who owe an answer for three working days: at most one e-mail a day to each."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"reminders sent: {chase()}")
