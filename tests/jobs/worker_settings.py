"""Settings of a worker that a test starts as a process of its own: the test's database, the test's kinds of work."""

import os

from recruitment.settings.test import *  # noqa: F403 - settings in layers
from recruitment.settings.test import DATABASES

DATABASES["default"]["NAME"] = os.environ["TEST_DATABASE_NAME"]
UPLOAD_DIR = os.environ["TEST_UPLOAD_DIR"]
JOBS_INLINE = False
JOB_KINDS = {"tests.slow": "tests.jobs.work.slow"}
