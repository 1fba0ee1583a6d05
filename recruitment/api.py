"""The API: the same doors as the pages, one router over every room's view sets."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from importlib import import_module
from importlib.util import find_spec
from typing import Any

from csp.decorators import csp_update
from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.urls import include, path
from drf_spectacular.extensions import OpenApiAuthenticationExtension
from drf_spectacular.views import SpectacularAPIView, SpectacularSwaggerSplitView
from rest_framework.exceptions import ValidationError
from rest_framework.routers import APIRootView, DefaultRouter
from rest_framework.views import APIView
from rest_framework.viewsets import GenericViewSet

from recruitment.paging import Filters

# Address, and the view set behind it: the room's `api.py`, and the name there.
VIEW_SETS = (
    ("vacancies", "vacancies.api", "VacancyViewSet"),
    ("candidates", "programmes.api", "CandidateViewSet"),
    ("enrolments", "programmes.api", "EnrolmentViewSet"),
    ("referrals", "pipeline.api", "ReferralViewSet"),
    ("standings", "vacancies.api", "StandingViewSet"),
    ("levy", "reports.api", "LevyViewSet"),
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


class KnownNames(APIView):
    """Refuses a filter that the view set does not know: left out in silence, it would answer with everything."""

    ALWAYS = ("format",)  # REST framework's own

    def initial(self, request: Any, *args: Any, **kwargs: Any) -> None:
        super().initial(request, *args, **kwargs)
        known = self.known_names()
        unknown = sorted(set(request.query_params) - {*known, *self.ALWAYS})
        if unknown:
            choose = f"Choose from {', '.join(known)}." if known else "There are none here."
            raise ValidationError({name: [f"“{name}” is not a filter here. {choose}"] for name in unknown})

    def known_names(self) -> list[str]:
        """What may stand after the question mark: the filters, the paging, and what `asks` names; sorted."""
        found = set(getattr(self, "asks", ()))
        if isinstance(self, GenericViewSet):
            filters = Filters().get_filterset_class(self, self.get_queryset())
            found |= set(filters.base_filters) if filters else set()
            pager: Any = self.paginator
            found |= {pager.cursor_query_param, pager.page_size_query_param} if pager else set()
        return sorted(found)


def careful(view_set: type) -> type:
    """The same view set, refusing unknown names."""
    kept = {"__doc__": view_set.__doc__, "__module__": view_set.__module__}
    return type(view_set.__name__, (KnownNames, view_set), kept)


def router() -> DefaultRouter:
    """One address for each view set that its room has."""
    made = DefaultRouter()
    made.APIRootView = Index
    made.include_format_suffixes = False
    for address, module, name in VIEW_SETS:
        if find_spec(module) is not None:
            made.register(address, careful(getattr(import_module(module), name)), basename=address)
    return made


def to_sign_in(view: Callable[..., HttpResponseBase]) -> Callable[..., HttpResponseBase]:
    """The same view; a stranger's browser is sent to sign in, as from every page. A program gets the API's own answer."""

    @wraps(view)
    def asked(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        stranger = not request.user.is_authenticated and "Authorization" not in request.headers
        if stranger and "text/html" in request.headers.get("Accept", ""):
            return redirect_to_login(request.get_full_path())
        return view(request, *args, **kwargs)

    return asked


# Swagger's page has styles of its own in it and pictures as data: the one page whose policy lets them through.
documentation = csp_update({"style-src": ["'unsafe-inline'"], "img-src": ["data:"]})(
    to_sign_in(SpectacularSwaggerSplitView.as_view(url_name="api_schema", template_name="recruitment/api_docs.html"))
)

urlpatterns = [
    path("v1/", include((router().urls, "api"))),
    path("schema/", to_sign_in(SpectacularAPIView.as_view()), name="api_schema"),
    path("docs/", documentation, name="api_docs"),
]
