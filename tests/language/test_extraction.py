"""The article out of a page, a fragment or a text: what it holds, what was left out, and what bad input gets."""

from __future__ import annotations

import gzip
import hashlib
import json
import socket
from datetime import date
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from claims.errors import Unreadable
from claims.language import extraction, residue
from claims.language.extraction import extract

CLEAN = "e4bf06278cc96db8cfa9c7af2c099eb6f1b4ebfec5749c4f55707918e629bc13"
"""SHA-256 of the story's clean text, which all three copies give."""

STORY = Path(__file__).parents[2] / "fixtures" / "story" / "captures"

PARAGRAPHS = """\
Der Rat der Stadt hat am Montag beschlossen, die alte Brücke über den Fluss bis 2027 zu erneuern. Das kostet nach \
Angaben der Verwaltung 12 Millionen Euro, die zu zwei Dritteln das Land und zu einem Drittel die Stadt bezahlt.
Die Arbeiten beginnen im Mai, sagte eine Sprecherin der Stadt. Bis dahin bleibt die Brücke offen, danach werden \
täglich rund 14.000 Autos über die Umgehungsstraße fahren, wie ein Gutachten ergab.
Kritik kam von Anwohnern der Umgehungsstraße. „Wir haben schon heute mehr Lärm, als erlaubt ist“, sagte der \
Sprecher ihrer Initiative. Die Stadt hat zugesagt, dort im Juni zu messen.""".splitlines()
TEXT = "\n".join(PARAGRAPHS)


def page(
    *,
    head: str = "<title>Brücke wird erneuert | Tagblatt</title>",
    body: str | None = None,
    attributes: str = ' lang="de"',
) -> bytes:
    article = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS) if body is None else body
    return (
        f'<!doctype html><html{attributes}><head><meta charset="utf-8">{head}</head><body>'
        '<nav><ul><li><a href="/">Startseite</a></li><li><a href="/sport">Sport</a></li></ul></nav>'
        f"<main><article><h1>Brücke wird erneuert</h1>{article}</article></main>"
        "<footer><p>Impressum</p><p>© 2024 Tagblatt. Alle Rechte vorbehalten.</p></footer></body></html>"
    ).encode()


# HTML lets a page leave out the ends of its parts.
@pytest.mark.parametrize("ends", ["</head><body>", "</head>", "<body>", ""], ids=["both", "head", "body", "none"])
def test_page_that_leaves_out_the_end_of_its_head_is_whole(ends: str) -> None:
    article = "".join(f"<p>{paragraph}</p>" for paragraph in PARAGRAPHS)
    html = f"<!doctype html><html lang=de><head><meta charset=utf-8><title>Brücke</title>{ends}<article>{article}"

    found = extract(html.encode())

    assert (found.text, found.completeness, found.warnings) == (TEXT, 1.0, ())


# The story's three copies differ in what is left over, and give one text to the byte.


@pytest.mark.parametrize(("copy", "kinds"), [("1", []), ("2", ["title"]), ("3", ["title"])])
@pytest.mark.parametrize("content_type", [None, "text/plain", "text/plain; charset=utf-8", "text/html; charset=utf-8"])
def test_the_copies_of_the_story_give_one_text(copy: str, kinds: list[str], content_type: str | None) -> None:
    article = extract((STORY / f"{copy}.txt").read_bytes(), content_type=content_type)

    assert hashlib.sha256(article.text.encode()).hexdigest() == CLEAN
    assert article.title == ("KI-Wettlauf zwischen USA und China verschärft sich" if kinds else None)
    assert [cut.kind for cut in article.residue] == [*kinds, "image_attributes", "caption", "photo_credit"]
    assert "2015" in article.residue[len(kinds)].text
    assert article.residue[-1].text == "Ink Drop – shutterstock.com"
    assert article.published_on is None
    assert article.language == "de"
    assert 0.95 < article.completeness < 1
    assert not article.is_page


def test_a_page_gives_its_article_and_lists_the_rest() -> None:
    article = extract(page())

    assert article.text == TEXT
    assert article.title == "Brücke wird erneuert"
    assert article.is_page
    assert [(cut.kind, cut.text) for cut in article.residue] == [
        ("boilerplate", "Startseite\nSport"),
        ("title", "Brücke wird erneuert"),
        ("boilerplate", "Impressum\n© 2024 Tagblatt. Alle Rechte vorbehalten."),
    ]
    assert 0.8 < article.completeness < 1
    assert article.warnings == ()


