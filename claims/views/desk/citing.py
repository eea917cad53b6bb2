"""Evidence on the claim's own page: entered in two fields, sorted, regrouped, taken out and put back in place."""

from typing import Any

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from claims.errors import Conflict, DomainError
from claims.forms import saving
from claims.forms.citing import CiteForm, cleaned
from claims.forms.evidence import newer_citation, suggested_key
from claims.models import Claim, Evidence, Source
from claims.services import citing, ledger, records, research
from claims.views.desk import claims as claim_views
from claims.views.desk import editing, known
from claims.views.desk.access import actor, claim_or_404, desk_view, require
from claims.vocabulary import Action, Question, SourceKind, Stance

# Entering


@desk_view
@require_http_methods(["GET", "HEAD", "POST"])
def cite(request: HttpRequest, claim_id: int) -> HttpResponse:
    """A GET gives what is known of ``?cited=``, as a part of the page; a POST adds the item.

    What was not shown yet is not saved: a form whose citation was filled for other words comes back to be looked at.
    """
    found = claim_or_404(claim_id)
    require(request, Action.EDIT)
    if request.method != "POST":
        if not request.headers.get("X-Part"):
            return redirect(f"{found.get_absolute_url()}#evidence")
        looked_up = _looked_up(found, request.GET.get("cited", ""))
        return render(request, "desk/_cite_known.html", known.context_of(looked_up))
    data, is_shown = _filled(found, request.POST)
    form = _form(found, data, data["cited"])
    form.is_shown = is_shown
    status = _add(request, found, form)
    if status == editing.SAVED:
        return redirect(f"{found.get_absolute_url()}#evidence-{form.added}")
    return claim_views.claim_page(request, claim_id, cite_form=form, status=status)


def _looked_up(found: Claim, cited: str) -> CiteForm:
    values, source = known.prefilled(cited)
    return CiteForm(claim=found, initial=values, known=source, beside=_beside(found))


def _form(found: Claim, data: Any, cited: str) -> CiteForm:
    _values, source = known.prefilled(cited)
    return CiteForm(data, claim=found, initial={}, known=source, beside=_beside(found))


def _beside(found: Claim) -> list[Source]:
    """The documents that are cited in the claim already: one of them may be what a new one repeats."""
    return list(Source.objects.filter(evidence__claim=found, evidence__removed=False).distinct())


_STANDING_IN = {"kind": SourceKind.SECONDARY.value}
"""What the empty form says although nobody has chosen it."""


def _filled(found: Claim, posted: Any) -> tuple[Any, bool]:
    """The posted form, its citation filled where that was not done for these words yet; and whether it was.

    What the last filling gave makes way for the new one; what somebody typed stays.
    """
    data = posted.copy()
    cited, shown = cleaned(data.get("cited", "")), cleaned(data.get("shown", ""))
    data["cited"] = data.get("cited", "")
    if cited == shown:
        return data, True
    before = known.prefilled(shown)[0] if shown else {}
    now = known.prefilled(cited)[0]
    for name in CiteForm.OF_THE_CITATION:
        typed = data.get(name, "")
        standing_in = before.get(name, "") if shown else _STANDING_IN.get(name, "")
        if typed in ("", standing_in):
            data[name] = now.get(name, "")
    if data.get("unnamed"):
        data["url"] = posted.get("url", "")
    data["shown"], data["source"] = now["shown"], now["source"]
    return data, False


def _add(request: HttpRequest, found: Claim, form: CiteForm) -> int:
    """Adds the item that a posted form describes; returns the status of the answer. ``form.added`` is its key."""
    if not form.is_valid():
        return saving.UNUSABLE
    values, source = form.cleaned_data, form.known_source
    later = saving.changes_since(found, values["opened_at"])
    again = _sent_before(found, form, later)
    if again is not None:
        form.added = again.key
        messages.info(request, _("This is among the evidence already."))
        return editing.SAVED
    twin = citing.same_item(found, source, values["excerpt"]) if source else None
    if twin is not None and not values["anyway"]:
        form.has_twin = True
        form.add_error("excerpt", _("%(key)s has the same words of the same source already.") % {"key": twin.key})
        return saving.UNUSABLE
    if not form.is_shown:
        return 200
    used = list(found.evidence.values_list("key", flat=True))
    form.added = suggested_key(source.publisher if source else values["publisher"], used)
    try:
        _save(request, found, form)
    except Conflict:
        form.add_error(None, _("Somebody added evidence at the same moment. Nothing was saved; try again."))
        return saving.CONFLICT
    except DomainError as error:
        return saving.refused(form, error, anew=lambda: form, later=later)
    messages.success(request, _("Added as %(key)s: %(line)s") % {"key": form.added, "line": form.line})
    return editing.SAVED


