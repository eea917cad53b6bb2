"""A page for each step of a claim: what it will do, or why it may not be done, and the form that does it.

Also taking a public page offline, putting it back, and ordered erasure. Views ask and show; services decide.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property, partial
from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext_noop, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from claims import composition
from claims.errors import Busy, Conflict, ContentChanged, DomainError, GatesClosed, Refused
from claims.filters import holding
from claims.forms import transitions as step_forms
from claims.forms.wording import Wording, field_name, language_name
from claims.models import Check, Claim, Publication, Withholding, WithholdingScope
from claims.rules import gates, permissions, transitions
from claims.services import erasure, ledger, people, publication, research, review
from claims.views.desk import outgoing, readers
from claims.views.desk.access import actor, claim_or_404, desk_view, refusal, require
from claims.views.desk.frame import show
from claims.views.desk.rows import public_state, rows, statement_of, with_parts
from claims.vocabulary import Action, PublicationKind, Status

CANDIDATES = 12
WORDS_SEARCHED = 8

WRONG_STATE, NOT_ACCEPTED, FORBIDDEN, TRY_AGAIN = 409, 422, 403, 503
"""What a page answers: the claim is not where the step begins, what was typed does not do, wrong person, busy."""


@dataclass(frozen=True)
class Step:
    """One step: what it will do in a sentence, the service, the form, and what to say when it is done."""

    what: str
    service: Callable[..., Any]
    done: str
    form: type[step_forms.StepForm] = step_forms.StepForm
    kind: str = "primary"


STEPS: Mapping[Action, Step] = {
    Action.ACCEPT: Step(
        gettext_noop("The claim goes to research. It is assigned to you, unless somebody has it already."),
        research.accept,
        gettext_noop("Taken on: the claim is in research."),
    ),
    Action.DECLINE: Step(
        gettext_noop("The claim is closed: it is not checked. It can be restored."),
        research.decline,
        gettext_noop("Closed: the claim is not checked."),
        step_forms.DeclineForm,
    ),
    Action.LINK: Step(
        gettext_noop(
            "This claim is closed as the same as another one. Its quotations move there; both histories say so. "
            "If the other one is approved, it goes through the second read again."
        ),
        research.link_as_same,
        gettext_noop("Linked: this is the claim that stays."),
        step_forms.LinkForm,
    ),
    Action.RESTORE: Step(
        gettext_noop("The claim goes back to the inbox."),
        research.restore,
        gettext_noop("Restored: the claim is in the inbox."),
        step_forms.RestoreForm,
    ),
    Action.PARK: Step(
        gettext_noop("The claim waits until the date, then it goes back to research by itself."),
        research.park,
        gettext_noop("Put on hold."),
        step_forms.ParkForm,
    ),
    Action.WAKE: Step(
        gettext_noop("The claim goes back to research now."),
        research.wake,
        gettext_noop("Resumed: the claim is in research."),
    ),
    Action.SUBMIT: Step(
        gettext_noop(
            "An editor who is no author gives the claim its second read. Meanwhile its content is not edited."
        ),
        review.submit,
        gettext_noop("Handed in: the claim waits for its second read."),
    ),
    Action.SEND_BACK: Step(
        gettext_noop("The claim goes back to research with your comment."),
        review.send_back,
        gettext_noop("Sent back: the claim is in research."),
        step_forms.SendBackForm,
    ),
    Action.SCHEDULE: Step(
        gettext_noop("The claim is published at that time, if gates, rights and approvals still hold then."),
        publication.schedule,
        gettext_noop("The time of publication is set."),
        step_forms.ScheduleForm,
    ),
    Action.PUBLISH: Step(
        gettext_noop("What was approved is frozen as a numbered version and stands on the public site at once."),
        publication.publish,
        gettext_noop("Published."),
        step_forms.PublishForm,
    ),
    Action.REOPEN: Step(
        gettext_noop("The claim goes back to research. The public page stays as it is until the next version."),
        publication.reopen,
        gettext_noop("Reopened: the claim is in research. The public page stays as it is."),
        step_forms.ReopenForm,
    ),
    Action.RETRACT: Step(
        gettext_noop(
            "The public page gets a new version: the last content, marked as withdrawn, with your reason above it. "
            "A later publication lifts the notice."
        ),
        publication.retract,
        gettext_noop("Withdrawn: the public page says so."),
        step_forms.RetractForm,
        kind="danger",
    ),
}


@desk_view
@require_http_methods(["GET", "HEAD", "POST"])
def transition(request: HttpRequest, claim_id: int, action: str) -> HttpResponse:
    """The page of one step; approving has its own, since one approves what one has seen."""
    claim = claim_or_404(claim_id)
    if action == Action.APPROVE:
        return redirect("desk:read", claim_id=claim.pk)
    try:
        step = STEPS[Action(action)]
    except (KeyError, ValueError):
        raise Http404 from None
    page = _Page(request, claim, Action(action), step)
    return page.answer() if request.method == "POST" else page.show()


class _Page:
    """One step's page of one claim, for one request."""

    def __init__(self, request: HttpRequest, claim: Claim, action: Action, step: Step) -> None:
        self.request, self.claim, self.action, self.step = request, claim, action, step

    def answer(self) -> HttpResponse:
        """Does the step, or shows why not with what was typed."""
        form = self.form(self.request.POST)
        if refusal(self.request, self.action, self.claim):
            return self.show(form)
        if not form.is_valid():
            return self.show(form, status=NOT_ACCEPTED)
        try:
            result = self.step.service(
                claim_id=self.claim.pk,
                actor=actor(self.request),
                opened_at=form.cleaned_data["opened_at"],
                **form.values(),
            )
        except DomainError as error:
            self.claim = claim_or_404(self.claim.pk)  # a refused publication may have moved it
            self.__dict__.pop("outgoing", None)
            if isinstance(error, Conflict):
                self.renew(form, opened_at=str(error.revision))
            elif isinstance(error, ContentChanged) and self.outgoing is not None:
                self.renew(form, opened_at=str(self.claim.revision), content_hash=self.outgoing.content_hash)
            return self.show(form, error=error)
        messages.success(self.request, self.done(form, result))
        return redirect(result if isinstance(result, Claim) else self.claim)

    def renew(self, form: step_forms.StepForm, **hidden: str) -> None:
        """What the form says of the page it stands on: sent again, it is about what that page shows now."""
        form.data = form.data.copy()
        form.data.update(hidden)

    def done(self, form: step_forms.StepForm, result: Any) -> str:
        """What happened, with the way to the public page where there is one."""
        sentence = _(self.step.done)
        if self.action is Action.SCHEDULE:
            return _when_it_is_published(form.values()["publish_at"])
        if not isinstance(result, Publication):
            return sentence
        url, words = result.check_page.get_absolute_url(), _("See the public page")
        return format_html('{} <a href="{}">{}</a>', sentence, url, words)

    def form(self, data: Any = None) -> step_forms.StepForm:
        initial: dict[str, Any] = {"opened_at": self.claim.revision}
        options: dict[str, Any] = {}
        if self.action is Action.PUBLISH:
            initial["content_hash"] = self.outgoing.content_hash if self.outgoing else ""
        elif self.action is Action.SCHEDULE and self.claim.publish_at:
            initial["publish_at"] = localtime(self.claim.publish_at)
        elif self.action is Action.PARK and self.claim.checkable_from:
            # An offer: what waits for its outcome waits until that can be checked.
            if self.claim.checkable_from > timezone.localdate():
                initial["until"] = self.claim.checkable_from
        elif self.action is Action.LINK:
            initial["same_as"] = self.request.GET.get("same_as", "")[:30]
        elif self.action is Action.RESTORE:
            options = {"label": self.way_back()}
        elif self.action is Action.RETRACT:
            options = {"languages": _live_languages(self.claim), "label": _("Reason, for the public")}
        return self.step.form(data, initial=initial, **options)

    def show(
        self, form: step_forms.StepForm | None = None, *, status: int = 200, error: DomainError | None = None
    ) -> HttpResponse:
        why_not = refusal(self.request, self.action, self.claim)
        obstacle = transitions.obstacle(self.action, ledger.standing(self.claim))
        if why_not:
            status = FORBIDDEN
        elif error is not None:
            status = status_of(error)
            if isinstance(error, Refused) and form is not None:
                form.add_error(error.field if error.field in form.fields else None, str(error))
        form = form or self.form()
        missing, warnings = ([], []) if obstacle or why_not else self.gaps()
        context = {
            **claim_heading(self.claim),
            "action": self.action,
            "label": _(self.action.label),
            "what": _(self.step.what),
            "kind": self.step.kind,
            "form": form,
            "why_not": why_not,
            "who_may": readers.who_may(self.action, self.claim) if why_not else [],
            "obstacle": obstacle,
            "error": None if isinstance(error, Refused) else error,
            "clashes": _clashes(error),
            "missing": missing,
            "warnings": warnings,
            "warnings_title": self.warnings_title(),
            "facts": [] if obstacle or why_not else self.facts(),
            "outgoing": None if obstacle or why_not else self.outgoing,
            **(self.candidates(form) if self.action is Action.LINK else {}),
        }
        return show(self.request, "desk/transition.html", context, status=status)

    def way_back(self) -> str:
        """What can be copied back when a duplicate is restored, as the words beside a box; empty for nothing."""
        given = research.moved_away(self.claim.pk)
        if not given:
            return ""
        sentence = ngettext(
            "Copy its quotation back from claim %(claims)s",
            "Copy its %(number)s quotations back from claim %(claims)s",
            len(given),
        )
        holders = ", ".join(str(key) for key in sorted({quotation.claim_id for quotation in given}))
        return sentence % {"number": len(given), "claims": holders}

    def gaps(self) -> tuple[list[str], list[str]]:
        """What stands in the way, and what will stand in the way of the step after this one."""
        if self.action is Action.SUBMIT:
            facts = composition.gate_facts(self.claim, timezone.localdate())
            missing = gates.submit_gaps(facts)
            return missing, [gap for gap in gates.approve_gaps(facts) if gap not in missing]
        if self.outgoing is not None:
            open_gates = gates.approve_gaps(composition.gate_facts(self.claim, timezone.localdate()))
            return [], [*self._approval_gaps(self.outgoing), *open_gates]
        return [], []

    def _approval_gaps(self, what: outgoing.Outgoing) -> list[str]:
        if what.is_approved:
            return []
        return [
            _(
                "The content is not what was approved, or an approval no longer holds (%(found)s of %(needed)s). "
                "Publishing would send the claim back to the second read."
            )
            % {"found": len(what.approved_by), "needed": what.needed}
        ]

    def warnings_title(self) -> str:
        """What the warnings of ``gaps`` mean for this step."""
        titles = {
            Action.SUBMIT: _("The second reader will also ask for"),
            Action.PUBLISH: _("Look at this before you publish"),
            Action.SCHEDULE: _("As things are now, it would not be published at its time"),
        }
        return titles.get(self.action, "")

    def facts(self) -> list[tuple[str, Any]]:
        """What is worth knowing before the step, as name and value."""
        claim = self.claim
        match self.action:
            case Action.RESTORE:
                return _what_comes_back(claim)
            case Action.LINK:
                return [(_("Quotations that move"), quotation.exact) for quotation in claim.quotations.all()]
            case Action.WAKE:
                return [
                    (_("On hold until"), Wording([]).of("parked_until", claim.parked_until)),
                    (_("On hold because"), claim.parked_reason),
                ]
            case Action.REOPEN:
                return _what_is_public(claim)
            case Action.RETRACT:
                return _what_withdrawing_does(claim)
        return []

    @cached_property
    def outgoing(self) -> outgoing.Outgoing | None:
        """What publishing changes in public, for the two steps that are about it."""
        if self.action not in (Action.PUBLISH, Action.SCHEDULE):
            return None
        return outgoing.Outgoing(self.claim, actor(self.request))

    def candidates(self, form: forms.Form) -> dict[str, Any]:
        """The claims that may stay: what the words in the address find, else those of the same article."""
        language, words = get_language() or "", self.request.GET.get("q", "").replace("\x00", "")[:200]
        allowed = Claim.objects.filter(status__in=[status.value for status in transitions.LINK_TARGETS])
        allowed = allowed.exclude(pk=self.claim.pk)
        chosen = str(form["same_as"].value() or "").strip().removeprefix("#")
        if words.strip():
            for word in words.split()[:WORDS_SEARCHED]:
                allowed = allowed.filter(holding(word))
        else:
            articles = self.claim.quotations.values("version__article")
            allowed = allowed.filter(quotations__version__article__in=articles).distinct()
        shown = list(with_parts(allowed.order_by("-pk")[:CANDIDATES]))
        named = self._named(chosen)
        if named is not None and named not in shown:
            shown.insert(0, named)
        found = rows(shown, language=language, today=timezone.localdate())
        return {"candidates": found, "words": words, "chosen": chosen, "cannot_stay": self._cannot_stay(chosen, named)}

    def _named(self, chosen: str) -> Claim | None:
        """The claim that an address or a form names, if it may stay."""
        if not (chosen.isascii() and chosen.isdigit() and len(chosen) < 19) or int(chosen) == self.claim.pk:
            return None
        may_stay = Claim.objects.filter(pk=int(chosen), status__in=[one.value for one in transitions.LINK_TARGETS])
        return with_parts(may_stay).first()

    def _cannot_stay(self, chosen: str, named: Claim | None) -> str:
        """Why the claim that the address names is not to be chosen; empty where it is, or where none is named."""
        if named is not None or not chosen or self.request.method == "POST":
            return ""
        return _(
            "Claim %(number)s cannot be the one that stays: that has to be in the inbox, in research or approved."
        ) % {"number": chosen}


