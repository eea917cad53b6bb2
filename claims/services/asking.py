"""Asking those whom a claim concerns, and what they reply.

A request is a shared record about one or more claims: whatever is done to it is told in its own ledger and in that of
each claim. What they reply is recorded word for word and is no content; an editor puts a passage of it into a claim,
and that is.
"""

import hashlib
import secrets
from collections.abc import Collection, Iterable, Mapping
from contextlib import ExitStack
from datetime import date, timedelta
from typing import Any

from django.contrib.auth.models import User
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from claims.errors import Refused, Unanswerable
from claims.language import verbatim
from claims.models import Asked, Claim, Reply, ReplyRequest, Speaker
from claims.rules import transitions
from claims.services import ledger, people
from claims.vocabulary import Action, Channel, ReplyWay, Status

LONGEST = 20_000
"""Characters of a reply, and of what is asked."""

LONGEST_LINK = timedelta(days=180)

SHOWN_FIELDS = ("addressee", "channel", "language", "asked_on", "until")
"""What readers see of a request where its reply is in the content."""

REQUEST_FIELDS = frozenset({*SHOWN_FIELDS, "wording", "contact", "speaker"})


# Asking


@ledger.service
def ask(
    *,
    actor: User,
    claim_ids: Collection[int],
    addressee: str,
    channel: Channel | str,
    wording: str,
    language: str,
    asked_on: date | None = None,
    until: date | None = None,
    speaker: Speaker | None = None,
    contact: str = "",
) -> ReplyRequest:
    """Records that somebody was asked about claims, in ``wording``, and may answer until the end of ``until``.

    ``addressee`` is written as readers may see it, ``contact`` is never published, ``speaker`` is the record of who is
    asked where there is one. ``asked_on`` is today unless it was earlier. Raises ``Refused``.
    """
    ledger.permit(Action.ASK, actor)
    request = ReplyRequest(
        addressee=addressee.strip(),
        channel=str(channel),
        wording=_text(wording, "wording"),
        language=language,
        asked_on=asked_on or timezone.localdate(),
        until=until,
        speaker=speaker,
        contact=contact.strip(),
    )
    _check(request)
    keys = _known(claim_ids)
    ledger.require(keys, _("Choose what they are asked about."), field="claims")
    with ledger.creation(request, actor=actor, action=Action.ASK) as work:
        _ask_about(work, keys)
    return request


@ledger.service
def edit_request(
    *, actor: User, request_id: int, values: Mapping[str, Any], opened_at: int | None = None
) -> ReplyRequest:
    """Changes fields of a request (``REQUEST_FIELDS``) by the field-level conflict rule; returns it.

    Where its reply is in a claim's content, what readers see of it is that claim's content too: the claim gets an
    entry, an approved one is revised, and one whose content is not edited now raises ``NotEditable``.
    """
    ledger.permit(Action.CHANGE, actor)
    ledger.require(set(values) <= REQUEST_FIELDS, _("A request has no such field."))
    change_set = ledger.new_change_set()
    with transaction.atomic(), ExitStack() as claims:
        ledger.locked(ReplyRequest, request_id)
        showing = [
            claims.enter_context(ledger.change(Claim, key, action=Action.EDIT, actor=actor, change_set=change_set))
            for key in _claims_of(request_id, included=True)
        ]
        with ledger.change(
            ReplyRequest, request_id, action=Action.CHANGE, actor=actor, opened_at=opened_at, change_set=change_set
        ) as work:
            work.write(work.aggregate, **_tidied(values))
            _check(work.aggregate)
        shown = {name: work.fields[name] for name in SHOWN_FIELDS if name in work.fields}
        for claim in showing if shown else ():
            transitions.check_editable(Status(claim.aggregate.status))
            _check_silence(work.aggregate, Asked.objects.get(request=request_id, claim=claim.aggregate).words)
            claim.fields.update({f"replies.{work.aggregate.uuid}.{name}": pair for name, pair in shown.items()})
            claim.note(request=work.aggregate.uuid)
    return work.aggregate


@ledger.service
def add_claims(
    *, actor: User, request_id: int, claim_ids: Collection[int], opened_at: int | None = None
) -> ReplyRequest:
    """They are asked about further claims too; those that they are asked about already stay as they are."""
    with ledger.change(ReplyRequest, request_id, action=Action.ASK, actor=actor, opened_at=opened_at) as work:
        _ask_about(work, [key for key in _known(claim_ids) if key not in _claims_of(request_id)])
    return work.aggregate


@ledger.service
def take_out(*, actor: User, request_id: int, claim_id: int, opened_at: int | None = None) -> ReplyRequest:
    """The request is no longer about this claim; raises ``Refused`` while its reply is in the claim's content."""
    with ledger.change(ReplyRequest, request_id, action=Action.CHANGE, actor=actor, opened_at=opened_at) as work:
        with ledger.change(
            Claim, claim_id, action=Action.CHANGE, actor=actor, change_set=work.change_set
        ) as claim_work:
            asked = _asked(work.aggregate, claim_id)
            ledger.require(
                not asked.included, _("The reply is in the content of this claim. Take it out of that first.")
            )
            ledger.require(
                len(_claims_of(request_id)) > 1, _("This is the only claim that they were asked about. It stays.")
            )
            asked.delete()
            claim_work.note(taken_out_of=work.aggregate.uuid)
        work.note(taken_out=[claim_work.aggregate.uuid])
    return work.aggregate


