"""Settings of a worker of its own that does cohort files on the test's database."""

from tests.jobs.worker_settings import *  # noqa: F403 - settings in layers

JOB_KINDS = {"programmes.cohort": "tests.programmes.killed.run"}
