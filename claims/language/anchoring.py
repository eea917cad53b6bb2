"""Where a quotation stands in a text: W3C text-quote and text-position selectors in one.

https://www.w3.org/TR/annotation-model/#text-quote-selector; positions count code points, ``end`` exclusive.

What counts as the same words is decided strictly. Both texts are clean text (NFC). Two things say nothing and are
passed over: which white space stands between two words and how much of it (a no-break space, a line break), and soft
hyphens. Everything else is wording: a space where there was none, a capital, a comma, another kind of quotation mark
or dash inside the quotation make it *changed*. Round the quotation, kinds of quotation marks and dashes are passed
over too.

The sentence a quotation stands in is part of what it says ("It is not true that ..."): as far as the selector holds
it, it must be the same, or the quotation has changed although its own words have not. The sentences beyond may change;
they only tell which place is meant. Where two places fit equally well, only the old position may decide between them.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple, Self

from claims.language import lookalikes
from claims.language.neutral import BLANK, View
from claims.vocabulary import AnchorState

CONTEXT = 48
"""Characters of context on either side: enough to tell two like phrases of one paragraph apart."""

WIDER = (64, 128, 256, 512, 1024)
"""Characters for a phrase that its version repeats: the first that make it stand there once.

A selector that is wider than ``CONTEXT`` therefore says that its phrase was repeated.
"""

_PLACES = 1000
"""Occurrences that are looked at one by one; a phrase that stands there more often needs all of its context."""

_COMPARED = 3_000_000
"""Characters between like surroundings that are compared; beyond, a text is too repetitive to tell places apart."""


@dataclass(frozen=True)
class Selector:
    """``exact`` is ``text[start:end]``; ``prefix`` and ``suffix`` are what stands round it."""

    exact: str
    prefix: str
    suffix: str
    start: int
    end: int


@dataclass(frozen=True)
class Anchor:
    """Where a quotation stands in another text; without ``start`` and ``end`` when it is lost.

    ``exact``: beyond doubt the same passage, where it began before. ``moved``: beyond doubt the same, elsewhere.
    ``changed``: the place it most likely had, but its words or its sentence are others, or another place fits as well;
    a person has to look. ``lost``: nothing near enough.
    """

    state: AnchorState
    start: int | None = None
    end: int | None = None


def describe(text: str, start: int, end: int) -> Selector:
    """The selector of ``text[start:end]``; raises ``ValueError`` unless ``0 <= start < end <= len(text)``.

    Each side is ``CONTEXT`` characters, or, where the phrase is repeated, as many more as make (prefix, exact, suffix)
    stand there once; a text that repeats itself beyond the last step of ``WIDER`` is told apart by the position alone.
    """
    if not 0 <= start < end <= len(text):
        raise ValueError(f"There is no passage from {start} to {end} in a text of {len(text)} characters.")
    words = View(text).text
    width = CONTEXT
    if text[start:end].strip(BLANK) and _repeats(words, text[start:end]):
        around = ((wider, text[max(0, start - wider) : end + wider]) for wider in WIDER)
        width = next((wider for wider, phrase in around if not _repeats(words, phrase)), WIDER[-1])
    return Selector(text[start:end], text[max(0, start - width) : start], text[end : end + width], start, end)


def locate(text: str, selector: Selector) -> Anchor:
    """Where the selector's quotation stands in ``text``; never a lookalike as ``exact`` or ``moved``.

    Positions leave out white space at the quotation's ends where the text no longer has it. The time grows with the
    length of the text, whatever it repeats.
    """
    if not selector.exact.strip(BLANK):
        return _locate_blank(text, selector)
    return _Search(text, selector).anchor()


def _repeats(words: str, phrase: str) -> bool:
    return sum(1 for _ in _occurrences(words, View(phrase).text, most=2)) > 1


def _locate_blank(text: str, selector: Selector) -> Anchor:
    """White space has no words to look for: it is where it was, or lost."""
    around = selector.prefix + selector.exact + selector.suffix
    begin = selector.start - len(selector.prefix)
    if begin >= 0 and text.startswith(around, begin):
        return Anchor(AnchorState.EXACT, selector.start, selector.end)
    return Anchor(AnchorState.LOST)


# The search


_APART = re.compile(r"[^\w\s]{0,6}(?:\s|\Z)")


class _Side(NamedTuple):
    """How one side fits.

    ``common`` characters are the same. ``whole``: all that the selector holds, and the text ends where it ended.
    ``sound``: its part of the sentence is the same. ``telling``: all of it is there, and it is enough to tell a place.
    """

    common: int
    whole: bool
    sound: bool
    telling: bool

    @classmethod
    def of(
        cls,
        words: str,
        common: int,
        *,
        bounded: bool,
        at_edge: bool,
        apart: bool,
        sentence: Callable[[], bool],
    ) -> Self:
        """``bounded``: the old text had no more ``words`` on this side. ``at_edge``: the new one has no more either.

        ``apart``: no word runs on from here. ``sentence``: whether a sentence begins, or ends, within what is common.
        """
        complete = common == len(words)
        long = _letters(words) >= 12
        if not complete:
            sound = sentence()
        elif bounded:
            sound = at_edge or sentence() or (long and words.count(" ") >= 3)
        else:
            sound = bool(words) or apart
        return cls(common, complete and (at_edge or not bounded), sound, complete and long)


class _Fit(NamedTuple):
    at: int
    left: _Side
    right: _Side

    @property
    def is_sound(self) -> bool:
        return self.left.sound and self.right.sound

    @property
    def is_whole(self) -> bool:
        return self.is_sound and self.left.whole and self.right.whole

    @property
    def is_told(self) -> bool:
        return self.is_sound and (self.left.telling or self.right.telling)


class _Search:
    """One quotation, one text."""

    def __init__(self, text: str, selector: Selector) -> None:
        self.selector = selector
        foreign = len(selector.prefix) < min(selector.start, CONTEXT)  # Not made by describe: its edges say nothing.
        self.old = View(
            selector.prefix + selector.exact + selector.suffix,
            opens=selector.start == len(selector.prefix),
            closes=not foreign and len(selector.suffix) not in {CONTEXT, *WIDER},
        )
        self.new = _whole(text)
        self.raw = text
        self.lead = len(selector.exact) - len(selector.exact.lstrip(BLANK))
        self.core = View(selector.exact.strip(BLANK)).text
        self.start = self.old.own(len(selector.prefix) + self.lead)
        self.end = self.start + len(self.core)
        self.prefix, self.suffix = self.old.folded[: self.start], self.old.folded[self.end :]
        self.home = self.new.own(selector.start + self.lead)
        self.repeated = (
            max(len(selector.prefix), len(selector.suffix)) > CONTEXT
            or sum(1 for _ in _occurrences(self.old.text, self.core, most=2)) > 1
        )

    def anchor(self) -> Anchor:
        places = list(_occurrences(self.new.text, self.core, most=_PLACES + 1))
        if len(places) <= _PLACES:
            fits = [self._fit(at) for at in places]
            return self._whole(fits) or self._told(fits) or self._alone(fits) or self._changed(fits)
        places = [at + self.start for at in _occurrences(self.new.text, self.old.text, most=_PLACES)]
        if self.new.text.startswith(self.core, self.home) and self.home not in places:
            places.append(self.home)
        fits = [self._fit(at) for at in places]
        return self._whole(fits) or self._changed(fits)

    # The same words

    def _whole(self, fits: list[_Fit]) -> Anchor | None:
        """All that the selector holds is there: at home, or at one place only."""
        whole = [fit for fit in fits if fit.is_whole]
        if any(self._is_home(fit) for fit in whole):
            return self._found(self.home)
        if len(whole) > 1:
            return self._waiting(min(whole, key=self._distance).at)
        return self._unless_rivalled(whole[0]) if whole else None

    def _told(self, fits: list[_Fit]) -> Anchor | None:
        """One side is all there and tells the place, and the sentence is the same.

        Not for a phrase that was repeated: the side that is not all there may have told its places apart.
        """
        told = [] if self.repeated else [fit for fit in fits if fit.is_told]
        if not told:
            return None
        if len(told) > 1:
            best = max(told, key=lambda fit: (fit.left.common + fit.right.common, self._is_home(fit)))
            if not self._is_home(best):
                return self._waiting(best.at)
            return self._unless_rivalled(best)
        return self._unless_rivalled(told[0])

    def _alone(self, fits: list[_Fit]) -> Anchor | None:
        """Nothing round it is left, but it is a sentence by itself, stood there once and stands there once."""
        if len(fits) != 1 or self.repeated or not fits[0].is_sound:
            return None
        fit = fits[0]
        start, end = fit.at - fit.left.common, fit.at + len(self.core) + fit.right.common
        words = re.findall(r"\w+", self.new.text[start:end])
        if len(words) < 5 or sum(map(len, words)) < 20:
            return None
        return self._unless_rivalled(fit)

    def _unless_rivalled(self, fit: _Fit) -> Anchor:
        rival = self._rival(fit)
        if rival:
            return self._anchor(AnchorState.CHANGED, *rival)
        if not fit.is_whole and self._has_lookalike(fit):
            return self._changed([fit])
        return self._found(fit.at)

    def _has_lookalike(self, fit: _Fit) -> bool:
        """Whether another passage is much like it: where not all surroundings are left, that may be the one."""
        end = fit.at + len(self.core)
        return bool(self._candidates(self.new.text[: fit.at] + " " * len(self.core) + self.new.text[end:]))

    def _rival(self, fit: _Fit) -> tuple[int, int] | None:
        """A place with the old surroundings and other, similar words between them: there the wording was changed."""
        text, core_end = self.new.folded, fit.at + len(self.core)
        before, after = self.prefix[-24:], self.suffix[:24]
        reach = 2 * len(self.core) + 80
        compared = 0
        for place in self._ends_of(before):
            if _letters(after) >= 6:
                end = text.find(after, place, place + reach + len(after))
            else:
                end = len(text) if self.old.closes and len(text) - place <= reach else -1
            compared += (end - place) if end > place else reach
            if end <= place or (place < core_end and fit.at < end):
                continue
            start, end = place + (text[place] == " "), end - (text[end - 1] == " ")
            words = self.new.text[start:end]
            if not words or words == self.core:
                continue
            if compared > _COMPARED or lookalikes.likeness(words, self.core) >= 0.4:
                return start, end
        return None

    def _ends_of(self, before: str) -> Iterator[int]:
        if _letters(before) >= 6:
            for at in _occurrences(self.new.folded, before, most=5 * _PLACES):
                yield at + len(before)
        elif self.old.opens:
            yield 0

    def _fit(self, at: int) -> _Fit:
        end = at + len(self.core)
        common = _common_end(self.prefix, self.new.folded[max(0, at - len(self.prefix)) : at])
        left = _Side.of(
            self.prefix,
            common,
            bounded=self.old.opens,
            at_edge=at == common,
            apart=at == 0 or self.new.text[at - 1] == " ",
            sentence=lambda: any(
                self.old.is_sentence_start(self.start - step) and self.new.is_sentence_start(at - step)
                for step in range(common + 1)
            ),
        )
        common_after = _common_start(self.suffix, self.new.folded[end : end + len(self.suffix)])
        right = _Side.of(
            self.suffix,
            common_after,
            bounded=self.old.closes,
            at_edge=end + common_after == len(self.new.text),
            apart=bool(_APART.match(self.new.text, end)),
            sentence=lambda: any(
                self.old.is_sentence_end(self.end + step) and self.new.is_sentence_end(end + step)
                for step in range(common_after + 1)
            ),
        )
        return _Fit(at, left, right)

    def _is_home(self, fit: _Fit) -> bool:
        return fit.at == self.home and self.new.raw(fit.at) == self.selector.start + self.lead

    def _distance(self, fit: _Fit) -> int:
        return abs(fit.at - self.home)

    def _found(self, at: int) -> Anchor:
        home = self.new.raw(at) == self.selector.start + self.lead
        return self._anchor(AnchorState.EXACT if home else AnchorState.MOVED, at, at + len(self.core))

    def _waiting(self, at: int) -> Anchor:
        return self._anchor(AnchorState.CHANGED, at, at + len(self.core))

    def _anchor(self, state: AnchorState, start: int, end: int) -> Anchor:
        first, last = self.new.raw(start), self.new.raw(end - 1) + 1
        exact = self.selector.exact
        lead, trail = exact[: self.lead], exact[len(exact.rstrip(BLANK)) :]
        if state is not AnchorState.CHANGED:
            first -= len(lead) if lead and self.raw[:first].endswith(lead) else 0
            last += len(trail) if trail and self.raw.startswith(trail, last) else 0
        return Anchor(state, first, last)

    # Other words

    def _changed(self, fits: list[_Fit]) -> Anchor:
        near = sorted(fits, key=lambda fit: (-fit.left.common - fit.right.common, self._distance(fit)))[:3]
        candidates = self._candidates(self.new.text, [fit.at for fit in near])
        if candidates:
            best = max(candidates, key=lambda one: (one.score, -abs(one.start - self.home)))
            return self._anchor(AnchorState.CHANGED, best.start, best.end)
        return Anchor(AnchorState.LOST)

    def _candidates(self, text: str, places: Sequence[int] = ()) -> list[lookalikes.Candidate]:
        wanted = lookalikes.Passage(self.old.text, self.start, self.end, self.old.opens, self.old.closes)
        return lookalikes.find(text, wanted, near=self.home, places=places)


@lru_cache(maxsize=1)
def _whole(text: str) -> View:
    """A version is searched for every quotation of its article in turn."""
    return View(text, opens=True, closes=True)


def _occurrences(text: str, words: str, *, most: int) -> Iterator[int]:
    """Where ``words`` stand in ``text``, overlapping ones too, the first ``most`` of them."""
    at = text.find(words)
    while at >= 0 and most > 0:
        yield at
        most -= 1
        at = text.find(words, at + 1) if most else -1


@lru_cache(maxsize=64)
def _letters(words: str) -> int:
    return sum(map(str.isalnum, words))


def _common_start(one: str, two: str) -> int:
    if two.startswith(one):
        return len(one)
    return next((at for at, (a, b) in enumerate(zip(one, two, strict=False)) if a != b), min(len(one), len(two)))


def _common_end(one: str, two: str) -> int:
    return len(one) if two.endswith(one) else _common_start(one[::-1], two[::-1])
