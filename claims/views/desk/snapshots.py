"""The files that preserve sources: at an evidence item, one by one, as bytes, and where a source has changed since."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import urlencode, urlsplit
from uuid import UUID

from django.conf import settings
from django.contrib import messages
from django.core.exceptions import ValidationError
from django.http import FileResponse, Http404, HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404, redirect
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.text import capfirst
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from claims.errors import DomainError, NotEditable
from claims.forms.wording import partial_date
from claims.language import excerpts, files
from claims.language.files import FileKind
from claims.models import Claim, Evidence, Snapshot, Source
from claims.rules import transitions
from claims.services import people, preserving, research
from claims.views import paging
from claims.views.desk import fetches, rows
from claims.views.desk.access import actor, claim_or_404, desk_view, refusal, require
from claims.views.desk.frame import show
from claims.vocabulary import Action, Origin, Status

PAGE_SIZE = 30
PART = 60_000
"""Characters of a file's text on one page."""

BEFORE = 1_500
"""Characters that are shown before an excerpt, where the text is long."""

POLICY = "sandbox; default-src 'none'"
"""Whatever a file holds: no script, no form, no address of anybody, and no origin of ours."""

_INLINE = frozenset({FileKind.PDF, FileKind.PNG, FileKind.JPEG, FileKind.GIF, FileKind.WEBP})
_ENDINGS: dict[str, tuple[str, ...]] = {
    FileKind.PDF: (".pdf",),
    FileKind.PNG: (".png", ".apng"),
    FileKind.JPEG: (".jpg", ".jpeg", ".jpe", ".jfif"),
    FileKind.GIF: (".gif",),
    FileKind.WEBP: (".webp",),
    FileKind.SVG: (".svg",),
    FileKind.HTML: (".html", ".htm", ".xhtml"),
    FileKind.TEXT: (".txt", ".md", ".csv", ".tsv", ".json", ".log", ".srt", ".vtt"),
}
_UNFIT = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff/\\:*?\"<>|]")


@dataclass(frozen=True)
class Shown:
    """A file as a list shows it. ``excerpt`` says whether the item's words stand in it, where that was looked at."""

    snapshot: Snapshot
    name: str
    kind: str
    origin: str
    who: str
    gap: str
    is_cited: bool = False
    excerpt: str = ""
    stands: bool = False


# At an evidence item


