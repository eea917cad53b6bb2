"""What the journeys share."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests import chromium
from tests.browser.person import Person

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer
    from selenium.webdriver import Chrome


@pytest.fixture
def person(browser: Chrome, live_server: LiveServer, transactional_db: None) -> Person:
    return Person(browser, live_server.url)


@pytest.fixture
def another_person(person: Person, live_server: LiveServer, tmp_path: Path) -> Iterator[Person]:
    """Somebody else at a browser of their own."""
    with chromium.running(tmp_path / "another-profile") as browser:
        yield Person(browser, live_server.url)
