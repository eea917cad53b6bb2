"""Marking: words of an article become a claim, or one more place where a claim is made that is here already."""

from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.db import transaction
from django.db.models import Exists, OuterRef, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.html import format_html
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from claims import composition
from claims.errors import Busy, DomainError, Refused
from claims.forms import saving
from claims.forms.marking import Chosen, MarkForm, Roster
from claims.language import canonical, places, surroundings
from claims.language.neutral import BLANK
from claims.models import Anchor, Article, ArticleVersion, Claim, ClaimText, LedgerEntry, Quotation, Speaker, Voice
from claims.services import intake, ledger, quoting, records, research
from claims.services.quoting import Passage, Spoken
from claims.views.desk import articles, layout, prefill, rows, similar
from claims.views.desk.access import actor, article_or_404, desk_view, require
from claims.views.desk.frame import show
from claims.vocabulary import Action, Status

form_view = require_http_methods(["GET", "HEAD", "POST"])

_LONGEST_NUMBER = 10
_ALIKE_SHOWN = 3


@dataclass(frozen=True)
class Saved:
    """What became of the words: the claim that quotes them; whether it did before this was sent; whether it is new.

    ``notes``: what else happened that whoever sent it should know.
    """

    claim: Claim
    was_there: bool = False
    is_new: bool = True
    notes: tuple[str, ...] = ()


@desk_view
@form_view
def mark(request: HttpRequest, article_id: int) -> HttpResponse:
    """The form that makes a claim of picked words, filled in from the analysis: a page, or a part of the reader's."""
    article = article_or_404(article_id)
    require(request, Action.MARK)
    data = request.POST if request.method == "POST" else request.GET
    version = articles.version_or_404(article, data.get("version", ""))
    page = _Page(request, article, version)
    return page.answer() if request.method == "POST" else page.open()


class _Page:
    """The form over one version of an article, for one request."""

    def __init__(self, request: HttpRequest, article: Article, version: ArticleVersion) -> None:
        self.request, self.article, self.version = request, article, version
        self.is_part = request.headers.get("X-Part") == "form"

    @property
    def roster(self) -> Roster:
        voices = Voice.objects.filter(quotation__version__article=self.article, speaker__isnull=False)
        return Roster(near=voices.values_list("speaker", flat=True).distinct())

    # Showing

    def open(self) -> HttpResponse:
        """The form as it is filled in for the positions in the address."""
        if self.version.confirmed_by_id is None:
            return self.show(None, None)
        typed = {name: self.request.GET.get(name, "") for name in ("start", "end")}
        if not any(typed.values()):
            return self.show(MarkForm(roster=self.roster, initial=prefill.empty(self.version)), None)
        try:
            start, end = self.checked(*(_position(value) for value in typed.values()))
        except Refused as error:
            form = MarkForm(roster=self.roster, initial=prefill.empty(self.version))
            return self.show(form, None, problem=str(error), status=saving.UNUSABLE)
        roster = self.roster
        form = MarkForm(roster=roster, initial=prefill.initial(self.version, start, end, roster))
        return self.show(form, (start, end))

    def checked(self, start: int | None, end: int | None) -> tuple[int, int]:
        """The stretch without the blanks round it; raises ``Refused`` where it cannot be a quotation."""
        length = len(self.version.text)
        if start is None or end is None:
            raise Refused(_("Choose the words first."))
        if 0 <= start < end <= length:
            words = self.version.text[start:end]
            start, end = start + len(words) - len(words.lstrip(BLANK)), end - len(words) + len(words.rstrip(BLANK))
        quoting.describe(self.version, start, end)
        return start, end

    def show(
        self, form: MarkForm | None, place: tuple[int, int] | None, *, problem: str = "", status: int = 200
    ) -> HttpResponse:
        text = self.version.text
        before, after = surroundings.around(text, *place) if place else ("", "")
        context: dict[str, Any] = {
            "article": self.article,
            "version": self.version,
            "newest": self.article.versions.order_by("-number").values_list("number", flat=True).first(),
            "form": form,
            "problem": problem,
            "place": place,
            "before": before,
            "exact": text[slice(*place)] if place else "",
            "after": after,
            "said": prefill.said(self.version, *place) if place else [],
            "capture": self.version.captures.defer("raw").last() if form is None else None,
            "back": self.address(),
            "is_part": self.is_part,
            **(self.similar(form, place) if form else {}),
        }
        if self.is_part:
            return render(self.request, "desk/_mark_form.html", context, status=status)
        return show(self.request, "desk/mark.html", context, section="articles", status=status)

    def similar(self, form: MarkForm, place: tuple[int, int] | None) -> dict[str, Any]:
        """The claims that look like it, and which of them was chosen."""
        words = [str(form["statement"].value() or ""), self.version.text[slice(*place)] if place else ""]
        chosen = str(form["same_as"].value() or "")
        return {"similar": similar.with_chosen(similar.find(words), chosen), "chosen": chosen}

    def address(self, claim: Claim | None = None) -> str:
        page = reverse("desk:article", args=[self.article.pk])
        return f"{page}?version={self.version.number}" + (f"#claim-{claim.pk}" if claim else "")

    # Saving

    def answer(self) -> HttpResponse:
        """Saves what was sent, or shows the form again with the reasons and all that was typed."""
        form = MarkForm(self.request.POST, roster=self.roster)
        if self.version.confirmed_by_id is None:
            form.add_error(None, _("Confirm the article's text, or mend it, before you mark claims in it."))
            return self.show(form, None, status=saving.CONFLICT)
        valid, place = form.is_valid(), None
        try:
            place = self.found(form)
        except Refused as error:
            form.add_error("exact", str(error))
        if not valid or place is None:
            return self.show(form, place, status=saving.UNUSABLE)
        try:
            saved = _save(self.request, self.version, form, place)
        except Refused as error:
            form.refuse(error)
            return self.show(form, place, status=saving.UNUSABLE)
        except DomainError as error:
            form.add_error(None, str(error))
            return self.show(form, place, status=saving.BUSY if isinstance(error, Busy) else saving.CONFLICT)
        return self.done(saved, place)

    def found(self, form: MarkForm) -> tuple[int, int]:
        """Where the posted words stand: at the posted positions, else at the place that is nearest to them.

        Raises ``Refused`` where they do not stand in the text, or stand in several places and none was picked.
        """
        values, text = form.cleaned_data, self.version.text
        start, end, exact = values.get("start"), values.get("end"), values.get("exact", "")
        if "exact" not in self.request.POST:
            return self.checked(start, end)
        if not exact.strip(BLANK):
            raise Refused(_("Choose the words first."))
        has_place = start is not None and end is not None and 0 <= start < end <= len(text)
        if has_place and _same_words(text[start:end], exact):
            return self.checked(start, end)
        there = places.find(text, exact)
        if not there:
            raise Refused(_("These words do not stand in this version of the text. Copy them from it."))
        if not has_place and len(there) > 1:
            raise Refused(_("These words stand in the text more than once. Add some of the words round them."))
        nearest = places.nearest(there, start, end) if has_place else there[0]
        return self.checked(*(nearest or there[0]))

    def done(self, saved: Saved, place: tuple[int, int]) -> HttpResponse:
        alike = _alike(self.version, place, saved.claim)
        words = sentence(saved)
        if self.is_part:
            context = {"saved": saved, "words": words, "alike": alike, "url": saved.claim.get_absolute_url()}
            answer = render(self.request, "desk/_marked_notice.html", context, status=201)
            answer["Location"] = self.address(saved.claim)
            return answer
        (messages.info if saved.was_there else messages.success)(self.request, words)
        for note in saved.notes:
            messages.info(self.request, note)
        for twin in alike:
            messages.warning(self.request, _offer(saved.claim, twin))
        return redirect(self.address(saved.claim))


