"""Calculations in words: numbers as the reader's language writes them, an expression as people write it.

Takes plain mappings (a calculation of a content), so that a frozen page and the desk show the same.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Any

from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from claims.language import arithmetic
from claims.models import Calculation

GROUPED_FROM = 10_000
"""From five digits on, thousands are set apart."""

_PARTS = ("key", "labels", "inputs", "expression", "result", "unit", "places", "notes")
_LEAST = Decimal("0.01")


def number(value: Decimal | str, places: int | None = None) -> str:
    """A number as the reader's language writes it, with a real minus; ``places``: with exactly so many decimals.

    What is no number is shown as it is.
    """
    try:
        given = Decimal(value)
        written = number_format(given, decimal_pos=places, force_grouping=abs(given) >= GROUPED_FROM)
    except (InvalidOperation, ValueError):
        return str(value)
    return written.replace("-", "−")


@dataclass(frozen=True)
class Given:
    """One input: ``value`` with its unit, and the key of the evidence it comes from, if it comes from any.

    ``anchor``: the page cites that evidence here for the first time.
    """

    name: str
    labels: Mapping[str, str]
    value: str
    evidence: str
    anchor: bool = False


@dataclass(frozen=True)
class Figure:
    """A calculation to be shown. ``filled``: the expression with the numbers put in, where it differs from itself.

    ``equals`` is the sign before the result, ``rounding`` says in words how it was rounded (empty: it is exact).
    """

    key: str
    labels: Mapping[str, str]
    notes: Mapping[str, str]
    inputs: list[Given]
    expression: str
    filled: str
    equals: str
    result: str
    rounding: str


def of_row(row: Calculation) -> dict[str, Any]:
    """A row as a content holds it."""
    return {name: getattr(row, name) for name in _PARTS}


def figure(calculation: Mapping[str, Any]) -> Figure:
    """A calculation of a content, for its readers."""
    inputs, expression, places = calculation["inputs"], calculation["expression"], calculation["places"]
    values = {part["name"]: _value(part["value"]) for part in inputs}
    written = _readable(expression, {})
    filled = _readable(expression, {name: _in_brackets(value) for name, value in values.items()})
    is_exact = _is_exact(calculation)
    return Figure(
        key=calculation["key"],
        labels=calculation["labels"],
        notes=calculation["notes"],
        inputs=[
            Given(part["name"], part["labels"], with_unit(number(part["value"]), part["unit"]), part["evidence"])
            for part in inputs
        ],
        expression=written,
        filled=filled if filled != written else "",
        equals="=" if is_exact else "≈",
        result=with_unit(number(calculation["result"], None if is_exact else places), calculation["unit"]),
        rounding="" if is_exact else rounding_words(places),
    )


def with_unit(words: str, unit: str) -> str:
    """A number and its unit, which stay on one line."""
    return f"{words}\u00a0{unit}" if unit else words


def rounding_words(places: int) -> str:
    if places == 0:
        return _("rounded to a whole number")
    sentence = ngettext("rounded to %(places)s decimal place", "rounded to %(places)s decimal places", places)
    return sentence % {"places": places}


def influence_words(calculation: Mapping[str, Any]) -> str:
    """Which input moves the result most, in a sentence; empty where that cannot be said."""
    try:
        found = arithmetic.influence(calculation["expression"], _values(calculation["inputs"]))
    except arithmetic.ArithmeticProblem:
        return ""
    strongest = next(iter(found), None)
    if strongest is None or not strongest.change:
        return ""
    words = {"name": strongest.name, "change": _change(strongest.change), "unit": calculation["unit"]}
    if strongest.relative:
        return _("%(name)s moves it most: 1 per cent more of it changes the result by %(change)s per cent.") % words
    words["change"] = with_unit(words["change"], calculation["unit"])
    return _("%(name)s moves it most: 1 per cent more of it changes the result by %(change)s.") % words


def _change(change: Decimal) -> str:
    size = abs(change)
    if size < _LEAST:
        return _("less than %(number)s") % {"number": number(_LEAST)}
    return number(arithmetic.rounded(size, 2).normalize() if size < GROUPED_FROM else arithmetic.rounded(size, 0))


def _value(value: str) -> Decimal | str:
    try:
        return Decimal(value)
    except InvalidOperation:
        return value


def _values(inputs: list[Mapping[str, Any]]) -> dict[str, Decimal]:
    values = ((part["name"], _value(part["value"])) for part in inputs)
    return {name: value for name, value in values if isinstance(value, Decimal)}


def _in_brackets(value: Decimal | str) -> str:
    """A value inside an expression: a negative one never stands right behind another sign."""
    words = number(value)
    return f"({words})" if words.startswith("−") else words


def _readable(expression: str, words: Mapping[str, str]) -> str:
    try:
        return arithmetic.readable(expression, words, number=number)
    except arithmetic.ArithmeticProblem:
        return expression


def _is_exact(calculation: Mapping[str, Any]) -> bool:
    """Whether the result is what comes out to the last digit, and was not rounded."""
    try:
        value = arithmetic.evaluate(calculation["expression"], _values(calculation["inputs"]))
        return value == Decimal(calculation["result"])
    except (arithmetic.ArithmeticProblem, InvalidOperation):
        return False
