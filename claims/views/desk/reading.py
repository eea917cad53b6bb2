"""The second read: the page exactly as readers will get it, what it rests on, and the reader's yes or no."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet, prefetch_related_objects
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.http import urlencode
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from claims import composition
from claims.errors import ContentChanged, DomainError, Refused
from claims.forms.transitions import ApproveForm, RemarkForm
from claims.interchange import markup
from claims.models import Check, Claim, Suggestion
from claims.rules import gates, transitions
from claims.services import ledger, people, review
from claims.views import reading as pages
from claims.views.desk import changes, excerpts, independence, proposals, readers, remarks, replies, walking
from claims.views.desk.access import actor, claim_or_404, desk_view, refusal
from claims.views.desk.frame import show
from claims.views.desk.transitions import FORBIDDEN, claim_heading, status_of
from claims.vocabulary import Action, PublicationKind, Risk, Status, SuggestionState

PAGE, SINCE_READ, SINCE_VERSION = "page", "read", "version"

_KEPT = ("language", "show", walking.WALK, walking.ARTICLE)
"""What the addresses of this page hand on to each other."""


@desk_view
@require_http_methods(["GET", "HEAD", "POST"])
def read(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Shows what would be published; a POST approves the content whose hash it brings along.

    Whatever an approval is refused for, the page comes back with everything that was typed and ticked.
    """
    claim = claim_or_404(claim_id)
    if request.method != "POST":
        return page(request, claim)
    form = ApproveForm(request.POST)
    reason = refusal(request, Action.APPROVE, claim)
    if reason:
        return page(request, claim, form=form, error=Refused(reason), status=FORBIDDEN)
    if not form.is_valid():
        return page(request, claim, form=form, error=Refused(_problem(form)))
    try:
        approved = review.approve(
            claim_id=claim.pk,
            actor=actor(request),
            opened_at=form.cleaned_data["opened_at"],
            **form.values(),
        )
    except PermissionDenied as error:  # an author, or somebody with a conflict of interest, since a moment ago
        return page(request, claim_or_404(claim.pk), form=form, error=Refused(str(error)), status=FORBIDDEN)
    except DomainError as error:
        return page(request, claim_or_404(claim.pk), form=form, error=error)
    if approved.status == Status.APPROVED:
        messages.success(request, _("Approved. The claim can be published."))
    else:
        messages.success(request, _("Your approval counts. A second person is still asked for."))
    return redirect(claim)


def page(
    request: HttpRequest,
    claim: Claim,
    *,
    form: ApproveForm | None = None,
    remark_form: RemarkForm | None = None,
    error: DomainError | None = None,
    status: int = 0,
) -> HttpResponse:
    """The page, also with one of its forms as it was sent, and with what keeps a step from being made."""
    content = composition.compose(claim)
    digest = composition.content_hash(content)
    languages = pages.languages(content)
    language = _chosen_language(request, languages)
    obstacle = transitions.obstacle(Action.APPROVE, ledger.standing(claim))
    missing = gates.approve_gaps(composition.gate_facts(claim, timezone.localdate()))
    standing = _readers(claim, digest)
    why_not = _why_not(request, claim, obstacle, standing)
    reading = pages.read(content, language) if language else None
    wordings = review.wordings(claim)
    compared = _comparison(request, claim, content)
    said = _remarks(claim, wordings)
    walk = walking.walk(claim, request.GET)
    beside = _beside(request, _excerpts(reading, content, compared), _ticked(form, content), content, said)
    placed = {remark for one in beside for remark in one.remarks}
    prefetch_related_objects([claim], *replies.prefetched())
    context = {
        **claim_heading(claim),
        "reading": reading,
        "languages": _tabs(request, languages, language),
        "language": language,
        "release": _release(content, claim),
        "form": _fresh(form, content, digest, claim),
        "ticked_count": sum(one.is_ticked for one in beside),
        "tick_count": sum(one.excerpt.item is not None for one in beside),
        "error": error,
        "differing": [changes.part_name(part) for part in error.parts] if isinstance(error, ContentChanged) else [],
        "missing": missing,
        "obstacle": obstacle,
        "why_not": why_not,
        "typed": form.data.get("comment", "").strip() if form and why_not else "",
        "send_back_why_not": obstacle or refusal(request, Action.SEND_BACK, claim),
        "suggest_why_not": refusal(request, Action.SUGGEST, claim),
        "comment_why_not": refusal(request, Action.COMMENT, claim),
        "standing": standing,
        "may_declare": not refusal(request, Action.DECLARE),
        "authors": [people.name_of(author) for author in people.authors(claim)],
        "excerpts": beside,
        "uncited": _uncited(request, reading) if compared["way"] == PAGE else [],
        "requests": replies.lines(claim),
        "independence": independence.of(claim),
        "proposals": proposals.of(claim, actor(request), _waiting(claim), wordings),
        "placed": placed,
        "remarks": [remark for remark in said if remark.is_open and remark not in placed],
        "other_remarks": [remark for remark in said if not remark.is_open],
        "remark_form": remark_form or _remark_form(request, claim, wordings, language, form if why_not else None),
        "walk": walk,
        "here": address(request, language=language),
        **_ways(request, compared, language),
    }
    return show(request, "desk/read.html", context, section="reviews", status=status or _status(error))


