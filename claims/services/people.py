"""The people of the desk: their roles (Django groups) and the system itself as an actor."""

from django.contrib.auth.models import AbstractBaseUser, Group, User
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from claims.models import Claim, LedgerEntry, Publication
from claims.rules import permissions
from claims.rules.permissions import RANKS, Person
from claims.vocabulary import Action, PublicationKind, Role

SYSTEM_USERNAME = "system"
_GROUPS = "_role_groups"


def make_groups() -> None:
    """Makes the group of each role; doing it twice changes nothing."""
    for role in Role:
        Group.objects.get_or_create(name=role.value)


def lock_intake() -> None:
    """Lets one transaction at a time decide whether a copy is new; others wait for its end.

    A group's row is the lock, since it is there before the first article is. SQLite's transaction is a lock itself.
    """
    Group.objects.select_for_update(no_key=True).get(name=Role.RESEARCHER.value)


def system_user() -> User:
    """The actor of what no person did: it cannot log in."""
    user, made = User.objects.get_or_create(username=SYSTEM_USERNAME, defaults={"is_active": False})
    if made:
        user.set_unusable_password()
        user.save(update_fields=["password"])
    return user


def put_in_group(user: User, role: str) -> None:
    """Gives ``user`` a role; doing it twice changes nothing."""
    user.groups.add(Group.objects.get(name=role))


def pseudonymise(*, actor: User, user: User) -> User:
    """Takes the name from somebody who has left: the key stays, so that the ledger still tells one from another.

    Only the head of desk may. Names in published versions are another matter: an ordered erasure covers them.
    """
    if role_of(actor) is not Role.CHIEF:
        raise PermissionDenied(_("Only the head of desk takes a name away."))
    user.username, user.first_name, user.last_name, user.email = f"former-{user.pk}", "", "", ""
    user.is_active = user.is_superuser = user.is_staff = False
    user.set_unusable_password()
    user.save()
    user.groups.clear()
    return user


def role_of(user: AbstractBaseUser) -> Role | None:
    """The highest role of an active user; superusers are chiefs; None for everybody else."""
    if not isinstance(user, User) or not user.is_active:
        return None
    if user.is_superuser:
        return Role.CHIEF
    names = _group_names(user)
    ranked = [role for role in RANKS if role.value in names]
    if ranked:
        return max(ranked, key=lambda role: RANKS[role])
    return Role.AUDITOR if Role.AUDITOR.value in names else None


def _group_names(user: User) -> frozenset[str]:
    """Read once for each user object, so that a page may ask for a role as often as it likes."""
    cached: frozenset[str] | None = getattr(user, _GROUPS, None)
    if cached is None:
        cached = frozenset(group.name for group in user.groups.all())
        setattr(user, _GROUPS, cached)
    return cached


def person(user: User, claim: Claim | None = None) -> Person:
    """What the rules need to know of ``user``, as to ``claim`` where one is given."""
    if user.username == SYSTEM_USERNAME:
        return Person(is_system=True)
    return Person(role=role_of(user), is_author=claim is not None and user.pk in author_ids(claim))


def author_ids(claim: Claim) -> frozenset[int]:
    """The authors of ``claim``: who wrote since the last publication other than a retraction, and for whom."""
    entries = _entries_since_publication(claim).filter(authored=True)
    pairs = entries.values_list("actor_id", "on_behalf_of_id")
    return frozenset(user_id for pair in pairs for user_id in pair if user_id is not None)


def authors(claim: Claim) -> list[User]:
    """The authors of ``claim`` in the order of their keys; see ``author_ids``."""
    return list(User.objects.filter(pk__in=author_ids(claim)).order_by("pk"))


def _entries_since_publication(claim: Claim) -> QuerySet[LedgerEntry]:
    last = (
        Publication.objects.filter(check_page__claim=claim)
        .exclude(kind=PublicationKind.RETRACTION.value)
        .order_by("-number")
        .values_list("entry__sequence", flat=True)
        .first()
    )
    return claim.ledger.filter(sequence__gt=last or 0)


def may_approve(user: User) -> bool:
    """Whether ``user`` is active and holds a role that approves."""
    return not permissions.refusal(Action.APPROVE, Person(role=role_of(user)))


def may_publish(user: User) -> bool:
    """Whether ``user`` is active and holds a role that publishes."""
    return not permissions.refusal(Action.PUBLISH, Person(role=role_of(user)))


def approvers(claim: Claim, content_hash: str) -> list[User]:
    """Who approved this very content and is, by now, no author and still an editor; in the order of approving."""
    authored = author_ids(claim)
    approvals = claim.approvals.filter(content_hash=content_hash).select_related("by").order_by("pk")
    return [approval.by for approval in approvals if approval.by_id not in authored and may_approve(approval.by)]


def name_of(user: AbstractBaseUser) -> str:
    """How a person is named on pages: the full name, else the login name."""
    return (user.get_full_name() or user.get_username()) if isinstance(user, User) else str(user)
