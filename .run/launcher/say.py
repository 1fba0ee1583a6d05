"""What the launcher tells the person who runs it."""

import sys
import textwrap
import time

STARTED = time.monotonic()


class CannotRunError(Exception):
    """A sentence for the person: what is missing and how to get it."""


def step(text: str) -> None:
    """Say what happens next, with the seconds since the start."""
    print(f"[{time.monotonic() - STARTED:5.1f} s] {text}", file=sys.stderr, flush=True)


def aloud(text: str) -> None:
    """Say what must not be overlooked."""
    print(f"!! {text}", file=sys.stderr, flush=True)


def box(title: str, lines: list[str], *, width: int = 110) -> str:
    """A frame around `lines`, each wrapped to `width` columns."""
    inner = width - 4
    rows = [row for line in lines for row in (textwrap.wrap(line, inner, subsequent_indent="    ") or [""])]
    edge = "+" + "-" * (width - 2) + "+"
    return "\n".join([edge, *(f"| {row:<{inner}} |" for row in [title.upper(), *rows]), edge])
