"""Keyset paging of the API: the same cost on page one and on page one thousand; and its filters."""

from django_filters.rest_framework import DjangoFilterBackend, FilterSet
from rest_framework.pagination import CursorPagination

from nhsuk.filters import InWords, ParameterForm


class Keyset(CursorPagination):
    ordering = "-pk"
    page_size_query_param = "limit"
    max_page_size = 200


class NamedFilters(InWords, FilterSet):
    form_class = ParameterForm


class Filters(DjangoFilterBackend):
    """A view set that only names its filters gets them in the words of the house too."""

    filterset_base = NamedFilters
