"""Ordered erasure: a text leaves live rows, side rows, rendered pages and search, and the ledger says that it did.

``pseudonymise`` takes the name from a person who has left; they stay the actor of what they did.

What is masked keeps its length, so that every position in an article stays right. Immutable rows are not touched:
they hold salted hashes only, and their side rows are emptied with an entry that names each of them.
"""

import hashlib
import html
import json
import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast
from uuid import UUID

from django.contrib.auth import SESSION_KEY
from django.contrib.auth.models import User
from django.contrib.sessions.models import Session
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.db import models, transaction
from django.db.models.functions import StrIndex
from django.db.models.lookups import GreaterThan
from django.utils import timezone
from django.utils.translation import gettext as _

from claims import composition
from claims.language import anchoring, canonical
from claims.language.files import ERASED, FileKind
from claims.models import (
    AGGREGATES,
    Aggregate,
    Approval,
    Article,
    ArticleVersion,
    Asked,
    Calculation,
    Capture,
    Claim,
    ClaimText,
    ConflictOfInterest,
    Draft,
    Evidence,
    Exclusion,
    Fetch,
    LedgerChange,
    LedgerEntry,
    Member,
    Outlet,
    PublicationContent,
    PublicationNames,
    Quantity,
    Quotation,
    Rating,
    RatingScale,
    Reply,
    ReplyRequest,
    Review,
    SentenceSetAside,
    Snapshot,
    Source,
    Speaker,
    Suggestion,
    Verdict,
    VerdictText,
    Withholding,
)
from claims.models.evidence import snapshot_path
from claims.models.publications import SideRow
from claims.services import intake, ledger, people, publication
from claims.vocabulary import Action, Role, Status

MASK = "█"

_PATHS: dict[type[Aggregate], dict[type[models.Model], str]] = {
    Speaker: {Speaker: "pk"},
    Outlet: {Outlet: "pk"},
    Source: {Source: "pk", Snapshot: "source_id"},
    RatingScale: {RatingScale: "pk", Rating: "scale_id"},
    ReplyRequest: {ReplyRequest: "pk", Reply: "request_id"},
    Member: {ConflictOfInterest: "member_id"},
    Article: {
        Article: "pk",
        ArticleVersion: "article_id",
        Capture: "version__article_id",
        SentenceSetAside: "article_id",
        Exclusion: "article_id",
    },
    Claim: {
        Claim: "pk",
        ClaimText: "claim_id",
        Quotation: "claim_id",
        Quantity: "claim_id",
        Evidence: "claim_id",
        Calculation: "claim_id",
        Asked: "claim_id",
        Verdict: "claim_id",
        VerdictText: "verdict__claim_id",
        Review: "claim_id",
        Suggestion: "claim_id",
        Withholding: "check_page__claim_id",
    },
}
"""Each aggregate's live rows that hold words, with the way from the row to the aggregate's key."""

_SHARED: tuple[type[Aggregate], ...] = (Speaker, Outlet, Source, RatingScale, ReplyRequest, Member, Article)
"""What is masked before the claims, since claims are made of it."""

_KEPT = {
    *("content_hash", "sha256", "text_sha256", "link_hash", "media_type", "status", "state", "kind", "kinds"),
    "text_gap",
    *("code", "path", "language", "content_type", "published", "date", "analyser", "sentence"),
}
"""Columns of codes, dates and hashes, which hold nobody's words."""


