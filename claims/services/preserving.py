"""Preserving: the files that keep what a source said, uploaded or fetched, and the news that a source has changed.

A file is written before its row: a row without its file would be a lie, a file without a row harms nobody and
``manage.py verify_snapshots`` names it. It lies under the hash of its bytes, so the same bytes lie there once.
"""

import hashlib
import json
import logging
import re
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass
from pathlib import PurePosixPath
from typing import Any
from urllib.parse import unquote, urlsplit
from uuid import UUID

from django.conf import settings
from django.contrib.auth.models import User
from django.core.files.base import ContentFile, File
from django.core.files.storage import default_storage
from django.db import DatabaseError, models, transaction
from django.db.models.fields.json import KeyTextTransform
from django.utils.translation import gettext as _
from django_tasks import task

from claims.errors import Refused, Unreadable
from claims.language import canonical, files
from claims.language.addresses import comparable
from claims.language.files import FileKind
from claims.models import Claim, Evidence, Fetch, Snapshot, Source
from claims.models.evidence import snapshot_path
from claims.rules import transitions
from claims.services import editing, fetches, fetching, ledger
from claims.vocabulary import Action, FetchState, Origin, Status, gettext_noop

FOLDER = "snapshots"
"""Where all files lie in the storage; see ``models.evidence.snapshot_path``."""

PAGE = "page"
"""In ``Snapshot.response``: of which page it is a copy, as ``comparable`` writes its address."""

FETCHED_KINDS = fetching.KINDS | {*(kind.value for kind in FileKind), "application/octet-stream", "binary/octet-stream"}
"""Media types that are fetched as the copy of a page; what the bytes are is seen when they are there."""

PROBLEMS: Mapping[str, str] = {
    "login": gettext_noop("The address holds a user name or a password. Take it out."),
    "port": gettext_noop("The address names a port on which no public page is expected. Save the page and upload it."),
    "no_answer": gettext_noop("The server does not answer. Try again later, or save the page and upload it."),
    "certificate": gettext_noop(
        "The server cannot prove that it is the right one: its certificate is not valid. "
        "Save the page in your browser and upload it if you trust it."
    ),
    "slow": gettext_noop("The page took too long to come. Try again later, or save it and upload it."),
    "broken": gettext_noop("The connection broke off. Try again later, or save the page and upload it."),
    "size": gettext_noop("The page is larger than the files that are kept here. Save it as a PDF and upload that."),
    "circle": gettext_noop("The address leads in a circle. Open it in your browser, save the page and upload it."),
    "redirects": gettext_noop(
        "The address leads on to ever more addresses. Open it in your browser, save the page and upload it."
    ),
    "kind": gettext_noop("At this address is a file of a kind that is not kept. Hand in a PDF or a screenshot."),
    "packed": gettext_noop("The page is compressed in a way that is not read here. Save it and upload it."),
    "refused": gettext_noop(
        "The server does not hand the page out, as with pages behind a login or a payment. "
        "Open it in your browser, save it and upload it."
    ),
    "too_often": gettext_noop("The server is asked too often at the moment. Try again later, or upload the page."),
    "fault": gettext_noop("The server reports a fault of its own. Try again later."),
    "status": gettext_noop("The server answers, but not with a page. Save it in your browser and upload it."),
    "nothing": gettext_noop("The page is empty. Open it in your browser, save it and upload it."),
    "internal": gettext_noop("Something went wrong here while the page was kept. Try again, or upload the page."),
}
"""What to do where a page could not be kept, by the code of the problem, where others' words speak of an article."""

_log = logging.getLogger(__name__)
_CHUNK = 1 << 16
_UNSEEN = re.compile(r"[\x00-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]")
"""What a file's name must not hold: it cannot be seen, and it can make a name read as another one."""


@dataclass(frozen=True)
class _Read:
    """A file whose bytes were looked at: all that its row says of it, and the bytes."""

    raw: bytes
    columns: Mapping[str, Any]

    @property
    def sha256(self) -> str:
        return str(self.columns["sha256"])


# Keeping a file


