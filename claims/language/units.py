"""Units and currencies: the words and signs for them, and one canonical code for each.

Codes are English words (``kilometre`` is written ``kilometre``, a per cent ``percent``); currencies are ISO 4217 codes
where the word says which currency it is, else the plain word (``franc``). "$" and "dollar" alone are read as USD,
"£" as GBP, "¥" as JPY. "Pound" without a sign is a weight, unless a magnitude stands before it.
"""

from claims.language.tokens import Tokens
from claims.language.words import listed

PERCENT = "percent"
CURRENCY_SIGNS = {
    "$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "元": "CNY", "₹": "INR", "₽": "RUB", "₺": "TRY", "₩": "KRW",
    "₪": "ILS", "₫": "VND", "₴": "UAH", "₦": "NGN", "₱": "PHP", "฿": "THB", "₿": "BTC", "₡": "CRC", "₭": "LAK",
    "₾": "GEL", "₸": "KZT", "₮": "MNT", "₵": "GHS", "₲": "PYG", "₼": "AZN",
}  # fmt: skip
CURRENCY_CODES = listed(
    """
    USD EUR GBP JPY CNY CHF AUD CAD NZD HKD SGD SEK NOK DKK ISK PLN CZK HUF RON BGN RUB UAH TRY INR PKR BDT LKR KRW
    TWD THB IDR MYR PHP VND BRL MXN ARS CLP COP PEN ZAR NGN KES EGP MAD ILS SAR AED QAR KWD IRR IQD AFN KZT GEL BTC
    ETH DEM ATS FRF ITL ESP RMB XAU
    """
)
DOLLAR_PREFIXES = {
    "us": "USD", "u.s": "USD", "a": "AUD", "au": "AUD", "c": "CAD", "ca": "CAD", "hk": "HKD", "nz": "NZD", "s": "SGD",
    "nt": "TWD", "mex": "MXN", "r": "BRL",
}  # fmt: skip
_CURRENCY_WORDS = """
    EUR euro euros euronen
    GBP sterling
    JPY yen
    CNY yuan renminbi rmb kuai
    CHF franken sfr
    INR rupie rupien rupee rupees
    RUB rubel ruble rubles rouble roubles
    PLN zloty złoty zlotys
    TRY lira liras
    KRW won
    THB baht
    ILS schekel shekel shekels
    ZAR rand
    UAH hrywnja hryvnia hryvnias
    HUF forint forints
    BTC bitcoin bitcoins
    VND dong
    DEM d-mark dm
    USD dollar dollars dollarn bucks
    krone krone kronen kroner krona kronor krones
    peso peso pesos
    franc franc francs
    dinar dinar dinars dinare
    riyal riyal riyals rial rials riel riels
    guilder gulden guilder guilders
    peseta peseta pesetas peseten
    markka markka
    mark mark
    cent cent cents eurocent
    penny penny pence pennies
    satoshi satoshi satoshis
    real reais
"""
_NATIONS = {
    "us": "US", "u.s": "US", "american": "US", "amerikanische": "US", "australian": "AU", "australische": "AU",
    "canadian": "CA", "kanadische": "CA", "hong kong": "HK", "singapore": "SG", "british": "GB", "britische": "GB",
    "swiss": "CH", "schweizer": "CH", "japanese": "JP", "japanische": "JP", "chinese": "CN", "chinesische": "CN",
    "indian": "IN", "indische": "IN", "russian": "RU", "russische": "RU", "turkish": "TR", "türkische": "TR",
    "swedish": "SE", "schwedische": "SE", "norwegian": "NO", "norwegische": "NO", "danish": "DK", "dänische": "DK",
    "mexican": "MX", "mexikanische": "MX", "finnish": "FI", "finnische": "FI", "dutch": "NL", "niederländische": "NL",
    "french": "FR", "französische": "FR", "egyptian": "EG", "ägyptische": "EG", "german": "DE", "deutsche": "DE",
    "new zealand": "NZ", "neuseeländische": "NZ", "italian": "IT", "italienische": "IT", "spanish": "ES",
}  # fmt: skip
_NATION_LETTERS = frozenset(name[0] for name in _NATIONS)
_NATIONAL = {
    ("USD", "AU"): "AUD", ("USD", "CA"): "CAD", ("USD", "HK"): "HKD", ("USD", "SG"): "SGD", ("USD", "NZ"): "NZD",
    ("USD", "US"): "USD", ("pound", "GB"): "GBP", ("pound", "EG"): "EGP", ("franc", "CH"): "CHF", ("CHF", "CH"): "CHF",
    ("franc", "FR"): "FRF", ("JPY", "JP"): "JPY", ("CNY", "CN"): "CNY", ("INR", "IN"): "INR", ("RUB", "RU"): "RUB",
    ("TRY", "TR"): "TRY", ("TRY", "IT"): "ITL", ("krone", "SE"): "SEK", ("krone", "NO"): "NOK", ("krone", "DK"): "DKK",
    ("peso", "MX"): "MXN", ("markka", "FI"): "FIM", ("mark", "FI"): "FIM", ("mark", "DE"): "DEM",
    ("guilder", "NL"): "NLG", ("peseta", "ES"): "ESP",
}  # fmt: skip

