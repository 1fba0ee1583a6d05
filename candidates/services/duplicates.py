"""Is this person here already? Likely records with the reason in words; a person decides, never the machine."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.db.models import Q

from audit.acting import Acting
from candidates.choices import GrantScope
from candidates.models import Candidate, Home, granted
from candidates.names import alike, day_and_month_swapped, folded, phone_kept
from places.postcodes import normalise

MOST_SHOWN = 10
AT_ONCE = 200

IN_WORDS = {"same": "same name", "swapped": "names swapped", "initial": "same initial and family name"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Particulars:
    """What is compared of one person."""

    given_name: str = ""
    family_name: str = ""
    date_of_birth: date | None = None
    postcode: str = ""
    phone: str = ""
    email: str = ""


@dataclass(frozen=True, slots=True)
class Duplicate:
    """A record that may be the same person; `why` is a phrase such as "same date of birth and similar name"."""

    candidate: Candidate
    why: str
    likeness: int


def likely_duplicates(
    *,
    given_name: str = "",
    family_name: str = "",
    date_of_birth: date | None = None,
    postcode: str = "",
    phone: str = "",
    email: str = "",
    by: Acting,
    other_than: Candidate | None = None,
) -> list[Duplicate]:
    """Likely records of this person among those that `by` sees whole, most alike first, at most ten."""
    asked = Particulars(
        given_name=given_name,
        family_name=family_name,
        date_of_birth=date_of_birth,
        postcode=postcode,
        phone=phone,
        email=email,
    )
    found = likely_duplicates_of([asked], by=by)[0]
    return [each for each in found if other_than is None or each.candidate.pk != other_than.pk]


def likely_duplicates_of(people: Sequence[Particulars], *, by: Acting) -> list[list[Duplicate]]:
    """For each of `people`, as `likely_duplicates`; two queries for each two hundred people asked about."""
    found: list[list[Duplicate]] = []
    for start in range(0, len(people), AT_ONCE):
        found += _some(people[start : start + AT_ONCE], by)
    return found


def _some(people: Sequence[Particulars], by: Acting) -> list[list[Duplicate]]:
    asked = [_comparable(person) for person in people]
    held, postcodes = _held(asked, by)
    return [_ranked(person, held, postcodes) for person in asked]


def _comparable(person: Particulars) -> Particulars:
    return Particulars(
        given_name=person.given_name.strip(),
        family_name=person.family_name.strip(),
        date_of_birth=person.date_of_birth,
        postcode=_postcode(person.postcode),
        phone=phone_kept(person.phone),
        email=person.email.strip().lower(),
    )


def _postcode(typed: str) -> str:
    try:
        return normalise(typed)
    except ValueError:
        return ""


def _held(asked: Iterable[Particulars], by: Acting) -> tuple[list[Candidate], dict[int, set[str]]]:
    """Records that share anything with those asked about, and the postcodes of their homes."""
    names, born, phones, emails, postcodes = set(), set(), set(), set(), set()
    for person in asked:
        names |= {
            folded(f"{person.given_name} {person.family_name}"),
            folded(f"{person.family_name} {person.given_name}"),
        }
        if person.date_of_birth:
            born |= {person.date_of_birth, day_and_month_swapped(person.date_of_birth)}
        phones.add(person.phone)
        emails.add(person.email)
        postcodes.add(person.postcode)
    shared = (
        Q(folded_name__in=names - {""})
        | Q(date_of_birth__in=born - {None})
        | Q(phone__in=phones - {""})
        | Q(email__in=emails - {""})
        | Q(pk__in=Home.unscoped.filter(postcode__in=postcodes - {""}).values("candidate"))
    )
    visible = granted("pk", GrantScope.FULL)(Candidate.unscoped, by).filter(shared, merged_into__isnull=True)
    held = list(visible.order_by("pk"))
    at: dict[int, set[str]] = defaultdict(set)
    homes = Home.unscoped.filter(candidate__in=[each.pk for each in held], postcode__in=postcodes - {""})
    for pk, postcode in homes.values_list("candidate", "postcode"):
        at[pk].add(postcode)
    return held, at


def _ranked(asked: Particulars, held: list[Candidate], postcodes: dict[int, set[str]]) -> list[Duplicate]:
    found = []
    for candidate in held:
        likeness, why = compare(asked, candidate, postcodes.get(candidate.pk, set()))
        if likeness:
            found.append(Duplicate(candidate, why, likeness))
    return sorted(found, key=lambda each: (-each.likeness, each.candidate.pk))[:MOST_SHOWN]


def compare(asked: Particulars, candidate: Candidate, postcodes: set[str]) -> tuple[int, str]:
    """How alike (0: not) and why, in words; `postcodes` are the homes of `candidate`."""
    name = alike(asked.given_name, asked.family_name, candidate.given_name, candidate.family_name)
    born, birth = _births(asked.date_of_birth, candidate.date_of_birth)
    reasons = []
    if name and (birth or born == 0):
        reasons.append((60 + born + (20 if name == "same" else 0), _with_name(birth, name)))
    if name and asked.postcode in postcodes:
        reasons.append((50, _with_name("same postcode", name)))
    if asked.phone and asked.phone == candidate.phone:
        reasons.append((45, "same telephone number"))
    if asked.email and asked.email == candidate.email.lower():
        reasons.append((45, "same email address"))
    if not reasons:
        return 0, ""
    return max(points for points, _ in reasons) + len(reasons), ", ".join(why for _, why in reasons)


def _births(asked: date | None, held: date | None) -> tuple[int, str]:
    """Points and words of two dates of birth; -1 points where they disagree."""
    if asked is None or held is None:
        return 0, ""
    if asked == held:
        return 20, "same date of birth"
    if day_and_month_swapped(asked) == held:
        return 10, "day and month of birth swapped"
    return -1, ""


def _with_name(first: str, name: str) -> str:
    words = IN_WORDS.get(name, "similar name")
    return f"{first} and {words}" if first else f"{words}; one of them has no date of birth"
