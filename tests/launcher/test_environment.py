"""When .venv is made, mended or left alone, and with what."""

import json
import shutil

import pytest
from launcher import environment
from launcher.say import CannotRunError


@pytest.fixture(autouse=True)
def no_tools_on_the_path(monkeypatch):
    monkeypatch.setattr(environment.shutil, "which", lambda name: None)


@pytest.fixture
def with_uv(monkeypatch):
    monkeypatch.setattr(environment.shutil, "which", lambda name: f"/usr/bin/{name}" if name == "uv" else None)


@pytest.fixture
def without_venv(monkeypatch):
    monkeypatch.setattr(environment, "can_make_venv", lambda: False)


def stamped(checkout):
    return json.loads((checkout / ".venv" / "installed.json").read_text())


def now(checkout, *names):
    return {name: environment.fingerprint(checkout / name) for name in names}


class TestEnsurePython:
    @pytest.fixture
    def installed(self, monkeypatch, checkout):
        """The names of what was installed; an installation makes the folder."""
        names = []

        def install(wanted):
            names.append(wanted)
            (checkout / ".venv" / "bin").mkdir(parents=True, exist_ok=True)
            (checkout / ".venv" / "bin" / "python").touch()

        monkeypatch.setattr(environment, "install", install)
        return names

    def test_a_fresh_checkout_installs_once(self, checkout, installed):
        for _ in range(3):
            assert environment.ensure_python() == checkout / ".venv" / "bin" / "python"
        assert installed == ["requirements.txt"]
        assert stamped(checkout) == now(checkout, "requirements.txt")

    def test_changed_pins_are_installed_again(self, checkout, installed):
        environment.ensure_python()
        (checkout / "requirements.txt").write_text("django==5.2.9\n")
        environment.ensure_python()
        assert installed == ["requirements.txt", "requirements.txt"]
        assert stamped(checkout) == now(checkout, "requirements.txt")

    def test_the_tools_of_development_bring_the_product_with_them(self, checkout, installed):
        environment.ensure_python("requirements-dev.txt")
        environment.ensure_python("requirements.txt")
        assert installed == ["requirements-dev.txt"]
        assert stamped(checkout) == now(checkout, "requirements-dev.txt", "requirements.txt")

    def test_the_product_does_not_bring_the_tools(self, checkout, installed):
        environment.ensure_python("requirements.txt")
        environment.ensure_python("requirements-dev.txt")
        assert installed == ["requirements.txt", "requirements-dev.txt"]

    def test_changed_tools_leave_the_demo_alone(self, checkout, installed):
        environment.ensure_python("requirements-dev.txt")
        (checkout / "requirements-dev.txt").write_text("pytest==9\n")
        environment.ensure_python("requirements.txt")
        assert installed == ["requirements-dev.txt"]

    def test_a_python_that_was_removed_from_the_machine_means_a_new_folder(self, checkout, installed):
        environment.ensure_python()
        (checkout / ".venv" / "bin" / "python").unlink()
        (checkout / ".venv" / "left-over").touch()
        environment.ensure_python()
        assert installed == ["requirements.txt", "requirements.txt"]
        assert not (checkout / ".venv" / "left-over").exists()

    def test_a_broken_off_installation_is_not_called_installed(self, checkout, monkeypatch, python_there):
        def breaks(wanted):
            raise CannotRunError("no network")

        monkeypatch.setattr(environment, "install", breaks)
        with pytest.raises(CannotRunError, match="^no network$"):
            environment.ensure_python()
        assert not (checkout / ".venv" / "installed.json").exists()


