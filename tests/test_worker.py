"""The worker of the queue as a process of its own, beside whoever asks; and `tools/serve`, which starts and ends it."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager, suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.db import connection
from django.utils import timezone
from django_tasks_db.models import DBTaskResult

from claims.models import Capture, Fetch
from claims.services import fetches, intake, verification
from claims.vocabulary import FetchState, Role
from factcheck.environment import BASE_DIR
from tests import factories

URL = "http://news.example/rents"
PATIENCE = 60
"""Seconds after which a process that did not do what is waited for is taken for broken."""

WORKER = """
import sys, django, threading
django.setup()
from django.core.management import call_command
from tests import web as the_web
WORDS = ("The city council voted on Monday to raise the rents of its own flats by 4 per cent from July 2025. "
         "The tenants' union called the decision a breach of the agreement that both sides had signed in 2023.")
with the_web.spun() as web:
    web.page("news.example/rents", the_web.reply(WORDS, content_type="text/plain"))
    if "hang" in sys.argv:
        web.page("news.example/rents", lambda _connection: web.closing.wait(60))
    call_command("db_worker", "--no-reload", "--no-startup-delay", "--interval=0.05", *sys.argv[2:])
"""


def environment(**changes: str) -> dict[str, str]:
    """Production settings on the tests' own database."""
    name = connection.settings_dict["NAME"]
    place = (
        f"sqlite:///{name}"
        if connection.vendor == "sqlite"
        else f"{os.environ['DATABASE_URL'].rpartition('/')[0]}/{name}"
    )
    return {
        **os.environ,
        "DEBUG": "off",
        "SECRET_KEY": "p8Zs2vQxLr6wYk0bNd4hTfGm9cJe1aUo7iKqXyWz3RtVuBnMl5",
        "ALLOWED_HOSTS": "127.0.0.1",
        "SITE_URL": "http://127.0.0.1",
        "SECURE_SSL": "off",
        "DATABASE_URL": place,
        "DATABASE_POOL_SIZE": "2",
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
        "DJANGO_SETTINGS_MODULE": "factcheck.settings",
        **changes,
    }


