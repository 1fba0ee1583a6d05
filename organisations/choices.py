"""What vacancies and people have in common, so that the two can be compared."""

from django.db import models


class JobFamily(models.TextChoices):
    """The kind of work: of a vacancy, and what a person would like."""

    HEALTHCARE_SUPPORT = "healthcare_support", "Healthcare support"
    ADMIN = "admin", "Administration and clerical"
    DOMESTIC = "domestic", "Domestic and cleaning"
    CATERING = "catering", "Catering"
    PORTERING = "portering", "Portering"
    ESTATES = "estates", "Estates and maintenance"
    PHARMACY = "pharmacy", "Pharmacy support"
    THERAPY = "therapy", "Therapy support"
    LABORATORY = "laboratory", "Laboratory support"
    TRANSPORT = "transport", "Patient transport"
    IT = "it", "Information technology"
    NURSERY = "nursery", "Nursery and play"
    IMAGING = "imaging", "Imaging support"
    STERILE = "sterile", "Sterile services"
    STORES = "stores", "Stores and supplies"
    COMMUNITY = "community", "Community and peer support"
    OTHER = "other", "Other"
