"""ClaimReview, schema.org's form of a verdict (https://schema.org/ClaimReview), as search engines and archives read it.

What is written says just what the page says: the same words, and a number only where the rating has one.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any, Protocol

Json = dict[str, Any]

SCHEMA = "https://schema.org"

_SPEAKER_TYPES = {"person": "Person"}
_ORGANISATION = "Organization"


class FrozenText(Protocol):
    """The side row of a publication; an erased one has no text."""

    @property
    def text(self) -> str: ...


class CheckPage(Protocol):
    """The check of a publication; its slug makes the address."""

    @property
    def slug(self) -> str: ...


class FrozenPublication(Protocol):
    """What a publication must offer: its content's canonical text, its envelope's, and its check."""

    @property
    def check_page(self) -> CheckPage: ...

    @property
    def content(self) -> FrozenText: ...

    @property
    def envelope(self) -> str: ...


def to_jsonld(
    publication: FrozenPublication,
    *,
    language: str = "",
    site_url: str = "",
    publisher: str = "",
    page_url: str = "",
) -> Json | None:
    """The ClaimReview of a version in one language, or None where there is none to give.

    There is none for a version that withdraws, without a rating, or whose content was erased. Without ``language``
    it is the first the content has. ``site_url`` (no slash at its end) and ``publisher`` (the desk's public name)
    make the author; ``page_url`` is where this page stands, by default the check's own page on that site.
    """
    if not publication.content.text:
        return None
    return claim_review(
        json.loads(publication.content.text),
        json.loads(publication.envelope),
        language=language,
        site_url=site_url,
        publisher=publisher,
        page_url=page_url or f"{site_url}/checks/{publication.check_page.slug}/",
    )


def claim_review(
    content: Mapping[str, Any],
    envelope: Mapping[str, Any],
    *,
    language: str = "",
    site_url: str = "",
    publisher: str = "",
    page_url: str,
) -> Json | None:
    """``to_jsonld`` on what was read from the texts already."""
    texts = content["texts"]
    language = language or next(iter(texts), "")
    rating = content["rating"]
    if not rating or content.get("notice") or language not in texts:
        return None
    text = texts[language]
    return _filled(
        {
            "@context": SCHEMA,
            "@type": "ClaimReview",
            "url": page_url,
            "inLanguage": language,
            "name": text["headline"],
            "description": text["summary"],
            "datePublished": envelope["first_published_at"],
            "dateModified": envelope["published_at"] if envelope["number"] > 1 else "",
            "version": str(envelope["number"]),
            "author": _filled({"@type": _ORGANISATION, "name": publisher, "url": f"{site_url}/" if site_url else ""}),
            "claimReviewed": text["statement"],
            "itemReviewed": _claim(content),
            "reviewRating": _rating(rating, language),
        }
    )


def script_text(document: Mapping[str, Any]) -> str:
    """The document as text that may stand inside a ``<script type="application/ld+json">`` element.

    Nothing in it can close the element or open another: ``<``, ``>`` and ``&`` are written as JSON escapes, and so
    are the two line separators that JSON allows and scripts of old did not.
    """
    text = json.dumps(document, ensure_ascii=False, separators=(",", ":"))
    for character in "<>&\u2028\u2029":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return text


def in_language(words: Mapping[str, str], language: str) -> str:
    """The word in this language, else in the first there is, as the page shows it."""
    return words.get(language) or next((word for word in words.values() if word), "")


def _claim(content: Mapping[str, Any]) -> Json:
    articles = _distinct(quotation["article"] for quotation in content["quotations"])
    dates = sorted(article["published"] for article in articles if article["published"])
    return _filled(
        {
            "@type": "Claim",
            "author": _speaker(content["speaker"]),
            "datePublished": dates[0] if dates else "",
            "appearance": [_appearance(article) for article in articles],
        }
    )


def _distinct(articles: Iterable[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
    return list({article["uuid"]: article for article in articles}.values())


def _speaker(speaker: Mapping[str, Any] | None) -> Json:
    """Who is held to have said it; nobody where the claim is not attributed."""
    if not speaker:
        return {}
    kind = _SPEAKER_TYPES.get(speaker["kind"], _ORGANISATION)
    role = speaker["role"] if kind == "Person" else ""
    return _filled({"@type": kind, "name": speaker["name"], "jobTitle": role, "sameAs": speaker["same_as"]})


def _appearance(article: Mapping[str, Any]) -> Json:
    return _filled(
        {
            "@type": "CreativeWork",
            "url": article["url"],
            "name": article["title"],
            "datePublished": article["published"],
            "inLanguage": article["language"],
            "author": _named("Person", article["author"]),
            "publisher": _named(_ORGANISATION, article["outlet"]),
        }
    )


def _named(kind: str, name: str) -> Json:
    return {"@type": kind, "name": name} if name else {}


def _rating(rating: Mapping[str, Any], language: str) -> Json:
    numbers = {"ratingValue": rating["value"], "bestRating": rating["best"], "worstRating": rating["worst"]}
    return _filled(
        {
            "@type": "Rating",
            "alternateName": in_language(rating["labels"], language),
            "ratingExplanation": in_language(rating["definitions"], language),
            **(numbers if rating["value"] is not None else {}),
        }
    )


def _filled(fields: Mapping[str, Any]) -> Json:
    """Without what is empty: JSON-LD leaves out what is not known."""
    return {name: value for name, value in fields.items() if value not in ("", None, {}, [])}
