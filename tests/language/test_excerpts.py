"""An excerpt stands in a text word for word, or it does not: what is passed over, and what is wording."""

from __future__ import annotations

import pytest

from claims.language.excerpts import find_excerpt, searchable

# What says nothing is passed over, and the place is that of the words in the text as it is.
FOUND = {
    "as it stands": ("Die Preise stiegen.", "Preise stiegen", "Preise stiegen"),
    "line breaks": ("Die Preise\nstiegen  um\u00a02 %.", "Preise stiegen um 2 %", "Preise\nstiegen  um\u00a02 %"),
    "white space round it": ("Die Preise stiegen.", " \n Preise stiegen \n", "Preise stiegen"),
    "soft hyphens": ("Die Preis\u00adsteigerung", "Preissteige\u00adrung", "Preis\u00adsteigerung"),
    "quotation marks": ("Er sagte: „Ja, ‚gern‘.“", 'sagte: "Ja, «gern»."', "sagte: „Ja, ‚gern‘.“"),
    "quotation marks round it": ("Die Preise stiegen.", "„Preise stiegen“", "Preise stiegen"),
    "apostrophes": ("It’s time", "It's time", "It’s time"),
    "dashes": ("Preise – und Löhne", "Preise - und Löhne", "Preise – und Löhne"),
    "word hyphenated at a line's end": ("die Ent-\nwicklung", "die Entwicklung", "die Ent-\nwicklung"),
    "word hyphenated at a page's end": ("die Ent-\fwicklung", "Entwicklung", "Ent-\fwicklung"),
    "hyphen of its own at a line's end": ("a long-\nterm trend", "long-term trend", "long-\nterm trend"),
    "hyphen that needs its space": ("die Vor-\nund Nachteile", "Vor- und Nachteile", "Vor-\nund Nachteile"),
    "hyphen before a number": ("wegen COVID-\n19", "COVID-19", "COVID-\n19"),
    "excerpt copied with its line's end": ("die Entwicklung", "Ent-\nwicklung", "Entwicklung"),
    "excerpt copied with a soft hyphen": ("die Entwicklung", "Ent\u00ad\nwicklung", "Entwicklung"),
    "joined letters": ("die flexible Office", "ﬂexible Oﬃce", "flexible Office"),
    "line's end in Chinese": ("发展人工\n智能技术", "人工智能", "人工\n智能"),
    "footnote behind a word": ("die Preise12 stiegen", "die Preise", "die Preise"),
    "ellipsis": ("Die Preise stiegen im Jahr 2024 um 2 %.", "Preise … um 2 %", "Preise stiegen im Jahr 2024 um 2 %"),
    "ellipsis in brackets": ("eins zwei drei vier", "eins […] drei [...] vier", "eins zwei drei vier"),
    "ellipsis at the ends": ("eins zwei drei", "... zwei …", "zwei"),
    "ellipsis of the text": ("nicht … sondern doch", "nicht ... sondern doch", "nicht … sondern doch"),
    "ellipsis between equal words": ("a b a c", "a … a", "a b a"),
    "place after a wrong one": ("Preissteigerung der Preis", "Preis", "Preis"),
}


@pytest.mark.parametrize(("text", "excerpt", "place"), FOUND.values(), ids=FOUND)
def test_excerpt_is_found_where_it_stands(text: str, excerpt: str, place: str) -> None:
    found = find_excerpt(text, excerpt)

    assert found is not None
    assert text[found.start : found.end] == place


def test_place_is_the_first_whole_one() -> None:
    assert find_excerpt("Preissteigerung, Preis, Preis", "Preis") == (17, 22)


# Everything else is wording.
NOT_FOUND = {
    "nothing": ("eins zwei", ""),
    "an ellipsis alone": ("eins zwei", " […] "),
    "marks alone": ("eins, zwei.", "., "),
    "another word": ("Die Preise stiegen.", "Die Preise fielen"),
    "a capital": ("Die Preise stiegen.", "die Preise"),
    "a comma": ("Preise, die stiegen", "Preise die stiegen"),
    "a space": ("Die Preissteigerung", "Die Preis steigerung"),
    "another number": ("um 2,2 Prozent", "um 22 Prozent"),
    "a cut word": ("said the women", "men"),
    "a cut number": ("cost 120 euros", "cost 12"),
    "a cut decimal": ("cost 12.5 million", "cost 12"),
    "a cut decimal in front": ("cost 12,5 million", "5 million"),
    "a hyphen within a line": ("they resign now", "re-sign now"),
    "a missing hyphen within a line": ("they re-sign now", "resign now"),
    "a missing space": ("Vor- und Nachteile", "Vorund Nachteile"),
    "stretches in another order": ("eins zwei", "zwei … eins"),
    "a stretch that is missing": ("eins zwei", "eins … drei"),
    "stretches that overlap": ("eins zwei drei", "eins zwei … zwei drei"),
}


@pytest.mark.parametrize(("text", "excerpt"), NOT_FOUND.values(), ids=NOT_FOUND)
def test_other_wording_is_not_found(text: str, excerpt: str) -> None:
    assert find_excerpt(text, excerpt) is None


LINE = "Die Entwicklung der Preise war im Jahr 2024 nach An-\ngaben der Bundesregierung «höher» als erwartet.\n"

# Texts of five million characters that repeat themselves, and excerpts that stand there nearly everywhere.
LONG = {
    "a report": (LINE * 50_000, "das steht … da nicht"),
    "one letter": ("a" * 5_000_000, "a" * 20_000 + "b"),
    "one letter, cut": ("a" * 5_000_000, "a"),
    "hyphens": ("a-" * 2_500_000, "a-" * 5_000 + "a a"),
    "hyphens at lines' ends": ("a-\n" * 1_666_000, "a-" * 5_000 + "b"),
    "hyphens that differ": ("a-a" * 1_666_000, "-".join("aa" * 5_000)),
    "many stretches": ("ab " * 1_600_000 + "a", "a … " * 5_000),
    "empty lines": ("a\n\n" * 1_666_000, "b a"),
}


@pytest.mark.parametrize(("text", "excerpt"), LONG.values(), ids=LONG)
def test_text_that_repeats_itself_is_searched_to_its_end(text: str, excerpt: str) -> None:
    """What grew with the square of the length would not end here."""
    assert find_excerpt(text, excerpt) is None


@pytest.mark.parametrize("text", ["Ent-\nwicklung", "oﬃziell", "a\u00ad\nb\u00adc", "e\u0301 \r\n\r\n x"])
def test_searchable_text_stays_as_it_is(text: str) -> None:
    assert searchable(searchable(text)) == searchable(text)
