"""Cutting a text into sentences.

A line break always ends a sentence. Within a line a sentence ends at a stop that is none of something else: of an
abbreviation, an ordinal or a date, an initial, a number, an address. What follows the stop decides the doubtful cases:
a word of a closed class (an article, a pronoun, a conjunction) that is written with a capital letter can only begin a
sentence; a name or a noun cannot tell.

Two things end without a stop. A short sign of an agency or an author in brackets, ``(mb)``, stands for itself. And a
heading that lost its line break runs into the sentence behind it; ``_heading_end`` says by what it is told.

Everything looks at a bounded stretch around each stop, so the time grows linearly with the text.
"""

import re
from collections.abc import Iterator

from claims.language.abbreviations import ALWAYS_CONTINUE, BEFORE_NUMBER, GENERIC_CONTINUE, MAY_END
from claims.language.spans import Span
from claims.language.words import AUXILIARIES, CLOSED, listed, primary

_LINES = re.compile(r"[^\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_CLOSERS = "\"'”“’‘»«›‹)\\]}"
_STOP = re.compile(rf"(?P<stop>[.!?…。！？｡؟।۔]++)(?P<closers>[{_CLOSERS}]*+)")
_WIDE_STOPS = frozenset("。！？｡")
_SPACES = re.compile(r"[^\S\n\r]*+")
_OPENERS = re.compile(r"(?:[\"'„“”‚‘’«»‹›(\[{¿¡•*–—-]|(?<=[–—•*-])\s)*+")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*+")
_LAST_WORD = re.compile(r"[^\s\"'„“”‚‘’«»‹›(\[{/–—]+$")
_LOOK_BACK = 40
"""Characters before a stop in which its word is looked for; no abbreviation is longer."""

_SIGN = re.compile(r"\([a-zäöüß]{2,4}(?:[/, ]{1,2}[a-zäöüß]{2,5}){0,3}\)")
_INITIALS = re.compile(r"(?:[^\W\d_]\.)+[^\W\d_]")
_ROMAN = re.compile(r"[IVXLC]{1,6}")
_FRENCH_QUOTE = re.compile(r"[ \u00a0\u202f][»›]")

_HEADING = 160
"""Characters that an inline heading may take."""

_ARTICLES = listed(
    """
    der die das den dem des ein eine einen einem einer eines kein keine mein dein unser dieser diese dieses alle
    alles the a an this that these those all our my your his her its their no
    """
)
_PREPOSITIONS = listed(
    """
    in im ins an am ans auf aus bei beim mit nach von vom vor zu zum zur über unter für durch gegen ohne um bis
    hinter neben zwischen ab entlang on at by for with from to of about under over between against without through
    across into onto upon near behind beyond above below up down out off up
    """
)


def split(text: str, language: str) -> list[Span]:
    """The sentences of ``text`` in order, without the white space around them; they never overlap.

    ``language`` is a BCP-47 tag. German and English have rules of their own; every other language gets the general
    ones: stops, line breaks, small letters that continue.
    """
    code = primary(language)
    sentences = []
    for line in _LINES.finditer(text):
        for start, end in _pieces(text, line.start(), line.end(), code):
            piece = text[start:end]
            stripped = piece.strip()
            if stripped:
                first = start + len(piece) - len(piece.lstrip())
                sentences.append(Span(first, first + len(stripped), stripped))
    return sentences


def _pieces(text: str, start: int, end: int, language: str) -> Iterator[tuple[int, int]]:
    """Start and end of each sentence of one line, white space included."""
    line_start = start
    for match in _STOP.finditer(text, start, end):
        cut = _boundary(text, match, start, end, language)
        if cut:
            yield from _unglued(text, start, cut, language, inner=start > line_start)
            start = cut
    if start < end:
        yield from _unglued(text, start, end, language, inner=start > line_start)


def _unglued(text: str, start: int, end: int, language: str, *, inner: bool) -> Iterator[tuple[int, int]]:
    """A piece up to its stop, cut once more where a sign or a heading without a stop runs into it."""
    first = _SPACES.match(text, start, end).end()  # type: ignore[union-attr]
    sign = _SIGN.match(text, first, end) if inner else None
    if sign and _begins(text, _SPACES.match(text, sign.end(), end).end(), end):  # type: ignore[union-attr]
        yield start, sign.end()
        start = sign.end()
    heading = _heading_end(text, start, end, language)
    if heading:
        yield start, heading
        start = heading
    yield start, end


def _begins(text: str, position: int, end: int) -> bool:
    """Whether a capital letter stands here, behind quotation marks and brackets."""
    position = _OPENERS.match(text, position, end).end()  # type: ignore[union-attr]
    return position < end and text[position].isupper()


def _boundary(text: str, match: re.Match[str], start: int, end: int, language: str) -> int:
    """Where the sentence ends that this stop may end; 0 when it ends none."""
    cut = match.end()
    stop = match["stop"]
    if cut >= end:
        return cut
    if stop[-1] in _WIDE_STOPS:
        return cut
    if not text[cut].isspace():
        return cut if _glued(text, match, end, language) else 0
    if language != "de" and _FRENCH_QUOTE.match(text, cut, end):
        cut += 2
    following = _SPACES.match(text, cut, end).end()  # type: ignore[union-attr]
    if following >= end:
        return cut
    if stop != "." and text[match.start() - 1] == "(" and match["closers"].startswith(")"):
        return 0  # "(!)" and "(?)" are remarks within a sentence.
    word = _OPENERS.match(text, following, end).end()  # type: ignore[union-attr]
    if word >= end:
        return cut
    if not _can_begin(text, following, word, end):
        return 0
    if stop != "." or match["closers"]:
        return cut
    return 0 if _continues(text, match.start(), start, word, end, language) else cut


def _can_begin(text: str, following: int, word: int, end: int) -> bool:
    """Whether a sentence can begin with the word at ``word``: no small letter can, but for ``iPhone`` and ``(mb)``."""
    if not text[word].islower():
        return True
    if text[word + 1 : word + 2].isupper():
        return True
    sign = _SIGN.match(text, following, end)
    if not sign:
        return False
    behind = _SPACES.match(text, sign.end(), end).end()  # type: ignore[union-attr]
    return behind >= end or _begins(text, behind, end)


def _glued(text: str, match: re.Match[str], end: int, language: str) -> bool:
    """Whether a sentence begins right behind the stop, its space lost: ``erweitern.Diese``, by a closed class."""
    if text[match.end()].islower() or not text[max(0, match.start() - 3) : match.start()].islower():
        return False
    word = _WORD.match(text, match.end(), end)
    return word is not None and _is_starter(word[0], language)


def _is_starter(word: str, language: str) -> bool:
    """A word of a closed class with a capital letter: ``Die`` and ``The``, but not ``MIT``."""
    return word.istitle() and word.lower() in CLOSED.get(language, frozenset())


def _continues(text: str, stop: int, start: int, word: int, end: int, language: str) -> bool:
    """Whether a single full stop belongs to the word before it, and the sentence goes on at ``word``."""
    before = _LAST_WORD.search(text[max(start, stop - _LOOK_BACK) : stop])
    if not before:
        return False
    last = before[0]
    digit = text[word].isdigit()
    next_word = _WORD.match(text, word, end)
    starter = next_word is not None and _is_starter(next_word[0], language)
    if last.isdigit():
        return _ordinal(text, last, stop, start, digit=digit, starter=starter, language=language)
    continues = _abbreviation(last, language, digit=digit, starter=starter)
    if continues is not None:
        return continues
    if len(last) == 1 and last.isalpha():
        if language == "en" and last == "I":
            return False
        return not starter
    if _INITIALS.fullmatch(last) or (language == "de" and _ROMAN.fullmatch(last)):
        return not starter
    return False


def _abbreviation(word: str, language: str, *, digit: bool, starter: bool) -> bool | None:
    """Whether an abbreviation's stop lets the sentence go on; None when the word is no abbreviation."""
    core = word.lower()
    always, may_end = ALWAYS_CONTINUE.get(language, GENERIC_CONTINUE), MAY_END.get(language, frozenset())
    if core in always or word in always:
        return True
    if digit and core in BEFORE_NUMBER.get(language, GENERIC_CONTINUE):
        return True
    if core in may_end or word in may_end:
        return not starter
    return None


def _ordinal(text: str, last: str, stop: int, start: int, *, digit: bool, starter: bool, language: str) -> bool:
    """Whether a number and its stop are an ordinal (``am 18. März``) or the number of an item (``1. Kaufen``)."""
    if not text[start : stop - len(last)].strip():
        return len(last) <= 3
    if language != "de" or len(last) > 3:
        return False
    if digit:
        return len(last) <= 2  # "18. 3. 2025"
    return not starter


def _heading_end(text: str, start: int, end: int, language: str) -> int:
    """Where a heading ends that runs into the sentence behind it; 0 when there is none.

    A heading is told by all of these together:

    - from the beginning of the piece it has no verb: only words with a capital letter, numbers, words of closed
      classes, and in German adjectives in front of what they describe;
    - it ends in a word with a capital letter, with nothing but white space behind it;
    - the next word can only begin a sentence there: it is a closed-class word with a capital letter (a preposition
      only when the heading has a colon, since streets and inns are called ``Unter den Linden``; an article never, since
      newspapers and parties are called ``Die Zeit``), or it repeats the heading's first word, which a headline writer
      does and a sentence does not;
    - what follows is a clause: it holds a verb.
    """
    if language not in CLOSED:
        return 0
    limit = min(end, start + _HEADING)
    words: list[re.Match[str]] = []
    colon = False
    for match in _WORD.finditer(text, start, limit):
        if words:
            gap = text[words[-1].end() : match.start()]
            if _opens_sentence(words, match[0], gap, language, colon=colon) and _has_verb(
                text[match.start() : min(end, match.start() + 2 * _HEADING)], language
            ):
                return match.start()
            colon = colon or gap.lstrip().startswith(":")
            if not _verbless(words[-1][0], match[0], language):
                return 0
        words.append(match)
    return 0


def _opens_sentence(words: list[re.Match[str]], word: str, gap: str, language: str, *, colon: bool) -> bool:
    """Whether ``word``, behind the words of a possible heading, can only begin a sentence."""
    if len(words) < 2 or not word[0].isupper() or not gap.isspace():
        return False
    last = words[-1][0]
    if not (last[0].isupper() or last[0].isdigit()) or last.lower() in CLOSED[language]:
        return False
    if word == words[0][0]:
        return word.lower() not in CLOSED[language]
    lower = word.lower()
    return _is_starter(word, language) and lower not in _ARTICLES and (colon or lower not in _PREPOSITIONS)


def _verbless(word: str, following: str, language: str) -> bool:
    """Whether ``word`` can stand in a heading without a verb, in front of ``following``."""
    lower = word.lower()
    if lower in AUXILIARIES[language]:
        return False
    if not word[0].islower() or lower in CLOSED[language]:
        return True
    return language == "de" and following[0].isupper() and lower.endswith(("e", "er", "es", "em"))


def _has_verb(clause: str, language: str) -> bool:
    """Whether the beginning of a clause holds a word that looks like a verb."""
    words = [match[0] for match in _WORD.finditer(clause)]
    if len(words) < 4:
        return False
    closed = CLOSED[language]
    endings = ("t", "te", "ten", "en", "rn", "ln") if language == "de" else ("s", "ed", "ing")
    return any(
        word in AUXILIARIES[language] or (word.islower() and word not in closed and word.endswith(endings))
        for word in words[1:]
    )
