"""The pipeline room."""

from django.apps import AppConfig


class PipelineConfig(AppConfig):
    name = "pipeline"
