"""Keyset paging of the API: the same cost on page one and on page one thousand; and its filters."""

from django_filters.rest_framework import DjangoFilterBackend, FilterSet
from rest_framework.exceptions import ValidationError
from rest_framework.pagination import CursorPagination
from rest_framework.request import Request

from nhsuk.filters import InWords, ParameterForm


class Keyset(CursorPagination):
    ordering = "-pk"
    page_size_query_param = "limit"
    max_page_size = 200

    def get_page_size(self, request: Request) -> int | None:
        """How many rows a page has: 1 to 200. What is no number is refused, not passed over in silence."""
        asked = request.query_params.get(self.page_size_query_param)
        if asked is not None and not (asked.isascii() and asked.isdigit() and int(asked) > 0):
            raise ValidationError(
                {self.page_size_query_param: [f"Give a whole number from 1 to {self.max_page_size}."]}
            )
        size: int | None = super().get_page_size(request)
        return size


class NamedFilters(InWords, FilterSet):
    form_class = ParameterForm


class Filters(DjangoFilterBackend):
    """A view set that only names its filters gets them in the words of the house too."""

    filterset_base = NamedFilters