def test_captions_and_words_for_screen_readers_are_not_the_article() -> None:
    body = (
        f"<p>{PARAGRAPHS[0]}</p><figure><img src='https://p.example/a.jpg' alt='x'><figcaption>Die alte Brücke im "
        f"Winter, als der Fluss 2012 zugefroren war. Foto: Ada Vogel</figcaption></figure><p>{PARAGRAPHS[1]} "
        f"<a href='/g'>Gutachten<span class='sr-only'> (öffnet neues Fenster)</span></a></p><p>{PARAGRAPHS[2]}</p>"
    )
    article = extract(page(body=body))

    assert article.text == "\n".join([PARAGRAPHS[0], f"{PARAGRAPHS[1]} Gutachten", PARAGRAPHS[2]])
    assert "caption" in [cut.kind for cut in article.residue]


def test_a_fragment_of_html_is_read_whole() -> None:
    article = extract("".join(f"<p>{paragraph}</p>\n" for paragraph in PARAGRAPHS).encode(), content_type="text/html")

    assert article.text == TEXT
    assert (article.residue, article.completeness, article.is_page) == ((), 1.0, False)


# Scripts, handlers and addresses of pictures never come out; a tag that a text tells of is text.
HOSTILE = [
    "<script>alert('scriptword')</script>",
    "<p onclick=\"alert('scriptword')\">Ja.</p>",
    '<img src="https://scriptword.example/p.gif" onerror="alert(1)">',
    "<iframe src='https://scriptword.example/'></iframe>",
    "<svg><script>scriptword</script><text>scriptword</text></svg>",
    "<style>@import url(https://scriptword.example/)</style>",
    "<noscript><img src=https://scriptword.example/></noscript>",
    "<object data='https://scriptword.example/'></object>",
    "<template><p>scriptword</p></template>",
    "<!-- scriptword -->",
    "<a href=\"javascript:alert('scriptword')\">hier</a>",
    "<math><mtext>scriptword</mtext></math>",
    "<form action='https://scriptword.example/'><textarea>scriptword</textarea></form>",
]


@pytest.mark.parametrize("hostile", HOSTILE)
def test_nothing_that_runs_or_loads_is_in_the_text(hostile: str) -> None:
    as_page = extract(page(body="".join(f"<p>{each}</p>{hostile}" for each in PARAGRAPHS)))
    as_fragment = extract(f"{hostile}<p>{PARAGRAPHS[0]}</p>{hostile}".encode())

    for article in (as_page, as_fragment):
        assert "scriptword" not in article.text
        assert PARAGRAPHS[0] in article.text


def test_references_are_resolved_once() -> None:
    tail = "Die Angabe &amp;lt;b&amp;gt; steht dort, &lt;i&gt; auch, ebenso ?a=1&amp;copy=2 und F&amp;E ⅋ mehr."
    said = "Die Angabe &lt;b&gt; steht dort, <i> auch, ebenso ?a=1&copy=2 und F&E ⅋ mehr."
    body = "".join(f"<p>{each} {tail}</p>" for each in PARAGRAPHS)

    assert extract(page(body=body)).text == "\n".join(f"{each} {said}" for each in PARAGRAPHS)
    assert extract(body.encode()).text == "\n".join(f"{each} {said}" for each in PARAGRAPHS)


# What the page states for machines: schema.org first, then meta, then what is marked up.


def ld(**values: object) -> str:
    return f'<script type="application/ld+json">{json.dumps({"@type": "NewsArticle", **values})}</script>'


def graph(*things: object, before: str = "", behind: str = "") -> str:
    return f'<script type="application/ld+json">{before}{json.dumps({"@graph": things})}{behind}</script>'


DATES = {
    "schema.org": (ld(datePublished="2025-03-19T23:30:00-08:00"), None, date(2025, 3, 19)),
    "a graph": (
        graph({"@type": ["Article"], "datePublished": "2025-03-19"}),
        None,
        date(2025, 3, 19),
    ),
    "behind a comment": (
        graph({"@type": "Article", "datePublished": "2025-03-19"}, before="//<![CDATA[\n", behind="\n//]]>"),
        None,
        date(2025, 3, 19),
    ),
    "meta": ('<meta property="article:published_time" content="2025-03-19T10:00:00Z">', None, date(2025, 3, 19)),
    "German meta": ('<meta name="date" content="19.3.2025">', None, date(2025, 3, 19)),
    "meta as in e-mail": ('<meta name="DC.date" content="Wed, 19 Mar 2025 10:00:00 +0100">', None, date(2025, 3, 19)),
    "time": ('<time datetime="2025-03-19 10:00">19. März</time>', None, date(2025, 3, 19)),
    "the address": ("", "https://tagblatt.example/2025/03/19/bruecke", date(2025, 3, 19)),
    "published before changed": (
        ld(dateModified="2025-04-01", datePublished="2025-03-19"),
        "https://tagblatt.example/2020/01/01/x",
        date(2025, 3, 19),
    ),
    "a date that is none": (ld(datePublished="2025-02-30"), None, None),
    "a number in an attribute": ('<img width="2015" height="1133" src="/2015/11/33.jpg">', None, None),
    "a number in a class": ('<div class="date-2015-11-03" data-id="20151103">x</div>', None, None),
    "a year in the text": ("<p>Stand: 2015-11-03, 1.1.2015</p>", None, None),
    "a broken statement": ('<script type="application/ld+json">{"datePublished": "2025-03-19"</script>', None, None),
    "a statement of another thing": (ld(**{"@type": "Product", "datePublished": "2015-01-01"}), None, None),
}


