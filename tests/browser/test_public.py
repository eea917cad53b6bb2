"""Public pages in a real browser: they fit a phone, work by keyboard, and break no content policy."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys

from tests import factories
from tests.browser.person import Person

if TYPE_CHECKING:
    from pytest_django.live_server_helper import LiveServer
    from selenium.webdriver import Chrome

SIZES = [(1280, 900), (390, 844)]


@pytest.fixture
def url(transactional_db: None) -> str:
    """A corrected check, so that the page has a notice and versions."""
    desk = factories.make_desk()
    check = factories.make_check(desk)
    factories.publish_again(check.claim, desk)
    return f"/checks/{check.slug}/"


@pytest.mark.parametrize("browser", SIZES, indirect=True, ids=["wide", "phone"])
def test_pages_fit_the_window(browser: Chrome, live_server: LiveServer, url: str) -> None:
    for address in ("/", "/?q=rents&topic=housing", url, f"/de{url}", f"{url}versions/1/", "/nowhere/"):
        browser.get(live_server.url + address)
        assert "Something broke" not in browser.title
        too_wide = "return document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert browser.execute_script(too_wide) == 0, address


def test_a_reader_follows_a_citation_and_comes_back(browser: Chrome, live_server: LiveServer, url: str) -> None:
    browser.get(live_server.url + url)
    browser.find_element(By.CSS_SELECTOR, "#cite-R1").click()
    assert browser.current_url.endswith("#evidence-R1")
    browser.find_element(By.CSS_SELECTOR, "#evidence-R1 .evidence__number a").click()
    assert browser.current_url.endswith("#cite-R1")


def test_the_keyboard_skips_to_the_content(browser: Chrome, live_server: LiveServer, url: str) -> None:
    browser.get(live_server.url + url)
    browser.find_element(By.TAG_NAME, "body").send_keys(Keys.TAB)
    link = browser.switch_to.active_element
    assert link.get_attribute("class") == "skip"
    assert link.is_displayed()
    link.send_keys(Keys.ENTER)
    assert browser.switch_to.active_element.get_attribute("id") == "main"


def test_search_narrows_and_its_chip_takes_it_back(browser: Chrome, live_server: LiveServer, url: str) -> None:
    reader = Person(browser, live_server.url)
    reader.go("/")
    with reader.another_page():
        reader.find("#q").send_keys("nowhere", Keys.ENTER)
    assert reader.sees("No check matches")
    with reader.another_page():
        reader.find(".chip").click()
    assert reader.sees("Rents rose, but by less")


def test_machines_find_the_claimreview(browser: Chrome, live_server: LiveServer, url: str) -> None:
    browser.get(live_server.url + url)
    block = browser.find_element(By.CSS_SELECTOR, 'script[type="application/ld+json"]').get_attribute("textContent")
    found = json.loads(block or "")

    assert found["@type"] == "ClaimReview"
    assert found["name"] == browser.find_element(By.TAG_NAME, "h1").text
