"""What ./run demo does and says, in which order, without serving anything."""

import errno
import http.client
import signal
import socket

import pytest
from launcher import demo
from launcher.say import CannotRunError


class Server:
    """A web server that ended with `status`, or has not ended (None)."""

    def __init__(self, status=None):
        self.returncode = status
        self.signals = []

    def poll(self):
        return self.returncode

    def wait(self, patience=None):
        if self.returncode is None:
            raise KeyboardInterrupt
        return self.returncode

    def send_signal(self, number):
        self.signals.append(number)
        self.returncode = -number


class TestPrepare:
    @pytest.fixture
    def commands_there(self, checkout):
        folder = checkout / "recruitment" / "management" / "commands"
        folder.mkdir(parents=True)
        for name in ("load_reference", "demo"):
            (folder / f"{name}.py").touch()

    def test_tables_then_reference_then_people(self, checkout, ran, commands_there):
        demo.fill_database("python", env={})
        assert ran.commands == [
            ["python", "manage.py", "migrate", "--verbosity=0"],
            ["python", "manage.py", "load_reference"],
            ["python", "manage.py", "demo"],
        ]

    def test_what_the_checkout_lacks_is_said_and_left_out(self, checkout, ran, capsys):
        demo.fill_database("python", env={})
        assert [words[2] for words in ran.commands] == ["migrate"]
        assert [line for line in capsys.readouterr().err.splitlines() if line.startswith("!!")] == [
            "!! manage.py load_reference does not exist in this checkout; going on without it.",
            "!! manage.py demo does not exist in this checkout; going on without it.",
        ]

    @pytest.mark.parametrize(("reset", "left"), [(True, False), (False, True)])
    def test_the_database_goes_with_reset_only(self, checkout, ran, tmp_path, reset, left):
        (tmp_path / "var").mkdir()
        (tmp_path / "var" / "anchor.sqlite3").touch()
        demo.prepare("python", reset=reset, env={})
        assert (tmp_path / "var" / "anchor.sqlite3").exists() is left

    def test_reset_is_said(self, checkout, ran, capsys):
        demo.prepare("python", reset=True, env={})
        assert "Starting again: removing the demo's database" in capsys.readouterr().err

    def test_a_failed_collection_of_static_files_stops_it(self, checkout, monkeypatch):
        def fails(command, **facts):
            if "collectstatic" in command:
                raise CannotRunError("no room on the disk")
            return 0

        monkeypatch.setattr(demo, "run", fails)
        with pytest.raises(CannotRunError, match="^no room on the disk$"):
            demo.prepare("python", reset=False, env={})


class TestStaticFiles:
    @pytest.fixture
    def collected(self, checkout, ran, tmp_path):
        (tmp_path / "var" / "static_collected").mkdir(parents=True)
        (checkout / "nhsuk" / "static").mkdir(parents=True)
        demo.collect_static("python", env={})
        return ran

    def test_collected_once(self, collected):
        demo.collect_static("python", env={})
        assert collected.commands == [
            ["python", "manage.py", "collectstatic", "--noinput", "--clear", "--verbosity=0"],
        ]

    @pytest.mark.parametrize("changed", ["nhsuk/static/a.css", "static_built/nhsuk.css", ".venv/installed.json"])
    def test_collected_again_when_something_changed(self, collected, checkout, changed):
        (checkout / changed).parent.mkdir(parents=True, exist_ok=True)
        (checkout / changed).write_text("new")
        demo.collect_static("python", env={})
        assert len(collected.commands) == 2

    def test_collected_again_when_the_folder_was_deleted(self, collected, tmp_path):
        (tmp_path / "var" / "static_collected").rmdir()
        demo.collect_static("python", env={})
        assert len(collected.commands) == 2


class TestWipe:
    def test_what_was_uploaded_and_sent_goes(self, tmp_path):
        for name in ("uploads/2026/a.csv", "mail/1.log", "anchor.sqlite3", "anchor.sqlite3-shm"):
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).touch()
        demo.wipe(tmp_path)
        assert [path for path in tmp_path.rglob("*") if path.is_file()] == []

    def test_other_work_stays(self, tmp_path):
        kept = ["other.sqlite3", "static.fingerprint", "tools/uv/installed.json"]
        for name in kept:
            (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / name).touch()
        demo.wipe(tmp_path)
        assert sorted(str(path.relative_to(tmp_path)) for path in tmp_path.rglob("*") if path.is_file()) == kept

    def test_an_empty_folder_is_fine(self, tmp_path):
        demo.wipe(tmp_path / "absent")
        assert not (tmp_path / "absent").exists()


