"""Quantities: numbers with unit, bounds and time, in German and English; and what looks like one and is none."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.language.quantities import DATE, RANK, Quantity, find

GERMAN, ENGLISH = "de", "en"


def brief(quantity: Quantity) -> str:
    """A quantity in one line: ``low..high unit``, the bounds that it has."""
    low = "" if quantity.low is None else f"{quantity.low:f}"
    high = "" if quantity.high is None else f"{quantity.high:f}"
    value = low if low == high else f"{low}..{high}"
    sign = {"=": "", "between": ""}.get(quantity.comparator, quantity.comparator)
    return f"{sign}{value} {quantity.date or quantity.unit}".strip()


def found(text: str, language: str) -> list[str]:
    return [brief(quantity) for quantity in find(text, language)]


# A number is read in digits and in words, with the marks and the magnitudes of its language.
NUMBERS = [
    (GERMAN, "Es waren 1.234.567,5 Tonnen.", ["1234567.5 tonne"]),
    (GERMAN, "Es waren 1 234 567 Tonnen oder 1'000 Tonnen.", ["1234567 tonne", "1000 tonne"]),
    (GERMAN, "Das kostet 2,5 Mio. Euro oder 3 Mrd. Dollar.", ["2500000 EUR", "3000000000 USD"]),
    (GERMAN, "Sie hat eine Billion Schulden.", ["1000000000000"]),
    (GERMAN, "Das Projekt kostet 500 Milliarden Dollar.", ["500000000000 USD"]),
    (GERMAN, "zwölf, zweiundzwanzig, dreihundertfünf", ["12", "22", "305"]),
    (GERMAN, "zwoelf Huehner und einunddreissig Eier", ["12", "31"]),
    (GERMAN, "Zwei Millionen dreihunderttausend Menschen", ["2300000"]),
    (GERMAN, "anderthalb Stunden und dreieinhalb Jahre", ["1.5 hour", "3.5 year"]),
    (GERMAN, "drei Viertel der Wähler, zwei Drittel der Sitze", ["0.75", "0.6666666666666666666666666667"]),
    (GERMAN, "eine halbe Million, die Hälfte, ein halbes Dutzend", ["500000", "0.5", "6"]),
    (GERMAN, "drei von vier Befragten, jeder fünfte Haushalt", ["0.75", "0.2"]),
    (GERMAN, "drei Komma sieben Prozent, minus fünf Grad", ["3.7 percent", "-5 degree"]),
    (GERMAN, "Das 500-Milliarden-Dollar-Projekt", ["500000000000 USD"]),
    (GERMAN, "Er kam zehnmal zu spät, die fünfjährige Tochter auch.", ["10 times", "5 year"]),
    (ENGLISH, "It sold 1,234,567.5 tonnes.", ["1234567.5 tonne"]),
    (ENGLISH, "One billion dollars, two trillion yen", ["1000000000 USD", "2000000000000 JPY"]),
    (ENGLISH, "twenty-five, one hundred and five thousand", ["25", "105000"]),
    (ENGLISH, "half a million, three quarters, two and a half million", ["500000", "0.75", "2500000"]),
    (ENGLISH, "one hundred and three quarters and two hundred point zero five", ["100.75", "200.05"]),
    (ENGLISH, "1/2, 2 1/4, ¾ and 10½ miles", ["0.5", "2.25", "0.75", "10.5 mile"]),
    (ENGLISH, "three out of four, one in five", ["0.75", "0.2"]),
    (ENGLISH, "1.5e6 volts and 3 x 10^8 metres per second", ["1500000 volt", "300000000 metre per second"]),
    (
        ENGLISH,
        "He is 5 feet 11 inches and has 3 dollars and 50 cents.",
        ["5.916666666666666666666666667 foot", "3.5 USD"],
    ),
    (
        ENGLISH,
        "It raised £20m, $3bn and 40k euros for 1m users.",
        ["20000000 GBP", "3000000000 USD", "40000 EUR", "1000000"],
    ),
    ("fr", "Il y a 1 234,5 km et 12 % de plus.", ["1234.5 kilometre", "12 percent"]),
    ("es", "1.234.567 personas, 12,5 kg", ["1234567", "12.5 kilogram"]),
    ("zh", "增长 12.5% 到 3000 元", ["12.5 percent", "3000 CNY"]),
]

# Units get one code each, whatever the language calls them.
UNITS = [
    (GERMAN, "50 Gigawatt, 3 GW, 20 Kilowattstunden", ["50 gigawatt", "3 gigawatt", "20 kilowatt_hour"]),
    (GERMAN, "30 Sekunden, 5 Jahre, 18-Jährige, 40 Jahre alt", ["30 second", "5 year", "18 year", "40 year"]),
    (GERMAN, "80 kg, 3,5 km, 120 km/h, 7 m², 16 GB",
     ["80 kilogram", "3.5 kilometre", "120 kilometre per hour", "7 square_metre", "16 gigabyte"]),
    (GERMAN, "20 °C, 20 Grad Celsius, 90 Grad Fahrenheit", ["20 celsius", "20 celsius", "90 fahrenheit"]),
    (GERMAN, "7,5 Cent je Kilowattstunde, 0,3 Prozentpunkte", ["7.5 cent per kilowatt_hour", "0.3 percentage_point"]),
    (GERMAN, "10 Schweizer Franken, 5 US-Dollar, 3 €, 4 CHF", ["10 CHF", "5 USD", "3 EUR", "4 CHF"]),
    (ENGLISH, "30 seconds, a 12-cent rise, 3-inch nails", ["30 second", "12 cent", "3 inch"]),
    (ENGLISH, "US$ 5, C$7, EUR 9, 10 Swiss francs", ["5 USD", "7 CAD", "9 EUR", "10 CHF"]),
    (ENGLISH, "25 pounds of salt, 3 million pounds", ["25 pound", "3000000 GBP"]),
    (ENGLISH, "75 °F, 100 MW, 60 mph, 5 percentage points",
     ["75 fahrenheit", "100 megawatt", "60 mile_per_hour", "5 percentage_point"]),
]  # fmt: skip

# Bounds: a range has two, a comparison one; a number that is about so much keeps both and says "about".
BOUNDS = [
    (GERMAN, "um 90 bis 95 Prozent günstiger", ["90..95 percent"]),
    (GERMAN, "zwischen 3 und 5 Millionen Euro", ["3000000..5000000 EUR"]),
    (GERMAN, "10–12 Stunden, zwei oder drei Tage", ["10..12 hour", "2..3 day"]),
    (GERMAN, "Der Preis stieg von 3 auf 5 Prozent.", ["3", "5 percent"]),
    (GERMAN, "in weniger als 30 Sekunden", ["<..30 second"]),
    (GERMAN, "mehr als rund 500 Menschen, höchstens 7, mindestens 8", [">500..", "<=..7", ">=8.."]),
    (GERMAN, "bis zu 35 Grad, 20 oder mehr, 100+", ["<=..35 degree", ">=20..", ">=100.."]),
    (GERMAN, "rund 50, fast 60 und knapp 70 Häuser", ["~50", "~60", "~70"]),
    (GERMAN, "mehr als 10, aber weniger als 20 Prozent", ["10..20 percent"]),
    (GERMAN, "mehrere Modelle, Milliarden Euro, Tausende Menschen", [">=2..", ">=1000000000.. EUR", ">=1000.."]),
    (ENGLISH, "between 3 and 5 people, from 10 to 12 hours, $3-5 billion",
     ["3..5", "10..12 hour", "3000000000..5000000000 USD"]),
    (ENGLISH, "Prices rose from 3 to 5 percent.", ["3", "5 percent"]),
    (ENGLISH, "less than or equal to 40, at least 3, no more than 12", ["<=..40", "3..12"]),
    (ENGLISH, "about 500, nearly 60, over 70, 80 or more", ["~500", "~60", ">70..", ">=80.."]),
    (ENGLISH, "x > 30, y <= 5", [">30..", "<=..5"]),
    (ENGLISH, "tens of thousands of people, several hundred cars", [">=10000..", ">=200.."]),
    (ENGLISH, "the world's first reactor, the second-largest city", ["1 rank", "2 rank"]),
    (GERMAN, "der weltweit erste Reaktor, die zweitgrößte Stadt", ["1 rank", "2 rank"]),
]  # fmt: skip

# Dates: as exactly as they are said. Without a year there is none: nobody asks a clock.
DATES = [
    (GERMAN, "am 18. März 2025", ["2025-03-18"]),
    (GERMAN, "am 18. März, Mitte März, im März", ["--03-18", "--03-11/--03-20", "--03"]),
    (GERMAN, "Ende Januar 2025, Anfang 2024, Ende Februar 2024",
     ["2025-01-21/2025-01-31", "2024-01-01/2024-04-30", "2024-02-21/2024-02-29"]),
    (GERMAN, "am 18.03.2025, im Jahr 2019, seit 2020", ["2025-03-18", "2019", "2020"]),
    (GERMAN, "von 2020 bis 2023, im dritten Quartal 2024, in den 1990er Jahren",
     ["2020/2023", "2024-07-01/2024-09-30", "1990/1999"]),
    (GERMAN, "vom 18. bis 20. März 2025, von Juni bis August 2008", ["2025-03-18/2025-03-20", "2008-06/2008-08"]),
    (GERMAN, "Nachdem 1994 alles anders war, im Schuljahr 2006/2007, in den 1950-er Jahren",
     ["1994", "2006/2007", "1950/1959"]),
    (ENGLISH, "on March 18, 2025, on 18 March 2025, on 3/18/2025, on 2025-03-18", ["2025-03-18"] * 4),
    (ENGLISH, "early March, mid-March 2024, late 2023",
     ["--03-01/--03-10", "2024-03-11/2024-03-20", "2023-09-01/2023-12-31"]),
    (ENGLISH, "in Q3 2024, in the 1990s, between 2020 and 2023", ["2024-07-01/2024-09-30", "1990/1999", "2020/2023"]),
    (ENGLISH, "We may march on. It was in May 2020.", ["2020-05"]),
]  # fmt: skip


@pytest.mark.parametrize(("language", "text", "expected"), NUMBERS + UNITS + BOUNDS)
def test_quantity(language: str, text: str, expected: list[str]) -> None:
    assert found(text, language) == expected


@pytest.mark.parametrize(("language", "text", "expected"), DATES)
def test_date(language: str, text: str, expected: list[str]) -> None:
    quantities = find(text, language)

    assert [quantity.date for quantity in quantities] == expected
    assert {quantity.unit for quantity in quantities} == {DATE}
    assert {quantity.low for quantity in quantities} == {None}


# No number stands inside a name, an address, an ordinal, a time of day, a score, a paragraph or a page number.
@pytest.mark.parametrize(
    ("language", "text"),
    [
        (GERMAN, "OpenAI o1 und DeepSeek R1, GPT-4o, H20-Chips, A380, CO2, G7, 3D-Grafik, 5G-Netz"),
        (GERMAN, "Alibaba stellte Qwen 2.5 vor, Baidu Ernie 4.5 und Ernie X1."),
        (GERMAN, "Claude 3.5 Sonnet von Anthropic ist besser als Windows 11."),
        (GERMAN, "in „Tier-1“-Ländern nach der EO 14110 und der Agenda 2030"),
        (GERMAN, "Der FC Schalke 04 gewann 3:1, der SC 2-0, um 9 Uhr, um zwölf Uhr oder um 10:30 Uhr."),
        (GERMAN, "im 19. Jahrhundert, am 2. Tag, auf S. 12, nach § 5 und Art. 20"),
        (GERMAN, "unter 0228-5551-10, a5@b7.de, http://x.de/12/3 und www.y.de/4"),
        (GERMAN, "Ein Haus, eine Frau, einen Tag später, die Drei"),
        (ENGLISH, "OpenAI o1, GPT-4, iPhone 15 and Claude 3.5 Sonnet run on Windows 11."),
        (ENGLISH, "Section 230, Executive Order 14110, Room 101, Apollo 11, Boeing 737 MAX"),
        (ENGLISH, "That one is mine, no one came, one of them left, which one?"),
        (ENGLISH, "It opened 24/7 after 9/11 and at 5 p.m., and they won 3-1."),
        (ENGLISH, "They live near Three Mile Island. A day later he had a cup."),
        (ENGLISH, "the 18th floor, the 2nd of them, version 1.2.3, the first half"),
    ],
)
def test_no_number_in_a_name(language: str, text: str) -> None:
    assert find(text, language) == []


# Behind a name that is followed by something counted, a number counts.
@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        (GERMAN, "In Berlin 400 Menschen, in Hamburg 300 neue Wohnungen", ["400", "300"]),
        (GERMAN, "Die Bundestagswahl 2025 kostete 92 Mio. Euro.", ["92000000 EUR"]),
        (GERMAN, "Nur 3 blieben. Insgesamt 40 gingen.", ["3", "40"]),
        (ENGLISH, "Trump paid Clinton $3 million; Apple sold 20 million phones.", ["3000000 USD", "20000000"]),
        (ENGLISH, "In Ohio 12 new schools opened. One person came.", ["12", "1"]),
    ],
)
def test_number_behind_a_name_counts_what_follows(language: str, text: str, expected: list[str]) -> None:
    assert found(text, language) == expected


# A deadline is the last day that the words allow; it goes to the quantity of its clause.
@pytest.mark.parametrize(
    ("language", "text", "day"),
    [
        (GERMAN, "ein Ziel von 50 Gigawatt dedizierter Leistung bis 2027", date(2027, 12, 31)),
        (GERMAN, "Bis zum 1. März 2026 sollen es 10 Prozent sein.", date(2026, 3, 1)),
        (GERMAN, "Sie will 3 Werke bis spätestens Ende 2030 bauen.", date(2030, 12, 31)),
        (GERMAN, "bis Mitte März 2025 rund 7 Euro", date(2025, 3, 20)),
        (ENGLISH, "cut emissions by 40 percent by the end of March 2025", date(2025, 3, 31)),
        (ENGLISH, "By 2030 it will be 40 percent.", date(2030, 12, 31)),
        (ENGLISH, "finish 5 houses no later than June 2026", date(2026, 6, 30)),
    ],
)
def test_deadline(language: str, text: str, day: date) -> None:
    quantities = find(text, language)

    assert {quantity.deadline for quantity in quantities} == {day}
    assert {quantity.unit == DATE for quantity in quantities} == {True, False}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (GERMAN, "in den nächsten fünf Jahren"),
        (GERMAN, "bis Ende März 3 Euro"),
        (GERMAN, "von 2020 bis 2027"),
        (GERMAN, "Er zahlt 5 Euro. Bis 2027 bleibt das."),
        (ENGLISH, "in the next five years"),
    ],
)
def test_no_deadline_without_a_year_or_across_sentences(language: str, text: str) -> None:
    assert all(quantity.deadline is None for quantity in find(text, language) if quantity.unit != DATE)


def test_span_covers_number_unit_and_comparator() -> None:
    text = "Es dauert in etwa 5 Tage, aber weniger als 30 Sekunden, 90 bis 95 Prozent."

    assert [quantity.text for quantity in find(text, "de-AT")] == [
        "5 Tage",
        "weniger als 30 Sekunden",
        "90 bis 95 Prozent",
    ]


def test_rank_is_no_count() -> None:
    assert [quantity.unit for quantity in find("die weltweit erste Anlage", "de")] == [RANK]


@pytest.mark.parametrize(
    "text", ["9" * 41, "1e999", "9^999999", "1.2.3.4", "", " ", "½½½", "-", "$", "%", "1/0", "0/0"]
)
def test_odd_input_gives_no_error(text: str) -> None:
    for language in (GERMAN, ENGLISH, "fr", ""):
        find(text, language)


WORDS = st.sampled_from(
    """
    one two hundred thousand million and half a third quarters point minus zwei hundert tausend Millionen und ein halbe
    Drittel bis zu rund mehr als weniger oder von zwischen März 18. 2025 2027 1.234,5 1,234.5 3/4 ½ % $ € kg m Euro
    dollars ( ) . , - – : ^ e5 x 10 ^ +3 o1 Tier-1 to from between or more less than in over out of
    """.split()  # noqa: SIM905 - a list of this length reads better as a text
)


@given(st.lists(st.tuples(WORDS, st.sampled_from(["", " ", "\n"])), max_size=14), st.sampled_from(["de", "en", "pl"]))
def test_every_quantity_says_what_stands_there(parts: list[tuple[str, str]], language: str) -> None:
    text = "".join(word + space for word, space in parts)
    quantities = find(text, language)

    assert quantities == find(text, language)
    for quantity in quantities:
        assert quantity.text == text[quantity.start : quantity.end] == quantity.text.strip() != ""
        bounds = [value for value in (quantity.low, quantity.high) if value is not None]
        assert all(isinstance(value, Decimal) and value.is_finite() for value in bounds)
        assert (quantity.unit == DATE) == (bounds == [])
        assert bounds == sorted(bounds)
    assert all(one.end <= two.start for one, two in pairwise(quantities))
