"""Filters of the list of referrals."""

from __future__ import annotations

from typing import Any

import django_filters
from django.db.models import Q, QuerySet

from audit.acting import TRUST_ROLES
from candidates.names import folded
from nhsuk.filters import FilterSet
from organisations.models import Kind, Organisation
from pipeline.asking import WHEN, asking, choices_for, of_day
from pipeline.lists import UNDER_WAY
from pipeline.models import Referral, ReferralState

ALL = "all"
STATES = ((ALL, "Everything, also what has ended"), *ReferralState.choices)
TRUST_STATES = tuple(
    (value, label)
    for value, label in STATES
    if value in (ALL, "submitted", "meets", "does_not_meet", "kept", "released", "broken", "withdrawn", "closed")
)


class ReferralFilter(FilterSet):
    """Over `referrals_for(acting)`. Without a state or a next step chosen: what is under way. A trust gets no filter on people or trusts."""

    q = django_filters.CharFilter(label="Name or reference", method="by_text")
    state = django_filters.ChoiceFilter(label="State", method="by_state", choices=STATES, empty_label="Under way")
    trust = django_filters.ModelChoiceFilter(
        label="Trust",
        field_name="vacancy__trust",
        queryset=Organisation.objects.filter(kind=Kind.TRUST),
        to_field_name="code",
        empty_label="All",
    )
    vacancy = django_filters.CharFilter(label="Vacancy", method="by_vacancy")
    asks = django_filters.ChoiceFilter(label="What comes next", method="by_asks", choices=(), empty_label="All")
    late = django_filters.ChoiceFilter(label="Due", method="by_day", choices=tuple(WHEN.items()), empty_label="All")

    class Meta:
        model = Referral
        fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **more: Any) -> None:
        super().__init__(*args, **more)
        self.filters["asks"].extra["choices"] = choices_for(self.request.acting)
        if self.request.acting.role in TRUST_ROLES:
            del self.filters["trust"]
            self.filters["q"].label = "Reference or code"
            self.filters["state"].extra["choices"] = TRUST_STATES

    def filter_queryset(self, queryset: QuerySet[Referral]) -> QuerySet[Referral]:
        rows: QuerySet[Referral] = super().filter_queryset(queryset)
        said = self.form.cleaned_data
        return rows if said.get("state") or said.get("asks") else rows.filter(UNDER_WAY)

    def by_text(self, rows: QuerySet[Referral], name: str, value: str) -> QuerySet[Referral]:
        """A reference, or for those who know the people a name; for a trust the reference or the neutral code."""
        text = value.strip()
        if self.request.acting.role in TRUST_ROLES:
            return rows.filter(Q(reference__icontains=text) | Q(candidate__neutral_code__icontains=text))
        words = Q()
        for word in folded(text).split():
            words &= Q(candidate__folded_name__contains=word)
        named = words if words else Q(pk__in=[])
        return rows.filter(named | Q(reference__icontains=text) | Q(candidate__reference__icontains=text))

    def by_state(self, rows: QuerySet[Referral], name: str, value: str) -> QuerySet[Referral]:
        return rows if value == ALL else rows.filter(state=value)

    def by_vacancy(self, rows: QuerySet[Referral], name: str, value: str) -> QuerySet[Referral]:
        text = value.strip()
        return rows.filter(Q(vacancy__reference__iexact=text) | Q(vacancy__title__icontains=text))

    def by_asks(self, rows: QuerySet[Referral], name: str, value: str) -> QuerySet[Referral]:
        return asking(rows, self.request.acting).filter(asks=value)

    def by_day(self, rows: QuerySet[Referral], name: str, value: str) -> QuerySet[Referral]:
        return rows.filter(of_day(value))


def chips(filterset: ReferralFilter) -> list[tuple[str, str]]:
    """(label, address without it) of each filter in force."""
    found = []
    for name, field in filterset.form.fields.items():
        value = filterset.form.cleaned_data.get(name)
        if value in (None, "", []):
            continue
        query = filterset.data.copy()
        query.pop(name, None)
        query.pop("page", None)
        choices = {} if hasattr(field, "queryset") else dict(getattr(field, "choices", ()))
        found.append((f"{field.label}: {choices.get(value, value)}", f"?{query.urlencode()}"))
    return found
