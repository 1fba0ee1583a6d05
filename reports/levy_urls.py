"""Addresses of the measure of who benefits from the levy."""

from django.urls import path

from reports import levy

app_name = "levy_benefit"
urlpatterns = [
    path("reports/levy/", levy.who_benefits, name="page"),
    path("reports/levy.csv", levy.who_benefits_csv, name="csv"),
]
