"""Vacancies and standings over the API, through the same doors as the pages."""

from vacancies.api.reading import StandingViewSet
from vacancies.api.views import VacancyViewSet

__all__ = ["StandingViewSet", "VacancyViewSet"]
