"""Publication: freezing what was approved, new versions, withdrawing and taking offline.

The only writer of checks, publications and withholdings.
"""

import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils import timezone, translation
from django.utils.dateparse import parse_datetime
from django.utils.text import slugify
from django.utils.translation import gettext as _

from claims import composition
from claims.errors import ContentChanged, DomainError, GatesClosed, IllegalTransition, NotApproved, Refused
from claims.interchange import markup
from claims.language import canonical
from claims.models import (
    Approval,
    Check,
    Claim,
    LedgerEntry,
    Publication,
    PublicationContent,
    PublicationNames,
    Withholding,
    WithholdingScope,
)
from claims.rules import gates
from claims.services import ledger, people
from claims.vocabulary import Action, PublicationKind, Risk, Status, WithholdingReason

SLUG_LENGTH = 80
LATEST = timedelta(days=3653)
"""How far ahead a time of publication may lie; what lies further is a slip of the finger."""

_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})


@ledger.service
def schedule(*, claim_id: int, actor: User, publish_at: datetime | None, opened_at: int | None = None) -> Claim:
    """Sets when an approved claim is published, or None to take the time away; at that time all is asked again."""
    with ledger.change(Claim, claim_id, action=Action.SCHEDULE, actor=actor, opened_at=opened_at) as work:
        work.move()
        if publish_at is not None:
            now = timezone.now()
            ledger.require(publish_at > now, _("The time must lie ahead."), field="publish_at")
            ledger.require(
                publish_at < now + LATEST,
                _("The time lies more than ten years ahead. Look at the year."),
                field="publish_at",
            )
        work.write(work.aggregate, publish_at=publish_at)
    return work.aggregate


@ledger.service
def publish(*, claim_id: int, actor: User, content_hash: str = "", opened_at: int | None = None) -> Publication:
    """approved → published: freezes the approved content as the check's next version.

    ``content_hash`` is that of the content the form showed: publishing the same content twice (a double click) gives
    the one publication, and ``ContentChanged`` is raised where other content was approved meanwhile. Without a valid
    approval the claim goes back to the second read and ``NotApproved`` is raised.
    """
    with transaction.atomic():
        claim = ledger.locked(Claim, claim_id)
        ledger.permit(Action.PUBLISH, actor)
        done = _already_published(claim, content_hash)
        if done is not None:
            return done
        try:
            return _publish(claim_id, actor=actor, opened_at=opened_at, content_hash=content_hash)
        except NotApproved as error:
            refusal = error
            _revise(claim_id, _no_approval, on_behalf_of=actor)
    raise refusal


def _already_published(claim: Claim, content_hash: str) -> Publication | None:
    if claim.status != Status.PUBLISHED or not content_hash:
        return None
    current = claim.check_page.current
    return current if current and canonical.digest(current.content.text) == content_hash else None


def publish_due() -> dict[int, Publication | DomainError]:
    """Publishes every claim whose time has come; gates, rights and approvals are asked again.

    Claim -> its new version, or the refusal. What is refused goes back to the second read with the reason in its
    ledger, which ``unpublished`` tells the desk. Where the database is busy, the claim keeps its time.
    """
    due = Claim.objects.due_to_publish(timezone.now()).order_by("pk").values_list("pk", flat=True)
    return {claim_id: _at_its_time(claim_id) for claim_id in due}


def _at_its_time(claim_id: int) -> Publication | DomainError:
    """One claim alone: what it meets does not keep the others waiting."""
    try:
        return _publish_scheduled(claim_id)
    except DomainError as error:
        return error


@ledger.service
def _publish_scheduled(claim_id: int) -> Publication | DomainError:
    with transaction.atomic():
        claim = ledger.locked(Claim, claim_id)
        if claim.status != Status.APPROVED or claim.publish_at is None or claim.publish_at > timezone.now():
            return IllegalTransition(_("The claim is no longer waiting to be published."))
        scheduler = claim.ledger.filter(action=Action.SCHEDULE.value).latest("sequence").actor
        refusal = _refusal(claim, scheduler)
        if refusal is None:
            return _publish(claim_id, actor=people.system_user(), on_behalf_of=scheduler)
        _revise(claim_id, lambda: _in_sentences(_refusal(claim, scheduler)), on_behalf_of=scheduler)
    return refusal


