"""Addresses of the matching room."""

from django.urls import path

from matching import views

app_name = "matching"
urlpatterns = [
    path("match/vacancies/<str:reference>/", views.for_vacancy, name="for_vacancy"),
    path("match/people/<str:reference>/", views.for_candidate, name="for_candidate"),
]
