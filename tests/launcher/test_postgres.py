"""Which PostgreSQL the tests get, and that a throw-away one leaves nothing behind."""

import contextlib
import pwd
import signal
import subprocess
from pathlib import Path
from types import SimpleNamespace

import pytest
from launcher import postgres

BINARIES = Path("/usr/lib/postgresql/15/bin")


@pytest.fixture(autouse=True)
def nothing_is_named(monkeypatch):
    for name in (*postgres.NAMED_BY, "PGUSER"):
        monkeypatch.delenv(name, raising=False)


def folder_of(root, version, *programs):
    folder = root / version / "bin"
    folder.mkdir(parents=True)
    for program in programs:
        (folder / program).touch()
    return folder


class TestBinaries:
    @pytest.fixture
    def packaged(self, tmp_path, monkeypatch):
        """Debian's folders, of which the glob finds whatever a test puts there."""
        real = postgres.glob.glob
        monkeypatch.setattr(postgres.glob, "glob", lambda pattern: real(f"{tmp_path}/*/bin"))
        monkeypatch.setattr(postgres.shutil, "which", lambda name: None)
        return tmp_path

    def test_the_newest_version_by_number_not_by_letters(self, packaged):
        folders = {version: folder_of(packaged, version, "initdb", "postgres") for version in ("9.6", "13", "15")}
        assert postgres.find_binaries() == folders["15"]

    def test_a_newer_one_without_the_server_is_passed_over(self, packaged):
        folder_of(packaged, "17", "initdb")
        folder_of(packaged, "16", "postgres")
        whole = folder_of(packaged, "15", "initdb", "postgres")
        assert postgres.find_binaries() == whole

    def test_else_the_one_on_the_path(self, packaged, monkeypatch, tmp_path):
        folder = folder_of(tmp_path / "opt", "pg", "initdb", "postgres")
        monkeypatch.setattr(postgres.shutil, "which", lambda name: str(folder / "initdb"))
        assert postgres.find_binaries() == folder

    def test_none(self, packaged):
        assert postgres.find_binaries() is None

    @pytest.mark.parametrize(
        ("folder", "version"),
        [
            ("/usr/lib/postgresql/15/bin", (15,)),
            ("/usr/lib/postgresql/9.6/bin", (9, 6)),
            ("/usr/lib/postgresql/10/bin", (10,)),
            ("/opt/pgsql/bin", ()),
            ("/usr/lib/postgresql/16beta/bin", ()),
        ],
    )
    def test_version(self, folder, version):
        assert postgres.version_of_folder(folder) == version


class TestWhoRunsIt:
    @pytest.fixture
    def accounts(self, monkeypatch):
        """The accounts of the machine, as far as a test names them."""
        there = {}

        def getpwnam(name):
            return SimpleNamespace(pw_name=name, pw_gid=there[name], pw_uid=there[name])

        monkeypatch.setattr(postgres.pwd, "getpwnam", getpwnam)
        return there

    @pytest.mark.parametrize(
        ("names", "chosen"),
        [(("postgres", "nobody"), "postgres"), (("nobody",), "nobody"), ((), None)],
    )
    def test_root_becomes_somebody_else(self, monkeypatch, accounts, names, chosen):
        monkeypatch.setattr(postgres.os, "geteuid", lambda: 0)
        accounts.update(dict.fromkeys(names, 5))
        assert postgres.other_user() == chosen

    def test_others_stay_who_they_are(self, monkeypatch, accounts):
        monkeypatch.setattr(postgres.os, "geteuid", lambda: 1000)
        accounts["postgres"] = 5
        assert postgres.other_user() is None

    def test_the_group_goes_with_the_user(self):
        name = pwd.getpwuid(0).pw_name
        assert (postgres.group_of(name), postgres.group_of(None)) == (0, None)

    def test_settings_of_other_servers_stay_behind(self, monkeypatch):
        for name in ("PGHOST", "PGPASSWORD", "PGDATABASE"):
            monkeypatch.setenv(name, "elsewhere")
        assert [name for name in postgres.plain_environment() if name.startswith("PG")] == []


