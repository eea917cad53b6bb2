"""One claim: the page that shows all of it, and the forms that change it."""

from collections.abc import Callable
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Q
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from claims.errors import Conflict, DomainError, NotEditable
from claims.forms import saving
from claims.forms.citing import CiteForm
from claims.forms.claims import AssignForm, ClaimForm, CommentForm
from claims.forms.edits import EditForm
from claims.forms.evidence import NEW, EvidenceForm, NewEvidenceForm, read_citation, suggested_key
from claims.forms.verdict import VerdictForm
from claims.forms.wording import NAMES, Wording
from claims.models import Claim, Evidence, Source
from claims.rules import permissions, transitions
from claims.services import ledger, people, records, research
from claims.views.desk import dossier, drafting, editing, known, rows, snapshots, track
from claims.views.desk.access import actor, claim_or_404, desk_view, require
from claims.views.desk.frame import show
from claims.vocabulary import Action, Status

form_view = require_http_methods(["GET", "HEAD", "POST"])

MATCHES = 12


# The page


@desk_view
@require_safe
def claim(request: HttpRequest, claim_id: int) -> HttpResponse:
    """All of a claim on one page."""
    return claim_page(request, claim_id)


def claim_page(
    request: HttpRequest,
    claim_id: int,
    *,
    comment_form: CommentForm | None = None,
    cite_form: CiteForm | None = None,
    status: int = 200,
) -> HttpResponse:
    """The claim's page, also with one of its forms as it was sent."""
    found = dossier.read(claim_id)
    if found is None:
        raise Http404
    context = dossier.context(found, actor(request), language=request.GET.get("language", ""))
    context |= known.page_context(found, cite_form, may_edit=context["may_edit"], out=request.GET.get("out", ""))
    context["own_drafts"] = drafting.waiting(request, found)
    context["comment_form"] = comment_form or CommentForm(initial={"opened_at": found.revision})
    return show(request, "desk/claim.html", context, status=status)


def _head(found: Claim) -> dict[str, Any]:
    """What every page about a claim begins with."""
    return {"claim": found, "statement": rows.statement_of(found, get_language() or "")}


# Forms


def _form_page(
    request: HttpRequest, found: Claim, template: str, make: Callable[..., EditForm], context: dict[str, Any]
) -> HttpResponse:
    """One form over a claim: shown, saved, or shown again with everything that was typed.

    ``make(claim, data)`` gives the form over the claim as it stands.
    """
    form, status = make(found), 200
    if request.method == "POST":
        form = make(found, request.POST)
        status = editing.save(request, found, form, anew=lambda: make(_fresh(found)))
        if status == editing.SAVED:
            return redirect(found)
    return show(request, template, {**_head(found), "form": form, **context}, status=status)


def _fresh(found: Claim) -> Claim:
    """The claim as the database has it now. Its revision is read before its rows: these may be newer, never older."""
    return claim_or_404(found.pk)


def _closed(found: Claim) -> str:
    """What to do first, where content is not edited in the claim's status; empty where it is."""
    try:
        transitions.check_editable(Status(found.status))
    except NotEditable as refusal:
        return str(refusal)
    return ""


@desk_view
@form_view
def edit(request: HttpRequest, claim_id: int) -> HttpResponse:
    """What the claim is, and who works on it until when; the latter in every status."""
    found = claim_or_404(claim_id)
    require(request, Action.EDIT)
    closed = _closed(found)
    # A form that was opened while content could be edited comes back as that form, whatever became of the claim.
    is_whole = "priority" in request.POST if request.method == "POST" else not closed
    may_set_risk = permissions.may_set_risk(people.person(actor(request)))

    def make(claim: Claim, data: Any = None) -> EditForm:
        if is_whole:
            return ClaimForm(data, claim=claim, may_set_risk=may_set_risk)
        return AssignForm(data, claim=claim)

    context = {"closed": closed, "is_whole": is_whole, "may_set_risk": may_set_risk}
    return _form_page(request, found, "desk/edit.html", make, context)