def _refusal(claim: Claim, scheduler: User) -> GatesClosed | NotApproved | None:
    """Why the claim cannot be published for ``scheduler`` now; None where it can."""
    if not people.may_publish(scheduler):
        return NotApproved(_("Whoever set the time of publication is no longer an editor."))
    gaps = gates.approve_gaps(composition.gate_facts(claim, timezone.localdate()))
    if gaps:
        return GatesClosed(_("The claim could not be published at its time."), gaps)
    try:
        _approved_by(claim, composition.compose(claim))
    except NotApproved as error:
        return error
    return None


def _in_sentences(refusal: DomainError | None) -> str:
    return " ".join(getattr(refusal, "missing", None) or [str(refusal or "")])


def _revise(claim_id: int, say: Callable[[], str], *, on_behalf_of: User) -> None:
    """approved → review by the system, which found no valid approval when ``on_behalf_of`` wanted it published.

    ``say`` gives the reason in the language of the moment; it is kept in each, since the system has none of its own.
    """
    told = {}
    for language, _name in settings.LANGUAGES:
        with translation.override(language):
            told[language] = say()
    with ledger.change(
        Claim, claim_id, action=Action.REVISE, actor=people.system_user(), on_behalf_of=on_behalf_of
    ) as work:
        work.move()
        work.put(work.aggregate, reader=people.reader_again(work.aggregate))
        work.note(reason=told[settings.LANGUAGE_CODE], told=told)


# What did not come about, and is told to the desk


@dataclass(frozen=True)
class Unpublished:
    """A claim that was to be published and was not.

    ``reasons`` says why, by language; ``scheduled_for`` is the time it had, and ``at_its_time`` whether it had come.
    """

    entry: LedgerEntry
    reasons: Mapping[str, str]
    scheduled_for: datetime | None

    @property
    def at_its_time(self) -> bool:
        return self.scheduled_for is not None and self.scheduled_for <= self.entry.at

    @property
    def wanted_by(self) -> User:
        """Who set the time, or pressed the button."""
        return self.entry.on_behalf_of or self.entry.actor


_SETTLING = (
    *(Action.SUBMIT, Action.APPROVE, Action.SCHEDULE, Action.PUBLISH),
    *(Action.RETRACT, Action.DECLINE, Action.LINK),
)
"""After one of these nobody has to be told any more that the claim could not be published."""


def unpublished(claims: Iterable[Claim] | Iterable[int]) -> dict[int, Unpublished]:
    """Claim -> what has to be told of it, for those of ``claims`` that could not be published and wait since.

    It is told until somebody hands in, approves or publishes again, or takes note of it. One query.
    """
    noted = Q(action=Action.RESOLVE.value, change__text__contains='"unpublished":')
    revised = LedgerEntry.objects.filter(claim__in=claims, action=Action.REVISE.value)
    return {entry.claim_id: _unpublished(entry) for entry in _unsettled(revised, noted) if entry.claim_id}


def _unsettled(entries: QuerySet[LedgerEntry], noted: Q) -> QuerySet[LedgerEntry]:
    """Those of ``entries`` after which nothing has settled them, nor anybody ``noted`` them; the oldest first."""
    later = LedgerEntry.objects.filter(claim=OuterRef("claim"), sequence__gt=OuterRef("sequence"))
    settled = later.filter(noted | Q(action__in=[action.value for action in _SETTLING]))
    open_ones = entries.filter(~Exists(settled)).select_related("actor", "on_behalf_of", "change")
    return open_ones.order_by("sequence")


def _unpublished(entry: LedgerEntry) -> Unpublished:
    change = json.loads(entry.change.text) if entry.change.text else {"fields": {}, "facts": {}}
    facts = change["facts"]
    return Unpublished(
        entry=entry,
        reasons=facts.get("told") or {settings.LANGUAGE_CODE: facts.get("reason", "")},
        scheduled_for=_time_taken(change["fields"]),
    )


