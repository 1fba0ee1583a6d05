"""The match board: the academy, and a provider for its own people. A trust never sees scores or order."""

from django.urls import reverse

from tests.permissions import Row

ROWS = [
    Row(
        "matching:for_vacancy",
        lambda world: reverse("matching:for_vacancy", args=[world.vacancy.reference]),
        {"academy", "provider", "other_provider"},
    ),
    Row(
        "matching:for_candidate",
        lambda world: reverse("matching:for_candidate", args=[world.candidate.reference]),
        {"academy", "provider"},
    ),
]
