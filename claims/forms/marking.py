"""What is asked when words of an article become a claim, and when a sentence is set aside.

Nothing here decides who a voice is: a form gives a choice (a speaker's key, a new name, unknown), the view makes
records of it in the transaction that makes the claim.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from claims import composition
from claims.errors import Refused
from claims.filters import is_key
from claims.forms.claims import QuantityForm
from claims.forms.edits import LanguageTag, Line, Prose, choices
from claims.forms.wording import NAMES
from claims.models import Speaker
from claims.services.editing import QUANTITY_FIELDS
from claims.vocabulary import ClaimKind, Naming, Priority, VoiceMode

UNKNOWN, NEW = "unknown", "new"
VOICES = 3
MANY = 300
"""Speakers up to which all of them can be chosen from; beyond, those of the article, and the rest by their names."""

LARGEST_PLACE = 2**31 - 1
_BOTH = gettext_lazy("Choose a speaker or name a new one, one of the two.")
_NO_SPEAKER = gettext_lazy("This speaker is not there any more. Choose again.")


@dataclass(frozen=True)
class Chosen:
    """Who somebody is: the key of a record, or a name; neither means: unknown."""

    key: int | None = None
    name: str = ""


@dataclass(frozen=True)
class Voice:
    """One voice as it was chosen."""

    who: Chosen
    naming: Naming
    mode: VoiceMode


class Roster:
    """The speakers that stand, by name. ``near`` are the keys to offer where there are too many for one list."""

    def __init__(self, near: Iterable[int] = ()) -> None:
        self._rows = list(Speaker.objects.standing().order_by("name", "pk").values_list("pk", "name", "role"))
        self._near = set(near)
        self._shared = {name for name, number in Counter(row[1] for row in self._rows).items() if number > 1}

    @property
    def is_whole(self) -> bool:
        return len(self._rows) <= MANY

    def options(self, *chosen: Any) -> list[tuple[str, str]]:
        """Keys and names; what is ``chosen`` is always among them."""
        picked = {int(key) for key in map(str, chosen) if is_key(key)}
        wanted = self._near | picked
        merged = Speaker.objects.filter(pk__in=picked - {key for key, *_rest in self._rows})
        return [
            *(
                (str(key), self._label(key, name, role))
                for key, name, role in self._rows
                if self.is_whole or key in wanted
            ),
            *((str(one.pk), composition.standing(one).name) for one in merged.select_related("merged_into")),
        ]

    def _label(self, key: int, name: str, role: str) -> str:
        """Two speakers of one name are told apart by what they do, or by their number."""
        if name not in self._shared:
            return name
        return f"{name} ({role or _('no. %(number)s') % {'number': key}})"

    def find(self, name: str) -> int | None:
        """The speaker of just that name, whatever its case."""
        wanted = " ".join(name.split()).casefold()
        return next((key for key, known, _role in self._rows if known.casefold() == wanted), None)

    def last_in(self, words: str) -> int | None:
        """The speaker whose name ``words`` end with ("the publication MIT Technology Review"), the longest name."""
        wanted = f" {' '.join(words.split()).casefold()}"
        ending = [(len(name), -key) for key, name, _role in self._rows if wanted.endswith(f" {name.casefold()}")]
        return -max(ending)[1] if ending else None


class _Who(forms.ChoiceField):
    """A choice that also takes a key that is not in the list: a speaker that was merged, or one of too many."""

    def valid_value(self, value: Any) -> bool:
        return super().valid_value(value) or is_key(str(value))


class VoiceForm(forms.Form):
    """One voice of the words: who it is, named or only implied, and whether it asserts them or reports them."""

    who = _Who(label=gettext_lazy("Who"), required=False)
    name = Line(limit=200, label=gettext_lazy("Or a new speaker"))
    naming = forms.ChoiceField(label=gettext_lazy("Named or implied"))
    mode = forms.ChoiceField(label=gettext_lazy("Asserts or reports"))

    def __init__(self, data: QueryDict | None = None, *, roster: Roster, **options: Any) -> None:
        super().__init__(data, auto_id="mark_%s", **options)
        chosen = self["who"].value()
        self.fields["who"].choices = [("", "–"), (UNKNOWN, _("unknown")), *roster.options(chosen)]
        self.fields["naming"].choices = choices(Naming)
        self.fields["mode"].choices = choices(VoiceMode)
        self.fields["naming"].required = self.fields["mode"].required = False

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("who") and values.get("name"):
            self.add_error("name", _BOTH)
        return values

    @property
    def voice(self) -> Voice | None:
        """What was chosen; nothing where the row was left empty."""
        who, name = self.cleaned_data["who"], " ".join(self.cleaned_data["name"].split())
        if not who and not name:
            return None
        return Voice(
            _chosen(who, name),
            Naming(self.cleaned_data["naming"] or Naming.NAMED),
            VoiceMode(self.cleaned_data["mode"] or VoiceMode.ASSERTS),
        )


def _chosen(who: str, name: str) -> Chosen:
    return Chosen(key=int(who)) if is_key(who) else Chosen(name=name)


class KeptQuantityForm(QuantityForm):
    """A number that was found in the words. What is not kept is not looked at either."""

    keep = forms.BooleanField(label=gettext_lazy("Keep"), required=False, initial=True)
    words = forms.CharField(widget=forms.HiddenInput, required=False, max_length=500)

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if not values.get("keep"):
            self.errors.clear()
            return {}
        return values


_Quantities = forms.formset_factory(KeptQuantityForm, extra=1, max_num=30, absolute_max=40, validate_max=True)


class MarkForm(forms.Form):
    """A claim as it is marked. ``start`` and ``end`` are code points; ``exact`` are the words, which may be retyped."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=LARGEST_PLACE)
    start = forms.IntegerField(widget=forms.HiddenInput, required=False)
    end = forms.IntegerField(widget=forms.HiddenInput, required=False)
    exact = Prose(limit=1_000_000, rows=3, label=gettext_lazy("The words in the article"))
    same_as = forms.CharField(required=False, max_length=30)
    statement = Prose(limit=2000, rows=3, label=NAMES["statement"])
    language = LanguageTag(label=NAMES["language"])
    speaker = _Who(required=False, label=gettext_lazy("Whose claim is judged"))
    new_speaker = Line(limit=200, label=gettext_lazy("Or a new speaker"))
    kinds = forms.MultipleChoiceField(widget=forms.CheckboxSelectMultiple, required=False, label=NAMES["kinds"])
    priority = forms.ChoiceField(required=False, label=NAMES["priority"])
    why = Prose(limit=2000, rows=2, label=NAMES["why"])

    def __init__(
        self, data: QueryDict | None = None, *, roster: Roster, initial: Mapping[str, Any] | None = None
    ) -> None:
        given = dict(initial or {})
        voices, quantities = given.pop("voices", []), given.pop("quantities", [])
        super().__init__(data, initial=given, auto_id="mark_%s")
        self.roster = roster
        chosen = self["speaker"].value()
        self.fields["speaker"].choices = [("", _("not attributed")), *roster.options(chosen)]
        self.fields["kinds"].choices = choices(ClaimKind)
        self.fields["priority"].choices = choices(Priority)
        self.voices = [
            VoiceForm(data, roster=roster, prefix=f"voice-{at}", initial=voices[at] if at < len(voices) else {})
            for at in range(VOICES)
        ]
        rows = quantities if data is None else None
        self.quantities = _Quantities(data, prefix="quantities", initial=rows, auto_id="mark_%s")
        self.speakers: dict[int, Speaker] = {}

    @property
    def is_to_be_quoted(self) -> bool:
        """Whether the words go to a claim that is here already; then nothing else of the form counts."""
        return is_key(str(self["same_as"].value() or "").strip())

    def clean_same_as(self) -> int | None:
        number = str(self.cleaned_data["same_as"])
        if number in ("", NEW):
            return None
        if not is_key(number):
            raise forms.ValidationError(_("Choose a claim from the list."))
        return int(number)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if self.is_to_be_quoted:
            self._check_voices()
            return values
        if not values.get("statement") and "statement" not in self.errors:
            self.add_error("statement", _("A claim needs a statement in at least one language."))
        if not values.get("language") and "language" not in self.errors:
            self.add_error("language", _("Say in which language the statement is written."))
        if values.get("speaker") and values.get("new_speaker"):
            self.add_error("new_speaker", _BOTH)
        self._check_voices()
        if "quantities-TOTAL_FORMS" in self.data and not self.quantities.is_valid():
            self.add_error(None, _("Quantities: one of the rows needs another look."))
        return values

    def _check_voices(self) -> None:
        if not all(form.is_valid() for form in self.voices):
            self.add_error(None, _("Voices: one of them needs another look."))
            return
        wanted = {voice.who.key: form for voice, form in self._spoken() if voice.who.key is not None}
        judged = self.judged.key if not self.is_to_be_quoted else None
        keys = {*wanted, *([judged] if judged is not None else [])}
        self.speakers = Speaker.objects.in_bulk(keys) if keys else {}
        for key, form in wanted.items():
            if key not in self.speakers:
                form.add_error("who", _NO_SPEAKER)
                self.add_error(None, _("Voices: one of them needs another look."))
        if judged is not None and judged not in self.speakers:
            self.add_error("speaker", _NO_SPEAKER)

    def _spoken(self) -> list[tuple[Voice, VoiceForm]]:
        return [(voice, form) for form in self.voices if (voice := form.voice) is not None]

    @property
    def spoken(self) -> list[Voice]:
        """The voices in their order, once the form is valid."""
        return [voice for voice, _form in self._spoken()]

    @property
    def judged(self) -> Chosen:
        """The voice that is judged; neither key nor name means: not attributed."""
        who, name = self.cleaned_data.get("speaker", ""), self.cleaned_data.get("new_speaker", "")
        return _chosen(who or "", " ".join(name.split()))

    @property
    def kept_quantities(self) -> list[dict[str, Any]]:
        """The numbers that are to be the claim's, once the form is valid."""
        if "quantities-TOTAL_FORMS" not in self.data:
            return []
        rows = ({name: row.get(name) for name in QUANTITY_FIELDS} for row in self.quantities.cleaned_data if row)
        kept = ({name: value for name, value in row.items() if value not in (None, "")} for row in rows)
        return [row for row in kept if row]

    def refuse(self, error: Refused) -> None:
        """Puts the service's sentence beside the field it is about, else above the form."""
        name = error.field.rpartition(".")[2]
        names = {"quotation": "exact", **{field: field for field in self.fields}}
        self.add_error(names.get(error.field) or names.get(name), str(error))


class PlaceForm(forms.Form):
    """A sentence of a version."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=LARGEST_PLACE)
    start = forms.IntegerField(widget=forms.HiddenInput, min_value=0, max_value=LARGEST_PLACE)
    end = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=LARGEST_PLACE)


class AsideForm(PlaceForm):
    """A sentence and why it needs no claim, in words of one's own or chosen from those that are offered."""

    reason = Line(
        limit=500,
        required=True,
        label=gettext_lazy("Why it needs no claim"),
        widget=forms.TextInput(attrs={"list": "aside-reasons", "autocomplete": "off"}),
        error_messages={"required": gettext_lazy("Say why the sentence needs no claim.")},
    )
