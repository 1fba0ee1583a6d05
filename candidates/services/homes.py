"""Where a person lives, answered: local by the home or by the responsible authority, CORE20, and unknown kept unknown."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db.models import OuterRef, QuerySet, Subquery

from candidates.choices import Answer
from candidates.models import Candidate, Home
from places.models import Edition
from places.services import Location, is_local

FACTS = ("postcode", "borough_code", "decile", "local", "local_by", "core20", "core20_nwl")


def home_facts(location: Location, *, no_fixed_abode: bool, responsible_authority: str) -> dict[str, Any]:
    """The fields of a `Home` that `location` answers; without an address every answer about the home is unknown."""
    local, local_by = local_answer(location.local, responsible_authority)
    return {
        "postcode": "" if no_fixed_abode else location.postcode[:8],
        "no_fixed_abode": no_fixed_abode,
        "responsible_authority": responsible_authority,
        "lsoa": location.lsoa,
        "borough_code": location.borough_code,
        "decile": location.decile,
        "local": local,
        "local_by": local_by,
        "core20": str(location.core20),
        "core20_nwl": str(location.core20_nwl),
        "edition": Edition(location.edition).label,
        "near_boundary": location.near_boundary,
    }


def local_answer(home: str, responsible_authority: str) -> tuple[str, str]:
    """Local by home, or for a care leaver placed elsewhere by responsible authority; and by which of the two.

    A home that is unknown stays unknown, whatever an authority outside the eight boroughs would say.
    """
    if home == Answer.YES:
        return Answer.YES, "home"
    if responsible_authority and str(is_local(responsible_authority)) == Answer.YES:
        return Answer.YES, "authority"
    return str(home), ""


def home_of(candidate: Candidate, *, on: date) -> Home | None:
    """The home on a day: the latest that had begun."""
    return Home.unscoped.filter(candidate=candidate, starts__lte=on).order_by("-starts").first()


def homes_of(candidates: Iterable[Candidate | int], *, on: date) -> dict[int, Home]:
    """The home of each on a day, by candidate id; one query."""
    ids = [getattr(each, "pk", each) for each in candidates]
    rows = Home.unscoped.filter(candidate__in=ids, starts__lte=on).order_by("starts")
    return {home.candidate_id: home for home in rows}


def with_home(queryset: QuerySet[Candidate], *, on: date) -> QuerySet[Candidate]:
    """The candidates with `home_postcode`, `home_borough_code`, `home_decile`, `home_local` ... of that day."""
    latest = Home.unscoped.filter(candidate=OuterRef("pk"), starts__lte=on).order_by("-starts")
    return queryset.annotate(**{f"home_{name}": Subquery(latest.values(name)[:1]) for name in FACTS})