class TestListen:
    class Door:
        """A socket whose ports in `busy` cannot be taken."""

        busy: dict = {}
        closed: list = []

        def __init__(self, *kinds):
            self.port = None

        def setsockopt(self, *option):
            """Taken as it is."""

        def bind(self, address):
            self.port = address[1]
            if self.port in self.busy:
                raise OSError(self.busy[self.port], "no")

        def listen(self, waiting):
            """Nobody comes."""

        def close(self):
            self.closed.append(self.port)

    @pytest.fixture
    def ports(self, monkeypatch):
        self.Door.busy, self.Door.closed = {}, []
        monkeypatch.setattr(demo.socket, "socket", self.Door)
        return self.Door

    @pytest.mark.parametrize("reason", [errno.EADDRINUSE, errno.EACCES])
    def test_taken_and_forbidden_ports_are_passed_over_and_closed(self, ports, reason):
        ports.busy = {8000: reason, 8001: reason}
        assert demo.listen(8000).port == 8002
        assert ports.closed == [8000, 8001]

    def test_another_problem_is_not_hidden(self, ports):
        ports.busy = {8000: errno.ENETDOWN}
        with pytest.raises(OSError, match="no"):
            demo.listen(8000)
        assert ports.closed == [8000]

    def test_it_gives_up_after_fifty(self, ports):
        ports.busy = dict.fromkeys(range(8000, 8100), errno.EADDRINUSE)
        with pytest.raises(CannotRunError, match=r"^No free port from 8000 on; give another one with --port.$"):
            demo.listen(8000)
        assert ports.closed == list(range(8000, 8050))

    def test_there_is_no_port_above_65535(self, ports):
        ports.busy = {65535: errno.EADDRINUSE}
        with pytest.raises(CannotRunError, match="^No free port from 65535 on"):
            demo.listen(65535)
        assert ports.closed == [65535]


class TestWaiting:
    @pytest.fixture(autouse=True)
    def no_sleep(self, monkeypatch):
        monkeypatch.setattr(demo.time, "sleep", lambda seconds: None)

    def test_the_first_answer_counts(self, monkeypatch):
        answers = iter([ConnectionRefusedError(), http.client.BadStatusLine("x"), 302])

        def ask(port):
            answer = next(answers)
            if isinstance(answer, Exception):
                raise answer
            return answer

        monkeypatch.setattr(demo, "status_of_home", ask)
        assert demo.wait_until_it_answers(8000, Server()) == 302

    def test_a_server_that_ended_is_a_sentence(self):
        with pytest.raises(CannotRunError) as refused:
            demo.wait_until_it_answers(8000, Server(3))
        assert str(refused.value) == "The web server ended at once (exit status 3); its own words are above."

    def test_a_silent_server_is_a_sentence(self, monkeypatch):
        hours = iter(range(0, 10_000, 30))
        monkeypatch.setattr(demo.time, "monotonic", lambda: next(hours))

        def silent(port):
            raise ConnectionRefusedError

        monkeypatch.setattr(demo, "status_of_home", silent)
        with pytest.raises(CannotRunError, match=r"^The web server did not answer within 60 seconds.$"):
            demo.wait_until_it_answers(8000, Server())

    def test_nobody_listens_is_an_error_of_the_network(self):
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            with pytest.raises(OSError, match="refused"):
                demo.status_of_home(probe.getsockname()[1])


class Door:
    """A listening socket on `port`."""

    def __init__(self, port):
        self.port = port

    def getsockname(self):
        return ("127.0.0.1", self.port)


