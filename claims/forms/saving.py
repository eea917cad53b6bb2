"""What becomes of a posted form when the service refuses it: it comes back with the reasons and all that was typed.

Desk and admin share it, so that a second tab, a wrong state and a busy database read the same on both.
"""

import json
from collections.abc import Callable

from django.http import QueryDict
from django.utils.translation import gettext as _

from claims.errors import Busy, Conflict, DomainError, NotEditable, Refused
from claims.forms.edits import EditForm, Later
from claims.forms.wording import field_name
from claims.models import Aggregate
from claims.services import people

UNUSABLE, CONFLICT, BUSY = 422, 409, 503
"""What a page answers: a field needs another look, somebody else was here, the database gave no way."""


_NOT_TYPED = frozenset(
    {"csrfmiddlewaretoken", "opened_at", "content_hash", "parts", "_save", "_continue", "_addanother"}
)


def typed(data: QueryDict) -> list[tuple[str, str]]:
    """The words in a posted form, each with its field's name; passwords are not repeated to anybody."""
    names = [name for name in data if name not in _NOT_TYPED and "password" not in name]
    return [(name, value) for name in names for value in data.getlist(name) if value.strip()]


class History(dict[str, Later]):
    """Path -> what was made of it after a revision; ``erased``: something of that time was emptied by an order."""

    erased = False


def changes_since(record: Aggregate, revision: int) -> History:
    """What later entries than ``revision`` changed in ``record``; nothing in one that is yet to be made."""
    history = History()
    if record.pk is None:
        return history
    entries = record.ledger.filter(sequence__gt=revision).select_related("actor", "change").order_by("sequence")
    for entry in entries:
        if not entry.change.text:
            history.erased = True
            continue
        for path, (before, _now) in json.loads(entry.change.text)["fields"].items():
            first = history.get(path)
            history[path] = Later(
                before=first.before if first else before,
                who=people.name_of(entry.actor),
                who_id=entry.actor_id,
                at=entry.at,
            )
    return history


def refused(form: EditForm, error: DomainError, *, anew: Callable[[], EditForm], later: History) -> int:
    """Makes the form say why the service refused it; returns the status of the answer.

    ``anew`` makes the same form over the record as it stands now.
    """
    if isinstance(error, Conflict):
        form.erased_since = later.erased
        form.dispute(anew(), later)
        return CONFLICT
    form.ask(anew(), [], {})
    if isinstance(error, Refused):
        form.refuse(error)
        return UNUSABLE
    form.add_error(None, str(error))
    return status_of(error)


def status_of(error: DomainError) -> int:
    """What a page answers that was refused for this reason."""
    if isinstance(error, Conflict | NotEditable):
        return CONFLICT
    return BUSY if isinstance(error, Busy) else UNUSABLE


def meanwhile(later: History, me: int) -> str:
    """What others than ``me`` (a user's key) wrote while the form was open, as a sentence; empty for nothing."""
    others = {path: change for path, change in later.items() if change.who_id != me}
    if not others:
        return ""
    names = ", ".join(dict.fromkeys(change.who for change in others.values()))
    fields = ", ".join(dict.fromkeys(field_name(path) for path in others))
    return _("Meanwhile %(names)s changed: %(fields)s. That stands as well.") % {"names": names, "fields": fields}
