"""./run check, ./run lock, and which function each verb of the command line calls."""

from pathlib import Path

import pytest
from launcher import checks, command, demo, suite
from launcher.say import CannotRunError

NAMES = ["ruff", "ruff format", "mypy", "import contracts", "djlint", "makemigrations --check", "check --deploy"]


@pytest.fixture
def pages(checkout):
    (checkout / "templates" / "levy").mkdir(parents=True)
    (checkout / "templates" / "levy" / "a.html").touch()
    (checkout / "nhsuk" / "templates").mkdir(parents=True)
    for room in ("levy", "audit"):
        (checkout / room).mkdir()
        (checkout / room / "apps.py").touch()
    return checkout


class TestCommands:
    def test_each_check_once(self, pages):
        assert [name for name, _words, _env in checks.commands(Path("/b/python"), "/tmp/x")] == NAMES

    def test_a_checkout_without_pages_has_no_check_of_pages(self, checkout):
        assert [name for name, _words, _env in checks.commands(Path("/b/python"), "/tmp/x")] == [
            name for name in NAMES if name != "djlint"
        ]

    def test_rooms_and_pages_of_the_checkout_are_checked(self, pages):
        words = {name: list(map(str, words)) for name, words, _env in checks.commands(Path("/b/python"), "/tmp/x")}
        assert words["mypy"] == ["/b/mypy", "audit", "levy"]
        assert words["djlint"] == ["/b/djlint", "--quiet", "--lint", str(pages / "templates")]
        assert words["ruff"] == ["/b/ruff", "check", ".", "run", ".run"]

    def test_only_the_deployment_is_checked_in_productions_profile(self, pages):
        profiles = {
            name: (env["DJANGO_SETTINGS_MODULE"], env.get("DATABASE_URL"))
            for name, _words, env in checks.commands(Path("/b/python"), "/tmp/x")
        }
        assert profiles.pop("check --deploy") == (
            "recruitment.settings.production",
            "postgres://nobody@127.0.0.1/none",
        )
        assert set(profiles.values()) == {("recruitment.settings.test", None)}

    def test_nothing_is_written_into_the_checkouts_own_folder(self, pages):
        assert {env["VAR_DIR"] for _name, _words, env in checks.commands(Path("/b/python"), "/tmp/x")} == {"/tmp/x"}

    def test_the_made_up_key_is_long_and_varied_enough_for_django(self, pages):
        key = checks.production_environment("/tmp/x")["SECRET_KEY"]
        assert (len(key), len(set(key)) >= 5, key.startswith("django-insecure-")) == (80, True, False)


class TestCheck:
    @pytest.fixture(autouse=True)
    def installed(self, pages, monkeypatch):
        monkeypatch.setattr(checks, "ensure_python", lambda wanted: Path("/b/python"))
        monkeypatch.setattr(checks, "ensure_assets", lambda python, required: True)

    def lines(self, capsys):
        return [line.strip("| ") for line in capsys.readouterr().out.splitlines()[2:-1]]

    def test_all_clean(self, ran, capsys):
        assert checks.check() == 0
        assert self.lines(capsys) == [f"clean   {name}" for name in NAMES]

    @pytest.mark.parametrize(
        ("word", "failed"),
        [("/b/mypy", "mypy"), ("/b/lint-imports", "import contracts"), ("--deploy", "check --deploy")],
    )
    def test_one_that_fails_is_named_and_the_others_run_all_the_same(self, ran, capsys, word, failed):
        ran.fail(word, 2)
        assert checks.check() == 1
        assert self.lines(capsys) == [f"{'FAILED' if name == failed else 'clean '}  {name}" for name in NAMES]
        assert len(ran.commands) == len(NAMES)