def _sent_before(found: Claim, form: CiteForm, later: saving.History) -> Evidence | None:
    """The item that this very form made when it was sent before: a second click."""
    keys = [path.split(".")[1] for path, change in later.items() if path.endswith(".stance") and change.before is None]
    same = {name: form.cleaned_data[name] for name in ("stance", "bears_on", "excerpt", "title", "url", "note")}
    return found.evidence.standing().filter(key__in=keys, **same).first()


@ledger.service
def _save(request: HttpRequest, found: Claim, form: CiteForm) -> Claim:
    """Two actions, a new source and the item, that are saved together or not at all."""
    with transaction.atomic():
        source = form.known_source or records.create_source(actor=actor(request), **form.source_values())
        edits = form.edits_of(form.added, source)
        return research.edit_claim(
            claim_id=found.pk, actor=actor(request), edits=edits, opened_at=form.cleaned_data["opened_at"]
        )


# One press on an item

ASIDE, BACK = "out", "back"
_OF_A_PRESS: dict[str, dict[str, Any]] = {
    **{stance.value: {"stance": stance.value} for stance in Stance},
    **{question.value: {"bears_on": question.value} for question in Question},
    ASIDE: {"removed": True},
    BACK: {"removed": False},
    "lead": {"seen_how": ""},
}
"""What a press writes into the item's fields; the others depend on the item."""


@desk_view
@require_POST
def press(request: HttpRequest, claim_id: int, key: str) -> HttpResponse:
    """One button of an item: its stance, its question, lead or seen, its place, out or back, the newer citation."""
    found = claim_or_404(claim_id)
    require(request, Action.EDIT)
    item = found.evidence.filter(key=key).select_related("source").first()
    if item is None:
        raise Http404
    wanted = request.POST.get("do", "")
    edits = _edits_of(found, item, wanted)
    page, opened_at = found.get_absolute_url(), _opened_at(request)
    later = saving.changes_since(found, opened_at or found.revision)
    if edits is None:
        messages.error(request, _("There is no such button. Open the page again."))
        return redirect(f"{page}#evidence")
    if item.removed and wanted != BACK:
        messages.error(request, _("%(key)s was taken out of the claim.") % {"key": key})
        return redirect(f"{page}#evidence")
    try:
        saved = research.edit_claim(claim_id=found.pk, actor=actor(request), edits=edits, opened_at=opened_at)
    except Conflict:
        messages.error(request, _("Somebody changed %(key)s meanwhile. Nothing was saved; look again.") % {"key": key})
        return redirect(f"{page}#evidence-{key}")
    except DomainError as error:
        messages.error(request, str(error))
        return redirect(f"{page}#evidence")
    if wanted == ASIDE:
        return redirect(f"{page}?out={key}#evidence")
    if wanted not in _MOVES:
        editing.tell(request, found, saved, later)
    return redirect(f"{page}#evidence-{key}")


_MOVES = {"up": -1, "down": 1}


def _edits_of(found: Claim, item: Evidence, wanted: str) -> dict[str, Any] | None:
    """The edits of one press; None for a press that does not exist."""
    if wanted in _MOVES:
        return _moved(found, item, _MOVES[wanted])
    prefix = f"evidence.{item.key}."
    if wanted == "seen":
        values: dict[str, Any] | None = {"seen_how": item.seen_how or _("read online")}
    elif wanted == "newer":
        values = newer_citation(item)
    else:
        values = _OF_A_PRESS.get(wanted)
    return None if values is None else {prefix + name: value for name, value in values.items()}


def _moved(found: Claim, item: Evidence, step: int) -> dict[str, Any]:
    """The order in which the item stands one place earlier or later among those that it is shown with."""
    items = list(found.evidence.standing())
    order = [one.key for one in items]
    group = [one.key for one in items if _shown_with(one) == _shown_with(item)]
    if item.key not in group:
        return {}
    at = group.index(item.key) + step
    if 0 <= at < len(group):
        here, there = order.index(item.key), order.index(group[at])
        order.insert(there, order.pop(here))
    return {"evidence_order": order}


def _shown_with(item: Evidence) -> tuple[str, str]:
    """The group in which the page shows an item."""
    return ("", "") if item.is_lead else (item.bears_on, item.stance)


def _opened_at(request: HttpRequest) -> int | None:
    typed = request.POST.get("opened_at", "")
    return int(typed) if typed.isascii() and typed.isdigit() and 0 < len(typed) < 10 else None
