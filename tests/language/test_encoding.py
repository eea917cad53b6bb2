"""Bytes into characters: which encoding wins, what is refused, and the one form of every text."""

from __future__ import annotations

import bz2
import gzip
import lzma
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from claims.errors import DomainError, Unreadable
from claims.language import encoding

WORDS = "Die Bürgermeisterin sagte, die Straße werde „bald“ für 3 Mio. € geöffnet – früher als geplant. "
RUSSIAN = "Правительство утвердило новый план развития области на три года. " * 3

# Bytes are read as what they are: a mark goes before everything, then UTF-8, then what header and page say.
READ = {
    "UTF-8": (WORDS.encode(), None, "utf-8", WORDS),
    "UTF-8 with its mark": (b"\xef\xbb\xbf" + WORDS.encode(), None, "utf-8", WORDS),
    "UTF-16, little end first": (b"\xff\xfe" + WORDS.encode("utf-16-le"), None, "utf-16-le", WORDS),
    "UTF-16, big end first": (b"\xfe\xff" + WORDS.encode("utf-16-be"), None, "utf-16-be", WORDS),
    "UTF-16 without its mark": (WORDS.encode("utf-16-le"), None, "utf-16-le", WORDS),
    "a mark is right, the header wrong": (
        b"\xef\xbb\xbf" + WORDS.encode(),
        "text/html; charset=windows-1251",
        "utf-8",
        WORDS,
    ),
    "the header says it": (WORDS.encode("cp1252"), "text/html; charset=ISO-8859-1", "cp1252", WORDS),
    "the header says it in quotes": (RUSSIAN.encode("koi8-r"), 'text/html; charset="KOI8-R"', "koi8-r", RUSSIAN),
    "the page says it": (
        b"<meta charset=windows-1251>" + RUSSIAN.encode("cp1251"),
        None,
        "cp1251",
        "<meta charset=windows-1251>" + RUSSIAN,
    ),
    "the header comes before the page": (
        b"<meta charset=koi8-r>" + RUSSIAN.encode("cp1251"),
        "text/html; charset=windows-1251",
        "cp1251",
        "<meta charset=koi8-r>" + RUSSIAN,
    ),
    "Japanese by its escapes": (
        b"<meta charset=iso-2022-jp>" + "東京で火曜日".encode("iso2022_jp"),
        None,
        "iso2022_jp",
        "<meta charset=iso-2022-jp>東京で火曜日",
    ),
}


@pytest.mark.parametrize(("raw", "header", "name", "text"), READ.values(), ids=READ.keys())
def test_bytes_are_read_as_what_they_are(raw: bytes, header: str | None, name: str, text: str) -> None:
    decoded = encoding.decode(raw, content_type=header)

    assert (decoded.encoding, decoded.text) == (name, text)
    assert decoded.warnings == ()


# A statement that does not fit is not believed, and the editor is told so in a sentence.
DOUBTFUL = {
    "UTF-8 that says Latin-1": (WORDS.encode(), "text/html; charset=iso-8859-1", WORDS, "its bytes are UTF-8"),
    "Windows-1252 that says UTF-8": (WORDS.encode("cp1252"), "text/html; charset=utf-8", WORDS, "Check the umlauts"),
    "Windows-1252 that says nothing": (WORDS.encode("cp1252"), None, WORDS, "does not say its encoding"),
    "an encoding that pages cannot have": (WORDS.encode(), "text/html; charset=utf-7", WORDS, "no known character"),
    "UTF-8 cut in the middle of a letter": (WORDS.encode() + b"\xc3", None, WORDS + "\ufffd", "One place"),
    "UTF-8 decoded wrongly once before": (
        WORDS.encode().decode("cp1252", "replace").encode() * 3,
        None,
        None,
        "decoded wrongly before",
    ),
}


@pytest.mark.parametrize(("raw", "header", "text", "words"), DOUBTFUL.values(), ids=DOUBTFUL.keys())
def test_what_does_not_fit_is_told(raw: bytes, header: str | None, text: str | None, words: str) -> None:
    decoded = encoding.decode(raw, content_type=header)

    assert text is None or decoded.text == text
    assert any(words in warning for warning in decoded.warnings)


