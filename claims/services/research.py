"""Research: taking claims on, editing what they say, their evidence and verdict, and where they wait."""

import json
from collections.abc import Collection, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from datetime import date
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from claims.errors import Busy, IllegalTransition
from claims.models import Claim, ClaimText, LedgerEntry, Quotation
from claims.rules import transitions
from claims.services import editing, ledger, people, quoting
from claims.services.quoting import Passage, Spoken
from claims.vocabulary import Action, Status


@ledger.service
def edit_claim(
    *,
    claim_id: int,
    actor: User,
    edits: Mapping[str, Any],
    opened_at: int | None = None,
    on_behalf_of: User | None = None,
) -> Claim:
    """Writes any number of a claim's fields (see ``editing.apply_edits``) as one action, one revision.

    With ``opened_at``, the revision the form was opened at, a field that somebody else wrote since raises
    ``Conflict``. Content in a status where it is not edited raises ``NotEditable``; assignee and due date are no
    content.
    """
    with ledger.change(
        Claim, claim_id, action=Action.EDIT, actor=actor, opened_at=opened_at, on_behalf_of=on_behalf_of
    ) as work:
        editing.apply_edits(work, edits)
        if set(work.fields) <= editing.DESK_FIELDS:
            work.action = Action.ASSIGN
        else:
            transitions.check_editable(Status(work.aggregate.status))
    return work.aggregate


@ledger.service
def accept(*, claim_id: int, actor: User, opened_at: int | None = None) -> Claim:
    """inbox → research; whoever takes it on becomes its assignee, unless it has one."""
    with ledger.change(Claim, claim_id, action=Action.ACCEPT, actor=actor, opened_at=opened_at) as work:
        work.move()
        if work.aggregate.assignee_id is None:
            work.put(work.aggregate, assignee=actor)
    return work.aggregate


@ledger.service
def decline(*, claim_id: int, actor: User, reason: str, opened_at: int | None = None) -> Claim:
    """inbox, research, parked → declined, with a reason that can be told to whoever sent it in."""
    with ledger.change(Claim, claim_id, action=Action.DECLINE, actor=actor, opened_at=opened_at) as work:
        work.move()
        ledger.require(reason.strip(), _("Give a reason that can be told to whoever sent it in."), field="reason")
        work.put(work.aggregate, decline_reason=reason.strip())
    return work.aggregate


@ledger.service
def restore(*, claim_id: int, actor: User, with_quotations: bool = False, opened_at: int | None = None) -> Claim:
    """declined → inbox.

    ``with_quotations``: what moved to another claim when this one was closed as a duplicate is copied back, as it
    stands there by now. The other claim keeps its own; both ledgers name each other.
    """
    change_set = ledger.new_change_set()
    with transaction.atomic():
        holders = {quotation.claim_id for quotation in moved_away(claim_id)} if with_quotations else set()
        held = quoting.hold_articles(claims=holders)
        for key in sorted({claim_id, *holders}):
            ledger.locked(Claim, key)
        with ledger.change(
            Claim, claim_id, action=Action.RESTORE, actor=actor, opened_at=opened_at, change_set=change_set
        ) as work:
            work.move()
            if holders:
                _copy_back(work, holders, held, actor)
    return work.aggregate


def moved_away(claim_id: int) -> list[Quotation]:
    """The quotations that a duplicate gave away when it was closed last, wherever they stand by now."""
    links = LedgerEntry.objects.filter(claim=claim_id, action=Action.LINK.value).exclude(change__text="")
    for text in links.order_by("-sequence").values_list("change__text", flat=True):
        change = json.loads(text)
        if "duplicate_of" in change["fields"]:
            given = Quotation.objects.filter(pk__in=change["facts"].get("quotations", ()))
            return list(given.exclude(claim=claim_id).select_related("claim", "version").order_by("pk"))
    return []


