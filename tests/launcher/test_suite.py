"""./run test: the rounds, the box at the end, and what counts as a failure."""

import contextlib
import json
import os
import sys
from pathlib import Path

import pytest
from launcher import suite
from launcher.say import CannotRunError

PASSED = "===== 900 passed in 301.20s (0:05:01) ====="
NO_POSTGRES = (
    "NOT TESTED on PostgreSQL: no server and no binaries found. On Debian or Ubuntu: apt install postgresql; "
    "or set TEST_POSTGRES_URL to a server where databases may be created."
)
NO_BROWSER = "NOT TESTED in a browser: no Chromium found. On Debian: apt install chromium-headless-shell; on Ubuntu: apt install chromium."


def round_of(name, **facts):
    return suite.Round(name, closing=PASSED, **facts)


class TestClosingLine:
    @pytest.mark.parametrize(
        "line",
        [
            "= 1 passed in 0.01s =",
            "===== 1 failed, 2 passed, 3 skipped in 61.20s (0:01:01) =====",
            "======= no tests ran in 0.12s =======",
            "===== 3 errors in 2s =====",
        ],
    )
    def test_found(self, line):
        assert suite.closing_line(f"...\n{line}\n") == line

    @pytest.mark.parametrize("line", ["=== FAILURES ===", "3 passed in 1.2s", "=== short test summary info ===", ""])
    def test_other_lines_are_not_it(self, line):
        assert suite.closing_line(f"{line}\n") == ""

    def test_the_last_one_counts(self):
        assert suite.closing_line("== 1 passed in 1s ==\n== 2 passed in 2s ==\n") == "== 2 passed in 2s =="


class TestWordsForPytest:
    @pytest.mark.parametrize("own", [["-n", "4"], ["-n4"], ["-n0"], ["--numprocesses=1"], ["--numprocesses", "3"]])
    def test_a_persons_own_number_of_processes_stands(self, own):
        assert suite.pytest_words(Path("p"), own, full=False, browser=True) == ["p", "-m", "pytest", *own]

    @pytest.mark.parametrize("other", ["-no", "--no-header", "-nope", "tests/n4"])
    def test_other_words_are_not_taken_for_it(self, other):
        words = suite.pytest_words(Path("p"), [other], full=False, browser=True)
        assert words[3:7] == ["-n", "2", "--dist", "worksteal"]

    @pytest.mark.parametrize(("terminal", "words"), [(True, ["--color=yes"]), (False, [])])
    def test_colours_on_a_terminal_only(self, monkeypatch, terminal, words):
        monkeypatch.setattr(suite.sys.stdout, "isatty", lambda: terminal, raising=False)
        assert suite.pytest_words(Path("p"), ["-n0"], full=False, browser=True)[3:] == [*words, "-n0"]


class TestChromium:
    @pytest.mark.parametrize(
        ("there", "found"),
        [
            ({"chromium", "chromium-headless-shell"}, "/usr/bin/chromium-headless-shell"),
            ({"chromium", "google-chrome"}, "/usr/bin/chromium"),
            ({"chromium-browser"}, "/usr/bin/chromium-browser"),
            ({"google-chrome-stable"}, "/usr/bin/google-chrome-stable"),
            ({"firefox"}, None),
        ],
    )
    def test_by_its_usual_names(self, monkeypatch, there, found):
        monkeypatch.setattr(suite.shutil, "which", lambda name: f"/usr/bin/{name}" if name in there else None)
        assert suite.find_chromium() == found


class TestNotTested:
    def test_nothing_to_say_when_everything_ran(self):
        assert suite.not_tested([round_of("SQLite"), round_of("PostgreSQL")], chromium="/c") == []

    def test_each_sentence(self):
        assert suite.not_tested([round_of("SQLite")], chromium=None) == [NO_BROWSER, NO_POSTGRES]

    def test_a_skip_of_the_second_round_is_that_rounds(self):
        rounds = [
            round_of("SQLite", skipped={"needs PostgreSQL: set DATABASE_URL": 14, "no npm here": 2}),
            round_of("PostgreSQL", skipped={"no npm here": 1}),
        ]
        assert suite.not_tested(rounds, chromium="/c") == [
            "Skipped on SQLite: 2 (no npm here)",
            "Skipped on PostgreSQL: 1 (no npm here)",
        ]

    def test_without_the_second_round_its_tests_are_called_skipped(self):
        rounds = [round_of("SQLite", skipped={"needs PostgreSQL: set DATABASE_URL": 14})]
        assert suite.not_tested(rounds, chromium="/c") == [
            NO_POSTGRES,
            "Skipped on SQLite: 14 (needs PostgreSQL: set DATABASE_URL)",
        ]


