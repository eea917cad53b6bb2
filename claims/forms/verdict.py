"""The verdict: which question it answers, with what rating, judged by what; and the reasons the gates ask for."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.db.models import Q
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from claims import composition
from claims.forms.edits import Day, EditForm, Prose, choices
from claims.forms.wording import in_language
from claims.models import Claim, Rating, Verdict
from claims.vocabulary import LATER_KINDS, JudgedBy, Question

REASON = 4000


@dataclass(frozen=True)
class RatingGroup:
    """One scale as the form shows it: its name, its question, and each rating beside its radio button."""

    name: str
    question: str
    options: list[tuple[Any, Rating]]


class _RatingField(forms.ModelChoiceField):
    def label_from_instance(self, obj: Any) -> str:
        return in_language(obj.labels)


class VerdictForm(EditForm):
    """What the verdict says besides its words."""

    question = forms.ChoiceField(widget=forms.RadioSelect, required=False)
    rating = _RatingField(queryset=Rating.objects.none(), widget=forms.RadioSelect, required=False)
    judged_by = forms.ChoiceField(widget=forms.RadioSelect, required=False)
    researched_until = Day()
    one_source_reason = Prose(limit=REASON, rows=2)
    no_primary_reason = Prose(limit=REASON, rows=2)
    not_asked_reason = Prose(limit=REASON, rows=2)
    early_reason = Prose(
        limit=REASON, rows=2, help_text=gettext_lazy("Only where somebody may still answer when it is approved.")
    )
    change_kind = forms.ChoiceField(required=False)

    def __init__(self, data: QueryDict | None = None, *, claim: Claim) -> None:
        verdict = getattr(claim, "verdict", None) or Verdict()
        names = [name for name in self.base_fields if name != "opened_at"]
        initial = {name: getattr(verdict, name) for name in names} | {"rating": verdict.rating_id}
        super().__init__(data, claim=claim, initial=initial)
        self.fields["question"].choices = [*choices(Question), ("", _("not decided yet"))]
        self.fields["judged_by"].choices = [*choices(JudgedBy), ("", _("not decided yet"))]
        kinds = [(kind.value, _(kind.label)) for kind in LATER_KINDS]
        self.fields["change_kind"].choices = [("", "—"), *kinds]
        usable = Rating.objects.filter(Q(scale__active=True) | Q(pk=verdict.rating_id or 0))
        self.ratings = {rating.pk: rating for rating in usable.select_related("scale").order_by("scale", "position")}
        self.fields["rating"].queryset = usable
        self.fields["rating"].empty_label = _("not decided yet")
        if not composition.is_later_version(claim):
            del self.fields["change_kind"]

    def path(self, name: str) -> str:
        return f"verdict.{name}"

    def rating_groups(self) -> Iterator[RatingGroup]:
        """The ratings under their scales, each with the radio button that Django makes for it."""
        buttons = {str(button.data["value"]): button for button in self["rating"].subwidgets}
        groups: dict[int, RatingGroup] = {}
        for key, rating in self.ratings.items():
            scale = rating.scale
            group = groups.setdefault(scale.pk, RatingGroup(in_language(scale.labels), scale.question, []))
            if str(key) in buttons:
                group.options.append((buttons[str(key)], rating))
        yield from groups.values()

    def no_rating(self) -> Any:
        """The radio button that takes the rating away."""
        return next((button for button in self["rating"].subwidgets if not str(button.data["value"])), None)

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        rating, question = values.get("rating"), values.get("question")
        if rating is not None and question and rating.scale.question != question:
            self.add_error("rating", _("This rating answers the other question."))
        return values
