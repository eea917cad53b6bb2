"""What somebody is typing: kept for that person alone, outside the ledger, until the form is saved or discarded.

A draft changes no claim: no entry, no revision, and nothing that is composed. Its words lie in the database all the
same, so an ordered erasure covers them.
"""

import re
from collections.abc import Mapping

from django.contrib.auth.models import User
from django.db import transaction
from django.utils.translation import gettext as _

from claims.errors import NotCanonical, Refused
from claims.language import canonical
from claims.models import Claim, Draft
from claims.services import ledger
from claims.vocabulary import Action

LONGEST = 200_000
"""Characters of all fields of one draft together: three times what the longest field of a form holds."""

MOST_FIELDS = 100
NAME_LENGTH = 100

FORM = re.compile(r"verdict|text-[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8}){0,4}")
"""The forms that have drafts: the verdict's, and the words in one language."""

Values = Mapping[str, list[str]]
"""A form's own names with what would be sent for each; an unticked box has an empty text."""


@ledger.service
def keep(*, actor: User, claim_id: int, form: str, opened_at: int, values: Values) -> Draft:
    """Puts ``values`` into the actor's draft of a form; fields that are not named stay as they are in it.

    ``opened_at`` is the revision that the form shows. A draft that is there already keeps the earlier of the two, so
    that the conflict rule asks about whatever was saved since its first word. It may be kept in every status of the
    claim. Raises ``Refused`` when it is too long, or holds what cannot be stored, and ``Claim.DoesNotExist``.
    """
    ledger.permit(Action.EDIT, actor)
    ledger.require(FORM.fullmatch(form), _("There are no drafts of this form."))
    _check(values)
    with transaction.atomic():
        claim = Claim.objects.only("revision").get(pk=claim_id)
        ledger.require(0 < opened_at <= claim.revision, _("The form does not say when it was opened."))
        given = {"opened_at": opened_at, "values": dict(values)}
        # Two sendings of one page may overlap: the later one waits for the row, and finds it.
        drafts = Draft.objects.select_for_update()
        draft, made = drafts.get_or_create(by=actor, claim=claim, form=form, defaults=given)
        if made:
            return draft
        draft.values = {**draft.values, **values}
        draft.opened_at = min(draft.opened_at, opened_at)
        _check(draft.values)
        draft.save()
    return draft


def _check(values: Values) -> None:
    length = sum(len(text) for texts in values.values() for text in texts)
    fits = length <= LONGEST and len(values) <= MOST_FIELDS and all(len(name) <= NAME_LENGTH for name in values)
    ledger.require(fits, _("This is too long to be kept as a draft."))
    try:
        for text in (*values, *(text for texts in values.values() for text in texts)):
            canonical.clean(text)
    except NotCanonical as problem:
        raise Refused(str(problem)) from problem


def of(*, actor: User, claim_id: int, form: str) -> Draft | None:
    """The actor's own draft of a form; nobody else's is ever given."""
    return Draft.objects.filter(by=actor, claim=claim_id, form=form).first()


def of_claim(*, actor: User, claim_id: int) -> list[Draft]:
    """All of the actor's drafts of a claim, the newest first."""
    return list(Draft.objects.filter(by=actor, claim=claim_id).order_by("-saved_at", "-pk"))


def discard(*, actor: User, claim_id: int, form: str) -> bool:
    """Takes the actor's draft of a form away; returns whether there was one."""
    found, _rows = Draft.objects.filter(by=actor, claim=claim_id, form=form).delete()
    return bool(found)
