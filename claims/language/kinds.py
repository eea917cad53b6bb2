"""Which kinds of claim a sentence makes, and their signs: comparisons, superlatives, causes, forecasts, events."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from claims.language import attribution, quantities
from claims.language.patterns import any_of
from claims.language.words import listed
from claims.vocabulary import ClaimKind

_WORD = re.compile(r"[^\W_]+(?:[-'’][^\W_]+)*+")

_COMPARISON = {
    "de": any_of(
        """
        im_vergleich_zu* im_gegensatz_zu* gegenüber_dem_vorjahr verglichen_mit anders_als mehr_denn_je weniger_denn_je
        häufiger_denn_je seltener_denn_je übertr* überhol* übersteig* unterbiet*
        doppelt_so halb_so dreimal_so viermal_so fünfmal_so zehnmal_so
        """,
        r"\b(?:mehr|[a-zäöüß]{3,}er) als\b",
        r"\b(?:ebenso|genauso|so) [a-zäöüß]+ wie\b",
        r"\b(?:niedriger|höher|geringer|größer|besser)e[nrs]? (?:preis|anteil|wert)",
    ),
    "en": any_of(
        """
        twice_as twice_the half_as half_the double_the triple_the three_times_as three_times_the compared_to
        compared_with unlike outperform* exceed* surpass* outpace*
        """,
        r"\b(?:more|less|worse|rather|[a-z]{3,}er)\b(?: [\w'-]+){0,5}? than\b",
        r"\bas (?:many|much|high|low|large|big|good|bad|fast|long) as\b",
    ),
}
_SUPERLATIVE = {
    "de": any_of(
        """
        weltweit_erst* weltweit_führend* weltweit_einzig* weltweit_größt* rekord* nie_zuvor zum_ersten_mal erstmals
        seit_jahren_nicht spitzenreiter schlusslicht als_erster als_erste als_erstes
        """,
        r"\b(?:größt|kleinst|höchst|niedrigst|best|schlechtest|meist|wenigst|ältest|jüngst|schnellst|längst|kürzest"
        r"|teuerst|billigst|stärkst|schwächst|wichtigst|reichst|ärmst|häufigst|bekanntest|erfolgreichst"
        r"|[a-zäöü]{4,20}(?:ig|lich|sam|bar)st)(?:e|er|es|en|em)\b",
        r"\bam [a-zäöüß]{3,}sten\b",
        r"\b(?:der|die|das) einzige[nrs]?\b",
    ),
    "en": any_of(
        """
        the_first the_only the_last the_very_first the_very_last record never_before for_the_first_time the_leading
        number_one highest lowest largest biggest greatest fewest longest fastest oldest youngest strongest richest
        poorest
        """,
        r"(?:\b(?:the|its|our|their)|['’]s) (?:[\w-]+ )?(?!rest\b|west\b|interest|test|guest|request|forest|protest"
        r"|latest|honest|contest|harvest|past|east)(?:most|least|best|worst|[a-z]{3,}est)\b",
    ),
}
_CAUSAL = {
    "de": any_of(
        """
        weil wegen aufgrund infolge dadurch deshalb deswegen daher folge_von verursach* ursache auslös* ausgelöst
        bewirk* hat_zur_folge dank indem
        """,
        r"\bführ(?:t|te|ten|en) (?:\w+ ){0,4}zu\b",
        r"\bsorg(?:t|te|ten) (?:\w+ ){0,4}für\b",
    ),
    "en": any_of(
        """
        because cause causes caused causing due_to led_to leads_to leading_to result_in results_in resulted_in
        as_a_result thanks_to triggered responsible_for brought_about contributed_to drive drives drove
        """
    ),
}
_FORECAST = {
    "de": any_of(
        """
        wird werden prognose voraussichtlich künftig in_zukunft geplant plant planen will wollen soll sollen ziel zielt
        erwartet erwarten demnächst nächstes_jahr nächsten_jahren kommende kommenden
        """
    ),
    "en": any_of(
        """
        will won't going_to gonna plan_to plans_to expect expects expected_to aim_to aims_to intend_to intends_to
        forecast* projected would next_year in_the_future
        """,
        r"['’]ll\b",
    ),
}
_PAST = {
    "de": any_of(
        """
        begann begannen erließ erließen verwarf schloss schlossen gewann gewannen verlor verloren starb starben stieg
        stiegen sank sanken fiel fielen ging gingen gab gaben kam kamen nahm nahmen trat traten traf trafen fand fanden
        erhielt erhielten brach brachen beschloss beschlossen verließ wuchs wuchsen zog zogen bekam bekamen schrieb
        schrieben warf griff schuf erschien erschienen entstand entstanden unterschrieb übernahm übernahmen erwarb
        """,
        r"\b[a-zäöüß]{3,}(?<!heu)(?<!mit)ten?\b",
    ),
    "en": any_of(
        """
        was were had did went came took gave got made said told won lost fell rose grew became began left met built
        bought sold paid cut put sent spent voted wrote ran led held kept brought broke spoke chose stood found knew saw
        drew threw shut
        """,
        r"\b(?!need|indeed|hundred|speed|feed|seed|supposed|interested|concerned|limited|united)[a-z]{3,}ed\b",
    ),
}
_PERFECT = (
    re.compile(r"\b(?:wurden?|waren?|hatten?|hat|haben|ist|sind)\b"),
    re.compile(
        r"\b(?:[a-zäöüß]{0,12}ge[a-zäöüß]{3,20}(?:t|en)|(?:be|er|ver|ent|zer)[a-zäöüß]{3,20}(?:t|en)|[a-zäöüß]{3,20}iert)\b"
    ),
)
"""German: an auxiliary, and somewhere behind it a participle."""

_ONESELF = listed("i we you ich wir du ihr man")
_GENERAL_NAMES = listed("ich i i'm i've i'd i'll ok tv ja nein us uk usa")


@dataclass(frozen=True, slots=True)
class Signs:
    """What a sentence shows: the counts and flags that its kinds and its score are made of."""

    words: tuple[str, ...]
    """In lower case."""
    numbers: int
    """Quantities that are neither dates nor places in an order."""
    measured: int
    """Those of them with a unit, a magnitude of ten or more, or a comparator."""
    dates: int
    deadline: bool
    comparison: bool
    superlative: bool
    causal: bool
    forecast: bool
    past: bool
    reported: bool
    """Somebody else's words with a source that is named or stands for a name."""
    hearsay: bool
    """Somebody else's words without a source."""
    names: int


