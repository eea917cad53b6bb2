"""The people of the desk: their roles (Django groups) and the system itself as an actor."""

import itertools
from collections.abc import Iterable

from django.contrib.auth.models import AbstractBaseUser, Group, User
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from claims import composition
from claims.models import Claim, ConflictOfInterest, Evidence, LedgerEntry, Member, Publication, Voice
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


def lock(*users: User) -> None:
    """Holds these accounts until the transaction ends, by rising key; SQLite's transaction is a lock itself."""
    keys = [user.pk for user in users]
    list(User.objects.select_for_update(no_key=True).filter(pk__in=keys).order_by("pk").values_list("pk"))


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
    if claim is None:
        return Person(role=role_of(user))
    return Person(
        role=role_of(user),
        is_author=user.pk in author_ids(claim),
        conflicts=conflicts([claim], user).get((claim.pk, user.pk), ()),
    )


def conflicts(claims: Iterable[Claim], *users: User) -> dict[tuple[int, int], tuple[str, ...]]:
    """(claim, user) -> what of the claim that user declared a conflict of interest in, by name.

    Of everybody, unless ``users`` are given. It counts when it is about the claim's speaker, a voice of its
    quotations, a source that it cites or the document which that repeats in the end, or a topic of it; a merged
    speaker counts as the one that stands for it. A fixed number of queries.
    """
    declared = ConflictOfInterest.objects.filter(ended_at__isnull=True)
    if users:
        declared = declared.filter(member__user__in=users)
    found = list(declared.select_related("member", "speaker__merged_into", "source"))
    if not found:
        return {}
    things = _things(list(claims))
    hits: dict[tuple[int, int], tuple[str, ...]] = {}
    for conflict in found:
        about, name = thing(conflict)
        for claim_id, known in things.items():
            if about in known:
                place = (claim_id, conflict.member.user_id)
                hits[place] = (*hits.get(place, ()), name)
    return hits


Thing = tuple[str, int | str]
"""What a conflict of interest can be about: ("speaker", key), ("source", key) or ("topic", words in lower case)."""


def thing(conflict: ConflictOfInterest) -> tuple[Thing, str]:
    """What it is about, and how people call that."""
    if conflict.speaker is not None:
        speaker = composition.standing(conflict.speaker)
        return ("speaker", speaker.pk), speaker.name
    if conflict.source is not None:
        return ("source", conflict.source.pk), str(conflict.source)
    return ("topic", conflict.topic.casefold()), conflict.topic


def _things(claims: list[Claim]) -> dict[int, set[Thing]]:
    """Of each claim all that a conflict of interest in it can be about."""
    things: dict[int, set[Thing]] = {
        claim.pk: {("topic", str(topic).casefold()) for topic in claim.topics} for claim in claims
    }
    judged = Claim.objects.filter(pk__in=things, speaker__isnull=False)
    heard = Voice.objects.filter(quotation__claim__in=things, speaker__isnull=False)
    for claim_id, speaker_id, merged_into_id in itertools.chain(
        judged.values_list("pk", "speaker_id", "speaker__merged_into_id"),
        heard.values_list("quotation__claim_id", "speaker_id", "speaker__merged_into_id"),
    ):
        things[claim_id].add(("speaker", merged_into_id or speaker_id))
    cited = list(Evidence.objects.standing().filter(claim__in=things).values_list("claim_id", "source_id"))
    roots = composition.source_roots({source_id for _claim_id, source_id in cited})
    for claim_id, source_id in cited:
        things[claim_id] |= {("source", source_id), ("source", roots[source_id])}
    return things


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
    """Who approved this very content and may do so by now still; in the order of approving.

    That is an editor, who is no author and has declared no conflict of interest.
    """
    approvals = claim.approvals.filter(content_hash=content_hash).select_related("by").order_by("pk")
    barred = author_ids(claim) | {user_id for _claim_id, user_id in conflicts([claim])}
    return [approval.by for approval in approvals if approval.by_id not in barred and may_approve(approval.by)]


def reader_again(claim: Claim, *writers: User) -> User | None:
    """To whom a claim comes back that has to be read again: who is asked to read it, else who approved it last.

    Nobody who could not approve it by then, ``writers`` being about to be its authors; and nobody who is away, unless
    they were asked.
    """
    today = timezone.localdate()
    away = Member.objects.filter(away_from__lte=today).exclude(away_until__lt=today)
    approvals = claim.approvals.exclude(by__member__in=away).select_related("by")
    known = [approval.by for approval in approvals.order_by("-pk")]
    barred = author_ids(claim) | {user.pk for user in writers} | {user_id for _claim, user_id in conflicts([claim])}
    asked = [claim.reader] if claim.reader is not None else []
    return next((user for user in (*asked, *known) if user.pk not in barred and may_approve(user)), None)


FORMER = "former-"
"""What the login name of somebody begins with whose name was taken away; their key follows."""


def is_former(user: AbstractBaseUser) -> bool:
    """Whether the name of this person was taken away (``erasure.pseudonymise``)."""
    return user.get_username() == f"{FORMER}{user.pk}"


def name_of(user: AbstractBaseUser) -> str:
    """How a person is named on pages: the full name, else the login name; in the reader's language who has left."""
    if is_former(user):
        return _("former colleague %(number)s") % {"number": user.pk}
    return kept_name_of(user)


def kept_name_of(user: AbstractBaseUser) -> str:
    """How a person is named where it is kept for readers of every language, as in a publication."""
    return (user.get_full_name() or user.get_username()) if isinstance(user, User) else str(user)
