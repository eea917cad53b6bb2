"""The quantities of a text: numbers with their unit and what is said of them, dates and deadlines.

What is no quantity: a number in a name. A number belongs to a name when letters touch it (``o1``, ``4o``, ``H20``),
when a hyphen ties it to a word before it (``Tier-1``), and when the word before it is a name and no counted thing, unit
or magnitude follows (``Ernie 4.5``, ``EO 14110``). Ordinals, times of day, scores, addresses and paragraphs are none
either.

All values are ``Decimal``; there is no clock and no network, and the time grows linearly with the text.
"""

import re
from dataclasses import dataclass, replace
from datetime import date
from decimal import Context, Decimal

from claims.language import dates, numerals, units
from claims.language.abbreviations import BEFORE_NUMBER
from claims.language.numerals import EXACT, HYPHENS, Numeral
from claims.language.tokens import Tokens
from claims.language.words import AUXILIARIES, CLOSED, listed, primary

DATE = "date"
"""The unit of a quantity that is a date and nothing else."""

RANK = "rank"
"""The unit of a place in an order: "the world's first" is 1."""


@dataclass(frozen=True, slots=True)
class Quantity:
    """A quantity and where it stands: ``text`` is exactly ``whole[start:end]``, offsets are code points.

    ``low`` and ``high`` are its bounds, equal for a single number; "more than 5" has no ``high``, "at most 5" no
    ``low``, a date neither. ``unit`` is a code of ``claims.language.units`` (percent, EUR, gigawatt, "metre per
    second"), ``date``, ``rank`` or empty. ``comparator`` is one of =, <, <=, >, >=, ~ (about) and between. The span
    covers number, unit and comparator; the word that makes it ``approximate`` ("rund") stays outside. ``deadline`` is
    the day by which it is to be reached; ``date`` is as ``claims.language.dates`` writes it, empty when none is said.
    """

    start: int
    end: int
    text: str
    low: Decimal | None
    high: Decimal | None
    unit: str
    comparator: str
    approximate: bool = False
    deadline: date | None = None
    date: str = ""


_CHUNK = re.compile(r"\S+")

_COMPARATORS = {
    "de": {
        ">": "mehr als|größer als|höher als|länger als|älter als|schwerer als|weiter als|über|von über|auf über",
        "<": "weniger als|kleiner als|geringer als|niedriger als|kürzer als|jünger als|leichter als|unter|nicht einmal",
        ">=": "mindestens|wenigstens|zumindest|nicht weniger als|minimal|ab",
        "<=": "höchstens|maximal|bis zu|bis|nicht mehr als|allenfalls|längstens|binnen|innerhalb von",
        "=": "genau|exakt",
        "~": "rund|etwa|ca|ca .|circa|zirka|ungefähr|annähernd|fast|knapp|nahezu|beinahe|schätzungsweise|geschätzt"
        "|geschätzte|geschätzten|gut|an die|um die|grob|in etwa",
    },
    "en": {
        ">": "more than|greater than|larger than|bigger than|higher than|longer than|older than|taller than"
        "|heavier than|over|above|exceeding|exceeds|exceed|exceeded|surpass|surpasses|surpassing|surpassed"
        "|in excess of|upwards of|just over|well over|beyond",
        "<": "less than|fewer than|lower than|smaller than|shorter than|younger than|lighter than|under|below"
        "|just under|well under|short of",
        ">=": "at least|no less than|not less than|no fewer than|not fewer than|a minimum of|minimum of|minimum",
        "<=": "at most|no more than|not more than|up to|as much as|as many as|a maximum of|maximum of|maximum|within"
        "|as high as",
        "=": "exactly|equal to|equals|equals to|equaling to|equal",
        "~": "about|around|approximately|approx|approx .|roughly|nearly|almost|close to|some|circa|ca|an estimated"
        "|estimated|virtually",
    },
}
_SIGNS = {">": ">", "<": "<", "≥": ">=", "≤": "<=", "≈": "~", "~": "~"}
_OR_EQUAL = {">": ">=", "<": "<="}
_MORE = listed("more greater higher above over larger bigger mehr höher größer darüber länger älter")
_LESS = listed("less fewer lower below under smaller weniger darunter kleiner niedriger geringer")
_AND_OR = frozenset(["or", "and", "oder", "und"])


def _patterns() -> dict[str, dict[str, list[tuple[tuple[str, ...], str]]]]:
    """The phrases above by language and last word, the longest first."""
    result: dict[str, dict[str, list[tuple[tuple[str, ...], str]]]] = {}
    for language, comparators in _COMPARATORS.items():
        by_last = result.setdefault(language, {})
        for comparator, phrases in comparators.items():
            for phrase in phrases.split("|"):
                words = tuple(phrase.split())
                by_last.setdefault(words[-1], []).append((words, comparator))
        for patterns in by_last.values():
            patterns.sort(key=lambda pattern: -len(pattern[0]))
    return result


