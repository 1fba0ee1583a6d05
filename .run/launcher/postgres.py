"""A PostgreSQL for the tests: the one that is named, else a throw-away one, else the one that already runs here."""

import contextlib
import getpass
import glob
import os
import pwd
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import quote

from launcher.processes import dies_with_parent, environment, stop
from launcher.say import aloud, step

NAMED_BY = ("TEST_POSTGRES_URL", "DATABASE_URL_TEST")
HOW_TO_GET_IT = (
    "On Debian or Ubuntu: apt install postgresql; or set TEST_POSTGRES_URL to a server where databases may be created."
)
ROLE = "tests"
SECONDS_TO_START = 30
FAST_AND_LOOSE = {  # nobody will miss this data after a power cut
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "256MB",
    "max_connections": "100",
    "listen_addresses": "",  # no network: only who may open the folder gets in
}
CAN_CREATE = """
import sys, psycopg
with psycopg.connect(sys.argv[1], connect_timeout=3) as c:
    able = c.execute("select rolcreatedb or rolsuper from pg_roles where rolname = current_user").fetchone()[0]
sys.exit(0 if able else 1)
"""


def find_binaries() -> Path | None:
    """The folder of `initdb` and `postgres`: Debian's newest, or on the path; None if there is none."""
    packaged = sorted(glob.glob("/usr/lib/postgresql/*/bin"), key=version_of_folder, reverse=True)
    on_path = [str(Path(found).resolve().parent)] if (found := shutil.which("initdb")) else []
    folders = (Path(folder) for folder in [*packaged, *on_path])
    return next((f for f in folders if (f / "initdb").exists() and (f / "postgres").exists()), None)


def version_of_folder(folder: str) -> tuple[int, ...]:
    """(15,) for /usr/lib/postgresql/15/bin, so that 9 comes before 15."""
    return tuple(int(part) for part in Path(folder).parent.name.split(".") if part.isdigit())


def other_user() -> str | None:
    """Whom to become for PostgreSQL, which refuses root; None if we are not root."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            return pwd.getpwnam(name).pw_name
    return None


def socket_url(folder: Path, database: str) -> str:
    """The DATABASE_URL of `database` in the cluster whose socket is in `folder`."""
    return f"postgres://{ROLE}@{quote(str(folder), safe='')}/{database}"


@contextlib.contextmanager
def throw_away(binaries: Path) -> Iterator[str]:
    """A cluster in a temporary folder, reached by a socket in it; gone afterwards. Gives its DATABASE_URL."""
    home = Path(tempfile.mkdtemp(prefix="pg-"))
    user = other_user()
    if user:
        account = pwd.getpwnam(user)
        os.chown(home, account.pw_uid, account.pw_gid)
    server = None
    try:
        start_cluster = [binaries / "initdb", "-D", home / "data", "-U", ROLE, "-A", "trust", "-E", "UTF8"]
        run_as(user, [*start_cluster, "--locale=C.UTF-8", "--no-sync"])
        server = start(binaries, home, user=user)
        yield socket_url(home, f"run_{os.getpid()}")
    finally:
        if server:
            stop(server, first=signal.SIGINT)  # "fast": does not wait for connections
        shutil.rmtree(home, ignore_errors=True)


def run_as(user: str | None, words: list[object]) -> None:
    """Run a program of PostgreSQL as `user`; its output only when it fails."""
    subprocess.run(
        [str(w) for w in words],
        cwd="/",
        env=plain_environment(),
        user=user,
        group=group_of(user),
        check=True,
        capture_output=True,
    )


def group_of(user: str | None) -> int | None:
    """The main group of `user`."""
    return pwd.getpwnam(user).pw_gid if user else None


def plain_environment() -> dict[str, str]:
    """The environment without what would lead PostgreSQL's programs elsewhere."""
    return {k: v for k, v in environment().items() if not k.startswith("PG")}


def start(binaries: Path, home: Path, *, user: str | None) -> subprocess.Popen[bytes]:
    """The server of the cluster in `home`, once it takes connections."""
    words = [str(binaries / "postgres"), "-D", str(home / "data"), "-k", str(home)]
    words += [word for name, value in FAST_AND_LOOSE.items() for word in ("-c", f"{name}={value}")]
    with (home / "log").open("wb") as log:
        server = subprocess.Popen(
            words,
            cwd="/",
            env=plain_environment(),
            user=user,
            group=group_of(user),
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,  # Ctrl-C must end the tests first
            preexec_fn=dies_with_parent(signal.SIGINT),
        )
    deadline = time.monotonic() + SECONDS_TO_START
    while time.monotonic() < deadline and server.poll() is None:
        if "ready to accept connections" in (home / "log").read_text(errors="replace"):
            return server
        time.sleep(0.1)
    stop(server)
    raise OSError(f"PostgreSQL did not start:\n{(home / 'log').read_text(errors='replace')[-1000:]}")


def already_running(python: Path) -> str | None:
    """The URL of a server that runs here and lets us create databases, tried with the usual names."""
    users = list(dict.fromkeys([os.environ.get("PGUSER", ""), getpass.getuser(), "postgres"]))
    socket_folders = ["/var/run/postgresql", tempfile.gettempdir()]
    hosts = ["127.0.0.1:5432", *(quote(folder, safe="") for folder in socket_folders)]
    for host in hosts:
        for user in filter(None, users):
            url = f"postgres://{user}@{host}"
            tried = subprocess.run([str(python), "-c", CAN_CREATE, f"{url}/postgres"], capture_output=True, check=False)
            if tried.returncode == 0:
                return f"{url}/run_{os.getpid()}"
    return None


@contextlib.contextmanager
def postgres(python: Path) -> Iterator[str | None]:
    """The DATABASE_URL for the tests' databases, or None where no PostgreSQL can be found."""
    named = next((os.environ[name] for name in NAMED_BY if os.environ.get(name)), None)
    binaries = None if named else find_binaries()
    if named:
        step("PostgreSQL: the server that the environment names")
        yield named
        return
    with contextlib.ExitStack() as stack:
        url = None
        if binaries:
            step(f"PostgreSQL: starting a throw-away server from {binaries}")
            try:
                url = stack.enter_context(throw_away(binaries))
            except (OSError, subprocess.CalledProcessError, PermissionError) as problem:
                aloud(f"It did not start: {getattr(problem, 'stderr', b'') or problem}")
        yield url or already_running(python)