def _ask_about(work: ledger.Change[ReplyRequest], keys: Iterable[int]) -> None:
    """Makes the request be about these claims; each claim's ledger says so."""
    asked = []
    for key in keys:
        with ledger.change(Claim, key, action=Action.ASK, actor=work.actor, change_set=work.change_set) as claim_work:
            claim_work.add(Asked(request=work.aggregate, claim=claim_work.aggregate), "")
            claim_work.note(request=work.aggregate.uuid)
        asked.append(claim_work.aggregate.uuid)
    if asked:
        work.note(claims=asked)


def _known(claim_ids: Collection[int]) -> list[int]:
    """The keys in rising order, each once; raises ``Refused`` for one that no claim has."""
    keys = sorted(set(claim_ids))
    there = Claim.objects.filter(pk__in=keys).count()
    ledger.require(there == len(keys), _("There is no such claim."), field="claims")
    return keys


def _claims_of(request_id: int, **narrowed: Any) -> list[int]:
    asked = Asked.objects.filter(request=request_id, **narrowed)
    return list(asked.order_by("claim").values_list("claim", flat=True))


def _asked(request: ReplyRequest, claim_id: int) -> Asked:
    asked = Asked.objects.filter(request=request, claim=claim_id).first()
    if asked is None:
        raise Refused(_("They were not asked about this claim."))
    return asked


def _check(request: ReplyRequest) -> None:
    """Raises ``Refused`` with the field's sentence where a request does not fit."""
    ledger.require(request.addressee, _("Say who is asked."), field="addressee")
    ledger.require(request.wording, _("Write down what was asked, word for word."), field="wording")
    ledger.check_fields(request)
    ledger.require(request.asked_on <= timezone.localdate(), _("This day lies in the future."), field="asked_on")
    ledger.require(
        request.until is None or request.until >= request.asked_on,
        _("The deadline lies before the day on which they were asked."),
        field="until",
    )


def _tidied(values: Mapping[str, Any]) -> dict[str, Any]:
    tidied = dict(values)
    for name in {"addressee", "contact"} & set(tidied):
        tidied[name] = tidied[name].strip()
    if "wording" in tidied:
        tidied["wording"] = _text(tidied["wording"], "wording")
    return tidied


def _text(words: str, field: str) -> str:
    """Words as they are kept; raises ``Refused`` for what is too long, or not for reading."""
    kept = verbatim.received(words)
    ledger.require(
        not verbatim.has_control(kept),
        _("There are control characters in it. Paste it as plain text."),
        field=field,
    )
    ledger.require(
        len(kept) <= LONGEST,
        _("It has %(length)s characters; at most %(limit)s fit.") % {"length": len(kept), "limit": LONGEST},
        field=field,
    )
    return kept


# What they reply


@ledger.service
def record_reply(*, actor: User, request_id: int, words: str, received_on: date) -> Reply:
    """Writes down what came back, word for word; a second letter is a second reply. No content of any claim.

    Raises ``Refused`` for a day before they were asked or in the future, and for what is recorded already.
    """
    with ledger.change(ReplyRequest, request_id, action=Action.REPLY, actor=actor) as work:
        ledger.require(received_on <= timezone.localdate(), _("This day lies in the future."), field="received_on")
        ledger.require(
            received_on >= work.aggregate.asked_on,
            _("This day lies before the one on which they were asked."),
            field="received_on",
        )
        return _record(work, words, received_on, ReplyWay.DESK)


def _record(work: ledger.Change[ReplyRequest], words: str, received_on: date, way: ReplyWay) -> Reply:
    request, kept = work.aggregate, _text(words, "words")
    ledger.require(kept, _("Write down what they replied."), field="words")
    there = list(request.replies.values_list("words", "received_on"))
    ledger.require((kept, received_on) not in there, _("This reply is recorded already."), field="words")
    reply = Reply(request=request, words=kept, received_on=received_on, way=way.value, recorded_by=work.actor)
    work.add(reply, f"replies.{len(there) + 1}", words=kept, received_on=received_on, way=way)
    for key in _claims_of(request.pk):
        with ledger.change(Claim, key, action=Action.REPLY, actor=work.actor, change_set=work.change_set) as claim_work:
            claim_work.note(request=request.uuid)
    return reply


