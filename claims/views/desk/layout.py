"""A version's text as the reader's page draws it: blocks of flat pieces, and the lanes of the claims that stand in it.

Pure functions over positions (code points, ends exclusive). The pieces of a block, put together, are its text to the
character: what a browser selects there is what the text holds. Sorted once and swept, so a long text with many claims
costs no more than its own length and what is drawn of it.
"""

import re
from bisect import bisect_left, bisect_right, insort
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Any

LANES = 4
"""Lines that are drawn under the text for claims that overlap; what overlaps beyond shares one sign."""

LONGEST_HEADING = 120

_LINE = re.compile(r"[^\n\r\v\f\u0085\u2028\u2029]+")
_MOST = 0.5


@dataclass(frozen=True, slots=True)
class Place:
    """Where a claim stands in the version that is shown: a quotation of its own, or one looked for again there.

    ``quotation`` is 0 where the quotation belongs to an earlier version, in which its ends are moved.
    """

    start: int
    end: int
    claim: int
    stage: str
    quotation: int = 0


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence of the analysis, by its place in it, as far as the text shows it."""

    start: int
    end: int
    index: int
    suggested: bool = False
    set_aside: bool = False
    heading: bool = False


@dataclass(slots=True)
class Piece:
    """A stretch in which the same claims and the same sentence stand.

    ``claims`` are in the order of their lanes; ``begins`` are those that begin here, ``ends`` the numbers of those that
    end here; ``sentence`` is None between two sentences.
    """

    text: str
    sentence: int | None
    classes: tuple[str, ...]
    claims: tuple[int, ...] = ()
    begins: list[int] = field(default_factory=list)
    ends: list[int] = field(default_factory=list)

    # As the page writes them: a text of 300,000 characters has some ten thousand pieces.

    @property
    def names(self) -> str:
        return " ".join(("piece", *self.classes))

    @property
    def keys(self) -> str:
        return " ".join(map(str, self.claims))

    @property
    def numbers(self) -> str:
        return " ".join(map(str, self.ends))


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph, or a heading, without the white space round it."""

    start: int
    end: int
    is_heading: bool
    pieces: list[Piece]


def blocks(
    text: str, sentences: Sequence[Sentence], places: Sequence[Place], numbers: Mapping[int, int]
) -> list[Block]:
    """The whole text but the white space between its blocks; ``numbers``: claim -> its number in the list."""
    ordered = sorted(sentences, key=lambda sentence: sentence.start)
    spans = _spans(text, ordered)
    drawn = _Drawing([(start, end) for start, end, _heading in spans], places, numbers)
    found = []
    at = 0
    for start, end, is_heading in spans:
        while at < len(ordered) and ordered[at].end <= start:
            at += 1
        found.append(Block(start, end, is_heading, drawn.pieces(text, start, end, ordered, at)))
    return found


def _spans(text: str, sentences: Sequence[Sentence]) -> list[tuple[int, int, bool]]:
    """Where blocks begin and end: at line breaks, and round each sentence that is a heading."""
    headings = [
        sentence for sentence in sentences if sentence.heading and _is_title(text[sentence.start : sentence.end])
    ]
    lines = [span for line in _LINE.finditer(text) if (span := _stripped(text, *line.span()))]
    found: list[tuple[int, int, bool]] = []
    at = 0
    for number, (first, last) in enumerate(lines):
        if number + 1 < len(lines) and _heads(text[first:last], text[slice(*lines[number + 1])]):
            found.append((first, last, True))
            continue
        start = first
        while at < len(headings) and headings[at].end <= last:
            heading = headings[at]
            at += 1
            if heading.start >= start:
                found += [(start, heading.start, False), (heading.start, heading.end, True)]
                start = heading.end
        found.append((start, last, False))
    return [(*span, is_heading) for start, end, is_heading in found if (span := _stripped(text, start, end))]


def _heads(line: str, following: str) -> bool:
    """Whether a line stands over the next one: a title, over a paragraph that ends like a sentence."""
    return len(following) > 2 * len(line) and not following[-1].isalnum() and _is_title(line)


def _is_title(words: str) -> bool:
    """Some words on one line: what ends like a sentence, or is but a sign in brackets, stays in the paragraph."""
    words = words.strip()
    return (
        len(words) <= LONGEST_HEADING
        and len(words.split()) > 1
        and bool(_LINE.fullmatch(words))
        and words[0].isalnum()
        and words[-1].isalnum()
    )


def _stripped(text: str, start: int, end: int) -> tuple[int, int] | None:
    words = text[start:end]
    start += len(words) - len(words.lstrip())
    end -= len(words) - len(words.rstrip())
    return (start, end) if start < end else None


