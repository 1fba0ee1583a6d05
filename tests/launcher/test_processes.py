"""Children of the launcher: what they inherit, and how they end."""

import os
import signal
import subprocess
import sys

import pytest
from launcher import processes

WAITS = "import signal, sys; print('ready', flush=True); signal.pause()"
DEAF = (
    "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); "
    "print('ready', flush=True)\nwhile True: signal.pause()"
)


def started(script, **facts):
    """A Python that runs `script` and has said that it is ready."""
    child = subprocess.Popen([sys.executable, "-c", script], stdout=subprocess.PIPE, **facts)
    assert child.stdout.readline() == b"ready\n"
    return child


@pytest.fixture
def closing():
    """Whatever is put in here is gone afterwards."""
    children = []
    yield children
    for child in children:
        child.kill()
        child.wait()
        child.stdout.close()


class TestStop:
    def test_politely_first(self, closing):
        child = started(WAITS)
        closing.append(child)
        processes.stop(child)
        assert child.returncode == -signal.SIGTERM

    def test_with_the_signal_that_is_named(self, closing):
        child = started(f"import signal; signal.signal(signal.SIGINT, signal.SIG_DFL); {WAITS}")
        closing.append(child)
        processes.stop(child, first=signal.SIGINT)
        assert child.returncode == -signal.SIGINT

    def test_without_mercy_when_it_does_not_listen(self, closing):
        child = started(DEAF)
        closing.append(child)
        processes.stop(child, patience=0.01)
        assert child.returncode == -signal.SIGKILL

    def test_what_ended_already_is_left_alone(self):
        child = subprocess.Popen([sys.executable, "-c", "raise SystemExit(7)"])
        child.wait()
        processes.stop(child)
        assert child.returncode == 7


class TestSweep:
    def test_everything_in_the_session_ends(self, closing):
        child = started(WAITS, start_new_session=True)
        closing.append(child)
        processes.sweep(child)
        assert child.wait() == -signal.SIGKILL

    def test_a_session_that_is_gone_is_no_error(self):
        child = subprocess.Popen([sys.executable, "-c", ""], start_new_session=True)
        child.wait()
        processes.sweep(child)
        assert child.returncode == 0


class TestTerminate:
    @pytest.fixture(autouse=True)
    def signals_as_they_were(self):
        kept = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGHUP)}
        yield
        for number, handler in kept.items():
            signal.signal(number, handler)

    @pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP])
    def test_a_polite_kill_is_like_ctrl_c(self, number):
        processes.end_on_terminate()
        finished = []
        with pytest.raises(KeyboardInterrupt):  # noqa: PT012 - the signal comes between the lines
            try:
                os.kill(os.getpid(), number)
                signal.sigtimedwait([], 0.01)
            finally:
                finished.append(True)
        assert finished == [True]


class TestOrphans:
    def test_only_linux_can_end_them(self, monkeypatch):
        monkeypatch.setattr(processes.sys, "platform", "darwin")
        assert processes.dies_with_parent() is None

    def test_linux_is_asked_for_the_signal_that_is_named(self, monkeypatch):
        asked = []

        class Library:
            def __init__(self, name, use_errno):
                self.prctl = lambda *words: asked.append(words)

        monkeypatch.setattr(processes.sys, "platform", "linux")
        monkeypatch.setattr(processes.ctypes, "CDLL", Library)
        processes.dies_with_parent(signal.SIGINT)()
        processes.dies_with_parent()()
        assert asked == [(1, 2, 0, 0, 0), (1, 15, 0, 0, 0)]


class TestRun:
    def test_in_the_folder_that_is_named_with_nothing_to_read(self, tmp_path):
        script = "import os, pathlib, sys; pathlib.Path('seen').write_text(f'{os.getcwd()} {len(sys.stdin.read())}')"
        assert processes.run([sys.executable, "-c", script], folder=tmp_path) == 0
        assert (tmp_path / "seen").read_text() == f"{tmp_path} 0"

    def test_with_the_environment_that_is_given(self, tmp_path):
        script = "import os, sys; sys.exit(os.environ.get('ANSWER') != '42')"
        assert processes.run([sys.executable, "-c", script], env={"ANSWER": "42"}) == 0
        assert processes.run([sys.executable, "-c", script], env={"ANSWER": "41"}, check=False) == 1

    def test_words_may_be_paths_and_numbers(self, tmp_path):
        (tmp_path / "a.py").write_text("import sys; sys.exit(int(sys.argv[1]))")
        assert processes.run([sys.executable, tmp_path / "a.py", 6], check=False) == 6


class TestEnvironment:
    @pytest.mark.parametrize("name", ["PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV"])
    def test_another_pythons_settings_stay_behind(self, monkeypatch, name):
        monkeypatch.setenv(name, "/elsewhere")
        assert name not in processes.environment()

    def test_the_rest_is_handed_on(self, monkeypatch):
        monkeypatch.setenv("HTTPS_PROXY", "http://proxy")
        assert processes.environment()["HTTPS_PROXY"] == "http://proxy"

    def test_what_is_named_wins(self, monkeypatch, tmp_path):
        monkeypatch.setenv("LANGUAGE", "cy")
        env = processes.environment(LANGUAGE="en", VAR_DIR="/there")
        assert (env["LANGUAGE"], env["VAR_DIR"]) == ("en", "/there")

    def test_children_speak_at_once_and_in_utf_8(self):
        env = processes.environment()
        assert (env["PYTHONUNBUFFERED"], env["PYTHONUTF8"]) == ("1", "1")

    def test_the_folder_of_what_is_written_is_made_and_named_in_full(self, monkeypatch, tmp_path):
        monkeypatch.chdir(tmp_path)
        monkeypatch.setenv("VAR_DIR", "here/below")
        assert processes.var_dir() == tmp_path / "here" / "below"
        assert processes.environment()["VAR_DIR"] == str(tmp_path / "here" / "below")
        assert (tmp_path / "here" / "below").is_dir()

    def test_beside_run_where_nothing_is_named(self, monkeypatch, tmp_path):
        monkeypatch.delenv("VAR_DIR", raising=False)
        monkeypatch.setattr(processes, "ROOT", tmp_path)
        assert processes.var_dir() == tmp_path / ".var"

    def test_the_demo_adds_its_address(self):
        env = processes.demo_environment(PUBLIC_ADDRESS="http://127.0.0.1:8001")
        assert (env["PUBLIC_ADDRESS"], env["DJANGO_SETTINGS_MODULE"]) == (
            "http://127.0.0.1:8001",
            "recruitment.settings.demo",
        )
