"""Characters that nobody sees: what word processors and web pages leave in a text that is pasted.

They are named, never taken out by a program: a no-break space may be meant, and a joiner belongs to some scripts.
"""

from collections import Counter
from collections.abc import Mapping

NO_BREAK_SPACE, SOFT_HYPHEN, ZERO_WIDTH, DIRECTION = "no_break_space", "soft_hyphen", "zero_width", "direction"

_KINDS = {
    "\u00a0": NO_BREAK_SPACE,
    "\u202f": NO_BREAK_SPACE,
    "\u00ad": SOFT_HYPHEN,
    "\u200b": ZERO_WIDTH,
    "\u2060": ZERO_WIDTH,
    "\ufeff": ZERO_WIDTH,
    **dict.fromkeys("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069", DIRECTION),
}
"""The joiners (U+200C, U+200D) and the marks of one direction (U+200E, U+200F) belong to words of many languages."""


def count(text: str) -> Mapping[str, int]:
    """Kind of invisible character -> how many of it stand in ``text``; empty where there is none."""
    return Counter(_KINDS[character] for character in text if character in _KINDS)
