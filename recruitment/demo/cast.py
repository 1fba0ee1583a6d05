"""Who takes part in the demo: the academy, providers, agreements, and the people who sign in."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from django.contrib.auth.hashers import make_password

from audit.acting import Acting, Role
from audit.clock import pretend, start_of, today
from organisations.models import Accession, Agreement, Department, Kind, Membership, Organisation, PipelineMode, User
from organisations.services import acting_of, add_membership, system

ACADEMY = "NWLSA"
ICB = "Z9B2Z"
LAPSED = "RRU"  # its agreement ran out a while ago
NATIVE = ("RYJ", "RKL")  # trusts that decide and book in this service; the others work in TRAC
PASSWORD = "demo-only-password"  # noqa: S105 - printed for everybody who starts the demo
YEARS = 3  # memberships of a year each, back to before the first cohort
PROVIDERS = (
    ("99000101", "Open Doors West London", "Open Doors"),
    ("99000102", "First Step Harrow", "First Step"),
    ("99000103", "Grand Union Futures", "Grand Union"),
    ("99000104", "Kindling Westminster", "Kindling"),
    ("99000105", "New Leaf Hillingdon", "New Leaf"),
    ("99000106", "Wayfinder Hounslow", "Wayfinder"),
    ("99000107", "Ashmere Supported Internships", "Ashmere"),
)
DEPARTMENTS = (
    "Medicine",
    "Surgery",
    "Outpatients",
    "Estates and facilities",
    "Community services",
    "Corporate services",
)


@dataclass(frozen=True, slots=True)
class SignIn:
    """One line of the table that `demo --sign-ins` prints."""

    who: str
    email: str
    organisation: str


# Key, address before the @, name, role, organisation, whether the table of sign-ins shows it.
PEOPLE: tuple[tuple[str, str, str, Role, str, bool], ...] = (
    ("academy", "academy", "Amara Kowalfield", Role.ACADEMY, ACADEMY, True),
    ("academy2", "academy2", "Roisin Thapacote", Role.ACADEMY, ACADEMY, False),
    ("provider", "provider", "Bilal Adeyfield", Role.PROVIDER, "99000101", True),
    ("recruiter", "recruiter", "Meera Lewisfold", Role.RECRUITER, "RYJ", True),
    ("hr", "hr", "Winston Nowakfield", Role.TRUST_HR, "RYJ", True),
    ("icb", "icb", "Elif Garciathorpe", Role.ICB_ANALYST, ICB, True),
    ("auditor", "auditor", "Kofi Petrovale", Role.AUDITOR, ICB, True),
    ("admin", "admin", "Sunita Reidmarsh", Role.SYSTEM_ADMIN, ICB, True),
    ("two", "two", "Freya Mensahworth", Role.RECRUITER, "RQM", True),
    ("two-hr", "two", "Freya Mensahworth", Role.TRUST_HR, "RKL", True),
)
RECRUITERS = ("R1K", "RAS", "RAX", "RKL", "RRU", "RV3", "RYX")


@dataclass(slots=True)
class Cast:
    """Organisations by code, and for each person the memberships, newest first."""

    organisations: dict[str, Organisation] = field(default_factory=dict)
    memberships: dict[str, list[Membership]] = field(default_factory=dict)

    @property
    def trusts(self) -> list[Organisation]:
        return [each for each in self.organisations.values() if each.kind == Kind.TRUST]

    @property
    def providers(self) -> list[Organisation]:
        return [each for each in self.organisations.values() if each.kind == Kind.PROVIDER]

    def act(self, key: str) -> Acting:
        """Who `key` is at the present (perhaps pretended) moment."""
        day = today()
        return acting_of(next(held for held in self.memberships[key] if held.starts <= day), on=day)

    def recruiter(self, trust: Organisation) -> Acting:
        return self.act({"RYJ": "recruiter", "RQM": "two"}.get(trust.code, f"recruiter-{trust.code}"))

    def system(self) -> Acting:
        return system()


def sign_ins() -> list[SignIn]:
    """Those whom a reader of the demo may sign in as, one for each role."""
    lines: dict[str, SignIn] = {}
    names = dict(Organisation.objects.values_list("code", "short_name")) | {code: short for code, _, short in PROVIDERS}
    for _key, address, _name, role, code, shown in PEOPLE:
        if shown:
            email, where = f"{address}@example.test", names.get(code, code)
            before = lines.get(email)
            who, place = (role.label, where) if before is None else (f"{before.who} and {role.label}", "")
            lines[email] = SignIn(who, email, f"{before.organisation} and {where}" if before else place)
    return list(lines.values())


def assemble(*, day: date) -> Cast:
    """Write the organisations that the demo adds, the agreement, users and memberships."""
    cast = Cast()
    Organisation.objects.bulk_create(_invented())
    Organisation.objects.filter(code__in=NATIVE).update(mode=PipelineMode.NATIVE)
    wanted = Organisation.objects.filter(closed__isnull=True).exclude(kind=Kind.BOROUGH).exclude(standing="partner")
    cast.organisations = {each.code: each for each in wanted.order_by("code")}
    for trust in cast.trusts:
        Department.objects.bulk_create([Department(organisation=trust, name=name) for name in DEPARTMENTS])
    _agree(cast, day)
    _employ(cast, day)
    return cast


def _invented() -> list[Organisation]:
    note = "Invented for the demonstration"
    academy = Organisation(
        code=ACADEMY,
        kind=Kind.ACADEMY,
        name="North West London Skills Academy",
        short_name="Skills Academy",
        postcode="HA1 3UJ",
        source=note,
    )
    providers = [
        Organisation(code=code, kind=Kind.PROVIDER, name=name, short_name=short, source=note)
        for code, name, short in PROVIDERS
    ]
    return [academy, *providers]


def _agree(cast: Cast, day: date) -> None:
    """One agreement for all; one trust's accession ran out and has not been renewed."""
    agreement = Agreement.objects.create(
        title="North West London anchor data-sharing agreement",
        purposes="Guaranteed interviews, their outcomes, and figures without names",
        starts=day - timedelta(days=1100),
        ends=day + timedelta(days=700),
    )
    Accession.objects.bulk_create(
        [
            Accession(
                agreement=agreement,
                organisation=organisation,
                starts=agreement.starts,
                ends=day - timedelta(days=45) if organisation.code == LAPSED else None,
            )
            for organisation in cast.organisations.values()
        ]
    )


