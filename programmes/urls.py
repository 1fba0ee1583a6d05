"""Addresses of people and programmes."""

from django.urls import path

from programmes import views

app_name = "programmes"
urlpatterns = [
    path("people/<str:reference>/", views.candidate, name="candidate"),
    path("programmes/<str:reference>/", views.programme, name="programme"),
    path("programmes/cohorts/<str:reference>/", views.cohort, name="cohort"),
    path("programmes/enrolments/<str:reference>/", views.enrolment, name="enrolment"),
]