@desk_view
@form_view
def verdict(request: HttpRequest, claim_id: int) -> HttpResponse:
    """What the verdict says besides its words."""
    found = claim_or_404(claim_id)
    require(request, Action.EDIT)

    def make(claim: Claim, data: Any = None) -> EditForm:
        return VerdictForm(data, claim=claim)

    context = {"closed": _closed(found), "record": track.record(found)}
    return drafting.form_page(request, found, "desk/verdict.html", make, context, draft="verdict")


# Evidence


@desk_view
@form_view
def add_evidence(request: HttpRequest, claim_id: int) -> HttpResponse:
    """A new item. ``?paste=`` holds an address or a citation that the form is filled from."""
    found = claim_or_404(claim_id)
    require(request, Action.EDIT)
    used = list(found.evidence.values_list("key", flat=True))
    if request.method == "POST" and "search" not in request.POST:
        form = _new_form(found, used, request.POST, words=request.POST.get("find", ""))
        status = _add(request, found, form)
        if status == editing.SAVED:
            return redirect(f"{found.get_absolute_url()}#evidence-{form.cleaned_data['key']}")
    else:
        form, status = _opened_form(request, found, used), 200
    context = {**_head(found), "form": form, "closed": _closed(found), "new": NEW}
    return show(request, "desk/evidence_add.html", context, status=status)


def _opened_form(request: HttpRequest, found: Claim, used: list[str]) -> NewEvidenceForm:
    """The form before it is saved: empty, filled from what was pasted, or as it was when sources were searched."""
    if request.method == "POST":
        typed = {name: request.POST.get(name, "") for name in NewEvidenceForm.base_fields}
        words = typed["find"]
    else:
        pasted = request.GET.get("paste", "").replace("\x00", "").strip()[:2000]
        typed = read_citation(pasted)
        words = typed.get("url") or pasted
    matches = _matching(words)
    if request.method != "POST":
        same = [source for source in matches if source.url and source.url == typed.get("url")]
        publisher = same[0].publisher if same else typed.get("publisher", "")
        typed |= {"source": str(same[0].pk) if same else NEW}
        if publisher:
            typed["key"] = suggested_key(publisher, used)
    typed = {name: value for name, value in typed.items() if value}
    return NewEvidenceForm(claim=found, initial=typed, matches=matches, used_keys=used)


def _new_form(found: Claim, used: list[str], data: Any, *, words: str) -> NewEvidenceForm:
    """The posted form; it knows every source that it may have offered."""
    chosen = data.get("source", "")
    matches = _matching(words) + _matching(data.get("url", ""))
    if chosen.isascii() and chosen.isdigit() and len(chosen) < 19:
        matches += list(Source.objects.filter(pk=int(chosen)))
    unique = {source.pk: source for source in matches}
    return NewEvidenceForm(data, claim=found, initial={}, matches=list(unique.values()), used_keys=used)


def _matching(words: str) -> list[Source]:
    """Sources by address, or by all of the words in publisher and title."""
    words = words.replace("\x00", "").strip()
    if not words:
        return []
    if "://" in words:
        plain = words.partition("#")[0].rstrip("/")
        return list(Source.objects.filter(url__in=[words, plain, f"{plain}/"])[:MATCHES])
    every = Q()
    for word in words.split()[:8]:
        every &= Q(publisher__icontains=word) | Q(title__icontains=word) | Q(url__icontains=word)
    return list(Source.objects.filter(every)[:MATCHES])


