"""Who acts in these tests, and where their files go."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.jobs import work
from tests.world import build_world


@pytest.fixture(autouse=True)
def job_settings(settings, tmp_path):
    settings.JOB_KINDS = work.KINDS
    settings.UPLOAD_DIR = tmp_path / "uploads"
    return settings


@pytest.fixture
def world(db):
    return build_world(rooms=())


@pytest.fixture
def by(world):
    return world.acting("recruiter")


@pytest.fixture
def csv_file():
    def make(text="Name\nWard A\nWard B\n", name="departments.csv"):
        return SimpleUploadedFile(name, text.encode() if isinstance(text, str) else text)

    return make
