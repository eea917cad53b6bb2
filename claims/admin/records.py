"""The desk's shared records: articles, outlets, speakers, sources, rating scales. Changing one touches no claim."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin
from django.contrib.admin.widgets import AutocompleteSelect
from django.db.models import Count, OuterRef, Prefetch, Q, QuerySet, Subquery, Value
from django.db.models.functions import Coalesce
from django.http import HttpRequest, QueryDict
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from claims import composition
from claims.admin.base import Choice, Section, ServiceAdmin
from claims.forms import wording
from claims.forms.edits import Address, EditForm, LanguageTag, Line, PartialDate, choices
from claims.forms.evidence import newer_citation
from claims.forms.records import OutletForm, RecordForm, SpeakerForm, StandingChoice
from claims.forms.saving import History
from claims.language.files import FileKind
from claims.models import (
    Aggregate,
    Article,
    ArticleVersion,
    Capture,
    Claim,
    Evidence,
    Outlet,
    RatingScale,
    Source,
    Speaker,
)
from claims.rules import permissions
from claims.services import people, records
from claims.vocabulary import Action, Question, SourceKind, SpeakerKind

AS_FAR_AS_KNOWN = gettext_lazy("As far as it is known: 2025, 2025-03 or 2025-03-19.")
SHORT_TAG = gettext_lazy("A short tag, such as de or en.")
RATINGS = 12
"""How many ratings a new scale has room for."""


def _related(model: type[Aggregate], name: str, **options: Any) -> forms.ModelChoiceField:
    """A field that points to another record, which is looked for by typing."""
    rows = model._meta.get_field(name).related_model.objects.all()
    return forms.ModelChoiceField(rows, widget=_by_typing(model, name), required=False, **options)


def _by_typing(model: type[Aggregate], name: str) -> AutocompleteSelect:
    return AutocompleteSelect(model._meta.get_field(name), admin.site)


class ArticleForm(RecordForm):
    title = Line(label=gettext_lazy("Title"), limit=500, required=True)
    outlet = StandingChoice(Outlet, widget=_by_typing(Article, "outlet"), required=False, label=gettext_lazy("Outlet"))
    author = Line(label=gettext_lazy("Author"), limit=200)
    url = Address(label=gettext_lazy("Address"))
    language = LanguageTag(label=gettext_lazy("Language"), required=True, help_text=SHORT_TAG)
    published = PartialDate(label=gettext_lazy("Date"), help_text=AS_FAR_AS_KNOWN)

    def __init__(self, data: QueryDict | None = None, *, record: Article) -> None:
        super().__init__(data, record=record)
        self.fields["outlet"].held = record.outlet

    def clean_url(self) -> str:
        url: str = self.cleaned_data["url"]
        if url and Article.objects.filter(url=url).exclude(pk=self.claim.pk).exists():
            raise forms.ValidationError(_("An article with this address is already here."))
        return url


class SourceForm(RecordForm):
    publisher = Line(label=gettext_lazy("Publisher"), limit=200)
    title = Line(label=gettext_lazy("Title"), limit=500, required=True)
    url = Address(label=gettext_lazy("Address"))
    published = PartialDate(label=gettext_lazy("Date"), help_text=AS_FAR_AS_KNOWN)
    kind = forms.ChoiceField(label=gettext_lazy("Kind of source"))
    language = LanguageTag(label=gettext_lazy("Language"), help_text=SHORT_TAG)
    interest = Line(
        label=gettext_lazy("The publisher's interest"),
        limit=500,
        help_text=gettext_lazy("Shown to readers, where the publisher has a stake in the matter."),
    )
    confidential = forms.BooleanField(
        label=gettext_lazy("Confidential"),
        required=False,
        help_text=gettext_lazy("Publisher and title are a pseudonym and what may be said."),
    )
    derives_from = _related(
        Source,
        "derives_from",
        label=gettext_lazy("Repeats"),
        help_text=gettext_lazy("The document that this one repeats, such as a press release."),
    )

    def __init__(self, data: QueryDict | None = None, *, record: Source) -> None:
        super().__init__(data, record=record)
        self.fields["kind"].choices = choices(SourceKind)

    def clean_derives_from(self) -> Source | None:
        source: Source | None = self.cleaned_data["derives_from"]
        if source is not None and source.pk == self.claim.pk:
            raise forms.ValidationError(_("A source cannot derive from itself."))
        return source


class ScaleForm(EditForm):
    """The scale's names, and whether it is offered. Its ratings stay: verdicts stand on them."""

    active = forms.BooleanField(
        label=gettext_lazy("In use"), required=False, help_text=gettext_lazy("Offered for new verdicts.")
    )

    def __init__(self, data: QueryDict | None = None, *, record: RatingScale) -> None:
        super().__init__(data, claim=record, initial={"active": record.active, "labels": record.labels})
        self.languages = [code for code, _name in settings.LANGUAGES]
        for code in self.languages:
            name = f"labels.{code}"
            self.fields[name] = Line(label=_in(_("Name"), code), limit=100, required=True)
            self.initial[name] = record.labels.get(code, "")

    @property
    def edited(self) -> list[str]:
        return [*(name for name in super().edited if not name.startswith("labels.")), "labels"]

    def value(self, name: str) -> Any:
        if name != "labels":
            return super().value(name)
        typed = {code: self.cleaned_data[f"labels.{code}"] for code in self.languages}
        return {**self.initial["labels"], **typed}

    def write_into(self, data: QueryDict, name: str) -> None:
        if name != "labels":
            super().write_into(data, name)
            return
        for code in self.languages:
            data[f"labels.{code}"] = self.initial[f"labels.{code}"]