class TestLock:
    @pytest.fixture(autouse=True)
    def uv(self, monkeypatch, checkout):
        monkeypatch.setattr(checks, "find_uv", lambda: "/b/uv")

    def test_the_product_first_then_what_must_agree_with_it_then_the_tools(self, ran):
        assert checks.lock(upgrade=False) == 0
        assert [words[words.index("-o") - 1 :] for words in ran.commands] == [
            ["requirements.in", "-o", "requirements.txt"],
            ["requirements-dev.in", "-o", "requirements-dev.txt"],
            ["uv.in", "-o", "uv.txt"],
            ["node.in", "-o", "node.txt"],
        ]
        assert [("--constraint" in words) for words in ran.commands] == [False, True, False, False]

    def test_always_with_hashes_and_for_every_machine(self, ran):
        checks.lock(upgrade=False)
        assert all({"--generate-hashes", "--universal"} <= set(words) for words in ran.commands)

    @pytest.mark.parametrize("upgrade", [True, False])
    def test_newer_versions_only_when_asked(self, ran, upgrade):
        checks.lock(upgrade=upgrade)
        assert [("--upgrade" in words) for words in ran.commands] == [upgrade] * 4

    def test_the_files_name_the_command_of_the_checkout(self, ran):
        checks.lock(upgrade=False)
        assert {env["UV_CUSTOM_COMPILE_COMMAND"] for env in ran.environments} == {"./run lock"}

    def test_without_uv_a_sentence(self, ran, monkeypatch):
        monkeypatch.setattr(checks, "find_uv", lambda: None)
        with pytest.raises(CannotRunError) as refused:
            checks.lock(upgrade=False)
        assert str(refused.value) == "Locking needs uv: install it, or python3-venv so that it can be fetched."
        assert ran.commands == []


class TestCommandLine:
    @pytest.fixture(autouse=True)
    def recorded(self, monkeypatch):
        """Each verb gives back its own name and what it was told."""
        monkeypatch.setattr(demo, "demo", lambda **told: ("demo", told))
        monkeypatch.setattr(demo, "hand_over", lambda words: ("manage", words))
        monkeypatch.setattr(suite, "test", lambda extra, full: ("test", extra, full))
        monkeypatch.setattr(checks, "check", lambda: ("check",))
        monkeypatch.setattr(checks, "lock", lambda upgrade: ("lock", upgrade))

    @pytest.mark.parametrize(
        ("words", "called"),
        [
            (["demo"], ("demo", {"port": 8000, "reset": False})),
            (["demo", "--reset"], ("demo", {"port": 8000, "reset": True})),
            (["demo", "--port", "9100"], ("demo", {"port": 9100, "reset": False})),
            (["test"], ("test", [], False)),
            (["test", "--full"], ("test", [], True)),
            (["test", "-x", "--full", "-k", "a"], ("test", ["-x", "-k", "a"], True)),
            (["check"], ("check",)),
            (["lock"], ("lock", False)),
            (["lock", "--upgrade"], ("lock", True)),
            (["manage"], ("manage", [])),
            (["manage", "shell", "-c", "1"], ("manage", ["shell", "-c", "1"])),
        ],
    )
    def test_which_verb_calls_what(self, words, called):
        assert command.dispatch(words) == called

    @pytest.mark.parametrize(
        ("words", "said"),
        [
            ([], "the following arguments are required: demo | test | check | lock | manage"),
            (["dance"], "invalid choice: 'dance'"),
            (["demo", "--port", "eighty"], "argument --port: invalid int value: 'eighty'"),
            (["check", "--fast"], "unrecognized arguments: --fast"),
        ],
    )
    def test_what_it_does_not_know_is_said_with_status_2(self, capsys, words, said):
        with pytest.raises(SystemExit) as left:
            command.main(words)
        assert left.value.code == 2
        assert said in capsys.readouterr().err

    @pytest.mark.parametrize("words", [["-h"], ["demo", "--help"], ["test", "--help"], ["test", "-h"]])
    def test_help_is_asked_for_and_no_failure(self, capsys, words):
        with pytest.raises(SystemExit) as left:
            command.main(words)
        assert left.value.code == 0
        assert capsys.readouterr().out.startswith("usage: ./run")

    def test_ctrl_c_has_the_usual_status(self, monkeypatch):
        def interrupted(**told):
            raise KeyboardInterrupt

        monkeypatch.setattr(demo, "demo", interrupted)
        assert command.main(["demo"]) == 130
