"""Pages that somebody wants fetched: asked for once, fetched in the background, begun again where it broke off.

How a fetch goes from waiting to its end is the same for all of them. What becomes of a page that came is for the
stage to say that asked for it, by its ``Errand``.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import OperationalError, models, transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from claims.errors import DomainError, Refused, Unfetchable, Unreadable
from claims.models import Fetch
from claims.services import fetching, ledger
from claims.vocabulary import Action, FetchState, gettext_noop

STALE_AFTER = timedelta(minutes=10)
"""From then on a fetch that has not ended is taken for one whose worker died; ``fetching.DEADLINE`` is far below."""

PROGRESS_EVERY = 0.5
"""Seconds between two writes of how much has come."""

INTERNAL = gettext_noop("Something went wrong here while the page was taken in. Try again, or paste the text.")

_OPEN = [FetchState.WAITING.value, FetchState.RUNNING.value]


@dataclass(frozen=True)
class Errand:
    """What a stage fetches pages for.

    ``action`` is the right that it takes. ``enqueue`` puts the stage's background task into the queue, by the fetch's
    id. ``take`` makes a copy of the page that came and ends the fetch (``end``) in the copy's own transaction.
    ``for_source`` tells its fetches from the others. ``limits`` are options of ``fetching.fetch``; ``words`` are
    sentences that fit better than those that problems bring along, by their codes.
    """

    action: Action
    enqueue: Callable[[str], object]
    take: Callable[[Fetch, fetching.Fetched], None]
    for_source: bool = False
    limits: Mapping[str, Any] = field(default_factory=dict)
    words: Mapping[str, str] = field(default_factory=dict)


class OvertakenError(Exception):
    """Another attempt has taken this one's place: what it brings is not wanted any more."""


# Asking


def ask(errand: Errand, wanted: Fetch) -> Fetch:
    """The wish ``wanted`` (not saved; its ``url`` normalised), carried out in the background once it is saved.

    What is being fetched already is not fetched twice: its fetch is returned, with what is newly known added.
    """
    with transaction.atomic():
        ledger.check_fields(wanted)
        fetch, made = Fetch.objects.filter(state__in=_OPEN).get_or_create(
            url=wanted.url, source=wanted.source, defaults={"about": wanted.about, "asked_by": wanted.asked_by}
        )
        if made:
            _enqueue(errand, fetch)
        else:
            Fetch.objects.filter(pk=fetch.pk, state__in=_OPEN).update(about={**wanted.about, **fetch.about})
            _again(errand, fetch, wanted.asked_by)
    return Fetch.objects.get(pk=fetch.pk)


def retry(errand: Errand, actor: User, fetch_id: UUID) -> Fetch:
    """Fetches once more what failed, or what nobody works on any more; a fetch under way or done stays as it is."""
    with transaction.atomic():
        fetch = Fetch.objects.filter(uuid=fetch_id, source__isnull=not errand.for_source).first()
        if fetch is None:
            raise Refused(_("There is no such fetch."))
        _again(errand, fetch, actor)
    return Fetch.objects.get(pk=fetch.pk)


def may_be_retried(fetch: Fetch) -> bool:
    """Whether it failed, or has not ended although its time is long up."""
    if fetch.state == FetchState.FAILED:
        return True
    return fetch.state in _OPEN and (fetch.started_at or fetch.asked_at) < timezone.now() - STALE_AFTER


def _again(errand: Errand, fetch: Fetch, actor: User) -> None:
    """Back to the start, unless it ended or was started anew meanwhile."""
    if not may_be_retried(fetch):
        return
    as_it_was = Fetch.objects.filter(pk=fetch.pk, state=fetch.state, attempts=fetch.attempts, asked_at=fetch.asked_at)
    started = as_it_was.update(
        state=FetchState.WAITING.value,
        asked_by=actor,
        asked_at=timezone.now(),
        started_at=None,
        finished_at=None,
        received=0,
        problem="",
        problem_code="",
        result={},
    )
    if started:
        _enqueue(errand, fetch)


