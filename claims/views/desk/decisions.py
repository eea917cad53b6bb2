"""What an outlet altered, one quotation after the other: a person says where it stands now, or that it is gone."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.contrib.auth.models import User
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from claims.errors import Busy, DomainError, Refused
from claims.forms import saving
from claims.forms.quotations import ELSEWHERE, GONE, HERE, DecisionForm
from claims.language import differences, similarity, surroundings
from claims.language.places import Place
from claims.models import Anchor, ArticleVersion, Claim, Quotation
from claims.services import intake
from claims.views.desk import versions
from claims.views.desk.access import actor, article_or_404, desk_view, refusal, require
from claims.views.desk.articles import version_or_404
from claims.views.desk.frame import show
from claims.views.desk.versions import Fate
from claims.vocabulary import Action, AnchorState

END = "end"
"""What ``?at=`` says for the page behind the last quotation."""

OPTIONS = 20
"""Places that are shown to choose from; who needs more of them has to give more words."""

BRIEFLY = 80
"""Characters round each of them."""


@dataclass(frozen=True)
class Shown:
    """Words in their paragraph."""

    before: str
    words: str
    after: str


@dataclass(frozen=True)
class Option:
    """One of several places where the typed words stand."""

    value: str
    shown: Shown
    is_chosen: bool


@dataclass(frozen=True)
class Case:
    """A quotation that a person has to decide about, or decided about.

    ``old``: as it stood where it was marked. ``found``: the place that a program found; ``decided``: another one that
    a person gave. ``words``: what stands there against what stood. ``at``: the place in the new text to look round,
    and ``paragraph`` what stands there. ``decision``: HERE, ELSEWHERE, GONE, or empty.
    """

    marked_in: int
    old: Shown
    found: Shown | None
    decided: Shown | None
    words: list[differences.Part]
    at: Place
    paragraph: str
    decision: str


@desk_view
@require_http_methods(["GET", "HEAD", "POST"])
def changes(request: HttpRequest, article_id: int) -> HttpResponse:
    """Whatever is not exact or moved in a version, one by one. ``?at=`` is the number of one, or END.

    ``?claim=`` begins with what waits of that claim.
    """
    article = article_or_404(article_id)
    walk = _Walk(request, version_or_404(article, request.GET.get("version", "")))
    if request.method == "POST":
        require(request, Action.ANCHOR)
        return walk.decide()
    fate = walk.chosen(request.GET.get("at", ""), request.GET.get("claim", ""))
    return walk.page(fate) if fate else walk.end()


class _Walk:
    """Going through one version, for one request."""

    def __init__(self, request: HttpRequest, version: ArticleVersion) -> None:
        self.request, self.version = request, version
        self.cases = self._read()

    def _read(self) -> list[Fate]:
        return versions.to_decide(versions.fates(self.version, versions.claims_of(self.version.article)))

    def chosen(self, wanted: str, claim: str) -> Fate | None:
        """The one of that number, else the first that waits, of the claim if it has one; None where none does."""
        if wanted == END:
            return None
        if wanted.isascii() and wanted.isdigit() and 1 <= int(wanted[:9]) <= len(self.cases):
            return self.cases[int(wanted[:9]) - 1]
        waiting = sorted((fate for fate in self.cases if fate.waits), key=lambda fate: str(fate.claim.pk) != claim)
        return next(iter(waiting), None)

    def address(self, at: object) -> str:
        page = reverse("desk:changes", args=[self.version.article_id])
        return f"{page}?version={self.version.number}&at={at}"

    def after(self, fate: Fate) -> str:
        """The next one that waits, those behind this one first; the end where none does."""
        waiting = [one.at for one in self.cases if one.waits]
        return self.address(next((at for at in waiting if at > fate.at), waiting[0] if waiting else END))

    # The pages

    def _show(self, context: dict[str, Any], status: int = 200) -> HttpResponse:
        head = {
            "article": self.version.article,
            "version": self.version,
            "count": len(self.cases),
            "waiting": sum(fate.waits for fate in self.cases),
        }
        return show(self.request, "desk/decide.html", {**head, **context}, section="articles", status=status)

    def end(self) -> HttpResponse:
        """What was decided, and what still waits."""
        first = next((fate.at for fate in self.cases if fate.waits), 0)
        rows = [(fate, _decision(fate), self.address(fate.at)) for fate in self.cases]
        return self._show({"rows": rows, "next_url": self.address(first) if first else ""})

    def page(self, fate: Fate, form: DecisionForm | None = None, *, status: int = 200) -> HttpResponse:
        case = _case(self.version, fate)
        why_not = refusal(self.request, Action.ANCHOR)
        if form is None and not why_not:
            form = self.form(fate, case)
        context = {
            "case": case,
            "fate": fate,
            "claim": fate.claim,
            "statement": fate.statement,
            "form": form,
            "options": _options(form),
            "why_not": why_not,
            "newest": _newest_number(fate),
            "previous_url": self.address(fate.at - 1) if fate.at > 1 else "",
            "next_url": self.address(fate.at + 1 if fate.at < len(self.cases) else END),
        }
        return self._show(context, status)

    def form(self, fate: Fate, case: Case, data: Any = None) -> DecisionForm:
        initial = {"anchor": fate.anchor.pk, "words": case.paragraph}
        return DecisionForm(data, text=self.version.text, near=case.at, initial=initial)

    # Deciding

    def decide(self) -> HttpResponse:
        fate = self._posted()
        if fate is None:
            messages.info(self.request, _("There is nothing to decide about this quotation any more."))
            return redirect(self.address(""))
        form = self.form(fate, _case(self.version, fate), self.request.POST)
        if not form.is_valid():
            return self.page(fate, form, status=saving.UNUSABLE)
        if form.cleaned_data["anchor"] != fate.anchor.pk or not fate.is_newest:
            return redirect(self.after(fate)) if self._is_said_already(fate, form) else self._stale(fate, form)
        try:
            _write(actor(self.request), fate, form)
        except DomainError as error:
            return self._refused(fate, form, error)
        self.cases = self._read()
        messages.success(self.request, _told(fate, form.cleaned_data["decision"]))
        return redirect(self.after(fate))

    def _posted(self) -> Fate | None:
        """The quotation that the form was about, by the place that it showed."""
        typed = self.request.POST.get("anchor", "")
        if not (typed.isascii() and typed.isdigit() and len(typed) < 19):
            return None
        quotation = Anchor.objects.filter(pk=int(typed)).values_list("quotation", flat=True).first()
        return next((fate for fate in self.cases if fate.quotation.pk == quotation), None)

    def _is_said_already(self, fate: Fate, form: DecisionForm) -> bool:
        """A second click: the newest place is what the person asked for, and theirs."""
        if fate.anchor.confirmed_by_id != actor(self.request).pk or not fate.is_newest:
            return False
        decision = form.cleaned_data["decision"]
        return form.found == _place(fate.anchor) if decision == ELSEWHERE else decision == _decision(fate)

    def _stale(self, fate: Fate, form: DecisionForm) -> HttpResponse:
        """The page as it is by now, with what was typed."""
        form.data = form.data.copy()
        form.data["anchor"] = str(fate.anchor.pk)
        if fate.confirmed_by and fate.is_newest:
            words = _("%(name)s decided about this quotation meanwhile. Nothing was saved; look at it once more.")
            form.add_error(None, words % {"name": fate.confirmed_by})
        else:
            form.add_error(
                None, _("The quotation was looked for again since. Nothing was saved; look at it once more.")
            )
        return self.page(fate, form, status=saving.CONFLICT)

    def _refused(self, fate: Fate, form: DecisionForm, error: DomainError) -> HttpResponse:
        """What the service refused; somebody else may have decided while this was sent."""
        self.cases = self._read()
        fresh = next((one for one in self.cases if one.quotation.pk == fate.quotation.pk), fate)
        if fresh.anchor.pk != fate.anchor.pk:
            return self._stale(fresh, form)
        form.add_error("words" if isinstance(error, Refused) else None, str(error))
        return self.page(fresh, form, status=saving.BUSY if isinstance(error, Busy) else saving.UNUSABLE)


def _newest_number(fate: Fate) -> int | None:
    """The version in which it can be decided, where this one is not the newest that was looked at."""
    if fate.is_newest:
        return None
    newest = Anchor.objects.filter(quotation=fate.quotation).order_by("-pk").values_list("version__number", flat=True)
    return newest.first()


def _case(version: ArticleVersion, fate: Fate) -> Case:
    quotation = fate.quotation
    marked_in = ArticleVersion.objects.defer("analysis").get(pk=quotation.version_id)
    found, now = _place(fate.found), _place(fate.anchor)
    shown = now or found
    at = shown or _mapped(marked_in.text, version.text, quotation.start)
    return Case(
        marked_in=marked_in.number,
        old=_shown(marked_in.text, quotation.start, quotation.end),
        found=_shown(version.text, *found) if found else None,
        decided=_shown(version.text, *now) if now and now != found else None,
        words=differences.words(quotation.exact, version.text[slice(*shown)]) if shown else [],
        at=at,
        paragraph=_paragraph(version.text, *at),
        decision=_decision(fate),
    )


def _place(anchor: Anchor) -> Place | None:
    return None if anchor.start is None else Place(anchor.start, anchor.end)


def _decision(fate: Fate) -> str:
    """What a person decided about it; empty where nobody has."""
    if fate.anchor.confirmed_by_id is None:
        return ""
    if fate.anchor.state == AnchorState.LOST:
        return GONE
    return HERE if _place(fate.anchor) == _place(fate.found) else ELSEWHERE


def _mapped(old: str, new: str, at: int) -> Place:
    """Where a place of the old text would be in the new one: what stands there may tell what became of it."""
    for piece in similarity.diff(old, new):
        (start, end), (first, last) = piece.before, piece.after
        if start <= at < end:
            here = min(first + at - start, last) if piece.op == "same" else first
            return Place(here, here)
    return Place(len(new), len(new))


def _shown(text: str, start: int, end: int) -> Shown:
    before, after = surroundings.around(text, start, end)
    return Shown(before, text[start:end], after)


def _briefly(text: str, start: int, end: int) -> Shown:
    """Words with as little round them as tells one place from another."""
    before, after = text[max(0, start - BRIEFLY) : start], text[end : end + BRIEFLY]
    first = before.partition(" ")[2] if start > BRIEFLY else before
    last = after.rpartition(" ")[0] if len(text) - end > BRIEFLY else after
    return Shown(f"… {first}" if start > BRIEFLY else first, text[start:end], f"{last} …" if last != after else last)


def _paragraph(text: str, start: int, end: int) -> str:
    """The text's own words round a place, for words to be cut out of them: without the signs that more goes on."""
    before, after = surroundings.around(text, start, end)
    return (before.removeprefix("… ") + text[start:end] + after.removesuffix("…")).strip()