def signs(
    text: str,
    language: str,
    found: Sequence[quantities.Quantity],
    said: Sequence[attribution.Attribution],
) -> Signs:
    """The signs of one sentence in ``de`` or ``en``; quantities and attributions are the sentence's own."""
    plain = text[:LONGEST]
    lower = plain.lower()
    matches = list(_WORD.finditer(plain))
    words = [match[0] for match in matches]
    numbers = [item for item in found if item.unit not in {quantities.DATE, quantities.RANK}]
    measured = [
        item for item in numbers if item.unit or item.comparator != "=" or (item.low is not None and item.low >= 10)
    ]
    return Signs(
        words=tuple(word.lower() for word in words),
        numbers=len(numbers),
        measured=len(measured),
        dates=sum(bool(item.date) for item in found),
        deadline=any(item.deadline for item in found),
        comparison=bool(_COMPARISON[language].search(lower)),
        superlative=any(item.unit == quantities.RANK for item in found) or bool(_SUPERLATIVE[language].search(lower)),
        causal=bool(_CAUSAL[language].search(lower)),
        forecast=bool(_FORECAST[language].search(lower)),
        past=_past(plain, language),
        reported=any(item.speaker and item.speaker.text.lower() not in _ONESELF for item in said),
        hearsay=any(item.speaker is None for item in said),
        names=_names(plain, matches, language),
    )


def _past(text: str, language: str) -> bool:
    if _PAST[language].search(text):
        return True
    helper = _PERFECT[0].search(text) if language == "de" else None
    return bool(helper and _PERFECT[1].search(text, helper.end()))


LONGEST = 3000
"""Characters of a sentence that are looked at; no sentence that a person writes is longer."""


def _names(text: str, matches: list[re.Match[str]], language: str) -> int:
    """How many words look like names.

    German writes every noun with a capital: there only acronyms, inner capitals and two capitals in a row count.
    """
    count = 0
    for index, match in enumerate(matches):
        word = match[0]
        if not word[0].isupper() or text[match.start() - 1 : match.start()] == "@" or word.lower() in _GENERAL_NAMES:
            continue
        inner = any(letter.isupper() for letter in word[1:]) and not (len(word) > 5 and word.isupper())
        if language == "de" and "-" in word and not word.isupper():
            inner = False
        follows = index > 1 and matches[index - 1][0][0].isupper() and text[match.start() - 1] == " "
        if inner or follows or (index and language == "en"):
            count += 1
    return count


def kinds(seen: Signs, said: Sequence[attribution.Attribution]) -> tuple[ClaimKind, ...]:
    """The kinds of claim that a sentence with these signs may make, in the order of the vocabulary."""
    found = {
        ClaimKind.EVENT: seen.past and bool(seen.dates or seen.names),
        ClaimKind.QUANTITY: seen.numbers > 0,
        ClaimKind.COMPARISON: seen.comparison,
        ClaimKind.SUPERLATIVE: seen.superlative,
        ClaimKind.FORECAST: seen.deadline or seen.forecast,
        ClaimKind.CAUSAL: seen.causal,
        ClaimKind.QUOTE: bool(said),
    }
    return tuple(kind for kind in ClaimKind if found[kind])
