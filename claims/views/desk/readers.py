"""Who may read and approve what: the rules of ``services.people``, asked for many claims with a few queries.

``author_ids``, ``with_role`` and ``Asked.why_not`` say the same as ``people.author_ids``, ``people.may_approve`` and
``members.why_not_reader``, one claim or one person at a time; tests hold them together.
"""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.models import User
from django.db.models import Count, F, IntegerField, Max, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext as _

from claims.forms.members import away_words, named
from claims.models import Approval, Claim, LedgerEntry, Member, Publication
from claims.rules import gates, permissions
from claims.rules.permissions import RANKS, Person
from claims.services import members, people
from claims.vocabulary import Action, PublicationKind, Risk, Role

INTO_REVIEW = (Action.SUBMIT, Action.REVISE, Action.EDIT, Action.LINK, Action.ERASE)
"""What can bring a claim into the second read; in it, content changes by taken suggestions only."""


@dataclass(frozen=True)
class Asked:
    """Who is asked to give a second read. ``why_not``: why they may not any more, as a sentence to others."""

    key: int
    name: str
    away: str
    why_not: str


@dataclass(frozen=True)
class Reading:
    """How far the second read of one claim is, whether somebody may approve it, who is asked and who could be.

    ``could`` are keys with names; of whoever is away the name says so.
    """

    authors: list[str]
    approvals: int
    needed: int
    why_not: str
    asked: Asked | None
    could: list[tuple[int, str]]

    @property
    def missing(self) -> int:
        return max(self.needed - self.approvals, 0)

    @property
    def waits_for_nobody(self) -> bool:
        """Whether nobody is asked who could read it."""
        return self.asked is None or bool(self.asked.why_not)


def with_role(role: Role) -> QuerySet[User]:
    """The active people of this role or a higher one."""
    names = [name.value for name, rank in RANKS.items() if rank >= RANKS[role]]
    allowed = Q(is_superuser=True) | Q(groups__name__in=names)
    people_with_it = User.objects.filter(allowed, is_active=True).exclude(username=people.SYSTEM_USERNAME)
    return people_with_it.distinct().order_by("last_name", "first_name", "username")


def who_may(action: Action, claim: Claim, *, but: Collection[User] = ()) -> list[str]:
    """The names of those whose role allows ``action``; whoever is away stands last and is named so.

    Without authors and those with a conflict of interest where these may not, and without those in ``but``.
    """
    barred = {user.pk for user in but}
    if action in permissions.NOT_BY_AN_AUTHOR:
        barred |= people.author_ids(claim) | {user_id for _claim_id, user_id in people.conflicts([claim])}
    allowed = list(with_role(permissions.NEEDED[action]).exclude(pk__in=barred))
    away = members.away(timezone.localdate()) if allowed else {}
    return [named(user, away.get(user.pk)) for user in sorted(allowed, key=lambda user: user.pk in away)]


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


class Desk:
    """Who may approve at all, and who is away today: read once for a page."""

    @cached_property
    def editors(self) -> list[User]:
        return list(with_role(permissions.NEEDED[Action.APPROVE]))

    @cached_property
    def away(self) -> dict[int, Member]:
        return members.away(timezone.localdate())


def readings(claims: Iterable[Claim], user: User, desk: Desk | None = None) -> dict[int, Reading]:
    """How far each claim's second read is, as seen by ``user``; a fixed number of queries.

    An approval counts here when nothing was written into the content since. That a record beside the claim was
    changed (a speaker's name) is found on the read page and again at publishing, which compose the content.
    """
    known = _Known(list(claims), desk or Desk())
    role = people.role_of(user)
    return {claim.pk: known.reading(claim, user, role) for claim in known.claims}


