"""Every address of the service, asked by every persona: the table of `tests/permissions/` must hold and must be whole."""

from __future__ import annotations

from collections.abc import Iterator
from http.cookies import SimpleCookie

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver

from tests.permissions import Row, all_rows
from tests.world import PERSONAS, World, build_world


def url_names(resolver: URLResolver | None = None, prefix: str = "") -> Iterator[str]:
    for pattern in (resolver or get_resolver()).url_patterns:
        if isinstance(pattern, URLResolver):
            space = f"{prefix}{pattern.namespace}:" if pattern.namespace else prefix
            yield from url_names(pattern, space)
        elif isinstance(pattern, URLPattern):
            yield f"{prefix}{pattern.name or pattern.pattern}"


def test_every_address_is_in_the_table():
    listed = {row.name for row in all_rows()}
    assert sorted(set(url_names()) - listed) == []
    assert sorted(listed - set(url_names())) == []


def signed_in(persona: str, world: World) -> SimpleCookie:
    """The cookies of `persona`: signed in once, however many addresses are asked."""
    client = Client()
    if persona in world.users:
        client.force_login(world.users[persona])
    return client.cookies


def answer(row: Row, cookies: SimpleCookie, world: World) -> int:
    """The status that who has these cookies gets; whatever the request wrote is rolled back, a sign-out too."""
    client = Client(raise_request_exception=False)
    client.cookies = SimpleCookie(cookies.output(header="", sep=";"))
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
    cookies = signed_in(persona, world)
    mismatches = []
    for row in all_rows():
        got = answer(row, cookies, world)
        if got != row.expected(persona):
            mismatches.append(f"{row.name} ({row.path(world)}): {got}, not {row.expected(persona)}")
    assert "\n".join(mismatches) == ""
