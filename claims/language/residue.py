"""What is left over when an article is copied, told apart from the article; nothing is thrown away unseen.

``clean`` takes a fragment: pasted text, or HTML that begins or ends in the middle of a tag. Well-formed tags are how
a fragment is written: they are read (``<p>`` is a line break) and not listed. Everything else that does not belong to
the text is cut, kept as a ``Cut`` with its kind, and shown to the editor. The rules look at shapes (an attribute with
its quotation marks, a name and an agency at the end of a glued sentence), never at particular articles.
"""

import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, replace

from claims.language import encoding

TITLE = "title"
IMAGE_ATTRIBUTES = "image_attributes"
CAPTION = "caption"
PHOTO_CREDIT = "photo_credit"
MARKUP = "markup"
BOILERPLATE = "boilerplate"
KINDS = (TITLE, IMAGE_ATTRIBUTES, CAPTION, PHOTO_CREDIT, MARKUP, BOILERPLATE)

MAX_TITLE = 200
"""The longest title, in characters."""

MAX_CAPTION = 400
"""The longest caption, in characters."""


@dataclass(frozen=True, slots=True)
class Cut:
    """Something that was left out: what it says and of which of ``KINDS`` it is.

    ``start`` is the place in the clean text, in code points, before which it stood; None where only the page knows.
    """

    text: str
    kind: str
    start: int | None = None


@dataclass(frozen=True, slots=True)
class Cleaned:
    """The text, its title if one stood there, and the cuts in the order in which they stood."""

    text: str
    title: str | None
    cuts: tuple[Cut, ...]


def clean(fragment: str) -> Cleaned:
    """The article's text in decoded but otherwise raw characters, with what was cut out of them."""
    fragment = _unwrapped(fragment.replace(_MARK, ""))
    pieces = list(_captioned(_titled(list(_pieces(fragment)))))
    return _lines(pieces)


def line_kind(line: str, *, pointers: bool = True) -> str | None:
    """What a line of a clean text is if it is no part of the article: a credit or boilerplate; None for text.

    ``pointers`` to other articles ("Read more: ...") count as boilerplate unless that is False.
    """
    if len(line) > _MAX_LINE:
        return None
    if _BOILERPLATE_LINE.fullmatch(line) or (pointers and _POINTER_LINE.fullmatch(line)):
        return BOILERPLATE
    return PHOTO_CREDIT if _CREDIT_LINE.fullmatch(line) and line.count(" ") < 15 else None


def is_page(text: str) -> bool:
    """Whether it is a page with its surroundings, rather than a text or a piece of a page."""
    if _PAGE.search(text):
        return True
    return len({match[1].lower() for match in _LANDMARK.finditer(text)}) >= 2


# What the fragment is made of: pieces of text, and pieces that were cut.


@dataclass(slots=True)
class _Piece:
    text: str
    kind: str = ""
    """One of ``KINDS``; empty for the article's text."""


_LOWER = {code: code + 32 for code in range(ord("A"), ord("Z") + 1)}
"""ASCII alone, so that positions stay."""

_MARK = "\ue000"
"""Stands for a cut while the text around it is put into its form; taken out of what comes in."""


def words(text: str) -> frozenset[str]:
    """A set of words, written down as they are read."""
    return frozenset(text.split())


INLINE = words(
    "a abbr acronym amp-img b bdi bdo big cite code data del dfn em font i img ins kbd label mark o:p picture q rp rt "
    "ruby s samp small source span strike strong sub sup time tt u var wbr"
)
"""Elements that stand in a line; all others begin and end a block."""
UNSEEN = words(
    "script style noscript template iframe object embed applet svg math audio video canvas map select datalist "
    "textarea button"
)
"""Elements of which nothing is read."""
_BLOCKS = words(
    "address article aside blockquote body br center dd details dialog dir div dl dt fieldset figcaption figure footer "
    "form h1 h2 h3 h4 h5 h6 head header hr html legend li main menu nav ol option p pre section summary table tbody td "
    "tfoot th thead title tr ul"
)
_EMPTY = words("area base col colgroup input link meta param track")
_TAGS = _BLOCKS | INLINE | UNSEEN | _EMPTY
_IMAGES = words("img picture source amp-img")
_ROLES = {"figcaption": CAPTION, "h1": TITLE, "title": TITLE}

