"""Files that preserve a source: which kind of file the bytes are, and the text that is in them.

The bytes alone decide. Their name and the type they came with are only asked whether they agree, because whoever keeps
a file under a wrong name later opens something else than was looked at. A file that is two things at once is refused.

The bytes are never changed: an HTML page and an SVG picture keep their scripts, so whoever hands one out must see to
it that no browser runs them.
"""

import re
from collections.abc import Callable, Collection, Mapping
from dataclasses import asdict, dataclass, field
from pathlib import PurePosixPath
from types import MappingProxyType

from claims.errors import Unreadable
from claims.language import canonical, encoding, extraction, pdf, pictures, residue, svg
from claims.language.excerpts import searchable
from claims.language.extraction import WholePage
from claims.vocabulary import Word, gettext_noop

_ = gettext_noop

MAX_CHARACTERS = 5_000_000
"""The longest text that is taken out of a file."""

_HEAD = 1024
"""How many bytes readers of PDF look through for its beginning and its end."""


class FileKind(Word):
    """A kind of file that is kept: its media type, and what to call it behind "it is" or "it holds"."""

    PDF = "application/pdf", _("a PDF document")
    PNG = "image/png", _("a PNG picture")
    JPEG = "image/jpeg", _("a JPEG picture")
    GIF = "image/gif", _("a GIF picture")
    WEBP = "image/webp", _("a WebP picture")
    SVG = "image/svg+xml", _("an SVG picture")
    HTML = "text/html", _("a web page (HTML)")
    TEXT = "text/plain", _("plain text")


class _Other(Word):
    """A kind of file that is not kept, by the code of its problem."""

    PICTURE = "other_picture", _("a picture of another kind")
    OFFICE = "office", _("an office document")
    ARCHIVE = "archive", _("an archive of files")
    PROGRAM = "program", _("a program")
    MEDIA = "media", _("a sound or a film")
    XML = "xml", _("an XML file")


PROBLEMS: Mapping[str, str] = MappingProxyType(
    {
        "empty": _("The file is empty. Choose another one."),
        "too_large": _(
            "More than %(limit)s MB of text or HTML are not kept. Save the page without its pictures, or as a PDF."
        ),
        "mismatch": _(
            "By its name or type the file is %(said)s, but it holds %(held)s. Save or download it once more and look "
            "at what you get; if it is the right one, give it the right name."
        ),
        "mixed": _(
            "The file is %(held)s with something else inside, in front or behind that a browser might run. Save it "
            "once more, or hand in a screenshot."
        ),
        "damaged": _(
            "The file begins like %(held)s, but it is cut short or damaged. Download it once more, or hand in a "
            "screenshot."
        ),
        "entities": _(
            "This SVG picture defines abbreviations of its own (entities), which are not read here. Save it as plain "
            "SVG or as PNG."
        ),
        "other_picture": _("This is a picture of another kind. Save it as PNG or JPEG."),
        "office": _("This is an office document. Save or print it as a PDF and hand in that."),
        "archive": _("This is an archive of files or compressed. Unpack it and hand in the file that you need."),
        "program": _("This is a program. Programs are not kept; hand in a screenshot or a PDF."),
        "media": _("This is a sound or a film. Hand in a screenshot, or what is said as plain text."),
        "xml": _("This is an XML file that is no picture and no page. Save what it shows as a PDF or as text."),
        "web_archive": _("This is a web archive (MHTML). Save the page as a PDF or as HTML."),
        "charset": _("This seems to be text, but in which characters cannot be made out. Save it as UTF-8."),
        "unknown": _(
            "This is neither a PDF nor a picture (PNG, JPEG, GIF, WebP, SVG), a web page or plain text. Save it as one "
            "of these."
        ),
    }
)
"""Why a file is not kept and what to do, by the code of ``UnfitFile``; each takes the error's ``values``."""

