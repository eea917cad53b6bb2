"""The article out of whatever came in: a saved page, a fragment of one, or pasted text.

A page goes through trafilatura, which is handed a tree that was parsed here, never an address: nothing is fetched. A
fragment and a text go through ``residue``. Either way the result is plain text, and what was left out is listed.
Title, byline, date and address come from what the page states for machines (schema.org as JSON-LD, ``meta``, ``link``,
``time``), the date also from the address; never from numbers that stand anywhere else.

Time and memory are bounded by the limits below and by ``encoding.MAX_BYTES``.
"""

import json
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import trafilatura

from claims.errors import Unreadable
from claims.language import encoding, residue
from claims.language.residue import Cut

MAX_ELEMENTS = 30_000
"""The most elements that a page may have; pages of newspapers have 1,000 to 4,000."""

MAX_DEPTH = 120
"""How deep elements may stand in each other; pages of newspapers have 15 to 30. The parser drops what is beyond 255."""

MAX_CHARACTERS = 1_000_000
"""The longest text, in characters: about a thousand pages of a book."""

_MAX_FRAGMENT = 2_500_000
"""The longest fragment, in characters, with its markup."""

_LITTLE = 0.1
"""The completeness below which the editor is warned."""

_MAX_STATEMENT = 1_000_000
"""The longest JSON-LD block that is read, in characters."""


@dataclass(frozen=True, slots=True)
class ExtractedArticle:
    """An article as it was read: plain text, one line for each paragraph.

    ``title``, ``byline``, ``published_on``, ``language`` (BCP-47) and ``canonical_url`` are None where nothing states
    them. ``residue`` is what was left out, in its order. ``completeness`` is the share of the visible characters,
    spaces not counted, that the text holds: 0 to 1, rounded to four places; on a page with its navigation a whole
    article may have 0.3. ``warnings`` are sentences for the editor. ``is_page`` says whether it was a whole page.
    """

    title: str | None
    text: str
    byline: str | None
    published_on: date | None
    language: str | None
    canonical_url: str | None
    residue: tuple[Cut, ...]
    completeness: float
    warnings: tuple[str, ...]
    is_page: bool


def extract(raw: bytes, *, content_type: str | None = None, url: str | None = None) -> ExtractedArticle:
    """The article in ``raw``, of which ``content_type`` is the header and ``url`` the address, if they are known.

    Raises ``Unreadable``, with one sentence that says what is wrong, where there is no article to be read.
    """
    decoded = encoding.decode(raw, content_type=content_type)
    if residue.is_page(decoded.text):
        article = _page(decoded.text, url, decoded.warnings)
    else:
        article = _fragment(decoded.text, url, decoded.warnings)
    if not any(map(str.isalnum, article.text)):
        raise Unreadable(_NO_TEXT, code="no_text")
    if len(article.text) > MAX_CHARACTERS:
        raise _too_long(len(article.text))
    return article


_NO_TEXT = (
    "No text can be read from it; perhaps only a script fills it. If a browser shows its text, copy and paste that."
)


def _too_long(characters: int) -> Unreadable:
    return Unreadable(
        f"The text has {characters / 1e6:.1f} million characters; more than {MAX_CHARACTERS / 1e6:.0f} million are no "
        "article. Hand in its parts.",
        code="too_long",
    )


# A fragment or a text.


def _fragment(text: str, url: str | None, warnings: tuple[str, ...]) -> ExtractedArticle:
    if text.count("<") > 2 * MAX_ELEMENTS:
        raise _too_many(text.count("<"))
    if len(text) > _MAX_FRAGMENT:
        raise _too_long(len(text))
    cleaned = residue.clean(text)
    seen = [cut.text for cut in cleaned.cuts if cut.kind not in (residue.MARKUP, residue.IMAGE_ATTRIBUTES)]
    return ExtractedArticle(
        title=cleaned.title,
        text=cleaned.text,
        byline=None,
        published_on=_date_in_address(url),
        language=_written_in(cleaned.text),
        canonical_url=None,
        residue=cleaned.cuts,
        completeness=_share(_weight(cleaned.text), sum(map(_weight, seen)) + _weight(cleaned.text)),
        warnings=warnings,
        is_page=False,
    )