_UNITS = {
    "en": """
        percent percent percents percentage
        percent per_cent
        percentage_point percentage_point percentage_points
        basis_point basis_point basis_points
        second second seconds sec secs
        minute minute minutes min mins
        hour hour hours hr hrs
        day day days
        week week weeks
        month month months
        quarter quarters
        year year years yr yrs
        decade decade decades
        century century centuries
        year yo years_old year_old years_of_age yrs_old year_-_old y_/_o
        month months_old month_old months_of_age month_-_old
        week weeks_old week_old weeks_of_age week_-_old
        day days_old day_old day_-_old
        inch inch inches
        foot foot feet ft
        yard yard yards
        mile mile miles
        nautical_mile nautical_mile nautical_miles
        light_year light_year light_years
        square_inch square_inch square_inches
        square_foot square_foot square_feet sq_ft
        square_mile square_mile square_miles
        square_metre square_metre square_metres square_meter square_meters
        square_kilometre square_kilometre square_kilometres square_kilometer square_kilometers
        cubic_metre cubic_metre cubic_metres cubic_meter cubic_meters
        cubic_foot cubic_foot cubic_feet
        acre acre acres
        hectare hectare hectares
        ounce ounce ounces oz
        pound pound pounds lb lbs
        stone stones
        tonne tonne tonnes metric_ton metric_tons
        ton ton tons
        kilogram kilo kilos
        gallon gallon gallons
        pint pint pints
        quart quart quarts
        cup cup cups
        tablespoon tablespoon tablespoons tbsp
        teaspoon teaspoon teaspoons tsp
        barrel barrel barrels bbl
        bushel bushel bushels
        horsepower horsepower hp
        degree degree degrees deg
        celsius degrees_celsius degree_celsius degrees_c degree_c deg_c deg_celsius celsius  centigrade
        fahrenheit degrees_fahrenheit degree_fahrenheit degrees_f degree_f deg_f fahrenheit
        kelvin kelvin kelvins
        times times
        turn turn turns
        knot knots
        kilometre_per_hour kph kmph kmh
        mile_per_hour mph
        carat carat carats
        dram drachm dram drams
        """,
    "de": """
        percent prozent
        percentage_point prozentpunkt prozentpunkte prozentpunkten
        permille promille
        basis_point basispunkt basispunkte basispunkten
        second sekunde sekunden sek
        minute minute minuten min
        hour stunde stunden std
        day tag tage tagen tages
        week woche wochen
        month monat monate monaten
        quarter quartal quartale quartalen
        year jahr jahre jahren jahres
        decade jahrzehnt jahrzehnte jahrzehnten
        century jahrhundert jahrhunderte jahrhunderten
        year jahre_alt jahren_alt jahr_alt lebensjahren lebensjahre
        month monate_alt monat_alt
        week wochen_alt woche_alt
        day tage_alt tag_alt
        inch zoll
        foot fuß
        mile meile meilen
        nautical_mile seemeile seemeilen
        light_year lichtjahr lichtjahre lichtjahren
        square_metre quadratmeter quadratmetern qm
        square_kilometre quadratkilometer quadratkilometern
        square_mile quadratmeile quadratmeilen
        cubic_metre kubikmeter kubikmetern
        cubic_centimetre kubikzentimeter
        hectare hektar
        pound pfund
        hundredweight zentner
        tonne tonne tonnen
        kilogram kilo kilos
        gallon gallone gallonen
        cup tasse tassen
        tablespoon esslöffel el
        teaspoon teelöffel tl
        barrel barrel fass
        horsepower ps pferdestärken
        degree grad
        celsius grad_celsius celsius
        fahrenheit grad_fahrenheit fahrenheit
        kelvin kelvin
        kilometre_per_hour stundenkilometer stundenkilometern tempo kmh
        times mal
        turn umdrehung umdrehungen turn
        knot knoten
        carat karat
        """,
}
_PREFIXES = {
    "": "", "kilo": "k", "mega": "M", "giga": "G", "tera": "T", "peta": "P", "exa": "E", "milli": "m", "micro": "µ",
    "nano": "n", "pico": "p", "centi": "c", "deci": "d", "hecto": "h",
}  # fmt: skip
_GERMAN_PREFIXES = {"micro": "mikro", "centi": "zenti", "deci": "dezi", "hecto": "hekto", "pico": "piko"}
_LARGE = ("", "kilo", "mega", "giga", "tera", "peta")
_SMALL = ("", "kilo", "hecto", "deci", "centi", "milli", "micro", "nano", "pico")
_BASES: list[tuple[str, str, str, str, tuple[str, ...]]] = [
    # code, sign, English words, German words, prefixes
    ("metre", "m", "metre metres meter meters", "meter metern meters", _SMALL),
    ("litre", "l", "litre litres liter liters", "liter litern", _SMALL),
    ("gram", "g", "gram grams gramme grammes", "gramm", (*_SMALL, "mega")),
    ("watt", "W", "watt watts", "watt", (*_LARGE, "milli")),
    ("watt_hour", "Wh", "watt_hour watt_hours watthour watthours watt_-_hours", "wattstunde wattstunden", _LARGE),
    ("byte", "B", "byte bytes", "byte bytes", (*_LARGE, "exa")),
    ("bit", "bit", "bit bits", "bit bits", _LARGE),
    ("hertz", "Hz", "hertz", "hertz", _LARGE),
    ("volt", "V", "volt volts", "volt", (*_LARGE, "milli")),
    ("ampere", "A", "ampere amperes amp amps", "ampere", ("", "kilo", "milli")),
    ("joule", "J", "joule joules", "joule", _LARGE),
    ("calorie", "cal", "calorie calories", "kalorie kalorien", ("", "kilo")),
    ("pascal", "Pa", "pascal pascals", "pascal", (*_LARGE, "hecto")),
    ("second", "s", "second seconds", "sekunde sekunden", ("milli", "micro", "nano", "pico")),
    ("newton", "N", "newton newtons", "newton", ("", "kilo")),
    ("ohm", "Ω", "ohm ohms", "ohm", ("", "kilo", "mega")),
    ("becquerel", "Bq", "becquerel becquerels", "becquerel", _LARGE),
    ("sievert", "Sv", "sievert sieverts", "sievert", ("", "milli", "micro")),
    ("decibel", "dB", "decibel decibels", "dezibel", ("",)),
    ("radian", "rad", "radian radians", "radiant", ("",)),
    ("pixel", "px", "pixel pixels", "pixel", ("", "mega")),
    ("tonne", "t", "", "", ("", "mega", "giga")),
]
_BARE_SIGNS = listed("m l g W B V A J N t s")
"""Signs of one letter; the rest have a prefix or more letters and are safer."""