@pytest.mark.parametrize(("head", "url", "day"), DATES.values(), ids=DATES.keys())
def test_the_date_is_what_the_page_states(head: str, url: str | None, day: date | None) -> None:
    assert extract(page(head=head), url=url).published_on == day


TITLES = {
    "shared": ('<meta property="og:title" content="Neue Brücke &amp; mehr">', "Neue Brücke & mehr"),
    "for machines": (ld(headline="Neue Brücke"), "Neue Brücke"),
    "heading": ("<title>Tagblatt</title>", "Brücke wird erneuert"),
    "without the site's name": (
        '<meta property="og:title" content="Neue Brücke – Tagblatt"><meta property="og:site_name" content="Tagblatt">',
        "Neue Brücke",
    ),
    "with a dash of its own": ('<meta property="og:title" content="Brücke – mit Sorgen">', "Brücke – mit Sorgen"),
}


@pytest.mark.parametrize(("head", "title"), TITLES.values(), ids=TITLES.keys())
def test_the_title_is_what_the_page_states(head: str, title: str) -> None:
    article = extract(page(head=head))

    assert article.title == title
    assert article.text == TEXT


BYLINES = {
    "a person": (ld(author={"@type": "Person", "name": "Ada Vogel"}), "Ada Vogel"),
    "two": (ld(author=[{"name": "Ada Vogel"}, {"name": "Bo Stern"}]), "Ada Vogel, Bo Stern"),
    "a name": (ld(author="Von Ada Vogel"), "Ada Vogel"),
    "named elsewhere": (
        graph({"@type": "Article", "author": {"@id": "#ada"}}, {"@type": "Person", "@id": "#ada", "name": "Ada Vogel"}),
        "Ada Vogel",
    ),
    "meta": ('<meta name="author" content="Ada Vogel">', "Ada Vogel"),
    "only an address": ('<meta name="author" content="https://tagblatt.example/ada">', None),
    "nobody": ("", None),
}


@pytest.mark.parametrize(("head", "byline"), BYLINES.values(), ids=BYLINES.keys())
def test_the_byline_is_what_the_page_states(head: str, byline: str | None) -> None:
    assert extract(page(head=head)).byline == byline


ADDRESSES = {
    "canonical": ('<link rel="canonical" href="https://t.example/b#top">', None, "https://t.example/b"),
    "relative": ('<link rel="canonical" href="/b">', "https://t.example/a?x=1", "https://t.example/b"),
    "relative to nothing": ('<link rel="canonical" href="/b">', None, None),
    "shared": ('<meta property="og:url" content="https://t.example/b">', None, "https://t.example/b"),
    "the front page": ('<link rel="canonical" href="https://t.example/">', "https://t.example/b", None),
    "a script": ('<link rel="canonical" href="javascript:alert(1)">', "https://t.example/b", None),
    "half an address": ('<link rel="canonical" href="https://[">', None, None),
    "none": ("", "https://t.example/b", None),
}


@pytest.mark.parametrize(("head", "url", "address"), ADDRESSES.values(), ids=ADDRESSES.keys())
def test_the_address_is_what_the_page_states(head: str, url: str | None, address: str | None) -> None:
    assert extract(page(head=head), url=url).canonical_url == address


ENGLISH = (
    "<p>The city council decided on Monday that the old bridge is to be rebuilt by 2027, and that it will cost 12m.</p>"
)
LANGUAGES = {
    "stated": (' lang="de-at"', None, "de-AT", 0),
    "stated with a line": (' lang="de_DE"', None, "de-DE", 0),
    "not stated": ("", None, "de", 0),
    "stated wrongly": (' lang="en"', None, "de", 1),
    "nonsense": (' lang="{{ lang }}"', None, "de", 0),
    "English": ("", ENGLISH * 3, "en", 0),
    "another": (' lang="he"', "<p>ראש הממשלה אמר ביום שלישי כי התקציב יעלה ב-12 אחוזים בשנה הבאה.</p>" * 3, "he", 0),
    "another, not stated": ("", "<p>Le conseil municipal a décidé lundi de rénover le vieux pont.</p>" * 3, None, 0),
}