def _when_it_is_published(moment: datetime | None) -> str:
    if moment is None:
        return _("The time of publication is taken away.")
    words = Wording([]).of("publish_at", moment.isoformat())
    return _("To be published on %(moment)s (%(zone)s).") % {"moment": words, "zone": step_forms.zone_name()}


def status_of(error: DomainError) -> int:
    """Input that does not do is 422, a state that has moved on 409, a busy database 503."""
    if isinstance(error, Refused | GatesClosed):
        return NOT_ACCEPTED
    return TRY_AGAIN if isinstance(error, Busy) else WRONG_STATE


def claim_heading(claim: Claim) -> dict[str, Any]:
    """What the head of a step's page says of its claim."""
    return {
        "claim": claim,
        "statement": statement_of(claim, get_language() or ""),
        "public": public_state(getattr(claim, "check_page", None)),
    }


def _clashes(error: DomainError | None) -> list[dict[str, str]]:
    """Both versions of every field that two people wrote, in words."""
    if not isinstance(error, Conflict):
        return []
    wording = Wording([(clash.path, value) for clash in error.clashes for value in (clash.theirs, clash.mine)])
    return [
        {
            "label": field_name(clash.path),
            "mine": wording.of(clash.path, clash.mine),
            "theirs": wording.of(clash.path, clash.theirs),
        }
        for clash in error.clashes
    ]


