"""Bytes into characters, and characters into the one form that every text of the project has.

``decode`` finds the character encoding, ``entities`` resolves HTML character references once, ``tidy`` settles
normalisation form, spaces and invisible characters. Nothing else in the project does any of the three.

Which encoding wins follows https://encoding.spec.whatwg.org/ with one difference: bytes that are valid UTF-8 beyond
ASCII are read as UTF-8 whatever they claim to be, since text in another encoding is next to never valid UTF-8.
"""

import codecs
import html
import re
import unicodedata
from dataclasses import dataclass

from claims.errors import Unreadable

MAX_BYTES = 20_000_000
"""The largest input that is read, in bytes; a saved news page has 0.1 to 3 million without its pictures."""

_HEAD = 4096
"""How many bytes are searched for a page's own statement of its encoding; the standard asks for 1024."""

_MIXED = 0.02
"""Broken places, for each whole character beyond ASCII, up to which the text still counts as UTF-8."""

_FOREIGN = 0.25
"""The share of accented letters above which a guess at a Western encoding is wrong: no language writes so many."""

# What the first bytes of other files look like, each with what to call it.
_SIGNATURES: tuple[tuple[bytes, str, str], ...] = (
    (b"\xff\xd8\xff", "picture", "a JPEG picture"),
    (b"\x89PNG", "picture", "a PNG picture"),
    (b"GIF8", "picture", "a GIF picture"),
    (b"BM", "picture", "a BMP picture"),
    (b"II*\x00", "picture", "a TIFF picture"),
    (b"MM\x00*", "picture", "a TIFF picture"),
    (b"\x00\x00\x01\x00", "picture", "an icon"),
    (b"\x1f\x8b", "compressed", "compressed (gzip)"),
    (b"\x28\xb5\x2f\xfd", "compressed", "compressed (Zstandard)"),
    (b"BZh", "compressed", "compressed (bzip2)"),
    (b"\xfd7zXZ", "compressed", "compressed (xz)"),
    (b"7z\xbc\xaf", "compressed", "compressed (7-Zip)"),
    (b"PK\x03\x04", "compressed", "a ZIP archive or an office document"),
    (b"Rar!\x1a", "compressed", "compressed (RAR)"),
    (b"%PDF-", "document", "a PDF document"),
    (b"{\\rtf", "document", "a rich-text document"),
    (b"\xd0\xcf\x11\xe0", "document", "an office document"),
    (b"\x7fELF", "binary", "a program"),
    (b"OggS", "binary", "a sound or film"),
    (b"ID3", "binary", "a sound"),
    (b"wOF", "binary", "a typeface"),
)
_TEXTUAL = {b"BM", b"GIF8", b"BZh", b"ID3", b"OggS", b"wOF"}
"""Signatures that a text might begin with as well: they count only where the bytes are not text."""

_ADVICE = {
    "picture": "Hand in the article's page or its text.",
    "compressed": "Unpack it and hand in the page itself.",
    "document": "Copy its text and paste that.",
    "binary": "Hand in the article's page or its text.",
}

# Labels of https://encoding.spec.whatwg.org/#names-and-labels as Python's codecs call them. Others (utf-7, hex,
# unicode_escape) are codecs of Python, but no encoding of a page.
_WESTERN = {"iso-8859-1", "iso8859-1", "latin1", "latin-1", "l1", "ascii", "us-ascii", "cp1252", "windows-1252"}
_KNOWN = {
    "utf-8", "cp866", "iso8859-2", "iso8859-3", "iso8859-4", "iso8859-5", "iso8859-6", "iso8859-7", "iso8859-8",
    "iso8859-9", "iso8859-10", "iso8859-13", "iso8859-14", "iso8859-15", "iso8859-16", "koi8-r", "koi8-u",
    "mac-roman", "cp874", "cp1250", "cp1251", "cp1252", "cp1253", "cp1254", "cp1255", "cp1256", "cp1257", "cp1258",
    "gbk", "gb2312", "gb18030", "big5", "euc_jp", "iso2022_jp", "shift_jis", "cp932", "euc_kr", "cp949",
    "utf-16", "utf-16-le", "utf-16-be",
}  # fmt: skip

_CHARSET = re.compile(r"charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.+-]{2,40})", re.IGNORECASE)
_META = re.compile(
    rb"<(?:meta\b[^<>]{0,500}?charset|\?xml\b[^<>]{0,200}?encoding)\s*=\s*[\"']?\s*([A-Za-z0-9_:.+-]{2,40})",
    re.IGNORECASE,
)
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f\x7f]")
_TWICE = re.compile(r"[ÃÂ][\u0080-\u00bf]|Ã[œŸ„–¤¶¼]|â€[\u0080-\u00bfœžŸ™“”˜¦]")


@dataclass(frozen=True, slots=True)
class Decoded:
    """The characters, the encoding by Python's name for it, and a sentence for each thing that did not fit."""

    text: str
    encoding: str
    warnings: tuple[str, ...] = ()