class NewScaleForm(ScaleForm):
    """A scale with its ratings in their order; a row without a code is none."""

    code = forms.SlugField(label=gettext_lazy("Code"), max_length=32)
    question = forms.ChoiceField(label=gettext_lazy("Question"))

    field_order = ("opened_at", "code", "question")

    def __init__(self, data: QueryDict | None = None, *, record: RatingScale) -> None:
        super().__init__(data, record=record)
        del self.fields["active"]
        self.fields["question"].choices = choices(Question)
        for number in range(RATINGS):
            self._offer_rating(number)

    def _offer_rating(self, number: int) -> None:
        prefix = f"ratings.{number}."
        self.fields[prefix + "code"] = forms.SlugField(label=_("Code"), max_length=32, required=False)
        self.fields[prefix + "value"] = forms.DecimalField(
            label=_("Number"),
            max_digits=6,
            decimal_places=2,
            required=False,
            help_text=_("Only where it means something."),
        )
        for code in self.languages:
            self.fields[f"{prefix}label.{code}"] = Line(label=_in(_("Word"), code), limit=100)
            self.fields[f"{prefix}definition.{code}"] = Line(label=_in(_("Definition"), code), limit=500)
        self.fields[prefix + "awaits_outcome"] = forms.BooleanField(
            label=_("Open until a date"), required=False, help_text=_("The only rating for a forecast that lies ahead.")
        )

    def names_of_rating(self, number: int) -> list[str]:
        return [name for name in self.fields if name.startswith(f"ratings.{number}.")]

    def clean_code(self) -> str:
        code: str = self.cleaned_data["code"]
        if RatingScale.objects.filter(code=code).exists():
            raise forms.ValidationError(_("There is a scale with this code already."))
        return code

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        codes: set[str] = set()
        for number in range(RATINGS):
            self._check_rating(number, values, codes)
        if not codes:
            self.add_error(None, _("A scale needs at least one rating."))
        return values

    def _check_rating(self, number: int, values: Mapping[str, Any], codes: set[str]) -> None:
        typed = {name: values.get(name) for name in self.names_of_rating(number)}
        if not any(typed.values()):
            return
        code = typed[f"ratings.{number}.code"]
        needed = [name for name in typed if ".label." in name or ".definition." in name or name.endswith(".code")]
        for name in needed:
            if not typed[name] and name not in self.errors:
                self.add_error(name, _("A rating needs this; or leave all of it empty."))
        if code in codes:
            self.add_error(f"ratings.{number}.code", _("The scale already has a rating with this code."))
        codes.add(str(code or number))

    def ratings(self) -> list[dict[str, Any]]:
        """The ratings that were filled in, as ``records.create_scale`` wants them."""
        return [self._rating(number) for number in range(RATINGS) if self.cleaned_data[f"ratings.{number}.code"]]

    def _rating(self, number: int) -> dict[str, Any]:
        def typed(name: str) -> Any:
            return self.cleaned_data[f"ratings.{number}.{name}"]

        return {
            "code": typed("code"),
            "value": typed("value"),
            "labels": {code: typed(f"label.{code}") for code in self.languages},
            "definitions": {code: typed(f"definition.{code}") for code in self.languages},
            "awaits_outcome": typed("awaits_outcome"),
        }