@ledger.service
def include_reply(
    *,
    actor: User,
    claim_id: int,
    request_id: int,
    included: bool | None = None,
    words: str | None = None,
    opened_at: int | None = None,
) -> Claim:
    """Puts a passage of a reply into a claim's content, or takes it out; None leaves that field as it is.

    ``words`` stand in one of the replies word for word, white space apart. Included without words it says that they
    were asked and did not answer, which is refused while they may still answer, and where they did in time. Raises
    ``Refused``, ``NotEditable`` and, by the paths ``replies.<request's uuid>.included`` and ``.words``, ``Conflict``.
    """
    ledger.permit(Action.EDIT, actor)
    with transaction.atomic():
        request = ledger.locked(ReplyRequest, request_id)
        with ledger.change(Claim, claim_id, action=Action.EDIT, actor=actor, opened_at=opened_at) as work:
            asked, path = _asked(request, claim_id), f"replies.{request.uuid}."
            typed = {"included": included, "words": None if words is None else _text(words, f"{path}words")}
            if included is False:
                typed["words"] = ""  # what is not published is not kept
            work.write(asked, path, **{name: value for name, value in typed.items() if value is not None})
            if work.fields and not work.clashes:
                transitions.check_editable(Status(work.aggregate.status))
                _check_included(request, asked, path)
                work.note(request=request.uuid)
    return work.aggregate


def _check_included(request: ReplyRequest, asked: Asked, path: str) -> None:
    if asked.words:
        ledger.require(asked.included, _("Words that are not published do not belong here."), field=f"{path}included")
        ledger.require(
            any(verbatim.contains(reply.words, asked.words) for reply in request.replies.all()),
            _("These words do not stand in the reply like that. Copy them from it."),
            field=f"{path}words",
        )
    elif asked.included:
        _check_silence(request, asked.words, field=f"{path}words")


def _check_silence(request: ReplyRequest, words: str, *, field: str = "until") -> None:
    """Raises ``Refused`` where "they did not answer" would not be true."""
    if words:
        return
    ledger.require(
        request.until is None or request.until < timezone.localdate(),
        _("They may still answer, so it cannot be said that they did not."),
        field=field,
    )
    in_time = request.replies.all() if request.until is None else request.replies.filter(received_on__lte=request.until)
    ledger.require(not in_time.exists(), _("They did answer. Copy what readers should see of it."), field=field)


# The link through which they answer without an account


@ledger.service
def make_link(*, actor: User, request_id: int, valid_for: timedelta) -> str:
    """The secret part of an address through which the addressee may answer, once, within ``valid_for``.

    It is returned here and kept nowhere: the database has its SHA-256 alone. An earlier link ends by it. Raises
    ``Refused`` for a time that is not positive or longer than ``LONGEST_LINK``.
    """
    token = secrets.token_urlsafe(32)
    with ledger.change(ReplyRequest, request_id, action=Action.CHANGE, actor=actor) as work:
        ledger.require(
            timedelta() < valid_for <= LONGEST_LINK,
            _("A link is valid for a day up to %(days)s days.") % {"days": LONGEST_LINK.days},
            field="days",
        )
        work.put(work.aggregate, link_hash=digest(token), link_until=timezone.now() + valid_for, link_used_at=None)
    return token


def digest(token: str) -> str:
    """What the database keeps of a link."""
    return hashlib.sha256(token.encode(errors="replace")).hexdigest()


def request_of(token: str) -> ReplyRequest | None:
    """The request that a link leads to, whether it can still be answered or not."""
    return ReplyRequest.objects.filter(link_hash=digest(token)).first()


def linked(token: str) -> ReplyRequest:
    """The request that a link leads to, as long as it can be answered; raises ``Unanswerable``. Writes nothing."""
    return _answerable(request_of(token))


def _answerable(request: ReplyRequest | None) -> ReplyRequest:
    if request is None:
        code = "unknown"
    elif request.link_used_at is not None:
        code = "used"
    elif request.link_until is None or request.link_until <= timezone.now():
        code = "late"
    else:
        return request
    raise Unanswerable(why_closed(code), code=code)


def why_closed(code: str) -> str:
    """The sentence for a code of ``Unanswerable``."""
    return {
        "unknown": _("This link leads nowhere. Perhaps a part of it is missing, or a newer one was sent."),
        "used": _("A reply was sent through this link already, and it arrived. The link can be used once."),
        "late": _("The time for answering through this link is over."),
    }[code]


def sent_before(request: ReplyRequest, words: str) -> Reply | None:
    """The last reply through the link, where these are its words: whoever sent them clicked twice."""
    last = request.replies.filter(way=ReplyWay.LINK.value).last()
    return last if last is not None and last.words == verbatim.received(words) else None


@ledger.service
def answer(*, token: str, words: str) -> Reply:
    """What the addressee answers through the link: recorded by the system, once. Raises ``Unanswerable``, ``Refused``.

    A refused text leaves the link as it is.
    """
    key = linked(token).pk
    with ledger.change(ReplyRequest, key, action=Action.REPLY, actor=people.system_user()) as work:
        # Asked again under the lock: of two at once, one finds the link used.
        request = work.aggregate if work.aggregate.link_hash == digest(token) else None
        _answerable(request)
        reply = _record(work, words, timezone.localdate(), ReplyWay.LINK)
        work.put(work.aggregate, link_used_at=timezone.now())
    return reply