_BY_LAST_WORD = _patterns()
_JOINTS = {"de": frozenset(["bis", "–", "—", "-", "~"]), "en": listed("to through – — - ~")}
_CHANGES = re.compile(
    r"rose|rise|risen|rising|f[ae]ll|grew|gr[oe]w|increas|decreas|dropp?|climb|jump|up|down|cut|rais|slash|slip|slid"
    r"|surg|plung|shr|advanc|declin|doubl|narrow|widen|lower|chang"
)
_DETERMINERS = listed(
    """
    that this which the each every any no some another other next previous only such what these those
    """
)
_SENTENCE_OPENERS = frozenset('.!?:;…"„“”«»‚‘’([{–—•*-')
_REFERENCES = {language: words - frozenset(["nr", "nrn", "no", "nos"]) for language, words in BEFORE_NUMBER.items()} | {
    "": frozenset()
}
_EVENTS = frozenset(["9/11"])
_TIME_UNITS = listed("second minute hour day week month quarter year decade century")
_ARTICLE_UNITS = {
    "de": listed("degree times turn foot mark cup real knot inch pixel bit radian stone") | _TIME_UNITS,
    "en": listed("percent mile kilometre metre kilogram tonne litre hectare acre gigawatt megawatt")
    | (units.CURRENCIES - frozenset(["mark", "real", "cent", "penny", "krone"])),
}
"""German: units that ``ein`` does not count; English: the units that ``a`` counts."""

