"""./run check: everything that reads the code without running the product. ./run lock: the pins."""

import tempfile
from pathlib import Path

from launcher.environment import DEVELOPMENT, RUNTIME, TOOLS, ensure_assets, ensure_python, find_uv, uv_environment
from launcher.processes import ROOT, environment, run
from launcher.say import CannotRunError, box, step

CODE = [".", "run", ".run"]


def rooms() -> list[str]:
    """The folders of the checkout that are apps."""
    return sorted(p.parent.name for p in ROOT.glob("*/apps.py"))


def production_environment(folder: str) -> dict[str, str]:
    """The production profile with made-up values: enough to check the settings, useless to sign in with."""
    return environment(
        DJANGO_SETTINGS_MODULE="recruitment.settings.production",
        VAR_DIR=folder,
        SECRET_KEY="".join(chr(33 + i % 90) for i in range(80)),
        HASH_KEY="not-a-real-key",
        ALLOWED_HOSTS="interviews.example.test",
        PUBLIC_ADDRESS="https://interviews.example.test",
        DATABASE_URL="postgres://nobody@127.0.0.1/none",
    )


def templates() -> list[Path]:
    """The folders of templates that hold any."""
    folders = [ROOT / "templates", *sorted(ROOT.glob("*/templates"))]
    return [folder for folder in folders if any(folder.rglob("*.html"))]


def commands(python: Path, folder: str) -> list[tuple[str, list[object], dict[str, str]]]:
    """(name, words, environment) of each check."""
    tools = python.parent
    testing = environment(DJANGO_SETTINGS_MODULE="recruitment.settings.test", VAR_DIR=folder)
    testing.pop("DATABASE_URL", None)
    pages = templates()
    return [
        ("ruff", [tools / "ruff", "check", *CODE], testing),
        ("ruff format", [tools / "ruff", "format", "--check", *CODE], testing),
        ("mypy", [tools / "mypy", *rooms()], testing),
        ("import contracts", [tools / "lint-imports"], testing),
        *([("djlint", [tools / "djlint", "--quiet", "--lint", *pages], testing)] if pages else []),
        ("makemigrations --check", [python, "manage.py", "makemigrations", "--check", "--dry-run"], testing),
        (
            "check --deploy",
            [python, "manage.py", "check", "--deploy", "--fail-level", "WARNING"],
            production_environment(folder),
        ),
    ]


def check() -> int:
    """Run every check, even after one failed; 0 if all are clean."""
    python = ensure_python(DEVELOPMENT)
    ensure_assets(python, required=False)
    results: dict[str, int] = {}
    with tempfile.TemporaryDirectory() as folder:
        for name, words, env in commands(python, folder):
            step(name)
            results[name] = run(words, env=env, check=False)
    lines = [f"{'clean ' if status == 0 else 'FAILED'}  {name}" for name, status in results.items()]
    print(box("Checks", lines), flush=True)
    return 1 if any(results.values()) else 0


def lock(*, upgrade: bool) -> int:
    """Compile every *.in to its hash-pinned *.txt; the development pins agree with the runtime's."""
    uv = find_uv()
    if not uv:
        raise CannotRunError("Locking needs uv: install it, or python3-venv so that it can be fetched.")
    pairs = [("requirements.in", ROOT, []), ("requirements-dev.in", ROOT, ["--constraint", RUNTIME])]
    pairs += [(f"{tool}.in", TOOLS, []) for tool in ("uv", "node")]
    env = {**uv_environment(), "UV_CUSTOM_COMPILE_COMMAND": "./run lock"}
    for source, folder, more in pairs:
        step(f"Locking {source}")
        words = [uv, "pip", "compile", "--quiet", "--generate-hashes", "--universal", "--python-version", "3.11"]
        words += [*(["--upgrade"] if upgrade else []), *more, source, "-o", source.replace(".in", ".txt")]
        run(words, env=env, folder=folder)
    return 0
