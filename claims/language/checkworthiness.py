"""How much a sentence is worth checking, and why: a sum of reasons for and against, each shown to the editor.

The weights say how far one sign alone should carry a plain statement of fact: a measured number or somebody's claim
lifts it over the threshold, a comparison or a date nearly so. They were set by hand, with
the development sets of ``make eval`` in sight; nothing was fitted by a program.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from claims.language.kinds import LONGEST, Signs
from claims.language.patterns import any_of
from claims.language.words import AUXILIARIES, listed

THRESHOLD = 0.5
"""From this score on a sentence is suggested."""

_BASE = 0.35
_PER_WORD = 0.008
_USUAL = 15
_ENOUGH = 35
"""A little for every word above, or below, the usual number: long sentences say more that can be checked."""

_WEIGHTS = {
    "number": 0.3,
    "small number": 0.12,
    "comparison": 0.22,
    "superlative": 0.15,
    "reported claim": 0.3,
    "hearsay": 0.15,
    "deadline": 0.15,
    "date": 0.2,
    "event": 0.17,
    "cause": 0.06,
    "names": 0.08,
    "reference": 0.35,
    "source": 0.12,
    "all or none": 0.06,
    "question": -0.4,
    "heading": -0.45,
    "too short": -0.35,
    "opinion": -0.22,
    "no measure": -0.25,
    "norm": -0.22,
    "prediction": -0.18,
    "personal": -0.14,
    "address": -0.12,
    "wish": -0.2,
}
_WORDS = {
    "number": "gives a number that can be compared",
    "small number": "counts something",
    "comparison": "compares",
    "superlative": "says that something is the first, the most or the only one",
    "reported claim": "passes on what somebody claims",
    "hearsay": "passes on what is said without naming who says it",
    "deadline": "names a day by which something is to happen",
    "date": "says when",
    "event": "says that something happened",
    "cause": "names a cause",
    "names": "says who or what is meant",
    "reference": "points to a page on the web",
    "source": "speaks of a law, a study, a vote or another thing that is on record",
    "all or none": "says all, none, always or never",
    "question": "is a question",
    "heading": "is a heading or has no verb",
    "too short": "is too short to say what is meant",
    "opinion": "judges, guesses or feels",
    "no measure": "uses words of degree without a measure",
    "norm": "says what ought to be",
    "prediction": "says what will be, without a number or a day",
    "personal": "speaks of the speaker",
    "address": "speaks to somebody",
    "wish": "asks for something or greets",
}

_OPINION = {
    "de": any_of(
        """
        ich_finde ich_glaube ich_denke ich_meine ich_hoffe ich_fürchte ich_würde ich_möchte meiner_meinung
        meines_erachtens leider hoffentlich vielleicht wohl offensichtlich natürlich selbstverständlich sicherlich
        peinlich* schlimm* traurig* furchtbar* schrecklich* wunderbar* großartig*
        toll* super dumm* unverschämt* ekelhaft* unerträglich* unfassbar* absurd* schwachsinn unsinn quatsch
        schön* hässlich* arrogant* wichtig* nerv* langweilig*
        gefällt danke bravo respekt klasse armselig*
        """
    ),
    "en": any_of(
        """
        i_think i_believe i_feel i_hope i_guess i_suppose i_would i_want i_wish we_think we_believe we_hope
        in_my_opinion in_my_view in_my_judgment it_seems seems_to_me seem_to_me unfortunately hopefully perhaps maybe
        obviously clearly frankly honestly terrible horrible awful wonderful great tremendous beautiful
        disgrace* shame*
        ridiculous stupid nice proud sad wrong right_thing important fair unfair good bad sorry glad happy
        strong decent courage* respect
        """
    ),
}
_VAGUE = {
    "de": any_of(
        """
        rasant* bedeutend* zunehmend* erheblich* enorm* massiv* gewaltig* beachtlich* riesig* wichtige*
        wesentlich* wachsend* immer_mehr immer_wieder weiterhin fortschritt* entwicklung* wettbewerb*

        vielzahl spannend* ständig* irgend*
        """,
        r"\bimmer [a-zäöüß]+er\b",
    ),
    "en": any_of(
        """
        rapid* significant* unprecedented increasing* enormous* massive* huge* remarkable considerable substantial*
        growing more_and_more progress momentum a_lot_of lots_of thing things stuff something somewhat kind_of sort_of
        exciting whole
        """
    ),
}
_NORM = {
    "de": any_of(
        """
        müssen muss müssten müsste sollte sollten solltest darf_nicht dürfen_nicht notwendig erforderlich
        gehört_verboten braucht_es brauchen_wir es_gilt wir_dürfen man_darf
        """
    ),
    "en": any_of(
        """
        must should ought have_to has_to had_to_be need_to needs_to we_need got_to gotta let's let_us let_me we_can
        we_could we_shall may might has_got
        """
    ),
}
_FUTURE = {
    "de": any_of("wird werden werde wirst"),
    "en": any_of("will won't shall going_to gonna would i'd we'd want_to if_i", r"['’]ll\b"),
}
_PASSIVE = re.compile(r"\b(?:worden|ge[a-zäöüß]{3,20}t)\b")
_ALL = {
    "de": any_of(
        "alle jede jeder jedes jeden jedem nie niemals immer niemand sämtliche nirgends einzige*", r"\bkein\w{0,2}\b"
    ),
    "en": any_of("all every never no none always nobody not_a_single any only nowhere everyone"),
}
_SELF = {
    "de": listed("ich mich mir mein meine meinen meinem meiner"),
    "en": listed("i me my mine myself i'm i've i'd i'll i’m i’ve i’d i’ll"),
}
_YOU = {
    "de": listed("du dich dir dein deine deinen euch euer eure euren bitte"),
    "en": listed("you your yours yourself you're you've you'll please"),
}
_SOURCES = {
    "de": listed("""
        studie studien statistik statistiken umfrage umfragen gutachten gesetz gesetze gesetzes grundgesetz
        paragraph verfassung
        urteil gericht bundestag landtag bundesrat wahl wahlen abgestimmt beschlossen haushalt steuer steuern prozent
        milliarden millionen protokoll bericht vertrag abkommen richtlinie verordnung aktenzeichen einwohner
        arbeitslose
        kriminalstatistik rente löhne mindestlohn quelle anteil durchschnitt hälfte drittel mehrheit
        """),
    "en": listed("""
        study studies statistics survey poll polls report law laws bill act constitution treaty amendment court
        ruling congress
        senate vote voted votes veto vetoed budget deficit tax taxes rate rates percent percentage census
        unemployment inflation
        majority average half third increase increased decrease decreased decline doubled tripled signed passed enacted
        billion million trillion
        """),
}
"""Things that are on record somewhere: documents, votes, and what statistics count."""

_GREETING = re.compile(
    r"^\W*(?:hallo|guten (?:tag|abend|morgen)|liebe[rs]? |danke|bitte|gute nacht|thank you|thanks"
    r"|good (?:evening|morning|night)|hello|hi\b|please"
    r"|let me|let's|well done|congratulations|schaut|lest |hört )",
)
_LINK = re.compile(r"https?://|www\.[a-z]|\.(?:de|com|org)/")
_CLOSERS = "\"'”“«») \t"
_FINITE = {
    "de": re.compile(r"\b[a-zäöüß]{2,}(?:t|te|ten|en|st)\b"),
    "en": re.compile(r"\b[a-z]{2,}(?:ed|s)\b|n['’]t\b|['’](?:s|re|ve|ll|d|m)\b"),
}
_SHORT = 4
_LONG_HEADING = 15


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a sentence is, or is not, worth checking: a stable ``code``, and ``words`` that go on from "The sentence"."""

    code: str
    for_: bool
    words: str