def panel(request: HttpRequest, item: Evidence) -> dict[str, Any]:
    """What ``desk/_snapshots.html`` shows below an item: the files of its source, and what can be done with them."""
    kept = item.source.snapshots.select_related("taken_by").defer("text").order_by("-pk")
    return {
        "item": item,
        "files": [_at_item(snapshot, item) for snapshot in kept],
        "underway": fetches.unfinished(item.source),
        "page_url": request.GET.get("page") or item.url or item.source.url,
        "may_cite": not _closed(item.claim) and not item.removed,
        "why_not_keep": refusal(request, Action.PRESERVE),
        "may_release": not refusal(request, Action.RELEASE),
        "limit": max(1, settings.SNAPSHOT_MAX_BYTES // 1_000_000),
    }


def _at_item(snapshot: Snapshot, item: Evidence) -> Shown:
    is_cited = snapshot.pk == item.snapshot_id
    words, stands = _excerpt_words(snapshot, item.excerpt) if is_cited else ("", False)
    return _shown(snapshot, is_cited=is_cited, excerpt=words, stands=stands)


def _shown(snapshot: Snapshot, **more: Any) -> Shown:
    gap = preserving.gap_of(snapshot)
    return Shown(
        snapshot=snapshot,
        name=str(snapshot.about.get("title") or snapshot),
        kind=capfirst(_kind(snapshot)),
        origin=_(Origin(snapshot.origin).label),
        who=people.name_of(snapshot.taken_by),
        gap=files.sentence(files.GAPS[gap.code], gap.values, translate=_, number=number_format) if gap else "",
        **more,
    )


def _kind(snapshot: Snapshot) -> str:
    return _(FileKind(snapshot.media_type).label) if snapshot.media_type in set(FileKind) else snapshot.media_type


def _excerpt_words(snapshot: Snapshot, excerpt: str) -> tuple[str, bool]:
    """Whether the excerpt stands in the file, as a sentence and as such; nothing where there is none of the two."""
    if not excerpt.strip():
        return "", False
    if not snapshot.text:
        return _("The file has no text with which the excerpt could be compared."), False
    place = excerpts.find_excerpt(snapshot.text, excerpt)
    if place is None:
        return _("The excerpt does not stand in the file word for word."), False
    if snapshot.media_type == FileKind.PDF:
        page = files.page_at(snapshot.text, place.start)
        return _("The excerpt stands in the file, page %(page)s.") % {"page": page}, True
    return _("The excerpt stands in the file."), True


def _closed(claim: Claim) -> str:
    try:
        transitions.check_editable(Status(claim.status))
    except NotEditable as reason:
        return str(reason)
    return ""


def _item_or_404(claim_id: int, key: str) -> Evidence:
    rows_of_claim = Evidence.objects.filter(claim=claim_or_404(claim_id)).select_related("claim", "source")
    return get_object_or_404(rows_of_claim, key=key)


def _back_to(item: Evidence, **parameters: str) -> str:
    query = f"?{urlencode(parameters)}" if parameters else ""
    return f"{reverse('desk:evidence', args=[item.claim_id, item.key])}{query}#files"


@desk_view
@require_POST
def keep_file(request: HttpRequest, claim_id: int, key: str) -> HttpResponse:
    """Takes a file in; the item cites it at once where that is wished."""
    item = _item_or_404(claim_id, key)
    require(request, Action.PRESERVE)
    file, page = request.FILES.get("file"), request.POST.get("page", "").strip()
    if file is None:
        messages.error(request, _("Choose the file that is to be kept."))
        return redirect(_back_to(item, page=page))
    cited = item if "cite" in request.POST else None
    before = item.source.snapshots.count()
    try:
        preserving.preserve_upload(
            actor=actor(request),
            source_id=item.source_id,
            file=file,
            name=file.name or "",
            content_type=file.content_type or "",
            url=page,
            evidence=cited,
        )
    except DomainError as problem:
        messages.error(request, str(problem))
        return redirect(_back_to(item, page=page))
    if item.source.snapshots.count() == before:
        messages.info(request, _("These very bytes are kept for this source already."))
    else:
        messages.success(request, _("The file is kept."))
    return redirect(_back_to(item))


@desk_view
@require_POST
def keep_page(request: HttpRequest, claim_id: int, key: str) -> HttpResponse:
    """Asks for the page at an address; how far it has come is another page."""
    item = _item_or_404(claim_id, key)
    require(request, Action.PRESERVE)
    page = request.POST.get("page", "").strip()
    try:
        fetch = preserving.request_snapshot(actor=actor(request), source_id=item.source_id, url=page)
    except DomainError as problem:
        messages.error(request, fetches.why_not(problem))
        return redirect(_back_to(item, page=page))
    return redirect(f"{reverse('desk:fetch', args=[fetch.uuid])}?item={item.pk}")


@desk_view
@require_POST
def cite_file(request: HttpRequest, claim_id: int, key: str) -> HttpResponse:
    """Says which file the item cites; without one, none."""
    item = _item_or_404(claim_id, key)
    require(request, Action.EDIT)
    chosen = request.POST.get("snapshot", "")
    snapshot = _snapshot_or_404(chosen) if chosen else None
    opened_at = request.POST.get("opened_at", "")
    known = int(opened_at) if opened_at.isascii() and opened_at.isdigit() and len(opened_at) < 10 else None
    try:
        research.edit_claim(
            claim_id=item.claim_id,
            actor=actor(request),
            edits={f"evidence.{item.key}.snapshot": snapshot},
            opened_at=known,
        )
    except DomainError as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("Saved."))
    return redirect("desk:stale") if request.POST.get("from") == "stale" else redirect(_back_to(item))


# One file


def _snapshot_or_404(uuid: "UUID | str") -> Snapshot:
    try:
        return get_object_or_404(Snapshot.objects.select_related("source", "taken_by"), uuid=uuid)
    except ValidationError as unreadable:
        raise Http404 from unreadable


@desk_view
@require_safe
def snapshot(request: HttpRequest, snapshot_id: UUID) -> HttpResponse:
    """What is known of a file, and the text in it, with an item's excerpt marked."""
    found = _snapshot_or_404(snapshot_id)
    item = _wanted_item(request, found)
    words, stands = _excerpt_words(found, item.excerpt) if item else ("", False)
    place = excerpts.find_excerpt(found.text, item.excerpt) if item and stands else None
    context = {
        "file": _shown(found, excerpt=words, stands=stands),
        "snapshot": found,
        "page_of_it": found.url,
        "stated": _stated(found),
        "response": found.response,
        "part": _part(found.text, request.GET.get("from", ""), place),
        "language": found.about.get("language") or found.source.language,
        "item": item,
        "is_cited": bool(item and item.snapshot_id == found.pk),
        "may_cite": bool(item and not item.removed and not _closed(item.claim) and not refusal(request, Action.EDIT)),
        "items": _items_of(found.source),
        "may_release": not refusal(request, Action.RELEASE),
        "why_not_release": refusal(request, Action.RELEASE),
        "inline": found.media_type in _INLINE,
    }
    return show(request, "desk/snapshot.html", context)


def _wanted_item(request: HttpRequest, found: Snapshot) -> Evidence | None:
    """The item that the reader comes from; without one, the one item that cites the file, or that uses its source."""
    wanted = request.GET.get("item", "")
    items = found.source.evidence.standing().select_related("claim")
    if wanted.isascii() and wanted.isdigit() and len(wanted) < 19:
        return items.filter(pk=int(wanted)).first()
    for some in (items.filter(snapshot=found), items):
        only = list(some.order_by("pk")[:2])
        if only:
            return only[0] if len(only) == 1 else None
    return None


