"""Dates in a text, as exactly as they are said: a day, a month, a year, or a stretch of time such as ``Mitte März``.

No clock: what has no year gets none. Written after ISO 8601, an unknown year as ``-``: ``2025-03-18``, ``2025-03``,
``2025``, ``--03-18``, ``--03``; stretches as ``2025-03-11/2025-03-20``. The beginning, the middle and the end of a
month are its days 1 to 10, 11 to 20 and 21 to the last; of a year its months 1 to 4, 5 to 8 and 9 to 12.
"""

import calendar
import re
from dataclasses import dataclass, replace
from datetime import date

from claims.language import units
from claims.language.tokens import Tokens
from claims.language.units import CURRENCY_CODES, CURRENCY_SIGNS
from claims.language.words import AUXILIARIES, CLOSED, listed

_MONTHS = {
    "de": {
        "januar": 1, "jänner": 1, "februar": 2, "feber": 2, "märz": 3, "april": 4, "mai": 5, "juni": 6, "juli": 7,
        "august": 8, "september": 9, "oktober": 10, "november": 11, "dezember": 12, "jan": 1, "feb": 2, "apr": 4,
        "aug": 8, "sept": 9, "sep": 9, "okt": 10, "nov": 11, "dez": 12,
    },
    "en": {
        "january": 1, "february": 2, "march": 3, "april": 4, "may": 5, "june": 6, "july": 7, "august": 8,
        "september": 9, "october": 10, "november": 11, "december": 12, "jan": 1, "feb": 2, "mar": 3, "apr": 4,
        "jun": 6, "jul": 7, "aug": 8, "sept": 9, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
    },
}  # fmt: skip
_PARTS = {
    "de": {"anfang": 1, "mitte": 2, "ende": 3},
    "en": {"early": 1, "mid": 2, "late": 3, "beginning": 1, "start": 1, "middle": 2, "end": 3},
}
_BEFORE_MONTH = {
    "de": listed(
        """
        im seit bis ab vom zum von vor nach gegen anfang mitte ende vergangenen letzten nächsten kommenden diesem
        """
    ),
    "en": listed("in since by until till from before after during of last next this early mid late"),
}
_BEFORE_YEAR = {
    "de": listed(
        """
        in im seit ab bis von vor nach jahr jahre jahres jahren anfang mitte ende um gegen für sommer winter herbst
        """
    ),
    "en": listed("in since by from until till before after during of year early late mid for summer winter"),
}
_SEASONS = listed("sommer winter herbst frühjahr frühling summer winter autumn fall spring")
_FILLERS = {
    "de": listed("des jahres jahr jahre dem im monats spätestens zum zur am den einschließlich inklusive"),
    "en": frozenset(["the", "of", "year", "month"]),
}
_LIMIT = {"de": frozenset(["bis", "spätestens"]), "en": frozenset(["by", "until", "till"])}
_NUMBERED = {
    "erste": 1, "zweite": 2, "dritte": 3, "vierte": 4, "first": 1, "second": 2, "third": 3, "fourth": 4,
}  # fmt: skip
_DAY = re.compile(r"\d{1,2}")
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4})")
_YEAR_SPAN = (1800, 2199)


@dataclass(frozen=True, slots=True)
class Mention:
    """A date in the tokens from ``first`` up to, not including, ``last``.

    ``iso`` says it as above; ``end`` is its last day, None without a year; ``limit``: something has to happen by then.
    """

    first: int
    last: int
    iso: str
    end: date | None
    limit: bool = False


@dataclass(frozen=True, slots=True)
class _Moment:
    year: int | None
    month: int | None = None
    day: int | None = None
    last_day: int | None = None
    part: int | None = None
    until: int | None = None
    """The last month or the last year of a stretch that begins with ``month`` or ``year``."""


def find(tokens: Tokens, language: str) -> list[Mention]:
    """The dates of a text in reading order. Languages other than German and English get their years as numbers."""
    if language not in _MONTHS:
        return []
    months = _MONTHS[language]
    mentions: list[Mention] = []
    for index, word in enumerate(tokens.lower):
        if mentions and index < mentions[-1].last:
            continue
        core: tuple[int, int, _Moment] | None = None
        if word in months:
            core = _month(tokens, index, language)
        elif word[0].isdigit():
            core = _numeric(tokens, index, language) or _year(tokens, index, language)
        if core:
            mention = _extended(tokens, *core, language)
            if mentions and mention.first < mentions[-1].last:
                mention = replace(mention, first=mentions[-1].last, limit=False)
            mentions.append(mention)
    return _stretches(tokens, mentions, language)