def _options(form: DecisionForm | None) -> list[Option]:
    places = form.options[:OPTIONS] if form else []
    chosen = form.data.get("place", "") if form else ""
    values = [f"{place.start}-{place.end}" for place in places]
    chosen = chosen if chosen in values else next(iter(values), "")
    return [
        Option(value, _briefly(form.text, *place), is_chosen=value == chosen)
        for value, place in zip(values, places, strict=True)
    ]


def _write(user: User, fate: Fate, form: DecisionForm) -> None:
    """One service call. That it stands here after all, where somebody said it was gone, is a place that is given."""
    about: dict[str, Any] = {"actor": user, "claim_id": fate.claim.pk, "anchor_id": fate.anchor.pk}
    decision, place = form.cleaned_data["decision"], form.found
    if decision == HERE:
        place = _place(fate.anchor) or _place(fate.found)
        if place is None:
            raise Refused(_("No place was found in this version. Type the words where it stands now."), field="words")
    if decision == HERE and place == _place(fate.anchor):
        intake.confirm_anchor(**about)
    elif decision == GONE or place is None:
        intake.lose_anchor(**about)
    else:
        intake.place_anchor(**about, start=place.start, end=place.end)


def _told(fate: Fate, decision: str) -> str:
    sentences = {
        HERE: _("Claim %(number)s: it stands where it was found."),
        ELSEWHERE: _("Claim %(number)s: it stands where you said."),
        GONE: _("Claim %(number)s: it is gone from this version."),
    }
    return sentences[decision] % {"number": fate.claim.pk}


def articles_with_changes(claims: Iterable[Claim]) -> dict[int, int]:
    """Claim -> the article that altered words of it about which nobody has decided yet; two queries."""
    quotations = Quotation.objects.filter(claim__in=list(claims)).prefetch_related("anchors").select_related("version")
    found: dict[int, int] = {}
    for quotation in quotations.defer("version__text", "version__analysis"):
        newest = next(reversed(quotation.anchors.all()), None)
        altered = newest is not None and newest.state in (AnchorState.CHANGED, AnchorState.LOST)
        if altered and newest.confirmed_by_id is None:
            found.setdefault(quotation.claim_id, quotation.version.article_id)
    return found
