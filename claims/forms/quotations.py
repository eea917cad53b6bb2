"""A quotation: its ends and its voices; where it stands in another version; and a claim that is split in two."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from claims import composition
from claims.filters import is_key
from claims.forms.edits import EditForm, Line, Prose, choices
from claims.forms.transitions import StepForm
from claims.forms.wording import language_name
from claims.language import places
from claims.language.places import Place
from claims.models import Claim, Quotation, Speaker
from claims.services.quoting import Spoken, spoken
from claims.vocabulary import Naming, VoiceMode

UNKNOWN = "unknown"
VOICES = 4
"""Voices of one quotation: somebody says what somebody else has from a third one."""

LONGEST_TYPED = 20_000
"""Characters of a field for words of a text; how long a quotation may be the service says."""

Choices = Sequence[tuple[str, str]]


# Who speaks


class VoiceForm(forms.Form):
    """One voice. ``who`` is a speaker's key or UNKNOWN; a row without it and without a name is none."""

    who = forms.ChoiceField(label=gettext_lazy("Who speaks"), required=False)
    name = Line(label=gettext_lazy("Or a new name"), limit=200)
    naming = forms.ChoiceField(label=gettext_lazy("The article names them"), required=False)
    mode = forms.ChoiceField(label=gettext_lazy("This voice"), required=False)

    def __init__(self, *args: Any, speakers: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["who"].choices = speakers
        self.fields["naming"].choices = [
            (Naming.NAMED.value, _("by name")),
            (Naming.IMPLIED.value, _("without a name, but one can tell")),
        ]
        self.fields["mode"].choices = choices(VoiceMode)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("who") and values.get("name"):
            self.add_error("name", _("Choose somebody, or type a new name; not both."))
        return values

    @property
    def plain(self) -> dict[str, Any] | None:
        """The voice as the ledger writes it, with the name of somebody new; None for a row that was left empty."""
        values = self.cleaned_data
        who, name = values.get("who", ""), values.get("name", "")
        if not (who or name):
            return None
        return {
            "speaker": int(who) if who and who != UNKNOWN else None,
            "naming": values.get("naming") or Naming.NAMED.value,
            "mode": values.get("mode") or VoiceMode.ASSERTS.value,
            **({"name": name} if name else {}),
        }


def _speakers(quotation: Quotation, chosen: Iterable[str] = ()) -> list[tuple[str, str]]:
    """Who can speak: everybody who was not merged, whoever speaks by now, and whoever an older page chose.

    The article itself comes first.
    """
    outlet = quotation.version.article.outlet
    own = composition.standing(outlet).speaker_id if outlet else None
    known = {speaker.pk: speaker.name for speaker in Speaker.objects.standing()}
    for voice in spoken(quotation):
        if voice.speaker is not None:
            known[voice.speaker.pk] = composition.standing(voice.speaker).name
    picked = {int(key) for key in chosen if is_key(key)} - known.keys()
    for merged in Speaker.objects.filter(pk__in=picked).select_related("merged_into"):
        known[merged.pk] = composition.standing(merged).name
    names = sorted(known.items(), key=lambda item: (item[0] != own, item[1].casefold()))
    return [
        ("", "–"),
        (UNKNOWN, _("somebody unknown")),
        *(
            (str(key), _("%(name)s (the article itself)") % {"name": name} if key == own else name)
            for key, name in names
        ),
    ]


# The quotation


class QuotationForm(EditForm):
    """A quotation's words and voices.

    ``start`` and ``end`` are where it stood when the form was opened, in code points; the words are looked for round
    that place. A script that moves the ends posts them without the words: then they are the new place. What is not
    posted stays as it is.
    """

    start = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    end = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=2**31 - 1)
    exact = Prose(
        label=gettext_lazy("The words"),
        limit=LONGEST_TYPED,
        rows=5,
        help_text=gettext_lazy(
            "Cut words, or add those that stand before and after in the text. Only what stands there can be quoted."
        ),
    )

    def __init__(self, data: QueryDict | None = None, *, claim: Claim, quotation: Quotation) -> None:
        self.quotation = quotation
        self.place: Place | None = None
        rows = [_row(voice) for voice in spoken(quotation)]
        initial = {"start": quotation.start, "end": quotation.end, "exact": quotation.exact, "voices": rows}
        super().__init__(data, claim=claim, initial=initial)
        self._has_voices = data is None or "voices-TOTAL_FORMS" in data
        chosen = [data.get(f"voices-{row}-who", "") for row in range(VOICES)] if data else []
        self._speakers = _speakers(quotation, chosen)
        self._bind_voices()

    @property
    def edited(self) -> list[str]:
        return ["exact", "voices"] if self._has_voices else ["exact"]

    def path(self, name: str) -> str:
        return f"quotations.{self.quotation.pk}.{name}"

    def name_at(self, path: str) -> str | None:
        if path.rpartition(".")[2] in ("quotation", "start", "end", "exact"):
            return "exact"
        return super().name_at(path)

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if self._has_voices and not self.voices.is_valid():
            self.add_error(None, _("Voices: one of the rows needs another look."))
        if "start" in values and "end" in values and "exact" in values:
            self.place = self._found(Place(values["start"], values["end"]), values["exact"])
        return values

    def _found(self, was: Place, words: str) -> Place | None:
        """Where the words stand; the place itself where they were not posted, or are what stands there."""
        text = self.quotation.version.text
        if "exact" not in self.data or words == text[was.start : was.end] != "":
            return was
        if not words:
            self.add_error("exact", _("A quotation needs at least one word."))
            return None
        place = places.nearest(places.find(text, words), *was)
        if place is None:
            self.add_error(
                "exact",
                _("These words do not stand in the text like this. Copy them from the article, with nothing left out."),
            )
        return place

    def value(self, name: str) -> Any:
        if name == "voices":
            return [row.plain for row in self.voices if row.plain]
        if name == "exact" and self.place is not None:
            return self.quotation.version.text[slice(*self.place)]
        return super().value(name)

    def current(self, name: str) -> Any:
        if name == "voices":
            return [_plain(voice) for voice in spoken(self.quotation)]
        return super().current(name)

    def dispute(self, fresh: "EditForm", later: Mapping[str, Any]) -> None:
        super().dispute(fresh, later)
        self._bind_voices()

    def write_into(self, data: QueryDict, name: str) -> None:
        if name == "exact":
            data["start"], data["end"] = str(self.quotation.start), str(self.quotation.end)
        if name != "voices":
            super().write_into(data, name)
            return
        for key in [key for key in data if key.startswith("voices-")]:
            del data[key]
        untouched = self._rows(None)
        for form in (untouched.management_form, *untouched.forms):
            for field in form:
                value = field.value()
                data[field.html_name] = "" if value is None else str(value)

    @property
    def voice_rows(self) -> tuple[list[Any], list[Any]]:
        """The rows that are shown at once, one of them empty, and those that are rarely needed."""
        rows = list(self.voices)
        filled = [place for place, row in enumerate(rows, start=1) if row["who"].value() or row["name"].value()]
        wrong = [place for place, row in enumerate(rows, start=1) if row.is_bound and row.errors]
        shown = max([0, *filled, *wrong]) + 1
        return rows[:shown], rows[shown:]

    def _bind_voices(self) -> None:
        """The rows follow the data, which a dispute may have changed."""
        self.voices = self._rows(self.data if self.is_bound and self._has_voices else None)

    def _rows(self, data: Any) -> Any:
        rows = self.initial["voices"]
        most = max(VOICES, len(rows))
        made = forms.formset_factory(
            VoiceForm, min_num=most, extra=0, max_num=most, absolute_max=most, validate_max=True
        )
        return made(data, prefix="voices", initial=rows, form_kwargs={"speakers": self._speakers})


