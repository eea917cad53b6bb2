"""Who says what a text says: cues, speakers, and the names behind pronouns.

A cue is a verb of saying, a preposition (``laut``, ``according to``), a subjunctive or a ``soll``. Its speaker is
looked for by the order of words: the subject of the verb, what a preposition governs, what stands in front of
``zufolge``, the noun that ``who`` or ``die`` goes back to. An apposition is stepped over. A subjunctive without a cue
of its own goes on with the speaker of the sentence before, and so does a ``soll`` that can only be hearsay (``soll
gewesen sein``); any other ``soll``, and ``reportedly``, name nobody, and nobody is made up for them.

Every search is bounded by a number of words or sentences, so the time grows linearly with the text.
"""

import re
from bisect import bisect_right
from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from claims.language.clauses import Clause, Cue
from claims.language.english import English
from claims.language.german import German
from claims.language.phrases import NAMELESS, Phrase, Sentence
from claims.language.references import Mention, mentions, wanted
from claims.language.saying import VERBS
from claims.language.spans import Span
from claims.language.words import primary

DIRECT = "direct"
REPORTED = "reported"

_MARKS = re.compile(r"[„“”\"»«]|[\n\r\u2028\u2029]")
_CLOSING = {"„": '“”"', "“": "”", '"': '"', "»": "«", "«": "»"}
_LONGEST_QUOTATION = 4000
"""Characters within a line; a mark whose partner is further away is none."""

_MEMORY = 4
"""Sentences that a pronoun is looked back for."""

_PATIENCE = 2
"""Sentences without a speaker after which a subjunctive still goes on with the last one."""


@dataclass(frozen=True, slots=True)
class Attribution:
    """Somebody else's words in a text.

    ``cue`` is the word that shows it, ``speaker`` who is named as their source, or None when nobody is; the speaker may
    stand in an earlier sentence. ``start`` and ``end`` (code points) are the words it covers: a quotation with its
    marks, or the sentence. ``resolved`` is the name that a pronoun or ``das Unternehmen`` stands for, or empty.
    """

    cue: Span
    speaker: Span | None
    kind: str
    start: int
    end: int
    resolved: str = ""


def quotations(text: str) -> list[tuple[int, int]]:
    """Where quotation marks and what they enclose stand, in order; pairs within one line, none inside another."""
    found = []
    opened = -1
    closing = ""
    for match in _MARKS.finditer(text):
        mark = match[0]
        if mark not in _CLOSING and mark != "”":
            opened = -1
        elif opened >= 0 and mark in closing:
            if match.end() - opened <= _LONGEST_QUOTATION:
                found.append((opened, match.end()))
            opened = -1
        elif opened < 0 and mark in _CLOSING:
            opened, closing = match.start(), _CLOSING[mark]
    return found


def find(text: str, language: str, sentences: Sequence[Span]) -> list[Attribution]:
    """The attributions in ``text``, ordered by their cues; none for a language without rules.

    ``sentences`` are those of :func:`claims.language.sentences.split`; ``language`` is a BCP-47 tag.
    """
    code = primary(language)
    if code not in VERBS:
        return []
    reader = _Reader(text, code)
    found: list[Attribution] = []
    for span in sentences:
        found.extend(reader.read(span))
    return found