# What is no text is refused with one word for programs and one sentence or two for the editor.
REFUSED = {
    "nothing": (b"", "empty"),
    "white space": (b" \r\n\t ", "empty"),
    "only a mark": (b"\xef\xbb\xbf \n", "empty"),
    "a JPEG picture called page.html": (b"\xff\xd8\xff\xe0\x00\x10JFIF" + bytes(200), "picture"),
    "a PNG picture": (b"\x89PNG\r\n\x1a\n" + bytes(200), "picture"),
    "a WebP picture": (b"RIFF\x24\x00\x00\x00WEBPVP8 " + bytes(200), "picture"),
    "an AVIF picture": (b"\x00\x00\x00\x1cftypavif" + bytes(200), "picture"),
    "a bomb of 10 MB in gzip": (gzip.compress(bytes(10_000_000)), "compressed"),
    "bzip2": (bz2.compress(WORDS.encode()), "compressed"),
    "xz": (lzma.compress(WORDS.encode()), "compressed"),
    "an office document": (b"PK\x03\x04" + bytes(200), "compressed"),
    "a PDF": (b"%PDF-1.7\n" + WORDS.encode("cp1252"), "document"),
    "a web archive": (
        b"From: <Saved by Blink>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\ttype=x\r\n\r\n--x",
        "document",
    ),
    "bytes with zeros": (b"<html><body>\x00\x01\x02" + WORDS.encode(), "binary"),
    "control characters": (bytes(range(1, 9)) * 50, "binary"),
    "a mark in front of anything": (b"\xff\xfe" + b"\x00\xd8" * 200, "binary"),
    "Russian that says UTF-8": (b"<meta charset=utf-8>" + RUSSIAN.encode("cp1251"), "charset"),
    "50 MB": (b"a " * 25_000_000, "too_large"),
}


@pytest.mark.parametrize(("raw", "code"), REFUSED.values(), ids=REFUSED.keys())
def test_what_is_no_text_is_refused(raw: bytes, code: str) -> None:
    with pytest.raises(Unreadable) as refusal:
        encoding.decode(raw)

    assert refusal.value.code == code
    assert isinstance(refusal.value, DomainError)
    assert str(refusal.value).endswith(".")


def test_the_limit_itself_is_read() -> None:
    assert len(encoding.decode(b"a" * encoding.MAX_BYTES).text) == encoding.MAX_BYTES
    with pytest.raises(Unreadable):
        encoding.decode(b"a" * (encoding.MAX_BYTES + 1))


@pytest.mark.parametrize("text", ["BMW baut um.", "GIF89 war ein Format.", "RIFFS sind Felsen.", "ID3 ist alt."])
def test_words_that_begin_like_a_file_are_words(text: str) -> None:
    assert encoding.decode(text.encode()).text == text


# References are resolved once, and only those that end: an address keeps its "&copy=2".
ENTITIES = [
    ("Müller &amp; Söhne", "Müller & Söhne"),
    ("&amp;lt;b&amp;gt;", "&lt;b&gt;"),
    ("&amp;amp;", "&amp;"),
    ("&#8222;ja&#x201C;", "„ja“"),
    ("12&nbsp;%", "12\u00a0%"),
    ("AT&T, R&D, ?a=1&copy=2", "AT&T, R&D, ?a=1&copy=2"),
    ("&nosuchthing;", "&nosuchthing;"),
    ("&#99999999;&#0;", "&#99999999;\ufffd"),
]


@pytest.mark.parametrize(("written", "meant"), ENTITIES)
def test_references_are_resolved_once(written: str, meant: str) -> None:
    assert encoding.entities(written) == meant


# Invisible characters go, spaces and line breaks become plain ones; what carries meaning stays.
TIDY = [
    ("Donau\u00addampf\u00adschiff", "Donaudampfschiff"),
    ("12\u00a0000\u202f€", "12 000 €"),
    ("\ufeffText\u200b und\u2060 mehr", "Text und mehr"),
    ("a\r\nb\rc\u2028d\u0085e\x0bf", "a\nb\nc\nd\ne\nf"),
    ("  eins \t zwei  \n\n \n drei ", "eins zwei\ndrei"),
    ("Mu\u0308ller", "Müller"),
    ("a\x00b\x07c\x1bd\ud800e\uffffxyz", "abcdexyz"),
    ("abc\u202edef\u202c", "abcdef\u202c"),
    ("می\u200cخواهم", "می\u200cخواهم"),
    ("👩\u200d🚒 🇩🇪", "👩\u200d🚒 🇩🇪"),
    ("שלום\u200f!", "שלום\u200f!"),
]


@pytest.mark.parametrize(("written", "tidied"), TIDY)
def test_texts_have_one_form(written: str, tidied: str) -> None:
    assert encoding.tidy(written) == tidied


@given(st.text())
def test_the_form_is_final(text: str) -> None:
    tidied = encoding.tidy(text)

    assert encoding.tidy(tidied) == tidied
    assert unicodedata.is_normalized("NFC", tidied)
    assert not {"\x00", "\r", "\t", "\u00a0", "\u00ad"} & set(tidied)
    tidied.encode("utf-8")


@given(st.binary(max_size=2000), st.sampled_from([None, "text/html", "text/html; charset=utf-16", "x; charset=hex"]))
def test_any_bytes_are_read_or_refused(raw: bytes, header: str | None) -> None:
    try:
        decoded = encoding.decode(raw, content_type=header)
    except Unreadable:
        return
    assert "\x00" not in decoded.text
