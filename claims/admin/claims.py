"""Claims: the list that a desk reviews them in, and a page where everything of one can be edited in one save."""

from collections.abc import Iterable
from typing import Any

from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import Truncator
from django.utils.timesince import timesince
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from claims import composition
from claims.admin import actions, whole
from claims.admin.base import Choice, Section, ServiceAdmin
from claims.errors import NotEditable
from claims.filters import WORDS_SEARCHED, holding, said_by, speaker_choices
from claims.forms import figures, wording
from claims.forms.edits import EditForm
from claims.forms.elements import in_words
from claims.forms.saving import History
from claims.models import Calculation, Claim, Quotation, Rating, Speaker
from claims.rules import permissions, transitions
from claims.services import people, research
from claims.vocabulary import Action, AnchorState, Priority, Question, Risk, Status, Word

NONE, ME = "none", "me"
STATEMENT_WORDS, TITLE_WORDS = 24, 8
_OF_A_QUOTATION = (
    "claim", "exact", "start", "end", "version__number", "version__article__title", "version__article__language",
    "version__article__outlet__speaker", "version__article__outlet__merged_into__speaker",
)  # fmt: skip
"""What is read of a quotation and its article: never a whole text, nor what was made of it."""


class _Words(Choice):
    """A filter over the codes of a vocabulary."""

    words: type[Word]
    path: str

    def offered(self, request: HttpRequest) -> Iterable[tuple[str, Any]]:
        return [(word.value, _(word.label)) for word in self.words]

    def narrowed(self, queryset: QuerySet[Claim], value: str) -> QuerySet[Claim]:
        return queryset.filter(**{self.path: value})


class StatusFilter(_Words):
    title, parameter_name, path, words = gettext_lazy("Stage"), "status", "status", Status


class PriorityFilter(_Words):
    title, parameter_name, path, words = gettext_lazy("Priority"), "priority", "priority", Priority


class RiskFilter(_Words):
    title, parameter_name, path, words = gettext_lazy("Risk"), "risk", "risk", Risk


class QuestionFilter(_Words):
    title, parameter_name, path, words = gettext_lazy("Question"), "question", "verdict__question", Question


class RatingFilter(Choice):
    title, parameter_name = gettext_lazy("Rating"), "rating"

    def offered(self, request: HttpRequest) -> Iterable[tuple[str, Any]]:
        ratings = Rating.objects.select_related("scale").order_by("scale", "position")
        return [(str(rating.pk), wording.in_language(rating.labels)) for rating in ratings]

    def narrowed(self, queryset: QuerySet[Claim], value: str) -> QuerySet[Claim]:
        return queryset.filter(verdict__rating=value)


class SpeakerFilter(Choice):
    title, parameter_name = gettext_lazy("Speaker"), "speaker"

    def offered(self, request: HttpRequest) -> Iterable[tuple[str, Any]]:
        return [(NONE, _("Not attributed")), *speaker_choices()]

    def narrowed(self, queryset: QuerySet[Claim], value: str) -> QuerySet[Claim]:
        return queryset.filter(Q(speaker=None) if value == NONE else said_by([int(value)]))


class AssigneeFilter(Choice):
    title, parameter_name = gettext_lazy("Assigned to"), "assignee"

    def offered(self, request: HttpRequest) -> Iterable[tuple[str, Any]]:
        self.me = request.user.pk
        assigned = User.objects.filter(Exists(Claim.objects.filter(assignee=OuterRef("pk"))))
        others = [(str(user.pk), people.name_of(user)) for user in assigned if user.pk != self.me]
        return [(ME, _("Me")), (NONE, _("Nobody")), *sorted(others, key=lambda pair: pair[1].casefold())]

    def narrowed(self, queryset: QuerySet[Claim], value: str) -> QuerySet[Claim]:
        return queryset.filter(assignee={ME: self.me, NONE: None}.get(value, value))


