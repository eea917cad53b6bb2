"""Numbers as they are typed: by the interface's language, and never guessed."""

from __future__ import annotations

from decimal import Decimal

import pytest
from django.core.exceptions import ValidationError
from django.utils import translation

from claims.forms import numbers

READ = [
    ("en", "2.19", "2.19"),
    ("en", " 60 ", "60"),
    ("en", ".5", "0.5"),
    ("en", "-3", "-3"),
    ("en", "− 3.50", "-3.5"),
    ("en", "1.000", "1"),
    ("en", "-0", "0"),
    ("de", "2,19", "2.19"),
    ("de", "2.19", "2.19"),
    ("de", "0.550", "0.55"),
    ("de", "1,000", "1"),
    ("de", "1000", "1000"),
]


@pytest.mark.parametrize(("language", "typed", "value"), READ)
def test_a_number_is_read_as_the_language_writes_it(language: str, typed: str, value: str) -> None:
    with translation.override(language):
        assert numbers.read(typed) == Decimal(value)


# What can be meant in two ways, or is none, is refused with what to write instead.
REFUSED = [
    ("en", "2,19", "a point before the decimals"),
    ("en", "1,000", "nothing between the thousands"),
    ("en", "1 000", "nothing between the thousands"),
    ("en", "1'000", "nothing between the thousands"),
    ("en", "many", "“many” is no number"),
    ("en", "1e3", "“1e3” is no number"),
    ("en", "NaN", "is no number"),
    ("en", "-", "is no number"),
    ("en", "٣", "is no number"),
    ("en", "1" * 51, "too long to calculate with"),
    ("de", "1.000", "1000"),
    ("de", "1.000,5", "1234,5"),
    ("de", "1.000.000", "1234,5"),
]


@pytest.mark.parametrize(("language", "typed", "words"), REFUSED)
def test_what_is_not_plain_is_refused(language: str, typed: str, words: str) -> None:
    with translation.override(language), pytest.raises(ValidationError) as refused:
        numbers.read(typed)
    assert words in refused.value.messages[0]


@pytest.mark.parametrize(("language", "value", "typed"), [("en", "2.19", "2.19"), ("de", "1.234", "1,234")])
def test_what_is_kept_comes_back_as_it_would_be_typed(language: str, value: str, typed: str) -> None:
    with translation.override(language):
        assert numbers.typed(value) == typed
        assert numbers.read(typed) == Decimal(value)
