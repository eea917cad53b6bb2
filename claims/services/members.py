"""The people of the desk, as far as the second read asks: conflicts of interest, who is away, who is asked to read.

What is said of a person stands in the ledger of their ``Member``, which is made with the first thing there is to say.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from typing import Any, TypeVar

from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from claims import composition
from claims.errors import IllegalTransition, Refused
from claims.models import Claim, ConflictOfInterest, LedgerEntry, Member, Source, Speaker
from claims.rules import permissions
from claims.services import ledger, people
from claims.vocabulary import Action, Status

R = TypeVar("R", Speaker, Source)

BEFORE_APPROVAL = (Status.INBOX, Status.RESEARCH, Status.PARKED, Status.REVIEW)
"""The stages in which somebody can be asked to give the second read."""


# Conflicts of interest


@ledger.service
def declare(
    *,
    actor: User,
    user: User,
    reason: str,
    speaker_id: int | None = None,
    source_id: int | None = None,
    topic: str = "",
) -> ConflictOfInterest:
    """Takes ``user`` out of the second read of whatever is about one speaker, one source or one topic.

    Everybody declares for themselves; an editor for others too. Raises ``PermissionDenied``, or ``Refused`` where it
    is about nothing or about more than one thing, gives no reason, or is declared already.
    """
    _permit(Action.DECLARE, actor, user)
    topic = topic.strip()
    ledger.require(
        [bool(speaker_id), bool(source_id), bool(topic)].count(True) == 1,
        _("Say whether it is about a speaker, a source or a topic: one of them."),
    )
    ledger.require(reason.strip(), _("Say what the conflict of interest is."), field="reason")
    speaker = _there(Speaker.objects.select_related("merged_into"), speaker_id, "speaker")
    source = _there(Source.objects.all(), source_id, "source")
    with _member(Action.DECLARE, actor, user) as work:
        standing = composition.standing(speaker) if speaker else None
        conflict = ConflictOfInterest(
            member=work.aggregate, speaker=standing, source=source, topic=topic, reason=reason.strip()
        )
        _require_new(conflict)
        facts = {"speaker": standing, "source": source, "topic": topic}
        about = {name: value for name, value in facts.items() if value}
        number = work.aggregate.conflicts.count() + 1
        work.add(conflict, f"conflicts.{number}", **about, reason=conflict.reason)
    return conflict


def _there(rows: QuerySet[R], key: int | None, field: str) -> R | None:
    """The record of that key, None for none; raises ``Refused`` for a key that no record has."""
    found: R | None = rows.filter(pk=key).first() if key else None
    ledger.require(found or not key, _("There is no such record."), field=field)
    return found


def _require_new(conflict: ConflictOfInterest) -> None:
    """Upper and lower case make no other topic, and a merged speaker is the one that stands for it."""
    about, _name = people.thing(conflict)
    for known in conflict.member.conflicts.filter(ended_at=None).select_related("speaker__merged_into", "source"):
        ledger.require(people.thing(known)[0] != about, _("This conflict of interest is declared already."))


@ledger.service
def take_back(*, actor: User, conflict_id: int) -> ConflictOfInterest:
    """Ends a conflict of interest; that it was there stays in the history. Doing it twice changes nothing.

    Whoever declared one for themselves ends it. One that somebody else declared for them is ended by an editor, and
    not by the person it is about.
    """
    ledger.permit(Action.TAKE_BACK, actor)
    conflict = ConflictOfInterest.objects.filter(pk=conflict_id).select_related("member__user").first()
    if conflict is None:
        raise Refused(_("There is no such conflict of interest."))
    user = conflict.member.user
    _permit(Action.TAKE_BACK, actor, user, needs_role=False)
    with _member(Action.TAKE_BACK, actor, user) as work:
        conflict = work.aggregate.conflicts.get(pk=conflict_id)
        if actor == user and declared_by_others(conflict):
            raise PermissionDenied(ended_by_others())
        if conflict.ended_at is None:
            number = work.aggregate.conflicts.filter(pk__lte=conflict.pk).count()
            work.put(conflict, f"conflicts.{number}.", ended_at=timezone.now())
    return conflict


def declared_by_others(conflict: ConflictOfInterest) -> bool:
    """Whether it was not the person themselves who declared it: each declaration is one entry, in their order."""
    place = conflict.member.conflicts.filter(pk__lt=conflict.pk).count()
    entries = LedgerEntry.objects.filter(member=conflict.member_id, action=Action.DECLARE.value).order_by("sequence")
    entry = entries[place : place + 1].first()
    return entry is not None and entry.actor_id != conflict.member.user_id


def ended_by_others() -> str:
    """Why somebody may not end what was declared for them, as a sentence."""
    return _("Somebody else declared it for you, so an editor other than you has to end it.")


# Who is away


@ledger.service
def set_away(
    *, actor: User, user: User, away_from: date | None, away_until: date | None, opened_at: int | None = None
) -> Member | None:
    """Says from when to when ``user`` is away, whole days; without an end: until further notice; None: is here.

    Everybody says so of themselves, an editor of others too. ``opened_at`` is 0 where nothing was known of them yet.
    Returns None where there was nothing to say and is nothing to say.
    """
    _permit(Action.AWAY, actor, user)
    ledger.require(away_from or not away_until, _("Say from which day on."), field="away_from")
    if away_from and away_until:
        ledger.require(away_from <= away_until, _("The last day away lies before the first."), field="away_until")
    if away_from is None and not Member.objects.filter(user=user).exists():
        return None
    dates = {"away_from": away_from, "away_until": away_until}
    with _member(Action.AWAY, actor, user, opened_at, **dates) as work:
        work.write(work.aggregate, **dates)
    return work.aggregate


def away(on: date) -> dict[int, Member]:
    """Who is away on that day, by the user's key; one query."""
    there = Member.objects.filter(away_from__lte=on).exclude(away_until__lt=on)
    return {member.user_id: member for member in there}


