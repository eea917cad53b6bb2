"""What the analysis says of the words that somebody picked, as the first values of the form that makes a claim of them.

Suggestions only, each to be seen and changed before it counts. Nothing is written that the text does not say: where it
names nobody, the voice is unknown.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from django.core.exceptions import ValidationError

from claims.forms.marking import UNKNOWN, VOICES, Roster
from claims.language import quantities
from claims.language.words import CLOSED, primary
from claims.models import Article, ArticleVersion, Quantity
from claims.models.aggregates import check_partial_date
from claims.services import intake
from claims.views.desk import findings
from claims.vocabulary import ClaimKind, Naming, Priority, VoiceMode

LONGEST_STATEMENT = 2000

_NO_YEAR = re.compile(r"--(\d\d)(-\d\d)?")
_RANGE = "between"


@dataclass(frozen=True)
class Said:
    """Somebody else's words: the word that shows it, and who is named as their source, if anybody is."""

    cue: str
    who: str


def said(version: ArticleVersion, start: int, end: int) -> list[Said]:
    """Whose words the analysis takes the stretch for, in the order of the text."""
    found = (
        Said(_line(str((one.get("cue") or {}).get("text", ""))), findings.speaker_name(one))
        for sentence in _sentences(version, start, end)
        for one in sentence.get("attributions", ())
        if one.get("start", start) < end and start < one.get("end", end)
    )
    return list(dict.fromkeys(found))


def initial(version: ArticleVersion, start: int, end: int, roster: Roster) -> dict[str, Any]:
    """The first values of the form, for a stretch that was found to be one."""
    article, exact = version.article, version.text[start:end]
    voices = _voices(article, said(version, start, end), roster)
    judged = next((voice for voice in reversed(voices) if voice["mode"] == VoiceMode.ASSERTS), {})
    return {
        **empty(version),
        "start": start,
        "end": end,
        "exact": exact,
        "statement": _statement(exact),
        "voices": voices,
        "speaker": "" if judged.get("who") == UNKNOWN else judged.get("who", ""),
        "new_speaker": judged.get("name", ""),
        "kinds": _kinds(version, start, end),
        "quantities": _quantities(version, start, end),
    }


def empty(version: ArticleVersion) -> dict[str, Any]:
    """What the form holds before any words are picked."""
    language = version.article.language
    return {
        "version": version.number,
        "language": "" if language == "und" else language,
        "priority": Priority.NORMAL.value,
    }


def _sentences(version: ArticleVersion, start: int, end: int) -> Iterable[Mapping[str, Any]]:
    return (sentence for sentence in version.analysis if sentence["start"] < end and start < sentence["end"])


def _line(words: str) -> str:
    return " ".join(words.replace("\u00ad", "").split())


def _statement(exact: str) -> str:
    """The words themselves, with a capital at their start; too many are for a person to put in brief."""
    words = _line(exact)
    return words[:1].upper() + words[1:] if len(words) <= LONGEST_STATEMENT else ""


# Who says it


def _voices(article: Article, found: Sequence[Said], roster: Roster) -> list[dict[str, str]]:
    """The article asserts, unless it passes on what others say: then it reports, and they assert."""
    outlet = article.outlet
    own = _voice(str(outlet.speaker.merged_into_id or outlet.speaker_id) if outlet else UNKNOWN)
    if not found:
        return [own]
    named = {who: _source(who, article.language, roster) for who in (one.who for one in found if one.who)}
    others = list({(voice["who"], voice.get("name")): voice for voice in named.values()}.values())
    if not others:
        others = [_voice(UNKNOWN, Naming.IMPLIED)]
    return [{**own, "mode": VoiceMode.REPORTS.value}, *others][:VOICES]


def _source(words: str, language: str, roster: Roster) -> dict[str, str]:
    """Who is named as the source: a speaker of that name, else a new one where it is a name and no description."""
    key = roster.find(words) or roster.last_in(words)
    if key is not None:
        return _voice(str(key))
    first = words.split(maxsplit=1)[0]
    if first[:1].islower() or first.casefold() in CLOSED.get(primary(language), ()):
        return _voice(UNKNOWN, Naming.IMPLIED)
    return {**_voice(""), "name": words[:200]}


def _voice(who: str, naming: Naming | None = None) -> dict[str, str]:
    implied = naming or (Naming.IMPLIED if who == UNKNOWN else Naming.NAMED)
    return {"who": who, "naming": implied.value, "mode": VoiceMode.ASSERTS.value}


# What it says


def _kinds(version: ArticleVersion, start: int, end: int) -> list[str]:
    """The kinds of the sentences; of a part of them those that the part shows by itself, if it shows any."""
    there = list(_sentences(version, start, end))
    found = {str(kind) for sentence in there for kind in sentence.get("kinds", ())}
    if not any(start <= sentence["start"] and sentence["end"] <= end for sentence in there):
        _analyser, parts = intake.analysed(version.text[start:end], version.article.language)
        own = {str(kind) for part in parts for kind in part.get("kinds", ())} & found
        found = own or found
    (found.add if said(version, start, end) else found.discard)(ClaimKind.QUOTE.value)
    return [kind.value for kind in ClaimKind if kind in found]


def _inside(version: ArticleVersion, start: int, end: int) -> list[Mapping[str, Any]]:
    return [
        quantity
        for sentence in _sentences(version, start, end)
        for quantity in sentence.get("quantities", ())
        if start <= quantity["start"] and quantity["end"] <= end
    ]


def _quantities(version: ArticleVersion, start: int, end: int) -> list[dict[str, Any]]:
    """The numbers in the stretch, each as a row that is kept unless somebody says otherwise."""
    found = _inside(version, start, end)
    deadlines = {row.get("deadline") for row in found if row["unit"] != quantities.DATE} - {None}
    rows = []
    for row in found:
        if row["unit"] == quantities.DATE and row.get("deadline") in deadlines:
            continue  # the day stands with the number already
        rows.append(
            {
                "keep": True,
                "words": _line(row["text"])[:500],
                "low": _number(row["low"]),
                "high": _number(row["high"]),
                "unit": row["unit"][:100],
                "comparator": _comparator(row),
                "date": _date(row.get("date", ""), version.article.published),
                "deadline": date.fromisoformat(row["deadline"]) if row.get("deadline") else None,
            }
        )
    return rows


def _comparator(row: Mapping[str, Any]) -> str:
    """A range shows itself, by both its ends."""
    return "" if row["comparator"] == _RANGE else str(row["comparator"])


def _number(value: str | None) -> Decimal | None:
    """A number as the claim can hold it; one that is longer is for a person to write."""
    if value is None:
        return None
    field = Quantity._meta.get_field("low")
    try:
        number = Decimal(value)
        field.run_validators(number)
    except (InvalidOperation, ValidationError):
        return None
    return number.quantize(1) if number == number.to_integral_value() else number


def _date(found: str, published: str) -> str:
    """A date as the claim can hold it: where the text leaves the year to the reader, that of the article.

    A month that comes after the article's own was one of the year before.
    """
    year, month = published[:4], published[5:7]

    def whole(match: re.Match[str]) -> str:
        number = int(year) - (month != "" and match[1] > month)
        return f"{number:04d}-{match[1]}{match[2] or ''}"

    dated = _NO_YEAR.sub(whole, found) if year else found
    try:
        check_partial_date(dated)
    except ValidationError:
        return ""
    return dated
