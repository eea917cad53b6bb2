"""What a claim is: who says it, what kind it is, who works on it; and its words in one language."""

from collections.abc import Mapping
from typing import Any

from django import forms
from django.contrib.auth.models import User
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from claims import composition
from claims.forms.edits import Day, EditForm, Line, PartialDate, Prose, choices
from claims.forms.records import StandingChoice
from claims.models import Claim, Quantity, Speaker
from claims.services import people
from claims.services.editing import QUANTITY_FIELDS
from claims.vocabulary import Checkability, ClaimKind, Priority, Risk, Role

TOPICS = 20
TOPIC_LENGTH = 60


class Topics(Line):
    """A list of short words with commas between them."""

    def __init__(self, **options: Any) -> None:
        super().__init__(limit=TOPICS * TOPIC_LENGTH, **options)

    def prepare_value(self, value: Any) -> Any:
        return ", ".join(value) if isinstance(value, list) else value

    def clean(self, value: Any) -> Any:
        topics = [" ".join(topic.split()) for topic in super().clean(value).split(",")]
        topics = list(dict.fromkeys(topic for topic in topics if topic))
        if len(topics) > TOPICS or any(len(topic) > TOPIC_LENGTH for topic in topics):
            raise forms.ValidationError(_("At most twenty topics, each of at most sixty characters."))
        return topics


class _Person(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return people.name_of(obj)


def workers(besides: User | None = None) -> Any:
    """Who can be given a claim: everybody active who may change one, and whoever has it now."""
    names = [role.value for role in (Role.RESEARCHER, Role.EDITOR, Role.CHIEF)]
    able = Q(is_active=True) & (Q(groups__name__in=names) | Q(is_superuser=True))
    if besides is not None:
        able |= Q(pk=besides.pk)
    return User.objects.filter(able).distinct().order_by("last_name", "first_name", "username")


class AssignForm(EditForm):
    """Who works on the claim and until when: possible in every stage."""

    assignee = _Person(queryset=User.objects.none(), required=False, empty_label=_("nobody"))
    due_on = Day()

    def __init__(
        self, data: QueryDict | None = None, *, claim: Claim, initial: Mapping[str, Any] | None = None
    ) -> None:
        super().__init__(
            data,
            claim=claim,
            initial={"assignee": claim.assignee_id, "due_on": claim.due_on, **(initial or {})},
        )
        self.fields["assignee"].queryset = workers(claim.assignee)


class QuantityForm(forms.Form):
    """One number of the claim; a row that is left empty is none."""

    low = forms.DecimalField(label=_("From"), max_digits=24, decimal_places=6, required=False)
    high = forms.DecimalField(label=_("To"), max_digits=24, decimal_places=6, required=False)
    unit = Line(label=_("Unit"), limit=100)
    comparator = Line(label=_("Comparison"), limit=100)
    reference = Line(label=_("Compared with"), limit=200)
    date = PartialDate(label=_("When"))
    deadline = Day(label=_("Until"))

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        low, high = values.get("low"), values.get("high")
        if low is not None and high is not None and low > high:
            self.add_error("high", _("The lower number is above the higher one."))
        return values


_QuantityRows = forms.formset_factory(QuantityForm, extra=2, max_num=30, absolute_max=40, validate_max=True)


class ClaimForm(AssignForm):
    """All of a claim but its words and its verdict. ``may_set_risk``: the risk is an editor's to set."""

    speaker = StandingChoice(
        Speaker,
        required=False,
        empty_label=_("not attributed"),
        help_text=_("The voice that is judged."),
    )
    kinds = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple, required=False)
    topics = Topics(help_text=_("With commas between them."))
    checkability = forms.ChoiceField()
    checkable_from = Day(help_text=_("For a claim that can only be checked later."))
    metric = Line(limit=300, help_text=_("What a forecast will be measured by, such as new capacity in gigawatts."))
    threshold = Line(limit=300, help_text=_("From which value on the forecast has come true."))
    resolved_at = Line(limit=500, help_text=_("Where it will be told: a publication, a register, an address."))
    priority = forms.ChoiceField()
    risk = forms.ChoiceField(help_text=_("At high risk two people have to approve."))

    field_order = (
        "opened_at", "assignee", "due_on", "priority", "risk", "speaker", "kinds", "topics", "checkability",
        "checkable_from", "metric", "threshold", "resolved_at",
    )  # fmt: skip

    def __init__(self, data: QueryDict | None = None, *, claim: Claim, may_set_risk: bool) -> None:
        names = (
            *("speaker", "kinds", "topics", "checkability", "checkable_from", "priority", "risk"),
            *("metric", "threshold", "resolved_at"),
        )
        initial = {name: getattr(claim, name) for name in names}
        rows = [_row(quantity) for quantity in claim.quantities.all()]
        super().__init__(data, claim=claim, initial={**initial, "speaker": claim.speaker_id, "quantities": rows})
        self.fields["speaker"].held = claim.speaker
        self.fields["kinds"].choices = choices(ClaimKind)
        self.fields["checkability"].choices = choices(Checkability)
        self.fields["priority"].choices = choices(Priority)
        self.fields["risk"].choices = choices(Risk)
        if not may_set_risk:
            del self.fields["risk"]
        self.quantities = _QuantityRows(data, prefix="quantities", initial=rows)

    @property
    def edited(self) -> list[str]:
        return [*super().edited, "quantities"]

    @property
    def is_forecast(self) -> bool:
        """Whether the form says so now, or something is written of what the forecast is measured by."""
        names = ("metric", "threshold", "resolved_at")
        kinds = self["kinds"].value() or []
        return ClaimKind.FORECAST.value in kinds or any(self[name].value() or self[name].errors for name in names)

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if not self.quantities.is_valid():
            self.add_error(None, _("Quantities: one of the rows needs another look."))
        return values

    def value(self, name: str) -> Any:
        if name != "quantities":
            return super().value(name)
        rows = ({field: row.get(field) for field in QUANTITY_FIELDS} for row in self.quantities.cleaned_data if row)
        return [row for row in rows if any(value not in (None, "") for value in row.values())]

    def dispute(self, fresh: "EditForm", later: Mapping[str, Any]) -> None:
        super().dispute(fresh, later)
        self._bind_quantities()

    def write_into(self, data: QueryDict, name: str) -> None:
        if name != "quantities":
            super().write_into(data, name)
            return
        for key in [key for key in data if key.startswith("quantities-")]:
            del data[key]
        empty = _QuantityRows(prefix="quantities", initial=self.initial["quantities"])
        for form in (empty.management_form, *empty.forms):
            for field in form:
                value = field.value()
                data[field.html_name] = "" if value is None else str(value)

    def _bind_quantities(self) -> None:
        """The rows follow the data, which a dispute may have changed."""
        self.quantities = _QuantityRows(self.data, prefix="quantities", initial=self.initial["quantities"])


