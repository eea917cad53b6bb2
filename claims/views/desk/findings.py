"""What the language room found, in the reader's words: what was cut, why a copy cannot be read, why a sentence counts.

The language room knows codes and English; people read these words. A code that is not here is shown by the words that
came with it, since another analyser may have reasons of its own.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from claims.errors import Unfetchable, Unreadable
from claims.services import fetching
from claims.vocabulary import ClaimKind, gettext_noop

CUTS = {
    "image_attributes": gettext_noop("Image attributes"),
    "caption": gettext_noop("Caption"),
    "photo_credit": gettext_noop("Photo credit"),
    "title": gettext_noop("Title"),
    "byline": gettext_noop("Byline"),
    "markup": gettext_noop("Markup"),
    "boilerplate": gettext_noop("Surroundings of the article"),
}
"""What is cut from a copy to get the clean text; a kind that is not here is shown by its code."""

PROBLEMS = {
    "empty": gettext_noop("There is nothing in it. Paste the article's text or choose its file."),
    "too_large": gettext_noop("It is too large for an article. Save the page without its pictures, or paste the text."),
    "too_long": gettext_noop("Its text is too long for an article. Hand in its parts."),
    "too_many_tags": gettext_noop("The page has more elements than any article. Paste the text."),
    "too_deep": gettext_noop("The page's elements stand deeper in each other than in any article. Paste the text."),
    "picture": gettext_noop(
        "This is a picture, a sound or a film, whatever its name says. Hand in the article's page or its text."
    ),
    "compressed": gettext_noop("This is compressed. Unpack it and hand in the page itself."),
    "document": gettext_noop("This is a document of another kind. Copy its text and paste that."),
    "binary": gettext_noop("This is no text, but a file for programs. Hand in the article's page or its text."),
    "charset": gettext_noop("Its character encoding cannot be made out. Save it as UTF-8, or paste the text."),
    "no_text": gettext_noop(
        "No text can be read from it; perhaps only a script fills it. If a browser shows its text, copy and paste that."
    ),
}
"""Why no article can be read, by the code of ``Unreadable``."""

_WARNINGS = {
    "The article cannot be told from": gettext_noop(
        "The article cannot be told from the rest of its page; this is all that the page shows."
    ),
    "The text is only a small part": gettext_noop(
        "The text is only a small part of what the page shows; look whether the article is in it."
    ),
    "The page says that it is": gettext_noop(
        "The page says that it is in another language than its text; the text was believed."
    ),
    "It was decoded wrongly before": gettext_noop(
        "It was decoded wrongly before it came here (“Ã¼” for “ü”). Look for a better copy."
    ),
    "could not be decoded": gettext_noop("Some places could not be decoded and are marked with “�”."),
    "is no known character encoding": gettext_noop("The character encoding that it names is not known."),
    "but its bytes are UTF-8": gettext_noop("It names another character encoding, but was read as UTF-8."),
    "it was read as Windows-1252": gettext_noop(
        "Its character encoding was guessed (Windows-1252). Check the umlauts and accents."
    ),
}
"""By a part of the English sentence that the language room gives."""

ASIDE = {
    "opinion": gettext_noop("An opinion, not a matter of fact"),
    "unmeasured": gettext_noop("Too vague to be checked"),
    "known": gettext_noop("Common knowledge, nobody disputes it"),
    "minor": gettext_noop("Nothing hangs on it"),
    "covered": gettext_noop("Another claim says it already"),
    "frame": gettext_noop("A heading, a transition or a question"),
}
"""The usual reasons why a sentence needs no claim. The English words are kept, so that every reader gets their own."""

REASONS = {
    "number": gettext_noop("gives a number that can be compared"),
    "small number": gettext_noop("counts something"),
    "comparison": gettext_noop("compares"),
    "superlative": gettext_noop("says that something is the first, the most or the only one"),
    "reported claim": gettext_noop("passes on what somebody claims"),
    "hearsay": gettext_noop("passes on what is said without naming who says it"),
    "deadline": gettext_noop("names a day by which something is to happen"),
    "date": gettext_noop("says when"),
    "event": gettext_noop("says that something happened"),
    "cause": gettext_noop("names a cause"),
    "names": gettext_noop("says who or what is meant"),
    "reference": gettext_noop("points to a page on the web"),
    "source": gettext_noop("speaks of a law, a study, a vote or another thing that is on record"),
    "all or none": gettext_noop("says all, none, always or never"),
    "question": gettext_noop("is a question"),
    "heading": gettext_noop("is a heading or has no verb"),
    "too short": gettext_noop("is too short to say what is meant"),
    "opinion": gettext_noop("judges, guesses or feels"),
    "no measure": gettext_noop("uses words of degree without a measure"),
    "norm": gettext_noop("says what ought to be"),
    "prediction": gettext_noop("says what will be, without a number or a day"),
    "personal": gettext_noop("speaks of the speaker"),
    "address": gettext_noop("speaks to somebody"),
    "wish": gettext_noop("asks for something or greets"),
}
"""Why a sentence is, or is not, worth a check; each goes on from "The sentence"."""


def cut_name(kind: str) -> str:
    return _(CUTS[kind]) if kind in CUTS else kind


def problem(error: Unreadable | Unfetchable) -> str:
    """Why no article can be read or fetched, as one sentence with what to do."""
    return problem_of(error.code, str(error))


def problem_of(code: str, sentence: str) -> str:
    """The same of a problem that was kept: its code, and the English sentence that stands in where the code is unknown.

    Such a sentence is one that services say to people, so it may be known in the reader's language all the same.
    """
    english = PROBLEMS.get(code) or fetching.PROBLEMS.get(code) or sentence
    return _(english) if english else ""


def warning(sentence: str) -> str:
    """A warning of the language room in the reader's words."""
    return next((_(words) for part, words in _WARNINGS.items() if part in sentence), sentence)