def _four(tokens: Tokens, index: int) -> int | None:
    """A year of four digits that nothing touches but a sign."""
    word = tokens.word(index)
    if len(word) != 4 or not word.isdigit() or not word.isascii() or not _YEAR_SPAN[0] <= int(word) <= _YEAR_SPAN[1]:
        return None
    if tokens.touches(index + 1) and tokens.word(index + 1)[:1].isalnum():
        return None
    return int(word)


def _day_number(tokens: Tokens, index: int) -> int | None:
    word = tokens.word(index)
    if _DAY.fullmatch(word) and 1 <= int(word) <= 31:
        return int(word)
    return None


def _month(tokens: Tokens, index: int, language: str) -> tuple[int, int, _Moment] | None:
    """A date around the name of a month; a bare ``May`` or ``August`` needs something that makes it a date."""
    if not tokens.words[index][0].isupper():
        return None
    month = _MONTHS[language][tokens.lower[index]]
    last = index + 1
    if len(tokens.words[index]) <= 4 and tokens.word(last) == "." and tokens.touches(last):
        last += 1
    day = last_day = None
    first = index
    if language == "de":
        if tokens.word(index - 1) == "." and tokens.touches(index - 1):
            day = _day_number(tokens, index - 2)
            first = index - 2 if day else index
            if day and tokens.small(index - 3) in ("bis", "und", "–", "-") and tokens.word(index - 4) == ".":
                begin = _day_number(tokens, index - 5)
                if begin and begin < day:
                    day, last_day, first = begin, day, index - 5
    else:
        day, first = _english_day_before(tokens, index)
        if day is None:
            day, last_day, last = _english_day_behind(tokens, last)
    at = last + 1 if tokens.word(last) == "," and day and language == "en" else last
    year = _four(tokens, at)
    if year:
        last = at + 1
    known = day or year or tokens.small(index - 1) in _BEFORE_MONTH[language]
    hyphened = tokens.word(index - 1) == "-" and tokens.small(index - 2) in _PARTS[language]
    if not known and not hyphened:
        return None
    if day and not _exists(year, month, last_day or day):
        return None
    return first, last, _Moment(year, month, day, last_day)


def _english_day_before(tokens: Tokens, index: int) -> tuple[int | None, int]:
    at = index - 2 if tokens.small(index - 1) == "of" else index - 1
    if tokens.small(at) in ("st", "nd", "rd", "th") and tokens.touches(at):
        at -= 1
    elif at == index - 2:
        return None, index
    day = _day_number(tokens, at)
    return (day, at) if day and not tokens.touches(at) else (None, index)


def _english_day_behind(tokens: Tokens, last: int) -> tuple[int | None, int | None, int]:
    day = _day_number(tokens, last)
    if not day:
        return None, None, last
    last += 1
    if tokens.small(last) in ("st", "nd", "rd", "th") and tokens.touches(last):
        last += 1
    if tokens.word(last) in ("-", "–") and tokens.touches(last):
        until = _day_number(tokens, last + 1)
        if until and until > day:
            return day, until, last + 2
    return day, None, last


def _numeric(tokens: Tokens, index: int, language: str) -> tuple[int, int, _Moment] | None:
    """``18.03.2025``, ``2025-03-18``, ``3/18/2025`` (an American month first, unless it is none)."""
    word = tokens.words[index]
    match = _DOTTED.fullmatch(word)
    if match:
        day, month, year = (int(part) for part in match.groups())
        return (index, index + 1, _Moment(year, month, day)) if _exists(year, month, day) else None
    sign = tokens.word(index + 1)
    if sign not in ("-", "/") or tokens.word(index + 3) != sign or not tokens.word(index + 4).isdigit():
        return None
    if not all(tokens.touches(at) for at in range(index + 1, index + 5)) or not tokens.word(index + 2).isdigit():
        return None
    numbers = [tokens.words[at] for at in (index, index + 2, index + 4)]
    if max(map(len, numbers)) > 4 or not word.isdigit():
        return None
    one, two, three = (int(number) for number in numbers)
    if sign == "-" and len(numbers[0]) == 4:
        year, month, day = one, two, three
    elif sign == "/" and len(numbers[2]) == 4:
        month, day, year = (one, two, three) if language == "en" and one <= 12 else (two, one, three)
    else:
        return None
    return (index, index + 5, _Moment(year, month, day)) if _exists(year, month, day) else None