GAPS: Mapping[str, str] = MappingProxyType(
    {
        "picture": _("A picture has no text that can be searched."),
        "none": _("No text can be read from it; perhaps its pages are pictures of text, as a scan has them."),
        "locked": _("The PDF asks for a password, so its text cannot be read."),
        "broken": _("The PDF is damaged; its text cannot be read."),
        "slow": _("The PDF takes too long; its text is not read."),
        "memory": _("The PDF takes too much memory; its text is not read."),
        "first_pages": _("Only the first %(read)s of %(pages)s pages are read."),
        "first_characters": _("Only the first %(read)s characters are read."),
        "slow_after": _("Only the first %(read)s of %(pages)s pages are read; the next takes too long."),
        "broken_after": _("Only the first %(read)s of %(pages)s pages are read; the next is damaged."),
        "pages_unread": _("%(unread)s of %(pages)s pages are damaged and cannot be read."),
        "too_many_tags": _("The page has more elements than can be read, so it has no text here."),
        "too_deep": _("The page's elements stand deeper in each other than can be read, so it has no text here."),
        "erased": _("The file itself was erased by order; of its text stays what was not."),
    }
)
"""Why a file's text is not whole, by the code of ``Gap``; each takes the gap's ``values``."""


def sentence(
    template: str,
    values: Mapping[str, str | int],
    *,
    translate: Callable[[str], str] = str,
    number: Callable[[int], str] = "{:,}".format,
) -> str:
    """One of ``PROBLEMS`` or ``GAPS`` with its values filled in.

    ``translate`` is gettext for whoever reads it, ``number`` writes a number as they do; without them it is English.
    """
    words = {name: number(value) if isinstance(value, int) else translate(value) for name, value in values.items()}
    return translate(template) % words


class UnfitFile(Unreadable):
    """The file is not kept. ``code`` is one of ``PROBLEMS``, ``values`` fill its sentence (see ``sentence``)."""

    def __init__(self, code: str, **values: str | int) -> None:
        super().__init__(sentence(PROBLEMS[code], values), code=code)
        self.values = values


# Which kind of file it is.


def kind_of(raw: bytes, *, name: str = "", content_type: str = "") -> FileKind:
    """Which kind of file the bytes are; raises ``UnfitFile`` where it is none that is kept.

    ``name`` is the file's name or the path of its address, ``content_type`` the header it came with. A name without a
    known ending and a type that only says "some bytes" say nothing; what is said must be right.
    """
    if not raw.strip(_BLANK):
        raise UnfitFile("empty")
    said = [kind for kind in (_by_name(name), _by_type(content_type)) if kind]
    held = _held(raw, content_type, said)
    differing = [kind for kind in said if kind != held and not (isinstance(kind, _Other) and isinstance(held, _Other))]
    if differing:
        raise UnfitFile("mismatch", said=differing[0].label, held=held.label)
    if isinstance(held, _Other):
        raise UnfitFile((said or [held])[0].value)  # a name tells more: many office documents are archives inside
    _check(raw, held)
    return held


_BLANK = b" \t\r\n\f\v\x00\xef\xbb\xbf"


def _held(raw: bytes, content_type: str, said: Collection[FileKind | _Other]) -> FileKind | _Other:
    """What the bytes are by how they begin; ``said`` decides only between a page and a text that speaks of tags."""
    if raw[:_HEAD].lstrip(_BLANK).startswith(b"%PDF-"):
        return FileKind.PDF
    if _PDF_START.search(raw, 0, _HEAD) and b"%%EOF" in raw:
        raise UnfitFile("mixed", held=FileKind.PDF.label)
    for kind, (begins, _end) in _PICTURES.items():
        if begins(raw):
            return kind
    return _other(raw) or _textual(raw, content_type, said)


_PDF_START = re.compile(rb"%PDF-[12]\.\d")
_PICTURES: dict[FileKind, tuple[Callable[[bytes], bool], Callable[[bytes], int | None]]] = {
    FileKind.PNG: (pictures.is_png, pictures.png_end),
    FileKind.JPEG: (pictures.is_jpeg, pictures.jpeg_end),
    FileKind.GIF: (pictures.is_gif, pictures.gif_end),
    FileKind.WEBP: (pictures.is_webp, pictures.webp_end),
}
"""How each kind begins and where it ends."""