class TestRounds:
    @pytest.fixture
    def ran(self, monkeypatch):
        """The rounds that were run, with their database, and the words that pytest got."""
        seen = {"url": "postgres://here", "rounds": []}

        @contextlib.contextmanager
        def postgres(python):
            yield seen["url"]

        def one(name, words, *, database=""):
            seen["rounds"].append((name, words[3:], database))
            return round_of(name)

        monkeypatch.setattr(suite.postgres, "postgres", postgres)
        monkeypatch.setattr(suite, "pytest_round", one)
        monkeypatch.setattr(suite.sys.stdout, "isatty", lambda: False, raising=False)
        return seen

    def test_sqlite_with_the_browser_then_postgres_without(self, ran):
        rounds = suite.run_rounds(Path("p"), ["-n0", "-k", "x"], full=True)
        assert [each.name for each in rounds] == ["SQLite", "PostgreSQL"]
        assert ran["rounds"] == [
            ("SQLite", ["--full", "-n0", "-k", "x"], ""),
            ("PostgreSQL", ["--full", "--no-browser", "--only-database", "-n0", "-k", "x"], "postgres://here"),
        ]

    def test_one_round_where_there_is_no_postgres(self, ran):
        ran["url"] = None
        assert [each.name for each in suite.run_rounds(Path("p"), [], full=False)] == ["SQLite"]


class TestOneRound:
    @pytest.fixture(autouse=True)
    def folder(self, monkeypatch, tmp_path):
        monkeypatch.setenv("VAR_DIR", str(tmp_path / "var"))
        return tmp_path / "var"

    def child(self, script):
        return [sys.executable, "-c", script]

    def test_status_closing_line_and_counts_come_from_pytest(self, folder):
        report = {"passed": 3, "failed": 0, "browser_passed": 1, "skipped": {"no npm": 2}}
        script = f"""
import os, pathlib
pathlib.Path(os.environ["TEST_REPORT"]).write_text({json.dumps(json.dumps(report))})
print("=== 3 passed in 1.20s ===")
"""
        found = suite.pytest_round("SQLite", self.child(script))
        assert found == suite.Round("SQLite", 0, "=== 3 passed in 1.20s ===", 3, 0, 1, {"no npm": 2})

    def test_a_run_that_was_killed_has_a_status_and_no_counts(self):
        found = suite.pytest_round("SQLite", self.child("import os; os.kill(os.getpid(), 9)"))
        assert (found.status, found.closing, found.passed, found.failed_to_pass) == (-9, "", 0, True)

    @pytest.mark.parametrize("database", ["", "postgres://here/run_1"])
    def test_its_settings_are_the_tests_own(self, monkeypatch, capfdbinary, database):
        monkeypatch.setenv("DATABASE_URL", "postgres://real/people")
        script = "import os; print(os.environ['DJANGO_SETTINGS_MODULE'], os.environ.get('DATABASE_URL', '-'))"
        suite.pytest_round("SQLite", self.child(script), database=database)
        assert capfdbinary.readouterr().out.decode().split() == ["recruitment.settings.test", database or "-"]

    def test_what_it_wrote_is_gone_afterwards(self, folder):
        script = "import os, pathlib; (pathlib.Path(os.environ['VAR_DIR']) / 'left').touch()"
        suite.pytest_round("SQLite", self.child(script))
        assert list(folder.iterdir()) == []

    def test_bytes_that_are_no_text_do_not_break_it(self):
        status, said = suite.show_and_keep(
            self.child("import sys; sys.stdout.buffer.write(b'\\xff ok')"), env=dict(os.environ)
        )
        assert (status, said) == (0, "\ufffd ok")


