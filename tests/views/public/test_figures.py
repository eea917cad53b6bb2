"""What stands beside the text of a verdict page: parts, calculations, and when the desk looks again."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from claims.models import Check
from tests import factories
from tests.factories import Desk
from tests.views.desk.helpers import page

pytestmark = pytest.mark.django_db

ELEMENTS = [
    {"finding": "right", "texts": {"en": "Rents rose.", "de": "Die Mieten stiegen."}, "evidence": ["R1", "C1"]},
    {"finding": "missing", "texts": {"en": "<b>Only</b> new contracts."}, "evidence": []},
]
CALCULATION = {
    "calculations.K1.labels": {"en": "The rise in a year", "de": "Der Anstieg in einem Jahr"},
    "calculations.K1.inputs": [
        {"name": "new", "labels": {"en": "Rent in 2024"}, "value": Decimal("10.9"), "unit": "€", "evidence": "C1"},
        {"name": "old", "labels": {"en": "Rent in 2023"}, "value": Decimal(10), "unit": "€", "evidence": "D1"},
    ],
    "calculations.K1.expression": "(new - old) / old * 100",
    "calculations.K1.unit": "%",
    "calculations.K1.notes": {"en": "Of new contracts alone."},
}


def edits(desk: Desk) -> dict[str, Any]:
    """Two further items that the text does not cite: C1 by both, D1 by the calculation alone."""
    items = [factories.evidence_item(key, factories.make_source(desk.researcher)) for key in ("C1", "D1")]
    return {**items[0], **items[1], "verdict.elements": ELEMENTS, **CALCULATION}


@pytest.fixture
def check(desk: Desk) -> Check:
    return factories.make_check(desk, edits=edits(desk))


def shown(client: Client, check: Check, prefix: str = "") -> str:
    answer = client.get(f"{prefix}/checks/{check.slug}/")
    assert answer.status_code == 200
    return answer.content.decode()


def test_the_parts_are_told_by_word_and_sign(client: Client, check: Check) -> None:
    html = shown(client, check)

    assert "What is right and what is not" in html
    sign = r'<li class="element element--(\w+)">\s*<span class="element__finding"><svg.*?</svg>\s+(\w+)'
    found = re.findall(sign, html)
    assert found == [("right", "Right"), ("missing", "Missing")]
    assert "&lt;b&gt;Only&lt;/b&gt; new contracts." in html


def test_a_calculation_shows_how_it_comes_about(client: Client, check: Check) -> None:
    html = shown(client, check)

    for words in (
        "The rise in a year",
        "10.9\u00a0€",
        "(new − old) ÷ old × 100",
        "= (10.9 − 10) ÷ 10 × 100",
        "= 9\u00a0%",
        "Of new contracts alone.",
    ):
        assert words in html, words


def test_the_same_in_german(client: Client, check: Check) -> None:
    html = shown(client, check, "/de")

    for words in ("Die Mieten stiegen.", "Der Anstieg in einem Jahr", "(10,9 − 10) ÷ 10 × 100"):
        assert words in html, words
    assert '<span lang="en">Rent in 2024</span>' in html


def test_what_the_text_does_not_cite_is_numbered_behind_it(client: Client, check: Check) -> None:
    html = shown(client, check)

    for key, number in {"R1": 1, "B1": 2, "C1": 3, "D1": 4}.items():
        assert f'href="#evidence-{key}"' in html
        assert re.search(rf'href="#evidence-{key}"[^>]*>\[{number}\]</a>', html)
        assert html.count(f'id="cite-{key}"') == 1
        assert f'href="#cite-{key}"' in html


def test_a_check_without_them_has_no_such_parts(client: Client, desk: Desk) -> None:
    html = shown(client, factories.make_check(desk))

    for words in ("What is right and what is not", "The calculation", "The desk looks again"):
        assert words not in html


def test_a_forecast_says_when_the_desk_looks_again(client: Client, desk: Desk) -> None:
    forecast = {
        "kinds": ["forecast"],
        "checkable_from": date(2099, 1, 1),
        "verdict.rating": factories.rating("not-yet-checkable"),
    }

    assert "The desk looks again on 1 January 2099" in shown(client, factories.make_check(desk, edits=forecast))


def test_the_second_read_shows_the_same(desk: Desk) -> None:
    claim = factories.review_claim(desk, edits(desk))

    html = page(desk.editor, reverse("desk:read", args=[claim.pk]))

    for words in ("(10.9 − 10) ÷ 10 × 100", "Rents rose.", "[4]"):
        assert words in html, words


def test_what_only_a_calculation_cites_is_named_to_the_second_reader(desk: Desk) -> None:
    claim = factories.review_claim(desk, edits(desk))

    html = page(desk.editor, reverse("desk:read", args=[claim.pk]))

    uncited = html.partition("Shown, but not cited in the text")[2]
    assert uncited.count("<li>") >= 2