class TestDemo:
    @pytest.fixture
    def served(self, checkout, ran, monkeypatch):
        """`demo()` with nothing behind it: the server until Ctrl-C, port 8000 free, the front page asks to sign in."""
        server, said = Server(), {"port": 8000, "status": 302}
        monkeypatch.setattr(demo, "end_on_terminate", lambda: None)
        monkeypatch.setattr(demo, "ensure_python", lambda: "python")
        monkeypatch.setattr(demo, "ensure_assets", lambda python: True)
        monkeypatch.setattr(demo, "listen", lambda port: Door(said["port"]))
        monkeypatch.setattr(demo, "serve", lambda python, door, env: said.update(env=env) or server)
        monkeypatch.setattr(demo, "wait_until_it_answers", lambda port, server: said["status"])
        monkeypatch.setattr(demo, "has_command", lambda name: True)
        monkeypatch.setattr(demo.signal, "signal", lambda number, what: said.update({number: what}))
        said["server"] = server
        return said

    def test_the_address_alone_on_its_line_and_how_to_stop(self, served, capsys):
        assert demo.demo(port=8000, reset=False) == 0
        assert capsys.readouterr().out == "http://127.0.0.1:8000/\nCtrl-C stops it.\n"

    def test_a_busy_port_is_said_and_links_lead_to_the_one_taken(self, served, capsys):
        served["port"] = 8003
        demo.demo(port=8000, reset=False)
        said = capsys.readouterr()
        assert "!! Port 8000 is busy; using 8003 instead.\n" in said.err
        assert said.out.startswith("http://127.0.0.1:8003/\n")
        assert served["env"]["PUBLIC_ADDRESS"] == "http://127.0.0.1:8003"

    def test_a_free_port_is_not_remarked_on(self, served, capsys):
        demo.demo(port=8000, reset=False)
        assert "busy" not in capsys.readouterr().err

    def test_who_may_sign_in_is_asked_of_the_demo_itself_at_last(self, served, ran):
        demo.demo(port=8000, reset=False)
        assert ran.commands[-1] == ["python", "manage.py", "demo", "--sign-ins"]

    def test_sign_ins_that_cannot_be_told_do_not_stop_it(self, served, ran, capsys):
        ran.fail("--sign-ins")
        assert demo.demo(port=8000, reset=False) == 0
        assert capsys.readouterr().out.endswith("Ctrl-C stops it.\n")

    @pytest.mark.parametrize(("status", "warned"), [(200, False), (302, False), (404, False), (500, True), (503, True)])
    def test_a_front_page_with_an_error_is_said(self, served, capsys, status, warned):
        served["status"] = status
        demo.demo(port=8000, reset=False)
        said = capsys.readouterr().err
        assert f"Ready (the front page answered {status})" in said
        assert ("!! The front page answers with an error; its words are above." in said) is warned

    def test_ctrl_c_stops_the_server_politely_and_is_no_failure(self, served, capsys):
        assert demo.demo(port=8000, reset=False) == 0
        assert served["server"].signals == [signal.SIGTERM]
        assert capsys.readouterr().err.splitlines()[-1].endswith("Stopping")

    def test_a_second_ctrl_c_is_ignored_while_it_stops(self, served):
        demo.demo(port=8000, reset=False)
        assert served[signal.SIGINT] == signal.SIG_IGN

    def test_a_server_that_ends_by_itself_gives_its_status(self, served):
        served["server"].returncode = 4
        assert demo.demo(port=8000, reset=False) == 4
        assert served["server"].signals == []

    def test_a_server_that_never_answers_is_stopped_too(self, served, monkeypatch):
        def silent(port, server):
            raise CannotRunError("silent")

        monkeypatch.setattr(demo, "wait_until_it_answers", silent)
        with pytest.raises(CannotRunError, match="^silent$"):
            demo.demo(port=8000, reset=False)
        assert served["server"].signals == [signal.SIGTERM]


class TestHandOver:
    @pytest.fixture
    def became(self, monkeypatch, checkout):
        """What the launcher would have become."""
        found = {}
        monkeypatch.setattr(demo, "ensure_python", lambda: "python")
        monkeypatch.setattr(demo.os, "chdir", lambda folder: found.update(folder=folder))
        monkeypatch.setattr(
            demo.os, "execve", lambda program, words, env: found.update(program=program, words=words, env=env)
        )
        return found

    def test_the_demos_profile_by_default(self, became, checkout, monkeypatch):
        monkeypatch.delenv("DJANGO_SETTINGS_MODULE", raising=False)
        monkeypatch.setenv("DATABASE_URL", "postgres://real/people")
        demo.hand_over(["shell", "-c", "1"])
        assert (became["words"], became["folder"]) == (["python", "manage.py", "shell", "-c", "1"], checkout)
        assert became["env"]["DJANGO_SETTINGS_MODULE"] == "recruitment.settings.demo"
        assert "DATABASE_URL" not in became["env"]

    def test_the_profile_that_the_environment_names(self, became, monkeypatch):
        monkeypatch.setenv("DJANGO_SETTINGS_MODULE", "recruitment.settings.production")
        monkeypatch.setenv("DATABASE_URL", "postgres://real/people")
        demo.hand_over(["migrate"])
        assert became["env"]["DJANGO_SETTINGS_MODULE"] == "recruitment.settings.production"
        assert became["env"]["DATABASE_URL"] == "postgres://real/people"