# A page.


def _page(source: str, url: str | None, warnings: tuple[str, ...]) -> ExtractedArticle:
    if source.count("<") > 4 * MAX_ELEMENTS:
        raise _too_many(source.count("<"))
    tree = _parse(source)
    sight = _Sight(tree)
    blocks = sight.blocks
    stated = _Statements(tree, url)
    headings = [block.text for block in blocks if block.role == residue.TITLE]
    title = stated.title(headings)
    titles = {_letters(each) for each in (title or "", *headings[:3])} - {""}
    for element in sight.aside:
        element.drop_tree()
    text = _main_text(tree)
    if text:
        lines = _article_lines(text.split("\n"), titles)
    else:
        lines = [block.text for block in blocks if block.role is None]
        warnings += ("The article cannot be told from the rest of its page; this is all that the page shows.",)
    text = "\n".join(lines)
    completeness = _share(_weight(text), sum(_weight(block.text) for block in blocks))
    if completeness < _LITTLE:
        warnings += ("The text is only a small part of what the page shows; look whether the article is in it.",)
    language, differs = _agreed(stated.language, text)
    return ExtractedArticle(
        title=title,
        text=text,
        byline=stated.byline,
        published_on=stated.published_on,
        language=language,
        canonical_url=stated.canonical_url,
        residue=_left_out(blocks, lines, titles),
        completeness=completeness,
        warnings=(*warnings, *differs),
        is_page=True,
    )


def _too_many(count: int) -> Unreadable:
    return Unreadable(
        f"It has {count:,} tags or more; no page with over {MAX_ELEMENTS:,} elements is read. Paste the text.",
        code="too_many_tags",
    )


def _parse(source: str) -> Any:
    """The page as a tree, within the limits. Nothing outside it is loaded."""
    if "html" not in source[:50].lower():
        source = f"<!doctype html>\n{source}"
    tree = trafilatura.load_html(source)
    if tree is None:
        raise Unreadable(_NO_TEXT, code="no_text")
    return tree


_STAND_INS = "⅋🙰🙱﹠＆"
_AMPERSAND = re.compile(r"&(?=[#A-Za-z])")


def _main_text(tree: Any) -> str:
    """The article's text as trafilatura finds it.

    It resolves references once more than the parser has, so ``&`` goes through it as a sign that stands nowhere else.
    """
    whole = "".join(tree.itertext())
    stand_in = next((sign for sign in _STAND_INS if sign not in whole), "&")
    if _AMPERSAND.search(whole):
        for element in tree.iter():
            if element.text and "&" in element.text:
                element.text = element.text.replace("&", stand_in)
            if element.tail and "&" in element.tail:
                element.tail = element.tail.replace("&", stand_in)
    document = trafilatura.bare_extraction(tree, include_comments=False)
    return encoding.tidy((getattr(document, "text", None) or "").replace(stand_in, "&"))


# A page that is a source: all that it shows, and what it states of itself.


@dataclass(frozen=True, slots=True)
class WholePage:
    """All visible text of a page, one line for each block, and what the page states; each None if it does not.

    ``site`` is the name of the site or its publisher, as it is written there.
    """

    text: str
    title: str | None
    site: str | None
    published_on: date | None
    language: str | None
    canonical_url: str | None