_SIGNS = {
    "%": PERCENT, "‰": "permille", "h": "hour", "min": "minute", "s": "second", "ha": "hectare",
    "sqm": "square_metre", "qm": "square_metre", "m²": "square_metre", "km²": "square_kilometre",
    "m³": "cubic_metre", "cm²": "square_centimetre", "cm³": "cubic_centimetre", "m2": "square_metre",
    "km2": "square_kilometre", "m3": "cubic_metre", "cm2": "square_centimetre", "cm3": "cubic_centimetre",
    "mb": "megabit", "℃": "celsius", "℉": "fahrenheit", "in": "inch", "ppm": "part_per_million",
    "µm": "micrometre",
}  # fmt: skip


def _tables() -> tuple[dict[str, dict[str, str]], dict[str, str], dict[str, dict[str, int]]]:
    words: dict[str, dict[str, str]] = {"de": {}, "en": {}}
    signs = dict(_SIGNS)
    for code, sign, english, german, prefixes in _BASES:
        for prefix in prefixes:
            full = prefix + code
            for word in english.split():
                words["en"][prefix + word] = full
            for word in german.split():
                words["de"][_GERMAN_PREFIXES.get(prefix, prefix) + word] = full
            signs.setdefault(_PREFIXES[prefix] + sign, full)
            if prefix == "micro":
                signs.setdefault("μ" + sign, full)
    for language, lines in _UNITS.items():
        for line in lines.strip().splitlines():
            code, *forms = line.split()
            words[language].update(dict.fromkeys(forms, code))
    for line in _CURRENCY_WORDS.strip().splitlines():
        code, *forms = line.split()
        for table in words.values():
            table.update(dict.fromkeys(forms, code))
    longest: dict[str, dict[str, int]] = {"de": {}, "en": {}}
    for language, table_of in words.items():
        for form in table_of:
            first, *rest = form.split("_")
            longest[language][first] = max(longest[language].get(first, 1), 1 + len(rest))
    return words, signs, longest


