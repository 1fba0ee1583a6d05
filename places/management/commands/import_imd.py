"""Overwrite the bundled ranks and deciles with the official Index of Multiple Deprivation, File 7 (CSV)."""

from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from places.imd_imports import import_imd
from places.imports import NotRecognised, opened


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("path", type=Path, help="the CSV as it was downloaded")

    def handle(self, *args: Any, path: Path, **options: Any) -> None:
        try:
            with opened(path) as text:
                edition, rows = import_imd(text)
        except (NotRecognised, OSError) as error:
            raise CommandError(str(error)) from error
        self.stdout.write(f"IMD {edition}: {rows:,} small areas written.")
