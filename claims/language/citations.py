"""Markers that cite evidence in a rationale: ``[@BA1]``.

One pattern for the whole project. The gates ask it which keys a text cites and where; the renderer turns the
same markers into numbered links.
"""

import re
from dataclasses import dataclass

MARKER = re.compile(r"\[@([A-Za-z0-9][A-Za-z0-9_-]*)\]")


@dataclass(frozen=True, slots=True)
class Marker:
    """One marker: the key it cites, its span in code points (``end`` exclusive) and its line, counted from 1."""

    key: str
    start: int
    end: int
    line: int


def find(text: str) -> list[Marker]:
    """All markers in reading order, repeated ones too. A marker behind a backslash is text, as in Markdown."""
    return [
        Marker(match[1], match.start(), match.end(), text.count("\n", 0, match.start()) + 1)
        for match in MARKER.finditer(text)
        if not _escaped(text, match.start())
    ]


def _escaped(text: str, position: int) -> bool:
    """Whether an odd number of backslashes stands before the position: an even number escapes itself."""
    before = text[:position]
    return (len(before) - len(before.rstrip("\\"))) % 2 == 1
