"""What all forms that edit a claim share: fields that are paths, the revision they were opened at, and disputes.

A form posts all its fields; the service leaves alone what equals the value at ``opened_at``. Where somebody else
wrote the same field meanwhile, the form asks again, field by field, and keeps everything that was typed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django import forms
from django.core.validators import MaxLengthValidator, URLValidator
from django.http import QueryDict
from django.utils.translation import gettext as _

from claims.errors import Refused
from claims.forms.wording import NAMES, Wording
from claims.language import differences
from claims.models import Claim
from claims.models.aggregates import check_language, check_partial_date
from claims.services.ledger import as_plain
from claims.vocabulary import Word

MINE, THEIRS = "mine", "theirs"


@dataclass(frozen=True)
class Later:
    """What later entries made of one field: its value when the form was opened, and who wrote it last."""

    before: Any
    who: str
    who_id: int
    at: datetime


@dataclass(frozen=True)
class Dispute:
    """One field that two people wrote. ``chosen`` is what the person decided before, if they did."""

    name: str
    label: str
    theirs: str
    parts: list[differences.Part]
    later: Later | None
    chosen: str


def is_blank(value: Any) -> bool:
    return value in (None, "", [], {}, False)


class Prose(forms.CharField):
    """Text of any number of lines, exactly as it was typed, so that an untouched field stays what it was.

    The limit is checked here and not by the browser, which would cut what is pasted without a word.
    """

    def __init__(self, *, limit: int, rows: int = 4, required: bool = False, **options: Any) -> None:
        attributes = {"rows": rows, **options.pop("attrs", {})}
        super().__init__(
            required=required,
            strip=False,
            widget=forms.Textarea(attrs=attributes),
            validators=[MaxLengthValidator(limit)],
            **options,
        )

    def to_python(self, value: Any) -> str:
        text = str(super().to_python(value)).replace("\r\n", "\n").replace("\r", "\n")
        return text if text.strip() else ""


class Line(forms.CharField):
    """One line of text, without the blanks round it."""

    def __init__(self, *, limit: int, required: bool = False, **options: Any) -> None:
        super().__init__(required=required, validators=[MaxLengthValidator(limit)], **options)


class Address(Line):
    """A web address, kept as it was pasted; one without a scheme means https."""

    widget = forms.URLInput

    def __init__(self, **options: Any) -> None:
        super().__init__(limit=2000, **options)
        self.validators.append(URLValidator())

    def to_python(self, value: Any) -> str:
        address = str(super().to_python(value))
        if address and not re.match(r"[A-Za-z][A-Za-z0-9+.-]*:", address):
            return f"https://{address}"
        return address


class Day(forms.DateField):
    """A date, shown and sent as the browser's own date field wants it."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"})
        super().__init__(required=False, widget=widget, **options)


class PartialDate(Line):
    def __init__(self, **options: Any) -> None:
        super().__init__(limit=21, **options)
        self.validators.append(check_partial_date)


class LanguageTag(Line):
    def __init__(self, **options: Any) -> None:
        super().__init__(limit=35, **options)
        self.validators.append(check_language)


def choices(words: type[Word]) -> list[tuple[str, str]]:
    """The codes of a vocabulary with their words."""
    return [(word.value, _(word.label)) for word in words]


