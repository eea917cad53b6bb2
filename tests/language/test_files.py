"""Files that preserve a source: the bytes decide what they are, and what text is in them."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from datetime import date

import pytest

from claims.language import files, pdf
from claims.language.files import FileKind, UnfitFile, kind_of, text_of
from tests.language.pdfs import pdf as make_pdf

WORDS = "Die Preise stiegen im Jahr 2024 um 2,2 Prozent."
PAGE = (
    f"<!doctype html><html lang=de><meta charset=utf-8><title>Preise</title><body><p>{WORDS}</p></body></html>".encode()
)


def chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))


PNG = (
    b"\x89PNG\r\n\x1a\n"
    + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    + chunk(b"IDAT", zlib.compress(b"\x00\x80"))
    + chunk(b"IEND", b"")
)
JPEG = (
    b"\xff\xd8\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00"
    b"\xff\xc0\x00\x0b\x08\x00\x01\x00\x01\x01\x01\x11\x00"
    b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00\x7f\xff\x00\xff\xd0\x10\xff\xd9"
)
GIF = (
    b"GIF89a\x01\x00\x01\x00\x80\x00\x00\x00\x00\x00\xff\xff\xff"
    b"\x21\xf9\x04\x00\x00\x00\x00\x00\x2c\x00\x00\x00\x00\x01\x00\x01\x00\x00\x02\x02\x44\x01\x00\x3b"
)
_VP8L = b"VP8L\x0b\x00\x00\x00\x2f\x00\x00\x00\x10\x07\x10\x11\x11\x88\x88\x00"
WEBP = b"RIFF" + struct.pack("<I", 4 + len(_VP8L)) + b"WEBP" + _VP8L
SVG = f'<svg xmlns="http://www.w3.org/2000/svg"><title>Preise</title><text>{WORDS}</text></svg>'.encode()
PDF = make_pdf([[WORDS]])


def archive(*names: str) -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as packed:
        for name in names:
            packed.writestr(name, "x")
    return out.getvalue()


ZIP = archive("a.txt")

# Whatever a file is called: without a name, with one that says nothing, and with its own, it is what it holds.
HELD = {
    "PDF": (PDF, FileKind.PDF, "report.pdf", "application/pdf"),
    "PDF behind a line break": (b"\r\n" + PDF, FileKind.PDF, "report.PDF", "application/x-pdf"),
    "PNG": (PNG, FileKind.PNG, "chart.png", "image/png"),
    "JPEG": (JPEG, FileKind.JPEG, "photo.JPG", "image/jpeg"),
    "JPEG with bytes that fill up": (JPEG.replace(b"\xff\xc0", b"\xff\x01\xff\xff\xc0"), FileKind.JPEG, "", ""),
    "JPEG with a telephone's film behind it": (JPEG + b"\x00\x01film" * 9, FileKind.JPEG, "photo.jpeg", "image/jpg"),
    "GIF": (GIF, FileKind.GIF, "chart.gif", "image/gif"),
    "WebP": (WEBP, FileKind.WEBP, "chart.webp", "image/webp"),
    "SVG": (SVG, FileKind.SVG, "chart.svg", "image/svg+xml"),
    "SVG with its declarations": (
        b'<?xml version="1.0"?><!-- drawn --><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "svg11.dtd">' + SVG,
        FileKind.SVG,
        "chart.svg",
        "image/svg+xml; charset=utf-8",
    ),
    "page": (PAGE, FileKind.HTML, "page.html", "text/html; charset=utf-8"),
    "page as XHTML": (
        b'<?xml version="1.0"?>\n<html xmlns="http://www.w3.org/1999/xhtml"><body><p>x</p></body></html>',
        FileKind.HTML,
        "page.xhtml",
        "application/xhtml+xml",
    ),
    "page behind something else": (b"Warning: line 3\n" + PAGE, FileKind.HTML, "page.htm", "text/html"),
    "text": (WORDS.encode(), FileKind.TEXT, "note.txt", "text/plain"),
    "text in Windows-1252": ("Größe: 3 €".encode("cp1252"), FileKind.TEXT, "note.md", "text/markdown"),
    "text in UTF-16": (WORDS.encode("utf-16"), FileKind.TEXT, "note.txt", "text/plain"),
    "table": (b"year;price\n2024;2.2\n", FileKind.TEXT, "prices.csv", "application/vnd.ms-excel"),
}


@pytest.mark.parametrize(("raw", "kind", "name", "content_type"), HELD.values(), ids=HELD)
def test_file_is_what_it_holds(raw: bytes, kind: FileKind, name: str, content_type: str) -> None:
    assert kind_of(raw) is kind
    assert kind_of(raw, name="download.aspx", content_type="application/octet-stream") is kind
    assert kind_of(raw, name=name, content_type=content_type) is kind


def test_text_may_speak_of_tags_where_its_name_says_text() -> None:
    raw = b"A page begins with <html> and <body>."

    assert kind_of(raw, name="note.txt") is FileKind.TEXT
    assert kind_of(raw) is FileKind.HTML


# Every other kind of file is refused by what it is, with what to do instead.
REFUSED = {
    "nothing": (b"", "empty"),
    "white space": (b"\xef\xbb\xbf \r\n\t", "empty"),
    "zeros": (b"\x00" * 50, "empty"),
    "archive": (ZIP, "archive"),
    "compressed": (b"\x1f\x8b\x08\x00\x00", "archive"),
    "office document": (archive("[Content_Types].xml", "word/document.xml"), "office"),
    "older office document": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "office"),
    "rich text": (b"{\\rtf1\\ansi Preise}", "office"),
    "program of Windows": (b"MZ\x90\x00\x03\x00\x00\x00", "program"),
    "program of Linux": (b"\x7fELF\x02\x01\x01\x00", "program"),
    "TIFF": (b"II*\x00\x08\x00\x00\x00", "other_picture"),
    "AVIF": (b"\x00\x00\x00\x20ftypavif\x00", "other_picture"),
    "film": (b"\x00\x00\x00\x20ftypisom\x00", "media"),
    "sound": (b"RIFF\x24\x00\x00\x00WAVEfmt ", "media"),
    "other XML": (b'<?xml version="1.0"?><rss><channel/></rss>', "xml"),
    "web archive": (b"MIME-Version: 1.0\nContent-Type: multipart/related; boundary=x\n\n--x\n", "web_archive"),
    "bytes": (bytes(range(256)) * 4, "unknown"),
    "text with a control character": (WORDS.encode() * 50 + b"\x07", "unknown"),
    "text in characters nobody knows": ("Правительство".encode("koi8-r") * 9, "charset"),
    "too much text": (b"x" * 20_000_001, "too_large"),
    "PDF cut short": (PDF[: len(PDF) // 2], "damaged"),
    "PDF without its version": (b"%PDF-", "damaged"),
    "PNG cut short": (PNG[:-5], "damaged"),
    "PNG with a wrong sum": (PNG.replace(b"IDAT", b"IDAt"), "damaged"),
    "PNG that says it is huge": (PNG[:8] + b"\xff\xff\xff\xffIHDR", "damaged"),
    "JPEG cut short": (JPEG[:-2], "damaged"),
    "JPEG without pixels": (b"\xff\xd8\xff\xd9", "damaged"),
    "PNG without its size": (PNG[:8] + PNG[33:], "damaged"),
    "PNG without pixels": (PNG[:33] + PNG[-12:], "damaged"),
    "JPEG that stops in its pixels": (JPEG[:-5], "damaged"),
    "JPEG with an impossible length": (b"\xff\xd8\xff\xe0\x00\x01", "damaged"),
    "GIF of six bytes": (b"GIF89a", "damaged"),
    "GIF without a picture": (GIF[:19] + b"\x3b", "damaged"),
    "GIF that stops in its pixels": (GIF[:-4], "damaged"),
    "WebP of no kind": (WEBP.replace(b"VP8L", b"XXXX"), "damaged"),
    "GIF cut short": (GIF[:-1], "damaged"),
    "GIF that is a script": (b"GIF89a=1;alert(document.cookie)//", "damaged"),
    "WebP cut short": (WEBP[:-2], "damaged"),
    "SVG cut short": (SVG[:-6], "damaged"),
    "SVG in another namespace": (b'<svg xmlns="urn:x"/>', "damaged"),
    "SVG in an encoding nobody has": (b'<?xml version="1.0" encoding="x-none"?><svg/>', "damaged"),
    "SVG that is too deep": (b"<svg>" + b"<g>" * 500 + b"</g>" * 500 + b"</svg>", "damaged"),
    "SVG with entities": (
        b'<!DOCTYPE svg [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;">]><svg><text>&b;</text></svg>',
        "entities",
    ),
    "SVG with an entity from a file": (
        b'<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/passwd">]><svg><text>&a;</text></svg>',
        "entities",
    ),
    "PDF with a page in front": (b"<html><script>alert(1)</script></html>\n" + PDF, "mixed"),
    "PDF with a page in its first line": (PDF.replace(b"\n", b"\n%<script>alert(1)</script>\n", 1), "mixed"),
    "PDF with an archive behind": (PDF + ZIP, "mixed"),
    "PDF with much behind": (PDF + b"more" * 500, "mixed"),
    "GIF with a script in its comment": (GIF[:-1] + b"\x21\xfe\x08<script>\x00\x3b", "mixed"),
    "GIF with a script behind": (GIF + b"<script>alert(1)</script>", "mixed"),
    "PNG with an archive behind": (PNG + ZIP, "mixed"),
    "JPEG with a PDF behind": (JPEG + PDF, "mixed"),
}


@pytest.mark.parametrize(("raw", "code"), REFUSED.values(), ids=REFUSED)
def test_other_file_is_refused_with_advice(raw: bytes, code: str) -> None:
    with pytest.raises(UnfitFile) as refusal:
        kind_of(raw)

    assert refusal.value.code == code
    assert str(refusal.value).endswith(".")
    assert "%(" not in str(refusal.value)


# A name or a type that says something else than the bytes is refused by both.
DIFFERING = {
    "PDF that is a page": (PAGE, "report.pdf", "", "a PDF document", "a web page (HTML)"),
    "PNG that is a script": (b"alert(document.cookie)", "chart.png", "", "a PNG picture", "plain text"),
    "PNG that is a JPEG": (JPEG, "chart.png", "", "a PNG picture", "a JPEG picture"),
    "page that is text": (WORDS.encode(), "page.html", "", "a web page (HTML)", "plain text"),
    "text that is a page": (PAGE, "note.txt", "", "plain text", "a web page (HTML)"),
    "PDF that is an archive": (ZIP, "report.pdf", "", "a PDF document", "an archive of files"),
    "program that is a PDF": (PDF, "report.pdf.exe", "", "a program", "a PDF document"),
    "office document that is a page": (PAGE, "report.docx", "", "an office document", "a web page (HTML)"),
    "type says PDF": (PAGE, "", "application/pdf", "a PDF document", "a web page (HTML)"),
    "type says another picture": (PNG, "", "image/bmp", "a picture of another kind", "a PNG picture"),
    "name is right, type is not": (PDF, "a/b\\report.pdf", "Text/HTML; x", "a web page (HTML)", "a PDF document"),
}


@pytest.mark.parametrize(("raw", "name", "content_type", "said", "held"), DIFFERING.values(), ids=DIFFERING)
def test_file_under_a_wrong_name_is_refused(raw: bytes, name: str, content_type: str, said: str, held: str) -> None:
    with pytest.raises(UnfitFile) as refusal:
        kind_of(raw, name=name, content_type=content_type)

    assert refusal.value.code == "mismatch"
    assert refusal.value.values == {"said": said, "held": held}
    assert f"is {said}, but it holds {held}." in str(refusal.value)


def test_name_of_an_office_document_tells_more_than_the_archive_that_it_is() -> None:
    with pytest.raises(UnfitFile) as refusal:
        kind_of(archive("_rels/.rels"), name="report.docx")

    assert refusal.value.code == "office"


def test_sentence_is_written_in_the_readers_words() -> None:
    german = {
        files.GAPS["first_pages"]: "Nur die ersten %(read)s von %(pages)s Seiten sind gelesen.",
        files.PROBLEMS["damaged"]: "Das ist %(held)s, aber beschädigt.",
        "a PDF document": "ein PDF",
    }

    pages = files.sentence(
        files.GAPS["first_pages"],
        {"read": 2000, "pages": 5000},
        translate=german.__getitem__,
        number=lambda count: f"{count:,}".replace(",", "."),
    )
    damaged = files.sentence(files.PROBLEMS["damaged"], {"held": "a PDF document"}, translate=german.__getitem__)

    assert pages == "Nur die ersten 2.000 von 5.000 Seiten sind gelesen."
    assert damaged == "Das ist ein PDF, aber beschädigt."


# Text


def test_text_of_a_page_is_all_that_it_shows() -> None:
    raw = (
        b"<!doctype html><nav>Startseite</nav><table><tr><td>2024</td><td>2,2</td></tr></table>"
        b"<p>Die Preise stiegen.<script>hidden()</script></p><p hidden>verborgen</p>"
    )

    assert text_of(raw, FileKind.HTML) == files.ExtractedText("Startseite\n2024\n2,2\nDie Preise stiegen.")


def test_text_of_a_text_is_decoded_and_tidy() -> None:
    raw = "Gro\u0308ße\r\nund\u00a0ﬁx\u200b".encode("utf-16")

    assert text_of(raw, FileKind.TEXT).text == "Größe\nund fix"


def test_text_of_an_svg_picture_is_what_it_shows() -> None:
    raw = SVG.replace(b"<text>", b"<style>x</style><script>y</script><text>2024: <tspan>viel</tspan>. ")

    assert text_of(raw, FileKind.SVG).text == f"Preise\n2024: viel. {WORDS}"


@pytest.mark.parametrize(("raw", "kind"), [(PNG, FileKind.PNG), (JPEG, FileKind.JPEG), (GIF, FileKind.GIF)])
def test_picture_has_no_text(raw: bytes, kind: FileKind) -> None:
    assert text_of(raw, kind) == files.ExtractedText("", gap=files.Gap("picture"))


def test_text_of_a_pdf_knows_its_pages() -> None:
    found = text_of(make_pdf([["Die Preise"], ["stiegen um 2,2 %"]]), FileKind.PDF)

    assert found == files.ExtractedText("Die Preise\fstiegen um 2,2 %", pages=2)
    assert [files.page_at(found.text, found.text.index(word)) for word in ("Preise", "stiegen")] == [1, 2]


def test_long_text_is_cut_and_says_so(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(files, "MAX_CHARACTERS", 1_000)

    found = text_of(b"word " * 1_000, FileKind.TEXT)

    assert len(found.text) == 1_000
    assert str(found.gap) == "Only the first 1,000 characters are read."


# What cannot be read gives no text, and says why; nothing is raised.
UNREAD = {
    "page with too many elements": (b"<!doctype html>" + b"<p>x" * 40_000, FileKind.HTML, "too_many_tags"),
    "page that is too deep": (b"<!doctype html>" + b"<div>" * 200 + b"x", FileKind.HTML, "too_deep"),
    "page without words": (b"<!doctype html><script>run()</script>", FileKind.HTML, "none"),
    "SVG without words": (b"<svg/>", FileKind.SVG, "none"),
    "SVG with entities": (b'<!DOCTYPE svg [<!ENTITY a "x">]><svg/>', FileKind.SVG, "none"),
    "PDF without words": (make_pdf([[], []]), FileKind.PDF, "none"),
    "PDF that is none": (b"%PDF-1.4\n%%EOF", FileKind.PDF, "broken"),
}


@pytest.mark.parametrize(("raw", "kind", "code"), UNREAD.values(), ids=UNREAD)
def test_file_that_cannot_be_read_says_why(raw: bytes, kind: FileKind, code: str) -> None:
    found = text_of(raw, kind)

    assert not found.text
    assert found.gap is not None
    assert found.gap.code == code
    assert str(found.gap).endswith(".")


# How a PDF ended, in words: where its reading stopped counts more than single pages that are damaged.
@pytest.mark.parametrize(
    ("end", "read", "unread", "sentence"),
    [
        ("pages", 2000, 0, "Only the first 2,000 of 5,000 pages are read."),
        ("characters", 1448, 0, "Only the first 1,448 of 5,000 pages are read."),
        ("characters", 5000, 0, "Only the first 5,000,000 characters are read."),
        ("slow", 0, 0, "The PDF takes too long; its text is not read."),
        ("slow", 812, 3, "Only the first 812 of 5,000 pages are read; the next takes too long."),
        ("broken", 812, 0, "Only the first 812 of 5,000 pages are read; the next is damaged."),
        ("memory", 0, 0, "The PDF takes too much memory; its text is not read."),
        ("", 5000, 3, "3 of 5,000 pages are damaged and cannot be read."),
    ],
)
def test_gap_of_a_pdf_is_said_in_words(
    end: str, read: int, unread: int, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    came = pdf.PdfText("Preise", pages=5000, read=read, unread=unread, end=end)
    monkeypatch.setattr(pdf, "read", lambda *_args, **_limits: came)

    found = text_of(PDF, FileKind.PDF)

    assert (found.text, found.pages, str(found.gap)) == ("Preise", 5000, sentence)


# What a page states of itself


def test_facts_of_a_page_name_its_site() -> None:
    raw = PAGE.replace(
        b"<body>",
        b'<meta property="og:site_name" content="Statistik &amp;amp; Amt"><meta name="date" content="2025-03-19">'
        b'<link rel="canonical" href="/preise"><body>',
    )

    found = files.page_facts(raw, url="https://example.org/preise?utm=1")

    assert (found.title, found.site, found.language) == ("Preise", "Statistik & Amt", "de")
    assert (found.published_on, found.canonical_url) == (date(2025, 3, 19), "https://example.org/preise")


def test_publisher_in_json_stands_in_for_a_sites_name() -> None:
    raw = PAGE.replace(
        b"<body>",
        b'<script type="application/ld+json">{"@type": "Report", "publisher": {"name": "Tagblatt"}}</script><body>',
    )

    assert files.page_facts(raw).site == "Tagblatt"


def test_page_that_states_nothing_has_no_facts() -> None:
    found = files.page_facts(b"<!doctype html><p>x")

    assert (found.title, found.site, found.published_on, found.language, found.canonical_url) == (None,) * 5
