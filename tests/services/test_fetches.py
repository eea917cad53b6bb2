"""Asking for a page, fetching it in the background and taking it in: once, whoever asks and whatever breaks off."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, connection, connections
from django.utils import timezone, translation
from django_tasks import task_backends

from claims.errors import Refused, Unfetchable
from claims.models import Article, Capture, Fetch, LedgerEntry, Outlet
from claims.services import erasure, fetches, fetching, intake, people, verification
from claims.vocabulary import FetchState, Role
from tests import factories
from tests import web as the_web
from tests.factories import Desk
from tests.web import Web, leading_to, reply

QUEUE = type(task_backends["default"])
URL = "http://news.example/rents"
SENTENCES = (
    "The city council voted on Monday to raise the rents of its own flats by 4 per cent from July 2025.",
    "The tenants' union called the decision a breach of the agreement that both sides had signed in 2023.",
    "The mayor said that the money is needed for repairs, and that no tenant will have to leave.",
)


def html(*sentences: str, head: str = "") -> str:
    """A page as a newspaper serves it, with these sentences as its article."""
    words = "".join(f"<p>{sentence}</p>" for sentence in sentences)
    return (
        f'<!doctype html><html lang="en"><head><title>Rents rise</title>{head}</head>'
        f"<body><article><h1>Rents rise</h1>{words}</article></body></html>"
    )


PAGE = html(*SENTENCES)


@pytest.fixture
def web() -> Iterator[Web]:
    with the_web.spun() as web:
        web.page("news.example/rents", PAGE)
        yield web


@pytest.fixture
def desk(db: None) -> Desk:
    return factories.make_desk()


@pytest.fixture
def committed(django_capture_on_commit_callbacks: Any) -> Callable[..., Any]:
    """Calls a service and carries out what it left for the commit."""

    def call(service: Callable[..., Any], **values: Any) -> Any:
        with django_capture_on_commit_callbacks(execute=True):
            given = service(**values)
        return Fetch.objects.get(pk=given.pk)

    return call


@pytest.fixture
def ask(desk: Desk, committed: Callable[..., Any]) -> Callable[..., Fetch]:
    """Asks for the page and has it fetched."""
    return lambda url=URL, **about: committed(intake.request_fetch, actor=desk.researcher, url=url, about=about)


@pytest.fixture
def waiting(desk: Desk) -> Fetch:
    """Asked for, and nobody has begun."""
    return intake.request_fetch(actor=desk.researcher, url=URL)


# A page becomes an article


def test_a_page_that_is_asked_for_becomes_an_article(web: Web, desk: Desk, ask: Callable[..., Fetch]) -> None:
    fetch = ask()

    assert (fetch.state, fetch.attempts, fetch.problem, fetch.about) == (FetchState.DONE, 1, "", {})
    assert fetch.received == len(PAGE)
    assert fetch.result == {"hops": [{"url": URL, "status": 200}], "outcome": "article", "warnings": []}
    article = Article.objects.get()
    assert (article.title, article.url) == ("Rents rise", URL)
    assert fetch.capture.version.article == article
    assert bytes(fetch.capture.raw) == PAGE.encode()
    assert fetch.capture.received_by == desk.researcher
    assert list(verification.verify()) == []


def test_the_copy_says_how_it_was_fetched(web: Web, ask: Callable[..., Fetch]) -> None:
    web.page("short.example/x", leading_to(URL, "301 Moved Permanently"))
    web.page("news.example/rents", reply(PAGE, Server="paper/1", Set_Cookie="id=1"))

    capture = ask("http://short.example/x").capture

    assert capture.url == URL
    assert capture.content_type == "text/html; charset=utf-8"
    response = capture.response
    assert (response["asked"], response["url"], response["status"]) == ("http://short.example/x", URL, 200)
    assert response["hops"] == [{"url": "http://short.example/x", "status": 301}, {"url": URL, "status": 200}]
    assert ["Server", "paper/1"] in response["headers"]
    assert "id=1" not in str(response)
    assert response["fetched_at"]
    entry = LedgerEntry.objects.filter(article__isnull=False).latest("pk")
    assert f'"fetched_from":"{URL}"' in entry.change.text


def test_the_copy_keeps_the_address_that_answered_and_the_article_the_one_that_the_page_names(
    web: Web, ask: Callable[..., Fetch]
) -> None:
    named = "<link rel=canonical href='http://news.example/2025/rents'>"
    web.page("news.example/rents", html(*SENTENCES, head=named))

    capture = ask().capture

    assert (capture.url, capture.version.article.url) == (URL, "http://news.example/2025/rents")


def test_what_was_known_goes_along(web: Web, desk: Desk, ask: Callable[..., Fetch]) -> None:
    outlet = factories.make_outlet(desk.researcher)
    ask(title="My title", language="en-GB", published="2025-03", outlet=outlet.pk, colour="red")

    article = Article.objects.get()
    assert (article.title, article.language, article.published) == ("My title", "en-GB", "2025-03")
    assert article.outlet == outlet


def test_a_new_outlet_comes_with_its_article_alone(web: Web, ask: Callable[..., Fetch]) -> None:
    ask("http://news.example/missing", new_outlet="The Herald")
    assert not Outlet.objects.exists()
    ask(new_outlet="The Herald")
    assert Article.objects.get().outlet == Outlet.objects.get(name="The Herald")
    web.page("news.example/other", html(*SENTENCES[::-1], "A ferry will carry people across from May on."))
    ask("http://news.example/other", new_outlet="the herald")
    assert Outlet.objects.count() == 1


def test_the_charset_of_the_header_is_used(web: Web, ask: Callable[..., Fetch]) -> None:
    page = html("Die Mieten für Wohnungen der Stadt Köln steigen im Juli um 4 Prozent.", *SENTENCES)
    web.page("news.example/alt", reply(page.encode("cp1252"), content_type="text/html; charset=windows-1252"))

    assert "Wohnungen der Stadt Köln" in ask("http://news.example/alt").capture.version.text


def test_the_same_page_again_is_the_copy_that_is_there(web: Web, ask: Callable[..., Fetch]) -> None:
    first, second = ask(), ask()

    assert first.capture == second.capture
    assert second.result["outcome"] == "known"
    assert second.about == {}


def test_a_changed_page_is_a_version(web: Web, ask: Callable[..., Fetch]) -> None:
    ask()
    web.page("news.example/rents", html(*SENTENCES, "The council meets again in May."))
    second = ask()

    assert second.result["outcome"] == "version"
    assert second.capture.version.number == 2
    assert Article.objects.count() == 1


# What goes wrong stands on the fetch


def test_a_problem_is_kept_with_its_code_and_how_far_it_came(web: Web, ask: Callable[..., Fetch]) -> None:
    web.page("news.example/a", leading_to("http://10.0.0.1/inside"))
    fetch = ask("http://news.example/a", title="My title")

    assert (fetch.state, fetch.problem_code) == (FetchState.FAILED, "private")
    assert fetch.problem == fetching.PROBLEMS["private"]
    assert fetch.result == {
        "hops": [{"url": "http://news.example/a", "status": 302}],
        "at": "http://10.0.0.1/inside",
    }
    assert fetch.about == {"title": "My title"}
    assert not Capture.objects.exists()


def test_a_page_without_a_text_fails_and_its_bytes_are_kept(web: Web, ask: Callable[..., Fetch]) -> None:
    web.page("news.example/app", "<html><body><script>f()</script></body></html>")
    fetch = ask("http://news.example/app")

    assert (fetch.state, fetch.problem_code, fetch.capture) == (FetchState.FAILED, "no_text", None)
    kept = Capture.objects.get(version=None)
    assert kept.response["asked"] == kept.url == "http://news.example/app"


def test_a_problem_is_kept_in_english_whoever_asked(web: Web, desk: Desk, ask: Callable[..., Fetch]) -> None:
    with translation.override("de"):
        fetch = ask(published="March")

    assert fetch.state == FetchState.FAILED
    assert fetch.problem.startswith("Write a date")


def test_whoever_lost_the_right_meanwhile_fetches_nothing(web: Web, desk: Desk, waiting: Fetch) -> None:
    desk.researcher.groups.clear()
    intake.run_fetch(waiting.uuid)

    fetch = Fetch.objects.get()
    assert fetch.state == FetchState.FAILED
    assert fetch.problem
    assert web.connected == []


def test_a_fault_of_ours_is_said_too_and_not_hidden(web: Web, waiting: Fetch, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_arguments: Any, **_options: Any) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(intake, "receive", broken)
    with pytest.raises(ZeroDivisionError):
        intake.run_fetch(waiting.uuid)

    fetch = Fetch.objects.get()
    assert (fetch.state, fetch.problem_code, fetch.problem) == (FetchState.FAILED, "internal", fetches.INTERNAL)


@pytest.mark.parametrize("url", ["http://127.0.0.1/", "file:///etc/passwd", "http://me:secret@news.example/", "rents"])
def test_what_is_no_public_page_is_refused_when_it_is_asked_for(web: Web, desk: Desk, url: str) -> None:
    with pytest.raises(Unfetchable):
        intake.request_fetch(actor=desk.researcher, url=url)

    assert not Fetch.objects.exists()


@pytest.mark.parametrize("role", ["auditor", None])
def test_only_who_takes_articles_in_may_ask(web: Web, desk: Desk, role: str | None) -> None:
    actor = getattr(desk, role) if role else factories.make_user()
    with pytest.raises(PermissionDenied):
        intake.request_fetch(actor=actor, url=URL)
    with pytest.raises(PermissionDenied):
        intake.retry_fetch(actor=actor, fetch_id=uuid4())

    assert not Fetch.objects.exists()


# Once


def test_one_address_is_fetched_once_at_a_time_however_it_is_spelled(desk: Desk, waiting: Fetch) -> None:
    again = intake.request_fetch(actor=desk.editor, url="HTTP://NEWS.example:80/rents#top", about={"title": "Mine"})

    assert again == waiting
    assert again.about == {"title": "Mine"}
    assert Fetch.objects.count() == 1


def test_who_asked_first_is_right_about_the_article(desk: Desk) -> None:
    intake.request_fetch(actor=desk.researcher, url=URL, about={"title": "First"})
    again = intake.request_fetch(actor=desk.editor, url=URL, about={"title": "Second", "language": "en"})

    assert again.about == {"title": "First", "language": "en"}


def test_running_a_task_twice_fetches_once(web: Web, ask: Callable[..., Fetch]) -> None:
    fetch = ask()
    intake.run_fetch(fetch.uuid)
    intake.fetch_in_background.call(str(fetch.uuid))

    assert web.asked == ["news.example/rents"]
    assert Fetch.objects.get().attempts == 1
    assert LedgerEntry.objects.filter(article__isnull=False).count() == 1


def test_a_task_without_its_fetch_does_nothing(web: Web, db: None) -> None:
    intake.run_fetch(uuid4())

    assert web.connected == []


def test_a_copy_and_the_end_of_its_fetch_are_one(web: Web, waiting: Fetch, monkeypatch: pytest.MonkeyPatch) -> None:
    """A worker that dies between the two leaves neither."""

    def dies(*_arguments: Any, **_values: Any) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(fetches, "end", dies)
        with pytest.raises(KeyboardInterrupt):
            intake.run_fetch(waiting.uuid)
    assert Fetch.objects.get().state == FetchState.RUNNING
    assert not Capture.objects.exists()


@pytest.mark.parametrize("tells_progress", [True, False])
def test_an_attempt_that_was_overtaken_leaves_nothing(
    web: Web, desk: Desk, waiting: Fetch, monkeypatch: pytest.MonkeyPatch, tells_progress: bool
) -> None:
    """A worker was taken for dead and comes back: the attempt after it is the one that counts."""
    real = fetching.fetch

    def slowly(url: str, on_progress: Any) -> fetching.Fetched:
        grown_old(waiting)
        intake.retry_fetch(actor=desk.editor, fetch_id=waiting.uuid)
        return real(url, on_progress=on_progress if tells_progress else None)

    monkeypatch.setattr(fetching, "fetch", slowly)
    intake.run_fetch(waiting.uuid)

    fetch = Fetch.objects.get()
    assert (fetch.state, fetch.attempts, fetch.asked_by) == (FetchState.WAITING, 1, desk.editor)
    assert (fetch.problem, fetch.capture) == ("", None)
    assert not Capture.objects.exists()


# Again


def grown_old(fetch: Fetch) -> None:
    """As if it had been asked for, and begun, too long ago for anybody to work on it still."""
    then = timezone.now() - fetches.STALE_AFTER - timedelta(seconds=1)
    Fetch.objects.filter(pk=fetch.pk).update(asked_at=then)
    Fetch.objects.filter(pk=fetch.pk, started_at__isnull=False).update(started_at=then)


def test_what_failed_can_be_fetched_again(web: Web, desk: Desk, ask: Any, committed: Any) -> None:
    web.page("news.example/soon", reply(status="503 Service Unavailable"))
    failed = ask("http://news.example/soon", title="My title")
    web.page("news.example/soon", PAGE)
    assert fetches.may_be_retried(failed)

    fetch = committed(intake.retry_fetch, actor=desk.editor, fetch_id=failed.uuid)

    assert fetch == failed
    assert (fetch.state, fetch.attempts, fetch.problem, fetch.problem_code) == (FetchState.DONE, 2, "", "")
    assert Article.objects.get().title == "My title"
    assert fetch.capture.received_by == desk.editor


def test_asking_for_what_failed_is_a_new_fetch(web: Web, ask: Callable[..., Fetch]) -> None:
    failed = ask("http://news.example/missing")

    assert ask("http://news.example/missing") != failed


def test_what_is_under_way_or_done_is_not_fetched_again(web: Web, desk: Desk, ask: Any, committed: Any) -> None:
    done = ask()
    under_way = intake.request_fetch(actor=desk.researcher, url="http://news.example/later")
    for fetch in (done, under_way):
        assert not fetches.may_be_retried(fetch)
        committed(intake.retry_fetch, actor=desk.editor, fetch_id=fetch.uuid)

    assert Fetch.objects.get(pk=done.pk).attempts == 1
    assert Fetch.objects.get(pk=under_way.pk).attempts == 0
    assert web.asked == ["news.example/rents"]


@pytest.mark.parametrize("begun", [True, False])
def test_what_nobody_works_on_any_more_can_be_fetched_again(
    web: Web, desk: Desk, waiting: Fetch, committed: Any, begun: bool
) -> None:
    """The worker died, or the queue lost the task."""
    if begun:
        fetches.begin(intake.ARTICLES, waiting.uuid)
    grown_old(waiting)
    assert fetches.may_be_retried(Fetch.objects.get())

    fetch = committed(intake.retry_fetch, actor=desk.editor, fetch_id=waiting.uuid)

    assert (fetch.state, fetch.attempts) == (FetchState.DONE, 2 if begun else 1)
    assert Capture.objects.count() == 1


def test_asking_for_what_nobody_works_on_any_more_begins_it_again(web: Web, waiting: Fetch, ask: Any) -> None:
    fetches.begin(intake.ARTICLES, waiting.uuid)
    grown_old(waiting)

    assert ask().state == FetchState.DONE
    assert Fetch.objects.count() == 1


def test_what_failed_is_not_fetched_again_beside_a_newer_fetch(web: Web, desk: Desk, ask: Any) -> None:
    failed = ask("http://news.example/missing")
    intake.request_fetch(actor=desk.researcher, url="http://news.example/missing")

    with pytest.raises(Refused, match="being fetched already"):
        intake.retry_fetch(actor=desk.researcher, fetch_id=failed.uuid)


def test_what_is_not_there_cannot_be_fetched_again(desk: Desk) -> None:
    with pytest.raises(Refused, match="no such fetch"):
        intake.retry_fetch(actor=desk.researcher, fetch_id=uuid4())


# The queue, and the time between


def test_nothing_is_enqueued_before_it_is_saved(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, django_capture_on_commit_callbacks: Any
) -> None:
    enqueued: list[Any] = []
    monkeypatch.setattr(QUEUE, "enqueue", lambda _self, _task, args, _kwargs: enqueued.append(args))
    with django_capture_on_commit_callbacks() as callbacks:
        fetch = intake.request_fetch(actor=desk.researcher, url=URL)
        intake.request_fetch(actor=desk.researcher, url=URL)
    assert (len(callbacks), enqueued) == (1, [])
    callbacks[0]()

    assert enqueued == [(str(fetch.uuid),)]


def test_a_queue_that_fails_loses_no_wish(
    web: Web, desk: Desk, monkeypatch: pytest.MonkeyPatch, committed: Any
) -> None:
    def full(*_arguments: Any) -> None:
        raise OperationalError("database is locked")

    with monkeypatch.context() as patch:
        patch.setattr(QUEUE, "enqueue", full)
        fetch = committed(intake.request_fetch, actor=desk.researcher, url=URL)
    assert fetch.state == FetchState.WAITING
    grown_old(fetch)

    assert committed(intake.retry_fetch, actor=desk.researcher, fetch_id=fetch.uuid).state == FetchState.DONE


def test_progress_is_written_now_and_then(web: Web, waiting: Fetch, monkeypatch: pytest.MonkeyPatch) -> None:
    shown: list[int] = []

    def telling(url: str, on_progress: Callable[[int], None]) -> fetching.Fetched:
        for received in (1000, 2000):
            on_progress(received)
            shown.append(Fetch.objects.get().received)
        monkeypatch.setattr(fetches, "PROGRESS_EVERY", 0.0)
        return fetched(url, on_progress=on_progress)

    fetched = fetching.fetch
    monkeypatch.setattr(fetches, "PROGRESS_EVERY", 60.0)
    monkeypatch.setattr(fetching, "fetch", telling)
    intake.run_fetch(waiting.uuid)

    assert shown == [1000, 1000]
    assert Fetch.objects.get().received == len(PAGE)


def test_progress_that_cannot_be_written_harms_nothing(
    web: Web, waiting: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    def locked(_fetch: Fetch) -> None:
        raise OperationalError("database is locked")

    with monkeypatch.context() as patch:
        patch.setattr(fetches, "mine", locked)
        fetches.Progress(waiting)(1000)


@pytest.mark.django_db(transaction=True)
def test_the_network_is_waited_for_outside_of_any_transaction(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    inside: list[bool] = []
    fetched = fetching.fetch
    monkeypatch.setattr(
        fetching,
        "fetch",
        lambda *args, **options: (inside.append(connection.in_atomic_block), fetched(*args, **options))[1],
    )
    fetch = intake.request_fetch(actor=factories.make_user(Role.RESEARCHER), url=URL)

    assert inside == [False]
    assert fetch.state == FetchState.DONE


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_fetch_once(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    """Both take the same task at the same moment; a third person asks again meanwhile."""
    actor = factories.make_user(Role.RESEARCHER)
    with monkeypatch.context() as patch:
        patch.setattr(QUEUE, "enqueue", lambda *_arguments: None)
        fetch = intake.request_fetch(actor=actor, url=URL)
        results = at_once(
            lambda: intake.run_fetch(fetch.uuid),
            lambda: intake.run_fetch(fetch.uuid),
        )

    assert results == [None, None]
    assert web.asked == ["news.example/rents"]
    assert Fetch.objects.get().state == FetchState.DONE
    assert Capture.objects.count() == LedgerEntry.objects.filter(article__isnull=False).count() == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_ask_at_once_get_the_same_fetch(web: Web, monkeypatch: pytest.MonkeyPatch) -> None:
    actors = [factories.make_user(Role.RESEARCHER), factories.make_user(Role.EDITOR)]
    monkeypatch.setattr(QUEUE, "enqueue", lambda *_arguments: None)

    one, other = at_once(*(lambda actor=actor: intake.request_fetch(actor=actor, url=URL) for actor in actors))

    assert one == other == Fetch.objects.get()


def at_once(*acts: Callable[[], Any]) -> list[Any]:
    """What comes of each act when all begin at the same moment, each with a connection of its own."""
    start = threading.Barrier(len(acts))
    results: list[Any] = [None] * len(acts)

    def run(number: int, act: Callable[[], Any]) -> None:
        try:
            connection.ensure_connection()
            start.wait(timeout=30)
            results[number] = act()
        except BaseException as error:  # noqa: BLE001 - the test's own thread looks at it
            results[number] = error
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run, args=(number, act)) for number, act in enumerate(acts)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=60)
    return results


# What else knows of it


def test_an_erasure_reaches_the_copy_the_wish_and_how_it_was_fetched(
    web: Web, desk: Desk, ask: Callable[..., Fetch]
) -> None:
    web.page("news.example/jane-doe", reply(html(*SENTENCES, "Jane Doe signed it."), X_Page="jane-doe"))
    web.page("news.example/jane-doe/gone", leading_to("/nowhere"))
    ask("http://news.example/jane-doe")
    ask("http://news.example/jane-doe/gone")
    erasure.erase(actor=desk.chief, text="jane-doe", reason="An order.")

    for row in [*Fetch.objects.values(), *Capture.objects.values("url", "response"), *Article.objects.values()]:
        assert "jane-doe" not in str(row)
    assert list(verification.verify()) == []


def test_the_system_may_fetch(web: Web, db: None, committed: Callable[..., Any]) -> None:
    assert committed(intake.request_fetch, actor=people.system_user(), url=URL).state == FetchState.DONE
