"""Every address of the service."""

from django.urls import include, path

from recruitment import views

urlpatterns = [
    path("", views.today, name="today"),
    path("accounts/", include("allauth.urls")),
    path("", include("organisations.urls")),
    path("", include("jobs.urls")),
    path("", include("places.urls")),
    path("", include("programmes.urls")),
]
handler403 = "recruitment.errors.forbidden"