@ledger.service
def erase(*, actor: User, text: str, reason: str) -> list[LedgerEntry]:
    """Erases ``text`` from everything the desk holds; returns the entries, one for each aggregate it stood in.

    Only the head of desk may. An approved claim goes to the second read; a published version whose content held the
    text answers 410 from then on, until a version without it is approved and published. Raises ``Refused`` when the
    text is too short to be meant, or stands nowhere.
    """
    text = canonical.clean(text).strip()
    ledger.permit(Action.ERASE, actor)
    ledger.require(len(text) >= 3, _("Give at least three characters of what is to be erased."), field="text")
    ledger.require(reason.strip(), _("Give the reason for the erasure."), field="reason")
    ledger.require(text.casefold() not in reason.casefold(), _("The reason must not repeat the text."), field="reason")
    order = _Order(text=text, reason=reason.strip(), actor=actor, change_set=ledger.new_change_set())
    with transaction.atomic():
        shared = {model: sorted(_holders(model, text)) for model in _SHARED}
        spoiled = _spoiled(shared, text)
        renamed = {check.claim_id for check in publication.telling_slugs(text)}
        claims = sorted(_holders(Claim, text) | set(spoiled) | renamed)
        entries = [_erase_in(model, key, order) for model, keys in shared.items() for key in keys]
        entries += [_erase_in(Claim, key, order, spoiled.get(key, frozenset())) for key in claims]
        found = _mask_outside_of_aggregates(text)
        ledger.require(entries or found, _("This text stands nowhere."), field="text")
    return entries


@dataclass(frozen=True)
class _Order:
    """What is to be erased, why, and by whom; all entries of it share the change set."""

    text: str
    reason: str
    actor: User
    change_set: UUID


def _spoiled(shared: Mapping[type[Aggregate], list[int]], text: str) -> dict[int, frozenset[str]]:
    """Claims whose content, or an approved earlier one, holds the text -> the approved hashes that tell of it.

    A content's hash has no salt: whoever knows the rest could try names until it fits. Asked before anything is
    masked, since a claim's content is made of shared records too.
    """
    needle = _in_json(text)
    named = _naming(shared)
    made_of = (
        models.Q(pk__in=named)
        | models.Q(quotations__version__article__in=shared[Article])
        | models.Q(verdict__rating__scale__in=shared[RatingScale])
        | models.Q(pk__in=_holders(Claim, text))
    )
    spoiled = {}
    for claim in Claim.objects.filter(made_of, approvals__isnull=False).distinct().order_by("pk"):
        content = canonical.text(composition.compose(claim))
        frozen = PublicationContent.objects.filter(publication__check_page__claim=claim).exclude(text="")
        sound = {canonical.digest(row.text) for row in frozen if needle not in row.text}
        if needle not in content:
            sound.add(canonical.digest(content))
        written = claim.ledger.filter(_holds("change__text", needle), authored=True)
        told = named.get(claim.pk) or needle in content or written.exists()
        if told or any(needle in row.text for row in frozen):
            spoiled[claim.pk] = frozenset(claim.approvals.values_list("content_hash", flat=True)) - sound
    return spoiled


def _naming(shared: Mapping[type[Aggregate], list[int]]) -> dict[int, bool]:
    """Claims that rest on one of these speakers or outlets, itself or through a merge -> whether it was merged since.

    Then the content no longer holds the name, and the approvals of before still do. So it may be with whom a claim's
    request names: a reply may be in the content, or have been.
    """
    ways = (
        ("speaker", Speaker),
        ("quotations__voices__speaker", Speaker),
        ("quotations__version__article__outlet", Outlet),
    )
    asked = Asked.objects.filter(request__in=shared[ReplyRequest])
    found = dict.fromkeys(asked.values_list("claim_id", flat=True), True)
    for way, model in ways:
        resting = models.Q(**{f"{way}__in": shared[model]}) | models.Q(**{f"{way}__merged_into__in": shared[model]})
        rows = Claim.objects.filter(resting).values_list("pk", way, f"{way}__merged_into")
        for key, record, merged_into in rows:
            found[key] = found.get(key, False) or bool(merged_into and record in shared[model])
    return found


def _holders(model: type[Aggregate], text: str) -> set[int]:
    """The keys of the aggregates in whose live rows or side rows the text stands."""
    holders: set[int] = set()
    for row_model, way in _PATHS[model].items():
        condition = _holding(row_model, text)
        if condition is not None:
            holders.update(row_model._base_manager.filter(condition).values_list(way, flat=True))
    holders.discard(None)  # a copy that gave no text belongs to no article
    name = next(name for name, aggregate in AGGREGATES.items() if aggregate is model)
    changes = LedgerChange.objects.filter(_holds("text", _in_json(text)), **{f"entry__{name}__isnull": False})
    holders.update(changes.values_list(f"entry__{name}_id", flat=True))
    if model is Claim:
        for side in (PublicationContent, PublicationNames):
            rows = side.objects.filter(_holds("text", _in_json(text)))
            holders.update(rows.values_list("publication__check_page__claim_id", flat=True))
    return holders