class TestThrowAway:
    @pytest.fixture
    def cluster(self, monkeypatch, tmp_path):
        """A cluster that is never really made: its folder, what was run, and how the server was stopped."""
        home = tmp_path / "pg-here"
        home.mkdir()
        seen = SimpleNamespace(home=home, words=[], stopped=[], server=object())
        monkeypatch.setattr(postgres.tempfile, "mkdtemp", lambda prefix: str(home))
        monkeypatch.setattr(postgres, "other_user", lambda: None)
        monkeypatch.setattr(postgres, "run_as", lambda user, words: seen.words.append([str(word) for word in words]))
        monkeypatch.setattr(postgres, "start", lambda binaries, home, user: seen.server)
        monkeypatch.setattr(postgres, "stop", lambda server, first: seen.stopped.append((server, first)))
        return seen

    def test_its_address_is_a_socket_in_its_own_folder(self, cluster, monkeypatch):
        monkeypatch.setattr(postgres.os, "getpid", lambda: 42)
        with postgres.throw_away(BINARIES) as url:
            assert url == f"postgres://tests@{str(cluster.home).replace('/', '%2F')}/run_42"

    def test_made_with_the_same_order_of_letters_everywhere(self, cluster):
        with postgres.throw_away(BINARIES):
            assert cluster.words == [
                [
                    *(f"{BINARIES}/initdb", "-D", f"{cluster.home}/data", "-U", "tests", "-A", "trust"),
                    *("-E", "UTF8", "--locale=C.UTF-8", "--no-sync"),
                ]
            ]

    def test_gone_afterwards(self, cluster):
        with postgres.throw_away(BINARIES):
            assert cluster.home.is_dir()
        assert not cluster.home.exists()
        assert cluster.stopped == [(cluster.server, signal.SIGINT)]

    def test_gone_after_a_failure_of_the_tests_too(self, cluster):
        with pytest.raises(KeyboardInterrupt), postgres.throw_away(BINARIES):
            raise KeyboardInterrupt
        assert not cluster.home.exists()
        assert cluster.stopped == [(cluster.server, signal.SIGINT)]

    def test_a_cluster_that_cannot_be_made_leaves_no_folder(self, cluster, monkeypatch):
        def fails(user, words):
            raise OSError("no room")

        monkeypatch.setattr(postgres, "run_as", fails)
        with pytest.raises(OSError, match="^no room$"), postgres.throw_away(BINARIES):
            pytest.fail("must not get here")
        assert (cluster.home.exists(), cluster.stopped) == (False, [])

    def test_no_network_and_no_waiting_for_the_disk(self):
        assert postgres.FAST_AND_LOOSE["listen_addresses"] == ""
        assert postgres.FAST_AND_LOOSE["fsync"] == "off"


class TestStart:
    @pytest.fixture
    def program(self, tmp_path):
        """A `postgres` that is a script of the test's."""

        def write(script):
            (tmp_path / "postgres").write_text(f"#!/bin/sh\n{script}\n")
            (tmp_path / "postgres").chmod(0o755)
            return tmp_path

        return write

    def test_ready_when_it_takes_connections(self, program, tmp_path):
        binaries = program("echo database system is ready to accept connections; exec sleep 60")
        server = postgres.start(binaries, tmp_path, user=None)
        try:
            assert server.poll() is None
        finally:
            server.kill()
            server.wait()

    def test_one_that_ends_at_once_gives_its_last_words(self, program, tmp_path):
        with pytest.raises(OSError, match="^PostgreSQL did not start:\nFATAL: no such locale\n$"):
            postgres.start(program("echo 'FATAL: no such locale' >&2; exit 1"), tmp_path, user=None)


