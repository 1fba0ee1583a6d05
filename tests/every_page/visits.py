"""Who opens what: the GET rows of the permission table, each with the personas that it lets in."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import transaction
from django.test import Client

from tests.permissions import Row, accounts, all_rows
from tests.world import PERSONAS, World, build_world

# One persona for each role: what a page offers depends on the role, and on nothing else of the person.
ROLES = ("academy", "provider", "recruiter", "colleague", "icb_analyst", "auditor", "system_admin")
ANONYMOUS = "anonymous"
FILE_ENDINGS = (".csv", ".xlsx", ".pdf")
DOCUMENTATION = "api_docs"  # a page of somebody else's making; the passkey steps redirect and need no exception


@dataclass(frozen=True)
class Visit:
    """One address, asked for by somebody who may have it."""

    row: Row
    persona: str

    def path(self, world: World) -> str:
        return self.row.path(world)


def rows_of(persona: str) -> list[Row]:
    """The addresses that answer 200 to a GET of this persona; those of allauth, alike for everybody, for two only."""
    rows = [row for row in all_rows() if row.method == "get" and row.expected(persona) == 200]
    return [row for row in rows if row not in accounts.ROWS or persona in ("academy", ANONYMOUS)]


def is_page(path: str, name: str) -> bool:
    """Whether an address answers HTML; `test_markup` holds this against the Content-Type of each answer."""
    address, _, query = path.partition("?")
    if address.startswith("/api/"):
        return name == DOCUMENTATION
    return not address.endswith(FILE_ENDINGS) and "format=" not in query and name != "pipeline:export"


def personas_of(row: Row) -> list[str]:
    """Who may open an address: of the roles, or where it is for none of them, whoever else may."""
    everybody = [*ROLES, *(each for each in (*PERSONAS, ANONYMOUS) if each not in ROLES)]
    allowed = [persona for persona in everybody if row.expected(persona) == 200]
    return [persona for persona in allowed if persona in ROLES] or allowed[:1]


def one_visit_each() -> list[Visit]:
    """Each address that anybody may open, once: the roles take turns, so that nobody's pages go unseen."""
    turns = dict.fromkeys((*PERSONAS, ANONYMOUS), 0)
    visits = []
    for row in all_rows():
        allowed = personas_of(row) if row.method == "get" else []
        if allowed:
            persona = min(allowed, key=turns.__getitem__)
            turns[persona] += 1
            visits.append(Visit(row, persona))
    return visits


def client_of(world: World, persona: str) -> Client:
    """A browser of the persona's without a browser: server errors are answers, as they are for a reader."""
    client = Client(raise_request_exception=False)
    if persona in world.users:
        client.force_login(world.users[persona])
    return client


def body(response) -> bytes:
    """What an answer says, streamed or not."""
    return b"".join(response.streaming_content) if getattr(response, "streaming", False) else response.content


@contextmanager
def shared_world(blocker) -> Iterator[World]:
    """One world for all tests of a module that only read; it is rolled back at the end."""
    with blocker.unblock(), transaction.atomic():
        yield build_world()
        transaction.set_rollback(True)