def judge(text: str, language: str, seen: Signs) -> tuple[float, tuple[Reason, ...]]:
    """The score of a sentence, 0 to 1 with two decimals, and its reasons, those for it first."""
    text = text[:LONGEST]
    codes = [*_for(text.lower(), language, seen), *_against(text, language, seen)]
    total = _BASE + sum(_WEIGHTS[code] for code in codes) + _PER_WORD * (min(len(seen.words), _ENOUGH) - _USUAL)
    score = round(min(1.0, max(0.0, total)), 2)
    reasons = (Reason(code, _WEIGHTS[code] > 0, _WORDS[code]) for code in codes)
    return score, tuple(reasons)


def _for(text: str, language: str, seen: Signs) -> Iterator[str]:
    found = {
        "number": seen.measured > 0,
        "small number": seen.numbers > 0 and not seen.measured,
        "comparison": seen.comparison,
        "superlative": seen.superlative,
        "reported claim": seen.reported,
        "hearsay": seen.hearsay and not seen.reported,
        "deadline": seen.deadline,
        "date": seen.dates > 0,
        "event": seen.past,
        "cause": seen.causal,
        "names": seen.names > 0,
        "reference": bool(_LINK.search(text)),
        "source": bool(_SOURCES[language] & set(seen.words)),
        "all or none": bool(_ALL[language].search(text)),
    }
    return (code for code, holds in found.items() if holds)


def _against(text: str, language: str, seen: Signs) -> Iterator[str]:
    words = set(seen.words)
    lower = text.lower()
    heading = _heading(text, language, words, len(seen.words))
    found = {
        "question": lower.rstrip(_CLOSERS + "!").endswith("?"),
        "heading": heading,
        "too short": len(seen.words) < _SHORT and not heading,
        "opinion": bool(_OPINION[language].search(lower)),
        "no measure": not seen.measured and bool(_VAGUE[language].search(lower)),
        "norm": bool(_NORM[language].search(lower)),
        "prediction": not seen.deadline and not seen.measured and _future(lower, language),
        "personal": bool(_SELF[language] & words),
        "address": bool(_YOU[language] & words),
        "wish": bool(_GREETING.match(lower)),
    }
    return (code for code, holds in found.items() if holds)


def _future(text: str, language: str) -> bool:
    """A future form; German ``wird`` is none where a participle makes a passive of it."""
    match = _FUTURE[language].search(text)
    return bool(match) and not (language == "de" and match and _PASSIVE.search(text, match.end()))


def _heading(text: str, language: str, words: set[str], count: int) -> bool:
    """A line without a stop and without a verb, or nothing but a sign in brackets."""
    if text.rstrip(_CLOSERS).endswith((".", "!", "?", "…")) or words & AUXILIARIES[language]:
        return False
    return count < _LONG_HEADING and not _FINITE[language].search(text)