def whole_page(source: str, *, url: str | None = None) -> WholePage:
    """The page with its surroundings, of which ``url`` is the address; raises ``Unreadable`` beyond the limits."""
    if source.count("<") > 4 * MAX_ELEMENTS:
        raise _too_many(source.count("<"))
    tree = _parse(source)
    blocks = _Sight(tree).blocks
    stated = _Statements(tree, url)
    text = "\n".join(block.text for block in blocks)
    return WholePage(
        text=text,
        title=stated.title([block.text for block in blocks if block.role == residue.TITLE]),
        site=stated.site(),
        published_on=stated.published_on,
        language=_agreed(stated.language, text)[0],
        canonical_url=stated.canonical_url,
    )


# What a reader of the page sees, block by block.


@dataclass(frozen=True, slots=True)
class _Block:
    text: str
    role: str | None
    """``title``, ``caption``, ``boilerplate`` (navigation, footer), or None."""


# Not the head as a whole: where a page leaves out its end, the parser leaves the article inside.
_UNSEEN = residue.UNSEEN | {"title", "meta", "link", "base"}
_ROLES = {
    "h1": residue.TITLE,
    "figcaption": residue.CAPTION,
    "nav": residue.BOILERPLATE,
    "footer": residue.BOILERPLATE,
    "aside": residue.BOILERPLATE,
    "form": residue.BOILERPLATE,
}
_HIDDEN_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden", re.IGNORECASE)
_HIDDEN_CLASS = re.compile(
    r"(?:^|\s)(?:visually-?hidden|sr-only|screen-?reader(?:-only|-text)?|u-hidden|is-hidden)(?:\s|$)", re.IGNORECASE
)


def _is_unseen(element: Any) -> bool:
    tag = element.tag
    if not isinstance(tag, str) or tag in _UNSEEN:
        return True
    get = element.get
    if get("hidden") is not None or ((style := get("style")) and _HIDDEN_STYLE.search(style)):
        return True
    return _is_for_ears(element)


def _is_for_ears(element: Any) -> bool:
    """Whether it is written for screen readers alone, such as "(opens in a new window)" behind a link."""
    classes = element.get("class")
    return bool(classes and _HIDDEN_CLASS.search(classes))


class _Sight:
    """All visible text of a page, block by block in its order; refuses a page beyond the limits.

    ``aside`` holds the elements without which the article is read: captions, templates, and what is written for ears.
    """

    def __init__(self, tree: Any) -> None:
        self.blocks: list[_Block] = []
        self.aside: list[Any] = []
        self._words: list[str] = []
        self._role: str | None = None
        self._elements = 0
        # An element to open and how deep it stands, or a text to add and whether (1) a block ends before it.
        self._waiting: list[tuple[Any, str | None, int]] = [(tree, None, 1)]
        while self._waiting:
            what, role, number = self._waiting.pop()
            if isinstance(what, str):
                if number:
                    self._close()
                self._add(what, role)
            else:
                self._open(what, role, number)
        self._close()

    def _open(self, element: Any, role: str | None, depth: int) -> None:
        self._elements += 1
        if self._elements > MAX_ELEMENTS:
            raise _too_many(self._elements)
        if depth > MAX_DEPTH:
            raise Unreadable(
                f"Its elements stand more than {MAX_DEPTH} deep in each other, which no article does. Paste the text.",
                code="too_deep",
            )
        role = role or _ROLES.get(element.tag)
        if element.tag == "figcaption":
            self.aside.append(element)
        if element.tag not in residue.INLINE:
            self._close()
        self._add(element.text or "", role)
        for child in reversed(element):
            ends = child.tag not in residue.INLINE
            if ends or child.tail:
                self._waiting.append((child.tail or "", role, int(ends)))
            if not _is_unseen(child):
                self._waiting.append((child, role, depth + 1))
            elif child.tag == "template" or (child.tag not in _UNSEEN and _is_for_ears(child)):
                self.aside.append(child)

    def _add(self, text: str, role: str | None) -> None:
        if text:
            self._words.append(text)
            self._role = role

    def _close(self) -> None:
        if self._words and (text := encoding.tidy("".join(self._words))):
            self.blocks.append(_Block(text.replace("\n", " "), self._role))
        self._words.clear()


