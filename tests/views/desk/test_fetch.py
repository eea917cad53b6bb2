"""An address alone is fetched: the page that waits, what it says when it fails, and what the copy tells of it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone, translation

from claims.errors import Busy
from claims.models import Article, Capture, Fetch, Outlet
from claims.services import fetching, intake
from claims.views.desk import fetches, findings
from claims.vocabulary import FetchState
from tests import factories
from tests import web as the_web
from tests.factories import Desk
from tests.views.desk.helpers import as_user, page, text
from tests.web import Web, leading_to, reply

pytestmark = pytest.mark.django_db

NEW, LIST = "/desk/articles/new/", "/desk/articles/"
URL = "http://news.example/rents"
PAGE = (
    '<!doctype html><html lang="en"><head><title>Rents rise</title></head><body><article><h1>Rents rise</h1>'
    "<p>The city council voted on Monday to raise the rents of its own flats by 4 per cent from July 2025.</p>"
    "<p>The tenants' union called the decision a breach of the agreement that both sides had signed in 2023.</p>"
    "</article></body></html>"
)


@pytest.fixture
def web() -> Iterator[Web]:
    with the_web.spun() as web:
        web.page("news.example/rents", reply(PAGE, Server="paper/1"))
        yield web


@pytest.fixture
def desk() -> Desk:
    return factories.make_desk()


@pytest.fixture
def send(desk: Desk, django_capture_on_commit_callbacks: Any) -> Callable[..., HttpResponse]:
    """Hands the form in, and what is enqueued is done at once, as in the demo."""

    def sent(url: str = URL, speaks: str = "en", **values: Any) -> HttpResponse:
        with django_capture_on_commit_callbacks(execute=True):
            return as_user(desk.researcher, speaks).post(NEW, {"url": url, **values})

    return sent


def a_fetch(desk: Desk, url: str = URL, **values: Any) -> Fetch:
    """One that waits, unless ``values`` say otherwise."""
    fetch = intake.request_fetch(actor=desk.researcher, url=url)
    Fetch.objects.filter(pk=fetch.pk).update(**values)
    return Fetch.objects.get(pk=fetch.pk)


def failed(desk: Desk, code: str = "private", url: str = URL, **values: Any) -> Fetch:
    sentence = fetching.PROBLEMS.get(code, "The database is busy.")
    return a_fetch(desk, url, state=FetchState.FAILED.value, problem=sentence, problem_code=code, **values)


def address(fetch: Fetch, name: str = "fetch") -> str:
    return reverse(f"desk:{name}", args=[fetch.uuid])


# Asking


def test_an_address_alone_becomes_an_article(web: Web, desk: Desk, send: Callable[..., HttpResponse]) -> None:
    answer = send(title="My title", published="2025-03", new_outlet="The Herald")
    fetch = Fetch.objects.get()

    assert answer["Location"] == address(fetch)
    shown = text(as_user(desk.researcher).get(address(fetch), follow=True))
    assert "A new article." in shown
    assert "How it was fetched" in shown
    article = Article.objects.get()
    assert (article.title, article.published, article.outlet.name) == ("My title", "2025-03", "The Herald")


def test_an_outlet_that_is_known_goes_along(web: Web, desk: Desk, send: Callable[..., HttpResponse]) -> None:
    outlet = factories.make_outlet(desk.researcher)
    send(outlet=outlet.pk)

    assert Article.objects.get().outlet == outlet


def test_an_address_without_a_scheme_is_asked_by_https(web: Web, send: Callable[..., HttpResponse]) -> None:
    send("news.example/rents")

    assert Fetch.objects.get().url == "https://news.example/rents"


def test_an_address_beside_a_copy_is_not_fetched(web: Web, send: Callable[..., HttpResponse]) -> None:
    send(pasted=factories.TEXT)

    assert not Fetch.objects.exists()
    assert web.connected == []
    assert Article.objects.get().url == URL


def test_what_is_no_public_page_is_refused_in_the_form(web: Web, send: Callable[..., HttpResponse]) -> None:
    """Beside the address, with all that was typed."""
    answer = send("http://127.0.0.1:8000/", title="My title")

    assert answer.status_code == 422
    assert fetching.PROBLEMS["private"] in text(answer)
    assert 'id="id_url_error"' in text(answer)
    assert "My title" in text(answer)
    assert not Fetch.objects.exists()


def test_a_busy_database_keeps_the_form(
    web: Web, send: Callable[..., HttpResponse], monkeypatch: pytest.MonkeyPatch
) -> None:
    def busy(**_values: Any) -> None:
        raise Busy("The database is busy.")

    monkeypatch.setattr(intake, "request_fetch", busy)
    answer = send(title="My title")

    assert answer.status_code == 503
    assert "The database is busy." in text(answer)
    assert "My title" in text(answer)


def test_asking_twice_leads_to_the_same_page(desk: Desk) -> None:
    client = as_user(desk.researcher)
    places = [client.post(NEW, {"url": url})["Location"] for url in (URL, "HTTP://news.example:80/rents#top")]

    assert places[0] == places[1]


def test_an_auditor_asks_for_nothing(web: Web, desk: Desk) -> None:
    fetch = failed(desk)

    assert as_user(desk.auditor).post(NEW, {"url": URL}).status_code == 403
    assert as_user(desk.auditor).post(address(fetch, "fetch_retry")).status_code == 403
    shown = page(desk.auditor, address(fetch))
    assert fetching.PROBLEMS["private"] in shown
    assert "Fetch it again" not in shown


# The page that waits


def test_it_says_how_far_it_is(desk: Desk) -> None:
    fetch = a_fetch(desk)
    assert "Waiting" in page(desk.auditor, address(fetch))
    Fetch.objects.update(state=FetchState.RUNNING.value, started_at=timezone.now())
    assert "The server is being asked." in page(desk.auditor, address(fetch))
    Fetch.objects.update(received=348_160)

    shown = page(desk.auditor, address(fetch))
    assert "340.0\xa0KB so far." in shown
    assert URL in shown


def test_without_a_script_it_asks_again_by_itself(desk: Desk) -> None:
    """With one, the script does, and the page is not read anew under the reader's eyes."""
    shown = page(desk.auditor, address(a_fetch(desk)))

    assert '<noscript><meta http-equiv="refresh" content="3"></noscript>' in shown
    assert "claims/js/fetch.js" in shown


