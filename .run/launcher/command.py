"""The command line of ./run."""

import argparse

from launcher import checks, demo, suite
from launcher.say import CannotRunError, aloud

EPILOG = """
Everything that this writes is in .venv, .var, static_built and node_modules of the checkout; delete them to start clean.

Production is not served by this command: set DJANGO_SETTINGS_MODULE=recruitment.settings.production and the
variables in README.md, then migrate, collectstatic, createcachetable, and serve recruitment.wsgi with gunicorn.
"""


def parser() -> argparse.ArgumentParser:
    """What ./run understands."""
    top = argparse.ArgumentParser(
        prog="./run",
        description="Guaranteed interviews: the demo, the tests and the checks.",
        epilog=EPILOG,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    verbs = top.add_subparsers(dest="verb", required=True, metavar="demo | test | check | lock | manage")
    for_demo = verbs.add_parser("demo", help="serve a demo with invented people")
    for_demo.add_argument("--reset", action="store_true", help="start again with a new database")
    for_demo.add_argument(
        "--port", type=int, default=demo.DEFAULT_PORT, help="the first port to try (default: %(default)s)"
    )
    for_test = verbs.add_parser(
        "test",
        help="run the tests on SQLite and on PostgreSQL",
        description="PostgreSQL: TEST_POSTGRES_URL if set, else a throw-away server, else one that runs here. "
        "Browser tests run in the SQLite round only. REQUIRE_ALL=1 makes left-out parts a failure. "
        "Everything else on the line goes to pytest.",
    )
    for_test.add_argument("--full", action="store_true", help="also the long ones")
    verbs.add_parser("check", help="ruff, mypy, import contracts, djlint, migrations, production settings")
    for_lock = verbs.add_parser("lock", help="compile requirements*.in to hash-pinned *.txt")
    for_lock.add_argument("--upgrade", action="store_true", help="take newer versions where they are allowed")
    verbs.add_parser("manage", help="manage.py in the demo's profile")
    return top


def main(arguments: list[str]) -> int:
    """Do what `arguments` say; the exit status."""
    try:
        return dispatch(arguments)
    except CannotRunError as sentence:
        aloud(str(sentence))
        return 2
    except KeyboardInterrupt:
        return 130


def dispatch(arguments: list[str]) -> int:
    """Call the function behind the verb; what follows `manage` and `test` belongs to manage.py and pytest."""
    verb, rest = (arguments[0], arguments[1:]) if arguments else ("", [])
    if verb == "manage":
        return demo.hand_over(rest)
    if verb == "test" and not {"-h", "--help"} & set(rest):
        return suite.test([word for word in rest if word != "--full"], full="--full" in rest)
    given = parser().parse_args(arguments)
    if given.verb == "demo":
        return demo.demo(port=given.port, reset=given.reset)
    if given.verb == "lock":
        return checks.lock(upgrade=given.upgrade)
    return checks.check()