def _in(words: str, language: str) -> str:
    return _("%(field)s (%(language)s)") % {"field": words, "language": wording.language_name(language)}


# The pages


class RecordAdmin(ServiceAdmin):
    """A record whose save is one call of ``services.records``."""

    form_class: type[RecordForm]
    adds: Action | None = Action.CREATE
    changes: Action | None = Action.CHANGE

    def form_over(self, request: HttpRequest, record: Any, data: QueryDict | None = None) -> EditForm:
        return self.form_class(data, record=record if record is not None else self.model())

    def write(self, request: HttpRequest, record: Any, form: EditForm, later: History) -> Aggregate:
        return records.edit_record(
            record=self.model,
            record_id=record.pk,
            actor=request.user,
            values=form.edits(later),
            opened_at=form.cleaned_data["opened_at"],
        )

    @admin.display(description=gettext_lazy("Name"), ordering="name")
    def name(self, record: Any) -> str:
        return str(record.name)

    @admin.display(description=gettext_lazy("Address"), ordering="url", empty_value="–")
    def url(self, record: Any) -> str:
        return str(record.url)


class _Kind(Choice):
    title, parameter_name = gettext_lazy("Kind"), "kind"
    words: Any

    def offered(self, request: HttpRequest) -> list[tuple[str, str]]:
        return choices(self.words)

    def narrowed(self, queryset: QuerySet[Any], value: str) -> QuerySet[Any]:
        return queryset.filter(kind=value)


class SpeakerKindFilter(_Kind):
    words = SpeakerKind


class SourceKindFilter(_Kind):
    words = SourceKind


class MergeableAdmin(RecordAdmin):
    """Records of which one may stand for others. They are merged at the desk, where both are seen side by side."""

    def get_queryset(self, request: HttpRequest) -> QuerySet[Any]:
        return super().get_queryset(request).select_related("merged_into")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """The list holds all; where a record is chosen for something, only what stands is offered."""
        if request.path == reverse("admin:autocomplete"):
            queryset = queryset.filter(merged_into=None)
        return super().get_search_results(request, queryset, search_term)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return super().has_change_permission(request, obj) and not (obj and obj.merged_into_id)

    def sections(self, request: HttpRequest, record: Any, form: Any) -> list[Section]:
        if record is None or record.merged_into is None:
            return super().sections(request, record, form)
        note = _("Merged into “%(name)s”, which stands for it. It is changed there.")
        return [Section("", form, form.edited, note=note % {"name": record.merged_into.name})]

    @admin.display(description=gettext_lazy("Merged into"), ordering="merged_into__name", empty_value="–")
    def merged(self, record: Any) -> str | None:
        return record.merged_into.name if record.merged_into else None


