"""The ground: commands that refuse loudly, production settings, headers, locks, the README."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
from django.db import OperationalError, connection
from django.http import HttpResponse
from django.test import Client, RequestFactory, override_settings
from django.utils import translation

from factcheck.environment import BASE_DIR
from factcheck.middleware import CONTENT_SECURITY_POLICY, ContentSecurityPolicy, Language

KEY = "p8Zs2vQxLr6wYk0bNd4hTfGm9cJe1aUo7iKqXyWz3RtVuBnMl5"
READ_BY_US = re.compile(
    r"DEBUG|SECRET_KEY|DATABASE_|ALLOWED_|CSRF_|SITE_|TIME_ZONE|SECURE_|MEDIA_|SNAPSHOT_|DJANGO_|COV_"
)


def production(tmp_path: Path, **changes: str) -> dict[str, str]:
    """The environment of an installation; an empty change leaves the setting out."""
    machine = {name: value for name, value in os.environ.items() if not READ_BY_US.match(name)}
    values = {
        "SECRET_KEY": KEY,
        "DATABASE_URL": f"sqlite:///{tmp_path}/site.sqlite3",
        "ALLOWED_HOSTS": "factcheck.example.org",
        "SITE_URL": "https://factcheck.example.org",
        "MEDIA_ROOT": str(tmp_path / "files"),
        **changes,
    }
    return machine | {name: value for name, value in values.items() if value}


def run(command: list[str], environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        command, cwd=BASE_DIR, env=environment, capture_output=True, text=True, timeout=120, check=False
    )


def manage(*arguments: str, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    return run([sys.executable, "manage.py", *arguments], environment)


# A missing or wrong setting is one clear sentence on stderr, and the exit code says so too.
@pytest.mark.parametrize(
    ("changes", "begins"),
    [
        ({"SECRET_KEY": ""}, "Error: SECRET_KEY is not set"),
        ({"SECRET_KEY": "secret"}, "Error: SECRET_KEY is too weak"),
        ({"DATABASE_URL": ""}, "Error: DATABASE_URL is not set"),
        ({"DATABASE_URL": "mysql://db/factcheck"}, "Error: DATABASE_URL must begin with"),
        ({"DATABASE_URL": "postgres://db:one/factcheck"}, "Error: DATABASE_URL cannot be read"),
    ],
)
@pytest.mark.parametrize("command", ["migrate", "check", "runserver"])
def test_wrong_setting_ends_a_command_with_one_sentence(
    tmp_path: Path, command: str, changes: dict[str, str], begins: str
) -> None:
    done = manage(command, environment=production(tmp_path, **changes))

    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.startswith(begins)
    assert len(done.stderr.splitlines()) == 1


def test_database_that_does_not_answer_is_one_sentence(tmp_path: Path) -> None:
    nobody = production(tmp_path, DATABASE_URL="postgres://desk:hunter2@127.0.0.1:1/factcheck")
    done = manage("migrate", environment=nobody)

    assert done.returncode == 1
    assert done.stderr.startswith("Error: the database in DATABASE_URL does not answer")
    assert len(done.stderr.splitlines()) == 1
    assert "hunter2" not in done.stderr


@pytest.mark.parametrize("missing", ["SECRET_KEY", "DATABASE_URL", "ALLOWED_HOSTS", "SITE_URL"])
def test_serve_refuses_without_its_settings(tmp_path: Path, missing: str) -> None:
    environment = production(tmp_path, **{missing: ""}) | {"VENV": sys.prefix, "DEBUG": "on"}
    done = run(["tools/serve", "127.0.0.1:0"], environment)

    assert done.returncode == 1
    assert done.stderr.startswith(f"Error: {missing} is not set")
    assert len(done.stderr.splitlines()) == 1


def test_production_settings_pass_the_deployment_check(tmp_path: Path) -> None:
    done = manage("check", "--deploy", "--fail-level", "WARNING", environment=production(tmp_path))

    assert done.returncode == 0, done.stderr
    assert "0 silenced" in done.stdout + done.stderr


def test_replica_is_where_the_public_site_reads(tmp_path: Path) -> None:
    environment = production(
        tmp_path,
        DATABASE_URL="postgres://desk@db/factcheck",
        DATABASE_REPLICA_URL="postgres://reader@replica/factcheck",
        DATABASE_POOL_SIZE="5",
    )
    shown = "s.PUBLIC_DATABASE, s.DATABASES['replica']['HOST'], s.DATABASES['replica']['OPTIONS']['pool']['max_size']"
    done = manage("shell", "--no-imports", "-c", f"from django.conf import settings as s; print({shown})",
                  environment=environment)  # fmt: skip

    assert done.stdout.strip() == "replica replica 5", done.stderr


def test_sqlite_runs_with_what_the_triggers_need(db: None) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("the options of SQLite")
    with connection.cursor() as cursor:
        values = {}
        for name in ("journal_mode", "synchronous", "recursive_triggers", "foreign_keys", "busy_timeout"):
            cursor.execute(f"PRAGMA {name}")
            values[name] = cursor.fetchone()[0]

    assert values == {
        "journal_mode": "wal", "synchronous": 1, "recursive_triggers": 1, "foreign_keys": 1, "busy_timeout": 20000,
    }  # fmt: skip


def test_healthz_says_ok(client: Client, db: None) -> None:
    response = client.get("/healthz")

    assert (response.status_code, response.content) == (200, b"ok")
    assert "no-store" in response["Cache-Control"]


def test_healthz_says_503_when_the_database_does_not_answer(client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    def silent() -> None:
        raise OperationalError("could not connect")

    monkeypatch.setattr(connection, "cursor", silent)

    assert client.get("/healthz").status_code == 503


@pytest.mark.parametrize("path", ["/healthz", "/admin/", "/no-such-page/"])
def test_every_answer_has_the_content_security_policy(client: Client, db: None, path: str) -> None:
    policy = client.get(path)["Content-Security-Policy"]

    assert policy == CONTENT_SECURITY_POLICY
    assert "unsafe" not in policy


def test_view_may_send_a_policy_of_its_own(rf: RequestFactory) -> None:
    own = HttpResponse(headers={"Content-Security-Policy": "frame-ancestors *"})
    response = ContentSecurityPolicy(lambda request: own)(rf.get("/"))

    assert response["Content-Security-Policy"] == "frame-ancestors *"


# In public the address decides, whatever the browser sends; at the desk the cookie, then its wish.
@pytest.mark.parametrize(
    ("path", "cookie", "wish", "language"),
    [
        ("/", "", "de", "en"),
        ("/", "de", "de", "en"),
        ("/checks/de/", "", "de", "en"),
        ("/deutsch/", "", "de", "en"),
        ("/de/", "", "en", "de"),
        ("/de/checks/one/", "en", "en", "de"),
        ("/desk/", "", "", "en"),
        ("/desk/", "", "de-AT, en;q=0.5", "de"),
        ("/desk/", "de", "en", "de"),
        ("/desk/", "xx", "en", "en"),
        ("/admin/claims/", "de", "", "de"),
        ("/accounts/login/", "", "de", "de"),
    ],
)
def test_language_of_a_page(rf: RequestFactory, path: str, cookie: str, wish: str, language: str) -> None:
    request = rf.get(path, headers={"Accept-Language": wish})
    if cookie:
        request.COOKIES["django_language"] = cookie
    response = Language(lambda request: HttpResponse(translation.get_language()))(request)

    assert response.content.decode() == response["Content-Language"] == request.LANGUAGE_CODE == language
    assert ("Cookie" in response.get("Vary", "")) == path.startswith(("/desk/", "/admin/", "/accounts/"))


@override_settings(ALLOWED_HOSTS=["testserver"])
def test_language_does_not_leak_into_the_next_request(client: Client) -> None:
    with translation.override("en"):
        client.get("/de/no-such-page/")

        assert translation.get_language() == "en"


@pytest.mark.parametrize("name", ["requirements.txt", "requirements-dev.txt"])
def test_lock_names_no_place_and_hashes_everything(name: str) -> None:
    text = (BASE_DIR / name).read_text()
    pinned = re.findall(r"^[a-z0-9._\[\],-]+==", text, re.MULTILINE)

    assert not re.search(r"://|--(index|extra-index|find-links|trusted-host)|(^|\s)/", text)
    assert len(re.findall(r"^[a-z0-9._\[\],-]+==[^\n]*\\\n\s+--hash=sha256:", text, re.MULTILINE)) == len(pinned) > 0


def declared(group: str) -> list[str]:
    project = tomllib.loads((BASE_DIR / "pyproject.toml").read_text())
    found = project["project"]["dependencies"] if group == "runtime" else project["dependency-groups"][group]
    return [re.split(r"[\[><=]", requirement)[0] for requirement in found]


@pytest.mark.parametrize(("group", "lock"), [("runtime", "requirements.txt"), ("dev", "requirements-dev.txt")])
def test_lock_holds_what_is_declared(group: str, lock: str) -> None:
    text = (BASE_DIR / lock).read_text()

    assert [name for name in declared(group) if f"\n{name.lower()}==" not in text] == []


def test_readme_names_every_dependency() -> None:
    readme = (BASE_DIR / "README.md").read_text().lower()

    assert [name for name in declared("runtime") if name.lower() not in readme] == []


def test_readme_names_every_setting() -> None:
    source = (BASE_DIR / "factcheck" / "environment.py").read_text()
    readme = (BASE_DIR / "README.md").read_text()

    assert [name for name in re.findall(r'\(values, "([A-Z_]+)"', source) if name not in readme] == []