@ledger.service
def preserve_upload(
    *,
    actor: User,
    source_id: int,
    file: "bytes | File[bytes]",
    name: str,
    content_type: str = "",
    url: str = "",
    evidence: Evidence | None = None,
) -> Snapshot:
    """Keeps a file that preserves a source; the very same bytes again give the snapshot that is there.

    ``url`` is the page that it is a copy of, ``evidence`` the item that cites it from now on. Raises ``Refused`` for
    what is too large (``SNAPSHOT_MAX_BYTES``) or no kind of file that is kept, and what editing the claim raises.
    Reading a PDF takes its time, so never call it inside a transaction.
    """
    ledger.permit(Action.PRESERVE, actor)
    try:
        read = _read(_bytes_of(file), name=name, content_type=content_type)
    except files.UnfitFile as problem:
        words = files.sentence(files.PROBLEMS[problem.code], problem.values, translate=_)
        raise Refused(words, field="file") from problem
    _store(read)
    response = {PAGE: comparable(url)} if url.strip() else {}
    origin = {"origin": Origin.UPLOADED.value, "url": url.strip(), "response": response}
    return _keep(read, actor=actor, source_id=source_id, origin=origin, evidence=evidence)


def _bytes_of(file: "bytes | File[bytes]") -> bytes:
    """All bytes, unless there are too many; those are not read to their end, whatever the file says of its size."""
    limit = settings.SNAPSHOT_MAX_BYTES
    if isinstance(file, bytes):
        ledger.require(len(file) <= limit, _too_large(limit), field="file")
        return file
    ledger.require((file.size or 0) <= limit, _too_large(limit), field="file")
    raw = bytearray()
    for chunk in file.chunks(_CHUNK):  # begins at the file's start
        raw += chunk
        ledger.require(len(raw) <= limit, _too_large(limit), field="file")
    return bytes(raw)


