"""manage.py demo: invented people and history, dated against today; --sign-ins prints whom to sign in as."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from recruitment.demo.building import build, is_there
from recruitment.demo.cast import PASSWORD, sign_ins


class Command(BaseCommand):
    help = "Invent people, vacancies and two years of history. Does nothing where the demo is there already."

    def add_arguments(self, parser: Any) -> None:
        parser.add_argument("--sign-ins", action="store_true", help="print whom to sign in as")

    def handle(self, *args: Any, **options: Any) -> None:
        if not settings.DEMO:
            raise CommandError("The demo is made in the demo profile only: its passwords are known to everybody.")
        if not is_there():
            made = build()
            self.stdout.write(
                f"Invented {made.people} people in {made.cohorts} cohorts and {made.vacancies} vacancies."
            )
        elif not options["sign_ins"]:
            self.stdout.write("The demo is there already; ./run demo --reset starts again.")
        if options["sign_ins"]:
            self._print_sign_ins()

    def _print_sign_ins(self) -> None:
        lines = sign_ins()
        wide = max(len(line.email) for line in lines)
        self.stdout.write(f"\nSign in with the password {PASSWORD} as:")
        for line in lines:
            self.stdout.write(f"  {line.email:<{wide}}  {line.who} ({line.organisation})")
