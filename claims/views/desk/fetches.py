"""Fetching a page, as an article or as a source's file: how far it has come, what went wrong and what to do."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.db.models import Exists, OuterRef, Q
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from claims.errors import DomainError
from claims.language import files
from claims.models import Capture, Evidence, Fetch, Snapshot, Source
from claims.services import fetches as service
from claims.services import intake, people, preserving
from claims.views.desk import findings
from claims.views.desk.access import actor, desk_view, refusal
from claims.views.desk.frame import show
from claims.vocabulary import Action, FetchState

SHOWN_FOR = timedelta(days=14)
"""So long a failed fetch stays in the list of what is not finished, unless its address was fetched since."""

MOST = 20


@dataclass(frozen=True)
class Unfinished:
    """A fetch that brought no copy (yet), as the list shows it."""

    uuid: UUID
    url: str
    words: str
    failed: bool
    who: str
    when: datetime


@desk_view
@require_safe
def fetch(request: HttpRequest, fetch_id: UUID) -> HttpResponse:
    """How far it has come; once its copy is there, the copy's own page."""
    found = fetch_or_404(fetch_id)
    if found.capture is not None:
        return _on_to(request, found, found.capture)
    if found.snapshot is not None:
        return _on_to_file(request, found, found.snapshot)
    hops, at = found.result.get("hops", []), found.result.get("at", "")
    context = {
        "fetch": found,
        "hops": hops,
        "at": "" if at in [found.url, *(hop["url"] for hop in hops)] else at,
        "words": words(found),
        "step": step(found),
        "asked_by": people.name_of(found.asked_by),
        "may_work": not refusal(request, Action.CAPTURE if found.source is None else Action.PRESERVE),
        "item": item_of(request, found),
    }
    return show(request, "desk/fetch.html", context, section="articles" if found.source is None else "claims")


@desk_view
@require_safe
def fetch_state(request: HttpRequest, fetch_id: UUID) -> HttpResponse:
    """What the page asks for while it is open: the state in words, and which step it is."""
    found = fetch_or_404(fetch_id)
    return JsonResponse({"step": step(found), "words": words(found)}, headers={"Cache-Control": "private, no-store"})


@desk_view
@require_POST
def fetch_retry(request: HttpRequest, fetch_id: UUID) -> HttpResponse:
    """Once more, for what failed or what nobody works on any more."""
    found = fetch_or_404(fetch_id)
    again = intake.retry_fetch if found.source is None else preserving.retry_snapshot
    try:
        again(actor=actor(request), fetch_id=found.uuid)
    except DomainError as error:
        messages.error(request, str(error))
    item = item_of(request, found)
    return redirect(reverse("desk:fetch", args=[found.uuid]) + (f"?item={item.pk}" if item else ""))


def item_of(request: HttpRequest, found: Fetch) -> Evidence | None:
    """The evidence item from which a source's page was asked for; none where the address names none of its items."""
    wanted = request.GET.get("item", "")
    if found.source is None or not (wanted.isascii() and wanted.isdigit() and len(wanted) < 19):
        return None
    return found.source.evidence.filter(pk=int(wanted)).first()


def fetch_or_404(fetch_id: UUID) -> Fetch:
    rows = Fetch.objects.select_related("asked_by", "capture__version", "source", "snapshot").defer(
        *("capture__raw", "capture__residue", "capture__version__text", "capture__version__analysis"),
        *("snapshot__text", "snapshot__response"),
    )
    return get_object_or_404(rows, uuid=fetch_id)


def step(found: Fetch) -> str:
    """What the page is for: to wait, to decide what to do, or to go on to the copy."""
    if found.state == FetchState.DONE:
        return "done"
    return "decide" if service.may_be_retried(found) else "wait"


def words(found: Fetch) -> str:
    """The state as a sentence; of what failed, the reason and what to do."""
    if found.state == FetchState.FAILED:
        return _problem(found)
    if service.may_be_retried(found):
        return _(
            "It has not ended although its time is long up. Fetch it again. "
            "If that does not help, the site's worker may have stopped."
        )
    if found.state == FetchState.RUNNING:
        if not found.received:
            return _("The server is being asked.")
        return _("Being fetched: %(size)s so far.") % {"size": filesizeformat(found.received)}
    return _(FetchState(found.state).label)


def _problem(found: Fetch) -> str:
    if found.source_id is None:
        return findings.problem_of(found.problem_code, found.problem)
    return _problem_of_file(found.problem_code, found.problem, found.result.get("values", {}))


def _problem_of_file(code: str, sentence: str, values: Mapping[str, Any]) -> str:
    """Why a page cannot be kept as a file: the words for that come before those that speak of an article."""
    if code in files.PROBLEMS:
        return files.sentence(files.PROBLEMS[code], values, translate=_, number=number_format)
    return _(preserving.PROBLEMS[code]) if code in preserving.PROBLEMS else findings.problem_of(code, sentence)


def why_not(problem: DomainError) -> str:
    """Why a page was not even asked for as a file, in the reader's words."""
    return _problem_of_file(getattr(problem, "code", ""), str(problem), {})


def _on_to_file(request: HttpRequest, found: Fetch, snapshot: Snapshot) -> HttpResponse:
    if found.result.get("outcome") == "known":
        messages.info(request, _("The page is as it was: these very bytes are kept already."))
    else:
        messages.success(request, _("The page is kept."))
    item = item_of(request, found)
    return redirect(reverse("desk:snapshot", args=[snapshot.uuid]) + (f"?item={item.pk}" if item else ""))


def _on_to(request: HttpRequest, found: Fetch, capture: Capture) -> HttpResponse:
    outcome = found.result.get("outcome", "")
    if outcome in set(intake.Outcome):
        messages.success(request, _(intake.Outcome(outcome).label))
    for sentence in found.result.get("warnings", []):
        messages.warning(request, findings.warning(sentence))
    version = capture.version
    if version is None:  # pragma: no cover - a fetch is done with a copy that gave a text
        return redirect("desk:articles")
    return redirect("desk:capture", article_id=version.article_id, capture_id=capture.pk)


# What other pages show of it


def unfinished(source: Source | None = None) -> list[Unfinished]:
    """What is under way or failed, the newest first, so that none is forgotten: of articles, or of a source's files.

    One query.
    """
    newer = Fetch.objects.filter(url=OuterRef("url"), source=source, pk__gt=OuterRef("pk"))
    failed = Q(state=FetchState.FAILED.value, asked_at__gt=timezone.now() - SHOWN_FOR)
    open_or_failed = Q(state__in=[FetchState.WAITING.value, FetchState.RUNNING.value]) | failed & ~Exists(newer)
    rows = Fetch.objects.filter(open_or_failed, source=source).select_related("asked_by").order_by("-asked_at", "-pk")
    return [
        Unfinished(
            uuid=row.uuid,
            url=row.url,
            words=words(row),
            failed=step(row) == "decide",
            who=people.name_of(row.asked_by),
            when=row.asked_at,
        )
        for row in rows[:MOST]
    ]


def known_of(fetch_id: str) -> dict[str, Any]:
    """What was typed for a fetch, so that its page can be pasted instead; nothing where there is no such fetch."""
    try:
        found = Fetch.objects.filter(uuid=UUID(fetch_id)).first()
    except ValueError:
        return {}
    return {} if found is None else {"url": found.url, **found.about}