# What the page states for machines.

_ARTICLE_TYPES = residue.words(
    "Article NewsArticle ReportageNewsArticle AnalysisNewsArticle BackgroundNewsArticle OpinionNewsArticle "
    "ReviewNewsArticle AskPublicNewsArticle SatiricalArticle AdvertiserContentArticle BlogPosting LiveBlogPosting "
    "SocialMediaPosting Report ScholarlyArticle MedicalScholarlyArticle TechArticle"
)
_DATE_NAMES = (
    "article:published_time", "og:article:published_time", "article:published", "datepublished", "date_published",
    "published_time", "publication_date", "pubdate", "publishdate", "publish-date", "parsely-pub-date", "sailthru.date",
    "dc.date.issued", "dcterms.issued", "dcterms.created", "dc.date", "dcterms.date", "citation_publication_date",
    "date",
)  # fmt: skip
_AUTHOR_NAMES = (
    "author",
    "article:author",
    "dc.creator",
    "dcterms.creator",
    "parsely-author",
    "byl",
    "sailthru.author",
)


class _Statements:
    """Title, byline, date, language and address as the page states them; each None if it does not."""

    def __init__(self, tree: Any, url: str | None) -> None:
        self.tree = tree
        self.meta = _meta(tree)
        self.articles = list(_stated_articles(tree))
        self.canonical_url = self._address(url)
        self.published_on = self._date(self.canonical_url or url)
        self.byline = self._byline()
        self.language = self._language()

    def title(self, headings: list[str]) -> str | None:
        """The title for sharing, else the headline for machines, a main heading, or the page's title.

        Outlets write up to four titles for one article. Whichever it is, the site's name does not belong to it.
        """
        element = self.tree.find(".//title")
        of_page = _one_line(element.text_content()) if element is not None else ""
        stated = [
            self.meta.get("og:title"),
            *[_words(article.get("headline")) for article in self.articles],
            *headings[:1],
            self.meta.get("twitter:title"),
            _BEFORE_BAR.sub("", of_page) or of_page,
        ]
        lines = (line for each in stated if (line := _one_line(each)) and len(line) <= 2 * residue.MAX_TITLE)
        title = next(lines, None)
        return _without_site(title, self._site_names()) if title else None

    def site(self) -> str | None:
        """The site's or its publisher's name in the page's own spelling."""
        return next((line for name in self._stated_names() if 0 < len(line := _one_line(name)) <= 200), None)

    def _stated_names(self) -> list[str | None]:
        names = [self.meta.get("og:site_name")]
        for article in self.articles:
            publisher = article.get("publisher")
            names += [_words(each.get("name")) for each in _each(publisher) if isinstance(each, dict)]
        return [*names, self.meta.get("application-name")]

    def _site_names(self) -> set[str]:
        names = set(self._stated_names())
        host = urlsplit(self.canonical_url or "").hostname or ""
        names |= {host, host.removeprefix("www."), host.removeprefix("www.").split(".")[0]}
        return {_letters(name) for name in names if name} - {""}

    def _byline(self) -> str | None:
        people: list[str] = []
        for article in self.articles:
            for author in _each(article.get("author")):
                name = author.get("name") if isinstance(author, dict) else author
                people += [_one_line(each) for each in _each(name) if isinstance(each, str)]
        people = people or [_one_line(self.meta.get(name)) for name in _AUTHOR_NAMES]
        if not any(map(_is_name, people)):
            marked = [link for link in self.tree.iter("a") if "author" in (link.get("rel") or "").split()]
            marked += self.tree.xpath(".//*[@itemprop='author']")
            people = [_one_line(element.text_content()) for element in marked[:3]]
        people = [_BY.sub("", person) for person in people if _is_name(person)]
        return ", ".join(dict.fromkeys(people)) or None

    def _date(self, url: str | None) -> date | None:
        stated: list[object] = [article.get("datePublished") for article in self.articles]
        stated += [self.meta.get(name) for name in _DATE_NAMES]
        stated += [article.get("dateCreated") for article in self.articles]
        times = [element for element in self.tree.iter("time") if element.get("datetime")]
        times.sort(key=lambda time: time.get("pubdate") is None and "datePublished" not in (time.get("itemprop") or ""))
        stated += [time.get("datetime") for time in times[:1]]
        return next((day for text in stated if (day := _day(text))), None) or _date_in_address(url)

    def _language(self) -> str | None:
        root = self.tree if self.tree.tag == "html" else self.tree.find(".//html")
        said = [root.get("lang") or root.get("xml:lang") if root is not None else None]
        said += [_words(article.get("inLanguage")) for article in self.articles]
        said += [self.meta.get("content-language"), self.meta.get("og:locale")]
        return next((tag for text in said if (tag := _language_tag(text))), None)

    def _address(self, url: str | None) -> str | None:
        links = (link for link in self.tree.iter("link") if (link.get("rel") or "").lower() == "canonical")
        said = [*(link.get("href") for link in links), self.meta.get("og:url")]
        for text in said:
            address = _absolute(text, url)
            if address and not (url and _path(address) in ("", "/") and _path(url) not in ("", "/")):
                return address
        return None


