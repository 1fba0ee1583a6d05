"""The launcher's decisions, as far as they can be tried without installing anything."""

import json
import os
import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from launcher import checks, command, demo, environment, postgres, processes, suite
from launcher.say import CannotRunError, box

ROOT = Path(__file__).resolve().parents[1]


@pytest.fixture
def pins(tmp_path):
    (tmp_path / "requirements.txt").write_text("django==5.2\n")
    return tmp_path


def stamp_of(folder):
    return {"requirements.txt": environment.fingerprint(folder / "requirements.txt")}


class TestFingerprint:
    def test_same_bytes_same_fingerprint(self, pins):
        assert stamp_of(pins) == stamp_of(pins)

    def test_installed_until_the_pins_change(self, pins):
        stamp = stamp_of(pins)
        assert environment.is_installed(stamp, "requirements.txt", root=pins)
        (pins / "requirements.txt").write_text("django==5.2.1\n")
        assert not environment.is_installed(stamp, "requirements.txt", root=pins)

    def test_nothing_is_installed_at_first(self, pins):
        assert environment.read_stamp(pins / "absent.json") == {}
        assert not environment.is_installed({}, "requirements.txt", root=pins)

    @pytest.mark.parametrize("damaged", ["", "{", "[]", '"x"'])
    def test_a_damaged_stamp_means_install_again(self, tmp_path, damaged):
        (tmp_path / "installed.json").write_text(damaged)
        assert environment.read_stamp(tmp_path / "installed.json") == {}

    def test_a_file_moved_within_a_folder_changes_it(self, tmp_path):
        (tmp_path / "static").mkdir()
        (tmp_path / "static" / "a.css").write_text("x")
        before = environment.fingerprint(tmp_path / "static")
        (tmp_path / "static" / "a.css").rename(tmp_path / "static" / "b.css")
        assert environment.fingerprint(tmp_path / "static") != before

    def test_an_absent_file_is_not_an_empty_one(self, tmp_path):
        before = environment.fingerprint(tmp_path / "package-lock.json")
        (tmp_path / "package-lock.json").touch()
        assert environment.fingerprint(tmp_path / "package-lock.json") != before


def test_development_pins_hold_every_runtime_pin_at_the_same_version():
    def versions(name):
        lines = (ROOT / name).read_text().splitlines()
        return {
            line.split("==")[0]: line.split("==")[1].split()[0]
            for line in lines
            if "==" in line[:60] and line[0] != " "
        }

    runtime, development = versions("requirements.txt"), versions("requirements-dev.txt")
    assert len(runtime) > 20
    assert {name: development.get(name) for name in runtime} == runtime


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt", ".run/uv.txt", ".run/node.txt"])
def test_every_pin_has_a_hash(name):
    lines = (ROOT / name).read_text().splitlines()
    bare = [
        line for line, after in zip(lines, [*lines[1:], ""], strict=True) if "==" in line and "--hash=" not in after
    ]
    assert bare == []


