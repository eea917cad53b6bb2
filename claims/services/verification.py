"""Proof: recomputes every chain and every stored hash, and says where one breaks."""

import hashlib
import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.db import DatabaseError
from django.db.models import Model, QuerySet

from claims.language import canonical
from claims.models import (
    AGGREGATES,
    Aggregate,
    Article,
    Check,
    Claim,
    LedgerChange,
    LedgerEntry,
    Publication,
    Snapshot,
    Source,
)
from claims.models.publications import SideRow
from claims.services import history, ledger, preserving, publication
from claims.vocabulary import Action, PublicationKind

R = TypeVar("R", bound=Aggregate | Check)


@dataclass(frozen=True)
class Break:
    """A place where what is stored is not what was written, and what is wrong with it."""

    place: str
    problem: str

    def __str__(self) -> str:
        return f"{self.place}: {self.problem}"


def verify() -> Iterator[Break]:
    """Every break there is; nothing for a ledger that holds."""
    for name, model in AGGREGATES.items():
        yield from _each(name, model._base_manager.all(), partial(verify_chain, name))
    yield from _each("claim", Claim.objects.all(), verify_fields)
    yield from _each("article", Article.objects.all(), verify_article)
    preserved = Source.objects.filter(ledger__action=Action.PRESERVE.value)
    yield from _each("source", Source.objects.filter(pk__in=preserved.values("pk")), verify_source)
    for snapshot in Snapshot.objects.exclude(source__in=preserved.values("pk")).order_by("pk"):
        yield Break(f"file {snapshot.uuid}", "no entry tells that it was kept")
    yield from _each("check", Check.objects.select_related("claim"), verify_check)


def _each(name: str, rows: "QuerySet[R]", verified: Callable[[R], Iterator[Break]]) -> Iterator[Break]:
    """The breaks of each row. One that cannot be read as what it should be is a break itself, and stops nothing."""
    for key in rows.order_by("pk").values_list("pk", flat=True).iterator():
        place = f"{name} no. {key}"
        try:
            row = rows.get(pk=key)
            place = f"{name} {row if isinstance(row, Check) else row.uuid}"
            yield from verified(row)
        except _UNREADABLE as problem:
            yield Break(place, f"what the database holds of it cannot be read ({type(problem).__name__})")


_UNREADABLE = (DatabaseError, ObjectDoesNotExist, ValueError, TypeError, KeyError, AttributeError)
"""What comes of bytes that are no UTF-8, no time, no key: a disk or a hand may leave any."""


def verify_chain(name: str, aggregate: Aggregate) -> Iterator[Break]:
    """The chain of one aggregate: no gap, nothing beyond the revision, hashes of texts, texts of columns.

    Read entry by entry, so that a long chain takes no more memory than a short one.
    """
    place = f"{name} {aggregate.uuid}"
    previous, expected = "", 1
    entries = LedgerEntry.objects.filter(**{name: aggregate.pk}).select_related("change").order_by("sequence")
    emptied = _emptied(entries.filter(action=Action.ERASE.value))
    for entry in entries.iterator(chunk_size=100):
        here = f"{place}, entry {entry.sequence}"
        if entry.sequence != expected:
            yield Break(here, f"entry {expected} is missing")
        expected = entry.sequence + 1
        if entry.previous_hash != previous:
            yield Break(here, "it does not follow the entry before it")
        previous = entry.hash
        yield from _verify_entry(here, name, aggregate, entry, emptied)
    last, revision = expected - 1, aggregate.revision
    if last > revision:  # somebody may have saved since it was read: then the revision has risen as well
        revision = type(aggregate)._base_manager.values_list("revision", flat=True).get(pk=aggregate.pk)
    if last < aggregate.revision or last > revision:
        yield Break(place, f"its revision is {revision}, its last entry {last}")


def verify_fields(claim: Claim) -> Iterator[Break]:
    """The claim's rows hold what its entries tell. Where the chain itself is broken, that has been said already."""
    try:
        strays = history.strays(claim)
    except _UNREADABLE:
        return
    if strays and not any(verify_chain("claim", claim)) and strays == history.strays(Claim.objects.get(pk=claim.pk)):
        yield from (Break(f"claim {claim.uuid}", f"its {path} is not what its entries tell") for path in strays)


def _verify_entry(
    here: str, name: str, aggregate: Aggregate, entry: LedgerEntry, emptied: set[tuple[str, int]]
) -> Iterator[Break]:
    if canonical.digest(entry.text) != entry.hash:
        yield Break(here, "its hash is not that of its text")
    said = _loads(entry.text).get("change", "")
    columns = {field.attname: getattr(entry, field.attname) for field in LedgerEntry._meta.concrete_fields}
    if ledger.entry_text(name, aggregate.uuid, columns, said) != entry.text:
        yield Break(here, "its columns do not say what its text says")
    yield from _verify_side(here, "change", entry, said, f"change:{entry.sequence}", emptied)