def _meta(tree: Any) -> dict[str, str]:
    """The page's ``meta``: name, property or header to content; the first of each wins."""
    found: dict[str, str] = {}
    for element in tree.iter("meta"):
        get = element.get
        name = get("property") or get("name") or get("itemprop") or get("http-equiv")
        content = get("content")
        if name and content and content.strip():
            found.setdefault(name.strip().lower(), content)
    return found


def _stated_articles(tree: Any) -> Iterator[dict[str, Any]]:
    """The page's articles in schema.org as JSON-LD; authors that are named elsewhere in it are filled in."""
    things: list[dict[str, Any]] = []
    for element in tree.iter("script"):
        text = element.text if "ld+json" in (element.get("type") or "").lower() else None
        if not text or len(text) > _MAX_STATEMENT:
            continue
        try:
            statement = json.loads(_WRAPPER.sub("", text), strict=False)
        except (ValueError, RecursionError):
            continue
        for item in _each(statement):
            if isinstance(item, dict):
                held = [thing for key in _HOLDERS for thing in _each(item.get(key)) if isinstance(thing, dict)]
                things += [item, *held]
    people = {thing["@id"]: thing for thing in things if isinstance(thing.get("@id"), str) and "name" in thing}
    for thing in things:
        if _ARTICLE_TYPES.intersection(_types(thing)):
            authors = [_referred(author, people) for author in _each(thing.get("author"))]
            yield {**thing, "author": authors}


_HOLDERS = ("@graph", "mainEntity", "mainEntityOfPage")
_WRAPPER = re.compile(r"^\s*(?://)?\s*<!\[CDATA\[|(?://)?\s*\]\]>\s*$|^\s*<!--|-->\s*$")


def _referred(author: Any, people: dict[str, dict[str, Any]]) -> Any:
    if isinstance(author, dict) and "name" not in author and isinstance(identifier := author.get("@id"), str):
        return people.get(identifier, author)
    return author


def _types(thing: dict[str, Any]) -> Iterator[str]:
    return (kind.rsplit("/", 1)[-1].rsplit(":", 1)[-1] for kind in _each(thing.get("@type")) if isinstance(kind, str))


def _each(value: object) -> Iterable[Any]:
    if value is None:
        return ()
    return value if isinstance(value, list) else (value,)


def _words(value: object) -> str | None:
    """A JSON-LD text, or the first of several."""
    value = next(iter(_each(value)), None)
    return value if isinstance(value, str) else None


