"""Calculations in words."""

from __future__ import annotations

from typing import Any

import pytest
from django.utils import translation

from claims.forms import figures


def calculation(**changed: Any) -> dict[str, Any]:
    """The price comparison as a content holds it."""
    return {
        "key": "K1",
        "labels": {"en": "How much cheaper"},
        "inputs": [given("o1", "60"), given("r1", "2.19")],
        "expression": "(o1 - r1) / o1 * 100",
        "result": "96.35",
        "unit": "%",
        "places": 2,
        "notes": {},
        **changed,
    }


def given(name: str, value: str) -> dict[str, Any]:
    return {"name": name, "labels": {}, "value": value, "unit": "USD", "evidence": ""}


@pytest.mark.parametrize(
    ("language", "filled", "result"),
    [("en", "(60 − 2.19) ÷ 60 × 100", "96.35\u00a0%"), ("de", "(60 − 2,19) ÷ 60 × 100", "96,35\u00a0%")],
)
def test_the_numbers_are_put_in_as_the_language_writes_them(language: str, filled: str, result: str) -> None:
    with translation.override(language):
        shown = figures.figure(calculation())

    assert (shown.expression, shown.filled) == ("(o1 − r1) ÷ o1 × 100", filled)
    assert (shown.equals, shown.result, shown.rounding) == ("=", result, "")


# A rounded result says so, and has the decimals that were asked for.
@pytest.mark.parametrize(
    ("places", "result", "shown", "words"),
    [
        (2, "0.67", "0.67", "rounded to 2 decimal places"),
        (1, "0.7", "0.7", "rounded to 1 decimal place"),
        (0, "1", "1", "rounded to a whole number"),
        (4, "0.6667", "0.6667", "rounded to 4 decimal places"),
    ],
)
def test_a_rounded_result_says_so(places: int, result: str, shown: str, words: str) -> None:
    figure = figures.figure(calculation(inputs=[], expression="2 / 3", result=result, unit="", places=places))

    assert (figure.equals, figure.result, figure.rounding, figure.filled) == ("≈", shown, words, "")


def test_a_rounded_result_keeps_its_last_nought() -> None:
    figure = figures.figure(calculation(inputs=[], expression="0.50001", result="0.5", unit="", places=2))

    assert figure.result == "0.50"


def test_a_negative_input_stands_in_brackets() -> None:
    figure = figures.figure(calculation(inputs=[given("a", "-3")], expression="1 - a", result="4", unit=""))

    assert figure.filled == "1 − (−3)"


@pytest.mark.parametrize(
    ("changed", "sentence"),
    [
        ({}, "r1 moves it most: 1 per cent more of it changes the result by 0.04 per cent."),
        (
            {"inputs": [given("a", "2"), given("b", "2")], "expression": "a - b", "result": "0", "unit": "GW"},
            "a moves it most: 1 per cent more of it changes the result by 0.02\u00a0GW.",
        ),
        (
            {"inputs": [given("a", "0.01")], "expression": "1000 + a", "result": "1000.01"},
            "a moves it most: 1 per cent more of it changes the result by less than 0.01 per cent.",
        ),
        ({"inputs": [], "expression": "2 / 3", "result": "0.67"}, ""),
        ({"expression": "2 / "}, ""),
    ],
    ids=["relative", "absolute", "hardly", "no-inputs", "broken"],
)
def test_what_moves_it_most_is_said(changed: dict[str, Any], sentence: str) -> None:
    assert figures.influence_words(calculation(**changed)) == sentence


def test_what_cannot_be_worked_out_any_more_is_shown_as_it_stands() -> None:
    figure = figures.figure(calculation(expression="o1 / ("))

    assert (figure.expression, figure.filled, figure.result) == ("o1 / (", "", "96.35\u00a0%")
