"""Numbers as people of the interface's language type them; what can be read in two ways is refused, never guessed."""

import re
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.formats import get_format
from django.utils.translation import gettext as _

from claims.forms.edits import Line
from claims.language.arithmetic import DIGITS

_WITH_POINT = re.compile(r"[0-9]*\.?[0-9]+")
_WITH_COMMA = re.compile(r"[0-9]+,[0-9]+")
_LIKE_THOUSANDS = re.compile(r"[1-9][0-9]{0,2}\.[0-9]{3}")
_MINUS = "-−–"


def read(typed: str) -> Decimal:
    """``2.19``, and ``2,19`` where the interface's language writes a comma; raises ``ValidationError``.

    Nothing may stand between thousands. Where a comma parts the decimals, 1.000 can be meant in two ways.
    """
    words = typed.strip()
    is_negative = words[:1] in _MINUS and words[:1] != ""
    digits = words[1:].lstrip() if is_negative else words
    with_comma = _comma_parts()
    if with_comma and _LIKE_THOUSANDS.fullmatch(digits):
        choices = {"typed": typed, "whole": digits.replace(".", ""), "decimal": digits.replace(".", ",")}
        raise forms.ValidationError(
            _("“%(typed)s” can be read in two ways. Write %(whole)s or %(decimal)s.") % choices, code="two_ways"
        )
    if with_comma and _WITH_COMMA.fullmatch(digits):
        digits = digits.replace(",", ".")
    if not _WITH_POINT.fullmatch(digits):
        raise forms.ValidationError(_refusal(with_comma) % {"typed": typed[:40]}, code="number")
    if len(digits.replace(".", "")) > DIGITS:
        raise forms.ValidationError(_("This number is too long to calculate with."), code="too_long")
    value = Decimal(digits)
    return -value if is_negative and value else value


def typed(value: str) -> str:
    """A plain number as it would be typed: without anything between the thousands."""
    return value.replace(".", ",") if _comma_parts() else value


class Number(Line):
    """A number in one line; None where nothing was typed."""

    def __init__(self, **options: Any) -> None:
        super().__init__(limit=100, **options)
        self.widget.attrs["inputmode"] = "decimal"

    def clean(self, value: Any) -> Any:
        words = super().clean(value)
        return read(words) if words else None


def _comma_parts() -> bool:
    return bool(get_format("DECIMAL_SEPARATOR") == ",")


def _refusal(with_comma: bool) -> str:  # noqa: FBT001 - the one thing it depends on
    if with_comma:
        return _(
            "“%(typed)s” is no number. Write digits, a comma or a point before the decimals, and nothing between the "
            "thousands, such as 1234,5."
        )
    return _(
        "“%(typed)s” is no number. Write digits, a point before the decimals, and nothing between the thousands, such "
        "as 1234.5."
    )
