"""Bands, apprenticeship levels and job families from what is stated."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vacancies.banding import (
    Band,
    Suggestion,
    apprenticeship_level,
    band_of,
    bands_in,
    suggest_from_text,
)
from vacancies.job_families import FAMILIES, LABELS, job_family


class TestBand:
    @pytest.mark.parametrize(
        ("text", "band"),
        [
            ("Band 2", Band(2)),
            ("Domestic Assistant - Band 2", Band(2)),
            ("NHS AfC: Band 2", Band(2)),
            ("NHS|XR02|Review Body Band 2", Band(2)),
            ("NHS|XN03|Non Review Body Band 3", Band(3)),
            ("NHS|XR08|Review Body Band 8 - Range A", Band(8, "a")),
            ("BAND_3", Band(3)),
            ("Band: 3", Band(3)),
            ("band two", Band(2)),
            ("Band AfC 4", Band(4)),
            ("Manager (Band 8b)", Band(8, "b")),
            ("Band 8", Band(8)),
            ("HCA Band2", Band(2)),
            ("Porter, Band 3, 37.5 hours", Band(3)),
            ("Band 2 - 3 posts", Band(2)),
            ("Band 3 and 2 sites", Band(3)),
            ("Band 2, Band 2 and band two", Band(2)),
            ("Band 3 a great team", Band(3)),
        ],
    )
    def test_stated(self, text, band):
        assert band_of(text) == band

    @pytest.mark.parametrize(
        "text",
        [
            "",
            "Healthcare Support Worker",
            "£30,866 a year",
            "Band 2/3",
            "Band 2-3",
            "Band 2 to 3",
            "Bands 2 and 3",
            "Band 2 progressing to Band 3",
            "B2 porter",
            "Band 10",
            "Band 22",
            "Band 2.5",
            "Band 0",
            "Husband 2",
            "Bandage 2 nurse",
            "XR02",
            "Agenda for change",
            "Medical and Dental",
        ],
    )
    def test_not_stated_or_not_one(self, text):
        assert band_of(text) is None

    @pytest.mark.parametrize(
        ("text", "bands"),
        [
            ("Band 2/3", (Band(2), Band(3))),
            ("Band 4, formerly Band 3", (Band(4), Band(3))),
            ("Band 8a or 8b", (Band(8, "a"), Band(8, "b"))),
            ("Bands 2 and 3 and 4", (Band(2), Band(3), Band(4))),
        ],
    )
    def test_all_of_them(self, text, bands):
        assert bands_in(text) == bands

    @pytest.mark.parametrize(("number", "step"), [(0, ""), (10, ""), (2, "a"), (8, "e")])
    def test_bands_that_do_not_exist(self, number, step):
        with pytest.raises(ValueError, match="^(Agenda for Change has bands|Only Band 8 has steps)"):
            Band(number, step)

    @given(st.integers(1, 9), st.sampled_from(["", "a", "b", "c", "d"]), st.text(alphabet="xyz -,", max_size=10))
    def test_its_own_name_comes_back(self, number, step, around):
        band = Band(number, step if number == 8 else "")
        assert band_of(f"{around} {band} {around}") == band

    @given(st.text(max_size=80))
    def test_never_an_exception_and_never_without_the_word(self, text):
        assert bands_in(text) == () or "band" in text.lower()


class TestSuggestions:
    def test_two_bands_suggest_the_lower(self):
        assert suggest_from_text("Band 3/2") == Suggestion(
            Band(2), "The text names Band 2 and Band 3; a post that grows starts at the lower. Confirm or correct it."
        )

    @pytest.mark.parametrize("text", ["Band 2", "Porter"])
    def test_one_or_none_suggest_nothing(self, text):
        assert suggest_from_text(text) is None


class TestApprenticeships:
    @pytest.mark.parametrize(
        ("text", "level"),
        [
            ("Level 2 Apprenticeship in Healthcare", 2),
            ("Healthcare Apprentice (Level 3)", 3),
            ("Business Admin Apprentice L3", 3),
            ("Apprenticeship: Level 5 nursing associate", 5),
            ("Intermediate Apprenticeship", 2),
            ("Advanced apprentice", 3),
            ("Apprentice. You need Functional Skills Level 1 in maths", None),
            ("Apprentice with NVQ Level 3", None),
            ("Level 2 apprenticeship; Functional Skills Level 1 in English", 2),
            ("Apprentice Healthcare Assistant", None),
            ("Degree apprenticeship", None),
            ("Level 2 or level 3 apprenticeship, apprentice level 3", None),
            ("NVQ Level 2", None),
            ("Level 3", None),
            ("", None),
        ],
    )
    def test_levels(self, text, level):
        assert apprenticeship_level(text) == level


class TestJobFamilies:
    @pytest.mark.parametrize(
        ("title", "family"),
        [
            ("Healthcare Support Worker", "healthcare_support"),
            ("Health Care Assistant - Band 2", "healthcare_support"),
            ("HCSW (nights)", "healthcare_support"),
            ("Maternity Support Worker", "healthcare_support"),
            ("Apprentice Healthcare Assistant", "healthcare_support"),
            ("Ward Clerk", "admin"),
            ("Bank Administrator & Receptionist", "admin"),
            ("Medical Secretary", "admin"),
            ("Estates Administrator", "admin"),
            ("Domestic Assistant - Band 2", "domestic"),
            ("Housekeeper", "domestic"),
            ("Catering Assistant", "catering"),
            ("Ward Hostess", "catering"),
            ("Porter", "portering"),
            ("Theatre Porter", "portering"),
            ("Pharmacy Support Worker", "pharmacy"),
            ("Therapy Assistant", "therapy"),
            ("Physiotherapy Assistant", "therapy"),
            ("Ambulance Care Assistant", "transport"),
            ("Patient Transport Driver", "transport"),
            ("Medical Laboratory Assistant", "laboratory"),
            ("Phlebotomist", "laboratory"),
            ("IT Support Technician", "it"),
            ("Nursery Assistant", "nursery"),
            ("Nursery Nurse", "nursery"),
            ("Estates Maintenance Assistant", "estates"),
            ("Facilities Assistant", "estates"),
            ("Security Officer", "estates"),
            ("Stores Assistant", "stores"),
            ("Sterile Services Assistant", "sterile"),
            ("Radiology Department Assistant", "imaging"),
            ("Peer Support Worker", "community"),
            ("Consultant Anaesthetist", "other"),
            ("Staff Nurse", "other"),
            ("", "other"),
        ],
    )
    def test_titles(self, title, family):
        assert job_family(title) == family

    def test_keys_are_unique_and_every_one_has_a_label(self):
        assert len({family.key for family in FAMILIES}) == len(FAMILIES)
        assert set(LABELS) == {family.key for family in FAMILIES} | {"other"}

    @given(st.text(max_size=60))
    def test_any_title_has_a_family(self, title):
        assert job_family(title) in LABELS