def aside_reason(kept: str) -> str:
    """Why a sentence was set aside: a usual reason in the reader's words, others as they were written."""
    return _(kept) if kept in ASIDE.values() else kept


def kept_reason(written: str) -> str:
    """What is kept of a reason that somebody wrote or chose: of a usual one the words that all languages share."""
    return next((kept for kept in ASIDE.values() if written in (kept, _(kept))), written)


# Suggestions


@dataclass(frozen=True, slots=True)
class Aside:
    """A person's word that a sentence needs no claim; ``reason`` in the reader's language where it is a usual one."""

    reason: str
    who: str
    when: datetime


@dataclass(frozen=True, slots=True)
class Suggested:
    """A sentence of the analysis, ``index`` in it. ``claims``: (key, number) of those that were marked in it."""

    index: int
    start: int
    end: int
    text: str
    is_suggested: bool
    score: int
    pros: tuple[str, ...]
    cons: tuple[str, ...]
    kinds: tuple[str, ...]
    speakers: tuple[str, ...]
    claims: tuple[tuple[int, int], ...]
    aside: Aside | None


@dataclass(frozen=True)
class Suggestions:
    """A version's sentences, those worth a check and the rest; ``analyser`` names what judged them."""

    analyser: str
    worth: tuple[Suggested, ...]
    rest: tuple[Suggested, ...]

    @property
    def aside(self) -> int:
        """How many of them were set aside."""
        return sum(sentence.aside is not None for sentence in (*self.worth, *self.rest))


def suggestions(
    analyser: str,
    analysis: Sequence[Mapping[str, Any]],
    places: Iterable[tuple[int, int, tuple[int, int]]],
    asides: Mapping[int, Aside],
) -> Suggestions:
    """The analysis as it is kept with a version.

    ``places`` are (start, end, (key, number)) of the claims in its text; ``asides``: a sentence's index -> why.
    """
    found = _marked(analysis, sorted(places))
    sentences = [
        _suggested(index, sentence, found[index], asides.get(index)) for index, sentence in enumerate(analysis)
    ]
    return Suggestions(
        analyser=analyser,
        worth=tuple(sentence for sentence in sentences if sentence.is_suggested),
        rest=tuple(sentence for sentence in sentences if not sentence.is_suggested),
    )


def _marked(
    analysis: Sequence[Mapping[str, Any]], places: Sequence[tuple[int, int, tuple[int, int]]]
) -> list[tuple[tuple[int, int], ...]]:
    """The claims that stand in each sentence; sentences and places are swept once, by their starts."""
    found: list[tuple[tuple[int, int], ...]] = [()] * len(analysis)
    open_places: list[tuple[int, int, tuple[int, int]]] = []
    at = 0
    for index in sorted(range(len(analysis)), key=lambda index: int(analysis[index]["start"])):
        start, end = int(analysis[index]["start"]), int(analysis[index]["end"])
        while at < len(places) and places[at][0] < end:
            open_places.append(places[at])
            at += 1
        open_places = [place for place in open_places if place[1] > start]
        found[index] = tuple(dict.fromkeys(claim for begins, _ends, claim in open_places if begins < end))
    return found


def _suggested(
    index: int, sentence: Mapping[str, Any], claims: tuple[tuple[int, int], ...], aside: Aside | None
) -> Suggested:
    reasons = sentence.get("reasons", ())
    return Suggested(
        index=index,
        start=int(sentence["start"]),
        end=int(sentence["end"]),
        text=str(sentence["text"]),
        is_suggested=bool(sentence.get("suggested")),
        score=round(100 * float(sentence["score"])),
        pros=tuple(_reason(reason) for reason in reasons if reason["for_"]),
        cons=tuple(_reason(reason) for reason in reasons if not reason["for_"]),
        kinds=tuple(_kind(kind) for kind in sentence.get("kinds", ())),
        speakers=tuple(dict.fromkeys(filter(None, map(speaker_name, sentence.get("attributions", ()))))),
        claims=claims,
        aside=aside,
    )


def _reason(reason: Mapping[str, Any]) -> str:
    code = reason["code"]
    return _(REASONS[code]) if code in REASONS else str(reason.get("words") or code)


def _kind(code: str) -> str:
    return _(ClaimKind(code).label) if code in set(ClaimKind) else code


def speaker_name(attribution: Mapping[str, Any]) -> str:
    """Who is named as the source, by name where a pronoun stands."""
    speaker = attribution.get("speaker")
    return re.sub(r"\s+", " ", str(attribution.get("resolved") or (speaker or {}).get("text") or ""))
