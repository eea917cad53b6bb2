"""Who may read and approve what: the rules of ``services.people``, asked for many claims with a few queries.

``author_ids`` and ``editors`` say the same as ``people.author_ids`` and ``people.may_approve``, one claim or one
person at a time; a test holds them together.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import F, IntegerField, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils.translation import gettext as _

from claims.models import Approval, Claim, LedgerEntry, Publication
from claims.rules import gates, permissions
from claims.rules.permissions import RANKS, Person
from claims.services import people
from claims.vocabulary import Action, PublicationKind, Risk, Role

INTO_REVIEW = (Action.SUBMIT, Action.REVISE, Action.EDIT, Action.LINK, Action.ERASE)
"""What can bring a claim into the second read; in it, content changes by taken suggestions only."""


@dataclass(frozen=True)
class Reading:
    """How far the second read of one claim is, and whether somebody may approve it."""

    authors: list[str]
    approvals: int
    needed: int
    why_not: str

    @property
    def missing(self) -> int:
        return max(self.needed - self.approvals, 0)


def with_role(role: Role) -> QuerySet[User]:
    """The active people of this role or a higher one."""
    names = [name.value for name, rank in RANKS.items() if rank >= RANKS[role]]
    allowed = Q(is_superuser=True) | Q(groups__name__in=names)
    people_with_it = User.objects.filter(allowed, is_active=True).exclude(username=people.SYSTEM_USERNAME)
    return people_with_it.distinct().order_by("last_name", "first_name", "username")


def who_may(action: Action, claim: Claim) -> list[str]:
    """The names of those whose role allows ``action``, without authors where these may not."""
    allowed = with_role(permissions.NEEDED[action])
    if action in permissions.NOT_BY_AN_AUTHOR:
        allowed = allowed.exclude(pk__in=people.author_ids(claim))
    return [people.name_of(user) for user in allowed]


def author_ids(claims: Iterable[Claim]) -> dict[int, frozenset[int]]:
    """The authors of each claim, by the claim's key."""
    published = (
        Publication.objects.filter(check_page__claim=OuterRef("claim"))
        .exclude(kind=PublicationKind.RETRACTION.value)
        .order_by("-number")
        .values("entry__sequence")[:1]
    )
    rows = (
        LedgerEntry.objects.filter(claim__in=[claim.pk for claim in claims], authored=True)
        .annotate(last=Coalesce(Subquery(published, output_field=IntegerField()), 0))
        .filter(sequence__gt=F("last"))
        .order_by()
        .values_list("claim_id", "actor_id", "on_behalf_of_id")
        .distinct()
    )
    found: dict[int, set[int]] = {}
    for claim_id, actor_id, on_behalf_of_id in rows:
        found.setdefault(claim_id, set()).update({actor_id, on_behalf_of_id} - {None})
    return {claim_id: frozenset(ids) for claim_id, ids in found.items()}


def readings(claims: Iterable[Claim], user: User) -> dict[int, Reading]:
    """How far each claim's second read is, as seen by ``user``; a fixed number of queries.

    An approval counts here when nothing was written into the content since. That a record beside the claim was
    changed (a speaker's name) is found on the read page and again at publishing, which compose the content.
    """
    claims = list(claims)
    authors, changed = author_ids(claims), _last_changes(claims)
    names = {one.pk: people.name_of(one) for one in User.objects.filter(pk__in=frozenset().union(*authors.values()))}
    editors = set(with_role(permissions.NEEDED[Action.APPROVE]).values_list("pk", flat=True))
    standing: dict[int, set[int]] = {}
    for approval in Approval.objects.filter(claim__in=[claim.pk for claim in claims]):
        is_author = approval.by_id in authors.get(approval.claim_id, frozenset())
        if approval.by_id in editors and not is_author and approval.created_at > changed[approval.claim_id]:
            standing.setdefault(approval.claim_id, set()).add(approval.by_id)
    role = people.role_of(user)
    return {
        claim.pk: Reading(
            authors=sorted(names[key] for key in authors.get(claim.pk, frozenset())),
            approvals=len(standing.get(claim.pk, ())),
            needed=gates.approvals_needed(Risk(claim.risk)),
            why_not=_why_not(role, claim, user, authors, standing),
        )
        for claim in claims
    }


def _why_not(
    role: Role | None,
    claim: Claim,
    user: User,
    authors: Mapping[int, frozenset[int]],
    standing: Mapping[int, set[int]],
) -> str:
    """Why ``user`` may not approve the claim, as a sentence; empty when they may."""
    is_author = user.pk in authors.get(claim.pk, frozenset())
    reason = permissions.refusal(Action.APPROVE, Person(role=role, is_author=is_author))
    if reason or user.pk not in standing.get(claim.pk, ()):
        return reason
    return _("You have approved it; a second person is still asked for.")


def _last_changes(claims: list[Claim]) -> dict[int, datetime]:
    """When each claim's content was last written."""
    rows = LedgerEntry.objects.filter(claim__in=[claim.pk for claim in claims], changed_content=True)
    return {claim.pk: claim.created_at for claim in claims} | dict(
        rows.order_by().values_list("claim_id").annotate(last=Max("at"))
    )


def with_review_since(claims: QuerySet[Claim]) -> QuerySet[Claim]:
    """Adds ``since``: when the claim came into the second read."""
    entries = LedgerEntry.objects.filter(claim=OuterRef("pk"), action__in=[action.value for action in INTO_REVIEW])
    return claims.annotate(since=Coalesce(Subquery(entries.order_by("-sequence").values("at")[:1]), "created_at"))