@pytest.mark.parametrize("code", ["private", "no_text", ""])
def test_what_failed_is_not_asked_for_again_by_itself(desk: Desk, code: str) -> None:
    shown = page(desk.auditor, address(failed(desk, code)))

    assert 'http-equiv="refresh"' not in shown
    assert "claims/js/fetch.js" not in shown


@pytest.mark.parametrize(
    ("values", "step"),
    [
        ({}, "wait"),
        ({"state": "running", "started_at": timezone.now() + timedelta(days=1)}, "wait"),
        ({"asked_at": timezone.now() - timedelta(days=1)}, "decide"),
        ({"state": "running", "started_at": timezone.now() - timedelta(days=1)}, "decide"),
        ({"state": "failed", "problem": "No.", "problem_code": "name"}, "decide"),
    ],
)
def test_the_script_is_told_the_step_and_the_words(desk: Desk, values: dict[str, Any], step: str) -> None:
    fetch = a_fetch(desk, **values)
    answer = as_user(desk.auditor).get(address(fetch, "fetch_state"))

    assert answer["Cache-Control"] == "private, no-store"
    assert answer.json() == {"step": step, "words": fetches.words(fetch)}
    assert (f'data-step="{step}"' in page(desk.auditor, address(fetch))) is (step == "wait")


def test_a_copy_that_is_there_is_a_step_too(web: Web, desk: Desk, send: Callable[..., HttpResponse]) -> None:
    send()
    fetch = Fetch.objects.get()

    assert as_user(desk.auditor).get(address(fetch, "fetch_state")).json()["step"] == "done"


# What went wrong, and what to do


def test_a_failure_says_what_is_wrong_how_far_it_came_and_what_to_do(
    web: Web, desk: Desk, send: Callable[..., HttpResponse]
) -> None:
    web.page("news.example/a", leading_to("http://10.0.0.12/admin"))
    send("http://news.example/a")
    fetch = Fetch.objects.get()

    shown = page(desk.researcher, address(fetch))
    assert fetching.PROBLEMS["private"] in shown
    assert shown.index('<span class="hops__url">http://news.example/a') < shown.index("http://10.0.0.12/admin")
    assert 'href="http://10.0.0.12' not in shown
    assert "Fetch it again" in shown
    assert f'href="{NEW}?fetch={fetch.uuid}"' in shown


@pytest.mark.parametrize("code", [*fetching.PROBLEMS, *findings.PROBLEMS])
def test_every_problem_has_words_of_its_own(code: str) -> None:
    """What is fetched and what is read have no code in common; each says what to do."""
    assert (code in fetching.PROBLEMS) != (code in findings.PROBLEMS)
    assert findings.problem_of(code, "English.") == {**findings.PROBLEMS, **fetching.PROBLEMS}[code]


def test_a_problem_that_the_desk_has_no_words_for_is_shown_as_it_is() -> None:
    assert findings.problem_of("new", "Something new.") == "Something new."
    assert findings.problem_of("", "") == ""


def test_a_sentence_of_the_services_is_shown_in_the_readers_language() -> None:
    sentence = "The database is busy. Nothing was saved; try again in a moment."
    with translation.override("de"):
        assert findings.problem_of("", sentence) != sentence


def test_it_is_fetched_again(web: Web, desk: Desk, django_capture_on_commit_callbacks: Any) -> None:
    fetch = failed(desk)
    with django_capture_on_commit_callbacks(execute=True):
        answer = as_user(desk.editor).post(address(fetch, "fetch_retry"))

    assert answer["Location"] == address(fetch)
    assert Fetch.objects.get().state == FetchState.DONE


