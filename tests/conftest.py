"""What all tests share: their environment, their databases, the mark `database`, a browser."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import django
import pytest
from hypothesis import settings as hypothesis_settings

# Settings are read from the environment, and a test run must not depend on the shell's: it
# runs as on a developer's machine, on SQLite or where `make test` points it.
for name in ("SECRET_KEY", "ALLOWED_HOSTS", "SITE_URL", "SITE_NAME", "DATABASE_REPLICA_URL", "TIME_ZONE", "MEDIA_ROOT",
             "SNAPSHOT_MAX_BYTES", "CHECKPOINT_DIR"):  # fmt: skip
    os.environ.pop(name, None)
os.environ["DEBUG"] = "on"
os.environ["DATABASE_URL"] = os.environ.get("TEST_DATABASE_URL", "")
os.environ["DJANGO_SETTINGS_MODULE"] = "factcheck.settings"
django.setup()

if TYPE_CHECKING:
    from pytest_django.plugin import DjangoDbBlocker
    from selenium.webdriver import Chrome

    from tests.factories import Desk

IN_CI = os.environ.get("CI", "").lower() in {"1", "true"}

# A slow machine fails no example, and CI tries the same ones each time.
hypothesis_settings.register_profile("here", deadline=None, derandomize=IN_CI)
hypothesis_settings.load_profile("here")

DATABASE_FIXTURES = frozenset(
    {
        "db",
        "transactional_db",
        "django_db_reset_sequences",
        "django_db_serialized_rollback",
        "live_server",
        "client",
        "async_client",
        "admin_client",
        "admin_user",
    }
)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark every test that touches the database, so that it runs on PostgreSQL as well."""
    for item in items:
        asked_for = DATABASE_FIXTURES.intersection(getattr(item, "fixturenames", ()))
        if asked_for or item.get_closest_marker("django_db"):
            item.add_marker("database")


@pytest.fixture(scope="session")
def django_db_modify_db_settings(
    django_db_modify_db_settings_parallel_suffix: None, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """On SQLite the tests have a file, as the site has: in memory, threads share one lock."""
    from django.db import connection

    if connection.vendor == "sqlite":
        folder = tmp_path_factory.mktemp("database")
        connection.settings_dict["TEST"]["NAME"] = str(folder / "test.sqlite3")


@pytest.fixture(scope="session", autouse=True)
def files_have_a_folder_of_their_own(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """What a test preserves goes with the test run."""
    from django.test import override_settings

    with override_settings(MEDIA_ROOT=str(tmp_path_factory.mktemp("files"))):
        yield


@pytest.fixture(scope="session", autouse=True)
def triggers_stand_aside_for_the_flush() -> Iterator[None]:
    """A transactional test ends by emptying all tables, which the triggers would refuse."""
    from django.db import connections
    from django.test import TransactionTestCase

    from claims import triggers

    flush = TransactionTestCase._fixture_teardown

    def flush_without_triggers(self: TransactionTestCase) -> None:
        mine = [connections[alias] for alias in self._databases_names(include_mirrors=False)]
        for connection in mine:
            triggers.drop(connection)
        try:
            flush(self)
        finally:
            for connection in mine:
                # The flush ends like a migration, so they are usually there again.
                if triggers.missing(connection):
                    triggers.make(connection)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TransactionTestCase, "_fixture_teardown", flush_without_triggers)
        yield


@pytest.fixture(scope="module")
def made_once(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[Callable[..., Any]]:
    """Calls a function that makes rows for all tests of a module; they are undone after its last test.

    Each test begins at a savepoint after them, so what it does to them is undone too. It has to read them anew. Not
    for a module with transactional tests, which empty the tables.
    """
    from django.db import transaction

    def make(function: Callable[..., Any], *arguments: Any) -> Any:
        with django_db_blocker.unblock():
            return function(*arguments)

    with django_db_blocker.unblock():
        outer = transaction.atomic()
        outer.__enter__()
    try:
        yield make
    finally:
        with django_db_blocker.unblock():
            transaction.set_rollback(True)
            outer.__exit__(None, None, None)


@pytest.fixture
def desk(db: None) -> Desk:
    """Five people: a researcher, two editors, the head of desk, an auditor. See tests/factories.py."""
    from tests import factories

    return factories.make_desk()


@pytest.fixture
def browser(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Chrome]:
    """Chromium with a profile of its own; the test fails if a page broke its content policy.

    The window has 1280 × 900 pixels; `indirect` parameters give another size.
    """
    from tests import chromium

    with chromium.running(tmp_path / "profile", getattr(request, "param", (1280, 900))) as driver:
        yield driver
