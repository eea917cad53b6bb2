"""Speakers and outlets: their forms, the Wikidata item, and a choice among those that stand."""

import re
from typing import Any
from urllib.parse import urlsplit

from django import forms
from django.db.models import Model
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from claims import composition
from claims.filters import LARGEST_KEY, is_key
from claims.forms.edits import Address, EditForm, Line, choices
from claims.models import Outlet, Speaker
from claims.vocabulary import SpeakerKind

_ITEM = re.compile(r"[Qq]([1-9][0-9]{0,11})")
_PATH = re.compile(r"/(?:wiki|entity)/([^/]+)/?")
_NO_ITEM = _("Write a Wikidata item as Q42 or with its address; its number stands behind a Q.")


class WikidataItem(Address):
    """A Wikidata item, however it was copied: ``Q42``, or its address there, which is what is kept.

    Another address that stands for somebody passes too (schema.org ``sameAs``). The form of an item's identifier:
    https://www.wikidata.org/wiki/Wikidata:Identifiers.
    """

    widget = forms.TextInput  # a browser's own address field would refuse Q42

    def to_python(self, value: Any) -> str:
        typed = re.sub(r"\s+", "", str(value or ""))
        if typed and not re.search(r"[.:/\x00]", typed):
            return _address_of(typed)
        address = super().to_python(typed)
        if not _is_wikidata(address):
            return address
        path = _PATH.fullmatch(urlsplit(address).path)
        return _address_of(path[1] if path else "")


def _address_of(item: str) -> str:
    found = _ITEM.fullmatch(item)
    if found is None:
        raise forms.ValidationError(_NO_ITEM, code="wikidata")
    return f"https://www.wikidata.org/wiki/Q{found[1]}"


def item_number(address: str) -> str:
    """Q42, where the address is that of a Wikidata item; else empty."""
    path = _PATH.fullmatch(urlsplit(address).path) if _is_wikidata(address) else None
    return path[1] if path else ""


def _is_wikidata(address: str) -> bool:
    try:
        host = (urlsplit(address).hostname or "").lower()
    except ValueError:  # such as http://[: the field's own validator says so
        return False
    return host == "wikidata.org" or host.endswith(".wikidata.org")


class StandingChoice(forms.ModelChoiceField):
    """A choice among the records that stand. ``held`` is what the row that is edited has now.

    A merged record shows as the one that stands for it, and what an older page sends means that one; left as it is,
    it stays what the row has.
    """

    held: Any = None

    def __init__(self, record: type[Speaker] | type[Outlet], **options: Any) -> None:
        self._all = record.objects.select_related("merged_into")
        super().__init__(queryset=record.objects.standing(), **options)

    def prepare_value(self, value: Any) -> Any:
        prepared = super().prepare_value(value)
        if isinstance(value, Model):
            return prepared  # one of the options, which stand all by themselves
        if not is_key(str(prepared)):
            return prepared
        if self.held is not None and int(prepared) == self.held.pk:
            return composition.standing(self.held).pk
        known = self._all.filter(pk=int(prepared)).first()
        return composition.standing(known).pk if known is not None else prepared

    def to_python(self, value: Any) -> Any:
        if value in self.empty_values:
            return None
        self.validate_no_null_characters(value)
        known = self._all.filter(pk=int(value)).first() if is_key(str(value)) else None
        if known is None:
            raise forms.ValidationError(self.error_messages["invalid_choice"], code="invalid_choice")
        chosen = composition.standing(known)
        return self.held if self.held is not None and composition.standing(self.held) == chosen else chosen


class RecordForm(EditForm):
    """A form over one record; its fields bear the names of the record's."""

    def __init__(self, data: QueryDict | None = None, *, record: Any) -> None:
        names = [name for name in self.base_fields if name != "opened_at"]
        super().__init__(data, claim=record, initial={name: _value(record, name) for name in names})


def _value(record: Any, name: str) -> Any:
    """A field's value as a form starts with it: a related record by its key."""
    return getattr(record, record._meta.get_field(name).attname)


class SpeakerForm(RecordForm):
    name = Line(limit=200, required=True)
    kind = forms.ChoiceField()
    role = Line(limit=200, help_text=_("Such as “mayor” or “car maker”. Readers see it beside the name."))
    party = Line(limit=200)
    same_as = WikidataItem(help_text=_("Its number, such as Q42, or its address. It tells readers who is meant."))

    def __init__(self, data: QueryDict | None = None, *, record: Speaker) -> None:
        super().__init__(data, record=record)
        self.fields["kind"].choices = choices(SpeakerKind)


class OutletForm(RecordForm):
    name = Line(limit=200, required=True)
    url = Address(help_text=_("The outlet's own site."))


_KEY = {"min_value": 1, "max_value": LARGEST_KEY, "widget": forms.HiddenInput}


class MergeForm(forms.Form):
    """Into which record, and at which revision of the closing one this was decided."""

    into = forms.IntegerField(**_KEY)
    opened_at = forms.IntegerField(**_KEY)


class PartForm(forms.Form):
    opened_at = forms.IntegerField(**_KEY)
