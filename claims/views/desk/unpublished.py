"""Claims that were to be published and were not, as the desk is told of them."""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.utils.translation import gettext as _

from claims.forms.wording import Wording, in_language
from claims.models import Claim
from claims.rules import permissions
from claims.services import people, publication
from claims.services.publication import Unpublished
from claims.views.desk import readers
from claims.vocabulary import Action, Status

_WHERE = (Status.REVIEW, Status.RESEARCH, Status.PARKED)
"""Where such a claim can stand: from anywhere else it was published, closed or approved again."""


@dataclass(frozen=True)
class Line:
    """What is told of one claim: a sentence, why, when, and who had wanted it published."""

    title: str
    reason: str
    at: datetime
    wanted_by: str


def of(claim: Claim) -> Line | None:
    """What the claim's own page tells."""
    if claim.status not in _WHERE:
        return None
    found = publication.unpublished([claim.pk]).get(claim.pk)
    return _line(found) if found else None


def told_to(user: User) -> list[tuple[Claim, Line]]:
    """What the desk's first page tells: editors of every claim, others of what they wrote, have or scheduled."""
    claims = Claim.objects.filter(status__in=[status.value for status in _WHERE])
    found = publication.unpublished(claims)
    if not found:
        return []
    concerned = list(Claim.objects.filter(pk__in=found).order_by("pk"))
    if not people.may_publish(user):
        authors = readers.author_ids(concerned)
        concerned = [
            claim
            for claim in concerned
            if user.pk in authors.get(claim.pk, ()) or user in (claim.assignee, found[claim.pk].wanted_by)
        ]
    return [(claim, _line(found[claim.pk])) for claim in concerned]


@dataclass(frozen=True)
class TakenOff:
    """The time of publication that a claim lost when somebody changed it after its approval."""

    scheduled_for: datetime
    changed_by: str


def taken_off(claim: Claim) -> TakenOff | None:
    """The time that the claim had, until an edit sent it back to the second read."""
    found = publication.taken_off_schedule(claim) if claim.status in _WHERE else None
    return TakenOff(found[1], people.name_of(found[0].actor)) if found else None


def may_take_note(user: User) -> bool:
    return not permissions.refusal(Action.RESOLVE, people.person(user))


def _line(found: Unpublished) -> Line:
    title = _("Could not be published")
    if found.at_its_time:
        when = Wording([]).of("publish_at", found.scheduled_for.isoformat() if found.scheduled_for else "")
        title = _("Could not be published at its time, %(moment)s") % {"moment": when}
    return Line(
        title=title,
        reason=in_language(found.reasons),
        at=found.entry.at,
        wanted_by=people.name_of(found.wanted_by),
    )