def _status(error: DomainError | None) -> int:
    return status_of(error) if error else 200


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


def address(request: HttpRequest, **values: str) -> str:
    """What an address of this page ends with: what the request's own says, with other ``values``."""
    kept = {name: request.GET[name] for name in _KEPT if name in request.GET}
    query = urlencode({name: value for name, value in {**kept, **values}.items() if value})
    return f"?{query}" if query else ""


def _tabs(request: HttpRequest, languages: list[str], chosen: str) -> list[dict[str, Any]]:
    return [
        {"code": language, "url": address(request, language=language), "is_here": language == chosen}
        for language in languages
    ]


# Who reads


@dataclass(frozen=True)
class Readers:
    """Who has approved what is shown, who still may, and who declared a conflict of interest in it."""

    approved_by: list[User]
    needed: int
    asked: str
    who_may: list[str]
    conflicts: list[tuple[str, str]]

    @property
    def names(self) -> list[str]:
        return [people.name_of(reader) for reader in self.approved_by]

    @property
    def missing(self) -> int:
        return max(self.needed - len(self.approved_by), 0)


def _readers(claim: Claim, digest: str) -> Readers:
    approved_by = people.approvers(claim, digest)
    declared = {user_id: about for (_claim_id, user_id), about in people.conflicts([claim]).items()}
    with_conflict = User.objects.filter(pk__in=declared, is_active=True).order_by("last_name", "first_name", "username")
    return Readers(
        approved_by=approved_by,
        needed=gates.approvals_needed(Risk(claim.risk)),
        asked=people.name_of(claim.reader) if claim.reader and claim.reader not in approved_by else "",
        who_may=readers.who_may(Action.APPROVE, claim, but=approved_by),
        conflicts=[(people.name_of(user), ", ".join(declared[user.pk])) for user in with_conflict],
    )


def _why_not(request: HttpRequest, claim: Claim, obstacle: str, standing: Readers) -> str:
    """Why the person may not approve, whatever the gates say; empty when they may."""
    reason = obstacle or refusal(request, Action.APPROVE, claim)
    if not reason and actor(request) in standing.approved_by:
        return _("You have approved it; a second person is still asked for.")
    return reason


# The form of the approval


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


def _ticked(form: ApproveForm | None, content: composition.Content) -> set[str]:
    """The excerpts that were ticked and are still what was ticked."""
    if form is None:
        return set()
    shown = (form.cleaned_data.get("parts") if form.is_valid() else None) or {}
    now = composition.parts(content)
    keys = form.data.getlist("ticked") if isinstance(form.data, QueryDict) else []
    return {key for key in keys if f"evidence {key}" in now and shown.get(f"evidence {key}") == now[f"evidence {key}"]}


def _release(content: composition.Content, claim: Claim) -> dict[str, Any] | None:
    """Kind and public note that the next version would come with."""
    if not composition.is_later_version(claim):
        return None
    release = content.get("release") or {}
    kind = release.get("kind")
    return {"kind": _(PublicationKind(kind).label) if kind else "", "notes": release.get("notes", {})}


# What it rests on


@dataclass(frozen=True)
class Beside:
    """One source beside the text: whether it was ticked as read, by what one knows that it is still what was ticked,
    what was said to it, and where one can say more.
    """

    excerpt: excerpts.Excerpt
    mark: str
    is_ticked: bool
    remarks: list[remarks.Remark]
    about_url: str


