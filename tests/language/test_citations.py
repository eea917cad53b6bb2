"""Markers that cite evidence: where they stand, and what is none."""

from __future__ import annotations

import pytest

from claims.language.citations import Marker, find


def test_markers_come_in_reading_order_with_their_place() -> None:
    assert find("A [@BA1].\n\nB [@X_2-c][@BA1]") == [
        Marker("BA1", 2, 8, 1),
        Marker("X_2-c", 13, 21, 3),
        Marker("BA1", 21, 27, 3),
    ]


@pytest.mark.parametrize(
    "text", ["", "[BA1]", "[@]", "[@ BA1]", "[@BA1", "[@-a]", "[@ä]", "a@b.org", "[@BA1 ]", r"\[@BA1]", r"\\\[@BA1]"]
)
def test_what_only_looks_like_a_marker_is_text(text: str) -> None:
    assert find(text) == []


def test_an_escaped_backslash_does_not_escape_the_marker() -> None:
    assert [marker.key for marker in find(r"\\[@BA1]")] == ["BA1"]


def test_places_are_code_points() -> None:
    marker = find("💰 [@A]")[0]

    assert (marker.start, marker.end) == (2, 6)
