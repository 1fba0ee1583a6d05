"""Every address of the service, asked by every persona: the table of `tests/permissions/` must hold and must be whole."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from pkgutil import iter_modules

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

import tests.permissions
from tests.permissions import Row
from tests.world import PERSONAS, World, build_world


def rows() -> list[Row]:
    found = []
    for module in iter_modules(tests.permissions.__path__):
        found += import_module(f"tests.permissions.{module.name}").ROWS
    return found


def url_names(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[str]:
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            space = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from url_names(pattern, space)
        elif isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.name or pattern.pattern}"


def test_every_address_is_in_the_table():
    listed = {row.name for row in rows()}
    assert sorted(set(url_names()) - listed) == []
    assert sorted(listed - set(url_names())) == []


def answer(row: Row, persona: str, world: World) -> int:
    """The status that `persona` gets; whatever the request wrote is rolled back."""
    client = Client(raise_request_exception=False)
    if persona in world.users:
        client.force_login(world.users[persona])
    with transaction.atomic():
        response = getattr(client, row.method)(row.path(world), row.data(world), headers=dict(row.headers))
        if getattr(response, "streaming", False):
            b"".join(response.streaming_content)
        transaction.set_rollback(True)
    return response.status_code


@pytest.mark.django_db
@pytest.mark.parametrize("persona", [*PERSONAS, "anonymous"])
def test_the_table_holds_for(persona):
    world = build_world()
    mismatches = []
    for row in rows():
        got = answer(row, persona, world)
        if got != row.expected(persona):
            mismatches.append(f"{row.name} ({row.path(world)}): {got}, not {row.expected(persona)}")
    assert "\n".join(mismatches) == ""
