"""A real browser for tests: headless Chromium with a profile of its own."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from selenium.webdriver import Chrome

IN_CI = os.environ.get("CI", "").lower() in {"1", "true"}


@contextmanager
def running(profile: Path, size: tuple[int, int] = (1280, 900)) -> Iterator[Chrome]:
    """Chromium; the test is skipped where it is not installed, and fails if a page broke its content policy."""
    program, driver_program = shutil.which("chromium"), shutil.which("chromedriver")
    if not (program and driver_program):
        missing = "chromium or chromedriver is not installed"
        (pytest.fail if IN_CI else pytest.skip)(missing)
    driver = start(program, driver_program, profile, size)
    try:
        yield driver
        console = [entry["message"] for entry in driver.get_log("browser")]
    finally:
        driver.quit()
    assert not [line for line in console if "Content Security Policy" in line]


def start(program: str, driver_program: str, profile: Path, size: tuple[int, int]) -> Chrome:
    from selenium.webdriver import Chrome, ChromeOptions
    from selenium.webdriver.chrome.service import Service

    options = ChromeOptions()
    options.binary_location = program
    for argument in (
        "--headless=new",
        "--no-sandbox",  # It refuses to run as root otherwise, as in a container.
        "--disable-gpu",
        "--disable-dev-shm-usage",
        # Nothing but the page under test is asked for.
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
        f"--user-data-dir={profile}",
        f"--window-size={size[0]},{size[1]}",
    ):
        options.add_argument(argument)
    options.set_capability("goog:loggingPrefs", {"browser": "ALL"})
    # The driver's path is given, so that selenium does not fetch one.
    return Chrome(options=options, service=Service(executable_path=driver_program))