def _position(typed: str) -> int | None:
    digits = typed.removeprefix("-")
    return int(typed) if digits.isascii() and digits.isdigit() and len(digits) <= _LONGEST_NUMBER else None


def _same_words(one: str, other: str) -> bool:
    """Whether two stretches differ at most in white space and soft hyphens."""
    return "".join(one.replace("\u00ad", "").split()) == "".join(other.replace("\u00ad", "").split())


def sentence(saved: Saved) -> str:
    """What became of the words."""
    if saved.was_there:
        return _("These words are claim %(number)s already.") % {"number": saved.claim.pk}
    if saved.is_new:
        return _("Marked as claim %(number)s.") % {"number": saved.claim.pk}
    return _("Claim %(number)s quotes these words as well now.") % {"number": saved.claim.pk}


def _offer(claim: Claim, twin: "Twin") -> str:
    """That another claim quotes most of the same words, with the way to link the two where there is one."""
    words = _("Claim %(number)s quotes the same words.") % {"number": twin.claim.pk}
    if not twin.url:
        return words
    return format_html('{} <a href="{}">{}</a>', words, twin.url, _(Action.LINK.label))


@dataclass(frozen=True)
class Twin:
    """Another claim that quotes most of the same words; ``url``: where the new one is linked as the same as it."""

    claim: Claim
    statement: str
    language: str
    url: str


def _alike(version: ArticleVersion, place: tuple[int, int], saved: Claim) -> list[Twin]:
    """The claims besides ``saved`` that quote most of the words at ``place`` in this version."""
    start, end = place
    here = {"version": version, "start__lt": end, "end__gt": start}
    newer = Anchor.objects.filter(quotation=OuterRef("quotation"), version=version, pk__gt=OuterRef("pk"))
    anchors = Anchor.objects.filter(~Exists(newer), **here)
    spans = [
        *Quotation.objects.filter(**here).values_list("claim", "start", "end"),
        *anchors.values_list("quotation__claim", "start", "end"),
    ]
    keys = {key for key, first, last in spans if key != saved.pk and layout.share_most(place, (first, last))}
    found = Claim.objects.filter(pk__in=keys, duplicate_of=None).prefetch_related("texts").order_by("pk")
    return [_twin(claim, saved) for claim in found[:_ALIKE_SHOWN]]