def _employ(cast: Cast, day: date) -> None:
    password = make_password(PASSWORD)  # once: hashing is slow on purpose
    others = [
        (f"recruiter-{code}", f"recruiter.{code.lower()}", f"Recruiter of {code}", Role.RECRUITER, code, False)
        for code in RECRUITERS
    ]
    others += [
        (f"provider-{code}", f"provider.{code[-2:]}", f"Officer of {short}", Role.PROVIDER, code, False)
        for code, _name, short in PROVIDERS[1:]
    ]
    users: dict[str, User] = {}
    for key, address, name, role, code, _shown in (*PEOPLE, *others):
        email = f"{address}@example.test"
        if email not in users:
            users[email] = User.objects.create(email=email, name=name, password=password)
        cast.memberships[key] = _years(users[email], cast.organisations[code], role, day)
    cast.memberships[f"provider-{PROVIDERS[0][0]}"] = cast.memberships["provider"]


def _years(user: User, organisation: Organisation, role: Role, day: date) -> list[Membership]:
    """Memberships of a year each, the newest first; the present one ends in two months."""
    held = []
    for year in reversed(range(YEARS)):
        starts = day - timedelta(days=300 + 365 * year)
        with pretend(start_of(starts) + timedelta(hours=9)):
            held.append(
                add_membership(
                    user=user,
                    organisation=organisation,
                    role=role,
                    starts=starts,
                    ends=starts + timedelta(days=364),
                    by=system(),
                )
            )
    return held[::-1]
