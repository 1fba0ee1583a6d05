"""Load the bundled postcodes, small areas and boroughs; quick, and nothing the second time."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand

from places.loading import load_all, load_subset


class Command(BaseCommand):
    help = __doc__

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--subset", action="store_true", help="a few hundred postcodes only, for trying things")

    def handle(self, *args: Any, **options: Any) -> None:
        if options["subset"]:
            self.stdout.write(f"Loaded {len(load_subset()):,} postcodes.")
        elif rows := load_all():
            self.stdout.write(f"Loaded {rows:,} rows of places.")
        else:
            self.stdout.write("Places are up to date.")
