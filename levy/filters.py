"""The filters of the list of plans."""

from __future__ import annotations

from typing import Any

import django_filters
from django import forms
from django.db.models import F, Q, QuerySet, TextField
from django.db.models.functions import Cast

from audit.clock import today
from levy.fitting import Readiness, readiness
from levy.models import OPEN_STATES, Plan
from levy.services.gifts import need_of, rules_of_fit, taken_of
from nhsuk.filters import FilterSet
from places.models import Borough

YES = "yes"


def boroughs() -> list[tuple[str, str]]:
    """The local boroughs."""
    return [(row.code, row.name) for row in Borough.objects.filter(local=True)]


def _doing_good(plans: QuerySet) -> list[int]:
    """Of plans that lack nothing, those that a gift can still help: they have not begun, and places are left that gain by it."""
    found, rules = list(plans), rules_of_fit()
    taken = taken_of(found)
    places = [(plan.pk, readiness(need_of(plan, taken[plan.pk]), rules, today=today())) for plan in found]
    return [pk for pk, where in places if where is Readiness.READY]


class PlanFilter(FilterSet):
    """Who could use levy: by place, level, deprivation served and readiness."""

    text = django_filters.CharFilter(label="Organisation or standard", method="by_text")
    borough = django_filters.ChoiceFilter(label="Borough", choices=boroughs, method="by_borough", empty_label="Any")
    level = django_filters.ChoiceFilter(
        label="Level", choices=[(level, f"Level {level}") for level in range(2, 8)], empty_label="Any"
    )
    core20 = django_filters.BooleanFilter(
        label="Expects learners from the most deprived fifth", method="by_core20", widget=forms.CheckboxInput
    )
    ready = django_filters.BooleanFilter(label="Ready to start", method="by_ready", widget=forms.CheckboxInput)
    unmatched = django_filters.BooleanFilter(label="No offer yet", method="by_unmatched", widget=forms.CheckboxInput)

    class Meta:
        model = Plan
        fields = ("level",)

    def by_text(self, plans: QuerySet, name: str, value: str) -> QuerySet:
        return plans.filter(Q(organisation__name__icontains=value) | Q(standard__icontains=value))

    def by_borough(self, plans: QuerySet, name: str, value: str) -> QuerySet:
        return plans.annotate(served=Cast("boroughs", TextField())).filter(served__contains=value)

    def by_core20(self, plans: QuerySet, name: str, value: Any) -> QuerySet:
        return plans.filter(core20_learners__gte=1) if value else plans

    def by_ready(self, plans: QuerySet, name: str, value: Any) -> QuerySet:
        ready = Q(has_account=True, jobs_agreed=True, learners_found__gte=F("learners")) & ~Q(provider="")
        return plans.filter(pk__in=_doing_good(plans.filter(ready))) if value else plans

    def by_unmatched(self, plans: QuerySet, name: str, value: Any) -> QuerySet:
        return plans.exclude(gifts__state__in=OPEN_STATES) if value else plans


def chips(filters: PlanFilter, query: Any) -> list[tuple[str, str]]:
    """The filters in force, each with the address without it."""
    found = []
    if filters.form.is_valid():
        for name, field in filters.form.fields.items():
            value = filters.form.cleaned_data.get(name)
            if value in (None, "", False):
                continue
            without = query.copy()
            without.pop(name, None)
            without.pop("page", None)
            words = dict(getattr(field, "choices", [])).get(value, value)
            label = field.label if value is True else f"{field.label}: {words}"
            found.append((str(label), f"?{without.urlencode()}"))
    return found
