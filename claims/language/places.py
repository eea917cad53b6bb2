"""Where words that a person typed or cut out stand in a text, whatever white space is between them."""

from typing import NamedTuple

from claims.language.neutral import BLANK, View

MOST = 1000
"""Places beyond which a text only repeats itself; nobody chooses among so many."""


class Place(NamedTuple):
    """A stretch of a text in code points, ``end`` exclusive."""

    start: int
    end: int


def find(text: str, words: str) -> list[Place]:
    """The places of ``words`` in ``text`` in reading order, overlapping ones too, the first ``MOST`` of them.

    White space and soft hyphens say nothing. Where the very signs do not stand there, other kinds of quotation marks,
    apostrophes and dashes do as well, since a keyboard has few of them. Words are never like words here.
    """
    wanted = View(words.strip(BLANK))
    if not wanted.text:
        return []
    there = View(text)
    starts = _starts(there.text, wanted.text) or _starts(there.folded, wanted.folded)
    return [Place(there.raw(at), there.raw(at + len(wanted.text) - 1) + 1) for at in starts]


def _starts(text: str, words: str) -> list[int]:
    starts: list[int] = []
    at = text.find(words)
    while at >= 0 and len(starts) < MOST:
        starts.append(at)
        at = text.find(words, at + 1)
    return starts


def nearest(places: list[Place], start: int, end: int) -> Place | None:
    """Of places in reading order the one that overlaps ``start`` to ``end`` most, else the one that is nearest."""
    return min(places, key=lambda place: _distance(place, start, end), default=None)


def in_order(places: list[Place], start: int, end: int) -> list[Place]:
    """The places by how near they are to ``start`` to ``end``."""
    return sorted(places, key=lambda place: _distance(place, start, end))


def _distance(place: Place, start: int, end: int) -> tuple[int, int]:
    """How far apart two stretches are, overlapping ones by how little they share; then by where they begin."""
    shared = min(place.end, end) - max(place.start, start)
    return -shared, abs(place.start - start)