class _Known:
    """What decides who may read some claims, asked of the database once for all of them."""

    def __init__(self, claims: list[Claim], desk: Desk) -> None:
        self.claims = claims
        self.editors, self.away = desk.editors, desk.away
        self.authors = author_ids(claims)
        self.conflicts = people.conflicts(claims)
        self.approved = self._approved()
        mentioned = {claim.reader_id for claim in claims}.union(*self.authors.values()) - {None}
        self.users = {one.pk: one for one in User.objects.filter(pk__in=mentioned)}

    def _approved(self) -> dict[int, set[int]]:
        """Claim -> whose approval of what stands there now holds."""
        changed, editors = _last_changes(self.claims), {user.pk for user in self.editors}
        found: dict[int, set[int]] = {}
        for approval in Approval.objects.filter(claim__in=changed):
            place = (approval.claim_id, approval.by_id)
            is_barred = approval.by_id in self.authors.get(approval.claim_id, ()) or place in self.conflicts
            if approval.by_id in editors and not is_barred and approval.created_at > changed[approval.claim_id]:
                found.setdefault(approval.claim_id, set()).add(approval.by_id)
        return found

    def person(self, claim: Claim, key: int, role: Role | None) -> Person:
        is_author = key in self.authors.get(claim.pk, frozenset())
        return Person(role=role, is_author=is_author, conflicts=self.conflicts.get((claim.pk, key), ()))

    def reading(self, claim: Claim, user: User, role: Role | None) -> Reading:
        approved = self.approved.get(claim.pk, set())
        why_not = permissions.refusal(Action.APPROVE, self.person(claim, user.pk, role))
        if not why_not and user.pk in approved:
            why_not = _("You have approved it; a second person is still asked for.")
        return Reading(
            authors=sorted(people.name_of(self.users[key]) for key in self.authors.get(claim.pk, frozenset())),
            approvals=len(approved),
            needed=gates.approvals_needed(Risk(claim.risk)),
            why_not=why_not,
            asked=self.asked(claim),
            could=[
                (editor.pk, named(editor, self.away.get(editor.pk)))
                for editor in self.editors
                if editor.pk not in approved and not permissions.refusal(Action.APPROVE, self._editor(claim, editor))
            ],
        )

    def _editor(self, claim: Claim, editor: User) -> Person:
        return self.person(claim, editor.pk, Role.EDITOR)

    def asked(self, claim: Claim) -> Asked | None:
        reader = self.users.get(claim.reader_id)
        if reader is None:
            return None
        role = Role.EDITOR if reader in self.editors else None
        why_not = permissions.why_no_reader(people.name_of(reader), self.person(claim, reader.pk, role))
        if not why_not and reader.pk in self.approved.get(claim.pk, ()):
            why_not = members.has_approved(reader)
        member = self.away.get(reader.pk)
        away = away_words(member, timezone.localdate()) if member else ""
        return Asked(reader.pk, people.name_of(reader), away, why_not)


def stuck(claims: QuerySet[Claim], desk: Desk) -> list[int]:
    """Those of ``claims`` of which somebody is asked to read who may not any more; a fixed number of queries."""
    handed = list(claims.filter(reader__isnull=False))
    if not handed:
        return []
    known = _Known(handed, desk)
    asked = ((claim.pk, known.asked(claim)) for claim in known.claims)
    return [key for key, one in asked if one is not None and one.why_not]


@dataclass(frozen=True)
class Load:
    """How many second reads somebody is asked for now, and how many of these are overdue."""

    key: int
    name: str
    number: int
    overdue: int
    away: str


def loads(claims: QuerySet[Claim], desk: Desk) -> list[Load]:
    """Of everybody who may approve, how many of ``claims`` they are asked to read; one query."""
    today = timezone.localdate()
    counted = claims.filter(reader__isnull=False).order_by().values("reader")
    rows = counted.annotate(number=Count("pk"), overdue=Count("pk", filter=Q(due_on__lt=today)))
    numbers = {row["reader"]: (row["number"], row["overdue"]) for row in rows}
    return [
        Load(
            user.pk,
            people.name_of(user),
            *numbers.get(user.pk, (0, 0)),
            away_words(desk.away[user.pk], today) if user.pk in desk.away else "",
        )
        for user in desk.editors
    ]


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
