"""The one module that reads the environment; what is missing or wrong is said in one sentence.

`DEBUG=on` is a developer's machine: a built-in key, SQLite, plain HTTP. Without it nothing
that protects a reader has a default, and a wrong value is refused rather than read as "off".
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from django.core.exceptions import ImproperlyConfigured
from environ import Env

BASE_DIR = Path(__file__).resolve().parent.parent

DEVELOPMENT_KEY = "development-only-development-only-development-only-0123456789"
SHORTEST_KEY = 50  # What `check --deploy` asks for.
FEWEST_CHARACTERS_IN_KEY = 5

ON = frozenset({"1", "on", "true", "yes"})
OFF = frozenset({"0", "off", "false", "no"})


class ConfigurationError(ImproperlyConfigured):
    """A setting is missing or wrong; the message is one sentence that names it."""


@dataclass(frozen=True, kw_only=True)
class Environment:
    """Everything the environment decides, checked."""

    debug: bool
    secret_key: str = field(repr=False)
    database: dict[str, Any] = field(repr=False)
    replica: dict[str, Any] | None = field(repr=False)
    pool_size: int
    media_root: str
    snapshot_max_bytes: int
    checkpoint_dir: str
    allowed_hosts: list[str]
    csrf_trusted_origins: list[str]
    secure_ssl: bool
    site_url: str
    site_name: str
    contact_email: str
    complaints_url: str
    time_zone: str


def read(values: Mapping[str, str]) -> Environment:
    """Check `values` (usually `os.environ`); raise ConfigurationError at the first wrong one."""
    debug = _switch(values, "DEBUG", default=False)
    secure_ssl = _switch(values, "SECURE_SSL", default=not debug)
    database = _database(values, debug=debug)
    return Environment(
        debug=debug,
        secret_key=_secret_key(values, debug=debug),
        database=database,
        replica=_database_url(values, "DATABASE_REPLICA_URL"),
        pool_size=_count(values, "DATABASE_POOL_SIZE", default=8),
        media_root=_media_root(values, database),
        snapshot_max_bytes=_size(values, "SNAPSHOT_MAX_BYTES", default=50_000_000),
        checkpoint_dir=_folder(_text(values, "CHECKPOINT_DIR"), "CHECKPOINT_DIR"),
        allowed_hosts=_allowed_hosts(values, debug=debug),
        csrf_trusted_origins=_origins(values),
        secure_ssl=secure_ssl,
        site_url=_site_url(values, debug=debug, secure_ssl=secure_ssl),
        site_name=_text(values, "SITE_NAME") or "Factcheck",
        contact_email=_contact_email(values),
        complaints_url=_complaints_url(values),
        time_zone=_time_zone(values),
    )


def _text(values: Mapping[str, str], name: str) -> str:
    return values.get(name, "").strip()


def _words(values: Mapping[str, str], name: str) -> list[str]:
    return [word.strip() for word in values.get(name, "").split(",") if word.strip()]


def _switch(values: Mapping[str, str], name: str, *, default: bool) -> bool:
    text = _text(values, name).lower()
    if not text:
        return default
    if text not in ON | OFF:
        raise ConfigurationError(f"{name} must be on or off, not {text!r}.")
    return text in ON


def _count(values: Mapping[str, str], name: str, *, default: int) -> int:
    text = _text(values, name)
    if not text:
        return default
    if not (text.isascii() and text.isdigit()):
        raise ConfigurationError(f"{name} must be a whole number, not {text!r}.")
    return int(text)


def _size(values: Mapping[str, str], name: str, *, default: int) -> int:
    size = _count(values, name, default=default)
    if not size:
        raise ConfigurationError(f"{name} must be more than 0.")
    return size


def _secret_key(values: Mapping[str, str], *, debug: bool) -> str:
    key = _text(values, "SECRET_KEY")
    if not key:
        if debug:
            return DEVELOPMENT_KEY
        raise ConfigurationError(
            f"SECRET_KEY is not set; production has no default, so give it {SHORTEST_KEY} or more random characters."
        )
    if debug:
        return key
    if len(key) < SHORTEST_KEY or len(set(key)) < FEWEST_CHARACTERS_IN_KEY:
        raise ConfigurationError(f"SECRET_KEY is too weak; it needs {SHORTEST_KEY} or more random characters.")
    if key == DEVELOPMENT_KEY or key.startswith("django-insecure-"):
        raise ConfigurationError("SECRET_KEY is a development key; production needs its own.")
    return key


def _database(values: Mapping[str, str], *, debug: bool) -> dict[str, Any]:
    database = _database_url(values, "DATABASE_URL")
    if database is not None:
        return database
    if debug:
        return {"ENGINE": "django.db.backends.sqlite3", "NAME": str(BASE_DIR / "db.sqlite3")}
    raise ConfigurationError(
        "DATABASE_URL is not set; give it postgres://user:password@host/name or sqlite:///file.sqlite3."
    )


def _database_url(values: Mapping[str, str], name: str) -> dict[str, Any] | None:
    """A Django database from a URL; the message never repeats it, for it holds a password."""
    url = _text(values, name)
    if not url:
        return None
    scheme = url.partition("://")[0]
    if "://" not in url or scheme not in {"postgres", "postgresql", "sqlite"}:
        raise ConfigurationError(f"{name} must begin with postgres://, postgresql:// or sqlite:///.")
    if scheme == "sqlite" and not url.startswith("sqlite:///"):
        raise ConfigurationError(f"{name} needs three slashes before the file: sqlite:///file.")
    try:
        _ = urlsplit(url).port  # A broken host or port; the library would make something of it.
        database = dict(Env.db_url_config(url))
    except (ValueError, KeyError, ImproperlyConfigured) as error:
        raise ConfigurationError(f"{name} cannot be read as a database's address.") from error
    if database["NAME"] in {"", ":memory:"}:
        raise ConfigurationError(f"{name} names no database.")
    if scheme == "sqlite":
        # Taken from the project's folder, so that no command opens a second, empty file.
        database["NAME"] = str(BASE_DIR / database["NAME"])
        if not Path(database["NAME"]).parent.is_dir():
            raise ConfigurationError(f"{name} names a file in a folder that does not exist.")
    return database


def _media_root(values: Mapping[str, str], database: Mapping[str, Any]) -> str:
    """The folder of the files that preserve sources: beside the database's own file, or beside the program."""
    folder = _folder(_text(values, "MEDIA_ROOT"), "MEDIA_ROOT")
    if folder:
        return folder
    if database["ENGINE"] == "django.db.backends.sqlite3":
        file = Path(database["NAME"])
        return str(file.with_name(f"{file.stem}-files"))
    return str(BASE_DIR / "db-files")


