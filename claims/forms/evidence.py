"""Evidence: a source, what it says, and what that means for the claim."""

import re
from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.http import QueryDict
from django.utils.text import slugify
from django.utils.translation import gettext_lazy as _

from claims.forms.edits import Address, EditForm, LanguageTag, Line, PartialDate, Prose, choices
from claims.forms.wording import NAMES
from claims.models import Claim, Evidence, Source
from claims.services.editing import CITATION_FIELDS
from claims.vocabulary import Question, SourceKind, Stance

KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,31}")
PUBLISHER, TITLE, EXCERPT, NOTE = 200, 500, 20_000, 10_000
NEW = "new"


def suggested_key(publisher: str, used: Collection[str]) -> str:
    """Initials and the first number that was never used with them: Baidu gives BA1, New York Times NYT1."""
    words = [word for word in slugify(publisher.replace(".", " ")).split("-") if word]
    initials = "".join(word[0] for word in words[:4]) if len(words) > 1 else "".join(words)[:2]
    initials = initials.upper() or "Q"
    taken = {key.upper() for key in used}
    number = 1
    while f"{initials}{number}" in taken:
        number += 1
    return f"{initials}{number}"


_ADDRESS = re.compile(r"https?://\S+", re.IGNORECASE)
_DATE = re.compile(r"\b(\d{4}-\d{2}(?:-\d{2})?)\b")
_YEAR = re.compile(r"\((\d{4})\)|(?<=[,;·])\s*(1[5-9]\d\d|20\d\d)(?=\s*(?:[,;.·]|$))")
_GERMAN_DATE = re.compile(r"\b(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4})\b")
_EDGES = ' \t\r\n,;.:–—-|"“”„»«()[]'


def read_citation(pasted: str) -> dict[str, str]:
    """What a pasted address or citation says: url, published, publisher, title, as far as it can be told.

    Nothing is looked up; whoever pastes it corrects the guess.
    """
    found: dict[str, str] = {}
    rest = " ".join(pasted.split())
    address = _ADDRESS.search(rest)
    if address:
        found["url"] = address[0].rstrip(".,;)]>")
        rest = rest.replace(address[0], " ")
    elif re.fullmatch(r"[\w-]+(\.[\w-]+)+(/\S*)?", rest):
        found["url"], rest = f"https://{rest}", ""
    iso, german = _DATE.search(rest), _GERMAN_DATE.search(rest)
    if iso:
        found["published"] = iso[1]
        rest = rest.replace(iso[0], " ")
    elif german:
        found["published"] = f"{german[3]}-{int(german[2]):02}-{int(german[1]):02}"
        rest = rest.replace(german[0], " ")
    elif year := _YEAR.search(rest):
        found["published"] = year[1] or year[2]
        rest = rest.replace(year[0], " ")
    publisher, colon, title = rest.partition(": ")
    if colon and len(publisher) <= 60:
        found["publisher"] = publisher.strip(_EDGES)
        rest = title
    found["title"] = rest.strip(_EDGES)[:TITLE]
    if "publisher" not in found and found.get("url"):
        found["publisher"] = _host(found["url"])
    return {name: value for name, value in found.items() if value}


def _host(address: str) -> str:
    try:
        return (urlsplit(address).hostname or "").removeprefix("www.")
    except ValueError:
        return ""


class _AboutTheClaim(EditForm):
    """What the source says and what that means here."""

    excerpt = Prose(limit=EXCERPT, rows=5, help_text=_("The words that count, exactly as they stand there."))
    stance = forms.ChoiceField(widget=forms.RadioSelect)
    bears_on = forms.ChoiceField(widget=forms.RadioSelect)
    seen_how = Line(
        limit=200,
        help_text=_(
            "“Read online”, “archived copy”, “on the phone”. Left empty it is a lead, which counts for nothing."
        ),
    )
    note = Prose(limit=NOTE, rows=2, help_text=_("Never published."))
    redaction_reason = Prose(
        limit=NOTE,
        rows=2,
        help_text=_("Only for a source that must not be named: publisher and title hold what may be said."),
    )

    def __init__(self, data: QueryDict | None = None, *, claim: Claim, initial: Mapping[str, Any]) -> None:
        super().__init__(data, claim=claim, initial=initial)
        self.fields["stance"].choices = choices(Stance)
        self.fields["bears_on"].choices = choices(Question)


