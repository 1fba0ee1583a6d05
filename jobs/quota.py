"""An upload stops filling the disk once it is larger than any kind of work reads."""

from __future__ import annotations

from django.conf import settings
from django.core.files.uploadhandler import FileUploadHandler


class Quota(FileUploadHandler):
    """First in FILE_UPLOAD_HANDLERS: passes on one request's file data up to settings.UPLOAD_MOST_BYTES, and no more.

    The file that arrives is then above the limit of its kind, and its form says so.
    """

    passed = 0

    def receive_data_chunk(self, raw_data: bytes, start: int) -> bytes | None:
        if self.passed > settings.UPLOAD_MOST_BYTES:
            return None
        self.passed += len(raw_data)
        return raw_data

    def file_complete(self, file_size: int) -> None:
        return None