def _folder(named: str, setting: str) -> str:
    """A folder that is there or can be made, taken from the project's own; empty where none is named."""
    if not named:
        return ""
    path = BASE_DIR / named
    if path.exists() and not path.is_dir():
        raise ConfigurationError(f"{setting} names a file; it must be a folder.")
    if not path.parent.is_dir():
        raise ConfigurationError(f"{setting} names a folder in one that does not exist.")
    return str(path)


def _allowed_hosts(values: Mapping[str, str], *, debug: bool) -> list[str]:
    hosts = _words(values, "ALLOWED_HOSTS")
    if not hosts and not debug:
        raise ConfigurationError("ALLOWED_HOSTS is not set; name the site's hosts, with commas.")
    return hosts


def _origins(values: Mapping[str, str]) -> list[str]:
    origins = _words(values, "CSRF_TRUSTED_ORIGINS")
    for origin in origins:
        if not _is_web_address(origin):
            raise ConfigurationError(f"CSRF_TRUSTED_ORIGINS must hold addresses like https://host, not {origin!r}.")
    return origins


def _site_url(values: Mapping[str, str], *, debug: bool, secure_ssl: bool) -> str:
    """Where readers find the site, without a slash at the end; canonical links begin with it."""
    url = _text(values, "SITE_URL").rstrip("/")
    if not url:
        if debug:
            return "http://127.0.0.1:8000"
        raise ConfigurationError("SITE_URL is not set; give the address that readers use.")
    if not _is_web_address(url) or urlsplit(url).path:
        raise ConfigurationError(f"SITE_URL must look like https://host, not {url!r}.")
    if secure_ssl and not url.startswith("https://"):
        raise ConfigurationError("SITE_URL must begin with https:// unless SECURE_SSL is off.")
    return url


def _contact_email(values: Mapping[str, str]) -> str:
    address = _text(values, "CONTACT_EMAIL")
    if address and "@" not in address:
        raise ConfigurationError(f"CONTACT_EMAIL must be an e-mail address, not {address!r}.")
    return address


def _complaints_url(values: Mapping[str, str]) -> str:
    url = _text(values, "COMPLAINTS_URL")
    if url and not _is_web_address(url):
        raise ConfigurationError(f"COMPLAINTS_URL must look like https://host/path, not {url!r}.")
    return url


def _time_zone(values: Mapping[str, str]) -> str:
    name = _text(values, "TIME_ZONE") or "UTC"
    try:
        ZoneInfo(name)
    except (KeyError, OSError, ValueError) as error:
        raise ConfigurationError(f"TIME_ZONE {name!r} is not a known time zone.") from error
    return name


def _is_web_address(text: str) -> bool:
    try:
        parts = urlsplit(text)
    except ValueError:
        return False
    return parts.scheme in {"http", "https"} and bool(parts.hostname)
