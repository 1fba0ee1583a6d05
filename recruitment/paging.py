"""Keyset paging of the API: the same cost on page one and on page one thousand."""

from rest_framework.pagination import CursorPagination


class Keyset(CursorPagination):
    ordering = "-pk"
    page_size_query_param = "limit"
    max_page_size = 200
