"""The README's table of settings is complete, and names nothing that is not read."""

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
READ = re.compile(r"(?:environ(?:\.get\(|\[)|secret\()\s*[\"']([A-Z_]+)[\"']")
ROW = re.compile(r"^\| (`.*?) \|", re.MULTILINE)
NOT_SETTINGS = {"DJANGO_SETTINGS_MODULE", "PGUSER"}  # explained in the text; PostgreSQL's own
OF_THE_TESTS = {"REQUIRE_ALL", "CI", "TEST_POSTGRES_URL"}


def read_by(folder):
    return {name for path in (ROOT / folder).rglob("*.py") for name in READ.findall(path.read_text())}


def in_the_table():
    return {name for row in ROW.findall((ROOT / "README.md").read_text()) for name in re.findall(r"`([A-Z_]+)`", row)}


def test_each_setting_has_its_row_and_each_row_its_setting():
    rooms = {path.parent.name for path in ROOT.glob("*/apps.py")}
    assert in_the_table() == set.union(*map(read_by, rooms)) - NOT_SETTINGS


def test_what_the_launcher_reads_is_explained():
    text = (ROOT / "README.md").read_text()
    wanted = (read_by(".run") | OF_THE_TESTS) - NOT_SETTINGS
    assert {name for name in wanted if f"`{name}" not in text} == set()


def test_what_runs_every_night_is_told():
    by_hand = re.compile(r"work|demo|load_\w+|import_\w+|statemachines")
    found = {path.stem for path in ROOT.glob("*/management/commands/*.py")} - {"__init__"}
    text = (ROOT / "README.md").read_text()
    assert {name for name in found if not by_hand.fullmatch(name)} == set(
        re.findall(r"^\| `manage\.py (\w+)` \|", text, re.MULTILINE)
    )