class NewEvidenceForm(_AboutTheClaim):
    """An item that is added: from a source that is there already (``source``), or from a new one.

    ``matches`` are the sources on offer; ``used_keys`` all keys of the claim, those of removed items too.
    """

    find = Line(limit=200, label=_("Search the sources"))
    source = forms.ChoiceField(widget=forms.RadioSelect, required=False)
    publisher = Line(limit=PUBLISHER)
    title = Line(limit=TITLE)
    url = Address()
    published = PartialDate(help_text=_("As far as it is known: 2025, 2025-03 or 2025-03-19."))
    kind = forms.ChoiceField(label=NAMES["source_kind"], required=False)
    language = LanguageTag(help_text=_("A short tag, such as de or en."))
    interest = Line(limit=500, help_text=_("Shown to readers, where the publisher has a stake in the matter."))
    key = Line(
        limit=32,
        label=_("Key"),
        help_text=_("How the rationale cites it: [@BA1]. Left empty it is made from the publisher. Never used twice."),
    )

    field_order = (
        "opened_at", "find", "source", "publisher", "title", "url", "published", "kind", "language", "interest",
        "stance", "bears_on", "excerpt", "seen_how", "note", "redaction_reason", "key",
    )  # fmt: skip

    def __init__(
        self,
        data: QueryDict | None = None,
        *,
        claim: Claim,
        initial: Mapping[str, Any],
        matches: Collection[Source],
        used_keys: Collection[str],
    ) -> None:
        super().__init__(data, claim=claim, initial={"source": NEW, "kind": SourceKind.SECONDARY.value, **initial})
        self.matches = {str(source.pk): source for source in matches}
        self.used_keys = used_keys
        self.fields["kind"].choices = choices(SourceKind)
        offered = [(key, str(source)) for key, source in self.matches.items()]
        self.fields["source"].choices = [*offered, (NEW, _("A new source, described below"))]

    _OF_THE_SOURCE = ("publisher", "title", "url", "published", "kind", "language", "interest")
    _NOT_IN_THE_ITEM = ("opened_at", "find", "source", "key", *_OF_THE_SOURCE)

    @property
    def edited(self) -> list[str]:
        return [name for name in self.fields if name not in self._NOT_IN_THE_ITEM]

    @property
    def known_source(self) -> Source | None:
        return self.matches.get(self.cleaned_data.get("source") or "")

    def source_values(self) -> dict[str, Any]:
        """What a new source is made of."""
        return {name: self.cleaned_data[name] for name in self._OF_THE_SOURCE}

    def path(self, name: str) -> str:
        return f"evidence.{self.cleaned_data.get('key', '')}.{name}"

    def name_at(self, path: str) -> str | None:
        """The service names fields of the item; a citation's are those of the source here."""
        last = path.rpartition(".")[2]
        return {"source_kind": "kind"}.get(last, last) if last in self.fields or last == "source_kind" else None

    def clean_key(self) -> str:
        key: str = self.cleaned_data["key"]
        if key and not KEY.fullmatch(key):
            raise forms.ValidationError(_("A key is letters and digits, such as BA1."))
        return key

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if self.known_source is None and not values.get("title") and "title" not in self.errors:
            self.add_error("title", _("Give the new source a title, or choose one that is here already."))
        return values


class EvidenceForm(_AboutTheClaim):
    """An item as it stands, with its own copy of the citation."""

    publisher = Line(limit=PUBLISHER)
    title = Line(limit=TITLE)
    url = Address()
    published = PartialDate(help_text=_("As far as it is known: 2025, 2025-03 or 2025-03-19."))
    source_kind = forms.ChoiceField()
    language = LanguageTag(help_text=_("A short tag, such as de or en."))
    interest = Line(limit=500, help_text=_("Shown to readers, where the publisher has a stake in the matter."))
    removed = forms.BooleanField(
        required=False,
        label=_("Take this out of the claim"),
        help_text=_("It stays in the history. Its key is never used again."),
    )

    field_order = (
        "opened_at", "publisher", "title", "url", "published", "source_kind", "language", "interest", "stance",
        "bears_on", "excerpt", "seen_how", "note", "redaction_reason", "removed",
    )  # fmt: skip

    def __init__(self, data: QueryDict | None = None, *, claim: Claim, item: Evidence) -> None:
        self.item = item
        names = [name for name in self.base_fields if name != "opened_at"]
        super().__init__(data, claim=claim, initial={name: getattr(item, name) for name in names})
        self.fields["source_kind"].choices = choices(SourceKind)

    def path(self, name: str) -> str:
        return f"evidence.{self.item.key}.{name}"

    def newer_citation(self) -> dict[str, Any]:
        """The fields of the citation that read differently in the source by now, with what they say there."""
        return newer_citation(self.item)


def newer_citation(item: Evidence) -> dict[str, Any]:
    """The fields of an item's citation that read differently in its source by now, with what they say there.

    A gap in the source is no correction. An item whose source is not to be named has its own wording, and keeps it,
    unless the source itself stands there by a pseudonym.
    """
    source = item.source
    if item.redaction_reason and not source.confidential:
        return {}
    there = {**{name: getattr(source, name) for name in CITATION_FIELDS}, "source_kind": source.kind}
    if item.redaction_reason:
        there = {name: there[name] for name in ("publisher", "title")}
    return {name: value for name, value in there.items() if value and value != getattr(item, name)}