def _word_fields(model: type[models.Model]) -> "list[models.Field[Any, Any]]":
    """The columns that hold people's words: texts, and lists or mappings of them."""
    kinds = (models.CharField, models.TextField, models.JSONField)
    fields = [field for field in model._meta.concrete_fields if isinstance(field, kinds)]
    return [field for field in fields if field.name not in _KEPT and not field.choices]


def _holding(model: type[models.Model], text: str, within: models.Q | None = None) -> models.Q | None:
    """The rows that hold the text; ``within`` spares looking into the files of others."""
    condition = models.Q()
    for field in _word_fields(model):
        if isinstance(field, models.JSONField):
            condition |= models.Q(pk__in=_json_holders(model, field.name, text))
        else:
            condition |= _holds(field.name, text)
    if model is Capture:
        condition |= models.Q(pk__in=_raw_holders(text)) | _holds("version__text", text)
    if model is Snapshot:
        condition |= models.Q(pk__in=_file_holders(text, within or models.Q()))
    if model is Quotation:
        condition |= models.Q(pk__in=_cutting_quotations(text))
    return condition or None


def _cutting_quotations(text: str) -> list[int]:
    """Quotations whose words or context begin or end inside the text, so that they hold a piece of it."""
    return [
        quotation.pk
        for quotation in Quotation.objects.filter(_holds("version__text", text)).select_related("version")
        if _selector(quotation, _masked(quotation.version.text, text)) != _selector(quotation, quotation.version.text)
    ]


def _selector(quotation: Quotation, text: str) -> anchoring.Selector:
    return anchoring.describe(text, quotation.start, quotation.end)


def _holds(column: str, text: str) -> models.Q:
    """That very spelling; SQLite's LIKE, which ``contains`` is made of, knows no upper and lower case."""
    return models.Q(GreaterThan(StrIndex(column, models.Value(text)), 0))


def _json_holders(model: type[models.Model], name: str, text: str) -> list[int]:
    """JSON columns escape what is not ASCII on SQLite, so they are compared as values."""
    filled = model._base_manager.exclude(**{name: []}).exclude(**{name: {}})
    return [key for key, value in filled.values_list("pk", name) if _occurs(value, text)]


def _raw_holders(text: str) -> list[int]:
    needle = text.encode()
    return [key for key, raw in Capture.objects.values_list("pk", "raw") if needle in bytes(raw)]


def _file_holders(text: str, within: models.Q) -> list[int]:
    """The snapshots in whose files the text stands; one that cannot be read holds nothing that could be handed out."""
    return [row.pk for row in Snapshot.objects.filter(within).defer("text") if _stands_in_file(row, text)]


def _stands_in_file(snapshot: Snapshot, text: str) -> bool:
    """Whether the bytes hold the text, in an encoding that files have, or what a browser would make of them."""
    try:
        with default_storage.open(str(snapshot.file)) as file:
            raw: bytes = file.read()
    except OSError:
        return False
    if any(text.encode(encoding, errors="ignore") in raw for encoding in _ENCODINGS if _fits(text, encoding)):
        return True
    if not snapshot.media_type.startswith("text/") and snapshot.media_type != FileKind.SVG:
        return False
    shown = unicodedata.normalize("NFC", html.unescape(raw.decode(errors="replace")))
    return text in shown or json.dumps(text)[1:-1] in shown


_ENCODINGS = ("utf-8", "utf-16-le", "utf-16-be", "cp1252")


def _fits(text: str, encoding: str) -> bool:
    try:
        text.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def _occurs(value: Any, text: str) -> bool:
    if isinstance(value, str):
        return text in value
    if isinstance(value, dict):
        return any(_occurs(item, text) for item in value.values())
    return isinstance(value, list) and any(_occurs(item, text) for item in value)