class TestInstall:
    def test_uv_makes_the_folder_and_checks_the_hashes(self, checkout, ran, with_uv):
        environment.install("requirements.txt")
        python, pins = str(checkout / ".venv/bin/python"), str(checkout / "requirements.txt")
        made, installed = ran.commands
        assert made[:4] == ["/usr/bin/uv", "venv", "--quiet", "--clear"]
        assert installed == [
            *("/usr/bin/uv", "pip", "install", "--quiet", "--python", python),
            *("--require-hashes", "-r", pins),
        ]

    def test_uv_keeps_a_folder_that_is_there(self, ran, with_uv, python_there):
        environment.install("requirements.txt")
        assert [words[1] for words in ran.commands] == ["pip"]

    @pytest.mark.parametrize("broken", ["venv", "pip"])
    def test_where_uv_fails_pip_does_it_and_that_is_said(self, checkout, ran, with_uv, capsys, monkeypatch, broken):
        monkeypatch.setattr(environment, "can_make_venv", lambda: True)
        commands = []

        def fails_for_uv(command, *, env=None, check=True):
            words = [str(word) for word in command]
            commands.append(words)
            return int(words[0] == "/usr/bin/uv" and words[1] == broken)

        monkeypatch.setattr(environment, "run", fails_for_uv)
        environment.install("requirements.txt")
        assert "!! uv could not do it; trying pip, which takes longer.\n" in capsys.readouterr().err
        assert commands[-1] == [
            str(checkout / ".venv/bin/python"),
            *environment.pip_install(checkout / "requirements.txt"),
        ]

    def test_without_any_uv_pip_does_it_and_that_is_said(self, checkout, ran, capsys, monkeypatch):
        monkeypatch.setattr(environment, "find_uv", lambda: None)
        monkeypatch.setattr(environment, "can_make_venv", lambda: True)
        environment.install("requirements.txt")
        assert "!! uv cannot be had; using pip.\n" in capsys.readouterr().err
        assert [words[1:3] for words in ran.commands] == [["-m", "venv"], ["-m", "pip"]]

    def test_without_uv_and_venv_one_sentence_says_what_to_install(self, checkout, ran, without_venv):
        with pytest.raises(CannotRunError) as refused:
            environment.install("requirements.txt")
        assert str(refused.value) == (
            "Python here cannot make virtual environments. "
            "On Debian or Ubuntu: apt install python3-venv; or install uv."
        )
        assert ran.commands == []

    def test_pip_asks_nothing_and_checks_the_hashes(self, checkout):
        assert environment.pip_install(checkout / "requirements.txt") == [
            *("-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-input"),
            *("--require-hashes", "-r", str(checkout / "requirements.txt")),
        ]


class TestMakeVenv:
    def test_what_stood_there_goes(self, tmp_path, ran, monkeypatch):
        monkeypatch.setattr(environment, "can_make_venv", lambda: True)
        (tmp_path / "venv").mkdir()
        (tmp_path / "venv" / "old").touch()
        assert environment.make_venv(tmp_path / "venv") == tmp_path / "venv" / "bin" / "python"
        assert not (tmp_path / "venv").exists()
        assert ran.commands[0][1:] == ["-m", "venv", str(tmp_path / "venv")]

    def test_without_the_modules_nothing_is_removed(self, tmp_path, ran, without_venv):
        (tmp_path / "venv").mkdir()
        with pytest.raises(CannotRunError, match="^Python here cannot make virtual environments."):
            environment.make_venv(tmp_path / "venv")
        assert (tmp_path / "venv").is_dir()

    @pytest.mark.parametrize(
        ("there", "able"),
        [(("venv", "ensurepip"), True), (("venv",), False), (("ensurepip",), False), ((), False)],
    )
    def test_both_modules_are_needed(self, monkeypatch, there, able):
        monkeypatch.setattr(environment.importlib.util, "find_spec", lambda name: name if name in there else None)
        assert environment.can_make_venv() is able


class TestTools:
    """uv and Node.js in throw-away environments, hash-pinned like everything else."""

    @pytest.fixture
    def can(self, monkeypatch, checkout):
        monkeypatch.setattr(environment, "can_make_venv", lambda: True)

    @pytest.fixture
    def pip_makes_it(self, can, ran, monkeypatch):
        def make(folder):
            ran([folder / "made"])
            (folder / "bin").mkdir(parents=True)
            (folder / "bin" / "python").touch()
            return folder / "bin" / "python"

        monkeypatch.setattr(environment, "make_venv", make)
        return ran

    def test_fetched_once(self, pip_makes_it, tmp_path):
        python = tmp_path / "var" / "tools" / "uv" / "bin" / "python"
        assert [environment.tool_venv("uv") for _ in range(3)] == [python] * 3
        assert len(pip_makes_it.holding("pip")) == 1

    def test_fetched_again_when_its_pin_changes(self, pip_makes_it, checkout, tmp_path):
        environment.tool_venv("uv")
        (checkout / ".run" / "uv.txt").write_text("uv==2\n")
        shutil.rmtree(tmp_path / "var" / "tools" / "uv" / "bin")
        assert environment.tool_venv("uv") is not None
        assert len(pip_makes_it.holding("pip")) == 2

    def test_none_where_pip_fails_and_it_is_tried_again_next_time(self, pip_makes_it, tmp_path):
        pip_makes_it.fail("pip")
        assert environment.tool_venv("uv") is None
        assert not (tmp_path / "var" / "tools" / "uv" / "installed.json").exists()

    def test_none_without_the_modules_of_python(self, checkout, ran, without_venv):
        assert environment.tool_venv("uv") is None
        assert ran.commands == []

    def test_uv_on_the_path_comes_first(self, checkout, ran, with_uv):
        assert environment.find_uv() == "/usr/bin/uv"
        assert ran.commands == []

    def test_else_the_fetched_one(self, pip_makes_it, tmp_path):
        assert environment.find_uv() == str(tmp_path / "var" / "tools" / "uv" / "bin" / "uv")

    def test_else_none(self, checkout, ran, without_venv):
        assert environment.find_uv() is None

    def test_node_is_not_fetched_where_npm_is(self, checkout, ran, monkeypatch):
        monkeypatch.setattr(environment.shutil, "which", lambda name: "/usr/bin/npm")
        assert environment.node_arguments() == []
        assert ran.commands == []

    def test_else_the_fetched_node_is_named(self, pip_makes_it, tmp_path):
        python = tmp_path / "var" / "tools" / "node" / "bin" / "python"
        environment.tool_venv("node")
        python.chmod(0o755)
        assert environment.node_arguments() == ["--node-python", str(python)]

    def test_a_node_that_cannot_be_started_is_not_named(self, checkout, monkeypatch, tmp_path):
        monkeypatch.setattr(environment, "tool_venv", lambda name: tmp_path / "absent")
        assert environment.node_arguments() == []

    def test_uv_uses_the_certificates_of_the_machine_unless_told(self, monkeypatch):
        monkeypatch.delenv("UV_SYSTEM_CERTS", raising=False)
        assert environment.uv_environment()["UV_SYSTEM_CERTS"] == "1"
        monkeypatch.setenv("UV_SYSTEM_CERTS", "0")
        assert environment.uv_environment()["UV_SYSTEM_CERTS"] == "0"