def _loads(text: str) -> dict[str, Any]:
    try:
        loaded = json.loads(text)
    except ValueError:
        return {}
    return loaded if isinstance(loaded, dict) else {}


def _facts(entry: LedgerEntry) -> dict[str, Any]:
    """What an entry's change tells besides fields; nothing where the change was emptied, broken or lost."""
    change: LedgerChange | None = getattr(entry, "change", None)
    facts = _loads(change.text).get("facts") if change else None
    return facts if isinstance(facts, dict) else {}


def _emptied(entries: Iterable[LedgerEntry]) -> set[tuple[str, int]]:
    """(name of a side row, key of the erasure entry that names it), as the erasure entries of a chain say."""
    orders = (entry for entry in entries if entry.action == Action.ERASE)
    named = ((entry.pk, _facts(entry).get("emptied")) for entry in orders)
    return {(name, key) for key, names in named if isinstance(names, list) for name in names}


def _verify_side(
    here: str, what: str, owner: Model, commitment: str, name: str, emptied: set[tuple[str, int]]
) -> Iterator[Break]:
    row: SideRow | None = getattr(owner, what, None)
    if row is None:
        yield Break(here, f"its {what} is missing")
    elif row.text or row.salt:
        if canonical.commitment(row.salt, row.text) != commitment:
            yield Break(here, f"its {what} is not what was written")
    elif (name, row.erased_by_id) not in emptied:
        yield Break(here, f"its {what} was emptied, and no erasure names it")


def verify_article(article: Article) -> Iterator[Break]:
    """The texts and the bytes that were taken in: each hash the one of what is kept, unless an erasure masked it.

    Each copy is the one that an entry tells of; where an erasure masked one or emptied an entry, they are counted.
    """
    entries = list(article.ledger.select_related("change"))
    masked = any("capture.raw" in _facts(entry).get("masked", ()) for entry in entries if entry.action == Action.ERASE)
    facts = [_facts(entry) for entry in entries]
    told = [(str(one["capture"]), str(one.get("version"))) for one in facts if "capture" in one]
    emptied = any(not (hasattr(entry, "change") and entry.change.text) for entry in entries)
    versions = list(article.versions.prefetch_related("captures"))
    kept = [(copy.sha256, str(version.number)) for version in versions for copy in version.captures.all()]
    if len(kept) < len(told) or (len(kept) > len(told) and not emptied):
        yield Break(f"article {article.uuid}", f"it has {len(kept)} copies, its entries tell of {len(told)}")
    elif not masked and not emptied and sorted(kept) != sorted(told):
        yield Break(f"article {article.uuid}", "its copies are not those that its entries tell of")
    for version in versions:
        here = f"article {article.uuid}, version {version.number}"
        if canonical.digest(version.text) != version.sha256:
            yield Break(here, "its hash is not that of its text")
        for copy in version.captures.all():
            if not masked and hashlib.sha256(copy.raw).hexdigest() != copy.sha256:
                yield Break(here, "a copy's hash is not that of its bytes")


def verify_source(source: Source) -> Iterator[Break]:
    """The files that preserve a source: each row as its entry says, unless an erasure took the file's content.

    Whether the bytes in the storage are those of the rows is for ``preserving.flaws`` to say.
    """
    entries = list(source.ledger.select_related("change").order_by("sequence"))
    erased = {uuid for entry in entries for uuid in _erased_files(entry)}
    kept = {facts["snapshot"]: facts for entry in entries if "snapshot" in (facts := _facts(entry))}
    released = _released(entries)
    forgotten = {entry.action for entry in entries if not _facts(entry)}  # what an erasure emptied tells of no file
    rows = {str(row.uuid): row for row in source.snapshots.order_by("pk")}
    for uuid in kept.keys() - rows.keys():
        yield Break(f"source {source.uuid}", f"its file {uuid} is missing")
    for uuid, row in rows.items():
        here = f"source {source.uuid}, file {uuid}"
        if row.text_sha256 != (canonical.digest(row.text) if row.text else ""):
            yield Break(here, "its hash is not that of its text")
        if row.publishable != released.get(uuid, False) and Action.RELEASE not in forgotten:
            yield Break(here, "whether it may be published is not what its entries say")
        if uuid in erased:
            continue
        if uuid not in kept:
            if Action.PRESERVE not in forgotten:
                yield Break(here, "no entry tells that it was kept")
            continue
        said = {**preserving.committed(row), **kept[uuid]}
        yield from (
            Break(here, f"its {name} is not what its entry says")
            for name, value in preserving.committed(row).items()
            if said[name] != value
        )