def _year(tokens: Tokens, index: int, language: str) -> tuple[int, int, _Moment] | None:
    """A year by itself: told by the word before it, or by nothing behind it that could be counted."""
    decade = _decade(tokens, index)
    if decade:
        return decade
    year = _four(tokens, index)
    if not year or tokens.touches(index):
        return (
            None
            if not year or tokens.word(index - 1) not in ("(", "„", '"', "“", "–", "-")
            else _bracketed(tokens, index, year)
        )
    before = tokens.small(index - 1)
    if before in _COUNTS_BEFORE or before in CURRENCY_SIGNS or before.upper() in CURRENCY_CODES:
        return None
    named = before in _BEFORE_YEAR[language] or before in ("quartal", "halbjahr", "quarter", "half")
    named = named or (before in ("q1", "q2", "q3", "q4") or tokens.small(index - 2) in ("q", "h"))
    season = tokens.word(index + 1) == "/" and tokens.touches(index + 1) and tokens.touches(index + 2)
    if season and tokens.word(index + 2) in (f"{(year + 1) % 100:02}", str(year + 1)):
        return index, index + 3, _Moment(year, until=year + 1)
    following = tokens.word(index + 1)
    if not named or (year % 100 == 0 and before not in ("jahr", "jahre", "jahres", "year", "bis", "seit", "since")):
        small = following.lower()
        grammar = small in CLOSED[language] or small in AUXILIARIES[language]
        counted = following[:1].isalpha() and (following[:1].isupper() if language == "de" else not grammar)
        counted = (
            counted
            or small in ("over", "out")
            or units.after(tokens, index + 1, language, digits=True, large=False) is not None
        )
        signed = following in ("%", "$", "€", "£", "°", "-", "–")
        name = tokens.word(index - 1)[:1].isupper() and not named and before not in CLOSED[language]
        if counted or signed or name:
            return None
    return index, index + 1, _Moment(year)


def _bracketed(tokens: Tokens, index: int, year: int) -> tuple[int, int, _Moment] | None:
    if tokens.word(index - 1) == "(" and tokens.word(index + 1) in (")", ",", ";"):
        return index, index + 1, _Moment(year)
    if tokens.word(index - 1) in ("–", "-") and _four(tokens, index - 2):
        return index, index + 1, _Moment(year)
    return None


_COUNTS_BEFORE = listed(
    """
    als than über over above below about around rund etwa fast knapp circa ca nearly almost unter under zu
    mindestens höchstens equals equal least most exceeding minus plus approximately roughly gut some nr no
    """
)
"""Words before a number of four digits that make it a count."""


def _decade(tokens: Tokens, index: int) -> tuple[int, int, _Moment] | None:
    word = tokens.words[index]
    if len(word) != 4 or not word.isdigit() or word[3] != "0" or not tokens.touches(index + 1):
        return None
    last = index + 2 if tokens.word(index + 1) == "-" else index + 1
    if tokens.small(last) not in ("er", "ern", "s") or not tokens.touches(last) or tokens.touches(index):
        return None
    year = int(word)
    if not _YEAR_SPAN[0] <= year <= _YEAR_SPAN[1]:
        return None
    last += 1
    if tokens.word(last) == "-" and tokens.small(last + 1) in ("jahre", "jahren"):
        last += 1
    if tokens.small(last) in ("jahre", "jahren"):
        last += 1
    return index, last, _Moment(year, until=year + 9)


def _exists(year: int | None, month: int, day: int) -> bool:
    return 1 <= month <= 12 and 1 <= day <= calendar.monthrange(year or 2000, month)[1] and (year is None or year > 0)


def _extended(tokens: Tokens, first: int, last: int, moment: _Moment, language: str) -> Mention:
    """The date with what stands before it: a quarter, ``Ende``, ``bis zum``."""
    if moment.month is None and moment.year and moment.until is None:
        first, moment = _quarter(tokens, first, moment)
    parts, limits = _PARTS[language], _LIMIT[language]
    at, limit = first - 1, False
    if language == "en" and tokens.word(at) == "-" and tokens.small(at - 1) == "mid":
        at -= 1
    for _ in range(6):
        word = tokens.small(at)
        if word in limits:
            limit, first, at = True, at, at - 1
        elif word in parts and moment.part is None and moment.day is None and not limit:
            if language == "en" and word not in ("early", "mid", "late") and tokens.small(at + 1) not in ("of", "-"):
                break
            moment, first, at = replace(moment, part=parts[word]), at, at - 1
        elif word in _FILLERS[language] or (word == "than" and tokens.small(at - 1) == "later"):
            at -= 1
            if word == "than":
                limit, first, at = True, at - 1, at - 2
        elif word in _SEASONS and moment.month is None:
            first, at = at, at - 1
        else:
            break
    return Mention(first, last, _iso(moment), _end(moment), limit and moment.until is None)


