"""What is left over from copying: each kind is cut, kept and shown, and nothing of the article goes with it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.language import residue

BODY = "Der Rat hat am Montag beschlossen, die Brücke bis 2027 zu erneuern. Das kostet 12 Millionen Euro."
MORE = "Die Arbeiten beginnen im Mai, sagte eine Sprecherin der Stadt."


def shown(cleaned: residue.Cleaned) -> list[tuple[str, str]]:
    return [(cut.kind, cut.text) for cut in cleaned.cuts]


# The end of a picture's tag, with whatever a word processor or a text field made of its quotation marks.
QUOTES = ['"{}"', "'{}'", "”{}″", "“{}”", "„{}“", "‟{}”", "«{}»", "&quot;{}&quot;", "&#8221;{}&#8243;", "″{}″"]


@pytest.mark.parametrize("quote", QUOTES)
@pytest.mark.parametrize("end", [">", " >", "/>", " />", "&gt;"])
def test_the_end_of_a_tag_is_cut(quote: str, end: str) -> None:
    tag = f"width={quote.format(800)} height={quote.format(450)} sizes={quote.format('(max-width: 800px) 100vw')}{end}"
    cleaned = residue.clean(tag + BODY)

    assert cleaned.text == BODY
    assert shown(cleaned) == [("image_attributes", tag)]
    assert cleaned.title is None


# What stands in front of the picture in one short line is the title; a sentence is not, nor the rest of a value.
FRONT = {
    "glued": ("Brücke wird erneuert", " ", "title"),
    "on its own line": ("Brücke wird erneuert", "\n", "title"),
    "with a question mark": ("Wird die Brücke erneuert?", "\n", "title"),
    "with a quotation": ("Sprecherin: „Die Brücke ist marode“", " ", "title"),
    "the rest of a value": ('800px) 100vw, 800px"', " ", "markup"),
}


@pytest.mark.parametrize(("front", "between", "kind"), FRONT.values(), ids=FRONT.keys())
def test_what_stands_in_front_of_the_picture(front: str, between: str, kind: str) -> None:
    cleaned = residue.clean(f'{front}{between}width="800" class="alignnone">{BODY}')

    assert cleaned.text == BODY
    assert cleaned.title == (front if kind == "title" else None)
    assert shown(cleaned) == [(kind, front), ("image_attributes", 'width="800" class="alignnone">')]


def test_a_sentence_in_front_of_a_picture_stays() -> None:
    cleaned = residue.clean(f'{MORE} <img src="https://pictures.example/a.jpg" width="800"> {BODY}')

    assert cleaned.text == f"{MORE} {BODY}"
    assert shown(cleaned) == [("image_attributes", '<img src="https://pictures.example/a.jpg" width="800">')]
    assert cleaned.text[cleaned.cuts[0].start :] == BODY


# A caption is what stands between a picture and a credit; the credit ends with its agency.
CREDITS = [
    ("Ada Vogel – example.com", " "),
    ("Ada Vogel / Shutterstock", " "),
    ("Ada Vogel/dpa", " "),
    ("A. Vogel/picture alliance/dpa", " "),
    ("Foto: Ada Vogel/dpa", " "),
    ("Bild: Getty Images", " "),
    ("© Ada Vogel / Reuters", " "),
    (" Foto: dpa", " "),
    (" (Foto: Ada Vogel)", " "),
    ("Ada Vogel – example.com", ""),
    ("vogelfotos – iStock", "\n"),
]


@pytest.mark.parametrize(("credit", "between"), CREDITS)
def test_caption_and_credit_are_cut_from_the_first_sentence(credit: str, between: str) -> None:
    caption = "Die alte Brücke im Winter. Sie ist 90 Jahre alt."
    cleaned = residue.clean(f'width="800" height="450">{caption}{credit}{between}{BODY}')

    assert cleaned.text == BODY
    assert shown(cleaned)[1:] == [("caption", caption), ("photo_credit", credit.strip())]


# Words about pictures and agencies are no credits, wherever they stand.
NO_CREDITS = [
    "Das Foto stammt von dpa. " + BODY,
    "Getty Images klagt gegen Stability AI. " + BODY,
    "Die Zahlen von statista.com sind alt. " + BODY,
    BODY + " Laut Reuters – und dpa – steht das fest.",
    "Im Bild: die Brücke. " + BODY,
]


@pytest.mark.parametrize("text", NO_CREDITS)
def test_words_about_agencies_stay(text: str) -> None:
    assert residue.clean(text) == residue.Cleaned(text, None, ())


# Beginnings and ends in the middle of a tag, tags that are none, scripts: markup goes, words stay.
MARKUP = {
    "begins behind a tag": (f'">{BODY}', BODY, [("markup", '">')]),
    "begins in a value": (f"100vw, 800px”>{BODY}", BODY, [("markup", "100vw, 800px”>")]),
    "begins with a closed tag": (f"</div></figure>{BODY}", BODY, []),
    "ends in a picture": (f'{BODY} <img width="20', BODY, [("image_attributes", '<img width="20')]),
    "ends in an address": (f"{BODY}<a href=“https://a.example/b", BODY, [("markup", "<a href=“https://a.example/b")]),
    "ends with a sign": (f"{BODY}</p><", BODY, [("markup", "<")]),
    "an attribute in the middle": (
        f'{BODY} class="wp-block">{MORE}',
        f"{BODY} {MORE}",
        [("markup", 'class="wp-block">')],
    ),
    "a script": (f"{BODY}<script>alert('<p>3</p>')</script>", BODY, [("markup", "<script>alert('<p>3</p>')</script>")]),
    "a script without an end": (f"{BODY}<script>alert(1)", BODY, [("markup", "<script>alert(1)")]),
    "a handler in a broken tag": (
        f"<img src=x onerror=alert(1)\n{BODY}",
        BODY,
        [("image_attributes", "<img src=x onerror=alert(1)")],
    ),
    "a comment": (f"<!-- 1 -->{BODY}", BODY, [("markup", "<!-- 1 -->")]),
    "a comment without an end": (f"<!--{BODY}", BODY, [("markup", "<!--")]),
    "a style": (f"<style>p {{color: red}}</style>{BODY}", BODY, [("markup", "<style>p {color: red}</style>")]),
    "tags in words": (f"<p>Die <b>Brü</b>cke &amp;&nbsp;so</p><p>{BODY}</p>", f"Die Brücke & so\n{BODY}", []),
    "lines": (f"{BODY}<br>{MORE}<div>{BODY}</div>", f"{BODY}\n{MORE}\n{BODY}", []),
    "comparisons": ("Es gilt 2 < 3, a <b und c> d, sowie x<y.", "Es gilt 2 < 3, a <b und c> d, sowie x<y.", []),
    "a tag that is told of": ("Die Angabe &lt;b&gt; heißt fett.", "Die Angabe <b> heißt fett.", []),
    "an attribute that is told of": ('Er schrieb alt="x" hinein.', 'Er schrieb alt="x" hinein.', []),
}


@pytest.mark.parametrize(("written", "text", "cuts"), MARKUP.values(), ids=MARKUP.keys())
def test_markup_goes_and_words_stay(written: str, text: str, cuts: list[tuple[str, str]]) -> None:
    cleaned = residue.clean(written)

    assert (cleaned.text, shown(cleaned)) == (text, cuts)


def test_elements_that_say_what_they_are_are_believed() -> None:
    cleaned = residue.clean(
        f"<h1>Brücke wird <i>neu</i></h1><figure><img src='a.jpg'><figcaption>Die Brücke</figcaption></figure><p>{BODY}"
    )

    assert cleaned.title == "Brücke wird neu"
    assert cleaned.text == BODY
    assert [cut.kind for cut in cleaned.cuts] == ["title", "image_attributes", "caption"]


# Lines that belong to the page: a button, a pointer to another article, rights, a letter by e-mail, a credit.
LINES = [
    ("Anzeige", "boilerplate"),
    ("Teilen", "boilerplate"),
    ("Kommentare (12)", "boilerplate"),
    ("Lesen Sie auch: Was die Brücke kostet", "boilerplate"),
    ("Read more: What the bridge will cost", "boilerplate"),
    ("Copyright 2024 Tagblatt", "boilerplate"),
    ("Copyright © 2024 by the Daily", "boilerplate"),
    ("Jetzt unseren Newsletter bestellen!", "boilerplate"),
    ("© 2024 Tagblatt. Alle Rechte vorbehalten.", "boilerplate"),
    ("Sign up for our morning newsletter", "boilerplate"),
    ("Foto: Ada Vogel", "photo_credit"),
    ("Ada Vogel/dpa", "photo_credit"),
]


@pytest.mark.parametrize(("line", "kind"), LINES)
def test_lines_of_the_page_are_cut(line: str, kind: str) -> None:
    cleaned = residue.clean(f"{BODY}\n\n{line}\n\n{MORE}")

    assert cleaned.text == f"{BODY}\n{MORE}"
    assert cleaned.cuts == (residue.Cut(line, kind, len(BODY) + 1),)


# The same words in a sentence are the article's.
SENTENCES = [
    "Anzeige erstattete die Stadt am Dienstag.",
    "Teilen will die Stadt die Kosten mit dem Land.",
    "Kommentare dazu gab es nicht.",
    "Copyright-Klagen gegen die Stadt gibt es seit 2024.",
    "Jetzt hat die Stadt ihren Newsletter eingestellt.",
    "Mehr dazu sagte sie nicht.",
    "Foto: Was so heißt, muss nach dem neuen Gesetz nicht mehr mit einer Kamera gemacht sein, entschied das Gericht.",
]


@pytest.mark.parametrize("line", SENTENCES)
def test_sentences_with_such_words_stay(line: str) -> None:
    assert residue.clean(f"{BODY}\n{line}\n{MORE}").text == f"{BODY}\n{line}\n{MORE}"


def test_a_short_first_line_is_the_title() -> None:
    cleaned = residue.clean(f"Brücke wird erneuert\n\n{BODY} {MORE}\n\n{MORE}")

    assert cleaned.title == "Brücke wird erneuert"
    assert cleaned.text == f"{BODY} {MORE}\n{MORE}"
    assert cleaned.cuts == (residue.Cut("Brücke wird erneuert", "title", 0),)


def test_a_first_line_that_is_a_sentence_is_no_title() -> None:
    assert residue.clean(f"{MORE}\n{BODY} {MORE}") == residue.Cleaned(f"{MORE}\n{BODY} {MORE}", None, ())


def test_lines_broken_by_a_mail_program_are_joined() -> None:
    lines = [
        "Der Rat der Stadt hat am Montag beschlossen, die alte Brücke über",
        "den Fluss bis 2027 zu erneuern. Das kostet nach Angaben der Ver-",
        "waltung 12 Millionen Euro, die zu zwei Dritteln das Land und zu",
        "einem Drittel die Stadt bezahlt.",
        "",
        "Die Arbeiten beginnen im Mai. Bis dahin bleibt die Brücke für Pkw-",
        "und Radverkehr offen, wie eine Sprecherin der Stadt am Dienstag",
        "sagte.",
    ]
    paragraphs = residue.clean("\r\n".join(lines)).text.split("\n")

    assert len(paragraphs) == 2
    assert "Angaben der Verwaltung 12 Millionen" in paragraphs[0]
    assert "Pkw-und Radverkehr offen" in paragraphs[1] or "Pkw- und Radverkehr offen" in paragraphs[1]


PARTS = [
    BODY, MORE, "Titel der Seite", "\n", " ", '"', "”", "″", ">", "/>", "<", "<p>", "</p>", "<b>", "<img ", "<script>",
    "</script>", "<!--", "-->", "width=", "”800″", 'alt="Die "alte" Brücke"', "sizes='a", "&amp;", "&lt;", "&#",
    "\ue000", "Foto: dpa", "Ada Vogel – example.com", "Lesen Sie auch: mehr", "<h1>", "</h1>", "<figcaption>",
    "\u00ad", "\u202e",
]  # fmt: skip
FRAGMENTS = st.lists(st.sampled_from(PARTS), max_size=30).map("".join)


@given(st.one_of(FRAGMENTS, st.text()))
def test_any_fragment_gives_a_plain_text_and_places_in_it(fragment: str) -> None:
    cleaned = residue.clean(fragment)

    assert not {"\r", "\t", "\u00ad", "\ue000", "\x00"} & set(cleaned.text)
    assert cleaned.text == cleaned.text.strip()
    assert all(line.strip() for line in cleaned.text.split("\n") if cleaned.text)
    for cut in cleaned.cuts:
        assert cut.kind in residue.KINDS
        assert cut.start is not None
        assert 0 <= cut.start <= len(cleaned.text)
    assert [cut.start for cut in cleaned.cuts] == sorted(cut.start or 0 for cut in cleaned.cuts)


@given(st.lists(st.sampled_from([BODY, MORE]), min_size=1, max_size=5))
def test_clean_text_stays_as_it_is(paragraphs: list[str]) -> None:
    text = "\n".join(paragraphs)

    assert residue.clean(text) == residue.Cleaned(text, None, ())


@given(FRAGMENTS)
def test_nothing_is_lost(fragment: str) -> None:
    """Every word of the fragment stands in the text or in a cut."""
    cleaned = residue.clean(fragment)
    everything = cleaned.text + " ".join(cut.text for cut in cleaned.cuts)

    assert fragment.count("Brücke") <= everything.count("Brücke")