@admin.register(Speaker)
class SpeakerAdmin(MergeableAdmin):
    form_class = SpeakerForm
    list_display = ("name", "kind", "role", "party", "claims", "merged")
    list_filter = (SpeakerKindFilter,)
    search_fields = ("name", "role", "party")
    ordering = ("name", "pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Speaker]:
        said = Claim.objects.filter(Q(speaker=OuterRef("pk")) | Q(speaker__merged_into=OuterRef("pk")))
        counted = said.order_by().values(all=Value(1)).annotate(number=Count("pk")).values("number")
        return super().get_queryset(request).annotate(claim_count=Coalesce(Subquery(counted), 0))

    def create(self, request: HttpRequest, form: RecordForm) -> Speaker:
        return records.create_speaker(actor=request.user, **form.edits({}))

    @admin.display(description=gettext_lazy("Kind"), ordering="kind")
    def kind(self, speaker: Speaker) -> str:
        return _(SpeakerKind(speaker.kind).label)

    @admin.display(description=gettext_lazy("Role"), ordering="role", empty_value="–")
    def role(self, speaker: Speaker) -> str:
        return speaker.role

    @admin.display(description=gettext_lazy("Party"), ordering="party", empty_value="–")
    def party(self, speaker: Speaker) -> str:
        return speaker.party

    @admin.display(description=gettext_lazy("Claims"), ordering="claim_count")
    def claims(self, speaker: Speaker) -> int:
        return speaker.claim_count


@admin.register(Outlet)
class OutletAdmin(MergeableAdmin):
    form_class = OutletForm
    list_display = ("name", "url", "merged")
    search_fields = ("name", "url")
    ordering = ("name", "pk")

    def create(self, request: HttpRequest, form: RecordForm) -> Outlet:
        return records.create_outlet(actor=request.user, **form.edits({}))


def _kind_of_file(media_type: str) -> str:
    return _(FileKind(media_type).label) if media_type in set(FileKind) else media_type


def _cited_in_older_words(source: Source) -> list[Evidence]:
    """The evidence whose own copy of the citation differs from the source's by now; taken over at the desk."""
    items = source.evidence.standing().select_related("source", "claim").order_by("claim", "pk")
    return [item for item in items if newer_citation(item)]


@admin.register(Source)
class SourceAdmin(RecordAdmin):
    """A source and the files that preserve it; these are handed in at the desk, where an item cites them."""

    form_class = SourceForm
    change_form_template = "admin/desk/source.html"
    list_display = ("name", "publisher", "kind", "published", "evidence")
    list_filter = (SourceKindFilter,)
    search_fields = ("publisher", "title", "url")
    ordering = ("publisher", "title", "pk")

    def get_queryset(self, request: HttpRequest) -> QuerySet[Source]:
        return super().get_queryset(request).annotate(evidence_count=Count("evidence"))

    def create(self, request: HttpRequest, form: RecordForm) -> Source:
        return records.create_source(actor=request.user, **form.edits({}))

    def page_context(self, request: HttpRequest, record: Source | None, form: EditForm) -> dict[str, Any]:
        if record is None:
            return {}
        kept = record.snapshots.select_related("taken_by").defer("text", "response", "about").order_by("-pk")
        item = record.evidence.standing().order_by("-pk").first()
        files = [(one, _kind_of_file(one.media_type), people.name_of(one.taken_by)) for one in kept]
        return {"files": files, "item": item, "older": _cited_in_older_words(record)}

    @admin.display(description=gettext_lazy("Title"), ordering="title")
    def name(self, source: Source) -> str:
        return source.title

    @admin.display(description=gettext_lazy("Publisher"), ordering="publisher", empty_value="–")
    def publisher(self, source: Source) -> str:
        return source.publisher

    @admin.display(description=gettext_lazy("Kind of source"), ordering="kind")
    def kind(self, source: Source) -> str:
        return _(SourceKind(source.kind).label)

    @admin.display(description=gettext_lazy("Date"), ordering="published", empty_value="–")
    def published(self, source: Source) -> str:
        return source.published

    @admin.display(description=gettext_lazy("Used as evidence"), ordering="evidence_count")
    def evidence(self, source: Source) -> int:
        return source.evidence_count


@admin.register(Article)
class ArticleAdmin(RecordAdmin):
    """Title, outlet, date and the like can be corrected; versions and captures are what came in, and stay."""

    form_class = ArticleForm
    adds = None
    why_not_added = gettext_lazy("Articles are taken in as they were received, not made here.")
    change_form_template = "admin/desk/article.html"
    list_display = ("name", "outlet_name", "language", "published", "versions", "received")
    search_fields = ("title", "author", "url")
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Article]:
        articles = super().get_queryset(request).select_related("outlet__merged_into")
        return articles.annotate(version_count=Count("versions"))

    def page_context(self, request: HttpRequest, record: Article, form: EditForm) -> dict[str, Any]:
        captures = Capture.objects.select_related("received_by").defer("raw")
        versions = record.versions.prefetch_related(Prefetch("captures", captures))
        return {"versions": [(version, _words(version)) for version in versions]}

    @admin.display(description=gettext_lazy("Title"), ordering="title")
    def name(self, article: Article) -> str:
        return article.title

    @admin.display(description=gettext_lazy("Outlet"), ordering="outlet__name", empty_value="–")
    def outlet_name(self, article: Article) -> str | None:
        return composition.standing(article.outlet).name if article.outlet else None

    @admin.display(description=gettext_lazy("Language"), ordering="language")
    def language(self, article: Article) -> str:
        return wording.language_name(article.language)

    @admin.display(description=gettext_lazy("Date"), ordering="published", empty_value="–")
    def published(self, article: Article) -> str:
        return article.published

    @admin.display(description=gettext_lazy("Versions"), ordering="version_count")
    def versions(self, article: Article) -> int:
        return article.version_count

    @admin.display(description=gettext_lazy("Received"), ordering="created_at")
    def received(self, article: Article) -> Any:
        return article.created_at