def until(happened: Callable[[], Any]) -> Any:
    """What it gives as soon as it gives something; the test fails if it never does."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if found := happened():
            return found
        time.sleep(0.05)
    return pytest.fail("It was waited for in vain.")


@pytest.fixture
def queue(transactional_db: None, settings: Any) -> None:
    """Whoever asks enqueues, as in production."""
    settings.TASKS = {"default": {"BACKEND": "django_tasks_db.DatabaseBackend"}}


@pytest.fixture
def start(queue: None) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Starts a worker; what is left of them is ended with the test."""
    running: list[subprocess.Popen[bytes]] = []

    def worker(*options: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-c", WORKER, "fetch" if "hang" not in options else "hang"]
        command += [option for option in options if option != "hang"]
        process = subprocess.Popen(command, cwd=BASE_DIR, env=environment(), stderr=subprocess.DEVNULL)
        running.append(process)
        return process

    yield worker
    for process in running:
        process.kill()
        process.wait()


def asked() -> Fetch:
    return intake.request_fetch(actor=factories.make_user(Role.RESEARCHER), url=URL)


def test_a_worker_does_what_is_queued(start: Callable[..., subprocess.Popen[bytes]]) -> None:
    fetch = asked()
    assert (fetch.state, DBTaskResult.objects.get().status) == (FetchState.WAITING, "READY")

    assert start("--max-tasks=1").wait(PATIENCE) == 0

    fetch.refresh_from_db()
    assert (fetch.state, fetch.problem) == (FetchState.DONE, "")
    assert fetch.capture == Capture.objects.get()
    assert DBTaskResult.objects.get().status == "SUCCESSFUL"
    assert list(verification.verify()) == []


def test_two_workers_fetch_once(start: Callable[..., subprocess.Popen[bytes]]) -> None:
    """Even where the same task stands in the queue twice."""
    fetch = asked()
    intake.fetch_in_background.enqueue(str(fetch.uuid))
    workers = [start("--batch"), start("--batch")]

    assert [worker.wait(PATIENCE) for worker in workers] == [0, 0]
    fetch.refresh_from_db()
    assert (fetch.state, fetch.attempts) == (FetchState.DONE, 1)
    assert Capture.objects.count() == 1


def test_the_desk_works_while_a_worker_does(start: Callable[..., subprocess.Popen[bytes]]) -> None:
    worker = start()
    actor = factories.make_user(Role.RESEARCHER)
    fetches = []
    for number in range(5):
        fetches.append(intake.request_fetch(actor=actor, url=f"{URL}?{number}"))
        factories.make_article(actor, f"{factories.TEXT} {number}")
    until(lambda: not Fetch.objects.filter(state__in=["waiting", "running"]).exists())

    assert worker.poll() is None
    assert {fetch.problem_code for fetch in Fetch.objects.all()} == {"missing"}
    assert list(verification.verify()) == []


def test_what_a_worker_left_behind_is_fetched_by_the_next_one(start: Callable[..., subprocess.Popen[bytes]]) -> None:
    fetch = asked()
    dying = start("hang")
    until(lambda: Fetch.objects.filter(state=FetchState.RUNNING.value).exists())
    dying.kill()
    dying.wait()
    Fetch.objects.update(started_at=timezone.now() - fetches.STALE_AFTER - timedelta(seconds=1))
    intake.retry_fetch(actor=fetch.asked_by, fetch_id=fetch.uuid)

    assert start("--batch").wait(PATIENCE) == 0
    fetch.refresh_from_db()
    assert (fetch.state, fetch.attempts) == (FetchState.DONE, 2)
    assert Capture.objects.count() == 1


def test_a_worker_without_work_ends_when_it_is_told_to(start: Callable[..., subprocess.Popen[bytes]]) -> None:
    asked()
    worker = start()
    until(lambda: Fetch.objects.filter(state=FetchState.DONE.value).exists())
    worker.send_signal(signal.SIGTERM)

    assert worker.wait(PATIENCE) == 0


# tools/serve


def children(process: int) -> dict[int, str]:
    """The processes that a process started, and theirs, each with its command."""
    found = {}
    for entry in Path("/proc").glob("[0-9]*/status"):
        with suppress(OSError):
            parent = next(line for line in entry.read_text().splitlines() if line.startswith("PPid:"))
            if int(parent.split()[1]) == process:
                command = (entry.parent / "cmdline").read_text().replace("\0", " ")
                found |= {int(entry.parent.name): command, **children(int(entry.parent.name))}
    return found


@contextmanager
def serving(folder: Path) -> Iterator[subprocess.Popen[bytes]]:
    """The site as `make serve` runs it, once all that belongs to it has started."""
    with closing(socket.socket()) as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    changes = {"DATABASE_URL": f"sqlite:///{folder}/site.sqlite3", "VENV": sys.prefix, "WEB_CONCURRENCY": "1"}
    command = ["tools/serve", f"127.0.0.1:{port}"]
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(command, cwd=BASE_DIR, env=environment(**changes), stdout=log, stderr=log)

    def answers() -> bool:
        if process.poll() is not None:
            pytest.fail((folder / "log").read_text())
        with suppress(OSError), urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
            return answer.status == 200
        return False

    try:
        until(answers)
        until(lambda: all(named(process, name) for name in ("gunicorn", "wake_claims", "db_worker")))
        yield process
    finally:
        for one in [*children(process.pid), process.pid]:
            with suppress(ProcessLookupError):
                os.kill(one, signal.SIGKILL)
        process.wait()


def named(process: subprocess.Popen[bytes], name: str) -> list[int]:
    return [key for key, command in children(process.pid).items() if name in command]


def left_of(started: dict[int, str]) -> list[str]:
    return [command for key, command in started.items() if Path(f"/proc/{key}").exists()]


@pytest.mark.skipif(not Path("/proc/self").exists(), reason="processes are counted in /proc")
def test_serve_ends_all_that_it_started_when_it_is_told_to_and_when_a_worker_ends(tmp_path: Path) -> None:
    """The second, so that whatever watches over the site sees it and starts it again.

    One test, since both write the same static files.
    """
    with serving(tmp_path) as site:
        started = children(site.pid)
        site.send_signal(signal.SIGTERM)
        site.wait(PATIENCE)
        assert left_of(started) == []

    with serving(tmp_path) as site:
        started = children(site.pid)
        os.kill(named(site, "db_worker")[0], signal.SIGKILL)
        assert site.wait(PATIENCE) != 0
        assert left_of(started) == []
