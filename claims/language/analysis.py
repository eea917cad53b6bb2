"""The analysis of a text: its sentences with their quantities, attributions, kinds and worth of a check."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from claims.language import attribution, quantities, sentences
from claims.language.attribution import Attribution
from claims.language.checkworthiness import THRESHOLD, Reason, judge
from claims.language.kinds import kinds, signs
from claims.language.quantities import Quantity
from claims.language.saying import VERBS
from claims.language.spans import Span
from claims.language.words import primary
from claims.vocabulary import ClaimKind

ANALYSER = "rules-1"
"""Name and version of this analyser; it rises whenever the same text would be analysed differently."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """A sentence and what is in it. ``score`` is from 0 to 1, ``suggested`` when it reaches the threshold."""

    start: int
    end: int
    text: str
    score: float
    suggested: bool
    reasons: tuple[Reason, ...]
    quantities: tuple[Quantity, ...]
    attributions: tuple[Attribution, ...]
    kinds: tuple[ClaimKind, ...]


@dataclass(frozen=True, slots=True)
class Analysis:
    """What ``analyser`` found in a text of ``language`` (a primary language subtag)."""

    language: str
    analyser: str
    sentences: tuple[Sentence, ...]


def analyse(text: str, language: str) -> Analysis:
    """The sentences of ``text``, each explained; the same text always gives the same analysis.

    ``language`` is a BCP-47 tag. German and English are understood; of other languages sentences and numbers are given,
    with score 0 and no reasons. Positions are code points.
    """
    code = primary(language)
    spans = sentences.split(text, language)
    numbers = _by_sentence(spans, quantities.find(text, language))
    if code not in VERBS:
        plain = (
            Sentence(span.start, span.end, span.text, 0.0, False, (), tuple(found), (), ())  # noqa: FBT003 - a field
            for span, found in zip(spans, numbers, strict=True)
        )
        return Analysis(code, ANALYSER, tuple(plain))
    voices = _voices(spans, attribution.find(text, language, spans))
    return Analysis(
        code,
        ANALYSER,
        tuple(_sentence(span, code, found, said) for span, found, said in zip(spans, numbers, voices, strict=True)),
    )


def _sentence(span: Span, code: str, found: list[Quantity], said: list[Attribution]) -> Sentence:
    seen = signs(span.text, code, found, said)
    score, reasons = judge(span.text, code, seen)
    return Sentence(
        span.start,
        span.end,
        span.text,
        score,
        score >= THRESHOLD,
        reasons,
        tuple(found),
        tuple(said),
        kinds(seen, said),
    )


def _by_sentence(spans: Sequence[Span], found: Sequence[Quantity]) -> list[list[Quantity]]:
    parts: list[list[Quantity]] = [[] for _ in spans]
    ends = [span.end for span in spans]
    for item in found:
        index = bisect_left(ends, item.start + 1)
        if index < len(spans):
            parts[index].append(item)
    return parts


def _voices(spans: Sequence[Span], found: Sequence[Attribution]) -> list[list[Attribution]]:
    """The attributions of every sentence: those whose cue stands in it, and those that cover some of it."""
    parts: list[list[Attribution]] = [[] for _ in spans]
    ends = [span.end for span in spans]
    for item in found:
        inside = _covered(spans, ends, item.cue.start, item.cue.end) | _covered(spans, ends, item.start, item.end)
        for index in inside:
            parts[index].append(item)
    return [sorted(part, key=lambda item: (item.cue.start, item.start)) for part in parts]


def _covered(spans: Sequence[Span], ends: list[int], start: int, end: int) -> set[int]:
    """The indices of the sentences that share a character with a stretch of the text."""
    index = bisect_left(ends, start + 1)
    inside = set()
    while index < len(spans) and spans[index].start < end:
        inside.add(index)
        index += 1
    return inside
