"""Somebody at a browser, who finds things by the words on them and waits as people do.

A page that is being left can go away between finding a thing and reading it. So each look is tried again until the
page holds still, and each press waits for the page that follows.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from selenium.common.exceptions import TimeoutException, WebDriverException
from selenium.webdriver.common.by import By
from selenium.webdriver.support.ui import WebDriverWait

if TYPE_CHECKING:
    from selenium.webdriver import Chrome
    from selenium.webdriver.remote.webelement import WebElement

PASSWORD = "a password of the desk"
SECONDS = 20

_LEFT = "return document.readyState === 'complete' && !window.stillTheOldPage"

T = TypeVar("T")


class Person:
    def __init__(self, browser: Chrome, server: str) -> None:
        self.browser, self.server = browser, server

    def go(self, path: str) -> None:
        self.browser.get(self.server + path)

    def log_in(self, username: str) -> None:
        self.browser.delete_all_cookies()
        self.go("/desk/")
        self.type("username", username)
        self.type("password", PASSWORD)
        self.press("Log in")

    # Doing

    def type(self, name: str, text: str) -> None:
        field = self.find(f'[name="{name}"]')
        field.clear()
        field.send_keys(text)

    def choose(self, name: str, value: str) -> None:
        self._click(self.find(f'input[name="{name}"][value="{value}"]'))

    def press(self, label: str) -> None:
        """A button of that name; what follows is another page."""
        with self.another_page():
            self._click(self._named("button", label))

    def follow(self, label: str) -> None:
        """A link of that name in the page, not in its frame."""
        with self.another_page():
            self._click(self._named("a", label))

    def _named(self, tag: str, label: str) -> WebElement:
        path = f"//main//{tag}[normalize-space()='{label}']"
        return self.until(lambda: self.browser.find_element(By.XPATH, path), f"no {tag} “{label}”")

    def _click(self, element: WebElement) -> None:
        self.browser.execute_script("arguments[0].scrollIntoView({block: 'center'})", element)
        element.click()

    @contextmanager
    def another_page(self) -> Iterator[None]:
        """Waits until what is done inside has led to another page, and that page is whole."""
        self.browser.execute_script("window.stillTheOldPage = true")
        yield
        self.until(lambda: self.browser.execute_script(_LEFT) or None, "no other page came")

    # Looking

    def until(self, look: Callable[[], T | None], otherwise: str) -> T:
        """What ``look`` gives as soon as it gives something; a page that changes under it is looked at again."""
        wait = WebDriverWait(self.browser, SECONDS, poll_frequency=0.1, ignored_exceptions=[WebDriverException])
        return wait.until(lambda _: look(), otherwise)

    def find(self, selector: str) -> WebElement:
        return self.until(lambda: self.browser.find_element(By.CSS_SELECTOR, selector), f"nothing fits {selector}")

    def all(self, selector: str) -> list[str]:
        """The words of everything that fits."""
        script = "return [...document.querySelectorAll(arguments[0])].map((e) => e.innerText.trim())"
        return self.until(lambda: self.browser.execute_script(script, selector), "the page does not answer")

    def text(self, selector: str = "body") -> str:
        return self.until(lambda: self.find(selector).text, f"nothing to read in {selector}")

    def sees(self, words: str) -> bool:
        """Whether the words stand on the page, now or in a moment."""
        try:
            return self.until(lambda: words in self.find("body").text or None, f"“{words}” is not on the page")
        except TimeoutException:
            return False

    def misses(self, words: str) -> bool:
        """Whether the words are not on the page, or gone in a moment."""
        try:
            return self.until(lambda: words not in self.find("body").text or None, f"“{words}” is still on the page")
        except TimeoutException:
            return False
