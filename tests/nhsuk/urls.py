"""Addresses of the style guide, for tests only."""

from django.urls import include, path

from tests.nhsuk import styleguide

urlpatterns = [
    path("", styleguide.today, name="today"),
    path("form/", styleguide.form),
    path("vacancies/", styleguide.vacancies),
    path("record/", styleguide.record),
    path("reports/", styleguide.reports),
    path("swap/", styleguide.swap),
    path("sign-in/", styleguide.sign_in),
    path("sign-out/", styleguide.today, name="account_logout"),
    path("", include(([path("switch/", styleguide.today, name="switch")], "organisations"))),
    path("", include(([path("sources/", styleguide.today, name="sources")], "places"))),
    path("accessibility/", styleguide.today, name="accessibility"),
    path("how/", styleguide.today, name="how_we_calculate"),
    path("api/docs/", styleguide.today, name="api_docs"),
]
