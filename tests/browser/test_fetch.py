"""Fetching a page with a real browser: what is asked for is waited for in place, and the page goes on by itself."""

from __future__ import annotations

from typing import Any

from django.utils import timezone
from selenium.webdriver.common.by import By

from claims.models import Article, Fetch
from claims.services import intake
from claims.vocabulary import FetchState, Role
from tests import factories
from tests import web as the_web
from tests.browser.person import PASSWORD, Person
from tests.web import leading_to, reply

PAGE = (
    '<!doctype html><html lang="en"><head><title>Rents rise</title></head><body><article><h1>Rents rise</h1>'
    "<p>The city council voted on Monday to raise the rents of its own flats by 4 per cent from July 2025.</p>"
    "<p>The tenants' union called the decision a breach of the agreement that both sides had signed in 2023.</p>"
    "</article></body></html>"
)


def worked(**pages: Any) -> None:
    """What a worker does meanwhile, with these pages at news.example."""
    with the_web.spun() as web:
        for path, answer in pages.items():
            web.page(f"news.example/{path}", answer)
        for fetch in Fetch.objects.filter(state=FetchState.WAITING.value):
            intake.run_fetch(fetch.uuid)


def waits_without_another_page(person: Person) -> bool:
    return bool(person.browser.execute_script("return window.stillTheOldPage"))


def test_a_page_is_asked_for_waited_for_and_taken_in(person: Person, settings: Any) -> None:
    """With a queue, as in production: the first page is not to be had, the second is."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}
    factories.make_user(Role.RESEARCHER, "researcher", password=PASSWORD)
    person.log_in("researcher")

    person.go("/desk/articles/new/")
    person.type("url", "http://news.example/inside")
    person.type("title", "My title")
    person.press("Take in")
    assert person.sees("Fetching a page")
    assert person.sees("Waiting")

    with person.another_page():
        worked(inside=leading_to("http://10.0.0.12/admin"))
    assert person.sees("The page could not be fetched")
    assert person.sees("The address leads into a private network")
    assert person.sees("http://10.0.0.12/admin")

    person.press("Fetch it again")
    assert person.sees("Fetching a page")
    person.browser.execute_script("window.stillTheOldPage = true")
    Fetch.objects.update(state=FetchState.RUNNING.value, started_at=timezone.now(), attempts=2, received=348_160)
    assert person.sees("340.0 KB so far.")
    assert waits_without_another_page(person)

    Fetch.objects.update(state=FetchState.WAITING.value)
    with person.another_page():
        worked(inside=reply(PAGE))
    assert person.sees("A new article.")
    assert person.sees("How it was fetched")
    person.browser.find_element(By.CSS_SELECTOR, "details.headers summary").click()
    assert person.sees("Content-Length")
    assert Article.objects.get().title == "My title"