def decode(raw: bytes, *, content_type: str | None = None) -> Decoded:
    """The characters of a page or a text; ``content_type`` is the header it came with, if it came with one.

    Compressed bytes are not unpacked. Raises ``Unreadable`` where there is no text: nothing at all, more than
    ``MAX_BYTES``, another kind of file, or an encoding that can neither be read from the bytes nor guessed.
    """
    if len(raw) > MAX_BYTES:
        raise Unreadable(
            f"The file has {len(raw) / 1e6:.0f} MB; more than {MAX_BYTES / 1e6:.0f} MB are not read. "
            "Save the page without its pictures, or paste the text.",
            code="too_large",
        )
    if not raw.strip():
        raise Unreadable("There is nothing in it. Paste the article's text or choose its file.", code="empty")
    _refuse_signatures(raw)
    for mark, name in (
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
    ):
        if raw.startswith(mark):
            return _marked(raw.removeprefix(mark), name)
    declared = _declared(raw, content_type)
    if b"\x00" in raw:
        return _wide(raw)
    if len(_CONTROL.findall(raw, 0, 100_000)) > min(len(raw), 100_000) // 200 + 1:
        # Escape (0x1B) is not counted: it is how ISO-2022-JP switches its alphabets.
        raise _binary()
    return _narrow(raw, declared)


def entities(text: str) -> str:
    """Character references resolved once: ``&amp;lt;`` gives ``&lt;``. Only those that end in a semicolon.

    Without one, ``&copy=2`` in an address and ``R&D`` would be taken for references.
    """
    return _REFERENCE.sub(lambda match: html.unescape(match[0]), text) if "&" in text else text


def tidy(text: str) -> str:
    """The form that every text has: NFC, plain spaces, one line break between paragraphs, nothing invisible.

    Soft hyphens, zero-width spaces, marks of byte order, control characters and overrides of the writing direction
    go; joiners and direction marks stay, since Persian, Hindi, emoji and right-to-left texts need them. Every kind
    of space becomes one plain space, every kind of line break ``\\n``; empty lines and spaces at line ends go.
    """
    text = _BREAKS.sub("\n", text)
    text = _GONE.sub("", text)
    text = _SPACES.sub(" ", text)
    text = _LINES.sub("\n", text).strip()
    return unicodedata.normalize("NFC", text)


_REFERENCE = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
_BREAKS = re.compile(r"\r\n?|[\x0b\x0c\x1c-\x1e\x85\u2028\u2029]")
_GONE = re.compile(
    "[\x00-\x08\x0e-\x1b\x1f\x7f-\x84\x86-\x9f"  # control characters
    "\u00ad\u200b\u2060\ufeff"  # soft hyphen, zero-width space, word joiner, byte-order mark
    "\u202d\u202e"  # overrides: they show other words than those that stand there
    # No characters, or marks of another program; U+FFFD stays, since it shows where a character was lost.
    "\ufff9-\ufffc\ufffe\uffff\ud800-\udfff\ufdd0-\ufdef]"
)
_SPACES = re.compile(r"[^\S\n]+")
_LINES = re.compile(r" ?\n[ \n]*")


def _refuse_signatures(raw: bytes) -> None:
    start = raw[:64]
    for signature, code, name in _SIGNATURES:
        if start.startswith(signature) and (signature not in _TEXTUAL or _CONTROL.search(raw, 0, 512)):
            raise Unreadable(f"This is {name}, whatever its name says. {_ADVICE[code]}", code=code)
    if start[4:8] == b"ftyp" or (start.startswith(b"RIFF") and _CONTROL.search(start)):
        raise Unreadable(f"This is a picture, a sound or a film. {_ADVICE['picture']}", code="picture")
    if re.match(
        rb"(?:[\w-]+:[^\n]*\n[ \t]?){0,12}?content-type:\s*multipart/related",
        raw[:2000].replace(b"\r", b""),
        re.IGNORECASE,
    ):
        raise Unreadable("This is a web archive (MHTML). Save the page as HTML, or paste the text.", code="document")


def _binary() -> Unreadable:
    return Unreadable(
        f"This is no text: it holds control characters that only programs read. {_ADVICE['binary']}", code="binary"
    )


def _codec(label: str) -> str | None:
    """Python's codec for a page's label, if it is an encoding of pages at all."""
    label = label.strip().lower()
    if label in _WESTERN:
        return "cp1252"
    try:
        name = codecs.lookup(label).name
    except (LookupError, ValueError):
        return None
    if name == "shift_jis":
        return "cp932"
    return ("gb18030" if name in ("gbk", "gb2312") else name) if name in _KNOWN else None


def _declared(raw: bytes, content_type: str | None) -> list[tuple[str, str]]:
    """(label, codec) of what the header and the page itself say, in that order; unknown labels have no codec."""
    labels = []
    if content_type and (match := _CHARSET.search(content_type[:500])):
        labels.append(match[1])
    if inside := _META.search(raw, 0, _HEAD):
        labels.append(inside[1].decode("ascii"))
    return [(label, _codec(label) or "") for label in labels]