def _items_of(source: Source) -> list[Evidence]:
    return list(source.evidence.standing().select_related("claim").order_by("claim", "position", "pk")[:PAGE_SIZE])


def _stated(found: Snapshot) -> list[tuple[str, str]]:
    """What the page says of itself, in words."""
    names = {"title": _("Title"), "site": _("Site"), "published": _("Date")}
    values = {**found.about, "published": partial_date(found.about.get("published", ""))}
    return [(name, values[key]) for key, name in names.items() if values.get(key)]


@dataclass(frozen=True)
class Part:
    """A stretch of a text with the excerpt in it; ``before`` and ``after`` begin its neighbours, None without one."""

    lead: str
    excerpt: str
    rest: str
    before: int | None
    after: int | None


def _part(text: str, wanted: str, place: excerpts.Place | None) -> Part:
    start = int(wanted) if wanted.isascii() and wanted.isdigit() and len(wanted) < 9 else None
    if start is None:
        start = max(0, place.start - BEFORE) if place and place.end > PART else 0
    start = min(start, max(0, len(text) - 1))
    end = min(len(text), start + PART)
    first = min(max(place.start, start), end) if place else end
    last = min(max(place.end, start), end) if place else end
    return Part(
        lead=_shown_text(text[start:first]),
        excerpt=_shown_text(text[first:last]),
        rest=_shown_text(text[last:end]),
        before=max(0, start - PART) if start else None,
        after=end if end < len(text) else None,
    )


def _shown_text(text: str) -> str:
    """The page breaks of a PDF as a line of their own."""
    return text.replace("\f", "\n\n· · ·\n\n")


@desk_view
@require_safe
def snapshot_file(request: HttpRequest, snapshot_id: UUID) -> HttpResponseBase:
    """The bytes, for whoever reads the desk: what a browser only shows may stand in it, the rest is handed out."""
    found = get_object_or_404(Snapshot.objects.defer("text"), uuid=snapshot_id)
    try:
        content = found.file.open("rb")
    except OSError as missing:
        raise Http404(_("The file itself is missing in the storage.")) from missing
    is_inline = found.media_type in _INLINE and "download" not in request.GET
    response = FileResponse(
        content,
        as_attachment=not is_inline,
        filename=download_name(found),
        content_type=found.media_type if found.media_type in _INLINE else "application/octet-stream",
    )
    response["Content-Security-Policy"] = POLICY
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "private, no-store"
    return response


def download_name(found: Snapshot) -> str:
    """A name under which the file can be saved: nothing hidden in it, and an ending that says what it is."""
    name = _UNFIT.sub("", found.name).strip(" .") or (urlsplit(found.url).hostname or "") or "file"
    endings = _ENDINGS.get(found.media_type, (".bin",))
    return name if PurePosixPath(name).suffix.lower() in endings else name + endings[0]


@desk_view
@require_POST
def release_file(request: HttpRequest, snapshot_id: UUID) -> HttpResponse:
    """Marks a file as publishable, or takes that back."""
    found = _snapshot_or_404(snapshot_id)
    require(request, Action.RELEASE)
    publishable = request.POST.get("publishable") == "yes"
    try:
        preserving.release(actor=actor(request), snapshot_id=found.pk, publishable=publishable)
    except DomainError as problem:
        messages.error(request, str(problem))
    else:
        messages.success(request, _("Saved."))
    item = request.POST.get("item", "")
    return redirect(reverse("desk:snapshot", args=[found.uuid]) + (f"?{urlencode({'item': item})}" if item else ""))


# Sources that have changed


@dataclass(frozen=True)
class Changed:
    """An item that cites an older state of its page, with the newest one."""

    item: Evidence
    newer: Snapshot
    statement: Any
    may_cite: bool


@desk_view
@require_safe
def stale(request: HttpRequest) -> HttpResponse:
    """The items whose page says something else by now, the newest news first."""
    found = preserving.stale().select_related("claim", "source", "snapshot").defer("snapshot__text")
    page = paging.page(found, request.GET, field="newer", size=PAGE_SIZE, read=int)
    may_edit = not refusal(request, Action.EDIT)
    context = {"changed": _changed(page.rows, may_edit=may_edit), "page": page}
    return show(request, "desk/stale.html", context, section="home")


def _changed(items: Sequence[Evidence], *, may_edit: bool) -> list[Changed]:
    newer = Snapshot.objects.defer("text").in_bulk([item.newer for item in items])  # type: ignore[attr-defined]
    claims = rows.with_parts(Claim.objects.filter(pk__in={item.claim_id for item in items})).in_bulk()
    language = get_language() or ""
    return [
        Changed(
            item=item,
            newer=newer[item.newer],  # type: ignore[attr-defined]
            statement=rows.statement_of(claims[item.claim_id], language),
            may_cite=may_edit and not _closed(item.claim),
        )
        for item in items
    ]
