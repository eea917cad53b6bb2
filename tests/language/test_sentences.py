"""Where sentences end: by stops that are none of something else, by line breaks, by what a heading looks like."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.language.sentences import split

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "story"


def pieces(text: str, language: str) -> list[str]:
    return [sentence.text for sentence in split(text, language)]


# Each case is a text with a bar where a sentence ends; nothing else may be cut, and nothing may be missed.
GERMAN = [
    "Es regnet.| Niemand geht hinaus!| Warum auch?| Morgen wird es besser.",
    # Abbreviations: what follows belongs to them, unless it can only begin a sentence.
    "Das gilt z. B. für Hamburg und d. h. auch für Bremen.| Mehr nicht.",
    "Frau Dr. Weber und Prof. Dr. h. c. Lang kamen aus St. Gallen.| Sie blieben.",
    "Obst, Gemüse usw. Preise steigen weiter.",
    "Es gab Äpfel, Birnen usw.| Die Preise stiegen.",
    "Dort sprach Mag. Wagner.| Sie sagt, was sie mag. Und er?".replace("mag. Und", "mag.| Und"),
    "Das kostet ca. 30 Euro bzw. Franken.",
    "Der Verein Lesefreude e. V. Hamburg lädt ein.",
    "Er gründete den Lesefreude e. V.| Danach zog er um.",
    "Siehe S. 5 und Nr. 3 sowie Art. 20 Abs. 2 Satz 1.| Mehr steht dort nicht.",
    "Caesar starb 44 v. Chr. in Rom.| Das ist lange her.",
    "Die Firma Kern & Co. KG hat 5 Mio. Kunden.",
    # Ordinals and dates.
    "Sie kam am 18. März nach Bonn und ging am 3. 4. wieder.",
    "Im 19. Jahrhundert war das anders.| Im 20. nicht mehr.",
    "Sie belegten Platz 3.| Das reichte.",
    "Der Plan gilt bis 2027.| Danach ist Schluss.",
    "Das war im Jahr 1998.| Kohl verlor die Wahl.",
    "Unter Ludwig XIV. Frankreichs König wurde Paris groß.",
    # Initials and single letters.
    "J. K. Rowling und George W. Bush trafen sich.",
    "Es gibt keinen Plan B.| Das sagte sie selbst.",
    # Quotations with stops inside.
    "„Das stimmt nicht.“ Das sagte er oft.".replace("“ Das", "“| Das"),
    "„Kommst du?“, fragte sie.| „Nein!“, rief er.",
    "»Wir gehen.« Mehr sagte sie nicht.".replace("« Mehr", "«| Mehr"),
    "Er rief „Halt!“ und lief weiter.",
    "Das Wort (sic!) stand da.| Es blieb.",
    # Numbers, addresses, names with stops.
    "Der Kurs fiel um 2,5 Prozent auf 1.234,50 Euro.| Das war viel.",
    "Mehr unter www.beispiel.de/a.b?c=d und bei info@beispiel.de.| Ende.",
    "Alibaba stellte Qwen 2.5 vor.| Dann kam Qwen 3.| Es war größer.",
    # Ellipses.
    "Er wartete ... und wartete.| Nichts geschah …| Dann kam sie.",
    # A stop that lost its space, told by a closed class behind it.
    "Das ist ein Satz.|Diese Firma heißt Node.JS und nicht anders.",
    # An author's sign stands for itself.
    "Das Rennen ist offen.| (mb)",
    "Das Rennen ist offen.| (dpa/afp)| Der Rest folgt morgen.",
    # A piece in brackets behind a stop.
    "Es war still.| (Niemand sprach.)| Dann kam Wind.",
    # Names that begin small.
    "Das war gestern.| iPhones sind teuer.",
]

ENGLISH = [
    "It rains.| Nobody goes out!| Why would they?| Tomorrow is better.",
    "Mr. Smith met Dr. Jones at St. Mary's, i.e. at church.| They talked.",
    "The U.S. Senate met at 5 p.m. Eastern time.| It voted.",
    "She moved to the U.S.| The move was hard.",
    "MADISON, Wis. (AP) is a dateline.| He was ill.| Peter left.",
    "Apples, pears etc. were sold by Foo Inc. of Boston.",
    "See No. 5 and p. 12 for more.| He said no.| Peter left.",
    "It cost $2.5 million.| In 1998. 5 more came.".replace("1998. 5", "1998.| 5"),
    "George W. Bush and J. R. R. Tolkien never met.",
    "So did I.| Peter did not.",
    "“It is over.” Then he left.".replace("” Then", "”| Then"),
    '"Is it over?" he asked.| "Yes." She nodded.'.replace('" She', '"| She'),
    "He was in World War II.| Rome was far.",
    "Visit https://example.org/a.html?b=1.2.| It is free.",
    "Wait... what?| Really?!| Yes.",
    "1. Buy milk.| 2. Go home.".replace("| 2.", "|\n2."),
    "Sales rose 3.5 percent vs. last year.| Prices fell.",
]


@pytest.mark.parametrize("marked", GERMAN)
def test_german(marked: str) -> None:
    assert pieces(marked.replace("|", ""), "de") == [piece.strip() for piece in marked.split("|")]


@pytest.mark.parametrize("marked", ENGLISH)
def test_english(marked: str) -> None:
    assert pieces(marked.replace("|", ""), "en") == [piece.strip() for piece in marked.split("|")]


# A heading that lost its line break: no verb, then a word that can only begin a sentence, then a clause.
HEADINGS = [
    (
        "de",
        "Es ist ein Wettbewerb.| Chinas KI-Dynamik: Ein Innovationsschub| Chinas KI-Sektor hat viel erlebt.",
    ),
    (
        "de",
        "Die Antwort der USA: Machtspiele in Politik und Industrie| Während China voranschreitet, sind sie es.",
    ),
    ("de", "Das war es.| Neue Regeln für Städte| Während der Rat noch berät, sinken die Mieten."),
    ("de", "Hamburgs Hafen: Ein Umbau| Hamburgs Hafen wächst seit Jahren."),
    ("de", "Der Ausweg: Sparen an Straßen und Brücken| Im Herbst beginnt der Bau der neuen Brücke."),
    ("de", "Warten auf den Bericht der Kommission| Nachdem sie getagt hatte, schwieg die Kommission."),
    ("en", "A Long Road to Peace| While the talks went on, both sides fired."),
    ("en", "Berlin's Housing: A Crisis| Berlin's mayor has promised new flats."),
]
# What looks like one and is none: names that begin with a small word, streets, works, lists, sentences with a verb.
NO_HEADINGS = [
    ("de", "Die Sprecherin der Partei Die Linke hat den Plan der Regierung gelobt."),
    ("de", "Die Straße Unter den Linden ist seit gestern gesperrt."),
    ("de", "Die Publikation MIT Technology Review hat den Test gemacht."),
    ("de", "Schritt für Schritt nähert sich die Stadt dem Ziel."),
    ("de", "Hamburgs Bürgermeister lobt Hamburgs Hafen und hofft auf mehr."),
    ("de", "Der Chef der Zeitung Die Welt sagte nichts dazu."),
    ("en", "The President of the United States of America has spoken."),
    ("en", "Members of The Beatles have met in London again."),
]


@pytest.mark.parametrize(("language", "marked"), HEADINGS + NO_HEADINGS)
def test_inline_heading(language: str, marked: str) -> None:
    assert pieces(marked.replace("|", ""), language) == [piece.strip() for piece in marked.split("|")]


# A line break ends a sentence whatever stands before it; other languages get the general rules.
@pytest.mark.parametrize(
    ("text", "language", "expected"),
    [
        ("Überschrift\nDer Text beginnt.\r\n\r\nUnd endet", "de", ["Überschrift", "Der Text beginnt.", "Und endet"]),
        ("Nach Dr.\nWeber", "de", ["Nach Dr.", "Weber"]),
        ("Il pleut. Personne ne sort ! Pourquoi ?", "fr", ["Il pleut.", "Personne ne sort !", "Pourquoi ?"]),
        ("« Il pleut. » Elle sort.", "fr", ["« Il pleut. »", "Elle sort."]),
        ("¿Llueve? Sí. ¡Vamos!", "es", ["¿Llueve?", "Sí.", "¡Vamos!"]),
        ("今天下雨。明天不下。", "zh", ["今天下雨。", "明天不下。"]),
        ("هل تمطر؟ نعم. انتهى", "ar", ["هل تمطر؟", "نعم.", "انتهى"]),
        ("Es regnet. Sie geht.", "de-AT", ["Es regnet.", "Sie geht."]),
        ("One. Two.", "", ["One.", "Two."]),
        ("", "de", []),
        (" \n\t\u00a0 ", "de", []),
        ("...", "de", ["..."]),
    ],
)
def test_lines_and_other_languages(text: str, language: str, expected: list[str]) -> None:
    assert pieces(text, language) == expected


def test_spans_leave_white_space_out() -> None:
    text = "  Eins.\u00a0 Zwei? \n Drei "

    assert [(span.start, span.end, span.text) for span in split(text, "de")] == [
        (2, 7, "Eins."),
        (9, 14, "Zwei?"),
        (17, 21, "Drei"),
    ]


@given(
    st.text(alphabet='.!?… \n"„“()abABdie1 2,:Die', max_size=60) | st.text(max_size=60),
    st.sampled_from(["de", "en", "fr"]),
)
def test_sentences_cover_every_character_but_white_space(text: str, language: str) -> None:
    spans = split(text, language)

    assert all(text[span.start : span.end] == span.text == span.text.strip() != "" for span in spans)
    assert all(one.end <= two.start for one, two in pairwise(spans))
    assert "".join("".join(span.text.split()) for span in spans) == "".join(text.split())
