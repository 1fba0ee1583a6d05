"""Addresses of the room."""

from django.urls import path

from jobs import views

app_name = "jobs"
urlpatterns = [
    path("jobs/", views.imports, name="list"),
    path("jobs/<str:reference>/", views.watch, name="watch"),
    path("jobs/<str:reference>/problems.csv", views.problems, name="problems"),
    path("jobs/<str:reference>/cancel/", views.stop, name="cancel"),
]
