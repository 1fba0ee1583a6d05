"""Settings that every profile shares; the README holds the table of environment variables."""

import os
from pathlib import Path
from typing import Any

import dj_database_url
from csp.constants import NONE, SELF
from django.core.exceptions import ImproperlyConfigured

BASE_DIR = Path(__file__).resolve().parents[2]
VAR_DIR = Path(os.environ.get("VAR_DIR", BASE_DIR / ".var"))
VAR_DIR.mkdir(parents=True, exist_ok=True)


def secret(name: str) -> str:
    """The value of environment variable `name`, or ImproperlyConfigured naming it."""
    value = os.environ.get(name, "")
    if not value:
        raise ImproperlyConfigured(f"Set the environment variable {name}.")
    return value


DEBUG = False
ALLOWED_HOSTS = ["127.0.0.1", "localhost", "[::1]"]

# Lowest room last: the order of import-linter's layers.
ROOMS = [
    "recruitment",
    "reports",
    "matching",
    "levy",
    "pipeline",
    "vacancies",
    "programmes",
    "outbox",
    "candidates",
    "jobs",
    "organisations",
    "places",
    "audit",
    "nhsuk",
]
INSTALLED_APPS = [
    *ROOMS,
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django.contrib.humanize",
    "django.contrib.postgres",
    "django.forms",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "allauth.socialaccount",
    "allauth.socialaccount.providers.openid_connect",
    "rest_framework",
    "django_filters",
    "drf_spectacular",
    "drf_spectacular_sidecar",
    "django_htmx",
    "csp",
    "django_linear_migrations",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "csp.middleware.CSPMiddleware",
    "recruitment.nul.NoNul",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "django_htmx.middleware.HtmxMiddleware",
    "organisations.middleware.ActingMiddleware",
    "recruitment.ready_people.CountForNew",
    "recruitment.methods.PageForMethods",
]

ROOT_URLCONF = "recruitment.urls"
WSGI_APPLICATION = "recruitment.wsgi.application"
TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "DIRS": [BASE_DIR / "templates"],
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
                "recruitment.context.page",
            ],
            "builtins": ["nhsuk.templatetags.nhsuk"],
        },
    }
]
FORM_RENDERER = "nhsuk.renderer.NhsukRenderer"


def database(url: str) -> dict[str, Any]:
    """Django's connection settings for `url`; SQLite in WAL with immediate transactions.

    DEFERRED gave "database is locked" under contention; IMMEDIATE takes the write lock at the start and waits.
    """
    parsed: dict[str, Any] = {**dj_database_url.parse(url, conn_max_age=60, conn_health_checks=True)}
    if "sqlite" in parsed["ENGINE"]:
        parsed["OPTIONS"] = {
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
        }
    return parsed


DATABASES = {"default": database(os.environ.get("DATABASE_URL") or f"sqlite:///{VAR_DIR / 'anchor.sqlite3'}")}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

AUTH_USER_MODEL = "organisations.User"
AUTHENTICATION_BACKENDS = ["allauth.account.auth_backends.AuthenticationBackend"]
PASSWORD_HASHERS = ["django.contrib.auth.hashers.Argon2PasswordHasher"]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {"NAME": "django.contrib.auth.password_validation.MinimumLengthValidator", "OPTIONS": {"min_length": 12}},
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "today"
ACCOUNT_ADAPTER = "organisations.sign_in.InvitationOnlyAdapter"
SOCIALACCOUNT_ADAPTER = "organisations.sign_in.InvitationOnlySocialAdapter"
ACCOUNT_USER_MODEL_USERNAME_FIELD = None
ACCOUNT_LOGIN_METHODS = {"email"}
ACCOUNT_SIGNUP_FIELDS = ["email*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"  # an invitation is answered by its link, which proves the address
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_SESSION_REMEMBER = False  # computers on a ward are shared: a session ends with the browser
ACCOUNT_FORMS = {
    "login": "organisations.sign_in_forms.SignInForm",
    "change_password": "organisations.sign_in_forms.NewPasswordForm",
    "reset_password": "organisations.sign_in_forms.ForgottenForm",
    "reset_password_from_key": "organisations.sign_in_forms.ForgottenKeyForm",
    "reauthenticate": "organisations.sign_in_forms.PasswordAgainForm",
}
MFA_FORMS = {
    "authenticate": "organisations.sign_in_forms.CodeForm",
    "reauthenticate": "organisations.sign_in_forms.CodeAgainForm",
    "activate_totp": "organisations.sign_in_forms.NewAuthenticatorForm",
}
MFA_SUPPORTED_TYPES = ["totp", "webauthn", "recovery_codes"]
MFA_PASSKEY_LOGIN_ENABLED = True
MFA_COMPULSORY = False

LANGUAGE_CODE = "en-gb"
LOCALE_PATHS = [BASE_DIR / "organisations" / "locale"]  # the words of the sign-in pages
TIME_ZONE = "Europe/London"
USE_TZ = True

STATIC_URL = "static/"
STATIC_ROOT = VAR_DIR / "static_collected"
STATICFILES_DIRS = (
    [("nhsuk", BASE_DIR / "static_built" / "nhsuk")] if (BASE_DIR / "static_built" / "nhsuk").exists() else []
)
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "whitenoise.storage.CompressedManifestStaticFilesStorage"},
}
UPLOAD_DIR = VAR_DIR / "uploads"

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": [NONE],
        "script-src": [SELF],
        "style-src": [SELF],
        "img-src": [SELF],
        "font-src": [SELF],
        "connect-src": [SELF],
        "form-action": [SELF],
        "frame-ancestors": [NONE],
        "base-uri": [NONE],
        "manifest-src": [SELF],
    }
}
SECURE_REFERRER_POLICY = "same-origin"
X_FRAME_OPTIONS = "DENY"
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
SESSION_COOKIE_AGE = 60 * 60 * 10  # a working day
CSRF_COOKIE_SAMESITE = "Lax"
CSRF_FAILURE_VIEW = "recruitment.errors.csrf_failure"
MESSAGE_STORAGE = "django.contrib.messages.storage.session.SessionStorage"
DATA_UPLOAD_MAX_MEMORY_SIZE = 5 * 1024 * 1024
FILE_UPLOAD_MAX_MEMORY_SIZE = 2 * 1024 * 1024
UPLOAD_MOST_BYTES = 100 * 1024 * 1024  # of one request; each kind of file has its own, smaller limit
FILE_UPLOAD_HANDLERS = [
    "jobs.quota.Quota",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]

EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
DEFAULT_FROM_EMAIL = os.environ.get("DEFAULT_FROM_EMAIL", "guaranteed-interviews@example.test")
PUBLIC_ADDRESS = os.environ.get("PUBLIC_ADDRESS", "http://127.0.0.1:8000")

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "organisations.api_auth.TokenAuthentication",
        "organisations.api_auth.MembershipSessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": ["organisations.api_auth.HasActing"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["rest_framework.parsers.JSONParser"],
    "DEFAULT_FILTER_BACKENDS": ["recruitment.paging.Filters"],
    "DEFAULT_PAGINATION_CLASS": "recruitment.paging.Keyset",
    "DEFAULT_SCHEMA_CLASS": "drf_spectacular.openapi.AutoSchema",
    "PAGE_SIZE": 50,
    "DEFAULT_THROTTLE_RATES": {"api_writes": "240/min"},
    "UNAUTHENTICATED_USER": "django.contrib.auth.models.AnonymousUser",
}
SPECTACULAR_SETTINGS = {
    "TITLE": "Guaranteed interviews API",
    "DESCRIPTION": "The same doors as the pages: a key sees what its membership sees. Vacancies are also sent, by keys that may write.",
    "VERSION": "1",
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["organisations.api_auth.HasActing"],
    "ENUM_NAME_OVERRIDES": {
        "EnrolmentStateEnum": "programmes.models.EnrolmentState",
        "ReferralStateEnum": "pipeline.models.ReferralState",
        "VacancyStateEnum": "vacancies.models.VacancyState",
    },
    "SWAGGER_UI_DIST": "SIDECAR",
    "SWAGGER_UI_FAVICON_HREF": "SIDECAR",
}

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {"plain": {"format": "%(asctime)s %(levelname)s %(name)s %(message)s"}},
    "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "plain"}},
    "root": {"handlers": ["console"], "level": "INFO"},
}

# The product's own settings
FROZEN_TODAY = os.environ.get("FROZEN_TODAY", "")  # YYYY-MM-DD, only honoured by the demo and test profiles
DEMO = False
NAME_OF_SERVICE = os.environ.get("NAME_OF_SERVICE", "Guaranteed interviews")
WORDMARK = os.environ.get("WORDMARK", "NWL")
PHRASES_KEPT_FROM_TRUSTS = "recruitment.kept_phrases.phrases_of"  # what evidence must not say of a person
NHS_JOBS_ADDRESS = os.environ.get("NHS_JOBS_ADDRESS", "https://www.jobs.nhs.uk/api/v1/search_xml")
JOBS_INLINE = False  # run a job in the request that made it: tests only
JOBS_EMBEDDED = os.environ.get("JOBS_EMBEDDED", "yes") == "yes"  # a thread of the web process works; no: manage.py work
# Every kind of long work, by name: the dotted path of its function (see jobs/kinds.py).
JOB_KINDS: dict[str, str] = {
    "pipeline.trac": "pipeline.imports.take_applications",
    "vacancies.feed": "vacancies.imports.import_feed",
    "vacancies.fetch": "vacancies.fetching.run",
    "vacancies.trac": "vacancies.trac_imports.run",
    "vacancies.reconcile": "vacancies.reconciliation.run",
    "vacancies.history": "vacancies.history_imports.run",
    "programmes.cohort": "programmes.imports.job.run",
    "levy.transactions": "levy.imports.take_transactions",
    "levy.apprentices": "levy.imports.take_apprentices",
    "levy.pledges": "levy.imports.take_pledges",
    "levy.roster": "levy.imports.take_roster",
}
