"""What the clauses of German and English have in common: a sentence, its phrases by their places, its cues."""

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import replace
from typing import NamedTuple

from claims.language.phrases import Phrase, Sentence

REACH = 60
"""Words on either side that a clause is searched over."""


class Cue(NamedTuple):
    """The words ``first`` up to ``last`` that show somebody else's words, and who is named as their source.

    ``own``: the source speaks of itself (``nach eigenen Angaben``).
    """

    first: int
    last: int
    speaker: Phrase | None
    own: bool = False


class Clause:
    """A sentence ``s`` with its phrases by where they begin and end."""

    """What the two languages have in common: a sentence, its phrases by place, its cues."""

    def __init__(self, sentence: Sentence) -> None:
        self.s = sentence
        self.starting = {phrase.first: phrase for phrase in sentence.phrases}
        self.ending = {phrase.last: phrase for phrase in sentence.phrases}
        self._places = [phrase.first for phrase in sentence.phrases]

    def cues(self) -> Iterator[Cue]:
        """The cues in the order of the words, with their speakers."""
        raise NotImplementedError

    def hearsay(self) -> Iterator[tuple[int, bool]]:
        """Words that pass on what is said without a source, and whether that is the only way to read them."""
        raise NotImplementedError

    def subjunctive(self) -> tuple[int | None, bool]:
        """The first verb in the subjunctive of reported speech, and whether it can be nothing else."""
        return None, False

    def between(self, first: int, last: int) -> Iterator[Phrase]:
        """The phrases that begin from word ``first`` up to ``last``."""
        index = bisect_right(self._places, first - 1)
        while index < len(self._places) and self._places[index] < last:
            yield self.s.phrases[index]
            index += 1

    def quote_beside(self, index: int) -> bool:
        """Whether words in quotation marks stand in the sentence near a word."""
        low, high = max(0, index - 60), min(len(self.s), index + 60)
        return any(self.s.quoted[low:high])

    def widened(self, phrase: Phrase, last: int) -> Phrase:
        """The same phrase, reaching up to ``last`` at least."""
        return replace(phrase, last=max(last, phrase.last))
