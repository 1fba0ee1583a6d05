"""The demo profile: invented people, no secrets, one machine."""

from recruitment.settings.base import *  # noqa: F403 - settings in layers
from recruitment.settings.base import VAR_DIR

DEMO = True
SECRET_KEY = "demo-only-" + "0" * 50
HASH_KEY = "demo-only-hash-key"
EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
EMAIL_FILE_PATH = VAR_DIR / "mail"