def _one_line(text: str | None) -> str:
    """A stated text in one line, without tags. Pages write references (``&amp;``) into JSON too: one is resolved."""
    if not text:
        return ""
    return encoding.tidy(_ANY_TAG.sub("", encoding.entities(text[:2000]))).replace("\n", " ")


_ANY_TAG = re.compile(r"</?[A-Za-z][^<>]*+>")
_BY = re.compile(r"^(?:von|by|autor(?:in)?:|author:)\s+", re.IGNORECASE)


def _is_name(text: str) -> bool:
    """Whether it can be a person's or an agency's name: neither an address nor a part of one (``ada-vogel``)."""
    return 0 < len(text) <= 200 and "://" not in text and "@" not in text and not _SLUG.fullmatch(text)


_SLUG = re.compile(r"[a-z0-9]+(?:[-_][a-z0-9]+)+|\d+")
_BEFORE_BAR = re.compile(r"(?<=\S{2})\s+\|\s+[^|]{1,40}$")
_SITE_BREAK = re.compile(r"\s+[|–—•·»*-]\s+")


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _without_site(title: str, names: set[str]) -> str:
    """The title without the site's name and what follows it: ``Prices rise | The Daily`` -> ``Prices rise``."""
    breaks = list(_SITE_BREAK.finditer(title))
    ends = [*(found.start() for found in breaks[1:]), *[len(title)] * bool(breaks)]
    for found, end in zip(breaks, ends, strict=True):
        if _letters(title[found.end() : end]) in names:
            return title[: found.start()]
    if breaks and _letters(title[: breaks[0].start()]) in names:
        return title[breaks[0].end() :]
    return title


_ISO = re.compile(r"\s*(\d{4})-?(\d{2})-?(\d{2})(?!\d)")
_POINTS = re.compile(r"\s*(\d{1,2})\.(\d{1,2})\.(\d{4})(?!\d)")
_IN_ADDRESS = re.compile(r"/((?:19|20)\d\d)[/-](\d{1,2})[/-](\d{1,2})(?=[/_-]|$)")


def _day(text: object) -> date | None:
    """The day that a stated date begins with, on the page's own clock: ISO 8601, ``19.3.2025``, or that of e-mails."""
    if not isinstance(text, str) or len(text) > 100:
        return None
    if match := _ISO.match(text):
        return _made(match[1], match[2], match[3])
    if match := _POINTS.match(text):
        return _made(match[3], match[2], match[1])
    try:
        day = parsedate_to_datetime(text)
    except (ValueError, TypeError, IndexError, OverflowError):
        return None
    return _made(day.year, day.month, day.day)


def _made(year: int | str, month: int | str, day: int | str) -> date | None:
    try:
        made = date(int(year), int(month), int(day))
    except (ValueError, OverflowError):
        return None
    return made if 1900 <= made.year <= 2100 else None


def _date_in_address(url: str | None) -> date | None:
    """The day in a path such as ``/2025/03/19/``."""
    match = _IN_ADDRESS.search(_path(url)) if url else None
    return _made(match[1], match[2], match[3]) if match else None


def _path(url: str) -> str:
    try:
        return urlsplit(url).path
    except ValueError:
        return ""


def _absolute(address: str | None, base: str | None) -> str | None:
    """An address of the web without its fragment; None for anything else."""
    if not address or len(address) > 2000:
        return None
    try:
        whole = urljoin(base or "", address.strip())
        parts = urlsplit(whole)
        if parts.scheme not in ("http", "https") or not parts.hostname or re.search(r"[\s\x00-\x1f\x7f]", whole):
            return None
        return parts._replace(fragment="").geturl()
    except ValueError:
        return None


# Languages.

