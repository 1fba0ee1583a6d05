"""The test profile: a file database with WAL (threads share it), cheap hashing, jobs inline."""

import os

from recruitment.settings.base import *  # noqa: F403 - settings in layers
from recruitment.settings.base import DATABASES, VAR_DIR

SECRET_KEY = "test-only-" + "0" * 50
HASH_KEY = "test-only-hash-key"
FROZEN_TODAY = "2026-11-23"  # a Monday, so that working days are easy to follow in tests
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
JOBS_INLINE = True
NHS_JOBS_ADDRESS = ""  # no test asks the world outside; those of the feed set up a server of their own
UPLOAD_DIR = VAR_DIR / "test_uploads"
WHITENOISE_AUTOREFRESH = True
if "sqlite" in DATABASES["default"]["ENGINE"]:
    DATABASES["default"]["TEST"] = {"NAME": str(VAR_DIR / f"test_{os.getpid()}.sqlite3")}
DATABASES["default"]["CONN_MAX_AGE"] = 0