def _enqueue(errand: Errand, fetch: Fetch) -> None:
    """Once it is saved; should the queue not take it, the wish stays and can be retried."""
    transaction.on_commit(lambda: errand.enqueue(str(fetch.uuid)), robust=True)


# Carrying out


def run(errand: Errand, fetch_id: UUID) -> None:
    """Fetches a page that waits for it and has it taken. Twice, or by two workers, gives one copy.

    Whatever goes wrong stands on the fetch, with its code and an English sentence. The page is fetched outside of any
    transaction; the copy and the end of the fetch are one transaction, so that a worker that dies leaves neither.
    """
    fetch = begin(errand, fetch_id)
    if fetch is None:
        return
    try:
        with translation.override("en"):
            _fetch(errand, fetch)
    except OvertakenError:
        return
    except Exception:
        with suppress(OvertakenError):
            _fail(fetch, "internal", errand.words.get("internal", INTERNAL))
        raise


def begin(errand: Errand, fetch_id: UUID) -> Fetch | None:
    """The fetch, claimed for this attempt; none where it does not wait any more."""
    waiting = Fetch.objects.filter(uuid=fetch_id, state=FetchState.WAITING.value, source__isnull=not errand.for_source)
    if not waiting.update(
        state=FetchState.RUNNING.value, attempts=models.F("attempts") + 1, started_at=timezone.now(), received=0
    ):
        return None
    return Fetch.objects.select_related("asked_by", "source").get(uuid=fetch_id)


def _fetch(errand: Errand, fetch: Fetch) -> None:
    hops: Sequence[fetching.Hop] = ()
    try:
        ledger.permit(errand.action, fetch.asked_by)
        fetched = fetching.fetch(fetch.url, on_progress=Progress(fetch), **errand.limits)
        hops = fetched.hops
        mine(fetch).update(received=len(fetched.body))
        errand.take(fetch, fetched)
    except Unfetchable as problem:
        sentence = errand.words.get(problem.code, str(problem))
        _fail(fetch, problem.code, sentence, problem.hops, at=problem.url)
    except Unreadable as problem:
        values = dict(getattr(problem, "values", {}))  # what fills the sentence of a file that is not kept
        _fail(fetch, problem.code, errand.words.get(problem.code, str(problem)), hops, values=values)
    except (DomainError, PermissionDenied) as problem:
        _fail(fetch, "", str(problem), hops)


class Progress:
    """Writes down now and then how much has come; ends an attempt whose place another one has taken."""

    def __init__(self, fetch: Fetch) -> None:
        self._fetch = fetch
        self._next = 0.0

    def __call__(self, received: int) -> None:
        if time.monotonic() < self._next:
            return
        self._next = time.monotonic() + PROGRESS_EVERY
        with suppress(OperationalError):  # a busy database shows the number a moment later
            if not mine(self._fetch).update(received=received):
                raise OvertakenError


def mine(fetch: Fetch) -> models.QuerySet[Fetch]:
    """The row, as long as this attempt is the one that counts."""
    return Fetch.objects.filter(pk=fetch.pk, state=FetchState.RUNNING.value, attempts=fetch.attempts)


def end(fetch: Fetch, **values: Any) -> None:
    """Ends the attempt with these columns; raises ``OvertakenError``, which takes back what came with it."""
    if not mine(fetch).update(finished_at=timezone.now(), **values):
        raise OvertakenError


def _fail(fetch: Fetch, code: str, sentence: str, hops: Sequence[fetching.Hop] = (), **more: Any) -> None:
    result = {**hops_of(hops), **{name: value for name, value in more.items() if value}}
    end(fetch, state=FetchState.FAILED.value, problem=sentence, problem_code=code, result=result)


def hops_of(hops: Sequence[fetching.Hop]) -> dict[str, Any]:
    """The addresses that answered, as a fetch's result keeps them."""
    return {"hops": [asdict(hop) for hop in hops]}
