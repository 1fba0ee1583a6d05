"""People and enrolments over the API: read-only, through the same doors as the pages."""

from __future__ import annotations

from typing import Any

import django_filters
from rest_framework import serializers
from rest_framework.viewsets import ReadOnlyModelViewSet

from audit.acting import Role
from audit.clock import today
from audit.events import note_reads
from candidates.models import Candidate, GrantScope, granted
from candidates.readiness import KEYS, Gap, gaps_of, is_ready, ready, without_gap
from nhsuk.filters import ApiFilterSet
from programmes.models import Enrolment, EnrolmentState

WORK_WITH_PEOPLE = (Role.ACADEMY, Role.PROVIDER)


class GapList(serializers.ListSerializer):
    """Looks the gaps of a whole page up at once."""

    def to_representation(self, data: Any) -> Any:
        people = list(data)
        self.context["gaps"] = gaps_of(people, on=today())  # type: ignore[index]  # a dict, which the stubs call a Mapping
        return super().to_representation(people)


class CandidateSerializer(serializers.ModelSerializer):
    """What the academy and the person's provider read; no address, no adjustments, no reason for eligibility."""

    hours_least = serializers.DecimalField(max_digits=3, decimal_places=1, coerce_to_string=False, read_only=True)
    hours_most = serializers.DecimalField(max_digits=3, decimal_places=1, coerce_to_string=False, read_only=True)
    ready = serializers.SerializerMethodField(help_text="Nothing is missing, and they are in no job.")
    in_work_since = serializers.DateField(allow_null=True, read_only=True, help_text="Null: in no job known here.")
    missing = serializers.SerializerMethodField(help_text="Keys of what is missing to ready.")

    class Meta:
        model = Candidate
        list_serializer_class = GapList
        fields = (
            "reference",
            "given_name",
            "family_name",
            "known_as",
            "date_of_birth",
            "phone",
            "email",
            "reach_by",
            "right_to_work",
            "right_to_work_expires",
            "work_wanted",
            "hours_least",
            "hours_most",
            "shifts",
            "travel_km",
            "start_from",
            "ready",
            "missing",
            "in_work_since",
        )
        read_only_fields = fields

    def get_missing(self, person: Candidate) -> list[str]:
        return [gap.key for gap in self._gaps(person)]

    def _gaps(self, person: Candidate) -> list[Gap]:
        found: dict[int, list[Gap]] = self.context.get("gaps") or gaps_of([person], on=today())
        return found[person.pk]

    def get_ready(self, person: Candidate) -> bool:
        return is_ready(person, self._gaps(person))


class CandidateApiFilter(ApiFilterSet):
    ready = django_filters.BooleanFilter(method="by_ready")
    missing = django_filters.ChoiceFilter(method="by_missing", choices=tuple(KEYS.items()))
    cohort = django_filters.CharFilter(method="by_cohort")

    class Meta:
        model = Candidate
        fields: tuple[str, ...] = ()

    def by_ready(self, people: Any, name: str, value: bool) -> Any:
        those = ready(people, on=today())
        return those if value else people.exclude(pk__in=those.values("pk"))

    def by_missing(self, people: Any, name: str, value: str) -> Any:
        return people.exclude(pk__in=people.filter(without_gap(value, on=today())).values("pk"))

    def by_cohort(self, people: Any, name: str, value: str) -> Any:
        seen = Enrolment.objects.visible_to(self.request.acting).filter(cohort__reference=value)
        return people.filter(pk__in=seen.values("candidate"))


class CandidateViewSet(ReadOnlyModelViewSet):
    """People whose whole record the caller sees: the academy's, and a provider's own. A trust gets none here."""

    queryset = Candidate.objects.visible_to(None)  # for the schema: nothing; each request asks its own door
    serializer_class = CandidateSerializer
    filterset_class = CandidateApiFilter
    lookup_field = "reference"

    def get_queryset(self) -> Any:
        acting = getattr(self.request, "acting", None)
        if acting is None or acting.role not in WORK_WITH_PEOPLE:
            return Candidate.objects.visible_to(None)
        visible = granted("pk", GrantScope.FULL)(Candidate.objects.visible_to(acting), acting)
        return visible.filter(merged_into__isnull=True)

    def paginate_queryset(self, queryset: Any) -> Any:
        page = super().paginate_queryset(queryset)
        note_reads(by=self.request.acting, on=page or [], page="api")
        return page

    def get_object(self) -> Any:
        person = super().get_object()
        note_reads(by=self.request.acting, on=[person], page="api")
        return person


class EnrolmentSerializer(serializers.ModelSerializer):
    candidate = serializers.CharField(source="candidate.reference")
    programme = serializers.CharField(source="cohort.programme.reference")
    programme_name = serializers.CharField(source="cohort.programme.name")
    cohort = serializers.CharField(source="cohort.reference")
    cohort_name = serializers.CharField(source="cohort.name")
    host_trust = serializers.CharField(source="cohort.host_trust.code", default=None)

    class Meta:
        model = Enrolment
        fields = (
            "reference",
            "candidate",
            "programme",
            "programme_name",
            "cohort",
            "cohort_name",
            "host_trust",
            "own_reference",
            "state",
            "referred_on",
            "started_on",
            "ended_on",
            "leaving_reason",
            "seeking_work",
        )
        read_only_fields = fields


class EnrolmentApiFilter(ApiFilterSet):
    state = django_filters.ChoiceFilter(choices=EnrolmentState.choices)
    cohort = django_filters.CharFilter(field_name="cohort__reference")
    programme = django_filters.CharFilter(field_name="cohort__programme__reference")
    candidate = django_filters.CharFilter(field_name="candidate__reference")
    started_from = django_filters.DateFilter(field_name="started_on", lookup_expr="gte")
    started_to = django_filters.DateFilter(field_name="started_on", lookup_expr="lte")

    class Meta:
        model = Enrolment
        fields: tuple[str, ...] = ()


class EnrolmentViewSet(ReadOnlyModelViewSet):
    """Enrolments that the caller sees, newest first."""

    queryset = Enrolment.objects.visible_to(None)  # for the schema: nothing; each request asks its own door
    serializer_class = EnrolmentSerializer
    filterset_class = EnrolmentApiFilter
    lookup_field = "reference"

    def get_queryset(self) -> Any:
        rows = Enrolment.objects.visible_to(getattr(self.request, "acting", None))
        return rows.select_related("candidate", "cohort__programme", "cohort__host_trust")
