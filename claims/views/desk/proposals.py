"""Open suggestions: what each would change, whether it still can, and what the person who looks may do with it."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from django.contrib.auth.models import User

from claims.forms.wording import field_name, language_of
from claims.language import differences
from claims.models import Claim, Suggestion
from claims.rules import permissions
from claims.services import people, review
from claims.vocabulary import Action


@dataclass(frozen=True)
class Proposal:
    """An open suggestion. Where other words stand there by now (``now``) it ``stands`` no more and is not taken."""

    suggestion: Suggestion
    field: str
    language: str
    by: str
    parts: list[differences.Part]
    stands: bool
    now: str
    may_take: bool
    may_dismiss: bool


def of(
    claim: Claim, user: User, suggestions: Iterable[Suggestion], wordings: Mapping[str, str] | None = None
) -> list[Proposal]:
    """``suggestions`` of the claim as ``user`` sees them; ``wordings`` are given where somebody has read them."""
    suggestions = list(suggestions)
    if not suggestions:
        return []
    known = review.wordings(claim) if wordings is None else wordings
    is_author = user.pk in people.author_ids(claim)
    person = people.person(user)
    may_take = is_author and not permissions.refusal(Action.TAKE, person)
    may_dismiss = not permissions.refusal(Action.DISMISS, person)
    return [
        Proposal(
            suggestion=one,
            field=field_name(one.path),
            language=language_of(one.path),
            by=people.name_of(one.by),
            parts=differences.shortened(differences.words(one.before, one.proposed)),
            stands=(stands := known.get(one.path, "") == one.before),
            now=known.get(one.path, ""),
            may_take=may_take and stands,
            may_dismiss=may_dismiss and (is_author or one.by_id == user.pk),
        )
        for one in suggestions
    ]