def _quarter(tokens: Tokens, first: int, moment: _Moment) -> tuple[int, _Moment]:
    """``Q1 2025``, ``im ersten Quartal 2025``, ``the first half of 2025``."""
    at = first - 1
    for filler in ("of", "the", "jahres", "des"):
        if tokens.small(at) == filler and at > 0:
            at -= 1
    word = tokens.small(at)
    if word in ("1", "2", "3", "4") and tokens.small(at - 1) in ("q", "h") and tokens.touches(at):
        number, months, begin = int(word), 3 if tokens.small(at - 1) == "q" else 6, at - 1
    elif word in ("quartal", "quarter", "halbjahr", "half", "hälfte"):
        months = 3 if word.startswith("quart") else 6
        before = tokens.small(at - 1)
        if before == "." and tokens.word(at - 2).isdigit():
            number, begin = int(tokens.word(at - 2)[:3]), at - 2
        else:
            number, begin = _NUMBERED.get(before, _NUMBERED.get(before[:-1], 0)), at - 1
    else:
        return first, moment
    if not 1 <= number <= 12 // months:
        return first, moment
    return begin, replace(moment, month=months * (number - 1) + 1, until=months * number)


def _bounds(moment: _Moment) -> tuple[tuple[int, int], tuple[int, int]] | None:
    """First and last (month, day) of a stretch within one year; None for a plain day, month or year."""
    year = moment.year or 2000
    if moment.part and moment.month:
        first, last = ((1, 10), (11, 20), (21, calendar.monthrange(year, moment.month)[1]))[moment.part - 1]
        return (moment.month, first), (moment.month, last)
    if moment.part:
        last_month = 4 * moment.part
        return (last_month - 3, 1), (last_month, calendar.monthrange(year, last_month)[1])
    if moment.month and moment.until:
        return (moment.month, 1), (moment.until, calendar.monthrange(year, moment.until)[1])
    if moment.month and moment.day and moment.last_day:
        return (moment.month, moment.day), (moment.month, moment.last_day)
    return None


def _iso(moment: _Moment) -> str:
    year = "-" if moment.year is None else f"{moment.year:04}"
    bounds = _bounds(moment)
    if bounds:
        return "/".join(f"{year}-{month:02}-{day:02}" for month, day in bounds)
    if moment.month is None:
        return f"{year}/{moment.until:04}" if moment.until else year
    return f"{year}-{moment.month:02}" + (f"-{moment.day:02}" if moment.day else "")


def _end(moment: _Moment) -> date | None:
    if moment.year is None:
        return None
    bounds = _bounds(moment)
    if bounds:
        return date(moment.year, *bounds[1])
    if moment.month is None:
        return date(moment.until or moment.year, 12, 31)
    return date(moment.year, moment.month, moment.day or calendar.monthrange(moment.year, moment.month)[1])


_JOINTS = {"de": frozenset(["bis", "–", "-", "und"]), "en": listed("to – - until through and")}


def _stretches(tokens: Tokens, mentions: list[Mention], language: str) -> list[Mention]:
    """Joins two dates that are one stretch: ``von 2020 bis 2027``, ``between March and May 2025``, ``2019–2021``."""
    joined: list[Mention] = []
    for mention in mentions:
        before = joined[-1] if joined else None
        if before and before.iso.startswith("--") and "/" not in before.iso and mention.end and "/" not in mention.iso:
            before = replace(before, iso=mention.iso[:4] + before.iso[1:], end=date(mention.end.year, 1, 1))
        if before and not before.limit and before.end and mention.end and "/" not in before.iso + mention.iso:
            joint = tokens.small(before.last)
            gap = mention.first - before.last
            if mention.limit and gap == 0:
                gap, joint = 1, tokens.small(mention.first)
            if gap == 1 and joint in _JOINTS[language] and before.end < mention.end:
                between = tokens.small(before.first - 1) in ("zwischen", "between")
                if joint not in ("und", "and") or between:
                    joined[-1] = Mention(before.first, mention.last, f"{before.iso}/{mention.iso}", mention.end)
                    continue
        joined.append(mention)
    return joined