def test_what_cannot_be_fetched_again_says_why(desk: Desk) -> None:
    fetch = failed(desk)
    a_fetch(desk)
    answer = as_user(desk.editor).post(address(fetch, "fetch_retry"), follow=True)

    assert "This address is being fetched already." in text(answer)


def test_its_text_is_pasted_instead_with_what_was_known(desk: Desk) -> None:
    outlet = factories.make_outlet(desk.researcher)
    fetch = failed(desk, about={"title": "My title", "outlet": outlet.pk, "language": "de"})

    shown = page(desk.researcher, f"{NEW}?fetch={fetch.uuid}")
    assert f'value="{URL}"' in shown
    assert 'value="My title"' in shown
    assert f'<option value="{outlet.pk}" selected>' in shown


@pytest.mark.parametrize("fetch", ["", "x", "27235467-e44b-4c99-82b8-cb0e2ecbfb06", "\x00"])
def test_a_fetch_that_is_not_there_prefills_nothing(desk: Desk, fetch: str) -> None:
    assert as_user(desk.researcher).get(NEW, {"fetch": fetch}).status_code == 200


def test_what_is_not_there_is_not_found(desk: Desk) -> None:
    client = as_user(desk.researcher)

    for name in ("fetch", "fetch_state"):
        assert client.get(reverse(f"desk:{name}", args=[uuid4()])).status_code == 404
    assert client.post(reverse("desk:fetch_retry", args=[uuid4()])).status_code == 404


def test_outsiders_find_nothing(desk: Desk) -> None:
    fetch = a_fetch(desk)

    for name in ("fetch", "fetch_state"):
        assert as_user(factories.make_user()).get(address(fetch, name)).status_code == 404
    assert Client().get(address(fetch, "fetch_state"))["Location"].startswith("/accounts/login/")


# So that none is forgotten


def test_the_list_of_articles_shows_what_is_not_finished(web: Web, desk: Desk, send: Any) -> None:
    send()
    under_way = a_fetch(desk, "http://news.example/later")
    old = failed(desk, "name", "http://news.example/old", asked_at=timezone.now() - timedelta(days=20))
    wrong = failed(desk, "name", "http://news.example/wrong")

    shown = page(desk.auditor, LIST)
    assert address(under_way) in shown
    assert address(wrong) in shown
    assert fetching.PROBLEMS["name"] in shown
    assert address(old) not in shown
    assert f">{URL}</a>" not in shown


def test_what_failed_is_not_listed_once_its_address_was_fetched_again(web: Web, desk: Desk, send: Any) -> None:
    failed(desk, "no_answer")
    assert "Not fetched yet" in page(desk.auditor, LIST)
    send()

    assert "Not fetched yet" not in page(desk.auditor, LIST)


def test_the_list_asks_once_for_all_of_them(desk: Desk) -> None:
    counts = []
    for number in range(2):
        a_fetch(desk, f"http://news.example/{number}")
        failed(desk, "name", f"http://news.example/failed/{number}")
        client = as_user(desk.auditor)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            client.get(LIST)
        counts.append(len(queries))

    assert counts[0] == counts[1]


# What the copy tells of it


def test_the_copys_page_shows_how_it_was_fetched(web: Web, desk: Desk, send: Callable[..., HttpResponse]) -> None:
    web.page("short.example/x", leading_to(URL, "301 Moved Permanently"))
    send("http://short.example/x")
    capture = Capture.objects.get()

    shown = page(desk.auditor, reverse("desk:capture", args=[Article.objects.get().pk, capture.pk]))
    part = shown[shown.index('id="fetched"') :]
    assert part.index("301") < part.index("http://short.example/x") < part.index("200") < part.index(URL)
    assert "<dt>Server</dt><dd>paper/1</dd>" in part
    assert "Fetched on" in part


def test_headers_are_shown_as_words_and_never_as_markup(web: Web, desk: Desk, send: Callable[..., Any]) -> None:
    web.page("news.example/rents", reply(PAGE, X_Evil="<script>alert(1)</script>"))
    send()
    capture = Capture.objects.get()

    shown = page(desk.auditor, reverse("desk:capture", args=[Article.objects.get().pk, capture.pk]))
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in shown
    assert "<script>alert" not in shown


def test_a_copy_that_was_handed_in_says_nothing_of_it(desk: Desk) -> None:
    taken = intake.receive(actor=desk.researcher, raw=factories.TEXT.encode())

    shown = page(desk.auditor, reverse("desk:capture", args=[taken.version.article_id, taken.capture.pk]))
    assert "How it was fetched" not in shown


def test_no_outlet_is_made_by_asking_alone(desk: Desk) -> None:
    as_user(desk.researcher).post(NEW, {"url": URL, "new_outlet": "The Herald"})

    assert Fetch.objects.get().about == {"new_outlet": "The Herald"}
    assert not Outlet.objects.exists()