def _time_taken(fields: Mapping[str, Any]) -> datetime | None:
    """The time of publication that an entry took away."""
    before = fields.get("publish_at", [None])[0]
    return parse_datetime(before.replace("Z", "+00:00")) if before else None


def taken_off_schedule(claim: Claim) -> tuple[LedgerEntry, datetime] | None:
    """The edit that took the claim's time of publication away, and that time; None once that is settled."""
    edits = claim.ledger.filter(changed_content=True, change__text__contains='"revised":true')
    entry = _unsettled(edits, Q(pk__isnull=True)).last()
    moment = _time_taken(json.loads(entry.change.text)["fields"]) if entry else None
    return (entry, moment) if entry and moment else None


@ledger.service
def take_note(*, claim_id: int, actor: User) -> Claim:
    """Ends the telling that the claim could not be published; where nothing is told, nothing happens."""
    with ledger.change(Claim, claim_id, action=Action.RESOLVE, actor=actor) as work:
        told = unpublished([claim_id]).get(claim_id)
        if told is not None:
            work.note(unpublished=told.entry.sequence)
    return work.aggregate


def _publish(
    claim_id: int,
    *,
    actor: User,
    on_behalf_of: User | None = None,
    opened_at: int | None = None,
    content_hash: str = "",
) -> Publication:
    """Inside a transaction; everything of it is undone when ``NotApproved`` is raised."""
    with transaction.atomic():
        with ledger.change(
            Claim, claim_id, action=Action.PUBLISH, actor=actor, opened_at=opened_at, on_behalf_of=on_behalf_of
        ) as work:
            claim = work.aggregate
            work.move()
            content = composition.compose(claim)
            approved_by = _approved_by(claim, content)
            if content_hash and content_hash != composition.content_hash(content):
                raise ContentChanged(
                    _("Other content was approved since you opened the page. Look at it again before you publish."), []
                )
            names = names_on(claim, approved_by, publisher=on_behalf_of or actor)
            later = composition.is_later_version(claim)
            kind = PublicationKind(claim.verdict.change_kind) if later else PublicationKind.FIRST
            needed = gates.approvals_needed(Risk(claim.risk))
            work.note(content_hash=composition.content_hash(content), kind=kind, approvals_needed=needed)
            _clear_release(work)
            check = claim.check_page if later else _new_check(claim, content)
            if not later:
                # Not in the envelope, which nothing can empty: an address may hold a name that is erased one day.
                work.note(slug=check.slug)
        return _freeze(check, work.entry, kind=kind, content=content, names=names)


def names_on(claim: Claim, approved_by: Iterable[User], *, publisher: User) -> dict[str, Any]:
    """The names that stand on the next version: who wrote it, who read it, who publishes it."""
    return {
        "writers": [people.kept_name_of(author) for author in people.authors(claim)],
        "reviewers": [people.kept_name_of(reader) for reader in approved_by],
        "publisher": people.kept_name_of(publisher),
    }


def _no_approval() -> str:
    return _("The content is not what was approved, or an approval no longer holds. It goes back to the second read.")


def _approved_by(claim: Claim, content: composition.Content) -> list[User]:
    approved_by = people.approvers(claim, composition.content_hash(content))
    if len(approved_by) < gates.approvals_needed(Risk(claim.risk)):
        raise NotApproved(_no_approval())
    return approved_by


def approvals(claim: Claim, content_hash: str) -> list[tuple[Approval, bool]]:
    """Who approved something since the last version, in that order; and whether it counts for this content."""
    check: Check | None = getattr(claim, "check_page", None)
    counting = {user.pk for user in people.approvers(claim, content_hash)}
    rows = claim.approvals.select_related("by").order_by("pk")
    if check is not None:
        rows = rows.filter(Q(created_at__gt=check.last_published_at) | Q(content_hash=content_hash))
    return [(row, row.content_hash == content_hash and row.by_id in counting) for row in rows]


