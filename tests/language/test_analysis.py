"""The analysis of a whole text, and of the demo story's article."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from claims.language import ANALYSER, analyse, extraction
from claims.vocabulary import ClaimKind

STORY = Path(__file__).parents[2] / "fixtures" / "story" / "captures" / "1.txt"
TEXT = "Die Stadt gab 40 Millionen Euro aus. „Das ist teuer. Es reicht“, sagte Lena Voss. Wie geht es weiter?"


def test_sentences_hold_their_own_quantities_and_attributions():
    first, second, third, last = analyse(TEXT, "de").sentences
    assert [quantity.unit for quantity in first.quantities] == ["EUR"]
    assert not first.attributions
    assert second.attributions == third.attributions
    assert second.attributions[0].speaker.text == "Lena Voss"
    assert not last.quantities
    assert not last.attributions


def test_the_analyser_says_which_it_is():
    analysis = analyse(TEXT, "de-AT")
    assert analysis.analyser == ANALYSER
    assert analysis.language == "de"


# The kinds of a sentence, in the order of the vocabulary.
KINDS = [
    ("Am 3. Mai 2021 schloss das Werk.", {ClaimKind.EVENT}),
    ("40 Prozent der Bürger sind krank.", {ClaimKind.QUANTITY}),
    ("Der Zug ist schneller als das Auto.", {ClaimKind.COMPARISON}),
    ("Es ist der größte Hafen.", {ClaimKind.SUPERLATIVE}),
    ("Der Hafen wird voraussichtlich wachsen.", {ClaimKind.FORECAST}),
    ("Wegen der Flut ist der Hafen leer.", {ClaimKind.CAUSAL}),
    ("Laut Stadt ist der Hafen leer.", {ClaimKind.QUOTE}),
]


@pytest.mark.parametrize(("text", "expected"), KINDS)
def test_kinds(text, expected):
    (sentence,) = analyse(text, "de").sentences
    assert set(sentence.kinds) == expected


def test_other_languages_get_sentences_and_numbers():
    first, second = analyse("Le pont coûte 40 euros. Il est vieux.", "fr").sentences
    assert first.quantities
    assert (first.score, first.suggested, first.reasons, first.attributions, first.kinds) == (0.0, False, (), (), ())
    assert not second.suggested


@pytest.mark.parametrize("language", ["de", "en", "fr", "", "xx-YY"])
@pytest.mark.parametrize("text", ["", " \n\t ", "?", "„", "مرحبا بالعالم. 12", "𝔘𝔫𝔦 sagte 𝟜𝟚.", "\u2028\u2029"])
def test_odd_texts_do_no_harm(text, language):
    for sentence in analyse(text, language).sentences:
        assert text[sentence.start : sentence.end] == sentence.text


WORDS = [
    "Die Stadt ",
    " sagte",
    " sei",
    " soll",
    "und ",
    " laut ",
    " said",
    " the company",
    " according to ",
    "12 Prozent ",
]
SIGNS = [", ", ". ", ": ", "„", "“", '"', "(", ") ", "\n", "? "]
SMALL = [" nach eigenen Angaben ", "Er ", "Anna Berg", "dass ", "teilte ", " mit"]
PIECES = st.lists(st.sampled_from([*WORDS, *SIGNS, *SMALL]), max_size=40).map("".join)


@given(PIECES, st.sampled_from(["de", "en"]))
@settings(max_examples=300, deadline=None)
def test_every_place_lies_in_the_text_and_says_what_it_says(text, language):
    analysis = analyse(text, language)
    assert analysis == analyse(text, language)
    for sentence in analysis.sentences:
        for quantity in sentence.quantities:
            assert text[quantity.start : quantity.end] == quantity.text
        for attribution in sentence.attributions:
            assert text[attribution.cue.start : attribution.cue.end] == attribution.cue.text
            assert attribution.speaker is None or attribution.speaker.text in text


@pytest.fixture(scope="module")
def story():
    return analyse(extraction.extract(STORY.read_bytes()).text, "de").sentences


def test_the_story_names_its_speakers_and_makes_none_up(story):

    def voices(words):
        (sentence,) = [sentence for sentence in story if words in sentence.text]
        return {item.resolved or (item.speaker.text if item.speaker else None) for item in sentence.attributions}

    assert voices("Baidu behauptet") == {"Baidu"}
    assert voices("Das KI-Modell soll") == {None}
    assert voices("nach eigenen Angaben") == {"Butterfly Effect"}
    assert voices("auf ihre eigene Weise") == {"Die Publikation MIT Technology Review"}
    assert voices("Das Unternehmen betonte") == {"OpenAI"}
    assert voices("sprach sich") == {"Anthropic"}
    assert voices("Am 18. März stellte Tencent") == set()


def test_a_suggestion_always_has_a_reason_for_it(story):
    for sentence in story:
        if sentence.suggested:
            assert any(reason.for_ for reason in sentence.reasons)