@pytest.mark.parametrize(("attributes", "body", "language", "warnings"), LANGUAGES.values(), ids=LANGUAGES.keys())
def test_the_language_is_stated_or_plain(attributes: str, body: str | None, language: str, warnings: int) -> None:
    article = extract(page(head="", body=body, attributes=attributes))

    assert article.language == language
    assert len(article.warnings) == warnings


def test_text_from_right_to_left_is_kept() -> None:
    text = "قال رئيس الوزراء يوم الثلاثاء إن الميزانية سترتفع بنسبة ١٢ في المئة."

    assert extract(text.encode()).text == text


# What cannot be read is refused in a sentence; nothing else is ever raised.
BAD = {
    "nothing": (b"", "empty"),
    "white space": (b" \n\t", "empty"),
    "invisible characters": ("\u00a0\u200b\u00ad".encode(), "no_text"),
    "a picture": (b"\xff\xd8\xff\xe0" + bytes(99), "picture"),
    "bytes": (bytes(range(256)) * 40, "binary"),
    "50 MB": (b"<p>a</p>" * 6_250_000, "too_large"),
    "a bomb": (gzip.compress(page() * 1000), "compressed"),
    "100,000 levels": (b"<html><body>" + b"<div>" * 100_000 + b"text", "too_deep"),
    "one level too many": (b"<html><body>" + b"<div>" * (extraction.MAX_DEPTH - 1) + b"text", "too_deep"),
    "a million tags": (b"<html><body>" + b"<b>x</b>" * 1_000_000, "too_many_tags"),
    "a million tags in a fragment": (b"<b>x</b>" * 1_000_000, "too_many_tags"),
    "more elements than the limit": (b"<html><body>" + b"<i>x</i>" * (extraction.MAX_ELEMENTS + 1), "too_many_tags"),
    "a million signs": (b"<" * 1_000_000, "too_many_tags"),
    "more text than an article": (b"word " * 400_000, "too_long"),
    "more than a fragment": (b"word " * 1_000_000, "too_long"),
    "only a script": (b"<html><body><div id=app></div><script>run('a')</script></body></html>", "no_text"),
    "only markup": (b"<p><br></p>", "no_text"),
    "only punctuation": (b"... -- !", "no_text"),
    "a drawing": (b"<svg xmlns='http://www.w3.org/2000/svg'><text>a</text></svg>", "no_text"),
}


