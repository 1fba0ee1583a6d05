"""Filters of the lists of people and cohorts."""

from __future__ import annotations

import re
from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Concat

from audit.clock import today
from candidates.models import Candidate
from candidates.names import folded, phone_kept
from candidates.readiness import KEYS, NOT_IN_WORK, ready, without_gap
from nhsuk.filters import FilterSet
from places.postcodes import LOCAL_BOROUGHS
from programmes.models import Cohort, Enrolment, EnrolmentState, Programme
from programmes.states import UNDER_WAY

READY = (("yes", "Ready"), ("no", "Not ready"), ("work", "In work"))
APOSTROPHES = "'’‘ʼ"
TELEPHONE = re.compile(r"\+?[\d\s().-]+")
LEAST_DIGITS = 10
ELSEWHERE, UNKNOWN = "elsewhere", "unknown"
PLACES = (*LOCAL_BOROUGHS.items(), (ELSEWHERE, "Outside the eight boroughs"), (UNKNOWN, "Not known"))
TAKING_PART = (("now", "In a programme now"), ("completed", "Completed one"), ("none", "In none"))
SORTS = (("folded_name", "name"), ("made_at", "made"), ("reference", "reference"))


def cohorts(request: Any) -> QuerySet[Cohort]:
    found: QuerySet[Cohort] = Cohort.objects.visible_to(request.acting).select_related("programme")
    return found


def programmes(request: Any) -> QuerySet[Programme]:
    found: QuerySet[Programme] = Programme.objects.visible_to(request.acting)
    return found


def named_like(people: QuerySet[Candidate], text: str) -> QuerySet[Candidate]:
    """Every word begins a word of the name or what follows its apostrophe; or a whole telephone number; or a reference."""
    words = folded(text).split()
    named = Q() if words else Q(pk__in=[])
    spaced = people.annotate(spaced_name=Concat(Value(" "), "folded_name"))
    for word in words:
        named &= Q(spaced_name__contains=f" {word}") | _after_an_apostrophe(word)
    return spaced.filter(named | Q(reference__icontains=text.strip()) | _of_telephone(text))


def _after_an_apostrophe(word: str) -> Q:
    """Leary finds O’Leary, whom the folded name holds as one word."""
    names = (f"{name}__icontains" for name in ("given_name", "family_name", "known_as"))
    return Q(*((name, mark + word) for name in names for mark in APOSTROPHES), _connector=Q.OR)


def _of_telephone(text: str) -> Q:
    """A whole number and nothing less, so that nobody looks for people by part of one."""
    kept = phone_kept(text) if TELEPHONE.fullmatch(text.strip()) else ""
    return Q(phone=kept) if len(kept) >= LEAST_DIGITS else Q(pk__in=[])


class CohortChoice(django_filters.fields.ModelChoiceField):
    """A cohort with its programme: several programmes have a “November 2026”."""

    def label_from_instance(self, obj: Cohort) -> str:
        return f"{obj.programme.name}: {obj.name}"


class CohortFilterOfPeople(django_filters.ModelChoiceFilter):
    field_class = CohortChoice


class PeopleFilter(FilterSet):
    """Of people whom the reader sees; made over `candidates.services.with_home`."""

    q = django_filters.CharFilter(label="Name, telephone or reference", method="by_text")
    ready = django_filters.ChoiceFilter(label="Ready", method="by_ready", choices=READY, empty_label="All")
    gap = django_filters.ChoiceFilter(
        label="Missing", method="by_gap", choices=tuple(KEYS.items()), empty_label="Anything or nothing"
    )
    programme = django_filters.ModelChoiceFilter(
        label="Programme", method="by_programme", queryset=programmes, to_field_name="reference", empty_label="All"
    )
    cohort = CohortFilterOfPeople(
        label="Cohort", method="by_cohort", queryset=cohorts, to_field_name="reference", empty_label="All"
    )
    part = django_filters.ChoiceFilter(label="Taking part", method="by_part", choices=TAKING_PART, empty_label="All")
    borough = django_filters.ChoiceFilter(label="Lives in", method="by_borough", choices=PLACES, empty_label="All")
    sort = django_filters.OrderingFilter(fields=SORTS, widget=forms.HiddenInput)

    class Meta:
        model = Candidate
        fields: tuple[str, ...] = ()

    def by_text(self, people: QuerySet[Candidate], name: str, value: str) -> QuerySet[Candidate]:
        return named_like(people, value)

    def by_ready(self, people: QuerySet[Candidate], name: str, value: str) -> QuerySet[Candidate]:
        if value == "work":
            return people.exclude(NOT_IN_WORK)
        those = ready(people, on=today())
        return those if value == "yes" else people.filter(NOT_IN_WORK).exclude(pk__in=those.values("pk"))

    def by_gap(self, people: QuerySet[Candidate], name: str, value: str) -> QuerySet[Candidate]:
        return people.exclude(pk__in=people.filter(without_gap(value, on=today())).values("pk"))

    def by_programme(self, people: QuerySet[Candidate], name: str, value: Programme) -> QuerySet[Candidate]:
        return people.filter(self._enrolled(cohort__programme=value))

    def by_cohort(self, people: QuerySet[Candidate], name: str, value: Cohort) -> QuerySet[Candidate]:
        return people.filter(self._enrolled(cohort=value))

    def by_part(self, people: QuerySet[Candidate], name: str, value: str) -> QuerySet[Candidate]:
        if value == "none":
            return people.exclude(self._enrolled(state__in=[*UNDER_WAY, EnrolmentState.COMPLETED]))
        states = UNDER_WAY if value == "now" else (EnrolmentState.COMPLETED,)
        return people.filter(self._enrolled(state__in=states))

    def _enrolled(self, **facts: Any) -> Exists:
        seen = Enrolment.objects.visible_to(self.request.acting)
        return Exists(seen.filter(candidate=OuterRef("pk"), **facts))

    def by_borough(self, people: QuerySet[Candidate], name: str, value: str) -> QuerySet[Candidate]:
        if value == UNKNOWN:
            return people.filter(Q(home_borough_code="") | Q(home_borough_code__isnull=True))
        if value == ELSEWHERE:
            return people.exclude(home_borough_code__in=["", *LOCAL_BOROUGHS]).exclude(home_borough_code__isnull=True)
        return people.filter(home_borough_code=value)


WHEN = (("now", "Running now"), ("coming", "To come"), ("ended", "Ended"))


class CohortFilter(FilterSet):
    q = django_filters.CharFilter(label="Programme or cohort", method="by_text")
    when = django_filters.ChoiceFilter(label="When", method="by_when", choices=WHEN, empty_label="All")

    class Meta:
        model = Cohort
        fields: tuple[str, ...] = ()

    def by_text(self, rows: QuerySet[Cohort], name: str, value: str) -> QuerySet[Cohort]:
        text = value.strip()
        return rows.filter(Q(name__icontains=text) | Q(programme__name__icontains=text) | Q(reference__iexact=text))

    def by_when(self, rows: QuerySet[Cohort], name: str, value: str) -> QuerySet[Cohort]:
        day = today()
        conditions = {
            "now": Q(starts__lte=day, ends__gte=day),
            "coming": Q(starts__gt=day),
            "ended": Q(ends__lt=day),
        }
        return rows.filter(conditions[value])
