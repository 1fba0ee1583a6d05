"""./run demo: from a fresh checkout to a served demo."""

import contextlib
import errno
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from launcher.environment import STAMP, ensure_assets, ensure_python, fingerprint
from launcher.processes import ROOT, demo_environment, dies_with_parent, end_on_terminate, run, stop, var_dir
from launcher.say import CannotRunError, aloud, step

DEFAULT_PORT = 8000
PORTS_TRIED = 50
SECONDS_TO_ANSWER = 60


def listen(port: int, *, tries: int = PORTS_TRIED) -> socket.socket:
    """A socket listening on the first free port of 127.0.0.1 from `port` upwards; it is handed to the server."""
    for candidate in range(port, min(port + tries, 65536)):
        door = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
        door.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            door.bind(("127.0.0.1", candidate))
            door.listen(128)
        except OSError as problem:
            door.close()
            if problem.errno not in {errno.EADDRINUSE, errno.EACCES}:
                raise
        else:
            return door
    raise CannotRunError(f"No free port from {port} on; give another one with --port.")


def wipe(folder: Path) -> None:
    """Remove the demo's database and what was uploaded to and sent from it."""
    for file in [*folder.glob("anchor.sqlite3*"), *folder.glob("uploads/**/*"), *folder.glob("mail/*")]:
        if file.is_file():
            file.unlink()


def manage(python: Path, *words: str, env: dict[str, str], check: bool = True) -> int:
    """Run a management command in the demo's profile."""
    return run([python, "manage.py", *words], env=env, check=check)


def has_command(name: str) -> bool:
    """Whether a room of the checkout declares the management command `name`."""
    return any(ROOT.glob(f"*/management/commands/{name}.py"))


def static_fingerprint() -> str:
    """Changes when a static file of the rooms, the design system's files or the installed packages change."""
    folders = sorted(p for p in ROOT.glob("*/static") if p.is_dir())
    built = ROOT / "static_built"
    return fingerprint(*folders, *([built] if built.is_dir() else []), STAMP)


def collect_static(python: Path, *, env: dict[str, str]) -> None:
    """Collect the static files, unless nothing about them changed since the last time."""
    stamp, now = var_dir() / "static.fingerprint", static_fingerprint()
    if (var_dir() / "static_collected").is_dir() and stamp.exists() and stamp.read_text() == now:
        return
    step("Collecting static files")
    manage(python, "collectstatic", "--noinput", "--clear", "--verbosity=0", env=env)
    stamp.write_text(now)


def prepare(python: Path, *, reset: bool, env: dict[str, str]) -> None:
    """Tables, reference data, invented people, static files: each does nothing when it is there already."""
    if reset:
        step("Starting again: removing the demo's database")
        wipe(var_dir())
    with ThreadPoolExecutor(max_workers=1) as beside:  # another process: it needs no database, and a second processor
        collected = beside.submit(collect_static, python, env=env)
        fill_database(python, env=env)
        collected.result()


def fill_database(python: Path, *, env: dict[str, str]) -> None:
    """Tables, reference data and invented people."""
    step("Bringing the database up to date")
    manage(python, "migrate", "--verbosity=0", env=env)
    for name, what in (
        ("load_reference", "Loading postcodes, organisations and policies"),
        ("demo", "Inventing people"),
    ):
        if has_command(name):
            step(what)
            manage(python, name, env=env)
        else:
            aloud(f"manage.py {name} does not exist in this checkout; going on without it.")


def serve(python: Path, door: socket.socket, *, env: dict[str, str]) -> subprocess.Popen[bytes]:
    """The web server on the listening socket `door`; one process, eight threads."""
    words = ["-m", "gunicorn", "recruitment.wsgi", "--bind", f"fd://{door.fileno()}", "--log-level", "warning"]
    shape = [
        "--worker-class",
        "gthread",
        "--workers",
        "1",
        "--threads",
        "8",
        "--timeout",
        "120",
        "--graceful-timeout",
        "3",
    ]
    with door:
        return subprocess.Popen(
            [str(python), *words, *shape],
            cwd=ROOT,
            env=env,
            stdin=subprocess.DEVNULL,
            pass_fds=[door.fileno()],
            preexec_fn=dies_with_parent(),
        )


def wait_until_it_answers(port: int, server: subprocess.Popen[bytes]) -> int:
    """The HTTP status of the first answer; CannotRunError if the server ends or stays silent."""
    deadline = time.monotonic() + SECONDS_TO_ANSWER
    while time.monotonic() < deadline:
        if server.poll() is not None:
            raise CannotRunError(
                f"The web server ended at once (exit status {server.returncode}); its own words are above."
            )
        with contextlib.suppress(OSError, http.client.HTTPException):
            return status_of_home(port)
        time.sleep(0.2)
    raise CannotRunError(f"The web server did not answer within {SECONDS_TO_ANSWER} seconds.")


def status_of_home(port: int) -> int:
    """The status of the front page as a browser without a session gets it."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=20)
    try:
        connection.request("GET", "/")
        return connection.getresponse().status
    finally:
        connection.close()


def demo(*, port: int, reset: bool) -> int:
    """Serve the demo until Ctrl-C; 0 then."""
    end_on_terminate()
    python = ensure_python()
    ensure_assets(python)
    prepare(python, reset=reset, env=demo_environment())
    door = listen(port)
    taken = door.getsockname()[1]
    if taken != port:
        aloud(f"Port {port} is busy; using {taken} instead.")
    env = demo_environment(PUBLIC_ADDRESS=f"http://127.0.0.1:{taken}")
    server = serve(python, door, env=env)
    try:
        status = wait_until_it_answers(taken, server)
        step(f"Ready (the front page answered {status})")
        print(f"http://127.0.0.1:{taken}/", flush=True)
        if status >= http.client.INTERNAL_SERVER_ERROR:
            aloud("The front page answers with an error; its words are above.")
        if has_command("demo"):
            manage(python, "demo", "--sign-ins", env=env, check=False)
        print("Ctrl-C stops it.", flush=True)
        return server.wait()
    except KeyboardInterrupt:
        step("Stopping")
        return 0
    finally:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # a second Ctrl-C must not leave the server behind
        stop(server)


def hand_over(words: list[str]) -> int:
    """./run manage: become manage.py, in the demo's profile unless DJANGO_SETTINGS_MODULE says otherwise."""
    python = ensure_python()
    env = demo_environment() if "DJANGO_SETTINGS_MODULE" not in os.environ else {**os.environ}
    sys.stdout.flush()
    os.chdir(ROOT)
    os.execve(python, [str(python), "manage.py", *words], env)
