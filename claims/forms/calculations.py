"""A calculation of a claim: its inputs with where they come from, what is done with them, and what that gives."""

from collections.abc import Mapping
from dataclasses import replace
from decimal import Decimal
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from claims.forms import figures
from claims.forms.edits import EditForm, Later, Line, Prose
from claims.forms.numbers import Number, typed
from claims.forms.wording import language_name, short_name
from claims.language import arithmetic, canonical
from claims.models import Calculation, Claim, Evidence
from claims.services.editing import problem_words
from claims.services.ledger import as_plain

INPUTS = 8
"""Rows of inputs on the page; a calculation that has more gets three more than it has."""

MOST_INPUTS = 20
TITLE, NOTE = 300, 3000
_WHOLES = ("labels", "inputs", "notes")
"""What the claim keeps as one field and the form asks for in several."""


def next_key(claim: Claim) -> str:
    """K1, K2 and so on; the number of one that was taken out is not used again."""
    keys = Calculation.objects.filter(claim=claim).values_list("key", flat=True)
    numbers = [int(key[1:]) for key in keys if key[:1] == "K" and key[1:].isascii() and key[1:].isdigit()]
    return f"K{max(numbers, default=0) + 1}"


class InputForm(forms.Form):
    """One input; a row that is left empty is none. ``languages``: those in which it can be described."""

    name = Line(label=gettext_lazy("Name"), limit=40)
    value = Number(label=gettext_lazy("Value"))
    unit = Line(label=gettext_lazy("Unit"), limit=100)
    evidence = forms.ChoiceField(label=gettext_lazy("Comes from"), required=False)

    def __init__(
        self,
        *args: Any,
        languages: list[str],
        offered: list[tuple[str, str]],
        gone: Mapping[str, str],
        **options: Any,
    ) -> None:
        super().__init__(*args, **options)
        self.languages, self.gone = languages, gone
        self.fields["name"].widget.attrs |= {"autocapitalize": "none", "spellcheck": "false"}
        self.fields["evidence"].choices = [("", "–"), *offered]
        for language in languages:
            label = _("What it is (%(language)s)") % {"language": language_name(language)}
            self.fields[f"label_{language}"] = Line(label=label, limit=TITLE)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if not any(value not in (None, "") for value in values.values()) and not self.errors:
            return values
        name = values.get("name", "")
        if not name and "name" not in self.errors:
            self.add_error("name", _("Give it the name that the calculation has for it."))
        elif name and not arithmetic.is_name(name):
            self.add_error("name", _("A name is letters and digits, such as price_r1."))
        if values.get("value") is None and "value" not in self.errors:
            self.add_error("value", _("Give “%(name)s” a number.") % {"name": name} if name else _("Give it a number."))
        if values.get("evidence") in self.gone:
            self.add_error("evidence", self.gone[values["evidence"]])
        return values

    @property
    def words(self) -> list[tuple[str, Any]]:
        """Language and field, one after the other."""
        return [(code, self[f"label_{code}"]) for code in self.languages]

    @property
    def is_filled(self) -> bool:
        return any(field.value() for field in self)

    @property
    def part(self) -> dict[str, Any] | None:
        """The input as the service wants it; None for an empty row."""
        values = self.cleaned_data
        if not values.get("name"):
            return None
        labels = {code: values.get(f"label_{code}", "") for code in self.languages}
        return {
            "name": values["name"],
            "labels": {code: words for code, words in labels.items() if words},
            "value": values.get("value"),
            "unit": values.get("unit", ""),
            "evidence": values.get("evidence", ""),
        }


