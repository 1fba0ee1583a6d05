"""Starting other programs so that none of them is left behind."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Sequence
from pathlib import Path

from launcher.say import CannotRunError

ROOT = Path(__file__).resolve().parents[2]
PR_SET_PDEATHSIG = 1


def var_dir() -> Path:
    """The folder of everything that this checkout writes: VAR_DIR, or .var beside `run`."""
    folder = Path(os.environ.get("VAR_DIR", ROOT / ".var")).resolve()
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def environment(**extra: str) -> dict[str, str]:
    """The environment for a child: this one, without another Python's settings, with `extra`."""
    inherited = {k: v for k, v in os.environ.items() if k not in {"PYTHONHOME", "PYTHONPATH", "VIRTUAL_ENV"}}
    defaults = {"VAR_DIR": str(var_dir()), "PYTHONUNBUFFERED": "1", "PYTHONUTF8": "1"}
    return {**inherited, **defaults, **extra}


def demo_environment(**extra: str) -> dict[str, str]:
    """The demo's profile. Its database is always its own file: a DATABASE_URL set for other work is not touched."""
    env = environment(DJANGO_SETTINGS_MODULE="recruitment.settings.demo", **extra)
    env.pop("DATABASE_URL", None)
    return env


def dies_with_parent(number: int = signal.SIGTERM) -> Callable[[], None] | None:
    """For Popen's preexec_fn: on Linux the child gets signal `number` if the launcher is killed outright."""
    if sys.platform != "linux":
        return None
    library = ctypes.CDLL(None, use_errno=True)

    def ask() -> None:
        library.prctl(PR_SET_PDEATHSIG, int(number), 0, 0, 0)

    return ask


def run(
    command: Sequence[object], *, env: dict[str, str] | None = None, check: bool = True, folder: Path = ROOT
) -> int:
    """Run `command` in `folder` and give its exit status; CannotRunError on failure if `check`."""
    words = [str(word) for word in command]
    done = subprocess.run(
        words,
        cwd=folder,
        env=env or environment(),
        stdin=subprocess.DEVNULL,
        preexec_fn=dies_with_parent(),
        check=False,
    )
    if check and done.returncode:
        raise CannotRunError(
            f"This step failed (exit status {done.returncode}); its own words are above: {' '.join(words)}"
        )
    return done.returncode


def stop(process: subprocess.Popen[bytes], *, first: int = signal.SIGTERM, patience: float = 8) -> None:
    """End `process`: politely, and after `patience` seconds without mercy."""
    if process.poll() is None:
        process.send_signal(first)
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def sweep(process: subprocess.Popen[bytes]) -> None:
    """End what is left of the session that `process`, started with start_new_session, was the head of."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def end_on_terminate() -> None:
    """Make a polite kill of the launcher behave like Ctrl-C, so that every `finally` runs."""

    def leave(number: int, _frame: object) -> None:
        raise KeyboardInterrupt(number)

    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, leave)