def _twin(claim: Claim, saved: Claim) -> Twin:
    statement = rows.statement_of(claim, get_language() or "")
    may_link = articles.may_link(saved, claim)
    link = reverse("desk:transition", args=[saved.pk, Action.LINK.value])
    return Twin(
        claim=claim,
        statement=statement.statement if statement else "",
        language=statement.language if statement else "",
        url=f"{link}?q=%23{claim.pk}" if may_link else "",
    )


# One transaction


@ledger.service
def _save(request: HttpRequest, version: ArticleVersion, form: MarkForm, place: tuple[int, int]) -> Saved:
    """New speakers and the claim, saved together or not at all; the same form sent twice makes one claim."""
    values = form.cleaned_data
    with transaction.atomic():
        cast = _Cast(request, form)
        ledger.locked(Article, version.article_id)  # the same form sent twice at once comes one after the other
        quoted = Quotation.objects.filter(version=version, start=place[0], end=place[1])
        if form.is_to_be_quoted:
            claim = Claim.objects.filter(pk=values["same_as"]).first()
            if claim is None:
                raise Refused(_("There is no such claim."), field="same_as")
            if quoted.filter(claim=claim).exists():
                return Saved(claim, was_there=True, is_new=False)
        elif (known := _sent_before(request, form, cast, quoted)) is not None:
            return Saved(known, was_there=True)
        passage = Passage(version, *place, [Spoken(cast.of(one.who), one.naming, one.mode) for one in form.spoken])
        if form.is_to_be_quoted:
            was_approved = claim.status == Status.APPROVED
            research.quote_again(claim_id=values["same_as"], actor=actor(request), passage=passage)
        else:
            was_approved = False
            claim = _mark(request, form, passage, cast)
    notes = [_("The claim was approved: now it goes through the second read again.")] if was_approved else []
    return Saved(claim, is_new=not form.is_to_be_quoted, notes=(*cast.notes, *notes))


def _mark(request: HttpRequest, form: MarkForm, passage: Passage, cast: "_Cast") -> Claim:
    values = form.cleaned_data
    language = values["language"]
    return intake.mark_claim(
        actor=actor(request),
        passages=[passage],
        statements={language: values["statement"]},
        reasons={language: values["why"].strip()},
        quantities=form.kept_quantities,
        speaker=cast.of(form.judged),
        kinds=values["kinds"],
        **({"priority": values["priority"]} if values["priority"] else {}),
    )


def _sent_before(request: HttpRequest, form: MarkForm, cast: "_Cast", quoted: QuerySet[Quotation]) -> Claim | None:
    """The claim that this very form made when it was sent before: by this person, of these words, in these words.

    What says more or something else, or what somebody else marked at the same time, is another claim; the two are
    offered as duplicates. A claim that was closed meanwhile is no answer.
    """
    values, judged = form.cleaned_data, form.judged
    statement, why = canonical.clean(values["statement"].strip()), canonical.clean(values["why"].strip())
    texts = ClaimText.objects.filter(language=values["language"], statement=statement, why=why)
    speaker = records.find_by_name(Speaker, judged.name) if judged.name else cast.of(judged)
    if judged.name and speaker is None:
        return None
    mine = LedgerEntry.objects.filter(claim__isnull=False, sequence=1, action=Action.MARK.value, actor=actor(request))
    found = Claim.objects.filter(pk__in=quoted.values("claim"), speaker=speaker).exclude(status=Status.DECLINED.value)
    found = found.filter(pk__in=texts.values("claim"))
    return found.filter(pk__in=mine.values("claim")).order_by("pk").first()


class _Cast:
    """Who was chosen as records: what was merged meanwhile gives what stands for it, a new name makes a new speaker.

    The chosen ones are locked by rising key, so that none of them is merged before the claim is there.
    """

    def __init__(self, request: HttpRequest, form: MarkForm) -> None:
        self.actor = actor(request)
        self.chosen = form.speakers
        self.known: dict[int, Speaker] = {}
        self.new: dict[str, Speaker] = {}
        for key in sorted(form.speakers):
            self.known[key] = composition.standing(ledger.locked(Speaker, key))

    @property
    def notes(self) -> tuple[str, ...]:
        """Who was chosen and no longer stands by themselves."""
        sentence = _("“%(name)s” was merged into “%(other)s”, who was taken.")
        merged = ((self.chosen[key], now) for key, now in self.known.items() if now.pk != key)
        return tuple(sentence % {"name": before.name, "other": now.name} for before, now in merged)

    def of(self, chosen: Chosen) -> Speaker | None:
        """The speaker; None is unknown."""
        if chosen.key is not None:
            return self.known[chosen.key]
        if not chosen.name:
            return None
        name = chosen.name.casefold()
        if name not in self.new:
            there = records.find_by_name(Speaker, chosen.name)
            self.new[name] = there or records.create_speaker(actor=self.actor, name=chosen.name)
        return self.new[name]
