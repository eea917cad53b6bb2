"""Saving a form of the desk: one service call, and what the page says when it is refused.

Whatever goes wrong, the form comes back with everything that was typed.
"""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.http import HttpRequest
from django.utils.translation import gettext as _

from claims.errors import DomainError
from claims.forms import saving
from claims.forms.edits import EditForm
from claims.models import Aggregate, Claim
from claims.services import people, research
from claims.views.desk.access import actor
from claims.vocabulary import Status

SAVED = 302
"""What a page answers that has nothing more to ask; the others stand in ``forms.saving``."""


Write = Callable[[dict[str, Any], int], Aggregate]
"""The one service call of a form: edits by path, and the revision that the form was opened at."""


def save(
    request: HttpRequest, record: Aggregate, form: EditForm, *, anew: Callable[[], EditForm], write: Write | None = None
) -> int:
    """Saves a posted form over a claim, or over a record by ``write``; returns the status of the answer.

    ``anew`` makes the same form over the record as it is. ``SAVED`` leaves a message for the next page; with every
    other status the form carries the reasons.
    """

    def edit_claim(edits: dict[str, Any], opened_at: int) -> Aggregate:
        return research.edit_claim(claim_id=record.pk, actor=actor(request), edits=edits, opened_at=opened_at)

    if not form.is_valid():
        form.ask(anew(), [], {})
        return saving.UNUSABLE
    opened_at = form.cleaned_data["opened_at"]
    later = saving.changes_since(record, opened_at)
    try:
        saved = (write or edit_claim)(form.edits(later), opened_at)
    except DomainError as error:
        return saving.refused(form, error, anew=anew, later=saving.changes_since(record, opened_at))
    tell(request, record, saved, later)
    return SAVED


def tell(request: HttpRequest, found: Aggregate, saved: Aggregate, later: saving.History) -> None:
    """Says what became of a form that went through, also when others wrote other fields meanwhile.

    ``found`` is the claim or the record as it was read before it was saved.
    """
    if saved.revision == found.revision:
        messages.info(request, _("Nothing was changed, so nothing was saved."))
        return
    messages.success(request, _("Saved."))
    for sentence in _revised(found, saved):
        messages.warning(request, sentence)
    others = saving.meanwhile(later, actor(request).pk)
    if others:
        messages.info(request, others)


def _revised(found: Aggregate, saved: Aggregate) -> list[str]:
    """What an edit of an approved claim set off: it is read again, by whom, and it has no time of publication."""
    if not (isinstance(found, Claim) and isinstance(saved, Claim)):
        return []
    if (found.status, saved.status) != (Status.APPROVED, Status.REVIEW):
        return []
    said = [_("It was approved, and its content has changed: it is in the second read again.")]
    if saved.reader is not None:
        said.append(_("%(name)s is asked to read what differs.") % {"name": people.name_of(saved.reader)})
    if found.publish_at is not None:
        said.append(_("The time of publication is taken away."))
    return [" ".join(said)]
