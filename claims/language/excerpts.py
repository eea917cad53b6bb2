"""Whether an excerpt stands in a source's text word for word.

What says nothing is passed over: white space and soft hyphens, kinds of quotation marks, apostrophes and dashes, and
how a word is hyphenated at a line's end, which a PDF keeps. An ellipsis in the excerpt joins stretches that stand there
in that order. Everything else is wording: a capital, a comma, a digit.

Both texts are squeezed into a form in which these differences are gone and searched in that; a place found there is
compared once more hyphen by hyphen ("Vor- und" is not "Vorund"). The time grows with the length of the text.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from typing import NamedTuple

from claims.language import encoding
from claims.language.neutral import View

_WORK = 1_000_000
"""Steps of looking at places that turn out wrong; an excerpt for which they do not suffice counts as not there."""


_SOFT_AT_LINE_END = re.compile(r"\u00ad(?=[^\S\n]*\n)")
_LIGATURES = str.maketrans({"ﬀ": "ff", "ﬁ": "fi", "ﬂ": "fl", "ﬃ": "ffi", "ﬄ": "ffl", "ﬅ": "st", "ﬆ": "st"})


def searchable(text: str) -> str:
    """The form in which a source's text is kept and an excerpt is looked for: tidy, with its letters one by one.

    A typeface's own table may leave letters in a PDF that are drawn as one. A soft hyphen at a line's end is seen, so
    it is a hyphen.
    """
    return encoding.tidy(_SOFT_AT_LINE_END.sub("-", text).translate(_LIGATURES))


class Place(NamedTuple):
    """``text[start:end]``, in code points."""

    start: int
    end: int


def find_excerpt(text: str, excerpt: str) -> Place | None:
    """Where the excerpt stands in a ``searchable`` text for the first time, from its first word to its last, or None.

    Quotation marks round the whole excerpt are not asked for. An excerpt without words stands nowhere.
    """
    whole = _Squeezed(text)
    return next((place for each in _readings(searchable(excerpt)) if (place := _stretches(whole, each))), None)


_ELLIPSIS = re.compile(r"\[\s*(?:…|\.{3,})\s*\]|\(\s*(?:…|\.{3,})\s*\)|…|\.{3,}")
_IN_MARKS = re.compile(r"""\s*["'“”„‟«»‹›‘’‚‛](.+)["'“”„‟«»‹›‘’‚‛]\s*""", re.DOTALL)


def _readings(excerpt: str) -> Iterator[str]:
    yield excerpt
    if match := _IN_MARKS.fullmatch(excerpt):
        yield match[1]


def _stretches(whole: "_Squeezed", excerpt: str) -> Place | None:
    wanted = [_Squeezed(piece) for piece in _ELLIPSIS.split(excerpt) if any(map(str.isalnum, piece))]
    first: int | None = None
    at = 0
    for stretch in wanted:
        found = whole.find(stretch, at)
        if found is None:
            return None
        first = found if first is None else first
        at = found + len(stretch.text)
    return None if first is None else Place(whole.raw(first), whole.raw(at - 1) + 1)


_SPACELESS = "\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
"""Letters of languages that write no spaces between words: Thai, Lao, Burmese, Khmer, Japanese, Chinese."""

_LETTER = rf"[^\W\d_{_SPACELESS}]"
_DROPPED = re.compile(
    rf"-(?<={_LETTER}-) ?(?={_LETTER})"  # a hyphen within a word, at a line's end or not
    r"| (?<=- )(?<=\w- )(?=\w)"  # "COVID- 19"
    rf"| (?<=[{_SPACELESS}] )(?=[{_SPACELESS}])"  # a line's end in a language without spaces
)
_WITHIN = re.compile(rf"{_LETTER}{{2}}|\d\d|\d[.,]\d")
"""What may not be cut: a word, a number."""
_ONE_KIND = str.maketrans('"′″', "'''")


class _Join(NamedTuple):
    """What was dropped at one place; ``loose`` where it is the end of a line, which may have brought it."""

    written: str
    loose: bool


_NOTHING = _Join("", loose=False)
_JOINS = {(written, loose): _Join(written, loose) for written in ("-", "- ", " ") for loose in (False, True)}


class _Squeezed:
    """A text without what says nothing, and the way back."""

    def __init__(self, raw: str) -> None:
        self._view = view = View(raw, opens=True, closes=True)
        folded = view.folded.translate(_ONE_KIND)
        self._work = _WORK
        self._own, self._squeezed = [0], [0]
        self.places: list[int] = []
        self.joins: list[_Join] = []
        pieces: list[str] = []
        at = length = 0
        for match in _DROPPED.finditer(folded):
            pieces.append(folded[at : match.start()])
            length += match.start() - at
            at = match.end()
            self._own.append(at)
            self._squeezed.append(length)
            if match[0] != " " or folded[match.start() - 1] == "-":
                self.places.append(length)
                self.joins.append(_JOINS[match[0], match.end() - 1 in view.breaks])
        pieces.append(folded[at:])
        self.text = "".join(pieces)

    def raw(self, squeezed: int) -> int:
        """Where the character at ``squeezed`` stood."""
        piece = bisect_right(self._squeezed, squeezed) - 1
        return self._view.raw(self._own[piece] + squeezed - self._squeezed[piece])

    def find(self, stretch: "_Squeezed", at: int) -> int | None:
        """Where the stretch stands for the first time from ``at`` on, in squeezed characters."""
        wanted = stretch.text
        while self._work > 0 and (at := self.text.find(wanted, at)) >= 0:
            end = at + len(wanted)
            here = range(bisect_right(self.places, at), bisect_left(self.places, end))
            if self._is_whole(at, end) and self._agrees(stretch, at, here):
                return at
            self._work -= 10 + len(here) + len(stretch.places)
            at += 1
        return None

    def _is_whole(self, start: int, end: int) -> bool:
        """Whether no word and no number is cut at either end."""
        return not (self._cuts(start) or self._cuts(end))

    def _cuts(self, at: int) -> bool:
        """Whether the squeezed text goes on across ``at`` within a word or a number."""
        if self.join_at(at) is not _NOTHING:
            return False
        near = self.text[max(0, at - 2) : at + 2]
        middle = at - max(0, at - 2)
        return any(match.start() < middle < match.end() for match in _overlapping(near))

    def join_at(self, place: int) -> _Join:
        index = bisect_left(self.places, place)
        if index < len(self.places) and self.places[index] == place:
            return self.joins[index]
        return _NOTHING

    def _agrees(self, stretch: "_Squeezed", at: int, here: range) -> bool:
        """Whether what was dropped is the same (``here`` are the own places), but for lines' ends."""
        own = (_alike(self.joins[index], stretch.join_at(self.places[index] - at)) for index in here)
        theirs = (_alike(self.join_at(place + at), stretch.join_at(place)) for place in stretch.places)
        return all(own) and all(theirs)


def _overlapping(near: str) -> Iterator[re.Match[str]]:
    return (match for start in range(len(near)) if (match := _WITHIN.match(near, start)))


def _alike(one: _Join, two: _Join) -> bool:
    return one.written == two.written or one.loose or two.loose