def _masked(value: Any, text: str) -> Any:
    if isinstance(value, str):
        return value.replace(text, MASK * len(text))
    if isinstance(value, dict):
        return {key: _masked(item, text) for key, item in value.items()}
    return [_masked(item, text) for item in value] if isinstance(value, list) else value


def _in_json(text: str) -> str:
    """``text`` as it stands inside canonical text."""
    return json.dumps(text, ensure_ascii=False)[1:-1]


def _erase_in(model: type[Aggregate], key: int, order: _Order, approved: frozenset[str] = frozenset()) -> LedgerEntry:
    """Erases in one aggregate; ``approved`` are the hashes of a claim's contents that held the text."""
    with ledger.change(model, key, action=Action.ERASE, actor=order.actor, change_set=order.change_set) as work:
        hashes = _guessable(work.aggregate, order.text) | approved
        _rename_sentences(work.aggregate, order.text)
        masked = [name for row_model, way in _PATHS[model].items() for name in _mask(work, row_model, way, order.text)]
        side_rows = list(_side_rows(work.aggregate, order.text, hashes))
        if isinstance(work.aggregate, Claim):
            _forget_approvals(cast("ledger.Change[Claim]", work), approved)
            old_slug = _rename_check(work.aggregate, order.text)
            if old_slug:
                masked.append("check.slug")
                side_rows += [row for row in _changes_telling(work.aggregate, old_slug) if row not in side_rows]
        work.note(reason=order.reason, masked=sorted(set(masked)), emptied=[_name(row) for row in side_rows])
    for row in side_rows:
        type(row)._base_manager.filter(pk=row.pk).update(text="", salt="", erased_by=work.entry)
    if isinstance(work.aggregate, Claim) and hasattr(work.aggregate, "check_page"):
        publication.rebuild_check(work.aggregate.check_page)
    return work.entry


def _rename_check(claim: Claim, text: str) -> str:
    """Where the address of the claim's page tells the text, it gets one that tells nothing; returns the old one."""
    check = next((check for check in publication.telling_slugs(text) if check.claim_id == claim.pk), None)
    if check is None:
        return ""
    old_slug = check.slug
    publication.rename(check)
    return old_slug


def _changes_telling(claim: Claim, slug: str) -> Iterable[SideRow]:
    return LedgerChange.objects.filter(_holds("text", slug), entry__claim=claim)


def _rename_sentences(aggregate: Aggregate, text: str) -> None:
    """Sentences that were set aside are known by a digest of their words: it becomes that of the masked ones."""
    if not isinstance(aggregate, Article):
        return
    for version in aggregate.versions.filter(_holds("text", text)):
        masked = _masked(version.text, text)
        for sentence in version.analysis:
            place = slice(sentence["start"], sentence["end"])
            if version.text[place] != masked[place]:
                _rename_sentence(aggregate, version.text[place], masked[place])


def _rename_sentence(article: Article, words: str, masked: str) -> None:
    """Two sentences may read the same once they are masked: then one row is for both."""
    known, there = intake.sentence_hash(words), intake.sentence_hash(masked)
    if article.set_aside.filter(sentence=there).exists():
        article.set_aside.filter(sentence=known).delete()
    else:
        article.set_aside.filter(sentence=known).update(sentence=there)


def _guessable(aggregate: Aggregate, text: str) -> frozenset[str]:
    """The unsalted hashes of what holds the text: a copy's bytes, a frozen content."""
    if isinstance(aggregate, Article):
        condition = _holding(Capture, text) or models.Q()
        copies = Capture.objects.filter(condition, version__article=aggregate)
        return frozenset(copies.values_list("sha256", flat=True))
    if isinstance(aggregate, Source):
        own = models.Q(source=aggregate)
        holding = _holding(Snapshot, text, own) or models.Q()
        return frozenset(Snapshot.objects.filter(own, holding).values_list("sha256", flat=True))
    if isinstance(aggregate, Claim):
        contents = PublicationContent.objects.filter(
            _holds("text", _in_json(text)), publication__check_page__claim=aggregate
        )
        return frozenset(canonical.digest(content.text) for content in contents)
    return frozenset()


