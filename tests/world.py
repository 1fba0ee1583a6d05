"""A small world in which everybody exists once: the permission table and the leak tests walk through it.

Personas: `owner`-like roles of Trust A and of the academy, a colleague, strangers of Trust B, a membership that has ended, and
a trust whose data-sharing agreement has lapsed. Each room adds one record of each kind in `tests/worlds/<room>.py`.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from django.contrib.auth.hashers import make_password

from audit.acting import Acting, Role
from audit.clock import today
from organisations.models import Accession, Agreement, Kind, Membership, Organisation, Standing, User
from organisations.policies import load_initial
from organisations.services import acting_of

ROOMS = (
    "organisations",
    "candidates",
    "vacancies",
    "programmes",
    "pipeline",
    "replies",
    "matching",
    "levy",
    "reports",
    "jobs",
    "outbox",
)

# Persona -> (organisation key, role). `ended` held its membership until yesterday.
PERSONAS: dict[str, tuple[str, Role]] = {
    "academy": ("academy", Role.ACADEMY),
    "provider": ("provider", Role.PROVIDER),
    "other_provider": ("other_provider", Role.PROVIDER),
    "recruiter": ("trust", Role.RECRUITER),
    "colleague": ("trust", Role.TRUST_HR),
    "other_recruiter": ("other_trust", Role.RECRUITER),
    "lapsed": ("lapsed_trust", Role.RECRUITER),
    "icb_analyst": ("icb", Role.ICB_ANALYST),
    "auditor": ("icb", Role.AUDITOR),
    "system_admin": ("icb", Role.SYSTEM_ADMIN),
    "ended": ("trust", Role.RECRUITER),
}

ORGANISATIONS = {
    "trust": ("RYJ", Kind.TRUST, "Imperial College Healthcare NHS Trust", "Imperial"),
    "other_trust": ("R1K", Kind.TRUST, "London North West University Healthcare NHS Trust", "London North West"),
    "lapsed_trust": ("RAS", Kind.TRUST, "The Hillingdon Hospitals NHS Foundation Trust", "Hillingdon"),
    "academy": ("NWLSA", Kind.ACADEMY, "North West London Skills Academy", "Skills Academy"),
    "provider": ("VCSE1", Kind.PROVIDER, "Open Doors West London", "Open Doors"),
    "other_provider": ("VCSE2", Kind.PROVIDER, "First Step Harrow", "First Step"),
    "icb": ("Z9B2Z", Kind.ICB, "NHS West and North London ICB", "West and North London ICB"),
}


@dataclass
class World:
    """The organisations, users and memberships by name; rooms add their records as attributes."""

    organisations: dict[str, Organisation] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    memberships: dict[str, Membership] = field(default_factory=dict)
    agreement: Agreement | None = None
    records: dict[str, Any] = field(default_factory=dict)

    def __getattr__(self, name: str) -> Any:
        for holder in ("records", "organisations"):
            if name in self.__dict__.get(holder, {}):
                return self.__dict__[holder][name]
        raise AttributeError(name)

    def acting(self, persona: str) -> Acting:
        return acting_of(self.memberships[persona])


def build_world(rooms: tuple[str, ...] = ROOMS) -> World:
    """Make the world in the test's database, with the records of `rooms`; all is dated against the frozen day."""
    load_initial()
    world = World()
    world.organisations = {
        key: Organisation(
            code=code, kind=kind, name=name, short_name=short, standing=Standing.SIGNATORY, opened=date(2010, 4, 1)
        )
        for key, (code, kind, name, short) in ORGANISATIONS.items()
    }
    Organisation.objects.bulk_create(world.organisations.values())
    _agree(world)
    _employ(world)
    for room in rooms:
        if find_spec(f"tests.worlds.{room}"):
            import_module(f"tests.worlds.{room}").extend(world)
    return world


def _agree(world: World) -> None:
    """One multilateral agreement; the lapsed trust left it a month ago."""
    world.agreement = Agreement.objects.create(
        title="North West London anchor data sharing agreement",
        purposes="Guaranteed interviews and outcomes",
        starts=date(2025, 4, 1),
        ends=date(2028, 3, 31),
    )
    left = {"lapsed_trust": today() - timedelta(days=30)}
    Accession.objects.bulk_create(
        Accession(agreement=world.agreement, organisation=organisation, starts=date(2025, 4, 1), ends=left.get(key))
        for key, organisation in world.organisations.items()
    )


def _employ(world: World) -> None:
    """A user and a membership for each persona; `ended` held its own until yesterday."""
    password = make_password("a long demo password")
    world.users = {
        persona: User(email=f"{persona}@example.test", password=password, name=f"{persona.title()} Person")
        for persona in PERSONAS
    }
    User.objects.bulk_create(world.users.values())
    world.memberships = {
        persona: Membership(
            user=world.users[persona],
            organisation=world.organisations[key],
            role=role,
            starts=today() - timedelta(days=200),
            ends=today() + timedelta(days=-1 if persona == "ended" else 100),
        )
        for persona, (key, role) in PERSONAS.items()
    }
    Membership.unscoped.bulk_create(world.memberships.values())
