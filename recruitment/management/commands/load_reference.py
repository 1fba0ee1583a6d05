"""manage.py load_reference: postcodes and deprivation, organisations, and the first value of each policy."""

from typing import Any

from django.core.management.base import BaseCommand

from organisations.loading import load_organisations
from organisations.policies import load_initial
from places.loading import load_all


class Command(BaseCommand):
    help = (
        "Load postcodes and deprivation, organisations, and the first value of each policy. Run again, it does nothing."
    )

    def handle(self, *args: Any, **options: Any) -> None:
        places = load_all()
        organisations = load_organisations()
        policies = load_initial()
        self.stdout.write(f"Places: {places:,} rows; organisations: {organisations}; policies: {policies}.")