def _clear_release(work: ledger.Change[Claim]) -> None:
    """Kind and public note belong to the version that is going out; the next one starts without."""
    verdict = work.aggregate.verdict
    work.put(verdict, "verdict.", change_kind="")
    for text in verdict.texts.all():
        work.put(text, f"verdict.texts.{text.language}.", change_note="")


def _new_check(claim: Claim, content: composition.Content) -> Check:
    """Another claim that is published at the same moment may take the address; then the next one is free."""
    while True:
        slug = free_slug(content, claim)
        try:
            with transaction.atomic():
                return Check.objects.create(claim=claim, slug=slug)
        except IntegrityError:
            if not Check.objects.filter(slug=slug).exists():
                raise


def free_slug(content: composition.Content, claim: Claim) -> str:
    """The address that a check would get: from the English statement, else the first language's, made unique by a
    number. Another claim may take it before it is published.
    """
    texts = content["texts"]
    text = texts.get("en") or next(iter(texts.values()), {"statement": ""})
    base = as_slug(text["statement"])[:SLUG_LENGTH].strip("-") or f"check-{str(claim.uuid)[:8]}"
    taken = set(Check.objects.filter(slug__startswith=base).values_list("slug", flat=True))
    return next(slug for slug in _candidates(base) if slug not in taken)


def as_slug(words: str) -> str:
    """Words as they stand in an address: lower case, hyphens, German letters written out."""
    return slugify(words.translate(_GERMAN))


def telling_slugs(words: str) -> list[Check]:
    """The checks whose address tells the words, whole or cut off at its end."""
    needle = as_slug(words)
    if not needle:
        return []
    return [check for check in Check.objects.all() if _tells(check.slug, needle)]


def _tells(slug: str, needle: str) -> bool:
    if f"-{needle}-" in f"-{slug}-":
        return True
    base = re.sub(r"-\d+$", "", slug)  # The number that makes it unique comes after the cut.
    pieces = (needle[:length] for length in range(3, len(needle)))
    return len(base) >= SLUG_LENGTH - 1 and any(f"-{base}".endswith(f"-{piece}") for piece in pieces)


def rename(check: Check) -> None:
    """Gives a check an address that tells nothing: an erasure alone does it, and the database takes no other."""
    check.slug = f"check-{str(check.uuid)[:8]}"
    check.save(update_fields=["slug"])


def _candidates(base: str) -> Iterable[str]:
    yield base
    number = 2
    while True:
        yield f"{base}-{number}"
        number += 1


def _freeze(
    check: Check,
    entry: LedgerEntry,
    *,
    kind: PublicationKind,
    content: composition.Content,
    names: Mapping[str, Any],
) -> Publication:
    """Writes the next immutable version and brings the check up to it."""
    previous = check.publications.order_by("-number").first()
    content_text, names_text = canonical.text(content), canonical.text(names)
    content_salt, names_salt = canonical.new_salt(), canonical.new_salt()
    publication = Publication(
        check_page=check,
        number=previous.number + 1 if previous else 1,
        kind=kind.value,
        published_at=entry.at,
        entry=entry,
    )
    envelope = composition.envelope(
        publication=publication.uuid,
        check=check.uuid,
        claim=check.claim.uuid,
        sequence=entry.sequence,
        number=publication.number,
        kind=publication.kind,
        published_at=entry.at,
        first_published_at=check.first_published_at or entry.at,
        content=canonical.commitment(content_salt, content_text),
        names=canonical.commitment(names_salt, names_text),
        previous=previous.hash if previous else "",
    )
    publication.envelope, publication.hash = envelope.text, envelope.hash
    publication.save(force_insert=True)
    PublicationContent.objects.create(publication=publication, salt=content_salt, text=content_text)
    PublicationNames.objects.create(publication=publication, salt=names_salt, text=names_text)
    rebuild_check(check)
    return publication


