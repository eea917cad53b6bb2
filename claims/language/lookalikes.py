"""Passages that are like another one but not the same: where a changed wording most likely stands.

The words of the passage and of its surroundings vote for the places they occur at; the stretches with most votes are
aligned with it word by word. The work is bounded however often the text repeats itself.
"""

import re
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Sequence
from math import log2
from typing import NamedTuple

from claims.language.alignment import align

_TOKEN = re.compile(r"\w+|[^\w\s]")
_STOPS = frozenset(".!?…")
_AROUND = 12
"""Words of context on either side that take part."""
_VOTERS = 400
"""Words of the passage that vote; of a longer one as many, evenly spread."""
_VOTES = 64
"""Occurrences of one word that count: those nearest to where the passage was."""
_STRETCHES = 6


class Passage(NamedTuple):
    """``text[start:end]`` within its surroundings; ``opens`` and ``closes``: the work begins and ends with them."""

    text: str
    start: int
    end: int
    opens: bool
    closes: bool


class Candidate(NamedTuple):
    """``likeness`` of the words, 0 to 1; ``score`` adds half a point for each side whose nearest words are the same."""

    start: int
    end: int
    likeness: float
    score: float


def likeness(one: str, two: str) -> float:
    """How much of two passages' words is the same whatever their order, 0 to 1, longer words counting more."""
    here, there = _bag(one), _bag(two)
    total = here.total() + there.total()
    return 2 * (here & there).total() / total if total else 0.0


def find(text: str, wanted: Passage, *, near: int, places: Sequence[int] = ()) -> list[Candidate]:
    """Passages of ``text`` near enough to be looked at as the changed ``wanted``, no two the same.

    ``near``: where it used to be; ``places``: where else to look. Near enough is one that has most of the words, or
    fewer between the same surroundings, or short other words between both of them.
    """
    tokens = [match.span() for match in _TOKEN.finditer(text)]
    keys = [text[start:end].casefold() for start, end in tokens]
    query = _Query(wanted)
    starts = [start for start, _ in tokens]
    reach = len(query.keys) // 2 + _AROUND
    found: dict[tuple[int, int], Candidate] = {}
    for first in query.stretches(keys, bisect_left(starts, near), [bisect_left(starts, place) for place in places]):
        begin, end = max(0, first - reach), min(len(keys), first + len(query.keys) + reach)
        candidate = query.match(keys[begin:end], opens=begin == 0, closes=end == len(keys))
        if candidate:
            span = tokens[begin + candidate.start][0], tokens[begin + candidate.end - 1][1]
            found[span] = candidate._replace(start=span[0], end=span[1])
    return list(found.values())


