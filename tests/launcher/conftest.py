"""A checkout of its own in a temporary folder, and a record of what would have been run."""

from pathlib import Path

import pytest
from launcher import checks, demo, environment


class Ran:
    """Stands in for `processes.run`: keeps the words of each command, and ends with what `fails` says."""

    def __init__(self):
        self.commands = []
        self.environments = []
        self.fails = {}

    def __call__(self, command, *, env=None, check=True, folder=None):
        words = [str(word) for word in command]
        self.commands.append(words)
        self.environments.append(env)
        return next((status for part, status in self.fails.items() if part in words), 0)

    def fail(self, part, status=1):
        """Every command that has the word `part` ends with `status` from now on."""
        self.fails[part] = status

    def holding(self, part):
        return [words for words in self.commands if part in words]


@pytest.fixture
def ran(monkeypatch):
    record = Ran()
    for module in (environment, demo, checks):
        monkeypatch.setattr(module, "run", record)
    return record


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """An empty checkout with two files of pins; `launcher` believes that it lives there."""
    root = tmp_path / "checkout"
    (root / ".run").mkdir(parents=True)
    for name in ("requirements.txt", "requirements-dev.txt"):
        (root / name).write_text(f"# {name}\n")
    for tool in ("uv", "node"):
        (root / ".run" / f"{tool}.txt").write_text(f"{tool}==1\n")
    venv = root / ".venv"
    places = {
        "ROOT": root,
        "VENV": venv,
        "PYTHON": venv / "bin" / "python",
        "STAMP": venv / "installed.json",
        "TOOLS": root / ".run",
    }
    for name, place in places.items():
        monkeypatch.setattr(environment, name, place)
    monkeypatch.setitem(environment.is_installed.__kwdefaults__, "root", root)
    monkeypatch.setattr(demo, "ROOT", root)
    monkeypatch.setattr(demo, "STAMP", places["STAMP"])
    monkeypatch.setattr(checks, "ROOT", root)
    monkeypatch.setattr(checks, "TOOLS", root / ".run")
    monkeypatch.setenv("VAR_DIR", str(tmp_path / "var"))
    return root


@pytest.fixture
def python_there(checkout):
    """The python of .venv exists, as after an installation."""
    python = checkout / ".venv" / "bin" / "python"
    python.parent.mkdir(parents=True)
    python.touch()
    return Path(python)