_QUOTE = r"(?:[\"'“”„‟″‶‘’‚′«»]|&(?:quot|apos|[lr][sd]quo|[bs]d?quo|#0?3[49]|#82(?:16|17|18|20|21|22|42|43));)"
_CLOSE = r"\s*/?(?:>|&gt;)"
_NAME = r"[A-Za-z][\w:-]{0,30}+\s?=\s?"
_ATTRIBUTE = re.compile(
    rf"(?<![\w:-])(?P<name>[A-Za-z][\w:-]{{0,30}}+)\s?=\s?"
    rf"(?:{_QUOTE}(?:(?!{_QUOTE}(?:{_CLOSE}|\s*\Z|\s*{_NAME}{_QUOTE}))[^<>]){{0,250}}+{_QUOTE}(?={_CLOSE}|\s*\Z|\s*{_NAME})"
    rf"|{_QUOTE}(?:(?!{_QUOTE})[^<>]){{0,8000}}+{_QUOTE}"
    r"|[\w%#./:-]{1,200}+(?=[\s/>]|&gt;|\Z))"
)
_SPACE = re.compile(r"\s*")
_TAIL_END = re.compile(_CLOSE)
_IMAGE_NAMES = words("alt decoding fetchpriority height loading sizes src srcset width")
_ATTRIBUTES = _IMAGE_NAMES | words(
    "align border class color dir href id itemprop lang name rel role style tabindex target title type value"
)

_TAG = re.compile(
    r"<(?P<close>/?)(?P<name>[A-Za-z][A-Za-z0-9:-]{0,30}+)(?=[\s/>])(?:[^<>\"']|\"[^\"<]*+\"|'[^'<]*+')*+>"
)
_LOOSE_TAG = re.compile(r"<(?P<close>/?)(?P<name>[A-Za-z][A-Za-z0-9:-]{0,30}+)(?=[\s/>])[^<>]*+>")
_PROSE = re.compile(r"<[A-Za-z]{1,2}\s[^=/]*>\Z")
"""Two comparison signs and not a tag: "a <b and c> d"."""
_UNQUOTED = re.compile(r"\s*[^\s\"'<>=/]{1,40}+\s?=\s?[^\s\"'<>=]{1,500}+")
_DECLARATION = re.compile(r"<(?:!(?:doctype|\[)|\?(?:xml|php|=))[^<>]{0,2000}+>", re.IGNORECASE)
_OPENED = re.compile(r"</?(?P<name>[A-Za-z][A-Za-z0-9:-]{0,30}+)?(?![^\s<])")
_HALF = re.compile(rf"\s*(?:[A-Za-z][\w:-]{{0,30}}+)?(?:\s?=\s?(?:{_QUOTE}[^<>]{{0,500}}+)?)?\s*\Z")
"""The last attribute of a tag in the middle of which the fragment ends."""
_BROKEN_START = re.compile(rf"\s*(?:/?>(?!\s)|[^<>\n]{{0,2000}}?{_QUOTE}\s?/?>)")
_PAGE = re.compile(r"<(?:!doctype\s+html|html|head|body)\b[^<>]*+>", re.IGNORECASE)
_LANDMARK = re.compile(r"<(main|article|nav|header|footer|aside|meta|title)\b[^<>]*+>", re.IGNORECASE)


def _pieces(text: str) -> Iterator[_Piece]:
    """The fragment as it stands, piece by piece; neighbouring text comes as one piece."""
    reader = _Reader(text)
    kept: list[str] = []
    for piece in reader.read():
        if piece.kind:
            if kept:
                yield from _tails("".join(kept))
                kept = []
            yield piece
        else:
            kept.append(piece.text)
    yield from _tails("".join(kept))


