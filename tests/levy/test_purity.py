"""The reckoning needs no Django: it can be read, tested and trusted apart from pages and databases."""

import subprocess
import sys

PURE = [
    "levy.allocation",
    "levy.allowance",
    "levy.flows",
    "levy.forecast",
    "levy.income",
    "levy.ledger",
    "levy.money",
    "levy.months",
    "levy.opening",
    "levy.terms",
    "levy.training",
    "levy.ulns",
    "levy.sources.apprenticeships",
    "levy.sources.pledges",
    "levy.sources.roster",
    "levy.sources.transactions",
]


def test_no_pure_module_imports_django_or_another_room():
    code = f"import sys, {', '.join(PURE)}; print(*sorted({{name.partition('.')[0] for name in sys.modules}}))"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    rooms = {"django", "audit", "organisations", "jobs", "places", "candidates", "outbox", "pipeline", "vacancies"}
    assert "levy" in loaded
    assert rooms & set(loaded) == set()
