"""Every working day: remind whoever was asked to countersign, and publish as unsigned what nobody answered in time."""

from typing import Any

from django.core.management.base import BaseCommand

from vacancies.countersigning import chase, publish_unsigned


class Command(BaseCommand):
    help = "Remind of countersignatures on the working day before the last one and on the last; publish the unsigned."

    def handle(self, *args: Any, **options: Any) -> None:
        self.stdout.write(f"reminders sent: {chase()}, published as unsigned: {publish_unsigned()}")
