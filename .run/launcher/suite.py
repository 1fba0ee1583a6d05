"""./run test: the suite on SQLite, then on PostgreSQL, then a box that says what was not tested."""

import json
import os
import re
import shutil
import signal
import subprocess
import sys
from dataclasses import asdict, dataclass, field
from pathlib import Path

from launcher import postgres
from launcher.environment import DEVELOPMENT, ensure_assets, ensure_python
from launcher.processes import ROOT, dies_with_parent, end_on_terminate, environment, stop, sweep, var_dir
from launcher.say import aloud, box, step

CLOSING = re.compile(r"^=+ .*\b(?:in \d+(?:\.\d+)?s|no tests ran).*=+$")
COLOURS = re.compile(r"\x1b\[[0-9;]*m")
NOTHING_COLLECTED = 5
# The first is the same engine without windows, and faster; as in tests/browser.py.
CHROMIUM_NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
GET_CHROMIUM = "On Debian: apt install chromium-headless-shell; on Ubuntu: apt install chromium."


@dataclass
class Round:
    """One run of pytest: on which database, how it ended and what it skipped (reason -> number)."""

    name: str
    status: int = 0
    closing: str = ""
    passed: int = 0
    failed: int = 0
    browser_passed: int = 0
    skipped: dict[str, int] = field(default_factory=dict)

    @property
    def failed_to_pass(self) -> bool:
        """Whether the round counts as a failure; an empty second round does not."""
        return self.status not in {0, NOTHING_COLLECTED} or (self.status == NOTHING_COLLECTED and self.name == "SQLite")


def find_chromium() -> str | None:
    """The Chromium that the browser tests would drive."""
    return next((found for name in CHROMIUM_NAMES if (found := shutil.which(name))), None)


def closing_line(output: str) -> str:
    """pytest's last line of `output`, without colours; empty when it never came."""
    plain = (COLOURS.sub("", line).strip() for line in output.splitlines())
    return next((line for line in reversed(list(plain)) if CLOSING.match(line)), "")


def pytest_words(python: Path, extra: list[str], *, full: bool, browser: bool) -> list[str]:
    """The command line of one round; two processes that share out what is left, unless the person says otherwise."""
    chosen = any(re.match(r"-n\d*$|--numprocesses", word) for word in extra)
    words = [str(python), "-m", "pytest", *([] if chosen else ["-n", "2", "--dist", "worksteal"])]
    words += ["--color=yes"] if sys.stdout.isatty() else []
    words += ["--full"] if full else []
    words += [] if browser else ["--no-browser", "--only-database"]
    return [*words, *extra]


def pytest_round(name: str, words: list[str], *, database: str = "") -> Round:
    """Run pytest, show all that it says, and keep what it found."""
    folder = var_dir() / f"tests-{os.getpid()}"
    report = folder / f"{name}.json"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    env = environment(DJANGO_SETTINGS_MODULE="recruitment.settings.test", VAR_DIR=str(folder), TEST_REPORT=str(report))
    env.pop("DATABASE_URL", None)
    if database:
        env["DATABASE_URL"] = database
    try:
        status, output = show_and_keep(words, env=env)
        found = json.loads(report.read_text()) if report.exists() else {}
        return Round(name=name, status=status, closing=closing_line(output), **found)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def show_and_keep(words: list[str], *, env: dict[str, str]) -> tuple[int, str]:
    """The exit status of a program and what it said, passed on as it came."""
    said = bytearray()
    child = subprocess.Popen(
        words,
        cwd=ROOT,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        start_new_session=True,  # Ctrl-C reaches pytest once, through us, so that it can end its own helpers
        preexec_fn=dies_with_parent(),
    )
    assert child.stdout is not None  # noqa: S101 - for the type checker: PIPE was asked for
    try:
        while chunk := os.read(child.stdout.fileno(), 65536):
            said += chunk
            sys.stdout.buffer.write(chunk)
            sys.stdout.buffer.flush()
        return child.wait(), said.decode(errors="replace")
    finally:
        stop(child, first=signal.SIGINT, patience=5)
        sweep(child)
        child.stdout.close()


def not_tested(rounds: list[Round], *, chromium: str | None) -> list[str]:
    """Sentences on what this run did not try, each with the reason and how to get it."""
    lines = []
    sqlite = rounds[0]
    if not chromium:
        lines.append(f"NOT TESTED in a browser: no Chromium found. {GET_CHROMIUM}")
    if len(rounds) == 1:
        lines.append(f"NOT TESTED on PostgreSQL: no server and no binaries found. {postgres.HOW_TO_GET_IT}")
    covered_later = len(rounds) > 1
    for reason, number in sqlite.skipped.items():
        if not (covered_later and reason.startswith("needs PostgreSQL")):
            lines.append(f"Skipped on SQLite: {number} ({reason})")
    for later in rounds[1:]:
        lines += [f"Skipped on {later.name}: {number} ({reason})" for reason, number in later.skipped.items()]
    return lines


def is_everything(rounds: list[Round], *, chromium: str | None) -> bool:
    """Whether browser tests and PostgreSQL both really ran."""
    browser_skipped = any("browser" in reason.lower() or "chromium" in reason.lower() for reason in rounds[0].skipped)
    return bool(len(rounds) > 1 and chromium and rounds[0].browser_passed and not browser_skipped)


def summarise(rounds: list[Round], *, chromium: str | None) -> dict[str, object]:
    """What .var/test_summary.json holds, for machines."""
    return {
        "rounds": [asdict(each) for each in rounds],
        "not_tested": not_tested(rounds, chromium=chromium),
        "everything": is_everything(rounds, chromium=chromium),
        "passed": not any(each.failed_to_pass for each in rounds),
    }


def run_rounds(python: Path, extra: list[str], *, full: bool) -> list[Round]:
    """SQLite with everything; then PostgreSQL with what asks the database: browser and pure rules need no second look."""
    step("Testing on SQLite")
    rounds = [pytest_round("SQLite", pytest_words(python, extra, full=full, browser=True))]
    with postgres.postgres(python) as url:
        if url:
            step("Testing on PostgreSQL (what asks the database; the first round ran the browser tests and all else)")
            words = pytest_words(python, extra, full=full, browser=False)
            rounds.append(pytest_round("PostgreSQL", words, database=url))
    return rounds


def test(extra: list[str], *, full: bool) -> int:
    """Run the tests; 0 if all that ran passed (and, with REQUIRE_ALL=1, nothing was left out)."""
    end_on_terminate()
    python = ensure_python(DEVELOPMENT)
    if not ensure_assets(python, required=False):
        aloud("Without the design system's files the browser tests are skipped.")
    chromium = find_chromium()
    rounds = run_rounds(python, extra, full=full)
    summary = summarise(rounds, chromium=chromium)
    (var_dir() / "test_summary.json").write_text(json.dumps(summary, indent=1) + "\n")
    lines = [f"{each.name}: {each.closing.strip('= ') or 'pytest did not finish'}" for each in rounds]
    print(box("What was tested", [*lines, *not_tested(rounds, chromium=chromium)]), flush=True)
    for each in rounds:
        print(each.closing, flush=True)
    if os.environ.get("REQUIRE_ALL") == "1" and not summary["everything"]:
        aloud("REQUIRE_ALL=1: browser tests or PostgreSQL were left out, so this run fails.")
        return 1
    return 0 if summary["passed"] else 1
