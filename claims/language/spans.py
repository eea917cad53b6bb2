"""A piece of text and where it stands: the words that the language room's modules share."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """The piece of a text from character ``start`` up to, not including, character ``end``.

    Offsets count Unicode code points from 0; ``text`` is exactly ``whole[start:end]``.
    """

    start: int
    end: int
    text: str
