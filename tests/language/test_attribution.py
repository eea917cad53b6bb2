"""Who says it: each table has a rule above it. Speakers are written as the words of their span."""

import pytest

from claims.language import attribution
from claims.language.attribution import DIRECT, REPORTED, Attribution
from claims.language.sentences import split


def find(text, language):
    return attribution.find(text, language, split(text, language))


def said(text, language):
    return [(item.cue.text, item.speaker and item.speaker.text) for item in find(text, language)]


# A verb of saying takes its subject: in front of it, behind it, behind a conjunction; never out of another phrase.
GERMAN_VERBS = [
    ("Die Ministerin sagte, der Tunnel sei fertig.", "sagte", "Die Ministerin"),
    ("Am Montag sagte Bürgermeister Ole Brandt, der Tunnel sei fertig.", "sagte", "Bürgermeister Ole Brandt"),
    ("Den Entwurf kritisierte die Gewerkschaft scharf.", "kritisierte", "die Gewerkschaft"),
    ("Der Tunnel ist fertig, wie die Stadtverwaltung berichtete.", "berichtete", "die Stadtverwaltung"),
    ("Nordwind hat angekündigt, das Werk zu schließen.", "angekündigt", "Nordwind"),
    ("Das bestätigte der Sprecher der Feuerwehr.", "bestätigte", "der Sprecher der Feuerwehr"),
    ("Der Unfall wurde von der Polizei bestätigt.", "bestätigt", "der Polizei"),
    ("In der Sitzung warnte die Opposition vor den Kosten.", "warnte", "die Opposition"),
    ("Zu den Kosten äußerte sich die Behörde nicht.", "äußerte", "die Behörde"),
]


@pytest.mark.parametrize(("text", "cue", "speaker"), GERMAN_VERBS)
def test_the_subject_of_a_german_verb_speaks(text, cue, speaker):
    assert (cue, speaker) in said(text, "de")


# A separable verb counts with its separated part only, and another part makes another verb of it.
SEPARABLE = [
    ("Die Bahn teilte am Abend mit, der Zug falle aus.", [("teilte", "Die Bahn")]),
    ("Die Bahn teilte die Strecke in zwei Abschnitte.", []),
    ("Der Verein räumte einen Fehler ein.", [("räumte", "Der Verein")]),
    ("Die Stadt sagte das Konzert ab.", []),
]


@pytest.mark.parametrize(("text", "expected"), SEPARABLE)
def test_a_separable_verb_needs_its_part(text, expected):
    assert said(text, "de") == expected


# An apposition and an inserted clause are stepped over; ``und`` goes on with the subject before; ``die`` goes back.
STEPS = [
    ("Nordwind, ein Hersteller aus Kiel, forderte strengere Regeln.", "forderte", "Nordwind"),
    ("Die Kommission prüfte den Antrag und forderte weitere Zahlen.", "forderte", "Die Kommission"),
    ("Es gab Kritik an dem Bürgermeister, der sagte, er wisse nichts.", "sagte", "dem Bürgermeister"),
    ("Als Nordwind den Bericht vorlegte, warnte es vor Ausfällen und forderte Hilfe.", "forderte", "es"),
]


@pytest.mark.parametrize(("text", "cue", "speaker"), STEPS)
def test_what_stands_between_is_stepped_over(text, cue, speaker):
    assert (cue, speaker) in said(text, "de")


# Prepositions and small words: what they govern, what stands before ``zufolge``, the genitive behind ``nach Angaben``.
PREPOSITIONS = [
    ("Laut Umweltamt ist das Wasser sauber.", "Laut", "Umweltamt"),
    ("Dem Institut zufolge sank der Pegel um zwei Meter.", "zufolge", "Dem Institut"),
    ("Nach Angaben der Polizei waren 300 Menschen dort.", "Nach Angaben", "der Polizei"),
    ("Nach Einschätzung von Ärzten steigt die Zahl.", "Nach Einschätzung", "Ärzten"),
    ("„Das wird teuer“, so der Kämmerer.", "so", "der Kämmerer"),
    ("Der Fluss sei gesperrt, so die Behörde weiter.", "so", "die Behörde"),
    ("Das geht aus einem Gutachten der Bank hervor.", "hervor", "einem Gutachten der Bank"),
    ("In dem Gutachten hieß es, der Damm sei alt.", "hieß", "dem Gutachten"),
    ("Unter Berufung auf den Verein meldet das Blatt den Wechsel.", "Berufung", "den Verein"),
]


