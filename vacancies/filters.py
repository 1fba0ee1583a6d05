"""Filters of the list of vacancies."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import Q, QuerySet

from audit.acting import TRUST_ROLES, Role
from nhsuk.fields import Checkboxes
from nhsuk.filters import FilterSet
from organisations.models import Kind, Organisation, Site
from vacancies.models import Fence, JobFamily, Vacancy, VacancyState, only_fence, with_ring_fence

BANDS = tuple((str(band), f"Band {band}") for band in range(1, 10))
SORTS = (
    ("title", "title"),
    ("trust__short_name", "trust"),
    ("closes_on", "closes"),
    ("posts", "posts"),
    ("held", "reserved"),
    ("ready_people", "ready"),
)
WORKED_OUT = frozenset({"reserved", "ready"})


def trusts(request: Any) -> QuerySet[Organisation]:
    return Organisation.objects.filter(kind=Kind.TRUST, closed__isnull=True).order_by("short_name")


def sites(request: Any) -> QuerySet[Site]:
    """The sites of the reader's own trust."""
    return Site.objects.filter(organisation_id=request.acting.organisation_id)


class VacancyFilter(FilterSet):
    """Of vacancies that the reader sees. What they hold is worked out only where the list is sorted by it."""

    q = django_filters.CharFilter(label="Job title or reference", method="by_text")
    fence = django_filters.ChoiceFilter(choices=Fence.choices, widget=forms.HiddenInput, method="by_fence")
    trust = django_filters.ModelChoiceFilter(
        label="Trust", queryset=trusts, to_field_name="code", empty_label="All trusts"
    )
    site = django_filters.ModelChoiceFilter(label="Site", queryset=sites, empty_label="All sites")
    state = django_filters.MultipleChoiceFilter(
        label="Status", choices=VacancyState.choices, widget=Checkboxes(small=True)
    )
    band = django_filters.ChoiceFilter(label="Pay band", choices=BANDS, empty_label="All bands")
    family = django_filters.ChoiceFilter(
        label="Job family", field_name="job_family", choices=JobFamily.choices, empty_label="All job families"
    )
    closes = django_filters.ChoiceFilter(
        label="Closing date", method="by_closing", choices=(("none", "Not given"),), empty_label="All"
    )
    sort = django_filters.OrderingFilter(fields=SORTS, widget=forms.HiddenInput)

    class Meta:
        model = Vacancy
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        role = self.request.acting.role
        if role in TRUST_ROLES:
            del self.filters["trust"]
        else:
            del self.filters["site"]
        if role is Role.PROVIDER:
            del self.filters["state"]

    def filter_queryset(self, queryset: QuerySet[Vacancy]) -> QuerySet[Vacancy]:
        if WORKED_OUT & {name.removeprefix("-") for name in self.form.cleaned_data.get("sort") or ()}:
            queryset = with_ring_fence(queryset)
        found: QuerySet[Vacancy] = super().filter_queryset(queryset)
        return found

    def by_fence(self, rows: QuerySet[Vacancy], name: str, value: str) -> QuerySet[Vacancy]:
        found: QuerySet[Vacancy] = only_fence(rows, value)
        return found

    def by_closing(self, rows: QuerySet[Vacancy], name: str, value: str) -> QuerySet[Vacancy]:
        return rows.filter(closes_on__isnull=True)

    def by_text(self, rows: QuerySet[Vacancy], name: str, value: str) -> QuerySet[Vacancy]:
        text = value.strip()
        reference = (
            Q(reference__istartswith=text)
            | Q(nhs_jobs_reference__istartswith=text)
            | Q(trac_reference__istartswith=text)
        )
        return rows.filter(Q(title__icontains=text) | Q(site__name__icontains=text) | reference)