class CalculationForm(EditForm):
    """A calculation as it stands, or (without ``row``) one that is added under a key that makes itself."""

    expression = Line(
        limit=20_000,  # how long it may be says the arithmetic, in its own words
        required=True,
        help_text=gettext_lazy(
            "With the names above: + - * / ^, brackets, min, max, abs. For decimals put a point, such as 0.5."
        ),
    )
    unit = Line(limit=100, label=gettext_lazy("Unit of the result"))
    places = forms.IntegerField(
        min_value=0, max_value=arithmetic.MOST_PLACES, initial=2, label=gettext_lazy("Decimal places")
    )
    removed = forms.BooleanField(
        required=False,
        label=gettext_lazy("Take this out of the claim"),
        help_text=gettext_lazy("It stays in the history. Its key is never used again."),
    )

    def __init__(self, data: QueryDict | None = None, *, claim: Claim, row: Calculation | None = None) -> None:
        self.row = row
        self.key = row.key if row else next_key(claim)
        self.languages = _languages(claim, row)
        stored = figures.of_row(row) if row else figures.of_row(Calculation())
        initial = {name: stored[name] for name in (*_WHOLES, "expression", "unit", "places")}
        words = {
            f"{name}_{code}": stored[f"{name}s"].get(code, "") for name in ("label", "note") for code in self.languages
        }
        super().__init__(data, claim=claim, initial={**initial, **words, "removed": bool(row and row.removed)})
        self.fields["expression"].label = _("Calculation")
        self.fields["expression"].widget.attrs |= {"autocapitalize": "none", "spellcheck": "false"}
        self._add_words()
        if row is None:
            del self.fields["removed"]
        self._offered, self._gone = _evidence(claim, stored["inputs"])
        self._bind_rows()

    def _add_words(self) -> None:
        for code in self.languages:
            name = {"language": language_name(code)}
            self.fields[f"label_{code}"] = Line(limit=TITLE, label=_("What is calculated (%(language)s)") % name)
            self.fields[f"note_{code}"] = Prose(
                limit=NOTE, rows=2, label=_("What the result means, and what not (%(language)s)") % name
            )

    # Paths and values

    @property
    def edited(self) -> list[str]:
        """Who takes it out changes nothing else of it."""
        if self.is_bound and self.row and not self.row.removed and self.data.get("removed"):
            return ["removed"]
        return [*_WHOLES, "expression", "unit", "places", *(["removed"] if self.row else [])]

    def path(self, name: str) -> str:
        return f"calculations.{self.key}.{name}"

    def value(self, name: str) -> Any:
        if name == "inputs":
            return [row.part for row in self.inputs if row.is_valid() and row.part]
        if name in _WHOLES:
            words = {code: self.cleaned_data.get(f"{name[:-1]}_{code}", "") for code in self.languages}
            return {code: text for code, text in words.items() if text}
        return super().value(name)

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        if self.edited == ["removed"]:
            return values
        if self.row and self.row.removed and values.get("removed"):
            self.add_error("removed", _("It was taken out. Untick this to put it back."))
        if self.languages and not self.value("labels"):
            first = f"label_{self.languages[0]}"
            if first not in self.errors:
                self.add_error(first, _("Say in one language at least what is calculated."))
        if not self.inputs.is_valid():
            self.add_error(None, _("Inputs: one of the rows needs another look."))
        elif not self._name_twice() and values.get("expression"):
            self._work_out(values)
        return values

    def _name_twice(self) -> bool:
        """Says so where two rows have the same name."""
        seen: set[str] = set()
        for row in self.inputs:
            name = row.cleaned_data.get("name", "")
            if name and name in seen:
                row.add_error("name", _("The name “%(name)s” stands there twice.") % {"name": name})
                self.add_error(None, _("Inputs: one of the rows needs another look."))
                return True
            seen.add(name)
        return False

    def _work_out(self, values: Mapping[str, Any]) -> None:
        given: dict[str, Decimal] = {part["name"]: part["value"] for part in self.value("inputs")}
        try:
            self._result = arithmetic.evaluate(values["expression"], given)
        except arithmetic.ArithmeticProblem as problem:
            self.add_error("expression", problem_words(problem))

    _result: Decimal | None = None

    @property
    def outcome(self) -> tuple[figures.Figure, str] | None:
        """What comes of what stands in the form, and which input moves it most; None where nothing was worked out."""
        if not self.is_bound and self.row and self.row.result:
            whole = figures.of_row(self.row)
            return figures.figure(whole), figures.influence_words(whole)
        places = getattr(self, "cleaned_data", {}).get("places")
        if self._result is None or places is None:
            return None
        whole = {
            "key": self.key,
            **{name: as_plain(self.value(name)) for name in _WHOLES},
            "expression": self.cleaned_data["expression"],
            "result": canonical.decimal(arithmetic.rounded(self._result, places)),
            "unit": self.cleaned_data.get("unit", ""),
            "places": places,
        }
        return figures.figure(whole), figures.influence_words(whole)

    @property
    def words(self) -> list[tuple[str, Any, Any]]:
        """Language, title and note, one after the other."""
        return [(code, self[f"label_{code}"], self[f"note_{code}"]) for code in self.languages]

    # Conflicts

    def name_at(self, path: str) -> str | None:
        last = path.rpartition(".")[2]
        return last if last in self.fields else None

    def dispute(self, fresh: "EditForm", later: Mapping[str, Later]) -> None:
        super().dispute(fresh, later)
        self._bind_rows()

    def ask(self, fresh: "EditForm", names: list[str], later: Mapping[str, Later]) -> None:
        super().ask(fresh, names, later)
        self.disputes = {name: replace(one, label=short_name(self.path(name))) for name, one in self.disputes.items()}

    def write_into(self, data: QueryDict, name: str) -> None:
        if name in ("labels", "notes"):
            for code in self.languages:
                data[f"{name[:-1]}_{code}"] = self.initial[name].get(code, "")
        elif name == "inputs":
            for key in [key for key in data if key.startswith("inputs-")]:
                del data[key]
            untouched = self._rows(None)
            for form in (untouched.management_form, *untouched.forms):
                for field in form:
                    value = field.value()
                    data[field.html_name] = "" if value is None else str(value)
        else:
            super().write_into(data, name)

    # Rows

    @property
    def input_rows(self) -> tuple[list[Any], list[Any]]:
        """The rows that are shown at once, two of them empty, and those that are rarely needed."""
        rows = list(self.inputs)
        filled = [place for place, row in enumerate(rows, start=1) if row.is_filled]
        shown = max([1, *filled]) + 1
        return rows[:shown], rows[shown:]

    def _bind_rows(self) -> None:
        """The rows follow the data, which a dispute may have changed."""
        self.inputs = self._rows(self.data if self.is_bound else None)

    def _rows(self, data: Any) -> Any:
        rows = [_row(part) for part in self.initial["inputs"]]
        most = max(INPUTS, len(rows) + 3)
        made = forms.formset_factory(
            InputForm, extra=most - len(rows), max_num=max(most, MOST_INPUTS), absolute_max=max(most, MOST_INPUTS)
        )
        options = {"languages": self.languages, "offered": self._offered, "gone": self._gone}
        return made(data, prefix="inputs", initial=rows, form_kwargs=options)


