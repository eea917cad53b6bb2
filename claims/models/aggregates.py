"""What every aggregate has, and the few field shapes that models share."""

import re
import uuid
from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from claims.vocabulary import Word

LANGUAGE_LENGTH = 35
"""The longest BCP-47 tag that RFC 5646 asks programs to hold."""

_PARTIAL_DATE = re.compile(r"\d{4}(-(0[1-9]|1[0-2])(-(0[1-9]|[12]\d|3[01]))?)?")
_WIKIDATA_ITEM = re.compile(r"https://www\.wikidata\.org/wiki/Q[1-9][0-9]{0,11}")
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{1,8})*")


def check_partial_date(value: str) -> None:
    """Refuses what is not ``2025``, ``2025-03``, ``2025-03-19``, or two of these with a slash between."""
    first, slash, last = value.partition("/")
    if not _PARTIAL_DATE.fullmatch(first) or (slash and not _PARTIAL_DATE.fullmatch(last)):
        raise ValidationError(_("Write a date as 2025, 2025-03 or 2025-03-19."), code="partial_date")


def check_language(value: str) -> None:
    """Refuses what does not look like a BCP-47 tag."""
    if not _LANGUAGE.fullmatch(value):
        raise ValidationError(_("Write a language as a short tag, such as de or en."), code="language")


def code_field(words: type[Word], **options: Any) -> models.CharField:
    """A column that holds one code of a vocabulary."""
    choices = [(word.value, _(word.label)) for word in words]
    return models.CharField(max_length=32, choices=choices, **options)


def code_check(name: str, field: str, words: type[Word], *, blank: bool = False) -> models.CheckConstraint:
    """The database's own word that ``field`` holds a code of ``words`` (or nothing, where ``blank``)."""
    codes = [word.value for word in words] + ([""] if blank else [])
    return models.CheckConstraint(
        name=name,
        condition=models.Q(**{f"{field}__in": codes}),
        violation_error_message=_("This is not one of the words that can stand here."),
    )


def language_field(**options: Any) -> models.CharField:
    return models.CharField(max_length=LANGUAGE_LENGTH, validators=[check_language], **options)


def address_field(*, validators: Sequence[Any] = (), **options: Any) -> models.URLField:
    """The address of a page: http or https, since readers are sent there."""
    checks = [URLValidator(schemes=["http", "https"]), *validators]
    return models.URLField(max_length=2000, blank=True, validators=checks, **options)


def check_wikidata_item(value: str) -> None:
    """Refuses an address at Wikidata that is not the page of an item, such as https://www.wikidata.org/wiki/Q42.

    The form of an item's identifier: https://www.wikidata.org/wiki/Wikidata:Identifiers. Other addresses may stand
    for a speaker too (schema.org ``sameAs``), so they pass.
    """
    host = (urlsplit(value).hostname or "").lower()
    if (host == "wikidata.org" or host.endswith(".wikidata.org")) and not _WIKIDATA_ITEM.fullmatch(value):
        raise ValidationError(
            _("Write a Wikidata item as https://www.wikidata.org/wiki/Q42, with its own number."), code="wikidata"
        )


def partial_date_field(**options: Any) -> models.CharField:
    """A date as far as it is known: ISO 8601 of reduced precision, or an interval of two."""
    return models.CharField(max_length=21, blank=True, validators=[check_partial_date], **options)


class Aggregate(models.Model):
    """A thing whose every change is one rise of ``revision`` by one and one ledger entry of that number.

    Only ``claims.services`` write it; triggers refuse an UPDATE that leaves the revision alone.
    """

    uuid = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    revision = models.PositiveIntegerField(default=1, editable=False)

    class Meta:
        abstract = True
