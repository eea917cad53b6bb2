"""The environment: what has a default, what has none, and that each refusal names its setting."""

from __future__ import annotations

import pytest

from factcheck.environment import BASE_DIR, ConfigurationError, read

PRODUCTION = {
    "SECRET_KEY": "p8Zs2vQxLr6wYk0bNd4hTfGm9cJe1aUo7iKqXyWz3RtVuBnMl5",
    "DATABASE_URL": "postgres://desk:secret@db.example.org:5433/factcheck",
    "ALLOWED_HOSTS": "factcheck.example.org, www.example.org",
    "SITE_URL": "https://factcheck.example.org/",
    "MEDIA_ROOT": str(BASE_DIR / "files"),
}


def test_production_values_are_read() -> None:
    environment = read({**PRODUCTION, "TIME_ZONE": "Europe/Berlin", "SITE_NAME": "The Desk"})

    assert not environment.debug
    assert environment.secure_ssl
    assert environment.database["ENGINE"] == "django.db.backends.postgresql"
    assert environment.database["HOST"] == "db.example.org"
    assert environment.allowed_hosts == ["factcheck.example.org", "www.example.org"]
    assert environment.site_url == "https://factcheck.example.org"
    assert (environment.site_name, environment.time_zone) == ("The Desk", "Europe/Berlin")
    assert environment.replica is None


def test_debug_alone_is_enough_for_development() -> None:
    environment = read({"DEBUG": "on"})

    assert environment.debug
    assert not environment.secure_ssl
    assert environment.database == {"ENGINE": "django.db.backends.sqlite3", "NAME": str(BASE_DIR / "db.sqlite3")}
    assert environment.site_url == "http://127.0.0.1:8000"


def test_preserved_files_lie_beside_the_database_that_is_a_file() -> None:
    environment = read({**PRODUCTION, "DATABASE_URL": "sqlite:///site.sqlite3", "MEDIA_ROOT": ""})

    assert environment.media_root == str(BASE_DIR / "site-files")
    assert environment.snapshot_max_bytes == 50_000_000


def test_preserved_files_lie_beside_the_program_for_a_database_that_is_a_server() -> None:
    assert read({**PRODUCTION, "MEDIA_ROOT": ""}).media_root == str(BASE_DIR / "db-files")


# A value that is missing or cannot be meant is refused in one sentence that begins with its name.
REFUSALS = [
    ("SECRET_KEY", ""),
    ("SECRET_KEY", "short"),
    ("SECRET_KEY", "a" * 60),
    ("SECRET_KEY", "django-insecure-p8Zs2vQxLr6wYk0bNd4hTfGm9cJe1aUo7iKqXyWz3RtV"),
    ("SECRET_KEY", "development-only-development-only-development-only-0123456789"),
    ("DATABASE_URL", ""),
    ("DATABASE_URL", "factcheck"),
    ("DATABASE_URL", "mysql://host/factcheck"),
    ("DATABASE_URL", "postgres://host"),
    ("DATABASE_URL", "postgres://host:port/factcheck"),
    ("DATABASE_URL", "postgres://[host/factcheck"),
    ("DATABASE_URL", "sqlite://factcheck.sqlite3"),
    ("DATABASE_URL", "sqlite:///"),
    ("DATABASE_URL", "sqlite:////no/such/folder/factcheck.sqlite3"),
    ("DATABASE_REPLICA_URL", "host/factcheck"),
    ("DATABASE_POOL_SIZE", "many"),
    ("MEDIA_ROOT", "/no/such/folder/files"),
    ("MEDIA_ROOT", "manage.py"),
    ("CHECKPOINT_DIR", "/no/such/folder/checkpoints"),
    ("CHECKPOINT_DIR", "manage.py"),
    ("SNAPSHOT_MAX_BYTES", "50 MB"),
    ("SNAPSHOT_MAX_BYTES", "0"),
    ("DATABASE_POOL_SIZE", "-1"),
    ("DEBUG", "perhaps"),
    ("SECURE_SSL", "2"),
    ("ALLOWED_HOSTS", " , "),
    ("CSRF_TRUSTED_ORIGINS", "factcheck.example.org"),
    ("SITE_URL", ""),
    ("SITE_URL", "factcheck.example.org"),
    ("SITE_URL", "https://factcheck.example.org/site"),
    ("SITE_URL", "http://factcheck.example.org"),
    ("SITE_URL", "https://[factcheck"),
    ("CONTACT_EMAIL", "the desk"),
    ("COMPLAINTS_URL", "javascript:alert(1)"),
    ("TIME_ZONE", "Mars/Olympus"),
    ("TIME_ZONE", "../etc/passwd"),
]


@pytest.mark.parametrize(("name", "value"), REFUSALS)
def test_wrong_value_is_refused_by_name(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError) as refusal:
        read({**PRODUCTION, name: value})

    sentence = str(refusal.value)
    assert sentence.startswith(f"{name} ")
    assert "\n" not in sentence


def test_message_keeps_the_password() -> None:
    with pytest.raises(ConfigurationError) as refusal:
        read({**PRODUCTION, "DATABASE_URL": "postgres://desk:hunter2@host:port/factcheck"})

    assert "hunter2" not in str(refusal.value)


def test_printing_the_environment_keeps_the_secrets() -> None:
    shown = repr(read(PRODUCTION))

    assert PRODUCTION["SECRET_KEY"] not in shown
    assert "secret" not in shown.replace("secret_key", "")


@pytest.mark.parametrize("name", ["DATABASE_URL", "DATABASE_REPLICA_URL"])
def test_socket_folder_of_postgresql(name: str) -> None:
    environment = read({**PRODUCTION, name: "postgres://desk@//var/run/postgresql/factcheck"})

    database = environment.database if name == "DATABASE_URL" else environment.replica
    assert database is not None
    assert (database["HOST"], database["NAME"]) == ("/var/run/postgresql", "factcheck")


def test_sqlite_file_is_taken_from_the_projects_folder() -> None:
    environment = read({**PRODUCTION, "DATABASE_URL": "sqlite:///desk.sqlite3"})

    assert environment.database["NAME"] == str(BASE_DIR / "desk.sqlite3")


def test_plain_http_is_possible_when_said() -> None:
    environment = read({**PRODUCTION, "SECURE_SSL": "off", "SITE_URL": "http://desk.local:8000"})

    assert not environment.secure_ssl


def test_key_that_begins_with_a_dollar_is_taken_as_it_is() -> None:
    key = "$" + PRODUCTION["SECRET_KEY"]

    assert read({**PRODUCTION, "SECRET_KEY": key}).secret_key == key