_SIGNATURES: tuple[tuple[bytes, _Other], ...] = (
    (b"PK\x03\x04", _Other.ARCHIVE),
    (b"PK\x05\x06", _Other.ARCHIVE),
    (b"\x1f\x8b", _Other.ARCHIVE),
    (b"\x28\xb5\x2f\xfd", _Other.ARCHIVE),
    (b"BZh", _Other.ARCHIVE),
    (b"\xfd7zXZ", _Other.ARCHIVE),
    (b"7z\xbc\xaf", _Other.ARCHIVE),
    (b"Rar!\x1a", _Other.ARCHIVE),
    (b"\xd0\xcf\x11\xe0", _Other.OFFICE),
    (b"{\\rtf", _Other.OFFICE),
    (b"MZ", _Other.PROGRAM),
    (b"\x7fELF", _Other.PROGRAM),
    (b"\xfe\xed\xfa", _Other.PROGRAM),
    (b"\xcf\xfa\xed\xfe", _Other.PROGRAM),
    (b"\xca\xfe\xba\xbe", _Other.PROGRAM),
    (b"\x00asm", _Other.PROGRAM),
    (b"BM", _Other.PICTURE),
    (b"II*\x00", _Other.PICTURE),
    (b"MM\x00*", _Other.PICTURE),
    (b"\x00\x00\x01\x00", _Other.PICTURE),
    (b"8BPS", _Other.PICTURE),
    (b"OggS", _Other.MEDIA),
    (b"ID3", _Other.MEDIA),
    (b"fLaC", _Other.MEDIA),
    (b"RIFF", _Other.MEDIA),
    (b"\x1a\x45\xdf\xa3", _Other.MEDIA),
)
_TEXTUAL = (b"MZ", b"BM", b"BZh", b"ID3", b"OggS", b"fLaC", b"RIFF", b"8BPS")
"""Signatures that a text might begin with as well: they count only where control characters follow."""

_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x1f\x7f]")
_OFFICE_INSIDE = (b"[Content_Types].xml", b"mimetypeapplication/vnd.")
_STILL = (b"avif", b"avis", b"heic", b"heix", b"mif1", b"msf1")


def _other(raw: bytes) -> _Other | None:
    """What else the bytes are, if they begin like a file that is not kept."""
    if raw[4:8] == b"ftyp":
        return _Other.PICTURE if raw[8:12] in _STILL else _Other.MEDIA
    for signature, kind in _SIGNATURES:
        if raw.startswith(signature) and (signature not in _TEXTUAL or _CONTROL.search(raw, 0, 512)):
            if kind is _Other.ARCHIVE and any(mark in raw[:4096] for mark in _OFFICE_INSIDE):
                return _Other.OFFICE
            return kind
    return None


_OPENING = r"\ufeff?\s*+(?:<\?xml\b[^>]*+>\s*+)?+(?:<!--(?:(?!-->).)*+-->\s*+)*+"
_TAGS = (
    "html|head|body|script|iframe|h1|div|font|table|a|style|title|b|br|p|section|article|main|meta|link|span|img|ul|ol"
)
_HTML_START = re.compile(rf"{_OPENING}<(?:!doctype\s+html|(?:{_TAGS})(?=[\s/>]))", re.IGNORECASE | re.DOTALL)
"""How a browser that has to guess tells a page from a text: https://mimesniff.spec.whatwg.org/."""
_SVG_START = re.compile(rf"{_OPENING}<(?:!doctype\s+svg\b|(?:\w+:)?svg[\s/>])", re.IGNORECASE | re.DOTALL)
_ANY_TAG = re.compile(r"<[A-Za-z!/]")
_CONTROLS = re.compile(r"[\x00-\x08\x0e-\x1f\x7f]")

_WHY_NOT_DECODED = {"empty": "empty", "charset": "charset", "document": "web_archive"}


def _textual(raw: bytes, content_type: str, said: Collection[FileKind | _Other]) -> FileKind | _Other:
    text = _decoded(raw, content_type)
    if _SVG_START.match(text):
        return FileKind.SVG
    if _HTML_START.match(text) or (FileKind.HTML in said and _ANY_TAG.search(text)):
        return FileKind.HTML
    if FileKind.TEXT not in said and residue.is_page(text):
        return FileKind.HTML
    return _Other.XML if text.lstrip("\ufeff \t\r\n").startswith("<?xml") else FileKind.TEXT