_WORDS, _SIGN_TABLE, _LONGEST = _tables()
CURRENCIES = CURRENCY_CODES | {line.split()[0] for line in _CURRENCY_WORDS.strip().splitlines()}
"""Codes that stand for money."""

_PER = listed("per pro je a an /")
_BRACKETS = {"(": ")", "[": "]", "{": "}", "<": ">"}


def word(tokens: Tokens, index: int, language: str) -> tuple[str, int] | None:
    """Code of the unit written out in words at the token ``index``, and the token behind it; None when none is."""
    if language not in _WORDS:
        return None
    table = _WORDS[language]
    for length in range(_LONGEST[language].get(tokens.small(index), 0), 0, -1):
        if index + length > len(tokens):
            continue
        code = table.get("_".join(tokens.lower[index : index + length]))
        if code:
            return code, index + length
    return None


def nation(tokens: Tokens, index: int, language: str) -> tuple[str, int] | None:
    """A currency with a nation's name before it: ``Swiss francs``, ``US-Dollar``, ``australische Dollar``."""
    if tokens.small(index)[:1] not in _NATION_LETTERS:
        return None
    for length in (3, 2, 1):
        parts = tokens.lower[index : index + length]
        name = ".".join(part for part in parts if part != ".") if "." in parts else " ".join(parts)
        country = _NATIONS.get(name) or (_NATIONS.get(name.rstrip("nrs")) if len(name) > 6 else None)
        if not country:
            continue
        at = index + length
        if tokens.word(at) in ("-", "."):
            at += 1
        money = word(tokens, at, language)
        if money and (money[0] in CURRENCIES or money[0] == "pound"):
            return _NATIONAL.get((money[0], country), money[0]), money[1]
    return None


def after(tokens: Tokens, index: int, language: str, *, digits: bool, large: bool) -> tuple[str, int] | None:
    """The unit behind a number that ends before the token ``index``: its code and the token behind it.

    ``digits``: the number is written in digits, so that a sign may follow (``5 kg``). ``large``: it has a magnitude,
    which makes pounds money. A hyphen may stand between (``12-cent``). ``Euro pro Tag`` is ``EUR per day``.
    """
    found = _one(tokens, index, language, digits=digits)
    if found is None:
        return None
    code, last = found
    if code == "pound" and (large or tokens.small(last) == "sterling"):
        return "GBP", last + 1 if tokens.small(last) == "sterling" else last
    if tokens.small(last) in _PER and code not in (PERCENT, "times"):
        per = _one(tokens, last + 1, language, digits=tokens.word(last) == "/")
        single = tokens.small(last) not in ("a", "an") or (per is not None and per[0] in _TIMES)
        if per and single and per[0] not in CURRENCIES:
            return f"{code} per {per[0]}", per[1]
    return code, last


_TIMES = listed("second minute hour day week month year")