@pytest.mark.parametrize(("text", "cue", "speaker"), PREPOSITIONS)
def test_small_words_name_a_source(text, cue, speaker):
    assert (cue, speaker) in said(text, "de")


def test_own_figures_are_those_of_the_subject():
    (found,) = find("In Kiel eröffnete die Werft Nordwind ein Dock, das nach eigenen Angaben größte im Land.", "de")
    assert found.cue.text == "nach eigenen Angaben"
    assert found.resolved == "Nordwind"


# Nobody is made up: ``soll`` and ``angeblich`` have no speaker, nor has a plan or an order any attribution.
NOBODY = [
    ("Das Gerät soll doppelt so schnell rechnen wie sein Vorgänger.", [("soll", None)]),
    ("Er hat angeblich gekündigt.", [("angeblich", None)]),
    ("Die Brücke soll im Mai gebaut werden.", []),
    ("Wir sollen warten.", []),
]


@pytest.mark.parametrize(("text", "expected"), NOBODY)
def test_no_speaker_is_made_up(text, expected):
    assert said(text, "de") == expected


def test_the_subjunctive_goes_on_with_the_last_speaker():
    text = "Die Reederei erklärte, das Schiff sei sicher. Es habe keine Mängel gegeben. Der Hafen liegt im Norden."
    first, second = find(text, "de")
    assert second.cue.text == "habe"
    assert second.speaker == first.speaker
    assert second.speaker.text == "Die Reederei"


def test_wuerden_goes_on_only_behind_a_speaker():
    assert said("Die Preise würden dann steigen.", "de") == []
    text = "Die Reederei sieht darin einen Beweis für den Wandel. Dabei würden die Werften den Ton angeben."
    assert said(text, "de") == [("sieht", "Die Reederei"), ("würden", "Die Reederei")]


def test_hearsay_in_the_perfect_goes_on_with_the_source_before():
    text = "Nach Angaben der Polizei brach er ein. Er soll 300 Euro erbeutet haben."
    assert said(text, "de")[1] == ("soll", "der Polizei")


# Direct speech: the attribution covers the quotation with its marks, whichever marks and wherever the cue stands.
DIRECT_SPEECH = [
    ("„Wir bauen nicht“, sagte Lena Voss.", "de", "Lena Voss", "„Wir bauen nicht“"),
    ("Lena Voss sagte: „Wir bauen nicht.“", "de", "Lena Voss", "„Wir bauen nicht.“"),
    ("Lena Voss sagte: »Wir bauen nicht.«", "de", "Lena Voss", "»Wir bauen nicht.«"),
    ('Lena Voss sagte: "Wir bauen nicht."', "de", "Lena Voss", '"Wir bauen nicht."'),
    ("Lena Voss: „Wir bauen nicht.“", "de", "Lena Voss", "„Wir bauen nicht.“"),
    ("“We will not build,” said Lena Voss.", "en", "Lena Voss", "“We will not build,”"),
    ('Lena Voss said: "We will not build."', "en", "Lena Voss", '"We will not build."'),
]


@pytest.mark.parametrize(("text", "language", "speaker", "words"), DIRECT_SPEECH)
def test_direct_speech_is_covered(text, language, speaker, words):
    (found,) = find(text, language)
    assert (found.kind, found.speaker.text) == (DIRECT, speaker)
    assert text[found.start : found.end] == words


def test_a_quotation_of_several_sentences_is_covered_whole():
    text = "„Wir bauen nicht. Das Geld ist weg“, sagte Lena Voss."
    (found,) = find(text, "de")
    assert text[found.start : found.end] == "„Wir bauen nicht. Das Geld ist weg“"