class TestPort:
    def test_a_free_port_is_taken_as_asked(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            free = probe.getsockname()[1]
        with demo.listen(free) as door:
            assert door.getsockname() == ("127.0.0.1", free)

    def test_a_busy_port_gives_the_next_free_one(self):
        with demo.listen(8120) as first, demo.listen(first.getsockname()[1]) as second:
            assert second.getsockname()[1] > first.getsockname()[1]

    def test_no_free_port_is_a_sentence(self):
        with demo.listen(8120) as door, pytest.raises(CannotRunError, match="give another one with --port"):
            demo.listen(door.getsockname()[1], tries=1)


def test_reset_removes_the_database_and_nothing_else(tmp_path):
    for name in ["anchor.sqlite3", "anchor.sqlite3-wal", "test_summary.json"]:
        (tmp_path / name).touch()
    (tmp_path / "mail").mkdir()
    (tmp_path / "mail" / "1.log").touch()
    demo.wipe(tmp_path)
    assert sorted(p.name for p in tmp_path.rglob("*")) == ["mail", "test_summary.json"]


class TestEnvironmentOfChildren:
    def test_the_demo_never_touches_a_database_named_for_other_work(self, monkeypatch):
        monkeypatch.setenv("DATABASE_URL", "postgres://real/people")
        env = processes.demo_environment()
        assert "DATABASE_URL" not in env
        assert env["DJANGO_SETTINGS_MODULE"] == "recruitment.settings.demo"

    def test_another_pythons_settings_do_not_leak_in(self, monkeypatch):
        monkeypatch.setenv("PYTHONPATH", "/somewhere")
        assert "PYTHONPATH" not in processes.environment()

    def test_no_check_sees_a_secret_of_this_machine(self, monkeypatch, tmp_path):
        monkeypatch.setenv("SECRET_KEY", "the real one")
        assert checks.production_environment(str(tmp_path))["SECRET_KEY"] != "the real one"


@pytest.mark.skipif(sys.platform != "linux", reason="asks Linux to end orphans")
def test_a_child_dies_with_its_launcher(tmp_path):
    script = (
        "import subprocess, sys, time; sys.path.insert(0, sys.argv[1]);"
        "from launcher.processes import dies_with_parent;"
        "print(subprocess.Popen(['sleep', '60'], preexec_fn=dies_with_parent(), stdout=subprocess.DEVNULL).pid, flush=True);"
        "time.sleep(60)"
    )
    with subprocess.Popen([sys.executable, "-c", script, str(ROOT / ".run")], stdout=subprocess.PIPE) as parent:
        child = int(parent.stdout.readline())
        os.kill(child, 0)  # it lives
        parent.kill()
    assert ended(child)


def ended(pid, *, seconds=5):
    """Whether process `pid` is gone (or a zombie that nobody has collected) within `seconds`."""
    for _ in range(seconds * 20):
        status = Path(f"/proc/{pid}/stat")
        if not status.exists() or status.read_text().rsplit(")", 1)[1].split()[0] == "Z":
            return True
        signal.sigtimedwait([], 0.05)
    return False


def test_a_failed_step_is_a_sentence_with_the_command():
    with pytest.raises(CannotRunError, match=r"exit status 3.*-c"):
        processes.run([sys.executable, "-c", "raise SystemExit(3)"])
    assert processes.run([sys.executable, "-c", "raise SystemExit(3)"], check=False) == 3


class TestSummary:
    PASSED = "===== 3 passed, 1 skipped in 1.20s ====="

    def test_closing_line_is_found_under_colours_and_noise(self):
        said = "\x1b[32m\x1b[1m=== 3 passed\x1b[0m\x1b[32m in 1.20s ===\x1b[0m\nlater noise\n"
        assert suite.closing_line(said) == "=== 3 passed in 1.20s ==="
        assert suite.closing_line(f"=== FAILURES ===\n{self.PASSED}\n") == self.PASSED
        assert (
            suite.closing_line("=== 900 passed in 301.20s (0:05:01) ===") == "=== 900 passed in 301.20s (0:05:01) ==="
        )
        assert suite.closing_line("killed") == ""

    def test_without_postgres_and_browser_both_are_said_with_the_way_to_get_them(self):
        lines = suite.not_tested([suite.Round("SQLite", skipped={"needs PostgreSQL: x": 2})], chromium=None)
        assert [line.split(":")[0] for line in lines] == [
            "NOT TESTED in a browser",
            "NOT TESTED on PostgreSQL",
            "Skipped on SQLite",
        ]
        assert all("apt install" in line for line in lines[:2])

    def test_what_the_second_round_covered_is_not_called_skipped(self):
        rounds = [suite.Round("SQLite", skipped={"needs PostgreSQL: x": 2}), suite.Round("PostgreSQL")]
        assert suite.not_tested(rounds, chromium="/usr/bin/chromium") == []

    @pytest.mark.parametrize(
        ("rounds", "chromium", "expected"),
        [
            ([suite.Round("SQLite", browser_passed=4), suite.Round("PostgreSQL")], "/c", True),
            ([suite.Round("SQLite", browser_passed=4)], "/c", False),
            ([suite.Round("SQLite"), suite.Round("PostgreSQL")], "/c", False),
            ([suite.Round("SQLite", browser_passed=4), suite.Round("PostgreSQL")], None, False),
            (
                [suite.Round("SQLite", browser_passed=4, skipped={"browser tests": 1}), suite.Round("PostgreSQL")],
                "/c",
                False,
            ),
        ],
    )
    def test_everything_needs_both_databases_and_a_browser(self, rounds, chromium, expected):
        assert suite.is_everything(rounds, chromium=chromium) is expected

    @pytest.mark.parametrize(
        ("name", "status", "failed"),
        [
            ("SQLite", 0, False),
            ("SQLite", 1, True),
            ("SQLite", 5, True),
            ("PostgreSQL", 5, False),
            ("PostgreSQL", 2, True),
        ],
    )
    def test_which_endings_fail(self, name, status, failed):
        assert suite.Round(name, status=status).failed_to_pass is failed

    def test_the_summary_can_be_written_as_json(self):
        summary = suite.summarise([suite.Round("SQLite", status=1)], chromium=None)
        assert json.loads(json.dumps(summary))["passed"] is False

    def test_pytest_gets_two_processes_unless_told(self):
        python = Path("python")
        assert suite.pytest_words(python, ["-k", "x"], full=True, browser=False) == [
            *("python", "-m", "pytest", "-n", "2", "--dist", "worksteal"),
            *("--full", "--no-browser", "--only-database", "-k", "x"),
        ]
        assert suite.pytest_words(python, ["-n0"], full=False, browser=True) == ["python", "-m", "pytest", "-n0"]

    def test_a_box_keeps_long_lines_inside(self):
        framed = box("Title", ["word " * 60]).splitlines()
        assert {len(line) for line in framed} == {110}
        assert framed[1].startswith("| TITLE")


class TestPostgres:
    def test_newest_version_first(self):
        folders = ["/usr/lib/postgresql/9.6/bin", "/usr/lib/postgresql/15/bin", "/usr/lib/postgresql/13/bin"]
        assert sorted(folders, key=postgres.version_of_folder, reverse=True)[0] == "/usr/lib/postgresql/15/bin"

    def test_the_socket_is_named_in_the_url(self):
        assert postgres.socket_url(Path("/var/pg-x"), "run_1") == "postgres://tests@%2Fvar%2Fpg-x/run_1"

    def test_a_named_server_is_used_as_it_is(self, monkeypatch):
        monkeypatch.setenv("TEST_POSTGRES_URL", "postgres://me@db/x")
        with postgres.postgres(Path("python")) as url:
            assert url == "postgres://me@db/x"

    @pytest.mark.full
    def test_a_throw_away_server_starts_answers_and_goes(self):
        binaries = postgres.find_binaries()
        if not binaries:
            pytest.skip("no PostgreSQL binaries here")
        with postgres.throw_away(binaries) as url:
            database = f"{url.rsplit('/', 1)[0]}/postgres"
            answer = subprocess.run([sys.executable, "-c", postgres.CAN_CREATE, database], check=False)
            folder = Path(url.split("@")[1].split("/")[0].replace("%2F", "/"))
            assert folder.is_dir()
        assert answer.returncode == 0
        assert not folder.exists()


class TestCommandLine:
    def test_words_after_test_go_to_pytest_in_their_order(self, monkeypatch):
        monkeypatch.setattr(suite, "test", lambda extra, full: (extra, full))
        assert command.dispatch(["test", "tests/x", "--full", "-k", "a or b"]) == (["tests/x", "-k", "a or b"], True)

    def test_words_after_manage_go_to_django(self, monkeypatch):
        monkeypatch.setattr(demo, "hand_over", lambda words: words)
        assert command.dispatch(["manage", "migrate", "--help"]) == ["migrate", "--help"]

    def test_a_missing_thing_is_one_sentence_and_status_2(self, monkeypatch, capsys):
        def cannot(**_):
            raise CannotRunError("Install it.")

        monkeypatch.setattr(demo, "demo", cannot)
        assert command.main(["demo"]) == 2
        assert capsys.readouterr().err == "!! Install it.\n"

    def test_help_names_the_production_profile(self):
        done = subprocess.run([ROOT / "run", "--help"], capture_output=True, text=True, check=True)
        assert "recruitment.settings.production" in done.stdout


def test_what_a_program_started_is_swept_up_with_it():
    script = "import subprocess; print(subprocess.Popen(['sleep', '60'], stdout=subprocess.DEVNULL).pid, flush=True)"
    status, said = suite.show_and_keep([sys.executable, "-c", script], env=processes.environment())
    assert status == 0
    assert ended(int(said))