def _too_large(limit: int) -> str:
    return _("The file is larger than %(limit)s MB. Hand in the part that matters, or a smaller copy.") % {
        "limit": max(1, limit // 1_000_000)
    }


def _read(raw: bytes, *, name: str, content_type: str, url: str = "") -> _Read:
    """What a file is and says; raises ``UnfitFile`` where it is none that is kept."""
    name = _UNSEEN.sub("", name.replace("\\", "/").rpartition("/")[2]).strip()
    kind = files.kind_of(raw, name=name, content_type=content_type)
    found = files.text_of(raw, kind, content_type=content_type)
    return _Read(
        raw,
        {
            "sha256": hashlib.sha256(raw).hexdigest(),
            "size": len(raw),
            "media_type": kind.value,
            "name": _short(name),
            "text": found.text,
            "text_gap": canonical.text(asdict(found.gap)) if found.gap else "",
            "text_sha256": canonical.digest(found.text) if found.text else "",
            "about": _stated(raw, content_type, url) if kind is FileKind.HTML else {},
        },
    )


def _short(name: str, most: int = 255) -> str:
    """A name that fits its column, with its ending."""
    ending = PurePosixPath(name).suffix if len(PurePosixPath(name).suffix) <= 10 else ""
    return name if len(name) <= most else name[: most - len(ending)] + ending


def _stated(raw: bytes, content_type: str, url: str) -> dict[str, str]:
    """What a page says of itself; nothing where it cannot be read."""
    try:
        page = files.page_facts(raw, content_type=content_type, url=url)
    except Unreadable:
        return {}
    stated = {
        "title": page.title,
        "site": page.site,
        "published": page.published_on.isoformat() if page.published_on else "",
        "language": page.language,
    }
    return {name: canonical.clean(value)[:500] for name, value in stated.items() if value}


def _keep(
    read: _Read, *, actor: User, source_id: int, origin: Mapping[str, Any], evidence: Evidence | None = None
) -> Snapshot:
    """The row of a file that lies in the storage, with its entry; and has an item cite it."""
    change_set = ledger.new_change_set()
    with transaction.atomic():
        ledger.require(Source.objects.filter(pk=source_id).exists(), _("There is no such source."))
        with ledger.change(Source, source_id, action=Action.PRESERVE, actor=actor, change_set=change_set) as work:
            snapshot = work.aggregate.snapshots.filter(sha256=read.sha256).first()
            if snapshot is None:
                snapshot = _row(work, read, origin, actor)
        if evidence is not None and evidence.snapshot_id != snapshot.pk:
            _cite(evidence, snapshot, actor, change_set)
    return snapshot


def _row(work: ledger.Change[Source], read: _Read, origin: Mapping[str, Any], actor: User) -> Snapshot:
    snapshot = Snapshot(source=work.aggregate, taken_by=actor, **read.columns, **origin)
    snapshot.file.name = snapshot_path(snapshot, "")
    work.add(snapshot, "")
    work.note(snapshot=snapshot.uuid, **committed(snapshot))
    return snapshot


def committed(snapshot: Snapshot) -> dict[str, Any]:
    """What the entry of a snapshot says of it; ``verification`` compares its row with that."""
    names = ("sha256", "media_type", "size", "name", "url", "origin")
    return {name: getattr(snapshot, name) for name in names}


def _cite(evidence: Evidence, snapshot: Snapshot, actor: User, change_set: UUID) -> None:
    with ledger.change(Claim, evidence.claim_id, action=Action.EDIT, actor=actor, change_set=change_set) as work:
        editing.apply_edits(work, {f"evidence.{evidence.key}.snapshot": snapshot})
        if work.fields:
            transitions.check_editable(Status(work.aggregate.status))


def _store(read: _Read) -> None:
    """Sees to it that the bytes lie under their hash; what lies there already and is whole is left alone."""
    path = snapshot_path(Snapshot(sha256=read.sha256), "")
    try:
        if _lies_whole(path, read):
            return
        saved = default_storage.save(path, ContentFile(read.raw))
        if saved != path:  # a storage that keeps the older one of two files of one name
            default_storage.delete(saved)
    except OSError as problem:
        _log.exception("A file could not be stored.")
        raise Refused(_("The file could not be stored. Nothing was saved; try again in a moment."), field="file") from (
            problem
        )


def _lies_whole(path: str, read: _Read) -> bool:
    if not default_storage.exists(path) or default_storage.size(path) != len(read.raw):
        return False
    return hash_of(path) == read.sha256


def hash_of(path: str) -> str:
    """The SHA-256 of a file in the storage; raises ``OSError`` where it cannot be read."""
    digest = hashlib.sha256()
    with default_storage.open(path) as file:
        for chunk in file.chunks(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def gap_of(snapshot: Snapshot) -> files.Gap | None:
    """What of its text could not be read; None where the text is whole."""
    if not snapshot.text_gap:
        return None
    kept = json.loads(snapshot.text_gap)
    return files.Gap(kept["code"], kept["values"])


@ledger.service
def release(*, actor: User, snapshot_id: int, publishable: bool) -> Snapshot:
    """Says whether a file may be shown to the public; that it has the rights to is what the editor vouches for."""
    snapshot = Snapshot.objects.filter(pk=snapshot_id).first()
    if snapshot is None:
        raise Refused(_("There is no such file."))
    with ledger.change(Source, snapshot.source_id, action=Action.RELEASE, actor=actor) as work:
        snapshot.refresh_from_db()
        path = f"snapshots.{snapshot.uuid}."
        work.put(snapshot, path, publishable=publishable)
        if work.fields:
            work.note(released=snapshot.uuid)
    return snapshot


# Keeping a page


@ledger.service
def request_snapshot(*, actor: User, source_id: int, url: str = "") -> Fetch:
    """The wish to keep the page at ``url`` (by default the source's own) as a file of the source.

    It is fetched in the background; asked for twice at once, it is fetched once. Raises ``Unfetchable``.
    """
    ledger.permit(Action.PRESERVE, actor)
    source = Source.objects.filter(pk=source_id).first()
    if source is None:
        raise Refused(_("There is no such source."))
    wanted = url.strip() or source.url
    ledger.require(wanted, _("Give the address of the page that is to be kept."), field="url")
    return fetches.ask(_errand(), Fetch(url=fetching.normalise(wanted), source=source, asked_by=actor))


@ledger.service
def retry_snapshot(*, actor: User, fetch_id: UUID) -> Fetch:
    """Fetches once more what failed, or what nobody works on any more; a fetch under way or done stays as it is."""
    ledger.permit(Action.PRESERVE, actor)
    return fetches.retry(_errand(), actor, fetch_id)


@task
def snapshot_in_background(fetch_id: str) -> None:
    """The background task of ``request_snapshot``; the fetch's id is its key."""
    run_snapshot(UUID(fetch_id))


def run_snapshot(fetch_id: UUID) -> None:
    """Fetches a page that waits for it and keeps it; see ``fetches.run``."""
    fetches.run(_errand(), fetch_id)


def _errand() -> fetches.Errand:
    return fetches.Errand(
        action=Action.PRESERVE,
        enqueue=snapshot_in_background.enqueue,
        take=_take,
        for_source=True,
        limits={"kinds": FETCHED_KINDS, "most": settings.SNAPSHOT_MAX_BYTES},
        words=PROBLEMS,
    )


def _take(fetch: Fetch, fetched: fetching.Fetched) -> None:
    name = unquote(PurePosixPath(urlsplit(fetched.url).path).name)
    read = _read(fetched.body, name=name, content_type=fetched.content_type, url=fetched.url)
    response = canonical.plain({**fetched.record(), PAGE: comparable(fetched.asked)})
    origin = {"origin": Origin.FETCHED.value, "url": fetched.url, "response": response}
    _store(read)
    with transaction.atomic():
        known = Snapshot.objects.filter(source=fetch.source_id, sha256=read.sha256).exists()
        snapshot = _keep(read, actor=fetch.asked_by, source_id=fetch.source_id or 0, origin=origin)
        result = {**fetches.hops_of(fetched.hops), "outcome": "known" if known else "kept"}
        fetches.end(fetch, state=FetchState.DONE.value, snapshot=snapshot, about={}, result=result)


# Sources that have changed


def stale() -> "models.QuerySet[Evidence]":
    """The items that cite a file of which the same source has a newer one, of the same page, with another text.

    Each has ``newer``, the key of the newest such file. Items that were taken out, and claims that are not checked, do
    not count.
    """
    page = KeyTextTransform(PAGE, "response")
    newer = (
        Snapshot.objects.annotate(page=page)
        .filter(
            source=models.OuterRef("snapshot__source"),
            page=models.OuterRef("cited_page"),
            pk__gt=models.OuterRef("snapshot"),
        )
        .exclude(text_sha256="")
        .order_by("-pk")
    )
    return (
        Evidence.objects.standing()
        .filter(snapshot__isnull=False)
        .exclude(snapshot__text_sha256="")
        .exclude(claim__status=Status.DECLINED.value)
        .annotate(cited_page=KeyTextTransform(PAGE, "snapshot__response"))
        .annotate(
            newer=models.Subquery(newer.values("pk")[:1]), newer_text=models.Subquery(newer.values("text_sha256")[:1])
        )
        .filter(newer__isnull=False)
        .exclude(newer_text=models.F("snapshot__text_sha256"))
    )


# Whether the files are whole


@dataclass(frozen=True)
class Flaw:
    """A file that is not as it should be: ``problem`` is missing, altered, orphaned or unreadable."""

    path: str
    problem: str

    def __str__(self) -> str:
        return f"{self.path}: {self.problem}"


def flaws() -> Iterator[Flaw]:
    """Reads every file: those that are missing, those that hold other bytes, and those that belong to nothing."""
    lying = set(_lying(FOLDER))
    hashes: dict[str, str] = {}
    for key in Snapshot.objects.order_by("pk").values_list("pk", flat=True).iterator():
        try:
            path, sha256 = Snapshot.objects.values_list("file", "sha256").get(pk=key)
        except DatabaseError:  # bytes that are no UTF-8, which SQLite keeps and Django does not read
            yield Flaw(f"file no. {key}", "unreadable in the database")
            continue
        if path not in hashes:
            hashes[path] = _hash_or_nothing(path)
            if not hashes[path]:
                yield Flaw(path, "missing")
        if hashes[path] and hashes[path] != sha256:
            yield Flaw(path, "altered")
    yield from (Flaw(path, "orphaned") for path in sorted(lying - hashes.keys()))


def _hash_or_nothing(path: str) -> str:
    try:
        return hash_of(path)
    except OSError:
        return ""


def _lying(folder: str) -> Iterator[str]:
    """Every file below a folder of the storage."""
    try:
        folders, names = default_storage.listdir(folder)
    except FileNotFoundError:
        return
    yield from (f"{folder}/{name}" for name in names)
    for below in folders:
        yield from _lying(f"{folder}/{below}")