def _live_languages(claim: Claim) -> list[str]:
    """The languages of the public page, so that its readers can be told in each."""
    check: Check | None = getattr(claim, "check_page", None)
    content = check.current.content_data if check and check.current else None
    return list((content or {}).get("texts", {}))


def _what_comes_back(claim: Claim) -> list[tuple[str, Any]]:
    """Why the claim was closed; and, for a duplicate, where its quotations stand by now."""
    facts: list[tuple[str, Any]] = []
    if claim.decline_reason:
        facts.append((_("Not checked because"), claim.decline_reason))
    if claim.duplicate_of:
        facts.append((_("The same as"), _claim_link(claim.duplicate_of)))
    for quotation in research.moved_away(claim.pk):
        words = format_html("<q>{}</q> ({})", quotation.exact, _claim_link(quotation.claim))
        facts.append((_("Quotation that moved"), words))
    if claim.duplicate_of and not claim.quotations.exists():
        facts.append((_("Its own quotations"), _("None is left: without one the claim cannot be approved.")))
    return facts


def _claim_link(claim: Claim) -> str:
    return format_html('<a href="{}">{}</a>', claim.get_absolute_url(), _("Claim %(number)s") % {"number": claim.pk})


def _what_is_public(claim: Claim) -> list[tuple[str, Any]]:
    """What readers have of the claim, and whether somebody is at work on another version of it."""
    check: Check | None = getattr(claim, "check_page", None)
    if check is None or not check.history:
        return []
    last = check.history[-1]
    words = _("version %(number)s (%(kind)s)") % {
        "number": last["number"],
        "kind": _(PublicationKind(last["kind"]).label),
    }
    facts: list[tuple[str, Any]] = [
        (_("Public page"), format_html('<a href="{}">{}</a>', check.get_absolute_url(), words)),
        (_("Languages"), ", ".join(language_name(language) for language in _live_languages(claim))),
    ]
    if check.withdrawn:
        facts.append((_("Readers are told"), _("that it is withdrawn, until the next version is published")))
    offline = [outgoing.covered(one["scope"], one["number"], one["language"]) for one in check.withheld]
    if offline:
        facts.append((_("Offline, and stays so"), ", ".join(offline)))
    return facts


