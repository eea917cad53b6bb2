"""Code points, which everything here counts, and UTF-16 code units, which a browser's selections count.

A character outside the Basic Multilingual Plane (an emoji, an old script) is one code point and two code units.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable

_TWO_UNITS = re.compile(r"[\U00010000-\U0010ffff]")


def to_utf16(text: str, positions: Iterable[int]) -> list[int]:
    """Code units before each position, given in code points; ``ValueError`` for one that is not in the text."""
    wide = _wide(text)
    return [_within(position, len(text)) + bisect_left(wide, position) for position in positions]


def from_utf16(text: str, positions: Iterable[int]) -> list[int]:
    """Code points before each position, given in code units.

    Raises ``ValueError`` for a position that is not in the text or falls between the two halves of a character.
    """
    wide = _wide(text)
    seconds = [place + before + 1 for before, place in enumerate(wide)]
    found = []
    for position in positions:
        passed = bisect_right(seconds, _within(position, len(text) + len(wide)))
        if passed and seconds[passed - 1] == position:
            raise ValueError(f"Position {position} lies in the middle of a character.")
        found.append(position - passed)
    return found


def _wide(text: str) -> list[int]:
    """Where characters of two code units stand, in code points."""
    return [] if text.isascii() else [match.start() for match in _TWO_UNITS.finditer(text)]


def _within(position: int, length: int) -> int:
    if not 0 <= position <= length:
        raise ValueError(f"There is no position {position} in a text of {length} units.")
    return position