@pytest.mark.parametrize(("raw", "code"), BAD.values(), ids=BAD.keys())
def test_what_cannot_be_read_is_refused(raw: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        extract(raw)

    assert refusal.value.code == code
    assert str(refusal.value).endswith(".")


# Shapes on which parsers and patterns spend themselves; each is read or refused, within the limits.
HEAD = "<html><body><p>" + PARAGRAPHS[0]
HEAVY = {
    "levels within the limit": HEAD + ("<div>" * 100 + "word" + "</div>" * 100) * 20,
    "tables in tables": HEAD + "<table><tr><td>" * 35 + PARAGRAPHS[1],
    "lists in lists": HEAD + ("<ul><li>" * 50 + "word" + "</ul>" * 50) * 20,
    "a long attribute": HEAD + '<p class="' + "x " * 1_000_000 + '">' + PARAGRAPHS[1],
    "many attributes": HEAD + "<p " + 'a="b" ' * 100_000 + ">" + PARAGRAPHS[1],
    "headings": HEAD + "".join(f"<h1>Brücke {number} wird erneuert und mehr</h1>" for number in range(3000)),
    "a deep statement": f'{HEAD}<script type="application/ld+json">{"[" * 100_000}</script>',
    "a wide statement": f"{HEAD}{ld(author=[{'name': str(number)} for number in range(10_000)])}",
    "quotation marks": 'a="y ' * 50_000,
    "attributes": 'width="1" ' * 50_000,
    "open comments": "<!--" * 20_000 + "word",
    "open scripts": "word<script>" * 20_000,
    "open headings": "<h1>word" * 20_000,
    "broken tags": '<a "' * 20_000,
    "references": "&amp" * 100_000 + "&#" * 100_000 + " word",
    "pictures": "<img src=x>Word. " * 5_000,
    "glued credits": "Word.Foto: Ada " * 20_000,
    "names": "Ada " * 100_000,
    "rights": ("a" * 110 + " all rights reserved\n") * 2_000,
    "letters": ("get the " * 30 + "\n") * 2_000,
    "short lines": "x y\n" * 50_000,
    "full lines": ("word " * 14 + "\n") * 5_000,
    "one word": "x" * 500_000,
}


@pytest.mark.parametrize("heavy", HEAVY.values(), ids=HEAVY.keys())
def test_heavy_shapes_are_read_or_refused(heavy: str) -> None:
    try:
        article = extract(heavy.encode())
    except Unreadable:
        return
    assert article.text


def test_nothing_is_ever_fetched(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*arguments: object, **named: object) -> None:
        raise AssertionError(f"A connection was asked for: {arguments}")

    for name in ("socket", "create_connection", "getaddrinfo"):
        monkeypatch.setattr(socket, name, refuse)
    head = (
        '<!DOCTYPE html SYSTEM "http://a.example/x.dtd" [<!ENTITY e SYSTEM "http://a.example/e">]>'
        '<base href="http://a.example/"><link rel="stylesheet" href="http://a.example/s.css">'
        '<meta http-equiv="refresh" content="0; url=http://a.example/"><script src="http://a.example/s.js"></script>'
    )
    body = "".join(f'<p>{each} &e; <img src="http://a.example/p.png"></p>' for each in PARAGRAPHS)

    assert PARAGRAPHS[0] in extract(page(head=head, body=body), url="http://a.example/a").text
    assert extract(b"https://a.example/a.html is all that was pasted").text


def test_the_same_bytes_give_the_same_article() -> None:
    assert extract(page()) == extract(page())


# Mutated pages: bytes cut, doubled, swapped and written in anywhere, as broken downloads and editors leave them.
SEEDS = [
    page(),
    page(head=ld(headline="Brücke", author={"name": "Ada"}, datePublished="2025-03-19"), body=f"<ul><li>{TEXT}</ul>"),
    page(body=f"<table><tr><td>{PARAGRAPHS[0]}<td>{PARAGRAPHS[1]}</table><blockquote>{PARAGRAPHS[2]}</blockquote>"),
    f'Titel der Seite width="800" height=”450″>Eine Brücke.Ada Vogel – example.com {TEXT} <a href="'.encode(),
    f"{TEXT}\n\nLesen Sie auch: mehr\n".encode("cp1252"),
]
PIECES = [
    b"<", b">", b'"', b"</p>", b"<p>", b"<script>", b"</script>", b"<!--", b"-->", b"<![CDATA[", b"&#x", b"&amp;",
    b"\x00", b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xe2\x80\xae", b"\r", b"<html>", b"<head>", b"</body>", b"<table>",
    b"<td>", b"<title>", b"<h1>", b"<figure><figcaption>", b"<noscript>", b"<svg>", b"<textarea>", b'lang="',
    b'<meta charset="utf-16">', b'<script type="application/ld+json">[', b"<time datetime='x'>", b"<a href='//[",
    b"<link rel=canonical href=http://[>", b"<br/>" * 50, b"<div>" * 300,
]  # fmt: skip


@st.composite
def mutated(draw: st.DrawFn) -> bytes:
    raw = draw(st.sampled_from(SEEDS))
    for _ in range(draw(st.integers(1, 6))):
        start = draw(st.integers(0, len(raw)))
        end = min(len(raw), start + draw(st.integers(0, 400)))
        piece = draw(
            st.one_of(st.sampled_from(PIECES), st.binary(max_size=8), st.just(raw[start:end] * 2), st.just(b""))
        )
        raw = raw[:start] + piece + raw[end:]
    return raw


@settings(max_examples=300, suppress_health_check=[HealthCheck.too_slow])
@given(mutated(), st.sampled_from([None, "text/html", "text/html; charset=utf-8", "text/plain; charset=koi8-r"]))
def test_mutated_pages_are_read_or_refused(raw: bytes, content_type: str | None) -> None:
    try:
        article = extract(raw, content_type=content_type, url="https://tagblatt.example/2025/03/19/bruecke")
    except Unreadable:
        return
    assert any(map(str.isalnum, article.text))
    assert not {"\x00", "\r", "\u00ad", "\u202e"} & set(article.text)
    article.text.encode("utf-8")
    assert 0 <= article.completeness <= 1
    assert {cut.kind for cut in article.residue} <= set(residue.KINDS)
    assert all(cut.start is None or 0 <= cut.start <= len(article.text) for cut in article.residue)
    for value in (article.title, article.byline, *(cut.text for cut in article.residue)):
        assert value is None or (value and "\x00" not in value)