def _row(part: Mapping[str, Any]) -> dict[str, Any]:
    labels = {f"label_{code}": words for code, words in part["labels"].items()}
    return {**{name: part[name] for name in ("name", "unit", "evidence")}, "value": typed(part["value"]), **labels}


def _languages(claim: Claim, row: Calculation | None) -> list[str]:
    """Those of the claim's words, and whatever others the calculation has words in."""
    texts = {*claim.texts.values_list("language", flat=True)}
    if row:
        texts |= {*row.labels, *row.notes, *(code for part in row.inputs for code in part["labels"])}
    return sorted(texts)


def _evidence(claim: Claim, inputs: list[Mapping[str, Any]]) -> tuple[list[tuple[str, str]], dict[str, str]]:
    """What an input can come from, each with its words: the seen items, and whatever else is named already.

    The latter with the sentence that says why it does not count any more.
    """
    items = {item.key: item for item in claim.evidence.all()}
    named = {part["evidence"] for part in inputs if part["evidence"]}
    offered, gone = [], {}
    for key, item in items.items():
        if item.removed or item.is_lead:
            if key in named:
                gone[key] = _why_it_does_not_count(item)
                offered.append((key, key))
        else:
            offered.append((key, f"{key} · {item.publisher or item.title}"))
    for key in sorted(named - items.keys()):
        offered.append((key, key))
        gone[key] = _("There is no %(key)s among the evidence. Choose another item, or none.") % {"key": key}
    return offered, gone


def _why_it_does_not_count(item: Evidence) -> str:
    if item.removed:
        return _("%(key)s was taken out of the claim. Choose another item, or none.") % {"key": item.key}
    return _("%(key)s is a lead that nobody has seen. Choose another item, or none.") % {"key": item.key}