def _add(request: HttpRequest, found: Claim, form: NewEvidenceForm) -> int:
    """Adds the item that a posted form describes; returns the status of the answer."""
    if not form.is_valid():
        return saving.UNUSABLE
    values = form.cleaned_data
    later = saving.changes_since(found, values["opened_at"])
    twin = _added_meanwhile(found, form, later)
    if twin is not None:  # a second click
        values["key"] = twin.key
        messages.info(request, _("This is among the evidence already."))
        return editing.SAVED
    known = form.known_source
    same = next((source for source in form.matches.values() if source.url and source.url == values["url"]), None)
    if known is None and same is not None:
        form.add_error("source", _("A source with this address is here already: choose it above."))
        return saving.UNUSABLE
    if values["key"] in form.used_keys:
        free = suggested_key(known.publisher if known else values["publisher"], form.used_keys)
        form.add_error("key", _("This key was used before in this claim. %(key)s is free.") % {"key": free})
        return saving.UNUSABLE
    values["key"] = values["key"] or suggested_key(known.publisher if known else values["publisher"], form.used_keys)
    edits = {form.path(name): form.value(name) for name in form.edited}
    try:
        saved = _save_evidence(request, found, form, edits)
    except Conflict:
        form.add_error("key", _("Somebody used this key meanwhile. Choose another."))
        return saving.CONFLICT
    except DomainError as error:
        return saving.refused(form, error, anew=lambda: form, later=later)
    editing.tell(request, found, saved, later)
    return editing.SAVED


@ledger.service
def _save_evidence(request: HttpRequest, found: Claim, form: NewEvidenceForm, edits: dict[str, Any]) -> Claim:
    """Two actions, the new source and the item, that are saved together or not at all."""
    with transaction.atomic():
        source = form.known_source or records.create_source(actor=actor(request), **form.source_values())
        return research.edit_claim(
            claim_id=found.pk,
            actor=actor(request),
            edits={form.path("source"): source, **edits},
            opened_at=form.cleaned_data["opened_at"],
        )


def _added_meanwhile(found: Claim, form: NewEvidenceForm, later: saving.History) -> Evidence | None:
    """The item that this very form made when it was sent before."""
    values, known = form.cleaned_data, form.known_source
    keys = [path.split(".")[1] for path, change in later.items() if path.endswith(".stance") and change.before is None]
    for item in found.evidence.standing().filter(key__in=keys).select_related("source"):
        same_words = all(getattr(item, name) == values[name] for name in ("excerpt", "stance", "bears_on", "note"))
        address = known.url if known else values["url"]
        title = known.title if known else values["title"]
        if same_words and (item.url, item.title) == (address, title) and values["key"] in ("", item.key):
            return item
    return None


@desk_view
@form_view
def edit_evidence(request: HttpRequest, claim_id: int, key: str) -> HttpResponse:
    """One item: its citation, what it says, and what that means for the claim."""
    found = claim_or_404(claim_id)
    item = _item_or_404(found, key)
    require(request, Action.EDIT)

    def make(claim: Claim, data: Any = None) -> EditForm:
        return EvidenceForm(data, claim=claim, item=_item_or_404(claim, key))

    context = {
        "item": item,
        "closed": _closed(found),
        "newer": _newer_citation(make(found)),
        "kept": snapshots.panel(request, item),
    }
    if request.method == "POST" and "take_citation" in request.POST:
        data = request.POST.copy()
        for name, value in EvidenceForm(claim=found, item=item).newer_citation().items():
            data[name] = value
        typed = EvidenceForm(claim=found, item=item)
        typed.initial |= {name: data.get(name, "") for name in typed.fields}
        context |= {**_head(found), "form": typed, "taken": True}
        return show(request, "desk/evidence.html", context)
    return _form_page(request, found, "desk/evidence.html", make, context)


def _item_or_404(found: Claim, key: str) -> Evidence:
    item = found.evidence.filter(key=key).select_related("source", "seen_by").first()
    if item is None:
        raise Http404
    return item


def _newer_citation(form: Any) -> list[tuple[str, str]]:
    """What the source says by now where the item says something else, in words."""
    values = form.newer_citation()
    wording = Wording(())
    return [(str(NAMES[name]), wording.of(name, value)) for name, value in values.items()]
