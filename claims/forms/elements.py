"""The parts of a statement: what of it is right, wrong, missing or unproven, in the order in which readers get them."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from claims.forms.edits import EditForm, Later, Line, choices
from claims.forms.wording import language_name
from claims.models import Claim, Verdict
from claims.vocabulary import Finding

ROWS = 4
"""Rows on the page; where more are filled, there are two more than that."""

MOST = 20
WORDS = 500
UP, DOWN = "up", "down"


@dataclass(frozen=True)
class Cite:
    """A piece of evidence that something beside the text rests on; ``anchor``: the page cites it here first."""

    key: str
    anchor: bool = False


@dataclass(frozen=True)
class Element:
    """One part of the statement with what it turned out to be."""

    finding: str
    texts: Mapping[str, str]
    cited: Sequence[Cite]


def in_words(parts: Sequence[Mapping[str, Any]], anchored: Iterable[str] = ()) -> list[Element]:
    """The parts of a statement; evidence among ``anchored`` leads back to the first of them that cites it."""
    waiting = set(anchored)
    found = []
    for part in parts:
        cited = [Cite(key, anchor=key in waiting) for key in part["evidence"]]
        waiting -= set(part["evidence"])
        found.append(Element(part["finding"], part["texts"], cited))
    return found


class ElementForm(forms.Form):
    """One part; a row that is left empty is none. ``keys``: the evidence that it can rest on."""

    finding = forms.ChoiceField(label=gettext_lazy("Finding"), required=False)
    evidence = forms.MultipleChoiceField(
        label=gettext_lazy("Evidence"), widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(
        self, *args: Any, languages: list[str], keys: list[str], gone: Mapping[str, str], **options: Any
    ) -> None:
        super().__init__(*args, **options)
        self.languages, self.gone = languages, gone
        self.fields["finding"].choices = [("", "–"), *choices(Finding)]
        self.fields["evidence"].choices = [(key, key) for key in [*keys, *gone]]
        for language in languages:
            label = _("Which part of the statement (%(language)s)") % {"language": language_name(language)}
            self.fields[f"text_{language}"] = Line(label=label, limit=WORDS)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        texts = self._texts(values)
        if not (texts or values.get("finding") or values.get("evidence")):
            return values
        if not texts and self.languages and f"text_{self.languages[0]}" not in self.errors:
            self.add_error(f"text_{self.languages[0]}", _("Say which part of the statement this is."))
        if not values.get("finding") and "finding" not in self.errors:
            self.add_error("finding", _("Say what this part turned out to be."))
        for key in values.get("evidence", []):
            if key in self.gone:
                self.add_error("evidence", self.gone[key])
        return values

    def _texts(self, values: Mapping[str, Any]) -> dict[str, str]:
        words = {code: values.get(f"text_{code}", "") for code in self.languages}
        return {code: text for code, text in words.items() if text}

    @property
    def words(self) -> list[tuple[str, Any]]:
        """Language and field, one after the other."""
        return [(code, self[f"text_{code}"]) for code in self.languages]

    @property
    def part(self) -> dict[str, Any] | None:
        """The part as the service wants it; None for an empty row."""
        values = self.cleaned_data
        texts = self._texts(values)
        if not texts:
            return None
        return {"finding": values.get("finding", ""), "texts": texts, "evidence": list(values.get("evidence", []))}


class ElementsForm(EditForm):
    """All parts, as one field of the verdict."""

    def __init__(self, data: QueryDict | None = None, *, claim: Claim) -> None:
        verdict = getattr(claim, "verdict", None) or Verdict()
        super().__init__(data, claim=claim, initial={"elements": list(verdict.elements)})
        codes = {*claim.texts.values_list("language", flat=True)}
        self.languages = sorted(codes | {code for part in verdict.elements for code in part["texts"]})
        self._keys, self._gone = _evidence(claim, verdict.elements)
        self._bind_rows()

    @property
    def edited(self) -> list[str]:
        return ["elements"]

    def path(self, name: str) -> str:
        return f"verdict.{name}"

    def value(self, name: str) -> Any:
        return [self._in_its_order(row.part) for row in self.parts if row.is_valid() and row.part]

    def _in_its_order(self, part: dict[str, Any]) -> dict[str, Any]:
        """Boxes have one order; the one in which a part named its evidence before is kept."""
        for before in self.initial["elements"]:
            if set(before["evidence"]) == set(part["evidence"]):
                return {**part, "evidence": before["evidence"]}
        return part

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if not self.parts.is_valid():
            self.add_error(None, _("One of the rows needs another look."))
        return values

    def find_no_fault(self) -> None:
        """Shows the rows as they are, half written or not: what is wrong with them is said when they are saved."""
        self.full_clean()
        for form in (self, *self.parts):
            form.errors.clear()

    def name_at(self, path: str) -> str | None:
        return None  # what the service says of a part stands above all of them

    def dispute(self, fresh: "EditForm", later: Mapping[str, Later]) -> None:
        super().dispute(fresh, later)
        self._bind_rows()

    def write_into(self, data: QueryDict, name: str) -> None:
        for key in [key for key in data if key.startswith("parts-")]:
            del data[key]
        untouched = self._rows(None)
        for form in (untouched.management_form, *untouched.forms):
            for field in form:
                value = field.value()
                if isinstance(value, list):
                    data.setlist(field.html_name, value)
                else:
                    data[field.html_name] = "" if value is None else str(value)

    # Rows

    def _bind_rows(self) -> None:
        """The rows follow the data, which a dispute may have changed."""
        self.parts = self._rows(self.data if self.is_bound else None)

    def _rows(self, data: Any) -> Any:
        rows = [_row(part) for part in self.initial["elements"]]
        most = max(ROWS, len(rows) + 2)
        limit = max(most, MOST)
        made = forms.formset_factory(ElementForm, extra=most - len(rows), max_num=limit, absolute_max=limit)
        options = {"languages": self.languages, "keys": self._keys, "gone": self._gone}
        return made(data, prefix="parts", initial=rows, form_kwargs=options)


def moved(data: QueryDict, move: str) -> QueryDict:
    """Posted ``data`` with two rows changed over; ``move`` is "up-2", "down-0". What is none changes nothing."""
    way, _dash, place = move.partition("-")
    changed = data.copy()
    if way not in (UP, DOWN) or not (place.isascii() and place.isdigit() and len(place) < 3):
        return changed
    here = int(place)
    there = here - 1 if way == UP else here + 1
    if not any(name.startswith(f"parts-{there}-") for name in data):
        return changed
    names = {name.split("-", 2)[2] for name in data if name.startswith((f"parts-{here}-", f"parts-{there}-"))}
    for name in names:
        mine, theirs = f"parts-{here}-{name}", f"parts-{there}-{name}"
        changed.setlist(mine, data.getlist(theirs))
        changed.setlist(theirs, data.getlist(mine))
    return changed


def _row(part: Mapping[str, Any]) -> dict[str, Any]:
    texts = {f"text_{code}": words for code, words in part["texts"].items()}
    return {"finding": part["finding"], "evidence": part["evidence"], **texts}


def _evidence(claim: Claim, elements: list[Mapping[str, Any]]) -> tuple[list[str], dict[str, str]]:
    """The keys of what was seen; and of what a part names although it does not count, why not."""
    items = {item.key: item for item in claim.evidence.all()}
    seen = [key for key, item in items.items() if not item.removed and not item.is_lead]
    named = {key for part in elements for key in part["evidence"]}
    sentence = _("%(key)s is not among the evidence that was seen. Untick it.")
    return seen, {key: sentence % {"key": key} for key in sorted(named - set(seen))}