def _one(tokens: Tokens, index: int, language: str, *, digits: bool) -> tuple[str, int] | None:
    at = index
    if tokens.word(at) in ("-", "‐", "‑") and tokens.touches(at + 1) and tokens.touches(at):
        at += 1
    sign = tokens.word(at)
    if not sign:
        return None
    if sign in CURRENCY_SIGNS:
        return CURRENCY_SIGNS[sign], at + 1
    if sign in _BRACKETS and tokens.word(at + 2) == _BRACKETS[sign] and digits:
        code = _SIGN_TABLE.get(tokens.word(at + 1))
        return (code, at + 3) if code and tokens.word(at + 1) not in _BARE_SIGNS else None
    if sign == "°":
        letter = tokens.word(at + 1) if tokens.starts[at + 1 : at + 2] else ""
        code = {"C": "celsius", "F": "fahrenheit", "c": "celsius", "f": "fahrenheit"}.get(letter)
        return (code, at + 2) if code else ("degree", at + 1)
    if digits and sign in ('"', "”", "″") and language == "en" and not tokens.touches(at):
        return ("inch", at + 1) if tokens.small(at + 1) in ("long", "wide", "tall", "high", "thick", "deep") else None
    found = word(tokens, at, language) or nation(tokens, at, language)
    if found:
        return found
    if sign in CURRENCY_CODES:
        return ("CNY" if sign == "RMB" else sign), at + 1
    if sign.upper() in CURRENCY_CODES and len(sign) == 3 and sign.lower() not in ("try", "all", "top", "mad", "cop"):
        return ("CNY" if sign.upper() == "RMB" else sign.upper()), at + 1
    return _sign(tokens, at) if digits or sign == "%" else None


def _sign(tokens: Tokens, at: int) -> tuple[str, int] | None:
    """A sign such as ``km`` or ``m2``; one letter alone must touch the number or stand at the end of its phrase."""
    sign = tokens.word(at)
    if tokens.word(at + 1) in ("2", "3") and tokens.touches(at + 1) and sign + tokens.word(at + 1) in _SIGN_TABLE:
        return _SIGN_TABLE[sign + tokens.word(at + 1)], at + 2
    if tokens.touches(at + 1) and tokens.word(at + 1)[:1].isalnum():
        return None
    if sign == "x" and tokens.touches(at):
        return "times", at + 1
    code = _SIGN_TABLE.get(sign)
    if code is None or (sign == "in" and tokens.word(at + 1)[:1].isalnum()):
        return None
    if len(sign) == 1 and tokens.word(at + 1) in ("'", "’", "&") and tokens.touches(at + 1):
        return None
    return code, at + 1


def before(tokens: Tokens, index: int) -> tuple[str, int, int] | None:
    """The currency in front of a number at the token ``index``: code, first token, power of ten of ``M`` in ``MUSD``.

    ``$ 5``, ``US$ 5``, ``u.s. $ 5``, ``C $ 5``, ``Mex$ 5``, ``aud$ 5``, ``USD 5``, ``USD5``, ``MEUR 60``.
    """
    sign = tokens.word(index - 1)
    if sign in CURRENCY_SIGNS:
        code, first = CURRENCY_SIGNS[sign], index - 1
        prefix = tokens.small(index - 2)
        if sign == "$" and prefix.isalpha() and len(prefix) <= 3 and not tokens.breaks(index - 1):
            if prefix.upper() in CURRENCY_CODES:
                return prefix.upper(), index - 2, 0
            touching = tokens.touches(index - 1)
            if prefix in DOLLAR_PREFIXES and (touching or prefix not in ("a", "s")):
                code, first = DOLLAR_PREFIXES[prefix], index - 2
            if prefix == "s" and tokens.word(index - 3) == "." and tokens.small(index - 4) == "u":
                code, first = "USD", index - 4
        return code, first, 0
    if sign in CURRENCY_CODES or (
        sign.upper() in CURRENCY_CODES and sign.lower() in ("usd", "eur", "rmb", "gbp", "chf")
    ):
        return ("CNY" if sign.upper() == "RMB" else sign.upper()), index - 1, 0
    if len(sign) == 4 and sign[0] in "MK" and sign[1:] in CURRENCY_CODES:
        return sign[1:], index - 1, 6 if sign[0] == "M" else 3
    if sign.lower() == "dollar":
        return "USD", index - 1, 0
    return None


def thousands(sign: str) -> tuple[str, int] | None:
    """``MEUR`` behind a number: EUR and the power of ten 6."""
    if len(sign) == 4 and sign[0] in "MK" and sign[1:] in CURRENCY_CODES:
        return sign[1:], 6 if sign[0] == "M" else 3
    return None


COMPOUND = {
    ("foot", "inch"): 12, ("hour", "minute"): 60, ("minute", "second"): 60, ("USD", "cent"): 100, ("EUR", "cent"): 100,
    ("GBP", "penny"): 100, ("AUD", "cent"): 100, ("CAD", "cent"): 100, ("CHF", "rappen"): 100, ("year", "month"): 12,
}  # fmt: skip
"""Two units that make one quantity when they stand together, and how many of the second make one of the first."""