def _words(version: ArticleVersion) -> int:
    return len(version.text.split())


@admin.register(RatingScale)
class RatingScaleAdmin(RecordAdmin):
    change_form_template = "admin/desk/scale.html"
    list_display = ("name", "question", "ratings", "active")
    ordering = ("pk",)

    def _refusal(self, request: HttpRequest, action: Action) -> str:
        refusal = super()._refusal(request, action)
        if refusal or permissions.may_change_scales(people.person(request.user)):
            return refusal
        return _("Only the head of desk changes the rating scales.")

    def get_queryset(self, request: HttpRequest) -> QuerySet[RatingScale]:
        return super().get_queryset(request).prefetch_related("ratings")

    def title(self, record: RatingScale) -> str:
        return wording.in_language(record.labels) or record.code

    def form_over(self, request: HttpRequest, record: Any, data: QueryDict | None = None) -> EditForm:
        return NewScaleForm(data, record=RatingScale()) if record is None else ScaleForm(data, record=record)

    def sections(self, request: HttpRequest, record: Any, form: Any) -> list[Section]:
        labels = [f"labels.{code}" for code in form.languages]
        if record is not None:
            return [Section("", form, [*labels, "active"])]
        ratings = [
            Section(
                _("Rating %(number)s") % {"number": number + 1}, form, form.names_of_rating(number), is_open=number < 2
            )
            for number in range(RATINGS)
        ]
        return [Section("", form, ["code", "question", *labels]), *ratings]

    def create(self, request: HttpRequest, form: NewScaleForm) -> RatingScale:
        return records.create_scale(
            actor=request.user,
            code=form.cleaned_data["code"],
            question=Question(form.cleaned_data["question"]),
            labels=form.value("labels"),
            ratings=form.ratings(),
        )

    def page_context(self, request: HttpRequest, record: RatingScale | None, form: EditForm) -> dict[str, Any]:
        ratings = record.ratings.all() if record else ()
        return {
            "question_word": _(Question(record.question).label) if record else "",
            "ratings": [
                (rating, wording.in_language(rating.labels), wording.in_language(rating.definitions))
                for rating in ratings
            ],
        }

    @admin.display(description=gettext_lazy("Name"), ordering="code")
    def name(self, scale: RatingScale) -> str:
        return self.title(scale)

    @admin.display(description=gettext_lazy("Question"), ordering="question")
    def question(self, scale: RatingScale) -> str:
        return _(Question(scale.question).label)

    @admin.display(description=gettext_lazy("Ratings"))
    def ratings(self, scale: RatingScale) -> str:
        return ", ".join(wording.in_language(rating.labels) for rating in scale.ratings.all())

    @admin.display(description=gettext_lazy("In use"), boolean=True, ordering="active")
    def active(self, scale: RatingScale) -> bool:
        return scale.active
