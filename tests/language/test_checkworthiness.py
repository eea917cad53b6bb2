"""What is worth checking: scores, and the reasons that make them."""

import pytest

from claims.language import analyse
from claims.language.checkworthiness import THRESHOLD


def judged(text, language):
    (sentence,) = analyse(text, language).sentences
    return sentence


# Each sign alone is named as a reason for the sentence.
FOR = [
    ("Die Stadt gab 40 Millionen Euro aus.", "de", "number"),
    ("The city spent 40 million euros.", "en", "number"),
    ("Der Zug ist schneller als das Auto.", "de", "comparison"),
    ("The train is faster than the car.", "en", "comparison"),
    ("Es ist der größte Hafen des Landes.", "de", "superlative"),
    ("It is the largest port in the country.", "en", "superlative"),
    ("Die Reederei erklärte, das Schiff sei sicher.", "de", "reported claim"),
    ("The ministry said the bridge was safe.", "en", "reported claim"),
    ("Das Gerät soll leiser arbeiten.", "de", "hearsay"),
    ("Bis 2030 entstehen 500 Wohnungen.", "de", "deadline"),
    ("Am 3. Mai 2021 schloss das Werk.", "de", "date"),
    ("Das Werk wurde verkauft.", "de", "event"),
    ("Wegen der Flut fiel der Unterricht aus.", "de", "cause"),
    ("Mehr dazu steht unter https://example.org/a im Netz.", "de", "reference"),
    ("No bridge was ever closed.", "en", "all or none"),
]


@pytest.mark.parametrize(("text", "language", "code"), FOR)
def test_reasons_for(text, language, code):
    assert code in {reason.code for reason in judged(text, language).reasons if reason.for_}


# And each of these against it.
AGAINST = [
    ("Warum ist der Hafen leer?", "de", "question"),
    ("Why is the port empty?!", "en", "question"),
    ("Hafen und Handel", "de", "heading"),
    ("(kv)", "de", "heading"),
    ("Nicht schon wieder.", "de", "too short"),
    ("Ich finde den Hafen schön.", "de", "opinion"),
    ("I think the port is beautiful.", "en", "opinion"),
    ("Der Handel wächst rasant.", "de", "no measure"),
    ("Trade made significant progress.", "en", "no measure"),
    ("Die Stadt muss den Hafen schützen.", "de", "norm"),
    ("We should protect the port.", "en", "norm"),
    ("Der Hafen wird das Land verändern.", "de", "prediction"),
    ("I went to my old port.", "en", "personal"),
    ("Du kennst den Hafen.", "de", "address"),
    ("Thank you for the question.", "en", "wish"),
]


@pytest.mark.parametrize(("text", "language", "code"), AGAINST)
def test_reasons_against(text, language, code):
    assert code in {reason.code for reason in judged(text, language).reasons if not reason.for_}


# What a desk would take up is suggested.
SUGGESTED = [
    ("Die Arbeitslosigkeit sank 2023 auf 4,1 Prozent.", "de"),
    ("Die Werft behauptet, das Schiff verbrauche halb so viel Treibstoff wie das alte.", "de"),
    ("Im Januar 2025 kündigte Präsidentin Vera Lund den Vertrag.", "de"),
    ("Unemployment fell to 4.1 percent in 2023.", "en"),
    ("The company says its turbine is the most powerful in the world.", "en"),
    ("She voted against the treaty in 2019.", "en"),
]


@pytest.mark.parametrize(("text", "language"), SUGGESTED)
def test_claims_are_suggested(text, language):
    assert judged(text, language).suggested


# What nobody could check is not.
LEFT = [
    ("Wie geht es weiter?", "de"),
    ("Der Hafen im Wandel: Handel und Macht", "de"),
    ("Das ist leider eine sehr traurige Entwicklung.", "de"),
    ("Die Regierung muss ein Gleichgewicht finden.", "de"),
    ("I believe we should do the right thing.", "en"),
    ("Thank you very much, good evening.", "en"),
    ("We will see what happens.", "en"),
]


@pytest.mark.parametrize(("text", "language"), LEFT)
def test_what_cannot_be_checked_is_not_suggested(text, language):
    assert not judged(text, language).suggested


def test_the_score_decides_and_stays_between_0_and_1():
    for text, language in SUGGESTED + LEFT:
        sentence = judged(text, language)
        assert 0 <= sentence.score <= 1
        assert sentence.suggested == (sentence.score >= THRESHOLD)


def test_a_number_of_a_name_is_no_number():
    codes = {reason.code for reason in judged("Wir sahen Typ X1 und Typ Y2 dort.", "de").reasons}
    assert not codes & {"number", "small number"}


def test_reasons_are_words_for_an_editor():
    for reason in judged("Bis 2030 sollen laut Stadt 500 Wohnungen entstehen.", "de").reasons:
        assert reason.words
        assert reason.words[0].islower()
