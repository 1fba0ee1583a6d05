"""manage.py verify: the chains of events and of the ledger, and what each room's rows imply in the rooms below."""

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from itertools import islice
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError

from audit.events import broken_chains
from vacancies.ledger import broken_entries

MOST = 50  # sentences printed


class Command(BaseCommand):
    help = "Check that no event and no ledger entry was altered, and that the rooms agree. Fails if something is wrong."

    def handle(self, *args: Any, **options: Any) -> None:
        found = list(islice(self._problems(), MOST + 1))
        for sentence in found[:MOST]:
            self.stderr.write(sentence)
        if found:
            more = " (and more)" if len(found) > MOST else ""
            number = min(len(found), MOST)
            raise CommandError(f"{number} problem{'' if number == 1 else 's'}{more}.")
        self.stdout.write("Events, ledger and rooms agree.")

    def _problems(self) -> Iterator[str]:
        yield from broken_chains()
        yield from broken_entries()
        for room in settings.ROOMS:
            for name in (f"{room}.expected", f"{room}.services"):
                if find_spec(name) and hasattr(module := import_module(name), "expected"):
                    yield from module.expected()
                    break
