"""What a transition asks of the person who makes it, and what is typed at the second read.

``values`` is what the service takes besides the claim, the actor and ``opened_at``.
"""

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Any

from django import forms
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from claims.forms.claims import CommentForm
from claims.forms.edits import Day, Prose, choices
from claims.forms.wording import field_name, language_name
from claims.vocabulary import WithholdingReason

LONGEST = 5000
LONGEST_WORDING = 100_000  # a rationale
LARGEST_KEY = 2**63 - 1


class Words(forms.CharField):
    """Some lines of text that must be there."""

    def __init__(self, *, label: Any, rows: int = 4, max_length: int = LONGEST, **options: Any) -> None:
        widget = forms.Textarea(attrs={"rows": rows})
        super().__init__(label=label, widget=widget, max_length=max_length, **options)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """The limit is checked here and not by the browser, which would cut what is pasted without a word."""
        return {name: value for name, value in super().widget_attrs(widget).items() if name != "maxlength"}


def zone_name() -> str:
    """The time zone of the desk's clock by its name: Europe/Berlin."""
    return str(timezone.get_current_timezone())


class StepForm(forms.Form):
    """A step that asks for nothing but a click. Without ``opened_at`` there is no conflict to find."""

    opened_at = forms.IntegerField(widget=forms.HiddenInput, required=False, min_value=1, max_value=2**31 - 1)

    def values(self) -> dict[str, Any]:
        return {name: value for name, value in self.cleaned_data.items() if name != "opened_at"}


class DeclineForm(StepForm):
    reason = Words(label=_("Reason"), help_text=_("It can be told to whoever sent the claim in."))


class ReopenForm(StepForm):
    reason = Words(label=_("Reason"), help_text=_("For the desk: why the claim is opened again."))