def _row(voice: Spoken) -> dict[str, str]:
    who = str(voice.speaker.pk) if voice.speaker else UNKNOWN
    return {"who": who, "naming": voice.naming.value, "mode": voice.mode.value}


def _plain(voice: Spoken) -> dict[str, Any]:
    speaker = voice.speaker.pk if voice.speaker else None
    return {"speaker": speaker, "naming": voice.naming.value, "mode": voice.mode.value}


# Where it stands in another version

HERE, ELSEWHERE, GONE = "here", "elsewhere", "gone"


class DecisionForm(forms.Form):
    """A person's word about a quotation in a version: it stands where it was found, or elsewhere, or nowhere.

    ``anchor`` is the place that was shown. ``options`` are the places to choose from where the words stand in several.
    """

    anchor = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**63 - 1)
    decision = forms.ChoiceField(choices=[(code, code) for code in (HERE, ELSEWHERE, GONE)])
    words = Prose(label=gettext_lazy("The words where it stands now"), limit=LONGEST_TYPED, rows=4)
    place = forms.CharField(required=False, max_length=30)

    def __init__(self, data: QueryDict | None = None, *, text: str, near: tuple[int, int], **options: Any) -> None:
        super().__init__(data, **options)
        self.text, self.near = text, near
        self.options: list[Place] = []
        self.found: Place | None = None

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("decision") == ELSEWHERE and "words" in values:
            self._find(values["words"], values.get("place", ""))
        return values

    def _find(self, words: str, chosen: str) -> None:
        if not words:
            self.add_error("words", _("Type the words where it stands now, or cut them out of the paragraph."))
            return
        known = places.in_order(places.find(self.text, words), *self.near)
        if not known:
            self.add_error("words", _("These words do not stand in this version like this. Copy them from its text."))
        elif len(known) == 1:
            self.found = known[0]
        else:
            self.options = known
            self.found = next((place for place in known if f"{place.start}-{place.end}" == chosen), None)
            if self.found is None:
                self.add_error("words", _("These words stand in several places. Choose which one is meant."))


