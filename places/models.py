"""Public reference facts: boroughs, wards, small areas with their deprivation, postcodes.

Nothing here is about a person, so these models have Django's plain managers and no door; who lives where is in
`candidates`. Rows are written by `loading` and `imports` only, from published files.
"""

from django.db import models
from django.db.models import Q


class Answer(models.TextChoices):
    """An answer that may be missing. Unknown is never counted as no."""

    YES = "yes", "Yes"
    NO = "no", "No"
    UNKNOWN = "unknown", "Not known"


class Edition(models.IntegerChoices):
    """Editions of the English Index of Multiple Deprivation held here; each has its own set of small areas."""

    IMD_2025 = 2025, "IMD 2025"
    IMD_2019 = 2019, "IMD 2019"


class Borough(models.Model):
    """A local authority district by its GSS code; `local` marks the eight of the Charter."""

    code = models.CharField("GSS code", max_length=9, primary_key=True)
    name = models.CharField(max_length=100, blank=True)
    council = models.CharField(max_length=100, blank=True)
    ods_code = models.CharField("ODS code of the council", max_length=3, blank=True)
    local = models.BooleanField(default=False)

    class Meta:
        ordering = ["name", "code"]

    def __str__(self) -> str:
        return self.name or self.code


class Ward(models.Model):
    """An electoral ward of a local borough."""

    code = models.CharField("GSS code", max_length=9, primary_key=True)
    name = models.CharField(max_length=100)
    borough = models.ForeignKey(Borough, models.PROTECT, related_name="+")

    class Meta:
        ordering = ["name", "code"]

    def __str__(self) -> str:
        return self.name


def _one_edition(year: int) -> list[models.CheckConstraint]:
    """Rank and decile of an edition are both there or both missing; no rank, no place in the worst fifth."""
    rank, decile, fifth = f"rank_{year}", f"decile_{year}", f"nwl_fifth_{year}"
    absent = Q(**{f"{rank}__isnull": True, f"{decile}__isnull": True, fifth: False})
    # SQL lets an unknown pass a check, so "not null" is said of each column.
    here = Q(**{f"{rank}__isnull": False, f"{decile}__isnull": False})
    present = here & Q(**{f"{rank}__gte": 1, f"{decile}__gte": 1, f"{decile}__lte": 10})
    return [models.CheckConstraint(condition=absent | present, name=f"area_{year}_whole")]


class Area(models.Model):
    """A small area (LSOA) of England. A code is in the 2011 set, the 2021 set or, unchanged, in both.

    IMD 2019 ranks the 2011 set and IMD 2025 the 2021 set; rank 1 and decile 1 are the most deprived. `nwl_fifth_*`
    marks the most deprived fifth within the eight local boroughs by national rank.
    """

    code = models.CharField("LSOA code", max_length=9, primary_key=True)
    # Not a foreign key: the areas are of all England, the boroughs with names of London.
    borough_code = models.CharField(max_length=9, db_index=True)
    rank_2025 = models.PositiveIntegerField(null=True)
    decile_2025 = models.PositiveSmallIntegerField(null=True)
    nwl_fifth_2025 = models.BooleanField(default=False)
    rank_2019 = models.PositiveIntegerField(null=True)
    decile_2019 = models.PositiveSmallIntegerField(null=True)
    nwl_fifth_2019 = models.BooleanField(default=False)

    class Meta:
        ordering = ["code"]
        constraints = [
            *_one_edition(2025),
            *_one_edition(2019),
            models.CheckConstraint(
                condition=Q(rank_2025__isnull=False) | Q(rank_2019__isnull=False), name="area_in_an_edition"
            ),
        ]

    def __str__(self) -> str:
        return self.code

    def rank(self, edition: int) -> int | None:
        """National rank in `edition`, 1 the most deprived; None if the code is not in that edition's set."""
        return self.rank_2025 if edition == Edition.IMD_2025 else self.rank_2019

    def decile(self, edition: int) -> int | None:
        """National decile in `edition`, 1 the most deprived; None if the code is not in that edition's set."""
        return self.decile_2025 if edition == Edition.IMD_2025 else self.decile_2019

    def in_nwl_fifth(self, edition: int) -> bool:
        """Whether it is in the most deprived fifth within North West London in `edition`."""
        return self.nwl_fifth_2025 if edition == Edition.IMD_2025 else self.nwl_fifth_2019


class Source(models.TextChoices):
    """Where a postcode's row comes from: an importer's word outlasts a new bundled file."""

    BUNDLED = "bundled", "Bundled file, small area derived"
    ONS = "ons", "Office for National Statistics' own small area"
    OS = "os", "Ordnance Survey, no small area"


class Postcode(models.Model):
    """A postcode as `postcodes.normalise` writes it. One that Royal Mail has ended keeps its place."""

    code = models.CharField("postcode", max_length=8, primary_key=True)
    borough = models.ForeignKey(Borough, models.PROTECT, related_name="+", db_index=False)
    ward = models.ForeignKey(Ward, models.PROTECT, null=True, related_name="+", db_index=False)
    lsoa21 = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+", db_index=False)
    lsoa11 = models.ForeignKey(Area, models.PROTECT, null=True, related_name="+", db_index=False)
    live = models.BooleanField(default=True)
    lat = models.FloatField("latitude", null=True)
    lon = models.FloatField("longitude", null=True)
    near_boundary = models.BooleanField(default=False)
    source = models.CharField(max_length=7, choices=Source.choices, default=Source.BUNDLED)

    class Meta:
        ordering = ["code"]
        constraints = [
            models.CheckConstraint(
                condition=Q(lat__isnull=True, lon__isnull=True)
                | Q(lat__isnull=False, lon__isnull=False, lat__gte=49, lat__lte=61, lon__gte=-9, lon__lte=2.5),
                name="postcode_point_in_uk",
            ),
            models.CheckConstraint(condition=Q(source__in=Source.values), name="postcode_source_known"),
        ]

    def __str__(self) -> str:
        return self.code


class Dataset(models.Model):
    """A file that was loaded: its digest, so that the same file is not loaded twice, and what it held."""

    name = models.CharField(max_length=60, primary_key=True)
    digest = models.CharField("SHA-256", max_length=64, blank=True)
    rows = models.PositiveIntegerField()
    detail = models.CharField(max_length=200, blank=True)
    loaded_at = models.DateTimeField()

    class Meta:
        ordering = ["name"]

    def __str__(self) -> str:
        return self.name
