"""Code points here, UTF-16 code units in a browser: the same places, counted in two ways."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.language import positions


def units(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


# Only characters outside the Basic Multilingual Plane count twice: not umlauts, not joined marks, not CJK.
@pytest.mark.parametrize(
    ("text", "places", "in_units"),
    [
        ("", [0], [0]),
        ("Miete", [0, 3, 5], [0, 3, 5]),
        ("Über größe Maße 東京", [4, 18], [4, 18]),
        ("e\u0301a", [2, 3], [2, 3]),
        ("😀", [0, 1], [0, 2]),
        ("a😀b😀", [0, 1, 2, 3, 4], [0, 1, 3, 4, 6]),
        ("👩‍👧", [1, 2, 3], [2, 3, 5]),
    ],
)
def test_places_are_counted_in_either_way(text: str, places: list[int], in_units: list[int]) -> None:
    assert positions.to_utf16(text, places) == in_units
    assert positions.from_utf16(text, in_units) == places


def test_order_of_the_places_does_not_matter() -> None:
    assert positions.to_utf16("😀😀", [2, 0, 1, 2]) == [4, 0, 2, 4]


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_counts_are_those_of_the_encoding_itself(text: str) -> None:
    places = list(range(len(text) + 1))
    in_units = positions.to_utf16(text, places)

    assert in_units == [units(text[:place]) for place in places]
    assert positions.from_utf16(text, in_units) == places


@pytest.mark.parametrize("place", [-1, 3])
def test_place_outside_the_text_is_refused(place: int) -> None:
    with pytest.raises(ValueError, match="There is no position"):
        positions.to_utf16("a😀", [place])


@pytest.mark.parametrize("place", [-1, 4])
def test_unit_outside_the_text_is_refused(place: int) -> None:
    with pytest.raises(ValueError, match="There is no position"):
        positions.from_utf16("a😀", [place])


@pytest.mark.parametrize("place", [2, 5])
def test_half_a_character_is_refused(place: int) -> None:
    with pytest.raises(ValueError, match="in the middle of a character"):
        positions.from_utf16("a😀b😀", [place])