def _decoded(raw: bytes, content_type: str) -> str:
    if len(raw) > encoding.MAX_BYTES:
        binary = _CONTROL.search(raw, 0, _HEAD)
        raise UnfitFile("unknown") if binary else UnfitFile("too_large", limit=encoding.MAX_BYTES // 1_000_000)
    try:
        text = encoding.decode(raw, content_type=content_type).text
    except Unreadable as problem:
        raise UnfitFile(_WHY_NOT_DECODED.get(problem.code, "unknown")) from problem
    if _CONTROLS.search(text):
        raise UnfitFile("unknown")
    return text


_MARKUP = re.compile(rb"<(?:script|iframe|html|body|svg|!doctype\s+html|\?php)(?=[\s/>])", re.IGNORECASE)
_ARCHIVE_INSIDE = re.compile(rb"PK\x03\x04|PK\x05\x06|%PDF-\d")


def _check(raw: bytes, kind: FileKind) -> None:
    """Raises ``UnfitFile`` unless the file is whole and nothing else."""
    if kind is FileKind.PDF:
        _check_pdf(raw)
    elif kind is FileKind.SVG:
        _svg_words(raw)
    elif kind in _PICTURES:
        end = _PICTURES[kind][1](raw)
        mixed = _MARKUP.search(raw) or (end is not None and _ARCHIVE_INSIDE.search(raw, end))
        if mixed:
            raise UnfitFile("mixed", held=kind.label)
        if end is None:
            raise UnfitFile("damaged", held=kind.label)


def _check_pdf(raw: bytes) -> None:
    end = raw.rfind(b"%%EOF")
    if end < 0 or b"startxref" not in raw[max(0, end - _HEAD) : end]:
        raise UnfitFile("damaged", held=FileKind.PDF.label)
    behind = raw[end + 5 :].strip(_BLANK)
    if _MARKUP.search(raw, 0, _HEAD) or len(behind) > _HEAD or _MARKUP.search(behind) or _ARCHIVE_INSIDE.search(behind):
        raise UnfitFile("mixed", held=FileKind.PDF.label)


# What the name and the type say.

_ENDINGS: dict[str, FileKind | _Other] = {
    ending: kind
    for kind, endings in (
        (FileKind.PDF, "pdf"),
        (FileKind.PNG, "png apng"),
        (FileKind.JPEG, "jpg jpeg jpe jfif"),
        (FileKind.GIF, "gif"),
        (FileKind.WEBP, "webp"),
        (FileKind.SVG, "svg"),
        (FileKind.HTML, "html htm xhtml xht shtml"),
        (FileKind.TEXT, "txt text md markdown csv tsv json log srt vtt"),
        (_Other.PICTURE, "bmp tif tiff ico heic heif avif psd svgz"),
        (_Other.OFFICE, "doc docx docm xls xlsx xlsm ppt pptx pptm odt ods odp rtf"),
        (_Other.ARCHIVE, "zip gz tgz bz2 xz 7z rar tar zst jar apk epub"),
        (_Other.PROGRAM, "exe dll msi bat cmd ps1 sh vbs js mjs scr lnk dmg deb rpm wasm hta"),
        (_Other.MEDIA, "mp3 mp4 m4a m4v mov avi mkv webm wav ogg oga ogv flac mpg mpeg wmv"),
    )
    for ending in endings.split()
}

_TYPES: dict[str, FileKind | _Other] = {
    **{kind.value: kind for kind in FileKind},
    "application/x-pdf": FileKind.PDF,
    "image/apng": FileKind.PNG,
    "image/jpg": FileKind.JPEG,
    "image/pjpeg": FileKind.JPEG,
    "application/xhtml+xml": FileKind.HTML,
    "text/csv": FileKind.TEXT,
    "text/tab-separated-values": FileKind.TEXT,
    "text/markdown": FileKind.TEXT,
    "application/json": FileKind.TEXT,
    "application/zip": _Other.ARCHIVE,
    "application/x-zip-compressed": _Other.ARCHIVE,
    "application/gzip": _Other.ARCHIVE,
    "application/msword": _Other.OFFICE,
    "application/rtf": _Other.OFFICE,
    "text/rtf": _Other.OFFICE,
    "text/javascript": _Other.PROGRAM,
    "application/javascript": _Other.PROGRAM,
    "application/x-msdownload": _Other.PROGRAM,
}
"""``application/vnd.ms-excel`` is not among them: that is what a browser on Windows calls a CSV file."""

_FAMILIES: tuple[tuple[str, _Other], ...] = (
    ("image/", _Other.PICTURE),
    ("audio/", _Other.MEDIA),
    ("video/", _Other.MEDIA),
    ("application/vnd.openxmlformats", _Other.OFFICE),
    ("application/vnd.oasis", _Other.OFFICE),
)


def _by_name(name: str) -> FileKind | _Other | None:
    return _ENDINGS.get(PurePosixPath(name.strip().replace("\\", "/")).suffix[1:].lower())


def _by_type(content_type: str) -> FileKind | _Other | None:
    plain = content_type.partition(";")[0].strip().lower()
    family = next((kind for start, kind in _FAMILIES if plain.startswith(start)), None)
    return _TYPES.get(plain, family)


# The text in it.


@dataclass(frozen=True, slots=True)
class Gap:
    """Why a text is not whole: a code of ``GAPS``, and what fills its sentence; both can be kept as JSON."""

    code: str
    values: Mapping[str, int] = field(default_factory=dict)

    def __str__(self) -> str:
        return sentence(GAPS[self.code], self.values)


ERASED = canonical.text(asdict(Gap("erased")))
"""The gap of a file that an erasure put another one in place of, as it is kept."""


@dataclass(frozen=True, slots=True)
class ExtractedText:
    """The text of a file in canonical form, for searching and for checking excerpts.

    ``pages`` is how many a PDF has, None for other files and where it is not known; ``pdf.PAGE_BREAK`` stands between
    two pages of the text. ``gap`` says what is missing, None where the text is whole.
    """

    text: str
    pages: int | None = None
    gap: Gap | None = None


def text_of(raw: bytes, kind: FileKind, *, content_type: str = "", seconds: float = pdf.SECONDS) -> ExtractedText:
    """The text of a file of which ``kind_of`` said the kind; what cannot be read becomes a gap, and nothing is raised.

    HTML gives all that the page shows, not the article alone. A PDF may take up to ``seconds``, in a process of its
    own: never inside a transaction.
    """
    if kind is FileKind.PDF:
        return _of_pdf(pdf.read(raw, most_characters=MAX_CHARACTERS, seconds=seconds))
    if kind in _PICTURES:
        return ExtractedText("", gap=Gap("picture"))
    try:
        text = _read(raw, kind, content_type)
    except Unreadable as problem:
        return ExtractedText("", gap=Gap(problem.code if problem.code in GAPS else "none"))
    return _cut(searchable(text)) if _has_words(text) else ExtractedText("", gap=Gap("none"))


def page_at(text: str, position: int) -> int:
    """The number, from 1, of the PDF's page on which the character at ``position`` of its text stands."""
    return text.count(pdf.PAGE_BREAK, 0, position) + 1


def page_facts(raw: bytes, *, content_type: str = "", url: str = "") -> WholePage:
    """What a web page shows and states of itself: title, site, day, language, address. Raises ``Unreadable``.

    ``url`` is where it came from; an address that it states is resolved against it.
    """
    return extraction.whole_page(_decoded(raw, content_type), url=url or None)


def _read(raw: bytes, kind: FileKind, content_type: str) -> str:
    if kind is FileKind.SVG:
        return _svg_words(raw)
    if kind is FileKind.HTML:
        return page_facts(raw, content_type=content_type).text
    return _decoded(raw, content_type)


def _cut(text: str) -> ExtractedText:
    gap = Gap("first_characters", {"read": MAX_CHARACTERS}) if len(text) > MAX_CHARACTERS else None
    return ExtractedText(canonical.clean(text[:MAX_CHARACTERS]), gap=gap)


def _has_words(text: str) -> bool:
    return re.search(r"[^\W_]", text) is not None


def _of_pdf(found: pdf.PdfText) -> ExtractedText:
    text = canonical.clean(found.text[:MAX_CHARACTERS]) if _has_words(found.text) else ""
    return ExtractedText(text, found.pages, _pdf_gap(found))


def _pdf_gap(found: pdf.PdfText) -> Gap | None:
    pages = found.pages or 0
    if found.end in ("pages", "characters"):
        if found.read < pages:
            return Gap("first_pages", {"read": found.read, "pages": pages})
        return Gap("first_characters", {"read": MAX_CHARACTERS})
    if found.end and found.read:
        return Gap("slow_after" if found.end == "slow" else "broken_after", {"read": found.read, "pages": pages})
    if found.end:
        return Gap(found.end)
    if found.unread:
        return Gap("pages_unread", {"unread": found.unread, "pages": pages})
    return None if _has_words(found.text) else Gap("none")


def _svg_words(raw: bytes) -> str:
    try:
        return svg.words(raw)
    except svg.HasEntities as problem:
        raise UnfitFile("entities") from problem
    except svg.BadSvg as problem:
        raise UnfitFile("damaged", held=FileKind.SVG.label) from problem