class RestoreForm(StepForm):
    """``copies_back``: what moved to another claim when this one was closed as the same comes back as copies."""

    copies_back = forms.BooleanField(required=False, initial=True)

    def __init__(self, *args: Any, label: Any = "", **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["copies_back"].label = label
        if not label:
            del self.fields["copies_back"]

    def values(self) -> dict[str, Any]:
        return {"with_quotations": bool(self.cleaned_data.get("copies_back"))}


class ParkForm(StepForm):
    until = Day(label=_("Until"))
    reason = Words(label=_("What it waits for"))

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["until"].required = True


class SendBackForm(StepForm):
    comment = Words(label=_("What has to change"), rows=6, help_text=_("The authors read it on the claim."))


class LinkForm(StepForm):
    same_as = forms.CharField(label=_("The claim that stays"), max_length=30)

    def clean_same_as(self) -> int:
        number = self.cleaned_data["same_as"].strip().removeprefix("#")
        if not (number.isascii() and number.isdigit()) or int(number) > LARGEST_KEY:
            raise ValidationError(_("Choose a claim from the list, or give its number."))
        return int(number)

    def values(self) -> dict[str, Any]:
        return {"same_as_id": self.cleaned_data["same_as"]}


class Moment(forms.DateTimeField):
    """A day and a time by the desk's clock; a time that comes twice or never on that day is refused in words."""

    widget = forms.DateTimeInput(format="%Y-%m-%dT%H:%M", attrs={"type": "datetime-local"})

    def to_python(self, value: Any) -> datetime | None:
        try:
            found: datetime | None = super().to_python(value)
        except ValidationError as error:
            if error.code != "ambiguous_timezone":
                raise
            raise ValidationError(_never_or_twice(error.params["datetime"])) from error
        return found


def _never_or_twice(time: datetime) -> str:
    """What is wrong with a time by the clock on the day on which the clocks are changed."""
    first, second = (time.replace(tzinfo=timezone.get_current_timezone(), fold=fold) for fold in (0, 1))
    clock = {"time": time.strftime("%H:%M")}
    if first.astimezone(UTC) < second.astimezone(UTC):
        return gettext("The clocks are put back on that day, so %(time)s comes twice. Choose another hour.") % clock
    return gettext("The clocks are put forward on that day, so %(time)s does not come. Choose another hour.") % clock


class ScheduleForm(StepForm):
    """``clear`` is the second button: it takes the time away."""

    publish_at = Moment(label=_("Publish at"))
    clear = forms.BooleanField(required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, **options: Any) -> None:
        super().__init__(data, **options)
        self.fields["publish_at"].required = not (data or {}).get("clear")
        self.fields["publish_at"].help_text = gettext("By the desk's clock: %(zone)s, where it is %(time)s now.") % {
            "zone": zone_name(),
            "time": timezone.localtime().strftime("%H:%M"),
        }

    def values(self) -> dict[str, Any]:
        return {"publish_at": None if self.cleaned_data["clear"] else self.cleaned_data["publish_at"]}


class PublishForm(StepForm):
    content_hash = forms.CharField(widget=forms.HiddenInput, max_length=64)


class PublicWordsForm(StepForm):
    """Words for the public, one field for each language; one language must be there."""

    prefix_of_words = "words"

    def __init__(self, *args: Any, languages: Iterable[str] | None = None, label: Any = "", **options: Any) -> None:
        super().__init__(*args, **options)
        for place, language in enumerate(languages or [code for code, _name in settings.LANGUAGES]):
            self.fields[f"{self.prefix_of_words}_{language}"] = Words(
                label=_("%(field)s (%(language)s)") % {"field": label, "language": language_name(language)},
                required=False,
                help_text=_("One language at least.") if place == 0 else "",
            )

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if not self.words and not self.errors:
            self.add_error(None, _("Write the reason that the public reads, in one language at least."))
        return found

    @property
    def words(self) -> dict[str, str]:
        start = f"{self.prefix_of_words}_"
        return {
            name.removeprefix(start): text
            for name, text in self.cleaned_data.items()
            if name.startswith(start) and text
        }


class RetractForm(PublicWordsForm):
    def values(self) -> dict[str, Any]:
        return {"reasons": self.words}


class WithholdForm(PublicWordsForm):
    """``what`` is ``check``, ``version:2`` or ``language:de``."""

    what = forms.ChoiceField(label=_("What goes offline"), widget=forms.RadioSelect)
    reason = forms.ChoiceField(label=_("Why"), widget=forms.RadioSelect)

    def __init__(self, *args: Any, parts: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["what"].choices = parts
        self.fields["reason"].choices = choices(WithholdingReason)

    def values(self) -> dict[str, Any]:
        scope, _colon, which = self.cleaned_data["what"].partition(":")
        return {
            "reason": WithholdingReason(self.cleaned_data["reason"]),
            "note": self.words,
            "number": int(which) if scope == "version" else 0,
            "language": which if scope == "language" else "",
        }


class EraseForm(StepForm):
    text = forms.CharField(
        label=_("Text to erase"),
        max_length=LONGEST,
        strip=True,
        widget=forms.Textarea(attrs={"rows": 2, "autocomplete": "off"}),
        help_text=_("Exactly as it is written. It is looked for in everything the desk holds."),
    )
    reason = Words(label=_("Reason"), help_text=_("It stays in the ledger for good and must not repeat the text."))
    sure = forms.BooleanField(label=_("I know that this cannot be undone."))

    def values(self) -> dict[str, Any]:
        return {name: self.cleaned_data[name] for name in ("text", "reason")}


class ApproveForm(StepForm):
    """The hidden fields say what was shown; ``ticked`` are the excerpts that were marked as read."""

    content_hash = forms.CharField(widget=forms.HiddenInput, max_length=64)
    parts = forms.CharField(widget=forms.HiddenInput, required=False, max_length=100_000)
    comment = Words(label=_("Note to your approval"), rows=2, required=False)

    def clean_parts(self) -> Mapping[str, str] | None:
        """None where the page sent nothing that can be read: then a refusal cannot name what differs."""
        try:
            parts = json.loads(self.cleaned_data["parts"] or "null")
        except ValueError:
            return None
        if not isinstance(parts, dict) or not all(isinstance(value, str) for value in parts.values()):
            return None
        return parts

    def values(self) -> dict[str, Any]:
        return {
            "content_hash": self.cleaned_data["content_hash"],
            "shown": self.cleaned_data["parts"],
            "comment": self.cleaned_data["comment"],
        }


class RemarkForm(CommentForm):
    """A comment at the second read, on the claim or on one of its texts. What became of that text the service says."""

    path = forms.CharField(label=_("Comment on"), required=False, max_length=100, widget=forms.Select)
    passage = Prose(
        limit=10_000,
        rows=2,
        label=_("Passage"),
        help_text=_("The words as they stand on the page. Select them there, or leave this empty."),
    )

    def __init__(self, *args: Any, paths: Iterable[tuple[str, str]] = (), **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["path"].widget.choices = [("", _("The whole claim")), *paths]
        self.order_fields(["opened_at", "path", "passage", "comment"])


class SuggestForm(forms.Form):
    """``shown_hash`` says which words the form was opened on."""

    path = forms.ChoiceField(label=_("Field"), widget=forms.HiddenInput)
    shown_hash = forms.CharField(widget=forms.HiddenInput, required=False, max_length=64)
    proposed = Words(label=_("Your wording"), rows=6, strip=False, max_length=LONGEST_WORDING)
    note = Words(label=_("Why"), rows=2, required=False)

    def __init__(self, *args: Any, paths: Iterable[str], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["path"].choices = [(path, field_name(path)) for path in paths]

    def clean_proposed(self) -> str:
        return str(self.cleaned_data["proposed"]).replace("\r\n", "\n")
