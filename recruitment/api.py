"""The API: read-only, the same doors as the pages, one router over every room's view sets."""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec
from typing import Any

from csp.decorators import csp_update
from django.urls import include, path
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.routers import APIRootView, DefaultRouter

# Address, and the view set behind it: the room's `api.py`, and the name there.
VIEW_SETS = (
    ("vacancies", "vacancies.api", "VacancyViewSet"),
    ("candidates", "programmes.api", "CandidateViewSet"),
    ("enrolments", "programmes.api", "EnrolmentViewSet"),
    ("referrals", "pipeline.api", "ReferralViewSet"),
    ("standings", "vacancies.api", "StandingViewSet"),
    ("levy", "levy.api", "LevyViewSet"),
    ("levy-plans", "levy.api", "LevyPlanViewSet"),
    ("measures", "reports.api", "MeasureViewSet"),
)


class KeyScheme(OpenApiAuthenticationExtension):
    """How the documentation says that a key is sent."""

    target_class = "organisations.api_auth.TokenAuthentication"
    name = "key"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "http", "scheme": "bearer", "description": "A key of one membership, made on the keys page."}


class SessionScheme(OpenApiAuthenticationExtension):
    """The browser's session, for trying the API on its documentation page."""

    target_class = "organisations.api_auth.MembershipSessionAuthentication"
    name = "session"

    def get_security_definition(self, auto_schema: Any) -> dict[str, str]:
        return {"type": "apiKey", "in": "cookie", "name": "sessionid"}


class Index(APIRootView):
    """Where everything is."""


def router() -> DefaultRouter:
    """One address for each view set that its room has."""
    made = DefaultRouter()
    made.APIRootView = Index
    made.include_format_suffixes = False
    for address, module, name in VIEW_SETS:
        if find_spec(module) is not None:
            made.register(address, getattr(import_module(module), name), basename=address)
    return made


# Swagger's page has styles of its own in it and pictures as data: the one page whose policy lets them through.
documentation = csp_update({"style-src": ["'unsafe-inline'"], "img-src": ["data:"]})(  # type: ignore[dict-item]
    SpectacularSwaggerSplitView.as_view(url_name="api_schema")
)

urlpatterns = [
    path("v1/", include((router().urls, "api"))),
    path("schema/", SpectacularAPIView.as_view(), name="api_schema"),
    path("docs/", documentation, name="api_docs"),
]
