"""Overwrite the bundled postcodes with an official ONSPD, NSPL or Code-Point Open file (CSV, or its zip)."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from places.imports import NotRecognised, import_onspd, opened


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, help="the CSV, or the zip as it was downloaded")
        parser.add_argument("--all-england", action="store_true", help="every English postcode, not only London's")

    def handle(self, *args: Any, path: Path, all_england: bool, **options: Any) -> None:
        try:
            with opened(path) as text:
                done = import_onspd(text, all_england=all_england)
        except (NotRecognised, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"{done.layout}: {done.written:,} postcodes written, {done.elsewhere:,} elsewhere left out.")
        if done.unreadable:
            lines = ", ".join(str(line) for line in done.unreadable[:10])
            self.stdout.write(f"{len(done.unreadable):,} lines could not be read, the first: {lines}.")