# A name in quotation marks is no speech, and verbs inside a quotation are no cues.
NO_SPEECH = [
    ("Das Schiff „Grete“ fuhr in „Tier-1“-Häfen ein.", "de", []),
    ("„Er sagte nichts Neues an diesem Tag.“", "de", []),
]


@pytest.mark.parametrize(("text", "language", "expected"), NO_SPEECH)
def test_marks_alone_are_no_speech(text, language, expected):
    assert said(text, language) == expected


# Pronouns and general nouns stand for the nearest fitting name, a subject first; where none fits they stay open.
RESOLVED = [
    ("Nordwind eröffnete ein Werk. Das Unternehmen betonte, es sei sicher.", "de", "Nordwind"),
    ("Bürgermeister Ole Brandt kam spät. Er sagte, der Zug sei ausgefallen.", "de", "Ole Brandt"),
    ("Am Freitag eröffnete SolarTec mit der Stadt Kiel ein Werk, indem es davor warnte.", "de", "SolarTec"),
    ("Es war kalt. Das Unternehmen betonte, es sei sicher.", "de", ""),
    ("Nordwind opened a plant in Kiel. The company says it is safe.", "en", "Nordwind"),
    ("Mary Holt resigned on Friday. She said she was tired.", "en", "Mary Holt"),
    ("It was cold. The institute says the ice is thin.", "en", ""),
    ("Mary Holt resigned. The company says it is sorry.", "en", ""),
]


@pytest.mark.parametrize(("text", "language", "name"), RESOLVED)
def test_pronouns_are_resolved_or_left_open(text, language, name):
    assert find(text, language)[-1].resolved == name


# English: the subject in front of the verb or behind ``..., said``, ``according to``, hearsay; no noun, no modal.
ENGLISH = [
    ("The ministry said the bridge was safe.", [("said", "The ministry")]),
    ("According to the Transport Office, 40 trains were late.", [("According to", "the Transport Office")]),
    ("Forty trains were late, according to officials.", [("according to", "officials")]),
    ("Northwind, the largest maker of turbines, claims its blades last 30 years.", [("claims", "Northwind")]),
    ("Officials in Leeds told reporters that the talks had failed.", [("told", "Officials in Leeds")]),
    ("A spokesman for the police confirmed the arrests.", [("confirmed", "A spokesman for the police")]),
    ("The minister, who announced the plan, is ill.", [("announced", "The minister")]),
    ("The mayor visited the site and warned of delays.", [("warned", "The mayor")]),
    ("The drug reportedly works within days.", [("reportedly", None)]),
    ("The engine is said to be quieter.", [("said", None)]),
    ("He was accused by the union of lying.", [("accused", "the union")]),
    ("The claims are unfounded.", []),
    ("She could not say more.", []),
]


@pytest.mark.parametrize(("text", "expected"), ENGLISH)
def test_english(text, expected):
    assert said(text, "en") == expected


def test_a_language_without_rules_has_no_attributions():
    assert find("Le ministre a dit que le pont est sûr.", "fr") == []


def test_every_span_is_the_text_at_its_place():
    text = "„Wir bauen“, sagte Lena Voss. Sie sei bereit. Laut Stadt fehlt Geld. Er soll krank gewesen sein."
    for item in find(text, "de"):
        assert isinstance(item, Attribution)
        assert text[item.cue.start : item.cue.end] == item.cue.text
        assert item.speaker is None or text[item.speaker.start : item.speaker.end] == item.speaker.text
        assert item.kind in {DIRECT, REPORTED}
        assert 0 <= item.start < item.end <= len(text)


# Whatever the marks and signs do, nothing is raised and no place lies outside the text.
BROKEN = [
    "„",
    "“”",
    "sagte",
    ": „",
    ", sagte",
    "Nach",
    "laut",
    "zufolge",
    "so",
    "said",
    "according to",
    "((((",
    "„a: „b",
    "",
]


@pytest.mark.parametrize("text", BROKEN)
@pytest.mark.parametrize("language", ["de", "en"])
def test_fragments_do_no_harm(text, language):
    for item in find(text, language):
        assert 0 <= item.start <= item.end <= len(text)
