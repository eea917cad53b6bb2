"""Evidence in two fields: what is cited, and what it says. The rest is filled from what is known; it can be changed."""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from claims.forms.edits import Address, EditForm, LanguageTag, Line, PartialDate, Prose, choices
from claims.forms.evidence import EXCERPT, NEW, NOTE, PUBLISHER, TITLE
from claims.forms.wording import NAMES, partial_date
from claims.language import encoding
from claims.models import Claim, Source
from claims.vocabulary import Question, SourceKind, Stance

CITED = 3000
"""Characters of an address or a citation: the longest address, and words round it."""

_OTHER_SCHEME = re.compile(r"(?!https?://)[A-Za-z][A-Za-z0-9+.-]*:\S+")

KEYS = {
    Stance.SUPPORTS.value: "S",
    Stance.CONTRADICTS.value: "C",
    Stance.BACKGROUND.value: "B",
    Question.TRUE.value: "T",
    Question.SAID.value: "D",
    "lead": "L",
}
"""The letter that presses each button of an item; they are the same in every language of the desk."""


def cleaned(cited: str) -> str:
    """What was pasted as one line, without what a word processor hides in it."""
    return " ".join(encoding.tidy(cited).split())


class CiteForm(EditForm):
    """An item in two fields. ``known`` is the source at the cited address, if there is one.

    ``shown`` holds the words that the fields of the citation were filled for: they are saved as they were seen.
    """

    cited = Line(limit=CITED, required=True, label=gettext_lazy("Address or citation"))
    excerpt = Prose(limit=EXCERPT, rows=2)
    stance = forms.ChoiceField(widget=forms.RadioSelect)
    bears_on = forms.ChoiceField(widget=forms.RadioSelect)
    lead = forms.BooleanField(required=False, label=gettext_lazy("A lead: nobody has looked at it yet"))
    shown = forms.CharField(required=False, widget=forms.HiddenInput)
    source = forms.ChoiceField(widget=forms.RadioSelect, required=False)
    publisher = Line(limit=PUBLISHER)
    title = Line(limit=TITLE)
    url = Address()
    published = PartialDate(help_text=gettext_lazy("As far as it is known: 2025, 2025-03 or 2025-03-19."))
    kind = forms.ChoiceField(label=NAMES["source_kind"], required=False)
    language = LanguageTag(help_text=gettext_lazy("A short tag, such as de or en."))
    interest = Line(
        limit=500, help_text=gettext_lazy("Shown to readers, where the publisher has a stake in the matter.")
    )
    repeats = forms.ChoiceField(
        label=gettext_lazy("Repeats"),
        required=False,
        help_text=gettext_lazy("The document that this one repeats, such as a press release. Both count as one."),
    )
    unnamed = forms.BooleanField(
        required=False,
        label=gettext_lazy("The source must not be named"),
        help_text=gettext_lazy("Its real name is kept nowhere. The address stays empty: it would tell who it is."),
    )
    redaction_reason = Prose(
        limit=NOTE,
        rows=2,
        label=gettext_lazy("Why it is not named"),
        help_text=gettext_lazy("For the desk alone; never published."),
    )
    note = Prose(limit=NOTE, rows=2, help_text=gettext_lazy("Never published."))
    anyway = forms.BooleanField(required=False, label=gettext_lazy("Add it all the same"))

    KEYS = KEYS
    OF_THE_CITATION = ("publisher", "title", "url", "published", "kind", "language", "interest")

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        claim: Claim,
        initial: Mapping[str, Any],
        known: Source | None = None,
        beside: Sequence[Source] = (),
    ) -> None:
        first = {"kind": SourceKind.SECONDARY.value, "source": str(known.pk) if known else NEW, **initial}
        super().__init__(data, claim=claim, initial=first)
        self.auto_id = "cite-%s"  # the page has other forms with an excerpt
        self.known = known
        self.beside = {str(source.pk): source for source in beside}
        self.is_shown = True
        self.added = ""
        self.has_twin = bool(self.data.get("anyway"))
        self.fields["stance"].choices = choices(Stance)
        self.fields["bears_on"].choices = choices(Question)
        self.fields["kind"].choices = choices(SourceKind)
        offered = [(str(known.pk), _("The source that is here already"))] if known else []
        self.fields["source"].choices = [*offered, (NEW, _("Another document at this address"))]
        self.fields["repeats"].choices = [("", "–"), *((key, str(source)) for key, source in self.beside.items())]

    @property
    def line(self) -> str:
        """The citation in one line, as it will be saved."""
        values = {name: str(self[name].value() or "") for name in self.OF_THE_CITATION}
        kind = values["kind"] if values["kind"] in set(SourceKind) else SourceKind.SECONDARY.value
        parts = (values["publisher"], values["title"], partial_date(values["published"]), _(SourceKind(kind).label))
        return " · ".join(part for part in parts if part)

    @property
    def is_titled_by_address(self) -> bool:
        """Whether the address stands in for a title that nobody knows yet."""
        title, url = self["title"].value(), str(self["url"].value() or "")
        return bool(title) and title == stand_in(url)

    @property
    def has_wrong_details(self) -> bool:
        """Whether one of the fields that are folded away needs another look."""
        folded = (*self.OF_THE_CITATION, "source", *_FOLDED)
        return self.is_bound and any(name in self.errors for name in folded)

    @property
    def is_detailed(self) -> bool:
        """Whether something that is folded away was filled by hand."""
        return self.has_wrong_details or any(self[name].value() for name in _FOLDED)

    @property
    def known_source(self) -> Source | None:
        return self.known if self.cleaned_data.get("source") != NEW else None

    def clean_cited(self) -> str:
        words = cleaned(self.cleaned_data["cited"])
        if _OTHER_SCHEME.fullmatch(words):
            raise forms.ValidationError(_("Only pages whose address begins with http:// or https:// can be cited."))
        return words

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if not values.get("title") and not {"title", "cited"} & set(self.errors):
            self.add_error("title", _("Give the document a title."))
        if values.get("unnamed"):
            self._check_unnamed(values)
        elif values.get("redaction_reason"):
            self.add_error("unnamed", _("Tick this, or leave the reason empty."))
        return values

    def _check_unnamed(self, values: Mapping[str, Any]) -> None:
        if not values.get("redaction_reason") and "redaction_reason" not in self.errors:
            self.add_error("redaction_reason", _("Say for the desk why the source is not named."))
        if values.get("url"):
            self.add_error("url", _("Leave the address empty: it would tell who the source is."))
        source = self.known_source
        if source and any(
            values.get(name) and values[name] == getattr(source, name) for name in ("publisher", "title")
        ):
            self.add_error("title", _("This names the source. Write in publisher and title what readers may be told."))

    def source_values(self) -> dict[str, Any]:
        """What a new source is made of."""
        values = {name: self.cleaned_data[name] for name in self.OF_THE_CITATION}
        repeats = self.beside.get(self.cleaned_data["repeats"])
        return {**values, "confidential": self.cleaned_data["unnamed"], "derives_from": repeats}

    def edits_of(self, key: str, source: Source) -> dict[str, Any]:
        """The edits that make the item. Of the citation what differs from the source is the item's own wording."""
        values = self.cleaned_data
        own = {name: values[name] for name in ("excerpt", "stance", "bears_on", "note", "redaction_reason")}
        own["seen_how"] = "" if values["lead"] else _("read online")
        cited = {"source_kind" if name == "kind" else name: values[name] for name in self.OF_THE_CITATION}
        return {f"evidence.{key}.{name}": value for name, value in {"source": source, **cited, **own}.items()}

    def name_at(self, path: str) -> str | None:
        """The service names fields of the item; they are called the same here, but for the kind."""
        last = path.rpartition(".")[2]
        last = {"source_kind": "kind", "derives_from": "repeats"}.get(last, last)
        return last if last in self.fields else None


_FOLDED = ("repeats", "unnamed", "redaction_reason", "note")


def stand_in(url: str) -> str:
    """What stands for the title of a page of which only the address is known."""
    return re.sub(r"^https?://(www\.)?", "", url).rstrip("/")[:TITLE]