def _copy_back(work: ledger.Change[Claim], holders: AbstractSet[int], held: AbstractSet[int], actor: User) -> None:
    """Copies what the claim gave away and does not have; each claim that holds some of it is told."""
    there = set(work.aggregate.quotations.values_list("version_id", "start", "end"))
    given = [one for one in moved_away(work.aggregate.pk) if (one.version_id, one.start, one.end) not in there]
    if {one.claim_id for one in given} - holders or {one.version.article_id for one in given} - held:
        raise Busy(_("Somebody saved at the same moment. Nothing was saved; try again."))
    quoting.copy(work, given)
    for key in sorted({one.claim_id for one in given}):
        words = [one.exact for one in given if one.claim_id == key]
        with ledger.change(Claim, key, action=Action.RESTORE, actor=actor, change_set=work.change_set) as holder:
            holder.note(copied_to=str(work.aggregate.uuid), copied=words)
    copied_from = dict.fromkeys(str(one.claim.uuid) for one in given)
    if copied_from:
        work.note(copied_from=list(copied_from))


@ledger.service
def park(*, claim_id: int, actor: User, until: date | None, reason: str, opened_at: int | None = None) -> Claim:
    """inbox, research → parked, until a date that lies ahead, with a reason."""
    with ledger.change(Claim, claim_id, action=Action.PARK, actor=actor, opened_at=opened_at) as work:
        work.move()
        ledger.require(until, _("Say until when the claim waits."), field="until")
        ledger.require(until > timezone.localdate() if until else False, _("The date must lie ahead."), field="until")
        ledger.require(reason.strip(), _("Say what the claim waits for."), field="reason")
        work.put(work.aggregate, parked_until=until, parked_reason=reason.strip())
    return work.aggregate


@ledger.service
def wake(*, claim_id: int, actor: User, opened_at: int | None = None) -> Claim:
    """parked → research: by an editor at any time, by the system when the date has come."""
    with ledger.change(Claim, claim_id, action=Action.WAKE, actor=actor, opened_at=opened_at) as work:
        until = work.aggregate.parked_until
        if people.person(actor).is_system and until is not None and until > timezone.localdate():
            raise IllegalTransition(_("The claim waits until %(date)s.") % {"date": until})
        work.move()
    return work.aggregate


def wake_due() -> list[Claim]:
    """Wakes every claim whose date has come; returns them. One that somebody moved meanwhile is left alone."""
    woken = []
    for claim_id in Claim.objects.due_to_wake(timezone.localdate()).order_by("pk").values_list("pk", flat=True):
        with suppress(IllegalTransition):
            woken.append(wake(claim_id=claim_id, actor=people.system_user()))
    return woken


@ledger.service
def link_as_same(*, claim_id: int, actor: User, same_as_id: int, opened_at: int | None = None) -> Claim:
    """Closes ``claim_id`` as a duplicate of ``same_as_id``: its quotations move there, both ledgers name each other.

    Returns the claim that stays. An approved one is revised by that, since its content grows.
    """
    ledger.require(claim_id != same_as_id, _("A claim cannot be a duplicate of itself."), field="same_as")
    change_set = ledger.new_change_set()
    with transaction.atomic():
        held = quoting.hold_articles(claims=(claim_id, same_as_id))
        for key in sorted((claim_id, same_as_id)):
            ledger.require(Claim.objects.filter(pk=key).exists(), _("There is no such claim."), field="same_as")
            ledger.locked(Claim, key)
        with (
            ledger.change(
                Claim, claim_id, action=Action.LINK, actor=actor, opened_at=opened_at, change_set=change_set
            ) as closing,
            ledger.change(Claim, same_as_id, action=Action.LINK, actor=actor, change_set=change_set) as staying,
        ):
            if Status(staying.aggregate.status) not in transitions.LINK_TARGETS:
                raise IllegalTransition(_("The claim that stays must be in the inbox, in research or approved."))
            quoting.require_held(closing.aggregate, held)
            closing.move()
            closing.put(closing.aggregate, duplicate_of=staying.aggregate)
            moved = _move_quotations(closing.aggregate, staying.aggregate)
            words, keys = [quotation.exact for quotation in moved], [quotation.pk for quotation in moved]
            closing.note(same_as=str(staying.aggregate.uuid), moved=words, quotations=keys)
            staying.note(same_as=str(closing.aggregate.uuid), moved=words)
    return staying.aggregate