class _Reader:
    """Reads sentence after sentence and remembers the names and the speaker of the last ones."""

    def __init__(self, text: str, language: str) -> None:
        self.text = text
        self.language = language
        self.quotes = quotations(text)
        self.quote_starts = [start for start, _ in self.quotes]
        self.memory: deque[list[Mention]] = deque(maxlen=_MEMORY)
        self.last: Attribution | None = None
        self.silent = 0

    def read(self, span: Span) -> list[Attribution]:
        """The attributions of the next sentence."""
        quotes = self._quotes_in(span.start, span.end)
        sentence = Sentence(self.text, span.start, span.end, quotes, self.language)
        clause: Clause = German(sentence) if self.language == "de" else English(sentence)
        names = mentions(sentence)
        cues = {cue.first: cue for cue in clause.cues()}
        found = [self._attribution(sentence, span, cue, names) for cue in cues.values()]
        if not found:
            found += self._continued(clause, span)
        if all(item.kind == DIRECT for item in found):
            found += self._hearsay(clause, span, names)
        inside = bool(quotes) and quotes[0][0] <= span.start and quotes[0][1] >= span.end
        if not found and inside and self.last and self.silent == 0 and self.last.end <= span.start:
            found.append(Attribution(self.last.cue, self.last.speaker, DIRECT, *quotes[0], self.last.resolved))
        found.sort(key=lambda item: item.cue.start)
        self.memory.append(names)
        speaking = [item for item in found if item.speaker]
        if speaking:
            self.last, self.silent = speaking[-1], 0
        elif not inside:
            self.silent += 1
        return found

    def _hearsay(self, clause: Clause, span: Span, names: list[Mention]) -> list[Attribution]:
        """What is passed on by ``soll`` or ``reportedly``: nobody's words, unless the sentence before has a speaker."""
        found = []
        for index, sure in clause.hearsay():
            item = self._attribution(clause.s, span, Cue(index, index + 1, None), names)
            if sure and self.last and self.silent == 0:
                item = Attribution(item.cue, self.last.speaker, item.kind, item.start, item.end, self.last.resolved)
            found.append(item)
        return found

    def _quotes_in(self, start: int, end: int) -> list[tuple[int, int]]:
        index = bisect_right(self.quote_starts, start) - 1
        if index < 0 or self.quotes[index][1] <= start:
            index += 1
        found = []
        while index < len(self.quotes) and self.quotes[index][0] < end:
            found.append(self.quotes[index])
            index += 1
        return found

    def _attribution(self, sentence: Sentence, span: Span, cue: Cue, names: list[Mention]) -> Attribution:
        words = _span(sentence, cue.first, cue.last)
        kind, start, end = self._covered(span, words)
        speaker = cue.speaker
        if speaker is None:
            return Attribution(words, None, kind, start, end)
        resolved = self._resolve(sentence, speaker, names)
        if cue.own and speaker.name != NAMELESS:
            resolved = sentence.piece(*speaker.name)
        return Attribution(words, _span(sentence, speaker.first, speaker.last), kind, start, end, resolved)

    def _covered(self, span: Span, cue: Span) -> tuple[str, int, int]:
        """The quotation nearest to a cue when there is one that is more than a name, else the sentence."""
        best: tuple[int, int, int] | None = None
        near = bisect_right(self.quote_starts, cue.start)
        beside = [
            quote for quote in self.quotes[max(0, near - 3) : near + 3] if quote[0] < span.end and span.start < quote[1]
        ]
        for start, end in beside + self._beside(span):
            words = self.text.count(" ", start, end) + 1
            colon = self.text[max(0, start - 2) : start].rstrip().endswith((":", ","))
            if words < 3 and not colon and not self.text[start + 1].islower():
                continue
            distance = min(abs(start - cue.end), abs(cue.start - end))
            if best is None or distance < best[0]:
                best = (distance, start, end)
        if best:
            return DIRECT, best[1], best[2]
        return REPORTED, span.start, span.end

    def _beside(self, span: Span) -> list[tuple[int, int]]:
        """A quotation that begins behind the colon that ends the sentence."""
        if not span.text.endswith(":"):
            return []
        following = self._quotes_in(span.end, span.end + 3)
        return [quote for quote in following if not self.text[span.end : quote[0]].strip()]

    def _continued(self, clause: Clause, span: Span) -> list[Attribution]:
        """Reported speech that goes on in the subjunctive, without a cue of its own."""
        index, sure = clause.subjunctive()
        last = self.last if self.silent <= (_PATIENCE if sure else 0) else None
        if index is None or not (sure or last):
            return []
        cue = _span(clause.s, index, index + 1)
        if last is None:
            return [Attribution(cue, None, REPORTED, span.start, span.end)]
        return [Attribution(cue, last.speaker, REPORTED, span.start, span.end, last.resolved)]

    def _resolve(self, sentence: Sentence, phrase: Phrase, names: list[Mention]) -> str:
        """The name that a pronoun or a general noun stands for, or an empty text."""
        if phrase.name != NAMELESS:
            return ""
        fits = wanted(sentence, phrase)
        if fits is None:
            return ""
        here = [mention for mention in names if mention.position < phrase.first]
        for stretch in (here, *reversed(self.memory)):
            fitting = [mention for mention in stretch if fits(mention)]
            if fitting:
                subjects = [mention for mention in fitting if mention.subject]
                return (subjects or fitting)[0].name
        return ""


def _span(sentence: Sentence, first: int, last: int) -> Span:
    return Span(sentence.starts[first], sentence.ends[last - 1], sentence.piece(first, last))