class _Drawing:
    """The claims' places over the blocks of one text, swept once from its beginning to its end."""

    def __init__(self, spans: Sequence[tuple[int, int]], places: Sequence[Place], numbers: Mapping[int, int]) -> None:
        self.numbers = numbers
        self.places = [place for place in (_within(place, spans) for place in places) if place]
        self.places.sort(key=lambda place: (place.start, place.end, place.claim))
        self.lanes = lanes(self.places)
        self.cuts = sorted({position for place in self.places for position in (place.start, place.end)})
        self.next = 0
        self.open: list[tuple[int, int]] = []  # (lane, index of the place), by lane
        self.begun: set[int] = set()

    def pieces(self, text: str, start: int, end: int, sentences: Sequence[Sentence], at: int) -> list[Piece]:
        """The pieces of one block; the blocks have to be asked for in their order. ``at``: its first sentence."""
        within = self.cuts[bisect_right(self.cuts, start) : bisect_left(self.cuts, end)]
        bounds = {start, end, *within}
        last = at
        while last < len(sentences) and sentences[last].start < end:
            bounds |= {position for position in (sentences[last].start, sentences[last].end) if start < position < end}
            last += 1
        found = []
        for first, until in pairwise(sorted(bounds)):
            while at < last and sentences[at].end <= first:
                at += 1
            here = sentences[at] if at < last and sentences[at].start <= first else None
            found.append(self._piece(text, first, until, here))
        return found

    def _piece(self, text: str, start: int, end: int, sentence: Sentence | None) -> Piece:
        self.open = [one for one in self.open if self.places[one[1]].end > start]
        while self.next < len(self.places) and self.places[self.next].start <= start:
            insort(self.open, (self.lanes[self.next], self.next))
            self.next += 1
        index = None if sentence is None else sentence.index
        if not self.open:
            return Piece(text[start:end], index, _signs(sentence))
        here = [(lane, self.places[place]) for lane, place in self.open]
        claims = tuple(dict.fromkeys(place.claim for _lane, place in here))
        fresh = [claim for claim in claims if claim not in self.begun]
        self.begun.update(fresh)
        return Piece(
            text[start:end],
            index,
            tuple(dict.fromkeys(_lane_class(lane, place.stage) for lane, place in here)),
            claims,
            sorted(fresh, key=self.numbers.__getitem__),
            sorted({self.numbers[place.claim] for _lane, place in here if place.end == end}),
        )


def _signs(sentence: Sentence | None) -> tuple[str, ...]:
    if sentence is None:
        return ()
    if sentence.set_aside:
        return ("is-set-aside",)
    return ("is-suggested",) if sentence.suggested else ()


def _lane_class(lane: int, stage: str) -> str:
    return f"lane-{lane}-{stage}" if lane < LANES else "lane-more"


def _within(place: Place, spans: Sequence[tuple[int, int]]) -> Place | None:
    """The place without white space between blocks at its ends; None where it holds nothing else."""
    first = bisect_right(spans, place.start, key=lambda span: span[1])
    last = bisect_left(spans, place.end, key=lambda span: span[0]) - 1
    if first > last:
        return None
    start, end = max(place.start, spans[first][0]), min(place.end, spans[last][1])
    return Place(start, end, place.claim, place.stage, place.quotation) if start < end else None


def lanes(places: Sequence[Place]) -> list[int]:
    """A lane for each place (sorted by their starts): the lowest that is free where it begins."""
    taken: list[tuple[int, int]] = []  # (end, lane), by end
    free: list[int] = []
    found = []
    for place in places:
        ended = bisect_right(taken, place.start, key=lambda one: one[0])
        for _end, lane in taken[:ended]:
            insort(free, lane)
        del taken[:ended]
        lane = free.pop(0) if free else len(taken)
        insort(taken, (place.end, lane))
        found.append(lane)
    return found


def numbered(places: Iterable[Place]) -> dict[int, int]:
    """Claim -> its number in the order of the text."""
    order = dict.fromkeys(
        place.claim for place in sorted(places, key=lambda place: (place.start, place.end, place.claim))
    )
    return {claim: number for number, claim in enumerate(order, start=1)}


def share_most(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Whether two stretches have more than half of the longer one in common."""
    common = min(one[1], other[1]) - max(one[0], other[0])
    return common > _MOST * max(one[1] - one[0], other[1] - other[0])


def twins(places: Sequence[Place]) -> dict[int, list[int]]:
    """Claim -> the other claims that stand in most of the same words, each pair both ways, in the order of keys."""
    found: dict[int, set[int]] = {}
    open_places: list[Place] = []
    for place in sorted(places, key=lambda place: (place.start, place.end, place.claim)):
        open_places = [other for other in open_places if other.end > place.start]
        for other in open_places:
            if other.claim != place.claim and share_most((other.start, other.end), (place.start, place.end)):
                found.setdefault(place.claim, set()).add(other.claim)
                found.setdefault(other.claim, set()).add(place.claim)
        open_places.append(place)
    return {claim: sorted(others) for claim, others in found.items()}


def sentence_of(sentence: Mapping[str, Any], index: int, length: int, *, set_aside: bool) -> Sentence:
    """A sentence of the analysis as it is kept with a version; another analyser may give less, or more, than ours."""
    start = min(max(int(sentence["start"]), 0), length)
    return Sentence(
        start=start,
        end=min(max(int(sentence["end"]), start), length),
        index=index,
        suggested=bool(sentence.get("suggested")),
        set_aside=set_aside,
        heading=any(reason.get("code") == "heading" for reason in sentence.get("reasons", ())),
    )
