"""ClaimReview says just what the page says, and nothing that is not known."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import Any

import pytest

from claims.interchange.claimreview import script_text, to_jsonld

ARTICLE = {
    "uuid": "a1",
    "title": "Rents rise",
    "outlet": "The Morning Paper",
    "author": "J. Doe",
    "published": "2025-03-18",
    "url": "https://paper.example/rents",
    "language": "en",
}
RATING = {
    "scale": "true",
    "code": "mostly-true",
    "value": "4",
    "best": "5",
    "worst": "1",
    "labels": {"en": "Mostly true", "de": "Größtenteils richtig"},
    "definitions": {"en": "Core right despite slips", "de": "Kern stimmt trotz Ungenauigkeiten"},
}
TEXT = {
    "en": {
        "statement": "Rents rose by 12 per cent.",
        "headline": "Rents rose, but by less",
        "summary": "By 9, in fact.",
    },
    "de": {"statement": "Die Mieten stiegen um 12 Prozent.", "headline": "Gestiegen, aber weniger", "summary": "Um 9."},
}
SPEAKER = {"uuid": "s1", "name": "A. Mayor", "kind": "person", "role": "Mayor", "party": "", "same_as": ""}


@dataclass
class Side:
    text: str


@dataclass
class Page:
    slug: str = "rents-rose"


@dataclass
class Version:
    content: Side
    envelope: str
    check_page: Page = field(default_factory=Page)


def version(number: int = 1, **content: Any) -> Version:
    filled = {
        "schema": 1,
        "question": "true",
        "rating": RATING,
        "speaker": SPEAKER,
        "texts": TEXT,
        "quotations": [{"exact": "12 per cent", "voices": [], "article": ARTICLE}],
        **content,
    }
    envelope = {
        "number": number,
        "first_published_at": "2025-04-01T08:00:00.000000Z",
        "published_at": "2025-04-02T08:00:00.000000Z",
    }
    return Version(Side(json.dumps(filled)), json.dumps(envelope))


def jsonld(publication: Version, **options: Any) -> dict[str, Any]:
    document = to_jsonld(publication, **options)
    assert document is not None
    return document


def test_a_whole_document() -> None:
    found = to_jsonld(version(), language="en", site_url="https://desk.example", publisher="The Desk")

    assert found == {
        "@context": "https://schema.org",
        "@type": "ClaimReview",
        "url": "https://desk.example/checks/rents-rose/",
        "inLanguage": "en",
        "name": "Rents rose, but by less",
        "description": "By 9, in fact.",
        "datePublished": "2025-04-01T08:00:00.000000Z",
        "version": "1",
        "author": {"@type": "Organization", "name": "The Desk", "url": "https://desk.example/"},
        "claimReviewed": "Rents rose by 12 per cent.",
        "itemReviewed": {
            "@type": "Claim",
            "author": {"@type": "Person", "name": "A. Mayor", "jobTitle": "Mayor"},
            "datePublished": "2025-03-18",
            "appearance": [
                {
                    "@type": "CreativeWork",
                    "url": "https://paper.example/rents",
                    "name": "Rents rise",
                    "datePublished": "2025-03-18",
                    "inLanguage": "en",
                    "author": {"@type": "Person", "name": "J. Doe"},
                    "publisher": {"@type": "Organization", "name": "The Morning Paper"},
                }
            ],
        },
        "reviewRating": {
            "@type": "Rating",
            "alternateName": "Mostly true",
            "ratingExplanation": "Core right despite slips",
            "ratingValue": "4",
            "bestRating": "5",
            "worstRating": "1",
        },
    }


def test_a_publication_alone_is_enough() -> None:
    assert jsonld(version())["url"] == "/checks/rents-rose/"


def test_each_language_speaks_for_itself() -> None:
    found = jsonld(version(), language="de", page_url="https://desk.example/de/checks/rents-rose/")

    assert found["claimReviewed"] == "Die Mieten stiegen um 12 Prozent."
    assert found["reviewRating"]["alternateName"] == "Größtenteils richtig"
    assert found["url"] == "https://desk.example/de/checks/rents-rose/"


def test_a_rating_without_a_number_has_none() -> None:
    rating = {**RATING, "code": "unproven", "value": None, "best": None, "worst": None}

    assert set(jsonld(version(rating=rating))["reviewRating"]) == {"@type", "alternateName", "ratingExplanation"}


def test_a_later_version_says_when_it_was_changed() -> None:
    assert jsonld(version(number=2))["dateModified"] == "2025-04-02T08:00:00.000000Z"


def test_a_claim_that_nobody_is_held_to_has_no_author() -> None:
    assert "author" not in jsonld(version(speaker=None))["itemReviewed"]


def test_an_organisation_is_one_and_is_known_elsewhere() -> None:
    speaker = {**SPEAKER, "kind": "government", "same_as": "https://www.wikidata.org/entity/Q1"}

    assert jsonld(version(speaker=speaker))["itemReviewed"]["author"] == {
        "@type": "Organization",
        "name": "A. Mayor",
        "sameAs": "https://www.wikidata.org/entity/Q1",
    }


def test_an_article_that_is_quoted_twice_appears_once_and_the_earliest_counts() -> None:
    earlier = {**ARTICLE, "uuid": "a2", "published": "2025-02", "url": "", "author": "", "outlet": ""}
    quotations = [{"exact": "x", "voices": [], "article": article} for article in (ARTICLE, ARTICLE, earlier)]
    claim = jsonld(version(quotations=quotations))["itemReviewed"]

    assert claim["datePublished"] == "2025-02"
    assert [article.get("url") for article in claim["appearance"]] == ["https://paper.example/rents", None]


@pytest.mark.parametrize(
    "publication",
    [
        version(notice={"kind": "retraction", "reasons": {"en": "Wrong."}}),
        version(rating=None),
        version(texts={}),
        Version(Side(""), "{}"),
    ],
    ids=["withdrawn", "no rating", "no language", "erased"],
)
def test_what_is_no_finding_has_no_document(publication: Version) -> None:
    assert to_jsonld(publication) is None


def test_a_language_that_the_content_lacks_has_none_either() -> None:
    assert to_jsonld(version(), language="fr") is None


def test_nothing_in_it_can_close_the_script_element() -> None:
    document = {"name": "</script><script>alert(1)</script> & <!--\u2028"}
    text = script_text(document)

    assert not set("<>&\u2028") & set(text)
    assert json.loads(text) == document
