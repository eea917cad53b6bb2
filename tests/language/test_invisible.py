"""Characters that nobody sees, counted by kind."""

from __future__ import annotations

import pytest

from claims.language import invisible

# What a text holds -> what is named; joiners and marks of direction belong to words.
TABLE = [
    ("", {}),
    ("Rents rose by 9 per cent", {}),
    ("9\u00a0per\u202fcent", {"no_break_space": 2}),
    ("Miet\u00adpreis\u00adbremse", {"soft_hyphen": 2}),
    ("\ufeffzero\u200bwidth\u2060", {"zero_width": 3}),
    ("\u202eevil\u202c", {"direction": 2}),
    ("می\u200cخواهم \U0001f468\u200d\U0001f469 \u200f", {}),
]


@pytest.mark.parametrize(("text", "found"), TABLE, ids=[ascii(text) for text, _found in TABLE])
def test_they_are_counted_by_kind(text: str, found: dict[str, int]) -> None:
    assert dict(invisible.count(text)) == found