def _mask(work: ledger.Change[Any], model: type[models.Model], way: str, text: str) -> Iterable[str]:
    """Masks the text in the rows of one kind; yields the names of the columns, never the words."""
    own = models.Q(**{way: work.aggregate.pk})
    condition = _holding(model, text, own)
    if condition is None:
        return
    rows = model._base_manager.filter(own)
    if model is Snapshot:
        emptied = [str(uuid) for uuid in rows.filter(condition).values_list("uuid", flat=True)]
        work.note(**({"snapshots": emptied} if emptied else {}))
    # The versions are masked by now, so every quotation is compared with its own.
    for row in rows if model is Quotation else rows.filter(condition):
        target = work.aggregate if isinstance(row, type(work.aggregate)) else row
        changed = _mask_row(target, text)
        work.touch(target, changed)
        yield from (f"{model._meta.model_name}.{name}" for name in changed)


def _mask_row(row: models.Model, text: str) -> list[str]:
    """Masks the text in one row, not saved yet; returns the columns that changed."""
    changed = []
    for field in _word_fields(type(row)):
        value = getattr(row, field.attname)
        masked = _masked(value, text)
        if masked != value:
            setattr(row, field.attname, masked)
            changed.append(field.attname)
    return changed + _follow(row, text)


def _mask_outside_of_aggregates(text: str) -> int:
    """Copies that gave no text, wishes to fetch a page and what people are typing: no ledger tells of them.

    Returns how many held the text.
    """
    rows = [
        *Capture.objects.filter(_holding(Capture, text) or models.Q(), version=None),
        *Fetch.objects.filter(_holding(Fetch, text) or models.Q()),
        *Draft.objects.filter(_holding(Draft, text) or models.Q()),
    ]
    for row in rows:
        row.save(update_fields=_mask_row(row, text))
    return len(rows)


def _follow(row: models.Model, text: str) -> list[str]:
    """What follows from a masked text: a copy's bytes, a version's hash, a quotation's words and context."""
    if isinstance(row, Capture):
        row.raw = _masked_bytes(bytes(row.raw), text)
        row.sha256 = canonical.digest(canonical.new_salt())
        return ["raw", "sha256"]
    if isinstance(row, Snapshot):
        return _empty_file(row)
    if isinstance(row, ArticleVersion):
        row.sha256 = canonical.digest(row.text)
        row.analysis = [_forgotten(sentence, row.text) for sentence in row.analysis]
        return ["sha256", "analysis"]
    if isinstance(row, Quotation):
        selector = _selector(row, row.version.text)
        changed = [name for name in ("exact", "prefix", "suffix") if getattr(row, name) != getattr(selector, name)]
        for name in changed:
            setattr(row, name, getattr(selector, name))
        return changed
    return []


def _empty_file(row: Snapshot) -> list[str]:
    """Another file in its place, which says nothing; the old one goes with the commit, unless it is kept elsewhere."""
    known_by, old = row.sha256, str(row.file)
    content = canonical.new_salt().encode()
    row.sha256, row.size, row.media_type = hashlib.sha256(content).hexdigest(), len(content), FileKind.TEXT.value
    row.text_sha256, row.text_gap = canonical.digest(row.text) if row.text else "", ERASED
    row.publishable = False
    row.file.name = default_storage.save(snapshot_path(row, ""), ContentFile(content))
    transaction.on_commit(lambda: _delete_file(old, known_by), robust=True)
    return ["sha256", "size", "media_type", "text_sha256", "text_gap", "publishable", "file"]


def _delete_file(path: str, sha256: str) -> None:
    if not Snapshot.objects.filter(sha256=sha256).exists():
        default_storage.delete(path)


