"""Addresses of the organisations room."""

from django.urls import path

from organisations import views

app_name = "organisations"
urlpatterns = [
    path("organisation/none/", views.no_membership, name="none"),
    path("organisation/switch/", views.switch, name="switch"),
]
