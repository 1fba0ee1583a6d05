"""Every address of the service."""

from django.urls import include, path, re_path

from organisations.views import closed
from recruitment import people, vacancy, views

urlpatterns = [
    path("", views.today, name="today"),
    path("search/", views.search, name="search"),
    # Before the page of the same address in programmes, which it completes; "/people/enrol/" is no reference.
    re_path(r"^people/(?P<reference>CAN-[^/]+)/$", people.person, name="person"),
    # Likewise of vacancies, whose other addresses begin with no reference.
    re_path(r"^vacancies/(?P<reference>VAC-[^/]+)/$", vacancy.vacancy, name="vacancy"),
    path("about/accessibility/", views.accessibility, name="accessibility"),
    path("about/figures/", views.how_we_calculate, name="how_we_calculate"),
    path("accounts/email/", closed, name="account_email"),
    path("accounts/", include("allauth.urls")),
    path("", include("pipeline.reply_urls")),
    path("api/", include("recruitment.api")),
    path("", include("matching.urls")),
    path("", include("organisations.urls")),
    path("", include("jobs.urls")),
    path("", include("places.urls")),
    path("", include("pipeline.urls")),
    path("", include("levy.urls")),
    path("", include("programmes.urls")),
    path("", include("reports.levy_urls")),
    path("", include("reports.oversight_urls")),
    path("", include("reports.urls")),
    path("", include("vacancies.urls")),
]
handler400 = "recruitment.errors.cannot_be_read"
handler403 = "recruitment.errors.forbidden"
handler404 = "recruitment.errors.not_found"
