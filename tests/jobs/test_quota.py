"""One request cannot fill the disk: what is past the most is not kept, and the form says that the file is too large."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import RequestFactory

from jobs.forms import UploadForm
from jobs.hostile import MB


@pytest.fixture
def sent():
    """The files of a request as they arrive; closed after the test, as Django closes them after a response."""
    requests = []

    def send(*sizes):
        data = {f"file{number or ''}": SimpleUploadedFile("a.csv", b"a" * size) for number, size in enumerate(sizes)}
        requests.append(RequestFactory().post("/", data))
        return requests[-1].FILES

    yield send
    for request in requests:
        request.close()


@pytest.mark.parametrize("size", [1, 3 * MB])
def test_a_file_within_the_limit_arrives_whole(sent, size):
    file = sent(size)["file"]
    assert (file.size, file.read()) == (size, b"a" * size)


def test_what_is_past_the_most_is_not_kept(sent, settings):
    settings.UPLOAD_MOST_BYTES = 1 * MB
    assert 1 * MB < sent(9 * MB)["file"].size < 1 * MB + 128 * 1024


def test_the_most_is_of_all_files_of_a_request(sent, settings):
    settings.UPLOAD_MOST_BYTES = 1 * MB
    assert sum(file.size for file in sent(3 * MB, 3 * MB, 3 * MB).values()) < 1 * MB + 128 * 1024


def test_the_form_says_that_it_is_too_large(sent, settings):
    settings.UPLOAD_MOST_BYTES = 21 * MB
    form = UploadForm({}, sent(30 * MB), kind="tests.departments")
    assert form.errors["file"][0].endswith(" MB; the most this service reads is 20 MB. Split it into smaller files.")
