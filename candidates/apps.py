"""The candidates room."""

from django.apps import AppConfig


class CandidatesConfig(AppConfig):
    name = "candidates"
