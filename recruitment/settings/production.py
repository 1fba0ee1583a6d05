"""The production profile: secrets from the environment, HTTPS, compulsory second factor."""

import os

from django.core.exceptions import ImproperlyConfigured

from recruitment.settings.base import *  # noqa: F403 - settings in layers
from recruitment.settings.base import DATABASES, secret

SECRET_KEY = secret("SECRET_KEY")
HASH_KEY = secret("HASH_KEY")
ALLOWED_HOSTS = [host.strip() for host in secret("ALLOWED_HOSTS").split(",")]
PUBLIC_ADDRESS = secret("PUBLIC_ADDRESS")
if "sqlite" in DATABASES["default"]["ENGINE"] and os.environ.get("ALLOW_SQLITE") != "yes":
    raise ImproperlyConfigured("Set DATABASE_URL to a PostgreSQL database, or ALLOW_SQLITE=yes for a single machine.")

MFA_COMPULSORY = True
FROZEN_TODAY = ""
SECURE_SSL_REDIRECT = True
BEHIND_PROXY = os.environ.get("BEHIND_PROXY") == "yes"
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BEHIND_PROXY else None
ALLAUTH_TRUSTED_PROXY_COUNT = int(BEHIND_PROXY)  # else all share the proxy's address, and its limit of failed sign-ins
SECURE_HSTS_SECONDS = 31_536_000
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
SESSION_COOKIE_NAME = "__Host-session"
CSRF_COOKIE_NAME = "__Host-csrf"
EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
EMAIL_HOST = os.environ.get("EMAIL_HOST", "localhost")
EMAIL_PORT = int(os.environ.get("EMAIL_PORT", "25"))
EMAIL_HOST_USER = os.environ.get("EMAIL_HOST_USER", "")
EMAIL_HOST_PASSWORD = os.environ.get("EMAIL_HOST_PASSWORD", "")
EMAIL_USE_TLS = os.environ.get("EMAIL_USE_TLS", "yes") == "yes"
CACHES = {
    "default": {"BACKEND": "django.core.cache.backends.redis.RedisCache", "LOCATION": os.environ["REDIS_URL"]}
    if os.environ.get("REDIS_URL")
    else {"BACKEND": "django.core.cache.backends.db.DatabaseCache", "LOCATION": "cache"}
}
