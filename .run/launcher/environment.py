"""The Python environment and the design system's files: made once, mended when their pins change."""

import fcntl
import hashlib
import importlib.util
import json
import os
import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from launcher.processes import ROOT, environment, run, var_dir
from launcher.say import CannotRunError, aloud, step

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
STAMP = VENV / "installed.json"
TOOLS = ROOT / ".run"
RUNTIME, DEVELOPMENT = "requirements.txt", "requirements-dev.txt"
CONTAINS = {RUNTIME: [RUNTIME], DEVELOPMENT: [DEVELOPMENT, RUNTIME]}
NO_VENV = "Python here cannot make virtual environments. On Debian or Ubuntu: apt install python3-venv; or install uv."


def fingerprint(*parts: Path) -> str:
    """SHA-256 over the names and bytes of files, folders read through in a steady order."""
    digest = hashlib.sha256()
    for part in parts:
        files = sorted(p for p in part.rglob("*") if p.is_file()) if part.is_dir() else [part]
        for file in files:
            digest.update(f"{file.relative_to(part.parent)}\0".encode())
            digest.update(file.read_bytes() if file.exists() else b"absent")
    return digest.hexdigest()


def is_installed(stamp: dict[str, str], wanted: str, *, root: Path = ROOT) -> bool:
    """Whether `stamp` says that the pins of file `wanted`, as they are now, are installed."""
    return stamp.get(wanted) == fingerprint(root / wanted)


def read_stamp(path: Path) -> dict[str, str]:
    """The stamp at `path`; empty when it is absent or damaged."""
    try:
        found = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Two ./run in one checkout wait for each other here, instead of both writing .venv."""
    with (var_dir() / "environment.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def can_make_venv() -> bool:
    """Whether this Python has both modules that `python -m venv` needs (Debian packs them apart)."""
    return all(importlib.util.find_spec(name) for name in ("venv", "ensurepip"))


def make_venv(folder: Path) -> Path:
    """A fresh virtual environment with pip in `folder`; its python."""
    if not can_make_venv():
        raise CannotRunError(NO_VENV)
    shutil.rmtree(folder, ignore_errors=True)
    run([sys.executable, "-m", "venv", folder])
    return folder / "bin" / "python"


def tool_venv(name: str) -> Path | None:
    """The python of a throw-away environment with the hash-pinned `.run/<name>.txt`; None if it cannot be had."""
    folder, pins = var_dir() / "tools" / name, TOOLS / f"{name}.txt"
    stamp, python = folder / "installed.json", folder / "bin" / "python"
    if python.exists() and is_installed(read_stamp(stamp), pins.name, root=TOOLS):
        return python
    if not can_make_venv():
        return None
    step(f"Fetching {name} into a throw-away environment")
    make_venv(folder)
    if run([python, *pip_install(pins)], check=False):
        return None
    stamp.write_text(json.dumps({pins.name: fingerprint(pins)}))
    return python


def pip_install(pins: Path) -> list[str]:
    """The arguments after `python` that install `pins`, hashes checked."""
    quiet = ["--quiet", "--disable-pip-version-check", "--no-input"]
    return ["-m", "pip", "install", *quiet, "--require-hashes", "-r", str(pins)]


def find_uv() -> str | None:
    """uv from the path, or from a throw-away environment; None if neither can be had."""
    if found := shutil.which("uv"):
        return found
    python = tool_venv("uv")
    return str(python.parent / "uv") if python else None


def uv_environment() -> dict[str, str]:
    """uv with the certificates of this machine, as pip and the browser use them."""
    env = environment()
    env.setdefault("UV_SYSTEM_CERTS", "1")
    return env


def install_with_uv(uv: str, pins: Path) -> bool:
    """Whether uv could install `pins` into .venv, which it makes if need be."""
    env = uv_environment()
    if not PYTHON.exists() and run(
        [uv, "venv", "--quiet", "--clear", "--python", sys.executable, VENV], env=env, check=False
    ):
        return False
    install = [uv, "pip", "install", "--quiet", "--python", PYTHON, "--require-hashes", "-r", pins]
    return run(install, env=env, check=False) == 0


def install(wanted: str) -> None:
    """Install the file `wanted` into .venv: with uv if it can be had, else with pip."""
    step(f"Installing {wanted} into .venv (once; again only when its pins change)")
    uv = find_uv()
    if uv and install_with_uv(uv, ROOT / wanted):
        return
    aloud("uv could not do it; trying pip, which takes longer." if uv else "uv cannot be had; using pip.")
    run([make_venv(VENV), *pip_install(ROOT / wanted)])


def ensure_python(wanted: str = RUNTIME) -> Path:
    """The python of .venv with everything in file `wanted` installed."""
    with one_at_a_time():
        if not PYTHON.exists():  # absent, or its Python was removed from the machine
            shutil.rmtree(VENV, ignore_errors=True)
        stamp = read_stamp(STAMP)
        if not is_installed(stamp, wanted):
            install(wanted)
            STAMP.write_text(json.dumps({**stamp, **{name: fingerprint(ROOT / name) for name in CONTAINS[wanted]}}))
    return PYTHON


def ensure_assets(python: Path, *, required: bool = True) -> bool:
    """Whether the design system's files are in place; `nhsuk.assets` fetches them with npm."""
    script = ROOT / "nhsuk" / "assets.py"
    if not script.exists():
        return False
    stamp = var_dir() / "assets.fingerprint"
    now = fingerprint(script, ROOT / "package-lock.json")
    if (ROOT / "static_built" / "nhsuk").is_dir() and stamp.exists() and stamp.read_text() == now:
        return True
    step("Installing the design system's files")
    with one_at_a_time():
        env = environment(NODE_USE_SYSTEM_CA="1")  # as pip and the browser do
        done = run([python, "-m", "nhsuk.assets", *node_arguments()], env=env, check=False) == 0
    if done:
        stamp.write_text(now)
    elif required:
        raise CannotRunError("The design system's files could not be installed; what npm said is above.")
    return done


def node_arguments() -> list[str]:
    """Nothing where npm is on the path; else where to find the python of an environment with Node.js."""
    if shutil.which("npm"):
        return []
    python = tool_venv("node")
    return ["--node-python", str(python)] if python and os.access(python, os.X_OK) else []