def _row(quantity: Quantity) -> dict[str, Any]:
    row = {name: getattr(quantity, name) for name in QUANTITY_FIELDS}
    return {**row, "low": _plain(row["low"]), "high": _plain(row["high"])}


def _plain(number: Any) -> Any:
    """95.000000 as a person writes it: 95."""
    return number if number is None else number.normalize() if number % 1 else number.quantize(1)


SHOWN_BY_SEARCH_ENGINES = {"statement": 75, "headline": 60, "summary": 155}
"""Characters, about: as ``claimReviewed``, as a page's title and as its description."""


class TextForm(EditForm):
    """A claim's words in one language: the statement, why it is checked, and the verdict's texts."""

    statement = Prose(
        limit=2000, rows=3, help_text=_("Beside the rating, search engines cut off after about 75 characters.")
    )
    why = Prose(limit=2000, rows=2)
    headline = Line(
        limit=300,
        help_text=_("States the finding, not the topic. Search engines cut off after about 60 characters."),
    )
    summary = Prose(
        limit=3000,
        rows=3,
        help_text=_("Two sentences that stand on their own. Search engines cut off after about 155 characters."),
    )
    rationale = Prose(
        limit=60_000,
        rows=14,
        help_text=_("Markdown. Cite evidence by its key, as in [@BA1]; the keys stand beside."),
    )
    other_finding = Prose(
        limit=3000, rows=2, help_text=_("What was found on the question that the rating does not answer.")
    )
    today = Prose(limit=3000, rows=2, help_text=_("Only where things have changed since: what is known by now."))
    change_note = Prose(limit=2000, rows=2, help_text=_("What readers are told about this version."))
    up_to_date = forms.BooleanField(required=False)

    def __init__(self, data: QueryDict | None = None, *, claim: Claim, language: str) -> None:
        self.language = language
        text = next((row for row in claim.texts.all() if row.language == language), None)
        verdict = getattr(claim, "verdict", None)
        words = next((row for row in verdict.texts.all() if row.language == language), None) if verdict else None
        self.exists = text is not None or words is not None
        initial = {name: getattr(text, name) if text else "" for name in self._OF_THE_CLAIM}
        parts = ("headline", "summary", "rationale", "other_finding", "today", "change_note")
        initial |= {name: getattr(words, name) if words else "" for name in parts}
        super().__init__(data, claim=claim, initial={**initial, "up_to_date": words.up_to_date if words else True})
        for name, most in SHOWN_BY_SEARCH_ENGINES.items():
            self.fields[name].widget.attrs["data-most"] = most
        for name in (*self._OF_THE_CLAIM, *parts):
            self.fields[name].widget.attrs["dir"] = "auto"
        self.fields["rationale"].widget.attrs["data-citations"] = "citation-keys"
        self.fields["up_to_date"].label = _("Says what the other languages say")
        if not composition.is_later_version(claim):
            del self.fields["change_note"]

    _OF_THE_CLAIM = ("statement", "why")

    def path(self, name: str) -> str:
        if name in self._OF_THE_CLAIM:
            return f"texts.{self.language}.{name}"
        return f"verdict.texts.{self.language}.{name}"


class CommentForm(forms.Form):
    """A remark on the claim. ``opened_at`` tells a second click from a second remark."""

    opened_at = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**31 - 1)
    comment = Prose(
        limit=10_000,
        rows=3,
        required=True,
        label=_("Comment"),
        error_messages={"required": _("Write what it is about.")},
    )

    def clean_comment(self) -> str:
        words: str = self.cleaned_data["comment"]
        return words.strip()