class EditForm(forms.Form):
    """A form over a claim. Subclasses give the fields, ``path`` for each, and the values as they stand."""

    opened_at = forms.IntegerField(widget=forms.HiddenInput, min_value=1, max_value=2**31 - 1)

    def __init__(self, data: QueryDict | None = None, *, claim: Claim, initial: Mapping[str, Any]) -> None:
        super().__init__(data, initial={"opened_at": claim.revision, **initial})
        self.claim = claim
        self.disputes: dict[str, Dispute] = {}
        self.erased_since = False
        for name, field in self.fields.items():
            if field.label is None:
                field.label = NAMES.get(name, name)

    # Fields and paths

    @property
    def edited(self) -> list[str]:
        """The names of what is written into the claim, in the order of the form."""
        return [name for name in self.fields if name != "opened_at"]

    def path(self, name: str) -> str:
        """Where in the claim the field stands."""
        return name

    def value(self, name: str) -> Any:
        """What was typed, as the service wants it."""
        return self.cleaned_data.get(name)

    def edits(self, later: Mapping[str, Later]) -> dict[str, Any]:
        """Path -> value for the service: all fields but those where the other person's version was chosen.

        What is blank and was not there yet when the form was opened was not typed: somebody made the row since.
        """
        found = {}
        for name in self.edited:
            path, value = self.path(name), self.value(name)
            if self.choice(name) == THEIRS:
                continue
            if is_blank(value) and path in later and later[path].before is None:
                continue
            found[path] = value
        return found

    def name_at(self, path: str) -> str | None:
        """The field that stands for ``path``, or for the row it lies in, if this form has it."""
        names = {self.path(name): name for name in self.edited}
        return names.get(path) or next((name for name in self.edited if name == path.rpartition(".")[2]), None)

    def refuse(self, error: Refused) -> None:
        """Puts the service's sentence beside the field it is about, else above the form."""
        self.add_error(self.name_at(error.field) if error.field else None, str(error))

    # Disputes

    def choice(self, name: str) -> str:
        """What the person decided on a disputed field; empty where nothing was asked or nothing chosen."""
        return str(self.data.get(f"stand-{name}", "")) if name in self._asked else ""

    @property
    def _asked(self) -> list[str]:
        """The fields that the page asked about, as it said itself when it was sent."""
        return self.data.getlist("disputed") if isinstance(self.data, QueryDict) else []

    def clean(self) -> dict[str, Any]:
        for name in self._asked:
            if name in self.edited and self.choice(name) not in (MINE, THEIRS):
                self.add_error(name if name in self.fields else None, _("Choose which of the two shall stand."))
        return super().clean() or self.cleaned_data

    def dispute(self, fresh: "EditForm", later: Mapping[str, Later]) -> None:
        """Asks again about what others wrote since this form was opened.

        ``fresh`` is the same form over the claim as it stands now. The form is moved to that revision, so whatever
        this person left alone must become what others made of it; else saving again would undo their work.
        """
        data = self.data.copy()
        data["opened_at"] = str(fresh.claim.revision)
        names = []
        for name in self.edited:
            path = self.path(name)
            mine, theirs = as_plain(self.value(name)), as_plain(fresh.current(name))
            if mine == theirs or (path not in later and not self.erased_since) or self.choice(name) == THEIRS:
                continue
            base = later[path].before if path in later else theirs
            if mine == base or (is_blank(mine) and base is None):
                fresh.write_into(data, name)
            else:
                names.append(name)
        self.data = data
        self.ask(fresh, names, later)

    def ask(self, fresh: "EditForm", names: list[str], later: Mapping[str, Later]) -> None:
        """Shows both versions of the fields in ``names``, and of those that were asked about before."""
        shown = [name for name in self.edited if name in names or name in self._asked]
        values = {name: (self.path(name), as_plain(fresh.current(name))) for name in shown}
        wording = Wording(values.values())
        for name in shown:
            path, value = values[name]
            theirs = wording.of(path, value)
            self.disputes[name] = Dispute(
                name=name,
                label=str(self.fields[name].label) if name in self.fields else str(NAMES.get(name, name)),
                theirs=theirs,
                parts=self._compared(name, theirs),
                later=later.get(path),
                chosen="" if name in names else self.choice(name),
            )

    def _compared(self, name: str, theirs: str) -> list[differences.Part]:
        """What of their words differs from mine, where there are enough words to lose the thread."""
        mine = self.data.get(name, "")
        if not isinstance(self.fields.get(name), Prose) or not (theirs and mine):
            return []
        return differences.words(mine.replace("\r\n", "\n"), theirs)

    def current(self, name: str) -> Any:
        """What stands in the claim now."""
        return self.initial.get(name)

    def write_into(self, data: QueryDict, name: str) -> None:
        """Makes posted ``data`` say what stands in the claim now."""
        value = self.fields[name].prepare_value(self.current(name))
        if isinstance(value, list):
            data.setlist(name, [str(item) for item in value])
        elif isinstance(value, bool) or value is None:
            data.setlist(name, ["on"] if value else [])
        else:
            data[name] = value.isoformat() if isinstance(value, date) else str(value)