def _marked(raw: bytes, name: str) -> Decoded:
    """Bytes behind a byte-order mark, which is right before everything else."""
    try:
        text = raw.decode(name)
    except UnicodeDecodeError:
        text = raw.decode(name, "replace")
        if text.count("\ufffd") > len(text) // 100 + 1:
            raise _binary() from None
        return Decoded(text, name, (_damaged(text),))
    if not text.strip():
        raise Unreadable("There is nothing in it. Paste the article's text or choose its file.", code="empty")
    if "\x00" in text:
        raise _binary()
    return Decoded(text, name)


def _wide(raw: bytes) -> Decoded:
    """UTF-16 without its mark: every other byte of Western text is zero. Anything else with zeros is no text."""
    sample = raw[:10_000]
    for name, zeros in (("utf-16-le", sample[1::2]), ("utf-16-be", sample[0::2])):
        if zeros.count(0) > 0.4 * len(zeros) and sample.count(0) <= len(zeros):
            try:
                text = raw.decode(name)
            except UnicodeDecodeError:
                continue
            if "\x00" not in text:
                return Decoded(text, name)
    raise _binary()


def _narrow(raw: bytes, declared: list[tuple[str, str]]) -> Decoded:
    """Bytes without zeros: UTF-8, what they say they are, or Windows-1252."""
    claimed = [(label, name) for label, name in declared if name and not name.startswith("utf")]
    unknown = [f"“{label}” is no known character encoding." for label, name in declared if not name]
    if b"\x1b" in raw and "iso2022_jp" in (name for _, name in claimed):
        return _claimed(raw, claimed, unknown) or _guessed(raw, unknown, declared)
    try:
        text = raw.decode("utf-8")
    except UnicodeDecodeError:
        pass
    else:
        lying = [label for label, _ in claimed[:1] if not raw.isascii()]
        unknown += [f"It says that it is {label}, but its bytes are UTF-8 and were read as such." for label in lying]
        return Decoded(text, "utf-8", (*unknown, *_read_before(text)))
    text = raw.decode("utf-8", "replace")
    broken = text.count("\ufffd")
    whole = len(text) - len(text.encode("ascii", "ignore")) - broken
    if broken <= max(_MIXED * whole, whole >= 2):
        return Decoded(text, "utf-8", (*unknown, _damaged(text, broken)))
    return _claimed(raw, claimed, unknown) or _guessed(raw, unknown, declared)


def _claimed(raw: bytes, claimed: list[tuple[str, str]], warnings: list[str]) -> Decoded | None:
    """What the header or the page says, if the bytes bear it out."""
    for _, name in claimed:
        try:
            text = raw.decode(name)
        except UnicodeDecodeError:
            if name == "cp1252":
                text = raw.decode(name, "replace")
                if text.count("\ufffd") <= 5:
                    return Decoded(text, name, (*warnings, _damaged(text)))
            continue
        if name != "cp1252" or not _is_foreign(text):
            return Decoded(text, name, (*warnings, *_read_before(text)))
    return None


def _guessed(raw: bytes, warnings: list[str], declared: list[tuple[str, str]]) -> Decoded:
    """Windows-1252, which most pages without a right statement are; refused where that gives no words."""
    text = raw.decode("cp1252", "replace")
    if text.count("\ufffd") > len(text) // 200 + 1 or _is_foreign(text):
        raise Unreadable(
            "Its character encoding cannot be made out: what it says it is does not fit its bytes, and they are not "
            "UTF-8. Save it as UTF-8, or paste the text.",
            code="charset",
        )
    said = f"It says that it is {declared[0][0]}, but its bytes are not" if declared else "It does not say its encoding"
    return Decoded(text, "cp1252", (*warnings, f"{said}; it was read as Windows-1252. Check the umlauts and accents."))


def _is_foreign(text: str) -> bool:
    """Whether text read as a Western encoding is something else: too many accented letters, or signs in words."""
    text = text[:200_000]
    letters = sum(map(str.isalpha, text))
    accented = sum("\u00a1" <= character <= "\u024f" for character in text)
    return accented > 20 and accented > _FOREIGN * letters


def _damaged(text: str, broken: int = 0) -> str:
    count = broken or text.count("\ufffd")
    places = "One place" if count == 1 else f"{count} places"
    return f"{places} could not be decoded and {'is' if count == 1 else 'are'} marked with “\ufffd”."


def _read_before(text: str) -> list[str]:
    """A warning where the text was written down after it had been decoded wrongly: ``Ã¼`` for ``ü``."""
    found = len(_TWICE.findall(text, 0, 200_000))
    return ["It was decoded wrongly before it came here (“Ã¼” for “ü”). Look for a better copy."] if found > 2 else []
