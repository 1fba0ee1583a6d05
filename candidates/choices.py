"""The answers that facts about a person can take."""

from django.db import models


class RightToWork(models.TextChoices):
    ANY = "any", "Any work"
    RESTRICTED = "restricted", "Restricted work"
    VOLUNTEER = "volunteer", "Volunteering only"
    UNKNOWN = "unknown", "Not evidenced"


class Reach(models.TextChoices):
    PHONE = "phone", "Telephone"
    EMAIL = "email", "Email"
    LETTER = "letter", "Letter"
    SUPPORTER = "supporter", "Through a supporter"


class English(models.TextChoices):
    UNKNOWN = "", "Not recorded"
    ENTRY_1 = "entry1", "ESOL entry 1"
    ENTRY_2 = "entry2", "ESOL entry 2"
    ENTRY_3 = "entry3", "ESOL entry 3"
    LEVEL_1 = "level1", "Level 1"
    LEVEL_2 = "level2", "Level 2 or fluent"


class Shift(models.TextChoices):
    DAYS = "days", "Weekday days"
    EVENINGS = "evenings", "Evenings"
    NIGHTS = "nights", "Nights"
    WEEKENDS = "weekends", "Weekends"


class Answer(models.TextChoices):
    YES = "yes", "Yes"
    NO = "no", "No"
    UNKNOWN = "unknown", "Unknown"


class GrantScope(models.TextChoices):
    FULL = "full", "Whole record"
    CONTACT = "contact", "Identity and contact"


class CheckKind(models.TextChoices):
    IDENTITY = "identity", "Identity"
    RIGHT_TO_WORK = "right_to_work", "Right to work"
    REFEREES = "referees", "Referees"
    QUALIFICATIONS = "qualifications", "Qualifications"
    ADDRESSES = "addresses", "Address history"
    HEALTH = "health", "Occupational health"
    DBS = "dbs", "Disclosure and Barring Service"


class CheckStatus(models.TextChoices):
    NEEDED = "needed", "Needed"
    WITH_CANDIDATE = "candidate", "With candidate"
    WITH_THIRD = "third", "With third party"
    COMPLETE = "complete", "Complete"
    NOT_NEEDED = "not_needed", "Not needed"


AFTER_OFFER = frozenset({CheckKind.HEALTH, CheckKind.DBS})  # Equality Act 2010, section 60
PERMITS_PAID_WORK = frozenset({RightToWork.ANY, RightToWork.RESTRICTED})
