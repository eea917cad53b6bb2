"""Words, dates, ratings and voices as templates show them, in both languages."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

import pytest
from django.utils import translation

from claims.templatetags import factcheck
from claims.vocabulary import Stance

OUTLET = {"uuid": "o", "name": "The Paper"}
UNION = {"uuid": "u", "name": "The Union"}
AGENCY = {"uuid": "a", "name": "The Agency"}


def voice(
    speaker: Any = None, mode: str = "asserts", *, is_outlet: bool = False, naming: str = "named"
) -> dict[str, Any]:
    return {"speaker": speaker, "is_outlet": is_outlet, "naming": naming, "mode": mode}


ARTICLE_REPORTS = voice(OUTLET, "reports", is_outlet=True)


# Who says it to whom, from the voices in whatever order they stand.
@pytest.mark.parametrize(
    ("voices", "english", "german"),
    [
        ([], "Said, without a source:", "Gesagt, ohne Quelle:"),
        ([voice(OUTLET, is_outlet=True)], "The article says in its own voice:", "Der Artikel selbst schreibt:"),
        ([ARTICLE_REPORTS], "The article reports, without a source:", "Der Artikel berichtet ohne Quelle:"),
        ([voice(), ARTICLE_REPORTS], "The article reports, without a source:", "Der Artikel berichtet ohne Quelle:"),
        ([voice(UNION)], "The Union says:", "The Union sagt:"),
        (
            [voice(UNION), voice(AGENCY)],
            "The Union and The Agency say:",
            "The Union und The Agency sagen:",
        ),
        (
            [ARTICLE_REPORTS, voice(UNION)],
            "According to the article, The Union says:",
            "Laut dem Artikel sagt The Union:",
        ),
        (
            [ARTICLE_REPORTS, voice(AGENCY, "reports"), voice(UNION)],
            "According to the article and The Agency, The Union says:",
            "Laut dem Artikel und The Agency sagt The Union:",
        ),
        (
            [ARTICLE_REPORTS, voice(UNION, naming="implied")],
            "According to the article, which does not name its source, The Union says:",
            "Laut dem Artikel, ohne Nennung der Quelle, sagt The Union:",
        ),
        (
            [ARTICLE_REPORTS, voice(AGENCY, "reports")],
            "The article and The Agency report, without a source:",
            "Der Artikel und The Agency berichten ohne Quelle:",
        ),
    ],
)
def test_voices_as_the_beginning_of_a_sentence(voices: list[Any], english: str, german: str) -> None:
    with translation.override("en"):
        assert factcheck.voices(voices) == english
    with translation.override("de"):
        assert factcheck.voices(voices) == german


def test_voices_may_be_rows() -> None:
    row = SimpleNamespace(speaker=SimpleNamespace(name="The Union"), is_outlet=False, naming="named", mode="asserts")

    assert factcheck.voices([row]) == "The Union says:"


# A date is shown as precisely as it is known, and no more.
@pytest.mark.parametrize(
    ("value", "english", "german"),
    [
        ("", "", ""),
        (None, "", ""),
        ("2025", "2025", "2025"),
        ("2025-03", "March 2025", "März 2025"),
        ("2025-03-09", "9 March 2025", "9. März 2025"),
        ("2025-03/2025-05", "March 2025 – May 2025", "März 2025 – Mai 2025"),
        ("spring 2025", "spring 2025", "spring 2025"),
        ("2025-13", "2025-13", "2025-13"),
    ],
)
def test_reduced_precision_dates(value: str | None, english: str, german: str) -> None:
    with translation.override("en"):
        assert factcheck.partial_date(value) == english
    with translation.override("de"):
        assert factcheck.partial_date(value) == german


def test_a_moment_is_shown_at_the_desks_own_time(settings: Any) -> None:
    settings.TIME_ZONE = "Europe/Berlin"

    assert factcheck.moment("2025-12-31T23:30:00.000000Z") == "1 January 2026, 00:30"
    assert factcheck.day("2025-12-31T23:30:00.000000Z") == "1 January 2026"


def test_a_code_is_shown_as_its_word() -> None:
    with translation.override("de"):
        assert factcheck.label(Stance.SUPPORTS) == "Stützt"
        assert factcheck.label("supports", "Stance") == "Stützt"


def test_a_code_that_no_vocabulary_knows_any_more_is_shown_as_it_is() -> None:
    assert factcheck.label("hearsay", "SourceKind") == "hearsay"


def rating(value: str | None, code: str = "x", best: str = "5", worst: str = "1") -> dict[str, Any]:
    return {"code": code, "value": value, "best": best, "worst": worst}


# Shape and colour follow the place on the scale, whatever scale a desk has.
@pytest.mark.parametrize(
    ("found", "shape", "tone", "cells"),
    [
        (rating("5"), "scale", "tone-5", [False, False, False, False, True]),
        (rating("1"), "scale", "tone-1", [True, False, False, False, False]),
        (rating("2", best="3", worst="1"), "scale", "tone-3", [False, True, False]),
        (rating(None, "unproven"), "unknown", "tone-open", []),
        (rating(None, "not-said"), "quote-struck", "tone-1", []),
        (rating(None, "a-desks-own"), "plain", "tone-open", []),
        (rating("7"), "plain", "tone-open", []),
        (rating("3", best="1", worst="1"), "plain", "tone-open", []),
        (rating("much"), "plain", "tone-open", []),
        (None, "plain", "tone-open", []),
    ],
)
def test_ratings_have_a_shape_and_a_tone(found: Any, shape: str, tone: str, cells: list[bool]) -> None:
    assert (factcheck.shape(found), factcheck.tone(found), factcheck.steps(found)) == (shape, tone, cells)


def test_words_in_another_language_say_which() -> None:
    with translation.override("de"):
        assert factcheck.in_words({"en": "Wrong.", "de": "Falsch."}) == {"text": "Falsch.", "language": ""}
        assert factcheck.in_words({"en": "Wrong."}) == {"text": "Wrong.", "language": "en"}
        assert factcheck.in_words({}) == {"text": "", "language": ""}