@ledger.service
def reopen(*, claim_id: int, actor: User, reason: str, opened_at: int | None = None) -> Claim:
    """published, retracted → research, with a reason; the public page stays as it is."""
    with ledger.change(Claim, claim_id, action=Action.REOPEN, actor=actor, opened_at=opened_at) as work:
        work.move()
        ledger.require(reason.strip(), _("Say why the claim is opened again."), field="reason")
        work.note(reason=reason.strip())
    return work.aggregate


@ledger.service
def retract(*, claim_id: int, actor: User, reasons: Mapping[str, str], opened_at: int | None = None) -> Publication:
    """Any status with a live check → retracted: a version with the last content and the notice.

    ``reasons`` is the public reason per language, at least one.
    """
    public = _worded(reasons)
    with transaction.atomic():
        with ledger.change(Claim, claim_id, action=Action.RETRACT, actor=actor, opened_at=opened_at) as work:
            work.move()
            ledger.require(public, _("Write the reason that the public reads."), field="reasons")
            current = work.aggregate.check_page.current
            content = current.content_data if current else None
            if current is None or content is None:
                raise Refused(_("The current version was erased; there is nothing left to withdraw."))
            work.note(reasons=public)
        content["notice"] = {"kind": PublicationKind.RETRACTION.value, "reasons": public}
        names = {**(current.names_data or {}), "publisher": people.kept_name_of(actor)}
        check = work.aggregate.check_page
        return _freeze(check, work.entry, kind=PublicationKind.RETRACTION, content=content, names=names)


def _worded(words: Mapping[str, str]) -> dict[str, str]:
    return {language: text.strip() for language, text in words.items() if text.strip()}


@ledger.service
def withhold(
    *,
    claim_id: int,
    actor: User,
    reason: WithholdingReason,
    note: Mapping[str, str],
    number: int = 0,
    language: str = "",
) -> Withholding:
    """Takes offline at once: the whole check, or the version ``number``, or one ``language``.

    ``note`` says per language what the public reads.
    """
    scope = _scope(number, language)
    public = _worded(note)
    with ledger.change(Claim, claim_id, action=Action.WITHHOLD, actor=actor) as work:
        check = _check_of(work.aggregate)
        ledger.require(public, _("Write the reason that the public reads."), field="note")
        ledger.require(
            not number or check.publications.filter(number=number).exists(),
            _("There is no such version."),
            field="number",
        )
        ledger.require(not language or language in _languages(check), _("There is no such language."), field="language")
        is_open = check.withholdings.filter(scope=scope.value, number=number, language=language, lifted_at=None)
        if is_open.exists():
            raise Refused(_("This is already offline."))
        withholding = Withholding.objects.create(
            check_page=check,
            scope=scope.value,
            number=number,
            language=language,
            reason=reason.value,
            note=public,
            by=actor,
        )
        work.note(scope=scope, number=number, language=language, reason=reason, note=public)
        rebuild_check(check)
    return withholding


def _scope(number: int, language: str) -> WithholdingScope:
    ledger.require(not (number and language), _("Choose a version or a language, not both."))
    if number:
        return WithholdingScope.VERSION
    return WithholdingScope.LANGUAGE if language else WithholdingScope.CHECK


def _check_of(claim: Claim) -> Check:
    check: Check | None = getattr(claim, "check_page", None)
    if check is None:
        raise IllegalTransition(_("The claim was never published, so there is nothing to take offline."))
    return check


def _languages(check: Check) -> set[str]:
    contents = (publication.content_data or {} for publication in check.publications.select_related("content"))
    return {language for content in contents for language in content.get("texts", {})}


@ledger.service
def lift(*, claim_id: int, actor: User, withholding_id: int) -> Withholding:
    """Puts back online what was taken offline."""
    with ledger.change(Claim, claim_id, action=Action.LIFT, actor=actor) as work:
        check = _check_of(work.aggregate)
        withholding = check.withholdings.filter(pk=withholding_id, lifted_at=None).first()
        if withholding is None:
            raise IllegalTransition(_("This is online already."))
        withholding.lifted_by, withholding.lifted_at = actor, timezone.now()
        withholding.save(update_fields=["lifted_by", "lifted_at"])
        work.note(scope=withholding.scope, number=withholding.number, language=withholding.language)
        rebuild_check(check)
    return withholding