def _what_withdrawing_does(claim: Claim) -> list[tuple[str, Any]]:
    """The version that would be made, and what it means for a draft of another one."""
    number = claim.check_page.history[-1]["number"] + 1
    facts = [*_what_is_public(claim), (_("It becomes"), _("version %(number)s (%(kind)s)") % {
        "number": number,
        "kind": _(PublicationKind.RETRACTION.label),
    })]  # fmt: skip
    if claim.status != Status.PUBLISHED:
        facts.append((_("What is being worked on"), _("It stays at the desk. Readers get the last published content.")))
    if claim.publish_at:
        facts.append((_("To be published at"), _("This time is taken away.")))
    return facts


@desk_view
@require_POST
def take_note(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Somebody has read that the claim could not be published; it is told no longer."""
    claim = claim_or_404(claim_id)
    require(request, Action.RESOLVE, claim)
    try:
        publication.take_note(claim_id=claim.pk, actor=actor(request))
    except DomainError as error:
        messages.error(request, str(error))
    return redirect(reverse("desk:home") if request.POST.get("page") == "home" else claim)


# Offline and back


@desk_view
@require_http_methods(["GET", "HEAD", "POST"])
def withhold(request: HttpRequest, claim_id: int) -> HttpResponse:
    """Takes a check, one version or one language offline; shows what is offline already."""
    claim = claim_or_404(claim_id)
    check: Check | None = getattr(claim, "check_page", None)
    if check is None:
        raise Http404
    form = step_forms.WithholdForm(
        request.POST if request.method == "POST" else None,
        initial={"what": WithholdingScope.CHECK.value},
        parts=_parts_of(check),
        label=_("Reason, for the public"),
    )
    why_not, status, error = refusal(request, Action.WITHHOLD, claim), 200, None
    if why_not:
        status = FORBIDDEN
    elif request.method == "POST":
        done, status, error = _do(form, publication.withhold, claim_id=claim.pk, actor=actor(request))
        if done:
            messages.success(request, _("Offline: readers get your reason instead."))
            return redirect(claim)
    context = {
        **claim_heading(claim),
        "label": _(Action.WITHHOLD.label),
        "form": form,
        "error": error,
        "why_not": why_not,
        "who_may": readers.who_may(Action.WITHHOLD, claim) if why_not else [],
        "offline": [(row, scope_words(row)) for row in check.withholdings.filter(lifted_at=None).select_related("by")],
        "may_lift": not refusal(request, Action.LIFT, claim),
    }
    return show(request, "desk/withhold.html", context, status=status)


def _parts_of(check: Check) -> list[tuple[str, str]]:
    """What can be taken offline: everything, each version, each language that any version has."""
    numbers, languages = [], set()
    for version in check.publications.select_related("content"):
        numbers.append(version.number)
        languages |= set((version.content_data or {}).get("texts", {}))
    return [
        (WithholdingScope.CHECK.value, _(WithholdingScope.CHECK.label)),
        *((f"version:{number}", _("Version %(number)s") % {"number": number}) for number in reversed(numbers)),
        *(
            (f"language:{code}", _("Every version in %(language)s") % {"language": language_name(code)})
            for code in sorted(languages)
        ),
    ]


def scope_words(row: Withholding) -> str:
    """What a withholding covers."""
    return outgoing.covered(row.scope, row.number, row.language)


def _do(form: step_forms.StepForm, service: Callable[..., Any], **who: Any) -> tuple[Any, int, DomainError | None]:
    """Calls the service with what was typed: (result, 200, None), or (None, status, error) with the form kept."""
    if not form.is_valid():
        return None, NOT_ACCEPTED, None
    try:
        return service(**who, **form.values()), 200, None
    except Refused as error:
        form.add_error(error.field if error.field in form.fields else None, str(error))
        return None, NOT_ACCEPTED, None
    except DomainError as error:
        return None, status_of(error), error


@desk_view
@require_http_methods(["GET", "HEAD", "POST"])
def lift(request: HttpRequest, claim_id: int, withholding_id: int) -> HttpResponse:
    """Puts back online what one withholding took offline."""
    claim = claim_or_404(claim_id)
    row = Withholding.objects.filter(check_page__claim=claim, pk=withholding_id).select_related("by").first()
    if row is None:
        raise Http404
    form = step_forms.StepForm(request.POST if request.method == "POST" else None)
    why_not, status, error = refusal(request, Action.LIFT, claim), 200, None
    obstacle = _("This is online already.") if row.lifted_at else ""
    if why_not:
        status = FORBIDDEN
    elif request.method == "POST":
        service = partial(publication.lift, withholding_id=row.pk)
        done, status, error = _do(form, service, claim_id=claim.pk, actor=actor(request))
        if done:
            messages.success(request, _("Back online."))
            return redirect(claim)
    context = {
        **claim_heading(claim),
        "label": _(Action.LIFT.label),
        "form": form,
        "row": row,
        "scope": scope_words(row),
        "obstacle": obstacle,
        "error": None if obstacle else error,
        "why_not": why_not,
        "who_may": readers.who_may(Action.LIFT, claim) if why_not else [],
    }
    return show(request, "desk/lift.html", context, status=status)


@desk_view
@require_http_methods(["GET", "HEAD", "POST"])
def erase(request: HttpRequest) -> HttpResponse:
    """Ordered erasure of a text from everything the desk holds."""
    form = step_forms.EraseForm(request.POST if request.method == "POST" else None)
    why_not, status, error = refusal(request, Action.ERASE), 200, None
    if why_not:
        status = FORBIDDEN
    elif request.method == "POST":
        entries, status, error = _do(form, erasure.erase, actor=actor(request))
        if entries:
            number = len(entries)
            sentence = ngettext("Erased from %(number)s record.", "Erased from %(number)s records.", number)
            messages.success(request, sentence % {"number": number})
            return redirect(reverse("desk:home"))
    context = {
        "label": _(Action.ERASE.label),
        "form": form,
        "error": error,
        "why_not": why_not,
        "who_may": [people.name_of(user) for user in readers.with_role(permissions.NEEDED[Action.ERASE])]
        if why_not
        else [],
    }
    return show(request, "desk/erase.html", context, section="", status=status)