_TAG = re.compile(r"([A-Za-z]{2,3})(?:[-_][A-Za-z]{4})?(?:[-_]([A-Za-z]{2}|\d{3}))?(?![A-Za-z])")
_FREQUENT = {
    "de": residue.words(
        "und der die das ist nicht ein eine mit für auf von dem den sich auch wird werden im zu als bei"
    ),
    "en": residue.words(
        "the and of to that is was for with on as by at from it be are this have has not an which their"
    ),
}
_WORDS = re.compile(r"[^\W\d_]+")


def _language_tag(text: str | None) -> str | None:
    """``de_DE`` -> ``de-DE``; None where there is no language in it."""
    match = _TAG.match(text.strip()) if text else None
    if match is None:
        return None
    return match[1].lower() + (f"-{match[2].upper()}" if match[2] else "")


def _written_in(text: str) -> str | None:
    """German or English by their most frequent words; None for other languages and where there is too little text."""
    words = [word.lower() for word in _WORDS.findall(text, 0, 20_000)]
    counts = {language: sum(word in frequent for word in words) for language, frequent in _FREQUENT.items()}
    first, second = sorted(counts, key=lambda language: -counts[language])
    if counts[first] < 3 or counts[first] < 0.12 * len(words) or counts[first] < 2 * counts[second]:
        return None
    return first


def _agreed(stated: str | None, text: str) -> tuple[str | None, list[str]]:
    """What the page says, unless its text is plainly in the other language of the two that are told apart."""
    written = _written_in(text)
    if stated is None or written is None or stated[:2] == written or stated[:2] not in _FREQUENT:
        return stated or written, []
    names = {"de": "German", "en": "English"}
    return written, [f"The page says that it is {names[stated[:2]]}, but its text is {names[written]}."]


# What belongs to the article, and what was left out.


def _article_lines(lines: list[str], titles: set[str]) -> list[str]:
    """The lines without the title at their beginning, credits and boilerplate."""
    kept: list[str] = []
    for line in lines:
        if not line or residue.line_kind(line, pointers=False):
            continue
        if len(kept) < 3 and _repeats(line, titles):
            continue
        kept.append(line)
    return kept


def _repeats(line: str, titles: set[str]) -> bool:
    """Whether a line is one of the titles (given as letters), perhaps behind a kicker."""
    if len(line) > 2 * residue.MAX_TITLE:
        return False
    letters = _letters(line)
    return any(letters == title or (len(title) >= 20 and letters.endswith(title)) for title in titles)


_RUN = 5
"""A block counts as kept by its runs of this many words."""


def _left_out(blocks: list[_Block], lines: list[str], titles: set[str]) -> tuple[Cut, ...]:
    """The visible blocks whose words the text does not have, neighbours of one kind together."""
    runs: set[tuple[str, ...]] = set()
    for line in lines:
        words = _TOKENS.findall(line.casefold())
        for size in range(1, _RUN + 1):
            if size == _RUN or len(words) == size:
                runs.update(zip(*(words[shift:] for shift in range(size)), strict=False))
    cuts: list[Cut] = []
    for block in blocks:
        words = _TOKENS.findall(block.text.casefold())
        size = min(_RUN, len(words))
        if not size:
            continue
        places = len(words) - size + 1
        kept = sum(tuple(words[place : place + size]) in runs for place in range(places))
        if 2 * kept >= places:
            continue
        if _repeats(block.text, titles):
            kind = residue.TITLE
        elif block.role == residue.CAPTION:
            kind = residue.CAPTION
        else:
            kind = residue.line_kind(block.text) or residue.BOILERPLATE
        if cuts and cuts[-1].kind == kind == residue.BOILERPLATE:
            cuts[-1] = Cut(f"{cuts[-1].text}\n{block.text}", kind)
        else:
            cuts.append(Cut(block.text, kind))
    return tuple(cuts)


_TOKENS = re.compile(r"\w+")


def _weight(text: str) -> int:
    """Characters other than spaces."""
    return sum(map(len, text.split()))


def _share(part: int, whole: int) -> float:
    return min(1.0, round(part / whole, 4)) if whole else 0.0