class TestAlreadyRunning:
    @pytest.fixture
    def tried(self, monkeypatch):
        """The addresses that were tried; those in `tried.able` let databases be created."""
        seen = SimpleNamespace(urls=[], able=[])

        def run(words, **facts):
            seen.urls.append(words[3])
            return SimpleNamespace(returncode=0 if words[3] in seen.able else 1)

        monkeypatch.setattr(postgres.subprocess, "run", run)
        monkeypatch.setattr(postgres.getpass, "getuser", lambda: "sam")
        monkeypatch.setattr(postgres.tempfile, "gettempdir", lambda: "/tmp")
        monkeypatch.setattr(postgres.os, "getpid", lambda: 42)
        return seen

    def test_the_network_first_then_sockets_with_each_usual_name(self, tried):
        assert postgres.already_running(Path("python")) is None
        assert tried.urls == [
            "postgres://sam@127.0.0.1:5432/postgres",
            "postgres://postgres@127.0.0.1:5432/postgres",
            "postgres://sam@%2Fvar%2Frun%2Fpostgresql/postgres",
            "postgres://postgres@%2Fvar%2Frun%2Fpostgresql/postgres",
            "postgres://sam@%2Ftmp/postgres",
            "postgres://postgres@%2Ftmp/postgres",
        ]

    def test_the_first_that_lets_us_is_taken_with_a_database_of_our_own(self, tried):
        tried.able = ["postgres://postgres@127.0.0.1:5432/postgres", "postgres://sam@%2Ftmp/postgres"]
        assert postgres.already_running(Path("python")) == "postgres://postgres@127.0.0.1:5432/run_42"
        assert len(tried.urls) == 2

    def test_the_name_in_the_environment_comes_first_and_once(self, tried, monkeypatch):
        monkeypatch.setenv("PGUSER", "postgres")
        postgres.already_running(Path("python"))
        assert [url.split("//")[1].split("@")[0] for url in tried.urls[:2]] == ["postgres", "sam"]
        assert len(tried.urls) == 6


class TestChoice:
    """The named one, else a throw-away one, else the one that runs here, else none."""

    @pytest.fixture
    def there(self, monkeypatch):
        found = SimpleNamespace(binaries=BINARIES, throw_away="postgres://throw-away", running="postgres://running")

        @contextlib.contextmanager
        def throw_away(binaries):
            if isinstance(found.throw_away, Exception):
                raise found.throw_away
            yield found.throw_away

        monkeypatch.setattr(postgres, "find_binaries", lambda: found.binaries)
        monkeypatch.setattr(postgres, "throw_away", throw_away)
        monkeypatch.setattr(postgres, "already_running", lambda python: found.running)
        return found

    @pytest.mark.parametrize("name", ["TEST_POSTGRES_URL", "DATABASE_URL_TEST"])
    def test_named(self, there, monkeypatch, capsys, name):
        monkeypatch.setenv(name, "postgres://named")
        with postgres.postgres(Path("python")) as url:
            assert url == "postgres://named"
        assert "PostgreSQL: the server that the environment names" in capsys.readouterr().err

    def test_the_first_name_wins(self, there, monkeypatch):
        monkeypatch.setenv("TEST_POSTGRES_URL", "postgres://one")
        monkeypatch.setenv("DATABASE_URL_TEST", "postgres://two")
        with postgres.postgres(Path("python")) as url:
            assert url == "postgres://one"

    def test_an_empty_name_is_none(self, there, monkeypatch):
        monkeypatch.setenv("TEST_POSTGRES_URL", "")
        with postgres.postgres(Path("python")) as url:
            assert url == "postgres://throw-away"

    def test_a_throw_away_one_is_said(self, there, capsys):
        with postgres.postgres(Path("python")) as url:
            assert url == "postgres://throw-away"
        assert f"PostgreSQL: starting a throw-away server from {BINARIES}" in capsys.readouterr().err

    @pytest.mark.parametrize(
        ("problem", "words"),
        [
            (OSError("no room"), "!! It did not start: no room"),
            (subprocess.CalledProcessError(1, "initdb", stderr=b"no locale"), "!! It did not start: b'no locale'"),
        ],
    )
    def test_one_that_does_not_start_is_said_and_the_running_one_is_tried(self, there, capsys, problem, words):
        there.throw_away = problem
        with postgres.postgres(Path("python")) as url:
            assert url == "postgres://running"
        assert words in capsys.readouterr().err.splitlines()

    def test_the_running_one_where_there_are_no_binaries(self, there):
        there.binaries = None
        with postgres.postgres(Path("python")) as url:
            assert url == "postgres://running"

    def test_none(self, there):
        there.binaries = there.running = None
        with postgres.postgres(Path("python")) as url:
            assert url is None