def _erased_files(entry: LedgerEntry) -> Iterable[str]:
    """The files whose content an erasure took."""
    return _facts(entry).get("snapshots", ()) if entry.action == Action.ERASE else ()


def _released(entries: Iterable[LedgerEntry]) -> dict[str, bool]:
    """Of each file that was marked, or unmarked, as publishable, what was said last; an erasure unmarks."""
    found: dict[str, bool] = {}
    for entry in entries:
        change: LedgerChange | None = getattr(entry, "change", None)
        fields = _loads(change.text).get("fields", {}) if change and entry.action == Action.RELEASE else {}
        for path, values in fields.items():
            found[path.split(".")[1]] = values[1]
        found.update(dict.fromkeys(_erased_files(entry), False))
    return found


def verify_check(check: Check) -> Iterator[Break]:
    """The versions of one check: no gap, chained, each resting on its approvals; and the check's own row."""
    place = f"check {check.slug}"
    publications = list(check.publications.select_related("content", "names", "entry__change").order_by("number"))
    emptied = _emptied(check.claim.ledger.filter(action=Action.ERASE.value).select_related("change"))
    previous, since = "", 0
    for expected, version in enumerate(publications, start=1):
        here = f"{place}, version {version.number}"
        if version.number != expected:
            yield Break(here, f"version {expected} is missing")
        yield from _verify_publication(here, check, version, previous, emptied)
        yield from _verify_approved(here, version, since)
        previous = version.hash
        if version.kind != PublicationKind.RETRACTION:
            since = version.entry.sequence
    if len(publications) != check.publications.count():
        yield Break(place, "a version hangs on an entry that is not there")
    if not publications:
        yield Break(place, "it has no version")
        return
    if _facts(publications[0].entry).get("slug", check.slug) != check.slug:
        yield Break(place, "its slug is not the one that it was published under first")
    yield from _verify_row(place, check)


def _verify_row(place: str, check: Check) -> Iterator[Break]:
    try:
        columns = publication.check_columns(check)
    except (ObjectDoesNotExist, ValueError, KeyError, TypeError, AttributeError):
        yield Break(place, "its row cannot be compared, since its current version cannot be read")
        return
    for column, value in columns.items():
        if getattr(check, column) != value:
            yield Break(place, f"its {column} is not what its versions say")


def _verify_publication(
    here: str, check: Check, version: Publication, previous: str, emptied: set[tuple[str, int]]
) -> Iterator[Break]:
    if canonical.digest(version.envelope) != version.hash:
        yield Break(here, "its hash is not that of its envelope")
    said = _loads(version.envelope)
    columns = {
        "publication": str(version.uuid),
        "check": str(check.uuid),
        "claim": str(check.claim.uuid),
        "sequence": version.entry.sequence,
        "number": version.number,
        "kind": version.kind,
        "published_at": canonical.moment(version.published_at),
        "previous": previous,
    }
    yield from (
        Break(here, f"its {name} is not what its envelope says")
        for name, value in columns.items()
        if said.get(name) != value
    )
    for what in ("content", "names"):
        yield from _verify_side(here, what, version, said.get(what, ""), f"{what}:{version.number}", emptied)


def _verify_approved(here: str, version: Publication, since: int) -> Iterator[Break]:
    """What was published is what its ledger entry says was approved; a withdrawal rests on nobody's approval.

    ``since`` is the entry of the last publication before it that was no withdrawal: authors are counted from there.
    """
    content: SideRow | None = getattr(version, "content", None)
    facts = _facts(version.entry)
    if version.kind == PublicationKind.RETRACTION or content is None or not content.text or not facts:
        return
    digest = canonical.digest(content.text)
    if facts.get("content_hash") != digest:
        yield Break(here, "its content is not the one that was published by its ledger entry")
        return
    needed, found = facts.get("approvals_needed", 1), len(_approvers(version, digest, since))
    if found < needed:
        yield Break(here, f"{found} of {needed} approved its content")


def _approvers(version: Publication, digest: str, since: int) -> set[int]:
    """Who approved the content by their own row and by the ledger, and was no author of it."""
    claim = version.check_page.claim
    rows = set(claim.approvals.filter(content_hash=digest).values_list("by_id", flat=True))
    entries = claim.ledger.filter(sequence__lt=version.entry.sequence).select_related("change")
    said = {
        entry.actor_id
        for entry in entries.filter(action=Action.APPROVE.value)
        if not (facts := _facts(entry)) or facts.get("content_hash") == digest
    }
    authored = entries.filter(sequence__gt=since, authored=True).values_list("actor_id", "on_behalf_of_id")
    return (rows & said) - {author for pair in authored for author in pair if author is not None}
