"""Django's settings; what differs from one installation to the next is read by `environment`."""

from __future__ import annotations

import os
from typing import Any

from django.utils.translation import gettext_lazy as _

from factcheck import environment

BASE_DIR = environment.BASE_DIR
ENVIRONMENT = environment.read(os.environ)

DEBUG = ENVIRONMENT.debug
SECRET_KEY = ENVIRONMENT.secret_key
ALLOWED_HOSTS = ENVIRONMENT.allowed_hosts
CSRF_TRUSTED_ORIGINS = ENVIRONMENT.csrf_trusted_origins

SITE_URL = ENVIRONMENT.site_url
SITE_NAME = ENVIRONMENT.site_name
CONTACT_EMAIL = ENVIRONMENT.contact_email
COMPLAINTS_URL = ENVIRONMENT.complaints_url

INSTALLED_APPS = [
    "claims.apps.DeskAdminConfig",
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "django_filters",
    "django_tasks",
    "django_tasks_db",
    "claims",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",
    "factcheck.middleware.ContentSecurityPolicy",
    "django.contrib.sessions.middleware.SessionMiddleware",
    "factcheck.middleware.Language",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "django.contrib.messages.middleware.MessageMiddleware",
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
]

ROOT_URLCONF = "factcheck.urls"
WSGI_APPLICATION = "factcheck.wsgi.application"
ASGI_APPLICATION = "factcheck.asgi.application"

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
            ],
        },
    },
]


# Databases

SQLITE_OPTIONS = {
    # A transaction that will write takes the lock at its start, where waiting for it works;
    # a read transaction that turns into a writing one would fail at once.
    "transaction_mode": "IMMEDIATE",
    "timeout": 20,
    # Without recursive triggers, INSERT OR REPLACE deletes a row past its DELETE trigger.
    "init_command": (
        "PRAGMA journal_mode=WAL;PRAGMA synchronous=NORMAL;PRAGMA recursive_triggers=ON;PRAGMA foreign_keys=ON;"
    ),
}

POSTGRESQL_POOL = {"min_size": 1, "max_size": ENVIRONMENT.pool_size, "timeout": 10}


def _configured(database: dict[str, Any]) -> dict[str, Any]:
    """A database with the options that its kind runs with here; the address's own come last."""
    options = dict(database.get("OPTIONS", {}))
    if database["ENGINE"] == "django.db.backends.sqlite3":
        return {**database, "OPTIONS": {**SQLITE_OPTIONS, **options}}
    options.setdefault("connect_timeout", 5)
    if ENVIRONMENT.pool_size:
        options["pool"] = POSTGRESQL_POOL
    # The pool keeps connections, so Django must not; one that died meanwhile is replaced.
    return {**database, "CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": True, "OPTIONS": options}


DATABASES = {"default": _configured(ENVIRONMENT.database)}
PUBLIC_DATABASE = "default"
if ENVIRONMENT.replica:
    DATABASES["replica"] = {**_configured(ENVIRONMENT.replica), "TEST": {"MIRROR": "default"}}
    PUBLIC_DATABASE = "replica"

# What reads an article's text: a function of text and language (`claims.language.analyse` is the project's own).
CLAIM_ANALYSER = "claims.language.analyse"

DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"


# People

AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 12},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "/accounts/login/"
LOGIN_REDIRECT_URL = "/desk/"
LOGOUT_REDIRECT_URL = "/"


# Background tasks: a queue in the database, and a worker (`db_worker`) beside the web server.

TASKS = {
    "default": {
        # In development and in the demo there is no worker: what is enqueued is done at once, within the request.
        "BACKEND": "django_tasks.backends.immediate.ImmediateBackend" if DEBUG else "django_tasks_db.DatabaseBackend",
    }
}


# Language and time

LANGUAGE_CODE = "en"
LANGUAGES = [("en", _("English")), ("de", _("German"))]
LOCALE_PATHS = [BASE_DIR / "claims" / "locale"]
USE_I18N = True
USE_TZ = True
TIME_ZONE = ENVIRONMENT.time_zone


# Static files

STATIC_URL = "/static/"
STATIC_ROOT = BASE_DIR / "staticfiles"
STATICFILES_STORAGE = (
    "django.contrib.staticfiles.storage.StaticFilesStorage"
    if DEBUG
    else "whitenoise.storage.CompressedManifestStaticFilesStorage"
)
STORAGES = {
    "default": {"BACKEND": "factcheck.storage.WholeFiles"},
    "staticfiles": {"BACKEND": STATICFILES_STORAGE},
}
# In development files are served from where they are written, without collectstatic.
WHITENOISE_USE_FINDERS = DEBUG
WHITENOISE_AUTOREFRESH = DEBUG


# Where wake_claims notes the heads of all chains each day; empty: nowhere.

CHECKPOINT_DIR = ENVIRONMENT.checkpoint_dir


# Files that preserve sources. They have no address of their own: a desk view hands them out to whoever may read them.

MEDIA_ROOT = ENVIRONMENT.media_root
SNAPSHOT_MAX_BYTES = ENVIRONMENT.snapshot_max_bytes
FILE_UPLOAD_PERMISSIONS = 0o640
FILE_UPLOAD_HANDLERS = [
    "factcheck.uploads.CutOff",
    "django.core.files.uploadhandler.MemoryFileUploadHandler",
    "django.core.files.uploadhandler.TemporaryFileUploadHandler",
]


# Security

X_FRAME_OPTIONS = "DENY"
SECURE_REFERRER_POLICY = "same-origin"
SECURE_SSL_REDIRECT = ENVIRONMENT.secure_ssl
SECURE_REDIRECT_EXEMPT = [r"^healthz$"]  # A load balancer asks over plain HTTP.
SESSION_COOKIE_SECURE = ENVIRONMENT.secure_ssl
CSRF_COOKIE_SECURE = ENVIRONMENT.secure_ssl
LANGUAGE_COOKIE_SECURE = ENVIRONMENT.secure_ssl
LANGUAGE_COOKIE_HTTPONLY = True
LANGUAGE_COOKIE_SAMESITE = "Lax"
SECURE_HSTS_SECONDS = 365 * 24 * 60 * 60 if ENVIRONMENT.secure_ssl else 0
SECURE_HSTS_INCLUDE_SUBDOMAINS = ENVIRONMENT.secure_ssl
SECURE_HSTS_PRELOAD = ENVIRONMENT.secure_ssl


# Forms and logs

# The admin shows a claim as one form: 14 fields for each evidence item, and a thorough claim has a hundred.
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000

# A page's source may be pasted whole. What is read ends at 20 MB (`claims.language.encoding`); the room above it lets
# the form say so in words, where Django would answer a bare 400.
DATA_UPLOAD_MAX_MEMORY_SIZE = 25_000_000

# No form takes more than one file. Each is cut off where it is too large, but many of them would fill the disk as well.
DATA_UPLOAD_MAX_NUMBER_FILES = 1

# An address typed without a scheme means https, as it will by default in Django 6.
FORMS_URLFIELD_ASSUME_HTTPS = True

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "plain": {"format": "{asctime} {levelname} {name}: {message}", "style": "{"},
    },
    "filters": {"without_links": {"()": "factcheck.logs.WithoutLinks"}},
    "handlers": {
        "stderr": {"class": "logging.StreamHandler", "formatter": "plain", "filters": ["without_links"]},
    },
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        # Django's own handlers would mail to nobody and be silent without DEBUG.
        "django": {"handlers": [], "level": "INFO", "propagate": True},
        "claims": {"level": "INFO"},
    },
}