def rebuild_check(check: Check) -> Check:
    """Writes every column of ``check`` anew from its publications and withholdings; keeps slug and uuid."""
    for name, value in check_columns(check).items():
        setattr(check, name, value)
    check.save()
    return check


def check_columns(check: Check) -> dict[str, Any]:
    """What the columns of ``check`` must be, as its publications and open withholdings say."""
    publications = list(check.publications.select_related("content").order_by("number"))
    current = publications[-1]
    withheld = [
        {"scope": w.scope, "reason": w.reason, "note": w.note, "number": w.number, "language": w.language}
        for w in check.withholdings.filter(lifted_at=None).order_by("pk")
    ]
    offline = current.content_data is None or any(
        item["scope"] == WithholdingScope.CHECK or item["number"] == current.number for item in withheld
    )
    hidden = {item["language"] for item in withheld if item["language"]}
    content = current.content_data or {}
    texts = {language: text for language, text in content.get("texts", {}).items() if language not in hidden}
    listed = bool(texts) and not offline
    return {
        "current": current,
        "listed": listed,
        "withdrawn": current.kind == PublicationKind.RETRACTION,
        "withheld": withheld,
        "history": [_history_line(publication) for publication in publications],
        "first_published_at": publications[0].published_at,
        "last_published_at": current.published_at,
        **(_facets(content, texts) if listed else _NO_FACETS),
    }


_NO_FACETS: dict[str, Any] = {
    "question": "",
    "rating_code": "",
    "speaker_name": "",
    "speaker_slug": "",
    "topics": "",
    "outlet_names": "",
    "article_uuids": "",
    "languages": "",
    "search_text": "",
    "bodies": {},
}


def _history_line(publication: Publication) -> dict[str, Any]:
    content = publication.content_data or {}
    notes = content.get("release", {}).get("notes", {})
    if publication.kind == PublicationKind.RETRACTION:
        notes = content.get("notice", {}).get("reasons", {})
    return {
        "number": publication.number,
        "kind": publication.kind,
        "published_at": canonical.moment(publication.published_at),
        "notes": notes,
        "erased": not content,
    }


def _facets(content: composition.Content, texts: Mapping[str, Any]) -> dict[str, Any]:
    articles = [quotation["article"] for quotation in content["quotations"]]
    speaker = (content["speaker"] or {}).get("name", "")
    return {
        "question": content["question"],
        "rating_code": (content["rating"] or {}).get("code", ""),
        "speaker_name": speaker,
        "speaker_slug": as_slug(speaker),
        "topics": _members(content["topics"]),
        "outlet_names": _members(article["outlet"] for article in articles),
        "article_uuids": _members(article["uuid"] for article in articles),
        "languages": _members(texts),
        "search_text": _search_text(content, texts),
        "bodies": {language: _body(text["rationale"]) for language, text in texts.items()},
    }


def _members(values: Iterable[str]) -> str:
    """``|a|b|``, so that ``LIKE '%|a|%'`` finds a member on both databases; empty for none."""
    unique = list(dict.fromkeys(value.replace("|", " ") for value in values if value))
    return f"|{'|'.join(unique)}|" if unique else ""


def _search_text(content: composition.Content, texts: Mapping[str, Any]) -> str:
    words = [text[part] for text in texts.values() for part in ("statement", "headline", "summary", "other_finding")]
    words += [(content["speaker"] or {}).get("name", ""), *content["topics"]]
    words += [quotation[part] for quotation in content["quotations"] for part in ("exact",)]
    return " ".join(dict.fromkeys(word for word in words if word)).casefold()


def _body(rationale: str) -> str:
    numbers = {key: number for number, key in enumerate(markup.citation_order(rationale), start=1)}
    return markup.render(rationale, numbers)


def frozen_hash(publication: Publication) -> str:
    """The content hash that an approval of this version names; empty when the content was erased."""
    text = publication.content.text
    return canonical.digest(text) if text else ""