def _beside(
    request: HttpRequest,
    found: list[excerpts.Excerpt],
    ticked: set[str],
    content: composition.Content,
    said: list[remarks.Remark],
) -> list[Beside]:
    marks = composition.parts(content)
    return [
        Beside(
            excerpt=excerpt,
            mark=marks.get(f"evidence {excerpt.key}", ""),
            is_ticked=excerpt.key in ticked,
            remarks=[remark for remark in said if remark.is_open and excerpt.item and remark.key == excerpt.key],
            about_url=_about(request, excerpt.key),
        )
        for excerpt in found
    ]


def _about(request: HttpRequest, key: str) -> str:
    """This page with the form for a comment open on a piece of evidence."""
    return f"{address(request, about=f'{remarks.OF_EVIDENCE}{key}')}#new-comment"


def _uncited(request: HttpRequest, reading: pages.Reading | None) -> list[tuple[Any, str]]:
    """What is shown and not cited in the text, with the address of the form for a comment on it."""
    groups = [*reading.evidence, *reading.other_evidence] if reading else []
    in_text = markup.citation_order(reading.text["rationale"]) if reading else []
    items = [entry.item for group in groups for entry in group.items if entry.item["key"] not in in_text]
    return [(item, _about(request, item["key"])) for item in items]


def _excerpts(
    reading: pages.Reading | None, content: composition.Content, compared: Mapping[str, Any]
) -> list[excerpts.Excerpt]:
    """What the text rests on; where a difference is shown, what the difference does."""
    if compared["way"] != PAGE:
        return excerpts.of_changes(compared["changes"], content["evidence"])
    return excerpts.of(reading.text["rationale"], content["evidence"]) if reading else []


# Ways to look at it


def _comparison(request: HttpRequest, claim: Claim, content: composition.Content) -> dict[str, Any]:
    """The page, or what changed since the last read or since the published version.

    After an earlier read the page opens on the difference, as long as that tells everything.
    """
    check: Check | None = getattr(claim, "check_page", None)
    published = check.current.content_data if check and check.current else None
    last = changes.last_read(claim, actor(request))
    since = changes.since_read(claim, last, content) if last else None
    ways = [(PAGE, _("The page"))]
    if since is not None:
        ways.append((SINCE_READ, _("Changes since the last read")))
    if published is not None:
        ways.append((SINCE_VERSION, _("Changes since version %(number)s") % {"number": check.history[-1]["number"]}))
    by_difference = since is not None and since.is_complete and bool(since.changes) and claim.status == Status.REVIEW
    chosen = request.GET.get("show", "")
    if chosen not in dict(ways):
        chosen = SINCE_READ if by_difference else PAGE
    found: list[changes.Change] = []
    if chosen == SINCE_READ and since is not None:
        found = since.changes
    elif chosen == SINCE_VERSION:
        found = changes.since_version(published, content)
    return {
        "way": chosen,
        "choices": ways,
        "changes": found,
        "is_complete": chosen != SINCE_READ or since is None or since.is_complete,
        "last_read": last,
        "last_read_by": people.name_of(last.actor) if last else "",
    }


def _ways(request: HttpRequest, compared: Mapping[str, Any], language: str) -> dict[str, Any]:
    """The comparison as the template takes it, with an address for each way to look."""
    choices = compared["choices"]
    ways = [
        {"url": address(request, show=name, language=language), "label": label, "is_here": name == compared["way"]}
        for name, label in choices
    ]
    return {
        **compared,
        "ways": ways if len(ways) > 1 else [],
        "page_url": address(request, show=PAGE, language=language),
    }


# Comments and suggestions


def _remarks(claim: Claim, wordings: Mapping[str, str]) -> list[remarks.Remark]:
    """What was said to this claim, the newest first."""
    return remarks.of(claim.reviews.select_related("by", "resolved_by").order_by("-pk"), wordings)


def _remark_form(
    request: HttpRequest,
    claim: Claim,
    wordings: Mapping[str, str],
    language: str,
    refused: ApproveForm | None,
) -> RemarkForm:
    """Empty; on what the address names; or with the note of an approval that was refused, so that it can be said."""
    about = request.GET.get("about", "")
    return remarks.form(
        claim,
        wordings,
        language=language,
        path=about if about in wordings else "",
        passage=request.GET.get("passage", "") if about in wordings else "",
        comment=refused.data.get("comment", "") if refused else "",
    )


def _waiting(claim: Claim) -> QuerySet[Suggestion]:
    return claim.suggestions.filter(state=SuggestionState.OPEN.value).select_related("by")
