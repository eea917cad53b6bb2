"""Reading one number, in digits or in words, with its magnitude: ``2,5 Millionen``, ``zweiundzwanzig``, ``3/4``.

Everything is exact: numbers are ``Decimal`` (60 digits where a fraction does not end), never ``float``. A German
*Billion* is 10**12, an English *billion* 10**9.

A fraction behind "and" makes a mixed number when it is a proper one: "one hundred and three quarters" is 100.75, "one
hundred and thirty fifths" is 26.
"""

import re
from dataclasses import dataclass, replace
from decimal import ROUND_HALF_EVEN, Context, Decimal
from functools import lru_cache

from claims.language.tokens import Tokens
from claims.language.words import AUXILIARIES, CLOSED, listed

# A context of our own: what a number is must not depend on what a caller's thread has set.
EXACT = Context(prec=60, rounding=ROUND_HALF_EVEN, Emax=999_999, Emin=-999_999)
ZERO, ONE = Decimal(0), Decimal(1)

LONGEST = 40
"""Digits beyond which a number is an identifier, not a quantity."""

_POWER = 400
"""The largest exponent that is worked out."""

HYPHENS = frozenset("-‐‑")
_POINT_LANGUAGES = listed("en zh ja ko th he hi ar ur bn ta ms ga cy")
_VULGAR = {
    "½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4), "⅕": (1, 5), "⅖": (2, 5), "⅗": (3, 5),
    "⅘": (4, 5), "⅙": (1, 6), "⅚": (5, 6), "⅐": (1, 7), "⅛": (1, 8), "⅜": (3, 8), "⅝": (5, 8), "⅞": (7, 8),
    "⅑": (1, 9), "⅒": (1, 10),
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Numeral:
    """A number that stands in the tokens from ``first`` up to, not including, ``last``.

    ``scaled``: it has a word of magnitude. ``article``: it is only ``ein`` or ``a``, which may be no number at all.
    ``digits``: it is written in digits. ``foreign``: with the decimal mark of another language. ``vague``: a plural
    without a count (``Millionen``, ``dozens``), ``value`` is then the least it can mean. ``fraction``: a part of one.
    """

    value: Decimal
    first: int
    last: int
    scaled: bool = False
    article: bool = False
    digits: bool = False
    foreign: bool = False
    vague: bool = False
    fraction: bool = False
    scale: Decimal = ONE


def _scales(table: str) -> dict[str, Decimal]:
    return {
        word: Decimal(10) ** int(power)
        for power, *words in (line.split() for line in table.strip().splitlines())
        for word in words
    }


_SCALES = {
    "de": _scales(
        """
        3 tausend tsd
        6 million millionen mio
        9 milliarde milliarden mrd mia
        12 billion billionen bio
        15 billiarde billiarden
        18 trillion trillionen
        """
    ),
    "en": _scales(
        """
        3 thousand thousands
        5 lakh lakhs
        6 million millions mn mln mil
        7 crore crores
        9 billion billions bn bln
        12 trillion trillions tn trn trln
        15 quadrillion quadrillions
        18 quintillion quintillions
        """
    ),
}
_VAGUE = {
    "de": _scales(
        """
        2 hunderte hunderten hunderter
        3 tausende tausenden tausender abertausende
        4 zehntausende zehntausenden zehntausender
        5 hunderttausende hunderttausenden hunderttausender
        6 millionen
        9 milliarden
        12 billionen
        """
    )
    | {"dutzende": Decimal(24), "dutzenden": Decimal(24), "mehrere": Decimal(2), "mehreren": Decimal(2),
       "mehrerer": Decimal(2)},
    "en": _scales(
        """
        2 hundreds
        3 thousands
        6 millions
        9 billions
        12 trillions
        """
    )
    | {"dozens": Decimal(24), "several": Decimal(2)},
}  # fmt: skip
_LETTERS = {"k": Decimal(10) ** 3, "M": Decimal(10) ** 6, "MM": Decimal(10) ** 6, "b": Decimal(10) ** 9}
_DOZENS = {"de": frozenset(["dutzend"]), "en": frozenset(["dozen", "dozens", "doz", "dozs", "dz", "dzs"])}
_ARTICLES = {"de": listed("ein eine einen einem einer eines"), "en": frozenset(["a", "an"])}
_MINUS = {"de": frozenset(["minus"]), "en": frozenset(["minus", "negative"])}

_ONES = dict(zip(["one", "two", "three", "four", "five", "six", "seven", "eight", "nine"], range(1, 10), strict=True))
_TEENS = dict(
    zip(
        ["ten", "eleven", "twelve", "thirteen", "fourteen", "fifteen", "sixteen", "seventeen", "eighteen", "nineteen"],
        range(10, 20),
        strict=True,
    )
)
_TENS = dict(
    zip(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], range(20, 100, 10), strict=True)
)
_ZEROS = frozenset(["zero", "naught", "nought", "nil"])
_ORDINAL_ONES = dict(
    zip(
        ["first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth"],
        range(1, 10),
        strict=True,
    )
)
_PARTS = {
    "half": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
    "tenth": 10, "eleventh": 11, "twelfth": 12, "thirteenth": 13, "fourteenth": 14, "fifteenth": 15, "sixteenth": 16,
    "seventeenth": 17, "eighteenth": 18, "nineteenth": 19, "twentieth": 20, "thirtieth": 30, "fortieth": 40,
    "fiftieth": 50, "sixtieth": 60, "seventieth": 70, "eightieth": 80, "ninetieth": 90, "hundredth": 100,
    "thousandth": 10**3, "millionth": 10**6, "billionth": 10**9, "trillionth": 10**12,
}  # fmt: skip
_PLURAL_PARTS = {("halves" if word == "half" else f"{word}s"): value for word, value in _PARTS.items()}

