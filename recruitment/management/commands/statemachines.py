"""Write docs/states.md from the transition tables."""

from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand

from recruitment.state_diagrams import page


class Command(BaseCommand):
    help = "Write docs/states.md from the transition tables."

    def handle(self, *args: Any, **options: Any) -> None:
        path = settings.BASE_DIR / "docs" / "states.md"
        path.write_text(page())
        self.stdout.write(f"Wrote {path.relative_to(settings.BASE_DIR)}")