_ORDINALS = {
    "first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "seventh": 7, "eighth": 8, "ninth": 9,
    "tenth": 10, "erst": 1, "zweit": 2, "dritt": 3, "viert": 4, "fünft": 5, "sechst": 6, "siebt": 7, "acht": 8,
    "neunt": 9, "zehnt": 10,
}  # fmt: skip
_ORDINAL_DE = re.compile(
    r"(erst|zweit|dritt|viert|fünft|sechst|siebt|acht|neunt|zehnt)(e[nrsm]?|\w{1,20}[sß]te[nrsm]?)"
)
_EACH = frozenset(["jeder", "jede", "jedes", "jeden", "jedem"])
_EVERYWHERE = frozenset(["weltweit", "bundesweit", "europaweit", "deutschlandweit", "landesweit"])
_AGE_OR_TIMES = re.compile(r"(\w+?)(jährig|tägig|stündig|minütig|wöchig|monatig|prozentig|mal|fach)(?:e[nrsm]?|en)?")
_SUFFIX_UNITS = {
    "jährig": "year", "tägig": "day", "stündig": "hour", "minütig": "minute", "wöchig": "week", "monatig": "month",
    "prozentig": "percent", "mal": "times", "fach": "times",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class _Amount:
    """A number with its unit in the tokens from ``first`` up to, not including, ``last``; ``upper``: of a range."""

    number: Numeral
    first: int
    last: int
    value: Decimal
    unit: str
    upper: Decimal | None = None


def find(text: str, language: str) -> list[Quantity]:
    """The quantities of ``text`` in reading order.

    ``language`` is a BCP-47 tag. German and English are read whole; of other languages numbers in digits, with signs
    and SI units, by the decimal mark that the language uses.
    """
    code = primary(language)
    tokens = Tokens(text)
    taken = bytearray(len(tokens))
    _mark_addresses(tokens, taken)
    mentions = [mention for mention in dates.find(tokens, code) if not taken[mention.first]]
    for mention in mentions:
        taken[mention.first : mention.last] = b"\x01" * (mention.last - mention.first)
    found = [_dated(tokens, mention) for mention in mentions]
    index = 0
    while index < len(tokens):
        if taken[index]:
            index += 1
            continue
        quantity, last = _quantity(tokens, index, taken, code)
        if quantity is not None:
            found.append(quantity)
            taken[index:last] = b"\x01" * (last - index)
        index = last
    found.sort(key=lambda quantity: quantity.start)
    return _with_deadlines(text, _merged(text, found))


def _mark_addresses(tokens: Tokens, taken: bytearray) -> None:
    """Numbers of web and mail addresses are none."""
    if "www." not in tokens.text and "://" not in tokens.text and "@" not in tokens.text:
        return
    index = 0
    for match in _CHUNK.finditer(tokens.text):
        chunk = match[0]
        if "://" not in chunk and not chunk.lstrip('(<„"').startswith("www.") and "." not in chunk.partition("@")[2]:
            continue
        while index < len(tokens) and tokens.starts[index] < match.start():
            index += 1
        while index < len(tokens) and tokens.starts[index] < match.end():
            taken[index] = 1
            index += 1


def _dated(tokens: Tokens, mention: dates.Mention) -> Quantity:
    start, end = tokens.starts[mention.first], tokens.ends[mention.last - 1]
    comparator = "<=" if mention.limit else "between" if "/" in mention.iso else "="
    return Quantity(
        start, end, tokens.text[start:end], None, None, DATE, comparator,
        deadline=mention.end if mention.limit else None, date=mention.iso,
    )  # fmt: skip


def _quantity(tokens: Tokens, index: int, taken: bytearray, language: str) -> tuple[Quantity | None, int]:
    """The quantity that begins with the number at the token ``index``, and where to go on."""
    if not numerals.may_begin(tokens, index, language):
        return _other(tokens, index, language)
    amount = _amount(tokens, index, taken, language)
    if amount is None:
        return _other(tokens, index, language)
    number = amount.number
    if _tied(tokens, number, amount, language):
        return None, _behind_tie(tokens, number.last)
    ratio = _ratio(tokens, amount, taken, language)
    if ratio:
        amount = ratio
    span = _range(tokens, amount, taken, language)
    if span:
        return _compared(tokens, span, taken, language)
    if _hangs(tokens, amount):
        return None, _behind_tie(tokens, amount.last)
    if _is_name(tokens, amount, taken, language):
        return None, amount.last
    return _compared(tokens, amount, taken, language)


def _other(tokens: Tokens, index: int, language: str) -> tuple[Quantity | None, int]:
    """What is one word: ``dreijährige``, ``zehnmal``; a rank: ``weltweit ersten``, ``second-largest``."""
    word = tokens.lower[index]
    if language == "de":
        match = _AGE_OR_TIMES.fullmatch(word) if word[:1].isalpha() and len(word) > 5 else None
        value = numerals.german(match[1]) if match else None
        if match and value and value != 1:  # "einmal" is "once upon a time" as often
            return _plain(tokens, index, index + 1, value, _SUFFIX_UNITS[match[2]]), index + 1
        ordinal = _ORDINAL_DE.fullmatch(word)
        if ordinal and tokens.small(index - 1) in _EACH and _ORDINALS[ordinal[1]] > 1:
            share = EXACT.divide(Decimal(1), Decimal(_ORDINALS[ordinal[1]]))
            return _plain(tokens, index - 1, index + 1, _tidy(share), ""), index + 1
        if ordinal and (len(ordinal[2]) > 3 or tokens.small(index - 1) in _EVERYWHERE):
            first = index - 1 if tokens.small(index - 1) in _EVERYWHERE else index
            return _plain(tokens, first, index + 1, Decimal(_ORDINALS[ordinal[1]]), RANK), index + 1
    elif language == "en" and word in _ORDINALS:
        behind = index + 1 + (tokens.word(index + 1) in HYPHENS)
        if (
            tokens.small(index - 1) == "s"
            and tokens.word(index - 2) in ("'", "’")
            and tokens.small(index - 3) == "world"
        ):
            return _plain(tokens, index - 3, index + 1, Decimal(_ORDINALS[word]), RANK), index + 1
        if tokens.small(behind) in (
            "largest",
            "biggest",
            "highest",
            "smallest",
            "lowest",
            "most",
            "longest",
            "tallest",
        ):
            return _plain(tokens, index, behind + 1, Decimal(_ORDINALS[word]), RANK), behind + 1
    return None, index + 1


def _plain(tokens: Tokens, first: int, last: int, value: Decimal, unit: str) -> Quantity:
    start, end = tokens.starts[first], tokens.ends[last - 1]
    return Quantity(start, end, tokens.text[start:end], value, value, unit, "=")


# -- a number and its unit ---------------------------------------------------------------------------------------


def _amount(tokens: Tokens, index: int, taken: bytearray, language: str) -> _Amount | None:
    """A number with the currency before it or the unit behind it."""
    number = numerals.read(tokens, index, language)
    if number is None or number.last <= number.first or any(taken[number.first : number.last]):
        return None
    money = (
        units.before(tokens, number.first) if number.digits and number.first and not taken[number.first - 1] else None
    )
    if money:
        amount = _with_money(tokens, number, money, language)
    elif number.vague:
        behind = number.last + (tokens.small(number.last) == "of")
        unit = units.after(tokens, behind, language, digits=False, large=True)
        amount = _Amount(number, number.first, unit[1] if unit else number.last, number.value, unit[0] if unit else "")
    else:
        amount = _with_unit(tokens, number, language)
    return _compound(tokens, amount, taken, language)


_MONEY_LETTERS = {"m": 6, "K": 3, "B": 9, "T": 12}
_BEHIND_CURRENCY = {
    "de": {"millionen": 6, "milliarden": 9, "billionen": 12},
    "en": {"million": 6, "billion": 9, "trillion": 12},
}


def _with_money(tokens: Tokens, number: Numeral, money: tuple[str, int, int], language: str) -> _Amount:
    """A number behind a currency: ``$ 5``, ``£20m``, ``MEUR 60``; the currency may be named once more behind it."""
    unit, first, power = money
    last = number.last
    if tokens.touches(last) and tokens.word(last) in _MONEY_LETTERS:
        power, last = power + _MONEY_LETTERS[tokens.word(last)], last + 1
    behind = units.after(tokens, last, language, digits=False, large=True)
    if behind and behind[0] == unit and tokens.word(last) not in units.CURRENCY_SIGNS:
        last = behind[1]
    return _Amount(number, first, last, _shifted(number.value, power), unit)


def _with_unit(tokens: Tokens, number: Numeral, language: str) -> _Amount:
    """A number and the unit behind it, which may have a magnitude of its own: ``120 MEUR``, ``75 USD million``."""
    last = number.last
    behind = units.after(tokens, last, language, digits=number.digits, large=number.scaled)
    if behind is None and number.fraction and tokens.small(last) in ("a", "an"):
        behind = units.after(tokens, last + 1, language, digits=False, large=False)
    if behind == ("metre", last + 1) and language == "en" and _counts_many(tokens, last):
        return _Amount(number, number.first, last + 1, _shifted(number.value, 6), "")
    if behind is None:
        thousands = units.thousands(tokens.word(last))
        if thousands:
            return _Amount(number, number.first, last + 1, _shifted(number.value, thousands[1]), thousands[0])
        hyphen = tokens.word(last) in HYPHENS and tokens.touches(last) and tokens.touches(last + 1)
        suffix = _SUFFIX.fullmatch(tokens.small(last + 1)) if hyphen and number.digits else None
        if suffix:
            return _Amount(number, number.first, last + 2, number.value, _SUFFIX_UNITS[suffix[1]])
        return _Amount(number, number.first, last, number.value, "")
    unit, last = behind
    power = 0
    if unit in units.CURRENCIES and not number.scaled:
        power = _BEHIND_CURRENCY.get(language, {}).get(tokens.small(last), 0)
    return _Amount(number, number.first, last + 1 if power else last, _shifted(number.value, power), unit)


def _shifted(value: Decimal, power: int) -> Decimal:
    return EXACT.multiply(value, Decimal(10) ** power) if power else value


def _counts_many(tokens: Tokens, index: int) -> bool:
    """Whether an English ``m`` means a million: it touches the number, and counted things follow (``1m users``)."""
    following = tokens.word(index + 1)
    return (
        tokens.word(index) == "m"
        and tokens.touches(index)
        and (following.endswith("s") or following == "people")
        and (following.islower() and len(following) > 3)
    )


_SUFFIX = re.compile(r"(jährig|tägig|stündig|minütig|wöchig|monatig|prozentig|mal|fach)(?:e[nrsm]?|en)?")


def _compound(tokens: Tokens, amount: _Amount, taken: bytearray, language: str) -> _Amount:
    """Two units that make one quantity: ``5 feet 2 inches``, ``3 dollars and 50 cents``, ``15 Euro 50``."""
    at = amount.last + 1 if tokens.small(amount.last) in ("and", "und") else amount.last
    if not amount.unit or at >= len(tokens) or taken[at] or not numerals.may_begin(tokens, at, language):
        return amount
    second = numerals.read(tokens, at, language)
    if second is None or second.article or second.vague or second.scaled or second.value < 0:
        return amount
    behind = units.after(tokens, second.last, language, digits=second.digits, large=False)
    if behind is None and amount.unit == "foot" and tokens.small(second.last) == "in":
        behind = ("inch", second.last + 1)
    factor = units.COMPOUND.get((amount.unit, behind[0])) if behind else None
    last = behind[1] if behind else second.last
    between = tokens.small(amount.first - 1) in ("between", "zwischen")
    if behind is None and not between and amount.unit in units.CURRENCIES and 10 <= second.value < 100:
        following = tokens.word(last)
        whole = second.value == second.value.to_integral_value()
        factor = 100 if whole and not following[:1].isalnum() and following not in units.CURRENCY_SIGNS else None
    if factor is None or second.value >= factor or amount.number.scaled:
        return amount
    value = EXACT.add(amount.value, EXACT.divide(second.value, Decimal(factor)))
    return replace(amount, last=last, value=value)


def _ratio(tokens: Tokens, amount: _Amount, taken: bytearray, language: str) -> _Amount | None:
    """``one out of three``, ``1 in 20``, ``one over 20``, ``drei von vier``: a smaller whole number of a larger one."""
    number = amount.number
    if amount.unit or number.article or number.scaled or abs(number.value) < 1:
        return None
    at = number.last
    word = tokens.small(at)
    if language == "en" and word == "out" and tokens.small(at + 1) == "of":
        at += 2
    elif (language == "en" and word in ("in", "over")) or (language == "de" and word == "von"):
        at += 1
    else:
        return None
    if at >= len(tokens) or taken[at]:
        return None
    whole = _amount(tokens, at, taken, language)
    if whole is None or whole.unit or whole.number.article or whole.number.vague or whole.number.value <= 0:
        return None
    if word == "over":
        if _counts(tokens, whole.last, language):
            return None
    elif whole.number.value <= number.value:
        return None
    if word in ("in", "von") and (number.value > 9 or whole.number.value > 1000):
        return None
    value = EXACT.divide(number.value, whole.value)
    return replace(amount, last=whole.last, value=value, number=replace(number, last=whole.last, fraction=True))


def _counts(tokens: Tokens, index: int, language: str) -> bool:
    """Whether a counted thing follows: a noun, or an adjective in front of one."""
    word = tokens.word(index)
    if not word[:1].isalpha() or tokens.breaks(index):
        return False
    small = word.lower()
    if language == "de":
        if word[0].isupper():
            return small not in CLOSED["de"]
        describing = small.endswith(("e", "en", "er", "es", "em")) and small not in CLOSED["de"]
        return describing and tokens.word(index + 1)[:1].isupper() and small not in AUXILIARIES["de"]
    closed = CLOSED.get(language, frozenset())
    return word[0].islower() and small not in closed and small not in AUXILIARIES.get(language, frozenset())


# -- what is no quantity -----------------------------------------------------------------------------------------


def _tied(tokens: Tokens, number: Numeral, amount: _Amount, language: str) -> bool:
    """Whether letters or a hyphen tie the number to a word, or it is a time, a score, an ordinal, a paragraph."""
    first, last = number.first, number.last
    before, behind = tokens.word(amount.first - 1), tokens.word(last)
    if not number.digits:
        if not amount.unit and _skipped(tokens, last):
            return True
        if before not in HYPHENS or not tokens.touches(first) or not tokens.touches(first - 1) or number.scaled:
            return False
        return not numerals.may_begin(tokens, first - 2, language)  # "three-nought-four"
    if tokens.touches(amount.first) and (before[-1:].isalnum() or before in ("_", "#", "@", "/", ".", "’", "'")):
        return not (before[-1:].isalpha() and amount.first < first)
    if before in HYPHENS and tokens.touches(amount.first) and tokens.touches(amount.first - 1):
        return True
    if before in ("#", "§") or (before == "." and tokens.small(first - 2) in _REFERENCES.get(language, ())):
        return True
    if tokens.touches(amount.last) and (tokens.word(amount.last)[:1].isalnum() or tokens.word(amount.last) == "_"):
        return True
    if behind in HYPHENS and _chain(tokens, last):
        return True
    if behind == ":" and tokens.touches(last) and tokens.touches(last + 1) and tokens.word(last + 1)[:1].isdigit():
        return True
    if before == ":" and tokens.touches(first) and tokens.word(first - 2)[:1].isdigit():
        return True
    if not amount.unit and _skipped(tokens, last):
        return True
    return language == "de" and not amount.unit and _ordinal(tokens, number)


def _hangs(tokens: Tokens, amount: _Amount) -> bool:
    """Whether a number that is no range hangs together with another: ``3-1``, ``24/7``; or names an event."""
    last = amount.last
    tied = tokens.word(last) in ("-", "–", "/") and tokens.touches(last) and tokens.touches(last + 1)
    if tied and tokens.word(last + 1)[:1].isdigit() and amount.number.digits and not amount.unit:
        return True
    return tokens.text[tokens.starts[amount.first] : tokens.ends[last - 1]] in _EVENTS


def _chain(tokens: Tokens, index: int) -> bool:
    """Whether two more numbers hang on by hyphens, as in a telephone number or a serial number."""
    return all(
        tokens.touches(index + step)
        and (tokens.word(index + step) in ("-", "/") if step in (0, 2) else tokens.word(index + step)[:1].isdigit())
        for step in range(4)
    )


def _skipped(tokens: Tokens, index: int) -> bool:
    """Whether a time of day ends here: ``9 Uhr``, ``5 p.m.``, ``6 o'clock``."""
    word = tokens.small(index)
    if word in ("uhr", "am", "pm"):
        return word == "uhr" or not tokens.word(index + 1)[:1].isalpha()
    if word in ("a", "p") and tokens.word(index + 1) == "." and tokens.small(index + 2) == "m":
        return tokens.touches(index + 1) and tokens.touches(index + 2)
    return word == "o" and tokens.small(index + 2) == "clock"


def _ordinal(tokens: Tokens, number: Numeral) -> bool:
    """``der 2. Platz``: a German number and a stop, when the sentence goes on behind it."""
    stop = number.last
    word = tokens.words[number.first]
    if (
        tokens.word(stop) != "."
        or not tokens.touches(stop)
        or not word.isdigit()
        or len(word) > 3
        or tokens.touches(stop + 1)
    ):
        return False
    following = tokens.word(stop + 1)
    if not following[:1].isalpha() or tokens.breaks(stop + 1):
        return False
    return following[0].islower() or not (following.istitle() and following.lower() in CLOSED["de"])


def _behind_tie(tokens: Tokens, index: int) -> int:
    """The first token behind one that a number is tied to: ``4o``, ``192.168.1.2``, ``12:30`` are passed whole."""
    while (
        index < len(tokens)
        and tokens.touches(index)
        and (tokens.words[index][0].isalnum() or (tokens.words[index] in ":-/_" and tokens.touches(index + 1)))
    ):
        index += 1
    return index


def _opens(tokens: Tokens, index: int) -> bool:
    """Whether a sentence or a quotation may begin with this token."""
    return index <= 0 or tokens.words[index - 1] in _SENTENCE_OPENERS or tokens.breaks(index)


def _is_name(tokens: Tokens, amount: _Amount, taken: bytearray, language: str) -> bool:
    """Whether the number belongs to a name, or is no number but an article or a pronoun."""
    number = amount.number
    if number.article:
        return not _article_counts(tokens, amount, taken, language)
    if amount.unit and not number.digits and language == "en" and _title_case(tokens, number):
        return True
    if amount.unit or number.scaled:
        return False
    if not number.digits:
        return _word_in_name(tokens, number, language)
    if language == "de" and number.foreign:
        return True
    grouped = number.last > number.first + 1 or not tokens.words[number.first].isdigit()
    if grouped and number.value >= 1000:
        return False  # Groups of thousands are counted, names have none.
    return _behind_name(tokens, number, language)


def _behind_name(tokens: Tokens, number: Numeral, language: str) -> bool:
    """Whether a number in digits stands behind a name and in front of nothing that it could count.

    A name: a word with a capital letter that is of no closed class. In German that may be any noun, so that only a noun
    in the plural behind the number, or an adjective before one, is counted by it.
    """
    before = tokens.word(number.first - 1)
    if not any(letter.isupper() for letter in before) or not before[0].isalpha() or tokens.breaks(number.first):
        return False
    odd = not before.istitle() and len(before) > 1  # "iPhone", "GPT"
    if not odd and before.lower() in CLOSED.get(language, frozenset()):
        return False
    following = tokens.word(number.last)
    if language != "de":
        plural = any(_plural(tokens.word(at)) for at in (number.last, number.last + 1))
        return not (plural and _counts(tokens, number.last, language))
    if following[:1].isupper():
        return not following.endswith(("e", "er", "n", "s"))
    return odd or not _counts(tokens, number.last, language)


def _plural(word: str) -> bool:
    """Whether an English word in small letters looks like more than one."""
    return word.islower() and ((word.endswith("s") and not word.endswith("ss")) or word in _PLURALS)


_PLURALS = listed("people men women children police percent per feet")


def _title_case(tokens: Tokens, number: Numeral) -> bool:
    """``Three Mile Island``: the number word, its unit and what follows it have capital letters."""
    words = [tokens.word(at) for at in (number.first, number.last, number.last + 1)]
    return all(word.istitle() for word in words)


def _article_counts(tokens: Tokens, amount: _Amount, taken: bytearray, language: str) -> bool:
    """Whether ``ein`` or ``a`` is the number one: in front of a unit that is counted, or behind a comparison."""
    if not amount.unit:
        return False
    listed = amount.unit in _ARTICLE_UNITS.get(language, frozenset())
    if listed == (language == "en"):
        return True
    return _before(tokens, amount.first, language, taken)[0] != "="


def _word_in_name(tokens: Tokens, number: Numeral, language: str) -> bool:
    """Number words with a capital letter inside a sentence, and ``one`` as a pronoun."""
    first = number.first
    word = tokens.words[first]
    alone = number.last == first + 1
    if word[0].isupper() and not _opens(tokens, first) and not number.fraction:
        if language == "de":
            return True
        return tokens.word(first - 1)[:1].isupper() or tokens.word(number.last)[:1].isupper()
    if (
        language == "en"
        and tokens.word(number.last).istitle()
        and all(tokens.words[at].istitle() for at in range(first, number.last) if tokens.words[at].isalpha())
    ):
        return word.lower() != "one" and not tokens.word(number.last).endswith(("ns", "ts", "ers"))
    if word.lower() != "one" or not alone:
        return False
    if tokens.word(number.last) in ("'", "’") or tokens.small(first - 1) in _DETERMINERS:
        return True
    if tokens.small(number.last) in ("or", "and") and tokens.small(number.last + 1) in ("more", "two"):
        return False
    return not _counts(tokens, number.last, language)


# -- ranges and comparisons --------------------------------------------------------------------------------------


def _range(tokens: Tokens, amount: _Amount, taken: bytearray, language: str) -> _Amount | None:
    """Two bounds: ``90 bis 95 Prozent``, ``between 3 and 5``, ``10–12``, ``$3 to $5``, ``zwei oder drei``."""
    at = amount.last
    joint = tokens.small(at)
    before = tokens.small(amount.first - 1)
    between = before in ("between", "zwischen") and joint in ("and", "und")
    either = joint in ("or", "oder")
    if (
        not (between or either or joint in _JOINTS.get(language, _JOINTS["en"]))
        or amount.number.vague
        or amount.number.article
    ):
        return None
    begin = at + 1
    if tokens.word(begin) in units.CURRENCY_SIGNS or tokens.word(begin) in units.CURRENCY_CODES:
        begin += 1
    if begin >= len(tokens) or taken[begin] or not numerals.may_begin(tokens, begin, language):
        return None
    second = _amount(tokens, begin, taken, language)
    if second is None or second.number.vague or second.number.article:
        return None
    if joint in HYPHENS and not _one_hyphen(tokens, amount, second):
        return None
    if tokens.touches(second.last) and tokens.word(second.last)[:1].isalnum():
        return None
    low, high = amount.value, second.value
    if second.number.scaled and not amount.number.scaled and not amount.number.fraction:
        scaled = EXACT.multiply(low, second.number.scale)  # "3 to 5 million" begins at three million.
        low = scaled if scaled < high else low
    if not low < high or (amount.unit and second.unit and amount.unit != second.unit):
        return None
    if either and (high != low + 1 or amount.unit):
        return None
    if joint == "to" and before == "from" and _is_change(tokens, amount.first - 2):
        return None
    first = amount.first - 1 if between or before in ("from", "von") else amount.first
    number = replace(amount.number, last=second.number.last, scaled=amount.number.scaled or second.number.scaled)
    return _Amount(number, first, second.last, low, second.unit or amount.unit, high)


def _one_hyphen(tokens: Tokens, amount: _Amount, second: _Amount) -> bool:
    """Whether a hyphen joins just two numbers, as in ``5-10``; ``0228-55-10`` is a telephone number."""
    if not (amount.number.digits and second.number.digits):
        return False
    if tokens.touches(amount.last) != tokens.touches(amount.last + 1):
        return False
    third = tokens.word(second.last) in HYPHENS and tokens.word(second.last + 1)[:1].isdigit()
    return not third and not tokens.words[amount.number.first].startswith("0")


def _is_change(tokens: Tokens, index: int) -> bool:
    """Whether something rises or falls here, so that "from 3 to 5" are two values and not the bounds of one."""
    return any(_CHANGES.match(tokens.small(at)) for at in range(max(0, index - 3), index + 1))


def _compared(tokens: Tokens, amount: _Amount, taken: bytearray, language: str) -> tuple[Quantity, int]:
    """The quantity with what is said of it before and behind: ``more than``, ``rund``, ``oder mehr``."""
    comparator, approximate, first = _before(tokens, amount.first, language, taken)
    last = amount.last
    low: Decimal | None = _tidy(amount.value)
    high: Decimal | None = _tidy(amount.value if amount.upper is None else amount.upper)
    if amount.upper is not None:
        comparator, first = "between", amount.first
    else:
        comparator, last = _behind(tokens, last, comparator, language)
        if amount.number.vague and comparator in ("=", "~"):
            comparator = ">="
        if comparator in (">", ">="):
            high = None
        elif comparator in ("<", "<="):
            low = None
        elif approximate:
            comparator = "~"
    start, end = tokens.starts[first], tokens.ends[last - 1]
    return Quantity(start, end, tokens.text[start:end], low, high, amount.unit, comparator, approximate), last


def _before(tokens: Tokens, first: int, language: str, taken: bytearray) -> tuple[str, bool, int]:
    """Comparator, whether it is about so much, and the first token of the comparator, from what stands before."""
    patterns = _BY_LAST_WORD.get(language, {})
    comparator, approximate, at, start, equal = "=", False, first - 1, first, False
    for _ in range(5):
        if at < 0 or taken[at]:
            break
        word = tokens.small(at)
        if word in _SIGNS or word == "=":
            at, comparator, approximate, start = _sign(tokens, at, comparator, approximate)
            continue
        if word in ("to", "than") and tokens.small(at - 1) == "equal" and tokens.small(at - 2) == "or":
            equal, at = True, at - 3
            if tokens.small(at) in _MORE | _LESS:
                comparator, start, at = (">" if tokens.small(at) in _MORE else "<"), at, at - 1
            continue
        if word == "or" and tokens.small(at - 1) == "to" and tokens.small(at - 2) == "equal":
            equal, start, at = True, at - 2, at - 3
            continue
        found = _phrase(tokens, at, patterns.get(word, ()), taken)
        if found is None or (comparator != "=" and found[1] != "~"):
            break
        begin, meaning = found
        if meaning == "~":
            approximate = True
        elif meaning != "=" or comparator == "=":
            comparator, start = meaning, begin
        at = begin - 1
    return _OR_EQUAL.get(comparator, comparator) if equal else comparator, approximate, start


def _sign(tokens: Tokens, at: int, comparator: str, approximate: bool) -> tuple[int, str, bool, int]:  # noqa: FBT001 - a state
    """One of the signs ``<``, ``>=``, ``~``; ``<`` and ``=`` may stand apart."""
    word = tokens.word(at)
    start = at
    if word == "=" and tokens.word(at - 1) in ("<", ">"):
        return at - 2, _OR_EQUAL[tokens.word(at - 1)], approximate, at - 1
    if word == "=":
        return at - 1, comparator, approximate, start
    meaning = _SIGNS[word]
    if meaning == "~":
        return at - 1, comparator, True, at + 1
    return at - 1, meaning, approximate, start


def _phrase(
    tokens: Tokens, at: int, patterns: list[tuple[tuple[str, ...], str]] | tuple[()], taken: bytearray
) -> tuple[int, str] | None:
    """The phrase that ends with the token ``at``: where it begins and what it means."""
    for words, meaning in patterns:
        begin = at - len(words) + 1
        if begin < 0 or tuple(tokens.lower[begin : at + 1]) != words or any(taken[begin : at + 1]):
            continue
        if words in (("over",), ("bis",), ("about",), ("some",), ("ab",)) and begin and taken[begin - 1]:
            continue  # "$2000 over 3 years"; "5 bis 10" that is no range
        return begin, meaning
    return None


def _behind(tokens: Tokens, last: int, comparator: str, language: str) -> tuple[str, int]:
    """``or more``, ``oder weniger``, ``100+``: the comparator, and the token behind it."""
    if tokens.word(last) == "+" and tokens.touches(last) and comparator in ("=", "~"):
        return ">=", last + 1
    if tokens.small(last) not in _AND_OR:
        return comparator, last
    word = tokens.small(last + 1)
    if word == "equal" and comparator in _OR_EQUAL:
        behind = last + 3 if tokens.small(last + 2) == "to" else last + 2
        if not _number_follows(tokens, behind, language):
            return _OR_EQUAL[comparator], behind
        return comparator, last
    if comparator not in ("=", "~") or (word not in _MORE and word not in _LESS):
        return comparator, last
    behind = last + 2
    if tokens.small(behind) in ("than", "als"):
        behind += 1
        if _number_follows(tokens, behind, language):
            return comparator, last
    elif _counts(tokens, behind, language) and tokens.small(last) in ("and", "und"):
        return comparator, last
    return (">=" if word in _MORE else "<="), behind


def _number_follows(tokens: Tokens, index: int, language: str) -> bool:
    """Whether another number begins at the token ``index``."""
    return index < len(tokens) and numerals.may_begin(tokens, index, language)


_SHORT = Context(prec=28)


def _tidy(value: Decimal) -> Decimal:
    """The same number without zeros that say nothing: 500000.0 -> 500000; an endless fraction to 28 digits."""
    if len(value.as_tuple().digits) > numerals.LONGEST:
        value = _SHORT.plus(value)
    plain = value.normalize(EXACT)
    exponent = plain.as_tuple().exponent
    if isinstance(exponent, int) and 0 < exponent <= 60:
        return Decimal(int(plain))
    return plain


_BRIDGE = re.compile(r"(\s*,)?\s*(and|but|und|aber|jedoch|sowie)?\s*")


def _merged(text: str, found: list[Quantity]) -> list[Quantity]:
    """Joins two bounds of the same thing: "more than 10 and less than 20" is one quantity from 10 to 20."""
    merged: list[Quantity] = []
    for quantity in found:
        one = merged[-1] if merged else None
        if one and quantity.start - one.end <= _BRIDGE_LENGTH and _fit(text, one, quantity):
            low = one.low if one.low is not None else quantity.low
            high = one.high if one.high is not None else quantity.high
            if low is not None and high is not None and low < high:
                merged[-1] = Quantity(
                    one.start, quantity.end, text[one.start : quantity.end], low, high, quantity.unit or one.unit,
                    "between", one.approximate or quantity.approximate,
                )  # fmt: skip
                continue
        merged.append(quantity)
    return merged


_BRIDGE_LENGTH = 8


def _fit(text: str, one: Quantity, two: Quantity) -> bool:
    """Whether one is a lower and the other an upper bound of the same, joined by a word; at a comma: in this order."""
    bridge = _BRIDGE.fullmatch(text, one.end, two.start)
    if {one.comparator[:1], two.comparator[:1]} != {"<", ">"} or bridge is None or DATE in (one.unit, two.unit):
        return False
    if bridge[2] is None:
        return one.comparator[0] == ">" and one.unit == two.unit
    return one.unit == two.unit or not one.unit or not two.unit


_CLAUSE = 80
"""Characters between a quantity and a deadline that may belong to it."""
_CLAUSE_END = re.compile(r"[.;:!?,()\n–—]")


def _with_deadlines(text: str, found: list[Quantity]) -> list[Quantity]:
    """Gives the deadline of a clause to the nearest quantity before it, else to the next behind it."""
    result = list(found)
    for at, quantity in enumerate(found):
        if quantity.deadline is None:
            continue
        for step in (-1, 1):
            near = at + step
            if not 0 <= near < len(result) or result[near].unit in (DATE, RANK):
                continue
            start, end = sorted((quantity.start, result[near].start))
            gap = text[(quantity if step > 0 else result[near]).end : end]
            if len(gap) <= _CLAUSE and not _CLAUSE_END.search(gap) and start < end:
                result[near] = replace(result[near], deadline=quantity.deadline)
                break
    return result