def _move_quotations(closing: Claim, staying: Claim) -> list[Quotation]:
    """Moves what the staying claim does not quote yet; returns every quotation that moved."""
    there = set(staying.quotations.values_list("version_id", "start", "end"))
    moving = [
        quotation
        for quotation in closing.quotations.all()
        if (quotation.version_id, quotation.start, quotation.end) not in there
    ]
    Quotation.objects.filter(pk__in=[quotation.pk for quotation in moving]).update(claim=staying)
    return moving


@ledger.service
def quote_again(*, claim_id: int, actor: User, passage: Passage, opened_at: int | None = None) -> Quotation:
    """Adds a passage to a claim that is here already: one claim, quoted in several places or articles."""
    with transaction.atomic():
        quoting.hold_articles(articles=[passage.version.article_id])
        with ledger.change(Claim, claim_id, action=Action.EDIT, actor=actor, opened_at=opened_at) as work:
            transitions.check_editable(Status(work.aggregate.status))
            return quoting.quote(work, passage)


@ledger.service
def edit_quotation(
    *,
    claim_id: int,
    actor: User,
    quotation_id: int,
    start: int | None = None,
    end: int | None = None,
    voices: Sequence[Spoken] | None = None,
    opened_at: int | None = None,
) -> Quotation:
    """Moves a quotation's ends within its version (code points, ``end`` exclusive), or says who speaks in it.

    What is None stays. Its words are content: an approved claim is revised. Raises ``Refused``, ``Conflict``.
    """
    with transaction.atomic():
        held = quoting.hold_articles(claims=[claim_id])
        with ledger.change(Claim, claim_id, action=Action.EDIT, actor=actor, opened_at=opened_at) as work:
            quoting.require_held(work.aggregate, held)
            quotation = quoting.own_quotation(work.aggregate, quotation_id)
            start = quotation.start if start is None else start
            quoting.move_ends(work, quotation, start, quotation.end if end is None else end)
            if voices is not None:
                quoting.set_voices(work, quotation, voices)
            if work.fields:
                transitions.check_editable(Status(work.aggregate.status))
    return quotation


@ledger.service
def split(
    *,
    claim_id: int,
    actor: User,
    statements: Mapping[str, str],
    quotation_ids: Collection[int] | None = None,
    opened_at: int | None = None,
) -> Claim:
    """A second claim out of one that says two things; returns the new one, in the inbox.

    Quotations with their voices are copied (all, or those of ``quotation_ids``), and so are speaker, kinds, topics,
    priority and risk; both ledgers name each other. The first claim's own words are edited as always.
    """
    written = {language: words.strip() for language, words in statements.items() if words.strip()}
    ledger.require(written, _("A claim needs a statement in at least one language."), field="statement")
    with transaction.atomic():
        held = quoting.hold_articles(claims=[claim_id])
        with ledger.change(Claim, claim_id, action=Action.SPLIT, actor=actor, opened_at=opened_at) as work:
            first = work.aggregate
            quoting.require_held(first, held)
            transitions.check_splittable(Status(first.status))
            copied = _chosen_quotations(first, quotation_ids)
            second = Claim(
                speaker=first.speaker, kinds=first.kinds, topics=first.topics, priority=first.priority, risk=first.risk
            )
            with ledger.creation(second, actor=actor, action=Action.SPLIT, change_set=work.change_set) as birth:
                for language, statement in written.items():
                    text = ClaimText(claim=second, language=language, statement=statement)
                    birth.add(text, f"texts.{language}", statement=text.statement)
                quoting.copy(birth, copied)
                birth.note(split_from=str(first.uuid))
            work.note(split_into=str(second.uuid))
    return second


def _chosen_quotations(claim: Claim, keys: Collection[int] | None) -> list[Quotation]:
    """The claim's quotations, or those of ``keys``; raises ``Refused`` for one that is not its own, and for none."""
    own = list(claim.quotations.select_related("version").order_by("pk"))
    if keys is not None:
        foreign = set(keys) - {quotation.pk for quotation in own}
        ledger.require(not foreign, _("There is no such quotation of this claim."), field="quotation")
        own = [quotation for quotation in own if quotation.pk in keys]
    ledger.require(own, _("A claim needs a passage in an article."), field="quotation")
    return own
