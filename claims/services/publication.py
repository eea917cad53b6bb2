"""Publication: freezing what was approved, new versions, withdrawing and taking offline.

The only writer of checks, publications and withholdings.
"""

import re
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

from django.contrib.auth.models import User
from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.text import slugify
from django.utils.translation import gettext as _

from claims import composition
from claims.errors import DomainError, GatesClosed, IllegalTransition, NotApproved, Refused
from claims.interchange import markup
from claims.language import canonical
from claims.models import (
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
_GERMAN = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "Ä": "Ae", "Ö": "Oe", "Ü": "Ue", "ß": "ss"})


@ledger.service
def schedule(*, claim_id: int, actor: User, publish_at: datetime | None, opened_at: int | None = None) -> Claim:
    """Sets when an approved claim is published, or None to take the time away; at that time all is asked again."""
    with ledger.change(Claim, claim_id, action=Action.SCHEDULE, actor=actor, opened_at=opened_at) as work:
        work.move()
        if publish_at is not None:
            ledger.require(publish_at > timezone.now(), _("The time must lie ahead."), field="publish_at")
        work.write(work.aggregate, publish_at=publish_at)
    return work.aggregate


@ledger.service
def publish(*, claim_id: int, actor: User, content_hash: str = "", opened_at: int | None = None) -> Publication:
    """approved → published: freezes the approved content as the check's next version.

    ``content_hash`` is that of the content the form showed: publishing the same content twice (a double click) gives
    the one publication. Without a valid approval the claim goes back to the second read and ``NotApproved`` is raised.
    """
    with transaction.atomic():
        claim = ledger.locked(Claim, claim_id)
        ledger.permit(Action.PUBLISH, actor)
        done = _already_published(claim, content_hash)
        if done is not None:
            return done
        try:
            return _publish(claim_id, actor=actor, opened_at=opened_at)
        except NotApproved as error:
            refusal = error
            _revise(claim_id, str(error))
    raise refusal


def _already_published(claim: Claim, content_hash: str) -> Publication | None:
    if claim.status != Status.PUBLISHED or not content_hash:
        return None
    current = claim.check_page.current
    return current if current and canonical.digest(current.content.text) == content_hash else None


def publish_due() -> list[Publication | DomainError]:
    """Publishes every claim whose time has come; gates, rights and approvals are asked again.

    What is refused goes back to the second read with the reason in its ledger; the refusal stands in the result.
    """
    due = Claim.objects.due_to_publish(timezone.now()).order_by("pk").values_list("pk", flat=True)
    return [_publish_scheduled(claim_id) for claim_id in due]


@ledger.service
def _publish_scheduled(claim_id: int) -> Publication | DomainError:
    with transaction.atomic():
        claim = ledger.locked(Claim, claim_id)
        if claim.status != Status.APPROVED or claim.publish_at is None or claim.publish_at > timezone.now():
            return IllegalTransition(_("The claim is no longer waiting to be published."))
        scheduler = claim.ledger.filter(action=Action.SCHEDULE.value).latest("sequence").actor
        try:
            if not people.may_publish(scheduler):
                raise NotApproved(_("Whoever set the time of publication is no longer an editor."))
            gaps = gates.approve_gaps(composition.gate_facts(claim, timezone.localdate()))
            if gaps:
                raise GatesClosed(_("The claim could not be published at its time."), gaps)
            return _publish(claim_id, actor=people.system_user(), on_behalf_of=scheduler)
        except (NotApproved, GatesClosed) as error:
            _revise(claim_id, " ".join([str(error), *getattr(error, "missing", [])]))
            return error


def _revise(claim_id: int, reason: str) -> None:
    with ledger.change(Claim, claim_id, action=Action.REVISE, actor=people.system_user()) as work:
        work.move()
        work.note(reason=reason)


def _publish(
    claim_id: int, *, actor: User, on_behalf_of: User | None = None, opened_at: int | None = None
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
            names = {
                "writers": [people.name_of(author) for author in people.authors(claim)],
                "reviewers": [people.name_of(reader) for reader in approved_by],
                "publisher": people.name_of(on_behalf_of or actor),
            }
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


def _approved_by(claim: Claim, content: composition.Content) -> list[User]:
    approved_by = people.approvers(claim, composition.content_hash(content))
    if len(approved_by) < gates.approvals_needed(Risk(claim.risk)):
        raise NotApproved(
            _("The content is not what was approved, or an approval no longer holds. It goes back to the second read.")
        )
    return approved_by


def _clear_release(work: ledger.Change[Claim]) -> None:
    """Kind and public note belong to the version that is going out; the next one starts without."""
    verdict = work.aggregate.verdict
    work.put(verdict, "verdict.", change_kind="")
    for text in verdict.texts.all():
        work.put(text, f"verdict.texts.{text.language}.", change_note="")


def _new_check(claim: Claim, content: composition.Content) -> Check:
    """Another claim that is published at the same moment may take the address; then the next one is free."""
    while True:
        slug = _free_slug(content, claim)
        try:
            with transaction.atomic():
                return Check.objects.create(claim=claim, slug=slug)
        except IntegrityError:
            if not Check.objects.filter(slug=slug).exists():
                raise


def _free_slug(content: composition.Content, claim: Claim) -> str:
    """From the English statement, else the first language's; made unique by a number."""
    texts = content["texts"]
    text = texts.get("en") or next(iter(texts.values()))
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
        names = {**(current.names_data or {}), "publisher": people.name_of(actor)}
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