class TestWholeRun:
    @pytest.fixture
    def run(self, monkeypatch, tmp_path, capsys):
        """`./run test` with rounds that are made up: the status, the box, and the summary for machines."""
        monkeypatch.setenv("VAR_DIR", str(tmp_path))
        monkeypatch.delenv("REQUIRE_ALL", raising=False)
        monkeypatch.setattr(suite, "end_on_terminate", lambda: None)
        monkeypatch.setattr(suite, "ensure_python", lambda wanted: Path("p"))

        def run(*rounds, chromium="/c", assets=True):
            monkeypatch.setattr(suite, "ensure_assets", lambda python, required: assets)
            monkeypatch.setattr(suite, "find_chromium", lambda: chromium)
            monkeypatch.setattr(suite, "run_rounds", lambda python, extra, full: list(rounds))
            status = suite.test([], full=False)
            said = capsys.readouterr()
            return status, said.out, said.err, json.loads((tmp_path / "test_summary.json").read_text())

        return run

    def test_all_passed(self, run):
        status, out, _err, summary = run(round_of("SQLite", browser_passed=9), round_of("PostgreSQL"))
        assert (status, summary["passed"], summary["everything"], summary["not_tested"]) == (0, True, True, [])
        assert [line.strip("| ") for line in out.splitlines()[1:4]] == [
            "WHAT WAS TESTED",
            "SQLite: 900 passed in 301.20s (0:05:01)",
            "PostgreSQL: 900 passed in 301.20s (0:05:01)",
        ]

    def test_the_last_lines_are_pytests_own(self, run):
        _status, out, _err, _summary = run(round_of("SQLite"), round_of("PostgreSQL"))
        assert out.splitlines()[-2:] == [PASSED, PASSED]

    @pytest.mark.parametrize(
        ("first", "second", "status"),
        [(0, 0, 0), (1, 0, 1), (0, 1, 1), (0, 5, 0), (5, 5, 1), (2, 0, 1), (-9, 0, 1), (0, -15, 1)],
    )
    def test_one_failed_round_fails_it(self, run, first, second, status):
        assert run(round_of("SQLite", status=first), round_of("PostgreSQL", status=second))[0] == status

    def test_a_round_without_an_end_is_said(self, run):
        _status, out, _err, _summary = run(suite.Round("SQLite", status=-9), round_of("PostgreSQL"))
        assert "SQLite: pytest did not finish" in out

    def test_left_out_parts_are_in_the_box_and_no_failure(self, run):
        status, out, _err, summary = run(round_of("SQLite"), chromium=None)
        assert (status, summary["everything"], summary["not_tested"]) == (0, False, [NO_BROWSER, NO_POSTGRES])
        assert "| NOT TESTED in a browser: no Chromium found." in out

    @pytest.mark.parametrize(
        ("rounds", "chromium", "status"),
        [
            ([round_of("SQLite", browser_passed=1), round_of("PostgreSQL")], "/c", 0),
            ([round_of("SQLite", browser_passed=1)], "/c", 1),
            ([round_of("SQLite"), round_of("PostgreSQL")], "/c", 1),
            ([round_of("SQLite", browser_passed=1), round_of("PostgreSQL")], None, 1),
        ],
    )
    def test_unless_everything_is_required(self, run, monkeypatch, rounds, chromium, status):
        monkeypatch.setenv("REQUIRE_ALL", "1")
        found, _out, err, _summary = run(*rounds, chromium=chromium)
        assert found == status
        sentence = "!! REQUIRE_ALL=1: browser tests or PostgreSQL were left out, so this run fails.\n"
        assert err == (sentence if status else "")

    def test_without_the_design_systems_files_that_is_said(self, run):
        _status, _out, err, _summary = run(round_of("SQLite"), assets=False)
        assert err == "!! Without the design system's files the browser tests are skipped.\n"

    def test_without_python_there_is_no_run(self, run, monkeypatch, tmp_path):
        def cannot(wanted):
            raise CannotRunError("Python here cannot make virtual environments.")

        monkeypatch.setattr(suite, "ensure_python", cannot)
        with pytest.raises(CannotRunError):
            run(round_of("SQLite"))
        assert not (tmp_path / "test_summary.json").exists()
