"""The second read: the page exactly as readers will get it, what it rests on, and the reader's yes, no or proposal."""

import json
from typing import Any

from django.contrib import messages
from django.db.models import prefetch_related_objects
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from claims import composition
from claims.errors import ContentChanged, DomainError, Refused
from claims.forms.transitions import ApproveForm, SuggestForm
from claims.forms.wording import field_name, language_of
from claims.interchange import markup
from claims.language import differences
from claims.models import Check, Claim, Suggestion
from claims.rules import gates, transitions
from claims.services import ledger, people, review
from claims.views import reading as pages
from claims.views.desk import changes, excerpts, independence, readers, replies
from claims.views.desk.access import actor, claim_or_404, desk_view, refusal, require
from claims.views.desk.frame import show
from claims.views.desk.transitions import NOT_ACCEPTED, claim_heading, status_of
from claims.vocabulary import Action, PublicationKind, ReviewKind, Risk, Status, SuggestionState

PAGE, SINCE_READ, SINCE_VERSION = "page", "read", "version"


@desk_view
@require_http_methods(["GET", "HEAD", "POST"])
def read(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Shows what would be published; a POST approves the content whose hash it brings along."""
    claim = claim_or_404(claim_id)
    if request.method != "POST":
        return _page(request, claim)
    require(request, Action.APPROVE, claim)
    form = ApproveForm(request.POST)
    if not form.is_valid():
        return _page(request, claim, form=form, error=Refused(_problem(form)))
    try:
        approved = review.approve(
            claim_id=claim.pk,
            actor=actor(request),
            opened_at=form.cleaned_data["opened_at"],
            **form.values(),
        )
    except DomainError as error:
        return _page(request, claim_or_404(claim.pk), form=form, error=error)
    if approved.status == Status.APPROVED:
        messages.success(request, _("Approved. The claim can be published."))
    else:
        messages.success(request, _("Your approval counts. A second person is still asked for."))
    return redirect(claim)


def _page(
    request: HttpRequest,
    claim: Claim,
    *,
    form: ApproveForm | None = None,
    error: DomainError | None = None,
) -> HttpResponse:
    prefetch_related_objects([claim], *replies.prefetched())
    content = composition.compose(claim)
    digest = composition.content_hash(content)
    languages = pages.languages(content)
    language = _chosen_language(request, languages)
    obstacle = transitions.obstacle(Action.APPROVE, ledger.standing(claim))
    missing = gates.approve_gaps(composition.gate_facts(claim, timezone.localdate()))
    approved_by = people.approvers(claim, digest)
    why_not = _why_not(request, claim, obstacle, approved_by)
    reading = pages.read(content, language) if language else None
    context = {
        **claim_heading(claim),
        "reading": reading,
        "languages": _tabs(request, languages, language),
        "language": language,
        "release": _release(content, claim),
        "form": _fresh(form, content, digest, claim),
        "ticked": set(form.data.getlist("ticked")) if form else set(),
        "error": error,
        "differing": [changes.part_name(part) for part in error.parts] if isinstance(error, ContentChanged) else [],
        "missing": missing,
        "obstacle": obstacle,
        "why_not": why_not,
        "send_back_why_not": obstacle or refusal(request, Action.SEND_BACK, claim),
        "suggest_why_not": refusal(request, Action.SUGGEST, claim),
        "comment_why_not": refusal(request, Action.COMMENT, claim),
        "who_may": _who_may(claim, approved_by) if why_not and not obstacle else [],
        "approved_by": [people.name_of(reader) for reader in approved_by],
        "needed": gates.approvals_needed(Risk(claim.risk)),
        "authors": [people.name_of(author) for author in people.authors(claim)],
        "excerpts": excerpts.of(reading.text["rationale"], content["evidence"]) if reading else [],
        "uncited": _uncited(reading),
        "independence": independence.of(claim),
        "requests": replies.lines(claim),
        "suggestions": _suggestions(request, claim),
        "comments": _comments(claim),
        "walk": _neighbours(claim),
        **_comparison(request, claim, content, language),
    }
    return show(request, "desk/read.html", context, section="reviews", status=status_of(error) if error else 200)


def _problem(form: ApproveForm) -> str:
    """Why an approval cannot even be tried; what is hidden in the form is named by what it is for."""
    if "comment" in form.errors:
        return " ".join(form.errors["comment"])
    return _("The form does not say which content you were shown. Read the page below and approve again.")


def _chosen_language(request: HttpRequest, languages: list[str]) -> str:
    """The one in the address, else the reader's own, else the first there is."""
    for language in (request.GET.get("language", ""), (get_language() or "").partition("-")[0]):
        if language in languages:
            return language
    return languages[0] if languages else ""


def _address(request: HttpRequest, **values: str) -> str:
    """This page with other values in its address."""
    kept = {name: request.GET[name] for name in ("language", "show") if name in request.GET}
    return f"?{urlencode({**kept, **values})}"


def _tabs(request: HttpRequest, languages: list[str], chosen: str) -> list[dict[str, Any]]:
    return [
        {"code": language, "url": _address(request, language=language), "is_here": language == chosen}
        for language in languages
    ]


def _why_not(request: HttpRequest, claim: Claim, obstacle: str, approved_by: list[Any]) -> str:
    """Why the person may not approve, whatever the gates say; empty when they may."""
    reason = obstacle or refusal(request, Action.APPROVE, claim)
    if not reason and actor(request) in approved_by:
        return _("You have approved it; a second person is still asked for.")
    return reason


def _who_may(claim: Claim, approved_by: list[Any]) -> list[str]:
    done = {people.name_of(reader) for reader in approved_by}
    return [name for name in readers.who_may(Action.APPROVE, claim) if name not in done]


def _fresh(form: ApproveForm | None, content: composition.Content, digest: str, claim: Claim) -> ApproveForm:
    """The form for the content that is shown now; of a refused one the comment is kept, never the old hash."""
    shown = {
        "opened_at": claim.revision,
        "content_hash": digest,
        "parts": json.dumps(composition.parts(content), ensure_ascii=False),
    }
    if form is None:
        return ApproveForm(initial=shown)
    return ApproveForm(initial={**shown, "comment": form.data.get("comment", "")})


def _release(content: composition.Content, claim: Claim) -> dict[str, Any] | None:
    """Kind and public note that the next version would come with."""
    if not composition.is_later_version(claim):
        return None
    release = content.get("release") or {}
    kind = release.get("kind")
    return {"kind": _(PublicationKind(kind).label) if kind else "", "notes": release.get("notes", {})}


def _uncited(reading: pages.Reading | None) -> list[Any]:
    groups = [*reading.evidence, *reading.other_evidence] if reading else []
    in_text = markup.citation_order(reading.text["rationale"]) if reading else []
    return [entry.item for group in groups for entry in group.items if entry.item["key"] not in in_text]


def _comparison(request: HttpRequest, claim: Claim, content: composition.Content, language: str) -> dict[str, Any]:
    """The ways to look at it: the page, what changed since the last read, what differs from the published version."""
    check: Check | None = getattr(claim, "check_page", None)
    published = check.current.content_data if check and check.current else None
    last = changes.last_read(claim)
    ways = [(PAGE, _("The page"))]
    if last is not None:
        ways.append((SINCE_READ, _("Changes since the last read")))
    if published is not None:
        ways.append((SINCE_VERSION, _("Changes since version %(number)s") % {"number": check.history[-1]["number"]}))
    chosen = request.GET.get("show", PAGE)
    chosen = chosen if chosen in dict(ways) else PAGE
    found = []
    if chosen == SINCE_READ:
        found = changes.since_read(claim, last)
    elif chosen == SINCE_VERSION:
        found = changes.since_version(published, content)
    return {
        "ways": [
            {"url": _address(request, show=name, **({"language": language} if language else {})), "label": label,
             "is_here": name == chosen}
            for name, label in ways
        ] if len(ways) > 1 else [],
        "way": chosen,
        "changes": found,
        "last_read": last,
        "last_read_by": people.name_of(last.actor) if last else "",
    }  # fmt: skip


def _suggestions(request: HttpRequest, claim: Claim) -> list[dict[str, Any]]:
    """The open ones, each with what it changes and what this person may do with it."""
    user = actor(request)
    is_author = user.pk in people.author_ids(claim)
    may_take = is_author and not refusal(request, Action.TAKE, claim)
    may_dismiss = not refusal(request, Action.DISMISS, claim)
    open_ones = claim.suggestions.filter(state=SuggestionState.OPEN.value).select_related("by")
    return [
        {
            "row": suggestion,
            "label": field_name(suggestion.path),
            "language": language_of(suggestion.path),
            "who": people.name_of(suggestion.by),
            "parts": differences.words(suggestion.before, suggestion.proposed),
            "may_take": may_take,
            "may_dismiss": may_dismiss and (is_author or suggestion.by_id == user.pk),
        }
        for suggestion in open_ones
    ]


def _comments(claim: Claim) -> list[dict[str, Any]]:
    """What was said to this claim, the newest first; approvals without a word are left out."""
    rows = claim.reviews.exclude(kind=ReviewKind.APPROVED.value, comment="").select_related("by", "resolved_by")
    return [
        {
            "row": row,
            "kind": _(ReviewKind(row.kind).label),
            "who": people.name_of(row.by),
            "resolved_by": people.name_of(row.resolved_by) if row.resolved_by else "",
        }
        for row in rows.order_by("-pk")
    ]


def _neighbours(claim: Claim) -> dict[str, Any]:
    """The claims before and behind this one in the second-read queue, and its place there."""
    waiting = readers.with_review_since(Claim.objects.filter(status=Status.REVIEW.value)).order_by("since", "pk")
    keys = list(waiting.values_list("pk", flat=True))
    if claim.pk not in keys:
        return {"next": keys[0] if keys else None, "count": len(keys)}
    place = keys.index(claim.pk)
    return {
        "previous": keys[place - 1] if place else None,
        "next": keys[place + 1] if place + 1 < len(keys) else None,
        "place": place + 1,
        "count": len(keys),
    }


# Suggestions


@desk_view
@require_http_methods(["GET", "HEAD", "POST"])
def suggest(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Proposes a wording for one field: first the field is chosen, then written."""
    claim = claim_or_404(claim_id)
    require(request, Action.SUGGEST, claim)
    wordings = _wordings(claim)
    if request.method == "POST":
        return _suggest(request, claim, wordings)
    path = request.GET.get("path", "")
    if path and path not in wordings:
        raise Http404
    form = SuggestForm(paths=wordings, initial={"path": path, "proposed": wordings.get(path, "")})
    return _suggest_page(request, claim, form, wordings, path)


def _suggest(request: HttpRequest, claim: Claim, wordings: dict[str, str]) -> HttpResponse:
    form = SuggestForm(request.POST, paths=wordings)
    path = request.POST.get("path", "")
    status = NOT_ACCEPTED
    if form.is_valid():
        try:
            review.suggest(claim_id=claim.pk, actor=actor(request), **form.cleaned_data)
        except Refused as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        except DomainError as error:
            form.add_error(None, str(error))
            status = status_of(error)
        else:
            messages.success(request, _("Suggested. Nothing changes until an author takes it."))
            return redirect(f"{reverse('desk:read', args=[claim.pk])}{_back_to(path)}")
    return _suggest_page(request, claim, form, wordings, path, status=status)


def _back_to(path: str) -> str:
    language = language_of(path)
    return f"?{urlencode({'language': language})}#suggestions" if language else "#suggestions"


def _suggest_page(
    request: HttpRequest, claim: Claim, form: SuggestForm, wordings: dict[str, str], path: str, *, status: int = 200
) -> HttpResponse:
    context = {
        **claim_heading(claim),
        "form": form,
        "path": path if path in wordings else "",
        "field": field_name(path) if path in wordings else "",
        "language": language_of(path) if path in wordings else "",
        "now": wordings.get(path, ""),
        "wordings": [
            {"path": one, "label": field_name(one), "language": language_of(one), "words": words}
            for one, words in wordings.items()
        ],
    }
    return show(request, "desk/suggest.html", context, section="reviews", status=status)


def _wordings(claim: Claim) -> dict[str, str]:
    """Path -> words: every field that a wording can be suggested for, in the order of the page."""
    found = {}
    verdict = getattr(claim, "verdict", None)
    written = {text.language: text for text in verdict.texts.all()} if verdict else {}
    for text in claim.texts.all():
        found[f"texts.{text.language}.statement"] = text.statement
        for name in ("headline", "summary", "other_finding", "rationale", "today"):
            row = written.get(text.language)
            if row is not None:
                found[f"verdict.texts.{text.language}.{name}"] = getattr(row, name)
        found[f"texts.{text.language}.why"] = text.why
    return found


@desk_view
@require_POST
def decide(request: HttpRequest, claim_id: int, suggestion_id: int) -> HttpResponse:
    """Takes a suggestion or lays it aside, as the button says."""
    claim = claim_or_404(claim_id)
    suggestion = Suggestion.objects.filter(claim=claim, pk=suggestion_id).first()
    services = {"take": review.take_suggestion, "dismiss": review.dismiss_suggestion}
    service = services.get(request.POST.get("decision", ""))
    if suggestion is None:
        raise Http404
    if service is None:
        return _page(request, claim, error=Refused(_("Say whether the suggestion is taken or dismissed.")))
    try:
        service(claim_id=claim.pk, actor=actor(request), suggestion_id=suggestion.pk)
    except DomainError as error:
        return _page(request, claim_or_404(claim.pk), error=error)
    taken = service is review.take_suggestion
    messages.success(request, _("Taken: the wording is changed.") if taken else _("The suggestion is laid aside."))
    return redirect(f"{reverse('desk:read', args=[claim.pk])}{_back_to(suggestion.path)}")