class _Query:
    """The words that are looked for: ``first`` to ``last`` (exclusive) are the passage, the others surround it."""

    def __init__(self, wanted: Passage) -> None:
        before = _words(wanted.text[: wanted.start])
        core = _words(wanted.text[wanted.start : wanted.end])
        after = _words(wanted.text[wanted.end :])
        self.keys = before[-_AROUND:] + core + after[:_AROUND]
        self.first = min(len(before), _AROUND)
        self.last = self.first + len(core)
        self.opens = wanted.opens and not before
        self.closes = wanted.closes and not after
        self.weight = sum(map(_weight, core))

    def stretches(self, keys: list[str], near: int, places: list[int]) -> list[int]:
        """Where in ``keys`` the query may begin, best first."""
        step = max(1, len(self.keys) // _VOTERS)
        voters = range(0, len(self.keys), step)
        index: dict[str, list[int]] = {self.keys[at]: [] for at in voters}
        for at, key in enumerate(keys):
            if key in index:
                index[key].append(at)
        width = max(8, len(self.keys) // 4)
        votes: dict[int, float] = defaultdict(float)
        for voter in voters:
            key = self.keys[voter]
            places_of_key = index[key]
            if not places_of_key:
                continue
            middle = bisect_left(places_of_key, near + voter - self.first)
            value = _weight(key) / (1 + log2(len(places_of_key)))
            for place in places_of_key[max(0, middle - _VOTES // 2) : middle + _VOTES // 2]:
                bin_ = (place - voter) // width
                votes[bin_] += value
                votes[bin_ + 1] += value
        home = (near - self.first) // width
        chosen: list[int] = []
        for bin_ in sorted(votes, key=lambda bin_: (-votes[bin_], abs(bin_ - home), bin_)):
            if all(abs(bin_ - other) > 1 for other in chosen):
                chosen.append(bin_)
                if len(chosen) == (_STRETCHES if step == 1 else 2):
                    break
        return [bin_ * width for bin_ in chosen] + [place - self.first for place in places]

    def match(self, keys: list[str], *, opens: bool, closes: bool) -> Candidate | None:
        """The passage within a stretch, as a span of ``keys``.

        It is looked for with its surroundings and without them: they may stand in another order now.
        """
        together = self._pairs(0, len(self.keys), keys)
        alone = self._pairs(self.first, self.last, keys)
        found = [self._candidate(pairs, keys, opens=opens, closes=closes) for pairs in (together, alone)]
        return max(filter(None, found), key=lambda one: one.score, default=None)

    def _pairs(self, first: int, last: int, keys: list[str]) -> list[tuple[int, int]]:
        blocks = align(self.keys[first:last], keys, budget=100_000)
        return self._dense([(first + one + step, two + step) for one, two, size in blocks for step in range(size)])

    def _candidate(
        self, pairs: list[tuple[int, int]], keys: list[str], *, opens: bool, closes: bool
    ) -> Candidate | None:
        span = self._span(pairs, len(keys))
        if span is None:
            return None
        start, end = span
        inside = [(one, two) for one, two in pairs if self.first <= one < self.last and start <= two < end]
        same = sum(_weight(keys[two]) for _, two in inside)
        alike = 2 * same / ((self.weight + sum(map(_weight, keys[start:end]))) or 1)
        left, right = self._sides(keys, start, end)
        if self.opens and opens and start == 0:
            left = 1.0
        if self.closes and closes and end == len(keys):
            right = 1.0
        words = sum(keys[two].isalnum() for _, two in inside)
        if not self._is_near_enough(alike, words, left, right, end - start):
            return None
        return Candidate(start, end, alike, alike + left / 2 + right / 2)

    def _is_near_enough(self, alike: float, words: int, left: float, right: float, size: int) -> bool:
        if alike >= 0.6 and words >= 4:
            return True
        if alike >= 0.4 and max(left, right) >= 0.75:
            return True
        short = self.last - self.first <= 4 and size <= 8
        return min(left, right) >= 0.75 and (alike >= 0.2 or short)

    def _dense(self, pairs: list[tuple[int, int]]) -> list[tuple[int, int]]:
        """The run of pairs that weighs most, when every word skipped between them is a loss."""
        best, best_weight = (0, 0), 0.0
        begin, weight = 0, 0.0
        for at, (one, two) in enumerate(pairs):
            if at:
                weight -= (two - pairs[at - 1][1] - 1) + (one - pairs[at - 1][0] - 1) / 2
            if weight <= 0:
                begin, weight = at, 0.0
            weight += _weight(self.keys[one])
            if weight > best_weight:
                best, best_weight = (begin, at + 1), weight
        return pairs[slice(*best)]

    def _span(self, pairs: list[tuple[int, int]], length: int) -> tuple[int, int] | None:
        """From after the words before it to before the words after it, so far as they are known."""
        before = [pair for pair in pairs if pair[0] < self.first]
        inside = [pair for pair in pairs if self.first <= pair[0] < self.last]
        after = [pair for pair in pairs if pair[0] >= self.last]
        if not inside and not (before and after):
            return None
        least = before[-1][1] + 1 if before else 0
        most = after[0][1] if after else length
        if inside:
            start = max(least, inside[0][1] - (inside[0][0] - self.first))
            end = min(most, inside[-1][1] + self.last - inside[-1][0])
        if not inside or (before and before[-1][0] == self.first - 1):
            start = least
        if not inside or (after and after[0][0] == self.last):
            end = most
        return (start, end) if start < end else None

    def _sides(self, keys: list[str], start: int, end: int) -> tuple[float, float]:
        """The share of the four nearest words on either side that are the same without a gap."""
        before, after = self.keys[max(0, self.first - 4) : self.first], self.keys[self.last : self.last + 4]
        left = _common(before[::-1], keys[max(0, start - 4) : start][::-1])
        right = _common(after, keys[end : end + 4])
        return left / (len(before) or 1), right / (len(after) or 1)


def _common(one: list[str], two: list[str]) -> int:
    """How many words are the same from the first on."""
    return next((at for at, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), min(len(one), len(two)))


def _words(text: str) -> list[str]:
    return [word.casefold() for word in _TOKEN.findall(text)]


def _weight(word: str) -> int:
    return min(len(word), 8) + 1 if word.isalnum() else 1


def _bag(text: str) -> Counter[str]:
    bag: Counter[str] = Counter()
    for word in _words(text):
        bag[word] += _weight(word)
    return bag