@admin.register(Claim)
class ClaimAdmin(ServiceAdmin):
    changes = Action.EDIT
    why_not_added = gettext_lazy("Claims are marked in their articles, not made here.")
    change_form_template = "admin/desk/claim.html"
    actions = actions.menu()
    list_display = ("statement", "speaker_name", "article", "stage", "rating", "assigned", "due", "age")
    list_display_links = ("statement",)
    list_filter = (
        StatusFilter,
        SpeakerFilter,
        AssigneeFilter,
        PriorityFilter,
        RiskFilter,
        QuestionFilter,
        RatingFilter,
    )
    search_fields = ("texts__statement", "quotations__exact", "speaker__name")
    search_help_text = gettext_lazy("Words of the statement, a quotation or the speaker; or a number.")
    ordering = ("-pk",)

    # The list

    def get_queryset(self, request: HttpRequest) -> QuerySet[Claim]:
        """What a row shows, read along; never the articles' whole texts."""
        quotations = Quotation.objects.select_related("version__article").only("claim", "version__article__title")
        return (
            Claim.objects.select_related("speaker__merged_into", "assignee", "verdict__rating", "check_page")
            .defer("check_page__bodies", "check_page__search_text")
            .prefetch_related("texts", Prefetch("quotations", quotations))
        )

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Claim], search_term: str
    ) -> tuple[QuerySet[Claim], bool]:
        """Every word stands in a statement, a quotation or the speaker's name; a number finds that claim too."""
        for word in search_term.replace("\x00", "").split()[:WORDS_SEARCHED]:
            named = Q(speaker__name__icontains=word) | Q(speaker__merged_into__name__icontains=word)
            queryset = queryset.filter(holding(word) | named)
        return queryset, False

    @admin.display(description=gettext_lazy("Statement"), ordering="pk")
    def statement(self, claim: Claim) -> str:
        words = wording.in_language({text.language: text.statement for text in claim.texts.all()})
        return Truncator(words).words(STATEMENT_WORDS)

    @admin.display(description=gettext_lazy("Speaker"), ordering="speaker__name", empty_value="–")
    def speaker_name(self, claim: Claim) -> str:
        return composition.standing(claim.speaker).name if claim.speaker else _("not attributed")

    @admin.display(description=gettext_lazy("Article"), empty_value="–")
    def article(self, claim: Claim) -> str | None:
        quotation = next(iter(claim.quotations.all()), None)
        return Truncator(quotation.version.article.title).words(TITLE_WORDS) if quotation else None

    @admin.display(description=gettext_lazy("Stage"), ordering="status")
    def stage(self, claim: Claim) -> SafeString:
        return format_html('<span class="stage stage-{}">{}</span>', claim.status, _(claim.stage.label))

    @admin.display(description=gettext_lazy("Rating"), ordering="verdict__rating", empty_value="–")
    def rating(self, claim: Claim) -> str | None:
        verdict = getattr(claim, "verdict", None)
        return wording.in_language(verdict.rating.labels) if verdict and verdict.rating else None

    @admin.display(description=gettext_lazy("Assigned to"), ordering="assignee__last_name", empty_value="–")
    def assigned(self, claim: Claim) -> str | None:
        return people.name_of(claim.assignee) if claim.assignee else None

    @admin.display(description=gettext_lazy("Due"), ordering="due_on", empty_value="–")
    def due(self, claim: Claim) -> str | SafeString | None:
        if claim.due_on is None:
            return None
        words = wording.day(claim.due_on)
        closed = claim.status in (Status.PUBLISHED, Status.DECLINED, Status.RETRACTED)
        if closed or claim.due_on >= timezone.localdate():
            return words
        return format_html('<span class="overdue">{} <span>({})</span></span>', words, _("overdue"))

    @admin.display(description=gettext_lazy("Age"), ordering="-created_at")
    def age(self, claim: Claim) -> str:
        return timesince(claim.created_at, depth=1)

    # The page

    def get_object(self, request: HttpRequest, object_id: str, from_field: str | None = None) -> Claim | None:
        """One claim with all that its page shows: a fixed number of queries."""
        quotations = Quotation.objects.select_related("version__article__outlet__merged_into").only(*_OF_A_QUOTATION)
        try:
            return (
                Claim.objects.select_related("speaker__merged_into", "assignee", "check_page", "verdict__rating__scale")
                .prefetch_related(
                    "texts",
                    "verdict__texts",
                    "evidence",
                    "quantities",
                    Prefetch("quotations", quotations),
                    Prefetch("quotations__voices__speaker", Speaker.objects.select_related("merged_into")),
                    "quotations__anchors",
                    Prefetch("calculations", Calculation.objects.filter(removed=False)),
                )
                .get(pk=object_id)
            )
        except (Claim.DoesNotExist, ValueError):
            return None

    def title(self, record: Claim) -> str:
        return actions.name_of(record)

    def form_over(self, request: HttpRequest, record: Claim, data: QueryDict | None = None) -> EditForm:
        return whole.form_over(
            record,
            data,
            may_set_risk=permissions.may_set_risk(people.person(request.user)),
            is_open=record.stage in transitions.EDITABLE or not self.has_change_permission(request, record),
        )

    def form_like(self, posted: EditForm, request: HttpRequest, record: Claim) -> EditForm:
        return whole.form_like(posted, record)

    def sections(self, request: HttpRequest, record: Claim, form: EditForm) -> list[Section]:
        return whole.sections_of(form, record)

    def page_context(self, request: HttpRequest, record: Claim, form: EditForm) -> dict[str, Any]:
        check = getattr(record, "check_page", None)
        return {
            "title": _("Claim %(number)s") % {"number": record.pk},
            "subtitle": wording.in_language({text.language: text.statement for text in record.texts.all()}),
            "steps": actions.steps(record, request.user),
            "stage_word": _(record.stage.label),
            "risk_word": _(Risk(record.risk).label),
            "closed_because": closed_because(record),
            "quotations": [
                (quotation, composition.voices(quotation), _place(quotation)) for quotation in record.quotations.all()
            ],
            "figures": [figures.figure(figures.of_row(row)) for row in record.calculations.all()],
            "elements": in_words(getattr(getattr(record, "verdict", None), "elements", ())),
            "check_url": reverse("admin:claims_check_change", args=[check.pk]) if check else "",
        }

    def write(self, request: HttpRequest, record: Claim, form: EditForm, later: History) -> Claim:
        return research.edit_claim(
            claim_id=record.pk,
            actor=request.user,
            edits=form.edits(later),
            opened_at=form.cleaned_data["opened_at"],
        )

    def tell(self, request: HttpRequest, before: Claim, saved: Claim, later: History) -> None:
        super().tell(request, before, saved, later)
        if before.stage is Status.APPROVED and saved.stage is Status.REVIEW:
            messages.warning(request, _("The content was changed, so the claim is back in the second read."))


def closed_because(claim: Claim) -> str:
    """Why the content cannot be edited in this status, with what to do first; empty where it can."""
    try:
        transitions.check_editable(claim.stage)
    except NotEditable as error:
        return str(error)
    return ""


def _place(quotation: Quotation) -> str:
    """Where the quotation was marked, and what became of it in the newest version that was looked at."""
    where = _("version %(number)s, characters %(start)s to %(end)s") % {
        "number": quotation.version.number,
        "start": quotation.start,
        "end": quotation.end,
    }
    newest = next(reversed(quotation.anchors.all()), None)
    if newest is None:
        return where
    state = _(AnchorState(newest.state).label)
    return (
        f"{where}; {state}"
        if not newest.confirmed_by_id
        else ", ".join([f"{where}; {state}", _("confirmed by a person")])
    )


def _permission(action: Action) -> Any:
    def allowed(_admin: ClaimAdmin, request: HttpRequest) -> bool:
        return not permissions.refusal(action, people.person(request.user))

    return allowed


for _action in actions.OFFERED:  # Django asks for a method of each action's name; the rules answer them all alike
    setattr(ClaimAdmin, f"has_{_action.value}_permission", _permission(_action))