# Who is asked to read


@ledger.service
def hand_over(*, claim_id: int, actor: User, reader: User | None, opened_at: int | None = None) -> Claim:
    """Asks somebody to give the second read, or with None whoever may. Whoever else may read still can.

    Raises ``Refused`` for a reader who may not approve the claim, ``IllegalTransition`` from its approval on.
    """
    with ledger.change(Claim, claim_id, action=Action.HAND_OVER, actor=actor, opened_at=opened_at) as work:
        claim = work.aggregate
        if claim.status not in BEFORE_APPROVAL:
            raise IllegalTransition(_("This claim waits for no second read any more."))
        if reader is not None and reader.pk != claim.reader_id:
            reason = why_not_reader(claim, reader)
            ledger.require(not reason, reason, field="reader")
        work.write(claim, reader=reader)
    return claim


def why_not_reader(claim: Claim, reader: User) -> str:
    """Why ``reader`` cannot be asked to read the claim, as a sentence; empty when they can."""
    reason = permissions.why_no_reader(people.name_of(reader), people.person(reader, claim))
    if reason or claim.status != Status.REVIEW:
        return reason
    content_hash = composition.content_hash(composition.compose(claim))
    return has_approved(reader) if reader in people.approvers(claim, content_hash) else ""


def has_approved(reader: User) -> str:
    """Why somebody who approved the content is not asked to read it again, as a sentence."""
    return _("%(name)s has approved it already; a second person is asked for.") % {"name": people.name_of(reader)}


# What all of them share


def _permit(action: Action, actor: User, user: User, *, needs_role: bool = True) -> None:
    """Raises ``PermissionDenied`` unless ``actor`` may speak for ``user``; ``Refused`` for who is not at the desk."""
    ledger.permit(action, actor)
    reason = permissions.refusal_to_speak_for(people.person(actor), is_self=actor.pk == user.pk)
    if reason:
        raise PermissionDenied(reason)
    if needs_role:
        at_desk = people.role_of(user) is not None
        ledger.require(at_desk, _("%(name)s is not at this desk.") % {"name": people.name_of(user)})


@contextmanager
def _member(
    action: Action, actor: User, user: User, opened_at: int | None = None, **values: Any
) -> Iterator[ledger.Change[Member]]:
    """One action on the member that ``user`` is; made here, with ``values``, where nothing was said of them yet."""
    on_behalf_of = user if actor.pk != user.pk else None
    with transaction.atomic():
        people.lock(user)  # two that would make the member stand in line
        member = Member.objects.filter(user=user).first()
        if member is None:
            born = Member(user=user, **values)
            opening = ledger.creation(born, actor=actor, action=action, on_behalf_of=on_behalf_of)
        else:
            opening = ledger.change(
                Member, member.pk, action=action, actor=actor, opened_at=opened_at, on_behalf_of=on_behalf_of
            )
        with opening as work:
            yield work
