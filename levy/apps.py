"""The levy room."""

from django.apps import AppConfig


class LevyConfig(AppConfig):
    name = "levy"
