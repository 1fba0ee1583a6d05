"""The reckoning needs no Django: it can be read, tested and trusted apart from pages and databases."""

import subprocess
import sys
from pathlib import Path

PURE = [
    *(
        "allocation",
        "allowance",
        "apart",
        "flows",
        "following",
        "forecast",
        "income",
        "ledger",
        "money",
        "months",
        "opening",
        "terms",
    ),
    *("training", "ulns", "sources.apprenticeships", "sources.pledges", "sources.roster", "sources.transactions"),
]
ROOT = Path(__file__).parents[2]


def test_no_pure_module_imports_django_or_another_room():
    code = f"import sys, {', '.join(f'levy.{name}' for name in PURE)}; print(*sorted({{name.partition('.')[0] for name in sys.modules}}))"
    loaded = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout.split()
    rooms = {"django", "audit", "organisations", "jobs", "places", "candidates", "outbox", "pipeline", "vacancies"}
    assert "levy" in loaded
    assert rooms & set(loaded) == set()