_ONES_DE = ["", "ein", "zwei", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun"]
_TEENS_DE = ["zehn", "elf", "zwölf", "dreizehn", "vierzehn", "fünfzehn", "sechzehn", "siebzehn", "achtzehn", "neunzehn"]
_TENS_DE = ["zwanzig", "dreißig", "vierzig", "fünfzig", "sechzig", "siebzig", "achtzig", "neunzig"]
_SMALL_DE = (
    {word: value for value, word in enumerate(_ONES_DE) if word}
    | {word: value for value, word in enumerate(_TEENS_DE, 10)}
    | {word: value for value, word in zip(range(20, 100, 10), _TENS_DE, strict=True)}
    | {
        f"{one}und{ten}": 10 * tens + ones
        for tens, ten in enumerate(_TENS_DE, 2)
        for ones, one in enumerate(_ONES_DE)
        if one
    }
    | {"eins": 1, "zwo": 2}
)
_PARTS_DE = {"drittel": 3, "viertel": 4, "achtel": 8, "siebtel": 7, "hundertstel": 100, "tausendstel": 1000,
             "millionstel": 10**6, "milliardstel": 10**9} | {
    f"{word}tel": value for word, value in _SMALL_DE.items() if value in range(5, 20) and value not in (7, 8)
} | {f"{word}stel": value for word, value in _SMALL_DE.items() if value >= 20}  # fmt: skip
_STARTS_DE = listed("nu ei zw dr vi fü fu se si ac ne ze el hu ta an")
_SPELLINGS = (("fuenf", "fünf"), ("zwoelf", "zwölf"), ("dreissig", "dreißig"))
_HALF_DE = re.compile(r"halbe[nmrs]?")


@lru_cache(maxsize=4096)
def german(word: str) -> Decimal | None:
    """The value of one German number word below a million, in small letters; None for any other word."""
    if word[:2] not in _STARTS_DE or len(word) > 80:
        return None
    if "ue" in word or "oe" in word or "ss" in word:
        for written, proper in _SPELLINGS:
            word = word.replace(written, proper)
    if word == "null":
        return ZERO
    if word == "anderthalb":
        return Decimal("1.5")
    if word.endswith("einhalb"):
        whole = _SMALL_DE.get(word.removesuffix("einhalb"))
        return None if whole is None else whole + Decimal("0.5")
    value = _below_million(word)
    return None if value is None else Decimal(value)


def _below_million(word: str) -> int | None:
    thousands, middle, rest = word.partition("tausend")
    if not middle:
        return _below_thousand(word)
    high: int | None = 1 if not thousands else _below_thousand(thousands)
    low = 0 if not rest else _below_thousand(rest.removeprefix("und") if rest != "und" else rest)
    return None if high is None or low is None else 1000 * high + low


def _below_thousand(word: str) -> int | None:
    hundreds, middle, rest = word.partition("hundert")
    if not middle:
        return _SMALL_DE.get(word)
    high = 1 if not hundreds else _SMALL_DE.get(hundreds)
    if rest.startswith("und"):
        rest = rest.removeprefix("und") or "?"
    low = 0 if not rest else _SMALL_DE.get(rest)
    return None if high is None or low is None else 100 * high + low


_GROUPED_COMMA = re.compile(r"\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d{1,2}(?:,\d{2})+,\d{3}(?:\.\d+)?")
_GROUPED_POINT = re.compile(r"\d{1,3}(?:\.\d{3})+(?:,\d+)?")
_DECIMAL_POINT = re.compile(r"\d+\.\d+")
_DECIMAL_COMMA = re.compile(r"\d+,\d+")


def notation(raw: str, language: str) -> tuple[Decimal, bool] | None:
    """The value of digits with points and commas, and whether the decimal mark is another language's.

    None for what is no number: ``1.2.3``, or more than 40 digits.
    """
    if len(raw) > LONGEST:
        return None
    if raw.isdigit():
        return Decimal(raw), False
    if language in _POINT_LANGUAGES:
        if _GROUPED_COMMA.fullmatch(raw):
            return Decimal(raw.replace(",", "")), False
        if _DECIMAL_POINT.fullmatch(raw):
            return Decimal(raw), False
        if _GROUPED_POINT.fullmatch(raw) or (_DECIMAL_COMMA.fullmatch(raw) and len(raw.partition(",")[2]) < 3):
            return Decimal(raw.replace(".", "").replace(",", ".")), True
        return None
    if _GROUPED_POINT.fullmatch(raw):
        return Decimal(raw.replace(".", "").replace(",", ".")), False
    if _DECIMAL_COMMA.fullmatch(raw):
        return Decimal(raw.replace(",", ".")), False
    if _DECIMAL_POINT.fullmatch(raw):
        return Decimal(raw), True
    if _GROUPED_COMMA.fullmatch(raw):
        return Decimal(raw.replace(",", "")), True
    return None


_BEGINNINGS = {
    "en": frozenset().union(
        _ONES, _TEENS, _TENS, _ZEROS, _VAGUE["en"], _MINUS["en"], ("hundred", "half", "quarter", "a", "an", "tens"),
        (word for word in _SCALES["en"] if len(word) > 3 and not word.endswith("s")),
    ),
    "de": frozenset().union(
        _VAGUE["de"], _MINUS["de"], _ARTICLES["de"], ("million", "milliarde", "billion", "dutzend", "hälfte")
    ),
}  # fmt: skip


def may_begin(tokens: Tokens, index: int, language: str) -> bool:
    """Whether it is worth calling ``read`` here: quick, and true wherever a number begins."""
    word = tokens.lower[index]
    first = word[0]
    if first.isdigit() or word in _VULGAR:
        return True
    if not first.isalpha():
        return first in ".-−–" and tokens.word(index + 1)[:1].isdigit()
    if word in _BEGINNINGS.get(language, ()):
        return True
    return language == "de" and (german(word) is not None or word[:4] in ("halb", "drei", "zwei", "einv"))


def read(tokens: Tokens, index: int, language: str) -> Numeral | None:
    """The longest number that begins at the token ``index``, its sign included; None when none does."""
    word = tokens.small(index)
    if word in _MINUS.get(language, ()):
        number = _unsigned(tokens, index + 1, language)
        if number and not number.article and not number.vague:
            return replace(number, value=number.value.copy_negate(), first=index)
        return None
    if word in ("-", "−", "–") and _is_sign(tokens, index):
        number = _unsigned(tokens, index + 1, language)
        if number and number.digits:
            return replace(number, value=number.value.copy_negate(), first=index)
        return None
    return _unsigned(tokens, index, language)


def _is_sign(tokens: Tokens, index: int) -> bool:
    """Whether a dash is a minus: it touches the number behind it and nothing but a bracket before it."""
    if not tokens.touches(index + 1) or not tokens.word(index + 1)[:1].isdigit():
        return False
    if not tokens.touches(index):
        return tokens.word(index) != "–" or not tokens.word(index - 1)[:1].isdigit()
    return tokens.word(index - 1) in ("(", "[", "<", ">", "=", "≤", "≥", "$", "€")


def _unsigned(tokens: Tokens, index: int, language: str) -> Numeral | None:
    word = tokens.word(index)
    if not word:
        return None
    if word[0].isdigit() or word in _VULGAR or word == ".":
        number = _digits(tokens, index, language)
    elif language == "en":
        number = _english(tokens, index)
    elif language == "de":
        number = _german(tokens, index)
    else:
        return None
    if number is None:
        return _vague(tokens, index, language)
    return number


_SEVERAL = {
    "de": _SCALES["de"] | {"hundert": Decimal(100), "dutzend": Decimal(12)},
    "en": _SCALES["en"] | {"hundred": Decimal(100), "dozen": Decimal(12)},
}


def _vague(tokens: Tokens, index: int, language: str) -> Numeral | None:
    """A plural without a count; "tens of thousands" and "hundreds of millions" multiply."""
    value = _VAGUE.get(language, {}).get(tokens.small(index))
    last = index + 1
    if value == 2:
        scale = _SEVERAL.get(language, {}).get(tokens.small(last))
        if scale is not None:
            value, last = EXACT.multiply(value, scale), last + 1
    if language == "en":
        if tokens.small(index) == "tens" and tokens.small(index + 1) == "of":
            value = Decimal(10)
        if value is not None and tokens.small(index + 1) == "of":
            scale = _VAGUE["en"].get(tokens.small(index + 2))
            if scale is not None and scale >= 100:
                value, last = EXACT.multiply(value, scale), index + 3
        if value == 10:
            return None
    if value is None:
        return None
    return Numeral(value, index, last, scaled=True, vague=True, scale=value)


# -- digits ------------------------------------------------------------------------------------------------------


def _digits(tokens: Tokens, index: int, language: str) -> Numeral | None:
    """A number in digits with what belongs to it: groups, fraction, exponent, magnitude."""
    number = _plain_digits(tokens, index, language)
    if number is None:
        return None
    number = _with_exponent(tokens, number)
    number = _with_fraction(tokens, number)
    return _with_scales(tokens, number, language)


def _plain_digits(tokens: Tokens, index: int, language: str) -> Numeral | None:
    word = tokens.words[index]
    if word in _VULGAR:
        return Numeral(_vulgar(word), index, index + 1, digits=True, fraction=True)
    if word == ".":
        following = tokens.word(index + 1)
        if (
            tokens.touches(index)
            or not tokens.touches(index + 1)
            or not following.isdigit()
            or len(following) > LONGEST
        ):
            return None
        return Numeral(Decimal(f"0.{following}"), index, index + 2, digits=True)
    value = notation(word, language)
    if value is None:
        return None
    number = Numeral(value[0], index, index + 1, digits=True, foreign=value[1])
    return _with_groups(tokens, number, language) if word.isdigit() and len(word) <= 3 and word[0] != "0" else number


def _with_groups(tokens: Tokens, number: Numeral, language: str) -> Numeral:
    """``1 414 021`` and ``1'000``: groups of three digits, each one space or apostrophe behind the other."""
    raw, last = tokens.words[number.first], number.last
    while len(raw) <= LONGEST:
        step = 1
        gap = tokens.text[tokens.ends[last - 1] : tokens.starts[last]] if last < len(tokens) else "?"
        if tokens.word(last) in ("'", "’") and gap == "" and tokens.touches(last + 1):
            step = 2
        elif gap not in (" ", "\u00a0", "\u202f", "\u2009"):
            break
        group = tokens.word(last + step - 1)
        head, mark, tail = group[:3], group[3:4], group[4:]
        if not (len(head) == 3 and head.isdigit()) or (mark and (mark == "." or mark == ",") and not tail.isdigit()):
            break
        if mark.isdigit():
            break
        if mark and (mark == ".") != (language in _POINT_LANGUAGES):
            break
        raw, last = raw + head + (f".{tail}" if mark else ""), last + step
        if mark:
            break
    return replace(number, value=Decimal(raw), last=last) if last != number.last else number


def _vulgar(sign: str) -> Decimal:
    above, below = _VULGAR[sign]
    return EXACT.divide(Decimal(above), Decimal(below))


def _with_exponent(tokens: Tokens, number: Numeral) -> Numeral:
    """``1.3e6``, ``1.3 x 10^6`` and ``2^10``; an exponent beyond 400 is left alone."""
    at = number.last
    word = tokens.small(at)
    if word == "e" and tokens.touches(at):
        exponent, last = _exponent(tokens, at + 1)
        if exponent is not None:
            return replace(number, value=EXACT.multiply(number.value, EXACT.power(Decimal(10), exponent)), last=last)
    if word in ("x", "×", "·") and tokens.word(at + 1) == "10" and tokens.word(at + 2) == "^":
        exponent, last = _exponent(tokens, at + 3)
        if exponent is not None:
            return replace(number, value=EXACT.multiply(number.value, EXACT.power(Decimal(10), exponent)), last=last)
    if word == "^" and number.value != 0:
        exponent, last = _exponent(tokens, at + 1)
        if exponent is not None:
            return replace(number, value=EXACT.power(number.value, exponent), last=last)
    return number


def _exponent(tokens: Tokens, index: int) -> tuple[Decimal | None, int]:
    sign = tokens.word(index)
    if sign in ("+", "-", "−"):
        index += 1
    raw = tokens.word(index)
    if not tokens.touches(index) or not raw.isdigit() or len(raw) > 3 or int(raw) > _POWER:
        return None, index
    return Decimal(raw) * (-1 if sign in ("-", "−") else 1), index + 1


def _with_fraction(tokens: Tokens, number: Numeral) -> Numeral:
    """``3/4``, ``2 1/4``, ``2½``: a whole number takes a proper fraction behind it."""
    at = number.last
    below = _slashed(tokens, number.first, at)
    if below:
        return replace(number, value=EXACT.divide(number.value, below), last=at + 2, fraction=True)
    if number.value != number.value.to_integral_value() or number.fraction:
        return number
    if tokens.word(at) in _VULGAR:
        return replace(number, value=EXACT.add(number.value, _vulgar(tokens.words[at])), last=at + 1)
    if tokens.word(at).isdigit() and not tokens.touches(at) and len(tokens.words[at]) <= 3:
        below = _slashed(tokens, at, at + 1)
        if below:
            part = EXACT.divide(Decimal(tokens.words[at]), below)
            return replace(number, value=EXACT.add(number.value, part), last=at + 3)
    return number


def _slashed(tokens: Tokens, first: int, at: int) -> Decimal | None:
    """What the whole number in ``first`` is divided by, when a proper fraction is written; a date is none."""
    if at != first + 1 or tokens.word(at) not in ("/", "⁄") or not tokens.touches(at) or not tokens.touches(at + 1):
        return None
    above, below = tokens.words[first], tokens.word(at + 1)
    if not (above.isdigit() and below.isdigit() and len(above) <= 4 and len(below) <= 4):
        return None
    if tokens.word(at + 2) == "/" and tokens.touches(at + 2):
        return None
    return Decimal(below) if 0 < int(above) < int(below) else None


def _with_scales(tokens: Tokens, number: Numeral, language: str) -> Numeral:
    """Magnitudes behind a number in digits, and the smaller groups behind those: ``4 thousand 3 hundred and 21``."""
    at = number.last
    letters = _LETTERS.get(tokens.word(at))
    alone = not (tokens.touches(at + 1) and tokens.word(at + 1)[:1].isalnum())
    if letters and alone and (tokens.touches(at) or tokens.word(at) in ("k", "M")):
        return replace(number, value=EXACT.multiply(number.value, letters), last=at + 1, scaled=True, scale=letters)
    if language == "en":
        return _english_groups(tokens, number)
    if language == "de":
        return _german_groups(tokens, number)
    return number


# -- English -----------------------------------------------------------------------------------------------------


def _small(tokens: Tokens, index: int) -> tuple[int, int] | None:
    """A number word from one to ninety-nine, and the token behind it."""
    word = tokens.small(index)
    if word in _ONES:
        return _ONES[word], index + 1
    if word in _TEENS:
        return _TEENS[word], index + 1
    if word in _TENS:
        after = index + 2 if tokens.word(index + 1) in HYPHENS else index + 1
        one = _ONES.get(tokens.small(after))
        return (_TENS[word] + one, after + 1) if one else (_TENS[word], index + 1)
    return None


def _part(tokens: Tokens, index: int, *, single: bool) -> tuple[int, int] | None:
    """What a fraction is divided by (``thirds``, ``twenty-fifths``) and the token behind it; ``single``: of one."""
    if tokens.word(index) in HYPHENS:
        index += 1
    word = tokens.small(index)
    value = _PLURAL_PARTS.get(word) or (_PARTS.get(word) if single else None)
    if value:
        return value, index + 1
    if word in _TENS:
        after = index + 2 if tokens.word(index + 1) in HYPHENS else index + 1
        ones = _ORDINAL_ONES.get(tokens.small(after)) if single else None
        ones = (
            ones or _ORDINAL_ONES.get(tokens.small(after).removesuffix("s"))
            if tokens.small(after)[-1:] == "s"
            else ones
        )
        if ones:
            return _TENS[word] + ones, after + 1
    return None


def _proper(tokens: Tokens, index: int) -> tuple[Decimal, int] | None:
    """A proper fraction in words (``two thirds``, ``a quarter``) and the token behind it."""
    if tokens.small(index) in ("a", "one"):
        part = _part(tokens, index + 1, single=True)
        above = 1
    else:
        small = _small(tokens, index)
        part = _part(tokens, small[1], single=False) if small else None
        above = small[0] if small else 0
    if not part or above >= part[0]:
        return None
    return EXACT.divide(Decimal(above), Decimal(part[0])), part[1]


def _english(tokens: Tokens, index: int) -> Numeral | None:
    word = tokens.small(index)
    if word in ("half", "quarter"):
        return _english_half(tokens, index, index)
    if word in ("a", "an"):
        return _english_after_article(tokens, index)
    if word in _ZEROS:
        return _with_point(tokens, Numeral(ZERO, index, index + 1))
    proper = _proper(tokens, index)
    if proper:
        return _scaled_fraction(tokens, Numeral(proper[0], index, proper[1], fraction=True))
    small = _small(tokens, index)
    if small:
        number = Numeral(Decimal(small[0]), index, small[1])
    elif word == "hundred" or (word in _SCALES["en"] and not word.endswith("s") and len(word) > 3):
        number = Numeral(ONE, index, index)
    else:
        return None
    number = _english_groups(tokens, number)
    part = _part(tokens, number.last, single=number.value == 1)
    compound = _hyphened_part(tokens, number)
    if compound:
        return compound
    if part and not number.fraction:
        divided = EXACT.divide(number.value, Decimal(part[0]))
        return replace(number, value=divided, last=part[1], fraction=True)
    return _with_point(tokens, number)


def _hyphened_part(tokens: Tokens, number: Numeral) -> Numeral | None:
    """``one hundred thirty-fifths`` is a hundred of them: a hyphen ties the tens to the ordinal, not to the hundred."""
    at = number.last
    tens = _TENS.get(tokens.small(at - 1), 0)
    ordinal = tokens.small(at + 1)
    if not tens or number.value <= tens or tokens.word(at) not in HYPHENS or not tokens.touches(at):
        return None
    ones = _ORDINAL_ONES.get(ordinal.removesuffix("s")) if ordinal.endswith("s") else None
    if not ones:
        return None
    value = EXACT.divide(EXACT.subtract(number.value, Decimal(tens)), Decimal(tens + ones))
    return replace(number, value=value, last=at + 2, fraction=True)


def _english_half(tokens: Tokens, first: int, at: int) -> Numeral | None:
    """``half``, ``half a million``, ``a quarter million``; a quarter of nothing is a part of town or of a year."""
    value = Decimal("0.5") if tokens.small(at) == "half" else Decimal("0.25")
    number = _scaled_fraction(tokens, Numeral(value, first, at + 1, fraction=True))
    if number.scaled:
        return number
    if tokens.small(at) == "quarter" or tokens.word(at + 1) in HYPHENS:
        return number if first < at and _stands_alone(tokens, at + 1) else None
    return None if first == at and tokens.small(at - 1) in _HALVES_OF_TIME else number


_HALVES_OF_TIME = listed("first second other latter former better this that last next top bottom one each")


def _english_after_article(tokens: Tokens, index: int) -> Numeral | None:
    following = tokens.small(index + 1)
    if following in ("half", "quarter"):
        return _english_half(tokens, index, index + 1)
    proper = _proper(tokens, index) if following in _PARTS or following in _TENS else None
    if proper:
        number = _scaled_fraction(tokens, Numeral(proper[0], index, proper[1], fraction=True))
        return number if number.scaled or _stands_alone(tokens, number.last) else None
    if following == "hundred" or following in _SCALES["en"] or following in _DOZENS["en"]:
        number = _english_groups(tokens, Numeral(ONE, index, index + 1))
        part = _part(tokens, number.last, single=False)
        if part:
            return replace(number, value=EXACT.divide(number.value, Decimal(part[0])), last=part[1], fraction=True)
        return number
    return Numeral(ONE, index, index + 1, article=True)


def _stands_alone(tokens: Tokens, index: int) -> bool:
    """Whether no word is described here: the sentence goes on with a closed class, a verb or a sign."""
    word = tokens.small(index)
    return not word[:1].isalpha() or word in CLOSED["en"] or word in AUXILIARIES["en"]


def _scaled_fraction(tokens: Tokens, number: Numeral) -> Numeral:
    """``half a million``, ``two thirds of a million``, ``three quarters billion``, ``half a dozen``."""
    at = number.last
    if tokens.small(at) == "of" and tokens.small(at + 1) == "a":
        at += 2
    elif tokens.small(at) == "a":
        at += 1
    word = tokens.small(at)
    scale = _SCALES["en"].get(word) if len(word) > 3 else None
    if word in _DOZENS["en"]:
        scale = Decimal(12)
    if scale is None:
        return number
    return replace(number, value=EXACT.multiply(number.value, scale), last=at + 1, scaled=True, scale=scale)


def _english_groups(tokens: Tokens, number: Numeral) -> Numeral:
    """What follows a first number up to ninety-nine or in digits: hundreds, magnitudes, smaller groups, a fraction."""
    value, last, scale = _english_group(tokens, number.value, number.last)
    total, scaled, fraction = value, scale > 1, number.fraction
    while True:
        at = last
        joined = tokens.small(at) == "and"
        if joined:
            at += 1
        proper = _proper(tokens, at) if joined else None
        if proper:
            part = _scaled_fraction(tokens, Numeral(proper[0], at, proper[1], fraction=True))
            if part.scaled and scale == 1:
                total, scale, scaled = EXACT.multiply(EXACT.add(total, proper[0]), part.scale), part.scale, True
            elif part.scaled:
                if part.value >= scale:
                    break
                total = EXACT.add(total, part.value)
            else:
                whole = scale if scale >= 1000 else ONE
                total = EXACT.add(total, EXACT.multiply(part.value, whole))
            last = part.last
            break
        if scale == 1:
            break
        following = _next_group(tokens, at, scale)
        if following is None:
            break
        value, last, scale = following
        total = EXACT.add(total, value)
        if scale == 1:
            continue
    return replace(number, value=total, last=last, scaled=scaled, scale=scale, fraction=fraction)


def _next_group(tokens: Tokens, at: int, limit: Decimal) -> tuple[Decimal, int, Decimal] | None:
    """A further group that is smaller than the magnitude before it: ``… thousand`` then ``three hundred and one``."""
    word = tokens.small(at)
    small = _small(tokens, at)
    if small:
        group = _english_group(tokens, Decimal(small[0]), small[1])
    elif word.isdigit() and len(word) <= 3 and int(word) and not _starts_unit(tokens, at + 1):
        group = _english_group(tokens, Decimal(word), at + 1)
    elif word == "a" and tokens.small(at + 1) == "hundred":
        group = _english_group(tokens, ONE, at + 1)
    else:
        return None
    return group if group[0] < limit else None


def _starts_unit(tokens: Tokens, index: int) -> bool:
    return tokens.touches(index) and tokens.word(index)[:1].isalnum()


_NOT_BEHIND_HUNDRED = frozenset(["hundred", *_DOZENS["en"]])


def _english_group(tokens: Tokens, value: Decimal, last: int) -> tuple[Decimal, int, Decimal]:
    """Value, token behind and smallest magnitude (1 if there is none) of ``three hundred and five thousand``."""
    scale = ONE
    at = last + 1 if tokens.word(last) in HYPHENS and tokens.small(last + 1) in ("hundred", "thousand") else last
    if tokens.small(at) in ("hundred", "hundreds") and not (tokens.small(at) == "hundreds" and value == 1):
        value, last, scale = EXACT.multiply(value, Decimal(100)), at + 1, Decimal(100)
        at = last + 1 if tokens.small(last) == "and" else last
        rest = _small(tokens, at)
        if rest is None and tokens.word(at).isdigit() and len(tokens.words[at]) <= 2 and int(tokens.words[at]):
            rest = (int(tokens.words[at]), at + 1)
        if rest and tokens.small(rest[1]) not in _NOT_BEHIND_HUNDRED and not (at > last and _proper(tokens, at)):
            value, last, scale = EXACT.add(value, Decimal(rest[0])), rest[1], ONE
    while True:
        at = last + 1 if tokens.word(last) in HYPHENS else last
        word = tokens.small(at)
        factor = Decimal(12) if word in _DOZENS["en"] else _SCALES["en"].get(word)
        if factor is None:
            return value, last, scale
        value, last, scale = EXACT.multiply(value, factor), at + 1, factor


def _with_point(tokens: Tokens, number: Numeral) -> Numeral:
    """``two point seventy-one`` is 2.71, ``zero point zero three`` is 0.03."""
    if tokens.small(number.last) not in ("point", "komma"):
        return number
    at, digits = number.last + 1, ""
    while len(digits) < LONGEST:
        word = tokens.small(at)
        small = _small(tokens, at)
        if word in _ZEROS or word == "null":
            digits, at = digits + "0", at + 1
        elif small and not (digits and small[0] >= 10):
            digits, at = digits + str(small[0]), small[1]
        elif word in _SMALL_DE:
            digits, at = digits + str(_SMALL_DE[word]), at + 1
        else:
            break
    if not digits:
        return number
    return replace(number, value=EXACT.add(number.value, Decimal(f"0.{digits}")), last=at)


# -- German ------------------------------------------------------------------------------------------------------


def _german(tokens: Tokens, index: int) -> Numeral | None:
    word = tokens.small(index)
    if word in _ARTICLES["de"]:
        return _german_after_article(tokens, index)
    if word == "hälfte":
        return Numeral(Decimal("0.5"), index, index + 1, fraction=True)
    if _HALF_DE.fullmatch(word):
        return _german_half(tokens, index, index)
    for above in ("ein", "zwei", "drei"):
        if word.startswith(above) and word.removeprefix(above) in _PARTS_DE:
            part = EXACT.divide(Decimal(_SMALL_DE[above]), Decimal(_PARTS_DE[word.removeprefix(above)]))
            return _german_groups(tokens, Numeral(part, index, index + 1, fraction=True))
    value = german(word)
    if value is None:
        if word in ("million", "milliarde", "billion"):
            return _german_groups(tokens, Numeral(ONE, index, index))
        if word == "dutzend":
            return Numeral(Decimal(12), index, index + 1, scaled=True)
        return None
    return _german_groups(tokens, _with_point(tokens, Numeral(value, index, index + 1)))


def _german_after_article(tokens: Tokens, index: int) -> Numeral:
    number = Numeral(ONE, index, index + 1)
    following = tokens.small(index + 1)
    if _HALF_DE.fullmatch(following):
        half = _german_half(tokens, index, index + 1)
        if half:
            return half
    if following == "viertelmillion":
        return Numeral(Decimal(250_000), index, index + 2, scaled=True)
    grown = _german_groups(tokens, number)
    return grown if grown.last > number.last else replace(number, article=True)


def _german_half(tokens: Tokens, first: int, at: int) -> Numeral | None:
    """``eine halbe Million``, ``ein halbes Dutzend``; any other half needs the article before it."""
    number = _german_groups(tokens, Numeral(Decimal("0.5"), first, at + 1, fraction=True))
    return number if number.scaled or first < at else None


def _german_groups(tokens: Tokens, number: Numeral) -> Numeral:
    """Magnitudes, fractions of one and smaller groups behind a first German number."""
    value, last, scale = number.value, number.last, ONE
    part = _PARTS_DE.get(tokens.small(last))
    if part and not number.fraction and value == value.to_integral_value():
        below = Decimal(part)
        number = replace(number, value=EXACT.divide(value, below), last=last + 1, fraction=True)
        value, last = number.value, number.last
        after = tokens.small(last)
        if after not in _SCALES["de"]:
            return number
    value, last, scale = _german_scales(tokens, number, value, last)
    if scale == 1:
        return number
    total = value
    while scale > 100:
        following = _german_rest(tokens, last, scale)
        if following is None:
            break
        value, last, scale = following
        total = EXACT.add(total, value)
    return replace(number, value=total, last=last, scaled=True, scale=scale)


def _german_scales(tokens: Tokens, number: Numeral, value: Decimal, last: int) -> tuple[Decimal, int, Decimal]:
    """The value with the magnitudes behind it: ``Millionen``, ``Mrd.``, ``-Milliarden-``, ``Dutzend``."""
    scale = ONE
    while True:
        hyphen = tokens.word(last) in HYPHENS and tokens.touches(last) and tokens.touches(last + 1)
        word = tokens.small(last + 1 if hyphen else last)
        if word in _DOZENS["de"]:
            factor: Decimal | None = Decimal(12)
        else:
            factor = Decimal(100) if word == "hundert" and number.digits else _SCALES["de"].get(word)
        if factor is None or (number.digits and tokens.breaks(last)):
            return value, last, scale
        value, last, scale = EXACT.multiply(value, factor), last + 1 + hyphen, factor
        if len(word) == 3 and tokens.word(last) == "." and tokens.touches(last) and not _ends_sentence(tokens, last):
            last += 1


def _german_rest(tokens: Tokens, last: int, scale: Decimal) -> tuple[Decimal, int, Decimal] | None:
    """A smaller group behind a magnitude: ``zwei Millionen dreihunderttausend``."""
    at = last + 1 if tokens.small(last) == "und" else last
    word = tokens.small(at)
    article = word in _ARTICLES["de"]
    rest = ONE if article else german(word)
    if rest is None or rest <= 0:
        return None
    after, factor = at + 1, _SCALES["de"].get(tokens.small(at + 1))
    if factor is not None and factor < scale:
        rest, after = EXACT.multiply(rest, factor), at + 2
    elif article or (at > last and rest < 100 and factor is None):
        return None
    return (rest, after, factor or ONE) if rest < scale else None


def _ends_sentence(tokens: Tokens, stop: int) -> bool:
    """Whether the stop behind ``Mio`` may end the sentence: at the end, or before ``Das`` and its like."""
    following = tokens.word(stop + 1)
    return not following or (following.istitle() and following.lower() in CLOSED["de"])
