"""Every morning: queue the feed of NHS Jobs for every trust that takes part."""

from typing import Any

from django.core.management.base import BaseCommand

from jobs.services import start
from organisations.models import Organisation, Standing
from organisations.services import system
from vacancies.fetching import KIND


class Command(BaseCommand):
    help = "Fetch the adverts of each signatory trust from NHS Jobs, as watched work."

    def handle(self, *args: Any, **options: Any) -> None:
        trusts = Organisation.objects.filter(kind="trust", standing=Standing.SIGNATORY, closed__isnull=True)
        for trust in trusts.order_by("code"):
            job = start(KIND, by=system(), trust=trust.pk)
            self.stdout.write(f"{trust.code}: {job.reference}")