def _forgotten(sentence: dict[str, Any], masked: str) -> dict[str, Any]:
    """A sentence's analysis without what was read out of the masked words, or out of a part of them."""

    def is_untouched(part: Any) -> bool:
        if not isinstance(part, dict):
            return True
        spans = [part, *(value for value in part.values() if isinstance(value, dict))]
        return not any(
            MASK in masked[span["start"] : span["end"]] for span in spans if "text" in span and "start" in span
        )

    def without_name(part: Any) -> Any:
        named = isinstance(part, dict) and part.get("resolved")
        return {**part, "resolved": ""} if named and part["resolved"] not in masked else part

    kept = {
        name: [without_name(part) for part in value if is_untouched(part)] if isinstance(value, list) else value
        for name, value in sentence.items()
    }
    return {**kept, "text": masked[sentence["start"] : sentence["end"]]}


def _masked_bytes(raw: bytes, text: str) -> bytes:
    """A copy without the text. Where another encoding or escapes hide it, nothing of the copy is kept."""
    masked = raw.replace(text.encode(), (MASK * len(text)).encode())
    shown = html.unescape(masked.decode(errors="replace"))
    hidden = masked == raw or text in unicodedata.normalize("NFC", shown) or json.dumps(text)[1:-1] in shown
    return MASK.encode() if hidden else masked


def _side_rows(aggregate: Aggregate, text: str, hashes: frozenset[str]) -> Iterable[SideRow]:
    """The side rows of ``aggregate`` that hold the text, or one of the hashes."""
    needle = _in_json(text)
    if isinstance(aggregate, Claim):
        for side in (PublicationContent, PublicationNames):
            yield from side.objects.filter(_holds("text", needle), publication__check_page__claim=aggregate)
    holding = _holds("text", needle)
    for digest in sorted(hashes):
        holding |= _holds("text", digest)
    name = ledger.aggregate_name(aggregate)
    yield from LedgerChange.objects.filter(holding, **{f"entry__{name}": aggregate.pk})


def _forget_approvals(work: ledger.Change[Claim], hashes: frozenset[str]) -> None:
    """Approvals of what held the text keep a random hash; what rested on them is read again."""
    claim = work.aggregate
    for approval in Approval.objects.filter(claim=claim, content_hash__in=hashes):
        approval.content_hash = canonical.digest(canonical.new_salt())
        approval.save(update_fields=["content_hash"])
    Review.objects.filter(claim=claim, content_hash__in=hashes).update(content_hash="")
    if claim.status == Status.APPROVED and not people.approvers(
        claim, composition.content_hash(composition.compose(claim))
    ):
        work.put(claim, status=Status.REVIEW.value, publish_at=None, reader=people.reader_again(claim))
        work.note(revised=True)


def _name(row: SideRow) -> str:
    """How an erasure entry names an emptied side row; ``verification`` accepts no other gap."""
    if isinstance(row, LedgerChange):
        return f"change:{row.entry.sequence}"
    kind = "content" if isinstance(row, PublicationContent) else "names"
    return f"{kind}:{row.publication.number}"  # type: ignore[attr-defined]


# People who have left


@ledger.service
def pseudonymise(*, actor: User, user: User, reason: str) -> LedgerEntry:
    """Takes name, login and role from a person; what they did stays theirs, under a number. Returns the entry.

    Their conflicts of interest end and their reasons are erased; what was assigned to them, or theirs to read, is free
    again. Names in published versions stay: they are for ``erase``. Only the head of desk may. Raises ``Refused`` for
    oneself, the system, whoever was pseudonymised already, the last head of desk, and a reason that names the person.
    """
    ledger.permit(Action.ERASE, actor)
    with transaction.atomic():
        people.lock(actor, user)
        # As they are now: two heads of desk may have meant each other at the same moment.
        actor, user = (User.objects.get(pk=one.pk) for one in (actor, user))
        ledger.permit(Action.ERASE, actor)
        _require_removable(actor, user)
        _require_unnamed(user, reason)
        change_set = ledger.new_change_set()
        entry = _erase_member(user, actor, reason.strip(), change_set)
        _free_claims(user, actor, change_set)
        _close_account(user)
    return entry