# Two claims out of one


class SplitForm(StepForm):
    """The second claim's statement, in one language at least, and the quotations that it gets too."""

    quotations = forms.MultipleChoiceField(
        label=gettext_lazy("Quotations that the second claim gets too"),
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": gettext_lazy("Choose at least one quotation: a claim is quoted somewhere.")},
    )

    prefix_of_words = "statement"

    def __init__(
        self, data: QueryDict | None = None, *, passages: Sequence[Quotation], languages: Sequence[str]
    ) -> None:
        keys = [str(quotation.pk) for quotation in passages]
        super().__init__(data, initial={"quotations": keys})
        self.fields["quotations"].choices = [(str(one.pk), one.exact) for one in passages]
        self.statements = [f"{self.prefix_of_words}_{language}" for language in languages]
        for name, language in zip(self.statements, languages, strict=True):
            self.fields[name] = Prose(
                label=_("Statement of the second claim (%(language)s)") % {"language": language_name(language)},
                rows=3,
                limit=2000,
            )
        self.order_fields(["opened_at", *self.statements, "quotations"])

    def clean(self) -> dict[str, Any]:
        found = super().clean() or self.cleaned_data
        if not self.written and not any(name in self.errors for name in self.statements):
            self.add_error(self.statements[0], _("Write what the second claim says, in one language at least."))
        return found

    @property
    def written(self) -> dict[str, str]:
        """Language -> statement."""
        start = f"{self.prefix_of_words}_"
        values = ((name.removeprefix(start), self.cleaned_data.get(name, "")) for name in self.statements)
        return {language: words for language, words in values if words}

    def values(self) -> dict[str, Any]:
        return {
            "statements": self.written,
            "quotation_ids": [int(key) for key in self.cleaned_data["quotations"]],
        }


def statement_languages(claim: Claim) -> list[str]:
    """The languages a statement is asked for in: the claim's own first, then the site's others."""
    own = [text.language for text in claim.texts.all()]
    return [*own, *(code for code, _name in settings.LANGUAGES if code not in own)]
