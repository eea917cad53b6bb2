"""Words that a person typed or cut out, found in a text."""

from __future__ import annotations

import pytest

from claims.language import places
from claims.language.places import Place

TEXT = "Rents rose by 12 per cent.\nThe union said: “rents rose by 12\u00a0per cent”, a co\u00adoperation."


# White space and soft hyphens say nothing; quotation marks and dashes may be of another kind; words may not.
@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("12 per cent", ["12 per cent", "12\u00a0per cent"]),
        ("  12\n per   cent ", ["12 per cent", "12\u00a0per cent"]),
        ("per cent. The union", ["per cent.\nThe union"]),
        ("a cooperation", ["a co\u00adoperation"]),
        ('"rents rose', ["“rents rose"]),
        ("“rents rose", ["“rents rose"]),
        ("Rents rose", ["Rents rose"]),
        ("rents fell", []),
        ("12 percent", []),
        ("", []),
        (" \n", []),
        ("\u00ad", []),
    ],
)
def test_words_are_found(words: str, found: list[str]) -> None:
    assert [TEXT[place.start : place.end] for place in places.find(TEXT, words)] == found


def test_places_may_overlap() -> None:
    assert places.find("ananas", "ana") == [Place(0, 3), Place(2, 5)]


def test_a_text_that_repeats_itself_is_given_up_on() -> None:
    assert len(places.find("a " * 5000, "a")) == places.MOST


# What overlaps goes before what is near, and much overlap before little.
@pytest.mark.parametrize(
    ("start", "end", "found"),
    [(0, 4, (0, 3)), (11, 19, (16, 20)), (12, 17, (10, 13)), (14, 15, (16, 20)), (90, 95, (40, 43))],
)
def test_the_nearest_place_is_taken(start: int, end: int, found: tuple[int, int]) -> None:
    known = [Place(0, 3), Place(10, 13), Place(16, 20), Place(40, 43)]

    assert places.nearest(known, start, end) == Place(*found)
    assert places.in_order(known, start, end)[0] == Place(*found)


def test_nothing_is_nearest_to_nowhere() -> None:
    assert places.nearest([], 0, 5) is None