def _require_removable(actor: User, user: User) -> None:
    ledger.require(user.username != people.SYSTEM_USERNAME, _("The system is no person."))
    ledger.require(not people.is_former(user), _("The name of this person was taken away already."))
    ledger.require(actor.pk != user.pk, _("Nobody takes their own name away. Ask another head of desk."))
    if people.role_of(user) is Role.CHIEF:
        others = User.objects.filter(is_active=True).exclude(pk=user.pk).prefetch_related("groups")
        is_last = not any(people.role_of(other) is Role.CHIEF for other in others)
        ledger.require(not is_last, _("This is the last head of desk. Give somebody else the role first."))


def _require_unnamed(user: User, reason: str) -> None:
    """The reason stays in the ledger for ever, so it must not be what keeps the name."""
    ledger.require(reason.strip(), _("Give the reason."), field="reason")
    names = {user.username, user.first_name, user.last_name, user.email}
    said = [name for name in names if name and re.search(rf"(?<!\w){re.escape(name)}(?!\w)", reason, re.IGNORECASE)]
    ledger.require(not said, _("The reason must not repeat the person's name or login name."), field="reason")


def _erase_member(user: User, actor: User, reason: str, change_set: UUID) -> LedgerEntry:
    """Ends what was declared of the person, masks why, and empties the entries that told it."""
    member = Member.objects.filter(user=user).first()
    if member is None:
        born = Member(user=user)
        with ledger.creation(born, actor=actor, action=Action.ERASE, change_set=change_set) as work:
            work.note(reason=reason, masked=[], emptied=[])
        return work.entry
    with ledger.change(Member, member.pk, action=Action.ERASE, actor=actor, change_set=change_set) as work:
        work.put(work.aggregate, away_from=None, away_until=None)
        conflicts = list(work.aggregate.conflicts.order_by("pk"))
        for number, conflict in enumerate(conflicts, start=1):
            if conflict.ended_at is None:
                work.put(conflict, f"conflicts.{number}.", ended_at=timezone.now())
            conflict.reason = MASK * len(conflict.reason)
            work.touch(conflict, ["reason"])
        changes = LedgerChange.objects.filter(entry__member=member).exclude(text="").select_related("entry")
        emptied = [row for row in changes.order_by("entry__sequence") if _tells_a_reason(row)]
        masked = ["conflictofinterest.reason"] if conflicts else []
        work.note(reason=reason, masked=masked, emptied=[_name(row) for row in emptied])
    LedgerChange.objects.filter(pk__in=[row.pk for row in emptied]).update(text="", salt="", erased_by=work.entry)
    return work.entry


def _tells_a_reason(row: LedgerChange) -> bool:
    fields = json.loads(row.text)["fields"]
    return any(path.startswith("conflicts.") and path.endswith(".reason") for path in fields)


def _free_claims(user: User, actor: User, change_set: UUID) -> None:
    """What the person worked on, or was asked to read, waits for somebody else."""
    theirs = Claim.objects.filter(models.Q(assignee=user) | models.Q(reader=user)).order_by("pk")
    for key, assignee_id in list(theirs.values_list("pk", "assignee_id")):
        action = Action.ASSIGN if assignee_id == user.pk else Action.HAND_OVER
        with ledger.change(Claim, key, action=action, actor=actor, change_set=change_set) as work:
            claim = work.aggregate
            held = [name for name in ("assignee", "reader") if getattr(claim, f"{name}_id") == user.pk]
            work.put(claim, **dict.fromkeys(held))


def _close_account(user: User) -> None:
    """No name, no role, no way in, and nothing half typed; the row stays, since the ledger names its actors."""
    user.username = f"{people.FORMER}{user.pk}"
    user.first_name = user.last_name = user.email = ""
    user.is_active = user.is_staff = user.is_superuser = False
    user.last_login = None
    user.set_unusable_password()  # ends every session too
    taken = User.objects.filter(username=user.username).exclude(pk=user.pk).exists()
    ledger.require(not taken, _("Another account has the login name “%(name)s”.") % {"name": user.username})
    user.save()
    user.groups.clear()
    user.user_permissions.clear()
    Draft.objects.filter(by=user).delete()
    for session in Session.objects.filter(expire_date__gt=timezone.now()).iterator():
        if session.get_decoded().get(SESSION_KEY) == str(user.pk):
            session.delete()