class _Reader:
    """Reads a fragment from tag to tag, once, without going back."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.lower = text.translate(_LOWER)
        self.nowhere: set[str] = set()
        """Closing marks that do not come any more, so that they are not looked for again."""

    def read(self) -> Iterator[_Piece]:
        position = 0
        match = _BROKEN_START.match(self.text)
        if match and not _ATTRIBUTE.search(match[0]):
            yield _Piece(match[0], MARKUP)
            position = match.end()
        while (start := self.text.find("<", position)) >= 0:
            if start > position:
                yield _Piece(self.text[position:start])
            position, piece = self._mark(start)
            yield piece
        if position < len(self.text):
            yield _Piece(self.text[position:])

    def _mark(self, start: int) -> tuple[int, _Piece]:
        """What the ``<`` at ``start`` begins, and where reading goes on behind it."""
        text = self.text
        if text.startswith("<!--", start):
            end = self._find("-->", start + 4) + 3
            end = end if end > 2 else start + 4
            return end, _Piece(text[start:end], MARKUP)
        if match := _DECLARATION.match(text, start):
            return match.end(), _Piece(match[0], MARKUP)
        match = _TAG.match(text, start) or _LOOSE_TAG.match(text, start)
        name = match["name"].lower() if match else ""
        if match and name in _TAGS and not _PROSE.match(match[0]):
            return self._tag(match, name)
        return self._broken(start)

    def _broken(self, start: int) -> tuple[int, _Piece]:
        """A tag without its ``>``: its attributes, and what the fragment ends with."""
        text = self.text
        opened = _OPENED.match(text, start)
        name = (opened["name"] or "").lower() if opened else ""
        if opened is None or (name not in _TAGS and opened.end() < len(text)):
            return start + 1, _Piece("<")
        end = opened.end()
        while attribute := _ATTRIBUTE.match(text, _end(_SPACE, text, end)) or _UNQUOTED.match(text, end):
            end = attribute.end()
        behind = len(text) if _HALF.match(text, end) else end
        if behind == opened.end() and behind < len(text):
            return start + 1, _Piece("<")
        return behind, _Piece(text[start:behind], IMAGE_ATTRIBUTES if name in _IMAGES else MARKUP)

    def _tag(self, match: re.Match[str], name: str) -> tuple[int, _Piece]:
        text, start, end = self.text, match.start(), match.end()
        if name in _IMAGES:
            return end, _Piece(match[0], IMAGE_ATTRIBUTES)
        closing = -1
        if not match["close"] and not match[0].endswith("/>") and (name in UNSEEN or name in _ROLES):
            closing = self._find(f"</{name}", end)
        behind = (text.find(">", closing) + 1 or len(text)) if closing >= 0 else end
        if name in UNSEEN:
            if closing < 0 and name in ("script", "style") and not match["close"]:
                behind = len(text)
            return behind, _Piece(text[start:behind], MARKUP)
        if closing >= 0:
            inside = _LOOSE_TAG.sub("", text[end:closing])
            if inside.strip() and len(inside) <= MAX_CAPTION:
                return behind, _Piece(inside, _ROLES[name])
        return end, _Piece("\n" if name in _BLOCKS else "")

    def _find(self, mark: str, position: int) -> int:
        """Where ``mark`` stands from ``position`` on; -1 if it does not come."""
        if mark in self.nowhere:
            return -1
        found = self.lower.find(mark, position)
        if found < 0:
            self.nowhere.add(mark)
        return found


def _tails(text: str) -> Iterator[_Piece]:
    """Text with the ends of broken tags cut out of it: attributes with whatever quotation marks, up to the ``>``."""
    kept = 0
    position = 0
    while match := _ATTRIBUTE.search(text, position):
        start, names = match.start(), []
        while match:
            names.append(match["name"].lower())
            position = match.end()
            match = _ATTRIBUTE.match(text, _end(_SPACE, text, position))
        end = _end(_TAIL_END, text, position)
        known = [name for name in names if name in _ATTRIBUTES or name.startswith(("data-", "aria-", "on"))]
        closed = end > position
        if (closed and known) or len(known) >= 2:
            yield _Piece(text[kept:start])
            kind = IMAGE_ATTRIBUTES if _IMAGE_NAMES.intersection(names) else MARKUP
            yield _Piece(text[start:end], kind)
            kept = position = end
    yield _Piece(text[kept:])


def _end(pattern: re.Pattern[str], text: str, position: int) -> int:
    match = pattern.match(text, position)
    return match.end() if match else position


# Title, caption and credit stand round a picture.


def _titled(pieces: list[_Piece]) -> list[_Piece]:
    """A single short line in front of a picture or of a broken tag is the title, unless one is marked as such."""
    pieces = [piece for piece in pieces if piece.kind or piece.text]
    if any(piece.kind == TITLE for piece in pieces):
        return pieces
    first = next((index for index, piece in enumerate(pieces) if piece.kind or piece.text.strip()), None)
    if first is None or pieces[first].kind or first + 1 >= len(pieces):
        return pieces
    text = pieces[first].text.strip()
    if pieces[first + 1].kind not in (IMAGE_ATTRIBUTES, MARKUP):
        return pieces
    if _QUOTE_END.search(text) and len(_QUOTES.findall(text)) % 2:
        pieces[first] = _Piece(text, MARKUP)  # the rest of an attribute's value, not a title
    elif _is_title(text):
        pieces[first] = _Piece(text, TITLE)
    return pieces


def _is_title(line: str) -> bool:
    return 0 < len(line) <= MAX_TITLE and "\n" not in line and not _SENTENCE_END.search(line) and line.count(" ") >= 1


_QUOTES = re.compile(_QUOTE)
_QUOTE_END = re.compile(rf"{_QUOTE}\s*\Z")
_SENTENCE_END = re.compile(r"(?<!\.)[.;:,]\s*\Z")

_SITE = r"[\w-]{2,40}\.(?:com|de|net|org|eu|at|ch|info|io|co\.uk|fr)(?![a-z])"
_AGENCY = (
    r"(?:dpa(?:-[A-Za-z]+)?|AP(?: Photo)?|AFP|Reuters|REUTERS|EPA(?:-EFE)?|APA|Keystone(?:-SDA)?|KEYSTONE|ddp|KNA|epd|"
    r"ANP|TASS|Xinhua|Kyodo|Bloomberg|ZUMA(?: Press)?|SIPA|Sipa|NurPhoto|Anadolu|Imago|imago|IMAGO(?: images)?|"
    r"imago images|[Pp]icture[ -][Aa]lliance|Getty(?: Images)?|GETTY(?: IMAGES)?|[Ss]hutterstock|iStock(?:photo)?|"
    r"Adobe ?Stock|Fotolia|Alamy|Unsplash|Pixabay|Pexels|Depositphotos|Dreamstime|Flickr|Wikimedia(?: Commons)?|"
    r"PA(?: Wire| Media| Images)?|Magnum(?: Photos)?|[Uu]llstein(?: [Bb]ild)?|Westend61|Panthermedia|"
    r"CC[ -]BY(?:-[A-Z]{2})*(?: \d\.\d)?)(?![a-z\d])"
)
_AGENCIES = rf"(?:{_SITE}|{_AGENCY})"
_WORD = r"[^\W\d_][\w’'&-]{0,30}+\.?"
_PERSON = rf"{_WORD}(?: {_WORD}){{0,4}}"
_BETWEEN = r"\s?(?:[–—/|,-]|via|über)\s?"
_MARKER = r"(?:Foto|Fotos|Bild|Bilder|Bildquelle|Fotoquelle|Bildnachweis|Photo|Photos|Image|Picture|Credit)"
_CREDIT = re.compile(
    # A name and an agency glued to the end of a sentence, with or without a marker: "hoch.Ada Vogel – example.com"
    rf"(?:(?<=[.!?…“”\"»)])(?:{_MARKER}\s?:?\s?|©\s?)?{_PERSON}{_BETWEEN}{_AGENCIES}(?:{_BETWEEN}{_AGENCIES})*"
    # A marker glued to the end of a sentence or behind a space: "hoch. Foto: Ada Vogel/dpa", "(Foto: dpa)"
    rf"|(?<![\w-])(?:{_MARKER}\s?:|©)\s?(?:{_PERSON}{_BETWEEN})?{_AGENCIES}(?:{_BETWEEN}{_AGENCIES})*"
    rf"|\((?:{_MARKER}\s?:|©)[^()\n]{{2,100}}+\))"
)

# Lines of their own.

_MAX_LINE = 300
_NO_RIGHTS = r"(?!.*\b(?:rights reserved|Rechte vorbehalten))"
_CREDIT_LINE = re.compile(
    rf"\(?(?:{_MARKER}(?: ?\([^()]{{1,40}}\))?\s?[:©|]|©)\s?{_NO_RIGHTS}.{{2,120}}"
    rf"|{_PERSON}\s?[/|]\s?{_AGENCIES}(?:{_BETWEEN}{_AGENCIES})*"
)
_BULLET = r"(?:[-–»>•*]+ ?)?"
_BOILERPLATE_LINE = re.compile(
    # a word or two that are a button
    rf"{_BULLET}(?:anzeige|werbung|advertisement|advertising|sponsored(?: content)?|gesponsert|teilen|"
    r"share(?: this(?: article)?)?|tweet|drucken|print|e-?mail|merken|speichern|save|kommentare?|comments?|"
    r"kommentar schreiben|leave a comment|artikel (?:anhören|drucken|teilen|merken|versenden)|"
    r"listen to (?:this )?article|(?:zurück )?zur startseite|nach oben|back to top|startseite|facebook|twitter|"
    r"whatsapp|link kopieren|copy link|mehr laden|load more|weiterlesen(?: nach der anzeige)?|newsletter|"
    r"article continues (?:below|after)(?: (?:this )?(?:ad|advertisement))?)(?: ?\(?\d{1,5}\)?)?[.:!]?"
    # rights
    r"|(?:(?:copyright|\(c\)|©),? ?){1,2}(?:by .{1,60} )?(?:19|20)\d\d\b.{0,160}"
    r"|.{0,120}\b(?:all rights reserved|alle rechte vorbehalten)\b.{0,80}"
    # letters by e-mail
    rf"|{_BULLET}(?:sign up (?:for|to)|subscribe to|get (?:the|our)|abonnieren sie|melden sie sich|"
    r"jetzt (?:abonnieren|anmelden|bestellen|kostenlos|den|unseren|für den|zum))\b"
    r".{0,160}\bnewsletter\b.{0,120}",
    re.IGNORECASE,
)
_POINTER_LINE = re.compile(
    rf"{_BULLET}(?:lesen sie (?:auch|dazu|hier|mehr|weiter)|lies auch|auch interessant|"
    r"das könnte sie (?:auch )?interessieren|mehr (?:zum thema|dazu|lesen|aus dem ressort)|mehr zu diesem thema|"
    r"siehe auch|passend dazu|zum artikel|zum thema|read (?:more|also|next)|also read|see also|"
    r"related(?: articles?| stories)?|more on this(?: story)?|recommended|don'?t miss|more from .{2,60})"
    r"(?:\s?[:|>–-].{0,250})?",
    re.IGNORECASE,
)


def _captioned(pieces: list[_Piece]) -> Iterator[_Piece]:
    """Caption and credit cut off the text that follows a picture, or with which the fragment begins."""
    picture = True  # the text's own beginning counts as well, but then a credit must show that it is a caption
    seen = False
    for piece in pieces:
        if piece.kind:
            picture = picture or piece.kind == IMAGE_ATTRIBUTES
            seen = seen or piece.kind == IMAGE_ATTRIBUTES
            yield piece
        elif not piece.text.strip():
            yield piece
        else:
            yield from _split_caption(piece.text, behind_picture=seen) if picture else [piece]
            picture = seen = False


def _split_caption(text: str, *, behind_picture: bool) -> Iterator[_Piece]:
    lead = len(text) - len(text.lstrip())
    match = _CREDIT.search(text, lead, lead + MAX_CAPTION + 150)
    if match and match.start() - lead <= MAX_CAPTION and _is_caption(text[lead : match.start()]):
        if match.start() > lead:
            yield _Piece(text[lead : match.start()], CAPTION)
        yield _Piece(match[0], PHOTO_CREDIT)
        yield _Piece(text[match.end() :])
        return
    line, newline, rest = text[lead:].partition("\n")
    glued = behind_picture and "\n" not in text[:lead]
    if glued and newline and len(line) <= min(MAX_CAPTION // 2, len(rest)) and rest.strip():
        yield _Piece(line, CAPTION)
        yield _Piece(newline + rest)
        return
    yield _Piece(text)


def _is_caption(text: str) -> bool:
    """Whether it can be a caption: at most three sentences, in one paragraph."""
    return "\n" not in text.strip() and len(re.findall(r"[.!?…] ", text)) <= 2


# Lines, and the text's final form.


def _lines(pieces: list[_Piece]) -> Cleaned:
    waiting = deque(_cut(piece) for piece in pieces if piece.kind)
    joined = "".join(_MARK if piece.kind else encoding.entities(piece.text).replace(_MARK, "") for piece in pieces)
    lines = [line.strip() for line in encoding.tidy(joined).split("\n")]
    title = next((cut.text for cut in waiting if cut.kind == TITLE), None)
    if title is None and (place := _title_line(lines)) is not None:
        title = lines[place]

    text: list[str] = []
    cuts: list[Cut] = []
    length = 0
    for line in lines:
        bare = line.replace(_MARK, "").strip()
        start = length + bool(text)
        kind = TITLE if title and bare == title and not text else line_kind(bare)
        if kind and bare:
            cuts += [replace(waiting.popleft(), start=start) for _ in range(line.count(_MARK))]
            cuts.append(Cut(bare, kind, start))
            continue
        kept = ""
        for part in _GAPS.split(line):
            if _MARK in part:
                kept += " " if " " in part and kept else ""
                cuts += [replace(waiting.popleft(), start=start + len(kept)) for _ in range(part.count(_MARK))]
            else:
                kept += part
        kept = kept.rstrip()
        if kept:
            text.append(kept)
            length = start + len(kept)
    whole = "\n".join(text)
    merged = _merged([replace(cut, start=min(cut.start or 0, len(whole))) for cut in cuts if cut.text])
    return Cleaned(whole, title, tuple(merged))


_GAPS = re.compile(rf"( ?{_MARK}[ {_MARK}]*+)")


def _cut(piece: _Piece) -> Cut:
    text = piece.text if piece.kind in (MARKUP, IMAGE_ATTRIBUTES) else encoding.entities(piece.text)
    text = encoding.tidy(text).replace(_MARK, "")
    return Cut(text.replace("\n", " ") if piece.kind == TITLE else text, piece.kind)


def _title_line(lines: list[str]) -> int | None:
    """The first line, if it is a title by its looks: short, no sentence, and a longer text comes behind it."""
    for place, line in enumerate(lines):
        if _MARK in line:
            return None
        if not line or line_kind(line):
            continue
        following = max((len(other) for other in lines[place + 1 : place + 4]), default=0)
        return place if _is_title(line) and following >= max(120, len(line)) else None
    return None


def _merged(cuts: list[Cut]) -> list[Cut]:
    """Neighbouring pieces of markup as one cut, and the same for boilerplate."""
    merged: list[Cut] = []
    for cut in cuts:
        last = merged[-1] if merged else None
        if last and last.kind == cut.kind and last.start == cut.start and cut.kind in (MARKUP, BOILERPLATE):
            merged[-1] = Cut(f"{last.text}\n{cut.text}", cut.kind, cut.start)
        else:
            merged.append(cut)
    return merged


def _unwrapped(text: str) -> str:
    """Text that a mail program or a PDF broke into lines of one length, with its paragraphs whole again."""
    if "<" in text[:100_000] or text.count("\n") < 4:
        return text
    lines = [line.rstrip() for line in text.replace("\r\n", "\n").split("\n")]
    longest = max(map(len, lines))
    filled = [line for line in lines if line.strip()]
    full = [line for line in filled if len(line) >= 0.7 * longest]
    running = [line for line in full if line[-1] not in '.!?:…“”"»']
    if not 45 <= longest <= 100 or len(full) < max(4, 0.6 * len(filled)) or len(running) < 0.6 * len(full):
        return text
    joined: list[str] = []
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        goes_on = bool(following.strip()) and len(line) >= 0.7 * longest
        if goes_on and re.search(r"[^\W\d_]-$", line) and following[:1].islower() and not _AND.match(following):
            joined.append(line[:-1])
        else:
            joined += [line, ("" if line.endswith("-") else " ") if goes_on else "\n"]
    return "".join(joined)


_AND = re.compile(r"(?:und|oder|bis|and|or|to)\b")