class TestAssets:
    @pytest.fixture
    def sources(self, checkout, ran):
        """The script and its pins; a run of it puts the files there."""
        (checkout / "nhsuk").mkdir()
        (checkout / "nhsuk" / "assets.py").write_text("# fetches\n")
        (checkout / "package-lock.json").write_text("{}")
        (checkout / "static_built" / "nhsuk").mkdir(parents=True)
        return ran

    @pytest.fixture(autouse=True)
    def npm(self, monkeypatch):
        monkeypatch.setattr(environment, "node_arguments", list)

    def test_fetched_once(self, sources, python_there):
        assert [environment.ensure_assets(python_there) for _ in range(2)] == [True, True]
        assert sources.commands == [[str(python_there), "-m", "nhsuk.assets"]]

    def test_fetched_again_when_the_pins_change(self, sources, checkout, python_there):
        environment.ensure_assets(python_there)
        (checkout / "package-lock.json").write_text('{"version": 2}')
        environment.ensure_assets(python_there)
        assert len(sources.commands) == 2

    def test_fetched_again_when_the_folder_was_deleted(self, sources, checkout, python_there):
        environment.ensure_assets(python_there)
        shutil.rmtree(checkout / "static_built")
        environment.ensure_assets(python_there)
        assert len(sources.commands) == 2

    def test_needed_and_not_to_be_had_is_a_sentence(self, sources, python_there):
        sources.fail("nhsuk.assets")
        with pytest.raises(CannotRunError) as refused:
            environment.ensure_assets(python_there)
        assert str(refused.value) == "The design system's files could not be installed; what npm said is above."

    def test_not_needed_and_not_to_be_had_is_false_and_tried_again(self, sources, python_there):
        sources.fail("nhsuk.assets")
        assert environment.ensure_assets(python_there, required=False) is False
        sources.fails.clear()
        assert environment.ensure_assets(python_there, required=False) is True

    def test_a_checkout_without_the_script_has_none(self, checkout, ran, python_there):
        assert environment.ensure_assets(python_there) is False
        assert ran.commands == []

    def test_node_uses_the_certificates_of_the_machine(self, sources, python_there):
        environment.ensure_assets(python_there)
        assert sources.environments[0]["NODE_USE_SYSTEM_CA"] == "1"


class TestFingerprint:
    def test_the_order_on_the_disk_does_not_matter(self, tmp_path):
        for folder, names in (("a/static", "xyz"), ("b/static", "zyx")):
            (tmp_path / folder).mkdir(parents=True)
            for name in names:
                (tmp_path / folder / name).write_text(name)
        assert environment.fingerprint(tmp_path / "a/static") == environment.fingerprint(tmp_path / "b/static")

    def test_a_byte_changes_it(self, tmp_path):
        (tmp_path / "pins").write_text("a")
        before = environment.fingerprint(tmp_path / "pins")
        (tmp_path / "pins").write_text("b")
        assert environment.fingerprint(tmp_path / "pins") != before

    def test_so_does_the_name(self, tmp_path):
        (tmp_path / "one").write_text("same")
        (tmp_path / "two").write_text("same")
        assert environment.fingerprint(tmp_path / "one") != environment.fingerprint(tmp_path / "two")

    def test_files_in_folders_below_count(self, tmp_path):
        (tmp_path / "static" / "deep").mkdir(parents=True)
        before = environment.fingerprint(tmp_path / "static")
        (tmp_path / "static" / "deep" / "a.css").write_text("x")
        assert environment.fingerprint(tmp_path / "static") != before
